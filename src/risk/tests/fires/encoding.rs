//! How the request is written, and the text in it.

use crate::request_builder::der::{null, utf16};
use crate::request_builder::string::{BMP, T61, UNIVERSAL, UTF8};
use crate::request_builder::{Armour, CN, CsrObject, O, OU, Place, RequestBuilder, attribute};
use crate::risk::Severity::{Critical, High, Low, Medium};
use crate::risk::tests::{
    Row, around, around_bytes, blocks, fires, group, jane, manifest, server, user,
};

pub(super) fn armour() -> Vec<Row> {
    let armoured = |armour: &Armour| around_bytes(jane().armoured(armour));
    let evil = RequestBuilder::user("evil").pem();
    vec![
        blocks(
            "request-refused",
            Critical,
            around(&jane().broken_signature()),
        ),
        blocks(
            "request-refused",
            High,
            around(&jane().leftover(Place::Der, &null())),
        ),
        blocks("request-refused", High, around_bytes(b"")),
        blocks(
            "object-refused",
            High,
            manifest(&around(&jane()).signer("example/clients")),
        ),
        blocks(
            "object-refused",
            High,
            manifest(&around(&jane()).label("a", "b c")),
        ),
        blocks(
            "pem-multiple-blocks",
            Critical,
            armoured(&Armour::new().after(&evil)),
        ),
        blocks(
            "pem-multiple-blocks",
            Critical,
            armoured(&Armour::new().before("-----BEGIN X-----\n")),
        ),
        blocks(
            "pem-noncanonical",
            High,
            armoured(&Armour::new().before("a request\n")),
        ),
        blocks(
            "pem-noncanonical",
            High,
            armoured(&Armour::new().after("a request\n")),
        ),
        blocks(
            "pem-noncanonical",
            High,
            armoured(&Armour::new().header("a: b")),
        ),
        fires(
            "pem-noncanonical",
            Low,
            armoured(&Armour::new().white_space("\n")),
        ),
        fires(
            "pem-noncanonical",
            Low,
            armoured(&Armour::new().white_space(" ")),
        ),
    ]
}

pub(super) fn encoding() -> Vec<Row> {
    let many = |count: usize| {
        around(&(0..count).fold(jane(), |request, number| {
            request.group(&format!("g{number}"))
        }))
    };
    let long = |length: usize| around(&jane().name(OU, UTF8, "x".repeat(length)));
    let names = (0..101).fold(jane(), |request, number| {
        request.dns(&format!("h{number}.example"))
    });
    vec![
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().leftover(Place::Info, &null())),
        ),
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().leftover(Place::NameAttribute, &null())),
        ),
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().leftover(Place::KeyInfo, &null())),
        ),
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().leftover(Place::Request, &null())),
        ),
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().dns("a.example").leftover(Place::San, &null())),
        ),
        blocks(
            "enc-noncanonical-der",
            High,
            around(&jane().dns("a.example").leftover(Place::Extension, &null())),
        ),
        fires(
            "enc-noncanonical-der",
            Medium,
            around(&jane().version(&[1])),
        ),
        blocks(
            "enc-multiple-cn",
            Critical,
            around(&jane().name(CN, UTF8, "bob")),
        ),
        fires(
            "enc-multiple-cn",
            High,
            around(&jane().name(CN, UTF8, "jane")),
        ),
        blocks(
            "enc-unusual-name",
            Critical,
            around(&jane().name(CN, UNIVERSAL, b"\0\0\0x")),
        ),
        blocks(
            "enc-unusual-name",
            Critical,
            around(&jane().name(O, 0x04, b"system:masters")),
        ),
        fires(
            "enc-unusual-name",
            Critical,
            around(&jane().name(O, BMP, utf16("ops"))),
        ),
        fires(
            "enc-unusual-name",
            Critical,
            around(&jane().name(O, T61, "ops")),
        ),
        blocks(
            "enc-unusual-name",
            Critical,
            around(&jane().name(O, T61, b"caf\xe9")),
        ),
        fires(
            "enc-unusual-name",
            High,
            around(
                &RequestBuilder::empty()
                    .rdn(vec![attribute(CN, UTF8, "jane"), attribute(O, UTF8, "dev")]),
            ),
        ),
        fires("too-much-to-read", Medium, many(8)),
        fires("too-much-to-read", High, many(64)),
        fires("too-much-to-read", High, server(&names)),
        fires("too-much-to-read", High, long(13_000)),
        blocks("too-much-to-read", High, long(50_000)),
    ]
}

pub(super) fn text() -> Vec<Row> {
    let labelled = |value: &str| around(&jane()).annotation("note", value);
    vec![
        fires("text-control", Critical, user("jane\u{1b}[2K")),
        fires("text-control", Critical, group("dev\nRISK none")),
        fires("text-control", Critical, user("jane\u{202e}nimda")),
        fires(
            "text-control",
            Critical,
            server(&jane().dns("a\u{1}.example")),
        ),
        fires(
            "text-control",
            Critical,
            CsrObject::new("a\u{7}b", jane().pem()),
        ),
        fires(
            "text-control",
            Critical,
            around(&jane()).requestor("jane\r", &[]),
        ),
        fires("text-control", High, labelled("\u{1b}[2J")),
        fires(
            "text-control",
            High,
            around(&jane()).condition("Odd", "\u{9b}2J", ""),
        ),
        fires(
            "text-control",
            High,
            around(&jane().name(OU, UTF8, "a\u{8}")),
        ),
        fires("text-invisible", High, user("jane\u{200b}")),
        fires("text-invisible", High, group(" dev")),
        fires("text-invisible", High, group("dev  ops")),
        fires("text-invisible", High, user("jane\u{a0}doe")),
        fires(
            "text-invisible",
            High,
            around(&jane()).requestor("jane", &["dev\u{3164}"]),
        ),
        fires("text-unusual", High, user(&"j".repeat(254))),
        fires("text-unusual", Medium, user(&"j".repeat(65))),
        fires(
            "text-unusual",
            Medium,
            user("ja\u{301}\u{301}\u{301}\u{301}ne"),
        ),
        fires("text-unusual", Low, user("zoë")),
        fires("text-unusual", Medium, user("jane\u{1f600}")),
    ]
}

/// Extensions of a known kind that are not of its form.
pub(super) fn unreadable_extensions() -> Vec<Row> {
    [
        // No authority, and then one.
        ("2.5.29.19", b"\x30\x00\x30\x03\x01\x01\xff".as_slice()),
        // digitalSignature, and then keyCertSign.
        ("2.5.29.15", b"\x03\x02\x07\x80\x03\x02\x02\x04"),
        // No list of purposes.
        ("2.5.29.37", b"\x05\x00"),
    ]
    .map(|(oid, value)| {
        let request = jane().extension(oid, false, value);
        blocks("enc-noncanonical-der", High, around(&request))
    })
    .into()
}
