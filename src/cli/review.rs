//! `review`: the interactive session.

use std::convert::identity;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::csr::Verdict;
use crate::policy::{Action, Policy, evaluate};
use crate::review::{Prompter, Reviewed, Terminal, Wording, gate};
use crate::ui::detail::{self, Powers};

use super::Context;
use super::approve::ask_and_send;
use super::ask::{self, Choice};
use super::decide::{Desk, Judge, Target, Unattended};
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::Failure;
use super::gather::{self, Item};
use super::outcome::{Fate, Outcome};
use super::policy;
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

    /// Let this policy approve and deny what it can, and ask about the rest.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

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
    let policy = policy::read_if(args.policy.as_deref())?;
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
    let pending = match &policy {
        Some(policy) => ruled(policy, pending, &desk, &mut results, context).await?,
        None => pending,
    };
    if pending.is_empty() {
        return results.finish(&mut context.ui);
    }
    let Some(mut terminal) = Terminal::open() else {
        let Some(policy) = &policy else {
            return Err(no_terminal().into());
        };
        for reviewed in pending {
            let why = gate::ruled(&reviewed, &evaluate(policy, &reviewed)).err();
            let why = why.map_or_else(String::new, |refusal| refusal.0);
            let name = &reviewed.csr().name;
            let outcome = Outcome::because(name, Fate::Refused, why);
            results.add(&mut context.ui, outcome.about(reviewed))?;
        }
        return results.finish(&mut context.ui);
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

fn no_terminal() -> Failure {
    Failure::usage("a review needs a terminal to ask at, and there is none").hint(
        "\"kubectl csr-review list\" shows what is pending; \"approve --yes\" decides without asking.",
    )
}

/// Decides what the policy decides, and returns what it leaves to a person.
async fn ruled<'a>(
    policy: &'a Policy,
    pending: Vec<Reviewed>,
    desk: &impl Fn(Verdict) -> Desk<'a>,
    results: &mut Results,
    context: &mut Context,
) -> anyhow::Result<Vec<Reviewed>> {
    let mut left = Vec::new();
    for reviewed in pending {
        let ruling = evaluate(policy, &reviewed);
        results::summary(&mut context.ui, &reviewed)?;
        results::ruling(&mut context.ui, &ruling)?;
        let verdict = match ruling.action {
            Action::Approve => Verdict::Approved,
            Action::Deny => Verdict::Denied,
            Action::Ask => {
                left.push(reviewed);
                continue;
            }
        };
        let target = Target::selected(&reviewed.csr().name);
        let how = Unattended::Ruled(policy);
        let outcome = desk(verdict).unattended(&target, reviewed, how).await;
        results.add_of(&mut context.ui, outcome, verdict)?;
    }
    Ok(left)
}

enum Step {
    Decided(Outcome, Verdict),
    Skipped,
    Quit,
}

/// One CSR: show it, and ask until something is done with it.
async fn one<'a>(
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
