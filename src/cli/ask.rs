//! The words of the prompts.

use std::io;

use crate::csr::Verdict;
use crate::review::{Answer, Challenge, Prompter, Reviewed};
use crate::ui::Escaped;

/// Puts a challenge; `None` is no answer at all.
///
/// # Errors
/// If the question cannot be put.
pub(super) fn challenge(
    prompter: &mut dyn Prompter,
    reviewed: &Reviewed,
    verdict: Verdict,
    challenge: &Challenge,
) -> io::Result<Option<String>> {
    let verb = match verdict {
        Verdict::Approved => "Approve",
        Verdict::Denied => "Deny",
    };
    let name = Escaped::word(&reviewed.csr().name);
    let question = match challenge {
        Challenge::YesNo => format!("{verb} {name}? [y/N]"),
        Challenge::Type { what, text } => {
            // It is printable ASCII, so it is shown as it has to be typed.
            format!("Type {text} ({what}) to approve {name}")
        }
    };
    Ok(match prompter.ask(&question)? {
        Answer::Line(line) => Some(line),
        Answer::End => None,
    })
}

/// Asks for a yes. Anything else, and the end of input, is a no.
///
/// # Errors
/// If the question cannot be put.
pub(super) fn yes(prompter: &mut dyn Prompter, question: &str) -> io::Result<bool> {
    Ok(match prompter.ask(&format!("{question} [y/N]"))? {
        Answer::Line(line) => matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"),
        Answer::End => false,
    })
}

/// What an operator wants to do with a CSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Approve it.
    Approve,
    /// Deny it.
    Deny,
    /// Leave it for later.
    Skip,
    /// Show the object as it is.
    View,
    /// Leave it and all others.
    Quit,
    /// Say what the letters mean.
    Help,
}

/// Asks what to do with a CSR. The end of input quits; what is not understood asks for help.
///
/// # Errors
/// If the question cannot be put.
pub(super) fn choice(prompter: &mut dyn Prompter, approvable: bool) -> io::Result<Choice> {
    let question = if approvable {
        "a)pprove d)eny s)kip v)iew raw q)uit ?"
    } else {
        "d)eny s)kip v)iew raw q)uit ?"
    };
    let answer = match prompter.ask(question)? {
        Answer::End => return Ok(Choice::Quit),
        Answer::Line(line) => line.trim().to_ascii_lowercase(),
    };
    Ok(match answer.as_str() {
        "a" | "approve" if approvable => Choice::Approve,
        "d" | "deny" => Choice::Deny,
        "s" | "skip" => Choice::Skip,
        "v" | "view" => Choice::View,
        "q" | "quit" => Choice::Quit,
        _ => Choice::Help,
    })
}
