//! Reason and message of a condition, with places for what is decided about.

use crate::csr::Csr;
use crate::risk::Assessment;
use crate::ui::Escaped;

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
