//! Carrying out decisions on a cluster: the order of checks, the write, and what came of it.

mod send;

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::cluster::Cluster;
use crate::csr::{self, Csr, Digest, Source, Unreadable, Verdict};
use crate::facts::Facts;
use crate::policy::{Limits, Policy};
use crate::review::plan::Entry;
use crate::review::{Decision, Refusal, Reviewed, Standing, Wording, gate, standing};

use super::outcome::{Delivery, Fate, Outcome, already, difference};
use super::record::Journal;

/// What a decision is about.
#[derive(Debug)]
pub(super) struct Target {
    /// The CSR's name.
    pub(super) name: String,
    /// Whether the caller named it, rather than selected it.
    pub(super) named: bool,
    /// `--expect`: what it must be.
    pub(super) expect: Option<Digest>,
    /// `-f`: the file's CSR, which it must be made of.
    pub(super) file: Option<Csr>,
    /// `apply`: the planned decision, which has to hold for it.
    pub(super) planned: Option<Entry>,
    /// It was read already, by a list.
    pub(super) read: Option<Reviewed>,
}

impl Target {
    /// A CSR that the caller named.
    pub(super) fn named(name: &str) -> Self {
        Self {
            named: true,
            ..Self::selected(name)
        }
    }

    /// A CSR that a plan decides about.
    pub(super) fn planned(entry: &Entry) -> Self {
        Self {
            planned: Some(entry.clone()),
            ..Self::selected(entry.name())
        }
    }

    /// A CSR that was selected, and read with the others.
    pub(super) fn read(reviewed: Reviewed) -> Self {
        let target = Self::selected(&reviewed.csr().name);
        Self {
            read: Some(reviewed),
            ..target
        }
    }

    /// A CSR that was selected.
    pub(super) fn selected(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            named: false,
            expect: None,
            file: None,
            planned: None,
            read: None,
        }
    }
}

/// Gives each target the CSR of its name, where that was read already.
pub(super) fn give(targets: &mut [Target], read: Vec<Reviewed>) {
    let read = read.into_iter();
    let mut read: HashMap<String, Reviewed> = read
        .map(|reviewed| (reviewed.csr().name.clone(), reviewed))
        .collect();
    for target in targets {
        target.read = read.remove(&target.name);
    }
}

/// How a CSR is judged for a decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judge<'a> {
    /// What is known.
    pub(super) facts: &'a Facts,
    /// `--no-self-approval`.
    pub(super) no_self_approval: bool,
}

impl Judge<'_> {
    /// Judges what was read from this object.
    pub(super) fn judge(&self, csr: Csr, object: Box<RawValue>) -> Reviewed {
        let reviewed = Reviewed::judge(csr, object, self.facts);
        if self.no_self_approval {
            reviewed.by_two_persons(self.facts)
        } else {
            reviewed
        }
    }

    fn read(&self, object: Box<RawValue>) -> Result<Reviewed, Unreadable> {
        let csr = csr::read(object.get(), Source::Cluster)?;
        Ok(self.judge(csr, object))
    }
}

/// Everything that decisions have in common.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    /// Where.
    pub(super) cluster: &'a Cluster,
    /// How what is read is judged.
    pub(super) judge: Judge<'a>,
    /// What is decided.
    pub(super) verdict: Verdict,
    /// What the condition says.
    pub(super) wording: &'a Wording,
    /// What becomes of a decision.
    pub(super) delivery: Delivery,
    /// Where it is recorded.
    pub(super) journal: &'a Journal,
}

/// How a decision is reached without anybody at a terminal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unattended<'a> {
    /// `--yes`, within these limits.
    Within(&'a Limits),
    /// `--yes` with a policy.
    Ruled(&'a Policy),
    /// `--dry-run` alone.
    Rehearsal,
}

impl<'a> Unattended<'a> {
    fn decide<'d>(
        self,
        reviewed: &'d Reviewed,
        verdict: Verdict,
        named: bool,
    ) -> Result<Decision<'d>, Refusal>
    where
        'a: 'd,
    {
        match self {
            Self::Within(limits) => gate::unattended(reviewed, verdict, limits, named),
            Self::Ruled(policy) => {
                let decision = gate::ruled(reviewed, &reviewed.ruling(policy))?;
                if decision.verdict() == verdict {
                    return Ok(decision);
                }
                let rule = decision.rule().unwrap_or_default();
                let word = decision.verdict().condition_type().to_lowercase();
                Err(Refusal(format!(
                    "by the policy's rule {rule} it is to be {word}"
                )))
            }
            Self::Rehearsal => gate::rehearsed(reviewed, verdict),
        }
    }

    /// The words of the condition: the caller's, else those of the rule that decided.
    pub(super) fn wording(self, decision: &Decision<'_>, asked: &Wording) -> Wording {
        let Self::Ruled(policy) = self else {
            return asked.clone();
        };
        let reviewed = decision.reviewed();
        let ruling = reviewed.ruling(policy);
        let text = ruling.condition(reviewed.csr(), reviewed.assessment());
        Wording {
            reason: asked.reason.clone().or(text.reason),
            message: asked.message.clone().or(text.message),
        }
    }
}

impl Desk<'_> {
    /// Reads the target afresh, unless a list just did.
    ///
    /// # Errors
    /// The outcome, if it cannot be read.
    pub(super) async fn read(&self, target: &mut Target) -> Result<Reviewed, Outcome> {
        match target.read.take() {
            Some(reviewed) => Ok(reviewed),
            None => self.fetch(&target.name).await,
        }
    }

    async fn fetch(&self, name: &str) -> Result<Reviewed, Outcome> {
        match self.cluster.get(name).await {
            Ok(object) => self.judge(name, object),
            Err(error) => Err(Outcome::failed(name, error)),
        }
    }

    fn judge(&self, name: &str, object: Box<RawValue>) -> Result<Reviewed, Outcome> {
        self.judge.read(object).map_err(|error| {
            Outcome::because(
                name,
                Fate::Failed,
                format!("the object cannot be read: {}", error.why),
            )
        })
    }

    /// What can be said before anybody decides: `--expect`, the file, and decisions made earlier.
    ///
    /// # Errors
    /// The outcome, if there is nothing left to decide.
    pub(super) fn check(&self, target: &Target, reviewed: &Reviewed) -> Result<(), Outcome> {
        let name = &target.name;
        let assessment = reviewed.assessment();
        if let Some(expected) = target.expect
            && assessment.fingerprint != Some(expected)
        {
            let found = assessment
                .fingerprint
                .map_or_else(|| "none".to_owned(), |digest| digest.to_string());
            let detail = format!("its fingerprint is {found}, not {expected}");
            return Err(Outcome {
                hint: Some("It is not what was reviewed. Look at it again.".to_owned()),
                ..Outcome::because(name, Fate::Stale, detail)
            });
        }
        if let Some(file) = &target.file
            && let Some(difference) = difference(file, reviewed.csr())
        {
            return Err(Outcome {
                hint: Some(
                    "The file is not what is on the cluster. Review what is there.".to_owned(),
                ),
                ..Outcome::because(
                    name,
                    Fate::Stale,
                    format!("it differs from the file in {difference}"),
                )
            });
        }
        if let Some(entry) = &target.planned
            && let Some(difference) = entry.difference(reviewed.csr(), assessment)
        {
            return Err(Outcome {
                hint: Some("It is not what was planned about. Review what is there.".to_owned()),
                ..Outcome::because(
                    name,
                    Fate::Stale,
                    format!("it differs from the plan in {difference}"),
                )
            });
        }
        match standing(&reviewed.csr().state, self.verdict) {
            Standing::Open => Ok(()),
            Standing::Already(_) => Err(Outcome::because(
                name,
                Fate::Already,
                already(reviewed.csr(), self.verdict),
            )),
            Standing::Opposite => Err(Outcome {
                hint: Some("A decision cannot be taken back. Ask for a new CSR.".to_owned()),
                ..Outcome::because(
                    name,
                    Fate::Failed,
                    format!("it is already {}", self.verdict.opposite().condition_type()),
                )
            }),
        }
    }

    /// Decides about what was read and shown, without asking anybody, and sends it.
    pub(super) async fn unattended(
        &self,
        target: &Target,
        reviewed: Reviewed,
        how: Unattended<'_>,
    ) -> Outcome {
        self.decide(target, &reviewed, how).await.about(reviewed)
    }

    async fn decide(&self, target: &Target, reviewed: &Reviewed, how: Unattended<'_>) -> Outcome {
        if let Err(outcome) = self.check(target, reviewed) {
            return outcome;
        }
        match how.decide(reviewed, self.verdict, target.named) {
            Ok(decision) => {
                let again = |fresh: &Reviewed| {
                    let decision = how.decide(fresh, self.verdict, target.named);
                    decision.map(|_| ())
                };
                let wording = how.wording(&decision, self.wording);
                let desk = Desk {
                    wording: &wording,
                    ..*self
                };
                desk.send(target, decision, again).await
            }
            Err(refusal) => Outcome::because(&target.name, Fate::Refused, refusal.0),
        }
    }
}
