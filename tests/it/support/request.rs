//! Builds certification requests and CSR objects: honest ones in a line, hostile ones octet by octet.
//!
//! Shared by the unit tests of the crate and by its integration tests, so neither uses all of it.
#![allow(dead_code, reason = "each of the test binaries uses its part")]

#[path = "request/der.rs"]
pub(crate) mod der;
#[path = "request/key.rs"]
mod key;
#[path = "request/object.rs"]
mod object;
#[path = "request/pem.rs"]
mod pem;
#[path = "request/rsa.rs"]
mod rsa;

use std::net::IpAddr;

pub(crate) use der::string;
use der::{bit_string, boolean, octet_string, oid, sequence, set, tlv};
#[allow(unused_imports, reason = "each of the test binaries uses its part")]
pub(crate) use key::{Key, RsaScheme, pss};
#[allow(unused_imports, reason = "each of the test binaries uses its part")]
pub(crate) use object::{CsrObject, uid_of};
pub(crate) use pem::Armour;
#[allow(unused_imports, reason = "each of the test binaries uses its part")]
pub(crate) use rsa::RsaNumbers;

/// commonName.
pub(crate) const CN: &str = "2.5.4.3";
/// organizationName.
pub(crate) const O: &str = "2.5.4.10";
/// organizationalUnitName.
pub(crate) const OU: &str = "2.5.4.11";
/// PKCS #9 extensionRequest.
pub(crate) const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";
/// PKCS #9 challengePassword.
pub(crate) const CHALLENGE_PASSWORD: &str = "1.2.840.113549.1.9.7";
/// Microsoft's extensionRequest.
pub(crate) const MICROSOFT_EXTENSION_REQUEST: &str = "1.3.6.1.4.1.311.2.1.14";
/// subjectAltName.
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
/// basicConstraints.
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
/// keyUsage.
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
/// extKeyUsage.
pub(crate) const EXT_KEY_USAGE: &str = "2.5.29.37";

/// A place behind whose regular contents octets can be put that do not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Behind the request, in the armour.
    Der,
    /// `CertificationRequest`, behind the signature.
    Request,
    /// `CertificationRequestInfo`, behind the attributes.
    Info,
    /// The `AlgorithmIdentifier` of the signature.
    SignatureAlgorithm,
    /// `SubjectPublicKeyInfo`.
    KeyInfo,
    /// Each `AttributeTypeAndValue` of the subject.
    NameAttribute,
    /// Each RDN of the subject.
    Rdn,
    /// Within the value of subjectAltName, behind its SEQUENCE.
    San,
    /// Within the SEQUENCE of subjectAltName, behind the names.
    SanNames,
    /// Each requested `Extension`.
    Extension,
    /// Within the value of extensionRequest, behind the SEQUENCE OF extensions.
    ExtensionRequest,
}

/// An attribute of a name: its type, the identifier octet of its value, the value's octets.
pub(crate) fn attribute(kind: &str, identifier: u8, value: impl AsRef<[u8]>) -> NameAttribute {
    NameAttribute {
        kind: oid(kind),
        value: tlv(identifier, value.as_ref()),
    }
}

/// An attribute of a name, encoded.
#[derive(Clone, Debug)]
pub(crate) struct NameAttribute {
    kind: Vec<u8>,
    value: Vec<u8>,
}

/// An `Extension`, encoded.
pub(crate) fn extension(kind: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut fields = vec![oid(kind)];
    if critical {
        fields.push(boolean(true));
    }
    fields.push(octet_string(value));
    sequence(&fields)
}

/// A subjectAltName of dNSNames, encoded as an `Extension`.
pub(crate) fn dns_extension(names: &[&str]) -> Vec<u8> {
    let names: Vec<Vec<u8>> = names
        .iter()
        .map(|name| tlv(0x82, name.as_bytes()))
        .collect();
    extension(SUBJECT_ALT_NAME, false, &sequence(&names))
}

/// A certification request in the making.
#[derive(Clone, Debug)]
pub(crate) struct RequestBuilder {
    rdns: Vec<Vec<NameAttribute>>,
    subject: Option<Vec<u8>>,
    san: Vec<Vec<u8>>,
    san_critical: bool,
    san_value: Option<Vec<u8>>,
    extensions: Vec<Vec<u8>>,
    attributes_before: Vec<Vec<u8>>,
    attributes_after: Vec<Vec<u8>>,
    more_values: Vec<Vec<u8>>,
    with_attributes: bool,
    version: Vec<u8>,
    key: Key,
    signer: Option<Key>,
    scheme: RsaScheme,
    signature_algorithm: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    broken: bool,
    leftovers: Vec<(Place, Vec<u8>)>,
}

impl RequestBuilder {
    /// A request without a subject.
    pub(crate) fn empty() -> Self {
        Self {
            rdns: Vec::new(),
            subject: None,
            san: Vec::new(),
            san_critical: false,
            san_value: None,
            extensions: Vec::new(),
            attributes_before: Vec::new(),
            attributes_after: Vec::new(),
            more_values: Vec::new(),
            with_attributes: true,
            version: vec![0],
            key: Key::P256,
            signer: None,
            scheme: RsaScheme::Pkcs1Sha256,
            signature_algorithm: None,
            signature: None,
            broken: false,
            leftovers: Vec::new(),
        }
    }

    /// A request for that user.
    pub(crate) fn user(name: &str) -> Self {
        Self::empty().name(CN, string::UTF8, name)
    }

    /// With a key that no other CSR has.
    pub(crate) fn key_of(self, csr: &str) -> Self {
        self.key(Key::P256Of(csr.to_owned()))
    }

    /// A request for a node's identity.
    pub(crate) fn node(node: &str) -> Self {
        Self::empty()
            .group("system:nodes")
            .name(CN, string::UTF8, format!("system:node:{node}"))
    }

    /// One more group, in an RDN of its own.
    pub(crate) fn group(self, name: &str) -> Self {
        self.name(O, string::UTF8, name)
    }

    /// One more RDN of one attribute: type, identifier octet, octets.
    pub(crate) fn name(self, kind: &str, identifier: u8, value: impl AsRef<[u8]>) -> Self {
        self.rdn(vec![attribute(kind, identifier, value)])
    }

    /// One more RDN, of as many attributes as one likes.
    pub(crate) fn rdn(mut self, attributes: Vec<NameAttribute>) -> Self {
        self.rdns.push(attributes);
        self
    }

    /// The whole subject, encoded, in place of the RDNs.
    pub(crate) fn raw_subject(mut self, der: Vec<u8>) -> Self {
        self.subject = Some(der);
        self
    }

    /// One more dNSName.
    pub(crate) fn dns(self, name: &str) -> Self {
        self.general_name(0x82, name)
    }

    /// One more iPAddress.
    pub(crate) fn ip(self, address: &str) -> Self {
        match address.parse().expect("an address") {
            IpAddr::V4(address) => self.general_name(0x87, address.octets()),
            IpAddr::V6(address) => self.general_name(0x87, address.octets()),
        }
    }

    /// One more rfc822Name.
    pub(crate) fn email(self, address: &str) -> Self {
        self.general_name(0x81, address)
    }

    /// One more uniformResourceIdentifier.
    pub(crate) fn uri(self, uri: &str) -> Self {
        self.general_name(0x86, uri)
    }

    /// One more otherName: a Microsoft user principal name.
    pub(crate) fn principal(self, name: &str) -> Self {
        let value = tlv(0xa0, &tlv(string::UTF8, name.as_bytes()));
        self.general_name(0xa0, [oid("1.3.6.1.4.1.311.20.2.3"), value].concat())
    }

    /// One more `GeneralName`: identifier octet and octets.
    pub(crate) fn general_name(mut self, identifier: u8, value: impl AsRef<[u8]>) -> Self {
        self.san.push(tlv(identifier, value.as_ref()));
        self
    }

    /// The alternative names are marked critical.
    pub(crate) fn san_critical(mut self) -> Self {
        self.san_critical = true;
        self
    }

    /// The whole value of subjectAltName, in place of the names.
    pub(crate) fn raw_san(mut self, value: Vec<u8>) -> Self {
        self.san_value = Some(value);
        self
    }

    /// One more extension, behind the alternative names.
    pub(crate) fn extension(self, kind: &str, critical: bool, value: &[u8]) -> Self {
        self.raw_extension(extension(kind, critical, value))
    }

    /// One more extension, encoded, behind the alternative names.
    pub(crate) fn raw_extension(mut self, der: Vec<u8>) -> Self {
        self.extensions.push(der);
        self
    }

    /// basicConstraints.
    pub(crate) fn basic_constraints(self, ca: bool) -> Self {
        let value = sequence(&if ca { vec![boolean(true)] } else { Vec::new() });
        self.extension(BASIC_CONSTRAINTS, true, &value)
    }

    /// keyUsage: numbers of bits below 8 as in RFC 5280 §4.2.1.3, such as 0 for digitalSignature.
    pub(crate) fn key_usage(self, bits: &[u32]) -> Self {
        let octet = bits.iter().fold(0_u8, |octet, bit| octet | 0x80 >> bit);
        let unused = u8::try_from(octet.trailing_zeros().min(7)).expect("below 8");
        self.extension(KEY_USAGE, true, &tlv(0x03, &[unused, octet]))
    }

    /// extKeyUsage, by OIDs such as `1.3.6.1.5.5.7.3.2` for clientAuth.
    pub(crate) fn ext_key_usage(self, purposes: &[&str]) -> Self {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(|purpose| oid(purpose)).collect();
        self.extension(EXT_KEY_USAGE, false, &sequence(&purposes))
    }

    /// One more value in the SET of the extensionRequest, which Go does not look at: whole extensions.
    pub(crate) fn second_value(mut self, extensions: &[Vec<u8>]) -> Self {
        self.more_values.push(sequence(extensions));
        self
    }

    /// One more extensionRequest attribute, behind the first: whole extensions.
    pub(crate) fn second_extension_request(self, extensions: &[Vec<u8>]) -> Self {
        self.attribute(EXTENSION_REQUEST, &[sequence(extensions)])
    }

    /// One more attribute behind the extensionRequest: its type and encoded values.
    pub(crate) fn attribute(self, kind: &str, values: &[Vec<u8>]) -> Self {
        self.raw_attribute(sequence(&[oid(kind), set(values)]))
    }

    /// One more attribute before the extensionRequest.
    pub(crate) fn first_attribute(mut self, kind: &str, values: &[Vec<u8>]) -> Self {
        let der = sequence(&[oid(kind), set(values)]);
        self.attributes_before.push(der);
        self
    }

    /// Whatever stands in the place of one more attribute.
    pub(crate) fn raw_attribute(mut self, der: Vec<u8>) -> Self {
        self.attributes_after.push(der);
        self
    }

    /// Leaves out the attributes, field and all.
    pub(crate) fn without_attributes(mut self) -> Self {
        self.with_attributes = false;
        self
    }

    /// The octets of the version; `[0]` in every honest request.
    pub(crate) fn version(mut self, octets: &[u8]) -> Self {
        self.version = octets.to_vec();
        self
    }

    /// The key.
    pub(crate) fn key(mut self, key: Key) -> Self {
        self.key = key;
        self
    }

    /// Signed with another key than the one in the request.
    pub(crate) fn signed_by(mut self, key: Key) -> Self {
        self.signer = Some(key);
        self
    }

    /// How an RSA key signs.
    pub(crate) fn rsa_scheme(mut self, scheme: RsaScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Another `AlgorithmIdentifier` of the signature, encoded.
    pub(crate) fn signature_algorithm(mut self, der: Vec<u8>) -> Self {
        self.signature_algorithm = Some(der);
        self
    }

    /// Another signature.
    pub(crate) fn raw_signature(mut self, octets: &[u8]) -> Self {
        self.signature = Some(octets.to_vec());
        self
    }

    /// The signature is one over something else.
    pub(crate) fn broken_signature(mut self) -> Self {
        self.broken = true;
        self
    }

    /// Puts octets where none belong.
    pub(crate) fn leftover(mut self, place: Place, octets: &[u8]) -> Self {
        self.leftovers.push((place, octets.to_vec()));
        self
    }

    /// The request, signed.
    pub(crate) fn der(&self) -> Vec<u8> {
        let info = self.info();
        let signer = self.signer.as_ref().unwrap_or(&self.key);
        let message = if self.broken {
            b"something else".as_slice()
        } else {
            &info
        };
        let (algorithm, signature) = signer.sign(self.scheme, message);
        let algorithm = self.signature_algorithm.clone().unwrap_or(algorithm);
        let algorithm = self.behind(Place::SignatureAlgorithm, algorithm);
        let signature = self.signature.clone().unwrap_or(signature);
        let request = sequence(&[
            info,
            algorithm,
            bit_string(&signature),
            self.left(Place::Request),
        ]);
        [request, self.left(Place::Der)].concat()
    }

    /// The request as `openssl req` armours it.
    pub(crate) fn pem(&self) -> Vec<u8> {
        self.armoured(&Armour::new())
    }

    /// The request in armour of a special kind.
    pub(crate) fn armoured(&self, armour: &Armour) -> Vec<u8> {
        armour.wrap(&self.der())
    }

    /// The `CertificationRequestInfo`, which is what is signed.
    pub(crate) fn info(&self) -> Vec<u8> {
        let mut fields = vec![
            tlv(0x02, &self.version),
            self.subject(),
            self.behind(Place::KeyInfo, self.key.info()),
        ];
        if self.with_attributes {
            fields.push(tlv(0xa0, &self.attributes()));
        }
        fields.push(self.left(Place::Info));
        sequence(&fields)
    }

    fn subject(&self) -> Vec<u8> {
        if let Some(subject) = &self.subject {
            return subject.clone();
        }
        let rdns: Vec<Vec<u8>> = self
            .rdns
            .iter()
            .map(|rdn| {
                let mut attributes: Vec<Vec<u8>> = rdn
                    .iter()
                    .map(|attribute| {
                        let left = self.left(Place::NameAttribute);
                        sequence(&[attribute.kind.clone(), attribute.value.clone(), left])
                    })
                    .collect();
                attributes.push(self.left(Place::Rdn));
                set(&attributes)
            })
            .collect();
        sequence(&rdns)
    }

    fn attributes(&self) -> Vec<u8> {
        let mut attributes = self.attributes_before.concat();
        let mut extensions = Vec::new();
        if let Some(value) = self.san_value() {
            extensions.push(extension(SUBJECT_ALT_NAME, self.san_critical, &value));
        }
        extensions.extend(self.extensions.iter().cloned());
        if !extensions.is_empty() || !self.more_values.is_empty() {
            let extensions: Vec<Vec<u8>> = extensions
                .into_iter()
                .map(|extension| self.behind(Place::Extension, extension))
                .collect();
            let first = [sequence(&extensions), self.left(Place::ExtensionRequest)].concat();
            let values: Vec<Vec<u8>> = std::iter::once(first)
                .chain(self.more_values.iter().cloned())
                .collect();
            attributes.extend(sequence(&[oid(EXTENSION_REQUEST), set(&values)]));
        }
        attributes.extend(self.attributes_after.concat());
        attributes
    }

    fn san_value(&self) -> Option<Vec<u8>> {
        if let Some(value) = &self.san_value {
            return Some(value.clone());
        }
        if self.san.is_empty() {
            return None;
        }
        let names = sequence(&[self.san.concat(), self.left(Place::SanNames)]);
        Some([names, self.left(Place::San)].concat())
    }

    /// The octets that do not belong there.
    fn left(&self, place: Place) -> Vec<u8> {
        self.leftovers
            .iter()
            .filter(|(where_, _)| *where_ == place)
            .flat_map(|(_, octets)| octets.clone())
            .collect()
    }

    /// A SEQUENCE with the octets of that place at its end, inside.
    fn behind(&self, place: Place, element: Vec<u8>) -> Vec<u8> {
        let left = self.left(place);
        if left.is_empty() {
            return element;
        }
        let header = if element[1] < 0x80 {
            2
        } else {
            2 + usize::from(element[1] & 0x7f)
        };
        tlv(element[0], &[&element[header..], &left].concat())
    }
}
