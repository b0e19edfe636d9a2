//! Files of the repository that are made from the code, and files that speak of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::env::Env;

/// A path in the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the repository.
#[track_caller]
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The file is this text; with `UPDATE_DOCS=1` it is made so.
#[track_caller]
pub(crate) fn is(path: &str, text: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(repository(path), text).expect("the file can be written");
    }
    let found = read(path);
    let Some(line) = first_difference(&found, text) else {
        return;
    };
    panic!(
        "{path} is not what the code says, from line {line} on:\n  file: {:?}\n  code: {:?}\n\
         Write it anew with: UPDATE_DOCS=1 cargo test --locked --test it docs",
        found.lines().nth(line - 1),
        text.lines().nth(line - 1),
    );
}

fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(a, b)| a == b);
    Some(same.count() + 1)
}

/// The commands that the tool offers, by their names.
pub(crate) fn commands() -> Vec<String> {
    offered(&["__complete", ""])
}

/// The commands of a command, with its own name in front.
pub(crate) fn parts(command: &str) -> Vec<String> {
    if !help(command).contains("\nCommands:\n") {
        return Vec::new();
    }
    let parts = offered(&["__complete", command, ""]);
    let whole = |part: String| format!("{command} {part}");
    parts.into_iter().map(whole).collect()
}

fn offered(words: &[&str]) -> Vec<String> {
    let env = Env::new();
    let output = env.tool(words).run().code(0).quiet();
    output
        .raw_stdout()
        .lines()
        .filter_map(|line| Some(line.split_once('\t')?.0.to_owned()))
        .filter(|name| name != "help")
        .collect()
}

/// The commands of a command, as its help lists them.
pub(crate) fn verbs(help: &str) -> impl Iterator<Item = &str> {
    let (_, rest) = help.split_once("\nCommands:\n").unwrap_or_default();
    let lines = rest.lines().take_while(|line| line.starts_with("  "));
    lines
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
}

/// The help of a command, or of the tool itself where that is empty.
pub(crate) fn help(command: &str) -> String {
    let env = Env::new();
    let arguments = command.split(' ').chain(["--help"]);
    let arguments = arguments.filter(|word| !word.is_empty());
    let output = env.tool(arguments).run().code(0).quiet();
    output.raw_stdout().to_owned()
}

/// The texts between the marks of code in Markdown: what stands between backticks, and the fenced blocks with what
/// is said about them.
pub(crate) struct Marked {
    /// Between backticks.
    pub(crate) spans: Vec<String>,
    /// Fenced or indented: the word behind the fence, and the lines.
    pub(crate) blocks: Vec<(String, String)>,
}

impl Marked {
    /// The code in a Markdown text.
    pub(crate) fn of(text: &str) -> Self {
        let (mut spans, mut blocks) = (Vec::new(), Vec::new());
        let mut fence: Option<(String, String)> = None;
        for line in text.lines() {
            match (&mut fence, line.strip_prefix("```")) {
                (None, Some(word)) => fence = Some((word.to_owned(), String::new())),
                (Some(_), Some(_)) => blocks.extend(fence.take()),
                (Some((_, block)), None) => {
                    block.push_str(line);
                    block.push('\n');
                }
                (None, None) => spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned)),
            }
        }
        assert!(fence.is_none(), "a fence is not closed");
        Self { spans, blocks }
    }
}
