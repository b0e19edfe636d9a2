//! Requested extensions: what they ask for, and what is shown of them.
//!
//! Built-in signers carry the alternative names alone; a custom one may copy every extension.

use x509_parser::prelude::FromDer as _;

use super::der::{Oid, Reader, tag};
use super::san::SubjectAltNames;
use super::shown;

/// A requested extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its type.
    pub oid: Oid,
    /// Whether the request marks it critical.
    pub critical: bool,
    /// What it asks for, where that matters.
    pub content: ExtensionContent,
    /// What it asks for, in texts to show: names of usages, a template, else the value in hex. None for subjectAltName,
    /// whose names stand on their own. Untrusted.
    pub values: Vec<String>,
    /// The length of its value in octets.
    pub length: usize,
}

/// What a requested extension asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtensionContent {
    /// subjectAltName: see [`Pkcs10::san`](super::Pkcs10::san).
    SubjectAltName,
    /// basicConstraints.
    BasicConstraints {
        /// The certificate would be a CA's.
        ca: bool,
    },
    /// keyUsage: the names of the bits as in RFC 5280 §4.2.1.3.
    KeyUsage(Vec<&'static str>),
    /// extKeyUsage: the purposes, by name where it is known, else by OID.
    ExtKeyUsage(Vec<String>),
    /// An extension that constrains a CA: nameConstraints, policyConstraints, inhibitAnyPolicy.
    CaConstraint,
    /// subjectKeyIdentifier, which says nothing.
    SubjectKeyIdentifier,
    /// The security identifier of an account in Active Directory, which decides who logs in there.
    AccountSid,
    /// Anything else, or a known one that does not parse.
    Unknown,
    /// Of a kind that is known, but not of its form, or with more behind it: readers differ in
    /// what it says.
    Unreadable,
}

impl Extension {
    pub(super) fn new(oid: Oid, critical: bool, value: &[u8]) -> Self {
        let content = content(&oid, value);
        Self {
            values: values(&oid, &content, value),
            content,
            length: value.len(),
            oid,
            critical,
        }
    }

    /// The name as in RFC 5280 or in Microsoft's, where it is known.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        match self.oid.arcs() {
            [2, 5, 29, 14] => Some("subjectKeyIdentifier"),
            [2, 5, 29, 15] => Some("keyUsage"),
            [2, 5, 29, 17] => Some("subjectAltName"),
            [2, 5, 29, 19] => Some("basicConstraints"),
            [2, 5, 29, 30] => Some("nameConstraints"),
            [2, 5, 29, 32] => Some("certificatePolicies"),
            [2, 5, 29, 36] => Some("policyConstraints"),
            [2, 5, 29, 37] => Some("extKeyUsage"),
            [2, 5, 29, 54] => Some("inhibitAnyPolicy"),
            [1, 2, 840, 113_549, 1, 9, 15] => Some("smimeCapabilities"),
            [1, 3, 6, 1, 4, 1, 311, 20, 2] => Some("enrollCertType"),
            [1, 3, 6, 1, 4, 1, 311, 21, 7] => Some("certificateTemplate"),
            [1, 3, 6, 1, 4, 1, 311, 21, 10] => Some("applicationCertPolicies"),
            [1, 3, 6, 1, 4, 1, 311, 25, 2] => Some("ntdsCaSecurity"),
            _ => None,
        }
    }
}

/// What an extension asks for. Only shown and judged: built-in signers carry the SAN alone.
fn content(oid: &Oid, value: &[u8]) -> ExtensionContent {
    use x509_parser::extensions::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
    match oid.arcs() {
        [2, 5, 29, 17] => ExtensionContent::SubjectAltName,
        [2, 5, 29, 14] => ExtensionContent::SubjectKeyIdentifier,
        [2, 5, 29, 30 | 36 | 54] => ExtensionContent::CaConstraint,
        [1, 3, 6, 1, 4, 1, 311, 25, 2] => ExtensionContent::AccountSid,
        [2, 5, 29, 19] => whole(BasicConstraints::from_der(value), |constraints| {
            ExtensionContent::BasicConstraints { ca: constraints.ca }
        }),
        [2, 5, 29, 15] => whole(KeyUsage::from_der(value), |usage| {
            ExtensionContent::KeyUsage(key_usages(usage))
        }),
        [2, 5, 29, 37] => whole(ExtendedKeyUsage::from_der(value), |usage| {
            ExtensionContent::ExtKeyUsage(ext_key_usages(&usage))
        }),
        _ => ExtensionContent::Unknown,
    }
}

/// The content of a value that is read to its end; any other is [`ExtensionContent::Unreadable`].
fn whole<T, E>(
    parsed: Result<(&[u8], T), E>,
    content: impl FnOnce(T) -> ExtensionContent,
) -> ExtensionContent {
    match parsed {
        Ok(([], value)) => content(value),
        _ => ExtensionContent::Unreadable,
    }
}

fn key_usages(usage: x509_parser::extensions::KeyUsage) -> Vec<&'static str> {
    const NAMES: [&str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];
    NAMES
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| usage.flags >> bit & 1 == 1)
        .map(|(_, name)| name)
        .collect()
}

fn ext_key_usages(usage: &x509_parser::extensions::ExtendedKeyUsage<'_>) -> Vec<String> {
    [
        (usage.any, "any"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .map(|(_, name)| name.to_owned())
    .chain(usage.other.iter().map(ToString::to_string))
    .collect()
}

/// What is shown of a value.
fn values(oid: &Oid, content: &ExtensionContent, value: &[u8]) -> Vec<String> {
    let raw = || vec![shown::sharp(value)];
    match content {
        ExtensionContent::SubjectAltName => Vec::new(),
        ExtensionContent::BasicConstraints { ca: true } => vec!["a CA".to_owned()],
        ExtensionContent::BasicConstraints { ca: false } => vec!["no CA".to_owned()],
        ExtensionContent::KeyUsage(names) => names.iter().map(|&name| name.to_owned()).collect(),
        ExtensionContent::ExtKeyUsage(names) => names.clone(),
        ExtensionContent::AccountSid => account_sid(value).unwrap_or_else(raw),
        ExtensionContent::Unknown => match oid.arcs() {
            [1, 3, 6, 1, 4, 1, 311, 21, 7] => template(value),
            [1, 3, 6, 1, 4, 1, 311, 20, 2] => template_name(value),
            [2, 5, 29, 32] | [1, 3, 6, 1, 4, 1, 311, 21, 10] => policies(value),
            _ => None,
        }
        .unwrap_or_else(raw),
        ExtensionContent::CaConstraint
        | ExtensionContent::SubjectKeyIdentifier
        | ExtensionContent::Unreadable => raw(),
    }
}

/// The template of a certificate (MS-WCCE §2.2.2.7.7.2): its OID and version.
fn template(value: &[u8]) -> Option<Vec<String>> {
    let sequence = Reader::new(value).expect(tag::SEQUENCE).ok()?;
    let mut reader = Reader::new(sequence.contents);
    let mut shown = reader.oid()?.to_string();
    let mut numbers = Vec::new();
    while let Ok(number) = reader.expect(tag::INTEGER) {
        numbers.push(super::der::integer(number.contents).ok()?.to_string());
    }
    if !numbers.is_empty() {
        shown = format!("{shown}, version {}", numbers.join("."));
    }
    reader.is_empty().then(|| vec![shown])
}

/// The name of a template (MS-WCCE §2.2.2.7.7.1).
fn template_name(value: &[u8]) -> Option<Vec<String>> {
    let name = shown::string(&Reader::new(value).element().ok()?)?;
    Some(vec![name])
}

/// The OIDs of policies (RFC 5280 §4.2.1.4).
fn policies(value: &[u8]) -> Option<Vec<String>> {
    let sequence = Reader::new(value).expect(tag::SEQUENCE).ok()?;
    let mut reader = Reader::new(sequence.contents);
    let mut policies = Vec::new();
    while !reader.is_empty() {
        let policy = reader.expect(tag::SEQUENCE).ok()?;
        policies.push(Reader::new(policy.contents).oid()?.to_string());
    }
    Some(policies)
}

/// The security identifier of an account (MS-WCCE §2.2.2.7.7.4), which stands in an otherName.
fn account_sid(value: &[u8]) -> Option<Vec<String>> {
    let names = SubjectAltNames::parse(value).ok()?;
    let values: Vec<String> = names
        .other
        .iter()
        .map(|other| other.value.clone())
        .collect();
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values_of(oid: &[u8], value: &[u8]) -> Vec<String> {
        Extension::new(Oid::from_contents(oid).unwrap(), false, value).values
    }

    #[test]
    fn what_is_asked_for_is_shown() {
        const MICROSOFT: &[u8] = b"\x2b\x06\x01\x04\x01\x82\x37";
        let of = |last: &[u8], value: &[u8]| values_of(&[MICROSOFT, last].concat(), value);
        let template = b"\x30\x0b\x06\x03\x2a\x03\x04\x02\x01\x64\x02\x01\x03";
        assert_eq!(of(b"\x15\x07", template), ["1.2.3.4, version 100.3"]);
        assert_eq!(
            of(b"\x15\x07", b"\x30\x05\x06\x03\x2a\x03\x04"),
            ["1.2.3.4"]
        );
        assert_eq!(of(b"\x15\x07", b"\x05\0"), ["#0500"]);
        assert_eq!(of(b"\x14\x02", b"\x1e\x04\0U\0s"), ["Us"]);
        assert_eq!(of(b"\x14\x02", b"\x02\x01\x05"), ["#020105"]);
        let policies = b"\x30\x0e\x30\x05\x06\x03\x2a\x03\x04\x30\x05\x06\x03\x2a\x03\x05";
        assert_eq!(of(b"\x15\x0a", policies), ["1.2.3.4", "1.2.3.5"]);
        // An otherName with 1.3.6.1.4.1.311.25.2.1 and the SID as text in an OCTET STRING.
        let name = [
            b"\x06\x0a".as_slice(),
            MICROSOFT,
            b"\x19\x02\x01",
            b"\xa0\x07\x04\x05S-1-5",
        ]
        .concat();
        let sid = [&[0x30, 23, 0xa0, 21][..], &name].concat();
        assert_eq!(of(b"\x19\x02", &sid), ["S-1-5"]);
        assert_eq!(
            values_of(b"\x55\x1d\x0f", b"\x03\x02\x05\xa0"),
            ["digitalSignature", "keyEncipherment"]
        );
        assert_eq!(values_of(b"\x55\x1d\x13", b"\x30\0"), ["no CA"]);
        assert_eq!(values_of(b"\x55\x1d\x13", b"\x05\0"), ["#0500"]);
        assert_eq!(values_of(b"\x55\x1d\x0e", b"\x04\x01\xaa"), ["#0401aa"]);
        assert_eq!(values_of(b"\x2a\x03", b"\x01"), ["#01"]);
    }
}
