//! Why a command, or its work on one CSR, ended without what was asked for.

use std::io;

use crate::cluster;
use crate::ui::{Escaped, Tone, Ui};

use super::exit::Exit;

/// One clear sentence, what to do about it, and how the program exits. The texts may hold untrusted parts
/// and are escaped when they are shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    /// How the program exits because of it.
    pub(super) exit: Exit,
    /// What happened, without a full stop.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
        }
    }

    /// Something failed.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// The command line asks for something that cannot be meant.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The same with what to do about it.
    #[must_use]
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Tells it on standard error.
    ///
    /// # Errors
    /// If standard error cannot be written to.
    pub(super) fn tell(&self, ui: &mut Ui) -> io::Result<()> {
        let word = ui.err.paint(Tone::Critical, "error:");
        let line = format!("{word} {}", Escaped::sentence(&self.message));
        ui.err.line(line)?;
        match &self.hint {
            Some(hint) => ui
                .err
                .line(format_args!("hint: {}", Escaped::sentence(hint))),
            None => Ok(()),
        }
    }
}

impl From<cluster::Error> for Failure {
    fn from(error: cluster::Error) -> Self {
        let exit = match error.kind() {
            cluster::ErrorKind::Usage => Exit::Usage,
            _ => Exit::Failed,
        };
        Self {
            exit,
            message: error.message().to_owned(),
            hint: error.hint().map(str::to_owned),
        }
    }
}

/// Shows a warning on standard error.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn warn(ui: &mut Ui, message: &str) -> io::Result<()> {
    let word = ui.err.paint(Tone::Medium, "warning:");
    let line = format!("{word} {}", Escaped::sentence(message));
    ui.err.line(line)
}

/// Shows a remark on standard error.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn note(ui: &mut Ui, message: &str) -> io::Result<()> {
    ui.err
        .line(format_args!("note: {}", Escaped::sentence(message)))
}
