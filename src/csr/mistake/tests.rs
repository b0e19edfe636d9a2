use super::*;
use crate::csr::hex;
use crate::request_builder::{Armour, RequestBuilder};

fn request() -> RequestBuilder {
    RequestBuilder::user("jane")
}

fn pem() -> String {
    String::from_utf8(request().pem()).unwrap()
}

fn labelled(label: &str) -> Vec<u8> {
    request().armoured(&Armour::new().label(label))
}

/// DER of these parts, one after the other, in a SEQUENCE.
fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&[0x30, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
}

const INTEGER: &[u8] = &[2, 1, 0];
const OCTETS: &[u8] = &[4, 2, 0xaa, 0xbb];
const BITS: &[u8] = &[3, 2, 0, 0xaa];
const ALGORITHM: &[u8] = &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
const TIME: &[u8] = b"\x17\x0d260101000000Z";

#[test]
fn blocks_of_other_types_are_named() {
    for (label, expected) in [
        ("NEW CERTIFICATE REQUEST", Mistake::NewLabel),
        ("CERTIFICATE SIGNING REQUEST", Mistake::NearLabel),
        ("certificate request", Mistake::NearLabel),
        ("CERTIFICATE  REQUEST", Mistake::NearLabel),
        ("CERTIFICATE REQUEST ", Mistake::NearLabel),
        ("CERTIFICATE", Mistake::Certificate),
        ("TRUSTED CERTIFICATE", Mistake::Certificate),
        ("PKCS7", Mistake::Pkcs7),
        ("CMS", Mistake::Pkcs7),
        ("X509 CRL", Mistake::RevocationList),
        ("RSA PUBLIC KEY", Mistake::PublicKey),
        ("PGP PUBLIC KEY BLOCK", Mistake::Pgp),
        ("PRIVATE KEY", Mistake::PrivateKey),
        ("ENCRYPTED PRIVATE KEY", Mistake::PrivateKey),
        ("RSA PRIVATE KEY", Mistake::PrivateKey),
        ("OPENSSH PRIVATE KEY", Mistake::PrivateKey),
        ("PGP PRIVATE KEY BLOCK", Mistake::PrivateKey),
        ("OpenVPN Static key V1", Mistake::PrivateKey),
        ("EC PARAMETERS", Mistake::KeyParameters),
        ("SOMETHING", Mistake::OtherBlock),
    ] {
        assert_eq!(Mistake::of(&labelled(label)), Some(expected), "{label}");
    }
    // openssl ecparam -genkey writes both.
    let key = [labelled("EC PARAMETERS"), labelled("EC PRIVATE KEY")].concat();
    assert_eq!(Mistake::of(&key), Some(Mistake::PrivateKey));
}

#[test]
fn broken_armour_is_named() {
    let pem = pem();
    let one_line = pem.replace('\n', " ");
    let cut = &pem[..pem.len() - 40];
    for (text, expected) in [
        (pem.replace('\n', "\\n"), Mistake::LiteralLineBreaks),
        (pem.replace('\n', "%0A"), Mistake::PercentEncoded),
        (one_line, Mistake::OneLine),
        (pem.replace('\n', ""), Mistake::OneLine),
        (pem.replace('\n', "\r"), Mistake::CrAlone),
        (format!("\u{feff}{pem}"), Mistake::ByteOrderMark),
        (
            format!("  {}", pem.replace('\n', "\n  ")),
            Mistake::Indented,
        ),
        (pem.replace("-----END", "\t-----END"), Mistake::Indented),
        (
            format!("> {}", pem.replace('\n', "\n> ")),
            Mistake::Prefixed,
        ),
        (format!("request: {pem}"), Mistake::Prefixed),
        (
            pem.replace("-----", "\u{2014}-"),
            Mistake::TypographicDashes,
        ),
        (
            pem.replace("-----END", "\u{2013}\u{2013}END"),
            Mistake::TypographicDashes,
        ),
        (cut.to_owned(), Mistake::NoEnd),
        (
            pem.replace("END CERTIFICATE", "END NEW CERTIFICATE"),
            Mistake::OtherEnd,
        ),
        (pem.replace("MI", "…"), Mistake::Body),
        (pem.split_once('\n').unwrap().1.to_owned(), Mistake::NoBegin),
        (
            pem.replace("CERTIFICATE", "NEW CERTIFICATE")
                .replace("MI", "#"),
            Mistake::NewLabel,
        ),
    ] {
        assert_eq!(Mistake::of(text.as_bytes()), Some(expected), "{text}");
    }
}

#[test]
fn other_encodings_are_named() {
    let pem = pem();
    let once = STANDARD.encode(&pem);
    let der = request().der();
    let units = |text: &str| -> Vec<u16> { text.encode_utf16().collect() };
    let little: Vec<u8> = units(&pem)
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect();
    let big: Vec<u8> = units(&pem)
        .iter()
        .flat_map(|unit| unit.to_be_bytes())
        .collect();
    for (bytes, expected) in [
        (once.clone().into_bytes(), Mistake::Encoded),
        (STANDARD.encode(&once).into_bytes(), Mistake::Encoded),
        (STANDARD.encode(&der).into_bytes(), Mistake::NoBegin),
        (der.clone(), Mistake::Der),
        (hex(&der).into_bytes(), Mistake::Hex),
        // A manifest has hexadecimal digits decoded as base64.
        (STANDARD.decode(&hex(&der)[..400]).unwrap(), Mistake::Hex),
        ([b"\xff\xfe".as_slice(), &little].concat(), Mistake::Utf16),
        ([b"\xfe\xff".as_slice(), &big].concat(), Mistake::Utf16),
        (little, Mistake::Utf16),
        (big, Mistake::Utf16),
        (b"\x1f\x8b\x08\0".to_vec(), Mistake::Compressed),
        (b"PK\x03\x04".to_vec(), Mistake::Compressed),
        (b"\xfe\xed\xfe\xed\0\0\0\x02".to_vec(), Mistake::KeyStore),
    ] {
        assert_eq!(Mistake::of(&bytes), Some(expected), "{bytes:?}");
    }
}

#[test]
fn der_is_told_by_its_shape() {
    let names = [ALGORITHM, ALGORITHM, ALGORITHM, ALGORITHM].concat();
    let certificate = sequence(&[b"\xa0\x03\x02\x01\x02", INTEGER, &names, ALGORITHM]);
    let old_certificate = sequence(&[INTEGER, &names, ALGORITHM]);
    let list = sequence(&[INTEGER, ALGORITHM, ALGORITHM, TIME]);
    for (parts, expected) in [
        (vec![INTEGER; 9], Some(Mistake::PrivateKey)),
        (vec![INTEGER; 6], Some(Mistake::PrivateKey)),
        (vec![INTEGER; 2], Some(Mistake::PublicKey)),
        (vec![INTEGER, OCTETS], Some(Mistake::PrivateKey)),
        (vec![INTEGER, ALGORITHM, OCTETS], Some(Mistake::PrivateKey)),
        (vec![ALGORITHM, OCTETS], Some(Mistake::PrivateKey)),
        (vec![ALGORITHM, BITS], Some(Mistake::PublicKey)),
        (
            vec![&[2, 1, 3], ALGORITHM, ALGORITHM],
            Some(Mistake::KeyStore),
        ),
        (vec![&ALGORITHM[2..], ALGORITHM], Some(Mistake::Pkcs7)),
        (
            vec![&certificate, ALGORITHM, BITS],
            Some(Mistake::Certificate),
        ),
        (
            vec![&old_certificate, ALGORITHM, BITS],
            Some(Mistake::Certificate),
        ),
        (vec![&list, ALGORITHM, BITS], Some(Mistake::RevocationList)),
        (vec![INTEGER], None),
        (vec![], None),
    ] {
        let der = sequence(&parts);
        assert_eq!(Mistake::of(&der), expected, "{der:?}");
        let base64 = STANDARD.encode(&der);
        if base64.len() >= 32 {
            assert_eq!(Mistake::of(base64.as_bytes()), expected, "{base64}");
        }
        let block = Armour::new().wrap(&der);
        let inside = crate::csr::Request::decode(block).mistake;
        assert_eq!(inside, expected, "{der:?}");
    }
}

#[test]
fn texts_are_named() {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl";
    for (text, expected) in [
        ("", Some(Mistake::Empty)),
        (" \n\t", Some(Mistake::Empty)),
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 jane@host",
            Some(Mistake::SshKey),
        ),
        ("---- BEGIN SSH2 PUBLIC KEY ----\n", Some(Mistake::SshKey)),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519\n",
            Some(Mistake::PrivateKey),
        ),
        (
            "\n<!DOCTYPE html><title>Sign in</title>",
            Some(Mistake::Html),
        ),
        (token, Some(Mistake::Token)),
        (
            "apiVersion: v1\nkind: Secret\ndata: {}\n",
            Some(Mistake::Secret),
        ),
        (
            r#"{"kind": "Secret", "apiVersion": "v1"}"#,
            Some(Mistake::Secret),
        ),
        ("kind: Pod\napiVersion: v1\n", Some(Mistake::Manifest)),
        (r#"{"csr": 5}"#, Some(Mistake::Json)),
        ("$(cat jane.csr | base64)", Some(Mistake::Unexpanded)),
        ("{{ .Values.csr }}", Some(Mistake::Unexpanded)),
        ("`cat jane.csr`", Some(Mistake::Unexpanded)),
        ("<base64 of the request>", Some(Mistake::Placeholder)),
        ("<?xml version=\"1.0\"?>", Some(Mistake::Html)),
        ("certs/jane.csr", Some(Mistake::FileName)),
        (
            "Certificate Request:\n    Data:\n",
            Some(Mistake::OpensslText),
        ),
        ("hello", None),
        ("\u{1}\u{fffd}", None),
    ] {
        assert_eq!(Mistake::of(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn values_that_are_not_base64_are_named() {
    let pem = pem();
    // No slash and no plus sign, but what stands for them in URLs.
    let url = STANDARD
        .encode(b"\xfb\xff\xfe".repeat(20))
        .replace('+', "-")
        .replace('/', "_");
    for (value, expected) in [
        (pem.as_str(), Mistake::NotEncoded),
        (&pem.replace('\n', " "), Mistake::NotEncoded),
        (
            "$(cat jane.csr | base64 | tr -d '\\n')",
            Mistake::Unexpanded,
        ),
        ("${CSR}", Mistake::Unexpanded),
        ("{{ .Values.csr | b64enc }}", Mistake::Unexpanded),
        ("@jane.csr", Mistake::FileName),
        (&url, Mistake::Base64Url),
        ("LS0tLS1CRUdJTg=", Mistake::BrokenBase64),
        (
            "LS0tLS1CRUdJTiBD UdJTiBDRVJUSUZJQ0FURSBSRVFVRVNU",
            Mistake::BrokenBase64,
        ),
        ("%%", Mistake::BrokenBase64),
        ("ssh-rsa AAAA jane", Mistake::SshKey),
        ("<html>", Mistake::Html),
        (
            &String::from_utf8(labelled("PRIVATE KEY")).unwrap(),
            Mistake::PrivateKey,
        ),
    ] {
        assert_eq!(of_value(value), expected, "{value}");
    }
}

#[test]
fn what_is_a_request_is_no_mistake() {
    let mistake = |bytes: Vec<u8>| crate::csr::Request::decode(bytes).mistake;
    assert_eq!(mistake(request().pem()), None);
    assert_eq!(mistake(request().broken_signature().pem()), None);
    assert_eq!(
        mistake(request().armoured(&Armour::new().before("hello\n"))),
        None
    );
    let beside = [request().pem(), labelled("PRIVATE KEY")].concat();
    assert_eq!(mistake(beside), Some(Mistake::PrivateKey));
}

/// Words go on after what is looked at, and do not end the sentence.
#[test]
fn words_have_one_form() {
    for mistake in [
        Mistake::Empty,
        Mistake::Encoded,
        Mistake::PrivateKey,
        Mistake::Unexpanded,
    ] {
        for source in [Source::Bare, Source::Manifest] {
            let words = mistake.words(source);
            let verb = words.split(' ').next().unwrap_or_default();
            assert!(["is", "has", "holds"].contains(&verb), "{words}");
            assert!(words.contains(": ") && !words.ends_with('.'), "{words}");
        }
    }
    assert!(Mistake::Encoded.words(Source::Manifest).contains("twice"));
    assert!(!Mistake::Encoded.words(Source::Bare).contains("twice"));
}
