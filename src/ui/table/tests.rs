use proptest::{collection::vec, prelude::*};
use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::ui::testing::text;

const COLUMNS: [Column; 6] = [
    Column::new("NAME", Wrap::Anywhere),
    Column::new("RISK", Wrap::Never),
    Column::new("USER", Wrap::Anywhere),
    Column::new("REQUESTOR", Wrap::Anywhere),
    Column::new("USAGES", Wrap::Words),
    Column::new("AGE", Wrap::Never),
];

fn sample() -> Table {
    let mut table = Table::new(&COLUMNS);
    for (name, tone, risk, user, requestor, usages, age) in [
        (
            "csr-1",
            Tone::Critical,
            "critical",
            "alice\u{202e}:metsys",
            "bob",
            "client auth",
            "5m",
        ),
        (
            "csr-2",
            Tone::Medium,
            "medium",
            "漢字@例え.jp",
            "system:serviceaccount:kube-system:tokens",
            "digital signature, key encipherment, client auth",
            "3d4h",
        ),
        (
            "node-csr-Xq3",
            Tone::Plain,
            "none",
            "system:node:worker-1",
            "system:bootstrap:abcdef",
            "digital signature, client auth",
            "12s",
        ),
    ] {
        table.row(
            [name, risk, user, requestor, usages, age]
                .map(|text| Cell::new(text.into(), if text == risk { tone } else { Tone::Plain })),
        );
    }
    table
}

/// The table as shown by a terminal of some width, or by none.
fn shown(table: &Table, columns: Option<usize>, color: bool) -> String {
    let (mut stream, buffer) = Stream::buffered();
    if let Some(columns) = columns {
        stream = stream.as_terminal(columns, color);
    }
    assert!(table.print(&mut stream).is_ok());
    buffer.text()
}

#[test]
fn piped_a_row_is_a_line() {
    insta::assert_snapshot!(shown(&sample(), None, false), @r#"
    NAME           RISK       USER                   REQUESTOR                                  USAGES                                             AGE
    csr-1          critical   alice\u{202e}:metsys   bob                                        client auth                                        5m
    csr-2          medium     漢字@例え.jp           system:serviceaccount:kube-system:tokens   digital signature, key encipherment, client auth   3d4h
    node-csr-Xq3   none       system:node:worker-1   system:bootstrap:abcdef                    digital signature, client auth                     12s
    "#);
}

#[test]
fn a_wide_terminal_shows_the_same() {
    assert_eq!(
        shown(&sample(), Some(200), false),
        shown(&sample(), None, false)
    );
}

#[test]
fn on_120_columns_cells_wrap() {
    insta::assert_snapshot!(shown(&sample(), Some(120), false), @r#"
    NAME           RISK       USER                   REQUESTOR                         USAGES                           AGE
    csr-1          critical   alice\u{202e}:metsys   bob                               client auth                      5m
    csr-2          medium     漢字@例え.jp           system:serviceaccount:kube-syst   digital signature, key           3d4h
                                                     em:tokens                         encipherment, client auth
    node-csr-Xq3   none       system:node:worker-1   system:bootstrap:abcdef           digital signature, client auth   12s
    "#);
}

#[test]
fn on_80_columns_cells_wrap() {
    insta::assert_snapshot!(shown(&sample(), Some(80), false), @r#"
    NAME           RISK       USER           REQUESTOR      USAGES              AGE
    csr-1          critical   alice\u{202e   bob            client auth         5m
                              }:metsys
    csr-2          medium     漢字@例え.jp   system:servi   digital             3d4h
                                             ceaccount:ku   signature, key
                                             be-system:to   encipherment,
                                             kens           client auth
    node-csr-Xq3   none       system:node:   system:boots   digital             12s
                              worker-1       trap:abcdef    signature, client
                                                            auth
    "#);
}

#[test]
fn on_40_columns_a_row_is_a_block() {
    insta::assert_snapshot!(shown(&sample(), Some(40), false), @r#"
    NAME       csr-1
    RISK       critical
    USER       alice\u{202e}:metsys
    REQUESTOR  bob
    USAGES     client auth
    AGE        5m

    NAME       csr-2
    RISK       medium
    USER       漢字@例え.jp
    REQUESTOR  system:serviceaccount:kube-sy
               stem:tokens
    USAGES     digital signature, key enciph
               erment, client auth
    AGE        3d4h

    NAME       node-csr-Xq3
    RISK       none
    USER       system:node:worker-1
    REQUESTOR  system:bootstrap:abcdef
    USAGES     digital signature, client aut
               h
    AGE        12s
    "#);
}

#[test]
fn on_15_columns_values_go_below_their_titles() {
    insta::assert_snapshot!(shown(&sample(), Some(15), false), @r#"
    NAME
      csr-1
    RISK
      critical
    USER
      alice\u{202e}
      :metsys
    REQUESTOR
      bob
    USAGES
      client auth
    AGE
      5m

    NAME
      csr-2
    RISK
      medium
    USER
      漢字@例え.jp
    REQUESTOR
      system:servic
      eaccount:kube
      -system:token
      s
    USAGES
      digital signa
      ture, key enc
      ipherment, cl
      ient auth
    AGE
      3d4h

    NAME
      node-csr-Xq3
    RISK
      none
    USER
      system:node:w
      orker-1
    REQUESTOR
      system:bootst
      rap:abcdef
    USAGES
      digital signa
      ture, client 
      auth
    AGE
      12s
    "#);
}

#[test]
fn headers_can_be_left_out() {
    for columns in [None, Some(80)] {
        assert!(!shown(&sample().no_headers(true), columns, false).contains("REQUESTOR"));
    }
    assert!(shown(&sample().no_headers(true), Some(40), false).contains("REQUESTOR"));
}

#[test]
fn colour_takes_no_room() {
    let without = |text: &str| {
        let (plain, rest) = text.split_once('\x1b').unwrap_or((text, ""));
        let codes = rest.split('\x1b').filter_map(|part| part.split_once('m'));
        codes.fold(plain.to_owned(), |plain, (_, rest)| plain + rest)
    };
    for columns in [15, 40, 80, 120, 200] {
        let colored = shown(&sample(), Some(columns), true);
        // Bold alone would be what NO_COLOR in this test's own environment leaves.
        assert!(colored.contains("\x1b[38;5;1m") || colored.contains("\x1b[1;31m"));
        assert_eq!(
            without(&colored),
            shown(&sample(), Some(columns), false),
            "{columns}"
        );
    }
}

#[test]
fn a_huge_cell_neither_hangs_nor_pads_the_others() {
    let mut table = sample();
    let huge = Escaped::new(&"é漢".repeat(50_000));
    table.row(
        ["x", "none", huge.as_str(), "y", "z", "1s"].map(|text| Cell::from(Escaped::new(text))),
    );
    let piped = shown(&table, None, false);
    assert!(piped.lines().take(4).all(|line| line.len() < 600) && piped.contains(huge.as_str()));
    assert!(shown(&table, Some(120), false).lines().count() > 50_000 / 40);
}

/// What a table must show, and what it does show, whatever the order in which lines interleave.
fn letters<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<char> {
    let mut letters: Vec<char> = texts
        .into_iter()
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    letters.sort_unstable();
    letters
}

/// A table of such texts under its titles.
fn table<const N: usize>(columns: [(&'static str, Wrap); N], rows: &[[Escaped; N]]) -> Table {
    let mut table = Table::new(&columns.map(|(title, wrap)| Column::new(title, wrap)));
    for row in rows {
        table.row(row.clone().map(Cell::from));
    }
    table
}

proptest! {
    #[test]
    fn nothing_is_lost_or_added(
        rows in vec([escaped(), escaped(), escaped()], 1..4),
        columns in proptest::option::of(1..160_usize),
    ) {
        let titles = ["NAME", "USER", "USAGES"];
        let table = table([(titles[0], Wrap::Never), (titles[1], Wrap::Anywhere), (titles[2], Wrap::Words)], &rows);
        let text = shown(&table, columns, false);
        prop_assert_eq!(text.chars().find(|c| c.is_control() && *c != '\n'), None);
        prop_assert!(columns.is_some() || !text.contains(" \n"));

        let in_columns = text.lines().next().is_some_and(|line| line.ends_with(titles[2]));
        let headers = titles.repeat(if in_columns { 1 } else { rows.len() });
        let cells = rows.iter().flatten().map(Escaped::as_str);
        prop_assert_eq!(letters([text.as_str()]), letters(cells.chain(headers)));
    }

    #[test]
    fn a_line_fits_the_terminal(rows in vec([escaped(), escaped()], 1..4), columns in 12..160_usize) {
        let table = table([("USER", Wrap::Anywhere), ("USAGES", Wrap::Words)], &rows);
        for line in shown(&table, Some(columns), false).lines() {
            prop_assert!(line.width() <= columns, "{}", line);
        }
    }
}

fn escaped() -> impl Strategy<Value = Escaped> {
    text().prop_map(|text| Escaped::new(&text))
}
