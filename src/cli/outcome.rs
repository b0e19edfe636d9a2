//! What came of a decision, and what there was to say before it.

use std::fmt::Write as _;

use clap::ValueEnum;

use crate::csr::{Csr, Manager, Unreadable, Verdict};
use crate::review::plan::Entry;
use crate::review::{Decision, Reviewed, Wording, gate};

use super::exit::Exit;
use super::failure::Failure;

/// Whether anything is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DryRun {
    /// Nothing is sent.
    Client,
    /// Sent, checked by the server in full, and not stored.
    Server,
}

impl DryRun {
    /// The word for it.
    #[must_use]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// What becomes of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It is sent.
    Send,
    /// It is tried out.
    Rehearse(DryRun),
    /// It goes into a plan, and nothing is sent.
    Plan,
}

impl Delivery {
    /// What `--dry-run` and `--plan` ask for, which do not go together.
    pub(super) fn new(dry_run: Option<DryRun>, plan: bool) -> Self {
        match (plan, dry_run) {
            (true, _) => Self::Plan,
            (false, Some(dry_run)) => Self::Rehearse(dry_run),
            (false, None) => Self::Send,
        }
    }
}

/// What came of one CSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent, and the server holds it.
    Sent,
    /// A dry run passed.
    Rehearsed(DryRun),
    /// It is written into a plan, and not sent.
    Planned,
    /// It had the verdict already.
    Already,
    /// The gate refused it.
    Refused,
    /// It changed since it was reviewed.
    Stale,
    /// The operator said no.
    Declined,
    /// It failed.
    Failed,
    /// It needed a prompt and there is no terminal.
    Unasked,
}

impl Fate {
    /// The exit code that goes with it.
    #[must_use]
    pub(super) fn exit(self) -> Exit {
        match self {
            Self::Sent | Self::Rehearsed(_) | Self::Planned | Self::Already => Exit::Done,
            Self::Refused => Exit::Refused,
            Self::Stale => Exit::Stale,
            Self::Declined => Exit::Declined,
            Self::Failed => Exit::Failed,
            Self::Unasked => Exit::Usage,
        }
    }

    /// The word for JSON.
    #[must_use]
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "done",
            Self::Rehearsed(DryRun::Client) => "dry run",
            Self::Rehearsed(DryRun::Server) => "server dry run",
            Self::Planned => "planned",
            Self::Already => "already",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Unasked => "no terminal",
        }
    }
}

/// Whether the record says what came of it.
#[derive(Debug)]
pub(super) enum Recorded {
    /// It does not, or there is none.
    NotYet,
    /// It does.
    Done,
    /// It could not be written.
    Failed(Box<Failure>),
}

/// What came of one CSR, and why.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The CSR's name.
    pub(super) name: String,
    /// What came of it.
    pub(super) fate: Fate,
    /// A sentence about it, without a full stop. May hold untrusted text.
    pub(super) detail: Option<String>,
    /// What to do about it.
    pub(super) hint: Option<String>,
    /// The CSR as it was last read.
    pub(super) reviewed: Option<Box<Reviewed>>,
    /// What goes into a plan.
    pub(super) entry: Option<Box<Entry>>,
    /// Whether the record has it.
    pub(super) recorded: Recorded,
}

impl Outcome {
    /// An outcome without a word more.
    pub(super) fn new(name: &str, fate: Fate) -> Self {
        Self {
            name: name.to_owned(),
            fate,
            detail: None,
            hint: None,
            reviewed: None,
            entry: None,
            recorded: Recorded::NotYet,
        }
    }

    /// An outcome with a sentence.
    pub(super) fn because(name: &str, fate: Fate, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(name, fate)
        }
    }

    /// A decision that is planned.
    pub(super) fn planned(decision: &Decision<'_>, wording: &Wording) -> Self {
        let name = &decision.reviewed().csr().name;
        match Entry::new(decision, wording) {
            Ok(entry) => Self {
                entry: Some(Box::new(entry)),
                ..Self::new(name, Fate::Planned)
            },
            Err(refusal) => Self::because(name, Fate::Refused, refusal.0),
        }
    }

    /// Nobody could be asked.
    pub(super) fn unasked(name: &str) -> Self {
        let detail = "it needs an answer, and there is no terminal to ask at";
        Self {
            hint: Some("Run it in a terminal, or decide without asking with --yes.".to_owned()),
            ..Self::because(name, Fate::Unasked, detail)
        }
    }

    /// The operator was asked and did not say yes.
    pub(super) fn declined(name: &str) -> Self {
        Self::because(name, Fate::Declined, "it was not confirmed")
    }

    /// The same, after an attempt to record it.
    #[must_use]
    pub(super) fn recorded(self, written: Result<(), Failure>) -> Self {
        let recorded = match written {
            Ok(()) => Recorded::Done,
            Err(failure) if self.fate == Fate::Sent => Recorded::Failed(Box::new(Failure {
                message: format!("the decision stands, but {}", failure.message),
                hint: None,
                ..failure
            })),
            Err(failure) => Recorded::Failed(Box::new(failure)),
        };
        Self { recorded, ..self }
    }

    /// Why the record has not what came of it, if it should.
    #[must_use]
    pub(super) fn unrecorded(&self) -> Option<&Failure> {
        match &self.recorded {
            Recorded::Failed(failure) => Some(failure),
            Recorded::NotYet | Recorded::Done => None,
        }
    }

    /// The exit code that goes with it.
    #[must_use]
    pub(super) fn exit(&self) -> Exit {
        match self.unrecorded() {
            Some(failure) => self.fate.exit().worse(failure.exit),
            None => self.fate.exit(),
        }
    }

    /// The same about this CSR, as it was read last.
    pub(super) fn of(self, reviewed: Reviewed) -> Self {
        Self {
            reviewed: Some(Box::new(reviewed)),
            ..self
        }
    }

    /// The same about this CSR, unless it was read again since.
    #[must_use]
    pub(super) fn about(self, reviewed: Reviewed) -> Self {
        if self.reviewed.is_some() {
            self
        } else {
            self.of(reviewed)
        }
    }

    /// An object that a list held and that is no CSR.
    pub(super) fn unreadable(error: Unreadable) -> Self {
        let name = error.name.unwrap_or_else(|| "(unnamed)".to_owned());
        Self::because(&name, Fate::Failed, error.why)
    }

    /// An outcome that a failure ended, with its hint.
    pub(super) fn failed(name: &str, failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        Self {
            hint: failure.hint,
            ..Self::because(name, Fate::Failed, failure.message)
        }
    }
}

/// What a file and the CSR on the cluster do not have in common.
pub(super) fn difference(file: &Csr, live: &Csr) -> Option<String> {
    let mut parts = Vec::new();
    let mut compare = |same: bool, field: &str, file: String, live: String| {
        if !same {
            parts.push(format!("{field} (file: {file}; cluster: {live})"));
        }
    };
    let shown = |text: Option<&String>| text.cloned().unwrap_or_else(|| "none".to_owned());
    let who = |csr: &Csr| {
        csr.request.accepted().map_or_else(
            || format!("sha256 {}", csr.request.sha256.hex()),
            |content| format!("{}, sha256 {}", content.subject, csr.request.sha256.hex()),
        )
    };
    compare(
        file.request.bytes == live.request.bytes,
        "spec.request",
        who(file),
        who(live),
    );
    compare(
        file.signer_name == live.signer_name,
        "spec.signerName",
        shown(file.signer_name.as_ref()),
        shown(live.signer_name.as_ref()),
    );
    compare(
        file.usages == live.usages,
        "spec.usages",
        file.usages.join(", "),
        live.usages.join(", "),
    );
    let seconds = |csr: &Csr| {
        csr.expiration_seconds
            .map_or_else(|| "none".to_owned(), |seconds| seconds.to_string())
    };
    compare(
        file.expiration_seconds == live.expiration_seconds,
        "spec.expirationSeconds",
        seconds(file),
        seconds(live),
    );
    if file.metadata.uid.is_some() {
        compare(
            file.metadata.uid == live.metadata.uid,
            "metadata.uid",
            shown(file.metadata.uid.as_ref()),
            shown(live.metadata.uid.as_ref()),
        );
    }
    if file.requestor.is_some() {
        let name = |csr: &Csr| {
            csr.requestor
                .as_ref()
                .map_or_else(|| "none".to_owned(), |requestor| requestor.username.clone())
        };
        compare(
            file.requestor == live.requestor,
            "the requestor",
            name(file),
            name(live),
        );
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// When, why and through what a CSR got its verdict, to be told to whoever wanted the same.
pub(super) fn already(csr: &Csr, verdict: Verdict) -> String {
    let text = format!("it was already {}", decided(csr, verdict));
    match gate::ended(csr) {
        Some(why) => format!("{text}; {why}"),
        None => text,
    }
}

/// When, why and through what a CSR got its verdict.
pub(super) fn decided(csr: &Csr, verdict: Verdict) -> String {
    let mut text = verdict.condition_type().to_owned();
    if let Some(condition) = csr.state.condition(verdict.condition_type()) {
        if let Some(time) = &condition.last_update_time {
            let _ = write!(text, " at {time}");
        }
        if let Some(reason) = condition
            .reason
            .as_deref()
            .filter(|reason| !reason.is_empty())
        {
            let _ = write!(text, ", reason {reason}");
        }
    }
    let wrote = |manager: &&Manager| manager.verdict == Some(verdict);
    if let Some(manager) = csr.metadata.managers.iter().find(wrote) {
        let _ = write!(
            text,
            ", by field manager {} (unauthenticated)",
            manager.name
        );
    }
    text
}
