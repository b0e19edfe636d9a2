//! The certification request (RFC 2986), read as Go's `x509.ParseCertificateRequest` reads it.
//!
//! x509-parser refuses whole requests that Go accepts and keeps some that Go refuses, so the structure is
//! read here; x509-parser reads the contents of extensions, which only describe what signers ignore.

use std::collections::HashSet;

use x509_parser::prelude::FromDer as _;

use super::der::{self, Oid, Reader, Refusal, tag};
use super::key::{AlgorithmIdentifier, PublicKey};
use super::name::Name;
use super::san::SubjectAltNames;
use super::signature::{Proof, Signature, Verdict};

/// PKCS #9 extensionRequest, the only attribute that Go looks into.
const EXTENSION_REQUEST: &[u32] = &[1, 2, 840, 113_549, 1, 9, 14];
/// PKCS #9 challengePassword.
const CHALLENGE_PASSWORD: &[u32] = &[1, 2, 840, 113_549, 1, 9, 7];
/// Microsoft's extensionRequest, which Go passes over and `OpenSSL` shows.
const MICROSOFT_EXTENSION_REQUEST: &[u32] = &[1, 3, 6, 1, 4, 1, 311, 2, 1, 14];
const SUBJECT_ALT_NAME: &[u32] = &[2, 5, 29, 17];

/// A certification request that the API server can parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkcs10 {
    /// The version field; 0 in every honest request (RFC 2986 §4.1), and Go takes any.
    pub version: i64,
    /// The subject.
    pub subject: Name,
    /// The subject public key.
    pub key: PublicKey,
    /// The proof of possession.
    pub signature: Signature,
    /// The names of the subjectAltName extension.
    pub san: SubjectAltNames,
    /// The requested extensions, as Go sees them.
    pub extensions: Vec<Extension>,
    /// The attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Structures in which something stood that Go passes over, by their names in the RFCs.
    pub leftovers: Vec<&'static str>,
}

/// A requested extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its type.
    pub oid: Oid,
    /// Whether the request marks it critical.
    pub critical: bool,
    /// What it asks for, where that matters.
    pub content: ExtensionContent,
    /// The length of its value in octets.
    pub length: usize,
}

/// What a requested extension asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtensionContent {
    /// subjectAltName: see [`Pkcs10::san`].
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
    /// Anything else, or a known one that does not parse.
    Unknown,
    /// Of a kind that is known, but not of its form, or with more behind it: readers differ in
    /// what it says.
    Unreadable,
}

impl Extension {
    /// The name as in RFC 5280, where it is known.
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
            _ => None,
        }
    }
}

/// An attribute of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// extensionRequest with its number of values; Go reads the first.
    ExtensionRequest {
        /// How many values its SET holds.
        values: usize,
        /// Whether something stands behind the extensions within the value Go reads.
        leftover: bool,
    },
    /// Microsoft's extensionRequest.
    MicrosoftExtensionRequest,
    /// challengePassword; the value may be a secret and is not kept.
    ChallengePassword,
    /// Another type.
    Other(Oid),
    /// Not an Attribute at all, with its type as far as it can be read; Go passes it over.
    Unparsable(Option<Oid>),
}

impl Pkcs10 {
    /// Parses a DER-encoded request. Its signature is not verified here: until it is, by what comes with the
    /// request, its verdict proves nothing.
    ///
    /// # Errors
    /// In Go's words, if the API server would refuse to parse it.
    pub(super) fn parse(der: &[u8]) -> Result<(Self, Proof), Refusal> {
        let mut outer = Reader::new(der);
        let request = outer.expect(tag::SEQUENCE)?;
        // encoding/asn1 parses the whole structure before it looks behind it.
        let mut leftovers = Vec::new();
        let mut reader = Reader::new(request.contents);
        let info = reader.expect(tag::SEQUENCE)?;
        let fields = Info::parse(info.contents)?;
        let identifier = AlgorithmIdentifier::parse(&mut reader)?;
        let string = reader.expect(tag::BIT_STRING)?.contents;
        let signature = der::bit_string(string)?;
        if !outer.is_empty() {
            return Err(Refusal::new("asn1: syntax error: trailing data"));
        }

        let key = PublicKey::parse(&fields.key)?;
        let subject = Name::parse(fields.subject)?;
        let attributes = fields.attributes.iter().map(Attribute::read).collect();
        let extensions = extensions(&fields.attributes)?;
        let mut san = SubjectAltNames::default();
        for extension in &extensions {
            if extension.oid == *SUBJECT_ALT_NAME {
                san = SubjectAltNames::parse(extension.value)?;
            }
        }
        let proof = Proof::new(&identifier, info.full, signature);

        let mut note = |leftover: bool, place| {
            if leftover {
                leftovers.push(place);
            }
        };
        note(!reader.is_empty(), "CertificationRequest");
        note(fields.leftover, "CertificationRequestInfo");
        note(identifier.leftover, "signatureAlgorithm");
        note(der::has_unused_bits(string), "signature");
        note(key.leftover, "SubjectPublicKeyInfo");
        note(subject.leftover, "AttributeTypeAndValue");
        note(san.leftover, "subjectAltName");
        let request = Self {
            version: fields.version,
            subject,
            key,
            signature: proof.unverified(),
            san,
            extensions: extensions
                .into_iter()
                .map(|extension| Extension {
                    content: content(&extension.oid, extension.value),
                    length: extension.value.len(),
                    oid: extension.oid,
                    critical: extension.critical,
                })
                .collect(),
            attributes,
            leftovers,
        };
        Ok((request, proof))
    }

    /// Why the API server would refuse the request after parsing it: its signature.
    #[must_use]
    pub fn signature_error(&self) -> Option<&str> {
        match &self.signature.verdict {
            Verdict::Invalid(why) | Verdict::Unsupported(why) => Some(why),
            Verdict::Valid | Verdict::Unverifiable(_) => None,
        }
    }
}

/// `CertificationRequestInfo`, field by field.
struct Info<'a> {
    version: i64,
    subject: &'a [u8],
    key: der::Element<'a>,
    attributes: Vec<der::Element<'a>>,
    leftover: bool,
}

impl<'a> Info<'a> {
    fn parse(contents: &'a [u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::new(contents);
        let version = der::integer(reader.expect(tag::INTEGER)?.contents)?;
        let subject = reader.element()?.full;
        let key = reader.expect(tag::SEQUENCE)?;
        let set = reader.element()?;
        if !set.is_context(0, true) {
            return Err(Refusal::new(format!(
                "asn1: structure error: tags don't match (0 vs {set})"
            )));
        }
        let mut attributes = Vec::new();
        let mut inner = Reader::new(set.contents);
        while !inner.is_empty() {
            attributes.push(inner.element()?);
        }
        Ok(Self {
            version,
            subject,
            key,
            attributes,
            leftover: !reader.is_empty(),
        })
    }
}

/// The type and values of an attribute, if Go can read it as one.
fn attribute<'a>(element: &der::Element<'a>) -> Option<(Oid, Vec<der::Element<'a>>)> {
    if !element.is(tag::SEQUENCE) {
        return None;
    }
    let mut reader = Reader::new(element.contents);
    let oid = Oid::from_contents(reader.expect(tag::OBJECT_IDENTIFIER).ok()?.contents).ok()?;
    let set = reader.expect(tag::SET).ok()?;
    let mut values = Vec::new();
    let mut inner = Reader::new(set.contents);
    while !inner.is_empty() {
        values.push(inner.element().ok()?);
    }
    Some((oid, values))
}

impl Attribute {
    fn read(element: &der::Element<'_>) -> Self {
        let Some((oid, values)) = attribute(element).filter(|(_, values)| !values.is_empty())
        else {
            let oid = Reader::new(element.contents).expect(tag::OBJECT_IDENTIFIER);
            return Self::Unparsable(
                oid.ok()
                    .and_then(|oid| Oid::from_contents(oid.contents).ok()),
            );
        };
        if oid == *EXTENSION_REQUEST {
            // Behind the SET, and behind or inside the extensions: all of it is passed over by Go.
            let mut reader = Reader::new(element.contents);
            let behind_set =
                reader.element().and_then(|_| reader.element()).is_ok() && !reader.is_empty();
            let inside = extension_elements(&values[0]).is_ok_and(|list| {
                list.iter()
                    .any(|element| extension(element).is_ok_and(|found| found.leftover))
            });
            Self::ExtensionRequest {
                values: values.len(),
                leftover: behind_set || inside,
            }
        } else if oid == *MICROSOFT_EXTENSION_REQUEST {
            Self::MicrosoftExtensionRequest
        } else if oid == *CHALLENGE_PASSWORD {
            Self::ChallengePassword
        } else {
            Self::Other(oid)
        }
    }
}

/// Every requested extension.
///
/// Source: `parseCSRExtensions` in Go's crypto/x509.
fn extensions<'a>(attributes: &[der::Element<'a>]) -> Result<Vec<RawExtension<'a>>, Refusal> {
    let mut all: Vec<RawExtension<'a>> = Vec::new();
    // A request of the largest size holds tens of thousands of them.
    let mut known = HashSet::new();
    for element in attributes {
        let Some((oid, values)) = attribute(element) else {
            continue;
        };
        let Some(first) = values.first().filter(|_| oid == *EXTENSION_REQUEST) else {
            continue;
        };
        for element in extension_elements(first)? {
            let found = extension(&element)?;
            if !known.insert(found.oid.clone()) {
                return Err(Refusal::new(
                    "x509: certificate request contains duplicate requested extensions",
                ));
            }
            all.push(found);
        }
    }
    Ok(all)
}

/// The elements of Extensions (RFC 5280 §4.1), each a SEQUENCE.
fn extension_elements<'a>(value: &der::Element<'a>) -> Result<Vec<der::Element<'a>>, Refusal> {
    let sequence = Reader::new(value.full).expect(tag::SEQUENCE)?;
    let mut reader = Reader::new(sequence.contents);
    let mut elements = Vec::new();
    while !reader.is_empty() {
        let element = reader.element()?;
        if !element.is(tag::SEQUENCE) {
            return Err(Refusal::new("asn1: structure error: sequence tag mismatch"));
        }
        elements.push(element);
    }
    Ok(elements)
}

/// An Extension (RFC 5280 §4.1) before anybody looks into its value.
struct RawExtension<'a> {
    oid: Oid,
    critical: bool,
    value: &'a [u8],
    /// Whether something stood behind the value; Go passes it over.
    leftover: bool,
}

/// Reads one Extension.
fn extension<'a>(element: &der::Element<'a>) -> Result<RawExtension<'a>, Refusal> {
    let mut reader = Reader::new(element.contents);
    let oid = Oid::from_contents(reader.expect(tag::OBJECT_IDENTIFIER)?.contents)?;
    let mut next = reader.element()?;
    let mut critical = false;
    if next.is(tag::BOOLEAN) {
        critical = der::boolean(next.contents)?;
        next = reader.element()?;
    }
    if !next.is(tag::OCTET_STRING) {
        return Err(Refusal::new(format!(
            "asn1: structure error: tags don't match (4 vs {next})"
        )));
    }
    Ok(RawExtension {
        oid,
        critical,
        value: next.contents,
        leftover: !reader.is_empty(),
    })
}

/// What an extension asks for. Only shown and judged: built-in signers carry the SAN alone.
fn content(oid: &Oid, value: &[u8]) -> ExtensionContent {
    use x509_parser::extensions::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
    match oid.arcs() {
        [2, 5, 29, 17] => ExtensionContent::SubjectAltName,
        [2, 5, 29, 14] => ExtensionContent::SubjectKeyIdentifier,
        [2, 5, 29, 30 | 36 | 54] => ExtensionContent::CaConstraint,
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
