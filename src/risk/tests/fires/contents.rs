//! Alternative names, key and extensions.

use crate::request_builder::der::{null, oid, sequence, tlv};
use crate::request_builder::string::UTF8;
use crate::request_builder::{
    CHALLENGE_PASSWORD, CsrObject, EXTENSION_REQUEST, Key, MICROSOFT_EXTENSION_REQUEST,
    RequestBuilder, RsaNumbers, RsaScheme, dns_extension,
};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::{Row, around, around_bytes, blocks, fires, jane, server};

pub(super) fn san() -> Vec<Row> {
    let names = |names: &[&str]| names.iter().fold(jane(), |request, name| request.dns(name));
    let serves = |name: &str| server(&names(&[name]));
    let client = |name: &str| around(&names(&[name]));
    let address = |address: &str| server(&jane().ip(address));
    vec![
        fires("san-apiserver", Critical, serves("kubernetes.default.svc")),
        fires("san-apiserver", Critical, serves("KUBERNETES.Default.svc.")),
        fires(
            "san-apiserver",
            Critical,
            serves("kubernetes.default.svc.cluster.local"),
        ),
        fires("san-apiserver", High, client("kubernetes")),
        fires("san-cluster-service", High, serves("webhook.shop.svc")),
        fires(
            "san-cluster-service",
            High,
            serves("db.shop.svc.cluster.local"),
        ),
        fires("san-wildcard", Critical, serves("*")),
        fires("san-wildcard", Critical, serves("*.default.svc")),
        fires("san-wildcard", Critical, serves("*.svc")),
        fires("san-wildcard", Critical, serves("*.svc.cluster.local")),
        fires("san-wildcard", Critical, serves("*.org")),
        fires("san-wildcard", High, serves("*.shop.example.org")),
        fires("san-special-address", Medium, address("127.0.0.1")),
        // No kubelet serves there.
        fires(
            "san-special-address",
            High,
            CsrObject::kubelet_serving("x", "n1")
                .request(RequestBuilder::node("n1").ip("127.0.0.1").pem()),
        ),
        fires("san-special-address", High, address("169.254.169.254")),
        fires("san-special-address", High, address("0.0.0.0")),
        fires("san-special-address", Medium, address("::1")),
        fires("san-special-address", High, address("fe80::1")),
        fires("san-special-address", Medium, serves("localhost")),
        fires("san-dns-malformed", High, serves("")),
        fires("san-dns-malformed", High, serves("10.0.0.7")),
        fires("san-dns-malformed", High, serves("127.1")),
        fires("san-dns-malformed", High, serves("0x7f000001")),
        fires("san-dns-malformed", High, serves("0X7F000001")),
        fires("san-dns-malformed", Medium, serves("a_b.example")),
        fires("san-dns-malformed", Medium, serves("a.example.")),
        fires(
            "san-dns-malformed",
            Medium,
            serves("xn--80ak6aa92e.example"),
        ),
        fires(
            "san-unusual-kind",
            High,
            around(&jane().uri("spiffe://cluster.local/ns/x/sa/y")),
        ),
        // A mesh has a signer of its own.
        fires(
            "san-unusual-kind",
            Medium,
            server(&jane().uri("spiffe://cluster.local/ns/x/sa/y")),
        ),
        fires(
            "san-unusual-kind",
            Medium,
            server(&jane().uri("https://a.example")),
        ),
        fires(
            "san-unusual-kind",
            Medium,
            server(&jane().email("jane@example.org")),
        ),
        fires(
            "san-unusual-kind",
            High,
            server(&jane().principal("root@example")),
        ),
        // Another name beside it makes it no better.
        fires(
            "san-unusual-kind",
            High,
            server(&jane().principal("root@example").email("jane@example.org")),
        ),
        fires(
            "san-unusual-kind",
            Medium,
            around(&jane().principal("root@example")),
        ),
        fires("san-on-client", Medium, client("a.example")),
        fires("san-on-client", Medium, around(&jane().ip("10.0.0.7"))),
    ]
}

pub(super) fn key() -> Vec<Row> {
    let keyed = |key: Key| around(&jane().key(key));
    let rsa = |numbers: RsaNumbers| keyed(Key::Rsa(numbers));
    let sha1 = jane()
        .key(Key::Rsa(RsaNumbers::bits_2048()))
        .rsa_scheme(RsaScheme::Pkcs1Sha1);
    let raw = |algorithm: &str| {
        let identifier = sequence(&[oid(algorithm)]);
        keyed(Key::Raw(sequence(&[identifier, tlv(0x03, &[0; 58])])))
    };
    let p224 = include_bytes!("../../../../tests/fixtures/requests/key-p224.pem");
    let short = jane()
        .key(Key::Rsa(RsaNumbers::bits_1024()))
        .rsa_scheme(RsaScheme::Pkcs1Sha384);
    vec![
        blocks("crypto-weak", Critical, rsa(RsaNumbers::bits_512())),
        blocks(
            "crypto-weak",
            Critical,
            rsa(RsaNumbers::bits_2048().with_exponent(&[1])),
        ),
        blocks(
            "crypto-weak",
            Critical,
            rsa(RsaNumbers::bits_2048().with_exponent(&[1, 0, 0])),
        ),
        fires("crypto-weak", High, rsa(RsaNumbers::bits_1024())),
        fires("crypto-weak", Medium, rsa(RsaNumbers::exponent_3())),
        fires(
            "crypto-weak",
            Low,
            rsa(RsaNumbers::bits_2048().with_exponent(&[17])),
        ),
        fires("crypto-weak", Medium, around(&sha1)),
        fires("key-unusual", Medium, around_bytes(p224)),
        fires(
            "key-unusual",
            Medium,
            rsa(RsaNumbers::of_ones(2049, &[1, 0, 1])),
        ),
        fires(
            "key-unusual",
            Medium,
            rsa(RsaNumbers::of_ones(9000, &[1, 0, 1])),
        ),
        blocks(
            "key-unusual",
            Medium,
            rsa(RsaNumbers::of_ones(16_392, &[1, 0, 1])),
        ),
        blocks("key-unusual", Medium, raw("1.3.101.113")),
        blocks("sig-unverifiable", High, around_bytes(p224)),
        blocks("sig-unverifiable", High, around(&short)),
    ]
}

pub(super) fn extension() -> Vec<Row> {
    let custom = |request: &RequestBuilder| around(request).signer("example.com/x");
    let other = [dns_extension(&["b.example"])];
    let empty = sequence(&[oid(EXTENSION_REQUEST), tlv(0x31, &[])]);
    vec![
        fires("ext-ca", Critical, custom(&jane().basic_constraints(true))),
        fires("ext-ca", High, around(&jane().basic_constraints(true))),
        fires("ext-ca", High, custom(&jane().key_usage(&[5]))),
        fires("ext-ca", Medium, around(&jane().key_usage(&[6]))),
        // The worst of them counts, wherever it stands.
        fires(
            "ext-ca",
            Critical,
            custom(&jane().key_usage(&[5]).basic_constraints(true)),
        ),
        fires(
            "ext-ca",
            Critical,
            custom(&jane().basic_constraints(true).key_usage(&[5])),
        ),
        fires(
            "ext-ca",
            Medium,
            around(&jane().extension("2.5.29.30", true, b"")),
        ),
        blocks(
            "ext-ambiguous",
            High,
            around(&jane().dns("a.example").second_value(&other)),
        ),
        blocks(
            "ext-ambiguous",
            High,
            around(
                &jane()
                    .basic_constraints(false)
                    .second_extension_request(&other),
            ),
        ),
        blocks("ext-ambiguous", High, around(&jane().raw_attribute(empty))),
        fires(
            "ext-ambiguous",
            High,
            around(&jane().attribute(MICROSOFT_EXTENSION_REQUEST, &[sequence(&other)])),
        ),
    ]
}

/// What is in a request besides.
pub(super) fn unusual_extension() -> Vec<Row> {
    let custom = |request: &RequestBuilder| around(request).signer("example.com/x");
    vec![
        fires(
            "ext-unusual",
            Low,
            around(&jane().extension("1.2.3.4", false, b"x")),
        ),
        fires(
            "ext-unusual",
            Medium,
            around(&jane().extension("1.2.3.4", true, b"x")),
        ),
        fires(
            "ext-unusual",
            Medium,
            custom(&jane().extension("1.2.3.4", false, b"x")),
        ),
        fires(
            "ext-unusual",
            Info,
            around(&jane().attribute(CHALLENGE_PASSWORD, &[tlv(UTF8, b"x")])),
        ),
        // The version of Windows, and an unknown attribute.
        fires(
            "ext-unusual",
            Info,
            around(&jane().attribute("1.3.6.1.4.1.311.13.2.3", &[tlv(UTF8, b"10.0")])),
        ),
        fires(
            "ext-unusual",
            Low,
            around(&jane().attribute("1.2.3.4", &[tlv(UTF8, b"x")])),
        ),
        // A template, and the account of a directory.
        fires(
            "ext-unusual",
            Info,
            around(&jane().extension("1.3.6.1.4.1.311.20.2", false, b"\x1e\x02\0U")),
        ),
        fires(
            "ext-unusual",
            Medium,
            custom(&jane().extension("1.3.6.1.4.1.311.20.2", false, b"\x1e\x02\0U")),
        ),
        fires(
            "ext-unusual",
            High,
            custom(&jane().extension("1.3.6.1.4.1.311.25.2", false, b"\x30\0")),
        ),
        fires("ext-unusual", Medium, around(&jane().raw_attribute(null()))),
        fires(
            "ext-unusual",
            Medium,
            around(&jane().ext_key_usage(&["1.3.6.1.5.5.7.3.3"])),
        ),
        fires(
            "ext-unusual",
            Medium,
            around(&jane().ext_key_usage(&["1.3.6.1.5.5.7.3.1"])),
        ),
        fires("ext-unusual", Medium, around(&jane().key_usage(&[4]))),
    ]
}
