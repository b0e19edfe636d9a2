//! What a policy says of a CSR, and why.

use crate::csr::Csr;
use crate::risk::Assessment;

use super::require::requirements;
use super::{Action, Glob, Match, Policy, Rule, Variables};

/// What a policy says of one CSR. It is no decision: see [`gate::ruled`](crate::review::gate::ruled).
#[derive(Clone, Debug)]
pub struct Ruling<'p> {
    /// What it says.
    pub action: Action,
    /// The rule that says it; `None` if none matches.
    pub rule: Option<&'p Rule>,
    /// How it came to that: every rule up to the one that matches.
    pub trace: Vec<Step<'p>>,
}

/// One rule, looked at.
#[derive(Clone, Debug)]
pub struct Step<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// Whether it is about this CSR, part by part.
    pub matching: Vec<Check>,
    /// Its requirements, if it is.
    pub requirements: Vec<Check>,
}

impl Step<'_> {
    /// Whether the rule is about this CSR.
    #[must_use]
    pub fn matches(&self) -> bool {
        let mut checks = self.matching.iter();
        checks.all(|check| check.result == CheckResult::Holds)
    }

    /// The requirements that fail.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.with(CheckResult::Fails)
    }

    /// The requirements that could not be judged.
    pub fn unknown(&self) -> impl Iterator<Item = &Check> {
        self.with(CheckResult::Unknown)
    }

    fn with(&self, result: CheckResult) -> impl Iterator<Item = &Check> {
        let checks = self.requirements.iter();
        checks.filter(move |check| check.result == result)
    }

    /// What the rule says. A requirement that could not be judged is neither met nor failed, so a person is asked:
    /// a denial cannot be taken back when the cluster answers again.
    fn action(&self) -> Action {
        if self.unknown().next().is_some() {
            Action::Ask
        } else if self.failed().next().is_some() {
            self.rule.otherwise
        } else {
            self.rule.then
        }
    }
}

/// What came of comparing one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// It is as the rule wants it.
    Holds,
    /// It is otherwise.
    Fails,
    /// A fact that it depends on is not known.
    Unknown,
}

impl CheckResult {
    /// The word for it, in a trace.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }
}

impl From<bool> for CheckResult {
    fn from(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

/// One thing that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What, as the field is called.
    pub field: &'static str,
    /// What came of it.
    pub result: CheckResult,
    /// What was seen. Untrusted text.
    pub seen: String,
}

impl Check {
    pub(super) fn new(
        field: &'static str,
        result: impl Into<CheckResult>,
        seen: impl Into<String>,
    ) -> Self {
        Self {
            field,
            result: result.into(),
            seen: seen.into(),
        }
    }
}

/// Asks a policy about a CSR.
#[must_use]
pub fn evaluate<'p>(policy: &'p Policy, csr: &Csr, assessment: &Assessment) -> Ruling<'p> {
    let mut trace = Vec::new();
    for rule in &policy.rules {
        let (matching, variables) = matching(&rule.matching, csr);
        let mut step = Step {
            rule,
            matching,
            requirements: Vec::new(),
        };
        if !step.matches() {
            trace.push(step);
            continue;
        }
        step.requirements = requirements(rule, csr, assessment, &variables);
        let action = step.action();
        trace.push(step);
        return Ruling {
            action,
            rule: Some(rule),
            trace,
        };
    }
    Ruling {
        action: Action::Ask,
        rule: None,
        trace,
    }
}

pub(super) fn any(globs: &[Glob], name: &str, variables: &Variables) -> bool {
    globs.iter().any(|glob| glob.with(variables).fits(name))
}

/// What the rule is about, compared; and what its variables stand for.
fn matching(matching: &Match, csr: &Csr) -> (Vec<Check>, Variables) {
    let mut checks = Vec::new();
    let mut variables = Variables::new();
    let signer = csr.signer_name.as_deref();
    if let Some(globs) = &matching.signers {
        let holds = signer.is_some_and(|signer| any(globs, signer, &variables));
        checks.push(Check::new(
            "match.signers",
            holds,
            signer.unwrap_or_default(),
        ));
    }
    let requestor = csr.requestor.as_ref();
    if let Some(globs) = &matching.users {
        let user = requestor.map(|requestor| requestor.username.as_str());
        let bound = user.and_then(|user| globs.iter().find_map(|glob| glob.bind(user)));
        let holds = bound.is_some();
        variables = bound.unwrap_or_default();
        let values = variables.iter();
        let values: Vec<String> = values
            .map(|(name, value)| format!("{{{name}}} = {value}"))
            .collect();
        let mut seen = user.unwrap_or_default().to_owned();
        if !values.is_empty() {
            seen = format!("{seen} ({})", values.join(", "));
        }
        checks.push(Check::new("match.requestor.users", holds, seen));
    }
    if let Some(globs) = &matching.requestor_groups {
        let groups = requestor.map(|requestor| requestor.groups.as_slice());
        let groups = groups.unwrap_or_default();
        let holds = groups.iter().any(|group| any(globs, group, &variables));
        checks.push(Check::new(
            "match.requestor.groups",
            holds,
            groups.join(", "),
        ));
    }
    for (key, glob) in &matching.labels {
        let value = csr.metadata.labels.get(key);
        let holds = value.is_some_and(|value| glob.with(&variables).fits(value));
        let seen = value.map_or_else(|| format!("no {key}"), |value| format!("{key}={value}"));
        checks.push(Check::new("match.labels", holds, seen));
    }
    (checks, variables)
}
