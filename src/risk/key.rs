//! The key and the proof that the requestor holds it.

use crate::csr::{Curve, KeyAlgorithm, RsaKey, SignatureVerdict};

use super::Severity::{Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, quiet, unreviewable};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "crypto-weak",
        title: "uses weak cryptography",
        severity: Critical,
        why: "Whoever finds the private key becomes the identity, without a trace.",
        advice: "Ask for a request with an ECDSA P-256 or RSA key of at least 2048 bits and exponent 65537.",
        source: "NIST SP 800-131A and Go crypto/rsa, crypto/x509.",
        reads: &[],
        fires: weak,
    },
    Rule {
        id: "key-unusual",
        title: "has a key of an unusual kind",
        severity: Medium,
        why: "Signers, servers and clients differ in what they do with it.",
        advice: "Ask for a request with an ECDSA P-256, Ed25519 or RSA 2048 key.",
        source: "Go crypto/x509 and crypto/tls.",
        reads: &[],
        fires: unusual,
    },
    Rule {
        id: "sig-unverifiable",
        title: "has a proof of possession that cannot be checked here",
        severity: High,
        why: "Without it nobody knows that the requestor holds the key: it may belong to somebody else.",
        advice: "Ask for a request signed in a usual way.",
        source: "RFC 2986 §3.",
        reads: &[],
        fires: unverifiable,
    },
];

fn weak(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let mut hits = if request.signature.is_sha1 {
        // The API server still accepts it; only ancient tools make it.
        let message = "the proof of possession uses SHA-1";
        hit(Medium, message, &request.signature.algorithm)
    } else {
        quiet()
    };
    if let Some(rsa) = &request.key.rsa {
        hits.extend(weak_rsa(request.key.bits.unwrap_or_default(), rsa));
    }
    hits
}

fn weak_rsa(bits: usize, rsa: &RsaKey) -> Vec<Hit> {
    let evidence = format!("RSA {bits} bits, exponent {}", rsa.exponent);
    let even = rsa.modulus.last().is_some_and(|last| last % 2 == 0);
    if bits < 1024 || even || rsa.exponent < 3 || rsa.exponent % 2 == 0 {
        return unreviewable(Critical, "the RSA key protects nothing", evidence);
    }
    if bits < 2048 {
        return hit(High, "the RSA key has less than 2048 bits", evidence);
    }
    match rsa.exponent {
        3 => hit(Medium, "the RSA key has the public exponent 3", evidence),
        ..65537 => hit(Low, "the RSA key has a small public exponent", evidence),
        _ => quiet(),
    }
}

fn unusual(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let key = &request.key;
    let bits = key.bits.unwrap_or_default();
    match key.algorithm {
        KeyAlgorithm::Rsa if bits > 16384 => unreviewable(
            Medium,
            "the RSA key is too large to check",
            format!("{bits} bits"),
        ),
        KeyAlgorithm::Rsa if bits > 8192 => hit(
            Medium,
            "the RSA key is larger than Go's TLS accepts",
            format!("{bits} bits"),
        ),
        KeyAlgorithm::Rsa if bits % 8 != 0 => hit(
            Medium,
            "the RSA key has an odd size",
            format!("{bits} bits"),
        ),
        KeyAlgorithm::Ecdsa(Curve::P224) => hit(
            Medium,
            "the key is on the curve P-224, which nobody uses",
            "P-224",
        ),
        // Only API servers built with Go 1.27 or newer know it, others refuse it.
        KeyAlgorithm::MlDsa(_) => unreviewable(
            Medium,
            "API servers differ in whether they know this kind of key",
            key.algorithm_name(),
        ),
        KeyAlgorithm::Dsa | KeyAlgorithm::Unknown(_) => unreviewable(
            Medium,
            "the API server cannot verify with this kind of key",
            key.algorithm_name(),
        ),
        _ => quiet(),
    }
}

fn unverifiable(case: &Case<'_>) -> Vec<Hit> {
    match case.request.map(|request| &request.signature.verdict) {
        Some(SignatureVerdict::Unverifiable(why)) => unreviewable(
            High,
            "whether the requestor holds the key cannot be checked here",
            why,
        ),
        _ => quiet(),
    }
}
