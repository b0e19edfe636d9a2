//! `list`: the pending CSRs, riskiest first.

use std::mem;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use crate::csr::Csr;
use crate::risk::{Assessment, Severity};
use crate::ui::report::Review;
use crate::ui::{Cell, Column, Escaped, HumanDuration, Table, Tone, Ui, Wrap};

use super::Context;
use super::cores;
use super::exit::Exit;
use super::facts::{self, FactOptions};
use super::gather::{self, Detail, Reviews};
use super::selection::Selection;

/// List CSRs with who would log in, who asks, and how dangerous that is
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review list                          # what is pending, riskiest first
  kubectl csr-review list --all -o wide            # everything, with keys, names and findings
  kubectl csr-review list -f manifests/ --fail-on high   # a gate for CI: exit code 3")]
pub(super) struct Args {
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    /// Leave the column titles out.
    #[arg(long)]
    no_headers: bool,

    /// Exit with code 3 if a CSR has at least this risk, is unreviewable, or cannot be read.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    fail_on: Option<Severity>,

    /// Of those that ask for the same, show only the newest, and how many it supersedes.
    #[arg(long)]
    group: bool,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Columns.
    #[default]
    Table,
    /// More columns.
    Wide,
    /// The documented JSON.
    Json,
    /// The same as YAML.
    Yaml,
    /// One name a line, for kubectl.
    Name,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    let detail = match args.output {
        Output::Table | Output::Name if !args.group => Detail::Columns,
        _ => Detail::All,
    };
    let mut reviews =
        gather::reviews(&args.selection, &args.facts.for_overview(), detail, context).await?;
    let exit = reviews.exit();
    let exit = match gated(args.fail_on, &reviews) {
        // What could not be read at all is a failure, whatever the gate says to the rest.
        Some(refused) if reviews.missing.is_empty() => refused,
        Some(refused) => exit.worse(refused),
        None => exit,
    };
    context.unread = exit;
    // After the gate: what it trips on is not hidden by what is shown.
    if args.group {
        reviews.group();
    }
    let ui = &mut context.ui;
    if !reviews.items.is_empty() {
        facts::tell_unknown(ui, &reviews.facts)?;
    }
    write(args, ui, &mut reviews)?;
    super::tell_missing(ui, &reviews)?;
    Ok(exit)
}

/// The exit code of `--fail-on`, if it trips: also on what nobody can judge.
fn gated(fail_on: Option<Severity>, reviews: &Reviews) -> Option<Exit> {
    let limit = fail_on?;
    let trips = !reviews.unreadable.is_empty()
        || reviews.items.iter().any(|Review { assessment, .. }| {
            assessment.risk() >= limit || assessment.unreviewable().is_some()
        });
    trips.then_some(Exit::Refused)
}

/// Writes the CSRs. Those of a table are given up on the way: of a long list there are rows in the end, and no more.
fn write(args: &Args, ui: &mut Ui, reviews: &mut Reviews) -> anyhow::Result<()> {
    match args.output {
        Output::Json => reviews.document().write_json(&mut ui.out)?,
        Output::Yaml => reviews.document().write_yaml(&mut ui.out)?,
        Output::Name => {
            for Review { csr, .. } in &reviews.items {
                ui.out.line(format_args!(
                    "{}/{}",
                    super::RESOURCE,
                    Escaped::new(&csr.name)
                ))?;
            }
        }
        Output::Table | Output::Wide => {
            if reviews.items.is_empty() {
                if reviews.is_empty() {
                    ui.err.line("No resources found")?;
                }
                return Ok(());
            }
            table(args, reviews)
                .no_headers(args.no_headers)
                .print(&mut ui.out)?;
        }
    }
    Ok(())
}

/// The columns of every list.
pub(super) const COLUMNS: [Column; 9] = [
    Column::new("NAME", Wrap::Anywhere),
    Column::new("RISK", Wrap::Words),
    Column::new("USER", Wrap::Anywhere),
    Column::new("GROUPS", Wrap::Anywhere),
    Column::new("REQUESTOR", Wrap::Anywhere),
    Column::new("USAGES", Wrap::Words),
    Column::new("SIGNERNAME", Wrap::Anywhere),
    Column::new("AGE", Wrap::Never),
    Column::new("CONDITION", Wrap::Anywhere),
];

fn table(args: &Args, reviews: &mut Reviews) -> Table {
    let wide = args.output == Output::Wide;
    let mut columns = COLUMNS.to_vec();
    if args.group {
        columns.push(Column::new("SUPERSEDES", Wrap::Never));
    }
    if wide {
        columns.extend([
            Column::new("REQUESTEDDURATION", Wrap::Never),
            Column::new("KEY", Wrap::Words),
            Column::new("SANS", Wrap::Anywhere),
            Column::new("FINDINGS", Wrap::Words),
        ]);
    }
    let now = reviews.facts.now;
    let row = |review| {
        let Review {
            csr,
            assessment,
            supersedes,
        } = review;
        let mut row = cells(&csr, &assessment, now);
        if args.group {
            let count = supersedes.len().to_string();
            row.push(Cell::from(Escaped::new(&count)));
        }
        if wide {
            row.extend(wide_cells(&csr, &assessment));
        }
        row
    };
    let mut table = Table::new(&columns);
    for row in cores::map(mem::take(&mut reviews.items), row) {
        table.row(row);
    }
    table
}

/// What kubectl writes where there is nothing.
fn none() -> Cell {
    Cell::from(Escaped::new("<none>"))
}

fn listed(items: &[String]) -> Cell {
    if items.is_empty() {
        none()
    } else {
        Cell::from(Escaped::list(items))
    }
}

/// The cells of a CSR under [`COLUMNS`].
pub(super) fn cells(csr: &Csr, assessment: &Assessment, now: Timestamp) -> Vec<Cell> {
    let risk = assessment.risk();
    let word = match assessment.unreviewable() {
        Some(_) => format!("{risk}, unreviewable"),
        None => risk.to_string(),
    };
    let accepted = csr.request.accepted();
    let age = match csr.metadata.created_at {
        Some(created) => HumanDuration(now.duration_since(created)).to_string(),
        None => "<unknown>".to_owned(),
    };
    let requestor = csr.requestor.as_ref().map(|requestor| &requestor.username);
    let plain = |text: &str| Cell::from(Escaped::new(text));
    vec![
        plain(&csr.name),
        Cell::new(Escaped::new(&word), Tone::from(risk)),
        match accepted {
            Some(content) => plain(content.subject.user()),
            None => plain("<refused>"),
        },
        match accepted {
            Some(content) => listed(&content.subject.groups()),
            None => plain("<refused>"),
        },
        requestor.map_or_else(none, |name| plain(name)),
        if csr.usages.is_empty() {
            none()
        } else {
            plain(&csr.usages.join(", "))
        },
        csr.signer_name.as_deref().map_or_else(none, plain),
        plain(&age),
        plain(&csr.state.summary()),
    ]
}

fn wide_cells(csr: &Csr, assessment: &Assessment) -> Vec<Cell> {
    let plain = |text: &str| Cell::from(Escaped::new(text));
    let duration = csr
        .expiration_seconds
        .map(|seconds| HumanDuration(SignedDuration::from_secs(seconds)).to_string());
    let key = csr.request.content.as_ref().map(|content| {
        let key = &content.key;
        match (key.curve(), key.bits) {
            (Some(curve), _) => curve.to_owned(),
            (None, Some(bits)) => format!("{} {bits}", key.algorithm_name()),
            (None, None) => key.algorithm_name(),
        }
    });
    let names: Vec<String> = csr.request.accepted().map_or_else(Vec::new, |content| {
        let san = &content.san;
        san.dns
            .iter()
            .cloned()
            .chain(san.ip.iter().map(ToString::to_string))
            .chain(san.email.iter().cloned())
            .chain(san.uri.iter().cloned())
            .chain(san.other.iter().map(|other| other.kind.to_owned()))
            .collect()
    });
    let findings: Vec<String> = assessment
        .findings
        .iter()
        .map(|finding| finding.rule.id.to_owned())
        .collect();
    vec![
        duration.as_deref().map_or_else(none, plain),
        key.as_deref().map_or_else(none, plain),
        listed(&names),
        listed(&findings),
    ]
}
