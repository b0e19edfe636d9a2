//! `review`: the interactive session.

use std::convert::identity;

use clap::Args as ClapArgs;

use crate::csr::Verdict;
use crate::review::{Prompter, Reviewed, Terminal, Wording, gate};
use crate::ui::detail::{self, Powers};

use super::Context;
use super::approve::ask_and_send;
use super::ask::{self, Choice};
use super::decide::{Desk, Judge, Target};
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::Failure;
use super::gather::{self, Item};
use super::outcome::{Fate, Outcome};
use super::results::{self, Format, Results};
use super::selection::Selection;

/// Review the pending CSRs one by one, riskiest first
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review review                        # each pending CSR: approve, deny or skip
  kubectl csr-review review --min-risk high        # only the dangerous ones")]
pub(super) struct Args {
    /// Reason of the conditions: a word for machines.
    #[arg(long, value_name = "WORD")]
    reason: Option<String>,

    /// Message of the conditions: a text for people.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// Refuse to approve CSRs that you created yourself.
    #[arg(long)]
    no_self_approval: bool,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    context.unread = Exit::Failed;
    if !args.selection.files.is_empty() {
        return Err(
            Failure::usage("review decides about CSRs on a cluster, not in files")
                .hint("\"kubectl csr-review show -f\" looks at files.")
                .into(),
        );
    }
    args.selection.plain_names()?;
    let cluster = context.connect().await?;
    let mut results = Results::new(Format::Text, Verdict::Approved);
    let (read, facts) = gather::read(&cluster, &args.selection, &args.facts, identity).await?;
    results::place(&mut context.ui, cluster.place(), &facts)?;
    for (name, error) in read.missing {
        results.add(&mut context.ui, Outcome::failed(&name, error))?;
    }
    for error in read.unreadable {
        results.add(&mut context.ui, Outcome::unreadable(error))?;
    }
    let judge = Judge {
        facts: &facts,
        no_self_approval: args.no_self_approval,
    };
    let is_named = !args.selection.names.is_empty();
    let mut pending: Vec<Reviewed> = read
        .items
        .into_iter()
        .filter(|item| item.csr.state.is_pending())
        .map(|Item { csr, object }| judge.judge(csr, object))
        .filter(|reviewed| is_named || args.selection.means_risk(reviewed.assessment().risk()))
        .collect();
    pending.sort_by(|one, other| {
        gather::by_risk(
            (one.csr(), one.assessment()),
            (other.csr(), other.assessment()),
        )
    });
    if pending.is_empty() {
        context.ui.err.line("Nothing is pending")?;
        return results.finish(&mut context.ui);
    }
    let Some(mut terminal) = Terminal::open() else {
        return Err(Failure::usage("a review needs a terminal to ask at, and there is none")
            .hint("\"kubectl csr-review list\" shows what is pending; \"approve --yes\" decides without asking.")
            .into());
    };

    let wording = Wording {
        reason: args.reason.clone(),
        message: args.message.clone(),
    };
    let desk = |verdict| Desk {
        cluster: &cluster,
        judge,
        verdict,
        wording: &wording,
        dry_run: None,
    };
    let total = pending.len();
    for (index, reviewed) in pending.into_iter().enumerate() {
        context
            .ui
            .err
            .line(format_args!("\n[{} of {total}]", index + 1))?;
        match one(&reviewed, &desk, &mut terminal, context).await? {
            Step::Decided(outcome, verdict) => results.add_of(&mut context.ui, outcome, verdict)?,
            Step::Skipped => {}
            Step::Quit => break,
        }
    }
    results.finish(&mut context.ui)
}

/// How an operator leaves a CSR.
pub(super) enum Step {
    /// Something came of it.
    Decided(Outcome, Verdict),
    /// It is left for later.
    Skipped,
    /// So are all others.
    Quit,
}

/// One CSR: show it, and ask until something is done with it.
pub(super) async fn one<'a>(
    reviewed: &Reviewed,
    desk: &impl Fn(Verdict) -> Desk<'a>,
    prompter: &mut dyn Prompter,
    context: &mut Context,
) -> anyhow::Result<Step> {
    detail::show(
        &mut context.ui.err,
        reviewed.csr(),
        reviewed.assessment(),
        desk(Verdict::Approved).judge.facts,
        Powers::Few,
    )?;
    let approvable = gate::challenge(reviewed, Verdict::Approved).is_ok();
    loop {
        context.ui.err.line("")?;
        let verdict = match ask::choice(prompter, approvable)? {
            Choice::Skip => return Ok(Step::Skipped),
            Choice::Quit => return Ok(Step::Quit),
            Choice::Approve => Verdict::Approved,
            Choice::Deny => Verdict::Denied,
            Choice::View => {
                results::raw(&mut context.ui, reviewed)?;
                continue;
            }
            Choice::Help => {
                context.ui.err.line(
                    "a: approve it, after one more question; d: deny it, after one more question\n\
                     s: leave it for later; v: show the object as it is; q: leave all that are left",
                )?;
                continue;
            }
        };
        let challenge = match gate::challenge(reviewed, verdict) {
            Ok(challenge) => challenge,
            Err(refusal) => {
                let name = &reviewed.csr().name;
                let outcome = Outcome::because(name, Fate::Refused, refusal.0);
                return Ok(Step::Decided(outcome, verdict));
            }
        };
        let target = Target::named(&reviewed.csr().name);
        let desk = desk(verdict);
        let outcome = ask_and_send(&desk, &target, reviewed, &challenge, prompter, context).await?;
        if outcome.fate == Fate::Declined {
            context.ui.err.line("Not confirmed; nothing was sent.")?;
            continue;
        }
        return Ok(Step::Decided(outcome, verdict));
    }
}
