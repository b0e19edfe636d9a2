//! Who asks, and for whom.

use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};
use crate::csr::{Signer, Source};

use super::Severity::{Critical, High, Info, Medium};
use super::case::{Case, Hit, hit, is_bootstrapper, joined, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "requestor-self-renewal",
        title: "asks for itself",
        severity: Info,
        why: "The requestor asks for a certificate of the identity that it already has: the ordinary renewal.",
        advice: "Approve it if the requestor should still have access: a certificate begets its successor.",
        source: "pkg/controller/certificates/approver/sarapprove.go.",
        fires: self_renewal,
    },
    Rule {
        id: "requestor-subject-mismatch",
        title: "asks for somebody else",
        severity: High,
        why: "The certificate would be of another user than the one who asks for it, and gets the key.",
        advice: "Approve it only if you know why this requestor asks for this user.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/.",
        fires: subject_mismatch,
    },
    Rule {
        id: "requestor-group-escalation",
        title: "asks for groups that it does not hold",
        severity: High,
        why: "Asking for a group that one does not hold is how a privilege escalation by CSR looks.",
        advice: "Find out who decided that the new identity should be in these groups.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping.",
        fires: group_escalation,
    },
    Rule {
        id: "requestor-anonymous",
        title: "comes from nobody",
        severity: Critical,
        why: "Somebody without credentials could create it; the cluster lets anonymous users create CSRs, which is an incident by itself.",
        advice: "Deny it, and take the right to create CSRs from system:anonymous and system:unauthenticated.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/user/user.go.",
        fires: anonymous,
    },
    Rule {
        id: "requestor-service-account",
        title: "comes from a ServiceAccount that asks for somebody else",
        severity: High,
        why: "Whoever takes over its pod turns that into a credential that outlives pod, token and account.",
        advice: "Approve it only if this ServiceAccount is meant to issue certificates for others.",
        source: "Elastic detection rule 0f5941c6-3db9-4d2f-91df-06c7c292ba45.",
        fires: service_account,
    },
    Rule {
        id: "requestor-node-overreach",
        title: "comes from a node or a bootstrap token and asks beyond its own certificates",
        severity: Critical,
        why: "Kubelets ask for their own client and serving certificates only; the node authorizer lets them create any CSR.",
        advice: "Deny it, and look at that node: its credentials are in other hands.",
        source: "plugin/pkg/admission/noderestriction/admission.go.",
        fires: node_overreach,
    },
    Rule {
        id: "requestor-self-review",
        title: "was created by you",
        severity: High,
        why: "One stolen credential is enough where requestor and reviewer are the same.",
        advice: "Let somebody else review it.",
        source: "staging/src/k8s.io/api/authentication/v1 (SelfSubjectReview).",
        fires: self_review,
    },
    Rule {
        id: "requestor-missing",
        title: "does not say who asks",
        severity: High,
        why: "The API server writes the requestor into every CSR; a file does not have one, or one that anybody could have written.",
        advice: "Review the object on the cluster before it is approved.",
        source: "pkg/registry/certificates/certificates/strategy.go.",
        fires: missing,
    },
];

fn self_renewal(case: &Case<'_>) -> Vec<Hit> {
    if case.client && case.is_self() && case.groups_not_held().is_empty() {
        let message = "asks for the identity that it already has";
        hit(Info, message, case.user)
    } else {
        quiet()
    }
}

/// Users and groups of a certificate that cannot log in are names only.
fn subject_mismatch(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    if !case.client || case.user.is_empty() || case.is_self() || case.is_bootstrap() {
        return quiet();
    }
    let severity = if case.node().is_some() && !case.requestor_is_all_powerful() {
        High
    } else {
        Medium
    };
    hit(
        severity,
        "would be another user than the one who asks",
        format!("{} asks for {}", requestor.username, case.user),
    )
}

fn group_escalation(case: &Case<'_>) -> Vec<Hit> {
    let missing = case.groups_not_held();
    // A bootstrap token asks for system:nodes: that is what it is for.
    if !case.client || missing.is_empty() || case.is_bootstrap() {
        return quiet();
    }
    if case.requestor_is_all_powerful() {
        return hit(
            Medium,
            "asks for groups that it does not hold, though it already has all power",
            joined(&missing),
        );
    }
    hit(
        High,
        "asks for groups that it does not hold",
        joined(&missing),
    )
}

fn anonymous(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    if requestor.username == "system:anonymous" || requestor.has_group("system:unauthenticated") {
        let message = "was created without any credentials";
        return hit(Critical, message, &requestor.username);
    }
    quiet()
}

fn service_account(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    let is_one = requestor.username.starts_with("system:serviceaccount:");
    if !is_one || case.is_self() || !case.client {
        return quiet();
    }
    let pod = requestor
        .extra
        .get("authentication.kubernetes.io/pod-name")
        .and_then(|values| values.first());
    let evidence = match pod {
        Some(pod) => format!("{} from pod {pod}", requestor.username),
        None => requestor.username.clone(),
    };
    hit(
        High,
        "a ServiceAccount asks for a certificate of somebody else",
        evidence,
    )
}

fn node_overreach(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    let for_nodes = matches!(
        case.signer,
        Signer::KubeletServing | Signer::KubeApiserverClientKubelet
    );
    let evidence = || format!("{} asks for {}", requestor.username, case.user);
    let is_node =
        requestor.username.starts_with(NODE_USER_PREFIX) && requestor.has_group(NODES_GROUP);
    if is_node && !for_nodes {
        let message = "a node asks a signer that kubelets never ask";
        return hit(Critical, message, evidence());
    }
    if is_node && !case.is_self() {
        let message = "a node asks for another identity than its own";
        return hit(Critical, message, evidence());
    }
    if is_bootstrapper(requestor) && case.signer != Signer::KubeApiserverClientKubelet {
        let severity = if case.signer == Signer::KubeletServing {
            Critical
        } else {
            High
        };
        let message = "a bootstrap token asks for more than a node's client certificate";
        return hit(severity, message, evidence());
    }
    if is_bootstrapper(requestor) && !case.is_node() {
        let message = "a bootstrap token asks for an identity that is not a node's";
        return hit(High, message, evidence());
    }
    quiet()
}

fn self_review(case: &Case<'_>) -> Vec<Hit> {
    let (Some(requestor), Some(reviewer)) = (case.requestor(), case.facts.reviewer.known()) else {
        return quiet();
    };
    if requestor.is_same_as(reviewer) {
        let message = "you created this CSR yourself";
        return hit(High, message, &requestor.username);
    }
    quiet()
}

fn missing(case: &Case<'_>) -> Vec<Hit> {
    match (&case.csr.source, case.requestor()) {
        (Source::Cluster, None) => hit(
            High,
            "names no requestor, which the API server always does",
            "",
        ),
        (Source::Manifest | Source::Bare, None) => {
            hit(Medium, "nobody knows who asks: a file has no requestor", "")
        }
        (Source::Manifest, Some(requestor)) => hit(
            Medium,
            "the requestor stands in a file, where anybody could have written it",
            &requestor.username,
        ),
        _ => quiet(),
    }
}
