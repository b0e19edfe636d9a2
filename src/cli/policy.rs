//! `policy`: check, test and explain a policy file.

mod explain;
mod test;

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::policy::{self, Action, Policy, Ruling};
use crate::review::{PolicyOutcome, Reviewed, gate};
use crate::ui::{Escaped, Ui};

use super::Context;
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{self, Failure};
use super::files;
use super::selection::Selection;

/// Check, test and explain a policy file
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review policy check policy.yaml          # is it a policy, and does it mean what it says?
  kubectl csr-review policy test policy.yaml cases/    # for its own CI
  kubectl csr-review policy explain policy.yaml jane   # what would it say of that CSR, and why?")]
pub(super) struct Args {
    #[command(subcommand)]
    action: What,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Read a policy, and say what is odd about it
    Check {
        /// The policy.
        file: PathBuf,
    },
    /// Run a policy over CSRs in files that say what is expected of it
    ///
    /// Each CertificateSigningRequest in the directory has the annotation "csr-review/expect", which is
    /// approve, deny, ask or nothing (there is nothing to decide), and may have "csr-review/expect-rule", the
    /// name of the rule that decides. It is judged as if it were on a cluster, by the Nodes, roles, bindings and
    /// Services in the directory and by the other CSRs there. Without a Node, nodes are unknown; without roles
    /// and bindings, rights are not judged.
    Test {
        /// The policy.
        file: PathBuf,
        /// The directory.
        dir: PathBuf,
        /// The time of judging, instead of a minute after the newest CSR.
        #[arg(long, value_name = "TIME")]
        now: Option<Timestamp>,
    },
    /// Say what a policy would make of CSRs on the cluster, rule by rule
    Explain(Explain),
}

#[derive(ClapArgs, Clone, Debug)]
struct Explain {
    /// The policy.
    file: PathBuf,

    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    #[default]
    Text,
    /// The documented JSON.
    Json,
}

/// The policy of a file, if one is given.
///
/// # Errors
/// If it cannot be read, or is none.
pub(super) fn read_if(path: Option<&Path>) -> Result<Option<Policy>, Failure> {
    path.map(read).transpose()
}

fn read(path: &Path) -> Result<Policy, Failure> {
    let shown = path.display();
    let text = String::from_utf8(files::bytes(path)?)
        .map_err(|_| Failure::failed(format!("{shown} is not a text")))?;
    policy::parse(&text).map_err(|bad| {
        let place = match bad.line {
            0 => String::new(),
            line => format!(":{line}:{}", bad.column),
        };
        Failure::failed(format!("{shown}{place}: {}", bad.message))
            .hint("Nothing was decided. docs/policies.md says what a policy can say.")
    })
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    match &args.action {
        What::Check { file } => check(file, &mut context.ui),
        What::Test { file, dir, now } => test::run(file, dir, *now, &mut context.ui),
        What::Explain(args) => explain::run(args, context).await,
    }
}

fn check(file: &Path, ui: &mut Ui) -> anyhow::Result<Exit> {
    let policy = read(file)?;
    let shown = file.display().to_string();
    let remarks = policy::lint(&policy);
    for remark in &remarks {
        let line = format!(
            "{shown}:{}: rule {} {}",
            remark.line, remark.rule, remark.message
        );
        failure::warn(ui, &line)?;
    }
    let rules = match policy.rules.len() {
        1 => "1 rule".to_owned(),
        count => format!("{count} rules"),
    };
    if remarks.is_empty() {
        ui.out.line(format_args!(
            "{}: {rules}, nothing odd",
            Escaped::new(&shown)
        ))?;
        return Ok(Exit::Done);
    }
    Ok(Exit::Failed)
}

/// What becomes of a CSR by a policy.
struct Judged<'a> {
    reviewed: &'a Reviewed,
    ruling: Ruling<'a>,
    outcome: PolicyOutcome<'a>,
}

impl<'a> Judged<'a> {
    fn new(policy: &'a Policy, reviewed: &'a Reviewed) -> Self {
        let ruling = reviewed.ruling(policy);
        Self {
            outcome: gate::policy_outcome(reviewed, &ruling),
            reviewed,
            ruling,
        }
    }

    /// Why it is not what the rule says, where that is so.
    fn why(&self) -> Option<&str> {
        match &self.outcome {
            PolicyOutcome::Nothing(why) => Some(why),
            PolicyOutcome::Asks(refusal) if self.ruling.action != Action::Ask => Some(&refusal.0),
            PolicyOutcome::Asks(_) | PolicyOutcome::Decided(_) => None,
        }
    }

    /// The action, and why where no rule says that.
    fn words(&self) -> String {
        let word = match &self.outcome {
            PolicyOutcome::Nothing(_) => "nothing to decide",
            outcome => outcome.as_str(),
        };
        match self.why() {
            Some(why) => format!("{word}, {why}"),
            None => word.to_owned(),
        }
    }
}

/// Rule by rule what was looked at.
fn trace(ui: &mut Ui, ruling: &Ruling<'_>) -> io::Result<()> {
    for step in &ruling.trace {
        let word = if step.matches() {
            "matches"
        } else {
            "does not match"
        };
        ui.out
            .line(format_args!("  rule {}: {word}", step.rule.name))?;
        for check in step.matching.iter().chain(&step.requirements) {
            let word = check.result.as_str();
            let seen = match check.seen.as_str() {
                "" => String::new(),
                seen => format!(": {}", Escaped::middle_elided(seen, 256)),
            };
            ui.out
                .line(format_args!("    {word} {}{seen}", check.field))?;
        }
    }
    if ruling.rule.is_none() {
        ui.out.line("  no rule matches")?;
    }
    Ok(())
}
