//! The record read back: what was decided, and what came of it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Line, Moment, Phase, Word};

/// The outcome where there is an intent and no result.
pub const UNKNOWN: &str = "unknown";
/// What that means.
const SENT_OR_NOT: &str = "there is no result: it was sent or not";

/// A decision, with what came of it as far as the record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The line that says most.
    #[serde(flatten)]
    line: Line,
    /// When it was first about to be sent.
    intent_time: Option<Moment>,
}

impl Entry {
    /// When it began.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.intent_time.unwrap_or(self.line.time).0
    }

    /// The CSR's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.line.name
    }

    /// What was to be decided.
    #[must_use]
    pub fn decision(&self) -> Word {
        self.line.decision
    }

    /// What came of it.
    #[must_use]
    pub fn outcome(&self) -> &str {
        self.line.outcome.as_deref().unwrap_or(UNKNOWN)
    }

    /// Whether nobody knows what came of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.line.phase == Phase::Intent
    }

    /// Whether nothing was to be stored.
    #[must_use]
    pub fn is_dry_run(&self) -> bool {
        self.line.dry_run.is_some()
    }

    /// A sentence about it.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.line.detail.as_deref()
    }

    /// The risk; `None` if the CSR could not be read.
    #[must_use]
    pub fn risk(&self) -> Option<&str> {
        self.line.risk.as_deref()
    }

    /// User and groups of the certificate; `None` if the request is refused, or the CSR could not be read.
    #[must_use]
    pub fn identity(&self) -> Option<(&str, &[String])> {
        let identity = self.line.identity.as_ref()?;
        Some((&identity.user, &identity.groups))
    }

    /// Who decided: as the server says, else as the kubeconfig does.
    #[must_use]
    pub fn reviewer(&self) -> Option<&str> {
        match &self.line.reviewer {
            Some(reviewer) => Some(&reviewer.username),
            None => self.line.user.as_deref(),
        }
    }
}

/// Lines, put together to decisions, in the order in which these began.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// The decisions without a result, by their ids.
    open: HashMap<String, usize>,
}

impl Ledger {
    /// Takes the next line in.
    pub fn add(&mut self, line: Line) {
        if line.phase == Phase::Intent {
            self.intend(line);
            return;
        }
        match self.open.remove(&line.id) {
            Some(index) => self.entries[index].line = line,
            // Its intent is missing: a line that somebody else tore, or a record that began later.
            None => self.push(line, None),
        }
    }

    fn intend(&mut self, line: Line) {
        // It may be sent more than once.
        if let Some(&index) = self.open.get(&line.id) {
            self.entries[index].line = line;
        } else {
            self.open.insert(line.id.clone(), self.entries.len());
            let time = line.time;
            self.push(line, Some(time));
        }
    }

    fn push(&mut self, line: Line, intent_time: Option<Moment>) {
        self.entries.push(Entry { line, intent_time });
    }

    /// All decisions. Those without a result are marked.
    #[must_use]
    pub fn entries(mut self) -> Vec<Entry> {
        for index in self.open.into_values() {
            let line = &mut self.entries[index].line;
            line.outcome = Some(UNKNOWN.to_owned());
            line.detail = Some(SENT_OR_NOT.to_owned());
        }
        self.entries
    }
}
