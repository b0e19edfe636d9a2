//! Distinguished names, decoded as the API server decodes them.
//!
//! A client certificate logs in with its common name as user and every organization as a group, so the
//! decoding of these two decides everything. Every attribute of every RDN is kept in its order, with the
//! string type that it came in: several readers in wide use drop or reorder what Go takes.

use std::fmt::{self, Write as _};

use super::der::{self, Class, Element, Oid, Reader, Refusal, tag};

/// Attribute types of X.520 that built-in signers carry into a certificate, with their RFC 4514 names.
const CARRIED: [(u32, &str); 9] = [
    (3, "CN"),
    (5, "serialNumber"),
    (6, "C"),
    (7, "L"),
    (8, "ST"),
    (9, "STREET"),
    (10, "O"),
    (11, "OU"),
    (17, "postalCode"),
];

/// Attribute types that signers drop, but that people know by name.
const DROPPED: [(&[u32], &str); 4] = [
    (&[0, 9, 2342, 19_200_300, 100, 1, 1], "UID"),
    (&[0, 9, 2342, 19_200_300, 100, 1, 25], "DC"),
    (&[1, 2, 840, 113_549, 1, 9, 1], "emailAddress"),
    (KUBERNETES_UID, "kubernetesUID"),
];

/// The attribute that kube-apiserver reads as `user.uid` since 1.33
/// (staging/src/k8s.io/apimachinery/pkg/apis/asn1).
pub const KUBERNETES_UID: &[u32] = &[1, 3, 6, 1, 4, 1, 57683, 2];

/// The ASN.1 type of an attribute value that is text to the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringKind {
    /// UTF8String.
    Utf8,
    /// PrintableString; Go also lets `*` and `&` pass.
    Printable,
    /// IA5String.
    Ia5,
    /// NumericString.
    Numeric,
    /// T61String, read as Latin-1; Go before 1.25 kept its octets.
    T61,
    /// BMPString, read as UCS-2, one trailing NUL dropped.
    Bmp,
}

impl fmt::Display for StringKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF8String",
            Self::Printable => "PrintableString",
            Self::Ia5 => "IA5String",
            Self::Numeric => "NumericString",
            Self::T61 => "T61String",
            Self::Bmp => "BMPString",
        })
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text to the API server, and so part of an identity if the type is CN or O.
    Text {
        /// The string type it came in.
        kind: StringKind,
        /// The decoded text.
        text: String,
    },
    /// Not text to the API server, which passes it over; others may show it as text.
    Ignored {
        /// The number of its universal tag, or `None` for another class.
        tag: Option<u32>,
    },
}

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute type.
    pub oid: Oid,
    /// The value.
    pub value: Value,
    /// The value's DER encoding, for showing what cannot be shown as text.
    pub der: Vec<u8>,
}

impl Attribute {
    /// The short name of the attribute type as in RFC 4514, where it has one.
    #[must_use]
    pub fn short_name(&self) -> Option<&'static str> {
        self.carried()
            .and_then(|arc| CARRIED.iter().find(|(known, _)| *known == arc))
            .map(|(_, name)| *name)
            .or_else(|| {
                let known = DROPPED.iter().find(|(arcs, _)| self.oid == **arcs);
                known.map(|(_, name)| *name)
            })
    }

    /// Whether this is a common name.
    #[must_use]
    pub fn is_common_name(&self) -> bool {
        self.oid == *[2, 5, 4, 3].as_slice()
    }

    /// Whether this is an organization.
    #[must_use]
    pub fn is_organization(&self) -> bool {
        self.oid == *[2, 5, 4, 10].as_slice()
    }

    /// The text, if the API server sees text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            Value::Ignored { .. } => None,
        }
    }

    /// Whether the built-in signers carry an attribute of this type into the certificate.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        self.carried()
            .is_some_and(|arc| CARRIED.iter().any(|(known, _)| *known == arc))
    }

    fn carried(&self) -> Option<u32> {
        match self.oid.arcs() {
            [2, 5, 4, arc] => Some(*arc),
            _ => None,
        }
    }
}

/// As RFC 4514 §2.3 and §2.4 write it: a value that is not text as `#` and the hex of its DER encoding.
impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.short_name() {
            Some(short) => f.write_str(short)?,
            None => write!(f, "{}", self.oid)?,
        }
        f.write_char('=')?;
        match self.text() {
            Some(text) => write_rfc4514(f, text),
            None => write!(f, "#{}", super::hex(&self.der)),
        }
    }
}

/// A distinguished name: its RDNs in order, each with its attributes in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    rdns: Vec<Vec<Attribute>>,
    /// Whether something stood behind a value where nothing may stand; Go passes it over.
    pub(crate) leftover: bool,
}

impl Name {
    /// Parses a Name (RFC 5280 §4.1.2.4) as `parseName` of Go's crypto/x509 does.
    ///
    /// # Errors
    /// In Go's words, if the API server would refuse the name.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Refusal> {
        let invalid = |what: &str| Refusal::new(format!("x509: invalid RDNSequence{what}"));
        let sequence = Reader::new(der)
            .cryptobyte_expect(tag::SEQUENCE)
            .ok_or_else(|| invalid(""))?;
        let mut name = Self::default();
        let mut rdns = Reader::new(sequence.contents);
        while !rdns.is_empty() {
            let set = rdns
                .cryptobyte_expect(tag::SET)
                .ok_or_else(|| invalid(""))?;
            let mut rdn = Vec::new();
            let mut attributes = Reader::new(set.contents);
            while !attributes.is_empty() {
                let pair = attributes
                    .cryptobyte_expect(tag::SEQUENCE)
                    .ok_or_else(|| invalid(": invalid attribute"))?;
                let mut pair = Reader::new(pair.contents);
                let oid = pair
                    .cryptobyte_expect(tag::OBJECT_IDENTIFIER)
                    .and_then(|element| Oid::from_contents(element.contents).ok())
                    .ok_or_else(|| invalid(": invalid attribute type"))?;
                let element = pair
                    .cryptobyte()
                    .ok_or_else(|| invalid(": invalid attribute value: invalid ASN.1 element"))?;
                let value = value(&element)
                    .map_err(|why| invalid(&format!(": invalid attribute value: {why}")))?;
                name.leftover |= !pair.is_empty();
                rdn.push(Attribute {
                    oid,
                    value,
                    der: element.full.to_vec(),
                });
            }
            name.rdns.push(rdn);
        }
        Ok(name)
    }

    /// The RDNs in order.
    #[must_use]
    pub fn rdns(&self) -> &[Vec<Attribute>] {
        &self.rdns
    }

    /// Every attribute of every RDN, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.rdns.iter().flatten()
    }

    /// The user that the name logs in as: the last common name that is text, or "".
    #[must_use]
    pub fn user(&self) -> &str {
        self.attributes()
            .filter(|attribute| attribute.is_common_name())
            .filter_map(Attribute::text)
            .last()
            .unwrap_or("")
    }

    /// The groups that the name logs in with: every organization that is text, in order.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        self.organizations().map(str::to_owned).collect()
    }

    /// The same, one after the other.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = &str> {
        self.attributes()
            .filter(|attribute| attribute.is_organization())
            .filter_map(Attribute::text)
    }
}

/// RFC 4514: every attribute, `+` within an RDN, `,` between them, the last RDN first (§2.1). A value that
/// is not text stands as `#` and its DER in hex. Not escaped for a terminal.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_char(',')?;
            }
            for (index, attribute) in rdn.iter().enumerate() {
                if index > 0 {
                    f.write_char('+')?;
                }
                write!(f, "{attribute}")?;
            }
        }
        Ok(())
    }
}

/// Escapes a value as RFC 4514 §2.4 asks.
fn write_rfc4514(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let special = match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
            ' ' => index == 0 || index == last,
            '#' => index == 0,
            _ => false,
        };
        match character {
            '\0' => f.write_str("\\00")?,
            _ if special => write!(f, "\\{character}")?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

/// The value of an attribute, as `readASN1Any` of Go's crypto/x509 reads it.
fn value(element: &Element<'_>) -> Result<Value, String> {
    let ignored = || Value::Ignored {
        tag: (element.class == Class::Universal).then_some(element.tag),
    };
    // Go knows these types in their primitive encoding only; anything else is kept unread.
    if element.class != Class::Universal || element.constructed {
        return Ok(ignored());
    }
    let text = |kind, text: String| Ok(Value::Text { kind, text });
    let octets = element.contents;
    let ascii = || String::from_utf8_lossy(octets).into_owned();
    match element.tag {
        tag::UTF8_STRING => match std::str::from_utf8(octets) {
            Ok(valid) => text(StringKind::Utf8, valid.to_owned()),
            Err(_) => Err("invalid UTF-8 string".to_owned()),
        },
        tag::PRINTABLE_STRING if octets.iter().all(|&octet| printable(octet)) => {
            text(StringKind::Printable, ascii())
        }
        tag::PRINTABLE_STRING => Err("invalid PrintableString".to_owned()),
        tag::IA5_STRING if octets.is_ascii() => text(StringKind::Ia5, ascii()),
        tag::IA5_STRING => Err("invalid IA5String".to_owned()),
        tag::NUMERIC_STRING
            if octets
                .iter()
                .all(|octet| octet.is_ascii_digit() || *octet == b' ') =>
        {
            text(StringKind::Numeric, ascii())
        }
        tag::NUMERIC_STRING => Err("invalid NumericString".to_owned()),
        tag::T61_STRING => text(
            StringKind::T61,
            octets.iter().copied().map(char::from).collect(),
        ),
        tag::BMP_STRING => match bmp(octets) {
            Some(decoded) => text(StringKind::Bmp, decoded),
            None => Err("invalid BMPString".to_owned()),
        },
        tag::INTEGER if der::integer(octets).is_err() => Err("invalid ASN.1 integer".to_owned()),
        tag::BIT_STRING if der::bit_string(octets).is_err() => {
            Err("invalid ASN.1 BIT STRING".to_owned())
        }
        tag::OBJECT_IDENTIFIER if Oid::from_contents(octets).is_err() => {
            Err("invalid ASN.1 OBJECT IDENTIFIER".to_owned())
        }
        tag::BOOLEAN if der::boolean(octets).is_err() => Err("invalid ASN.1 BOOLEAN".to_owned()),
        tag::UTC_TIME if !utc_time(octets) => Err("x509: malformed UTCTime".to_owned()),
        tag::GENERALIZED_TIME if !generalized_time(octets) => {
            Err("x509: malformed GeneralizedTime".to_owned())
        }
        _ => Ok(ignored()),
    }
}

/// The PrintableString alphabet (X.680 §41.4), and `*` and `&`, which Go lets pass.
fn printable(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(octet, b'\''..=b')' | b'+'..=b'/' | b' ' | b':' | b'=' | b'?' | b'*' | b'&')
}

/// UCS-2 without surrogates and noncharacters, one trailing NUL dropped.
fn bmp(octets: &[u8]) -> Option<String> {
    if !octets.len().is_multiple_of(2) {
        return None;
    }
    let octets = octets.strip_suffix(&[0, 0]).unwrap_or(octets);
    octets
        .chunks_exact(2)
        .map(|pair| {
            let unit = u32::from(pair[0]) << 8 | u32::from(pair[1]);
            let reserved = matches!(unit, 0xfffe | 0xffff | 0xfdd0..=0xfdef);
            char::from_u32(unit).filter(|_| !reserved)
        })
        .collect()
}

/// `YYMMDDhhmm[ss]` with `Z` or an offset.
fn utc_time(octets: &[u8]) -> bool {
    time(octets, 2, true)
}

/// `YYYYMMDDhhmmss` with `Z` or an offset.
fn generalized_time(octets: &[u8]) -> bool {
    time(octets, 4, false)
}

fn time(octets: &[u8], year_digits: usize, seconds_optional: bool) -> bool {
    let digits = octets.iter().take_while(|o| o.is_ascii_digit()).count();
    let (fields, zone) = octets.split_at(digits);
    let two = |at: usize| {
        let pair = fields.get(at..at + 2)?;
        Some(i8::try_from((pair[0] - b'0') * 10 + (pair[1] - b'0')).unwrap_or(-1))
    };
    let with_seconds = digits == year_digits + 10;
    if !(with_seconds || seconds_optional && digits == year_digits + 8) {
        return false;
    }
    let year = fields[..year_digits]
        .iter()
        .fold(0_i16, |year, digit| year * 10 + i16::from(digit - b'0'));
    // Two digits stand for 1950 to 2049 (RFC 5280 §4.1.2.5.1), which matters for leap days only.
    let year = if year_digits == 2 { 2000 + year } else { year };
    let field = |index: usize| two(year_digits + 2 * index).unwrap_or(-1);
    let seconds = if with_seconds { field(4) } else { 0 };
    jiff::civil::Date::new(year, field(0), field(1)).is_ok()
        && jiff::civil::Time::new(field(2), field(3), seconds, 0).is_ok()
        && match zone {
            b"Z" => true,
            [b'+' | b'-', offset @ ..] => {
                offset.len() == 4
                    && offset.iter().all(u8::is_ascii_digit)
                    && offset != b"0000"
                    && offset[..2] < b"24"[..]
                    && offset[2] < b'6'
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tlv(identifier: u8, contents: &[u8]) -> Vec<u8> {
        let mut der = vec![identifier, u8::try_from(contents.len()).unwrap()];
        der.extend_from_slice(contents);
        der
    }

    fn attribute(arc: u8, identifier: u8, contents: &[u8]) -> Vec<u8> {
        let pair = [tlv(6, &[0x55, 0x04, arc]), tlv(identifier, contents)].concat();
        tlv(0x30, &pair)
    }

    fn name(rdns: &[&[Vec<u8>]]) -> Result<Name, Refusal> {
        let sets: Vec<u8> = rdns
            .iter()
            .flat_map(|rdn| tlv(0x31, &rdn.concat()))
            .collect();
        Name::parse(&tlv(0x30, &sets))
    }

    #[test]
    fn the_last_common_name_and_every_organization_count() {
        let parsed = name(&[
            &[attribute(3, 12, b"alice")],
            &[attribute(11, 12, b"unit"), attribute(10, 12, b"dev")],
            &[
                attribute(10, 22, b"system:masters"),
                attribute(3, 19, b"bob"),
            ],
        ])
        .unwrap();
        assert_eq!(parsed.user(), "bob");
        assert_eq!(parsed.groups(), ["dev", "system:masters"]);
        assert_eq!(
            parsed.to_string(),
            "O=system:masters+CN=bob,OU=unit+O=dev,CN=alice"
        );
    }

    #[test]
    fn strings_that_go_does_not_know_are_passed_over() {
        let parsed = name(&[
            &[attribute(3, 12, b"real")],
            &[attribute(3, 26, b"decoy")],
            &[attribute(3, 28, b"\0\0\0d")],
            &[attribute(3, 4, b"octets")],
        ])
        .unwrap();
        assert_eq!(parsed.user(), "real");
        assert!(parsed.to_string().contains("CN=#1a056465636f79"));
    }

    #[test]
    fn old_string_types_are_decoded() {
        let parsed = name(&[
            &[attribute(3, 20, b"caf\xe9")],
            &[attribute(10, 30, b"\0a\0d\0m\0\0")],
        ])
        .unwrap();
        assert_eq!(parsed.user(), "café");
        assert_eq!(parsed.groups(), ["adm"]);
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for (identifier, contents, why) in [
            (12, b"\xff".as_slice(), "invalid UTF-8 string"),
            (19, b"a@b", "invalid PrintableString"),
            (22, b"\xe9", "invalid IA5String"),
            (18, b"12a", "invalid NumericString"),
            (30, b"\0", "invalid BMPString"),
            (30, b"\xd8\0", "invalid BMPString"),
            (2, b"\0\x01", "invalid ASN.1 integer"),
            (1, b"\x01", "invalid ASN.1 BOOLEAN"),
            (23, b"991301000000Z", "malformed UTCTime"),
        ] {
            let refusal = name(&[&[attribute(3, identifier, contents)]]).unwrap_err();
            assert!(refusal.to_string().ends_with(why), "{refusal}");
        }
        assert!(Name::parse(&[0x31, 0]).is_err());
        assert!(Name::parse(&[0x30, 2, 0x30, 0]).is_err());
    }

    #[test]
    fn times_are_checked_as_go_checks_them() {
        assert!(utc_time(b"240229120000Z"));
        assert!(utc_time(b"2402291200+0130"));
        assert!(!utc_time(b"230229120000Z"));
        assert!(!utc_time(b"240229120000+0000"));
        assert!(generalized_time(b"20240229120000Z"));
        assert!(!generalized_time(b"202402291200Z"));
    }

    #[test]
    fn leftovers_are_noticed() {
        let pair = [tlv(6, &[0x55, 4, 3]), tlv(12, b"a"), tlv(12, b"b")].concat();
        let parsed = Name::parse(&tlv(0x30, &tlv(0x31, &tlv(0x30, &pair)))).unwrap();
        assert!(parsed.leftover);
    }

    #[test]
    fn rfc4514_escapes() {
        let parsed = name(&[&[attribute(3, 12, b" a,b+c\"# ")]]).unwrap();
        assert_eq!(parsed.to_string(), r##"CN=\ a\,b\+c\"#\ "##);
    }
}
