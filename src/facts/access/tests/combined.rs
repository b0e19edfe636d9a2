//! Powers that take more than one right.

use serde_json::json;

use super::told;
use crate::facts::access::{PowerKind, access};
use crate::facts::rbac::testing::{Objects, group, identity, rule, user};
use crate::facts::rbac::{Identity, Rbac};

#[test]
fn rights_combine_across_user_and_group() {
    let csr = "group=certificates.k8s.io";
    let rbac = Objects::default()
        .allow(
            "approval",
            &format!("update certificatesigningrequests/approval {csr} name=only-this"),
            user("jane"),
        )
        .allow(
            "signer",
            &format!("approve signers {csr} name=kubernetes.io/kube-apiserver-client"),
            group("signers"),
        )
        .allow(
            "serving",
            &format!("approve signers {csr} name=kubernetes.io/kubelet-serving,a.b/c"),
            group("serving"),
        )
        .read();
    let powers = |groups: &[&str]| told(&access(&rbac, &identity("jane", groups)).powers());
    assert!(!powers(&[])[0].starts_with("blast-csr-approve"));
    assert_eq!(
        powers(&["signers"])[0],
        "blast-csr-approve critical for kubernetes.io/kube-apiserver-client"
    );
    assert_eq!(
        powers(&["serving"])[0],
        "blast-csr-approve high for kubernetes.io/kubelet-serving,other signers"
    );
    let together = access(&rbac, &identity("jane", &["signers"]));
    assert_eq!(
        &*together.powers()[0].binding,
        "ClusterRoleBinding approval with ClusterRoleBinding signer"
    );
}

#[test]
fn nodes_and_bootstrap_tokens() {
    let csr = "group=certificates.k8s.io";
    let node = "create certificatesigningrequests/nodeclient";
    let boot = "system:bootstrappers:kubeadm:default-node-token";
    let objects = Objects::default()
        .allow(
            "csr",
            &format!("create certificatesigningrequests {csr}"),
            group(boot),
        )
        .cluster_role("w", &json!([rule("create secrets")]))
        .bind_in("kube-system", "w", "ClusterRole/w", &[user("jane")])
        .cluster_role("n", &json!([rule(&format!("{node} {csr}"))]));
    let has = |rbac: &Rbac, who: &Identity, power: &str| {
        told(&access(rbac, who).powers()).contains(&power.to_owned())
    };
    let jane = identity("jane", &[]);
    let without = objects.read();
    assert!(!has(&without, &jane, "blast-bootstrap-token-mint critical"));
    let rbac = objects.bind("n", "n", &[group(boot)]).read();
    assert!(has(&rbac, &jane, "blast-bootstrap-token-mint critical"));
    assert!(has(
        &rbac,
        &identity("x", &[boot]),
        "blast-csr-nodeclient high"
    ));
    let node = access(&rbac, &identity("system:node:a", &["system:nodes"]));
    assert_eq!(told(&node.powers()), ["blast-node-identity high"]);
    assert_eq!(&*node.powers()[0].binding, "Node authorizer");
    let half = access(&rbac, &identity("system:node:a", &[]));
    assert!(half.powers().is_empty() && !half.has_own_rights());
}

#[test]
fn impersonating_nodes_by_name() {
    let rbac = Objects::default()
        .allow("u", "impersonate users name=system:node:a", user("jane"))
        .allow("g", "impersonate groups name=system:nodes", user("jane"))
        .read();
    let powers = told(&access(&rbac, &identity("jane", &[])).powers());
    assert!(
        powers.contains(&"blast-impersonate-node high".to_owned()),
        "{powers:?}"
    );
}

#[test]
fn creating_and_patching_by_one_name_is_creating() {
    let of = |rules: &[&str]| {
        let mut objects = Objects::default();
        for (index, rule) in rules.iter().enumerate() {
            let subject = if index == 0 { user("jane") } else { group("g") };
            objects = objects.allow(&format!("r{index}"), rule, subject);
        }
        let rbac = objects.read();
        told(&access(&rbac, &identity("jane", &["g"])).powers())
    };
    let create = "create persistentvolumes name=a";
    let has = |powers: &[String]| powers.contains(&"blast-pv high for a".to_owned());
    assert!(has(&of(&[create, "patch persistentvolumes name=a,b"])));
    assert!(has(&of(&[create, "patch persistentvolumes"])));
    assert!(!has(&of(&[create, "patch persistentvolumes name=b"])));
    assert!(!has(&of(&[create, "update persistentvolumes name=a"])));
    // A CSR too, which with the other half is any node's certificate.
    let csr = "group=certificates.k8s.io";
    let node = of(&[
        &format!("create certificatesigningrequests name=a {csr}"),
        &format!("patch certificatesigningrequests name=a {csr}"),
        &format!("create certificatesigningrequests/nodeclient {csr}"),
    ]);
    assert!(
        node.contains(&"blast-csr-nodeclient high".to_owned()),
        "{node:?}"
    );
}

/// The powers of impersonating for single requests by these rules, each in a binding of its own.
fn impersonates(rules: &[(&str, &str)]) -> Vec<String> {
    let mut objects = Objects::default();
    for (index, (namespace, text)) in rules.iter().enumerate() {
        let name = format!("r{index}");
        objects = objects.cluster_role(&name, &json!([rule(text)]));
        objects = match *namespace {
            "" => objects.bind(&name, &name, &[user("jane")]),
            namespace => objects.bind_in(
                namespace,
                &name,
                &format!("ClusterRole/{name}"),
                &[user("jane")],
            ),
        };
    }
    let rbac = objects.read();
    let access = access(&rbac, &identity("jane", &[]));
    let powers = access.powers().into_iter();
    let powers = powers.filter(|power| power.kind == PowerKind::ImpersonateOnce);
    powers
        .map(|power| format!("{} {}", told(&[power])[0], power.right))
        .collect()
}

#[test]
fn constrained_impersonation_takes_two_rights_from_any_two_rules() {
    let user_info = (
        "",
        "impersonate:user-info users,groups group=authentication.k8s.io",
    );
    let account = (
        "",
        "impersonate:serviceaccount serviceaccounts group=authentication.k8s.io",
    );
    let bindings =
        "impersonate-on:user-info:create clusterrolebindings group=rbac.authorization.k8s.io";
    let secrets = "impersonate-on:serviceaccount:list secrets";
    let id = "blast-impersonate-constrained";
    // Alone each is nothing.
    for one in [user_info, account, ("", bindings), ("", secrets)] {
        assert_eq!(impersonates(&[one]), Vec::<String>::new());
    }
    // Nor do those of two modes go together.
    assert_eq!(
        impersonates(&[account, ("", bindings)]),
        Vec::<String>::new()
    );
    // Bindings are bounded by the rights of whom it acts as.
    assert_eq!(
        impersonates(&[user_info, ("", bindings)]),
        [format!(
            "{id} critical create clusterrolebindings.rbac.authorization.k8s.io as another user"
        )]
    );
    assert_eq!(
        impersonates(&[("", secrets), account]),
        [format!("{id} critical list secrets as a ServiceAccount")]
    );
    // In one namespace, on that namespace's.
    assert_eq!(
        impersonates(&[("", "impersonate-on:user-info:get secrets"), user_info]),
        [format!("{id} critical get secrets as another user")]
    );
    assert_eq!(
        impersonates(&[account, ("team", secrets)]),
        [format!(
            "{id} high in team list secrets as a ServiceAccount"
        )]
    );
    // The ServiceAccounts of an ordinary namespace cannot take over the cluster.
    assert_eq!(
        impersonates(&[("team", account.1), ("", secrets)]),
        [format!("{id} high list secrets as a ServiceAccount")]
    );
    assert_eq!(
        impersonates(&[("kube-system", account.1), ("", secrets)]),
        [format!("{id} critical list secrets as a ServiceAccount")]
    );
    // Users are not in a namespace.
    assert_eq!(
        impersonates(&[("team", user_info.1), ("", bindings)]),
        Vec::<String>::new()
    );
}

#[test]
fn nodes_can_be_impersonated_for_single_requests() {
    let id = "blast-impersonate-constrained";
    let nodes = "nodes group=authentication.k8s.io";
    assert_eq!(
        impersonates(&[
            ("", &format!("impersonate:arbitrary-node {nodes}")),
            (
                "",
                "impersonate-on:arbitrary-node:create serviceaccounts/token"
            ),
        ]),
        [format!("{id} high create serviceaccounts/token as a node")]
    );
    let own = "impersonate-on:associated-node:get secrets";
    assert_eq!(
        impersonates(&[
            ("", &format!("impersonate:associated-node {nodes}")),
            ("", own)
        ]),
        [format!(
            "{id} medium get secrets as the node that its pod runs on"
        )]
    );
    // That right is for all nodes or none.
    assert_eq!(
        impersonates(&[
            ("", &format!("impersonate:associated-node {nodes} name=n1")),
            ("", own)
        ]),
        Vec::<String>::new()
    );
}

#[test]
fn every_verb_is_both_halves_of_an_impersonation() {
    let id = "blast-impersonate-constrained";
    // What it may do itself it may do as another, who may give roles that it may not.
    assert_eq!(
        impersonates(&[
            (
                "",
                "impersonate:user-info users group=authentication.k8s.io"
            ),
            ("", "* rolebindings group=rbac.authorization.k8s.io"),
        ]),
        [format!(
            "{id} critical create rolebindings.rbac.authorization.k8s.io as another user"
        )]
    );
    assert_eq!(
        impersonates(&[
            ("", "* users group=authentication.k8s.io"),
            (
                "",
                "impersonate-on:user-info:update certificatesigningrequests/approval group=certificates.k8s.io"
            ),
        ]),
        [format!(
            "{id} critical update certificatesigningrequests.certificates.k8s.io/approval as another user"
        )]
    );
    // What is not rated is not low here either.
    assert_eq!(
        impersonates(&[
            (
                "",
                "impersonate:user-info users group=authentication.k8s.io"
            ),
            (
                "",
                "impersonate-on:user-info:create widgets group=example.com"
            ),
        ]),
        [format!(
            "{id} medium create widgets.example.com as another user"
        )]
    );
}

#[test]
fn a_wider_impersonation_of_the_same_roles_is_a_gain() {
    let account = "impersonate:serviceaccount serviceaccounts group=authentication.k8s.io";
    let rbac = Objects::default()
        .cluster_role("who", &json!([rule(account)]))
        .cluster_role(
            "what",
            &json!([rule("impersonate-on:serviceaccount:list secrets")]),
        )
        .bind("what", "what", &[user("jane"), user("joe")])
        .bind("who", "who", &[user("jane")])
        .bind_in("team", "who", "ClusterRole/who", &[user("joe")])
        .read();
    let of = |user: &str| access(&rbac, &identity(user, &[]));
    let id = "blast-impersonate-constrained";
    assert_eq!(
        told(&of("jane").beyond(&of("joe")))[0],
        format!("{id} critical")
    );
    assert!(
        of("joe")
            .beyond(&of("jane"))
            .iter()
            .all(|power| power.kind != PowerKind::ImpersonateOnce)
    );
}
