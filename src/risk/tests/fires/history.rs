//! CSRs among others, and keys that others have.

use num_bigint::BigUint;

use crate::request_builder::{CsrObject, Key, RequestBuilder, RsaNumbers};
use crate::risk::Severity::{Critical, High, Low, Medium};
use crate::risk::tests::fires::access::cluster;
use crate::risk::tests::{Row, around, fires, jane};
use crate::risk::weak::vectors;

pub(super) fn history() -> Vec<Row> {
    [claimed_twice(), asked_again(), waiting()]
        .into_iter()
        .flatten()
        .collect()
}

/// A request for that user with a key of its own.
fn keyed(user: &str, key: u8) -> RequestBuilder {
    RequestBuilder::user(user)
        .group("dev")
        .key(Key::P256Numbered(key))
}

fn asks(name: &str, requestor: &str, request: &RequestBuilder) -> CsrObject {
    CsrObject::new(name, request.pem()).requestor(requestor, &[])
}

fn own(name: &str) -> CsrObject {
    CsrObject::own_renewal(name, "jane")
}

/// The same, or something close to it, from two sides.
fn claimed_twice() -> Vec<Row> {
    let octets = keyed("jane", 1).pem();
    let again =
        |name: &str, requestor: &str| CsrObject::new(name, &octets).requestor(requestor, &["dev"]);
    let by_ann = |rule| {
        let csr = asks("x", "ann", &keyed("joe", 1)).requestor("ann", &["platform"]);
        fires(rule, Low, csr).rbac(&cluster())
    };
    vec![
        fires(
            "history-key-reuse",
            Critical,
            asks("x", "mallory", &keyed("bob", 1)),
        )
        .among(vec![asks("y", "jane", &keyed("jane", 1))]),
        fires(
            "history-key-reuse",
            High,
            asks("x", "jane", &keyed("bob", 1)),
        )
        .among(vec![asks("y", "jane", &keyed("jane", 1)).approved()]),
        fires("history-request-replay", Critical, again("x", "mallory"))
            .among(vec![again("y", "jane").approved()]),
        // Whose key is it? Its author may have handed jane a request of its own to submit.
        fires("history-request-replay", Critical, again("x", "jane"))
            .among(vec![again("y", "mallory")]),
        // A node can copy any request that it reads, which says nothing against jane.
        fires("history-request-replay", Low, again("x", "jane"))
            .among(vec![again("y", "jane").requestor_node("n1")]),
        fires(
            "history-request-replay",
            Critical,
            again("x", "jane").requestor_node("n1"),
        )
        .among(vec![again("y", "jane")]),
        // To sign another request takes the key.
        fires("history-key-reuse", Critical, own("x")).among(vec![asks("y", "mallory", &jane())]),
        fires("history-key-reuse", Critical, own("x")).among(vec![
            asks("y", "mallory", &jane()),
            asks("z", "mallory", &RequestBuilder::user("bob")),
        ]),
        fires("history-unchecked", Critical, own("x")).no_others(),
        // Nor does it against whoever may grant everything.
        by_ann("history-identity-contested").among(vec![asks("y", "mallory", &keyed("joe", 2))]),
        fires(
            "history-request-replay",
            Low,
            again("x", "ann").requestor("ann", &["platform"]),
        )
        .rbac(&cluster())
        .among(vec![again("y", "mallory").requestor_node("n1")]),
        fires("history-request-replay", High, again("x", "jane"))
            .among(vec![again("y", "jane").denied()]),
        fires(
            "history-identity-contested",
            High,
            asks("x", "mallory", &keyed("jane", 1)),
        )
        .among(vec![asks("y", "trent", &keyed("jane", 2)).approved()]),
        // The renewal of an identity is no stranger's to block.
        fires("history-identity-contested", Low, own("x")).among(vec![asks(
            "y",
            "mallory",
            &keyed("jane", 2),
        )]),
        fires(
            "history-identity-contested",
            Low,
            CsrObject::kubelet_renewal("x", "n1"),
        )
        .among(vec![
            CsrObject::kubelet_renewal("y", "n1").requestor("mallory", &[]),
        ]),
        fires(
            "history-identity-contested",
            Critical,
            CsrObject::kubelet_renewal("x", "n1").requestor("mallory", &[]),
        )
        .among(vec![CsrObject::kubelet_renewal("y", "n1")]),
        // Two tokens for one node: one of them is not its machine's.
        fires(
            "history-identity-contested",
            Critical,
            CsrObject::kubelet_bootstrap("x", "n1"),
        )
        .among(vec![
            CsrObject::kubelet_bootstrap("y", "n1")
                .requestor("system:bootstrap:other0", &["system:bootstrappers"]),
        ]),
    ]
}

fn asked_again() -> Vec<Row> {
    vec![
        fires(
            "history-denied-before",
            High,
            asks("x", "jane", &keyed("bob", 1)),
        )
        .among(vec![asks("y", "jane", &keyed("jane", 1)).denied()]),
        fires(
            "history-denied-before",
            High,
            asks("x", "jane", &keyed("jane", 2)),
        )
        .among(vec![asks("y", "jane", &keyed("jane", 1)).denied()]),
        fires(
            "history-denied-before",
            High,
            asks("x", "trent", &keyed("jane", 2)),
        )
        .among(vec![asks("y", "mallory", &keyed("jane", 1)).denied()]),
        // The denied one was not its own.
        fires(
            "history-denied-before",
            Low,
            CsrObject::new("x", keyed("jane", 2).pem()).requestor("jane", &["dev"]),
        )
        .among(vec![asks("y", "mallory", &keyed("jane", 1)).denied()]),
        fires("history-superseded", Low, own("x"))
            .among(vec![own("y").created("2026-03-01T12:00:01Z")]),
        fires(
            "history-superseded",
            Low,
            CsrObject::kubelet_serving("x", "n1"),
        )
        .among(vec![
            CsrObject::kubelet_serving("y", "n1").created("2026-03-01T12:00:01Z"),
        ]),
    ]
}

fn waiting() -> Vec<Row> {
    let many = |count: usize| -> Vec<CsrObject> {
        (0..count)
            .map(|number| asks(&format!("c{number}"), "jane", &jane()))
            .collect()
    };
    // Seven of twenty, none within the same hour as another.
    let crowd = || -> Vec<CsrObject> {
        let hers = (0..6).map(|number| {
            asks(&format!("j{number}"), "jane", &jane())
                .created(&format!("2026-03-01T{number:02}:00:00Z"))
        });
        let theirs =
            (0..13).map(|number| asks(&format!("o{number}"), &format!("u{number}"), &jane()));
        hers.chain(theirs).collect()
    };
    vec![
        fires("history-flood", Medium, own("x")).among(many(10)),
        fires("history-flood", High, own("x")).among(many(100)),
        fires("history-flood", Medium, own("x")).among(crowd()),
        fires("history-stale", Medium, own("x")).at("2026-03-01T13:00:01Z"),
        fires("history-stale", High, own("x")).at("2026-03-02T08:00:01Z"),
        // A token is nobody's own: asking once more does not make the first one any fresher.
        fires(
            "history-stale",
            High,
            CsrObject::kubelet_bootstrap("x", "n1"),
        )
        .among(vec![
            CsrObject::kubelet_bootstrap("y", "n1").created("2026-03-01T12:30:00Z"),
        ])
        .at("2026-03-02T08:00:01Z"),
        fires(
            "history-stale",
            Medium,
            CsrObject::kubelet_renewal("x", "n1"),
        )
        .at("2026-03-01T13:00:01Z"),
    ]
}

/// A request with a published RSA modulus: nobody can sign with it, which has a rule of its own.
pub(super) fn published(hex: &str) -> RequestBuilder {
    let modulus = BigUint::parse_bytes(hex.as_bytes(), 16).expect("hex");
    jane().key(Key::Rsa(RsaNumbers {
        modulus: modulus.to_bytes_be(),
        exponent: vec![1, 0, 1],
        private: None,
    }))
}

pub(super) fn keys() -> Vec<Row> {
    let mut rows: Vec<Row> = [
        vectors::ROCA_2049,
        vectors::ROCA_2048,
        vectors::FACTOR_31337,
        vectors::FERMAT,
        vectors::FERMAT_PRINTER,
    ]
    .into_iter()
    .map(|modulus| fires("key-known-weak", Critical, around(&published(modulus))))
    .collect();
    rows.extend([
        fires("key-known-weak", Critical, around(&jane())).compromised(&[&jane()]),
        fires(
            "key-known-weak",
            Critical,
            around(&jane().key(Key::Ed25519)),
        )
        .compromised(&[&jane(), &jane().key(Key::Ed25519)]),
    ]);
    rows
}
