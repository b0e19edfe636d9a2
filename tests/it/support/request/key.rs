//! Keys to sign requests with. Those on curves come from fixed secrets, so that two runs of a test see the
//! same public key; nothing but tests may ever trust them.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding,
};

use super::der::{bit_string, null, octet_string, oid, sequence, tlv, unsigned};
use super::rsa::RsaNumbers;

/// A key, or what stands in the place of one.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// ECDSA over P-256, always the same: what nearly every honest request has.
    P256,
    /// Another one, told apart by its number.
    P256Numbered(u8),
    /// That of some CSR, by its name: no two objects share one.
    P256Of(String),
    /// ECDSA over P-384.
    P384,
    /// ECDSA over P-521.
    P521,
    /// Ed25519.
    Ed25519,
    /// RSA of 2048 bits, generated once a process.
    Rsa2048,
    /// RSA from its numbers. Without a private exponent its signatures are void.
    Rsa(RsaNumbers),
    /// A whole `SubjectPublicKeyInfo`; its signatures are void.
    Raw(Vec<u8>),
}

/// The hash and padding of an RSA signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaScheme {
    Pkcs1Sha1,
    Pkcs1Sha256,
    Pkcs1Sha384,
    Pkcs1Sha512,
    PssSha256,
    PssSha384,
    PssSha512,
}

/// An ECDSA key from a secret that everybody knows: SHA-512 over the seed, as long as the curve wants.
fn ecdsa(
    algorithm: &'static EcdsaSigningAlgorithm,
    curve: &str,
    length: usize,
    seed: &[u8],
) -> EcdsaKeyPair {
    let hash = digest::digest(&digest::SHA512, seed);
    let mut secret = vec![0; length];
    // The first octet stays small: the secret must be less than the order of the group.
    let octets = hash.as_ref().len().min(length - 1);
    secret[length - octets..].copy_from_slice(&hash.as_ref()[..octets]);
    // ECPrivateKey (RFC 5915).
    let der = sequence(&[
        unsigned(&[1]),
        octet_string(&secret),
        tlv(0xa0, &oid(curve)),
    ]);
    EcdsaKeyPair::from_private_key_der(algorithm, &der).expect("a secret within the group")
}

const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const P521: &str = "1.3.132.0.35";

fn p256(seed: &[u8]) -> EcdsaKeyPair {
    let seed = [b"P-256 ".as_slice(), seed].concat();
    ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING, P256, 32, &seed)
}

fn p384() -> EcdsaKeyPair {
    ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING, P384, 48, b"P-384")
}

fn p521() -> EcdsaKeyPair {
    ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING, P521, 66, b"P-521")
}

fn ed25519() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("any seed is a key")
}

fn rsa2048() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key can be generated"))
}

/// The `SubjectPublicKeyInfo` of an ECDSA key.
fn ec_info(curve: &str, point: &[u8]) -> Vec<u8> {
    let identifier = sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]);
    sequence(&[identifier, bit_string(point)])
}

/// The `SubjectPublicKeyInfo` of an RSA key.
fn rsa_info(rsa_public_key: &[u8]) -> Vec<u8> {
    let identifier = sequence(&[oid("1.2.840.113549.1.1.1"), null()]);
    sequence(&[identifier, bit_string(rsa_public_key)])
}

impl Key {
    /// The `SubjectPublicKeyInfo`.
    pub(crate) fn info(&self) -> Vec<u8> {
        match self {
            Self::P256 => ec_info(P256, p256(&[0]).public_key().as_ref()),
            Self::P256Numbered(number) => ec_info(P256, p256(&[*number]).public_key().as_ref()),
            Self::P256Of(name) => ec_info(P256, p256(name.as_bytes()).public_key().as_ref()),
            Self::P384 => ec_info(P384, p384().public_key().as_ref()),
            Self::P521 => ec_info(P521, p521().public_key().as_ref()),
            Self::Ed25519 => sequence(&[
                sequence(&[oid("1.3.101.112")]),
                bit_string(ed25519().public_key().as_ref()),
            ]),
            Self::Rsa2048 => rsa_info(rsa2048().public_key().as_ref()),
            Self::Rsa(numbers) => rsa_info(&sequence(&[
                unsigned(&numbers.modulus),
                unsigned(&numbers.exponent),
            ])),
            Self::Raw(info) => info.clone(),
        }
    }

    /// The `AlgorithmIdentifier` of its signatures, and one over `message`.
    pub(crate) fn sign(&self, scheme: RsaScheme, message: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let ec = |key: &EcdsaKeyPair, algorithm: &str| {
            let signature = key.sign(&SystemRandom::new(), message);
            let octets = signature.expect("a key signs").as_ref().to_vec();
            (sequence(&[oid(algorithm)]), octets)
        };
        match self {
            Self::P256 => ec(&p256(&[0]), "1.2.840.10045.4.3.2"),
            Self::P256Numbered(number) => ec(&p256(&[*number]), "1.2.840.10045.4.3.2"),
            Self::P256Of(name) => ec(&p256(name.as_bytes()), "1.2.840.10045.4.3.2"),
            Self::P384 => ec(&p384(), "1.2.840.10045.4.3.3"),
            Self::P521 => ec(&p521(), "1.2.840.10045.4.3.4"),
            Self::Ed25519 => (
                sequence(&[oid("1.3.101.112")]),
                ed25519().sign(message).as_ref().to_vec(),
            ),
            Self::Rsa2048 => (scheme.identifier(), rsa_sign(rsa2048(), scheme, message)),
            Self::Rsa(numbers) => (scheme.identifier(), numbers.sign(scheme, message)),
            Self::Raw(_) => (sequence(&[oid("1.2.840.10045.4.3.2")]), vec![0; 8]),
        }
    }
}

fn rsa_sign(key: &RsaKeyPair, scheme: RsaScheme, message: &[u8]) -> Vec<u8> {
    let encoding: &'static dyn RsaEncoding = match scheme {
        RsaScheme::Pkcs1Sha1 => panic!("aws-lc-rs makes no SHA-1 signatures: use Key::Rsa"),
        RsaScheme::Pkcs1Sha256 => &RSA_PKCS1_SHA256,
        RsaScheme::Pkcs1Sha384 => &RSA_PKCS1_SHA384,
        RsaScheme::Pkcs1Sha512 => &RSA_PKCS1_SHA512,
        RsaScheme::PssSha256 => &RSA_PSS_SHA256,
        RsaScheme::PssSha384 => &RSA_PSS_SHA384,
        RsaScheme::PssSha512 => &RSA_PSS_SHA512,
    };
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature)
        .expect("a key signs");
    signature
}

impl RsaScheme {
    /// Its `AlgorithmIdentifier`.
    pub(crate) fn identifier(self) -> Vec<u8> {
        let pkcs1 = |last: u8| sequence(&[oid(&format!("1.2.840.113549.1.1.{last}")), null()]);
        match self {
            Self::Pkcs1Sha1 => pkcs1(5),
            Self::Pkcs1Sha256 => pkcs1(11),
            Self::Pkcs1Sha384 => pkcs1(12),
            Self::Pkcs1Sha512 => pkcs1(13),
            Self::PssSha256 => pss("2.16.840.1.101.3.4.2.1", 32),
            Self::PssSha384 => pss("2.16.840.1.101.3.4.2.2", 48),
            Self::PssSha512 => pss("2.16.840.1.101.3.4.2.3", 64),
        }
    }
}

/// The `AlgorithmIdentifier` of RSASSA-PSS (RFC 4055 §3.1) with a hash and the salt's length.
pub(crate) fn pss(hash: &str, salt: u8) -> Vec<u8> {
    let hash = sequence(&[oid(hash), null()]);
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
    let parameters = sequence(&[
        tlv(0xa0, &hash),
        tlv(0xa1, &mask),
        tlv(0xa2, &unsigned(&[salt])),
    ]);
    sequence(&[oid("1.2.840.113549.1.1.10"), parameters])
}
