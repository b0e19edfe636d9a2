//! How words stand in a plan.

use clap::ValueEnum;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::Serializer;

use crate::csr::Verdict;

/// A verdict, as the command that decides so.
#[derive(serde::Deserialize, serde::Serialize)]
#[serde(remote = "Verdict")]
pub(super) enum Command {
    #[serde(rename = "approve")]
    Approved,
    #[serde(rename = "deny")]
    Denied,
}

/// Writes a severity or a ground as everywhere else.
pub(super) fn serialize<T: ValueEnum, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let value = value.to_possible_value();
    serializer.serialize_str(value.as_ref().map_or("", |value| value.get_name()))
}

/// Reads it, in lower case alone.
pub(super) fn deserialize<'de, T: ValueEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let word = String::deserialize(deserializer)?;
    T::from_str(&word, false).map_err(|_| D::Error::custom(format_args!("unknown word \"{word}\"")))
}
