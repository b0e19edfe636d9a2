//! Patterns for names: `*` stands for any text, everything else for itself.

use std::fmt;

/// A pattern. `*` stands for any text, the empty one too; `\*` for a star and `\\` for a backslash. There is
/// nothing else to it, so that a name from a cluster can stand in a policy as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    /// The texts between the stars.
    parts: Vec<String>,
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGlob {
    /// It is empty, and would match nobody.
    #[error("an empty pattern matches nothing")]
    Empty,
    /// A backslash before something else than a star or a backslash.
    #[error("a backslash stands only before * or another backslash")]
    Escape,
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If it is empty, or escapes what needs no escape.
    pub fn new(text: &str) -> Result<Self, BadGlob> {
        if text.is_empty() {
            return Err(BadGlob::Empty);
        }
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '*' => parts.push(std::mem::take(&mut part)),
                '\\' => match chars.next() {
                    Some(escaped @ ('*' | '\\')) => part.push(escaped),
                    _ => return Err(BadGlob::Escape),
                },
                other => part.push(other),
            }
        }
        parts.push(part);
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    /// Whether the name fits, byte for byte, as every authorizer compares.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        let (Some((first, rest)), true) = (self.parts.split_first(), !self.parts.is_empty()) else {
            return false;
        };
        let Some((last, between)) = rest.split_last() else {
            return name == first;
        };
        let Some(mut left) = name.strip_prefix(first.as_str()) else {
            return false;
        };
        // The earliest place of each is as good as any: what is left is the longest.
        for part in between {
            let Some(index) = left.find(part.as_str()) else {
                return false;
            };
            left = &left[index + part.len()..];
        }
        left.ends_with(last.as_str())
    }

    /// Whether it is a name and no pattern.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.parts.len() == 1
    }

    /// The name that a literal stands for, without escapes.
    #[must_use]
    pub fn literal(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    /// Whether it fits every name.
    #[must_use]
    pub fn fits_all(&self) -> bool {
        !self.is_literal() && self.parts.iter().all(String::is_empty)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A pattern for DNS names: a star stands for a part of one label, so that `*.example.com` fits
/// `a.example.com` and not `a.b.example.com`. Case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsGlob {
    text: String,
    labels: Vec<Glob>,
}

impl DnsGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// If a label is empty, or escapes what needs no escape.
    pub fn new(text: &str) -> Result<Self, BadGlob> {
        let lower = text.to_ascii_lowercase();
        Ok(Self {
            text: text.to_owned(),
            labels: lower.split('.').map(Glob::new).collect::<Result<_, _>>()?,
        })
    }

    /// Whether the name fits. A wildcard in the name fits where the pattern has `\\*`, and nowhere else: it
    /// stands for names that nobody has seen.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        let fits = |(label, glob): (&&str, &Glob)| {
            !label.is_empty() && (glob.is_literal() || !label.contains('*')) && glob.fits(label)
        };
        labels.len() == self.labels.len() && labels.iter().zip(&self.labels).all(fits)
    }
}

impl fmt::Display for DnsGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, name: &str) -> bool {
        Glob::new(pattern).unwrap().fits(name)
    }

    #[test]
    fn stars_stand_for_any_text_and_nothing_else_does() {
        for (pattern, name) in [
            ("jane", "jane"),
            ("*", ""),
            ("*", "a/b:c\n"),
            ("system:node:*", "system:node:"),
            ("system:node:*", "system:node:a.b"),
            ("*:*:*", "a:b:c"),
            ("a*b*c", "abbbc"),
            ("a*a", "aa"),
            (r"\*.x", "*.x"),
            (r"a\\b", r"a\b"),
            ("[a]?{b}", "[a]?{b}"),
            ("**", "x"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("alice", "malice"),
            ("alice", "alice "),
            ("Alice", "alice"),
            ("a*a", "a"),
            ("a*b", "ab\n"),
            ("system:node:*", "system:nodes"),
            ("*.x.y", "a.x.yy"),
            (r"\*.x", "a.x"),
            ("a?c", "abc"),
            ("*ab*ba", "aba"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_star_ends_at_a_dot_in_dns_names() {
        let fits = |pattern: &str, name: &str| DnsGlob::new(pattern).unwrap().fits(name);
        assert!(fits("*.example.com", "A.Example.com"));
        assert!(fits("ip-*.ec2.internal", "ip-10-0-0-1.ec2.internal"));
        assert!(fits(r"\*.x", "*.x"));
        for name in [
            "example.com",
            "a.b.example.com",
            ".example.com",
            "*.example.com",
            "a.example.com.",
        ] {
            assert!(!fits("*.example.com", name), "{name}");
        }
        assert_eq!(DnsGlob::new("a..b"), Err(BadGlob::Empty));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        assert_eq!(Glob::new(""), Err(BadGlob::Empty));
        assert_eq!(Glob::new(r"a\b"), Err(BadGlob::Escape));
        assert_eq!(Glob::new(r"a\"), Err(BadGlob::Escape));
    }

    #[test]
    fn it_is_known_what_fits_everything() {
        let all = |text: &str| Glob::new(text).unwrap().fits_all();
        assert!(all("*") && all("**"));
        assert!(!all("a*") && !all(r"\*") && !all("a"));
        assert!(Glob::new(r"\*").unwrap().is_literal());
    }

    /// A pattern with many stars against a name that nearly fits takes no long time.
    #[test]
    fn no_pattern_takes_long() {
        let pattern = format!("{}b", "a*".repeat(200));
        let name = "a".repeat(100_000);
        let start = std::time::Instant::now();
        assert!(!fits(&pattern, &name));
        assert!(start.elapsed() < std::time::Duration::from_secs(1));
    }
}
