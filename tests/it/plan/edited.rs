//! A plan is a file that anybody may have touched.

use serde_json::{Value, json};

use super::{apply, document, edit, planned};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, info, medium, unreviewable};
use crate::support::env::Env;

fn one() -> (ApiServer, Env) {
    let server = ApiServer::with([info("a"), critical("evil")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    (server, env)
}

#[test]
fn a_decision_is_what_the_file_says() {
    let (server, env) = one();
    edit(&env, |plan| {
        plan["decisions"][0]["decision"] = json!("deny");
        plan["decisions"][0]["message"] = json!("\u{1b}[2J changed");
    });
    let run = apply(&env, &["--yes"]).code(0);
    run.stdout(&denied("a")).stderr_has(&["deny a: info risk"]);
    assert_eq!(server.conditions("a"), ["Denied"]);
}

#[test]
fn what_does_not_describe_the_csr_is_stale() {
    let (server, env) = one();
    let original = document(&env);
    let digest = format!("sha256:{}", "0".repeat(64));
    for (field, value) in [
        ("uid", json!("x")),
        ("fingerprint", json!(digest)),
        ("specSha256", json!(digest)),
        (
            "identity",
            json!({"user": "joe", "groups": [], "login": true}),
        ),
        ("requestor", json!({"username": "root\u{1b}[2J"})),
        ("signerName", Value::Null),
        ("usages", json!([])),
        ("expirationSeconds", json!(1)),
    ] {
        edit(&env, |plan| {
            *plan = original.clone();
            plan["decisions"][0][field] = value;
        });
        let run = apply(&env, &["--yes"]).code(4).stdout("");
        run.stderr_has(&[&format!(
            "a: stale: it differs from the plan in {field} (plan: "
        )])
        .stderr_lacks(&["\u{1b}[2J"]);
    }
    // A harmless text above the digests of another CSR.
    let run = env
        .tool(["deny", "evil", "--yes", "--plan", "evil.json"])
        .run();
    let _ = run.code(0).stdout_has(&["planned"]).stderr_has(&["evil"]);
    let text = std::fs::read_to_string(env.work().join("evil.json")).expect("a plan");
    let evil: Value = serde_json::from_str(&text).expect("JSON");
    edit(&env, |plan| {
        *plan = original.clone();
        for field in ["name", "uid", "fingerprint", "specSha256", "requestor"] {
            plan["decisions"][0][field] = evil["decisions"][0][field].clone();
        }
    });
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "evil: stale: it differs from the plan in identity (plan: {\"user\":\"jane\"",
    ]);
    // And the same with the findings left out.
    edit(&env, |plan| {
        *plan = evil.clone();
        let entry = &mut plan["decisions"][0];
        entry["decision"] = json!("approve");
        entry["findings"] = json!([]);
        entry["risk"] = json!("none");
    });
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&["plan does not have: subject-kubeadm-cluster-admins (critical): "]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn no_plan_approves_what_is_unreviewable() {
    let server = ApiServer::with([unreviewable("a"), medium("b").failed()]);
    let env = Env::with(&server);
    let run = env
        .tool(["deny", "a", "b", "--yes", "--plan", "plan.json"])
        .run();
    let _ = run
        .code(0)
        .stdout_has(&["a denied (planned)"])
        .stderr_has(&["2 decisions"]);
    edit(&env, |plan| {
        for entry in plan["decisions"].as_array_mut().expect("a list") {
            entry["decision"] = json!("approve");
        }
    });
    for words in [&["--yes"][..], &["--dry-run=server"], &[]] {
        let run = apply(&env, words).code(3).stdout("");
        run.stderr_has(&[
            "error: a: refused: it is unreviewable: ",
            "error: b: refused: its signer has marked it Failed: SignerValidationFailure: subject organization is not system:nodes\n",
        ]);
    }
    assert_eq!(server.writes().len(), 0);
    // Nor is it planned.
    let run = env
        .tool(["approve", "a", "--yes", "--plan", "other.json"])
        .run();
    run.code(3).stdout("").stderr_has(&[
        "a: refused: ",
        "Nothing was decided, so no plan is written\n",
    ]);
    assert!(!env.work().join("other.json").exists());
}

#[expect(clippy::too_many_lines, reason = "it is one table")]
#[test]
fn what_is_not_a_plan_does_nothing() {
    let (server, env) = one();
    let original = document(&env);
    let text = original.to_string();
    let doubled = {
        let mut plan = original.clone();
        let again = plan["decisions"][0].clone();
        plan["decisions"]
            .as_array_mut()
            .expect("a list")
            .push(again);
        plan.to_string()
    };
    let without = |field: &str| {
        let mut plan = original.clone();
        plan.as_object_mut().expect("an object").remove(field);
        plan.to_string()
    };
    let with = |field: &str, value: Value| {
        let mut plan = original.clone();
        plan[field] = value;
        plan.to_string()
    };
    let listed = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    let listed = listed.raw_stdout().to_owned();
    for (text, why) in [
        (
            text[..text.len() - 9].to_owned(),
            "it ends too early (line ",
        ),
        (String::new(), "it ends too early (line 1)"),
        (
            text.replacen('{', "{\"kind\":\"Plan\",", 1),
            "kind is set twice (line ",
        ),
        (
            with("kind", json!("List")),
            "kind: \"List\" is not one of Plan (line ",
        ),
        (
            listed,
            "apiVersion: \"csr-review/v1\" is not one of csr-review/v2 (line ",
        ),
        (
            with("apiVersion", json!("v1")),
            "apiVersion: \"v1\" is not one of csr-review/v2",
        ),
        (
            with("apiVersion", json!("csr-review/v3")),
            "apiVersion: \"csr-review/v3\" is not one of csr-review/v2",
        ),
        (
            with("x\u{1b}[2J\nerror: y", json!(1)),
            "there is no field x\\x1b[2J\\nerror: y; there are ",
        ),
        (without("planner"), "the field planner is missing"),
        (without("cluster"), "the field cluster is missing"),
        (doubled, "\"a\" is decided about twice"),
        (
            text.replace("\"name\":\"a\"", "\"name\":\"../a\""),
            "this cannot be the name of a CSR",
        ),
    ] {
        let before = server.requests().len();
        env.file("plan.json", text);
        let run = apply(&env, &["--yes"]).code(1).stdout("");
        run.stderr_has(&[
            "error: plan.json is not a plan: ",
            why,
            "hint: Nothing was sent. A plan is ",
        ])
        .stderr_lacks(&["\u{1b}", "\nerror: y"]);
        assert_eq!(server.requests().len(), before);
    }
    // What an earlier version wrote binds less.
    env.file(
        "plan.json",
        text.replace("\"csr-review/v2\"", "\"csr-review/v1\""),
    );
    let _ = apply(&env, &["--yes"]).code(1).stdout("").stderr(
        "error: plan.json is no longer a plan: its format is csr-review/v1, which does not bind evidence and powers\n\
         hint: Nothing was sent. Review again with --plan.\n",
    );
    env.file("plan.json", [0xff, 0xfe]);
    let _ = apply(&env, &["--yes"])
        .code(1)
        .stdout("")
        .stderr_has(&["is not a plan"]);
    let run = env.tool(["apply", "nowhere.json"]).run().code(1).stdout("");
    run.stderr_has(&["error: cannot read nowhere.json: it does not exist\n"]);
    let run = env
        .tool(["apply", "/dev/zero", "--yes"])
        .run()
        .code(1)
        .stdout("");
    run.stderr_has(&["error: /dev/zero is larger than 64 MiB\n"]);
    env.file("plan.json", with("decisions", json!([])));
    let run = apply(&env, &[]).code(0).stdout("");
    run.stderr_has(&[": 0 decisions\n"]);
    assert_eq!(server.writes().len(), 0);
    env.file("plan.json", text);
    let _ = apply(&env, &["--yes"])
        .code(0)
        .stdout(&approved("a"))
        .stderr_has(&["approve a"]);
}
