//! The gate: what may be decided, and what a person has to type for it.

mod ruled;

use crate::csr::{Csr, Source, Verdict};
use crate::policy::Limits;
use crate::risk::{Finding, Severity};

use super::Reviewed;
use super::decision::{Decision, Ground};
use super::plan::Entry;
pub use ruled::{PolicyOutcome, policy_outcome, ruled};

/// The longest text of a CSR that a person is asked to type.
const LONGEST: usize = 64;
/// What is typed before it. Requestors choose names such as `y`, `no` and `q`: with a word of ours in front, no name
/// makes an approval of an answer that is typed by habit.
const APPROVE: &str = "approve ";

/// Why something may not be approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// What an operator has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// Yes or no; no by default.
    YesNo,
    /// This text, byte for byte.
    Type {
        /// What stands behind the word `approve` in it, for the prompt.
        what: &'static str,
        /// The text, `approve` included: printable ASCII.
        text: String,
    },
}

/// What forbids a decision in every mode.
///
/// # Errors
/// If the server would not know which object is meant: without uid and resourceVersion a decision could
/// hit another one. An approval also if nobody is known to ask for it, if it is unreviewable, failed, being
/// deleted, or barred by the two-person rule.
pub fn decidable(reviewed: &Reviewed, verdict: Verdict) -> Result<(), Refusal> {
    let metadata = &reviewed.csr().metadata;
    // A file need not say them: what is decided about one is planned, and never sent as it is.
    if reviewed.csr().source == Source::Cluster
        && (metadata.uid.is_none() || metadata.resource_version.is_none())
    {
        return Err(Refusal(
            "the server sent it without uid or resourceVersion".to_owned(),
        ));
    }
    if verdict == Verdict::Denied {
        return Ok(());
    }
    if reviewed.csr().source == Source::Cluster && reviewed.assessment().fingerprint.is_none() {
        return Err(Refusal(
            "the server does not say who asks for it, so nothing ties an approval to what was reviewed".to_owned(),
        ));
    }
    if let Some(refusal) = &reviewed.barred {
        return Err(refusal.clone());
    }
    if let Some(finding) = reviewed.assessment().unreviewable() {
        return Err(Refusal(format!(
            "it is unreviewable: {} [{}]",
            finding.message, finding.rule.id
        )));
    }
    match ended(reviewed.csr()) {
        Some(why) => Err(Refusal(why)),
        None => Ok(()),
    }
}

/// Why nothing comes of an approval any more: its signer gave up on it, or it is about to be gone. Holds text of
/// the signer's.
#[must_use]
pub fn ended(csr: &Csr) -> Option<String> {
    if let Some(failed) = csr.state.condition("Failed") {
        let message = failed.message.as_deref().unwrap_or_default();
        let reason = failed.reason.as_deref().unwrap_or_default();
        let why = match (reason, message) {
            ("", "") => String::new(),
            ("", text) | (text, "") => format!(": {text}"),
            (reason, message) => format!(": {reason}: {message}"),
        };
        return Some(format!("its signer has marked it Failed{why}"));
    }
    let deleted = csr.metadata.deleted_at.is_some();
    deleted.then(|| "it is being deleted".to_owned())
}

/// What only a person may approve, who sees why: a certificate that will not be issued.
fn signable(reviewed: &Reviewed) -> Result<(), Refusal> {
    match &reviewed.assessment().doomed {
        Some(why) => Err(Refusal(format!("it will not be signed: {why}"))),
        None => Ok(()),
    }
}

/// A decision without anybody at a terminal. A denial always passes; an approval only within the limits.
///
/// A critical finding passes only if its rule is accepted and the CSR was named by the caller: never by a
/// threshold, and never because a selection happened to pick it.
///
/// # Errors
/// If it does not pass, and which findings are in the way; or if it will not be signed.
pub fn unattended<'a>(
    reviewed: &'a Reviewed,
    verdict: Verdict,
    limits: &Limits,
    named: bool,
) -> Result<Decision<'a>, Refusal> {
    decidable(reviewed, verdict)?;
    if verdict == Verdict::Approved {
        signable(reviewed)?;
        let blocking = limits.blocking(reviewed.assessment(), named);
        if !blocking.is_empty() {
            return Err(Refusal(in_the_way(&blocking, limits, named)));
        }
    }
    Ok(Decision::new(reviewed, verdict, Ground::Limits))
}

fn in_the_way(blocking: &[&Finding], limits: &Limits, named: bool) -> String {
    let list: Vec<String> = blocking
        .iter()
        .map(|finding| format!("{} ({})", finding.rule.id, finding.severity))
        .collect();
    let picked = blocking.iter().any(|finding| {
        finding.severity == Severity::Critical && limits.accept.contains(&finding.rule) && !named
    });
    let why = if picked {
        "; a critical finding passes only for a CSR that is named"
    } else {
        ""
    };
    format!(
        "its risk is beyond --max-risk {}: {}{why}",
        limits.max_risk,
        list.join(", ")
    )
}

/// What an operator has to answer before a decision.
///
/// # Errors
/// If it is not offered at all.
pub fn challenge(reviewed: &Reviewed, verdict: Verdict) -> Result<Challenge, Refusal> {
    decidable(reviewed, verdict)?;
    if verdict == Verdict::Denied {
        return Ok(Challenge::YesNo);
    }
    let (what, text) = match reviewed.assessment().risk() {
        Severity::Critical => decisive(reviewed),
        Severity::High => ("the CSR's name", reviewed.csr().name.clone()),
        _ => return Ok(Challenge::YesNo),
    };
    // Spaces that are not seen in the question would not be typed.
    let spaced = text.trim() != text || text.contains("  ");
    let typable = !text.is_empty()
        && text.len() <= LONGEST
        && !spaced
        && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    let (what, text) = if typable {
        (what, text)
    } else {
        let assessment = reviewed.assessment();
        let fingerprint = assessment.fingerprint.unwrap_or(assessment.spec_sha256);
        ("the first 8 digits of the fingerprint", fingerprint.short())
    };
    let text = format!("{APPROVE}{text}");
    Ok(Challenge::Type { what, text })
}

/// The group that a critical finding names, else the user.
fn decisive(reviewed: &Reviewed) -> (&'static str, String) {
    let named = reviewed
        .assessment()
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Critical)
        .find_map(|finding| finding.group.as_ref());
    match named {
        Some(group) => ("the group", group.clone()),
        None => ("the user", reviewed.csr().user().to_owned()),
    }
}

/// The decision of an operator who answered the challenge, or nothing.
#[must_use]
pub fn answered<'a>(
    reviewed: &'a Reviewed,
    verdict: Verdict,
    challenge: &Challenge,
    answer: &str,
) -> Option<Decision<'a>> {
    let passes = match challenge {
        Challenge::YesNo => matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"),
        // Byte for byte: a trailing space is another text.
        Challenge::Type { text, .. } => answer == text,
    };
    // The caller's challenge must be the one that this review asks for.
    let asked = self::challenge(reviewed, verdict);
    let passes = passes && asked.as_ref() == Ok(challenge);
    passes.then(|| Decision::new(reviewed, verdict, Ground::Person))
}

/// A decision for a dry run, which asks nobody: what the server would say to it. It still does not exist
/// for what may never be approved.
///
/// # Errors
/// If it may never be approved.
pub fn rehearsed(reviewed: &Reviewed, verdict: Verdict) -> Result<Decision<'_>, Refusal> {
    decidable(reviewed, verdict)?;
    Ok(Decision::new(reviewed, verdict, Ground::Rehearsal))
}

/// Why a planned decision is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is not the CSR that was decided about, or not what the plan says of it; and in what.
    Another(String),
    /// There are findings or powers now that whoever decided had not seen; and which.
    News(String),
    /// It may not be decided so at all.
    Refused(Refusal),
}

/// A decision that a plan holds, about the CSR as it is now. The plan was made at this gate and is the reviewed
/// artefact, so there is no risk gate again; but it holds only for the very CSR that it describes, with nothing
/// new found, and never makes approvable what is not.
///
/// # Errors
/// If the CSR is not, or is no longer, what the plan says, or may not be decided so at all.
pub fn planned<'a>(reviewed: &'a Reviewed, entry: &Entry) -> Result<Decision<'a>, Mismatch> {
    let assessment = reviewed.assessment();
    if let Some(difference) = entry.difference(reviewed.csr(), assessment) {
        return Err(Mismatch::Another(difference));
    }
    decidable(reviewed, entry.verdict()).map_err(Mismatch::Refused)?;
    let news = entry.news(assessment);
    if news.is_empty() {
        Ok(Decision::new(reviewed, entry.verdict(), Ground::Plan))
    } else {
        Err(Mismatch::News(news.words()))
    }
}
