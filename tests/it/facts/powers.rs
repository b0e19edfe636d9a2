//! Rights that are worth more than they look.

use serde_json::{Value, json};

use super::rules;
use crate::support::apiserver::ApiServer;
use crate::support::env::Env;
use crate::support::objects::{cluster_role, cluster_role_binding, rule, user};
use crate::support::request::{CsrObject, RequestBuilder};

/// walter requests a certificate for jane, who has these rules, each by a binding of its own.
fn jane(rules: &[Value]) -> ApiServer {
    let request = RequestBuilder::user("jane").key_of("jane");
    let server = ApiServer::with([CsrObject::own_renewal("jane", "walter").request(request.pem())]);
    for (index, rule) in rules.iter().enumerate() {
        let name = format!("r{index}");
        server.hold(cluster_role(&name, std::slice::from_ref(rule)));
        server.hold(cluster_role_binding(&name, &name, &[user("jane")]));
    }
    server
}

#[test]
fn what_is_not_rated_is_a_finding_beside_what_is() {
    let widgets = rule("example.com", &["create", "get"], &["widgets"]);
    let server = jane(&[rule("", &["create"], &["persistentvolumes"]), widgets]);
    let env = Env::with(&server);
    env.tool(["show", "jane"]).run().code(0).quiet().stdout_has(&[
        "high      subject-rbac-dangerous: would be able to mount a node's files, beyond its requestor's rights\n",
        "medium    subject-rbac-dangerous: would have other rights, not rated\n            create \
         widgets.example.com: ClusterRoleBinding r1 to ClusterRole r1\n",
        "  medium      other rights, not rated (create widgets.example.com): ClusterRoleBinding r1 to ClusterRole r1 \
         (its requestor cannot)\n",
    ]);
    // Verbs that no API knows are worse than writes.
    let server = jane(&[rule("example.com", &["shake"], &["widgets"])]);
    let env = Env::with(&server);
    env.tool(["approve", "jane", "--yes"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["subject-rbac-dangerous (high)"]);
}

#[test]
fn constrained_impersonation_is_power_where_both_rights_are_there() {
    let group = "authentication.k8s.io";
    let identity = rule(group, &["impersonate:user-info"], &["users", "groups"]);
    let action = rule(
        "rbac.authorization.k8s.io",
        &["impersonate-on:user-info:create"],
        &["clusterrolebindings"],
    );
    let server = jane(&[identity.clone(), action]);
    let env = Env::with(&server);
    env.tool(["show", "jane"]).run().code(0).quiet().stdout_has(&[
        "critical  subject-rbac-admin-equivalent: would be able to impersonate others for single requests\n            \
         create clusterrolebindings.rbac.authorization.k8s.io as another user: ClusterRoleBinding r0 with \
         ClusterRoleBinding r1 to ClusterRole r0 with ClusterRole r1\n",
    ]);
    env.tool(["approve", "jane", "--yes", "--max-risk", "high"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["subject-rbac-admin-equivalent (critical)"]);
    let server = jane(&[identity]);
    let env = Env::with(&server);
    let output = env
        .tool(["show", "jane", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    let item = &json["items"][0];
    assert_eq!(item["access"]["powers"][0]["severity"], "low");
    let found = rules(item);
    let is_access = |(rule, _): &&(&str, &str)| rule.starts_with("subject-rbac");
    assert_eq!(found.iter().find(is_access), None, "{found:?}");
}

/// Names in rules are untrusted: what is not rated is named as it stands there.
#[test]
fn rights_that_are_not_rated_are_named_safely() {
    let odd = json!({"verbs": ["create"], "apiGroups": ["e\u{1b}[2J"], "resources": ["w\u{202e}"]});
    let server = jane(&[odd]);
    let env = Env::with(&server);
    env.tool(["show", "jane", "--access=full"])
        .run()
        .code(0)
        .quiet()
        .stdout_has(&["create w\\u{202e}.e\\x1b[2J"]);
}
