//! `explain`: a rule's page.

use clap::Args as ClapArgs;

use crate::risk::{Rule, rule, rules};
use crate::ui::{Cell, Column, Escaped, Table, Tone, Ui, Wrap};

use super::Context;
use super::exit::Exit;
use super::failure::Failure;

/// Explain a rule: what it looks for, why, and what to do
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review explain                       # every rule
  kubectl csr-review explain subject-system-masters")]
pub(super) struct Args {
    /// Rules to explain; all are listed if none is named.
    #[arg(value_name = "RULE")]
    rules: Vec<String>,
}

pub(super) fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    let ui = &mut context.ui;
    if args.rules.is_empty() {
        let mut table = Table::new(&[
            Column::new("RULE", Wrap::Never),
            Column::new("AT MOST", Wrap::Never),
            Column::new("FIRES IF A CSR", Wrap::Words),
        ]);
        for rule in rules() {
            table.row([
                Cell::from(Escaped::new(rule.id)),
                Cell::new(
                    Escaped::new(rule.severity.as_str()),
                    Tone::from(rule.severity),
                ),
                Cell::from(Escaped::new(rule.title)),
            ]);
        }
        table.print(&mut ui.out)?;
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    let mut first = true;
    for id in &args.rules {
        let Some(rule) = rule(id) else {
            Failure::usage(format!("there is no rule \"{id}\""))
                .hint("\"kubectl csr-review explain\" lists the rules.")
                .tell(ui)?;
            exit = Exit::Usage;
            continue;
        };
        if !first {
            ui.out.line("")?;
        }
        first = false;
        page(ui, rule)?;
    }
    Ok(exit)
}

fn page(ui: &mut Ui, rule: &Rule) -> std::io::Result<()> {
    let id = ui.out.paint(Tone::Bold, rule.id);
    let severity = ui.out.severity(rule.severity);
    let title = format!("{id}: {} (at most {severity})", rule.title);
    ui.out.line(title)?;
    for (label, text) in [
        ("Why", rule.why),
        ("What to do", rule.advice),
        ("Source", rule.source),
    ] {
        ui.out.line(format_args!("  {label:<12}{text}"))?;
    }
    Ok(())
}
