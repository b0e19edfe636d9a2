//! `--record`: what is written of each decision.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, KUBE_SYSTEM_UID, On};
use crate::support::cases::{approved, critical, denied, fingerprint, high, info, medium};
use crate::support::env::Env;
use crate::support::pty::Session;

/// The lines of a record.
#[track_caller]
pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("a record");
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let value = |line| serde_json::from_str(line).expect(line);
    text.lines().map(value).collect()
}

/// Some fields of each line.
fn told<const N: usize>(lines: &[Value], fields: [&str; N]) -> Value {
    let line = |line: &Value| fields.map(|field| line[field].clone());
    lines.iter().map(line).collect::<Vec<_>>().into()
}

#[test]
fn a_decision_is_two_lines() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let path = env.work().join("r.jsonl");
    let seen = fingerprint(&env, "a");
    env.tool(["approve", "a", "--yes", "--record", "r.jsonl"])
        .run()
        .code(0)
        .stdout(&approved("a"))
        .stderr_has(&["Context "]);
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let found = lines(&path);
    let [intent, result] = found.as_slice() else {
        panic!("{found:?}");
    };
    let object = server.object("a").expect("stored");
    let condition = &object["status"]["conditions"][0];
    let version = env!("CARGO_PKG_VERSION");
    for (field, value) in [
        ("apiVersion", json!("csr-review/v1")),
        ("kind", json!("Record")),
        ("phase", json!("intent")),
        ("attempt", json!(1)),
        ("decision", json!("approve")),
        ("dryRun", json!(null)),
        ("name", json!("a")),
        ("uid", object["metadata"]["uid"].clone()),
        ("fingerprint", json!(seen)),
        ("signerName", object["spec"]["signerName"].clone()),
        ("identity", json!({"user": "jane", "groups": ["dev"]})),
        ("requestor", json!("jane")),
        ("risk", json!("info")),
        ("ground", json!("limits")),
        ("reason", condition["reason"].clone()),
        ("message", condition["message"].clone()),
        ("outcome", json!(null)),
        ("detail", json!(null)),
        ("exitCode", json!(null)),
        (
            "cluster",
            json!({"uid": KUBE_SYSTEM_UID, "server": server.url(), "context": "test"}),
        ),
        (
            "reviewer",
            json!({"username": "reviewer", "groups": ["approvers", "system:authenticated"]}),
        ),
        // No credentials are sent over plain http.
        ("user", json!(null)),
        ("toolVersion", json!(version)),
    ] {
        assert_eq!(intent[field], value, "{field}");
    }
    assert!(intent["findings"][0]["rule"].is_string(), "{intent}");
    // The other line says the same, and what came of it.
    let mut expected = intent.clone();
    expected["time"] = result["time"].clone();
    expected["phase"] = json!("result");
    expected["outcome"] = json!("done");
    expected["exitCode"] = json!(0);
    assert_eq!(*result, expected);
    assert!(intent["time"].as_str() <= result["time"].as_str());
}

#[test]
fn what_is_not_sent_has_one_line() {
    let server = ApiServer::with([
        critical("refused"),
        info("stale"),
        info("already").approved(),
        info("opposite").denied(),
        info("client"),
        info("server"),
        info("asked"),
    ]);
    server.forbid("namespaces");
    server.forbid("selfsubjectreviews");
    let env = Env::with(&server).var("CSR_REVIEW_RECORD", "r.jsonl");
    let other = format!("sha256:{}", "0".repeat(64));
    for (words, code) in [
        (&["approve", "refused", "--yes"][..], 3),
        (&["approve", "stale", "--yes", "--expect", &other], 4),
        (&["approve", "already", "--yes"], 0),
        (&["approve", "opposite", "--yes"], 1),
        (&["approve", "missing", "--yes"], 1),
        (&["approve", "asked"], 2),
        (&["deny", "client", "--dry-run=client"], 0),
        (&["deny", "server", "--dry-run=server"], 0),
    ] {
        let words = [words, &["--as", "jane"]].concat();
        let run = env.tool(words).run().code(code);
        _ = (run.raw_stdout(), run.raw_stderr());
    }
    let found = lines(&env.work().join("r.jsonl"));
    let fields = ["name", "phase", "outcome", "ground", "exitCode", "dryRun"];
    assert_eq!(
        told(&found, fields),
        json!([
            ["refused", "outcome", "refused", null, 3, null],
            ["stale", "outcome", "stale", null, 4, null],
            ["already", "outcome", "already", null, 0, null],
            ["opposite", "outcome", "failed", null, 1, null],
            ["missing", "outcome", "failed", null, 1, null],
            ["asked", "outcome", "no terminal", null, 2, null],
            ["client", "outcome", "dry run", "rehearsal", 0, "client"],
            ["server", "intent", null, "rehearsal", null, "server"],
            [
                "server",
                "result",
                "server dry run",
                "rehearsal",
                0,
                "server"
            ],
        ])
    );
    let keys = |line: &Value| line.as_object().map(serde_json::Map::len);
    assert!(found.iter().all(|line| keys(line) == keys(&found[0])));
    // What may not be read is null.
    assert_eq!(found[0]["cluster"]["uid"], Value::Null);
    // The server does not say who it is, and the impersonation does.
    assert_eq!(
        (&found[0]["reviewer"], &found[0]["user"]),
        (&json!({"username": "jane", "groups": []}), &json!("jane"))
    );
    assert_eq!(found[4]["fingerprint"], Value::Null);
    assert_eq!(found[0]["findings"][0]["severity"], "critical");
}

#[test]
fn a_second_attempt_is_another_intent() {
    let server = ApiServer::with([info("a"), info("b")]);
    server.before(On::put("a"), |store| store.update("a", |_| {}));
    server.before(On::put("b"), |store| store.replace(critical("b").build()));
    let env = Env::with(&server);
    let path = env.work().join("r.jsonl");
    for (name, code) in [("a", 0), ("b", 4)] {
        let run = env
            .tool(["deny", name, "--yes", "--record", "r.jsonl"])
            .run();
        let run = run.code(code).stderr_has(&["Context "]);
        _ = run.raw_stdout();
    }
    let found = lines(&path);
    assert_eq!(
        told(&found, ["name", "phase", "attempt", "outcome"]),
        json!([
            ["a", "intent", 1, null],
            ["a", "intent", 2, null],
            ["a", "result", 2, "done"],
            ["b", "intent", 1, null],
            ["b", "result", 1, "stale"],
        ])
    );
    assert_eq!(found[0]["id"], found[2]["id"]);
    assert_ne!(found[0]["id"], found[3]["id"]);
    // What was reviewed, not what stands in its place.
    assert_eq!(found[4]["fingerprint"], found[3]["fingerprint"]);
}

#[test]
fn answers_at_a_terminal_are_recorded() {
    let server = ApiServer::with([high("a"), medium("b"), info("c")]);
    let env = Env::with(&server);
    let words = ["review", "--record", "r.jsonl", "--reason", "Looked"];
    let mut session = Session::start(&env.tool(words).var("NO_COLOR", "1"));
    let question = "q)uit ?: ";
    session.expect(question).send_line("a");
    session.expect("to approve a: ").send_line("y");
    session
        .expect("Not confirmed")
        .expect(question)
        .send_line("d");
    session.expect("Deny a? [y/N]: ").send_line("y");
    session.expect("[2 of 3]").expect(question).send_line("s");
    session.expect("[3 of 3]").expect(question).send_line("a");
    session.expect("Approve c? [y/N]: ").send_line("y");
    session.end().code(0).has(&["/a denied", "/c approved"]);
    server.add(info("e"));
    let mut session = Session::start(&env.tool(["approve", "e", "--record", "r.jsonl"]));
    session.expect("Approve e? [y/N]: ").send_line("n");
    session.end().code(5).has(&["e: it was not confirmed"]);
    let found = lines(&env.work().join("r.jsonl"));
    let fields = ["name", "phase", "decision", "outcome", "ground", "reason"];
    assert_eq!(
        told(&found, fields),
        json!([
            ["a", "outcome", "approve", "declined", null, null],
            ["a", "intent", "deny", null, "person", "Looked"],
            ["a", "result", "deny", "done", "person", "Looked"],
            ["c", "intent", "approve", null, "person", "Looked"],
            ["c", "result", "approve", "done", "person", "Looked"],
            ["e", "outcome", "approve", "declined", null, null],
        ])
    );
}

#[test]
fn hostile_text_stays_on_its_line() {
    let name = "x\n{\"kind\":\"Record\"}\u{202e}\u{1b}[2J\u{2028}";
    let server = ApiServer::with([info("x").metadata("name", json!(name))]);
    let env = Env::with(&server).var("CSR_REVIEW_RECORD", "r.jsonl");
    let words = [
        "deny",
        name,
        "--yes",
        "--reason",
        "a\nb",
        "--message",
        "c\r\nd\u{85}",
    ];
    let run = env.tool(words).run().code(0).stderr_has(&["Context "]);
    run.stdout_has(&[" denied\n"]);
    let path = env.work().join("r.jsonl");
    let text = fs::read_to_string(&path).expect("a record");
    let shown = |c: char| c == '\n' || (' '..='~').contains(&c);
    assert!(text.chars().all(shown), "{text}");
    let found = lines(&path);
    assert_eq!(found.len(), 2);
    let fields = ["name", "reason", "message"];
    let said = json!([name, "a\nb", "c\r\nd\u{85}"]);
    assert_eq!(told(&found, fields), json!([said, said]));
    let shown = env
        .tool(["record", "show", "r.jsonl"])
        .run()
        .code(0)
        .quiet();
    assert_eq!(shown.raw_stdout().lines().count(), 2);
    shown.stdout_lacks(&["\u{1b}", "\u{202e}", "\u{2028}"]);
}

#[test]
fn the_flag_goes_before_the_variable() {
    let server = ApiServer::with([info("a"), info("b"), info("c")]);
    let env = Env::with(&server);
    let deny = |name: &str, variable: &str, more: &[&str]| {
        let words = [&["deny", name, "--yes"], more].concat();
        let run = env.tool(words).var("CSR_REVIEW_RECORD", variable).run();
        run.code(0).stdout(&denied(name)).stderr_has(&["Context "]);
    };
    deny("a", "", &[]);
    assert_eq!(fs::read_dir(env.work()).expect("a directory").count(), 0);
    deny("b", "one", &[]);
    deny("c", "one", &["--record", "two"]);
    for (file, name) in [("one", "b"), ("two", "c")] {
        let found = lines(&env.work().join(file));
        assert_eq!(told(&found, ["name"]), json!([[name], [name]]));
    }
}
