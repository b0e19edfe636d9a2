//! Plans made from files, without a cluster.

use super::{apply, document};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, info, medium, yaml};
use crate::support::env::Env;
use crate::support::pty::Session;
use crate::support::request::RequestBuilder;

const QUESTION: &str = "q)uit ?: ";

/// Reviews that file alone, and answers each question with these lines.
#[track_caller]
fn review(env: &Env, file: &str, lines: &[(&str, &str)]) {
    let words = ["review", "-f", file, "--plan", "plan.json"];
    let mut session = Session::start(&env.tool(words).var("NO_COLOR", "1"));
    for (question, answer) in lines {
        session.expect(question).send_line(answer);
    }
    session.end().code(0).has(&[" (planned)"]);
}

#[test]
fn a_file_is_planned_without_a_cluster_and_applied_to_its_like() {
    let objects = [medium("a"), critical("b"), medium("c")];
    let nowhere = Env::new();
    let file: Vec<String> = objects.iter().map(yaml).collect();
    nowhere.file("all.yaml", file.join("---\n"));
    let lines = [
        ("CSR b (Pending", ""),
        (QUESTION, "v"),
        ("\"kind\": \"CertificateSigningRequest\"", ""),
        (QUESTION, "d"),
        ("Deny b? [y/N]: ", "y"),
        ("CSR a (Pending", ""),
        (QUESTION, "a"),
        ("Approve a? [y/N]: ", "y"),
        (QUESTION, "a"),
        ("Approve c? [y/N]: ", "y"),
    ];
    // An empty line only asks for help.
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|(_, answer)| !answer.is_empty())
        .collect();
    review(&nowhere, "all.yaml", &lines);
    let plan = document(&nowhere);
    assert!(plan["cluster"].is_null() && plan["planner"]["username"].is_null());
    for entry in plan["decisions"].as_array().expect("a list") {
        assert!(entry["fingerprint"].is_null() && entry["uid"].is_null());
        assert!(entry["requestor"].is_null());
    }
    let [a, b, c] = objects;
    let c = c.request(RequestBuilder::user("other").pem());
    let server = ApiServer::with([a, b, c]);
    let env = Env::with(&server);
    env.file("plan.json", plan.to_string());
    let run = apply(&env, &["--yes"]).code(4);
    run.stdout(&[approved("a"), denied("b")].concat())
        .stderr_has(&[
            "note: the plan was made from files, so it is for no cluster in particular",
            " by (unknown) from files: 3 decisions\n",
            "approve a: medium risk",
            "error: c: stale: it differs from the plan in specSha256 (plan: \"",
        ]);
    assert_eq!(server.conditions("c"), [""; 0]);
}

#[test]
fn what_a_file_could_not_show_passes_up_to_medium() {
    // Somebody with few rights asked for what the file asks for.
    let asked = medium("a").requestor("mallory", &["system:authenticated"]);
    let env = Env::new();
    env.file("a.yaml", yaml(&asked));
    let lines = [(QUESTION, "a"), ("Approve a? [y/N]: ", "y")];
    review(&env, "a.yaml", &lines);
    let server = ApiServer::with([asked]);
    let there = Env::with(&server);
    there.file("plan.json", document(&env).to_string());
    let run = apply(&there, &["--yes"]).code(4).stdout("");
    run.stderr_has(&["plan does not have: requestor-group-escalation (high): dev"]);
}

#[test]
fn what_the_file_says_of_the_object_binds() {
    let object = info("a").stamped();
    let server = ApiServer::with([object.clone()]);
    let env = Env::with(&server);
    env.file("a.json", object.json());
    let lines = [(QUESTION, "a"), ("Approve a? [y/N]: ", "y")];
    review(&env, "a.json", &lines);
    let plan = document(&env);
    assert_eq!(plan["decisions"][0]["requestor"]["username"], "jane");
    server.change(|store| store.replace(object.clone().build()));
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&["a: stale: it differs from the plan in uid (plan: "]);
    server.change(|store| store.put(object.clone().requestor("joe", &[]).build()));
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "differs from the plan in requestor (plan: {\"username\":\"jane\"}; cluster: ",
    ]);
    server.change(|store| store.put(object.build()));
    let run = apply(&env, &["--yes"]).code(0);
    run.stdout(&approved("a")).stderr_has(&["approve a: "]);
}

#[test]
fn files_that_cannot_be_planned_about() {
    let env = Env::new();
    env.file("bare.pem", RequestBuilder::user("jane").pem());
    env.file(
        "twice.yaml",
        format!("{}---\n{}", yaml(&info("a")), yaml(&medium("a"))),
    );
    env.file("a.yaml", yaml(&info("a")));
    for (file, code, why) in [
        (
            "bare.pem",
            2,
            "error: \"bare\" is a bare request, which names no CSR on the cluster\n",
        ),
        (
            "twice.yaml",
            1,
            "error: the files hold two CSRs with the name \"a\"\n",
        ),
        ("a.yaml", 2, "error: a review needs a terminal to ask at"),
        ("nowhere", 1, "error: cannot read nowhere"),
    ] {
        let run = env
            .tool(["review", "-f", file, "--plan", "plan.json"])
            .run();
        run.code(code).stdout("").stderr_has(&[why]);
    }
    let run = env
        .tool(["review", "-f", "a.yaml"])
        .run()
        .code(2)
        .stdout("");
    run.stderr_has(&["error: review decides about CSRs on a cluster, not in files\n"]);
    assert_eq!(std::fs::read_dir(env.work()).expect("a folder").count(), 3);
}

#[test]
fn a_name_that_cannot_be_costs_no_other_decision() {
    let env = Env::new();
    env.file("d/a.yaml", yaml(&info("a")));
    env.file("d/b.yaml", yaml(&info("../b")));
    let words = ["review", "-f", "d", "--plan", "plan.json"];
    let mut session = Session::start(&env.tool(words).var("NO_COLOR", "1"));
    session.expect("CSR ../b").expect(QUESTION).send_line("d");
    session
        .expect("Deny ../b? [y/N]: ")
        .send_line("y")
        .expect("refused: it cannot be planned: this cannot be the name of a CSR")
        .expect(QUESTION)
        .send_line("d");
    session.expect("Deny a? [y/N]: ").send_line("y");
    let ended = session.end().code(3);
    let _ = ended.has(&["a denied (planned)", "Plan with 1 decision written"]);
    assert_eq!(document(&env)["decisions"][0]["name"], "a");
}

#[test]
fn approve_with_files_plans_what_is_on_the_cluster() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    env.file("d/a.yaml", yaml(&info("a")));
    let other = RequestBuilder::user("other").pem();
    env.file("d/b.yaml", yaml(&info("b").request(other)));
    let object = server.object("a").expect("stored");
    env.file("d/a.yaml", object.to_string());
    let words = ["approve", "-f", "d", "--yes", "--plan", "plan.json"];
    let run = env.tool(words).run().code(4);
    run.stdout(&approved("a").replace('\n', " (planned)\n"))
        .stderr_has(&[
            "b: stale: it differs from the file",
            "Plan with 1 decision written",
        ]);
    let plan = document(&env);
    assert!(plan["decisions"][0]["fingerprint"].is_string());
    assert_eq!(server.writes().len(), 0);
}
