//! `apply`: carries out a plan.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::value::RawValue;

use crate::cluster::{Cluster, ErrorKind};
use crate::csr::Verdict;
use crate::facts::{Fact, Facts};
use crate::review::plan::{Entry, NotAPlan, Origin};
use crate::review::{Decision, Mismatch, Plan, Reviewed, Terminal, Wording, gate};
use crate::ui::{Escaped, Ui};

use super::decide::{self, Desk, Judge, Target};
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{self, Failure};
use super::gather::{Gather, Item};
use super::outcome::{Delivery, DryRun, Fate, Outcome};
use super::plan::count;
use super::record::{Journal, RecordOption};
use super::results::{self, Format, Results};
use super::selection::Selection;
use super::{Context, ask, cores, files};

/// Carry out a plan: the decisions in it, about exactly the CSRs that it describes
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review review --plan plan.json       # decide, send nothing
  kubectl csr-review apply plan.json               # show what will be done, ask once, send
  kubectl csr-review apply plan.json --yes --no-self   # in CI: what somebody else decided")]
pub(super) struct Args {
    /// The plan, as review, approve and deny write it with --plan.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Send without asking.
    #[arg(short, long)]
    yes: bool,

    /// Refuse a plan that you made yourself.
    #[arg(long)]
    no_self: bool,

    /// Store nothing: "server" lets the server check everything, "client" sends nothing.
    #[arg(long, value_name = "WHERE", value_enum)]
    dry_run: Option<DryRun>,

    /// Output format of the results.
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,

    #[command(flatten)]
    record: RecordOption,

    #[command(flatten)]
    facts: FactOptions,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    context.unread = Exit::Failed;
    let plan = read(&args.file)?;
    let record = args.record.file(false)?;
    let cluster = context.connect().await?;
    // Before anything is read there, and before a name of one cluster is taken for one of another.
    same_cluster(plan.cluster(), &cluster, &mut context.ui).await?;
    let names: Vec<String> = plan.decisions().iter().map(name).collect();
    let selection = Selection::default();
    let read = async |gather: Gather<'_>| gather.facts_about(&names).await;
    let (read, facts) = context
        .gather(&cluster, &selection, &args.facts, read)
        .await?;
    let ui = &mut context.ui;
    results::place(ui, cluster.place(), &facts)?;
    tell(ui, &plan)?;
    if args.no_self {
        two_persons(&plan, &facts)?;
    }
    let journal = record.open(&cluster, &facts, args.dry_run).await?;
    let hand = Hand {
        cluster: &cluster,
        facts: &facts,
        journal: &journal,
        delivery: Delivery::new(args.dry_run, false),
    };
    let mut results = Results::new(args.output, Verdict::Approved);
    let ready = hand.prepare(&plan, read, &mut results, ui).await?;
    for work in &ready {
        results::intent(ui, work.entry.verdict(), &work.reviewed)?;
    }
    let asks = !args.yes && args.dry_run.is_none();
    let objection = if asks { objection(&ready)? } else { None };
    if let Some(outcome) = objection {
        for work in ready {
            let (outcome, verdict) = (outcome(work.entry.name()), work.entry.verdict());
            let outcome = journal.note(outcome.about(work.reviewed), verdict).await;
            results.add_of(ui, outcome, verdict)?;
        }
    } else {
        let mut sent = stream::iter(ready)
            .map(async |work| (work.entry.verdict(), hand.send(work).await))
            .buffered(cluster.parallel());
        while let Some((verdict, outcome)) = sent.next().await {
            results.add_of(ui, outcome, verdict)?;
        }
    }
    results.finish(ui)
}

fn name(entry: &Entry) -> String {
    entry.name().to_owned()
}

/// A decision that holds, and the CSR that it holds for.
struct Work<'a> {
    entry: &'a Entry,
    target: Target,
    reviewed: Reviewed,
}

/// What comes of a CSR that nothing is sent to.
type Instead = fn(&str) -> Outcome;

/// What carries decisions out.
struct Hand<'a> {
    cluster: &'a Cluster,
    facts: &'a Facts,
    journal: &'a Journal,
    delivery: Delivery,
}

impl Hand<'_> {
    fn judge(&self) -> Judge<'_> {
        Judge {
            facts: self.facts,
            no_self_approval: false,
        }
    }

    fn desk<'b>(&'b self, verdict: Verdict, wording: &'b Wording) -> Desk<'b> {
        Desk {
            cluster: self.cluster,
            judge: self.judge(),
            verdict,
            wording,
            delivery: self.delivery,
            journal: self.journal,
        }
    }

    /// Judges each CSR, and reads those that did not come by. What is left to be sent; all else is told.
    async fn prepare<'b>(
        &self,
        plan: &'b Plan,
        read: Vec<Item<Box<RawValue>>>,
        results: &mut Results,
        ui: &mut Ui,
    ) -> anyhow::Result<Vec<Work<'b>>> {
        let judge = self.judge();
        let reviewed = cores::map(read, |item| judge.judge(*item.csr, item.object));
        let mut targets: Vec<Target> = plan.decisions().iter().map(Target::planned).collect();
        decide::give(&mut targets, reviewed);
        let mut read = stream::iter(plan.decisions().iter().zip(targets))
            .map(async |(entry, target)| (entry, self.look(entry, target).await))
            .buffered(self.cluster.parallel());
        let mut ready = Vec::new();
        while let Some((entry, work)) = read.next().await {
            match work {
                Ok(work) => ready.push(work),
                Err(outcome) => {
                    let outcome = self.journal.note(*outcome, entry.verdict()).await;
                    results.add_of(ui, outcome, entry.verdict())?;
                }
            }
        }
        Ok(ready)
    }

    async fn look<'b>(
        &self,
        entry: &'b Entry,
        mut target: Target,
    ) -> Result<Work<'b>, Box<Outcome>> {
        let wording = entry.wording();
        let desk = self.desk(entry.verdict(), &wording);
        let reviewed = desk.read(&mut target).await?;
        let checked = desk.check(&target, &reviewed);
        match checked.and_then(|()| decision(entry, &reviewed).map(drop)) {
            Ok(()) => Ok(Work {
                entry,
                target,
                reviewed,
            }),
            Err(outcome) => Err(Box::new(outcome.about(reviewed))),
        }
    }

    async fn send(&self, work: Work<'_>) -> Outcome {
        let wording = work.entry.wording();
        let desk = self.desk(work.entry.verdict(), &wording);
        let outcome = match decision(work.entry, &work.reviewed) {
            Ok(decision) => desk.send_confirmed(&work.target, decision).await,
            Err(outcome) => outcome,
        };
        desk.note(outcome.about(work.reviewed)).await
    }
}

/// The planned decision, if it holds for this CSR.
fn decision<'a>(entry: &Entry, reviewed: &'a Reviewed) -> Result<Decision<'a>, Outcome> {
    let again = "Review it again, and make a new plan.".to_owned();
    let (fate, detail, hint) = match gate::planned(reviewed, entry) {
        Ok(decision) => return Ok(decision),
        Err(Mismatch::Another(difference)) => {
            let detail = format!("it differs from the plan in {difference}");
            (Fate::Stale, detail, Some(again))
        }
        Err(Mismatch::News(news)) => {
            let detail =
                format!("there are findings or powers that the plan does not have: {news}");
            (Fate::Stale, detail, Some(again))
        }
        Err(Mismatch::Refused(refusal)) => (Fate::Refused, refusal.0, None),
    };
    Err(Outcome {
        hint,
        ..Outcome::because(entry.name(), fate, detail)
    })
}

fn read(path: &Path) -> Result<Plan, Failure> {
    let shown = path.display();
    Plan::read(&files::bytes(path)?).map_err(|error| match error {
        NotAPlan::Old => Failure::failed(format!("{shown} is no longer a plan: {error}"))
            .hint("Nothing was sent. Review again with --plan."),
        NotAPlan::Other(_) => Failure::failed(format!("{shown} is not a plan: {error}"))
            .hint("Nothing was sent. A plan is written by review, approve or deny with --plan."),
    })
}

/// Whether the plan is for this cluster, as far as that can be known.
async fn same_cluster(
    origin: Option<&Origin>,
    cluster: &Cluster,
    ui: &mut Ui,
) -> anyhow::Result<()> {
    let Some(origin) = origin else {
        let note = "the plan was made from files, so it is for no cluster in particular; each decision holds for a \
                    CSR of that name and content";
        return Ok(failure::note(ui, note)?);
    };
    let why = match &origin.uid {
        None => "the plan does not say".to_owned(),
        Some(planned) => match cluster.uid().await {
            Ok(here) if here == *planned => return Ok(()),
            Ok(here) => {
                let message = format!(
                    "the plan is for another cluster: {}, whose namespace kube-system has the uid {planned}; here it \
                     is {here}",
                    origin.server
                );
                return Err(Failure::new(Exit::Stale, message)
                    .hint("Nothing was read or sent. Choose the plan's cluster with --context.")
                    .into());
            }
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
                let hint = error.hint().unwrap_or_default();
                format!("{}. {hint}", error.message()).trim_end().to_owned()
            }
            Err(error) => return Err(Failure::from(error).into()),
        },
    };
    let told = format!(
        "it cannot be checked that this is the plan's cluster: {why}; uid and fingerprint bind each decision all the \
         same"
    );
    Ok(failure::warn(ui, &told)?)
}

/// What the plan says of itself, for whoever is about to carry it out.
fn tell(ui: &mut Ui, plan: &Plan) -> std::io::Result<()> {
    let planner = plan.planner();
    let by = planner
        .username
        .as_ref()
        .or(planner.kubeconfig_user.as_ref());
    let by = by.map_or_else(|| Escaped::new("(unknown)"), |by| Escaped::word(by));
    let origin = match plan.cluster() {
        Some(origin) => format!("on {}", Escaped::new(&origin.server)),
        None => "from files".to_owned(),
    };
    ui.err.line(format_args!(
        "Plan of {} by {by} {origin}: {}",
        Escaped::new(plan.created_at()),
        count(plan.decisions().len())
    ))
}

/// `--no-self`: one person plans, another one sends. What cannot be known is no.
fn two_persons(plan: &Plan, facts: &Facts) -> Result<(), Failure> {
    let planner = plan.planner().username.as_ref();
    let why = match (planner.filter(|name| !name.is_empty()), &facts.reviewer) {
        (None, _) => "the plan does not say who made it",
        (Some(planner), Fact::Known(user)) if *planner == user.username => {
            "you made this plan yourself"
        }
        (Some(_), Fact::Known(user)) if !user.username.is_empty() => return Ok(()),
        (Some(_), _) => "the server does not say who you are",
    };
    let message = format!("refused: {why}, and --no-self is set");
    Err(Failure::new(Exit::Refused, message).hint("Nothing was sent."))
}

/// Asks once about all that is to be sent. What comes of each instead, without a yes.
fn objection(ready: &[Work<'_>]) -> std::io::Result<Option<Instead>> {
    if ready.is_empty() {
        return Ok(None);
    }
    let Some(mut terminal) = Terminal::open() else {
        return Ok(Some(Outcome::unasked));
    };
    let yes = ask::yes(&mut terminal, &question(ready))?;
    Ok((!yes).then_some(Outcome::declined))
}

fn question(ready: &[Work<'_>]) -> String {
    let of = |verdict| {
        let same = |work: &&Work<'_>| work.entry.verdict() == verdict;
        ready.iter().filter(same).count()
    };
    let parts = [
        (of(Verdict::Approved), "approve"),
        (of(Verdict::Denied), "deny"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, verb)| format!("{verb} {count}"))
        .collect();
    format!("Carry out the plan: {}?", parts.join(" and "))
}
