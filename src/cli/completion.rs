//! Shell completion: scripts for the program itself, and kubectl's own protocol.
//!
//! kubectl completes a plugin through an executable `kubectl_complete-NAME`, which prints one candidate a
//! line, with a tab and a description where there is one, and at last `:` and a directive
//! (`pkg/cmd/plugin/plugin_completion.go`).

use std::ffi::OsString;
use std::io;
use std::iter;
use std::time::Duration;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Args as ClapArgs, Command, CommandFactory as _, FromArgMatches as _};
use clap_complete::Shell;

use crate::cluster::ConnectionOptions;
use crate::csr::Signer;
use crate::risk::rules;

use super::exit::Exit;
use super::gather;
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

/// Candidates for the last of these words, by kubectl's protocol. Not a command of clap's: it would read
/// the words as its own flags, and offer itself in every shell.
#[derive(Clone, Debug)]
pub(super) struct Complete {
    /// The words after the plugin's name; the last one is being completed.
    words: Vec<String>,
}

impl Complete {
    /// What a command line asks to complete, if it asks that: `PROGRAM __complete WORD…`.
    pub(super) fn asked(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        (arguments.nth(1)? == "__complete").then(|| Self {
            words: arguments
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
        })
    }
}

pub(super) async fn complete(args: &Complete, context: &mut Context) -> io::Result<Exit> {
    let (last, before) = match args.words.split_last() {
        Some((last, before)) => (last.as_str(), before),
        None => ("", &[][..]),
    };
    let mut root = Cli::command();
    // Hands the global flags down, and adds what clap brings along.
    root.build();
    let (wanted, typed) = Line::read(&root, before).wanted(last);
    let mut directive = NO_FILES;
    let candidates = match wanted {
        Wanted::These(candidates) => candidates,
        Wanted::Names { taken } => pending_names(before, &taken, context).await,
        Wanted::Files => {
            directive = DEFAULT;
            Vec::new()
        }
    };
    for (candidate, description) in candidates {
        if candidate.starts_with(typed) {
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

/// A word and what it means.
type Candidate = (String, String);

/// What can stand in the place of a word.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// One of these.
    These(Vec<Candidate>),
    /// The name of a CSR, other than these.
    Names {
        /// Those that stand there already.
        taken: Vec<String>,
    },
    /// A file.
    Files,
}

/// The words in front of the one to complete, as far as they are understood: half a line is seldom right.
struct Line<'a> {
    /// The command, or the program as long as none is named.
    command: &'a Command,
    /// Flags that are there already.
    flags: Vec<&'a Arg>,
    /// Words that are no flags.
    positionals: Vec<&'a str>,
    /// The flag whose value comes next.
    open: Option<&'a Arg>,
    /// After `--`.
    no_more_flags: bool,
}

impl<'a> Line<'a> {
    fn read(root: &'a Command, words: &'a [String]) -> Self {
        let mut line = Self {
            command: root,
            flags: Vec::new(),
            positionals: Vec::new(),
            open: None,
            no_more_flags: false,
        };
        for word in words {
            line.word(word);
        }
        line
    }

    fn word(&mut self, word: &'a str) {
        if self.open.take().is_some() {
            // It is that flag's value, whatever it looks like.
        } else if self.no_more_flags || !word.starts_with('-') || word == "-" {
            match self.command.find_subcommand(word) {
                Some(command) => self.command = command,
                None => self.positionals.push(word),
            }
        } else if word == "--" {
            self.no_more_flags = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or_default();
            if let Some(flag) = self.long(name) {
                self.flag(flag, long.contains('='));
            }
        } else {
            for (index, letter) in word.char_indices().skip(1) {
                let Some(flag) = self.short(letter) else {
                    return;
                };
                let has_value = index + letter.len_utf8() < word.len();
                self.flag(flag, has_value);
                if flag.get_action().takes_values() {
                    return;
                }
            }
        }
    }

    fn flag(&mut self, flag: &'a Arg, has_value: bool) {
        self.flags.push(flag);
        if flag.get_action().takes_values() && !has_value {
            self.open = Some(flag);
        }
    }

    fn long(&self, name: &str) -> Option<&'a Arg> {
        let mut flags = self.command.get_arguments();
        flags.find(|flag| flag.get_long() == Some(name))
    }

    fn short(&self, letter: char) -> Option<&'a Arg> {
        let mut flags = self.command.get_arguments();
        flags.find(|flag| flag.get_short() == Some(letter))
    }

    /// What the last word can be, and as much of that as is there.
    fn wanted<'w>(&self, last: &'w str) -> (Wanted, &'w str) {
        if let Some(flag) = self.open {
            return (values(flag), last);
        }
        if self.no_more_flags || !last.starts_with('-') {
            return (self.positional(), last);
        }
        // Shells want the value alone.
        if let Some((flag, value)) = last.split_once('=') {
            let flag = match flag.strip_prefix("--") {
                Some(long) => self.long(long),
                None => match flag.chars().collect::<Vec<char>>().as_slice() {
                    ['-', letter] => self.short(*letter),
                    _ => None,
                },
            };
            let takes_value = |flag: &&Arg| flag.get_action().takes_values();
            let wanted = flag
                .filter(takes_value)
                .map_or_else(|| Wanted::These(Vec::new()), values);
            return (wanted, value);
        }
        (Wanted::These(self.more_flags()), last)
    }

    fn positional(&self) -> Wanted {
        if self.command.has_subcommands() {
            let commands = self.command.get_subcommands();
            return Wanted::These(
                commands
                    .filter(|command| !command.is_hide_set() && self.positionals.is_empty())
                    .map(|command| (command.get_name().to_owned(), help(command.get_about())))
                    .collect(),
            );
        }
        let taken = || self.positionals.iter().map(|&word| word.to_owned());
        let Some(positional) = self.command.get_positionals().next() else {
            return Wanted::These(Vec::new());
        };
        let again = matches!(positional.get_action(), ArgAction::Append);
        match positional.get_id().as_str() {
            "names" => Wanted::Names {
                taken: taken().collect(),
            },
            "rules" => Wanted::These(
                rule_ids()
                    .filter(|(id, _)| !self.positionals.contains(&id.as_str()))
                    .collect(),
            ),
            _ if again || self.positionals.is_empty() => values(positional),
            _ => Wanted::These(Vec::new()),
        }
    }

    /// The flags that can still be given.
    fn more_flags(&self) -> Vec<Candidate> {
        let spent = |flag: &Arg| {
            !matches!(flag.get_action(), ArgAction::Append)
                && self
                    .flags
                    .iter()
                    .any(|given| given.get_id() == flag.get_id())
        };
        let mut flags: Vec<Candidate> = self
            .command
            .get_arguments()
            .filter(|flag| !flag.is_hide_set() && !spent(flag))
            .filter_map(|flag| {
                // clap points to --help there, for whoever typed -h.
                let text = match flag.get_id().as_str() {
                    "help" => "Print help".to_owned(),
                    _ => help(flag.get_help()),
                };
                Some((format!("--{}", flag.get_long()?), text))
            })
            .collect();
        flags.sort();
        flags
    }
}

/// What a flag or a positional takes.
fn values(arg: &Arg) -> Wanted {
    match arg.get_id().as_str() {
        "accept" => Wanted::These(rule_ids().collect()),
        "signer" => Wanted::These(signers()),
        "files"
        | "file"
        | "plan"
        | "record"
        | "kubeconfig"
        | "client_certificate"
        | "client_key"
        | "certificate_authority" => Wanted::Files,
        _ => Wanted::These(
            arg.get_possible_values()
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| (value.get_name().to_owned(), help(value.get_help())))
                .collect(),
        ),
    }
}

fn help(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn rule_ids() -> impl Iterator<Item = Candidate> {
    rules().map(|rule| (rule.id.to_owned(), rule.title.to_owned()))
}

fn signers() -> Vec<Candidate> {
    Signer::BUILT_IN
        .iter()
        .map(|name| ((*name).to_owned(), String::new()))
        .collect()
}

/// Where the words say to connect; `None` if that is not to be understood.
fn connection(words: &[String]) -> Option<ConnectionOptions> {
    let words = iter::once("kubectl csr-review").chain(words.iter().map(String::as_str));
    let matches = Cli::command()
        .ignore_errors(true)
        .try_get_matches_from(words)
        .ok()?;
    ConnectionOptions::from_arg_matches(&matches).ok()
}

/// Names of pending CSRs that can stand in a command line as they are. Whatever goes wrong, there is just
/// nothing to complete.
async fn pending_names(
    words: &[String],
    taken: &[String],
    context: &mut Context,
) -> Vec<Candidate> {
    let Some(connection) = connection(words) else {
        return Vec::new();
    };
    context.connection = connection;
    let read = async {
        let cluster = context.connect().await.ok()?;
        gather::pending(&cluster).await.ok()
    };
    let Ok(Some(csrs)) = tokio::time::timeout(PATIENCE, read).await else {
        return Vec::new();
    };
    let plain = |name: &str| {
        !name.starts_with('-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let mut names: Vec<Candidate> = csrs
        .into_iter()
        .map(|csr| csr.name)
        .filter(|name| plain(name) && !taken.contains(name))
        .map(|name| (name, String::new()))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What could stand for the last of these words, as the shell would see it.
    fn candidates(words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let (last, before) = words.split_last().expect("a word");
        let mut root = Cli::command();
        root.build();
        let (wanted, typed) = Line::read(&root, before).wanted(last);
        match wanted {
            Wanted::These(candidates) => candidates
                .into_iter()
                .map(|(candidate, _)| candidate)
                .filter(|candidate| candidate.starts_with(typed))
                .collect(),
            Wanted::Names { taken } => vec![format!("a CSR but {taken:?}")],
            Wanted::Files => vec!["a file".to_owned()],
        }
    }

    #[test]
    fn commands_come_first_wherever_flags_stand() {
        let commands = [
            "list",
            "show",
            "review",
            "approve",
            "deny",
            "watch",
            "explain",
            "who-can",
            "doctor",
            "completion",
            "help",
        ];
        for words in [
            &[""][..],
            &["--context", "show", ""],
            &["--context=prod", ""],
            &["-n", "list", "--insecure-skip-tls-verify", ""],
            &["-nlist", ""],
        ] {
            let found = candidates(words);
            for command in &commands {
                assert!(
                    found.iter().any(|name| name == command),
                    "{words:?}: {found:?}"
                );
            }
            assert!(!found.iter().any(|name| name.starts_with('_')), "{found:?}");
        }
        assert_eq!(candidates(&["help", "appr"]), ["approve"]);
        assert_eq!(candidates(&["nonsense", ""]), [""; 0]);
    }

    #[test]
    fn values_belong_to_their_flag() {
        assert_eq!(candidates(&["list", "--output", "j"]), ["json"]);
        assert_eq!(candidates(&["list", "--output=j"]), ["json"]);
        assert_eq!(candidates(&["list", "-o=j"]), ["json"]);
        assert_eq!(candidates(&["list", "-o", "j"]), ["json"]);
        assert_eq!(candidates(&["approve", "-yo", "j"]), ["json"]);
        assert_eq!(candidates(&["--color", "al"]), ["always"]);
        assert_eq!(
            candidates(&["approve", "jane", "--dry-run", ""]),
            ["client", "server"]
        );
        assert_eq!(
            candidates(&["approve", "--accept", "sig-"]),
            ["sig-unverifiable"]
        );
        assert_eq!(
            candidates(&["list", "--signer=kubernetes.io/kubelet"]),
            ["kubernetes.io/kubelet-serving"]
        );
        assert_eq!(candidates(&["list", "-f", ""]), ["a file"]);
        assert_eq!(candidates(&["list", "--filename="]), ["a file"]);
        assert_eq!(candidates(&["approve", "--message", ""]), [""; 0]);
        assert_eq!(candidates(&["approve", "--yes=", ""]), ["a CSR but []"]);
        assert_eq!(candidates(&["approve", "--yes="]), [""; 0]);
    }

    #[test]
    fn flags_are_those_of_the_command() {
        let found = candidates(&["approve", "--yes", "--accept", "ext-ca", "--"]);
        for (flag, expected) in [
            ("--accept", true),
            ("--context", true),
            ("--help", true),
            ("--yes", false),
            ("--no-headers", false),
        ] {
            assert_eq!(
                found.iter().any(|name| name == flag),
                expected,
                "{flag} in {found:?}"
            );
        }
        assert_eq!(candidates(&["list", "--no"]), ["--no-headers"]);
        assert_eq!(candidates(&["--v"]), ["--verbose", "--version"]);
    }

    #[test]
    fn names_stand_where_csrs_do() {
        assert_eq!(candidates(&["approve", ""]), ["a CSR but []"]);
        assert_eq!(
            candidates(&["approve", "--yes", "jane", ""]),
            ["a CSR but [\"jane\"]"]
        );
        assert_eq!(candidates(&["show", "--", "-"]), ["a CSR but []"]);
        assert_eq!(
            candidates(&["explain", "ext-ca", "ext-"]),
            ["ext-ambiguous", "ext-unusual"]
        );
        assert_eq!(candidates(&["who-can", "a"]), ["approve"]);
        assert_eq!(
            candidates(&["who-can", "sign", "--signer", "kubernetes.io/kubelet"]),
            ["kubernetes.io/kubelet-serving"]
        );
        assert_eq!(candidates(&["completion", "z"]), ["zsh"]);
        assert_eq!(candidates(&["completion", "zsh", ""]), [""; 0]);
    }

    #[test]
    fn names_come_from_the_cluster_that_the_words_say() {
        let words = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            connection(&words).map(|connection| connection.context)
        };
        assert_eq!(
            words(&["approve", "--context", "prod", "--nonsense"]),
            Some(Some("prod".into()))
        );
        assert_eq!(
            words(&["--context=prod", "approve", "jane"]),
            Some(Some("prod".into()))
        );
        assert_eq!(words(&["approve"]), Some(None));
        assert_eq!(words(&["approve", "--help"]), None);
    }
}
