use serde_json::json;
use serde_json::value::RawValue;

use super::testing::{Objects, group, identity, rule, service_account, user};
use super::*;

fn names(rbac: &Rbac, identity: &Identity) -> Vec<String> {
    rbac.grants(identity)
        .iter()
        .map(|grant| grant.binding.to_string())
        .collect()
}

#[test]
fn subjects_match_by_kind() {
    let rbac = Objects::default()
        .allow("u", "get pods", user("jane"))
        .allow("g", "get pods", group("jane"))
        .allow("s", "get pods", service_account("ns", "jane"))
        .read();
    let held = |user: &str, groups: &[&str]| names(&rbac, &identity(user, groups));
    assert_eq!(held("jane", &[]), ["ClusterRoleBinding u"]);
    assert_eq!(held("x", &["jane"]), ["ClusterRoleBinding g"]);
    assert_eq!(
        held("system:serviceaccount:ns:jane", &[]),
        ["ClusterRoleBinding s"]
    );
    assert!(held("Jane", &["JANE"]).is_empty());
}

#[test]
fn service_accounts_of_a_role_binding_live_in_its_namespace() {
    let nowhere = json!({"kind": "ServiceAccount", "name": "a"});
    let rbac = Objects::default()
        .role("ns", "r", &json!([rule("get pods")]))
        .bind_in("ns", "b", "Role/r", std::slice::from_ref(&nowhere))
        .cluster_role("c", &json!([rule("get pods")]))
        .bind("c", "c", &[nowhere])
        .read();
    let held = names(&rbac, &identity("system:serviceaccount:ns:a", &[]));
    assert_eq!(held, ["RoleBinding ns/b"]);
    assert_eq!(rbac.problems().len(), 1, "{:?}", rbac.problems());
}

#[test]
fn a_binding_counts_once() {
    let rbac = Objects::default()
        .cluster_role("r", &json!([]))
        .bind("b", "r", &[user("jane"), user("jane"), group("dev")])
        .read();
    assert_eq!(names(&rbac, &identity("jane", &["dev", "dev"])).len(), 1);
}

#[test]
fn namespaces_hold_role_bindings_in() {
    let rbac = Objects::default()
        .cluster_role("edit", &json!([rule("get secrets,nodes")]))
        .bind_in("a", "b", "ClusterRole/edit", &[user("jane")])
        .read();
    let jane = identity("jane", &[]);
    let allows = |namespace| {
        rbac.allows(
            &jane,
            &Request {
                verb: "get",
                resource: "secrets",
                namespace,
                ..Request::default()
            },
        )
        .is_some()
    };
    assert!(allows("a"));
    assert!(!allows("b"));
    assert!(!allows(""));
}

#[test]
fn a_role_of_that_name_in_another_namespace_is_another_role() {
    let rbac = Objects::default()
        .role("a", "r", &json!([rule("get pods")]))
        .bind_in("b", "b", "Role/r", &[user("jane")])
        .read();
    assert!(rbac.grants(&identity("jane", &[])).is_empty());
    assert_eq!(rbac.dangling().count(), 1);
}

#[test]
fn masters_are_not_asked() {
    let rbac = Rbac::default();
    let request = Request {
        verb: "get",
        resource: "secrets",
        ..Request::default()
    };
    let masters = identity("jane", &["system:masters"]);
    assert_eq!(rbac.allows(&masters, &request), Some(Allowed::Bypass));
    assert_eq!(
        rbac.allows_url(&masters, "get", "/metrics"),
        Some(Allowed::Bypass)
    );
    // A user of that name is nobody.
    assert_eq!(
        rbac.allows(&identity("system:masters", &[]), &request),
        None
    );
}

#[test]
fn urls_belong_to_the_cluster() {
    let rules = json!([{"verbs": ["get"], "nonResourceURLs": ["/metrics"]}]);
    let rbac = Objects::default()
        .cluster_role("m", &rules)
        .bind("m", "m", &[user("cluster")])
        .bind_in("a", "m", "ClusterRole/m", &[user("namespace")])
        .read();
    let allows = |user| {
        rbac.allows_url(&identity(user, &[]), "get", "/metrics")
            .is_some()
    };
    assert!(allows("cluster"));
    assert!(!allows("namespace"));
}

#[test]
fn what_cannot_be_read_is_counted() {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let rbac = Rbac::read(
        &[
            raw(r#"{"metadata":{"name":"a"},"rules":{}}"#),
            raw("[]"),
            raw(r#"{"metadata":{"name":"b","unknown":1},"rules":null,"unknown":[]}"#),
        ],
        &[],
        &[
            raw(r#"{"metadata":{"name":"c"},"roleRef":{"kind":"Rule","name":"b"}}"#),
            raw(
                r#"{"metadata":{"name":"d"},"roleRef":{"kind":"ClusterRole","name":"b"},"subjects":[{"kind":"Robot","name":"r"}]}"#,
            ),
        ],
        &[],
    );
    let problems = rbac.problems();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].starts_with("ClusterRole a: "), "{problems:?}");
    assert!(!problems[0].contains(" at line "), "{problems:?}");
    assert!(problems[1].contains("without a name"), "{problems:?}");
    assert!(
        problems[2].starts_with("ClusterRoleBinding c: "),
        "{problems:?}"
    );
    assert!(problems[3].contains("kind Robot"), "{problems:?}");
    assert_eq!(rbac.roles().len(), 1);
    assert_eq!(rbac.bindings().len(), 1);
}

#[test]
fn the_kind_of_a_subject_decides_and_an_odd_api_group_is_told() {
    let odd = json!({"kind": "User", "apiGroup": "example.com", "name": "jane"});
    let rbac = Objects::default()
        .cluster_role("r", &json!([rule("get pods")]))
        .bind("b", "r", &[odd])
        .read();
    assert_eq!(names(&rbac, &identity("jane", &[])).len(), 1);
    assert_eq!(rbac.problems().len(), 1);
}

#[test]
fn the_order_of_the_lists_does_not_matter() {
    let mut objects = Objects::default()
        .allow("b", "get pods", user("jane"))
        .allow("a", "get pods", user("jane"));
    let one = names(&objects.read(), &identity("jane", &[]));
    objects.cluster_role_bindings.reverse();
    assert_eq!(names(&objects.read(), &identity("jane", &[])), one);
}
