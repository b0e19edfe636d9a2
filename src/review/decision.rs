//! A decision about one CSR, and the object that carries it to the API server.

use clap::ValueEnum;
use serde::ser::Error as _;
use serde_json::{Map, Value, json};

use crate::csr::{Condition, Source, State, Verdict};

use super::Reviewed;

/// Where a CSR stands with respect to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It waits for a decision.
    Open,
    /// It has the verdict already.
    Already(&'a Condition),
    /// It has the opposite one, which cannot be taken back.
    Opposite,
}

/// Where a CSR stands.
#[must_use]
pub fn standing(state: &State, verdict: Verdict) -> Standing<'_> {
    // Denied counts first where both stand: a signer stops at it.
    if state.has(verdict.opposite()) {
        return Standing::Opposite;
    }
    match state.condition(verdict.condition_type()) {
        Some(condition) => Standing::Already(condition),
        None => Standing::Open,
    }
}

/// Reason and message of the condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// `--reason`; by default `CSRReviewApproved` or `CSRReviewDenied`.
    pub reason: Option<String>,
    /// `--message`; by default what was reviewed.
    pub message: Option<String>,
}

/// On whose word a decision is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// Somebody answered at a terminal.
    Person,
    /// The limits of `--yes`.
    Limits,
    /// A rule of a policy.
    Policy,
    /// Nobody's: it is a dry run.
    Rehearsal,
    /// A plan's, of what was decided earlier.
    Plan,
}

impl Ground {
    /// The word for it, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Limits => "limits",
            Self::Policy => "policy",
            Self::Rehearsal => "rehearsal",
            Self::Plan => "plan",
        }
    }
}

/// A decision that the [`gate`](super::gate) let pass. It cannot exist without a review.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    reviewed: &'a Reviewed,
    verdict: Verdict,
    ground: Ground,
    rule: Option<&'a str>,
}

impl<'a> Decision<'a> {
    /// Only for the gate.
    pub(super) fn new(reviewed: &'a Reviewed, verdict: Verdict, ground: Ground) -> Self {
        Self {
            reviewed,
            verdict,
            ground,
            rule: None,
        }
    }

    /// The same by this rule of a policy. Only for the gate.
    pub(super) fn by_rule(self, rule: &'a str) -> Self {
        Self {
            rule: Some(rule),
            ..self
        }
    }

    /// The same decision about the same CSR, read again. The caller has made sure that nothing that was
    /// reviewed has changed.
    #[must_use]
    pub fn renewed<'b>(&self, reviewed: &'b Reviewed) -> Option<Decision<'b>>
    where
        'a: 'b,
    {
        let renewed = Decision { reviewed, ..*self };
        reviewed.is_same_as(self.reviewed).then_some(renewed)
    }

    /// What was reviewed.
    #[must_use]
    pub fn reviewed(&self) -> &'a Reviewed {
        self.reviewed
    }

    /// What was decided.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// On whose word.
    #[must_use]
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// The rule of the policy that decided, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<&'a str> {
        self.rule
    }

    /// The object to PUT to `…/approval`: the one that was read, with one condition more. Everything else
    /// stays as it was, uid and resourceVersion included, so that the server takes it for nothing else.
    ///
    /// The condition has no `lastUpdateTime`: the server sets it by its own clock.
    ///
    /// # Errors
    /// If the object holds what cannot be written back as it was read, such as a number beyond all bounds, or
    /// comes from a file, which can only be planned about.
    pub fn object(&self, wording: &Wording) -> Result<Vec<u8>, serde_json::Error> {
        if self.reviewed.csr.source != Source::Cluster {
            return Err(serde_json::Error::custom("it was read from a file"));
        }
        let condition = json!({
            "type": self.verdict.condition_type(),
            "status": "True",
            "reason": self.reason(wording),
            "message": self.message(wording),
        });
        let mut object: Map<String, Value> = serde_json::from_str(self.reviewed.object.get())?;
        // Items of a list do not say what they are.
        object
            .entry("apiVersion")
            .or_insert_with(|| "certificates.k8s.io/v1".into());
        object
            .entry("kind")
            .or_insert_with(|| "CertificateSigningRequest".into());
        let status = object.entry("status").or_insert_with(|| json!({}));
        if !status.is_object() {
            *status = json!({});
        }
        let conditions = &mut status["conditions"];
        match conditions.as_array_mut() {
            Some(conditions) => conditions.push(condition),
            None => *conditions = json!([condition]),
        }
        serde_json::to_vec(&object)
    }

    /// The reason that the condition gets.
    #[must_use]
    pub fn reason(&self, wording: &Wording) -> String {
        let default = match self.verdict {
            Verdict::Approved => "CSRReviewApproved",
            Verdict::Denied => "CSRReviewDenied",
        };
        wording.reason.as_deref().unwrap_or(default).to_owned()
    }

    /// The message that the condition gets.
    #[must_use]
    pub fn message(&self, wording: &Wording) -> String {
        if let Some(message) = &wording.message {
            return message.clone();
        }
        let assessment = &self.reviewed.assessment;
        let fingerprint = assessment.fingerprint.unwrap_or(assessment.spec_sha256);
        let word = match self.verdict {
            Verdict::Approved => "Approved",
            Verdict::Denied => "Denied",
        };
        format!(
            "{word} with kubectl-csr-review {} at risk {}, fingerprint {fingerprint}.",
            env!("CARGO_PKG_VERSION"),
            assessment.risk(),
        )
    }
}
