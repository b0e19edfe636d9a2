//! A plan binds what was found and what the identity could do, each with its evidence.

use serde_json::{Value, json};

use super::{apply, document, edit, planned};
use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, high};
use crate::support::env::Env;
use crate::support::objects::{
    cluster_role, cluster_role_binding, group, node, role_binding, rule,
};
use crate::support::request::{CsrObject, RequestBuilder};

/// Who asks for bob, who is in the group devs.
fn bob() -> CsrObject {
    let request = RequestBuilder::user("bob").group("devs");
    CsrObject::new("bob", request.pem()).requestor("alice", &["devs", "system:authenticated"])
}

/// A cluster with these bindings.
fn cluster(object: CsrObject, bindings: &[Value]) -> ApiServer {
    let server = ApiServer::with([object]);
    let pods = rule("", &["create"], &["pods"]);
    let nodes = rule(
        "",
        &["patch", "update", "delete"],
        &["nodes", "nodes/status"],
    );
    server.hold(cluster_role("dev-pods", &[pods]));
    server.hold(cluster_role("nodes", &[nodes]));
    for binding in bindings {
        server.hold(binding.clone());
    }
    server
}

/// The group devs may run pods in a namespace: the worst of its powers.
fn in_dev() -> Value {
    role_binding("dev", "devs", "dev-pods", &[group("devs")])
}

/// It may change nodes.
fn everywhere() -> Value {
    cluster_role_binding("devs-everywhere", "nodes", &[group("devs")])
}

#[test]
fn more_power_behind_the_same_finding_is_stale() {
    let server = cluster(bob(), &[in_dev()]);
    let env = Env::with(&server);
    planned(&env, &["bob"]);
    let entry = document(&env)["decisions"][0].clone();
    let powers = entry["powers"].as_array().expect("powers");
    let pods = powers
        .iter()
        .find(|power| power["binding"] == "RoleBinding dev/devs")
        .expect("the power to run pods");
    assert_eq!(pods["namespace"], "dev");
    assert_eq!(pods["role"], "ClusterRole dev-pods");
    let told = |rule: &str| -> Value {
        let findings = entry["findings"].as_array().expect("findings").iter();
        let mut found = findings.filter(|finding| finding["rule"] == rule);
        found.next().expect("the finding")["severity"].clone()
    };
    assert_eq!(told("subject-rbac-dangerous"), "high");
    // The same rule, the same severity.
    server.hold(everywhere());
    let run = apply(&env, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "error: bob: stale: there are findings or powers that the plan does not have: would be able to ",
        "(ClusterRoleBinding devs-everywhere)",
    ]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn less_power_is_no_news() {
    // Each is signed anew.
    let object = bob();
    let server = cluster(object.clone(), &[in_dev(), everywhere()]);
    let env = Env::with(&server);
    planned(&env, &["bob"]);
    // The binding that was the evidence of the worst power is gone; the other one was seen too.
    let server = cluster(object, &[everywhere()]);
    let there = Env::with(&server);
    there.file("plan.json", document(&env).to_string());
    let run = apply(&there, &["--yes", "--dry-run=client"]);
    let _ = run
        .code(0)
        .stdout(&approved("bob").replace('\n', " (dry run)\n"))
        .stderr_has(&["approve bob: "]);
    // Without powers in it, a plan leaves the evidence to be compared.
    edit(&there, |plan| plan["decisions"][0]["powers"] = json!([]));
    let run = apply(&there, &["--yes"]).code(4).stdout("");
    run.stderr_has(&["would be able to ", "(ClusterRoleBinding devs-everywhere)"]);
    edit(&there, |plan| plan["decisions"][0]["powers"] = Value::Null);
    let run = apply(&there, &["--yes"]).code(4).stdout("");
    run.stderr_has(&[
        "subject-rbac-dangerous (high): ClusterRoleBinding devs-everywhere to ClusterRole nodes",
    ]);
}

/// A node's certificate for names of another one, which are what the finding shows.
#[test]
fn evidence_that_grew_is_stale_and_less_of_it_is_not() {
    let both = ["10.0.0.7", "10.0.0.8"];
    let request = RequestBuilder::node("n1").ip(both[0]).ip(both[1]);
    let object = CsrObject::kubelet_serving("a", "n1").request(request.pem());
    let cluster = |addresses: &[&str]| {
        let server = ApiServer::with([object.clone(), high("b")]);
        let mut node = node("n1", addresses);
        node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
        server.hold(node);
        server
    };
    for (before, now, code) in [
        (&both[..1], &both[..1], 0),
        (&both[..1], &both[..0], 4),
        (&both[..0], &both[..1], 0),
    ] {
        let server = cluster(before);
        let env = Env::with(&server);
        planned(&env, &["a"]);
        let plan = document(&env);
        let server = cluster(now);
        let env = Env::with(&server);
        env.file("plan.json", plan.to_string());
        let run = apply(&env, &["--yes", "--dry-run=client"]).code(code);
        let told = if code == 0 {
            "approve a: high risk"
        } else {
            "plan does not have: node-serving-san-foreign (high): 10.0.0.7, 10.0.0.8\n"
        };
        run.stdout_has(&[""]).stderr_has(&[told]);
    }
}
