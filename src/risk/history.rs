//! What only shows when a CSR is compared with the others, and with the clock.

use jiff::SignedDuration;

use crate::csr::Source;
use crate::facts::FactKind;
use crate::facts::Others;
use crate::facts::others::{Entry, KeyReuse, Replay};

use super::Severity::{self, Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, quiet};
use super::catalogue::Rule;

/// More than this many of one requestor within ten minutes are a flood, as is a third of what waits.
const BURST: usize = 10;
/// Below this many in all nobody's share is large.
const CROWD: usize = 20;
/// More than this many of one requestor are a flood that hides something.
const FLOOD: usize = 100;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "history-unchecked",
        title: "was not compared with the other CSRs of the cluster",
        severity: Critical,
        why: "Another requestor may use the same key or submit the same request, or the same may have been denied. A requestor can make the list of CSRs slow to read.",
        advice: "List the CSRs before you decide, or get permission to list them.",
        source: "RFC 2986 (a request has no freshness).",
        reads: &[FactKind::Others],
        fires: unchecked,
    },
    Rule {
        id: "history-key-reuse",
        title: "has a key that another CSR has too",
        severity: Critical,
        why: "One private key would log in as two identities, or an identity's key is in the hands of another requestor.",
        advice: "Find out who really holds the key, and ask both for new ones.",
        source: "RFC 2986 (a request has no freshness).",
        reads: &[FactKind::Others],
        fires: key_reuse,
    },
    Rule {
        id: "history-request-replay",
        title: "reuses a request that was submitted before",
        severity: Critical,
        why: "The very same bytes came from another requestor, or were denied. A request does not say who may submit it: its author may have handed it to another account to submit, or it was copied. A copy by a node, which can read every CSR, is held against the copy alone.",
        advice: "Deny it, unless you know why it comes again.",
        source: "RFC 2986 (a request has no freshness).",
        reads: &[FactKind::Authorizers, FactKind::Others],
        fires: replay,
    },
    Rule {
        id: "history-identity-contested",
        title: "requests a user that another requestor requests too",
        severity: Critical,
        why: "Both cannot be right, and only one of them gets to be that user. Where one of them renews its own identity, the other one is at fault.",
        advice: "Find out which requestor is entitled to it, and deny the other.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/.",
        reads: &[FactKind::Authorizers, FactKind::Others],
        fires: contested,
    },
    Rule {
        id: "history-denied-before",
        title: "asks again for what was denied",
        severity: High,
        why: "Somebody had a reason to deny it; asking again until somebody approves is how that reason is got around.",
        advice: "Ask whoever denied it. The reason stands in the condition of the earlier CSR.",
        source: "pkg/controller/certificates/cleaner/cleaner.go (a denied CSR is kept for an hour).",
        reads: &[FactKind::Others],
        fires: denied_before,
    },
    Rule {
        id: "history-superseded",
        title: "is superseded by a newer one",
        severity: Low,
        why: "The requestor has asked again for the same; kubelets do so when nobody answers, and have thrown the older key away.",
        advice: "Decide about the newest, and leave the others to be cleaned up.",
        source: "staging/src/k8s.io/client-go/util/certificate/certificate_manager.go.",
        reads: &[FactKind::Others],
        fires: superseded,
    },
    Rule {
        id: "history-flood",
        title: "is one of very many from the same requestor",
        severity: High,
        why: "Among many requests one bad one is not seen, and those of others wait.",
        advice: "Ask the requestor, and do not approve them in bulk.",
        source: "https://github.com/kubernetes/kubernetes/issues/107325.",
        reads: &[FactKind::Others],
        fires: flood,
    },
    Rule {
        id: "history-stale",
        title: "has waited for very long",
        severity: High,
        why: "Whoever asked has likely given up, and nobody knows who holds the key by now. The cluster deletes it after 24 hours.",
        advice: "Ask the requestor whether it is still wanted; if in doubt, deny it and let them ask again.",
        source: "pkg/controller/certificates/cleaner/cleaner.go.",
        reads: &[FactKind::Others],
        fires: stale,
    },
];

/// The other CSRs and this one as it stands among them, where they are known.
fn others<'a>(case: &'a Case<'_>) -> Option<(&'a Others, &'a Entry)> {
    Some((case.facts.others.known()?, case.entry.as_ref()?))
}

/// Another CSR, for evidence.
fn named(other: &Entry) -> String {
    match &other.requestor {
        Some(requestor) => format!("{}, requested by {requestor}", other.name),
        None => other.name.to_string(),
    }
}

fn unchecked(case: &Case<'_>) -> Vec<Hit> {
    match case.facts.others.gap() {
        Some(gap) => hit(
            Critical,
            "whether another requestor uses this key, this request or this user was not checked",
            &gap.why,
        ),
        None => quiet(),
    }
}

/// What another requestor's CSR says against this one: nothing, where this one has a claim and the other is
/// what anyone can create. Otherwise a stranger could block a renewal by creating a CSR.
fn beside(case: &Case<'_>, is_empty_claim: bool, severity: Severity) -> Severity {
    if case.is_entitled() && is_empty_claim {
        Low
    } else {
        severity
    }
}

fn key_reuse(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    match others.key_reuse(entry) {
        // The same request has a rule of its own.
        Some((_, other)) if entry.has_same_request(other) => quiet(),
        Some((KeyReuse::Both, other)) => hit(
            Critical,
            "another requestor uses the same key for another identity",
            named(other),
        ),
        Some((KeyReuse::Requestor, other)) => hit(
            Critical,
            "another requestor uses the same key",
            named(other),
        ),
        Some((KeyReuse::Subject, other)) => hit(
            High,
            "the same key was used for another identity",
            format!("{}, for {}", other.name, other.identity.user()),
        ),
        None => quiet(),
    }
}

fn replay(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    match others.replay(entry) {
        Some((Replay::Requestor, other)) => hit(
            beside(case, other.is_likely_copy(), Critical),
            "another requestor submitted the very same request",
            named(other),
        ),
        Some((Replay::Denied, other)) => {
            hit(High, "the very same request was denied", named(other))
        }
        None => quiet(),
    }
}

fn contested(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    // A copy of the request has a rule of its own.
    let rival = others.rival(entry);
    let Some(rival) = rival.filter(|rival| !entry.has_same_request(rival)) else {
        return quiet();
    };
    let severity = if case.node().is_some() {
        Critical
    } else {
        High
    };
    hit(
        beside(case, rival.is_by_stranger(), severity),
        "another requestor requests the same user",
        named(rival),
    )
}

fn denied_before(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    // That the very same request was denied has a rule of its own.
    let by_key = others.denied_key(entry);
    if let Some(other) = by_key.filter(|other| !entry.has_same_request(other)) {
        return hit(High, "the same key was denied before", named(other));
    }
    let by_identity = others.denied_identity(entry);
    let Some(other) = by_identity.filter(|other| !entry.has_same_request(other)) else {
        return quiet();
    };
    // That another requestor was denied it says little against the identity itself.
    if case.is_own() && other.requestor != entry.requestor {
        let message = "the same user and groups were denied to another requestor";
        return hit(Low, message, named(other));
    }
    let message = "the same user and groups were denied before";
    hit(High, message, named(other))
}

fn superseded(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    match others.successor(entry) {
        Some(newest) => hit(Low, "the same was asked for again since", &*newest.name),
        None => quiet(),
    }
}

fn flood(case: &Case<'_>) -> Vec<Hit> {
    let Some((others, entry)) = others(case) else {
        return quiet();
    };
    let load = others.load(entry);
    let requestor = entry.requestor.as_deref().unwrap_or_default();
    if load.pending > FLOOD {
        return hit(
            High,
            "the requestor has very many CSRs pending",
            format!("{} from {requestor}", load.pending),
        );
    }
    if load.burst > BURST {
        return hit(
            Medium,
            "the requestor asked for many certificates within ten minutes",
            format!("{} from {requestor}", load.burst),
        );
    }
    if load.total >= CROWD && load.pending * 10 > load.total * 3 {
        return hit(
            Medium,
            "much of what waits comes from this requestor",
            format!("{} of {} from {requestor}", load.pending, load.total),
        );
    }
    quiet()
}

/// Files have no time of their own: one may well be kept for years.
fn stale(case: &Case<'_>) -> Vec<Hit> {
    let csr = case.csr;
    if csr.source != Source::Cluster || !csr.state.is_pending() || csr.state.failed() {
        return quiet();
    }
    // What a kubelet left behind when it asked again says nothing; that it did, has a rule of its own.
    let left_behind = case.is_node()
        && case.is_self()
        && others(case).is_some_and(|(others, of)| others.successor(of).is_some());
    let Some(created) = csr.metadata.created_at.filter(|_| !left_behind) else {
        return quiet();
    };
    let age = case.facts.now.duration_since(created);
    let severity = if age > SignedDuration::from_hours(20) {
        High
    } else if age > SignedDuration::from_hours(1) {
        Medium
    } else {
        return quiet();
    };
    hit(
        severity,
        "has been pending for very long",
        format!("since {created}"),
    )
}
