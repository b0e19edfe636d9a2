//! The proof of possession: does the key in the request sign the request?
//!
//! The API server checks it when a CSR is created and on every update, and a signer checks it again. The
//! rules here are those of `CertificateRequest.CheckSignature` in Go's crypto/x509, SHA-1 included. Where
//! no library at hand can verify what Go can, the verdict says so instead of guessing.

use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use super::der::{Class, Element, Oid, Reader, tag};
use super::key::{AlgorithmIdentifier, Curve, KeyAlgorithm, PublicKey};

/// Whether the signature proves possession of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Valid,
    /// It does not, and the API server would refuse it with this message.
    Invalid(String),
    /// The API server would refuse it with this message, without looking whether it does: it verifies no signature of
    /// this kind.
    Unsupported(String),
    /// It cannot be said here, and why.
    Unverifiable(String),
}

impl Verdict {
    /// The word for JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(_) => "invalid",
            Self::Unsupported(_) | Self::Unverifiable(_) => "unverifiable",
        }
    }
}

/// The signature of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The algorithm as Go prints it, or its OID.
    pub algorithm: String,
    /// The hash is SHA-1.
    pub is_sha1: bool,
    /// Whether it proves possession of the key.
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Scheme {
    Pkcs1(Hash),
    Pss(Hash),
    Ecdsa(Hash),
    Dsa(Hash),
    Ed25519,
    MlDsa(u8),
    Unknown(Oid),
}

const UNIMPLEMENTED: &str = "x509: cannot verify signature: algorithm unimplemented";

/// What it takes to verify a signature, but for the key. Verifying takes longer than all that was done
/// before, so that it is a step of its own.
#[derive(Debug)]
pub(super) struct Proof {
    scheme: Scheme,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Proof {
    pub(super) fn new(
        identifier: &AlgorithmIdentifier<'_>,
        signed: &[u8],
        signature: Vec<u8>,
    ) -> Self {
        Self {
            scheme: Scheme::from(identifier),
            signed: signed.to_vec(),
            signature,
        }
    }

    /// The signature as it is described before anybody verifies it: what nobody looked into proves nothing.
    pub(super) fn unverified(&self) -> Signature {
        Signature {
            algorithm: self.scheme.name(),
            is_sha1: matches!(
                self.scheme,
                Scheme::Pkcs1(Hash::Sha1) | Scheme::Ecdsa(Hash::Sha1)
            ),
            verdict: Verdict::Unverifiable("it was not verified".to_owned()),
        }
    }

    /// Whether it proves possession of the key.
    pub(super) fn verify(&self, key: &PublicKey) -> Verdict {
        self.scheme.verify(key, &self.signed, &self.signature)
    }
}

impl Scheme {
    /// Source: `getSignatureAlgorithmFromAI` in Go's crypto/x509.
    fn from(identifier: &AlgorithmIdentifier<'_>) -> Self {
        let parameters = identifier.parameters;
        match identifier.oid.arcs() {
            [1, 2, 840, 113_549, 1, 1, last] => match last {
                4 => Some(Self::Pkcs1(Hash::Md5)),
                5 => Some(Self::Pkcs1(Hash::Sha1)),
                11 => Some(Self::Pkcs1(Hash::Sha256)),
                12 => Some(Self::Pkcs1(Hash::Sha384)),
                13 => Some(Self::Pkcs1(Hash::Sha512)),
                10 => parameters.and_then(|parameters| pss(&parameters)),
                _ => None,
            },
            [1, 3, 14, 3, 2, 29] => Some(Self::Pkcs1(Hash::Sha1)),
            [1, 2, 840, 10040, 4, 3] => Some(Self::Dsa(Hash::Sha1)),
            [2, 16, 840, 1, 101, 3, 4, 3, 2] => Some(Self::Dsa(Hash::Sha256)),
            [1, 2, 840, 10045, 4, 1] => Some(Self::Ecdsa(Hash::Sha1)),
            [1, 2, 840, 10045, 4, 3, 2] => Some(Self::Ecdsa(Hash::Sha256)),
            [1, 2, 840, 10045, 4, 3, 3] => Some(Self::Ecdsa(Hash::Sha384)),
            [1, 2, 840, 10045, 4, 3, 4] => Some(Self::Ecdsa(Hash::Sha512)),
            [1, 3, 101, 112] if parameters.is_none() => Some(Self::Ed25519),
            [2, 16, 840, 1, 101, 3, 4, 3, 17] if parameters.is_none() => Some(Self::MlDsa(44)),
            [2, 16, 840, 1, 101, 3, 4, 3, 18] if parameters.is_none() => Some(Self::MlDsa(65)),
            [2, 16, 840, 1, 101, 3, 4, 3, 19] if parameters.is_none() => Some(Self::MlDsa(87)),
            _ => None,
        }
        .unwrap_or_else(|| Self::Unknown(identifier.oid.clone()))
    }

    fn name(&self) -> String {
        let hash = |hash: &Hash| match hash {
            Hash::Md5 => "MD5",
            Hash::Sha1 => "SHA1",
            Hash::Sha256 => "SHA256",
            Hash::Sha384 => "SHA384",
            Hash::Sha512 => "SHA512",
        };
        match self {
            Self::Pkcs1(with) => format!("{}-RSA", hash(with)),
            Self::Pss(with) => format!("{}-RSAPSS", hash(with)),
            Self::Ecdsa(with) => format!("ECDSA-{}", hash(with)),
            Self::Dsa(with) => format!("DSA-{}", hash(with)),
            Self::Ed25519 => "Ed25519".to_owned(),
            Self::MlDsa(set) => format!("ML-DSA-{set}"),
            Self::Unknown(oid) => format!("unknown ({oid})"),
        }
    }

    fn verify(&self, key: &PublicKey, signed: &[u8], signature: &[u8]) -> Verdict {
        let mismatch = |needed: &str| {
            Verdict::Invalid(format!(
                "x509: signature algorithm specifies an {needed} public key, but have public key of type {}",
                key.algorithm_name()
            ))
        };
        match (self, &key.algorithm) {
            // Go parses these keys, but verifies nothing with them.
            (Self::Unknown(_) | Self::Dsa(_), _)
            | (_, KeyAlgorithm::Unknown(_) | KeyAlgorithm::Dsa) => {
                Verdict::Unsupported(UNIMPLEMENTED.to_owned())
            }
            (Self::Pkcs1(Hash::Md5), _) => Verdict::Unsupported(
                "x509: cannot verify signature: insecure algorithm MD5-RSA".to_owned(),
            ),
            (Self::Pkcs1(hash), KeyAlgorithm::Rsa) => rsa(key, *hash, false, signed, signature),
            (Self::Pss(hash), KeyAlgorithm::Rsa) => rsa(key, *hash, true, signed, signature),
            (Self::Ecdsa(hash), KeyAlgorithm::Ecdsa(curve)) => {
                ecdsa(key, *curve, *hash, signed, signature)
            }
            (Self::Ed25519, KeyAlgorithm::Ed25519) => verify(
                &signature::ED25519,
                key,
                signed,
                signature,
                "x509: Ed25519 verification failure",
            ),
            (Self::MlDsa(one), KeyAlgorithm::MlDsa(other)) if one == other => {
                let algorithm: &'static dyn VerificationAlgorithm = match one {
                    44 => &signature::ML_DSA_44,
                    65 => &signature::ML_DSA_65,
                    _ => &signature::ML_DSA_87,
                };
                verify(
                    algorithm,
                    key,
                    signed,
                    signature,
                    "mldsa: invalid signature",
                )
            }
            (Self::Pkcs1(_) | Self::Pss(_), _) => mismatch("RSA"),
            (Self::Ecdsa(_), _) => mismatch("ECDSA"),
            (Self::Ed25519, _) => mismatch("Ed25519"),
            (Self::MlDsa(_), _) => mismatch("ML-DSA"),
        }
    }
}

/// RSASSA-PSS-params (RFC 4055 §3.1): Go takes three settings only.
fn pss(parameters: &Element<'_>) -> Option<Scheme> {
    if !parameters.is(tag::SEQUENCE) {
        return None;
    }
    let mut reader = Reader::new(parameters.contents);
    let mut explicit = |number: u32| {
        let element = reader.element().ok()?;
        element.is_context(number, true).then_some(element.contents)
    };
    let hash = AlgorithmIdentifier::parse(&mut Reader::new(explicit(0)?)).ok()?;
    let mask = AlgorithmIdentifier::parse(&mut Reader::new(explicit(1)?)).ok()?;
    let salt = Reader::new(explicit(2)?).expect(tag::INTEGER).ok()?;
    let trailer_is_default = reader.is_empty()
        || reader
            .element()
            .ok()
            .filter(|element| element.class == Class::ContextSpecific && element.tag == 3)
            .is_some_and(|element| element.contents == [0x02, 0x01, 0x01]);
    let mask_parameters = mask.parameters?;
    let mask_hash = AlgorithmIdentifier::parse(&mut Reader::new(mask_parameters.full)).ok()?;
    let plain = |identifier: &AlgorithmIdentifier<'_>| {
        identifier
            .parameters
            .is_none_or(|parameters| parameters.full == [0x05, 0x00])
    };
    let is_mgf1 = mask.oid == *[1, 2, 840, 113_549, 1, 1, 8].as_slice();
    let usual = plain(&hash)
        && plain(&mask_hash)
        && is_mgf1
        && mask_hash.oid == hash.oid
        && trailer_is_default;
    if !usual {
        return None;
    }
    match (hash.oid.arcs(), salt.contents) {
        ([2, 16, 840, 1, 101, 3, 4, 2, 1], [32]) => Some(Scheme::Pss(Hash::Sha256)),
        ([2, 16, 840, 1, 101, 3, 4, 2, 2], [48]) => Some(Scheme::Pss(Hash::Sha384)),
        ([2, 16, 840, 1, 101, 3, 4, 2, 3], [64]) => Some(Scheme::Pss(Hash::Sha512)),
        _ => None,
    }
}

/// Source of the limits: `checkPublicKey` and `checkKeySize` in Go's crypto/rsa.
fn rsa(key: &PublicKey, hash: Hash, pss: bool, signed: &[u8], signature: &[u8]) -> Verdict {
    let (Some(bits), Some(numbers)) = (key.bits, &key.rsa) else {
        return Verdict::Unsupported(UNIMPLEMENTED.to_owned());
    };
    let unsupported = |why: &str| Verdict::Unsupported(format!("crypto/rsa: {why}"));
    if bits < 1024 {
        return unsupported(&format!(
            "{bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
        ));
    }
    if numbers.modulus.last().is_some_and(|last| last % 2 == 0) {
        return unsupported("public modulus is even");
    }
    match numbers.exponent {
        ..2 => return unsupported("public exponent too small or negative"),
        exponent if exponent % 2 == 0 => return unsupported("public exponent is even"),
        exponent if exponent > i64::from(i32::MAX) => {
            return unsupported("public exponent too large");
        }
        _ => {}
    }
    let algorithm: &'static dyn VerificationAlgorithm = match (hash, pss, bits) {
        (Hash::Sha1, false, 1024..=8192) => {
            &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
        }
        (Hash::Sha256, false, 1024..=8192) => {
            &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        (Hash::Sha512, false, 1024..=8192) => {
            &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        (Hash::Sha384, false, 2048..=8192) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Hash::Sha256, true, 2048..=8192) => &signature::RSA_PSS_2048_8192_SHA256,
        (Hash::Sha384, true, 2048..=8192) => &signature::RSA_PSS_2048_8192_SHA384,
        (Hash::Sha512, true, 2048..=8192) => &signature::RSA_PSS_2048_8192_SHA512,
        _ => {
            return Verdict::Unverifiable(format!(
                "no verifier for this signature algorithm with a {bits}-bit RSA key"
            ));
        }
    };
    verify(
        algorithm,
        key,
        signed,
        signature,
        "crypto/rsa: verification error",
    )
}

fn ecdsa(key: &PublicKey, curve: Curve, hash: Hash, signed: &[u8], signature: &[u8]) -> Verdict {
    const FAILED: &str = "x509: ECDSA verification failure";
    let algorithm: &'static dyn VerificationAlgorithm = match (curve, hash) {
        (Curve::P256, Hash::Sha1) => &signature::ECDSA_P256_SHA1_ASN1,
        (Curve::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Hash::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Hash::Sha1) => &signature::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
        (Curve::P224, _) | (_, Hash::Md5 | Hash::Sha1) => {
            return Verdict::Unverifiable(format!(
                "no verifier for this signature algorithm with a {} key",
                curve.name()
            ));
        }
    };
    verify(algorithm, key, signed, signature, FAILED)
}

fn off_curve(curve: Curve) -> String {
    format!("{} point not on curve", curve.name().replace('-', ""))
}

fn verify(
    algorithm: &'static dyn VerificationAlgorithm,
    key: &PublicKey,
    signed: &[u8],
    signature: &[u8],
    failed: &str,
) -> Verdict {
    let Ok(parsed) = ParsedPublicKey::new(algorithm, &key.bytes) else {
        return match &key.algorithm {
            KeyAlgorithm::Ecdsa(curve) => Verdict::Invalid(off_curve(*curve)),
            _ => Verdict::Unverifiable("no verifier here takes this public key".to_owned()),
        };
    };
    match parsed.verify_sig(signed, signature) {
        Ok(()) => Verdict::Valid,
        Err(_) => Verdict::Invalid(failed.to_owned()),
    }
}
