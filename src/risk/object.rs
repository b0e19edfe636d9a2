//! The object around the request: its name, metadata and conditions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::csr::Verdict;

use super::Severity::{Critical, High, Info, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet, unreviewable};
use super::catalogue::Rule;

/// Where `kubectl apply` keeps what it applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "name-unsafe",
        title: "has a name that misleads people or scripts",
        severity: High,
        why: "The API server lets almost any name pass: spaces, quotes, $(…), and the names that kubelets use.",
        advice: "Go by what is asked for, not by the name, and quote it in scripts.",
        source: "pkg/apis/certificates/validation/validation.go (ValidateCertificateRequestName).",
        reads: &[],
        fires: name_unsafe,
    },
    Rule {
        id: "meta-misleading",
        title: "says things about itself that nobody checked",
        severity: High,
        why: "Labels and annotations are the requestor's; a manifest kept in one may differ from what is asked for.",
        advice: "Go by the request alone.",
        source: "pkg/registry/certificates/certificates/strategy.go.",
        reads: &[],
        fires: misleading,
    },
];

pub(super) const STATE_RULES: &[Rule] = &[
    Rule {
        id: "state-contradictory",
        title: "has conditions that contradict each other",
        severity: High,
        why: "The API server does not accept them any more, and controllers look at a condition's type, not at its status.",
        advice: "Delete it, and ask for a new one.",
        source: "pkg/apis/certificates/validation/validation.go.",
        reads: &[],
        fires: contradictory,
    },
    Rule {
        id: "state-issued-without-approval",
        title: "has a certificate that nobody approved",
        severity: Critical,
        why: "Somebody who may write its status put a certificate there, past the review.",
        advice: "Find out who wrote it, and look at the certificate.",
        source: "pkg/apis/certificates/validation/validation.go.",
        reads: &[],
        fires: issued_without_approval,
    },
    Rule {
        id: "state-odd",
        title: "is in an unusual state",
        severity: Medium,
        why: "One that is being deleted may still be signed, finalizers and unknown conditions keep one from being cleaned up, an approval without a certificate is issued as soon as a signer runs, and times that cannot be come from a wrong clock.",
        advice: "Find out which controller handles it.",
        source: "pkg/controller/certificates/cleaner/cleaner.go.",
        reads: &[],
        fires: odd,
    },
];

fn name_unsafe(case: &Case<'_>) -> Vec<Hit> {
    let name = case.csr.name.as_str();
    // A file's name is not an object's.
    if case.csr.source == crate::csr::Source::Bare {
        return quiet();
    }
    if !is_plain(name) {
        return hit(High, "has a name that is unsafe in scripts", name);
    }
    if name.starts_with(KUBELET_PREFIX) && !case.csr.requests_node_client() {
        return hit(
            Medium,
            "is named like a kubelet's first CSR, and requests no node's client certificate",
            name,
        );
    }
    quiet()
}

/// What a kubelet's first CSR is named: this and 43 characters of base64url, a digest of its key, subject and
/// usages.
///
/// Source: pkg/kubelet/certificate/bootstrap/bootstrap.go (`digestedName`).
const KUBELET_PREFIX: &str = "node-csr-";

/// Whether a shell and a person read the name as the one word that it is.
fn is_plain(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:@+=,".contains(&byte);
    name.bytes().all(inner)
        && name
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
}

fn misleading(case: &Case<'_>) -> Vec<Hit> {
    let metadata = &case.csr.metadata;
    if let Some(applied) = metadata.annotations.get(LAST_APPLIED)
        && let Some(difference) = differs(case, applied)
    {
        return hit(
            High,
            "the manifest in its annotation is another one than what is asked for",
            difference,
        );
    }
    let claims: Vec<String> = metadata
        .labels
        .iter()
        .chain(&metadata.annotations)
        .filter(|(key, _)| *key != LAST_APPLIED)
        .filter(|(key, value)| {
            let text = format!("{key} {value}").to_lowercase();
            ["approved", "reviewed", "trusted", "safe", "verified"]
                .iter()
                .any(|claim| text.contains(claim))
        })
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if claims.is_empty() {
        return quiet();
    }
    hit(
        Info,
        "claims to be reviewed; anybody can write that",
        joined(&claims),
    )
}

/// Which field of the applied manifest differs from the object's.
fn differs(case: &Case<'_>, applied: &str) -> Option<&'static str> {
    let Ok(applied) = serde_json::from_str::<serde_json::Value>(applied) else {
        return Some("unreadable");
    };
    let spec = applied.get("spec")?;
    let text = |field: &str| spec.get(field).and_then(serde_json::Value::as_str);
    let same_request = text("request").is_none_or(|request| {
        let packed: String = request
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .collect();
        STANDARD
            .decode(packed)
            .is_ok_and(|bytes| bytes == case.csr.request.bytes)
    });
    if !same_request {
        return Some("spec.request");
    }
    if text("signerName").is_some_and(|name| case.csr.signer_name.as_deref() != Some(name)) {
        return Some("spec.signerName");
    }
    let usages = spec.get("usages").and_then(serde_json::Value::as_array);
    let same_usages = usages.is_none_or(|usages| {
        let usages: Vec<&str> = usages
            .iter()
            .filter_map(serde_json::Value::as_str)
            .collect();
        usages == case.csr.usages
    });
    (!same_usages).then_some("spec.usages")
}

fn contradictory(case: &Case<'_>) -> Vec<Hit> {
    let state = &case.csr.state;
    if state.has(Verdict::Approved) && state.has(Verdict::Denied) {
        return unreviewable(High, "is approved and denied at once", "Approved, Denied");
    }
    let odd = state.conditions.iter().find(|condition| {
        matches!(condition.kind.as_str(), "Approved" | "Denied" | "Failed")
            && condition
                .status
                .as_deref()
                .is_some_and(|status| status != "True")
    });
    match odd {
        Some(condition) => hit(
            High,
            "has a condition whose status contradicts its type; controllers go by the type",
            format!(
                "{}={}",
                condition.kind,
                condition.status.as_deref().unwrap_or_default()
            ),
        ),
        None => quiet(),
    }
}

fn issued_without_approval(case: &Case<'_>) -> Vec<Hit> {
    let state = &case.csr.state;
    if state.issued && !state.has(Verdict::Approved) {
        return hit(
            Critical,
            "has a certificate, and was not approved",
            state.summary(),
        );
    }
    quiet()
}

fn odd(case: &Case<'_>) -> Vec<Hit> {
    let csr = case.csr;
    let state = &csr.state;
    let now = case.facts.now;
    if let Some(time) = csr.metadata.deleted_at {
        return hit(Medium, "is being deleted", time.to_string());
    }
    let five_minutes = jiff::SignedDuration::from_mins(5);
    let is_later = |time: jiff::Timestamp| time.duration_since(now) > five_minutes;
    if csr.metadata.created_at.is_some_and(is_later) {
        return hit(
            Medium,
            "was created in the future",
            "metadata.creationTimestamp",
        );
    }
    if !csr.metadata.finalizers.is_empty() {
        let message = "has finalizers, which keep it from being deleted";
        return hit(Medium, message, joined(&csr.metadata.finalizers));
    }
    let approved = state.condition("Approved").and_then(|condition| {
        let time = condition.last_update_time.as_deref()?;
        time.parse::<jiff::Timestamp>().ok()
    });
    if let Some(time) = approved
        && !state.issued
        && !state.failed()
        && now.duration_since(time) > five_minutes
    {
        let message = "was approved and not issued: it is issued as soon as a signer runs";
        return hit(Medium, message, time.to_string());
    }
    let unknown: Vec<&str> = state
        .conditions
        .iter()
        .map(|condition| condition.kind.as_str())
        .filter(|kind| !matches!(*kind, "Approved" | "Denied" | "Failed"))
        .collect();
    if unknown.is_empty() {
        return quiet();
    }
    hit(
        Low,
        "has conditions that Kubernetes does not know",
        joined(&unknown),
    )
}
