//! `record show`: what a record says.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, warn};
use crate::cli::selection::plain_name;
use crate::review::record::{Entry, LONGEST_LINE, Ledger, Line, Word};
use crate::ui::report::API_VERSION;
use crate::ui::{Cell, Column, Escaped, Stream, Table, Tone, Ui, Wrap, json};

/// Show decisions from a record, each with what came of it
///
/// A decision that has no result is unknown: the program, or the machine, ended right before or right after it was
/// sent. The CSR itself says which.
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review record show decisions.jsonl
  kubectl csr-review record show decisions.jsonl jane --decision approve
  kubectl csr-review record show decisions.jsonl --since 7d --until 2026-03-01 -o json

The exit code is 1 if the file holds lines that are no records: what they said is lost.")]
pub(super) struct Args {
    /// The file.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// Only these CSRs.
    #[arg(id = "recorded", value_name = "NAME")]
    names: Vec<String>,

    /// Only approvals, or only denials.
    #[arg(long, value_name = "DECISION", value_enum)]
    decision: Option<Word>,

    /// Only decisions since that time: RFC 3339, a date in UTC, or so long ago, such as 12h or 7d.
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    since: Option<When>,

    /// Only decisions before that time.
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    until: Option<When>,

    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    /// Leave the column titles out.
    #[arg(long)]
    no_headers: bool,
}

/// How decisions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Columns.
    #[default]
    Table,
    /// The documented JSON.
    Json,
}

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    At(Timestamp),
    Ago(jiff::SignedDuration),
}

impl When {
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(time) = text.parse() {
            return Ok(Self::At(time));
        }
        if let Ok(date) = text.parse::<Date>() {
            let midnight = date.to_zoned(TimeZone::UTC);
            return midnight
                .map(|time| Self::At(time.timestamp()))
                .map_err(|error| error.to_string());
        }
        let span = text.parse::<Span>().ok();
        let days = SpanRelativeTo::days_are_24_hours();
        span.and_then(|span| span.to_duration(days).ok())
            .filter(|ago| !ago.is_negative())
            .map(Self::Ago)
            .ok_or_else(|| "it is none of 2026-03-01T12:00:00Z, 2026-03-01 and 7d".to_owned())
    }

    fn time(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(ago) => now.checked_sub(ago).unwrap_or(Timestamp::MIN),
        }
    }
}

pub(super) fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    let names: Vec<String> = args
        .names
        .iter()
        .map(|name| plain_name(name))
        .collect::<Result<_, _>>()?;
    let now = Timestamp::now();
    let since = args.since.map_or(Timestamp::MIN, |when| when.time(now));
    let until = args.until.map_or(Timestamp::MAX, |when| when.time(now));
    let (ledger, bad) = read(&args.file)?;
    let mut entries = ledger.entries();
    entries.retain(|entry| {
        (names.is_empty() || names.iter().any(|name| name == entry.name()))
            && args.decision.is_none_or(|word| word == entry.decision())
            && (since..until).contains(&entry.time())
    });
    let exit = if bad.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    context.unread = exit;
    let ui = &mut context.ui;
    match args.output {
        Output::Json => json::to_writer(&mut ui.out, &RecordList::new(&entries))?,
        Output::Table if entries.is_empty() => ui.err.line("No decisions found")?,
        Output::Table => print(&entries, args.no_headers, &mut ui.out)?,
    }
    tell(ui, &args.file, &entries, &bad)?;
    Ok(exit)
}

/// The numbers of lines that are no records.
type Bad = Vec<usize>;

fn read(path: &Path) -> Result<(Ledger, Bad), Failure> {
    let failed = |error: io::Error| {
        let path = path.display();
        Failure::failed(format!("cannot read {path}: {error}"))
            .hint("Check the path, and that you may read it.")
    };
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let (mut ledger, mut bad) = (Ledger::default(), Bad::new());
    let mut number = 0;
    loop {
        number += 1;
        match next(&mut file).map_err(failed)? {
            Next::Line(line) => ledger.add(*line),
            Next::Other => bad.push(number),
            Next::End => return Ok((ledger, bad)),
        }
    }
}

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// A line of ours.
    Line(Box<Line>),
    /// Some other line.
    Other,
    /// Nothing.
    End,
}

/// The next line. No more of it is held than one of ours can have.
fn next(file: &mut impl BufRead) -> io::Result<Next> {
    let mut octets = Vec::new();
    let most = LONGEST_LINE as u64;
    file.by_ref().take(most).read_until(b'\n', &mut octets)?;
    if octets.is_empty() {
        return Ok(Next::End);
    }
    if octets.len() == LONGEST_LINE && !octets.ends_with(b"\n") {
        file.skip_until(b'\n')?;
        return Ok(Next::Other);
    }
    let line = serde_json::from_slice(&octets);
    Ok(line.map_or(Next::Other, |line| Next::Line(Box::new(line))))
}

fn tell(ui: &mut Ui, path: &Path, entries: &[Entry], bad: &[usize]) -> io::Result<()> {
    /// So many of them are named.
    const NAMED: usize = 10;
    let unknown = entries.iter().filter(|entry| entry.is_unknown()).count();
    if unknown > 0 {
        let text = format!(
            "decisions without a result: {unknown}. Look at their CSRs: each was sent or not"
        );
        warn(ui, &text)?;
    }
    if bad.is_empty() {
        return Ok(());
    }
    let numbers: Vec<String> = bad.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if bad.len() > NAMED { " …" } else { "" };
    Failure::failed(format!(
        "{}: lines that are no records: {} (at {}{more})",
        path.display(),
        bad.len(),
        numbers.join(", ")
    ))
    .hint("A crash or a full disk leaves a torn line; anything else is not from this tool.")
    .tell(ui)
}

fn print(entries: &[Entry], no_headers: bool, out: &mut Stream) -> io::Result<()> {
    let mut table = Table::new(&[
        Column::new("TIME", Wrap::Never),
        Column::new("DECISION", Wrap::Never),
        Column::new("NAME", Wrap::Anywhere),
        Column::new("OUTCOME", Wrap::Words),
        Column::new("RISK", Wrap::Never),
        Column::new("USER", Wrap::Anywhere),
        Column::new("GROUPS", Wrap::Anywhere),
        Column::new("REVIEWER", Wrap::Anywhere),
        Column::new("DETAIL", Wrap::Words),
    ]);
    for entry in entries {
        table.row(cells(entry));
    }
    table.no_headers(no_headers).print(out)
}

fn cells(entry: &Entry) -> Vec<Cell> {
    let plain = |text: &str| Cell::from(Escaped::new(text));
    let or_none = |text: Option<&str>| plain(text.unwrap_or("<none>"));
    let outcome = entry.outcome();
    let rehearsed = entry.is_dry_run() && !outcome.contains("dry run");
    let tone = if entry.is_unknown() {
        Tone::Critical
    } else {
        Tone::Plain
    };
    let outcome = format!("{outcome}{}", if rehearsed { ", dry run" } else { "" });
    let (user, groups) = match entry.identity() {
        Some((user, groups)) => (Some(user), groups),
        None => (None, &[][..]),
    };
    vec![
        plain(&format!("{:.0}", entry.time())),
        plain(entry.decision().as_str()),
        plain(entry.name()),
        Cell::new(Escaped::new(&outcome), tone),
        or_none(entry.risk()),
        or_none(user),
        if groups.is_empty() {
            or_none(None)
        } else {
            Cell::from(Escaped::list(groups))
        },
        or_none(entry.reviewer()),
        or_none(entry.detail()),
    ]
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: &'a [Entry],
}

impl<'a> RecordList<'a> {
    fn new(items: &'a [Entry]) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "RecordList",
            items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_points_or_so_long_ago() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = time("2026-03-08T12:00:00Z");
        for (text, expected) in [
            ("2026-03-01T12:00:00+01:00", "2026-03-01T11:00:00Z"),
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("7d", "2026-03-01T12:00:00Z"),
            ("1w", "2026-03-01T12:00:00Z"),
            ("90m", "2026-03-08T10:30:00Z"),
            ("1h30m", "2026-03-08T10:30:00Z"),
        ] {
            assert_eq!(
                When::parse(text).unwrap().time(now),
                time(expected),
                "{text}"
            );
        }
        for text in ["", "-1h", "soon", "1mo", "2026-13-01"] {
            assert!(When::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_not_held_in_memory() {
        let long = "x".repeat(3 * LONGEST_LINE);
        let text = format!("{long}\n\n{long}");
        let mut file = BufReader::new(text.as_bytes());
        for _ in 0..3 {
            assert_eq!(next(&mut file).unwrap(), Next::Other);
        }
        assert_eq!(next(&mut file).unwrap(), Next::End);
    }
}
