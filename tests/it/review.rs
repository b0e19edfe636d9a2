//! `review`: each pending CSR, riskiest first, with a person at the terminal.

use serde_json::json;

use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, high, info, medium, unreviewable};
use crate::support::env::Env;
use crate::support::pty::Session;
use crate::support::request::CsrObject;

const QUESTION: &str = "a)pprove d)eny s)kip v)iew raw q)uit ?: ";
const WITHOUT_APPROVE: &str = "\nd)eny s)kip v)iew raw q)uit ?: ";

fn start(env: &Env, words: &[&str]) -> Session {
    let words = ["review"].iter().chain(words);
    Session::start(&env.tool(words).var("NO_COLOR", "1"))
}

/// What a terminal shows of a line.
fn shown(line: &str) -> String {
    line.replace('\n', "\r\n")
}

#[test]
fn each_is_shown_and_decided_riskiest_first() {
    let server = ApiServer::with([
        info("a"),
        medium("b"),
        critical("c"),
        high("d"),
        info("e").approved(),
    ]);
    let env = Env::with(&server);
    let mut session = start(&env, &["--reason", "Looked", "--message", "At it."]);
    session
        .expect("Context test, server ")
        .expect("\r\n[1 of 4]\r\n")
        .expect("CSR c (Pending")
        .expect(QUESTION)
        .send_line("d");
    session
        .expect("Risk critical: ")
        .expect("Deny c? [y/N]: ")
        .send_line("y");
    session
        .expect("[2 of 4]\r\n")
        .expect("CSR d (Pending")
        .expect(QUESTION)
        .send_line("a");
    session
        .expect("Type approve d (the CSR's name) to approve d: ")
        .send_line("approve d");
    session
        .expect("[3 of 4]\r\n")
        .expect("CSR b (Pending")
        .expect(QUESTION)
        .send_line("s");
    session
        .expect("[4 of 4]\r\n")
        .expect("CSR a (Pending")
        .expect(QUESTION)
        .send_line(" Approve ");
    session.expect("Approve a? [y/N]: ").send_line("y");
    let lines = [denied("c"), approved("d"), approved("a")].map(|line| shown(&line));
    session
        .end()
        .code(0)
        .has(&lines.each_ref().map(String::as_str));
    assert_eq!(server.conditions("b"), [""; 0]);
    assert_eq!(server.writes().len(), 3);
    let object = server.object("a").expect("stored");
    let condition = &object["status"]["conditions"][0];
    assert_eq!(
        (&condition["reason"], &condition["message"]),
        (&json!("Looked"), &json!("At it."))
    );
}

#[test]
fn what_is_not_confirmed_can_be_thought_over() {
    let server = ApiServer::with([high("a")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session.expect(QUESTION).send_line("a");
    session.expect("to approve a: ").send_line("y");
    session
        .expect("Not confirmed; nothing was sent.")
        .expect(QUESTION)
        .send_line("d");
    session.expect("Deny a? [y/N]: ").send("\u{4}");
    session
        .expect("Not confirmed; nothing was sent.")
        .expect(QUESTION)
        .send_line("");
    session
        .expect("a: approve it, after one more question")
        .expect(QUESTION)
        .send_line("?");
    session
        .expect("q: leave all that are left")
        .expect(QUESTION)
        .send_line("skip");
    session.end().code(0);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn the_object_can_be_seen_as_it_is() {
    let server = ApiServer::with([info("a").annotation("note", "\u{1b}[2J\u{202e}\u{85}")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session.expect(QUESTION).send_line("v");
    session
        .expect("\"note\": \"\\u001b[2J\\u202e\\u0085\"")
        .expect("\"signerName\": \"kubernetes.io/kube-apiserver-client\"")
        .expect(QUESTION)
        .send_line("q");
    session
        .end()
        .code(0)
        .lacks(&["\u{1b}[2J", "\u{202e}", "\u{85}"]);
}

#[test]
fn one_may_leave_at_any_time() {
    for typed in ["q\r", "quit\r", "\u{4}", "a\u{4}\u{4}"] {
        let server = ApiServer::with([info("a"), info("b")]);
        let env = Env::with(&server);
        let mut session = start(&env, &[]);
        session.expect("[1 of 2]").expect(QUESTION).send(typed);
        session.end().code(0).lacks(&["[2 of 2]", "CSR b"]);
        assert_eq!(server.writes().len(), 0);
    }
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session.expect(QUESTION).send_line("a");
    session.expect("Approve a? [y/N]: ").send_line("y");
    session.expect("[2 of 2]").expect(QUESTION).interrupt();
    session.end().code(130).has(&[&shown(&approved("a"))]);
    assert_eq!(server.conditions("b"), [""; 0]);
}

#[test]
fn what_is_unreviewable_can_be_denied_or_left() {
    let server = ApiServer::with([unreviewable("a"), info("b").failed()]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session
        .expect("Unreviewable: ")
        .expect(WITHOUT_APPROVE)
        .send_line("a");
    session
        .expect("s: leave it")
        .expect(WITHOUT_APPROVE)
        .send_line("d");
    session.expect("Deny a? [y/N]: ").send_line("y");
    session
        .expect("CSR b (Pending,Failed")
        .expect(WITHOUT_APPROVE)
        .send_line("s");
    session
        .end()
        .code(0)
        .has(&[&shown(&denied("a"))])
        .lacks(&["a)pprove"]);
}

#[test]
fn a_swap_while_the_question_is_open_gets_nothing() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session.expect("CSR a").expect(QUESTION).send_line("a");
    session.expect("Approve a? [y/N]: ");
    server.change(|store| store.replace(critical("a").build()));
    session
        .send_line("y")
        .expect("a: stale: another CSR stands under this name");
    session.expect("CSR b").expect(QUESTION).send_line("q");
    session.end().code(4);
    assert_eq!(server.conditions("a"), [""; 0]);
    assert_eq!(server.writes().len(), 1);
}

#[test]
fn who_was_quicker_is_told() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session.expect(QUESTION).send_line("a");
    session.expect("Approve a? [y/N]: ");
    server.change(|store| store.decide("a", "Approved", "AutoApproved", "robot"));
    session
        .send_line("y")
        .expect("note: a: it was already Approved");
    session.expect(QUESTION).send_line("a");
    session.expect("Approve b? [y/N]: ");
    server.change(|store| store.decide("b", "Denied", "No", "robot"));
    session.send_line("y");
    session.end().code(1).has(&["b: it is already Denied"]);
    assert_eq!(server.conditions("a"), ["Approved"]);
    assert_eq!(server.conditions("b"), ["Denied"]);
}

#[test]
fn only_what_is_selected_is_reviewed() {
    let server = ApiServer::with([
        info("a").label("team", "x"),
        critical("b"),
        high("c").label("team", "x"),
        info("d").approved(),
    ]);
    let env = Env::with(&server);
    for (words, order) in [
        (&["-l", "team=x"][..], &["c", "a"][..]),
        (&["--min-risk", "high"], &["b", "c"]),
        (&["--requestor", "mallory"], &["b"]),
        (&["a", "csr/b", "d"], &["b", "a"]),
        (&["--all"], &["b", "c", "a"]),
    ] {
        let mut session = start(&env, words);
        for (index, name) in order.iter().enumerate() {
            session
                .expect(&format!("[{} of {}]", index + 1, order.len()))
                .expect(&format!("CSR {name} ("))
                .expect(QUESTION)
                .send_line("s");
        }
        session.end().code(0);
    }
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn nothing_pending_needs_no_terminal() {
    let place = "Context test, server http://[SERVER], user reviewer\n";
    let server = ApiServer::with([info("a").approved()]);
    let env = Env::with(&server);
    let nothing = format!("{place}Nothing is pending\n");
    env.tool(["review"])
        .run()
        .code(0)
        .stdout("")
        .stderr(&nothing);
    env.tool(["review", "a"])
        .run()
        .code(0)
        .stdout("")
        .stderr(&nothing);
    let missing = "error: z: there is no CSR \"z\"\n";
    let run = env.tool(["review", "z"]).run().code(1).stdout("");
    run.stderr(&format!("{place}{missing}Nothing is pending\n"));
    server.add(info("b"));
    env.tool(["review"]).stdin("a\ny\n").run().code(2).stdout("").stderr(&format!(
        "{place}error: a review needs a terminal to ask at, and there is none\n\
         hint: \"kubectl csr-review list\" shows what is pending; \"approve --yes\" decides without asking.\n"
    ));
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn one_that_cannot_be_read_hides_no_other() {
    let broken: CsrObject = info("a").spec("request", json!("%%"));
    let server = ApiServer::with([broken, info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &[]);
    session
        .expect("error: a: spec.request is not base64")
        .expect("[1 of 1]")
        .expect(QUESTION)
        .send_line("a");
    session.expect("Approve b? [y/N]: ").send_line("y");
    session.end().code(1).has(&[&shown(&approved("b"))]);
}

#[test]
fn files_are_not_reviewed() {
    let env = Env::new();
    env.file("a.json", info("a").json());
    let run = env.tool(["review", "-f", "a.json"]).run().code(2);
    run.stdout("")
        .stderr_has(&["error: review decides about CSRs on a cluster, not in files\nhint: "])
        .stderr_has(&["with --plan"]);
}
