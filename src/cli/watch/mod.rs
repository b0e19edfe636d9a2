//! `watch`: new CSRs as they come.

mod arrivals;
mod crowd;
mod decider;
mod knowledge;
mod metrics;
mod reading;
mod serve;
mod session;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueEnum};

use crate::review::{Terminal, Wording};

use super::Context;
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{Failure, note};
use super::policy;
use super::record::RecordOption;
use super::selection::Selection;
use decider::{Intent, Whoever};
use serve::{Address, Shared};
use session::follow;

/// Show pending CSRs as they come, each once, with who would log in and how dangerous that is
#[derive(ClapArgs, Clone, Debug)]
#[command(
    after_help = "\
Examples:
  kubectl csr-review watch --bell                  # what is pending, oldest first, then what comes
  kubectl csr-review watch --review                # and ask about each: approve, deny or skip
  kubectl csr-review watch --policy p.yaml --yes   # unattended: what the policy decides
  kubectl csr-review watch -o json --metrics 9090  # for programs: a line a CSR, and Prometheus

It goes on until it is ended: by SIGTERM with exit code 0, by Ctrl-C with 130. What was being sent then is
finished first.",
    mut_arg("names", |arg| arg.hide(true)),
    mut_arg("files", |arg| arg.hide(true)),
    mut_arg("all", |arg| arg.hide(true)),
)]
#[expect(clippy::struct_excessive_bools, reason = "these are flags")]
pub(super) struct Args {
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    /// Leave the column titles out.
    #[arg(long)]
    no_headers: bool,

    /// Ring the terminal's bell for each new CSR.
    #[arg(long)]
    bell: bool,

    /// Ask about each CSR that comes, and decide.
    #[arg(long)]
    review: bool,

    /// With --yes: decide what this policy decides, and leave the rest.
    #[arg(long, value_name = "FILE", requires = "yes", conflicts_with = "review")]
    policy: Option<PathBuf>,

    /// Decide without asking, by a policy.
    #[arg(short, long, requires = "policy")]
    yes: bool,

    /// Where decisions are made: reason of the conditions, a word for machines.
    #[arg(long, value_name = "WORD")]
    reason: Option<String>,

    /// Where decisions are made: message of the conditions, a text for people.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// Where decisions are made: refuse to approve CSRs that you created yourself.
    #[arg(long)]
    no_self_approval: bool,

    #[command(flatten)]
    record: RecordOption,

    /// Serve /metrics and /healthz over HTTP there; without a host for this machine alone.
    #[arg(long, value_name = "[HOST:]PORT")]
    metrics: Option<Address>,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

/// How CSRs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A line a CSR, as list writes it; and one when it is decided or gone.
    #[default]
    Text,
    /// The documented JSON, a line a CSR.
    Json,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    check(args)?;
    let intent = intent(args)?;
    if intent.is_some() {
        context.unread = Exit::Failed;
    }
    let metrics = Shared::default();
    if let Some(address) = &args.metrics {
        let bound = serve::start(address, Arc::clone(&metrics))
            .map_err(|error| Failure::failed(format!("--metrics: cannot listen there: {error}")))?;
        note(
            &mut context.ui,
            &format!("metrics at http://{bound}/metrics"),
        )?;
    }
    // Futures of that size would add up on the stack.
    Box::pin(follow(args, intent, metrics, context)).await
}

fn check(args: &Args) -> Result<(), Failure> {
    if args.selection.names_some() || args.selection.means_all() {
        return Err(Failure::usage(
            "watch shows whatever is pending: no names, no files, no --all",
        )
        .hint("Select with -l, --field-selector, --signer, --requestor or --min-risk."));
    }
    let decides = args.review || args.yes;
    let worded = args.reason.is_some() || args.message.is_some() || args.no_self_approval;
    if worded && !decides {
        return Err(Failure::usage(
            "nothing is decided here without --review, or --policy with --yes",
        ));
    }
    if args.review && args.output == Output::Json {
        return Err(Failure::usage("--review is for people, -o json is not"));
    }
    Ok(())
}

/// Who is to decide, if anybody is.
fn intent(args: &Args) -> Result<Option<Intent>, Failure> {
    let by = if let Some(policy) = policy::read_if(args.policy.as_deref())? {
        Whoever::Policy(policy)
    } else if args.review {
        let terminal = Terminal::open().ok_or_else(|| {
            Failure::usage("a review needs a terminal to ask at, and there is none")
                .hint("Without --review, watch needs none.")
        })?;
        Whoever::Person(terminal)
    } else {
        return Ok(None);
    };
    Ok(Some(Intent {
        by,
        wording: Wording {
            reason: args.reason.clone(),
            message: args.message.clone(),
        },
        no_self_approval: args.no_self_approval,
        record: args.record.file(false)?,
    }))
}
