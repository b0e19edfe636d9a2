//! What a text is that has no readable PEM block in it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::{Mistake, of_label};

/// Shorter texts are not taken for base64: any word could be.
const SHORTEST_BASE64: usize = 32;

/// The secret that the text is or holds, if there is one.
pub(super) fn secret(text: &str) -> Option<Mistake> {
    if super::labels(text.as_bytes()).any(super::is_private)
        || text.starts_with("PuTTY-User-Key-File-")
        || text.contains("AGE-SECRET-KEY-")
    {
        return Some(Mistake::PrivateKey);
    }
    let trimmed = text.trim();
    let is_token = trimmed.starts_with("eyJ")
        && trimmed.split('.').count() == 3
        && trimmed
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_token.then_some(Mistake::Token)
}

/// What is wrong with armour that cannot be decoded, if there is any.
pub(super) fn broken_armour(text: &str) -> Option<Mistake> {
    let Some(begin) = text.find("-----BEGIN ") else {
        let lower = text.to_ascii_lowercase();
        return if lower.contains("-----begin certificate request") {
            Some(Mistake::NearLabel)
        } else if is_typographic(&lower) {
            Some(Mistake::TypographicDashes)
        } else if lower.contains("-----end ") {
            Some(Mistake::NoBegin)
        } else {
            None
        };
    };
    let (before, block) = text.split_at(begin);
    let line_start = before.rsplit('\n').next().unwrap_or_default();
    if block.contains("\\n") {
        return Some(Mistake::LiteralLineBreaks);
    }
    if block.contains("%0A") || block.contains("%0a") {
        return Some(Mistake::PercentEncoded);
    }
    if !text.contains('\n') && text.contains('\r') {
        return Some(Mistake::CrAlone);
    }
    if line_start == "\u{feff}" {
        return Some(Mistake::ByteOrderMark);
    }
    let (first_line, rest) = block.split_once('\n').unwrap_or((block, ""));
    let label = first_line["-----BEGIN ".len()..].split("-----").next();
    let label = label.unwrap_or_default();
    let behind = first_line
        .split_once(&format!("{label}-----"))
        .map_or("", |(_, behind)| behind);
    if !behind.trim().is_empty() {
        return Some(Mistake::OneLine);
    }
    let Some(end) = rest.find("-----END ") else {
        return Some(if is_typographic(rest) {
            Mistake::TypographicDashes
        } else {
            Mistake::NoEnd
        });
    };
    let (body, end) = rest.split_at(end);
    for before in [line_start, body.rsplit('\n').next().unwrap_or_default()] {
        if !before.is_empty() {
            return Some(if before.trim().is_empty() {
                Mistake::Indented
            } else {
                Mistake::Prefixed
            });
        }
    }
    match of_label(label.as_bytes()) {
        // The right label is no other one.
        Mistake::NearLabel if label == "CERTIFICATE REQUEST" => {}
        other => return Some(other),
    }
    let end_label = end["-----END ".len()..].split("-----").next();
    if end_label != Some(label) {
        return Some(Mistake::OtherEnd);
    }
    Some(Mistake::Body)
}

fn is_typographic(text: &str) -> bool {
    const DASHES: [char; 4] = ['\u{2010}', '\u{2013}', '\u{2014}', '\u{2212}'];
    let upper = text.to_ascii_uppercase();
    ["BEGIN CERTIFICATE", "END CERTIFICATE"]
        .iter()
        .any(|words| {
            upper
                .find(words)
                .is_some_and(|at| upper[..at].trim_end_matches(['-', ' ']).ends_with(DASHES))
        })
}

/// What a text is that has no armour in it.
pub(super) fn kind(text: &str) -> Option<Mistake> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some(Mistake::Empty);
    }
    let lower = trimmed[..floor(trimmed, 256)].to_ascii_lowercase();
    if ["<!doctype", "<html", "<?xml"]
        .iter()
        .any(|start| lower.starts_with(start))
    {
        return Some(Mistake::Html);
    }
    let is_ssh = [
        "ssh-",
        "ecdsa-sha2-",
        "sk-ssh-",
        "sk-ecdsa-",
        "---- begin ssh2",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    if is_ssh {
        return Some(Mistake::SshKey);
    }
    if lower.starts_with("certificate request:")
        || lower.starts_with("pkcs #10 certificate request")
    {
        return Some(Mistake::OpensslText);
    }
    manifest(trimmed)
        .or_else(|| is_unexpanded(trimmed).then_some(Mistake::Unexpanded))
        .or_else(|| trimmed.starts_with('<').then_some(Mistake::Placeholder))
        .or_else(|| is_file_name(trimmed).then_some(Mistake::FileName))
        .or_else(|| hex(trimmed).then_some(Mistake::Hex))
        .or_else(|| base64(trimmed))
}

/// A manifest or other JSON.
fn manifest(text: &str) -> Option<Mistake> {
    let is_json = text.starts_with('{') || text.starts_with('[');
    let has = |field: &str| {
        text.lines()
            .any(|line| line.starts_with(&format!("{field}:")))
            || is_json && text.contains(&format!("\"{field}\""))
    };
    if has("apiVersion") && has("kind") {
        let squeezed: String = text.split_whitespace().collect();
        let is_secret =
            squeezed.contains("kind:Secret") || squeezed.contains("\"kind\":\"Secret\"");
        return Some(if is_secret {
            Mistake::Secret
        } else {
            Mistake::Manifest
        });
    }
    // What starts like JSON and is a template starts with two braces.
    (is_json && !text.starts_with("{{")).then_some(Mistake::Json)
}

fn is_unexpanded(text: &str) -> bool {
    ["$(", "${", "{{"].iter().any(|start| text.contains(start)) || text.starts_with(['$', '`'])
}

/// A short word that ends like the name of a file with a request.
fn is_file_name(text: &str) -> bool {
    let endings = [
        ".csr", ".pem", ".req", ".p10", ".der", ".crt", ".txt", ".b64", ".base64",
    ];
    text.len() <= 255
        && !text.contains(char::is_whitespace)
        && endings
            .iter()
            .any(|ending| text.to_ascii_lowercase().ends_with(ending))
}

/// Hexadecimal digits, with blanks, colons and the addresses of a dump or without.
fn hex(text: &str) -> bool {
    let digits = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b':');
    let mut count = 0;
    for digit in digits {
        if !digit.is_ascii_hexdigit() {
            return false;
        }
        count += 1;
    }
    count >= SHORTEST_BASE64
}

/// What base64 holds, white space in it or not.
fn base64(text: &str) -> Option<Mistake> {
    let packed: String = text.split_whitespace().collect();
    if packed.len() < SHORTEST_BASE64 {
        return None;
    }
    let bytes = STANDARD.decode(&packed).ok()?;
    if let Some(kind) = super::der::kind(&bytes) {
        return Some(match kind {
            Mistake::Der => Mistake::NoBegin,
            other => other,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    if let Some(secret) = secret(&text) {
        return Some(secret);
    }
    // Encoded three times is more than twice.
    let again = || {
        STANDARD
            .decode(text.split_whitespace().collect::<String>())
            .is_ok()
    };
    (text.contains("-----BEGIN ") || text.len() >= SHORTEST_BASE64 && again())
        .then_some(Mistake::Encoded)
}

/// What the value of `spec.request` is, which is not base64.
pub(in crate::csr) fn of_value(text: &str) -> Mistake {
    let text = &text[..floor(text, super::LOOKED_AT)];
    if let Some(secret) = secret(text) {
        return secret;
    }
    let trimmed = text.trim();
    if text.contains("-----BEGIN ") {
        return Mistake::NotEncoded;
    }
    let packed: String = trimmed.split_whitespace().collect();
    let standard = STANDARD
        .decode(&packed)
        .or_else(|_| STANDARD_NO_PAD.decode(&packed));
    if standard.is_err()
        && (URL_SAFE.decode(&packed).is_ok() || URL_SAFE_NO_PAD.decode(&packed).is_ok())
    {
        return Mistake::Base64Url;
    }
    kind(trimmed)
        .filter(|kind| {
            !matches!(
                kind,
                Mistake::Empty | Mistake::Encoded | Mistake::NoBegin | Mistake::Hex
            )
        })
        .unwrap_or(Mistake::BrokenBase64)
}

/// The largest index of a character's start that is at most `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&index| text.is_char_boundary(index))
        .unwrap_or(0)
}
