//! Values that are no patterns.

use std::time::Duration;

use ipnet::IpNet;
use serde_saphyr::Spanned;

use super::{BadPolicy, Word};
use crate::csr::usage as usages;
use crate::policy::KeyKind;

/// A usage that Kubernetes knows.
pub(super) fn usage(word: &Word) -> Result<(), BadPolicy> {
    if usages::is_known(&word.value) {
        return Ok(());
    }
    let message = format!("\"{}\" is no usage that Kubernetes knows", word.value);
    Err(BadPolicy::at(word, message))
}

/// Networks that do not overlap: where they do, somebody meant something else.
pub(super) fn networks(words: &[Word]) -> Result<Vec<IpNet>, BadPolicy> {
    let mut networks: Vec<IpNet> = Vec::new();
    for word in words {
        let network: IpNet = word.value.parse().map_err(|_| {
            let message = format!("\"{}\" is no network such as 10.0.0.0/8", word.value);
            BadPolicy::at(word, message)
        })?;
        if network != network.trunc() {
            let message = format!(
                "{network} has bits behind its prefix; {} is meant?",
                network.trunc()
            );
            return Err(BadPolicy::at(word, message));
        }
        let overlaps = |other: &&IpNet| other.contains(&network) || network.contains(*other);
        if let Some(other) = networks.iter().find(overlaps) {
            return Err(BadPolicy::at(word, format!("{network} overlaps {other}")));
        }
        networks.push(network);
    }
    Ok(networks)
}

/// A number and a unit: seconds, minutes, hours or days.
pub(super) fn duration(word: &Word) -> Result<Duration, BadPolicy> {
    let bad = || {
        let message = "is no duration such as 600s, 90m, 24h or 7d";
        BadPolicy::at(word, format!("\"{}\" {message}", word.value))
    };
    let split = word.value.len().saturating_sub(1);
    let (number, unit) = word.value.split_at_checked(split).ok_or_else(bad)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(bad()),
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().map_err(|_| bad())?;
    let total = number.checked_mul(seconds).filter(|_| digits);
    Ok(Duration::from_secs(total.ok_or_else(bad)?))
}

pub(super) fn keys(words: &Spanned<Vec<Word>>) -> Result<Vec<KeyKind>, BadPolicy> {
    if words.value.is_empty() {
        return Err(BadPolicy::at(words, "an empty list of keys fits nothing"));
    }
    let key = |word: &Word| match word.value.as_str() {
        "P-256" => Ok(KeyKind::Curve("P-256")),
        "P-384" => Ok(KeyKind::Curve("P-384")),
        "P-521" => Ok(KeyKind::Curve("P-521")),
        "Ed25519" => Ok(KeyKind::Curve("Ed25519")),
        other => other
            .strip_prefix("RSA-")
            .and_then(|bits| bits.parse().ok())
            .filter(|bits| (1024..=16_384).contains(bits))
            .map(KeyKind::Rsa)
            .ok_or_else(|| {
                let message =
                    "has to be P-256, P-384, P-521, Ed25519, or RSA- and the least number of bits";
                BadPolicy::at(word, message)
            }),
    };
    words.value.iter().map(key).collect()
}
