//! Rows that come one by one.

use std::io;

use super::{Cell, Column, Stream, Table};

/// A table without an end: each row is a line, aligned with those before it as far as they tell. Nothing is elided.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: Vec<Column>,
    widths: Vec<usize>,
    headers: bool,
}

impl Rows {
    /// No rows yet. The titles come above the first one.
    #[must_use]
    pub fn new(columns: &[Column], headers: bool) -> Self {
        Self {
            columns: columns.to_vec(),
            widths: vec![0; columns.len()],
            headers,
        }
    }

    /// Writes one more row.
    ///
    /// # Errors
    ///
    /// Fails if the stream does.
    ///
    /// # Panics
    ///
    /// Panics if there are more or fewer cells than columns.
    pub fn print(&mut self, cells: impl Into<Vec<Cell>>, stream: &mut Stream) -> io::Result<()> {
        let headers = std::mem::take(&mut self.headers);
        let mut row = Table::new(&self.columns).no_headers(!headers);
        row.row(cells);
        row.lines(&mut self.widths, stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{Escaped, Wrap};

    #[test]
    fn rows_are_aligned_with_those_before() -> io::Result<()> {
        let (stream, shown) = Stream::buffered();
        let mut stream = stream.as_terminal(10, false);
        let columns = [
            Column::new("NAME", Wrap::Anywhere),
            Column::new("RISK", Wrap::Words),
        ];
        let mut rows = Rows::new(&columns, true);
        for name in ["a", "longer", "b", &"x".repeat(90), "c\n"] {
            let cells = [name, "low"].map(|text| Cell::from(Escaped::new(text)));
            rows.print(cells, &mut stream)?;
        }
        let wide = "x".repeat(90);
        let gap = " ".repeat(48);
        let text = format!(
            "NAME   RISK\na      low\nlonger   low\nb        low\n{wide}   low\nc\\n{}   low\n",
            &gap[3..]
        );
        assert_eq!(shown.text(), text);
        Ok(())
    }
}
