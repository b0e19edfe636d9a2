//! Plans: decisions that are written down, to be looked at by others and carried out later.
//!
//! A plan is the reviewed artefact, so what it shows counts. An [`Entry`] is written from a [`Decision`] alone. It
//! says what was seen, for people, and binds that by its digests; when it is carried out, the CSR is read and
//! judged again, and has to be exactly what the entry says, line by line: text that looks harmless above the
//! digest of another CSR is found out. docs/json.md describes every field.

mod entry;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ApiVersion;
use crate::parse_error;

pub use entry::Entry;

/// A plan, consistent in itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Plan(Document);

/// The cluster that a plan was made on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The uid of its namespace `kube-system`, where that could be read.
    #[serde(deserialize_with = "Option::deserialize")]
    pub uid: Option<String>,
    /// The URL of its API server, as the planner knew it.
    pub server: String,
    /// The kubeconfig's context.
    #[serde(deserialize_with = "Option::deserialize")]
    pub context: Option<String>,
}

/// Who made a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Planner {
    /// The username that the API server said, where it did.
    #[serde(deserialize_with = "Option::deserialize")]
    pub username: Option<String>,
    /// The kubeconfig's name for the user. It says nothing to a server.
    #[serde(deserialize_with = "Option::deserialize")]
    pub kubeconfig_user: Option<String>,
}

/// Why a text is no plan, or decisions make none. May hold untrusted text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPlan {
    /// An earlier version of this tool wrote it. It binds decisions to less than is bound now.
    #[error("its format is csr-review/v1, which does not bind evidence and powers")]
    Old,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// The version of plans. Another one is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Version {
    #[serde(rename = "csr-review/v2")]
    V2,
}

/// What a plan of the earlier version says of itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldHead {
    #[serde(rename = "apiVersion")]
    _version: ApiVersion,
    #[serde(rename = "kind")]
    _kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    api_version: Version,
    kind: Kind,
    created_at: String,
    tool_version: String,
    /// `None`: it was made from files.
    #[serde(deserialize_with = "Option::deserialize")]
    cluster: Option<Origin>,
    planner: Planner,
    decisions: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Plan,
}

impl Plan {
    /// The plan of these decisions, sorted by name. `cluster` is where they were made, `None` for files.
    ///
    /// # Errors
    /// If one CSR is decided about in two ways, or files and clusters are mixed.
    pub fn new(
        cluster: Option<Origin>,
        planner: Planner,
        now: Timestamp,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Result<Self, NotAPlan> {
        let mut by_name: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in entries {
            // The same name twice on a command line is one decision.
            if let Some(other) = by_name.get(entry.name())
                && *other != entry
            {
                return Err(twice(entry.name()));
            }
            by_name.insert(entry.name().to_owned(), entry);
        }
        let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let plan = Self(Document {
            api_version: Version::V2,
            kind: Kind::Plan,
            created_at: second.to_string(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            cluster,
            planner,
            decisions: by_name.into_values().collect(),
        });
        plan.consistent()
    }

    /// Reads a plan. Every field has to be there, and no other: what is not understood could matter.
    ///
    /// # Errors
    /// If it is anything else than a plan that this version of the format describes.
    pub fn read(json: &[u8]) -> Result<Self, NotAPlan> {
        let document = serde_json::from_slice(json).map_err(|error| {
            if serde_json::from_slice::<OldHead>(json).is_ok() {
                NotAPlan::Old
            } else {
                not_understood(json, &error)
            }
        })?;
        Self(document).consistent()
    }

    /// What no type says.
    fn consistent(self) -> Result<Self, NotAPlan> {
        let Document {
            created_at,
            cluster,
            decisions,
            ..
        } = &self.0;
        if created_at.parse::<Timestamp>().is_err() {
            return Err(NotAPlan::Other("createdAt is not a time".to_owned()));
        }
        let mut names: Vec<&str> = decisions.iter().map(Entry::name).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(twice(pair[0]));
        }
        for entry in decisions {
            entry.consistent(cluster.is_some()).map_err(|why| {
                NotAPlan::Other(format!("the decision about \"{}\": {why}", entry.name()))
            })?;
        }
        Ok(self)
    }

    /// When it was made, as it says.
    #[must_use]
    pub fn created_at(&self) -> &str {
        &self.0.created_at
    }

    /// Where it was made; `None` if from files.
    #[must_use]
    pub fn cluster(&self) -> Option<&Origin> {
        self.0.cluster.as_ref()
    }

    /// Who made it.
    #[must_use]
    pub fn planner(&self) -> &Planner {
        &self.0.planner
    }

    /// What was decided, each CSR once.
    #[must_use]
    pub fn decisions(&self) -> &[Entry] {
        &self.0.decisions
    }
}

fn twice(name: &str) -> NotAPlan {
    NotAPlan::Other(format!("\"{name}\" is decided about twice"))
}

/// What is wrong, of a length to read: the words may repeat a name of the file, however long that is.
fn not_understood(json: &[u8], error: &serde_json::Error) -> NotAPlan {
    const MOST: usize = 300;
    let text = parse_error::json(json, error);
    if text.chars().count() <= MOST {
        return NotAPlan::Other(text);
    }
    let start: String = text.chars().take(MOST).collect();
    NotAPlan::Other(format!("{start}… (line {})", error.line()))
}
