//! Telling what came of decisions.

use std::io;

use clap::ValueEnum;
use serde::Serialize;

use crate::cluster::Place;
use crate::csr::Verdict;
use crate::facts::{Fact, Facts};
use crate::policy::{Action, Check, Ruling, Step};
use crate::review::plan::Entry;
use crate::review::{PolicyOutcome, Reviewed, gate};
use crate::risk::{Assessment, Finding, Severity};
use crate::ui::report::{API_VERSION, FindingItem};
use crate::ui::{Escaped, Tone, Ui, is_closed_pipe, json};

use super::exit::Exit;
use super::failure::Failure;
use super::outcome::{DryRun, Fate, Outcome};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// kubectl's lines.
    #[default]
    Text,
    /// The documented JSON.
    Json,
}

/// Says where decisions go and as whom, and what is not known there.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn place(ui: &mut Ui, place: &Place, facts: &Facts) -> io::Result<()> {
    let context = place.context.as_deref().unwrap_or("(none)");
    let (user, unless) = match &facts.reviewer {
        Fact::Known(reviewer) => (reviewer.username.as_str(), ""),
        Fact::Unknown(_) | Fact::NotAsked => {
            let user = place.user.as_deref().unwrap_or("(unknown)");
            (user, ", unless the server knows you by another name")
        }
    };
    ui.err.line(format_args!(
        "Context {}, server {}, user {}{unless}",
        Escaped::new(context),
        Escaped::new(&place.server),
        Escaped::new(user)
    ))?;
    if place.insecure {
        super::failure::warn(
            ui,
            "the server's certificate is not checked: anybody on the way can show you one CSR and approve another",
        )?;
    }
    super::facts::tell_unknown(ui, facts)
}

/// What was reviewed, in short, for decisions without a prompt: nothing is sent that was not shown.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn summary(ui: &mut Ui, reviewed: &Reviewed) -> io::Result<()> {
    described(ui, "", reviewed)
}

/// The same of a CSR that a plan decides about, with what is about to be done.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn intent(ui: &mut Ui, verdict: Verdict, reviewed: &Reviewed) -> io::Result<()> {
    described(ui, &format!("{} ", command(verdict)), reviewed)
}

fn described(ui: &mut Ui, lead: &str, reviewed: &Reviewed) -> io::Result<()> {
    let csr = reviewed.csr();
    let assessment = reviewed.assessment();
    let risk = assessment.risk();
    let word = ui.err.severity(risk);
    let requestor = csr
        .requestor
        .as_ref()
        .map(|requestor| requestor.username.as_str());
    let groups: Vec<String> = csr
        .groups()
        .iter()
        .map(|group| Escaped::word(group).to_string())
        .collect();
    let line = format!(
        "{lead}{}: {word} risk, user {}, groups [{}], asked for by {}, signer {}, {}",
        Escaped::word(&csr.name),
        Escaped::word(csr.user()),
        groups.join(", "),
        requestor.map_or_else(|| Escaped::new("(unknown)"), Escaped::word),
        Escaped::word(csr.signer_name.as_deref().unwrap_or("none")),
        assessment
            .fingerprint
            .map_or_else(String::new, |fingerprint| fingerprint.to_string()),
    );
    ui.err.line(line)?;
    for finding in notable(assessment) {
        let word = ui.err.severity(finding.severity);
        let line = format!("  {word} {}: {}", finding.rule.id, finding.message);
        ui.err.line(line)?;
    }
    Ok(())
}

/// What a policy makes of it, in a line.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn ruling(ui: &mut Ui, reviewed: &Reviewed, ruling: &Ruling<'_>) -> io::Result<()> {
    let outcome = gate::policy_outcome(reviewed, ruling);
    if let PolicyOutcome::Nothing(why) = &outcome {
        let line = format!("  policy: nothing to decide, {}", Escaped::sentence(why));
        return ui.err.line(line);
    }
    let Some(rule) = ruling.rule else {
        return ui.err.line("  policy: no rule matches");
    };
    let step = ruling.trace.last();
    let failed = listed(step.into_iter().flat_map(Step::failed));
    let unknown = listed(step.into_iter().flat_map(Step::unknown));
    let why = match (failed.as_str(), unknown.as_str(), &outcome) {
        // The policy would, and may not.
        ("", "", PolicyOutcome::Asks(refusal)) if ruling.action != Action::Ask => {
            format!(", for {}", Escaped::sentence(&refusal.0))
        }
        ("", "", _) => String::new(),
        (failed, "", _) => format!(", for it fails {failed}"),
        ("", unknown, _) => format!(", for it cannot judge {unknown}"),
        (failed, unknown, _) => format!(", for it fails {failed} and cannot judge {unknown}"),
    };
    let action = outcome.as_str();
    ui.err
        .line(format_args!("  policy {}: {action}{why}", rule.name))
}

fn listed<'c>(checks: impl Iterator<Item = &'c Check>) -> String {
    let text = |check: &Check| format!("{} ({})", check.field, Escaped::new(&check.seen));
    checks.map(text).collect::<Vec<_>>().join("; ")
}

/// The findings that ask for something.
fn notable(assessment: &Assessment) -> impl Iterator<Item = &Finding> {
    assessment
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Info)
}

/// Risk and findings in a line, right above a question.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn reminder(ui: &mut Ui, reviewed: &Reviewed) -> io::Result<()> {
    let assessment = reviewed.assessment();
    let risk = assessment.risk();
    let word = ui.err.severity(risk);
    let ids: Vec<&str> = notable(assessment).map(|finding| finding.rule.id).collect();
    let line = if ids.is_empty() {
        format!("Risk {word}")
    } else {
        format!("Risk {word}: {}", ids.join(", "))
    };
    ui.err.line(line)
}

/// The results of a command, told in the order in which they are added.
#[derive(Debug)]
pub(super) struct Results {
    format: Format,
    verdict: Verdict,
    exit: Exit,
    outcomes: Vec<(Outcome, Verdict)>,
}

impl Results {
    /// No results yet.
    #[must_use]
    pub(super) fn new(format: Format, verdict: Verdict) -> Self {
        Self {
            format,
            verdict,
            exit: Exit::Done,
            outcomes: Vec::new(),
        }
    }

    /// Whether nothing was added.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// What goes into a plan.
    pub(super) fn planned(&self) -> impl Iterator<Item = &Entry> {
        let outcomes = self.outcomes.iter();
        outcomes.filter_map(|(outcome, _)| outcome.entry.as_deref())
    }

    /// Adds an outcome of the command's own verdict, and tells it.
    ///
    /// # Errors
    /// If a stream cannot be written to.
    pub(super) fn add(&mut self, ui: &mut Ui, outcome: Outcome) -> io::Result<()> {
        self.add_of(ui, outcome, self.verdict)
    }

    /// Adds an outcome, and tells it.
    ///
    /// # Errors
    /// If a stream cannot be written to.
    pub(super) fn add_of(
        &mut self,
        ui: &mut Ui,
        outcome: Outcome,
        verdict: Verdict,
    ) -> io::Result<()> {
        self.exit = self.exit.worse(outcome.exit());
        let told = if self.format == Format::Text {
            tell(ui, &outcome, verdict)
        } else if outcome.fate.exit() != Exit::Done {
            explain(ui, &outcome)
        } else {
            Ok(())
        };
        let told = told.and_then(|()| match outcome.unrecorded() {
            Some(failure) => tell_unrecorded(ui, &outcome.name, failure),
            None => Ok(()),
        });
        self.outcomes.push((outcome, verdict));
        heard(told)
    }

    /// Writes what is left to write, and says how the program exits.
    ///
    /// # Errors
    /// If a stream cannot be written to.
    pub(super) fn finish(self, ui: &mut Ui) -> anyhow::Result<Exit> {
        heard(match self.format {
            Format::Json => json::to_writer(&mut ui.out, &OutcomeList::new(&self.outcomes)),
            Format::Text => how_to_fetch(ui, &self.outcomes),
        })?;
        Ok(self.exit)
    }
}

/// Whoever closed the pipe does not want to hear what came of it; what was begun is finished all the same.
fn heard(told: io::Result<()>) -> io::Result<()> {
    match told.map_err(anyhow::Error::from) {
        Err(error) if is_closed_pipe(&error) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
        Ok(()) => Ok(()),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "approved",
        Verdict::Denied => "denied",
    }
}

fn command(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "approve",
        Verdict::Denied => "deny",
    }
}

fn tell(ui: &mut Ui, outcome: &Outcome, verdict: Verdict) -> io::Result<()> {
    let suffix = match outcome.fate {
        Fate::Sent | Fate::Already => "",
        Fate::Planned => " (planned)",
        Fate::Rehearsed(DryRun::Client) => " (dry run)",
        Fate::Rehearsed(DryRun::Server) => " (server dry run)",
        _ => return explain(ui, outcome),
    };
    ui.out.line(format_args!(
        "{}/{} {}{suffix}",
        super::RESOURCE,
        Escaped::new(&outcome.name),
        word(verdict)
    ))?;
    match &outcome.detail {
        Some(detail) => super::failure::note(ui, &format!("{}: {detail}", outcome.name)),
        None => Ok(()),
    }
}

fn tell_unrecorded(ui: &mut Ui, name: &str, failure: &Failure) -> io::Result<()> {
    let failure = Failure {
        message: format!("{name}: {}", failure.message),
        ..failure.clone()
    };
    failure.tell(ui)
}

fn explain(ui: &mut Ui, outcome: &Outcome) -> io::Result<()> {
    let detail = outcome.detail.as_deref().unwrap_or(outcome.fate.as_str());
    let lead = match outcome.fate {
        Fate::Refused => "refused: ",
        Fate::Stale => "stale: ",
        _ => "",
    };
    let failure = Failure {
        exit: outcome.fate.exit(),
        message: format!("{}: {lead}{detail}", outcome.name),
        hint: outcome.hint.clone(),
    };
    failure.tell(ui)
}

/// After approvals: how the certificate is had, unless none will be. A name that a shell could take apart is left out.
fn how_to_fetch(ui: &mut Ui, outcomes: &[(Outcome, Verdict)]) -> io::Result<()> {
    let is_issued = |outcome: &Outcome| {
        outcome.reviewed.as_ref().is_none_or(|reviewed| {
            reviewed.assessment().doomed.is_none() && !reviewed.csr().state.failed()
        })
    };
    let approved: Vec<&str> = outcomes
        .iter()
        .filter(|(outcome, verdict)| {
            *verdict == Verdict::Approved
                && matches!(outcome.fate, Fate::Sent | Fate::Already)
                && is_issued(outcome)
        })
        .map(|(outcome, _)| outcome.name.as_str())
        .collect();
    let plain = |name: &str| {
        !name.starts_with('-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte))
    };
    let name = match approved.as_slice() {
        [] => return Ok(()),
        [name] if plain(name) => *name,
        _ => "NAME",
    };
    let lead = ui.err.paint(Tone::Dim, "Get the certificate:");
    let line =
        format!("{lead} kubectl get csr {name} -o jsonpath='{{.status.certificate}}' | base64 -d");
    ui.err.line(line)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<OutcomeItem<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeItem<'a> {
    name: &'a str,
    uid: Option<&'a str>,
    fingerprint: Option<String>,
    decision: &'static str,
    outcome: &'static str,
    detail: Option<&'a str>,
    exit_code: u8,
    risk: Option<&'static str>,
    findings: Vec<FindingItem<'a>>,
}

impl<'a> OutcomeList<'a> {
    fn new(outcomes: &'a [(Outcome, Verdict)]) -> Self {
        let item = |(outcome, verdict): &'a (Outcome, Verdict)| {
            let assessment = outcome.reviewed.as_deref().map(Reviewed::assessment);
            OutcomeItem {
                name: &outcome.name,
                uid: outcome
                    .reviewed
                    .as_ref()
                    .and_then(|reviewed| reviewed.csr().metadata.uid.as_deref()),
                fingerprint: assessment
                    .and_then(|assessment| assessment.fingerprint)
                    .map(|fingerprint| fingerprint.to_string()),
                decision: command(*verdict),
                outcome: outcome.fate.as_str(),
                detail: outcome
                    .detail
                    .as_deref()
                    .or_else(|| Some(outcome.unrecorded()?.message.as_str())),
                exit_code: outcome.exit().code(),
                risk: assessment.map(|assessment| assessment.risk().as_str()),
                findings: assessment.map_or_else(Vec::new, |assessment| {
                    assessment.findings.iter().map(FindingItem::new).collect()
                }),
            }
        };
        Self {
            api_version: API_VERSION,
            kind: "OutcomeList",
            items: outcomes.iter().map(item).collect(),
        }
    }
}

/// The object as it was read, for whoever wants to see all of it.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn raw(ui: &mut Ui, reviewed: &Reviewed) -> io::Result<()> {
    let object: serde_json::Value =
        serde_json::from_str(reviewed.object().get()).map_err(io::Error::other)?;
    json::to_writer(&mut ui.err, &object)
}
