//! Whom the certificate would log in as.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};
use crate::csr::{KUBERNETES_UID, Signer};

use super::Severity::{Critical, High, Info, Low, Medium};
use super::case::{Case, Hit, hit, hit_group, is_node_name, joined, quiet};
use super::catalogue::Rule;
use super::names::{
    ADMIN_LIKE, Kind, Match, POWERFUL_SERVICE_ACCOUNT_NAMESPACES, PRIVILEGED, known,
};

const MASTERS: &str = "system:masters";
const KUBEADM_ADMINS: &str = "kubeadm:cluster-admins";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "subject-system-masters",
        title: "asks for the group system:masters",
        severity: Critical,
        why: "The API server lets this group do everything before any authorizer is asked; deleting bindings does not take it back.",
        advice: "Deny it. Nobody needs such a certificate from a CSR; only a new CA revokes one.",
        source: "plugin/pkg/auth/authorizer/rbac/bootstrappolicy and pkg/kubeapiserver/authorizer/reload.go.",
        fires: system_masters,
    },
    Rule {
        id: "subject-kubeadm-cluster-admins",
        title: "asks for the group kubeadm:cluster-admins",
        severity: Critical,
        why: "kubeadm binds this group to cluster-admin since 1.29, and no admission plugin holds it back.",
        advice: "Deny it, unless it renews the administrator's own access and you know who asks.",
        source: "cmd/kubeadm/app/constants/constants.go.",
        fires: kubeadm_cluster_admins,
    },
    Rule {
        id: "subject-privileged-group",
        title: "asks for a group that is known to be powerful",
        severity: Critical,
        why: "Kubernetes or a distribution of it gives this group rights, or tools trust it by its name.",
        advice: "Deny it, unless the component that uses this name asks for itself.",
        source: "The table of known names in docs/risks.md.",
        fires: privileged_group,
    },
    Rule {
        id: "subject-privileged-user",
        title: "asks to be a user that is known to be powerful",
        severity: Critical,
        why: "Kubernetes or a distribution of it gives this user rights, or detections pass it over by its name.",
        advice: "Deny it, unless the component that uses this name asks for itself.",
        source: "The table of known names in docs/risks.md.",
        fires: privileged_user,
    },
    Rule {
        id: "subject-service-account",
        title: "asks to be a ServiceAccount",
        severity: Critical,
        why: "RBAC knows a ServiceAccount by its user name alone, so the certificate is a copy of it that outlives token, pod and account.",
        advice: "Deny it; a ServiceAccount uses its tokens.",
        source: "pkg/registry/rbac/validation/rule.go.",
        fires: service_account,
    },
    Rule {
        id: "subject-node-wrong-signer",
        title: "asks to be a node, but not from a signer for nodes",
        severity: Critical,
        why: "Only the kubelet signers check a node's subject; from any other one it passes unchecked, NodeRestriction included.",
        advice: "Deny it; kubelets ask kubernetes.io/kube-apiserver-client-kubelet and kubernetes.io/kubelet-serving.",
        source: "pkg/controller/certificates/signer/signer.go and plugin/pkg/admission/noderestriction.",
        fires: node_wrong_signer,
    },
    Rule {
        id: "subject-node-malformed",
        title: "looks like a node, but is not quite one",
        severity: Critical,
        why: "Half a node's identity, an impossible node name or extra groups pass checks that look at a part only.",
        advice: "Deny it; a kubelet asks for the user system:node:<name> and the one group system:nodes.",
        source: "pkg/apis/certificates/helpers.go and pkg/auth/nodeidentifier.",
        fires: node_malformed,
    },
    Rule {
        id: "subject-reserved-prefix",
        title: "asks for a name that is reserved for Kubernetes",
        severity: High,
        why: "Names that begin with system: belong to Kubernetes; a default binding may exist now or come with an upgrade.",
        advice: "Deny it, or ask why an ordinary name does not do.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects.",
        fires: reserved_prefix,
    },
    Rule {
        id: "subject-lookalike",
        title: "looks like a powerful name, but is another one",
        severity: High,
        why: "The name carries no power by itself, and deceives people and tools that do not compare byte for byte.",
        advice: "Deny it, and ask the requestor what it is for.",
        source: "Unicode Technical Standard 39 and Unicode Standard Annex 15.",
        fires: lookalike,
    },
    Rule {
        id: "subject-external-idp-name",
        title: "asks for a name in the form of another login",
        severity: Medium,
        why: "All authenticators share one space of names: the certificate is a long-lived copy of a single sign-on account, past MFA and leaving the company.",
        advice: "Make sure that people who log in elsewhere do not get certificates under the same name.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/.",
        fires: external_name,
    },
    Rule {
        id: "subject-is-reviewer",
        title: "asks to be you",
        severity: High,
        why: "Whoever holds this certificate acts under your name, in the logs too.",
        advice: "Deny it, unless you asked for it yourself.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/request/x509.",
        fires: is_reviewer,
    },
    Rule {
        id: "subject-empty",
        title: "has an empty user or an empty group",
        severity: Medium,
        why: "Without a user name nobody logs in to the API, but other servers may go by groups or alternative names.",
        advice: "Ask for a request with a name.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go.",
        fires: empty,
    },
    Rule {
        id: "subject-extra-attributes",
        title: "has subject attributes besides user and groups",
        severity: High,
        why: "Built-in signers drop what they do not know; another signer may keep it, and the API server reads a user's UID from one of them.",
        advice: "Look at the full subject; ask a signer of your own what it does with it.",
        source: "pkg/controller/certificates/authority/policies.go.",
        fires: extra_attributes,
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
        .strip_prefix("system:serviceaccount:")
        .and_then(|rest| rest.split_once(':'))
    else {
        return quiet();
    };
    let powerful = POWERFUL_SERVICE_ACCOUNT_NAMESPACES.contains(&namespace)
        || namespace.ends_with("-system")
        || namespace.starts_with("openshift");
    let (severity, message) = if powerful {
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
fn is_spoken_for(kind: Kind, name: &str) -> bool {
    [MASTERS, KUBEADM_ADMINS].contains(&name)
        || known(kind, name).is_some()
        || match kind {
            Kind::User => {
                name.starts_with(NODE_USER_PREFIX)
                    || name
                        .strip_prefix("system:serviceaccount:")
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
    if names.is_empty() {
        return quiet();
    }
    hit(
        case.identity(High),
        "asks for a name that begins with system:",
        joined(&names),
    )
}

/// A name as a careless reader sees it: compatibility forms, case, look-alike letters and hidden
/// characters folded.
fn folded(name: &str) -> String {
    /// What each ASCII character becomes: most names have no others, and these do not depend on each other.
    static ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
        let letters = (0..128_u8).map(char::from);
        letters
            .map(|letter| folded_slowly(&letter.to_string()))
            .collect()
    });
    if name.is_ascii() {
        let letters = name.bytes().map(|byte| ASCII[usize::from(byte)].as_str());
        letters.collect()
    } else {
        folded_slowly(name)
    }
}

fn folded_slowly(name: &str) -> String {
    let visible: String = name
        .nfkc()
        .filter(|c| !c.is_whitespace() && !super::text::is_invisible(*c) && !c.is_control())
        .collect();
    skeleton(&visible.to_lowercase())
        .collect::<String>()
        .to_lowercase()
}

/// Names that are worth imitating: the privileged ones, whole.
fn imitated() -> impl Iterator<Item = &'static str> {
    [MASTERS, KUBEADM_ADMINS, NODES_GROUP].into_iter().chain(
        PRIVILEGED
            .iter()
            .filter(|row| row.matching == Match::Exact)
            .map(|row| row.name),
    )
}

/// A name worth imitating, ready to be compared with.
struct Target {
    name: &'static str,
    folded: String,
    letters: Vec<char>,
    bare: String,
}

/// Folding is costly, so the targets are folded once.
fn targets() -> &'static [Target] {
    static TARGETS: std::sync::OnceLock<Vec<Target>> = std::sync::OnceLock::new();
    TARGETS.get_or_init(|| {
        imitated()
            .map(|name| {
                let folded = folded(name);
                Target {
                    name,
                    letters: folded.chars().collect(),
                    bare: without_separators(&folded),
                    folded,
                }
            })
            .collect()
    })
}

/// The reserved prefix as [`folded`] leaves it, which is not as it is written.
fn reserved_folded() -> &'static str {
    static PREFIX: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    PREFIX.get_or_init(|| folded("system:"))
}

fn lookalike(case: &Case<'_>) -> Vec<Hit> {
    let user = (!case.user.is_empty()).then_some((Kind::User, case.user));
    let groups = case
        .groups
        .iter()
        .map(|group| (Kind::Group, group.as_str()));
    user.into_iter()
        .chain(groups)
        .filter(|(kind, name)| !is_spoken_for(*kind, name) && name.len() <= 256)
        .flat_map(|(_, name)| imitation(case, name))
        .collect()
}

fn imitation(case: &Case<'_>, name: &str) -> Vec<Hit> {
    let seen = folded(name);
    if let Some(target) = targets().iter().find(|target| target.folded == seen) {
        let letters = super::text::code_points(name);
        let message = format!("looks like {}, and is another name{letters}", target.name);
        return hit(case.identity(High), message, name);
    }
    let reserved = seen.starts_with(reserved_folded()) && !name.starts_with("system:");
    if reserved {
        let message = "looks as if it began with system:, and does not";
        return hit(case.identity(High), message, name);
    }
    if ADMIN_LIKE
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
    {
        let message = "sounds like an administrator; the name carries nothing unless it is bound";
        return hit(Low, message, name);
    }
    let letters: Vec<char> = seen.chars().collect();
    let bare = without_separators(&seen);
    let near = targets().iter().find(|target| {
        target.letters.len() >= 8 && (target.bare == bare || is_one_edit(&target.letters, &letters))
    });
    if let Some(target) = near {
        return hit(
            case.identity(Medium),
            format!("is nearly {}", target.name),
            name,
        );
    }
    quiet()
}

fn without_separators(text: &str) -> String {
    text.replace(['-', '_', '.', ':'], "")
}

/// Whether one insertion, deletion or substitution makes one text the other.
fn is_one_edit(one: &[char], other: &[char]) -> bool {
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(other.len()) - start;
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    one.len().max(other.len()) - start - end <= 1
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

fn extra_attributes(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let extra: Vec<_> = request
        .subject
        .attributes()
        .filter(|attribute| !attribute.is_common_name() && !attribute.is_organization())
        .collect();
    let dropped: Vec<_> = extra
        .iter()
        .copied()
        .filter(|attribute| !attribute.is_carried())
        .collect();
    let name = |attribute: &crate::csr::NameAttribute| {
        attribute
            .short_name()
            .map_or_else(|| attribute.oid.to_string(), str::to_owned)
    };
    let keeps_uid = !case.signer.is_built_in()
        && dropped
            .iter()
            .any(|attribute| attribute.oid == *KUBERNETES_UID);
    if keeps_uid {
        hit(
            High,
            "carries a Kubernetes UID, which a signer of your own may keep and the API server would read",
            "",
        )
    } else if !dropped.is_empty() {
        let names: Vec<String> = dropped.into_iter().map(name).collect();
        hit(
            Medium,
            "has attributes that built-in signers drop and others may keep",
            joined(&names),
        )
    } else if !extra.is_empty() {
        let names: Vec<String> = extra.into_iter().map(name).collect();
        hit(
            Info,
            "has attributes that take no part in a login",
            joined(&names),
        )
    } else {
        quiet()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_folded_letter_by_letter() {
        for one in 0..128_u8 {
            for other in 0..128_u8 {
                let name = String::from_iter(['s', char::from(one), char::from(other), 'S']);
                assert_eq!(folded(&name), folded_slowly(&name), "{name:?}");
            }
        }
    }
}
