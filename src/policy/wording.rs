//! Reason and message of a condition, with places for what is decided about.

use crate::csr::Csr;
use crate::risk::Assessment;
use crate::ui::Escaped;

use super::{Rule, Ruling, Step};

/// What a rule says of the condition that it makes.
#[derive(Clone, Debug, Default)]
pub struct ConditionTemplates {
    /// The reason.
    pub reason: Option<Template>,
    /// The message.
    pub message: Option<Template>,
}

impl ConditionTemplates {
    fn fill(&self, csr: &Csr, assessment: &Assessment, rule: &str) -> ConditionText {
        let fill = |template: &Template| template.fill(csr, assessment, rule);
        ConditionText {
            reason: self.reason.as_ref().map(fill),
            message: self.message.as_ref().map(fill),
        }
    }

    /// Whether one of the texts has this word in it, in any case.
    pub(super) fn mention(&self, word: &str) -> bool {
        let templates = [&self.reason, &self.message];
        let mut texts = templates.into_iter().flatten().flat_map(Template::texts);
        texts.any(|text| text.to_ascii_lowercase().contains(word))
    }
}

/// Reason and message of the condition of one CSR; `None` where the rule leaves it to the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionText {
    /// The reason.
    pub reason: Option<String>,
    /// The message.
    pub message: Option<String>,
}

impl Ruling<'_> {
    /// The texts of the condition that it makes. `reason` and `message` are about what `then` decides; a denial by
    /// `otherwise` has texts of its own, and says what failed where the rule has none.
    #[must_use]
    pub fn condition(&self, csr: &Csr, assessment: &Assessment) -> ConditionText {
        let (Some(rule), Some(step)) = (self.rule, self.trace.last()) else {
            return ConditionText::default();
        };
        if step.failed().next().is_none() {
            return rule.condition.fill(csr, assessment, &rule.name);
        }
        let text = rule.otherwise_condition.fill(csr, assessment, &rule.name);
        ConditionText {
            message: text
                .message
                .or_else(|| Some(denial(rule, step, assessment))),
            ..text
        }
    }
}

/// The message of a denial by `otherwise`: what failed. What was seen is untrusted.
fn denial(rule: &Rule, step: &Step<'_>, assessment: &Assessment) -> String {
    let failed = step.failed().map(|check| match check.seen.as_str() {
        "" => check.field.to_owned(),
        seen => format!(
            "{} ({})",
            check.field,
            Escaped::middle_elided(seen, LONGEST)
        ),
    });
    let failed: Vec<String> = failed.collect();
    let fingerprint = assessment.fingerprint.unwrap_or(assessment.spec_sha256);
    format!(
        "Denied with kubectl-csr-review {} by rule {} at risk {}: fails {}; fingerprint {fingerprint}.",
        env!("CARGO_PKG_VERSION"),
        rule.name,
        assessment.risk(),
        failed.join("; "),
    )
}

/// The most of what was seen that a message repeats of one requirement, in columns.
const LONGEST: usize = 256;

/// A text with places such as `{user}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Name,
    User,
    Requestor,
    Signer,
    Risk,
    Rule,
    Fingerprint,
}

const PLACES: [(&str, Place); 7] = [
    ("name", Place::Name),
    ("user", Place::User),
    ("requestor", Place::Requestor),
    ("signer", Place::Signer),
    ("risk", Place::Risk),
    ("rule", Place::Rule),
    ("fingerprint", Place::Fingerprint),
];

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    /// A place that does not exist.
    #[error(
        "there is no {{{0}}}; there are {{name}}, {{user}}, {{requestor}}, {{signer}}, {{risk}}, {{rule}} and {{fingerprint}}"
    )]
    Unknown(String),
    /// A brace without its other one.
    #[error("a brace stands alone; write {{{{ or }}}} for one that is meant")]
    Brace,
    /// A reason is a word for machines.
    #[error("a reason is a word of letters and digits that begins with a letter")]
    Word,
}

impl Template {
    /// Reads a message.
    ///
    /// # Errors
    /// If a place is unknown, or a brace stands alone.
    pub fn message(text: &str) -> Result<Self, BadTemplate> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(index) = rest.find(['{', '}']) {
            let (before, at) = rest.split_at(index);
            parts.push(Part::Text(before.to_owned()));
            if let Some(after) = at.strip_prefix("{{").or_else(|| at.strip_prefix("}}")) {
                parts.push(Part::Text(at[..1].to_owned()));
                rest = after;
                continue;
            }
            let (name, after) = at
                .strip_prefix('{')
                .and_then(|at| at.split_once('}'))
                .ok_or(BadTemplate::Brace)?;
            let known = PLACES.iter().find(|(place, _)| *place == name);
            let (_, place) = known.ok_or_else(|| BadTemplate::Unknown(name.to_owned()))?;
            parts.push(Part::Place(*place));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    /// Reads a reason: a word without places (`metav1.Condition` has the same rule for reasons).
    ///
    /// # Errors
    /// If it is something else.
    pub fn reason(text: &str) -> Result<Self, BadTemplate> {
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_word = begins && text.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_word || text.len() > 128 {
            return Err(BadTemplate::Word);
        }
        Ok(Self {
            parts: vec![Part::Text(text.to_owned())],
        })
    }

    /// The texts between the places.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Place(_) => None,
        })
    }

    /// The text about this CSR. What stands for a place is untrusted and is escaped, for conditions are read on
    /// terminals too.
    #[must_use]
    pub fn fill(&self, csr: &Csr, assessment: &Assessment, rule: &str) -> String {
        let word = |text: &str| Escaped::word(text).to_string();
        let place = |place: &Place| match place {
            Place::Name => word(&csr.name),
            Place::User => word(csr.user()),
            Place::Requestor => {
                let requestor = csr.requestor.as_ref();
                word(requestor.map_or("", |requestor| requestor.username.as_str()))
            }
            Place::Signer => word(csr.signer_name.as_deref().unwrap_or_default()),
            Place::Risk => assessment.risk().to_string(),
            Place::Rule => rule.to_owned(),
            Place::Fingerprint => {
                let fingerprint = assessment.fingerprint.unwrap_or(assessment.spec_sha256);
                fingerprint.to_string()
            }
        };
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Place(at) => place(at),
            })
            .collect()
    }
}
