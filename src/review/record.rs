//! The record: what is about to be sent, and what came of it, a line of JSON each. docs/json.md describes them.
//!
//! Pure: these are the lines. Where they go, and that the first one is on the disk before anything is sent, is for
//! the caller to see to. A [`Ledger`] reads them back.

mod bounded;
mod ledger;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use ledger::{Entry, Ledger, UNKNOWN};

use crate::csr::{Csr, Requestor, Verdict};
use crate::facts::{Fact, Facts};
use crate::risk::{Assessment, Finding};

use super::{ApiVersion, Decision, Reviewed, Wording};
use bounded::{list, text};

/// The longest line in octets, its end included: none longer is written, and none longer is read.
pub const LONGEST_LINE: usize = 1 << 20;

/// Where and as whom decisions are made: what all lines of a run have in common.
#[derive(Clone, Debug)]
pub struct Scene {
    cluster: Cluster,
    reviewer: Option<Reviewer>,
    user: Option<String>,
    dry_run: Option<String>,
}

impl Scene {
    /// The cluster with the uid of its namespace kube-system, the names under which it was reached, and the reviewer.
    /// `dry_run` is the word for one.
    #[must_use]
    pub fn new(
        uid: Option<&str>,
        server: &str,
        context: Option<&str>,
        user: Option<&str>,
        facts: &Facts,
        dry_run: Option<&str>,
    ) -> Self {
        let reviewer = match &facts.reviewer {
            Fact::Known(reviewer) => Some(Reviewer {
                username: text(&reviewer.username),
                groups: list(&reviewer.groups),
            }),
            Fact::Unknown(_) | Fact::NotAsked => None,
        };
        Self {
            cluster: Cluster {
                uid: uid.map(text),
                server: text(server),
                context: context.map(text),
            },
            reviewer,
            user: user.map(text),
            dry_run: dry_run.map(str::to_owned),
        }
    }

    /// The line about an event. Lines with one id are about one decision.
    #[must_use]
    pub fn line(&self, time: Timestamp, id: &str, event: &Event<'_>) -> Line {
        let about = event.about();
        let passed = event.passed();
        let ending = event.ending();
        let csr = about.reviewed.map(Reviewed::csr);
        let assessment = about.reviewed.map(Reviewed::assessment);
        Line {
            api_version: ApiVersion::V1,
            kind: Kind::Record,
            time: Moment(time),
            phase: event.phase(),
            id: id.to_owned(),
            attempt: event.attempt(),
            decision: about.verdict.into(),
            dry_run: self.dry_run.clone(),
            name: text(about.name),
            uid: csr.and_then(|csr| csr.metadata.uid.as_deref().map(text)),
            fingerprint: assessment.and_then(|it| it.fingerprint.map(|digest| digest.to_string())),
            spec_sha256: assessment.map(|it| it.spec_sha256.to_string()),
            signer_name: csr.and_then(|csr| csr.signer_name.as_deref().map(text)),
            identity: csr.and_then(Identity::of),
            requestor: csr.and_then(|csr| csr.requestor.as_ref().map(requestor)),
            risk: assessment.map(|it| it.risk().as_str().to_owned()),
            findings: assessment.map_or_else(Vec::new, FindingItem::all),
            ground: passed.map(|passed| passed.decision.ground().as_str().to_owned()),
            policy_rule: passed.and_then(|passed| passed.decision.rule().map(str::to_owned)),
            reason: passed.map(|passed| text(&passed.decision.reason(passed.wording))),
            message: passed
                .map(|passed| bounded::message(&passed.decision.message(passed.wording))),
            outcome: ending.map(|ending| ending.outcome.to_owned()),
            detail: ending.and_then(|ending| ending.detail.map(bounded::message)),
            exit_code: ending.map(|ending| ending.exit_code),
            cluster: self.cluster.clone(),
            reviewer: self.reviewer.clone(),
            user: self.user.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// A decision, and what its condition says.
#[derive(Clone, Copy, Debug)]
pub struct Passed<'a> {
    /// The decision.
    pub decision: Decision<'a>,
    /// What `--reason` and `--message` say.
    pub wording: &'a Wording,
}

/// What a line is about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The CSR's name.
    pub name: &'a str,
    /// The CSR, unless it could not be read.
    pub reviewed: Option<&'a Reviewed>,
    /// What was to be decided.
    pub verdict: Verdict,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    /// The word for it, as in an `OutcomeList`.
    pub outcome: &'static str,
    /// A sentence about it.
    pub detail: Option<&'a str>,
    /// The exit code that it would have alone.
    pub exit_code: u8,
}

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The decision is about to be sent, for the first or another time.
    Intent(Passed<'a>, u32),
    /// What came of a decision that was sent so many times.
    Result(Passed<'a>, u32, Ending<'a>),
    /// A decision was made and not sent.
    Unsent(Passed<'a>, Ending<'a>),
    /// No decision was made.
    Undecided(About<'a>, Ending<'a>),
}

impl<'a> Event<'a> {
    fn passed(&self) -> Option<Passed<'a>> {
        match *self {
            Self::Intent(passed, _) | Self::Result(passed, ..) | Self::Unsent(passed, _) => {
                Some(passed)
            }
            Self::Undecided(..) => None,
        }
    }

    fn about(&self) -> About<'a> {
        match *self {
            Self::Intent(passed, _) | Self::Result(passed, ..) | Self::Unsent(passed, _) => {
                let reviewed = passed.decision.reviewed();
                About {
                    name: &reviewed.csr().name,
                    reviewed: Some(reviewed),
                    verdict: passed.decision.verdict(),
                }
            }
            Self::Undecided(about, _) => about,
        }
    }

    fn ending(&self) -> Option<Ending<'a>> {
        match *self {
            Self::Intent(..) => None,
            Self::Result(_, _, ending) | Self::Unsent(_, ending) | Self::Undecided(_, ending) => {
                Some(ending)
            }
        }
    }

    fn attempt(&self) -> u32 {
        match *self {
            Self::Intent(_, attempt) | Self::Result(_, attempt, _) => attempt,
            Self::Unsent(..) | Self::Undecided(..) => 0,
        }
    }

    fn phase(&self) -> Phase {
        match self {
            Self::Intent(..) => Phase::Intent,
            Self::Result(..) => Phase::Result,
            Self::Unsent(..) | Self::Undecided(..) => Phase::Outcome,
        }
    }
}

/// A line, as it is written and read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    api_version: ApiVersion,
    kind: Kind,
    time: Moment,
    phase: Phase,
    id: String,
    attempt: u32,
    decision: Word,
    dry_run: Option<String>,
    name: String,
    uid: Option<String>,
    fingerprint: Option<String>,
    spec_sha256: Option<String>,
    signer_name: Option<String>,
    identity: Option<Identity>,
    requestor: Option<String>,
    risk: Option<String>,
    findings: Vec<FindingItem>,
    ground: Option<String>,
    policy_rule: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    outcome: Option<String>,
    detail: Option<String>,
    exit_code: Option<u8>,
    cluster: Cluster,
    reviewer: Option<Reviewer>,
    user: Option<String>,
    tool_version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Record,
}

/// When a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    /// Before something is sent.
    Intent,
    /// After it.
    Result,
    /// Where nothing is sent.
    Outcome,
}

/// What was to be decided, in the word of the command for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Approvals.
    Approve,
    /// Denials.
    Deny,
}

impl Word {
    /// The word itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }
}

impl From<Verdict> for Word {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Approved => Self::Approve,
            Verdict::Denied => Self::Deny,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Cluster {
    uid: Option<String>,
    server: String,
    context: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reviewer {
    username: String,
    groups: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    user: String,
    groups: Vec<String>,
}

impl Identity {
    /// What the API server refuses has none.
    fn of(csr: &Csr) -> Option<Self> {
        csr.request.accepted().map(|content| Self {
            user: text(content.subject.user()),
            groups: list(&content.subject.groups()),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FindingItem {
    rule: String,
    severity: String,
}

impl FindingItem {
    fn all(assessment: &Assessment) -> Vec<Self> {
        let item = |finding: &Finding| Self {
            rule: finding.rule.id.to_owned(),
            severity: finding.severity.as_str().to_owned(),
        };
        assessment.findings.iter().map(item).collect()
    }
}

fn requestor(requestor: &Requestor) -> String {
    text(&requestor.username)
}

/// A point in time: in RFC 3339, UTC, to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment(Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{:.6}", self.0))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
