//! What people hand in by mistake in place of a request, and how to repair it.
//!
//! The API server refuses all of it with one sentence about the type of a PEM block. Nothing here decides: whether a
//! request is taken is said by [`super::pem`] and [`super::pkcs10`] alone, and what is found is never printed, for it may
//! be a secret.

mod der;
mod text;
mod words;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

use super::{Source, pem};
pub(super) use text::of_value;

/// How much is looked at: what is larger is no honest mistake.
const LOOKED_AT: usize = 1 << 20;
/// The longest label of a PEM block that is looked for.
const LONGEST_LABEL: usize = 64;

/// What stands where a request has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// Nothing, or white space.
    Empty,
    /// A private key, encrypted or not, in any encoding.
    PrivateKey,
    /// A PKCS#12 or Java key store.
    KeyStore,
    /// A bearer token (JWT).
    Token,
    /// A Secret of Kubernetes.
    Secret,
    /// A request with the label that Java, Windows, NSS and `GnuTLS` write.
    NewLabel,
    /// A label that is nearly the right one.
    NearLabel,
    /// A certificate.
    Certificate,
    /// A PKCS#7 container.
    Pkcs7,
    /// A certificate revocation list.
    RevocationList,
    /// A public key.
    PublicKey,
    /// A public key of SSH.
    SshKey,
    /// Something of PGP.
    Pgp,
    /// Parameters of a key, as `openssl ecparam` writes them.
    KeyParameters,
    /// A PEM block of a type that is not known here.
    OtherBlock,
    /// `\n` as two characters in place of line breaks.
    LiteralLineBreaks,
    /// Percent-encoded armour.
    PercentEncoded,
    /// Armour on one line: a shell made spaces of its line breaks.
    OneLine,
    /// Lines that end with CR alone.
    CrAlone,
    /// A byte order mark in front of BEGIN.
    ByteOrderMark,
    /// BEGIN or END behind spaces.
    Indented,
    /// Other characters in front of BEGIN or END, as in quoted mail.
    Prefixed,
    /// Dashes that an editor made typographic ones.
    TypographicDashes,
    /// No END line.
    NoEnd,
    /// An END line of another type.
    OtherEnd,
    /// A body that is not base64.
    Body,
    /// Base64 of DER without BEGIN and END.
    NoBegin,
    /// The base64 of a PEM block.
    Encoded,
    /// Base64 in the alphabet for URLs.
    Base64Url,
    /// Base64 that is cut off, or has other characters in it.
    BrokenBase64,
    /// A PEM block where its base64 has to be.
    NotEncoded,
    /// UTF-16.
    Utf16,
    /// A compressed file or an archive.
    Compressed,
    /// The request as DER.
    Der,
    /// Hexadecimal digits.
    Hex,
    /// A page of HTML, or XML.
    Html,
    /// Another manifest of Kubernetes.
    Manifest,
    /// JSON.
    Json,
    /// `$(…)`, `${…}` or `{{…}}` that were to be replaced.
    Unexpanded,
    /// `<…>` that was to be replaced.
    Placeholder,
    /// The name of a file.
    FileName,
    /// What `openssl req -text -noout` prints.
    OpensslText,
}

impl Mistake {
    /// What it is and what to do, as the end of a sentence that starts with what is looked at.
    #[must_use]
    pub fn words(self, source: Source) -> String {
        let (what, repair) = match self {
            // A file's own base64 is the only one that there is.
            Self::Encoded if source == Source::Bare => {
                ("is the base64 of a PEM block", "decode it with base64 -d")
            }
            other => words::of(other),
        };
        format!("{what}: {repair}")
    }

    /// Whether it is a secret, which others may have read by now.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(
            self,
            Self::PrivateKey | Self::KeyStore | Self::Token | Self::Secret
        )
    }

    /// What the bytes are that have to be a PEM request, where that can be said.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
        if let Some(text) = utf16(bytes) {
            return text::secret(&text).or(Some(Self::Utf16));
        }
        let is_compressed = [
            b"\x1f\x8b".as_slice(),
            b"PK\x03\x04",
            b"BZh",
            b"\xfd7zXZ\0",
            b"7z\xbc\xaf",
        ]
        .iter()
        .any(|magic| bytes.starts_with(magic));
        // JKS and JCEKS.
        if bytes.starts_with(b"\xfe\xed\xfe\xed") || bytes.starts_with(b"\xce\xce\xce\xce") {
            return Some(Self::KeyStore);
        }
        if is_compressed {
            return Some(Self::Compressed);
        }
        if let Some(kind) = der::kind(bytes) {
            return Some(kind);
        }
        let text = String::from_utf8_lossy(bytes);
        text::secret(&text)
            .or_else(|| armour(bytes, &text))
            .or_else(|| text::kind(&text))
            .or_else(|| hex_in_base64(bytes).then_some(Self::Hex))
    }

    /// What a block with the right label has in it instead of a request, where that can be said.
    pub(super) fn inside(contents: &[u8]) -> Option<Self> {
        der::kind(contents).filter(|kind| *kind != Self::Der)
    }

    /// The private key that stands beside a request.
    pub(super) fn beside(bytes: &[u8]) -> Option<Self> {
        labels(bytes).any(is_private).then_some(Self::PrivateKey)
    }
}

/// What is wrong with a text that has armour in it.
fn armour(bytes: &[u8], text: &str) -> Option<Mistake> {
    match pem::decode(bytes) {
        Some(block) if block.label == pem::LABEL.as_bytes() => None,
        Some(block) => Some(of_label(&block.label)),
        None => text::broken_armour(text),
    }
}

/// The labels of the BEGIN lines, wherever they stand.
fn labels(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    memmem::find_iter(bytes, BEGIN).filter_map(|at| {
        let rest = &bytes[at + BEGIN.len()..];
        let rest = &rest[..rest.len().min(LONGEST_LABEL + 5)];
        Some(&rest[..memmem::find(rest, b"-----")?])
    })
}

/// The label of the first BEGIN line, as far as it is one.
pub(super) fn first_label(bytes: &[u8]) -> Option<String> {
    let label = labels(bytes).next()?;
    Some(String::from_utf8_lossy(label).into_owned())
}

fn is_private(label: &[u8]) -> bool {
    let label = label.to_ascii_uppercase();
    ["PRIVATE KEY", "SECRET KEY", "STATIC KEY"]
        .iter()
        .any(|kind| memmem::find(&label, kind.as_bytes()).is_some())
}

/// What a block of that type is.
fn of_label(label: &[u8]) -> Mistake {
    if is_private(label) {
        return Mistake::PrivateKey;
    }
    let upper = String::from_utf8_lossy(label).to_ascii_uppercase();
    let words: Vec<&str> = upper.split_whitespace().collect();
    match words.as_slice() {
        ["NEW", "CERTIFICATE", "REQUEST"] => Mistake::NewLabel,
        ["CERTIFICATE", .., "REQUEST"] => Mistake::NearLabel,
        ["CERTIFICATE"] | ["X509" | "TRUSTED", "CERTIFICATE"] => Mistake::Certificate,
        ["PKCS7" | "CMS"] | ["PKCS", "#7", ..] => Mistake::Pkcs7,
        [.., "CRL"] => Mistake::RevocationList,
        ["SSH2", "PUBLIC", "KEY"] => Mistake::SshKey,
        ["PGP", ..] => Mistake::Pgp,
        [.., "PUBLIC", "KEY"] => Mistake::PublicKey,
        [.., "PARAMETERS"] => Mistake::KeyParameters,
        _ => Mistake::OtherBlock,
    }
}

/// The text of UTF-16 with a byte order mark, or of ASCII in UTF-16 without one.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit = |little: bool| {
        move |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if little {
                u16::from_le_bytes(pair)
            } else {
                u16::from_be_bytes(pair)
            }
        }
    };
    let decode = |bytes: &[u8], little| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(unit(little)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(decode(rest, true)),
        [0xfe, 0xff, rest @ ..] => Some(decode(rest, false)),
        [first, 0, second, 0, ..] if first.is_ascii() && second.is_ascii() && *first != 0 => {
            Some(decode(bytes, true))
        }
        [0, first, 0, second, ..] if first.is_ascii() && second.is_ascii() && *first != 0 => {
            Some(decode(bytes, false))
        }
        _ => None,
    }
}

/// Whether these bytes are what hexadecimal digits are as base64.
fn hex_in_base64(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(48)];
    start.len() == 48
        && STANDARD
            .encode(start)
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
