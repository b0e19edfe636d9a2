//! Subject alternative names, decoded as the API server decodes them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::der::{Element, Oid, Reader, Refusal, tag};
use super::name::Name;
use super::shown;
use super::uri::Uri;

/// The names of a subjectAltName extension (RFC 5280 §4.2.1.6), each kind in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectAltNames {
    /// dNSName: any ASCII, no matter what DNS would say to it.
    pub dns: Vec<String>,
    /// iPAddress.
    pub ip: Vec<IpAddr>,
    /// rfc822Name.
    pub email: Vec<String>,
    /// uniformResourceIdentifier, as a signer would write it.
    pub uri: Vec<String>,
    /// Kinds that the API server passes over and built-in signers drop.
    pub other: Vec<OtherKind>,
    /// Whether something stood behind the names; Go passes it over.
    pub(crate) leftover: bool,
}

/// A general name that the built-in signers drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherKind {
    /// The field name of `GeneralName`, such as `otherName`.
    pub kind: &'static str,
    /// The type of an otherName (RFC 5280 §4.2.1.6).
    pub type_id: Option<Oid>,
    /// What it says: text, a distinguished name as in RFC 4514, an OID, or `#` and the DER in hex. Untrusted.
    pub value: String,
    /// The DER encoding.
    pub der: Vec<u8>,
}

impl OtherKind {
    fn new(element: &Element<'_>) -> Self {
        let kind = match (
            element.is_context(element.tag, element.constructed),
            element.tag,
        ) {
            (true, 0) => "otherName",
            (true, 3) => "x400Address",
            (true, 4) => "directoryName",
            (true, 5) => "ediPartyName",
            (true, 8) => "registeredID",
            _ => "unknown",
        };
        let (type_id, value) = match kind {
            "otherName" => other_name(element.contents).unzip(),
            "directoryName" => {
                let name = Name::parse(element.contents).ok();
                let whole = name.filter(|name| !name.leftover);
                (None, whole.map(|name| name.to_string()))
            }
            "registeredID" => {
                let oid = Oid::from_contents(element.contents).ok();
                (None, oid.map(|oid| oid.to_string()))
            }
            _ => (None, None),
        };
        Self {
            kind,
            type_id,
            value: value.unwrap_or_else(|| shown::sharp(element.full)),
            der: element.full.to_vec(),
        }
    }
}

/// `otherName 1.3.6.1.4.1.311.20.2.3: jane@example.org`, `directoryName: CN=jane`. Not escaped for a terminal.
impl fmt::Display for OtherKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if let Some(type_id) = &self.type_id {
            write!(f, " {type_id}")?;
        }
        write!(f, ": {}", self.value)
    }
}

/// The type of an otherName, and what is in it.
fn other_name(contents: &[u8]) -> Option<(Oid, String)> {
    let mut reader = Reader::new(contents);
    let type_id = reader.oid()?;
    let explicit = reader
        .element()
        .ok()
        .filter(|part| part.is_context(0, true))?;
    let mut inner = Reader::new(explicit.contents);
    let value = inner.element().ok()?;
    let shown = if inner.is_empty() && reader.is_empty() {
        shown::value(&value)
    } else {
        shown::sharp(explicit.full)
    };
    Some((type_id, shown))
}

impl SubjectAltNames {
    /// Whether no name of any kind is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// The number of names of all kinds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.dns.len() + self.ip.len() + self.email.len() + self.uri.len() + self.other.len()
    }

    /// Parses the extension's value as `parseSANExtension` of Go's crypto/x509 does.
    ///
    /// # Errors
    /// In Go's words, if the API server would refuse the request.
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Refusal> {
        let mut outer = Reader::new(value);
        let sequence = outer
            .cryptobyte_expect(tag::SEQUENCE)
            .ok_or_else(|| Refusal::new("x509: invalid subject alternative names"))?;
        let mut names = Self {
            leftover: !outer.is_empty(),
            ..Self::default()
        };
        let mut reader = Reader::new(sequence.contents);
        while !reader.is_empty() {
            let element = reader
                .cryptobyte()
                .ok_or_else(|| Refusal::new("x509: invalid subject alternative name"))?;
            names.push(&element)?;
        }
        Ok(names)
    }

    fn push(&mut self, element: &Element<'_>) -> Result<(), Refusal> {
        let octets = element.contents;
        let ascii = |kind: &str| {
            std::str::from_utf8(octets)
                .ok()
                .filter(|text| text.is_ascii())
                .map(str::to_owned)
                .ok_or_else(|| Refusal::new(format!("x509: SAN {kind} is malformed")))
        };
        if element.is_context(1, false) {
            self.email.push(ascii("rfc822Name")?);
        } else if element.is_context(2, false) {
            self.dns.push(ascii("dNSName")?);
        } else if element.is_context(6, false) {
            self.uri.push(uri(&ascii("uniformResourceIdentifier")?)?);
        } else if element.is_context(7, false) {
            self.ip.push(ip(octets)?);
        } else {
            self.other.push(OtherKind::new(element));
        }
        Ok(())
    }
}

fn ip(octets: &[u8]) -> Result<IpAddr, Refusal> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Ok(Ipv4Addr::from(v4).into());
    }
    let Ok(v6) = <[u8; 16]>::try_from(octets) else {
        return Err(Refusal::new(format!(
            "x509: cannot parse IP address of length {}",
            octets.len()
        )));
    };
    let v6 = Ipv6Addr::from(v6);
    if v6.to_ipv4_mapped().is_some() {
        return Err(Refusal::new(
            "x509: SAN iPAddress contains IPv4-mapped IPv6 address",
        ));
    }
    Ok(v6.into())
}

fn uri(text: &str) -> Result<String, Refusal> {
    let refuse = |why: &str| Refusal::new(format!("x509: cannot parse URI {text:?}: {why}"));
    let uri = Uri::parse(text.as_bytes()).map_err(|why| refuse(&why))?;
    if !domain_name_valid(uri.host()) {
        return Err(refuse("invalid domain"));
    }
    Ok(uri.into_string())
}

/// Go's `domainNameValid` as it is applied to the host of a URI.
fn domain_name_valid(host: &[u8]) -> bool {
    host.is_empty()
        || host
            .split(|&byte| byte == b'.')
            .all(|label| !label.is_empty() && label.iter().all(|byte| (33..=126).contains(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(names: &[(u8, &[u8])]) -> Vec<u8> {
        let body: Vec<u8> = names
            .iter()
            .flat_map(|(identifier, contents)| {
                let length = u8::try_from(contents.len()).unwrap();
                [&[*identifier, length], *contents].concat()
            })
            .collect();
        [&[0x30, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
    }

    #[test]
    fn every_kind_goes_to_its_place() {
        let names = SubjectAltNames::parse(&extension(&[
            (0x82, b"a.example"),
            (0x87, &[10, 0, 0, 7]),
            (0x81, b"a@example"),
            (0x86, b"spiffe://x/y z"),
            (0xa0, b"\x06\x01\x2a"),
            (0x88, b"\x2a"),
            (0xa2, b"constructed"),
        ]))
        .unwrap();
        assert_eq!(names.dns, ["a.example"]);
        assert_eq!(names.ip, ["10.0.0.7".parse::<IpAddr>().unwrap()]);
        assert_eq!(names.email, ["a@example"]);
        assert_eq!(names.uri, ["spiffe://x/y%20z"]);
        let kinds: Vec<_> = names.other.iter().map(|other| other.kind).collect();
        assert_eq!(kinds, ["otherName", "registeredID", "unknown"]);
        assert_eq!(names.count(), 7);
    }

    #[test]
    fn what_other_names_say_is_shown() {
        let upn = b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03\xa0\x06\x0c\x04jane";
        let two = b"\x06\x01\x2a\xa0\x06\x0c\x01a\x0c\x01b";
        let subject = b"\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03a,b";
        let names = SubjectAltNames::parse(&extension(&[
            (0xa0, upn),
            (0xa0, two),
            (0xa0, b"\x06\x01\x2a"),
            (0xa4, subject),
            (0xa4, b"\x30\x01"),
            (0x88, b"\x2a\x03"),
            (0x88, b""),
            (0xa3, b"\x05\x00"),
        ]))
        .unwrap();
        let shown: Vec<String> = names.other.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "otherName 1.3.6.1.4.1.311.20.2.3: jane",
                "otherName 1.2: #a0060c01610c0162",
                "otherName: #a00306012a",
                "directoryName: CN=a\\,b",
                "directoryName: #a4023001",
                "registeredID: 1.2.3",
                "registeredID: #8800",
                "x400Address: #a3020500",
            ]
        );
    }

    #[test]
    fn what_go_refuses_is_refused() {
        let mapped = "::ffff:10.0.0.7".parse::<Ipv6Addr>().unwrap().octets();
        for (identifier, contents, why) in [
            (0x87, [1, 2, 3].as_slice(), "IP address of length 3"),
            (0x87, &mapped, "IPv4-mapped"),
            (0x82, b"\xe9", "dNSName is malformed"),
            (0x81, b"\xe9", "rfc822Name is malformed"),
            (0x86, b"http://h/%zz", "cannot parse URI"),
            (0x86, b"http://h./", "invalid domain"),
        ] {
            let refusal = SubjectAltNames::parse(&extension(&[(identifier, contents)]));
            assert!(refusal.unwrap_err().to_string().contains(why), "{why}");
        }
        assert!(SubjectAltNames::parse(&[0x31, 0]).is_err());
        assert!(SubjectAltNames::parse(&[0x30, 2, 0x82, 5]).is_err());
    }
}
