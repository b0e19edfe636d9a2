//! ASN.1 values as people read them: for showing, never for deciding.

use super::der::{Class, Element, tag};
use super::hex;

/// The most bytes that are shown in hex.
const MOST: usize = 256;

/// The text of a string of any type, if it is one.
pub(super) fn string(element: &Element<'_>) -> Option<String> {
    const VISIBLE_STRING: u32 = 26;
    const GENERAL_STRING: u32 = 27;
    const UNIVERSAL_STRING: u32 = 28;
    if element.class != Class::Universal || element.constructed {
        return None;
    }
    let bytes = element.contents;
    let units = |width: usize| {
        let mut units = bytes.chunks_exact(width);
        let text: Option<String> = units
            .by_ref()
            .map(|unit| {
                char::from_u32(unit.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
            })
            .collect();
        text.filter(|_| units.remainder().is_empty())
    };
    match element.tag {
        tag::UTF8_STRING => std::str::from_utf8(bytes).ok().map(str::to_owned),
        tag::PRINTABLE_STRING
        | tag::IA5_STRING
        | tag::NUMERIC_STRING
        | VISIBLE_STRING
        | GENERAL_STRING => std::str::from_utf8(bytes)
            .ok()
            .filter(|text| text.is_ascii())
            .map(str::to_owned),
        tag::T61_STRING => Some(bytes.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => units(2),
        UNIVERSAL_STRING => units(4),
        _ => None,
    }
}

/// The text of a string, or of an OCTET STRING that holds nothing but printable ASCII; else its DER, as in RFC 4514.
pub(super) fn value(element: &Element<'_>) -> String {
    let octets = || {
        let is_text = element.is(tag::OCTET_STRING)
            && !element.contents.is_empty()
            && element
                .contents
                .iter()
                .all(|byte| matches!(byte, b' '..=b'~'));
        is_text.then(|| String::from_utf8_lossy(element.contents).into_owned())
    };
    string(element)
        .or_else(octets)
        .unwrap_or_else(|| sharp(element.full))
}

/// `#` and the hex digits, the end of much left out.
pub(super) fn sharp(bytes: &[u8]) -> String {
    let start = hex(&bytes[..bytes.len().min(MOST)]);
    if bytes.len() <= MOST {
        return format!("#{start}");
    }
    format!("#{start}… ({} bytes)", bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::der::Reader;
    use super::*;

    #[test]
    fn strings_of_every_type_are_read() {
        for (der, expected) in [
            (b"\x0c\x02\xc3\xbc".as_slice(), "ü"),
            (b"\x16\x01a", "a"),
            (b"\x1a\x01a", "a"),
            (b"\x1b\x01a", "a"),
            (b"\x14\x01\xfc", "ü"),
            (b"\x1e\x02\0\xfc", "ü"),
            (b"\x1c\x04\0\0\0\xfc", "ü"),
            (b"\x04\x03S-1", "S-1"),
            (b"\x04\x01\x1b", "#04011b"),
            (b"\x04\x00", "#0400"),
            (b"\x0c\x01\xff", "#0c01ff"),
            (b"\x16\x01\xff", "#1601ff"),
            (b"\x1e\x01a", "#1e0161"),
            (b"\x02\x01\x05", "#020105"),
        ] {
            let element = Reader::new(der).element().unwrap();
            assert_eq!(value(&element), expected);
        }
        assert_eq!(sharp(&[0; 256]).len(), 513);
        assert!(sharp(&[0; 257]).ends_with("00… (257 bytes)"));
    }
}
