//! What can go wrong between here and the API server: one sentence each, without secrets.

use std::time::Duration;

/// The longest text of a server that an error repeats, in bytes.
const LONGEST_TEXT: usize = 1024;

/// A failure, told in one sentence, with advice where there is some.
///
/// `Display` prints the sentence alone. It may repeat names and texts of a server, raw: whoever shows it on a
/// terminal escapes it. There is no `source`: what a cause adds is part of the sentence, and what libraries say
/// beyond that repeats it or leaks credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    retry_after: Option<Duration>,
    transient: bool,
}

/// The kinds of failure that callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The server answered with something that is not what was asked for.
    BadAnswer,
    /// The object changed or was replaced since it was read (409).
    Conflict,
    /// The credentials could not be obtained or used; nothing was sent.
    Credentials,
    /// A page token is too old (410).
    Expired,
    /// The server knows the user, and refuses (403).
    Forbidden,
    /// The server refuses the content of the request (400, 422).
    Invalid,
    /// No usable kubeconfig, context, cluster or user.
    Kubeconfig,
    /// There is no such CSR (404).
    NotFound,
    /// A write was sent, and whether it took place is not known.
    OutcomeUnknown,
    /// The server failed with this HTTP status.
    Server(u16),
    /// No answer within the time limit, and nothing was to be written.
    Timeout,
    /// TLS failed: one side does not accept the other's certificate, or speaks no TLS.
    Tls,
    /// The answer is longer than is read.
    TooLarge,
    /// The server asks to slow down (429).
    TooManyRequests,
    /// The server does not accept the credentials (401).
    Unauthorized,
    /// There was no connection, or it broke, and nothing was to be written.
    Unreachable,
    /// Flags or a name that cannot be meant.
    Usage,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            retry_after: None,
            transient: false,
        }
    }

    /// The same, as another kind.
    pub(super) fn of_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    pub(super) fn with_retry_after(self, time: Duration) -> Self {
        Self {
            retry_after: Some(time),
            ..self
        }
    }

    /// It may well be over in a moment: the server or what is before it is overloaded, or starts anew.
    pub(super) fn transient(self) -> Self {
        Self {
            transient: true,
            ..self
        }
    }

    /// Whether the same request may soon succeed, as a server that is about to start or has too much to do says.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }

    /// How long the server asks to be left alone. It may be any time.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The kind, for a caller that reacts to it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence that `Display` prints, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it: sentences of their own.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// The text, cut where it is too long to be repeated.
pub(super) fn bounded(text: &str) -> String {
    let text = text.trim();
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    format!("{}…", &text[..floor_char_boundary(text, LONGEST_TEXT)])
}

/// The last place before that one, or that one itself, at which a character begins or the text ends.
pub(super) fn floor_char_boundary(text: &str, index: usize) -> usize {
    let places = (0..=index.min(text.len())).rev();
    places
        .into_iter()
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or_default()
}

/// The names in quotes, so that a reader sees where each ends; many are cut.
pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let mut names = names.into_iter().map(|name| format!("\"{name}\""));
    let mut listed: Vec<_> = names.by_ref().take(MOST).collect();
    let more = names.count();
    if more > 0 {
        listed.push(format!("and {more} more"));
    }
    listed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = format!(" {}ü ", "x".repeat(LONGEST_TEXT - 1));
        assert_eq!(bounded(&text), format!("{}…", "x".repeat(LONGEST_TEXT - 1)));
        assert_eq!(bounded(" short\n"), "short");
    }

    #[test]
    fn many_names_are_counted() {
        assert_eq!(quoted(["a", "b c"]), "\"a\", \"b c\"");
        assert!(quoted(["x"; 25]).ends_with("\"x\", and 5 more"));
    }

    #[test]
    fn display_is_the_sentence_alone() {
        let error = Error::new(ErrorKind::Tls, "it failed").with_hint("Try again.");
        assert_eq!(error.to_string(), "it failed");
        assert!(std::error::Error::source(&error).is_none());
    }
}
