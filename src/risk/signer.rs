//! Who is asked to sign, for what, and for how long.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::SignedDuration;

use crate::csr::{Signer, Source, usage};
use crate::facts::FactKind;
use crate::ui::HumanDuration;

use super::Severity::{Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet, unreviewable};
use super::catalogue::Rule;

/// How long built-in signers let a certificate live at most: the default of kube-controller-manager's
/// `--cluster-signing-duration`, which the API does not tell.
#[must_use]
pub const fn signer_maximum() -> Duration {
    Duration::from_secs(8760 * 3600)
}

/// A client certificate for longer than this should have a reason.
const LONG: i64 = 7 * 24 * 3600;
/// No certificate should live longer, whatever it is for.
const EXTREME: i64 = 10 * 365 * 24 * 3600;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "signer-legacy-unknown",
        title: "asks the signer legacy-unknown",
        severity: Critical,
        why: "It checks neither subject nor names nor usages, and nobody can ask for it any more: the object is ancient, restored, or forged.",
        advice: "Deny it.",
        source: "pkg/controller/certificates/signer/signer.go.",
        reads: &[],
        fires: legacy_unknown,
    },
    Rule {
        id: "signer-custom",
        title: "asks a signer that is not part of Kubernetes",
        severity: High,
        why: "It signs what it likes: it may copy everything from the request, and its CA may be one that the API server trusts for logins.",
        advice: "Find out what this signer signs and who trusts its CA.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#signers.",
        reads: &[FactKind::Authorizers],
        fires: custom,
    },
    Rule {
        id: "signer-missing",
        title: "names no signer",
        severity: Medium,
        why: "What a request means depends on who signs it; a bare one is judged as for kube-apiserver-client.",
        advice: "Review the CertificateSigningRequest that is made of it.",
        source: "docs/risks.md.",
        reads: &[],
        fires: missing,
    },
    Rule {
        id: "signer-would-refuse",
        title: "would not be signed",
        severity: Low,
        why: "A built-in signer fails such a request or never takes it up; another controller could still act on the approval.",
        advice: "Deny it and ask for a request that fits the signer.",
        source: "pkg/apis/certificates/helpers.go and pkg/controller/certificates/signer/signer.go.",
        reads: &[],
        fires: would_refuse,
    },
    Rule {
        id: "usage-dangerous",
        title: "asks for usages that reach beyond one client or server",
        severity: Critical,
        why: "With them the certificate signs other certificates, lists, code or time, or is good for everything.",
        advice: "Deny it unless this signer is meant for it.",
        source: "RFC 5280 §4.2.1.3 and §4.2.1.12.",
        reads: &[],
        fires: dangerous_usage,
    },
    Rule {
        id: "usage-mixed",
        title: "would be good for logging in and for serving at once",
        severity: High,
        why: "A certificate that was reviewed as a server's logs in to the API, or the other way round.",
        advice: "Ask for one request for each purpose, with the usages of that purpose alone.",
        source: "Go crypto/x509 (a certificate without extended key usages is good for every purpose).",
        reads: &[],
        fires: mixed_usage,
    },
    Rule {
        id: "usage-unknown",
        title: "has usages that the API server does not know, or none",
        severity: High,
        why: "The API server refuses such a list, so what a signer makes of it is unknown.",
        advice: "Deny it.",
        source: "pkg/apis/certificates/validation/validation.go.",
        reads: &[],
        fires: unknown_usage,
    },
    Rule {
        id: "expiry-long",
        title: "would be valid for long",
        severity: High,
        why: "Certificates are not revoked: this one works until it expires. Built-in signers give at most what kube-controller-manager's --cluster-signing-duration says, one year by default; other signers decide for themselves.",
        advice: "Ask for a CSR with a short spec.expirationSeconds.",
        source: "pkg/controller/certificates/signer/signer.go (duration).",
        reads: &[],
        fires: expiry,
    },
];

fn legacy_unknown(case: &Case<'_>) -> Vec<Hit> {
    if case.signer == Signer::LegacyUnknown {
        return hit(
            Critical,
            "asks a signer that checks nothing",
            "kubernetes.io/legacy-unknown",
        );
    }
    quiet()
}

fn custom(case: &Case<'_>) -> Vec<Hit> {
    let Some(name) = case.csr.signer_name.as_deref() else {
        return quiet();
    };
    match case.signer {
        Signer::Reserved => hit(
            High,
            "asks a signer with a name reserved for Kubernetes, which runs none of this name",
            name,
        ),
        Signer::Custom if looks_built_in(name) => hit(
            High,
            "asks a signer that looks like one of Kubernetes",
            name,
        ),
        Signer::Custom if could_log_in(case) => hit(
            High,
            "asks a signer outside Kubernetes for a certificate that could log in, if its CA is trusted for that",
            name,
        ),
        Signer::Custom => hit(
            Medium,
            "asks a signer outside Kubernetes, which follows rules of its own",
            name,
        ),
        _ => quiet(),
    }
}

/// Whether the certificate of a signer outside Kubernetes may log in with rights of its own: what serves
/// alone or names no user does not, and what is known to have no rights gains none.
fn could_log_in(case: &Case<'_>) -> bool {
    let powerless = case.access_gap.is_none()
        && case
            .access
            .known()
            .is_some_and(|access| !access.has_own_rights());
    case.client && !case.user.is_empty() && !powerless
}

fn looks_built_in(name: &str) -> bool {
    static BUILT_IN: LazyLock<[String; Signer::BUILT_IN.len()]> =
        LazyLock::new(|| Signer::BUILT_IN.map(bare));
    let seen = bare(name);
    name.contains("kubernetes.io") || BUILT_IN.iter().any(|known| near(&seen, known))
}

/// Letters and digits alone.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether two ASCII names are at most two single-character edits apart, at one place.
fn near(one: &str, other: &str) -> bool {
    let start = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let shorter = one.len().min(other.len());
    let end = one
        .bytes()
        .rev()
        .zip(other.bytes().rev())
        .take(shorter - start)
        .take_while(|(a, b)| a == b)
        .count();
    one.len().max(other.len()) - start - end <= 2
}

fn missing(case: &Case<'_>) -> Vec<Hit> {
    // A manifest without one is refused, which another rule says.
    if case.csr.signer_name.is_some() || case.csr.source == crate::csr::Source::Manifest {
        return quiet();
    }
    hit(
        Medium,
        "names no signer; judged as for kubernetes.io/kube-apiserver-client",
        "",
    )
}

fn would_refuse(case: &Case<'_>) -> Vec<Hit> {
    match case.doomed {
        // What the API server refuses has a rule of its own.
        Some(why) if case.csr.is_accepted() && case.signer.is_built_in() => {
            hit(Low, "would be marked Failed by its signer", why)
        }
        _ => quiet(),
    }
}

fn dangerous_usage(case: &Case<'_>) -> Vec<Hit> {
    let unchecked = matches!(case.signer, Signer::Custom | Signer::LegacyUnknown);
    let severity = |usage: &str| match usage {
        "cert sign" | "any" if unchecked => Some(Critical),
        "cert sign" | "any" | "crl sign" | "code signing" | "ocsp signing" | "timestamping" => {
            Some(High)
        }
        "email protection" | "s/mime" | "ipsec end system" | "ipsec tunnel" | "ipsec user"
        | "microsoft sgc" | "netscape sgc" => Some(Medium),
        _ => None,
    };
    let found: Vec<&String> = case
        .csr
        .usages
        .iter()
        .filter(|usage| severity(usage).is_some())
        .collect();
    match found.iter().filter_map(|usage| severity(usage)).max() {
        Some(worst) => hit(
            worst,
            "asks for usages beyond a client's or a server's",
            joined(&found),
        ),
        None => quiet(),
    }
}

fn mixed_usage(case: &Case<'_>) -> Vec<Hit> {
    let usages = &case.csr.usages;
    let asks = |wanted: &str| usages.iter().any(|usage| usage == wanted);
    // An empty list is no answer at all, and has a rule of its own.
    let no_purpose = !usages.is_empty() && !usages.iter().any(|usage| usage::is_extended(usage));
    match case.signer {
        Signer::KubeApiserverClient | Signer::KubeApiserverClientKubelet if asks("server auth") => {
            hit(
                High,
                "asks a signer for clients for a server's certificate",
                joined(usages),
            )
        }
        Signer::KubeletServing if asks("client auth") => hit(
            High,
            "asks a signer for servers for a client's certificate",
            joined(usages),
        ),
        Signer::LegacyUnknown | Signer::Reserved | Signer::Custom if no_purpose => hit(
            High,
            "names no purpose, so the certificate is good for every one, logins included",
            joined(usages),
        ),
        Signer::LegacyUnknown | Signer::Reserved | Signer::Custom
            if asks("server auth") && asks("client auth") =>
        {
            hit(
                Medium,
                "would be good for clients and servers at once",
                joined(usages),
            )
        }
        _ => quiet(),
    }
}

fn unknown_usage(case: &Case<'_>) -> Vec<Hit> {
    if case.csr.source == Source::Bare {
        return quiet();
    }
    let usages = &case.csr.usages;
    if usages.is_empty() {
        let message = "lists no usages, which the API server does not accept";
        return unreviewable(High, message, "");
    }
    let odd: Vec<&String> = usages
        .iter()
        .enumerate()
        .filter(|(index, usage)| !usage::is_known(usage) || usages[..*index].contains(usage))
        .map(|(_, usage)| usage)
        .collect();
    if odd.is_empty() {
        return quiet();
    }
    let message = "lists usages that are unknown or stand twice";
    unreviewable(High, message, joined(&odd))
}

fn expiry(case: &Case<'_>) -> Vec<Hit> {
    let built_in = case.signer.is_built_in();
    // Kubelets request none, and renew.
    let for_people = matches!(
        case.signer,
        Signer::KubeApiserverClient | Signer::LegacyUnknown | Signer::Custom
    );
    match case.csr.expiration_seconds {
        Some(seconds) if seconds < 600 => unreviewable(
            Medium,
            "requests less than the 10 minutes that the API server accepts",
            seconds.to_string(),
        ),
        None if !for_people || !case.client || case.csr.source == Source::Bare => quiet(),
        None => hit(
            Medium,
            if built_in {
                "requests no expiration: valid for as long as kube-controller-manager gives, one year by default"
            } else {
                "requests no expiration: valid for as long as the signer decides"
            },
            "",
        ),
        Some(seconds) => {
            let (severity, message) = if seconds > EXTREME {
                (High, "requests a lifetime of more than ten years")
            } else if !for_people || !case.client {
                return quiet();
            } else if seconds.unsigned_abs() > signer_maximum().as_secs() {
                (High, "requests a lifetime of more than a year")
            } else if seconds > LONG {
                (Medium, "requests a lifetime of more than a week")
            } else {
                return quiet();
            };
            let message = if built_in && seconds.unsigned_abs() > signer_maximum().as_secs() {
                format!("{message}; the signer shortens it to its maximum, one year by default")
            } else {
                message.to_owned()
            };
            let shown = HumanDuration(SignedDuration::from_secs(seconds));
            hit(severity, message, shown.to_string())
        }
    }
}
