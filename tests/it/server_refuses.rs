//! Manifests that the API server refuses at create are refused here too, so that a gate in CI says what a create says.

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::info;
use crate::support::env::Env;
use crate::support::request::RequestBuilder;

/// A manifest with some fields set: by path, to a value, or to null for none.
fn manifest(changes: &[(&str, Value)]) -> String {
    let mut object = info("jane").manifest();
    for (path, value) in changes {
        let (part, field) = path.split_once('.').expect("a path");
        object[part][field] = value.clone();
        if value.is_null() {
            let fields = object[part].as_object_mut().expect("an object");
            fields.shift_remove(field);
        }
    }
    object.to_string()
}

#[test]
fn what_create_refuses_trips_the_gate_at_every_severity() {
    let env = Env::new();
    for (changes, words) in [
        (
            &[(
                "spec.signerName",
                json!("kubernetes.io/Kube-Apiserver-Client"),
            )][..],
            "spec.signerName: Invalid value: \"Kube-Apiserver-Client\": validating label",
        ),
        (
            &[("spec.signerName", json!("kube-apiserver-client"))],
            "must be a fully qualified domain and path of the form 'example.com/signer-name'",
        ),
        (
            &[("spec.signerName", json!("example/clients"))],
            "should be a domain with at least two segments separated by dots",
        ),
        (
            &[("spec.signerName", Value::Null)],
            "spec.signerName: Required value",
        ),
        (
            &[("spec.signerName", json!("kubernetes.io/legacy-unknown"))],
            "the legacy signerName is not allowed via this API version",
        ),
        (
            &[("spec.expirationSeconds", json!(3_153_600_000_i64))],
            "spec.expirationSeconds: Invalid value: 3153600000: does not fit into int32",
        ),
        (
            &[("metadata.labels", json!({"team": "a b"}))],
            "metadata.labels: Invalid value: \"a b\"",
        ),
        (
            &[("metadata.finalizers", json!(["hold"]))],
            "metadata.finalizers[0]: Invalid value: \"hold\"",
        ),
        (
            &[("metadata.name", json!("a/b"))],
            "metadata.name: Invalid value: \"a/b\"",
        ),
        (
            &[
                ("spec.expirationSecond", json!(3600)),
                ("spec.Usages", Value::Null),
            ],
            "unknown field \"spec.expirationSecond\"",
        ),
    ] {
        env.file("manifest.json", manifest(changes));
        let gate = [
            "list",
            "-f",
            "manifest.json",
            "--fail-on",
            "critical",
            "-o",
            "json",
        ];
        let document = env.tool(gate).run().code(3).quiet().json();
        let item = &document["items"][0];
        let unreviewable = "the API server would refuse to create this CSR";
        assert_eq!(item["unreviewable"], unreviewable, "{changes:?}");
        let doomed = item["doomed"].as_str().expect("a reason");
        assert!(
            doomed.starts_with("the API server refuses the manifest: "),
            "{doomed}"
        );
        let findings = item["findings"].as_array().expect("findings");
        let refused: Vec<&Value> = findings
            .iter()
            .filter(|finding| {
                ["object-refused", "signer-missing", "signer-would-refuse"]
                    .iter()
                    .any(|rule| finding["rule"] == *rule)
            })
            .collect();
        assert_eq!(refused.len(), 1, "{findings:?}");
        let evidence = refused[0]["evidence"].as_str().expect("evidence");
        assert!(evidence.contains(words), "{words}: {evidence}");
    }
}

#[test]
fn what_create_takes_is_reviewable() {
    let env = Env::new();
    for changes in [
        &[][..],
        &[("spec.signerName", json!("example.com/team-a.clients"))],
        &[("spec.expirationSeconds", json!(i32::MAX))],
        &[("spec.expirationSeconds", json!(3600.0))],
        &[("spec.expirationSeconds", Value::Null)],
        &[
            ("metadata.name", json!("")),
            ("metadata.generateName", json!("jane-")),
        ],
        &[("metadata.namespace", json!("default"))],
        // What the server overwrites or drops without a word.
        &[
            ("spec.username", json!("admin")),
            ("spec.groups", json!(["a"])),
        ],
        &[(
            "status.conditions",
            json!([{"type": "Approved", "status": "True"}]),
        )],
        // As kubectl get -o yaml writes it.
        &[
            ("metadata.uid", json!("1")),
            ("metadata.resourceVersion", json!("5")),
            ("metadata.creationTimestamp", json!("2026-03-01T12:00:00Z")),
        ],
    ] {
        env.file("manifest.json", manifest(changes));
        let gate = [
            "list",
            "-f",
            "manifest.json",
            "--fail-on",
            "critical",
            "-o",
            "json",
        ];
        let document = env.tool(gate).run().code(0).quiet().json();
        assert_eq!(
            document["items"][0]["unreviewable"],
            Value::Null,
            "{changes:?}"
        );
    }
    env.file("bare.pem", RequestBuilder::user("jane").pem());
    let gate = [
        "list",
        "-f",
        "bare.pem",
        "--fail-on",
        "critical",
        "-o",
        "json",
    ];
    let document = env.tool(gate).run().code(0).quiet().json();
    assert_eq!(document["items"][0]["unreviewable"], Value::Null);
}

/// What is on a server was taken once, by the rules of then.
#[test]
fn what_is_on_a_server_is_not_measured_by_the_rules_for_new_ones() {
    let server = ApiServer::with([info("a")
        .label("team", "a b")
        .metadata("finalizers", json!(["hold"]))
        .signer("example/clients")]);
    let env = Env::with(&server);
    let document = env
        .tool(["show", "a", "-o", "json", "--facts", "none"])
        .run()
        .code(0)
        .quiet()
        .json();
    assert_eq!(document["items"][0]["unreviewable"], Value::Null);
}
