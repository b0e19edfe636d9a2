//! From a review to a decision: what may be decided, by whom, and what is sent.
//!
//! Pure but for [`Prompter`]: a [`Decision`] comes out of the [`gate`] alone, which wants a [`Reviewed`] CSR
//! with its assessment, and either limits that it is within or the answer to a challenge.

mod decision;
pub mod gate;
pub mod plan;
mod prompt;
pub mod record;
mod terminal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use decision::{Decision, Ground, Standing, Wording, standing};
pub use gate::{Challenge, Mismatch, PolicyOutcome, Refusal};
pub use plan::Plan;
pub use prompt::{Answer, Prompter};
pub use terminal::Terminal;

use crate::csr::{self, Csr, Source, Unreadable};
use crate::facts::{Fact, Facts};
use crate::policy::{self, Policy, Ruling};
use crate::risk::{self, Assessment};

/// The version of the files that decisions are written to. Another one is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ApiVersion {
    #[serde(rename = "csr-review/v1")]
    V1,
}

/// A CSR of a cluster, as it was read and judged. One of a file can be judged too, and planned about; nothing
/// is ever sent of it.
#[derive(Clone, Debug)]
pub struct Reviewed {
    csr: Csr,
    assessment: Assessment,
    object: Box<RawValue>,
    /// Why nobody may approve it here, whatever the risk.
    barred: Option<Refusal>,
}

impl Reviewed {
    /// Reads and judges an object of the API server.
    ///
    /// # Errors
    /// If it is not a CSR.
    pub fn read(object: Box<RawValue>, facts: &Facts) -> Result<Self, Unreadable> {
        let csr = csr::read(object.get(), Source::Cluster)?;
        Ok(Self::judge(csr, object, facts))
    }

    /// Judges what was read from this object.
    #[must_use]
    pub fn judge(csr: Csr, object: Box<RawValue>, facts: &Facts) -> Self {
        let assessment = risk::assess(&csr, facts);
        Self {
            csr,
            assessment,
            object,
            barred: None,
        }
    }

    /// The same under the two-person rule: whoever asked for it, or may be the one who did, does not
    /// approve it.
    #[must_use]
    pub fn by_two_persons(self, facts: &Facts) -> Self {
        let why = match (&facts.reviewer, &self.csr.requestor) {
            (Fact::Known(reviewer), Some(requestor)) if !requestor.is_same_as(reviewer) => None,
            (Fact::Known(_), Some(_)) => Some("you created it yourself"),
            (Fact::Known(_), None) => Some("nobody knows who created it"),
            (Fact::Unknown(_) | Fact::NotAsked, _) => Some("the server does not say who you are"),
        };
        let refusal = |why| Refusal(format!("{why}, and --no-self-approval is set"));
        Self {
            barred: why.map(refusal),
            ..self
        }
    }

    /// The CSR.
    #[must_use]
    pub fn csr(&self) -> &Csr {
        &self.csr
    }

    /// What a policy says of it.
    #[must_use]
    pub fn ruling<'p>(&self, policy: &'p Policy) -> Ruling<'p> {
        policy::evaluate(policy, &self.csr, &self.assessment)
    }

    /// What was found.
    #[must_use]
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// The object as it was read.
    #[must_use]
    pub fn object(&self) -> &RawValue {
        &self.object
    }

    /// Whether this is the very CSR that was reviewed earlier: the same object, request and requestor.
    #[must_use]
    pub fn is_same_as(&self, earlier: &Self) -> bool {
        self.csr.metadata.uid == earlier.csr.metadata.uid
            && self.assessment.fingerprint.is_some()
            && self.assessment.fingerprint == earlier.assessment.fingerprint
    }
}
