mod combined;
mod many;

use serde_json::json;

use super::*;
use crate::facts::rbac::testing::{Objects, group, identity, rule, service_account, user};
use crate::risk::Severity::{Critical, High, Low, Medium};

/// The powers as `id severity`, with namespace and names where there are any.
fn told(powers: &[&Power]) -> Vec<String> {
    powers
        .iter()
        .map(|power| {
            let mut text = format!("{} {}", power.id, power.severity);
            if let Some(namespace) = &power.namespace {
                text = format!("{text} in {namespace}");
            }
            if !power.names.is_empty() {
                text = format!("{text} for {}", power.names.join(","));
            }
            text
        })
        .collect()
}

/// The powers of a user by one rule, cluster-wide.
fn by_rule(text: &str) -> Vec<String> {
    let rbac = Objects::default().allow("r", text, user("jane")).read();
    told(&access(&rbac, &identity("jane", &[])).powers())
}

/// The same in a namespace.
fn by_rule_in(namespace: &str, text: &str) -> Vec<String> {
    let rbac = Objects::default()
        .cluster_role("r", &json!([rule(text)]))
        .bind_in(namespace, "r", "ClusterRole/r", &[user("jane")])
        .read();
    told(&access(&rbac, &identity("jane", &[])).powers())
}

#[test]
fn a_group_bound_to_cluster_admin_is_critical() {
    let rbac = Objects::default()
        .cluster_role("cluster-admin", &json!([rule("* * group=*")]))
        .bind("platform", "cluster-admin", &[group("platform")])
        .read();
    let access = access(&rbac, &identity("jane", &["platform"]));
    assert_eq!(access.worst(), Critical);
    assert!(access.is_cluster_admin() && !access.bypasses_authorizers());
    let powers = access.powers();
    assert_eq!(told(&powers), ["blast-cluster-admin critical"]);
    assert_eq!(&*powers[0].binding, "ClusterRoleBinding platform");
    assert_eq!(&*powers[0].role, "ClusterRole cluster-admin");
}

#[test]
fn cluster_admin_by_another_name_or_by_name_alone() {
    assert_eq!(by_rule("* * group=*"), ["blast-cluster-admin critical"]);
    let missing = Objects::default()
        .bind("b", "cluster-admin", &[user("jane")])
        .read();
    assert!(access(&missing, &identity("jane", &[])).is_cluster_admin());
    assert!(!by_rule("* * group=* name=x").contains(&"blast-cluster-admin critical".to_owned()));
}

#[test]
fn masters_have_one_power() {
    let access = access(
        &Objects::default().read(),
        &identity("x", &["system:masters"]),
    );
    assert_eq!(access.powers().len(), 1);
    assert_eq!(access.powers()[0].title, "bypass every authorizer");
    assert!(access.bypasses_authorizers() && access.is_cluster_admin());
}

#[test]
fn every_row_has_a_right_that_gives_it() {
    let rbac = "group=rbac.authorization.k8s.io";
    let csr = "group=certificates.k8s.io";
    let admission = "group=admissionregistration.k8s.io";
    for (text, power) in [
        (
            format!("escalate clusterroles {rbac}"),
            "blast-escalate critical",
        ),
        (format!("bind roles {rbac}"), "blast-bind critical"),
        (
            format!("create clusterrolebindings {rbac}"),
            "blast-bind high",
        ),
        (
            format!("patch clusterroles {rbac}"),
            "blast-edit-roles high",
        ),
        ("impersonate groups".into(), "blast-impersonate critical"),
        (
            "impersonate serviceaccounts".into(),
            "blast-impersonate critical",
        ),
        (format!("* * {csr}"), "blast-csr-approve critical"),
        (
            format!("create certificatesigningrequests/nodeclient {csr}"),
            "blast-csr-nodeclient medium",
        ),
        (
            "create serviceaccounts/token".into(),
            "blast-token-create critical",
        ),
        ("watch secrets".into(), "blast-secrets-read critical"),
        ("create secrets".into(), "blast-secrets-write critical"),
        ("create pods".into(), "blast-assign-sa critical"),
        (
            "patch cronjobs group=batch".into(),
            "blast-assign-sa critical",
        ),
        ("get pods/exec".into(), "blast-pod-exec critical"),
        (
            "update */ephemeralcontainers".into(),
            "blast-pod-exec critical",
        ),
        ("get nodes/proxy".into(), "blast-nodes-proxy critical"),
        ("delete nodes".into(), "blast-nodes-write high"),
        (
            format!("create mutatingwebhookconfigurations {admission}"),
            "blast-webhooks critical",
        ),
        (
            format!("delete validatingadmissionpolicybindings {admission}"),
            "blast-webhooks high",
        ),
        (
            "update apiservices group=apiregistration.k8s.io".into(),
            "blast-apiservices-crds high",
        ),
        ("create persistentvolumes".into(), "blast-pv high"),
        ("patch namespaces".into(), "blast-ns-labels high"),
        ("delete namespaces".into(), "blast-destroy high"),
        ("update configmaps".into(), "blast-cm-authz high"),
        (
            "patch endpointslices group=discovery.k8s.io".into(),
            "blast-endpoints medium",
        ),
        ("patch serviceaccounts".into(), "blast-cloud-iam medium"),
        ("list pods".into(), "blast-cluster-read medium"),
        ("get widgets group=example.com".into(), "blast-other low"),
        ("get nodes".into(), "blast-ordinary low"),
        (
            "create selfsubjectreviews group=authentication.k8s.io".into(),
            "blast-self info",
        ),
    ] {
        let powers = by_rule(&text);
        assert!(
            powers.iter().any(|held| held.starts_with(power)),
            "{text}: {powers:?}"
        );
    }
}

#[test]
fn a_namespace_lowers_by_one_step() {
    assert_eq!(
        by_rule_in("team", "get secrets"),
        ["blast-secrets-read high in team"]
    );
    assert_eq!(
        by_rule_in("kube-system", "get secrets"),
        ["blast-secrets-read critical in kube-system"]
    );
    assert_eq!(
        by_rule_in("team", "* * group=*"),
        ["blast-cluster-admin high in team"]
    );
    // Cluster-scoped: nothing but the name of a right.
    assert_eq!(
        by_rule_in("team", "get nodes/proxy"),
        ["blast-ordinary info in team"]
    );
    assert_eq!(
        by_rule_in("team", "update configmaps"),
        ["blast-workload-config low in team"]
    );
}

#[test]
fn a_namespace_with_a_powerful_service_account_is_as_good_as_kube_system() {
    let rbac = Objects::default()
        .allow(
            "op",
            "escalate clusterroles group=rbac.authorization.k8s.io",
            service_account("ops", "op"),
        )
        .cluster_role("run", &json!([rule("create pods")]))
        .bind_in("ops", "r", "ClusterRole/run", &[user("jane")])
        .bind_in("web", "r", "ClusterRole/run", &[user("jane")])
        .read();
    let access = access(&rbac, &identity("jane", &[]));
    assert_eq!(
        told(&access.powers()),
        [
            "blast-assign-sa critical in ops",
            "blast-assign-sa high in web"
        ]
    );
}

/// In the namespaces that run the cluster one name is enough; elsewhere it holds something back.
#[test]
fn names_lower_by_one_step_in_ordinary_namespaces() {
    for rule in [
        "update secrets name=a,b",
        "create serviceaccounts/token name=a",
        "create pods/exec name=a",
    ] {
        for powers in [by_rule(rule), by_rule_in("kube-system", rule)] {
            assert!(powers[0].contains(" critical"), "{rule}: {powers:?}");
        }
        let powers = by_rule_in("team", rule);
        assert!(powers[0].contains(" medium in team"), "{rule}: {powers:?}");
    }
    // One Secret may be the token of the most powerful account, however it is read.
    for rule in [
        "get secrets name=a",
        "list secrets name=a",
        "watch secrets name=a",
        "patch secrets name=a",
    ] {
        assert_eq!(
            by_rule_in("team", rule)[0],
            "blast-secrets-read high in team for a"
        );
    }
    assert_eq!(
        by_rule("impersonate users name=root"),
        ["blast-impersonate critical for root"]
    );
    // A template may name any ServiceAccount, whatever it is called itself.
    assert_eq!(
        by_rule_in("team", "patch deployments group=apps name=web"),
        ["blast-assign-sa high in team for web"]
    );
    assert_eq!(
        by_rule_in("kube-system", "update configmaps name=aws-auth")[0],
        "blast-cm-authz high in kube-system for aws-auth"
    );
    assert_eq!(
        by_rule("patch nodes name=n1"),
        ["blast-nodes-write high for n1"]
    );
}

#[test]
fn a_name_keeps_from_creating_unless_it_can_be_applied() {
    // No name can be checked before the object has one.
    assert_eq!(by_rule("create secrets name=a"), ["blast-ordinary low"]);
    assert_eq!(
        by_rule("create persistentvolumes name=a"),
        ["blast-ordinary low"]
    );
    assert_eq!(
        by_rule("deletecollection secrets name=a"),
        ["blast-ordinary low"]
    );
    assert_eq!(
        by_rule("create,patch persistentvolumes name=a")[0],
        "blast-pv high for a"
    );
    assert_eq!(
        by_rule("deletecollection secrets"),
        ["blast-secrets-read critical", "blast-destroy high"]
    );
}

#[test]
fn powers_over_accounts_are_followed_from_namespace_to_namespace() {
    let rbac = Objects::default()
        .cluster_role("secrets", &json!([rule("list secrets")]))
        .cluster_role("run", &json!([rule("create pods")]))
        .bind_in(
            "kube-system",
            "a",
            "ClusterRole/secrets",
            &[service_account("argocd", "server")],
        )
        .bind_in(
            "argocd",
            "b",
            "ClusterRole/run",
            &[service_account("tools", "bot")],
        )
        .bind_in("tools", "c", "ClusterRole/run", &[user("jane")])
        .bind_in("web", "d", "ClusterRole/run", &[user("joe")])
        .read();
    assert_eq!(access(&rbac, &identity("jane", &[])).worst(), Critical);
    assert_eq!(access(&rbac, &identity("joe", &[])).worst(), High);
    let all = Objects::default()
        .cluster_role("run", &json!([rule("create pods")]))
        .allow("all", "* * group=*", group("system:serviceaccounts"))
        .bind_in("web", "d", "ClusterRole/run", &[user("joe")])
        .read();
    assert_eq!(access(&all, &identity("joe", &[])).worst(), Critical);
}

#[test]
fn an_empty_role_gives_nothing() {
    let rbac = Objects::default()
        .cluster_role("empty", &json!([]))
        .bind("b", "empty", &[user("jane")])
        .read();
    let access = access(&rbac, &identity("jane", &[]));
    assert!(access.powers().is_empty() && !access.has_own_rights());
}

#[test]
fn what_a_wider_power_includes_is_left_out() {
    let rbac = Objects::default()
        .allow("all", "get secrets", group("dev"))
        .allow("some", "get secrets name=a", user("jane"))
        .cluster_role("r", &json!([rule("get secrets")]))
        .bind_in("team", "r", "ClusterRole/r", &[user("jane")])
        .read();
    let access = access(&rbac, &identity("jane", &["dev"]));
    assert_eq!(told(&access.powers()), ["blast-secrets-read critical"]);
}

#[test]
fn what_a_requestor_would_gain() {
    let rbac = Objects::default()
        .allow("secrets", "get secrets", group("ops"))
        .allow("secret", "get secrets name=a", user("jane"))
        .allow("nodes", "get nodes/proxy", group("ops"))
        .allow("pods", "list pods", group("system:authenticated"))
        .bind("root", "cluster-admin", &[user("root")])
        .read();
    let of = |user: &str, groups: &[&str]| access(&rbac, &identity(user, groups));
    let (ops, jane, root) = (of("x", &["ops"]), of("jane", &[]), of("root", &[]));
    assert_eq!(
        told(&ops.beyond(&jane)),
        ["blast-secrets-read critical", "blast-nodes-proxy critical"]
    );
    assert!(jane.beyond(&ops).is_empty());
    assert!(ops.beyond(&root).is_empty());
    assert!(ops.beyond(&ops).is_empty());
    assert!(of("x", &["system:masters"]).beyond(&root).is_empty());
    assert_eq!(told(&root.beyond(&ops)), ["blast-cluster-admin critical"]);
    // Everybody has what everybody has.
    assert!(of("nobody", &[]).beyond(&of("somebody", &[])).is_empty());
}

#[test]
fn a_namespace_is_part_of_the_cluster_in_a_delta() {
    let rbac = Objects::default()
        .cluster_role("admin", &json!([rule("* * group=*")]))
        .cluster_role("r", &json!([rule("get secrets")]))
        .bind("wide", "r", &[user("wide")])
        .bind_in("a", "r", "ClusterRole/r", &[user("narrow")])
        .bind_in("a", "admin", "ClusterRole/admin", &[user("admin")])
        .read();
    let of = |user: &str| access(&rbac, &identity(user, &[]));
    assert!(of("narrow").beyond(&of("wide")).is_empty());
    assert!(of("narrow").beyond(&of("admin")).is_empty());
    assert_eq!(of("wide").beyond(&of("narrow")).len(), 1);
    assert_eq!(of("wide").beyond(&of("admin")).len(), 1);
    assert_eq!(
        told(&of("admin").beyond(&of("wide"))),
        ["blast-cluster-admin high in a"]
    );
}

#[test]
fn what_everybody_has_is_not_ones_own() {
    let rbac = Objects::default()
        .allow(
            "all",
            "get widgets group=example.com",
            group("system:authenticated"),
        )
        .allow("own", "get widgets group=example.com", group("dev"))
        .bind("gone", "no-such-role", &[user("jane")])
        .read();
    assert!(!access(&rbac, &identity("jane", &[])).has_own_rights());
    let dev = access(&rbac, &identity("jane", &["dev"]));
    assert!(dev.has_own_rights());
    assert_eq!(dev.worst(), Low);
    assert_eq!(dev.beyond(&access(&rbac, &identity("jane", &[]))).len(), 1);
}

#[test]
fn the_worst_power_comes_first() {
    let rbac = Objects::default()
        .allow("a", "list pods", user("jane"))
        .allow("b", "create persistentvolumes", group("g"))
        .read();
    let access = access(&rbac, &identity("jane", &["g"]));
    let severities: Vec<_> = access.powers().iter().map(|power| power.severity).collect();
    assert_eq!(severities, [High, Medium]);
    assert_eq!(access.worst_power(), access.powers().first().copied());
}

#[test]
fn rights_that_are_not_rated_are_told_beside_those_that_are() {
    let of = |rules: &[&str]| {
        let rules: Vec<_> = rules.iter().map(|text| rule(text)).collect();
        let rbac = Objects::default()
            .cluster_role("r", &json!(rules))
            .bind("r", "r", &[user("jane")])
            .read();
        let access = access(&rbac, &identity("jane", &[]));
        let right = access.worst_unrated().map(|power| power.right.to_string());
        (told(&access.powers()), right)
    };
    let (powers, right) = of(&["get secrets", "create widgets group=example.com"]);
    assert_eq!(
        powers,
        ["blast-secrets-read critical", "blast-other medium"]
    );
    assert_eq!(right.as_deref(), Some("create widgets.example.com"));
    let (powers, right) = of(&["frobnicate pods", "create widgets group=example.com"]);
    assert_eq!(powers, ["blast-other high"]);
    assert_eq!(right.as_deref(), Some("frobnicate pods"));
    // What only reads is told where there is nothing else.
    assert_eq!(
        of(&["get secrets", "get widgets group=example.com"]).1,
        None
    );
    assert_eq!(
        by_rule_in("team", "create widgets group=example.com"),
        ["blast-other low in team"]
    );
}
