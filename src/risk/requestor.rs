//! Who asks, and for whom.

use crate::csr::{Signer, Source};
use crate::facts::FactKind;
use crate::facts::rbac::SERVICE_ACCOUNT_PREFIX;

use super::Severity::{self, Critical, High, Info, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet};
use super::catalogue::Rule;

/// How the requestor stands to what it requests.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "requestor-self-renewal",
        title: "requests a certificate of the requestor's own identity",
        severity: Info,
        why: "The requestor already has this user name and these groups: the ordinary renewal.",
        advice: "Approve it if the requestor should still have access: a certificate can be used to request its successor.",
        source: "pkg/controller/certificates/approver/sarapprove.go.",
        reads: &[],
        fires: self_renewal,
    },
    Rule {
        id: "requestor-subject-mismatch",
        title: "requests another user's identity",
        severity: High,
        why: "The certificate would be of another user than the requestor, who may hold its key.",
        advice: "Approve it only if you know why this requestor requests this user.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/.",
        reads: &[FactKind::Authorizers],
        fires: subject_mismatch,
    },
    Rule {
        id: "requestor-group-escalation",
        title: "requests groups that the requestor does not hold",
        severity: High,
        why: "Requesting a group that the requestor does not hold is how a privilege escalation by CSR looks.",
        advice: "Find out who decided that the new identity should be in these groups.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping.",
        reads: &[FactKind::Authorizers],
        fires: group_escalation,
    },
    Rule {
        id: "requestor-service-account",
        title: "comes from a ServiceAccount and requests another identity",
        severity: High,
        why: "An attacker who takes over a pod of the ServiceAccount turns that into a credential that outlives pod, token and account.",
        advice: "Approve it only if this ServiceAccount is meant to issue certificates for others.",
        source: "Elastic detection rule 0f5941c6-3db9-4d2f-91df-06c7c292ba45.",
        reads: &[FactKind::Authorizers],
        fires: service_account,
    },
    Rule {
        id: "requestor-node-overreach",
        title: "comes from a node or a node bootstrapper and requests more than its own certificates",
        severity: Critical,
        why: "Kubelets request their own client and serving certificates only; the node authorizer lets them create any CSR.",
        advice: "Deny it, and investigate the node: a kubelet does not request this.",
        source: "plugin/pkg/admission/noderestriction/admission.go.",
        reads: &[],
        fires: node_overreach,
    },
];

/// Who the requestor is, whatever it requests.
pub(super) const ORIGIN_RULES: &[Rule] = &[
    Rule {
        id: "requestor-anonymous",
        title: "was created without credentials",
        severity: Critical,
        why: "The cluster lets anonymous users create CSRs, which is an incident by itself.",
        advice: "Deny it, and take the right to create CSRs from system:anonymous and system:unauthenticated.",
        source: "staging/src/k8s.io/apiserver/pkg/authentication/user/user.go.",
        reads: &[],
        fires: anonymous,
    },
    Rule {
        id: "requestor-self-review",
        title: "was created by you",
        severity: High,
        why: "One stolen credential is enough where requestor and reviewer are the same.",
        advice: "Have another person review it.",
        source: "staging/src/k8s.io/api/authentication/v1 (SelfSubjectReview).",
        reads: &[FactKind::Reviewer, FactKind::Authorizers],
        fires: self_review,
    },
    Rule {
        id: "requestor-self-review-unchecked",
        title: "was not compared with your own identity",
        severity: High,
        why: "The API server did not report who you are, so that requestor and user could not be compared with you.",
        advice: "Compare the requestor and the user with your own user name.",
        source: "staging/src/k8s.io/api/authentication/v1 (SelfSubjectReview).",
        reads: &[FactKind::Reviewer, FactKind::Authorizers],
        fires: self_review_unchecked,
    },
    Rule {
        id: "requestor-missing",
        title: "does not name its requestor reliably",
        severity: High,
        why: "The API server writes the requestor into every CSR; a file has none, or one that its author could choose freely.",
        advice: "Review the object on the cluster before it is approved.",
        source: "pkg/registry/certificates/certificates/strategy.go.",
        reads: &[],
        fires: missing,
    },
];

fn self_renewal(case: &Case<'_>) -> Vec<Hit> {
    if case.is_own() {
        let message = "requests a certificate of the requestor's own user and groups";
        hit(Info, message, case.user)
    } else {
        quiet()
    }
}

/// What an all-powerful requestor requests for others is judged by what they may do, where that is known.
fn beyond_own(case: &Case<'_>, otherwise: Severity) -> Severity {
    if !case.requestor_is_all_powerful() {
        otherwise
    } else if case.access.known().is_some() && case.access_gap.is_none() {
        Low
    } else {
        Medium
    }
}

/// Users and groups of a certificate that cannot log in are names only. ServiceAccounts and nodes that
/// request another user have rules of their own.
fn subject_mismatch(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    let spoken_for = case.is_bootstrap()
        || case.is_node_component()
        || is_service_account(&requestor.username)
        || is_overreaching(case);
    if !case.client || case.user.is_empty() || case.is_self() || spoken_for {
        return quiet();
    }
    let severity = if case.node().is_some() { High } else { Medium };
    hit(
        beyond_own(case, severity),
        "the user is not the requestor",
        format!("{} requests {}", requestor.username, case.user),
    )
}

fn is_service_account(user: &str) -> bool {
    user.starts_with(SERVICE_ACCOUNT_PREFIX)
}

fn group_escalation(case: &Case<'_>) -> Vec<Hit> {
    let missing = case.groups_not_held();
    // A kubelet's first request is for system:nodes, and a component's for a group of its own.
    if !case.client || missing.is_empty() || case.is_bootstrap() || case.is_node_component() {
        return quiet();
    }
    let message = if case.requestor_is_all_powerful() {
        "requests groups that its requestor does not hold, which already has all power"
    } else {
        "requests groups that its requestor does not hold"
    };
    hit(beyond_own(case, High), message, joined(&missing))
}

fn anonymous(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    if requestor.username == "system:anonymous" || requestor.has_group("system:unauthenticated") {
        let message = "was created without credentials";
        return hit(Critical, message, &requestor.username);
    }
    quiet()
}

fn service_account(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    let is_one = is_service_account(&requestor.username);
    if !is_one || case.is_self() || case.is_bootstrap() || !case.client || case.user.is_empty() {
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
        "a ServiceAccount requests a certificate of another identity",
        evidence,
    )
}

/// What a node or a bootstrapper requests beyond its own, and how bad that is.
fn overreach(case: &Case<'_>) -> Option<(Severity, &'static str)> {
    let requestor = case.requestor()?;
    let for_nodes = matches!(
        case.signer,
        Signer::KubeletServing | Signer::KubeApiserverClientKubelet
    );
    if requestor.node().is_some() {
        return if case.is_self() && for_nodes || case.is_node_component() {
            None
        } else if case.is_self() || !for_nodes {
            Some((
                Critical,
                "a node requests a certificate from a signer that kubelets do not use",
            ))
        } else {
            Some((Critical, "a node requests another identity than its own"))
        };
    }
    if !requestor.is_bootstrapper() || case.is_bootstrap() {
        None
    } else if case.signer == Signer::KubeletServing {
        Some((
            Critical,
            "a node bootstrapper requests a serving certificate",
        ))
    } else if case.signer == Signer::KubeApiserverClientKubelet {
        Some((
            High,
            "a node bootstrapper requests an identity that is not a node's",
        ))
    } else {
        Some((
            High,
            "a node bootstrapper requests more than a node's client certificate",
        ))
    }
}

fn is_overreaching(case: &Case<'_>) -> bool {
    overreach(case).is_some()
}

fn node_overreach(case: &Case<'_>) -> Vec<Hit> {
    let Some((severity, message)) = overreach(case) else {
        return quiet();
    };
    let requestor = case.requestor().map_or("", |requestor| &requestor.username);
    hit(
        severity,
        message,
        format!("{requestor} requests {}", case.user),
    )
}

/// How bad it is to review what one has created: nothing is gained where the requestor already has all power
/// or the identity itself.
fn self_review_severity(case: &Case<'_>) -> Severity {
    if case.requestor_is_all_powerful() || case.is_own() {
        Medium
    } else {
        High
    }
}

fn self_review(case: &Case<'_>) -> Vec<Hit> {
    let (Some(requestor), Some(reviewer)) = (case.requestor(), case.facts.reviewer.known()) else {
        return quiet();
    };
    if requestor.is_same_as(reviewer) {
        let message = "you created this CSR yourself";
        return hit(self_review_severity(case), message, &requestor.username);
    }
    quiet()
}

/// Nodes and their bootstrappers approve nothing, so that none of them is the reviewer.
fn self_review_unchecked(case: &Case<'_>) -> Vec<Hit> {
    let (Some(requestor), Some(gap)) = (case.requestor(), case.facts.reviewer.gap()) else {
        return quiet();
    };
    let may_be_for_reviewer = case.client && !case.is_self() && case.node().is_none();
    let severity = if requestor.node().is_some() || requestor.is_bootstrapper() {
        if !may_be_for_reviewer || case.is_node_component() {
            return quiet();
        }
        High
    } else if may_be_for_reviewer {
        High
    } else {
        self_review_severity(case)
    };
    hit(
        severity,
        "whether you created this CSR, or it is for you, was not checked",
        format!("{} ({})", requestor.username, gap.why),
    )
}

fn missing(case: &Case<'_>) -> Vec<Hit> {
    match (&case.csr.source, case.requestor()) {
        (Source::Cluster, None) => hit(
            High,
            "names no requestor, which the API server always does",
            "",
        ),
        (Source::Manifest | Source::Bare, None) => hit(
            Medium,
            "the requestor is not known: the file names none",
            "",
        ),
        (Source::Manifest, Some(requestor)) => hit(
            Medium,
            "the requestor is read from a file, whose author could choose it freely",
            &requestor.username,
        ),
        _ => quiet(),
    }
}
