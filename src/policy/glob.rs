//! Patterns for names: `*` stands for any text, `{node}` for a part of the requestor's name, everything else for
//! itself.

mod dns;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

pub use dns::DnsGlob;

/// The parts of the requestor's name that variables stand for.
pub type Variables = BTreeMap<String, String>;

/// A pattern. `*` stands for any text, the empty one too, and `{name}` for the value of a variable; `\*`, `\{`, `\}`
/// and `\\` for the character behind the backslash. There is nothing else to it, so that a name from a cluster can
/// stand in a policy as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    pieces: Vec<Piece>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// This text, as it stands in the policy.
    Text(String),
    /// Any text.
    Star,
    /// The value of a variable.
    Variable(String),
    /// A value of a variable. It comes from a requestor, and is never a pattern itself.
    Value(String),
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGlob {
    /// It is empty, and would match nobody.
    #[error("an empty pattern matches nothing")]
    Empty,
    /// A backslash before something else than a star, a brace or a backslash.
    #[error("a backslash stands only before *, {{, }} or another backslash")]
    Escape,
    /// A brace that begins no variable.
    #[error("a brace begins a variable such as {{node}}; write \\{{ for one that is meant")]
    Brace,
    /// A star before a variable: what each stands for would not be certain.
    #[error("no * may stand before a variable, for what the two stand for would not be certain")]
    StarBefore,
    /// A variable right before a star or another one.
    #[error("text has to stand between a variable and what comes behind it")]
    NoTextBehind,
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If it is empty, escapes what needs no escape, or has a brace that begins no variable.
    pub fn new(text: &str) -> Result<Self, BadGlob> {
        if text.is_empty() {
            return Err(BadGlob::Empty);
        }
        let mut pieces = Pieces::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '*' => pieces.push(Piece::Star),
                '\\' => {
                    let escaped = rest.chars().next().filter(|c| r"*{}\".contains(*c));
                    let escaped = escaped.ok_or(BadGlob::Escape)?;
                    rest = &rest[escaped.len_utf8()..];
                    pieces.text(escaped);
                }
                '{' => {
                    let (name, behind) = variable(rest).ok_or(BadGlob::Brace)?;
                    pieces.push(Piece::Variable(name.to_owned()));
                    rest = behind;
                }
                other => pieces.text(other),
            }
        }
        Ok(pieces.into_glob(text))
    }

    /// Reads a name in which variables may stand, and nothing else that is not meant as it is.
    #[must_use]
    pub fn name(text: &str) -> Self {
        let mut pieces = Pieces::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match variable(rest).filter(|_| c == '{') {
                Some((name, behind)) => {
                    pieces.push(Piece::Variable(name.to_owned()));
                    rest = behind;
                }
                None => pieces.text(c),
            }
        }
        pieces.into_glob(text)
    }

    /// Whether the variables in it can be read off a name in one way alone.
    ///
    /// # Errors
    /// If they cannot.
    pub fn check_binds(&self) -> Result<(), BadGlob> {
        let is_variable = |piece: &Piece| matches!(piece, Piece::Variable(_));
        let last = self.pieces.iter().rposition(is_variable);
        let before = &self.pieces[..last.unwrap_or_default()];
        if before.contains(&Piece::Star) {
            return Err(BadGlob::StarBefore);
        }
        let is_bare = |pair: &[Piece]| is_variable(&pair[0]) && !matches!(pair[1], Piece::Text(_));
        if self.pieces.windows(2).any(is_bare) {
            return Err(BadGlob::NoTextBehind);
        }
        Ok(())
    }

    /// What the variables stand for, if the name fits: each for at least one character, and for none that is the
    /// one behind it in the pattern, so that there is one way alone to read it.
    #[must_use]
    pub fn bind(&self, name: &str) -> Option<Variables> {
        let mut variables = Variables::new();
        let mut rest = name;
        let mut pieces = self.pieces.as_slice();
        let is_variable = |piece: &Piece| matches!(piece, Piece::Variable(_));
        while pieces.iter().any(is_variable) {
            let (piece, behind) = pieces.split_first()?;
            pieces = behind;
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Variable(variable) => {
                    let end = match pieces.first() {
                        None => rest.len(),
                        Some(Piece::Text(text)) => rest.find(text.chars().next()?)?,
                        Some(_) => return None,
                    };
                    let (value, left) = rest.split_at(end);
                    rest = left;
                    if value.is_empty() {
                        return None;
                    }
                    let earlier = variables.insert(variable.clone(), value.to_owned());
                    if earlier.is_some_and(|earlier| earlier != value) {
                        return None;
                    }
                }
                Piece::Star | Piece::Value(_) => return None,
            }
        }
        fits(pieces, rest, same).then_some(variables)
    }

    /// The pattern with the values of its variables; one that has none never fits.
    #[must_use]
    pub fn with(&self, variables: &Variables) -> Cow<'_, Self> {
        if self.variables().next().is_none() {
            return Cow::Borrowed(self);
        }
        let value = |piece: &Piece| match piece {
            Piece::Variable(name) => match variables.get(name) {
                Some(value) => Piece::Value(value.clone()),
                None => piece.clone(),
            },
            other => other.clone(),
        };
        Cow::Owned(Self {
            text: self.text.clone(),
            pieces: self.pieces.iter().map(value).collect(),
        })
    }

    /// Whether the name fits, byte for byte, as every authorizer compares.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        fits(&self.pieces, name, same)
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name.as_str()),
            Piece::Text(_) | Piece::Star | Piece::Value(_) => None,
        })
    }

    /// Whether it is a name and no pattern.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        self.pieces.iter().all(is_text)
    }

    /// Whether a star stands in it.
    #[must_use]
    pub fn has_star(&self) -> bool {
        self.pieces.contains(&Piece::Star)
    }

    /// The name that a literal stands for, without escapes.
    #[must_use]
    pub fn literal(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// The name that it stands for, where it has its values and no star.
    #[must_use]
    pub fn as_name(&self) -> Option<String> {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Value(text) => Some(text.clone()),
            Piece::Star | Piece::Variable(_) => None,
        };
        self.pieces.iter().map(text).collect()
    }

    /// Whether it fits every name.
    #[must_use]
    pub fn fits_all(&self) -> bool {
        let mut pieces = self.pieces.iter();
        !self.pieces.is_empty() && pieces.all(|piece| *piece == Piece::Star)
    }
}

/// Pieces in the making.
#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn push(&mut self, piece: Piece) {
        self.0.push(piece);
    }

    fn text(&mut self, c: char) {
        match self.0.last_mut() {
            Some(Piece::Text(text)) => text.push(c),
            _ => self.0.push(Piece::Text(c.into())),
        }
    }

    fn into_glob(self, text: &str) -> Glob {
        Glob {
            text: text.to_owned(),
            pieces: self.0,
        }
    }
}

fn same(text: &str, part: &str) -> bool {
    text == part
}

/// The name of a variable behind its brace, and what stands behind it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let (name, behind) = text.split_once('}')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some((name, behind))
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether pieces fit a text, where `same` compares a text of the policy with a part of it. The value of a variable
/// is compared byte for byte.
fn fits(pieces: &[Piece], text: &str, same: fn(&str, &str) -> bool) -> bool {
    let mut segments = pieces.split(|piece| *piece == Piece::Star);
    let first = segments.next().unwrap_or_default();
    let Some(start) = prefix(first, text, same) else {
        return false;
    };
    let rest: Vec<&[Piece]> = segments.collect();
    let Some((last, between)) = rest.split_last() else {
        return start == text.len();
    };
    let mut left = &text[start..];
    // The earliest place of each is as good as any: what is left is the longest.
    for segment in between {
        let mut places = left.char_indices().map(|(index, _)| index);
        let end = places.find_map(|at| Some(at + prefix(segment, &left[at..], same)?));
        match end {
            Some(end) => left = &left[end..],
            None if segment.is_empty() => {}
            None => return false,
        }
    }
    let length: usize = last.iter().map(|piece| piece.text().len()).sum();
    let end = left.len().checked_sub(length);
    let end = end.and_then(|start| left.get(start..));
    end.is_some_and(|end| prefix(last, end, same) == Some(length))
}

/// How much of the text these pieces stand for at its beginning, if they do.
fn prefix(pieces: &[Piece], text: &str, same: fn(&str, &str) -> bool) -> Option<usize> {
    pieces.iter().try_fold(0, |at, piece| {
        let end = at + piece.text().len();
        let part = text.get(at..end)?;
        let fits = match piece {
            Piece::Text(text) => same(text, part),
            Piece::Value(value) => value == part,
            Piece::Star | Piece::Variable(_) => false,
        };
        fits.then_some(end)
    })
}

impl Piece {
    /// The text that it stands for, where it stands for one.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Value(text) => text,
            Self::Star | Self::Variable(_) => "",
        }
    }
}

#[cfg(test)]
mod tests;
