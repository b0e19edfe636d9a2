//! What is known besides the CSR itself.

pub mod nodes;
pub mod others;
mod weak_keys;

use jiff::Timestamp;

use crate::csr::Requestor;

pub use nodes::{ApiServerNames, Nodes};
pub use others::Others;
pub use weak_keys::{BadLine, WeakKeys};

/// Something that the cluster may or may not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fact<T> {
    /// It was asked and answered.
    Known(T),
    /// It was asked, and why there is no answer. Never a reason to lower a severity.
    Unknown(String),
    /// Nobody asked, as for files.
    #[default]
    NotAsked,
}

impl<T> Fact<T> {
    /// The answer, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) | Self::NotAsked => None,
        }
    }
}

/// All that judging a CSR may draw on besides the CSR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of judging.
    pub now: Timestamp,
    /// Who would decide: the API server's answer to a SelfSubjectReview.
    pub reviewer: Fact<Requestor>,
    /// The nodes of the cluster.
    pub nodes: Fact<Nodes>,
    /// Where the API server is.
    pub api_server: Fact<ApiServerNames>,
    /// The other CSRs.
    pub others: Fact<Others>,
    /// The keys that are known to be compromised.
    pub weak_keys: Fact<WeakKeys>,
}

impl Facts {
    /// Nothing but the time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            reviewer: Fact::NotAsked,
            nodes: Fact::NotAsked,
            api_server: Fact::NotAsked,
            others: Fact::NotAsked,
            weak_keys: Fact::NotAsked,
        }
    }
}
