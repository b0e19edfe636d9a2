//! Plans with somebody at the terminal.

use super::{document, planned};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, info, medium};
use crate::support::env::Env;
use crate::support::pty::Session;

const QUESTION: &str = "a)pprove d)eny s)kip v)iew raw q)uit ?: ";

fn start(env: &Env, words: &[&str]) -> Session {
    Session::start(&env.tool(words).var("NO_COLOR", "1"))
}

#[test]
fn a_review_plans_what_was_decided_until_it_is_left() {
    let server = ApiServer::with([critical("a"), medium("b"), info("c")]);
    let env = Env::with(&server);
    let mut session = start(
        &env,
        &["review", "--plan", "plan.json", "--reason", "Looked"],
    );
    // The gate asks what it always asks.
    session.expect(QUESTION).send_line("a");
    session
        .expect("Type approve kubeadm:cluster-admins (the group) to approve a: ")
        .send_line("approve kubeadm:cluster-admins");
    session
        .expect("a approved (planned)")
        .expect(QUESTION)
        .send_line("d");
    session.expect("Deny b? [y/N]: ").send_line("n");
    session
        .expect("Not confirmed")
        .expect(QUESTION)
        .send_line("d");
    session.expect("Deny b? [y/N]: ").send_line("y");
    session
        .expect("b denied (planned)")
        .expect(QUESTION)
        .send_line("q");
    session
        .end()
        .code(0)
        .has(&["Plan with 2 decisions written to plan.json; nothing was sent\r\n"]);
    assert_eq!(server.writes().len(), 0);
    let plan = document(&env);
    let decisions = plan["decisions"].as_array().expect("a list");
    let told = decisions.iter().map(|entry| {
        ["name", "decision", "risk", "ground", "reason"].map(|field| entry[field].as_str())
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ["a", "approve", "critical", "person", "Looked"].map(Some),
            ["b", "deny", "medium", "person", "Looked"].map(Some),
        ]
    );
    let mut session = start(&env, &["apply", "plan.json"]);
    session
        .expect("Plan of 20")
        .expect(" by reviewer on http://")
        .expect("approve a: critical risk, user mallory, groups [kubeadm:cluster-admins]")
        .expect("deny b: medium risk")
        .expect("Carry out the plan: approve 1 and deny 1? [y/N]: ")
        .send_line("y");
    let lines = [approved("a"), denied("b")].map(|line| line.replace('\n', "\r\n"));
    session
        .end()
        .code(0)
        .has(&lines.each_ref().map(String::as_str));
    assert_eq!(server.conditions("a"), ["Approved"]);
    assert_eq!(server.conditions("b"), ["Denied"]);
}

#[test]
fn without_a_yes_nothing_is_sent() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    planned(&env, &["a", "b"]);
    for answer in ["\r", "n\r", "a\r", "\u{4}"] {
        let mut session = start(&env, &["apply", "plan.json"]);
        session
            .expect("Carry out the plan: approve 2? [y/N]: ")
            .send(answer);
        let ended = session.end().code(5);
        let _ = ended.has(&[
            "error: a: it was not confirmed",
            "error: b: it was not confirmed",
        ]);
    }
    let mut session = start(&env, &["apply", "plan.json"]);
    session.expect("Carry out the plan").interrupt();
    let _ = session.end().code(130);
    // Neither is it without anybody to ask.
    let run = env
        .tool(["apply", "plan.json"])
        .stdin("y\ny\n")
        .run()
        .code(2);
    run.stdout("").stderr_has(&[
        "approve a: ",
        "error: a: it needs an answer, and there is no terminal to ask at\n",
        "error: b: it needs an answer",
    ]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn a_review_that_is_interrupted_leaves_no_plan() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["review", "--plan", "plan.json"]);
    session.expect(QUESTION).send_line("a");
    session.expect("Approve a? [y/N]: ").send_line("y");
    session.expect("[2 of 2]").expect(QUESTION).interrupt();
    let _ = session.end().code(130);
    assert_eq!(std::fs::read_dir(env.work()).expect("a folder").count(), 0);
    let mut session = start(&env, &["review", "--plan", "plan.json"]);
    session.expect(QUESTION).send_line("q");
    let ended = session.end().code(0);
    let _ = ended.has(&["Nothing was decided, so no plan is written\r\n"]);
    assert_eq!(std::fs::read_dir(env.work()).expect("a folder").count(), 0);
    // What is swapped in while the file waits is found out.
    let mut session = start(&env, &["review", "a", "csr/a", "--plan", "plan.json"]);
    session.expect("[1 of 1]").expect(QUESTION).send_line("a");
    session.expect("Approve a? [y/N]: ");
    server.change(|store| store.replace(critical("a").build()));
    session.send_line("y").expect("(planned)");
    let _ = session.end().code(0);
    let run = env.tool(["apply", "plan.json"]).run().code(4).stdout("");
    run.stderr_has(&["a: stale: it differs from the plan in uid"]);
}
