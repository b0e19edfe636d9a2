//! What the identity could do in this cluster, and what that is worth.

use crate::facts::FactKind;
use crate::facts::access::{Access, Power, PowerKind};

use super::Severity::{self, Critical, High, Info, Low, Medium};
use super::case::{Case, Hit, hit, hit_group, quiet};
use super::catalogue::Rule;
use super::names::runs_the_cluster;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "subject-rbac-admin-equivalent",
        title: "would be able to take over the cluster",
        severity: Critical,
        why: "By the roles and bindings of this cluster, or by another authorizer that the API server asked, the identity has or can get all power. Deleting a binding helps only until it is made again; the certificate stays.",
        advice: "Deny it, unless it renews an administrator's own access and you know who asks.",
        source: "pkg/registry/rbac/validation/rule.go and https://kubernetes.io/docs/concepts/security/rbac-good-practices/.",
        reads: &[FactKind::Authorizers],
        fires: admin_equivalent,
    },
    Rule {
        id: "subject-rbac-dangerous",
        title: "would have rights that can be abused",
        severity: High,
        why: "By the roles and bindings of this cluster the identity could read secrets, run pods or reach further than it looks. Rights that are not rated may lead anywhere: docs/powers.md has those that are.",
        advice: "Approve it only if whoever asks should have these rights for as long as the certificate is valid.",
        source: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/.",
        reads: &[FactKind::Authorizers],
        fires: weighed,
    },
    Rule {
        id: "subject-rbac-unknown",
        title: "has rights that nobody could look up",
        severity: High,
        why: "Any group may be bound to cluster-admin here, and another authorizer may allow more than the bindings: what was not read or answered may be all power.",
        advice: "Get what the evidence says is missing (doctor prints the ClusterRole), or ask an administrator what this user and these groups may do.",
        source: "pkg/registry/rbac/validation/rule.go.",
        reads: &[FactKind::Authorizers],
        fires: unknown,
    },
    Rule {
        id: "subject-rbac-none",
        title: "has no RBAC rights of its own today",
        severity: Info,
        why: "No binding names the user or its groups. One that is made later gives the certificate its rights, for as long as it is valid.",
        advice: "Ask which binding is meant to come, if it should be able to do anything.",
        source: "pkg/registry/rbac/validation/rule.go.",
        reads: &[FactKind::Authorizers],
        fires: none,
    },
    Rule {
        id: "subject-existing-identity",
        title: "asks to be somebody whom this cluster knows",
        severity: High,
        why: "A user of this name holds rights here or has asked for certificates: with another certificate of that name somebody else has them too, and the audit log does not tell the two apart.",
        advice: "Ask the person or component of that name whether this key is theirs.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/.",
        reads: &[FactKind::Authorizers, FactKind::Others],
        fires: existing_identity,
    },
];

/// What the identity could do, with the worst of it that matters. Every node may do what the Node authorizer
/// gives it, and what little its group is bound to by default: a kubelet that asks for that is ordinary, and
/// for a node with more power than that it is not.
fn worst<'a>(case: &'a Case<'_>) -> Option<(&'a Access, &'a Power)> {
    let access = case.access.known()?;
    let power = if case.is_kubelet_client() {
        let power = access.worst_power_beside_nodes()?;
        (power.severity >= High).then_some(power)?
    } else {
        access.worst_power()?
    };
    Some((access, power))
}

/// The worst power, told.
fn tell(severity: Severity, access: &Access, power: &Power, message: &str) -> Vec<Hit> {
    let group = access.group_behind(power);
    let role = if power.role.is_empty() {
        String::new()
    } else {
        format!(" to {}", power.role)
    };
    let by = group.map_or_else(String::new, |group| format!(", by group {group}"));
    let right = if power.right.is_empty() {
        String::new()
    } else {
        format!("{}: ", power.right)
    };
    let evidence = format!("{right}{}{role}{by}", power.binding);
    let verb = if power.kind == PowerKind::Other {
        "would have"
    } else {
        "would be able to"
    };
    let message = format!("{verb} {}{}{message}", power.title, place(power));
    let mut hits = match group {
        Some(group) => hit_group(severity, message, group),
        None => hit(severity, message, ""),
    };
    hits[0].evidence = evidence;
    hits
}

fn place(power: &Power) -> &'static str {
    if power.namespace.is_some() {
        ", in a namespace"
    } else {
        ""
    }
}

fn admin_equivalent(case: &Case<'_>) -> Vec<Hit> {
    match worst(case) {
        // That group has a rule of its own.
        Some((access, _)) if access.bypasses_authorizers() => quiet(),
        Some((access, power)) if power.severity == Critical => tell(Critical, access, power, ""),
        _ => quiet(),
    }
}

/// What can be abused, weighed by who requests it. An administrator who could do all that anyway may hand out
/// one ordinary namespace, and what a node's component reads is part of its work.
fn weighed(case: &Case<'_>) -> Vec<Hit> {
    let one_namespace = case
        .access
        .known()
        .and_then(Access::only_dangerous_namespace)
        .is_some_and(is_ordinary);
    let handed_out = one_namespace && case.requestor_is_all_powerful();
    let mut hits = dangerous(case);
    for hit in &mut hits {
        hit.severity = match hit.severity {
            High if handed_out => Medium,
            Medium if case.is_node_component() => Low,
            severity => severity,
        };
    }
    hits
}

/// Whether the components that run the cluster live elsewhere.
fn is_ordinary(namespace: &str) -> bool {
    !runs_the_cluster(namespace)
}

/// Where the requestor asks for itself alone, nothing is gained that it does not have.
fn dangerous(case: &Case<'_>) -> Vec<Hit> {
    let Some((access, power)) = worst(case) else {
        return quiet();
    };
    let severity = power.severity;
    if !matches!(severity, High | Medium) {
        return quiet();
    }
    let requestor = case.requestor_access.known();
    let news = requestor.and_then(|requestor| access.worst_beyond(requestor));
    if case.is_self() && requestor.is_some() && news.is_none() {
        return tell(Info, access, power, ", within its requestor's rights");
    }
    // Of two that are as bad the one that is gained says more.
    let gained = news.filter(|news| news.severity == severity);
    let (power, message) = match gained {
        Some(gained) => (gained, ", beyond its requestor's rights"),
        None => (power, ""),
    };
    let mut hits = tell(severity, access, power, message);
    // What is not rated may be worse than what is: it is told beside that.
    let unrated = access.worst_unrated();
    let unrated = unrated.filter(|unrated| unrated.severity >= Medium && *unrated != power);
    hits.extend(
        unrated
            .into_iter()
            .flat_map(|unrated| tell(unrated.severity, access, unrated, "")),
    );
    hits
}

/// A kubelet's too: a binding may give a node, or all of them, more than the Node authorizer does.
fn unknown(case: &Case<'_>) -> Vec<Hit> {
    match &case.access_gap {
        Some(why) => hit(
            High,
            "what the identity could do in this cluster is not fully known",
            why,
        ),
        None => quiet(),
    }
}

fn none(case: &Case<'_>) -> Vec<Hit> {
    let Some(access) = case.access.known() else {
        return quiet();
    };
    let is_known = case.access_gap.is_none() && !case.is_kubelet_client();
    if access.has_own_rights() || !is_known {
        return quiet();
    }
    hit(
        Info,
        "has no RBAC rights today beyond those of everybody who logs in",
        case.user,
    )
}

fn existing_identity(case: &Case<'_>) -> Vec<Hit> {
    // Nodes and ServiceAccounts have rules of their own.
    let other = case.node().is_some() || case.user.starts_with("system:");
    if !case.client || case.user.is_empty() || case.is_self() || other {
        return quiet();
    }
    let authorizers = case.facts.authorizers.known();
    let rbac = authorizers.and_then(|authorizers| authorizers.rbac.known());
    let message = if rbac.is_some_and(|rbac| rbac.names_user(case.user)) {
        "somebody else asks to be a user that a binding names"
    } else if case
        .facts
        .others
        .known()
        .is_some_and(|others| others.has_requestor(case.user))
    {
        "somebody else asks to be a user that has asked for certificates"
    } else {
        return quiet();
    };
    let severity = if case.requestor_is_all_powerful() {
        Medium
    } else {
        High
    };
    hit(severity, message, case.user)
}
