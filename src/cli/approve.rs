//! `approve` and `deny`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args as ClapArgs, ValueEnum as _};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::csr::{Digest, Verdict};
use crate::policy::Limits;
use crate::review::{Decision, Prompter, Reviewed, Terminal, Wording, gate};
use crate::risk::{Rule, Severity, rule};
use crate::ui::Ui;
use crate::ui::detail::{self, Powers};

use super::Context;
use super::decide::{self, Desk, Judge, Target, Unattended};
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{self, Failure};
use super::gather::{Gather, Item, whole};
use super::outcome::{Delivery, DryRun, Fate, Outcome};
use super::plan::Destination;
use super::record::RecordOption;
use super::results::{self, Format};
use super::selection::Selection;
use super::{ask, cores, files, policy};

/// Approve CSRs after showing them: exactly what was reviewed
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review approve jane                  # show, ask, approve
  kubectl csr-review approve jane --yes            # up to medium risk, without asking
  kubectl csr-review approve jane --yes --expect sha256:…   # only what was looked at earlier
  kubectl csr-review approve -f csr.yaml           # only if it is what the file says
  kubectl csr-review approve jane --dry-run=server # would the server take it?")]
pub(super) struct Approve {
    /// With --yes: the highest risk that passes.
    #[arg(long, value_name = "SEVERITY", requires = "yes", default_value = "medium",
          value_parser = up_to_high())]
    max_risk: Severity,

    /// With --yes: let this rule's findings pass; may be repeated. A critical one only for a named CSR.
    #[arg(long, value_name = "RULE", requires = "yes", value_parser = known_rule)]
    accept: Vec<&'static Rule>,

    /// With --yes: approve what this policy approves, and nothing else.
    #[arg(long, value_name = "FILE", requires = "yes", conflicts_with_all = ["max_risk", "accept"])]
    policy: Option<PathBuf>,

    /// Refuse CSRs that you created yourself.
    #[arg(long)]
    no_self_approval: bool,

    #[command(flatten)]
    common: Common,
}

/// Deny CSRs after showing them
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review deny mallory --reason NotRequested
  kubectl csr-review deny --requestor mallory --yes")]
pub(super) struct Deny {
    #[command(flatten)]
    common: Common,
}

/// What approvals and denials have in common.
#[derive(ClapArgs, Clone, Debug)]
struct Common {
    /// Decide without asking.
    #[arg(short, long)]
    yes: bool,

    /// Decide only if the CSR has this fingerprint; NAME= may be left out for a single CSR.
    #[arg(long, value_name = "[NAME=]FINGERPRINT")]
    expect: Vec<String>,

    /// Reason of the condition: a word for machines.
    #[arg(long, value_name = "WORD")]
    reason: Option<String>,

    /// Message of the condition: a text for people.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// Store nothing: "server" lets the server check everything, "client" sends nothing.
    #[arg(long, value_name = "WHERE", value_enum)]
    dry_run: Option<DryRun>,

    /// Write the decisions into a new file, for apply, and send nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    plan: Option<PathBuf>,

    #[command(flatten)]
    record: RecordOption,

    /// Output format of the results.
    #[arg(short, long, value_enum, default_value_t)]
    output: Format,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

/// Critical findings never pass by a threshold.
fn up_to_high() -> impl clap::builder::TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["none", "info", "low", "medium", "high"])
        .map(|word| Severity::from_str(&word, false).unwrap_or_default())
}

fn known_rule(id: &str) -> Result<&'static Rule, String> {
    rule(id).ok_or_else(|| "no such rule; \"kubectl csr-review explain\" lists them".to_owned())
}

pub(super) async fn approve(args: &Approve, context: &mut Context) -> anyhow::Result<Exit> {
    let limits = Limits {
        max_risk: args.max_risk,
        accept: args.accept.clone(),
    };
    let policy = policy::read_if(args.policy.as_deref())?;
    let how = match &policy {
        Some(policy) => Unattended::Ruled(policy),
        None => Unattended::Within(&limits),
    };
    let rule = args.no_self_approval;
    Box::pin(run(&args.common, Verdict::Approved, how, rule, context)).await
}

pub(super) async fn deny(args: &Deny, context: &mut Context) -> anyhow::Result<Exit> {
    // The gate asks nothing of a denial.
    let limits = Limits {
        max_risk: Severity::None,
        accept: Vec::new(),
    };
    let how = Unattended::Within(&limits);
    Box::pin(run(&args.common, Verdict::Denied, how, false, context)).await
}

async fn run(
    args: &Common,
    verdict: Verdict,
    with_yes: Unattended<'_>,
    no_self_approval: bool,
    context: &mut Context,
) -> anyhow::Result<Exit> {
    // Where nobody sees what is to be decided, nothing is decided.
    context.unread = Exit::Failed;
    if args.selection.is_empty() {
        return Err(Failure::usage("no CSR is named and nothing is selected")
            .hint("Name CSRs, or select them with -f, -l, --signer, --requestor, --min-risk or --all.")
            .into());
    }
    let plan = args.plan.as_deref().map(Destination::at).transpose()?;
    let names = args.selection.plain_names()?;
    let expected = expectations(&args.expect, &names)?;
    let file_targets = from_files(&args.selection, &mut context.ui)?;
    let record = args.record.file(args.plan.is_some())?;
    let unattended = match (args.yes, args.dry_run) {
        (true, _) => Some(with_yes),
        (false, Some(_)) => Some(Unattended::Rehearsal),
        (false, None) => None,
    };
    let cluster = context.connect().await?;
    let mut outcomes = Vec::new();
    let mut targets: Vec<Target> = names
        .iter()
        .map(|name| Target::named(name))
        .chain(file_targets)
        .collect();
    let is_selected = names.is_empty() && args.selection.files.is_empty();
    let wanted: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
    let read = async |gather: Gather<'_>| -> Result<_, Failure> {
        if is_selected {
            let (read, facts) = gather.read(whole).await?;
            return Ok((read.items, read.unreadable, facts));
        }
        let (found, facts) = gather.facts_about(&wanted).await?;
        Ok((found, Vec::new(), facts))
    };
    let (read, unreadable, facts) = context
        .gather(&cluster, &args.selection, &args.facts, read)
        .await?;
    let judge = Judge {
        facts: &facts,
        no_self_approval,
    };
    let reviewed = |item: Item<_>| judge.judge(*item.csr, item.object);
    if is_selected {
        outcomes.extend(unreadable.into_iter().map(Outcome::unreadable));
        // A selection picks what is left to decide, --all too.
        let is_pending = |item: &Item<_>| item.csr.state.is_pending();
        let pending = read.into_iter().filter(is_pending).collect();
        let risk = |reviewed: &Reviewed| reviewed.assessment().risk();
        targets.extend(
            cores::map(pending, reviewed)
                .into_iter()
                .filter(|reviewed| args.selection.means_risk(risk(reviewed)))
                .map(Target::read),
        );
    } else if unattended.is_some() {
        // Whoever is to answer is shown what is there by then.
        decide::give(&mut targets, cores::map(read, reviewed));
    }
    results::place(&mut context.ui, cluster.place(), &facts)?;
    expected.bind(&mut targets)?;

    let wording = Wording {
        reason: args.reason.clone(),
        message: args.message.clone(),
    };
    let journal = record.open(&cluster, &facts, args.dry_run).await?;
    let desk = Desk {
        cluster: &cluster,
        judge,
        verdict,
        wording: &wording,
        delivery: Delivery::new(args.dry_run, plan.is_some()),
        journal: &journal,
    };
    let mut results = results::Results::new(args.output, verdict);
    for outcome in outcomes {
        let outcome = desk.note(outcome).await;
        results.add(&mut context.ui, outcome)?;
    }
    if targets.is_empty() && results.is_empty() && args.output == Format::Text {
        context.ui.err.line("No resources found")?;
    }
    if let Some(how) = unattended {
        unattended_all(&desk, targets, how, &mut results, context).await?;
    } else {
        let mut terminal = Terminal::open();
        for target in targets {
            let outcome = attended(&desk, target, &mut terminal, context).await?;
            let outcome = desk.note(outcome).await;
            results.add(&mut context.ui, outcome)?;
        }
    }
    if let Some(plan) = plan {
        let ui = &mut context.ui;
        plan.write(&results, Some(&cluster), &facts, ui).await?;
    }
    results.finish(&mut context.ui)
}

/// All CSRs without asking anybody: what will be decided about is shown before anything is sent.
async fn unattended_all(
    desk: &Desk<'_>,
    targets: Vec<Target>,
    how: Unattended<'_>,
    results: &mut results::Results,
    context: &mut Context,
) -> anyhow::Result<()> {
    let mut read = stream::iter(targets)
        .map(async |mut target| {
            let reviewed = desk.read(&mut target).await;
            (target, reviewed)
        })
        .buffered(desk.cluster.parallel());
    let mut shown = Vec::new();
    while let Some((target, reviewed)) = read.next().await {
        if let Ok(reviewed) = &reviewed {
            results::summary(&mut context.ui, reviewed)?;
            if let Unattended::Ruled(policy) = how {
                let ruling = reviewed.ruling(policy);
                results::ruling(&mut context.ui, reviewed, &ruling)?;
            }
        }
        shown.push((target, reviewed));
    }
    let mut decided = stream::iter(shown)
        .map(async |(target, reviewed)| {
            let outcome = match reviewed {
                Ok(reviewed) => desk.unattended(&target, reviewed, how).await,
                Err(outcome) => outcome,
            };
            desk.note(outcome).await
        })
        .buffered(desk.cluster.parallel());
    while let Some(outcome) = decided.next().await {
        results.add(&mut context.ui, outcome)?;
    }
    Ok(())
}

/// One CSR with an operator at the terminal: show, ask, send.
async fn attended(
    desk: &Desk<'_>,
    mut target: Target,
    terminal: &mut Option<Terminal>,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    let reviewed = match desk.read(&mut target).await {
        Ok(reviewed) => reviewed,
        Err(outcome) => return Ok(outcome),
    };
    let outcome = shown_and_asked(desk, &target, &reviewed, terminal, context).await?;
    Ok(outcome.about(reviewed))
}

async fn shown_and_asked(
    desk: &Desk<'_>,
    target: &Target,
    reviewed: &Reviewed,
    terminal: &mut Option<Terminal>,
    context: &mut Context,
) -> anyhow::Result<Outcome> {
    if let Err(outcome) = desk.check(target, reviewed) {
        return Ok(outcome);
    }
    let name = &target.name;
    detail::show(
        &mut context.ui.err,
        reviewed.csr(),
        reviewed.assessment(),
        desk.judge.facts,
        Powers::Few,
    )?;
    let challenge = match gate::challenge(reviewed, desk.verdict) {
        Ok(challenge) => challenge,
        Err(refusal) => return Ok(Outcome::because(name, Fate::Refused, refusal.0)),
    };
    let Some(prompter) = terminal.as_mut() else {
        return Ok(Outcome::unasked(name));
    };
    match confirmed(reviewed, desk.verdict, &challenge, prompter, context)? {
        Some(decision) => Ok(desk.send_confirmed(target, decision).await),
        None => Ok(Outcome::declined(name)),
    }
}

/// Puts the challenge. The decision, if that is what is answered.
pub(super) fn confirmed<'a>(
    reviewed: &'a Reviewed,
    verdict: Verdict,
    challenge: &gate::Challenge,
    prompter: &mut dyn Prompter,
    context: &mut Context,
) -> anyhow::Result<Option<Decision<'a>>> {
    // What decides may have scrolled away by now.
    context.ui.err.line("")?;
    results::reminder(&mut context.ui, reviewed)?;
    let answer = ask::challenge(prompter, reviewed, verdict, challenge)?;
    Ok(answer.and_then(|answer| gate::answered(reviewed, verdict, challenge, &answer)))
}

/// What `--expect` binds.
struct Expectations {
    named: Vec<(String, Digest)>,
    single: Option<Digest>,
}

fn expectations(texts: &[String], names: &[String]) -> Result<Expectations, Failure> {
    let mut expectations = Expectations {
        named: Vec::new(),
        single: None,
    };
    for text in texts {
        // A name may hold "=", a fingerprint does not.
        let (name, digest) = match text.rsplit_once('=') {
            Some((name, digest)) => (Some(name), digest),
            None => (None, text.as_str()),
        };
        let digest = Digest::parse(digest).ok_or_else(|| {
            Failure::usage(format!("--expect \"{text}\" does not end in a fingerprint"))
                .hint("A fingerprint is \"sha256:\" and 64 hex digits, as show and list -o json print it.")
        })?;
        match name {
            Some(name) => {
                let other =
                    |(known, expected): &(String, Digest)| known == name && *expected != digest;
                if expectations.named.iter().any(other) {
                    return Err(Failure::usage(format!(
                        "--expect names two fingerprints for \"{name}\""
                    )));
                }
                expectations.named.push((name.to_owned(), digest));
            }
            None if names.len() == 1 && texts.len() == 1 => expectations.single = Some(digest),
            None => {
                return Err(Failure::usage(
                    "--expect without a name goes with a single CSR that is named",
                )
                .hint("Write --expect NAME=FINGERPRINT for each."));
            }
        }
    }
    Ok(expectations)
}

impl Expectations {
    /// Binds each expectation to its target.
    fn bind(self, targets: &mut [Target]) -> Result<(), Failure> {
        if let (Some(digest), [target]) = (self.single, &mut *targets) {
            target.expect = Some(digest);
        }
        for (name, digest) in self.named {
            let mut found = false;
            for target in targets.iter_mut().filter(|target| target.name == name) {
                target.expect = Some(digest);
                found = true;
            }
            if !found {
                return Err(Failure::usage(format!(
                    "--expect names \"{name}\", which is not among the CSRs to decide"
                )));
            }
        }
        Ok(())
    }
}

/// The CSRs that files name. A bare request names nothing on a cluster.
fn from_files(selection: &Selection, ui: &mut Ui) -> anyhow::Result<Vec<Target>> {
    if selection.files.is_empty() {
        return Ok(Vec::new());
    }
    if selection.has_min_risk() {
        return Err(Failure::usage("--min-risk does not go with files here")
            .hint("The risk is judged of what is on the cluster. Select there, or name the CSRs.")
            .into());
    }
    let contents = files::read(&selection.files, selection.recursive)?;
    for note in contents.notes() {
        failure::note(ui, &note)?;
    }
    if let Some(unreadable) = contents.unreadable.first() {
        // One cannot know what was meant: nothing is decided.
        return Err(Failure::failed(unreadable.why.clone())
            .hint("Nothing was decided. Leave out what is not a CertificateSigningRequest.")
            .into());
    }
    contents
        .found
        .into_iter()
        .filter(|found| selection.means(&found.csr))
        .map(|found| {
            let (csr, _) = found.named()?;
            // A file or folder is a selection: what is in it was not written on the command line.
            let target = Target::selected(&csr.name);
            Ok(Target {
                file: Some(csr),
                ..target
            })
        })
        .collect()
}
