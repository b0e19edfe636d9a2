//! From the events of a watch to lines, questions and counts.

use std::collections::BTreeMap;
use std::mem;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::cluster::{Cluster, Error, ErrorKind, Event, Watch};
use crate::csr::{self, Csr, Source, Verdict};
use crate::risk;
use crate::ui::report::Review;
use crate::ui::{Escaped, Rows, Ui};

use super::super::Context;
use super::super::exit::Exit;
use super::super::facts::tell_unknown;
use super::super::failure::{Failure, note, warn};
use super::super::list;
use super::super::outcome::{Fate, Outcome, decided};
use super::super::results::{self, Format, Results};
use super::arrivals::{Age, Arrivals};
use super::crowd::{self, Crowd, News};
use super::decider::{Case, Decider, Intent, Ruling};
use super::knowledge::Knowledge;
use super::metrics::Metrics;
use super::reading;
use super::serve::Shared;
use super::{Args, Output};

/// What comes closer together than this is compared with the others at once, as that takes looking at all of them.
const GAP: Duration = Duration::from_millis(5);
/// But nothing waits longer for others than this.
const BURST: Duration = Duration::from_millis(100);
/// When a decision or a read that failed is tried again.
pub(super) const RETRY: Duration = Duration::from_secs(5);
/// The longest name of a CSR that is shown and decided about, in bytes. It is kept as long as the CSR waits.
const LONGEST_NAME: usize = 1024;

/// Follows the CSRs until the program is ended or an operator leaves.
pub(super) async fn follow(
    args: &Args,
    intent: Option<Intent>,
    metrics: Shared,
    context: &mut Context,
) -> anyhow::Result<Exit> {
    let cluster = context.connect().await?;
    let options = if intent.is_some() {
        args.facts.clone()
    } else {
        args.facts.for_overview()
    };
    let mut watch = Watch::new(cluster.clone(), args.selection.only_on_server());
    let mut session = Session {
        args,
        intent,
        decider: None,
        retries: BTreeMap::new(),
        refused: Vec::new(),
        metrics,
        cluster,
        knowledge: Knowledge::new(&options, &args.selection),
        crowd: Crowd::default(),
        rows: Rows::new(&list::COLUMNS, !args.no_headers),
        arrivals: Arrivals::default(),
        paused: None,
        is_listing: true,
        is_introduced: false,
        exit: Exit::Done,
    };
    loop {
        if session.is_listing || !session.may_go_on() {
            let event = match session.next_retry() {
                None => Some(watch.next().await),
                Some(due) => watch.next_within(due).await.transpose(),
            };
            if let Some(event) = event {
                session.take(event, context).await?;
            }
        }
        session.retry(context).await?;
        let start = Instant::now();
        while start.elapsed() < BURST
            && let Some(event) = watch.soon(GAP).await.transpose()
        {
            session.take(event, context).await?;
        }
        if session.is_listing {
            continue;
        }
        session.introduce(context).await?;
        while let Some((age, csr)) = session.next(context).await? {
            if session.handle(age, csr, context).await?.is_break() {
                return Ok(session.exit);
            }
            // Others came, or were decided, while a question was open.
            if session.decider.as_ref().is_some_and(Decider::waits) {
                break;
            }
        }
        session.count();
    }
}

pub(super) struct Session<'a> {
    args: &'a Args,
    /// Who is to decide, until it is known where.
    intent: Option<Intent>,
    decider: Option<Decider>,
    /// What failed, and when it is looked at again.
    retries: BTreeMap<(Instant, String), Age>,
    /// What was refused while more might have been known: there is nothing here but where more may be soon.
    refused: Vec<Age>,
    metrics: Shared,
    pub(super) cluster: Cluster,
    knowledge: Knowledge<'a>,
    crowd: Crowd,
    rows: Rows,
    /// What waits for being shown.
    pub(super) arrivals: Arrivals,
    /// Until when nothing is read, as reading just failed.
    pub(super) paused: Option<Instant>,
    is_listing: bool,
    is_introduced: bool,
    exit: Exit,
}

impl Session<'_> {
    pub(super) fn metrics(&self) -> MutexGuard<'_, Metrics> {
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the watch tells.
    async fn take(
        &mut self,
        event: Result<Event, Error>,
        context: &mut Context,
    ) -> anyhow::Result<()> {
        let event = event.map_err(Failure::from)?;
        // A line is not cut off.
        let Some(_hold) = context.interrupt.hold() else {
            return std::future::pending().await;
        };
        let ui = &mut context.ui;
        match event {
            Event::Listing => self.is_listing = true,
            Event::Synced => {
                self.is_listing = false;
                self.metrics().synced();
            }
            Event::Object(object) => self.object(&object, ui)?,
            Event::Gone { name, uid } => {
                self.arrivals.remove(&uid);
                if self.crowd.remove(&name, &uid) {
                    let why = if self.args.selection.is_empty() {
                        "deleted"
                    } else {
                        "deleted, or no longer selected"
                    };
                    self.remark(&name, why, ui)?;
                }
            }
            Event::Trouble(error) => {
                let mut metrics = self.metrics();
                metrics.lost(Instant::now());
                metrics.failure(word(error.kind()));
                drop(metrics);
                trouble(&error, ui)?;
            }
            Event::Recovered => {
                self.metrics().recovered();
                note(ui, "the watch goes on")?;
            }
        }
        Ok(())
    }

    fn object(&mut self, object: &RawValue, ui: &mut Ui) -> anyhow::Result<()> {
        let csr = match csr::read(object.get(), Source::Cluster) {
            Ok(csr) => csr,
            Err(unreadable) => {
                if self.crowd.is_news(&unreadable) {
                    self.metrics().failure("unreadable");
                    let name = unreadable.name.as_deref().unwrap_or("(unnamed)");
                    let message = format!("{name} cannot be read as a CSR: {}", unreadable.why);
                    Failure::failed(message).tell(ui)?;
                }
                return Ok(());
            }
        };
        match self.crowd.take(&csr) {
            News::Arrived if csr.name.len() > LONGEST_NAME => {
                self.metrics().failure("unreadable");
                let start: String = csr.name.chars().take(40).collect();
                let message = format!("{start}… is left to others: its name is too long");
                Failure::failed(message).tell(ui)?;
            }
            News::Arrived if self.args.selection.means(&csr) => self.arrivals.insert(csr),
            News::Settled => self.arrivals.remove(&crowd::key(&csr)),
            News::Decided => {
                self.arrivals.remove(&crowd::key(&csr));
                let verdicts = [Verdict::Denied, Verdict::Approved];
                if let Some(verdict) = verdicts.into_iter().find(|v| csr.state.has(*v)) {
                    self.remark(&csr.name, &decided(&csr, verdict), ui)?;
                }
            }
            News::Arrived | News::None => {}
        }
        Ok(())
    }

    /// Tells what has become of a CSR that was shown. JSON has a line a CSR, and no other.
    fn remark(&self, name: &str, what: &str, ui: &mut Ui) -> anyhow::Result<()> {
        match self.args.output {
            Output::Text => {
                let line = format!("{}: {}", Escaped::word(name), Escaped::sentence(what));
                ui.out.line(line)?;
            }
            Output::Json => note(ui, &format!("{name}: {what}"))?,
        }
        Ok(())
    }

    /// Says what is not known, once something is; where decisions are made also where and as whom.
    async fn introduce(&mut self, context: &mut Context) -> anyhow::Result<()> {
        if self.is_introduced {
            return Ok(());
        }
        self.is_introduced = true;
        // Nothing is known yet that could be judged by instead.
        self.knowledge.refresh(&self.cluster).await?;
        if let (Some(intent), Some(facts)) = (self.intent.take(), self.knowledge.facts()) {
            results::place(&mut context.ui, self.cluster.place(), facts)?;
            self.decider = Some(intent.begin(&self.cluster, facts).await?);
            self.knowledge.with_other_gaps();
        }
        Ok(())
    }

    /// How long it is until something is looked at again that failed, or was refused while not all was known.
    fn next_retry(&self) -> Option<Duration> {
        let failed = self.retries.first_key_value().map(|((due, _), _)| *due);
        let more_known = self.knowledge.may_grow_at();
        let refused = more_known.filter(|_| !self.refused.is_empty());
        let paused = self.paused.filter(|_| !self.arrivals.is_empty());
        let due = failed.into_iter().chain(refused).chain(paused).min()?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// What failed and is due arrives again, and what was refused, if something else is known by now.
    async fn retry(&mut self, context: &mut Context) -> anyhow::Result<()> {
        let now = Instant::now();
        while let Some(entry) = self.retries.first_entry()
            && entry.key().0 <= now
        {
            let age = entry.remove();
            self.arrive_again(age);
        }
        if !self.refused.is_empty() && !self.is_listing {
            self.refresh(context).await?;
        }
        Ok(())
    }

    /// It is to be decided about once more, unless it was meanwhile, or is gone.
    fn arrive_again(&mut self, age: Age) {
        if self.crowd.waits(age.key()) {
            self.crowd.may_ask_again(age.key());
            self.arrivals.insert_again(age);
        }
    }

    /// Asks for what is known besides the CSRs, unless that was just done. If something else is known then, what was
    /// refused arrives again; if nothing more will be, the refusals were the last word.
    async fn refresh(&mut self, context: &mut Context) -> anyhow::Result<()> {
        match self.knowledge.refresh(&self.cluster).await {
            Ok(true) => {
                for age in mem::take(&mut self.refused) {
                    self.arrive_again(age);
                }
            }
            Ok(false) if self.knowledge.may_grow_at().is_none() => self.refused.clear(),
            Ok(false) => {}
            Err(failure) => {
                self.metrics().failure("facts");
                failure.tell(&mut context.ui)?;
            }
        }
        Ok(())
    }

    /// Judges a CSR, shows it, and asks for its decision.
    async fn handle(
        &mut self,
        age: Age,
        mut csr: Box<Csr>,
        context: &mut Context,
    ) -> anyhow::Result<ControlFlow<()>> {
        self.refresh(context).await?;
        let facts = self
            .knowledge
            .about(&csr, &mut self.crowd, &self.cluster)
            .await;
        let abridged = csr.abridged();
        let review = Review {
            assessment: risk::assess(abridged.as_ref().unwrap_or(&csr), facts),
            csr,
            supersedes: Vec::new(),
        };
        drop(abridged);
        let now = facts.now;
        let risk = review.assessment.risk();
        if !self.args.selection.means_risk(risk) {
            return Ok(Continue(()));
        }
        if let Some(facts) = self.knowledge.with_other_gaps() {
            tell_unknown(&mut context.ui, facts)?;
        }
        let key = age.key().to_owned();
        let signer = review.csr.signer_name.clone().unwrap_or_default();
        let Some(mut hold) = context.interrupt.hold() else {
            return std::future::pending().await;
        };
        if !self.crowd.is_shown(&key) {
            self.metrics().came(&signer);
            self.show(&review, now, &mut context.ui)?;
        }
        self.crowd.shown(&key, risk);
        // What is decided about is read again.
        drop(review);
        let Some(facts) = self.knowledge.facts() else {
            return Ok(Continue(()));
        };
        let Some(decider) = &mut self.decider else {
            return Ok(Continue(()));
        };
        if !self.crowd.may_ask(&key) {
            return Ok(Continue(()));
        }
        let ruling = match reading::reread(&self.cluster, &age).await {
            Ok(Some((mut csr, object))) => {
                // A person can look at all that is in it.
                let abridged = (!decider.waits()).then(|| csr.abridged()).flatten();
                let csr = abridged.unwrap_or(csr);
                let case = Case {
                    cluster: &self.cluster,
                    facts,
                    csr,
                    object,
                };
                decider.decide(case, &mut hold, context).await?
            }
            Ok(None) => Ruling::Left,
            Err(outcome) => Ruling::Ended {
                outcome,
                verdict: Verdict::Approved,
                rule: String::new(),
            },
        };
        match ruling {
            Ruling::Left => Ok(Continue(())),
            Ruling::Quit => Ok(Break(())),
            Ruling::Ended {
                outcome,
                verdict,
                rule,
            } => {
                match outcome.fate {
                    Fate::Sent | Fate::Already => self.crowd.settle(&key),
                    // A server that is away comes back: what is still open then is decided then.
                    Fate::Failed | Fate::Stale if !decider.waits() => {
                        let due = Instant::now() + RETRY;
                        self.retries.insert((due, key), age);
                    }
                    // Nor was all known that the answer depends on.
                    Fate::Refused if !decider.waits() && self.knowledge.may_grow_at().is_some() => {
                        self.refused.push(age);
                    }
                    _ => {}
                }
                self.count_outcome(&outcome, verdict, &signer, &rule);
                let mut results = Results::new(Format::Text, verdict);
                results.add(&mut context.ui, outcome)?;
                let exit = results.finish(&mut context.ui)?;
                self.exit = self.exit.worse(exit);
                Ok(Continue(()))
            }
        }
    }

    fn show(&mut self, review: &Review, now: Timestamp, ui: &mut Ui) -> std::io::Result<()> {
        match self.args.output {
            Output::Text => {
                let cells = list::cells(&review.csr, &review.assessment, now);
                self.rows.print(cells, &mut ui.out)?;
            }
            Output::Json => review.write_json_line(&mut ui.out)?,
        }
        if self.args.bell && ui.err.terminal() {
            ui.err.write_str("\x07")?;
        }
        Ok(())
    }

    fn count_outcome(&self, outcome: &Outcome, verdict: Verdict, signer: &str, rule: &str) {
        let mut metrics = self.metrics();
        match outcome.fate {
            Fate::Sent => metrics.decided(verdict, signer, rule),
            Fate::Refused => metrics.refused(signer),
            Fate::Failed => metrics.failure("decision"),
            Fate::Stale => metrics.failure("stale"),
            Fate::Planned | Fate::Rehearsed(_) | Fate::Already | Fate::Declined | Fate::Unasked => {
            }
        }
    }

    /// Counts what waits.
    fn count(&self) {
        self.metrics().pending(self.crowd.waiting());
    }
}

/// Tells what is tried again.
fn trouble(error: &Error, ui: &mut Ui) -> std::io::Result<()> {
    warn(ui, &format!("{}; trying again", error.message()))?;
    match error.hint() {
        Some(hint) => ui
            .err
            .line(format_args!("hint: {}", Escaped::sentence(hint))),
        None => Ok(()),
    }
}

/// The word for a kind of trouble, as a label.
fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::BadAnswer | ErrorKind::Invalid | ErrorKind::NotFound | ErrorKind::TooLarge => {
            "bad_answer"
        }
        ErrorKind::Expired | ErrorKind::Conflict => "expired",
        ErrorKind::Server(_) => "server",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Tls => "tls",
        ErrorKind::TooManyRequests => "too_many_requests",
        ErrorKind::Unreachable | ErrorKind::OutcomeUnknown => "unreachable",
        ErrorKind::Unauthorized
        | ErrorKind::Forbidden
        | ErrorKind::Credentials
        | ErrorKind::Kubeconfig
        | ErrorKind::Usage => "not_permitted",
    }
}
