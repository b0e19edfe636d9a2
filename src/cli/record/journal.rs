//! Keeping the record while decisions are made.

use std::env;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::rand;
use clap::{Args, ValueHint};
use jiff::Timestamp;

use crate::cli::failure::Failure;
use crate::cli::outcome::{DryRun, Outcome, Recorded};
use crate::cluster::Cluster;
use crate::csr::Verdict;
use crate::facts::Facts;
use crate::review::record::{About, Ending, Event, Passed, Scene};
use crate::review::{Decision, Wording};
use crate::ui::json;

use super::file::RecordFile;

/// The variable that names a file where no flag does.
const VARIABLE: &str = "CSR_REVIEW_RECORD";

/// Whether decisions are recorded.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct RecordOption {
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          help = "Append each decision to this file before it is sent, and what came of it after; what cannot be \
                  recorded is not sent. Without this: the file that the variable CSR_REVIEW_RECORD names")]
    record: Option<PathBuf>,
}

impl RecordOption {
    /// The file, if there is to be one. What is planned is decided where the plan is applied.
    ///
    /// # Errors
    /// If there is to be one and it cannot be written to.
    pub(in crate::cli) fn file(&self, plan: bool) -> Result<Ready, Failure> {
        if plan {
            return Ok(Ready(None));
        }
        let variable = || env::var_os(VARIABLE).filter(|path| !path.is_empty());
        let path = self.record.clone().or_else(|| variable().map(Into::into));
        if path.as_ref().is_some_and(|path| path.as_os_str() == "-") {
            let failure = Failure::usage("a record is kept in a file, not on standard output");
            return Err(failure.hint("Use ./- for a file of that name."));
        }
        path.map(RecordFile::check).transpose().map(Ready)
    }
}

/// A file for a record, or none, before anything is known that goes into it.
#[derive(Debug)]
pub(in crate::cli) struct Ready(Option<RecordFile>);

impl Ready {
    /// Finds out where and as whom decisions are made.
    ///
    /// # Errors
    /// If the system has no randomness to tell this run from others.
    pub(in crate::cli) async fn open(
        self,
        cluster: &Cluster,
        facts: &Facts,
        dry_run: Option<DryRun>,
    ) -> Result<Journal, Failure> {
        let Some(file) = self.0 else {
            return Ok(Journal(None));
        };
        let mut run = [0; 16];
        rand::fill(&mut run)
            .map_err(|_| Failure::failed("the system has no randomness to give"))?;
        // Not everybody may read it, and no decision depends on it.
        let uid = cluster.uid().await.ok();
        let place = cluster.place();
        let scene = Scene::new(
            uid.as_deref(),
            &place.server,
            place.context.as_deref(),
            place.user.as_deref(),
            facts,
            dry_run.map(DryRun::as_str),
        );
        Ok(Journal(Some(Book {
            file,
            scene,
            run: u128::from_be_bytes(run),
            decisions: AtomicU32::new(0),
        })))
    }
}

/// Where decisions are recorded, or nowhere.
#[derive(Debug)]
pub(in crate::cli) struct Journal(Option<Book>);

#[derive(Debug)]
struct Book {
    file: RecordFile,
    scene: Scene,
    /// Tells the ids of this run from those of any other.
    run: u128,
    decisions: AtomicU32,
}

impl Book {
    fn new_id(&self) -> String {
        let number = self.decisions.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{:032x}-{number}", self.run)
    }

    async fn write(&self, id: &str, event: Event<'_>) -> Result<(), Failure> {
        let line = self.scene.line(Timestamp::now(), id, &event);
        let line = json::to_line(&line).map_err(|error| Failure::failed(error.to_string()))?;
        self.file.append(&line).await
    }
}

impl Journal {
    /// Begins to record a decision.
    pub(in crate::cli) fn begin<'a>(&'a self, wording: &'a Wording) -> Trail<'a> {
        Trail {
            book: self.0.as_ref().map(|book| (book, book.new_id())),
            wording,
            attempts: 0,
            broken: false,
        }
    }

    /// Records an outcome without a decision, unless it is recorded.
    pub(in crate::cli) async fn note(&self, outcome: Outcome, verdict: Verdict) -> Outcome {
        let (Some(book), Recorded::NotYet) = (&self.0, &outcome.recorded) else {
            return outcome;
        };
        let about = About {
            name: &outcome.name,
            reviewed: outcome.reviewed.as_deref(),
            verdict,
        };
        let event = Event::Undecided(about, ending(&outcome));
        let written = book.write(&book.new_id(), event).await;
        outcome.recorded(written)
    }
}

/// The lines of one decision: one before each attempt to send it, and one at the end.
#[derive(Debug)]
pub(in crate::cli) struct Trail<'a> {
    book: Option<(&'a Book, String)>,
    wording: &'a Wording,
    attempts: u32,
    /// An intent could not be written, which the outcome tells.
    broken: bool,
}

impl Trail<'_> {
    /// Records that the decision is about to be sent. It may be sent only then.
    ///
    /// # Errors
    /// If that is not on the disk.
    pub(in crate::cli) async fn intent(&mut self, decision: Decision<'_>) -> Result<(), Failure> {
        let Some((book, id)) = &self.book else {
            return Ok(());
        };
        let passed = Passed {
            decision,
            wording: self.wording,
        };
        let written = book.write(id, Event::Intent(passed, self.attempts + 1));
        if let Err(failure) = written.await {
            self.broken = true;
            return Err(Failure {
                message: format!("{}; nothing was sent", failure.message),
                ..failure
            });
        }
        self.attempts += 1;
        Ok(())
    }

    /// Records what came of the decision.
    pub(in crate::cli) async fn end(self, decision: Decision<'_>, outcome: Outcome) -> Outcome {
        let Some((book, id)) = &self.book else {
            return outcome;
        };
        let passed = Passed {
            decision,
            wording: self.wording,
        };
        let ending = ending(&outcome);
        let event = match self.attempts {
            0 => Event::Unsent(passed, ending),
            attempts => Event::Result(passed, attempts, ending),
        };
        let written = book.write(id, event).await;
        // Of a file that took no intent it is no news that it does not take this either.
        let written = if self.broken { Ok(()) } else { written };
        outcome.recorded(written)
    }
}

fn ending(outcome: &Outcome) -> Ending<'_> {
    Ending {
        outcome: outcome.fate.as_str(),
        detail: outcome.detail.as_deref(),
        exit_code: outcome.fate.exit().code(),
    }
}
