//! One table, four looks.
//!
//! | written to | looks |
//! |---|---|
//! | no terminal | as kubectl: one line a row, never cut, for `grep` and `awk` |
//! | a terminal that it fits | the same, in colour |
//! | a terminal that is too narrow | cells wrap within their columns |
//! | a terminal that is far too narrow | a block a row |
//!
//! Nothing is ever elided: what a list leaves out is what an attacker puts there.

use std::fmt::Write as _;
use std::io;

use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, Width};

use super::{Escaped, Stream, Tone, color};

/// Spaces between columns: kubectl's.
const GAP: u16 = 3;
/// The narrowest a wrapping column gets, its title apart, before rows become blocks.
const MIN_COLUMN: usize = 12;
/// The narrowest room for the values of a block.
const MIN_VALUE: usize = 8;
/// The longest word that a column is kept wide enough for.
const MAX_WORD: usize = 20;
/// The narrowest terminal on which columns are still read as columns.
const MIN_TERMINAL: usize = 80;
/// The widest cell that others are aligned with: a single name of 64 KiB must not pad every row to its width.
const MAX_ALIGNED: usize = 256;
/// The widest cell that rows to come are aligned with.
const MAX_KEPT: usize = 48;
/// The longest line that is given to the wrapping code, which takes quadratic time and counts columns in 16 bits.
const MAX_LINE: usize = 1024;

/// A column: what heads it, and whether it gives way on a narrow terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    title: &'static str,
    wrap: Wrap,
}

/// How the cells of a column may be broken into lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// Not at all.
    Never,
    /// At spaces, if there are any.
    Words,
    /// At the column's edge only: for identities, where the end of a line must not stand for a space.
    Anywhere,
}

impl Column {
    /// A column with an upper-case title.
    #[must_use]
    pub const fn new(title: &'static str, wrap: Wrap) -> Self {
        Self { title, wrap }
    }
}

/// A text in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: Escaped,
    /// How it is painted, where there is colour.
    tone: Tone,
    /// The columns that the text takes: they are asked for again and again.
    width: usize,
}

impl Cell {
    /// A cell in some tone.
    #[must_use]
    pub fn new(text: Escaped, tone: Tone) -> Self {
        Self {
            width: text.width(),
            text,
            tone,
        }
    }
}

impl From<Escaped> for Cell {
    fn from(text: Escaped) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// Rows under titles.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    headers: bool,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: &[Column]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
            headers: true,
        }
    }

    /// Leaves the titles out, except in blocks, which mean nothing without.
    #[must_use]
    pub fn no_headers(self, no_headers: bool) -> Self {
        Self {
            headers: !no_headers,
            ..self
        }
    }

    /// Adds a row, a cell for each column.
    ///
    /// # Panics
    ///
    /// Panics if there are more or fewer cells: a column that silently goes missing is no list to decide on.
    pub fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        let cells = cells.into();
        assert_eq!(
            cells.len(),
            self.columns.len(),
            "a row has one cell for each column"
        );
        self.rows.push(cells);
    }

    /// Writes the table as the stream can show it.
    ///
    /// # Errors
    ///
    /// Fails if the stream does.
    pub fn print(&self, stream: &mut Stream) -> io::Result<()> {
        let widths = self.widths();
        let text = match stream.columns().filter(|_| stream.terminal()) {
            Some(columns) if total(&widths) > columns => {
                let floors = self.floors(&widths);
                if columns < MIN_TERMINAL || total(&floors) > columns {
                    self.blocks(columns, stream.color())
                } else {
                    self.wrapped(columns, &widths, &floors, stream.color())
                }
            }
            _ => self.aligned(&widths, stream.color()),
        };
        stream.write_str(&text)
    }

    /// Writes each row as one line, whatever the stream, aligned with those before it: `widths` are theirs.
    pub(super) fn lines(&self, widths: &mut [usize], stream: &mut Stream) -> io::Result<()> {
        for (before, width) in widths.iter_mut().zip(self.widths()) {
            *before = width.min(MAX_KEPT).max(*before);
        }
        stream.write_str(&self.aligned(widths, stream.color()))
    }

    fn aligned(&self, widths: &[usize], color: bool) -> String {
        let header = self
            .columns
            .iter()
            .map(|column| Cell::new(Escaped::new(column.title), Tone::Bold));
        let header = self.headers.then(|| header.collect::<Vec<_>>());
        let mut out = String::new();
        for row in header.iter().chain(&self.rows) {
            // Spaces are written before a text, never after: no line ends in them.
            let mut spaces = 0;
            for (cell, width) in row.iter().zip(widths) {
                if cell.width > 0 {
                    out.extend(std::iter::repeat_n(' ', spaces));
                    // Writing to a String cannot fail.
                    let _ = write!(out, "{}", color::paint(cell.tone, &cell.text, color));
                    spaces = 0;
                }
                spaces += width.min(&MAX_ALIGNED).saturating_sub(cell.width) + usize::from(GAP);
            }
            out.push('\n');
        }
        out
    }

    fn wrapped(&self, columns: usize, widths: &[usize], floors: &[usize], color: bool) -> String {
        let mut table = comfy_table::Table::new();
        table
            .load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns.try_into().unwrap_or(u16::MAX))
            .force_no_tty();
        // Only so does colour not count as width, nor run over the next column where a cell wraps.
        table.style_text_only();
        if color {
            color::enable();
            table.enforce_styling();
        }
        if self.headers {
            table.set_header(
                self.columns
                    .iter()
                    .map(|column| styled(column.title.to_owned(), Tone::Bold)),
            );
        }
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| {
                let lines: Vec<_> = cell
                    .text
                    .broken(MAX_LINE)
                    .into_iter()
                    .map(String::from)
                    .collect();
                styled(lines.join("\n"), cell.tone)
            }));
        }
        let last = self.columns.len() - 1;
        for (at, column) in table.column_iter_mut().enumerate() {
            let gap = if at == last { 0 } else { GAP };
            // A bound counts the gap in, and it is no wider than the terminal.
            let lower = u16::try_from(floors[at])
                .unwrap_or(u16::MAX)
                .saturating_add(gap);
            column.set_padding((0, gap));
            column.set_constraint(if floors[at] == widths[at] {
                ColumnConstraint::ContentWidth
            } else {
                ColumnConstraint::LowerBoundary(Width::Fixed(lower))
            });
            if self.columns[at].wrap == Wrap::Anywhere {
                // No text holds a NUL, so there is nothing to break at but the edge.
                column.set_delimiter('\0');
            }
        }
        table.trim_fmt() + "\n"
    }

    fn blocks(&self, columns: usize, color: bool) -> String {
        let titles = self
            .columns
            .iter()
            .map(|column| column.title.len())
            .max()
            .unwrap_or(0);
        // Where titles leave no room beside them, values go below.
        let beside = columns >= titles + 2 + MIN_VALUE;
        let indent = if beside { titles + 2 } else { 2 };
        let room = columns.saturating_sub(indent).max(MIN_VALUE);
        let mut blocks = Vec::new();
        for row in &self.rows {
            let mut block = String::new();
            for (column, cell) in self.columns.iter().zip(row) {
                block.push_str(&color::paint(Tone::Bold, column.title, color).to_string());
                let mut spaces = indent.saturating_sub(column.title.len());
                if !beside {
                    block.push('\n');
                    spaces = indent;
                }
                for line in cell.text.broken(room) {
                    block.extend(std::iter::repeat_n(' ', spaces));
                    block.push_str(&color::paint(cell.tone, &line, color).to_string());
                    block.push('\n');
                    spaces = indent;
                }
            }
            blocks.push(block);
        }
        blocks.join("\n")
    }

    /// How wide each column would have to be for nothing to wrap.
    fn widths(&self) -> Vec<usize> {
        let title = |column: &Column| if self.headers { column.title.len() } else { 0 };
        let mut widths: Vec<_> = self.columns.iter().map(title).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width.max(*width);
            }
        }
        widths
    }

    /// How wide each column has to be to be read at all.
    fn floors(&self, widths: &[usize]) -> Vec<usize> {
        let floor = |(at, (column, &width)): (usize, (&Column, &usize))| {
            let title = column.title.len();
            match column.wrap {
                Wrap::Never => width,
                Wrap::Words => width.min(self.longest_word(at).max(title)),
                Wrap::Anywhere => width.min(MIN_COLUMN.max(title)),
            }
        };
        let columns = self.columns.iter().zip(widths).enumerate();
        columns.map(floor).collect()
    }

    /// The width below which words of a column would be broken, as far as that can be kept.
    fn longest_word(&self, at: usize) -> usize {
        let words = self
            .rows
            .iter()
            .flat_map(|row| row[at].text.as_str().split(' '));
        words
            .map(unicode_width::UnicodeWidthStr::width)
            .max()
            .unwrap_or(0)
            .min(MAX_WORD)
    }
}

/// The width of a line of columns.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + usize::from(GAP) * widths.len().saturating_sub(1)
}

fn styled(text: String, tone: Tone) -> comfy_table::Cell {
    let cell = comfy_table::Cell::new_owned(text);
    match tone {
        Tone::Critical => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        Tone::High => cell.fg(Color::DarkRed),
        Tone::Medium => cell.fg(Color::DarkYellow),
        Tone::Low => cell.fg(Color::DarkCyan),
        Tone::Info => cell.fg(Color::DarkBlue),
        Tone::Good => cell.fg(Color::DarkGreen),
        Tone::Bold => cell.add_attribute(Attribute::Bold),
        Tone::Dim => cell.add_attribute(Attribute::Dim),
        Tone::Plain => cell,
    }
}

#[cfg(test)]
mod tests;
