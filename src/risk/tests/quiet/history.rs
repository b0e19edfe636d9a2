//! CSRs that have every right to be there beside others.

use crate::request_builder::{CsrObject, Key, RequestBuilder, RsaNumbers};
use crate::risk::tests::{Row, around, jane, manifest, quiet, server};

const HISTORY: [&str; 8] = [
    "history-unchecked",
    "history-key-reuse",
    "history-request-replay",
    "history-identity-contested",
    "history-denied-before",
    "history-superseded",
    "history-flood",
    "history-stale",
];

/// None of the rules has anything to say of the CSR among these.
fn nothing(csr: &CsrObject, others: &[CsrObject]) -> Vec<Row> {
    HISTORY
        .into_iter()
        .map(|rule| quiet(rule, csr.clone()).among(others.to_vec()))
        .collect()
}

pub(super) fn history() -> Vec<Row> {
    let own = |name: &str, user: &str, key: u8| {
        let request = RequestBuilder::user(user)
            .group("dev")
            .key(Key::P256Numbered(key));
        CsrObject::new(name, request.pem()).requestor(user, &["dev"])
    };
    let node = |name: &str, key: u8| RequestBuilder::node(name).key(Key::P256Numbered(key)).pem();
    let bootstrap = || CsrObject::kubelet_bootstrap("b", "n1").request(node("n1", 1));
    let serving = RequestBuilder::node("n1")
        .dns("n1")
        .key(Key::P256Numbered(2));
    // One token serves many kubelets.
    let joining: Vec<CsrObject> = (0..40)
        .map(|number| {
            let name = format!("n{number}");
            CsrObject::kubelet_bootstrap(&name, &name).request(node(&name, number))
        })
        .collect();
    // One controller asks for many servers, and does not wait long for an answer.
    let mesh: Vec<CsrObject> = (0..9)
        .map(|number| {
            let request = RequestBuilder::user("")
                .dns(&format!("s{number}.example"))
                .key(Key::P256Numbered(number));
            server(&request).metadata("name", format!("s{number}").into())
        })
        .collect();
    let mut rows = nothing(&own("x", "jane", 1), &[]);
    rows.extend(nothing(
        &own("x", "jane", 1),
        &[own("y", "bob", 2), own("z", "trent", 3).denied()],
    ));
    // The renewal of what an administrator asked for, with the same key or not.
    rows.extend(nothing(
        &own("x", "joe", 2),
        &[CsrObject::for_new_person("y", "joe").approved()],
    ));
    rows.extend(nothing(
        &own("x", "jane", 1),
        &[own("y", "jane", 1)
            .created("2026-03-01T11:00:00Z")
            .approved()],
    ));
    // A node joins: with the token, then as itself.
    rows.extend(nothing(
        &CsrObject::kubelet_serving("x", "n1").request(serving.pem()),
        &[bootstrap().approved()],
    ));
    rows.extend(nothing(
        &CsrObject::kubelet_renewal("x", "n1").request(node("n1", 3)),
        &[
            bootstrap().approved(),
            CsrObject::kubelet_serving("s", "n1")
                .request(serving.pem())
                .approved(),
        ],
    ));
    rows.extend(nothing(&joining[7], &joining[8..]));
    rows.extend(nothing(&mesh[0], &mesh[1..]));
    rows.extend([
        // What was denied is not held against what came before it.
        quiet("history-denied-before", own("x", "jane", 1).approved()).among(vec![
            own("y", "jane", 1).created("2026-03-01T12:00:30Z").denied(),
        ]),
        quiet("history-denied-before", own("x", "jane", 1).denied()),
        quiet("history-superseded", own("x", "jane", 1)).among(vec![
            own("y", "jane", 2).created("2026-03-01T11:59:00Z"),
            own("z", "jane", 3).created("2026-03-01T12:00:30Z").denied(),
        ]),
        quiet("history-stale", own("x", "jane", 1)).at("2026-03-01T13:00:00Z"),
        quiet("history-stale", own("x", "jane", 1).approved()).at("2026-03-02T12:00:00Z"),
        quiet("history-stale", own("x", "jane", 1).failed()).at("2026-03-02T12:00:00Z"),
        quiet("history-stale", manifest(&own("x", "jane", 1))).at("2027-03-01T12:00:00Z"),
        // A kubelet asked again, which has a rule of its own.
        quiet("history-stale", CsrObject::kubelet_renewal("x", "n1"))
            .among(vec![
                CsrObject::kubelet_renewal("y", "n1").created("2026-03-01T12:30:00Z"),
            ])
            .at("2026-03-01T15:00:00Z"),
    ]);
    rows
}

pub(super) fn keys() -> Vec<Row> {
    let rsa = |numbers: RsaNumbers| around(&jane().key(Key::Rsa(numbers)));
    vec![
        quiet("key-known-weak", around(&jane())),
        quiet("key-known-weak", around(&jane())).compromised(&[]),
        quiet("key-known-weak", around(&jane())).compromised(&[&jane().key(Key::Ed25519)]),
        quiet("key-known-weak", rsa(RsaNumbers::bits_2048())),
        quiet("key-known-weak", rsa(RsaNumbers::bits_1024())),
        quiet("key-known-weak", around(&jane().key(Key::Rsa2048))),
        // Too large to be reviewed anyway.
        quiet(
            "key-known-weak",
            rsa(RsaNumbers::of_ones(16_392, &[1, 0, 1])),
        ),
    ]
}
