//! The PEM armour around a request: which block the API server takes, and whether another reader could take
//! another.
//!
//! The API server and the signers call Go's `pem.Decode` once and take the first block that it can decode.
//! Which one that is has changed between Go versions, and `OpenSSL` and others choose differently again. So
//! the rule is followed to show what would be signed, and everything but one block with white space around it
//! is reported as a [`Deviation`]. White space cannot change the choice: every version of Go looks for BEGIN at
//! the start of a line and passes over CR, LF, spaces and tabs within the base64.

use std::ops::Range;

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
    /// Whether there are `Key: value` lines.
    headers: bool,
    /// Where it stands in the input, from its BEGIN to the dashes at its end.
    place: Range<usize>,
    /// Where its base64 stands in the input.
    body: Range<usize>,
}

/// How armour differs from one plain block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deviation {
    /// More than one BEGIN line: other readers may take another block.
    SeveralBlocks,
    /// Something other than white space before the BEGIN line.
    LeadingText,
    /// Something other than white space after the END line.
    TrailingData,
    /// `Key: value` lines inside the block.
    Headers,
    /// Bits behind the last byte, which Go passes over and stricter readers refuse.
    StrayBits,
    /// Blank lines between lines of base64, or spaces or tabs within them. Go passes over them; other readers may refuse
    /// the block.
    WhiteSpace,
}

/// The first block that Go 1.24.8, 1.25.2 and later decode, or `None`.
///
/// Source: `Decode` in encoding/pem of Go, as changed for CVE-2025-61723.
#[must_use]
pub(super) fn decode(data: &[u8]) -> Option<Block> {
    let mut from = 0;
    while let Some(end) = memmem::find(&data[from..], END).map(|end| from + end) {
        let after_end = end + END.len();
        // The last BEGIN before the first END: a BEGIN without an END of its own is passed over.
        if let Some(begin) = memmem::rfind(&data[from..end], BEGIN).map(|begin| from + begin)
            && (begin == from || data[begin - 1] == b'\n')
        {
            match block(data, begin, end) {
                Attempt::Decoded(found) => return Some(found),
                Attempt::Nothing => return None,
                Attempt::Next => {}
            }
        }
        from = after_end;
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

/// Tries the block whose BEGIN stands at `begin` and whose END line starts (with its line break) at `end`.
fn block(input: &[u8], begin: usize, end: usize) -> Attempt {
    let (type_line, mut position) = line(input, begin + BEGIN.len());
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
    let trailer_ok = input[end + END.len()..]
        .strip_prefix(label)
        .and_then(|tail| tail.strip_prefix(DASHES))
        .is_some_and(|tail| line(tail, 0).0.is_empty());
    if !trailer_ok {
        return Attempt::Next;
    }
    let body = position.min(end)..end;
    match base64(&input[body.clone()]) {
        Some(contents) => Attempt::Decoded(Block {
            label: label.to_vec(),
            contents,
            headers,
            place: begin..end + END.len() + label.len() + DASHES.len(),
            body,
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
    BASE64.decode(packed(body)).ok()
}

/// The base64 alone, without the white space that Go passes over.
fn packed(body: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(body.len());
    for run in body.split(|&byte| is_white_space(byte)) {
        packed.extend_from_slice(run);
    }
    packed
}

fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How this armour differs from one plain block, given the block that [`decode`] finds in it. Line breaks of every
/// kind, the width of lines and white space around the block are no difference.
#[must_use]
pub(super) fn deviations(data: &[u8], block: Option<&Block>) -> Vec<Deviation> {
    let mut found = Vec::new();
    let mut note = |is_so: bool, deviation| {
        if is_so {
            found.push(deviation);
        }
    };
    let begins = memmem::find_iter(data, BEGIN.trim_ascii_end()).count();
    note(begins > 1, Deviation::SeveralBlocks);
    if let Some(block) = block {
        let blank = |text: &[u8]| text.iter().all(|&byte| is_white_space(byte));
        let body = &data[block.body.clone()];
        note(!blank(&data[..block.place.start]), Deviation::LeadingText);
        note(!blank(&data[block.place.end..]), Deviation::TrailingData);
        note(block.headers, Deviation::Headers);
        note(has_stray_bits(body, &block.contents), Deviation::StrayBits);
        note(has_white_space(body), Deviation::WhiteSpace);
    }
    found
}

/// Whether the last characters carry more bits than the last bytes have.
fn has_stray_bits(body: &[u8], contents: &[u8]) -> bool {
    let last = match contents.len() % 3 {
        0 => return false,
        bytes => STANDARD.encode(&contents[contents.len() - bytes..]),
    };
    let mut end = body.iter().rev().filter(|&&byte| !is_white_space(byte));
    !last.bytes().rev().all(|byte| end.next() == Some(&byte))
}

/// Whether there are blanks within lines of base64, or blank lines between them.
fn has_white_space(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let blank = |line: &[u8]| line.iter().all(|&byte| byte == b'\r');
    let mut lines = body.split(|&byte| byte == b'\n');
    body.iter().any(|byte| matches!(byte, b' ' | b'\t')) || !body.is_empty() && lines.any(blank)
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

    /// The deviations of that text.
    fn deviations(text: &str) -> Vec<Deviation> {
        super::deviations(text.as_bytes(), decode(text.as_bytes()).as_ref())
    }

    /// Old Go takes the second block of these, new Go the first.
    #[test]
    fn armour_that_go_versions_read_differently_deviates() {
        let split = format!("\n-----END {A}{B}");
        assert!(deviations(&split).contains(&Deviation::SeveralBlocks));
    }

    #[test]
    fn plain_armour_does_not_deviate() {
        let none: Vec<Deviation> = Vec::new();
        let long = "QUFB".repeat(16);
        let folded = A.replace("QUFB", &format!("{long}\n{long}\nQQ=="));
        for plain in [
            A,
            A.trim_end(),
            &A.replace('\n', "\r\n"),
            &folded,
            &format!("{A}\n\n"),
            &format!("\n{A}"),
            &format!(" \t\r\n\n{A}\r\n \t\n"),
            // As keytool and NSS write it: CR LF around the base64, LF alone elsewhere.
            &folded.replace("\nQ", "\r\nQ"),
            &A.replace("QUFB\n", "\n\nQUFB\n\n"),
            &A.replace("QUFB", "QU\rFB"),
            &A.replace("QUFB", "QU\nF\nB"),
            &A.replace("QUFB", &"QUFB".repeat(1000)),
            &A.replace("-----\n", "----- \t\n"),
            // What Go does not take is no deviation, but no request either.
            &A.replace("REQUEST", "ANSWER"),
            &A.replace('\n', "\r"),
            &A.replace("QUFB\n", ""),
            "",
        ] {
            assert_eq!(deviations(plain), none, "{plain:?}");
        }
    }

    #[test]
    fn everything_else_deviates() {
        use Deviation::*;
        let cases: &[(String, &[Deviation])] = &[
            (format!("{A}{B}"), &[SeveralBlocks, TrailingData]),
            (format!("{A}-----BEGIN"), &[SeveralBlocks, TrailingData]),
            (format!("hello\n{A}"), &[LeadingText]),
            (format!("\u{feff}\n{A}"), &[LeadingText]),
            (format!("\x0b\n{A}"), &[LeadingText]),
            (format!("{A}trailing"), &[TrailingData]),
            (format!("{A}\0"), &[TrailingData]),
            (A.replace("QUFB", "a: b\n\nQUFB"), &[Headers]),
            (A.replace("QUFB", "QUFBQR=="), &[StrayBits]),
            (A.replace("QUFB", "QU FBQ\tR=\n="), &[StrayBits, WhiteSpace]),
            (A.replace("QUFB", "QU\n\nFB"), &[WhiteSpace]),
            (A.replace("QUFB", "QU\r\n\r\nFB"), &[WhiteSpace]),
            (A.replace("QUFB", "Q U F B"), &[WhiteSpace]),
            (A.replace("QUFB", "QU\t\nFB"), &[WhiteSpace]),
            (A.replace("QUFB", " QU\n FB"), &[WhiteSpace]),
        ];
        for (input, expected) in cases {
            assert_eq!(deviations(input), *expected, "{input:?}");
        }
    }
}
