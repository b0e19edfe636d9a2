//! Plans: decisions by one person, sent by another.

#[path = "plan/edited.rs"]
mod edited;
#[path = "plan/evidence.rs"]
mod evidence;
#[path = "plan/files.rs"]
mod files;
#[path = "plan/terminal.rs"]
mod terminal;
#[path = "plan/written.rs"]
mod written;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::readme;
use crate::support::apiserver::{ApiServer, Fault, On, Who};
use crate::support::cases::{approved, critical, denied, info, medium, unreviewable};
use crate::support::env::{Env, Output};
use crate::support::generated::read;
use crate::support::objects::{cluster_role, group, role_binding, rule};
use crate::support::request::CsrObject;

/// The plan of `approve NAME… --yes`, as `reviewer` made it.
#[track_caller]
fn planned(env: &Env, names: &[&str]) {
    let words = [
        &[
            "approve",
            "--yes",
            "--max-risk",
            "high",
            "--plan",
            "plan.json",
        ],
        names,
    ]
    .concat();
    let run = env.tool(words).run().code(0);
    let lines: Vec<String> = names
        .iter()
        .map(|name| approved(name).replace('\n', " (planned)\n"))
        .collect();
    run.stdout(&lines.concat())
        .stderr_has(&[" written to plan.json; nothing was sent\n"]);
}

/// `apply plan.json` with these words.
fn apply<'a>(env: &'a Env, words: &[&str]) -> Output<'a> {
    let all = ["apply", "plan.json"].iter().chain(words);
    env.tool(all).run()
}

/// The plan as it is.
fn document(env: &Env) -> Value {
    let text = std::fs::read_to_string(env.work().join("plan.json")).expect("a plan");
    serde_json::from_str(&text).expect("JSON")
}

/// The plan with something changed in it.
fn edit(env: &Env, edit: impl FnOnce(&mut Value)) {
    let mut plan = document(env);
    edit(&mut plan);
    env.file("plan.json", plan.to_string());
}

fn user(name: &str) -> Who {
    Who::User(name.to_owned(), vec!["system:authenticated".to_owned()])
}

#[test]
fn one_plans_and_another_one_applies() {
    let server = ApiServer::with([info("a"), medium("b"), critical("c")]);
    let env = Env::with(&server);
    server.who(user("alice"));
    planned(&env, &["a", "b"]);
    assert_eq!(server.writes().len(), 0);
    // The denial comes from a plan of its own.
    let run = env
        .tool([
            "deny",
            "c",
            "--yes",
            "--reason",
            "No",
            "--message",
            "Not you.",
            "--plan",
            "denied.json",
        ])
        .run()
        .code(0);
    run.stdout(&denied("c").replace('\n', " (planned)\n"))
        .stderr_has(&["Plan with 1 decision written to denied.json; nothing was sent\n"]);
    server.who(user("bob"));
    let run = apply(&env, &["--yes", "--no-self"]).code(0);
    run.stdout(&[approved("a"), approved("b")].concat())
        .stderr_has(&[
            "Context test, server http://[SERVER], user bob\n",
            " by alice on http://[SERVER]: 2 decisions\n",
            "approve a: info risk, user jane, groups [dev], asked for by jane, signer ",
            "approve b: medium risk, user newcomer, ",
        ]);
    assert_eq!(server.conditions("a"), ["Approved"]);
    let condition = server.object("a").expect("stored")["status"]["conditions"][0].clone();
    assert_eq!(condition["reason"], "CSRReviewApproved");
    let message = condition["message"].as_str().expect("text");
    assert!(
        message.contains("at risk info, fingerprint sha256:"),
        "{message}"
    );
    let run = env.tool(["apply", "denied.json", "--yes"]).run().code(0);
    run.stdout(&denied("c"))
        .stderr_has(&["deny c: critical risk, user mallory, "])
        .stderr_lacks(&["Get the certificate"]);
    let condition = server.object("c").expect("stored")["status"]["conditions"][0].clone();
    assert_eq!(
        (&condition["reason"], &condition["message"]),
        (&json!("No"), &json!("Not you."))
    );
    assert_eq!(server.writes().len(), 3);
}

#[test]
fn a_plan_that_is_applied_again_does_nothing() {
    let server = ApiServer::with([info("a"), medium("b")]);
    let env = Env::with(&server);
    planned(&env, &["a", "b"]);
    let lines = [approved("a"), approved("b")].concat();
    let _ = apply(&env, &["--yes"])
        .code(0)
        .stdout(&lines)
        .stderr_has(&["approve a: "]);
    assert_eq!(server.writes().len(), 2);
    // There is nothing to ask about.
    let run = apply(&env, &[]).code(0).stdout(&lines);
    run.stderr_has(&["note: a: it was already Approved at 20"])
        .stderr_lacks(&["approve a: "]);
    assert_eq!(server.writes().len(), 2);
    // Somebody decides the other way meanwhile.
    server.add(info("c"));
    std::fs::remove_file(env.work().join("plan.json")).expect("a file");
    planned(&env, &["c"]);
    server.change(|store| store.decide("c", "Denied", "No", "robot"));
    let run = apply(&env, &["--yes"]).code(1).stdout("");
    run.stderr_has(&["error: c: it is already Denied\n"]);
}

#[test]
fn what_was_put_in_its_place_gets_nothing() {
    let server = ApiServer::with([info("a"), info("b"), info("c")]);
    let env = Env::with(&server);
    planned(&env, &["a", "b", "c"]);
    server.change(|store| {
        store.replace(critical("a").stamped().build());
        store.delete("c");
    });
    let run = apply(&env, &["--yes", "-o", "json"]).code(1);
    let items = run.json()["items"].clone();
    run.stderr_has(&[
        "error: a: stale: it differs from the plan in uid (plan: \"",
        "fingerprint (plan: \"sha256:",
        "hint: It is not what was planned about. Review what is there.\n",
        "error: c: there is no CSR \"c\"\n",
    ]);
    let told: Vec<_> = items
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            [
                &item["name"],
                &item["decision"],
                &item["outcome"],
                &item["exitCode"],
            ]
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["a", "approve", "stale", 4],
            ["c", "approve", "failed", 1],
            ["b", "approve", "done", 0],
        ])
    );
    assert_eq!(server.conditions("a"), [""; 0]);
    assert_eq!(server.conditions("b"), ["Approved"]);
    // The same request, put there anew by somebody, is another CSR too.
    server.change(|store| store.replace(info("a").stamped().build()));
    let run = apply(&env, &["--yes"]).code(1);
    run.stdout(&approved("b"))
        .stderr_has(&["a: stale: it differs from the plan in uid "]);
}

#[test]
fn what_is_found_since_is_stale_for_an_approval() {
    let server = ApiServer::with([info("a"), medium("b")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    let _ = env
        .tool(["deny", "b", "--yes", "--plan", "deny.json"])
        .run()
        .code(0)
        .stdout_has(&["(planned)"])
        .stderr_has(&["deny.json"]);
    for name in ["a", "b"] {
        server.change(|store| {
            store.update(name, |object| {
                object["metadata"]["annotations"] = json!({"note": "\u{202e}fine"});
            });
        });
    }
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "error: a: stale: there are findings or powers that the plan does not have: ",
        "hint: Review it again, and make a new plan.\n",
    ])
    .stderr_lacks(&["approve a: "]);
    assert_eq!(server.writes().len(), 0);
    // A denial is no worse for it.
    let run = env.tool(["apply", "deny.json", "--yes"]).run().code(0);
    run.stdout(&denied("b")).stderr_has(&["deny b: "]);
    // A reviewer who turns out to be the requestor is news too.
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    server.who(user("jane"));
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&["plan does not have: requestor-self-review (medium): jane\n"]);
}

#[test]
fn what_changes_right_before_the_write_is_judged_again() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    planned(&env, &["a", "b"]);
    server.before(On::put("a"), |store| store.update("a", |_| {}));
    server.before(On::put("b"), |store| store.replace(critical("b").build()));
    let run = apply(&env, &["--yes"]).code(4).stdout(&approved("a"));
    run.stderr_has(&["error: b: stale: another CSR stands under this name now"]);
    assert_eq!(server.conditions("b"), [""; 0]);
}

#[test]
fn another_cluster_gets_nothing() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    server.cluster_uid("elsewhere");
    let before = server.requests().len();
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "error: the plan is for another cluster: http://[SERVER], whose namespace kube-system has the uid ",
        "; here it is elsewhere\nhint: Nothing was read or sent. Choose the plan's cluster with --context.\n",
    ]);
    let lines = server.lines();
    assert_eq!(lines[before..], ["GET /api/v1/namespaces/kube-system"]);
    // Where that is not known, what binds each decision is enough, and it is said.
    server.forbid("namespaces");
    let told = "warning: it cannot be checked that this is the plan's cluster: not allowed to read the namespace \
                kube-system: User \"reviewer\" cannot get resource \"namespaces\"";
    let run = apply(&env, &["--dry-run=client"]).code(0);
    run.stdout(&approved("a").replace('\n', " (dry run)\n"))
        .stderr_has(&[
            told,
            "; uid and fingerprint bind each decision all the same\n",
        ]);
    server.fault(On::new("GET", "kube-system").times(4), Fault::HangUp);
    let run = apply(&env, &["--yes"]).code(1).stdout("");
    run.stderr_has(&["error: "]);
    assert_eq!(server.writes().len(), 0);
    // A planner who may not read it either makes a plan that does not say.
    std::fs::remove_file(env.work().join("plan.json")).expect("a file");
    let run = env
        .tool(["approve", "a", "--yes", "--plan", "plan.json"])
        .run()
        .code(0);
    run.stdout_has(&["(planned)"])
        .stderr_has(&["warning: the plan cannot say which cluster it is for: not allowed to read"]);
    assert_eq!(document(&env)["cluster"]["uid"], Value::Null);
    let run = apply(&env, &["--yes"]).code(0).stdout(&approved("a"));
    run.stderr_has(&[
        "that this is the plan's cluster: the plan does not say; uid and fingerprint",
    ]);
}

#[test]
fn nobody_applies_a_plan_of_their_own_where_two_are_wanted() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    let refused = |why: &str| {
        format!("error: refused: {why}, and --no-self is set\nhint: Nothing was sent.\n")
    };
    let own = refused("you made this plan yourself");
    let _ = apply(&env, &["--yes", "--no-self"])
        .code(3)
        .stdout("")
        .stderr_has(&[&own]);
    server.who(Who::Forbidden);
    let unknown = refused("the server does not say who you are");
    let _ = apply(&env, &["--yes", "--no-self"])
        .code(3)
        .stdout("")
        .stderr_has(&[&unknown]);
    server.who(user("bob"));
    for name in [Value::Null, json!("")] {
        edit(&env, |plan| plan["planner"]["username"] = name);
        let unsaid = refused("the plan does not say who made it");
        let _ = apply(&env, &["--yes", "--no-self"])
            .code(3)
            .stdout("")
            .stderr_has(&[&unsaid]);
    }
    assert_eq!(server.writes().len(), 0);
    edit(&env, |plan| plan["planner"]["username"] = json!("alice"));
    let run = apply(&env, &["--yes", "--no-self"]).code(0);
    run.stdout(&approved("a")).stderr_has(&[" by alice on "]);
}

#[test]
fn a_dry_run_stores_nothing_and_asks_nobody() {
    let server = ApiServer::with([info("a"), unreviewable("b")]);
    let env = Env::with(&server);
    planned(&env, &["a"]);
    let run = apply(&env, &["--dry-run=server"]).code(0);
    run.stdout(&approved("a").replace('\n', " (server dry run)\n"))
        .stderr_has(&["approve a: info risk"]);
    assert_eq!(server.writes().len(), 1);
    assert_eq!(server.conditions("a"), [""; 0]);
    let run = apply(&env, &["--dry-run=client", "--facts=none"]).code(0);
    run.stdout(&approved("a").replace('\n', " (dry run)\n"))
        .stderr_has(&["approve a: info risk"]);
    assert_eq!(server.writes().len(), 1);
    let words = ["approve", "a", "--yes", "--plan", "p", "--dry-run=client"];
    let run = env.tool(words).run().code(2).stdout("");
    run.stderr_has(&["cannot be used with"]);
}

/// A CSR whose request, and so its digests, are the same in every run.
fn steady() -> CsrObject {
    let text = read("docs/examples/ordinary-user.yaml");
    let manifest: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
    CsrObject::for_new_person("jane", "jane").spec("request", manifest["spec"]["request"].clone())
}

#[test]
fn a_plan_reads_well() {
    let server = ApiServer::with([steady()]);
    let env = Env::with(&server);
    planned(&env, &["jane"]);
    let text = std::fs::read_to_string(env.work().join("plan.json")).expect("a plan");
    let created = document(&env)["createdAt"]
        .as_str()
        .expect("text")
        .to_owned();
    let text = env.steady(&text).replace(&created, "[TIME]");
    assert_snapshot!(text);
}

#[test]
fn every_field_of_a_plan_is_documented() {
    let server = ApiServer::with([steady()]);
    let pods = rule("", &["create"], &["pods"]);
    server.hold(cluster_role("pods", &[pods]));
    server.hold(role_binding("dev", "pods", "pods", &[group("developers")]));
    let env = Env::with(&server);
    planned(&env, &["jane"]);
    let mut found = std::collections::BTreeSet::new();
    readme::paths(&document(&env), "", &mut found);
    assert_eq!(found, readme::documented("Plan"));
}
