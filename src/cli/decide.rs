//! Carrying out decisions on a cluster: the order of checks, the write, and what came of it.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::cluster::{Cluster, ErrorKind};
use crate::csr::{self, Csr, Digest, Source, Unreadable, Verdict};
use crate::facts::Facts;
use crate::policy::{Policy, Rule, Template, evaluate};
use crate::review::plan::Entry;
use crate::review::{Decision, Limits, Refusal, Reviewed, Standing, Wording, gate, standing};

use super::outcome::{Delivery, DryRun, Fate, Outcome, already, difference};
use super::record::{Journal, Trail};

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
                let decision = gate::ruled(reviewed, &evaluate(policy, reviewed))?;
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
        let named = |rule: &&Rule| Some(rule.name.as_str()) == decision.rule();
        let rule = policy.rules.iter().find(named);
        let reviewed = decision.reviewed();
        let fill = |template: fn(&Rule) -> Option<&Template>| {
            let rule = rule?;
            let template = template(rule)?;
            Some(template.fill(reviewed.csr(), reviewed.assessment(), &rule.name))
        };
        Wording {
            reason: asked
                .reason
                .clone()
                .or_else(|| fill(|rule| rule.reason.as_ref())),
            message: asked
                .message
                .clone()
                .or_else(|| fill(|rule| rule.message.as_ref())),
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

    /// Sends a decision that somebody answered for, here or in a plan, about this very CSR: what is the same
    /// passes again.
    pub(super) async fn send_confirmed(&self, target: &Target, decision: Decision<'_>) -> Outcome {
        let again = |fresh: &Reviewed| gate::decidable(fresh, self.verdict);
        self.send(target, decision, again).await
    }

    /// Records an outcome without a decision, unless it is recorded.
    pub(super) async fn note(&self, outcome: Outcome) -> Outcome {
        self.journal.note(outcome, self.verdict).await
    }

    /// Sends a decision, and records that before and after.
    pub(super) async fn send(
        &self,
        target: &Target,
        decision: Decision<'_>,
        again: impl Fn(&Reviewed) -> Result<(), Refusal>,
    ) -> Outcome {
        let mut trail = self.journal.begin(self.wording);
        // On the heap: several are sent at a time, and their futures would add up.
        let sending = Box::pin(self.try_to_send(target, decision, again, &mut trail));
        let outcome = sending.await;
        trail.end(decision, outcome).await
    }

    /// Sends a decision. If the server answers that the object changed or is gone, it is read once more:
    /// what is still the CSR that was reviewed, and passes the same checks and the gate (`again`) without a
    /// new finding, is sent once more; anything else is stale.
    async fn try_to_send(
        &self,
        target: &Target,
        decision: Decision<'_>,
        again: impl Fn(&Reviewed) -> Result<(), Refusal>,
        trail: &mut Trail<'_>,
    ) -> Outcome {
        let name = &target.name;
        let error = match self.put(name, decision, trail).await {
            Ok(outcome) => return outcome,
            Err(error) => error,
        };
        if !matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound) {
            return self.after(decision, error).await;
        }
        let reviewed = match self.cluster.get(name).await {
            Ok(object) => match self.judge(name, object) {
                Ok(reviewed) => reviewed,
                Err(outcome) => return outcome,
            },
            // To a write with a uid in it, some servers answer with a conflict even where nothing is left.
            Err(missing) if [error.kind(), missing.kind()].contains(&ErrorKind::NotFound) => {
                let detail = "it was deleted after it was read, so nothing was decided";
                return Outcome::because(name, Fate::Stale, detail);
            }
            Err(failed) => return Outcome::failed(name, failed),
        };
        let Some(renewed) = decision.renewed(&reviewed) else {
            let detail = "another CSR stands under this name now than the one that was reviewed; nothing was sent to it";
            return Outcome {
                hint: Some("Review the new one from the start.".to_owned()),
                ..Outcome::because(name, Fate::Stale, detail)
            }
            .of(reviewed);
        };
        if let Err(outcome) = self.check(target, &reviewed) {
            return outcome.of(reviewed);
        }
        let news = reviewed
            .assessment()
            .news_since(decision.reviewed().assessment());
        if !news.is_empty() {
            let ids: Vec<&str> = news.iter().map(|finding| finding.rule.id).collect();
            let detail = format!(
                "it changed after it was read, with new findings: {}",
                ids.join(", ")
            );
            return Outcome::because(name, Fate::Stale, detail).of(reviewed);
        }
        if let Err(refusal) = again(&reviewed) {
            return Outcome::because(name, Fate::Refused, refusal.0).of(reviewed);
        }
        match self.put(name, renewed, trail).await {
            Ok(outcome) => outcome,
            Err(error) if error.kind() == ErrorKind::Conflict => {
                let detail = "it keeps changing, so it was left alone";
                Outcome::because(name, Fate::Stale, detail)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Outcome::because(name, Fate::Stale, "it was deleted meanwhile")
            }
            Err(error) => self.after(decision, error).await,
        }
    }

    async fn put(
        &self,
        name: &str,
        decision: Decision<'_>,
        trail: &mut Trail<'_>,
    ) -> Result<Outcome, crate::cluster::Error> {
        let done = match self.delivery {
            Delivery::Plan => return Ok(Outcome::planned(&decision, self.wording)),
            Delivery::Rehearse(DryRun::Client) => {
                return Ok(Outcome::new(name, Fate::Rehearsed(DryRun::Client)));
            }
            Delivery::Rehearse(dry_run @ DryRun::Server) => Fate::Rehearsed(dry_run),
            Delivery::Send => Fate::Sent,
        };
        let body = match decision.object(self.wording) {
            Ok(body) => body,
            Err(error) => {
                let detail = format!("the object cannot be written back as it was read: {error}");
                return Ok(Outcome::because(name, Fate::Failed, detail));
            }
        };
        if let Err(failure) = trail.intent(decision).await {
            return Ok(Outcome::failed(name, failure));
        }
        let answer = self
            .cluster
            .put_approval(name, &body, done != Fate::Sent)
            .await?;
        // The answer is what the server holds now: it must be the same CSR, with the verdict.
        let held = self.judge.read(answer).ok().filter(|held| {
            held.is_same_as(decision.reviewed()) && held.csr().state.has(self.verdict)
        });
        Ok(match held {
            None => Outcome {
                hint: Some("Look at the CSR before anything else is decided.".to_owned()),
                ..Outcome::because(
                    name,
                    Fate::Failed,
                    "the server took the decision, but its answer is not this CSR with the decision in it",
                )
            },
            Some(_) => Outcome::new(name, done),
        })
    }

    /// After a failed write. Where the answer was lost, the state is read back and told: that of the CSR which
    /// was decided about, and of no other one under its name.
    async fn after(&self, decision: Decision<'_>, error: crate::cluster::Error) -> Outcome {
        let reviewed = decision.reviewed();
        let name = &reviewed.csr().name;
        if error.kind() != ErrorKind::OutcomeUnknown {
            return Outcome::failed(name, error);
        }
        let Ok(held) = self.fetch(name).await else {
            return Outcome::failed(name, error);
        };
        if !held.is_same_as(reviewed) {
            let detail = format!(
                "{}; another CSR stands under this name now, so it is not known what became of the one that was \
                 reviewed",
                error.message()
            );
            return Outcome {
                hint: Some("Review the new one from the start.".to_owned()),
                ..Outcome::because(name, Fate::Failed, detail)
            };
        }
        let (fate, state) = if held.csr().state.has(self.verdict) {
            (Fate::Sent, self.verdict.condition_type().to_owned())
        } else {
            (Fate::Failed, held.csr().state.summary())
        };
        let detail = format!("{}; it was read back, and is {state} now", error.message());
        Outcome::because(name, fate, detail).of(held)
    }
}
