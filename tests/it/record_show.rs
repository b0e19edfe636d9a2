//! `record show`: a record read back, whatever became of the file.

use std::fs;

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, info};
use crate::support::env::Env;

/// A record of three decisions, made at times of our choice.
fn record(env: &Env) -> Vec<Value> {
    for words in [
        &["approve", "a", "--yes"][..],
        &["deny", "b", "--yes", "--dry-run=server"],
        &["approve", "c", "--yes"],
    ] {
        let run = env.tool(words).var("CSR_REVIEW_RECORD", "r.jsonl").run();
        let text = run.snapshot();
        assert!(text.contains("Context "), "{text}");
    }
    let text = fs::read_to_string(env.work().join("r.jsonl")).expect("a record");
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for (hour, line) in lines.iter_mut().enumerate() {
        line["time"] = json!(format!("2026-03-01T1{hour}:00:00.5Z"));
    }
    write(env, &lines, "");
    lines
}

fn write(env: &Env, lines: &[Value], more: &str) {
    let mut lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.push(more.to_owned());
    env.file("r.jsonl", lines.join("\n"));
}

fn env() -> (ApiServer, Env) {
    let server = ApiServer::with([info("a"), info("b"), critical("c")]);
    let env = Env::with(&server);
    (server, env)
}

#[test]
fn each_decision_is_a_row() {
    let (_server, env) = env();
    record(&env);
    let shown = env
        .tool(["record", "show", "r.jsonl"])
        .run()
        .code(0)
        .quiet();
    insta::assert_snapshot!(shown.raw_stdout(), @r"
    TIME                   DECISION   NAME   OUTCOME          RISK       USER      GROUPS                   REVIEWER   DETAIL
    2026-03-01T10:00:00Z   approve    a      done             low        jane      dev                      reviewer   <none>
    2026-03-01T12:00:00Z   deny       b      server dry run   info       jane      dev                      reviewer   <none>
    2026-03-01T14:00:00Z   approve    c      refused          critical   mallory   kubeadm:cluster-admins   reviewer   its risk is beyond --max-risk medium: subject-kubeadm-cluster-admins (critical), requestor-group-escalation (high)
    ");
    let bare = env
        .tool(["record", "show", "r.jsonl", "--no-headers", "a"])
        .run();
    let bare = bare.code(0).quiet();
    assert_eq!(bare.raw_stdout().lines().count(), 1);
}

#[test]
fn only_what_is_asked_for_is_shown() {
    let (_server, env) = env();
    record(&env);
    for (words, names) in [
        (&["a", "csr/c"][..], &["a", "c"][..]),
        (&["--decision", "deny"], &["b"]),
        (&["--since", "2026-03-01T12:00:00Z"], &["b", "c"]),
        (&["--until", "2026-03-01T12:00:00Z"], &["a"]),
        (
            &["--since", "2026-03-01", "--until", "2026-03-02"],
            &["a", "b", "c"],
        ),
        (&["--since", "2026-03-02"], &[]),
        (&["--until", "0s", "--since", "5000w"], &["a", "b", "c"]),
        (
            &["--since", "2026-03-01T12:00:00Z", "--decision", "approve"],
            &["c"],
        ),
        (&["z"], &[]),
    ] {
        let words = [&["record", "show", "r.jsonl", "-o", "json"], words].concat();
        let run = env.tool(words).run().code(0).quiet();
        let json = run.json();
        assert_eq!(json["kind"], "RecordList");
        let found = json["items"].as_array().expect("a list");
        let found: Vec<&str> = found
            .iter()
            .filter_map(|item| item["name"].as_str())
            .collect();
        assert_eq!(found, names, "{run}");
    }
    let none = env.tool(["record", "show", "r.jsonl", "z"]).run().code(0);
    none.stdout("").stderr("No decisions found\n");
    for words in [
        &["--since", "soon"][..],
        &["pod/a"],
        &["--decision", "sign"],
    ] {
        let words = [&["record", "show", "r.jsonl"], words].concat();
        env.tool(words)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["error: "]);
    }
    let missing = env.tool(["record", "show", "nothing"]).run().code(1);
    missing
        .stdout("")
        .stderr_has(&["error: cannot read nothing: "]);
}

#[test]
fn an_intent_alone_is_unknown() {
    let (_server, env) = env();
    let lines = record(&env);
    write(&env, &lines[..1], "");
    let run = env
        .tool(["record", "show", "r.jsonl", "-o", "json"])
        .run()
        .code(0);
    let item = run.json()["items"][0].clone();
    run.stderr(
        "warning: decisions without a result: 1. Look at their CSRs: each was sent or not\n",
    );
    let mut expected = lines[0].clone();
    expected["time"] = json!("2026-03-01T10:00:00.500000Z");
    expected["intentTime"] = expected["time"].clone();
    expected["outcome"] = json!("unknown");
    expected["detail"] = json!("there is no result: it was sent or not");
    assert_eq!(item, expected);
}

#[test]
fn lines_that_are_no_records_hide_no_other() {
    let (_server, env) = env();
    let lines = record(&env);
    let last = lines[4].to_string();
    let torn = &last[..last.len() / 2];
    let mut newer = lines[0].clone();
    newer["apiVersion"] = json!("csr-review/v2");
    let long = "\u{1b}[2J".repeat(1 << 19);
    write(
        &env,
        &lines,
        &format!("{newer}\n\n{long}\n{{}}\n{last}\n{torn}"),
    );
    let run = env
        .tool(["record", "show", "r.jsonl", "-o", "json"])
        .run()
        .code(1);
    assert_eq!(run.json()["items"].as_array().map(Vec::len), Some(4));
    run.stderr(
        "error: r.jsonl: lines that are no records: 5 (at 6, 7, 8, 9, 11)\n\
         hint: A crash or a full disk leaves a torn line; anything else is not from this tool.\n",
    );
    // Of a last line only its end may be missing.
    let whole = lines
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    env.file("r.jsonl", whole);
    let run = env
        .tool(["record", "show", "r.jsonl", "c"])
        .run()
        .code(0)
        .quiet();
    run.stdout_has(&["refused"]);
}
