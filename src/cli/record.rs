//! The record of decisions: what `--record` keeps, and `record`, which shows it.

mod file;
mod journal;
mod show;

use clap::{Args as ClapArgs, Subcommand};

use super::Context;
use super::exit::Exit;

pub(super) use journal::{Journal, Ready, RecordOption, Trail};

/// Read what --record wrote
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review record show decisions.jsonl --since 7d")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    Show(show::Args),
}

pub(super) fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    match &args.command {
        Verb::Show(args) => show::run(args, context),
    }
}
