//! Signer, usages, lifetime, and the object around the request.

use serde_json::json;

use super::{KUBELET_CLIENT, LEGACY, SERVING};
use crate::request_builder::CsrObject;
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::{Row, around, bare, blocks, fires, jane};

pub(super) fn signer() -> Vec<Row> {
    let uses = |signer: &str, usages: &[&str]| around(&jane()).signer(signer).usages(usages);
    let client = "kubernetes.io/kube-apiserver-client";
    let custom = "example.com/x";
    let lasts = |seconds: i64| around(&jane()).expiration(seconds);
    vec![
        fires(
            "signer-legacy-unknown",
            Critical,
            uses(LEGACY, &["client auth"]),
        ),
        fires("signer-custom", High, uses(custom, &["client auth"])),
        fires("signer-custom", High, uses(custom, &["digital signature"])),
        fires("signer-custom", Medium, uses(custom, &["server auth"])),
        fires(
            "signer-custom",
            High,
            uses("kubernetes.io/kube-apiserver", &["server auth"]),
        ),
        fires(
            "signer-custom",
            High,
            uses("kubernetes.io.example/kubelet-serving", &["server auth"]),
        ),
        fires(
            "signer-custom",
            High,
            uses("kubernetes.i0/kube-apiserver-client", &["server auth"]),
        ),
        fires("signer-missing", Medium, bare(&jane())),
        fires(
            "signer-would-refuse",
            Low,
            uses(client, &["client auth", "data encipherment"]),
        ),
        fires(
            "signer-would-refuse",
            Low,
            uses(KUBELET_CLIENT, &["digital signature", "client auth"]),
        ),
        fires("usage-dangerous", Critical, uses(custom, &["any"])),
        fires("usage-dangerous", Critical, uses(custom, &["cert sign"])),
        fires(
            "usage-dangerous",
            High,
            uses(client, &["client auth", "cert sign"]),
        ),
        fires("usage-dangerous", High, uses(custom, &["code signing"])),
        fires(
            "usage-dangerous",
            Medium,
            uses(custom, &["email protection"]),
        ),
        fires(
            "usage-mixed",
            High,
            uses(client, &["client auth", "server auth"]),
        ),
        fires(
            "usage-mixed",
            High,
            uses(SERVING, &["client auth", "server auth"]),
        ),
        fires("usage-mixed", High, uses(custom, &["digital signature"])),
        fires(
            "usage-mixed",
            Medium,
            uses(custom, &["client auth", "server auth"]),
        ),
        blocks("usage-unknown", High, uses(client, &[])),
        blocks(
            "usage-unknown",
            High,
            uses(client, &["client auth", "Client Auth"]),
        ),
        blocks(
            "usage-unknown",
            High,
            uses(client, &["client auth", "client auth"]),
        ),
        blocks("expiry-long", Medium, lasts(599)),
        fires("expiry-long", Medium, lasts(7 * 86_400 + 1)),
        fires("expiry-long", High, lasts(366 * 86_400)),
        fires("expiry-long", High, lasts(i64::from(i32::MAX))),
        fires("expiry-long", Medium, around(&jane()).no_expiration()),
        // Nothing lives so long, whatever it is for.
        fires(
            "expiry-long",
            High,
            uses(custom, &["server auth"]).expiration(i64::from(i32::MAX)),
        ),
        fires(
            "expiry-long",
            High,
            CsrObject::kubelet_serving("x", "n1").expiration(i64::from(i32::MAX)),
        ),
    ]
}

pub(super) fn object() -> Vec<Row> {
    let named = |name: &str| CsrObject::own_renewal(name, "jane");
    let plain = || named("jane");
    let applied = |spec: serde_json::Value| {
        let manifest = json!({"spec": spec}).to_string();
        plain().annotation(
            "kubectl.kubernetes.io/last-applied-configuration",
            &manifest,
        )
    };
    vec![
        fires("name-unsafe", High, named("$(id)")),
        fires("name-unsafe", High, named("--all")),
        fires("name-unsafe", High, named("a b")),
        fires("name-unsafe", High, named("jane\u{308}")),
        fires("name-unsafe", Medium, named("node-csr-abc")),
        fires(
            "name-unsafe",
            Medium,
            named("node-csr-0CKsPZ0SjS0q7fSQB7aj_VZ9_gPjYz-5cN4TVTs3jd8"),
        ),
        fires("meta-misleading", High, applied(json!({"request": "AAAA"}))),
        fires(
            "meta-misleading",
            High,
            applied(json!({"signerName": "example.com/x"})),
        ),
        fires(
            "meta-misleading",
            High,
            applied(json!({"usages": ["client auth"]})),
        ),
        fires(
            "meta-misleading",
            Info,
            plain().label("approved-by", "security"),
        ),
        blocks("state-contradictory", High, plain().approved().denied()),
        fires("state-contradictory", High, {
            let mut object = plain().approved().build();
            object["status"]["conditions"][0]["status"] = json!("False");
            crate::csr::read(&object.to_string(), crate::csr::Source::Cluster).expect("a CSR")
        }),
        fires(
            "state-issued-without-approval",
            Critical,
            plain().certificate("x"),
        ),
        fires(
            "state-issued-without-approval",
            Critical,
            plain().denied().certificate("x"),
        ),
        fires(
            "state-odd",
            Medium,
            plain().metadata("deletionTimestamp", json!("2026-03-01T12:00:30Z")),
        ),
        fires("state-odd", Medium, plain().created("2027-01-01T00:00:00Z")),
        fires(
            "state-odd",
            Medium,
            plain().metadata("finalizers", json!(["example.com/keep"])),
        ),
        fires("state-odd", Medium, plain().approved()).at("2026-03-01T12:11:00Z"),
        fires("state-odd", Low, plain().condition("Custom", "", "")),
    ]
}
