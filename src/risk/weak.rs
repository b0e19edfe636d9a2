//! Keys whose private half is public, or as good as that.

mod rsa;
#[cfg(test)]
pub(super) mod vectors;

use crate::facts::FactKind;

use super::Severity::Critical;
use super::case::{Case, Hit, hit, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "key-known-weak",
    title: "has a key whose private half others can have",
    severity: Critical,
    why: "It stands in a list of compromised keys, or faulty software made it in a way that lets anybody compute the private key: whoever does becomes the identity.",
    advice: "Deny it, and have the key made anew by other software; look for other keys from the same source.",
    source: "CVE-2017-15361 (ROCA), CVE-2022-26320 (close primes), and the list given with --weak-keys.",
    reads: &[FactKind::WeakKeys],
    fires: known_weak,
}];

/// An RSA key above this size is not reviewed anyway, and not worth the time.
const MOST_BITS: usize = 16_384;

fn known_weak(case: &Case<'_>) -> Vec<Hit> {
    let Some(key) = case.request.map(|request| &request.key) else {
        return quiet();
    };
    let mut hits = quiet();
    let listed = case.facts.weak_keys.known();
    if listed.is_some_and(|keys| keys.contains(&key.spki_sha256)) {
        let message = "the key is in the list of compromised keys";
        hits = hit(Critical, message, key.spki_sha256.hex());
    }
    let Some(numbers) = &key.rsa else {
        return hits;
    };
    if key.bits.is_none_or(|bits| bits > MOST_BITS) {
        return hits;
    }
    if let Some(weakness) = rsa::weakness(&numbers.modulus) {
        let (message, evidence) = match weakness {
            rsa::Weakness::Roca => (
                "the RSA key comes from a faulty library of Infineon, and can be factored",
                "ROCA (CVE-2017-15361)".to_owned(),
            ),
            rsa::Weakness::SmallFactor(prime) => (
                "the RSA key has a small factor",
                format!("divisible by {prime}"),
            ),
            rsa::Weakness::ClosePrimes(rounds) => (
                "the primes of the RSA key are close to each other, which gives them away",
                format!("factored by Fermat's method in round {rounds}"),
            ),
        };
        hits.extend(hit(Critical, message, evidence));
    }
    hits
}
