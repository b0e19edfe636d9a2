//! Patterns for DNS names.

use std::fmt;

use super::{BadGlob, Glob, Piece, Variables, fits};

/// A pattern for DNS names: a star stands for a part of one label, so that `*.example.com` fits
/// `a.example.com` and not `a.b.example.com`. Case does not matter, but in the value of a variable: `Jane` and `jane`
/// are two users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsGlob {
    whole: Glob,
}

impl DnsGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// As [`Glob::new`], and if a label is empty.
    pub fn new(text: &str) -> Result<Self, BadGlob> {
        let whole = Glob::new(text)?;
        let glob = Self { whole };
        if glob.labels().iter().any(Vec::is_empty) {
            return Err(BadGlob::Empty);
        }
        Ok(glob)
    }

    /// The pattern with the values of its variables.
    #[must_use]
    pub fn with(&self, variables: &Variables) -> Self {
        Self {
            whole: self.whole.with(variables).into_owned(),
        }
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.whole.variables()
    }

    /// Whether the name fits. A wildcard in the name fits where the pattern has `\\*`, and nowhere else: it
    /// stands for names that nobody has seen.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        let names: Vec<&str> = name.split('.').collect();
        let labels = self.labels();
        let fits = |(name, pieces): (&&str, &Vec<Piece>)| {
            let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
            !name.is_empty()
                && (!name.contains('*') || pieces.iter().all(is_text))
                && fits(pieces, name, str::eq_ignore_ascii_case)
        };
        names.len() == labels.len() && names.iter().zip(&labels).all(fits)
    }

    /// What stands between the dots. The value of a variable may hold dots too.
    fn labels(&self) -> Vec<Vec<Piece>> {
        let mut labels = vec![Vec::new()];
        let push = |labels: &mut Vec<Vec<Piece>>, piece: Piece| {
            if let Some(label) = labels.last_mut() {
                label.push(piece);
            }
        };
        for piece in &self.whole.pieces {
            let make: fn(String) -> Piece = match piece {
                Piece::Text(_) => Piece::Text,
                Piece::Value(_) => Piece::Value,
                Piece::Star | Piece::Variable(_) => {
                    push(&mut labels, piece.clone());
                    continue;
                }
            };
            for (index, part) in piece.text().split('.').enumerate() {
                if index > 0 {
                    labels.push(Vec::new());
                }
                if !part.is_empty() {
                    push(&mut labels, make(part.to_owned()));
                }
            }
        }
        labels
    }
}

impl fmt::Display for DnsGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.whole.fmt(f)
    }
}
