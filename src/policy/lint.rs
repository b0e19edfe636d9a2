//! What is odd about a policy that can be read.

use std::fmt;

use super::{Action, ConditionTemplates, Glob, Policy, Rule, SERVICE_ACCOUNTS, Unnamed};
use crate::risk::{self, Severity};

/// The finding that a requestor asks for another user, which is at least medium.
const MISMATCH: &str = "requestor-subject-mismatch";

/// A remark about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule's name.
    pub rule: String,
    /// Its line in the file.
    pub line: u64,
    /// What is odd.
    pub message: String,
}

/// What is odd about a policy: rules that never come into play, and rules that approve too much.
#[must_use]
pub fn lint(policy: &Policy) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (index, rule) in policy.rules.iter().enumerate() {
        let mut remark = |message: String| {
            remarks.push(Remark {
                rule: rule.name.clone(),
                line: rule.line,
                message,
            });
        };
        if let Some(earlier) = policy.rules[..index]
            .iter()
            .find(|earlier| covers(earlier, rule))
        {
            remark(format!(
                "can never match: the rule {} before it matches all that it does",
                earlier.name
            ));
        }
        let says_approved = |condition: &ConditionTemplates| condition.mention("approved");
        if rule.then == Action::Deny && says_approved(&rule.condition) {
            remark("denies, and says \"approved\" in its reason or message".to_owned());
        }
        if says_approved(&rule.otherwise_condition) {
            let message =
                "denies by otherwise, and says \"approved\" in otherwiseReason or otherwiseMessage";
            remark(message.to_owned());
        }
        if rule.then == Action::Approve {
            if !rule.is_limited() {
                remark(
                    "approves whatever it matches: it requires nothing of the identity".to_owned(),
                );
            }
            if rule.crosses() {
                let message = "approves any user in require.users for any requestor that it matches, as both have a *: \
                               write userIsRequestor: true, or a variable such as {node} in both";
                remark(message.to_owned());
            }
            let findings = &rule.require.findings;
            let critical = |rule: &&&risk::Rule| rule.severity == Severity::Critical;
            if let Some(unnamed) = rule.unnamed() {
                if findings.max_risk == Severity::High {
                    remark(format!("lets high risks pass and {unnamed}"));
                }
                for accepted in findings.accept.iter().filter(critical) {
                    let id = accepted.id;
                    remark(format!(
                        "accepts {id}, which does not pass where it is critical, for the rule {unnamed}"
                    ));
                }
            } else if rule.is_for_service_accounts() {
                for accepted in findings.accept.iter().filter(critical) {
                    let id = accepted.id;
                    remark(format!(
                        "accepts {id} from every ServiceAccount of the cluster: all of them are in {SERVICE_ACCOUNTS}"
                    ));
                }
            }
        }
    }
    remarks
}

impl fmt::Display for Unnamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signers => f.write_str("does not name its signers"),
            Self::Requestors => f.write_str("does not name who may ask"),
            Self::InGroup(group) => {
                write!(
                    f,
                    "does not name who may ask: the API server itself adds users to {group}"
                )
            }
        }
    }
}

impl Rule {
    /// Whether any `ServiceAccount` may ask.
    fn is_for_service_accounts(&self) -> bool {
        let groups = self.matching.requestor_groups.as_deref();
        let fits = |glob: &Glob| glob.fits(SERVICE_ACCOUNTS);
        self.matching.users.is_none() && groups.is_some_and(|groups| groups.iter().any(fits))
    }

    /// Whether several may ask for several, each for each of them: the findings that say so pass.
    fn crosses(&self) -> bool {
        let require = &self.require;
        let asks = self.matching.users.as_deref().unwrap_or_default();
        let asked = require.users.as_deref().unwrap_or_default();
        let is_open = asks.is_empty() || !asks.iter().all(Glob::is_literal);
        let is_tied = require.user_is_requestor || require.names_belong_to_node;
        let findings = &require.findings;
        let passes = findings.max_risk >= Severity::Medium
            || findings.accept.iter().any(|rule| rule.id == MISMATCH);
        is_open && !is_tied && asked.iter().any(Glob::has_star) && passes
    }

    /// Whether it requires something of whom the certificate would be of.
    fn is_limited(&self) -> bool {
        let require = &self.require;
        let users = require.users.as_ref();
        require.user_is_requestor
            || require.names_belong_to_node
            || users.is_some_and(|globs| !globs.iter().any(Glob::fits_all))
    }
}

/// Whether the first rule matches all that the second one does: each part of it is missing, or the same, or
/// fits everything, or names patterns that the literal ones of the second fit.
fn covers(first: &Rule, second: &Rule) -> bool {
    let (first, second) = (&first.matching, &second.matching);
    let part = |one: &Option<Vec<Glob>>, other: &Option<Vec<Glob>>| match (one, other) {
        (None, _) => true,
        (Some(globs), None) => globs.iter().any(Glob::fits_all),
        (Some(globs), Some(others)) => others.iter().all(|other| {
            globs.iter().any(|glob| {
                glob == other
                    || glob.fits_all()
                    || (other.is_literal() && glob.bind(other.literal()).is_some())
            })
        }),
    };
    // No signer and no requestor at all fits no pattern, but those are not on a cluster.
    part(&first.signers, &second.signers)
        && part(&first.users, &second.users)
        && part(&first.requestor_groups, &second.requestor_groups)
        && first
            .labels
            .iter()
            .all(|label| second.labels.contains(label))
}
