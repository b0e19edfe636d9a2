//! A reader for DER as the API server's parser reads it.
//!
//! The API server is written in Go and parses a request with two readers that differ in small ways:
//! `encoding/asn1` for the outer structure and `golang.org/x/crypto/cryptobyte` for names, keys and
//! subject alternative names. Both are followed here, leniencies included, because a reviewer has to see
//! what the API server sees: what it tolerates must be read, what it refuses must be refused.

use std::fmt;

/// Why a request is refused, in the words that the API server would use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Refusal {
    /// A refusal with this text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn syntax(text: &str) -> Self {
        Self(format!("asn1: syntax error: {text}"))
    }

    fn structure(text: &str) -> Self {
        Self(format!("asn1: structure error: {text}"))
    }
}

/// Universal tag numbers (X.680 §8.6) that a request uses.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u32 = 1;
    pub(crate) const INTEGER: u32 = 2;
    pub(crate) const BIT_STRING: u32 = 3;
    pub(crate) const OCTET_STRING: u32 = 4;
    pub(crate) const OBJECT_IDENTIFIER: u32 = 6;
    pub(crate) const UTF8_STRING: u32 = 12;
    pub(crate) const SEQUENCE: u32 = 16;
    pub(crate) const SET: u32 = 17;
    pub(crate) const NUMERIC_STRING: u32 = 18;
    pub(crate) const PRINTABLE_STRING: u32 = 19;
    pub(crate) const T61_STRING: u32 = 20;
    pub(crate) const IA5_STRING: u32 = 22;
    pub(crate) const UTC_TIME: u32 = 23;
    pub(crate) const GENERALIZED_TIME: u32 = 24;
    pub(crate) const BMP_STRING: u32 = 30;
}

/// The class of an identifier octet (X.690 §8.1.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Universal,
    Application,
    ContextSpecific,
    Private,
}

/// One DER element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) class: Class,
    pub(crate) constructed: bool,
    pub(crate) tag: u32,
    /// The contents octets.
    pub(crate) contents: &'a [u8],
    /// The whole encoding: identifier, length and contents octets.
    pub(crate) full: &'a [u8],
}

impl Element<'_> {
    /// Whether this is a universal element of that tag, encoded as DER encodes that type.
    pub(crate) fn is(&self, tag: u32) -> bool {
        self.class == Class::Universal
            && self.tag == tag
            && self.constructed == matches!(tag, tag::SEQUENCE | tag::SET)
    }

    /// Whether this is a context-specific element `[tag]`.
    pub(crate) fn is_context(&self, tag: u32, constructed: bool) -> bool {
        self.class == Class::ContextSpecific && self.tag == tag && self.constructed == constructed
    }
}

/// What is left to read of a run of elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self, missing: &str) -> Result<u8, Refusal> {
        let (&first, rest) = self
            .rest
            .split_first()
            .ok_or_else(|| Refusal::syntax(missing))?;
        self.rest = rest;
        Ok(first)
    }

    /// The next element, by the rules of `encoding/asn1` (`parseTagAndLength`).
    ///
    /// # Errors
    /// Truncation, indefinite and non-minimal lengths, non-minimal tags.
    pub(crate) fn element(&mut self) -> Result<Element<'a>, Refusal> {
        let start = self.rest;
        let identifier = self.byte("sequence truncated")?;
        let class = match identifier >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::ContextSpecific,
            _ => Class::Private,
        };
        let mut tag = u32::from(identifier & 0x1f);
        if tag == 0x1f {
            tag = self.base128()?;
            if tag < 0x1f {
                return Err(Refusal::syntax("non-minimal tag"));
            }
        }
        let length = self.length()?;
        if length > self.rest.len() {
            return Err(Refusal::syntax("data truncated"));
        }
        let (contents, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(Element {
            class,
            constructed: identifier & 0x20 != 0,
            tag,
            contents,
            full: &start[..start.len() - rest.len()],
        })
    }

    fn length(&mut self) -> Result<usize, Refusal> {
        const TRUNCATED: &str = "truncated tag or length";
        let first = self.byte(TRUNCATED)?;
        if first & 0x80 == 0 {
            return Ok(usize::from(first));
        }
        let octets = first & 0x7f;
        if octets == 0 {
            return Err(Refusal::syntax("indefinite length found (not DER)"));
        }
        let mut length = 0_usize;
        for _ in 0..octets {
            let octet = self.byte(TRUNCATED)?;
            if length >= 1 << 23 {
                return Err(Refusal::structure("length too large"));
            }
            length = length << 8 | usize::from(octet);
            if length == 0 {
                return Err(Refusal::structure("superfluous leading zeros in length"));
            }
        }
        if length < 0x80 {
            return Err(Refusal::structure("non-minimal length"));
        }
        Ok(length)
    }

    fn base128(&mut self) -> Result<u32, Refusal> {
        let mut value = 0_u64;
        for shifted in 0.. {
            if shifted == 5 {
                break;
            }
            let octet = self.byte("truncated base 128 integer")?;
            if shifted == 0 && octet == 0x80 {
                return Err(Refusal::syntax("integer is not minimally encoded"));
            }
            value = value << 7 | u64::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                // Go limits arcs and tags to what fits an int on every platform.
                return match u32::try_from(value) {
                    Ok(value) if i32::try_from(value).is_ok() => Ok(value),
                    _ => break,
                };
            }
        }
        Err(Refusal::structure("base 128 integer too large"))
    }

    /// The next element, which must be a universal one of this tag.
    pub(crate) fn expect(&mut self, tag: u32) -> Result<Element<'a>, Refusal> {
        let element = self.element()?;
        if element.is(tag) {
            Ok(element)
        } else {
            Err(Refusal::structure(&format!(
                "tags don't match ({tag} vs {element})"
            )))
        }
    }

    /// The next element, if it is an OBJECT IDENTIFIER.
    pub(crate) fn oid(&mut self) -> Option<Oid> {
        let element = self.expect(tag::OBJECT_IDENTIFIER).ok()?;
        Oid::from_contents(element.contents).ok()
    }

    /// The next element by the rules of `cryptobyte`, which knows no tag numbers above 30.
    pub(crate) fn cryptobyte(&mut self) -> Option<Element<'a>> {
        let element = self.element().ok()?;
        (element.tag < 0x1f).then_some(element)
    }

    /// The next element by the rules of `cryptobyte`, if it is a universal one of this tag.
    pub(crate) fn cryptobyte_expect(&mut self, tag: u32) -> Option<Element<'a>> {
        self.cryptobyte().filter(|element| element.is(tag))
    }
}

impl fmt::Display for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} tag {}, length {}",
            self.class,
            self.tag,
            self.contents.len()
        )
    }
}

/// An object identifier: its arcs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Box<[u32]>);

impl Oid {
    /// The arcs, from the root.
    #[must_use]
    pub fn arcs(&self) -> &[u32] {
        &self.0
    }

    /// From the contents octets of an OBJECT IDENTIFIER (X.690 §8.19).
    pub(crate) fn from_contents(contents: &[u8]) -> Result<Self, Refusal> {
        if contents.is_empty() {
            return Err(Refusal::syntax("zero length OBJECT IDENTIFIER"));
        }
        let mut reader = Reader::new(contents);
        let first = reader.base128()?;
        // One arc ends at each octet without the high bit, two at the first of these.
        let ends = contents.iter().filter(|&octet| octet & 0x80 == 0).count();
        let mut arcs = Vec::with_capacity(ends + 1);
        arcs.extend(match first {
            ..80 => [first / 40, first % 40],
            _ => [2, first - 80],
        });
        while !reader.is_empty() {
            arcs.push(reader.base128()?);
        }
        Ok(Self(arcs.into()))
    }
}

impl PartialEq<[u32]> for Oid {
    fn eq(&self, other: &[u32]) -> bool {
        *self.0 == *other
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arc) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{arc}")?;
        }
        Ok(())
    }
}

/// The value of an INTEGER that must fit 64 bits, from its contents octets.
pub(crate) fn integer(contents: &[u8]) -> Result<i64, Refusal> {
    check_integer(contents)?;
    if contents.len() > 8 {
        return Err(Refusal::structure("integer too large"));
    }
    let negative = contents[0] & 0x80 != 0;
    let mut octets = [if negative { 0xff } else { 0 }; 8];
    octets[8 - contents.len()..].copy_from_slice(contents);
    Ok(i64::from_be_bytes(octets))
}

/// Whether these are the contents octets of a minimally encoded INTEGER (X.690 §8.3).
pub(crate) fn check_integer(contents: &[u8]) -> Result<(), Refusal> {
    match contents {
        [] => Err(Refusal::structure("empty integer")),
        [0x00, second, ..] if second & 0x80 == 0 => {
            Err(Refusal::structure("integer not minimally-encoded"))
        }
        [0xff, second, ..] if second & 0x80 != 0 => {
            Err(Refusal::structure("integer not minimally-encoded"))
        }
        _ => Ok(()),
    }
}

/// The value of a BOOLEAN from its contents octets: DER knows one encoding of TRUE.
pub(crate) fn boolean(contents: &[u8]) -> Result<bool, Refusal> {
    match contents {
        [0x00] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(Refusal::syntax("invalid boolean")),
    }
}

/// Whether the contents octets of a BIT STRING end within an octet. No key and no signature does, and
/// readers differ in what they make of it.
pub(crate) fn has_unused_bits(contents: &[u8]) -> bool {
    contents.first().is_some_and(|&unused| unused > 0)
}

/// The bits of a BIT STRING from its contents octets, shifted so that unused bits come first, as Go's
/// `RightAlign` gives them. For the usual whole number of octets that is the string itself.
pub(crate) fn bit_string(contents: &[u8]) -> Result<Vec<u8>, Refusal> {
    let Some((&unused, bits)) = contents.split_first() else {
        return Err(Refusal::syntax("zero length BIT STRING"));
    };
    let last = bits.last().copied().unwrap_or(0);
    if unused > 7 || (bits.is_empty() && unused > 0) || last & ((1 << unused) - 1) != 0 {
        return Err(Refusal::syntax("invalid padding bits in BIT STRING"));
    }
    if unused == 0 {
        return Ok(bits.to_vec());
    }
    let mut carry = 0;
    Ok(bits
        .iter()
        .map(|&octet| {
            let aligned = carry | octet >> unused;
            carry = octet << (8 - unused);
            aligned
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        Reader::new(bytes).element().unwrap_err().to_string()
    }

    #[test]
    fn reads_an_element_and_leaves_the_rest() {
        let mut reader = Reader::new(&[0x30, 0x03, 0x02, 0x01, 0x05, 0x05, 0x00]);
        let sequence = reader.expect(tag::SEQUENCE).unwrap();
        assert_eq!(sequence.full.len(), 5);
        let integer = Reader::new(sequence.contents).expect(tag::INTEGER).unwrap();
        assert_eq!(super::integer(integer.contents), Ok(5));
        assert!(reader.element().is_ok());
        assert!(reader.is_empty());
    }

    #[test]
    fn refuses_what_is_not_der() {
        assert!(refusal(&[0x30, 0x80]).contains("indefinite length"));
        assert!(refusal(&[0x30, 0x81, 0x05]).contains("non-minimal length"));
        assert!(refusal(&[0x30, 0x82, 0x00, 0x85]).contains("leading zeros"));
        assert!(refusal(&[0x30, 0x84, 0x80, 0x00, 0x00, 0x00]).contains("length too large"));
        assert!(refusal(&[0x30, 0x05, 0x00]).contains("data truncated"));
        assert!(refusal(&[0x1f, 0x1e, 0x00]).contains("non-minimal tag"));
        assert!(refusal(&[]).contains("truncated"));
    }

    #[test]
    fn reads_high_tags_only_where_go_does() {
        let high = [0x1f, 0x81, 0x00, 0x00];
        assert_eq!(Reader::new(&high).element().unwrap().tag, 128);
        assert!(Reader::new(&high).cryptobyte().is_none());
    }

    #[test]
    fn object_identifiers() {
        let oid = Oid::from_contents(&[0x55, 0x04, 0x03]).unwrap();
        assert_eq!(oid.to_string(), "2.5.4.3");
        assert_eq!(oid, *[2, 5, 4, 3].as_slice());
        assert!(Oid::from_contents(&[]).is_err());
        assert!(Oid::from_contents(&[0x55, 0x80, 0x01]).is_err());
        assert!(Oid::from_contents(&[0x55, 0x90, 0x80, 0x80, 0x80, 0x00]).is_err());
        assert_eq!(
            Oid::from_contents(&[0x88, 0x37]).unwrap().to_string(),
            "2.999"
        );
    }

    #[test]
    fn integers_booleans_and_bits() {
        assert_eq!(integer(&[0xff]), Ok(-1));
        assert_eq!(integer(&[0x00, 0xff]), Ok(255));
        assert!(integer(&[0x00, 0x01]).is_err());
        assert!(integer(&[0x01; 9]).is_err());
        assert_eq!(boolean(&[0xff]), Ok(true));
        assert!(boolean(&[0x01]).is_err());
        assert_eq!(bit_string(&[0x00, 0xab]), Ok(vec![0xab]));
        assert_eq!(bit_string(&[0x04, 0xab, 0xc0]), Ok(vec![0x0a, 0xbc]));
        assert!(bit_string(&[0x04, 0x01]).is_err());
        assert!(bit_string(&[]).is_err());
        assert!(has_unused_bits(&[0x04, 0xab, 0xc0]));
        assert!(!has_unused_bits(&[0x00, 0xab]));
    }
}
