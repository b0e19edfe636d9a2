//! What a policy does where the cluster does not answer: it asks, and tries again.

use std::fs;

use rustix::process::Signal;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::env::Env;
use crate::support::generated::repository;
use crate::support::objects::node;
use crate::support::request::{CsrObject, RequestBuilder};
use crate::support::running::Running;

/// The node n1 has this address, and asks to serve under 10.0.0.7.
fn cluster(address: &str) -> ApiServer {
    let request = RequestBuilder::node("n1").dns("n1").ip("10.0.0.7");
    let object = CsrObject::kubelet_serving("a", "n1").request(request.pem());
    let server = ApiServer::with([object]);
    let mut node = node("n1", &[address]);
    node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
    server.hold(node);
    server
}

/// The worked policy, and what fails it is denied.
fn watch(env: &Env) -> Running {
    let worked = repository("docs/policies/kubelet-serving.yaml");
    let worked = fs::read_to_string(worked).expect("a policy");
    let strict = worked.replace("then: approve\n", "then: approve\n    otherwise: deny\n");
    assert_ne!(strict, worked);
    env.file("p.yaml", strict);
    Running::start(&env.tool(["watch", "--policy", "p.yaml", "--yes"]))
}

fn stopped(mut run: Running) -> String {
    run.signal(Signal::TERM);
    let (code, out, err) = run.end();
    assert_eq!(code, Some(0), "{out}{err}");
    err
}

#[test]
fn an_outage_denies_no_csr_and_is_waited_for() {
    let server = cluster("10.0.0.7");
    server.fault(
        On::new("GET", "/api/v1/nodes").times(4),
        Fault::bad_gateway(),
    );
    let env = Env::with(&server);
    let mut run = watch(&env);
    run.expect_err("policy kubelet-serving: ask, for it cannot judge require.namesBelongToNode (");
    run.expect_err("error: a: refused: the policy's rule kubelet-serving cannot be judged: ");
    assert_eq!(server.writes().len(), 0);
    run.expect("a approved");
    stopped(run);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn facts_that_may_not_be_read_deny_no_csr() {
    let server = cluster("10.0.0.7");
    server.forbid("nodes");
    let env = Env::with(&server);
    let mut run = watch(&env);
    run.expect_err("error: a: refused: the policy's rule kubelet-serving cannot be judged: ");
    stopped(run);
    assert_eq!(server.writes().len(), 0);
    let output = env
        .tool(["policy", "explain", "p.yaml", "a", "-o", "json"])
        .run()
        .code(0);
    let json = output.stderr_has(&["not allowed to list nodes"]).json();
    let checks = json["items"][0]["trace"][0]["checks"]
        .as_array()
        .expect("checks")
        .clone();
    let of = |field: &str| {
        let mut checks = checks.iter();
        let check = checks.find(|check| check["field"] == field);
        check.expect("a check")["holds"].clone()
    };
    assert_eq!(json["items"][0]["action"], "ask");
    assert_eq!(of("require.namesBelongToNode"), serde_json::Value::Null);
    assert_eq!(of("require.users"), true);
}

#[test]
fn what_is_seen_to_be_wrong_is_denied() {
    let server = cluster("10.0.0.8");
    let env = Env::with(&server);
    let mut run = watch(&env);
    run.expect("a denied");
    stopped(run);
    // The worked policy's reason and message are about what it approves.
    let object = server.object("a").expect("stored");
    let condition = &object["status"]["conditions"][0];
    assert_eq!(condition["type"], "Denied");
    assert_eq!(condition["reason"], "CSRReviewDenied");
    let message = condition["message"].as_str().expect("a text");
    assert!(
        message.contains(
            "by rule kubelet-serving at risk critical: fails require.namesBelongToNode ("
        ) || message
            .contains("by rule kubelet-serving at risk high: fails require.namesBelongToNode ("),
        "{message}"
    );
    assert!(!message.to_lowercase().contains("approved"), "{message}");
}
