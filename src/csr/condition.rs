//! The conditions of a CSR and what they say.

use serde::Deserialize;

/// A condition as the API server holds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Approved`, `Denied`, `Failed`, or anything else.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`; controllers look at the type alone.
    pub status: Option<String>,
    /// A word for machines.
    pub reason: Option<String>,
    /// A text for people.
    pub message: Option<String>,
    /// When it was set, by the clock of whoever set it.
    pub last_update_time: Option<String>,
}

/// The two conditions that a reviewer sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `Approved`.
    Approved,
    /// `Denied`.
    Denied,
}

impl Verdict {
    /// The condition's type.
    #[must_use]
    pub fn condition_type(self) -> &'static str {
        match self {
            Self::Approved => "Approved",
            Self::Denied => "Denied",
        }
    }

    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Approved => Self::Denied,
            Self::Denied => Self::Approved,
        }
    }
}

/// What has become of a CSR.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The conditions, in order.
    pub conditions: Vec<Condition>,
    /// Whether `status.certificate` is set.
    pub issued: bool,
}

impl State {
    /// The condition of that type, whatever its status: signers look at the type alone.
    #[must_use]
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions
            .iter()
            .find(|condition| condition.kind == kind)
    }

    /// Whether it was approved or denied.
    #[must_use]
    pub fn has(&self, verdict: Verdict) -> bool {
        self.condition(verdict.condition_type()).is_some()
    }

    /// Whether a signer gave up on it.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.condition("Failed").is_some()
    }

    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !self.has(Verdict::Approved) && !self.has(Verdict::Denied)
    }

    /// The CONDITION column of `kubectl get csr`
    /// (`extractCSRStatus` in pkg/printers/internalversion/printers.go).
    #[must_use]
    pub fn summary(&self) -> String {
        let mut text = if self.has(Verdict::Denied) {
            "Denied"
        } else if self.has(Verdict::Approved) {
            "Approved"
        } else {
            "Pending"
        }
        .to_owned();
        if self.failed() {
            text.push_str(",Failed");
        }
        if self.issued {
            text.push_str(",Issued");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(kinds: &[&str], issued: bool) -> State {
        let condition = |kind: &&str| Condition {
            kind: (*kind).to_owned(),
            status: None,
            reason: None,
            message: None,
            last_update_time: None,
        };
        State {
            conditions: kinds.iter().map(condition).collect(),
            issued,
        }
    }

    #[test]
    fn the_summary_is_kubectls() {
        assert_eq!(state(&[], false).summary(), "Pending");
        assert_eq!(state(&["Approved"], true).summary(), "Approved,Issued");
        assert_eq!(state(&["Approved", "Denied"], false).summary(), "Denied");
        assert_eq!(
            state(&["Approved", "Failed"], false).summary(),
            "Approved,Failed"
        );
        assert_eq!(state(&["Custom"], true).summary(), "Pending,Issued");
    }
}
