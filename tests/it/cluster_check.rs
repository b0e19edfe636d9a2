//! Checks of the loopback API server where it is about more than CSRs.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::self_check::{ask, ask_json};
use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, node, role_binding, rule, service_account,
    user,
};

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
const OWN: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const OTHERS: &str = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items").iter();
    items
        .filter_map(|item| item["metadata"]["name"].as_str())
        .collect()
}

#[test]
fn lists_hold_what_a_test_puts_there() {
    let server = ApiServer::start();
    for path in [
        "roles",
        "clusterroles",
        "rolebindings",
        "clusterrolebindings",
    ] {
        assert_eq!(
            ask_json(&server, &format!("{RBAC}/{path}"))["items"],
            json!([])
        );
    }
    server.hold(node("a", &["10.0.0.1"]));
    server.hold(node("b", &[]));
    server.hold(node("c", &[]));
    server.hold(cluster_role(
        "r",
        &[csr_rule(&["get"], &["*"]), rule("", &["list"], &["pods"])],
    ));
    server.hold(cluster_role_binding(
        "x",
        "r",
        &[user("jane"), group("dev")],
    ));
    server.hold(role_binding(
        "web",
        "y",
        "r",
        &[service_account("web", "default")],
    ));
    let bindings = ask_json(&server, &format!("{RBAC}/clusterrolebindings?limit=500"));
    assert_eq!(bindings["kind"], "ClusterRoleBindingList");
    assert_eq!(names(&bindings), ["x"]);
    assert_eq!(
        names(&ask_json(&server, &format!("{RBAC}/rolebindings"))),
        ["y"]
    );

    server.pages_of(2);
    let page = ask_json(&server, "/api/v1/nodes?limit=500");
    assert_eq!(names(&page), ["a", "b"]);
    let next = page["metadata"]["continue"].as_str().expect("a token");
    let page = ask_json(&server, &format!("/api/v1/nodes?limit=500&continue={next}"));
    assert_eq!(names(&page), ["c"]);
    assert_eq!(page["metadata"]["continue"], Value::Null);
    let service = ask_json(&server, "/api/v1/namespaces/default/services/kubernetes");
    assert_eq!(service["spec"]["clusterIPs"], json!(["10.96.0.1"]));
}

#[test]
fn reviews_are_answered_and_are_no_writes() {
    let server = ApiServer::start();
    let question = |name: &str| {
        json!({"kind": "X", "spec": {"user": "jane", "resourceAttributes": {"name": name}}})
            .to_string()
    };
    let allowed = |path: &str, name: &str| {
        let (code, body) = ask(&server, "POST", path, &question(name));
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        (code, answer["status"]["allowed"].as_bool())
    };
    assert_eq!(allowed(OWN, "a"), (201, Some(true)));
    assert_eq!(allowed(OTHERS, "a"), (201, Some(false)));
    server.own_access(|attributes| attributes["name"] == "b");
    server.access(|spec| spec["user"] == "jane");
    assert_eq!(allowed(OWN, "a"), (201, Some(false)));
    assert_eq!(allowed(OWN, "b"), (201, Some(true)));
    assert_eq!(allowed(OTHERS, "a"), (201, Some(true)));
    server.forbid("selfsubjectaccessreviews");
    assert_eq!(allowed(OWN, "b").0, 403);
    server.forbid("subjectaccessreviews");
    assert_eq!(allowed(OTHERS, "a").0, 403);
    server.permit("subjectaccessreviews");
    assert_eq!(allowed(OTHERS, "a"), (201, Some(true)));
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn each_of_them_can_be_forbidden_or_fail() {
    let server = ApiServer::start();
    for (resource, path, words) in [
        (
            "nodes",
            "/api/v1/nodes",
            "nodes is forbidden: User \\\"reviewer\\\" cannot list resource \\\"nodes\\\" in API group \\\"\\\" at \
             the cluster scope",
        ),
        (
            "roles",
            "/apis/rbac.authorization.k8s.io/v1/roles",
            "roles.rbac.authorization.k8s.io is forbidden",
        ),
        (
            "services",
            "/api/v1/namespaces/default/services/kubernetes",
            "in the namespace \\\"default\\\"",
        ),
        ("version", "/version", "cannot get path"),
    ] {
        assert_eq!(ask(&server, "GET", path, "").0, 200, "{path}");
        server.forbid(resource);
        let (code, body) = ask(&server, "GET", path, "");
        assert!(code == 403 && body.contains(words), "{code}: {body}");
    }
    server.fault(On::new("GET", "clusterroles"), Fault::bad_gateway());
    assert_eq!(
        ask(&server, "GET", &format!("{RBAC}/clusterroles"), "").0,
        502
    );
    let slow = Fault::Slow(Duration::from_millis(1));
    server.fault(On::new("POST", "selfsubjectaccessreviews"), slow);
    assert_eq!(ask(&server, "POST", OWN, r#"{"spec":{}}"#).0, 201);
}

#[test]
fn the_version_comes_with_the_time() {
    let server = ApiServer::start();
    server.git_version("v1.20.2");
    server.clock_ahead(SignedDuration::from_hours(1));
    assert_eq!(ask_json(&server, "/version")["gitVersion"], "v1.20.2");
}
