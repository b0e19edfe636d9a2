//! `review`: the interactive session.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::csr::Verdict;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::review::{Decision, PolicyOutcome, Prompter, Reviewed, Terminal, Wording, gate};
use crate::ui::detail::{self, Powers};

use super::approve::confirmed;
use super::ask::{self, Choice};
use super::decide::{Desk, Judge, Target, Unattended};
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{self, Failure};
use super::gather::{self, Gather, Item, whole};
use super::outcome::{Delivery, Fate, Outcome};
use super::plan::Destination;
use super::policy;
use super::record::RecordOption;
use super::results::{self, Format, Results};
use super::selection::Selection;
use super::{Context, files};

/// Review the pending CSRs one by one, riskiest first
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review review                        # each pending CSR: approve, deny or skip
  kubectl csr-review review --min-risk high        # only the dangerous ones
  kubectl csr-review review --plan plan.json       # decide, and let apply send it
  kubectl csr-review review -f csrs --plan plan.json   # the same about files, without a cluster")]
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

    /// Write the decisions into a new file, for apply, and send nothing. With -f no cluster is asked.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    #[command(flatten)]
    record: RecordOption,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    context.unread = Exit::Failed;
    let plan = args.plan.as_deref().map(Destination::at).transpose()?;
    let policy = policy::read_if(args.policy.as_deref())?;
    let policy = policy.as_ref();
    if !args.selection.files.is_empty() {
        let Some(plan) = plan else {
            return Err(
                Failure::usage("review decides about CSRs on a cluster, not in files")
                    .hint("\"kubectl csr-review show -f\" looks at files; with --plan decisions about them are written down.")
                    .into(),
            );
        };
        return Box::pin(of_files(args, policy, &plan, context)).await;
    }
    args.selection.plain_names()?;
    let record = args.record.file(plan.is_some())?;
    let cluster = context.connect().await?;
    let mut results = Results::new(Format::Text, Verdict::Approved);
    let read = async |gather: Gather<'_>| gather.read(whole).await;
    let (read, facts) = context
        .gather(&cluster, &args.selection, &args.facts, read)
        .await?;
    results::place(&mut context.ui, cluster.place(), &facts)?;
    for (name, error) in read.missing {
        results.add(&mut context.ui, Outcome::failed(&name, error))?;
    }
    for error in read.unreadable {
        results.add(&mut context.ui, Outcome::unreadable(error))?;
    }
    let judge = args.judge(&facts);
    let is_named = !args.selection.names.is_empty();
    let pending: Vec<Reviewed> = read
        .items
        .into_iter()
        .filter(|item| item.csr.state.is_pending())
        .map(|Item { csr, object }| judge.judge(*csr, object))
        .filter(|reviewed| is_named || args.selection.means_risk(reviewed.assessment().risk()))
        .collect();
    let wording = args.wording();
    let delivery = Delivery::new(None, plan.is_some());
    let journal = record.open(&cluster, &facts, None).await?;
    let desk = |verdict| Desk {
        cluster: &cluster,
        judge,
        verdict,
        wording: &wording,
        delivery,
        journal: &journal,
    };
    let deliver = async |decision: Decision<'_>| {
        let target = Target::named(&decision.reviewed().csr().name);
        let desk = desk(decision.verdict());
        desk.send_confirmed(&target, decision).await
    };
    let decide = async |policy: &Policy, reviewed: Reviewed, verdict| {
        let target = Target::selected(&reviewed.csr().name);
        let how = Unattended::Ruled(policy);
        let desk = desk(verdict);
        let outcome = desk.unattended(&target, reviewed, how).await;
        desk.note(outcome).await
    };
    let note = async |outcome: Outcome, verdict| desk(verdict).note(outcome).await;
    let pending = in_order(pending);
    let pending = ruled(policy, pending, &decide, &mut results, context).await?;
    let ask = Asking {
        policy,
        facts: &facts,
        deliver: &deliver,
        note: &note,
    };
    Box::pin(session(pending, &ask, &mut results, context)).await?;
    if let Some(plan) = plan {
        let ui = &mut context.ui;
        plan.write(&results, Some(&cluster), &facts, ui).await?;
    }
    results.finish(&mut context.ui)
}

/// A review of files, for a plan. No cluster is asked for anything.
async fn of_files(
    args: &Args,
    policy: Option<&Policy>,
    plan: &Destination,
    context: &mut Context,
) -> anyhow::Result<Exit> {
    let facts = args.facts.of_files()?;
    let contents = files::read(&args.selection.files, args.selection.recursive)?;
    for note in contents.notes() {
        failure::note(&mut context.ui, &note)?;
    }
    let mut results = Results::new(Format::Text, Verdict::Approved);
    for error in contents.unreadable {
        results.add(&mut context.ui, Outcome::unreadable(error))?;
    }
    let judge = args.judge(&facts);
    let mut names = BTreeSet::new();
    let mut pending = Vec::new();
    for found in contents.found {
        if !args.selection.means(&found.csr) {
            continue;
        }
        let (csr, object) = found.named()?;
        if !names.insert(csr.name.clone()) {
            let message = format!("the files hold two CSRs with the name \"{}\"", csr.name);
            return Err(Failure::failed(message)
                .hint("A plan decides about each name once. Leave one of them out.")
                .into());
        }
        let reviewed = judge.judge(csr, object);
        if args.selection.means_risk(reviewed.assessment().risk()) {
            pending.push(reviewed);
        }
    }
    let wording = args.wording();
    let deliver = async |decision: Decision<'_>| Outcome::planned(&decision, &wording);
    let decide = async |policy: &Policy, reviewed: Reviewed, _| {
        let outcome = match gate::ruled(&reviewed, &reviewed.ruling(policy)) {
            Ok(decision) => {
                let wording = Unattended::Ruled(policy).wording(&decision, &wording);
                Outcome::planned(&decision, &wording)
            }
            Err(refusal) => Outcome::because(&reviewed.csr().name, Fate::Refused, refusal.0),
        };
        outcome.about(reviewed)
    };
    let pending = in_order(pending);
    let pending = ruled(policy, pending, &decide, &mut results, context).await?;
    let note = async |outcome: Outcome, _| outcome;
    let ask = Asking {
        policy,
        facts: &facts,
        deliver: &deliver,
        note: &note,
    };
    Box::pin(session(pending, &ask, &mut results, context)).await?;
    plan.write(&results, None, &facts, &mut context.ui).await?;
    results.finish(&mut context.ui)
}

impl Args {
    fn judge<'a>(&self, facts: &'a Facts) -> Judge<'a> {
        Judge {
            facts,
            no_self_approval: self.no_self_approval,
        }
    }

    fn wording(&self) -> Wording {
        Wording {
            reason: self.reason.clone(),
            message: self.message.clone(),
        }
    }
}

/// Riskiest first, and each once: named twice, it is one decision all the same.
fn in_order(mut pending: Vec<Reviewed>) -> Vec<Reviewed> {
    pending.sort_by(|one, other| {
        gather::by_risk(
            (one.csr(), one.assessment()),
            (other.csr(), other.assessment()),
        )
    });
    pending.dedup_by(|one, other| {
        one.csr().name == other.csr().name && one.csr().metadata.uid == other.csr().metadata.uid
    });
    pending
}

/// Decides what a policy decides, and returns what it leaves to a person: all, where there is none.
async fn ruled(
    policy: Option<&Policy>,
    pending: Vec<Reviewed>,
    decide: &impl AsyncFn(&Policy, Reviewed, Verdict) -> Outcome,
    results: &mut Results,
    context: &mut Context,
) -> anyhow::Result<Vec<Reviewed>> {
    if pending.is_empty() {
        context.ui.err.line("Nothing is pending")?;
    }
    let Some(policy) = policy else {
        return Ok(pending);
    };
    let mut left = Vec::new();
    for reviewed in pending {
        results::summary(&mut context.ui, &reviewed)?;
        let ruling = reviewed.ruling(policy);
        results::ruling(&mut context.ui, &reviewed, &ruling)?;
        let verdict = match gate::policy_outcome(&reviewed, &ruling) {
            PolicyOutcome::Decided(decision) => decision.verdict(),
            PolicyOutcome::Asks(_) | PolicyOutcome::Nothing(_) => {
                left.push(reviewed);
                continue;
            }
        };
        let outcome = decide(policy, reviewed, verdict).await;
        results.add_of(&mut context.ui, outcome, verdict)?;
    }
    Ok(left)
}

/// What asking takes besides somebody to be asked.
pub(super) struct Asking<'a, D, N> {
    /// What decided before.
    pub(super) policy: Option<&'a Policy>,
    /// What is known.
    pub(super) facts: &'a Facts,
    /// Sends a decision, or plans it.
    pub(super) deliver: &'a D,
    /// Records what is not decided.
    pub(super) note: &'a N,
}

/// Shows each and asks; what is decided is delivered before the next one is shown. Where nobody can be asked, what a
/// policy left is refused.
async fn session<D, N>(
    pending: Vec<Reviewed>,
    ask: &Asking<'_, D, N>,
    results: &mut Results,
    context: &mut Context,
) -> anyhow::Result<()>
where
    D: AsyncFn(Decision<'_>) -> Outcome,
    N: AsyncFn(Outcome, Verdict) -> Outcome,
{
    if pending.is_empty() {
        return Ok(());
    }
    let Some(mut terminal) = Terminal::open() else {
        let Some(policy) = ask.policy else {
            return Err(Failure::usage("a review needs a terminal to ask at, and there is none")
                .hint("\"kubectl csr-review list\" shows what is pending; \"approve --yes\" decides without asking.")
                .into());
        };
        for reviewed in pending {
            let why = gate::ruled(&reviewed, &reviewed.ruling(policy)).err();
            let why = why.map_or_else(String::new, |refusal| refusal.0);
            let outcome = Outcome::because(&reviewed.csr().name, Fate::Refused, why);
            let outcome = (ask.note)(outcome.about(reviewed), Verdict::Approved).await;
            results.add(&mut context.ui, outcome)?;
        }
        return Ok(());
    };
    let total = pending.len();
    for (index, reviewed) in pending.into_iter().enumerate() {
        context
            .ui
            .err
            .line(format_args!("\n[{} of {total}]", index + 1))?;
        match one(&reviewed, ask, &mut terminal, context).await? {
            Step::Decided(outcome, verdict) => results.add_of(&mut context.ui, outcome, verdict)?,
            Step::Skipped => {}
            Step::Quit => break,
        }
    }
    Ok(())
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
pub(super) async fn one<D, N>(
    reviewed: &Reviewed,
    asking: &Asking<'_, D, N>,
    prompter: &mut dyn Prompter,
    context: &mut Context,
) -> anyhow::Result<Step>
where
    D: AsyncFn(Decision<'_>) -> Outcome,
    N: AsyncFn(Outcome, Verdict) -> Outcome,
{
    detail::show(
        &mut context.ui.err,
        reviewed.csr(),
        reviewed.assessment(),
        asking.facts,
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
                let outcome = outcome.about(reviewed.clone());
                let outcome = (asking.note)(outcome, verdict).await;
                return Ok(Step::Decided(outcome, verdict));
            }
        };
        let Some(decision) = confirmed(reviewed, verdict, &challenge, prompter, context)? else {
            let outcome = Outcome::declined(&reviewed.csr().name).about(reviewed.clone());
            let outcome = (asking.note)(outcome, verdict).await;
            // Whoever says no can think it over, unless that is not to be recorded.
            if outcome.exit() != Exit::Declined {
                return Ok(Step::Decided(outcome, verdict));
            }
            context.ui.err.line("Not confirmed; nothing was sent.")?;
            continue;
        };
        return Ok(Step::Decided((asking.deliver)(decision).await, verdict));
    }
}
