//! The catalogue: one row a rule.

use crate::facts::FactKind;

use super::case::{Case, Hit};
use super::{
    Finding, Severity, access, attributes, encoding, extension, history, identity, key, lookalike,
    node, object, requestor, san, signer, text, weak,
};

/// The one rule about what is not known whose name does not end in `-unchecked`.
const SUBJECT_RBAC_UNKNOWN: &str = "subject-rbac-unknown";

/// One row of the catalogue.
pub struct Rule {
    /// The name to accept it by, in kebab case.
    pub id: &'static str,
    /// What it looks for, in a few words that go on after "fires if a CSR".
    pub title: &'static str,
    /// The highest severity that it can have.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// What the reviewer should do.
    pub advice: &'static str,
    /// Where the facts behind it stand.
    pub source: &'static str,
    /// The facts that it reads. What it finds depends on the CSR, the time and these alone.
    pub reads: &'static [FactKind],
    /// The rule itself.
    pub(super) fires: fn(&Case<'_>) -> Vec<Hit>,
}

impl Rule {
    /// Whether it fires because something could not be looked up, and says nothing against the CSR.
    #[must_use]
    pub fn is_unchecked(&self) -> bool {
        self.id.ends_with("-unchecked") || self.id == SUBJECT_RBAC_UNKNOWN
    }

    /// What the rule finds in this case.
    pub(super) fn check(&'static self, case: &Case<'_>) -> impl Iterator<Item = Finding> {
        (self.fires)(case).into_iter().map(move |hit| Finding {
            rule: self,
            severity: hit.severity,
            message: hit.message,
            evidence: hit.evidence,
            group: hit.group,
            unreviewable: hit.unreviewable,
        })
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// What a theme is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// The object, its requestor, its key and how the request is written, whatever becomes of it.
    Request,
    /// What would be signed: nothing, where the API server refuses the request.
    Certificate,
}

/// The themes, in the order in which a reviewer thinks: can it be trusted to be what it seems, who would it
/// be, who asks, and then the rest.
const THEMES: [(About, &[Rule]); 17] = [
    (About::Request, encoding::RULES),
    (About::Request, text::RULES),
    (About::Certificate, identity::RULES),
    (About::Certificate, lookalike::RULES),
    (About::Certificate, attributes::RULES),
    (About::Certificate, access::RULES),
    (About::Certificate, requestor::RULES),
    (About::Request, requestor::ORIGIN_RULES),
    (About::Certificate, node::RULES),
    (About::Certificate, history::RULES),
    (About::Certificate, san::RULES),
    (About::Certificate, signer::RULES),
    (About::Request, key::RULES),
    (About::Request, weak::RULES),
    (About::Certificate, extension::RULES),
    (About::Request, object::RULES),
    (About::Request, object::STATE_RULES),
];

/// Every rule.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    judging(false)
}

/// The rules that have something to say about a request; about a refused one only those that its refusal
/// does not make meaningless.
pub(super) fn judging(refused: bool) -> impl Iterator<Item = &'static Rule> {
    let counts = move |about| about == About::Request || !refused;
    THEMES
        .into_iter()
        .filter(move |(about, _)| counts(*about))
        .flat_map(|(_, rules)| rules)
}

/// The rule of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rows_are_whole() {
        let mut ids = BTreeSet::new();
        for rule in rules() {
            assert!(ids.insert(rule.id), "{} stands twice", rule.id);
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(kebab), "{}", rule.id);
            for (field, text) in [
                ("why", rule.why),
                ("advice", rule.advice),
                ("source", rule.source),
            ] {
                assert!(text.ends_with('.'), "{}: {field}: {text}", rule.id);
            }
            // It goes on after "fires if a CSR".
            let verb = rule.title.split(' ').next().unwrap_or_default();
            let third_person = verb.ends_with('s') || verb == "would";
            assert!(third_person, "{}: {}", rule.id, rule.title);
            assert!(!rule.title.ends_with('.'), "{}", rule.id);
            assert!(rule.severity > Severity::None, "{}", rule.id);
            assert!(rule.reads.is_sorted(), "{}", rule.id);
        }
    }
}
