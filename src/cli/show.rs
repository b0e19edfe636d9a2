//! `show`: everything about some CSRs.

use clap::{Args as ClapArgs, ValueEnum};

use crate::ui::detail;

use super::Context;
use super::exit::Exit;
use super::gather::{self, Selection};

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

    #[command(flatten)]
    selection: Selection,
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
    let reviews = gather::reviews(&args.selection, async || context.connect().await).await?;
    context.unread = reviews.exit();
    let ui = &mut context.ui;
    match args.output {
        Output::Json => reviews.document().write_json(&mut ui.out)?,
        Output::Yaml => reviews.document().write_yaml(&mut ui.out)?,
        Output::Text => {
            for (index, (csr, assessment)) in reviews.items.iter().enumerate() {
                if index > 0 {
                    ui.out.line("\n")?;
                }
                detail::show(&mut ui.out, csr, assessment, reviews.now)?;
            }
            if reviews.is_empty() {
                ui.err.line("No resources found")?;
            }
        }
    }
    super::tell_missing(ui, &reviews)?;
    Ok(context.unread)
}
