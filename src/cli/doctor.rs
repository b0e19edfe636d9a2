//! `doctor`: whether this user can review CSRs here, and what would be judged without.

mod answers;
mod check;
mod danger;
mod examine;

use clap::{Args as ClapArgs, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::ErrorKind;
use crate::ui::report::API_VERSION;
use crate::ui::{Cell, Column, Escaped, Table, Tone, Ui, Wrap, json, yaml};

use super::Context;
use super::exit::Exit;
use check::{Check, Diagnosis, Mark};

/// Say whether CSRs can be reviewed here, what cannot be checked, and who approves without a person
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Exits with 0 if CSRs can be listed and decided for at least one signer, else with 1; also where that
is not known. Nothing is changed.

Examples:
  kubectl csr-review doctor
  kubectl csr-review doctor --as jane                    # what jane would be told
  kubectl csr-review doctor -o json | jq .clusterRole    # the rights that are missing")]
pub(super) struct Args {
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,
}

/// How a diagnosis is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    #[default]
    Text,
    /// The documented JSON.
    Json,
}

/// `Diagnosis` of the JSON contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    ready: bool,
    checks: &'a [Check],
    cluster_role: Option<Value>,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    let diagnosis = match Cluster::connect(&context.connection, context.observer.clone()).await {
        Ok(cluster) => examine::examine(&Box::pin(answers::ask(&cluster)).await),
        Err(error) if error.kind() == ErrorKind::Usage => {
            return Err(super::Failure::from(error).into());
        }
        Err(error) => examine::unreachable("", &error),
    };
    let exit = if diagnosis.is_ready() {
        Exit::Done
    } else {
        Exit::Failed
    };
    context.unread = exit;
    let ui = &mut context.ui;
    match args.output {
        Output::Text => text(ui, &diagnosis)?,
        Output::Json => json::to_writer(
            &mut ui.out,
            &Document {
                api_version: API_VERSION,
                kind: "Diagnosis",
                ready: diagnosis.is_ready(),
                checks: &diagnosis.checks,
                cluster_role: diagnosis.missing.cluster_role(),
            },
        )?,
    }
    Ok(exit)
}

fn text(ui: &mut Ui, diagnosis: &Diagnosis) -> std::io::Result<()> {
    let mut table = Table::new(&[
        Column::new("RESULT", Wrap::Never),
        Column::new("CHECK", Wrap::Never),
        Column::new("SUBJECT", Wrap::Anywhere),
        Column::new("FINDING", Wrap::Words),
    ]);
    for check in &diagnosis.checks {
        let tone = match check.result {
            Mark::Ok => Tone::Good,
            Mark::Warn if check.critical => Tone::Critical,
            Mark::Warn => Tone::Medium,
            Mark::Fail => Tone::Critical,
            Mark::Unknown => Tone::Info,
        };
        let subject = check.subject.as_deref().unwrap_or("-");
        table.row([
            Cell::new(Escaped::new(check.result.as_str()), tone),
            Cell::from(Escaped::new(check.id)),
            Cell::from(Escaped::new(subject)),
            Cell::from(Escaped::sentence(&sentence(check))),
        ]);
    }
    table.print(&mut ui.out)?;
    if let Some(role) = diagnosis.missing.cluster_role() {
        ui.out.line("")?;
        ui.out
            .line("# What is missing. Read it, leave out what is not yours to do, and bind it to yourself.")?;
        ui.out.write_str(&yaml::to_string(&role))?;
    }
    Ok(())
}

/// What was found, and what to do about it.
fn sentence(check: &Check) -> String {
    let lead = if check.critical { "critical: " } else { "" };
    match &check.advice {
        Some(advice) => format!("{lead}{}. {advice}", check.message),
        None => format!("{lead}{}", check.message),
    }
}
