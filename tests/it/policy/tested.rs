//! `policy test` and `policy explain`: what they say is what would happen.

use std::collections::BTreeSet;

use serde_json::json;

use super::{OWN, policy};
use crate::readme::{documented, paths};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, info, medium, unreviewable};
use crate::support::env::Env;
use crate::support::generated::{read, repository};
use crate::support::objects::{cluster_role, node};
use crate::support::request::{CsrObject, RequestBuilder};

const NO_RIGHTS: &str =
    "note: the directory holds no roles and no bindings, so no rights are judged\n";

/// Writes a CSR with what is expected of a policy.
pub(super) fn expects(env: &Env, name: &str, object: CsrObject, action: &str) {
    let object = object.annotation("csr-review/expect", action);
    env.file(&format!("cases/{name}.json"), object.build().to_string());
}

#[test]
fn policies_are_tested_with_files() {
    let env = Env::new();
    env.file("p.yaml", policy(OWN));
    expects(&env, "a", info("a"), "approve");
    expects(
        &env,
        "b",
        medium("b").annotation("csr-review/expect-rule", "own"),
        "ask",
    );
    env.tool(["policy", "test", "p.yaml", "cases"])
        .run()
        .code(0)
        .stdout("ok cases/a.json: a: approve (rule own)\nok cases/b.json: b: ask (rule own)\n2 passed, 0 failed\n")
        .stderr(NO_RIGHTS);
    expects(&env, "c", critical("c"), "approve");
    expects(&env, "d", unreviewable("d"), "approve");
    env.tool(["policy", "test", "p.yaml", "cases"])
        .run()
        .code(1)
        .stdout_has(&[
            "not ok cases/c.json: c: ask (rule own), expected approve\n  rule own: matches\n",
            "    fails require.findings: subject-kubeadm-cluster-admins (critical)",
            "not ok cases/d.json: d: ask",
            "2 passed, 2 failed\n",
        ])
        .stderr(NO_RIGHTS);
    // What says nothing, or is expected to be something else, is a mistake.
    expects(&env, "e", info("e"), "perhaps");
    env.tool(["policy", "test", "p.yaml", "cases"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&[
            "cases/e.json: e: its annotation csr-review/expect is not approve, deny, ask or nothing",
        ]);
}

/// The node n1 asks to serve under its address.
fn serving(name: &str) -> CsrObject {
    let request = RequestBuilder::node("n1").dns("n1").ip("10.0.0.7");
    CsrObject::kubelet_serving(name, "n1").request(request.key_of(name).pem())
}

fn worked(name: &str) -> String {
    let path = repository(&format!("docs/policies/{name}.yaml"));
    path.to_str().expect("UTF-8").to_owned()
}

/// What is not in the directory is not known, as where the cluster does not answer: nothing is approved by it.
#[test]
fn what_the_directory_does_not_hold_is_not_known() {
    let env = Env::new();
    let policy = worked("kubelet-serving");
    let mut n1 = node("n1", &["10.0.0.7"]);
    n1["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    let service = |name: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"namespace": "default", "name": name},
            "spec": {"clusterIP": "10.96.0.1"},
        })
    };
    let test = |action: &str| {
        expects(&env, "a", serving("a"), action);
        let words = ["policy", "test", &policy, "cases"];
        let output = env.tool(words).run().code(0);
        let told = format!("ok cases/a.json: a: {action} (rule kubelet-serving)\n1 passed");
        let _ = output.stdout_has(&[&told]).stderr(NO_RIGHTS);
    };
    test("ask");
    env.file("cases/node.json", n1.to_string());
    test("ask");
    env.file("cases/service.json", service("shop").to_string());
    test("ask");
    env.file("cases/service.json", service("kubernetes").to_string());
    test("approve");
    // That there is no node has to be said.
    let env = Env::new();
    let policy = worked("bootstrap");
    let object = CsrObject::kubelet_bootstrap("b", "n3");
    let test = |action: &str| {
        expects(&env, "b", object.clone(), action);
        let words = ["policy", "test", &policy, "cases"];
        let output = env.tool(words).run().code(0);
        let told = format!("b: {action} (rule node-bootstrap)\n1 passed");
        output.stdout_has(&[&told]).quiet();
    };
    env.file("cases/role.json", cluster_role("view", &[]).to_string());
    test("ask");
    let none = json!({"apiVersion": "v1", "kind": "NodeList", "items": []});
    env.file("cases/nodes.json", none.to_string());
    test("approve");
    let mut listed = none;
    let mut n3 = node("n3", &[]);
    // Items of a typed list say no more than kubectl's do.
    n3.as_object_mut().expect("an object").remove("kind");
    n3["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    listed["items"] = json!([n3]);
    env.file("cases/nodes.json", listed.to_string());
    test("ask");
}

/// The same request in every state, and once where its signer will not sign it.
fn states() -> Vec<(CsrObject, &'static str, &'static str)> {
    let why = "missing required usage for client certificate: client auth";
    let failed = |name: &str| info(name).condition("Failed", "SignerValidationFailure", why);
    let gone = info("gone").metadata("deletionTimestamp", "2026-03-01T12:00:30Z".into());
    vec![
        (info("pending"), "approve", "approve"),
        (
            info("approved").approved(),
            "nothing",
            "nothing to decide, it is Approved already",
        ),
        (
            info("denied").denied(),
            "nothing",
            "nothing to decide, it is Denied already",
        ),
        (
            failed("failed"),
            "nothing",
            "nothing to decide, its signer has marked it Failed: SignerValidationFailure: missing required usage",
        ),
        (gone, "nothing", "nothing to decide, it is being deleted"),
        (
            info("unsigned").usages(&["digital signature"]),
            "ask",
            "ask, it will not be signed: ",
        ),
    ]
}

fn name_of(object: &CsrObject) -> String {
    let object = object.clone().build();
    let name = object["metadata"]["name"].as_str();
    name.expect("a name").to_owned()
}

#[test]
fn what_is_explained_is_what_would_happen() {
    let server = ApiServer::with(states().into_iter().map(|(object, ..)| object));
    let env = Env::with(&server);
    let loose = OWN.replace(
        "userIsRequestor: true",
        "userIsRequestor: true, findings: {maxRisk: high}",
    );
    env.file("p.yaml", policy(&loose));
    let mut fields = BTreeSet::new();
    for (object, action, words) in states() {
        let name = name_of(&object);
        let explain = ["policy", "explain", "p.yaml", &name];
        let output = env.tool(explain).run().code(0).quiet();
        assert!(
            output.raw_stdout().starts_with(&format!("{name}: {words}")),
            "{output}"
        );
        let json = env
            .tool(explain.iter().chain(&["-o", "json"]))
            .run()
            .code(0)
            .quiet()
            .json();
        assert_eq!(json["items"][0]["action"], action, "{name}");
        paths(&json, "", &mut fields);
        assert_eq!(
            json["items"][0]["why"].is_string(),
            action != "approve",
            "{name}"
        );
        // And that is what happens.
        let before = server.writes().len();
        let code = match name.as_str() {
            "pending" | "approved" => 0,
            "denied" => 1,
            _ => 3,
        };
        let approve = ["approve", &name, "--policy", "p.yaml", "--yes"];
        let output = env.tool(approve).run().code(code).stdout_has(&[""]);
        let line = format!(
            "  policy{}: {words}",
            if action == "nothing" { "" } else { " own" }
        );
        let line = line.replace("ask, it will", "ask, for it will");
        output.stderr_has(&[&line]);
        assert_eq!(
            server.writes().len() - before,
            usize::from(name == "pending"),
            "{name}"
        );
    }
    assert_eq!(fields, documented("PolicyTraceList"));
    // The same in files.
    for (object, action, _) in states() {
        let name = name_of(&object);
        expects(&env, &name, object, action);
    }
    env.tool(["policy", "test", "p.yaml", "cases"])
        .run()
        .code(0)
        .stdout_has(&[
            "ok cases/failed.json: failed: nothing to decide, its signer has marked it Failed: ",
            "ok cases/unsigned.json: unsigned: ask, it will not be signed: ",
            "6 passed, 0 failed\n",
        ])
        .stderr(NO_RIGHTS);
}

/// Only a person at a terminal approves what will not be signed, and is shown why it will not.
#[test]
fn what_will_not_be_signed_is_left() {
    let object = info("unsigned").usages(&["digital signature"]);
    let server = ApiServer::with([object]);
    let env = Env::with(&server);
    env.tool(["approve", "unsigned", "--yes", "--max-risk", "high"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["error: unsigned: refused: it will not be signed: "]);
    env.tool(["deny", "unsigned", "--yes", "--dry-run=client"])
        .run()
        .code(0)
        .stdout_has(&["unsigned denied (dry run)\n"])
        .stderr_has(&["unsigned: "]);
    assert_eq!(server.writes().len(), 0);
}

/// Once a signer has given up on it, an approval that stands is reported as what came of it.
#[test]
fn what_failed_is_reported_as_failed() {
    let why = "missing required usage";
    let object = info("a")
        .approved()
        .condition("Failed", "SignerValidationFailure", why);
    let server = ApiServer::with([object, info("b").approved()]);
    let env = Env::with(&server);
    env.tool(["approve", "a", "--yes"])
        .run()
        .code(0)
        .stdout_has(&["/a approved\n"])
        .stderr_has(&[
            "its signer has marked it Failed: SignerValidationFailure: missing required usage",
        ])
        .stderr_lacks(&["Get the certificate"]);
    env.tool(["approve", "b", "--yes"])
        .run()
        .code(0)
        .stdout_has(&["/b approved\n"])
        .stderr_has(&["Get the certificate"])
        .stderr_lacks(&["Failed"]);
}

/// A kubelet may ask for fewer names than its Node reports, and nothing calls that all of them.
#[test]
fn fewer_names_than_the_node_reports_pass_and_are_called_so() {
    let env = Env::new();
    let policy = worked("kubelet-serving");
    let mut n1 = node("n1", &["10.0.0.7", "10.0.0.8"]);
    n1["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": "default", "name": "kubernetes"},
        "spec": {"clusterIP": "10.96.0.1"},
    });
    env.file("cases/node.json", n1.to_string());
    env.file("cases/service.json", service.to_string());
    expects(&env, "a", serving("a"), "approve");
    let words = ["policy", "test", &policy, "cases"];
    env.tool(words)
        .run()
        .code(0)
        .stdout_has(&["1 passed, 0 failed\n"])
        .stderr(NO_RIGHTS);
    let page = env
        .tool(["explain", "node-serving-verified"])
        .run()
        .code(0)
        .quiet();
    let row = read("docs/policies.md");
    let row = row
        .lines()
        .find(|line| line.contains("`require.namesBelongToNode`"));
    for text in [page.raw_stdout(), row.expect("a row")] {
        assert!(!text.contains("exactly"), "{text}");
        assert!(text.contains("no other names and addresses"), "{text}");
    }
}
