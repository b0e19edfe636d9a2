//! Keys whose private half is public, by the SHA-256 of their SubjectPublicKeyInfo.

use std::collections::HashSet;

/// Keys that are known to be compromised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeakKeys {
    digests: HashSet<[u8; 32]>,
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
            let digits = line.strip_prefix("sha256:").unwrap_or(line);
            digests.insert(octets(digits).ok_or(BadLine { line: index + 1 })?);
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

    /// Whether the key with this digest is among them; it is given in hex.
    #[must_use]
    pub fn contains(&self, spki_sha256: &str) -> bool {
        octets(spki_sha256).is_some_and(|digest| self.digests.contains(&digest))
    }
}

fn octets(digits: &str) -> Option<[u8; 32]> {
    let digits = digits.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut octets = [0; 32];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *octet = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
    }
    Some(octets)
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
        assert!(keys.contains(&one) && keys.contains(&other.to_lowercase()));
        assert!(!keys.contains(&"cd".repeat(32)) && !keys.contains("ab"));
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
