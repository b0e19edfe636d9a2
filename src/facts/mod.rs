//! What is known besides the CSR itself.

pub mod access;
pub mod nodes;
pub mod others;
pub mod rbac;
mod weak_keys;
pub mod who;

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

    /// That it was not checked, where there is no answer.
    fn unless_known(&self, what: &'static str) -> Option<NotChecked<'_>> {
        let why = match self {
            Self::Known(_) => return None,
            Self::Unknown(why) => Some(why.as_str()),
            Self::NotAsked => None,
        };
        Some(NotChecked { what, why })
    }
}

/// Something that was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotChecked<'a> {
    /// What, in a few words.
    pub what: &'static str,
    /// Why not; `None` where nobody asked for it.
    pub why: Option<&'a str>,
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

    /// What nobody looked at, for saying so: that no rule fired does not mean that all is well there.
    #[must_use]
    pub fn not_checked(&self) -> Vec<NotChecked<'_>> {
        [
            self.nodes.unless_known("nodes and their addresses"),
            self.api_server.unless_known("where the API server is"),
            self.others.unless_known("other CSRs"),
            self.weak_keys.unless_known("known-compromised keys"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_told_with_the_reason() {
        let mut facts = Facts::at(Timestamp::UNIX_EPOCH);
        assert_eq!(facts.not_checked().len(), 4);
        facts.nodes = Fact::Unknown("you may not list nodes".to_owned());
        facts.api_server = Fact::Known(ApiServerNames::default());
        facts.others = Fact::Known(Others::default());
        let told = facts.not_checked();
        let [nodes, keys] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(nodes.what, "nodes and their addresses");
        assert_eq!(nodes.why, Some("you may not list nodes"));
        assert_eq!((keys.what, keys.why), ("known-compromised keys", None));
    }
}
