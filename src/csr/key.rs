//! The public key of a request.

use super::der::{self, Element, Oid, Reader, Refusal, tag};
use super::fingerprint::Digest;

/// The kind of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
    /// ECDSA over one of the NIST curves that Go knows.
    Ecdsa(Curve),
    /// Ed25519.
    Ed25519,
    /// ML-DSA (FIPS 204) with its parameter set: 44, 65 or 87.
    MlDsa(u8),
    /// DSA: parsed, but no signature of it is verified any more.
    Dsa,
    /// Anything else: the API server keeps it unread and then cannot verify the signature.
    Unknown(Oid),
}

/// A named curve that Go's crypto/x509 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// secp224r1.
    P224,
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

impl Curve {
    /// The name that Go and NIST use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P224 => "P-224",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The size of the field in bits.
    #[must_use]
    pub fn bits(self) -> usize {
        match self {
            Self::P224 => 224,
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }
}

/// A subject public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// The size in bits: of the modulus, or of the curve's field. `None` where it says nothing.
    pub bits: Option<usize>,
    /// SHA-256 over the DER of the SubjectPublicKeyInfo.
    pub spki_sha256: Digest,
    /// For RSA: modulus (big-endian, no leading zeros) and public exponent.
    pub rsa: Option<RsaKey>,
    /// The subjectPublicKey bits.
    pub(crate) bytes: Vec<u8>,
    /// Whether something stood where nothing may stand; Go passes it over.
    pub(crate) leftover: bool,
}

/// The numbers of an RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// The modulus, big-endian without leading zeros.
    pub modulus: Vec<u8>,
    /// The public exponent.
    pub exponent: i64,
}

impl PublicKey {
    /// The name of the algorithm as Go prints it.
    #[must_use]
    pub fn algorithm_name(&self) -> String {
        match &self.algorithm {
            KeyAlgorithm::Rsa => "RSA".to_owned(),
            KeyAlgorithm::Ecdsa(_) => "ECDSA".to_owned(),
            KeyAlgorithm::Ed25519 => "Ed25519".to_owned(),
            KeyAlgorithm::MlDsa(set) => format!("ML-DSA-{set}"),
            KeyAlgorithm::Dsa => "DSA".to_owned(),
            KeyAlgorithm::Unknown(oid) => format!("unknown ({oid})"),
        }
    }

    /// The curve, for keys that have one.
    #[must_use]
    pub fn curve(&self) -> Option<&'static str> {
        match self.algorithm {
            KeyAlgorithm::Ecdsa(curve) => Some(curve.name()),
            KeyAlgorithm::Ed25519 => Some("Ed25519"),
            _ => None,
        }
    }

    /// Parses a SubjectPublicKeyInfo as `parsePublicKey` of Go's crypto/x509 does. Whether a point lies on
    /// its curve shows when the signature is verified.
    ///
    /// # Errors
    /// In Go's words, if the API server would refuse the key.
    pub(crate) fn parse(info: &Element<'_>) -> Result<Self, Refusal> {
        let mut reader = Reader::new(info.contents);
        let identifier = AlgorithmIdentifier::parse(&mut reader)?;
        let string = reader.expect(tag::BIT_STRING)?.contents;
        let bytes = der::bit_string(string)?;
        let mut key = Self {
            algorithm: KeyAlgorithm::Unknown(identifier.oid.clone()),
            bits: None,
            spki_sha256: Digest::of(info.full),
            rsa: None,
            leftover: !reader.is_empty() || identifier.leftover || der::has_unused_bits(string),
            bytes,
        };
        let parameters = identifier.parameters;
        let absent = |name: &str| match parameters {
            None => Ok(()),
            Some(_) => Err(Refusal::new(format!(
                "x509: {name} key encoded with illegal parameters"
            ))),
        };
        match identifier.oid.arcs() {
            [1, 2, 840, 113_549, 1, 1, 1] => key.rsa(parameters)?,
            [1, 2, 840, 10045, 2, 1] => key.ecdsa(parameters)?,
            [1, 2, 840, 10040, 4, 1] => {
                key.algorithm = KeyAlgorithm::Dsa;
                if Reader::new(&key.bytes)
                    .cryptobyte_expect(tag::INTEGER)
                    .is_none()
                {
                    return Err(Refusal::new("x509: invalid DSA public key"));
                }
            }
            [1, 3, 101, 112] => {
                absent("Ed25519")?;
                if key.bytes.len() != 32 {
                    return Err(Refusal::new("x509: wrong Ed25519 public key size"));
                }
                key.algorithm = KeyAlgorithm::Ed25519;
                key.bits = Some(256);
            }
            [2, 16, 840, 1, 101, 3, 4, 3, set @ 17..=19] => {
                absent("ML-DSA")?;
                let (parameter_set, size) = match set {
                    17 => (44, 1312),
                    18 => (65, 1952),
                    _ => (87, 2592),
                };
                if key.bytes.len() != size {
                    return Err(Refusal::new("mldsa: invalid public key length"));
                }
                key.algorithm = KeyAlgorithm::MlDsa(parameter_set);
            }
            _ => {}
        }
        Ok(key)
    }

    fn rsa(&mut self, parameters: Option<Element<'_>>) -> Result<(), Refusal> {
        let null = parameters.is_some_and(|parameters| parameters.full == [0x05, 0x00]);
        if !null {
            return Err(Refusal::new("x509: RSA key missing NULL parameters"));
        }
        let mut outer = Reader::new(&self.bytes);
        let sequence = outer
            .cryptobyte_expect(tag::SEQUENCE)
            .ok_or_else(|| Refusal::new("x509: invalid RSA public key"))?;
        let mut reader = Reader::new(sequence.contents);
        let modulus = reader
            .cryptobyte_expect(tag::INTEGER)
            .filter(|element| der::check_integer(element.contents).is_ok())
            .ok_or_else(|| Refusal::new("x509: invalid RSA modulus"))?;
        let exponent = reader
            .cryptobyte_expect(tag::INTEGER)
            .and_then(|element| der::integer(element.contents).ok())
            .ok_or_else(|| Refusal::new("x509: invalid RSA public exponent"))?;
        let modulus = modulus.contents;
        if modulus[0] & 0x80 != 0 || modulus == [0] {
            return Err(Refusal::new("x509: RSA modulus is not a positive number"));
        }
        if exponent <= 0 {
            return Err(Refusal::new(
                "x509: RSA public exponent is not a positive number",
            ));
        }
        let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
        self.algorithm = KeyAlgorithm::Rsa;
        self.bits = Some(modulus.len() * 8 - modulus[0].leading_zeros() as usize);
        self.leftover |= !outer.is_empty() || !reader.is_empty();
        self.rsa = Some(RsaKey {
            modulus: modulus.to_vec(),
            exponent,
        });
        Ok(())
    }

    fn ecdsa(&mut self, parameters: Option<Element<'_>>) -> Result<(), Refusal> {
        let oid = parameters
            .filter(|parameters| parameters.is(tag::OBJECT_IDENTIFIER))
            .and_then(|parameters| Oid::from_contents(parameters.contents).ok())
            .ok_or_else(|| Refusal::new("x509: invalid ECDSA parameters"))?;
        let curve = match oid.arcs() {
            [1, 3, 132, 0, 33] => Curve::P224,
            [1, 2, 840, 10045, 3, 1, 7] => Curve::P256,
            [1, 3, 132, 0, 34] => Curve::P384,
            [1, 3, 132, 0, 35] => Curve::P521,
            _ => return Err(Refusal::new("x509: unsupported elliptic curve")),
        };
        let uncompressed = self.bytes.len() == 1 + 2 * curve.bits().div_ceil(8);
        if !uncompressed || self.bytes[0] != 4 {
            return Err(Refusal::new("ecdsa: invalid uncompressed public key"));
        }
        self.algorithm = KeyAlgorithm::Ecdsa(curve);
        self.bits = Some(curve.bits());
        Ok(())
    }
}

/// AlgorithmIdentifier (RFC 5280 §4.1.1.2) as Go's `pkix.AlgorithmIdentifier` is filled.
pub(crate) struct AlgorithmIdentifier<'a> {
    pub(crate) oid: Oid,
    pub(crate) parameters: Option<Element<'a>>,
    /// Whether something stood behind the parameters; Go passes it over.
    pub(crate) leftover: bool,
}

impl<'a> AlgorithmIdentifier<'a> {
    pub(crate) fn parse(reader: &mut Reader<'a>) -> Result<Self, Refusal> {
        let sequence = reader.expect(tag::SEQUENCE)?;
        let mut inner = Reader::new(sequence.contents);
        let oid = Oid::from_contents(inner.expect(tag::OBJECT_IDENTIFIER)?.contents)?;
        let parameters = if inner.is_empty() {
            None
        } else {
            Some(inner.element()?)
        };
        Ok(Self {
            oid,
            parameters,
            leftover: !inner.is_empty(),
        })
    }
}
