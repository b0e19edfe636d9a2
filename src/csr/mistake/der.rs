//! What a DER structure is, by its shape.

use super::Mistake;
use crate::csr::der::{Element, Reader, tag};

/// What these bytes are, if they begin with a structure of a kind that people confuse with a request.
pub(super) fn kind(bytes: &[u8]) -> Option<Mistake> {
    let outer = Reader::new(bytes).expect(tag::SEQUENCE).ok()?;
    let parts = parts(outer.contents)?;
    match parts.as_slice() {
        [version, ..] if version.is(tag::INTEGER) => versioned(&parts),
        [kind, ..] if kind.is(tag::OBJECT_IDENTIFIER) => Some(Mistake::Pkcs7),
        [info, algorithm, signature, ..]
            if info.is(tag::SEQUENCE)
                && algorithm.is(tag::SEQUENCE)
                && signature.is(tag::BIT_STRING) =>
        {
            signed(info)
        }
        [algorithm, rest, ..] if algorithm.is(tag::SEQUENCE) => {
            if rest.is(tag::BIT_STRING) {
                // SubjectPublicKeyInfo (RFC 5280 §4.1).
                Some(Mistake::PublicKey)
            } else {
                // EncryptedPrivateKeyInfo (RFC 5208 §6).
                rest.is(tag::OCTET_STRING).then_some(Mistake::PrivateKey)
            }
        }
        _ => None,
    }
}

/// A structure that begins with a version or with another number.
fn versioned(parts: &[Element<'_>]) -> Option<Mistake> {
    let integers = parts
        .iter()
        .take_while(|part| part.is(tag::INTEGER))
        .count();
    match parts {
        // RSAPublicKey (RFC 8017 §A.1.1).
        [_, _] if integers == 2 => Some(Mistake::PublicKey),
        // RSAPrivateKey (RFC 8017 §A.1.2) has nine, a DSA key of OpenSSL six.
        _ if integers >= 6 => Some(Mistake::PrivateKey),
        // ECPrivateKey (RFC 5915 §3).
        [_, key, ..] if key.is(tag::OCTET_STRING) => Some(Mistake::PrivateKey),
        [_, algorithm, rest @ ..] if algorithm.is(tag::SEQUENCE) => match rest {
            // PrivateKeyInfo (RFC 5208 §5).
            [key, ..] if key.is(tag::OCTET_STRING) => Some(Mistake::PrivateKey),
            // PFX (RFC 7292 §4).
            _ if parts[0].contents == [3] => Some(Mistake::KeyStore),
            _ => None,
        },
        _ => None,
    }
}

/// What was signed: a request, a certificate or a revocation list.
fn signed(info: &Element<'_>) -> Option<Mistake> {
    let parts = parts(info.contents)?;
    let sequences = |range: &[Element<'_>]| range.iter().all(|part| part.is(tag::SEQUENCE));
    let is_time = |part: &Element<'_>| part.is(tag::UTC_TIME) || part.is(tag::GENERALIZED_TIME);
    match parts.as_slice() {
        // CertificationRequestInfo (RFC 2986 §4.1): version, subject, key, attributes.
        [version, subject, key, rest @ ..]
            if version.is(tag::INTEGER)
                && subject.is(tag::SEQUENCE)
                && key.is(tag::SEQUENCE)
                && rest.iter().all(|part| part.is_context(0, true)) =>
        {
            Some(Mistake::Der)
        }
        // TBSCertificate (RFC 5280 §4.1): with a version, or, as of old, without.
        [version, serial, rest @ ..]
            if version.is_context(0, true) && serial.is(tag::INTEGER) && rest.len() >= 5 =>
        {
            Some(Mistake::Certificate)
        }
        [serial, rest @ ..]
            if serial.is(tag::INTEGER) && rest.len() >= 5 && sequences(&rest[..5]) =>
        {
            Some(Mistake::Certificate)
        }
        // TBSCertList (RFC 5280 §5.1): a time within the first four.
        parts if parts.iter().take(4).any(is_time) => Some(Mistake::RevocationList),
        _ => None,
    }
}

/// The elements of a SEQUENCE, if they are whole.
fn parts(contents: &[u8]) -> Option<Vec<Element<'_>>> {
    // More than any of these structures has, so that a long list takes no time.
    const MOST: usize = 16;
    let mut reader = Reader::new(contents);
    let mut parts = Vec::new();
    while !reader.is_empty() && parts.len() < MOST {
        parts.push(reader.element().ok()?);
    }
    Some(parts)
}
