//! What the identity could do in this cluster, and what that is worth.

use crate::facts::access::{Access, Power};
use crate::facts::{Authorizers, Fact};

use super::Severity::{self, Critical, High, Info, Medium};
use super::case::{Case, Hit, hit, hit_group, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "subject-rbac-admin-equivalent",
        title: "would be able to take over the cluster",
        severity: Critical,
        why: "By the roles and bindings of this cluster the identity has, or can get, all power. Deleting a binding helps only as long as nobody makes it again; the certificate stays.",
        advice: "Deny it, unless it renews an administrator's own access and you know who asks.",
        source: "pkg/registry/rbac/validation/rule.go and https://kubernetes.io/docs/concepts/security/rbac-good-practices/.",
        fires: admin_equivalent,
    },
    Rule {
        id: "subject-rbac-dangerous",
        title: "would have rights that can be abused",
        severity: High,
        why: "By the roles and bindings of this cluster the identity could read secrets, run pods or reach further than it looks.",
        advice: "Approve it only if whoever asks should have these rights for as long as the certificate is valid.",
        source: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/.",
        fires: dangerous,
    },
    Rule {
        id: "subject-rbac-unknown",
        title: "has rights that nobody could look up",
        severity: High,
        why: "Any group may be bound to cluster-admin here: that no binding was seen says nothing where none could be read.",
        advice: "Get the right to list roles and bindings, or ask somebody who has it what these groups may do.",
        source: "pkg/registry/rbac/validation/rule.go.",
        fires: unknown,
    },
    Rule {
        id: "subject-rbac-none",
        title: "has no rights of its own today",
        severity: Info,
        why: "No binding names the user or its groups. One that is made later gives the certificate its rights, for as long as it is valid.",
        advice: "Ask which binding is meant to come, if it should be able to do anything.",
        source: "pkg/registry/rbac/validation/rule.go.",
        fires: none,
    },
    Rule {
        id: "subject-existing-identity",
        title: "asks to be somebody whom this cluster knows",
        severity: High,
        why: "A user of this name holds rights here or has asked for certificates: with another certificate of that name somebody else has them too, and the audit log does not tell the two apart.",
        advice: "Ask the person or component of that name whether this key is theirs.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/.",
        fires: existing_identity,
    },
];

fn authorizers<'a>(case: &Case<'a>) -> Option<&'a Authorizers> {
    case.facts.authorizers.known()
}

/// What the identity could do, where that matters: kubelets' rights are those of every node.
fn access<'a>(case: &'a Case<'_>) -> Option<&'a Access> {
    case.access.known().filter(|_| !case.is_kubelet_client())
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
    let evidence = format!("{}{role}{by}", power.binding);
    let message = format!("would be able to {}{}{message}", power.title, place(power));
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
    let Some(access) = access(case) else {
        return quiet();
    };
    match access.worst_power() {
        // That group has a rule of its own.
        Some(_) if access.bypasses_authorizers() => quiet(),
        Some(power) if power.severity == Critical => tell(Critical, access, power, ""),
        _ => quiet(),
    }
}

/// Where the requestor asks for itself alone, nothing is gained that it does not have.
fn dangerous(case: &Case<'_>) -> Vec<Hit> {
    let Some(access) = access(case) else {
        return quiet();
    };
    let Some(power) = access.worst_power() else {
        return quiet();
    };
    let severity = power.severity;
    if !matches!(severity, High | Medium) {
        return quiet();
    }
    let requestor = case.requestor_access.known();
    let news = requestor.and_then(|requestor| access.worst_beyond(requestor));
    if case.is_self() && requestor.is_some() && news.is_none() {
        return tell(Info, access, power, ", as its requestor is already");
    }
    let message = if news.is_some_and(|news| news.severity == severity) {
        ", which its requestor is not"
    } else {
        ""
    };
    tell(severity, access, power, message)
}

fn unknown(case: &Case<'_>) -> Vec<Hit> {
    if case.is_kubelet_client() {
        return quiet();
    }
    let why = match &case.access {
        Fact::NotAsked => return quiet(),
        Fact::Unknown(gap) => gap.why.clone(),
        Fact::Known(access) if access.bypasses_authorizers() => return quiet(),
        Fact::Known(_) => match authorizers(case).and_then(Authorizers::incomplete) {
            Some(why) => why,
            None => return quiet(),
        },
    };
    hit(
        High,
        "what the identity could do in this cluster is unknown",
        why,
    )
}

fn none(case: &Case<'_>) -> Vec<Hit> {
    let (Some(access), Some(authorizers)) = (access(case), authorizers(case)) else {
        return quiet();
    };
    if access.has_own_rights() || authorizers.incomplete().is_some() {
        return quiet();
    }
    let message = if authorizers.rbac.known().is_some() {
        "has no rights today beyond those of everybody who logs in"
    } else {
        "could do nothing dangerous that the API server was asked about; its roles are not known"
    };
    hit(Info, message, case.user)
}

fn existing_identity(case: &Case<'_>) -> Vec<Hit> {
    // Nodes and ServiceAccounts have rules of their own.
    let other = case.node().is_some() || case.user.starts_with("system:");
    if !case.client || case.user.is_empty() || case.is_self() || other {
        return quiet();
    }
    let rbac = authorizers(case).and_then(|authorizers| authorizers.rbac.known());
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
