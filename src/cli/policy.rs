//! `policy`: check, test and explain a policy file.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::csr::{self, Source};
use crate::facts::others::Entry;
use crate::facts::rbac::Rbac;
use crate::facts::{ApiServerNames, Authorizers, Fact, Facts, Nodes, Others};
use crate::policy::{self, Action, Check, CheckResult, Policy, Ruling};
use crate::review::Reviewed;
use crate::ui::report::API_VERSION;
use crate::ui::{Escaped, Tone, Ui, json};

use super::Context;
use super::exit::Exit;
use super::facts::FactOptions;
use super::failure::{self, Failure};
use super::files;
use super::gather::{Gather, Item, whole};
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
    /// approve, deny or ask, and may have "csr-review/expect-rule", the name of the rule that decides. It is
    /// judged as if it were on a cluster, by the Nodes, roles, bindings and Services that are in the directory
    /// too, and by the other CSRs there.
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
        What::Test { file, dir, now } => test(file, dir, *now, &mut context.ui),
        What::Explain(args) => explain(args, context).await,
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

const EXPECT: &str = "csr-review/expect";
const EXPECT_RULE: &str = "csr-review/expect-rule";

/// A CSR with what is expected of the policy.
struct Case {
    file: String,
    csr: csr::Csr,
    object: Box<RawValue>,
    action: String,
    rule: Option<String>,
}

fn test(file: &Path, dir: &Path, now: Option<Timestamp>, ui: &mut Ui) -> anyhow::Result<Exit> {
    let policy = read(file)?;
    let objects = files::objects(dir)?;
    let mut cases = Vec::new();
    for (file, object) in &objects {
        if object["kind"] == "CertificateSigningRequest" {
            cases.push(case(file, object)?);
        }
    }
    if cases.is_empty() {
        let message = format!("{} holds no CertificateSigningRequest", dir.display());
        return Err(Failure::failed(message).into());
    }
    let facts = facts(&objects, &cases, now)?;
    let mut failed = 0;
    let total = cases.len();
    for case in cases {
        let reviewed = Reviewed::judge(case.csr, case.object, &facts);
        let ruling = reviewed.ruling(&policy);
        // What is never approved is left to a person, who cannot either.
        let action = match ruling.action {
            Action::Approve if reviewed.assessment().unreviewable().is_some() => Action::Ask,
            action => action,
        };
        let rule = ruling.rule.map(|rule| rule.name.as_str());
        let as_expected = action.as_str() == case.action
            && case
                .rule
                .as_deref()
                .is_none_or(|wanted| rule == Some(wanted));
        let name = &reviewed.csr().name;
        let by = rule.map_or_else(
            || "no rule matches".to_owned(),
            |rule| format!("rule {rule}"),
        );
        let line = format!("{}: {}: {} ({by})", case.file, name, action.as_str());
        if as_expected {
            let word = ui.out.paint(Tone::Dim, "ok");
            ui.out
                .line(format_args!("{word} {}", Escaped::sentence(&line)))?;
        } else {
            failed += 1;
            let word = ui.out.paint(Tone::Critical, "not ok");
            let wanted = match &case.rule {
                Some(rule) => format!("{} by rule {rule}", case.action),
                None => case.action.clone(),
            };
            let line = format!("{line}, expected {wanted}");
            ui.out
                .line(format_args!("{word} {}", Escaped::sentence(&line)))?;
            trace(ui, &ruling)?;
        }
    }
    ui.out
        .line(format_args!("{} passed, {failed} failed", total - failed))?;
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn case(file: &str, object: &Value) -> Result<Case, Failure> {
    let bad = |why: String| {
        let name = object["metadata"]["name"].as_str().unwrap_or("(unnamed)");
        Failure::failed(format!("{file}: {name}: {why}"))
    };
    let annotation = |key: &str| object["metadata"]["annotations"][key].as_str();
    let action = annotation(EXPECT)
        .filter(|word| ["approve", "deny", "ask"].contains(word))
        .ok_or_else(|| {
            bad(format!(
                "its annotation {EXPECT} is not approve, deny or ask"
            ))
        })?;
    let raw = RawValue::from_string(object.to_string()).map_err(|error| bad(error.to_string()))?;
    let csr = csr::read(raw.get(), Source::Cluster).map_err(|error| bad(error.why))?;
    Ok(Case {
        file: file.to_owned(),
        csr,
        object: raw,
        action: action.to_owned(),
        rule: annotation(EXPECT_RULE).map(str::to_owned),
    })
}

/// What the objects of a directory tell of a cluster. A kind of which none is there was not asked for.
fn facts(
    objects: &[(String, Value)],
    cases: &[Case],
    now: Option<Timestamp>,
) -> Result<Facts, Failure> {
    let of = |kind: &str| -> Result<Vec<Box<RawValue>>, Failure> {
        let of_kind = objects.iter().filter(|(_, object)| object["kind"] == kind);
        of_kind
            .map(|(file, object)| {
                RawValue::from_string(object.to_string())
                    .map_err(|error| Failure::failed(format!("{file}: {error}")))
            })
            .collect()
    };
    let newest = cases
        .iter()
        .filter_map(|case| case.csr.metadata.created_at)
        .max();
    let minute = jiff::SignedDuration::from_mins(1);
    let later = newest.and_then(|newest| newest.checked_add(minute).ok());
    let mut facts = Facts::at(now.or(later).unwrap_or_else(Timestamp::now));
    let nodes = of("Node")?;
    if !nodes.is_empty() {
        facts.nodes = Fact::Known(Nodes::read(&nodes));
        let service = match of("Service")?.into_iter().next() {
            Some(service) => Fact::Known(service),
            None => Fact::NotAsked,
        };
        facts.api_server = Fact::Known(ApiServerNames::new(&service, []));
    }
    let roles = [of("ClusterRole")?, of("Role")?];
    let bindings = [of("ClusterRoleBinding")?, of("RoleBinding")?];
    if roles.iter().chain(&bindings).any(|list| !list.is_empty()) {
        let rbac = Rbac::read(&roles[0], &roles[1], &bindings[0], &bindings[1]);
        facts.authorizers = Fact::Known(Authorizers::new(Fact::Known(rbac)));
    }
    let entries = cases.iter().map(|case| Entry::of(&case.csr));
    facts.others = Fact::Known(Others::index(entries.collect()));
    Ok(facts)
}

async fn explain(args: &Explain, context: &mut Context) -> anyhow::Result<Exit> {
    let policy = read(&args.file)?;
    if !args.selection.files.is_empty() {
        return Err(
            Failure::usage("a policy is explained with CSRs on a cluster, not in files")
                .hint("\"kubectl csr-review policy test\" runs it over files.")
                .into(),
        );
    }
    let cluster = context.connect().await?;
    let read = async |gather: Gather<'_>| gather.read(whole).await;
    let (read, facts) = context
        .gather(&cluster, &args.selection, &args.facts, read)
        .await?;
    let mut exit = Exit::Done;
    for (_, error) in read.missing {
        let failure = Failure::from(error);
        exit = exit.worse(failure.exit);
        failure.tell(&mut context.ui)?;
    }
    for error in &read.unreadable {
        exit = exit.worse(Exit::Failed);
        Failure::failed(error.why.clone()).tell(&mut context.ui)?;
    }
    let reviewed: Vec<Reviewed> = read
        .items
        .into_iter()
        .map(|Item { csr, object }| Reviewed::judge(*csr, object, &facts))
        .collect();
    if !reviewed.is_empty() {
        super::facts::tell_unknown(&mut context.ui, &facts)?;
    }
    let rulings: Vec<(&Reviewed, Ruling<'_>)> = reviewed
        .iter()
        .map(|reviewed| (reviewed, reviewed.ruling(&policy)))
        .collect();
    let ui = &mut context.ui;
    match args.output {
        Output::Json => json::to_writer(&mut ui.out, &TraceList::new(&rulings))?,
        Output::Text => {
            for (reviewed, ruling) in &rulings {
                let name = Escaped::word(&reviewed.csr().name);
                let word = match ruling.action {
                    Action::Approve if reviewed.assessment().unreviewable().is_some() => {
                        "approve, and it is refused: it is unreviewable"
                    }
                    action => action.as_str(),
                };
                ui.out.line(format_args!("{name}: {word}"))?;
                trace(ui, ruling)?;
            }
            if rulings.is_empty() && exit == Exit::Done {
                ui.err.line("No resources found")?;
            }
        }
    }
    Ok(exit)
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TraceList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<TraceItem<'a>>,
}

#[derive(Serialize)]
struct TraceItem<'a> {
    name: &'a str,
    uid: Option<&'a str>,
    action: &'static str,
    rule: Option<&'a str>,
    unreviewable: Option<&'a str>,
    trace: Vec<StepItem<'a>>,
}

#[derive(Serialize)]
struct StepItem<'a> {
    rule: &'a str,
    matches: bool,
    checks: Vec<CheckItem<'a>>,
}

#[derive(Serialize)]
struct CheckItem<'a> {
    field: &'a str,
    /// `None`: it could not be judged.
    holds: Option<bool>,
    seen: &'a str,
}

impl<'a> TraceList<'a> {
    fn new(rulings: &'a [(&'a Reviewed, Ruling<'a>)]) -> Self {
        let check = |check: &'a Check| CheckItem {
            field: check.field,
            holds: match check.result {
                CheckResult::Holds => Some(true),
                CheckResult::Fails => Some(false),
                CheckResult::Unknown => None,
            },
            seen: &check.seen,
        };
        let items = rulings.iter().map(|(reviewed, ruling)| TraceItem {
            name: &reviewed.csr().name,
            uid: reviewed.csr().metadata.uid.as_deref(),
            action: ruling.action.as_str(),
            rule: ruling.rule.map(|rule| rule.name.as_str()),
            unreviewable: reviewed
                .assessment()
                .unreviewable()
                .map(|finding| &*finding.message),
            trace: ruling
                .trace
                .iter()
                .map(|step| StepItem {
                    rule: &step.rule.name,
                    matches: step.matches(),
                    checks: step
                        .matching
                        .iter()
                        .chain(&step.requirements)
                        .map(check)
                        .collect(),
                })
                .collect(),
        });
        Self {
            api_version: API_VERSION,
            kind: "PolicyTraceList",
            items: items.collect(),
        }
    }
}
