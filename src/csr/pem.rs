//! The PEM armour around a request: which block the API server takes, and whether anybody could take
//! another.
//!
//! The API server and the signers call Go's `pem.Decode` once and take the first block that it can decode.
//! Which one that is has changed between Go versions, and `OpenSSL` and others choose differently again. So
//! the rule is followed to show what would be signed, and everything but one plain block is reported as a
//! [`Deviation`], because it cannot be said with certainty which block a given server takes.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

/// The only block type that the API server accepts (`ParseCSR` in pkg/apis/certificates/helpers.go).
pub(super) const LABEL: &str = "CERTIFICATE REQUEST";

const BEGIN: &[u8] = b"-----BEGIN ";
/// With its line break: an END line counts only at the start of a line.
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// Go's `base64.StdEncoding` does not mind stray bits in the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A decoded block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The type, as between `-----BEGIN ` and `-----`.
    pub label: Vec<u8>,
    /// The contents, decoded from base64.
    pub contents: Vec<u8>,
}

/// How armour differs from one plain block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deviation {
    /// More than one BEGIN line: other readers may take another block.
    SeveralBlocks,
    /// Something before the BEGIN line.
    LeadingText,
    /// Something after the END line.
    TrailingData,
    /// `Key: value` lines inside the block.
    Headers,
    /// Anything else that is not a plain block: blank lines, odd white space, stray characters.
    Irregular,
    /// The base64 is one long line. Every reader known agrees on such a block.
    OneLineBody,
}

/// The first block that Go 1.24.8, 1.25.2 and later decode, or `None`.
///
/// Source: `Decode` in encoding/pem of Go, as changed for CVE-2025-61723.
#[must_use]
pub(super) fn decode(data: &[u8]) -> Option<Block> {
    let mut rest = data;
    while let Some(end) = memmem::find(rest, END) {
        let after_end = &rest[end + END.len()..];
        // The last BEGIN before the first END: a BEGIN without an END of its own is passed over.
        if let Some(begin) = memmem::rfind(&rest[..end], BEGIN)
            && (begin == 0 || rest[begin - 1] == b'\n')
        {
            match block(rest, begin + BEGIN.len(), end, after_end) {
                Attempt::Decoded(found) => return Some(found),
                Attempt::Nothing => return None,
                Attempt::Next => {}
            }
        }
        rest = after_end;
    }
    None
}

enum Attempt {
    Decoded(Block),
    /// This END line ends no block; the search goes on behind it.
    Next,
    /// Go gives up on the whole input.
    Nothing,
}

/// Tries the block whose type line starts at `at` and whose END line starts (with its line break) at `end`.
fn block(input: &[u8], at: usize, end: usize, after_end: &[u8]) -> Attempt {
    let (type_line, mut position) = line(input, at);
    let Some(label) = type_line.strip_suffix(DASHES) else {
        return Attempt::Next;
    };
    let mut headers = false;
    loop {
        if position >= input.len() {
            return Attempt::Nothing;
        }
        let (text, next) = line(input, position);
        if !text.contains(&b':') {
            break;
        }
        headers = true;
        position = next;
    }
    // Behind headers there must be a line break before the END line; a block without any may be empty,
    // which puts its END line break at the end of the type line.
    if headers && end < position {
        // An END line with a colon in it was taken for a header: Go looks no further then.
        let swallowed = position > end + END.len();
        return if swallowed {
            Attempt::Nothing
        } else {
            Attempt::Next
        };
    }
    let trailer_ok = after_end
        .strip_prefix(label)
        .and_then(|tail| tail.strip_prefix(DASHES))
        .is_some_and(|tail| line(tail, 0).0.is_empty());
    if !trailer_ok {
        return Attempt::Next;
    }
    let body = input.get(position..end).unwrap_or_default();
    match base64(body) {
        Some(contents) => Attempt::Decoded(Block {
            label: label.to_vec(),
            contents,
        }),
        None => Attempt::Next,
    }
}

/// The line at `from` without its line break and trailing blanks, and where the next one starts.
fn line(data: &[u8], from: usize) -> (&[u8], usize) {
    let rest = &data[from..];
    let (text, next) = match rest.iter().position(|&byte| byte == b'\n') {
        Some(index) => {
            let text = &rest[..index];
            (text.strip_suffix(b"\r").unwrap_or(text), from + index + 1)
        }
        None => (rest, data.len()),
    };
    let blanks = text
        .iter()
        .rev()
        .take_while(|&&byte| byte == b' ' || byte == b'\t')
        .count();
    (&text[..text.len() - blanks], next)
}

fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(body.len());
    for run in body.split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        packed.extend_from_slice(run);
    }
    BASE64.decode(packed).ok()
}

/// How this armour differs from one plain block of type [`LABEL`]: lines of base64 of one length (the last
/// may be shorter), LF or CRLF throughout, nothing around it but a final line break.
#[must_use]
pub(super) fn deviations(data: &[u8]) -> Vec<Deviation> {
    let begin = [BEGIN, LABEL.as_bytes(), DASHES].concat();
    let end = [&END[1..], LABEL.as_bytes(), DASHES].concat();
    let mut found = Vec::new();
    let begins = memmem::find_iter(data, &BEGIN[..BEGIN.len() - 1]).count();
    if begins > 1 {
        found.push(Deviation::SeveralBlocks);
    }
    if begins > 0 && !data.starts_with(BEGIN) {
        found.push(Deviation::LeadingText);
    }

    let crlf = memmem::find(data, b"\r\n").is_some();
    let separator: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut lines = split(data, separator);
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    if let Some(index) = lines.iter().position(|line| **line == *end)
        && index + 1 < lines.len()
    {
        found.push(Deviation::TrailingData);
        lines.truncate(index + 1);
    }
    let body = match lines.as_slice() {
        [first, body @ .., last] if **first == *begin && **last == *end => body,
        _ => &[],
    };
    if body.iter().any(|line| line.contains(&b':')) {
        found.push(Deviation::Headers);
    }
    if plain_base64(body) {
        if body.len() == 1 && body[0].len() > 76 {
            found.push(Deviation::OneLineBody);
        }
    } else if found.is_empty() {
        found.push(Deviation::Irregular);
    }
    found
}

/// Whether these lines are base64 in the one way in which every reader reads it: lines of the same length,
/// only the last may be shorter, padding at its end.
fn plain_base64(lines: &[&[u8]]) -> bool {
    let Some((last, others)) = lines.split_last() else {
        return false;
    };
    let width = lines[0].len();
    (lines.len() == 1 || width <= 76)
        && !last.is_empty()
        && last.len() <= width
        && others
            .iter()
            .all(|line| line.len() == width && !line.contains(&b'='))
        // Stray bits behind the last octet decode in Go, and are refused by stricter readers, of which this
        // is one: digits alone, then the padding that they need.
        && STANDARD.decode(lines.concat()).is_ok()
}

fn split<'a>(data: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for index in memmem::find_iter(data, separator) {
        parts.push(&data[start..index]);
        start = index + separator.len();
    }
    parts.push(&data[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str =
        "-----BEGIN CERTIFICATE REQUEST-----\nQUFB\n-----END CERTIFICATE REQUEST-----\n";
    const B: &str =
        "-----BEGIN CERTIFICATE REQUEST-----\nQkJC\n-----END CERTIFICATE REQUEST-----\n";

    fn contents(input: &str) -> Option<String> {
        decode(input.as_bytes()).map(|block| String::from_utf8(block.contents).unwrap())
    }

    /// Go's `pem.Decode`, vector by vector.
    #[test]
    fn takes_the_block_that_go_takes() {
        let a = || Some("AAA".to_owned());
        let b = || Some("BBB".to_owned());
        assert_eq!(contents(&format!("{A}{B}")), a());
        assert_eq!(contents(&format!("hello\n{A}")), a());
        assert_eq!(contents(&format!("x{A}")), None);
        assert_eq!(contents(&format!("x{A}{B}")), b());
        assert_eq!(contents(&format!("  {A}")), None);
        let unterminated = A.split("-----END").next().unwrap();
        assert_eq!(contents(&format!("{unterminated}{B}")), b());
        let nested = A.replace("QUFB\n", &format!("QUFB\n{B}"));
        assert_eq!(contents(&nested), b());
        assert_eq!(contents(&format!("{}{B}", A.replace("QUFB", "Q#FB"))), b());
        let mismatched = A.replace("END CERTIFICATE", "END CERTIFICATIF");
        assert_eq!(contents(&format!("{mismatched}{B}")), b());
        let junk = A.replace("REQUEST-----\n", "REQUEST-----junk\n");
        assert_eq!(contents(&format!("{junk}{B}")), b());
        assert_eq!(contents(&A.to_lowercase()), None);
        assert_eq!(contents(&A.replace('\n', "\r\n")), a());
        assert_eq!(contents(&A.replace("QUFB", "Q U\tFB")), a());
        assert_eq!(contents(A.trim_end()), a());
        assert_eq!(contents(&A.replace("QUFB\n", "")), Some(String::new()));
        let headers = A.replace("QUFB", "Proc-Type: 4,ENCRYPTED\n\nQUFB");
        assert_eq!(contents(&headers), a());
        assert_eq!(contents(&A.replace("QUFB\n", "Proc-Type: 4\n")), None);
        assert_eq!(contents(""), None);
    }

    #[test]
    fn the_label_is_kept_as_it_stands() {
        let two_spaces = A.replace("BEGIN ", "BEGIN  ").replace("END ", "END  ");
        let block = decode(two_spaces.as_bytes()).unwrap();
        assert_eq!(block.label, b" CERTIFICATE REQUEST");
    }

    /// Old Go takes the second block of these, new Go the first.
    #[test]
    fn armour_that_go_versions_read_differently_deviates() {
        let split = format!("\n-----END {A}{B}");
        assert!(deviations(split.as_bytes()).contains(&Deviation::SeveralBlocks));
    }

    #[test]
    fn plain_armour_does_not_deviate() {
        let none: Vec<Deviation> = Vec::new();
        let long = "QUFB".repeat(16);
        let folded = A.replace("QUFB", &format!("{long}\n{long}\nQQ=="));
        for plain in [A, A.trim_end(), &A.replace('\n', "\r\n"), &folded] {
            assert_eq!(deviations(plain.as_bytes()), none, "{plain}");
        }
        assert_eq!(deviations(format!("{A}\n\n").as_bytes()), none);
    }

    #[test]
    fn everything_else_deviates() {
        use Deviation::*;
        let cases: &[(String, &[Deviation])] = &[
            (format!("{A}{B}"), &[SeveralBlocks, TrailingData]),
            (format!("hello\n{A}"), &[LeadingText]),
            (format!("\u{feff}{A}"), &[LeadingText]),
            (format!("{A}trailing"), &[TrailingData]),
            (A.replace("QUFB", "a: b\n\nQUFB"), &[Headers]),
            (A.replace("QUFB", "QU\n\nFB"), &[Irregular]),
            (A.replace("QUFB", "Q U F B"), &[Irregular]),
            (A.replace("QUFB", "QUFBQR=="), &[Irregular]),
            (A.replace("QUFB\n", ""), &[Irregular]),
            (A.replace('\n', "\r"), &[Irregular]),
            (
                A.replace("REQUEST-----\nQ", "REQUEST-----\r\nQ"),
                &[Irregular],
            ),
            (A.replace("REQUEST", "ANSWER"), &[Irregular]),
            (A.replace("QUFB", &"QUFB".repeat(20)), &[OneLineBody]),
            (String::new(), &[Irregular]),
        ];
        for (input, expected) in cases {
            assert_eq!(deviations(input.as_bytes()), *expected, "{input:?}");
        }
    }
}
