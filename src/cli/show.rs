//! `show`: everything about some CSRs.

use clap::{Args as ClapArgs, ValueEnum};

use crate::ui::detail::{self, Powers};

use super::Context;
use super::exit::Exit;
use super::facts::{self, FactOptions};
use super::gather::{self, Detail};
use super::selection::Selection;

/// Show everything about CSRs: what decides first
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review show jane                     # everything about one CSR
  kubectl csr-review show -f request.pem           # a request without any cluster
  kubectl csr-review show jane -o json | jq .items[0].findings")]
pub(super) struct Args {
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    /// How much is shown of what the identity could do in the cluster.
    #[arg(long, value_name = "EXTENT", value_enum, default_value_t)]
    access: Access,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    facts: FactOptions,
}

/// How much is shown of what an identity could do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Access {
    /// The few powers that decide.
    #[default]
    Few,
    /// Every power.
    Full,
}

/// How CSRs are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    #[default]
    Text,
    /// The documented JSON.
    Json,
    /// The same as YAML.
    Yaml,
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    let reviews = gather::reviews(&args.selection, &args.facts, Detail::All, context).await?;
    context.unread = reviews.exit();
    let ui = &mut context.ui;
    if !reviews.items.is_empty() {
        facts::tell_unknown(ui, &reviews.facts)?;
    }
    match args.output {
        Output::Json => reviews.document().write_json(&mut ui.out)?,
        Output::Yaml => reviews.document().write_yaml(&mut ui.out)?,
        Output::Text => {
            let powers = match args.access {
                Access::Few => Powers::Few,
                Access::Full => Powers::All,
            };
            for (index, review) in reviews.items.iter().enumerate() {
                if index > 0 {
                    ui.out.line("\n")?;
                }
                let (csr, assessment) = (&review.csr, &review.assessment);
                detail::show(&mut ui.out, csr, assessment, &reviews.facts, powers)?;
            }
            if reviews.is_empty() {
                ui.err.line("No resources found")?;
            }
        }
    }
    super::tell_missing(ui, &reviews)?;
    Ok(context.unread)
}
