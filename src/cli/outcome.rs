//! What came of a decision, and what there was to say before it.

use std::fmt::Write as _;

use clap::ValueEnum;

use crate::csr::{Csr, Manager, Unreadable, Verdict};
use crate::review::Reviewed;

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

/// What came of one CSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent, and the server holds it.
    Sent,
    /// A dry run passed.
    Rehearsed(DryRun),
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
            Self::Sent | Self::Rehearsed(_) | Self::Already => Exit::Done,
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
            Self::Already => "already",
            Self::Refused => "refused",
            Self::Stale => "stale",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Unasked => "no terminal",
        }
    }
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
        }
    }

    /// An outcome with a sentence.
    pub(super) fn because(name: &str, fate: Fate, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(name, fate)
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
            || format!("sha256 {}", csr.request.sha256),
            |content| format!("{}, sha256 {}", content.subject, csr.request.sha256),
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
    format!("it was already {}", decided(csr, verdict))
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
