//! The write: sending a decision, and telling truly what came of it.

use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::{Instant, sleep};

use super::{Desk, Target};
use crate::cli::outcome::{Delivery, DryRun, Fate, Outcome};
use crate::cli::record::Trail;
use crate::cluster::{Error, ErrorKind};
use crate::review::{Decision, Refusal, Reviewed, gate};

/// How long a decision waits for its turn at a server that has too many requests.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause where the server does not say how long.
const PAUSE: Duration = Duration::from_secs(1);

impl Desk<'_> {
    /// Sends a decision that somebody answered for, here or in a plan, about this very CSR: what is the same
    /// passes again.
    pub(in crate::cli) async fn send_confirmed(
        &self,
        target: &Target,
        decision: Decision<'_>,
    ) -> Outcome {
        let again = |fresh: &Reviewed| gate::decidable(fresh, self.verdict);
        self.send(target, decision, again).await
    }

    /// Records an outcome without a decision, unless it is recorded.
    pub(in crate::cli) async fn note(&self, outcome: Outcome) -> Outcome {
        self.journal.note(outcome, self.verdict).await
    }

    /// Sends a decision, and records that before and after.
    pub(in crate::cli) async fn send(
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
            .news_since(&decision.reviewed().assessment().seen());
        if !news.is_empty() {
            let detail = format!(
                "it changed after it was read, with new findings: {}",
                news.words()
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
    ) -> Result<Outcome, Error> {
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
        let answer = self.put_in_turn(name, &body, done != Fate::Sent).await?;
        // The answer is what the server holds now: it must be the same CSR, with the verdict.
        let held = self.judge.read(answer).ok().filter(|held| {
            held.is_same_as(decision.reviewed()) && held.csr().state.has(self.verdict)
        });
        if held.is_some() {
            return Ok(Outcome::new(name, done));
        }
        let why =
            "the server took the decision, but its answer is not this CSR with the decision in it";
        let unknown = Outcome {
            hint: Some("Look at the CSR before anything else is decided.".to_owned()),
            ..Outcome::because(name, Fate::Failed, why)
        };
        Ok(if done == Fate::Sent {
            self.read_back(decision, why, unknown).await
        } else {
            unknown
        })
    }

    /// PUTs it, again and again while the server says that it has too many requests: then it has looked at none of
    /// it, and what is sent next is bound to the same version of the same CSR.
    async fn put_in_turn(
        &self,
        name: &str,
        body: &[u8],
        dry_run: bool,
    ) -> Result<Box<RawValue>, Error> {
        let start = Instant::now();
        loop {
            let error = match self.cluster.put_approval(name, body, dry_run).await {
                Err(error) if error.kind() == ErrorKind::TooManyRequests => error,
                answer => return answer,
            };
            let pause = error.retry_after().unwrap_or(PAUSE).max(PAUSE / 10);
            if start.elapsed().saturating_add(pause) > PATIENCE {
                return Err(error);
            }
            sleep(pause).await;
        }
    }

    /// After a failed write: where its outcome is not known, the state is read back and told.
    async fn after(&self, decision: Decision<'_>, error: Error) -> Outcome {
        let name = &decision.reviewed().csr().name;
        let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
        let why = error.message().to_owned();
        let failed = Outcome::failed(name, error);
        if is_unknown {
            self.read_back(decision, &why, failed).await
        } else {
            failed
        }
    }

    /// After a write whose outcome is not known, for this reason: the state of the CSR that was decided about, and of
    /// no other one under its name; `unknown` if it cannot be read.
    async fn read_back(&self, decision: Decision<'_>, why: &str, unknown: Outcome) -> Outcome {
        let reviewed = decision.reviewed();
        let name = &reviewed.csr().name;
        let Ok(held) = self.fetch(name).await else {
            return unknown;
        };
        if !held.is_same_as(reviewed) {
            let detail = format!(
                "{why}; another CSR stands under this name now, so it is not known what became of the one that was \
                 reviewed"
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
        let detail = format!("{why}; it was read back, and is {state} now");
        Outcome::because(name, fate, detail).of(held)
    }
}
