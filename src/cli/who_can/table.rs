//! The answer as tables: one for each kind of what was found, with an empty line in between.

use std::collections::BTreeSet;
use std::io;

use crate::facts::rbac::{Subject, SubjectKind};
use crate::facts::who::{Beside, Confirmation, Half, Mark, Via};
use crate::risk::Severity;
use crate::ui::{Cell, Column, Escaped, Table, Tone, Ui, Wrap};

use super::found::{Found, HalfRow, Row, Step};
use super::{Action, Args, Output};

pub(super) fn print(
    args: &Args,
    ui: &mut Ui,
    signers: &BTreeSet<String>,
    found: &Found,
) -> io::Result<()> {
    let mut tables = vec![holders(args, &found.rows)];
    if args.shows_parts() && !found.halves.is_empty() {
        tables.push(halves(&found.halves));
    }
    if let Some(steps) = found.steps.as_ref().filter(|steps| !steps.is_empty()) {
        tables.push(one_step_away(steps, signers));
    }
    for (index, table) in tables.into_iter().enumerate() {
        if index > 0 {
            ui.out.line("")?;
        }
        table.no_headers(args.no_headers).print(&mut ui.out)?;
    }
    Ok(())
}

fn holders(args: &Args, rows: &[Row]) -> Table {
    let has_signers = args.action != Action::Create;
    let wide = args.output == Output::Wide;
    let mut columns = vec![
        Column::new("SUBJECT", Wrap::Anywhere),
        Column::new("RISK", Wrap::Never),
    ];
    if has_signers {
        columns.push(Column::new("SIGNERS", Wrap::Anywhere));
    }
    columns.extend([
        Column::new("VIA", Wrap::Anywhere),
        Column::new("NOTES", Wrap::Words),
    ]);
    if wide {
        columns.extend([
            Column::new("ROLES", Wrap::Anywhere),
            Column::new("NAMES", Wrap::Anywhere),
        ]);
    }
    let has_seen = wide || args.confirm;
    if has_seen {
        columns.push(Column::new("SEEN", Wrap::Never));
    }
    let mut table = Table::new(&columns);
    for row in rows {
        let mut cells = vec![subject(&row.subject), risk(row.risk)];
        if has_signers {
            cells.push(if row.has_all_signers() {
                plain("all")
            } else {
                words(row.signers.keys())
            });
        }
        cells.extend([via(row.via()), notes(row)]);
        if wide {
            let roles = row.via().into_iter().map(|via| of_cluster(&via.role));
            cells.push(words(roles.collect::<BTreeSet<_>>()));
            cells.push(if row.names.is_empty() {
                plain("<any>")
            } else {
                words(&row.names)
            });
        }
        if has_seen {
            cells.push(plain(row.seen_by.as_str()));
        }
        table.row(cells);
    }
    table
}

fn halves(rows: &[HalfRow]) -> Table {
    let mut table = Table::new(&[
        Column::new("HALF HOLDER", Wrap::Anywhere),
        Column::new("RISK", Wrap::Never),
        Column::new("SIGNERS", Wrap::Anywhere),
        Column::new("VIA", Wrap::Anywhere),
        Column::new("MISSES", Wrap::Words),
    ]);
    for row in rows {
        let misses = match row.half {
            Half::Approval => "approve for a signer",
            Half::Signer => "update certificatesigningrequests/approval",
        };
        table.row([
            subject(&row.subject),
            risk(Severity::Info),
            words(&row.signers),
            via(row.via.keys()),
            plain(misses),
        ]);
    }
    table
}

fn one_step_away(steps: &[Step], signers: &BTreeSet<String>) -> Table {
    let mut table = Table::new(&[
        Column::new("ONE STEP AWAY", Wrap::Anywhere),
        Column::new("RISK", Wrap::Never),
        Column::new("SIGNERS", Wrap::Anywhere),
        Column::new("VIA", Wrap::Anywhere),
        Column::new("NAMESPACE", Wrap::Anywhere),
        Column::new("STEP", Wrap::Words),
    ]);
    for step in steps {
        let indirect = &step.indirect;
        table.row([
            subject(&indirect.subject),
            risk(indirect.severity),
            // Most steps lead to all that are looked at, whose names would be the widest column.
            if signers.len() > 1 && step.signers == *signers {
                plain("<all>")
            } else {
                words(&step.signers)
            },
            Cell::from(Escaped::new(of_cluster(&indirect.binding))),
            match &indirect.namespace {
                Some(namespace) => Cell::from(Escaped::word(namespace)),
                None => plain("<all>"),
            },
            plain(indirect.title),
        ]);
    }
    table
}

fn plain(text: &'static str) -> Cell {
    Cell::from(Escaped::new(text))
}

fn risk(severity: Severity) -> Cell {
    Cell::new(Escaped::new(severity.as_str()), Tone::from(severity))
}

/// Names, each of which stands in quotes where it could pass for something else.
fn words<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Cell {
    let texts: Vec<Escaped> = texts
        .into_iter()
        .map(|text| Escaped::word(text.as_ref()))
        .collect();
    if texts.is_empty() {
        return plain("<none>");
    }
    Cell::from(Escaped::joined(texts, ","))
}

fn subject(subject: &Subject) -> Cell {
    let name = Escaped::word(&subject.name);
    let (kind, name) = match subject.kind {
        SubjectKind::Group => ("Group", name),
        SubjectKind::User => ("User", name),
        SubjectKind::ServiceAccount => {
            let namespace = Escaped::word(&subject.namespace);
            ("ServiceAccount", Escaped::joined([namespace, name], "/"))
        }
    };
    Cell::from(Escaped::joined([Escaped::new(kind), name], " "))
}

/// The name of a ClusterRole or ClusterRoleBinding: where nothing else counts, the kind is no news.
fn of_cluster(text: &str) -> &str {
    let kinds = ["ClusterRoleBinding ", "ClusterRole "];
    let name = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    name.unwrap_or(text)
}

fn via<'a>(via: impl IntoIterator<Item = &'a Via>) -> Cell {
    let texts: Vec<Escaped> = via
        .into_iter()
        .map(|via| {
            let binding = Escaped::word(of_cluster(&via.binding));
            match &via.group {
                None => binding,
                Some(group) => Escaped::joined([binding, Escaped::word(group)], " of "),
            }
        })
        .collect();
    if texts.is_empty() {
        return plain("<none>");
    }
    Cell::from(Escaped::joined(texts, ","))
}

fn notes(row: &Row) -> Cell {
    let beside = row.beside.map(|beside| match beside {
        Beside::Masters => "does not need a binding",
        Beside::NodeAuthorizer => "the Node authorizer allows it",
    });
    let marks = row.marks.iter().map(|mark| note(*mark, &row.subject));
    let names =
        (!row.names.is_empty()).then_some("only CSRs of certain names, which requestors choose");
    let notes = beside
        .into_iter()
        .chain(marks)
        .chain(names)
        .map(Escaped::new);
    let differences = [
        (Confirmation::Disagree, "the API server says no"),
        (Confirmation::Sar, "no binding shows it"),
    ];
    let differences = differences.into_iter().filter_map(|(seen_by, words)| {
        let of: Vec<Escaped> = row
            .signers
            .iter()
            .filter(|(_, seen)| **seen == seen_by)
            .map(|(signer, _)| Escaped::word(signer))
            .collect();
        let words = Escaped::new(words);
        if of.is_empty() {
            // Creating has no signers.
            return (row.signers.is_empty() && row.seen_by == seen_by).then_some(words);
        }
        if of.len() == row.signers.len() {
            return Some(words);
        }
        Some(Escaped::joined([words, Escaped::joined(of, ",")], " for "))
    });
    Cell::from(Escaped::joined(notes.chain(differences), "; "))
}

fn note(mark: Mark, subject: &Subject) -> &'static str {
    match mark {
        Mark::BroadGroup => match subject.name.as_str() {
            "system:authenticated" => "everybody who is logged in",
            "system:serviceaccounts" => "every ServiceAccount",
            "system:unauthenticated" | "system:anonymous" => "everybody who is not logged in",
            _ => "every ServiceAccount of a namespace",
        },
        Mark::DefaultServiceAccount => "of every pod there that names no ServiceAccount",
        Mark::CreatesToo => "creates CSRs too",
        Mark::AllSigners => "every signer",
        Mark::Blind => "cannot see CSRs",
        Mark::Aggregated => "aggregated role",
    }
}
