//! Keys whose private half is public, by the SHA-256 of their SubjectPublicKeyInfo.

use std::collections::HashSet;

use crate::csr::Digest;

/// Keys that are known to be compromised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeakKeys {
    digests: HashSet<Digest>,
}

/// A line that is no digest. Passing over it would leave a key unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not a SHA-256 in hex")]
pub struct BadLine {
    /// The number of the line, from 1.
    pub line: usize,
}

impl WeakKeys {
    /// Reads a list: on each line 64 hex digits of either case, with or without `sha256:` in front. What
    /// stands behind `#` is a comment, empty lines do not matter.
    ///
    /// # Errors
    /// If a line is anything else.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut digests = HashSet::new();
        // Editors of some systems put a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            digests.insert(Digest::parse(line).ok_or(BadLine { line: index + 1 })?);
        }
        Ok(Self { digests })
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Whether the key with this digest is among them.
    #[must_use]
    pub fn contains(&self, spki_sha256: &Digest) -> bool {
        self.digests.contains(spki_sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_a_line() {
        let one = "ab".repeat(32);
        let other = "0F".repeat(32);
        let text = format!("\u{feff}# keys\r\n\r\n{one}\r\n  sha256:{other} # a comment\n{one}");
        let keys = WeakKeys::parse(&text).unwrap();
        assert_eq!(keys.len(), 2);
        let contains = |digits: &str| keys.contains(&Digest::parse(digits).unwrap());
        assert!(contains(&one) && contains(&other.to_lowercase()));
        assert!(!contains(&"cd".repeat(32)));
        assert!(WeakKeys::parse("# nothing\n").unwrap().is_empty());
    }

    #[test]
    fn no_line_is_passed_over() {
        let good = "ab".repeat(32);
        let short = &good[1..];
        for bad in [short, "-----BEGIN PUBLIC KEY-----", &"zz".repeat(32)] {
            let text = format!("# keys\n{good}\n{bad}\n");
            assert_eq!(WeakKeys::parse(&text), Err(BadLine { line: 3 }), "{bad}");
        }
    }
}
