//! What is known besides the CSR itself.

pub mod access;
pub mod rbac;
pub mod who;

use jiff::Timestamp;

use crate::csr::Requestor;

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
}

impl Facts {
    /// Nothing but the time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            reviewer: Fact::NotAsked,
        }
    }
}
