//! The file: what stands in it, and how it comes to be.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use super::{apply, document, planned};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{RESOURCE, info, medium};
use crate::support::env::Env;

#[test]
fn the_same_decisions_give_the_same_file() {
    let server = ApiServer::with([info("b"), medium("a"), info("c")]);
    let env = Env::with(&server);
    planned(&env, &["b", "a"]);
    let text = |env: &Env, file: &str| {
        let text = fs::read_to_string(env.work().join(file)).expect("a plan");
        let lines = text.lines().filter(|line| !line.contains("\"createdAt\""));
        lines.collect::<Vec<_>>().join("\n")
    };
    let words = [
        "approve",
        "a",
        "b",
        "csr/a",
        "--yes",
        "--max-risk=high",
        "--plan",
        "again.json",
    ];
    let run = env.tool(words).run().code(0);
    run.stdout_has(&["a approved (planned)"])
        .stderr_has(&["Plan with 2 decisions"]);
    assert_eq!(text(&env, "plan.json"), text(&env, "again.json"));
    // Nothing else is left behind.
    assert_eq!(fs::read_dir(env.work()).expect("a folder").count(), 2);
}

#[test]
fn nothing_is_overwritten() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    env.file("there", "");
    fs::create_dir(env.work().join("folder")).expect("a folder");
    symlink("nowhere", env.work().join("link")).expect("a link");
    let refused = |file: &str, why: &str| {
        for words in [
            &["approve", "a", "--yes"][..],
            &["deny", "a", "--yes"],
            &["review"],
        ] {
            let words = [words, &["--plan", file]].concat();
            let run = env.tool(words).run().code(1).stdout("");
            run.stderr_has(&[why]);
        }
    };
    for file in ["there", "folder", "link"] {
        let why = format!(
            "error: {file} exists already\nhint: A plan is not overwritten. Name another file, or remove that one.\n"
        );
        refused(file, &why);
    }
    refused(
        "missing/plan",
        "error: cannot write missing/plan: No such file or directory",
    );
    refused(
        "there/plan",
        "error: cannot write there/plan: Not a directory",
    );
    let run = env
        .tool(["approve", "a", "--yes", "--plan", ".."])
        .run()
        .code(2);
    run.stdout("")
        .stderr_has(&["error: .. cannot be the name of a plan\n"]);
    assert_eq!(server.requests().len(), 0);
    assert_eq!(
        fs::read_to_string(env.work().join("there")).expect("a file"),
        ""
    );
}

#[test]
fn json_tells_what_was_planned() {
    let server = ApiServer::with([info("a"), medium("b"), info("c").approved()]);
    let env = Env::with(&server);
    let words = [
        "approve",
        "a",
        "b",
        "c",
        "--yes",
        "--max-risk=low",
        "-o",
        "json",
        "--plan",
        "plan.json",
    ];
    let run = env.tool(words).run().code(3);
    let items = run.json()["items"].clone();
    run.stderr_has(&["b: refused: ", "Plan with 1 decision written"]);
    let told: Vec<_> = items
        .as_array()
        .expect("items")
        .iter()
        .map(|item| json!([item["name"], item["outcome"], item["exitCode"]]))
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["a", "planned", 0],
            ["b", "refused", 3],
            ["c", "already", 0]
        ])
    );
    let run = apply(&env, &["--yes", "-o", "json"]).code(0);
    assert_eq!(run.json()["items"][0]["outcome"], "done");
    let _ = run.stderr_has(&["approve a: "]);
}

#[test]
fn hostile_names_stay_where_they_are() {
    let name = "a\u{1b}[2J\u{202e}b\"; rm -rf ~";
    let server = ApiServer::with([info(name)]);
    let env = Env::with(&server);
    let shown = "a\\x1b[2J\\u{202e}b\"; rm -rf ~";
    let words = [
        "approve",
        name,
        "--yes",
        "--max-risk=high",
        "--accept=name-unsafe",
        "--accept=text-control",
        "--plan",
        "plan.json",
    ];
    let run = env.tool(words).run().code(0);
    run.stdout(&format!("{RESOURCE}/{shown} approved (planned)\n"))
        .stderr_has(&["Plan with 1 decision"]);
    let text = fs::read_to_string(env.work().join("plan.json")).expect("a plan");
    assert!(
        text.chars()
            .all(|c| c == '\n' || (c.is_ascii() && !c.is_control())),
        "{text}"
    );
    assert_eq!(document(&env)["decisions"][0]["name"], name);
    let run = apply(&env, &["--yes"]).code(0);
    run.stdout(&format!("{RESOURCE}/{shown} approved\n"))
        .stderr_has(&["approve \"a\\x1b[2J\\u{202e}b\\\"; rm -rf ~\": critical risk"])
        .stderr_lacks(&["\u{1b}", "\u{202e}"]);
    assert_eq!(server.conditions(name), ["Approved"]);
}

#[test]
fn a_file_with_a_hostile_name_is_told_safely() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let words = ["approve", "a", "--yes", "--plan", "p\u{1b}[2J"];
    let run = env.tool(words).run().code(0);
    run.stdout_has(&["(planned)"])
        .stderr_has(&["written to p\\x1b[2J; nothing was sent\n"]);
}
