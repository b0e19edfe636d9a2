//! Whom the certificate would log in as.

use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};
use crate::csr::{Signer, is_node_name};
use crate::facts::rbac::SERVICE_ACCOUNT_PREFIX;

use super::Severity::{Critical, High, Medium};
use super::case::{Case, Hit, hit, hit_group, joined, quiet};
use super::catalogue::Rule;
use super::names::{Kind, known, runs_the_cluster};
use crate::facts::FactKind;

pub(super) const MASTERS: &str = "system:masters";
pub(super) const KUBEADM_ADMINS: &str = "kubeadm:cluster-admins";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "subject-system-masters",
        title: "asks for the group system:masters",
        severity: Critical,
        why: "The API server lets this group do everything before any authorizer is asked; deleting bindings does not take it back.",
        advice: "Deny it. Nobody needs such a certificate from a CSR; only a new CA revokes one.",
        source: "plugin/pkg/auth/authorizer/rbac/bootstrappolicy and pkg/kubeapiserver/authorizer/reload.go.",
        reads: &[],
        fires: system_masters,
    },
    Rule {
        id: "subject-kubeadm-cluster-admins",
        title: "asks for the group kubeadm:cluster-admins",
        severity: Critical,
        why: "kubeadm binds this group to cluster-admin since 1.29, and no admission plugin holds it back.",
        advice: "Deny it, unless it renews the administrator's own access and you know who asks.",
        source: "cmd/kubeadm/app/constants/constants.go.",
        reads: &[],
        fires: kubeadm_cluster_admins,
    },
    Rule {
        id: "subject-privileged-group",
        title: "asks for a group that is known to be powerful",
        severity: Critical,
        why: "Kubernetes or a distribution of it gives this group rights, or tools trust it by its name.",
        advice: "Deny it, unless the component that uses this name asks for itself.",
        source: "The table of known names in docs/risks.md.",
        reads: &[],
        fires: privileged_group,
    },
    Rule {
        id: "subject-privileged-user",
        title: "asks to be a user that is known to be powerful",
        severity: Critical,
        why: "Kubernetes or a distribution of it gives this user rights, or detections pass it over by its name.",
        advice: "Deny it, unless the component that uses this name asks for itself.",
        source: "The table of known names in docs/risks.md.",
        reads: &[],
        fires: privileged_user,
    },
    Rule {
        id: "subject-service-account",
        title: "asks to be a ServiceAccount",
        severity: Critical,
        why: "RBAC knows a ServiceAccount by its user name alone, so the certificate is a copy of it that outlives token, pod and account.",
        advice: "Deny it; a ServiceAccount uses its tokens.",
        source: "pkg/registry/rbac/validation/rule.go.",
        reads: &[],
        fires: service_account,
    },
    Rule {
        id: "subject-node-wrong-signer",
        title: "asks to be a node, but not from a signer for nodes",
        severity: Critical,
        why: "Only the kubelet signers check a node's subject; from any other one it passes unchecked, NodeRestriction included.",
        advice: "Deny it; kubelets ask kubernetes.io/kube-apiserver-client-kubelet and kubernetes.io/kubelet-serving.",
        source: "pkg/controller/certificates/signer/signer.go and plugin/pkg/admission/noderestriction.",
        reads: &[],
        fires: node_wrong_signer,
    },
    Rule {
        id: "subject-node-malformed",
        title: "looks like a node, but is not quite one",
        severity: Critical,
        why: "Half a node's identity, an impossible node name or extra groups pass checks that look at a part only.",
        advice: "Deny it; a kubelet asks for the user system:node:<name> and the one group system:nodes.",
        source: "pkg/apis/certificates/helpers.go and pkg/auth/nodeidentifier.",
        reads: &[],
        fires: node_malformed,
    },
    Rule {
        id: "subject-reserved-prefix",
        title: "asks for a name that is reserved for Kubernetes",
        severity: High,
        why: "Names that begin with system: belong to Kubernetes; a default binding may exist now or come with an upgrade.",
        advice: "Deny it, or ask why an ordinary name does not do.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects.",
        reads: &[],
        fires: reserved_prefix,
    },
    Rule {
        id: "subject-external-idp-name",
        title: "asks for a name in the form of another login",
        severity: Medium,
        why: "All authenticators share one space of names: the certificate is a long-lived copy of a single sign-on account, past MFA and leaving the company.",
        advice: "Make sure that people who log in elsewhere do not get certificates under the same name.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/.",
        reads: &[],
        fires: external_name,
    },
    Rule {
        id: "subject-is-reviewer",
        title: "asks to be you",
        severity: High,
        why: "Whoever holds this certificate acts under your name, in the logs too.",
        advice: "Deny it, unless you asked for it yourself.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/request/x509.",
        reads: &[FactKind::Reviewer],
        fires: is_reviewer,
    },
    Rule {
        id: "subject-empty",
        title: "has an empty user or an empty group",
        severity: Medium,
        why: "Without a user name nobody logs in to the API, but other servers may go by groups or alternative names.",
        advice: "Ask for a request with a name.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go.",
        reads: &[],
        fires: empty,
    },
];

fn system_masters(case: &Case<'_>) -> Vec<Hit> {
    if !case.asks_for_group(MASTERS) {
        return quiet();
    }
    let message = if case.client {
        "would be in system:masters: all power over the cluster, past every authorizer"
    } else {
        "carries the group system:masters; this signer's certificates do not log in to the API"
    };
    hit_group(case.identity(Critical), message, MASTERS)
}

fn kubeadm_cluster_admins(case: &Case<'_>) -> Vec<Hit> {
    if !case.asks_for_group(KUBEADM_ADMINS) {
        return quiet();
    }
    let message = if case.client {
        "would be in kubeadm:cluster-admins, which kubeadm binds to cluster-admin"
    } else {
        "carries the group kubeadm:cluster-admins; this signer's certificates do not log in to the API"
    };
    hit_group(case.identity(Critical), message, KUBEADM_ADMINS)
}

fn privileged_group(case: &Case<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for group in &case.groups {
        if let Some(row) = known(Kind::Group, group) {
            let message = format!("would be in a group of {}: {}", row.origin, row.power);
            hits.extend(hit_group(case.identity(row.severity), message, group));
        }
    }
    hits
}

fn privileged_user(case: &Case<'_>) -> Vec<Hit> {
    match known(Kind::User, case.user) {
        Some(row) => {
            let message = format!("would be a user of {}: {}", row.origin, row.power);
            hit(case.identity(row.severity), message, case.user)
        }
        None => quiet(),
    }
}

fn service_account(case: &Case<'_>) -> Vec<Hit> {
    let Some((namespace, _)) = case
        .user
        .strip_prefix(SERVICE_ACCOUNT_PREFIX)
        .and_then(|rest| rest.split_once(':'))
    else {
        return quiet();
    };
    let (severity, message) = if runs_the_cluster(namespace) {
        (
            Critical,
            "would be a ServiceAccount of a namespace that runs the cluster",
        )
    } else {
        (High, "would be a ServiceAccount, for longer than any token")
    };
    hit(case.identity(severity), message, case.user)
}

fn node_wrong_signer(case: &Case<'_>) -> Vec<Hit> {
    let for_nodes = matches!(
        case.signer,
        Signer::KubeApiserverClientKubelet | Signer::KubeletServing
    );
    let whole = case.node().is_some() && case.asks_for_group(NODES_GROUP);
    if for_nodes || !whole {
        return quiet();
    }
    hit(
        case.identity(Critical),
        "would be a node, by a signer that checks nothing about nodes",
        case.user,
    )
}

fn node_malformed(case: &Case<'_>) -> Vec<Hit> {
    let in_group = case.asks_for_group(NODES_GROUP);
    let (severity, message, evidence) = match (case.node(), in_group) {
        (Some(""), _) => (High, "names a node without a name", case.user.to_owned()),
        (Some(_), false) => (
            High,
            "has a node's user name, but is not in system:nodes",
            case.user.to_owned(),
        ),
        (None, true) => (
            High,
            "is in system:nodes, but has no node's user name",
            case.user.to_owned(),
        ),
        (Some(node), true) if !is_node_name(node) => {
            (High, "names a node that cannot exist", case.user.to_owned())
        }
        (Some(_), true) if case.groups != [NODES_GROUP] => {
            let powerful = case.groups.iter().any(|group| {
                group == MASTERS || group == KUBEADM_ADMINS || known(Kind::Group, group).is_some()
            });
            let severity = if powerful { Critical } else { High };
            (
                severity,
                "is a node with more groups than system:nodes",
                joined(&case.groups),
            )
        }
        _ => return quiet(),
    };
    hit(case.identity(severity), message, evidence)
}

/// Whether another rule already speaks about this name.
pub(super) fn is_spoken_for(kind: Kind, name: &str) -> bool {
    [MASTERS, KUBEADM_ADMINS].contains(&name)
        || known(kind, name).is_some()
        || match kind {
            Kind::User => {
                name.starts_with(NODE_USER_PREFIX)
                    || name
                        .strip_prefix(SERVICE_ACCOUNT_PREFIX)
                        .is_some_and(|rest| rest.contains(':'))
            }
            Kind::Group => name == NODES_GROUP,
        }
}

fn reserved_prefix(case: &Case<'_>) -> Vec<Hit> {
    let reserved = |kind, name: &&str| name.starts_with("system:") && !is_spoken_for(kind, name);
    let user = Some(case.user).filter(|name| reserved(Kind::User, name));
    let names: Vec<&str> = user
        .into_iter()
        .chain(
            case.groups
                .iter()
                .map(String::as_str)
                .filter(|name| reserved(Kind::Group, name)),
        )
        .collect();
    // A renewal gains nothing, and a node's component has a rule of its own.
    if names.is_empty() || case.is_own() || case.is_node_component() {
        return quiet();
    }
    hit(
        case.identity(High),
        "requests a name that begins with system:",
        joined(&names),
    )
}

fn external_name(case: &Case<'_>) -> Vec<Hit> {
    let foreign = |name: &&str| {
        let prefixes = [
            "oidc:",
            "github:",
            "azuread:",
            "keycloak:",
            "arn:aws:",
            "aad:",
            "google:",
        ];
        name.contains('@')
            || name.contains('#')
            || name.contains("https://")
            || prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    let names: Vec<&str> = std::iter::once(case.user)
        .chain(case.groups.iter().map(String::as_str))
        .filter(foreign)
        .collect();
    // Whoever already logs in under the name gains no other login by it.
    let is_own = case.is_self() && case.groups_not_held().is_empty();
    if names.is_empty() || !case.client || is_own {
        return quiet();
    }
    hit(
        Medium,
        "has the form of a name that another login gives",
        joined(&names),
    )
}

fn is_reviewer(case: &Case<'_>) -> Vec<Hit> {
    let Some(reviewer) = case.facts.reviewer.known() else {
        return quiet();
    };
    if case.user.is_empty() || case.user != reviewer.username || case.is_self() {
        return quiet();
    }
    hit(
        case.identity(High),
        "somebody else asks for a certificate with your user name",
        case.user,
    )
}

fn empty(case: &Case<'_>) -> Vec<Hit> {
    if case.request.is_none() {
        return quiet();
    }
    if case.user.is_empty() {
        return hit(Medium, "has no user name: nobody logs in with it", "");
    }
    if case.groups.iter().any(String::is_empty) {
        return hit(
            Medium,
            "asks for a group with an empty name",
            joined(&case.groups),
        );
    }
    quiet()
}
