//! Untrusted text, made safe to show.
//!
//! Whoever creates a CSR chooses most of what a reviewer reads, so that text must not be able to move the cursor,
//! hide, reorder or forge anything on the screen. [`Escaped`] is the only form in which it is printed.
//!
//! | text | shown as |
//! |---|---|
//! | visible characters, single spaces | as they are |
//! | `\` | `\\` |
//! | LF, CR, TAB | `\n` `\r` `\t` |
//! | other C0, DEL | `\x1b` |
//! | C1, bidi, zero-width, unusual spaces, unassigned: all that does not show itself | `\u{202e}` |
//! | a combining mark with no base of its own, or beyond the third on one base | `\u{301}` |
//! | bytes that are no UTF-8 | `\xff` |
//! | empty, edge or doubled spaces, a leading `"` | `"…"`, where an inner `"` is `\"` |
//!
//! The form is injective: two texts that differ never look the same, homoglyphs aside.

use std::fmt::{self, Write as _};

use aws_lc_rs::digest;
use unicode_normalization::char::is_combining_mark;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many combining marks one base may carry: enough for any orthography, too few to paint over other lines.
const MAX_MARKS: u8 = 3;

/// Text that is safe to print: every character is visible, and the original can be told from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Escaped(String);

impl Escaped {
    /// Escapes a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::from_bytes(text.as_bytes())
    }

    /// Escapes bytes that should be UTF-8, losslessly where they are not.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::render(bytes, needs_quotes(bytes))
    }

    /// Escapes a value that stands in a sentence of ours: in quotes, unless it is plain. What is around it then cannot
    /// be imitated from within.
    #[must_use]
    pub fn word(text: &str) -> Self {
        let plain = |c: char| c.is_alphanumeric() || "-._:@/".contains(c);
        let bytes = text.as_bytes();
        Self::render(bytes, needs_quotes(bytes) || !text.chars().all(plain))
    }

    /// Escapes a sentence of ours that may quote untrusted text: nothing in it hides or moves, but unlike a value it
    /// never stands in quotes of its own.
    #[must_use]
    pub fn sentence(text: &str) -> Self {
        Self::render(text.as_bytes(), false)
    }

    /// Escapes a list, joined by commas. An item that holds a comma is quoted, so that it cannot pass for two.
    #[must_use]
    pub fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(|item| {
            let bytes = item.as_ref().as_bytes();
            Self::render(bytes, needs_quotes(bytes) || bytes.contains(&b',')).0
        });
        Self(items.collect::<Vec<_>>().join(","))
    }

    /// Puts escaped texts side by side, with words of ours in between.
    #[must_use]
    pub fn joined(texts: impl IntoIterator<Item = Self>, by: &'static str) -> Self {
        let texts = texts.into_iter().map(|Self(text)| text);
        Self(texts.collect::<Vec<_>>().join(by))
    }

    /// Escapes a text of which at most about `max_width` columns are shown: its start, its end, and in between how
    /// many characters were left out and the digest of the whole. For details; a table never elides.
    #[must_use]
    pub fn middle_elided(text: &str, max_width: usize) -> Self {
        let whole = Self::new(text);
        if whole.width() <= max_width {
            return whole;
        }
        let sha256 = digest::digest(&digest::SHA256, text.as_bytes());
        let hex = sha256
            .as_ref()
            .iter()
            .take(4)
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let note = |count: usize| format!("…({count} characters, sha256 {hex})…");

        // Cut where the source has a boundary between characters: an escape can then not be cut at all.
        let total = text.chars().count();
        let room = max_width.saturating_sub(note(total).width() + 2) / 2;
        let head = fitting(text.chars(), room);
        let tail = fitting(text.chars().rev(), room).min(total - head);

        let mut escaper = Escaper::new(needs_quotes(text.as_bytes()));
        text.chars().take(head).for_each(|c| escaper.push(c));
        escaper.push_own(&note(total - head - tail));
        text.chars()
            .skip(total - tail)
            .for_each(|c| escaper.push(c));
        escaper.finish()
    }

    /// The safe text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many terminal columns the text takes.
    #[must_use]
    pub fn width(&self) -> usize {
        // All of it is visible.
        if self.0.is_ascii() {
            self.0.len()
        } else {
            self.0.width()
        }
    }

    /// The text in lines of at most `width` columns, broken wherever they are full: at least one line, at least one
    /// character in each.
    pub(super) fn broken(&self, width: usize) -> Vec<Self> {
        let (mut lines, mut start, mut taken) = (Vec::new(), 0, 0);
        for (at, c) in self.0.char_indices() {
            let wide = c.width().unwrap_or(0);
            if at > start && wide > 0 && taken + wide > width {
                lines.push(Self(self.0[start..at].to_owned()));
                (start, taken) = (at, 0);
            }
            taken += wide;
        }
        lines.push(Self(self.0[start..].to_owned()));
        lines
    }

    fn render(bytes: &[u8], quoted: bool) -> Self {
        let mut escaper = Escaper::new(quoted);
        for chunk in bytes.utf8_chunks() {
            chunk.valid().chars().for_each(|c| escaper.push(c));
            chunk
                .invalid()
                .iter()
                .for_each(|byte| escaper.push_own(&format!("\\x{byte:02x}")));
        }
        escaper.finish()
    }
}

impl fmt::Display for Escaped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Escaped> for String {
    fn from(text: Escaped) -> Self {
        text.0
    }
}

impl From<&str> for Escaped {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Whether a character shows itself, wherever it stands: what is not visible is escaped in every output format.
pub(super) fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // The standard library's Debug escapes the categories Cc, Cf, Cs, Co, Cn, Zl, Zp and Zs. It escapes marks too,
    // for lack of a base: those are left to the escaper, which knows it.
    let printable = is_combining_mark(c) || c.escape_debug().next() == Some(c);
    printable && !is_default_ignorable(c) && !is_blank(c)
}

/// Unicode's `Default_Ignorable_Code_Point`: characters that a renderer leaves out. A closed list, by its stability
/// policy: later versions assign within these ranges.
fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters and symbols whose glyph is empty: the braille blank, the null notehead, Egyptian blanks, the Khitan filler.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{2800}' | '\u{1d159}' | '\u{13441}'..='\u{13442}' | '\u{16fe4}'
    )
}

/// Whether a character is drawn onto the one before it.
fn attaches(c: char) -> bool {
    is_combining_mark(c) || c.width() == Some(0)
}

/// Whether bare text would hide something at its edges or in a run of spaces, or look quoted itself.
fn needs_quotes(text: &[u8]) -> bool {
    matches!(text, [] | [b' ' | b'"', ..] | [.., b' ']) || text.windows(2).any(|pair| pair == b"  ")
}

/// How many of these characters fit into `room` columns, however each will be shown.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> usize {
    let mut left = room;
    chars
        .take_while(|&c| {
            let mut one = Escaper {
                out: String::new(),
                quoted: true,
                room_for_marks: 0,
            };
            one.push(c);
            let fits = one.out.width() <= left;
            left = left.saturating_sub(one.out.width());
            fits
        })
        .count()
}

struct Escaper {
    out: String,
    quoted: bool,
    /// How many marks may still attach to the last character: none where that is our own text.
    room_for_marks: u8,
}

impl Escaper {
    fn new(quoted: bool) -> Self {
        let out = if quoted {
            "\"".to_owned()
        } else {
            String::new()
        };
        Self {
            out,
            quoted,
            room_for_marks: 0,
        }
    }

    fn push(&mut self, c: char) {
        let attaches = attaches(c);
        let passes = is_visible(c)
            && c != '\\'
            && !(self.quoted && c == '"')
            && !(attaches && self.room_for_marks == 0);
        if !passes {
            return self.push_own(&escape(c));
        }
        self.room_for_marks = if attaches {
            self.room_for_marks - 1
        } else {
            MAX_MARKS
        };
        self.out.push(c);
    }

    fn push_own(&mut self, text: &str) {
        self.room_for_marks = 0;
        self.out.push_str(text);
    }

    fn finish(mut self) -> Escaped {
        if self.quoted {
            self.out.push('"');
        }
        Escaped(self.out)
    }
}

fn escape(c: char) -> String {
    let mut out = String::from("\\");
    match c {
        '\n' => out.push('n'),
        '\r' => out.push('r'),
        '\t' => out.push('t'),
        '\\' | '"' => out.push(c),
        // Writing to a String cannot fail.
        '\0'..='\x1f' | '\x7f' => _ = write!(out, "x{:02x}", u32::from(c)),
        _ => _ = write!(out, "u{{{:x}}}", u32::from(c)),
    }
    out
}

#[cfg(test)]
mod tests;
