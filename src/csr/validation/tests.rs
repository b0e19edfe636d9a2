use serde_json::json;

use super::*;

fn refused(metadata: &Value, signer: &str) -> Vec<String> {
    let mut object = json!({"metadata": metadata, "spec": {"signerName": signer}});
    let unknown = super::super::schema::fit(&mut object).unwrap();
    refusals(&object, &unknown)
}

const SIGNER: &str = "example.com/team-a.clients";

#[test]
fn signer_names_are_checked_as_the_server_checks_them() {
    let long_path = format!("example.com/{}", ["a".repeat(60).as_str(); 10].join("."));
    let longest = format!(
        "{}.{}/{}",
        ["a".repeat(63).as_str(); 3].join("."),
        "a".repeat(61),
        ["a".repeat(63).as_str(); 4].join(".")
    );
    assert_eq!(longest.len(), 253 + 1 + 255);
    for (name, words) in [
        (SIGNER, &[][..]),
        ("kubernetes.io/kubelet-serving", &[]),
        (&longest, &[]),
        ("a.b/c", &[]),
        ("", &["spec.signerName: Required value"]),
        (
            "kubernetes.io/legacy-unknown",
            &["the legacy signerName is not allowed via this API version"],
        ),
        (
            "kube-apiserver-client",
            &[
                "spec.signerName: Invalid value: \"kube-apiserver-client\": must be a fully qualified domain and path of the form 'example.com/signer-name'",
            ],
        ),
        ("a.b/c/d", &["must be a fully qualified domain and path"]),
        (
            "example/clients",
            &[
                "Invalid value: \"example\": should be a domain with at least two segments separated by dots",
            ],
        ),
        (
            "Example.com/clients",
            &[
                "Invalid value: \"Example.com\": validating label \"Example\": a lowercase RFC 1123 label must consist of",
            ],
        ),
        (
            "kubernetes.io/Kube-Apiserver-Client",
            &[
                "validating label \"Kube-Apiserver-Client\": a lowercase RFC 1123 subdomain must consist of",
            ],
        ),
        (
            "a.b/",
            &["validating label \"\": a lowercase RFC 1123 subdomain"],
        ),
        ("a.b/c.", &["validating label \"\""]),
        ("a.b/-c", &["validating label \"-c\""]),
        ("a.b/c\n", &["validating label \"c\n\""]),
        (
            "a..b/c",
            &["validating label \"\": a lowercase RFC 1123 label"],
        ),
        (
            "/",
            &[
                "validating label \"\": a lowercase RFC 1123 label",
                "should be a domain with at least two segments",
                "validating label \"\": a lowercase RFC 1123 subdomain",
            ],
        ),
        (&long_path, &["Too long: may not be more than 571 bytes"]),
        (
            &format!("a.{}/c", "a".repeat(64)),
            &["must be no more than 63 bytes"],
        ),
        (
            &format!("{}/c", ["a".repeat(60).as_str(); 5].join(".")),
            &["Too long: may not be more than 253 bytes"],
        ),
        (
            &format!("a.b/{}", "c".repeat(254)),
            &["must be no more than 253 bytes"],
        ),
    ] {
        let found = refused(&json!({"name": "a"}), name);
        assert_eq!(found.len(), words.len(), "{name}: {found:?}");
        for (found, words) in found.iter().zip(words) {
            assert!(found.contains(words), "{name}: {found}");
        }
    }
}

#[expect(clippy::too_many_lines, reason = "it is one table")]
#[test]
fn metadata_is_checked_as_the_server_checks_it() {
    let big = "x".repeat(256 << 10);
    let owner = |change: &Value| {
        let mut owner = json!({"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u"});
        let fields = owner.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        json!({"ownerReferences": [owner.clone(), owner]})
    };
    for (metadata, words) in [
        // A name is nearly free text.
        (
            json!({"name": "a b\u{1b}[31m", "namespace": "default"}),
            &[][..],
        ),
        (json!({"name": "..."}), &[]),
        (
            json!({"resourceVersion": "5", "uid": "u", "generation": 1}),
            &[],
        ),
        (
            json!({"labels": {"a": "", "example.com/b_c.D": "E-1"}}),
            &[],
        ),
        (
            json!({"annotations": {"Example.com/Note": "any\ntext"}}),
            &[],
        ),
        (json!({"annotations": {"a": &big[1..]}}), &[]),
        (json!({"finalizers": ["example.com/hold", "orphan"]}), &[]),
        (owner(&json!({"controller": false})), &[]),
        (
            json!({"name": "."}),
            &["metadata.name: Invalid value: \".\": may not be '.'"],
        ),
        (
            json!({"name": "a/b%c"}),
            &["may not contain '/'", "may not contain '%'"],
        ),
        (
            json!({"generateName": "a/"}),
            &["metadata.generateName: Invalid value: \"a/\": may not contain '/'"],
        ),
        (
            json!({"generation": -1}),
            &["metadata.generation: Invalid value: -1: must be greater"],
        ),
        (
            json!({"labels": {"a": "b c"}}),
            &[
                "metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of",
            ],
        ),
        (
            json!({"labels": {"a b": ""}}),
            &["metadata.labels: Invalid value: \"a b\": name part must consist of"],
        ),
        (
            json!({"labels": {"": ""}}),
            &["name part must be non-empty", "name part must consist"],
        ),
        (
            json!({"labels": {"/a": ""}}),
            &["prefix part must be non-empty"],
        ),
        (
            json!({"labels": {"A/b": ""}}),
            &["prefix part a lowercase RFC 1123 subdomain must consist"],
        ),
        (
            json!({"labels": {"a/b/c": ""}}),
            &["a valid label key must consist"],
        ),
        (
            json!({"labels": {"a": "b".repeat(64)}}),
            &["must be no more than 63 bytes"],
        ),
        (
            json!({"labels": {"a".repeat(64): "b"}}),
            &["name part must be no more than 63 bytes"],
        ),
        (
            json!({"annotations": {"-": "x"}}),
            &["metadata.annotations: Invalid value: \"-\": name part"],
        ),
        (
            json!({"annotations": {"a": big}}),
            &["metadata.annotations: Too long: may not be more than 262144 bytes"],
        ),
        (
            json!({"finalizers": ["orphan", "a b"]}),
            &[
                "metadata.finalizers: Invalid value: \"a b\": name part",
                "metadata.finalizers[1]: Invalid value: \"a b\": name is neither a standard finalizer name nor is it fully qualified",
            ],
        ),
        (
            json!({"finalizers": ["orphan", "foregroundDeletion"]}),
            &["finalizer orphan and foregroundDeletion cannot be both set"],
        ),
        (
            owner(&json!({"controller": true})),
            &["Only one reference can have Controller set to true"],
        ),
        (
            json!({"ownerReferences": [{"apiVersion": "a/b/c"}]}),
            &[
                "metadata.ownerReferences[0].kind: Required value: must not be empty",
                "[0].name: Required",
                "[0].uid: Required",
                "must be <group>/<version> or <version>",
            ],
        ),
        (
            json!({"ownerReferences": [{"apiVersion": "v1", "kind": "Event", "name": "e", "uid": "u"}]}),
            &["disallowed from being an owner"],
        ),
        (json!({"label": {}}), &["unknown field \"metadata.label\""]),
    ] {
        let found = refused(&metadata, SIGNER);
        assert_eq!(found.len(), words.len(), "{metadata}: {found:?}");
        for (found, words) in found.iter().zip(words) {
            assert!(found.contains(words), "{metadata}: {found}");
        }
    }
}

#[test]
fn what_does_not_fit_into_its_type_is_refused() {
    let refused = |seconds: i64| {
        let object = json!({"spec": {"signerName": SIGNER, "expirationSeconds": seconds}});
        refusals(&object, &[])
    };
    assert_eq!(refused(i64::from(i32::MAX)), [""; 0]);
    let words = "spec.expirationSeconds: Invalid value: 2147483648: does not fit into int32, whose largest value is 2147483647";
    assert_eq!(refused(1 << 31), [words]);
    // That it is below ten minutes is another finding.
    assert_eq!(refused(-(1 << 40)), [""; 0]);
}
