//! What comes of a policy's ruling: the same wherever it is asked, tried out or carried out.

use crate::csr::{Csr, Verdict};
use crate::policy::{Action, Check, Ruling, Step};

use super::{Refusal, decidable, ended, signable};
use crate::review::Reviewed;
use crate::review::decision::{Decision, Ground};

/// What comes of a policy's ruling about a CSR as it is now.
#[derive(Clone, Debug)]
pub enum PolicyOutcome<'a> {
    /// It is decided.
    Decided(Decision<'a>),
    /// It is left to a person, and why.
    Asks(Refusal),
    /// There is nothing to decide any more, and why.
    Nothing(String),
}

impl PolicyOutcome<'_> {
    /// The word for it: that of the policy, or `nothing`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Decided(decision) => match decision.verdict() {
                Verdict::Approved => Action::Approve.as_str(),
                Verdict::Denied => Action::Deny.as_str(),
            },
            Self::Asks(_) => Action::Ask.as_str(),
            Self::Nothing(_) => "nothing",
        }
    }
}

/// What comes of a ruling.
#[must_use]
pub fn policy_outcome<'a>(reviewed: &'a Reviewed, ruling: &Ruling<'a>) -> PolicyOutcome<'a> {
    match (settled(reviewed.csr()), ruled(reviewed, ruling)) {
        (Some(why), _) => PolicyOutcome::Nothing(why),
        (None, Ok(decision)) => PolicyOutcome::Decided(decision),
        (None, Err(refusal)) => PolicyOutcome::Asks(refusal),
    }
}

/// Why there is nothing to decide.
fn settled(csr: &Csr) -> Option<String> {
    // Denied counts first where both stand: a signer stops at it.
    let verdicts = [Verdict::Denied, Verdict::Approved];
    let ended = ended(csr);
    ended.or_else(|| {
        let verdict = verdicts
            .into_iter()
            .find(|verdict| csr.state.has(*verdict))?;
        Some(format!("it is {} already", verdict.condition_type()))
    })
}

/// The decision that a policy makes. What may never be decided stays so, and an approval passes the findings
/// once more, whatever the ruling says of them.
///
/// # Errors
/// If the policy asks, if what it says may not be done, or if there is nothing to decide.
pub fn ruled<'a>(reviewed: &'a Reviewed, ruling: &Ruling<'a>) -> Result<Decision<'a>, Refusal> {
    if let Some(why) = settled(reviewed.csr()) {
        return Err(Refusal(why));
    }
    let verdict = match ruling.action {
        Action::Approve => Verdict::Approved,
        Action::Deny => Verdict::Denied,
        Action::Ask => return Err(Refusal(asks(ruling))),
    };
    decidable(reviewed, verdict)?;
    if verdict == Verdict::Approved {
        signable(reviewed)?;
        let assessment = reviewed.assessment();
        let passes = ruling
            .rule
            .is_some_and(|rule| rule.blocking(assessment).is_empty());
        if !passes {
            return Err(Refusal(
                "the policy does not let its findings pass".to_owned(),
            ));
        }
    }
    let decision = Decision::new(reviewed, verdict, Ground::Policy);
    Ok(match ruling.rule {
        Some(rule) => decision.by_rule(&rule.name),
        None => decision,
    })
}

/// Why a policy leaves it to a person.
fn asks(ruling: &Ruling<'_>) -> String {
    let Some(rule) = ruling.rule else {
        return "no rule of the policy matches it".to_owned();
    };
    let step = ruling.trace.last();
    let failed = listed(step.into_iter().flat_map(Step::failed));
    let unknown = listed(step.into_iter().flat_map(Step::unknown));
    let name = &rule.name;
    match (failed.as_str(), unknown.as_str()) {
        ("", "") => format!("the policy's rule {name} asks"),
        (failed, "") => format!("it fails the policy's rule {name}: {failed}"),
        ("", unknown) => format!("the policy's rule {name} cannot be judged: {unknown}"),
        (failed, unknown) => {
            format!(
                "it fails the policy's rule {name}: {failed}; and that rule cannot be judged in full: {unknown}"
            )
        }
    }
}

/// Requirements with what was seen.
fn listed<'c>(checks: impl Iterator<Item = &'c Check>) -> String {
    let text = |check: &Check| match check.seen.as_str() {
        "" => check.field.to_owned(),
        seen => format!("{} ({seen})", check.field),
    };
    checks.map(text).collect::<Vec<_>>().join("; ")
}
