//! Shell completion: scripts for the program itself, and kubectl's own protocol.
//!
//! kubectl completes a plugin through an executable `kubectl_complete-NAME`, which prints one candidate a
//! line, with a tab and a description where there is one, and at last `:` and a directive
//! (`pkg/cmd/plugin/plugin_completion.go`).

use std::io;
use std::time::Duration;

use clap::{Args as ClapArgs, Command, CommandFactory as _};
use clap_complete::Shell;

use crate::csr::{self, Signer, Source};
use crate::risk::rules;

use super::exit::Exit;
use super::gather::{self, Selection};
use super::{Cli, Context};

/// kubectl's directive: nothing else is to be completed, files neither.
const NO_FILES: u8 = 4;
/// kubectl's directive: let the shell go on as it likes.
const DEFAULT: u8 = 0;
/// A completion that takes longer is in the way.
const PATIENCE: Duration = Duration::from_secs(3);

/// Print a completion script for a shell
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review completion bash > /etc/bash_completion.d/kubectl-csr-review

kubectl itself completes \"kubectl csr-review …\" through the executable kubectl_complete-csr_review,
which stands beside the scripts in completions/.")]
pub(super) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args, context: &mut Context) -> io::Result<Exit> {
    let mut script = Vec::new();
    // The name under which a shell finds the program; kubectl's own words are completed by kubectl.
    clap_complete::generate(
        args.shell,
        &mut Cli::command(),
        "kubectl-csr_review",
        &mut script,
    );
    context
        .ui
        .out
        .write_str(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Candidates for the last of these words, by kubectl's protocol.
#[derive(ClapArgs, Clone, Debug)]
pub(super) struct Complete {
    /// The words after the plugin's name; the last one is being completed.
    #[arg(
        value_name = "WORD",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    words: Vec<String>,
}

pub(super) async fn complete(args: &Complete, context: &mut Context) -> io::Result<Exit> {
    let (last, before) = match args.words.split_last() {
        Some((last, before)) => (last.as_str(), before),
        None => ("", &[][..]),
    };
    let root = Cli::command();
    let command = before
        .iter()
        .find_map(|word| root.find_subcommand(word))
        .unwrap_or(&root);
    let mut candidates = Vec::new();
    let mut directive = NO_FILES;
    let previous = before.last().map(String::as_str).unwrap_or_default();
    if let Some(values) = values_of(command, &root, previous) {
        match values {
            Values::Known(values) => candidates = values,
            Values::Rules => candidates = rule_ids(),
            Values::Signers => candidates = signers(),
            Values::Files => directive = DEFAULT,
            Values::Unknown => {}
        }
    } else if last.starts_with('-') {
        candidates = flags(command, &root);
    } else if std::ptr::eq(command, &raw const root) {
        candidates = commands(&root);
    } else if command.get_name() == "explain" {
        candidates = rule_ids();
    } else if command.get_name() == "completion" {
        candidates = ["bash", "zsh", "fish", "powershell", "elvish"]
            .map(|shell| (shell.to_owned(), String::new()))
            .into();
    } else if takes_names(command) {
        candidates = pending_names(context).await;
    }
    for (candidate, description) in candidates {
        if candidate.starts_with(last) {
            if description.is_empty() {
                context.ui.out.line(candidate)?;
            } else {
                context
                    .ui
                    .out
                    .line(format_args!("{candidate}\t{description}"))?;
            }
        }
    }
    context.ui.out.line(format_args!(":{directive}"))?;
    Ok(Exit::Done)
}

enum Values {
    Known(Vec<(String, String)>),
    Rules,
    Signers,
    Files,
    Unknown,
}

/// What the flag in front of the word takes, if it is one that takes a value.
fn values_of(command: &Command, root: &Command, word: &str) -> Option<Values> {
    let flag = all_flags(command, root).find(|flag| {
        let long = flag.get_long().map(|long| format!("--{long}"));
        let short = flag.get_short().map(|short| format!("-{short}"));
        long.as_deref() == Some(word) || short.as_deref() == Some(word)
    })?;
    if !flag.get_action().takes_values() {
        return None;
    }
    Some(match flag.get_id().as_str() {
        "accept" => Values::Rules,
        "signer" => Values::Signers,
        "files" | "kubeconfig" | "client_certificate" | "client_key" | "certificate_authority" => {
            Values::Files
        }
        _ => {
            let known: Vec<(String, String)> = flag
                .get_possible_values()
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| (value.get_name().to_owned(), help(value.get_help())))
                .collect();
            if known.is_empty() {
                Values::Unknown
            } else {
                Values::Known(known)
            }
        }
    })
}

fn help(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn all_flags<'a>(command: &'a Command, root: &'a Command) -> impl Iterator<Item = &'a clap::Arg> {
    command
        .get_arguments()
        .chain(root.get_arguments().filter(|flag| flag.is_global_set()))
        .filter(|flag| !flag.is_positional())
}

fn flags(command: &Command, root: &Command) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = all_flags(command, root)
        .filter(|flag| !flag.is_hide_set())
        .filter_map(|flag| Some((format!("--{}", flag.get_long()?), help(flag.get_help()))))
        .chain([("--help".to_owned(), "Print help".to_owned())])
        .collect();
    all.sort();
    all.dedup_by(|one, other| one.0 == other.0);
    all
}

fn commands(root: &Command) -> Vec<(String, String)> {
    root.get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| (command.get_name().to_owned(), help(command.get_about())))
        .collect()
}

fn rule_ids() -> Vec<(String, String)> {
    rules()
        .map(|rule| (rule.id.to_owned(), rule.title.to_owned()))
        .collect()
}

fn signers() -> Vec<(String, String)> {
    Signer::BUILT_IN
        .iter()
        .map(|name| ((*name).to_owned(), String::new()))
        .collect()
}

fn takes_names(command: &Command) -> bool {
    command
        .get_positionals()
        .any(|positional| positional.get_id() == "names")
}

/// Names of pending CSRs that can stand in a command line as they are. Whatever goes wrong, there is just
/// nothing to complete.
async fn pending_names(context: &mut Context) -> Vec<(String, String)> {
    let read = async {
        let cluster = context.connect().await.ok()?;
        gather::objects(&cluster, &Selection::default()).await.ok()
    };
    let Ok(Some(objects)) = tokio::time::timeout(PATIENCE, read).await else {
        return Vec::new();
    };
    let plain = |name: &str| {
        !name.starts_with('-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let mut names: Vec<(String, String)> = objects
        .iter()
        .filter_map(|object| csr::read(object.get(), Source::Cluster).ok())
        .filter(|csr| csr.state.is_pending() && plain(&csr.name))
        .map(|csr| (csr.name, String::new()))
        .collect();
    names.sort();
    names
}
