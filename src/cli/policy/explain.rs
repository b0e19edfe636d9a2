//! `policy explain`: what a policy makes of CSRs on the cluster, and why.

use serde::Serialize;

use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::facts::tell_unknown;
use crate::cli::failure::Failure;
use crate::cli::gather::{Gather, Item, whole};
use crate::policy::{Check, CheckResult, Step};
use crate::review::Reviewed;
use crate::ui::report::API_VERSION;
use crate::ui::{Escaped, json};

use super::{Explain, Judged, Output, read as read_policy, trace};

pub(super) async fn run(args: &Explain, context: &mut Context) -> anyhow::Result<Exit> {
    let policy = read_policy(&args.file)?;
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
        tell_unknown(&mut context.ui, &facts)?;
    }
    let judged: Vec<Judged<'_>> = reviewed
        .iter()
        .map(|reviewed| Judged::new(&policy, reviewed))
        .collect();
    let ui = &mut context.ui;
    match args.output {
        Output::Json => json::to_writer(&mut ui.out, &TraceList::new(&judged))?,
        Output::Text => {
            for judged in &judged {
                let name = Escaped::word(&judged.reviewed.csr().name);
                let words = judged.words();
                ui.out
                    .line(format_args!("{name}: {}", Escaped::sentence(&words)))?;
                trace(ui, &judged.ruling)?;
            }
            if judged.is_empty() && exit == Exit::Done {
                ui.err.line("No resources found")?;
            }
        }
    }
    Ok(exit)
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
    why: Option<&'a str>,
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
    fn new(judged: &'a [Judged<'a>]) -> Self {
        let check = |check: &'a Check| CheckItem {
            field: check.field,
            holds: match check.result {
                CheckResult::Holds => Some(true),
                CheckResult::Fails => Some(false),
                CheckResult::Unknown => None,
            },
            seen: &check.seen,
        };
        let step = |step: &'a Step<'a>| StepItem {
            rule: &step.rule.name,
            matches: step.matches(),
            checks: step
                .matching
                .iter()
                .chain(&step.requirements)
                .map(check)
                .collect(),
        };
        let item = |judged: &'a Judged<'a>| {
            let reviewed = judged.reviewed;
            let unreviewable = reviewed.assessment().unreviewable();
            TraceItem {
                name: &reviewed.csr().name,
                uid: reviewed.csr().metadata.uid.as_deref(),
                action: judged.outcome.as_str(),
                why: judged.why(),
                rule: judged.ruling.rule.map(|rule| rule.name.as_str()),
                unreviewable: unreviewable.map(|finding| &*finding.message),
                trace: judged.ruling.trace.iter().map(step).collect(),
            }
        };
        Self {
            api_version: API_VERSION,
            kind: "PolicyTraceList",
            items: judged.iter().map(item).collect(),
        }
    }
}
