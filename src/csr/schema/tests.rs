use serde_json::json;

use super::*;

fn with(spec: &Value, metadata: &Value) -> Value {
    json!({"metadata": metadata, "spec": spec})
}

#[test]
fn what_go_takes_is_brought_into_one_form() {
    let mut object = with(
        &json!({
            "request": [65, 66, null],
            "signerName": null,
            "expirationSeconds": 3600.0,
            "usages": ["client auth", null],
            "extra": {"a": null},
        }),
        &json!({"labels": null, "annotations": {"a": null}, "creationTimestamp": null, "generation": 1e3}),
    );
    assert_eq!(fit(&mut object), Ok(vec![]));
    let expected = with(
        &json!({
            "request": "QUIA",
            "expirationSeconds": 3600,
            "usages": ["client auth", ""],
            "extra": {"a": []},
        }),
        &json!({"annotations": {"a": ""}, "generation": 1000}),
    );
    assert_eq!(object, expected);
}

#[test]
fn fields_that_the_api_does_not_know_are_named() {
    let mut object = json!({
        "kind": "x",
        "data": null,
        "metadata": {"clusterName": "a", "managedFields": [{"x": 1, "fieldsV1": {"f:y": {}}}]},
        "spec": {"expirationSecond": 5, "signername": "a"},
        "status": {"conditions": [{"type": "a", "x.y": 1}]},
    });
    let unknown = [
        "data",
        "metadata.clusterName",
        "metadata.managedFields[0].x",
        "spec.expirationSecond",
        "spec.signername",
        "status.conditions[0][x.y]",
    ];
    assert_eq!(fit(&mut object).unwrap(), unknown);
}

#[expect(clippy::too_many_lines, reason = "it is one table")]
#[test]
fn values_of_another_kind_are_named_with_the_repair() {
    for (spec, metadata, why) in [
        (
            json!({"expirationSeconds": "86400"}),
            json!({}),
            "spec.expirationSeconds: must be a number; write 86400 without quotes",
        ),
        (
            json!({"expirationSeconds": "24h"}),
            json!({}),
            "spec.expirationSeconds: must be a number, not text",
        ),
        (
            json!({"expirationSeconds": 1.5}),
            json!({}),
            "spec.expirationSeconds: must be a whole number, not 1.5",
        ),
        (
            json!({"expirationSeconds": 1e30}),
            json!({}),
            "spec.expirationSeconds: must be a whole number, not 1e+30",
        ),
        (
            json!({"expirationSeconds": true}),
            json!({}),
            "spec.expirationSeconds: must be a number, not true or false",
        ),
        (
            json!({"usages": "client auth"}),
            json!({}),
            "spec.usages: must be a list, not text",
        ),
        (
            json!({"usages": [1]}),
            json!({}),
            "spec.usages[0]: must be text; put 1 in quotes",
        ),
        (
            json!({"signerName": {}}),
            json!({}),
            "spec.signerName: must be text, not an object",
        ),
        (
            json!({"request": 5}),
            json!({}),
            "spec.request: must be base64, not a number",
        ),
        (
            json!({"request": [256]}),
            json!({}),
            "spec.request: must be base64, not a list",
        ),
        (
            json!({"extra": {"a/b": "c"}}),
            json!({}),
            "spec.extra[a/b]: must be a list, not text",
        ),
        (
            json!([]),
            json!({}),
            "spec: must be an object with fields, not a list",
        ),
        (
            json!({}),
            json!({"labels": {"ticket": 42}}),
            "metadata.labels.ticket: must be text; put 42 in quotes",
        ),
        (
            json!({}),
            json!({"labels": {"ok": true}}),
            "metadata.labels.ok: must be text; put true in quotes",
        ),
        (
            json!({}),
            json!({"labels": ["a"]}),
            "metadata.labels: must be an object with fields, not a list",
        ),
        (
            json!({}),
            json!({"finalizers": "a"}),
            "metadata.finalizers: must be a list, not text",
        ),
        (
            json!({}),
            json!({"creationTimestamp": "now"}),
            "metadata.creationTimestamp: must be a time such as \"2026-03-01T12:00:00Z\"",
        ),
        (
            json!({}),
            json!({"ownerReferences": [{"controller": "true"}]}),
            "metadata.ownerReferences[0].controller: must be true or false; write true without quotes",
        ),
        (
            json!({}),
            Value::Null,
            "metadata is missing, and with it metadata.name",
        ),
        (
            Value::Null,
            json!({}),
            "spec is missing, and with it spec.request",
        ),
    ] {
        assert_eq!(fit(&mut with(&spec, &metadata)).unwrap_err(), why);
    }
    let mut certificate = json!({"metadata": {}, "spec": {}, "status": {"certificate": "%"}});
    assert_eq!(
        fit(&mut certificate).unwrap_err(),
        "status.certificate: is not base64"
    );
    assert_eq!(
        fit(&mut json!([])).unwrap_err(),
        "must be an object with fields, not a list"
    );
}
