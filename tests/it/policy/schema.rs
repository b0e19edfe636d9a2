//! The schema that editors check policies by says what the tool says.

use serde_json::{Value, json};

use crate::support::env::Env;
use crate::support::generated::repository;

const WORKED: [&str; 6] = [
    "kubelet-serving",
    "user-certificates",
    "bootstrap",
    "own-cluster",
    "own-node",
    "own-host",
];

fn read(name: &str) -> String {
    std::fs::read_to_string(repository(name)).expect("a file")
}

fn schema() -> Value {
    serde_json::from_str(&read("docs/policies/policy.schema.json")).expect("JSON")
}

/// Whether the schema lets this policy stand.
fn stands(policy: &Value) -> bool {
    let schema = schema();
    std::panic::catch_unwind(|| fits(&schema, &schema, policy, "policy")).is_ok()
}

/// The schema knows every field that the worked policies use, and nothing beside it may stand there.
#[test]
fn the_schema_fits_the_worked_policies() {
    let schema = schema();
    for name in WORKED {
        let policy: Value =
            serde_saphyr::from_str(&read(&format!("docs/policies/{name}.yaml"))).expect("YAML");
        fits(&schema, &schema, &policy, name);
    }
    let mut unknown: Value =
        serde_json::from_str(r#"{"apiVersion": "csr-review/v1", "kind": "Policy"}"#).expect("JSON");
    unknown["rules"] = json!([{"name": "a", "then": "ask", "whatever": 1}]);
    assert!(!stands(&unknown), "the schema lets an unknown field stand");
    unknown["rules"] = json!([{"name": "a", "then": "ask"}]);
    assert!(stands(&unknown));
}

/// A template whose values were not set leaves keys without a value. Read as left out, they would approve more.
#[test]
fn every_field_without_a_value_is_an_error() {
    let env = Env::new();
    let schema = schema();
    let mut paths = Vec::new();
    fields(&schema, &schema, "", &mut paths);
    for path in [
        "/rules/0/match/signers",
        "/rules/0/match/labels/x",
        "/rules/0/require/groups/within/0",
        "/rules/0/require/findings/accept",
        "/rules/0/otherwiseMessage",
    ] {
        assert!(paths.iter().any(|known| known == path), "{path}: {paths:?}");
    }
    for path in paths {
        let mut policy = json!({
            "apiVersion": "csr-review/v1",
            "kind": "Policy",
            "rules": [{"name": "a", "then": "ask", "otherwise": "deny"}],
        });
        set_null(&mut policy, &path);
        assert!(!stands(&policy), "the schema lets {path} be null");
        // JSON is YAML.
        let text = serde_json::to_string_pretty(&policy).expect("a text");
        env.file("p.yaml", &text);
        let line = text.lines().position(|line| line.contains("null"));
        let place = format!("error: p.yaml:{}:", line.expect("a line") + 1);
        let run = env.tool(["policy", "check", "p.yaml"]).run();
        run.code(1).stdout("").stderr_has(&[&place, " is empty; "]);
    }
}

/// The JSON pointer of every field that the schema knows; the first item of a list stands for all of them.
fn fields(root: &Value, schema: &Value, at: &str, paths: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = root.pointer(target.trim_start_matches('#'));
        return fields(root, target.expect("a definition"), at, paths);
    }
    let properties = schema["properties"].as_object();
    let named = properties.into_iter().flatten();
    let open = schema
        .get("additionalProperties")
        .filter(|open| open.is_object());
    let items = schema.get("items");
    let inner = named
        .map(|(name, schema)| (name.as_str(), schema))
        .chain(open.map(|schema| ("x", schema)))
        .chain(items.map(|schema| ("0", schema)));
    for (name, schema) in inner {
        let path = format!("{at}/{name}");
        paths.push(path.clone());
        fields(root, schema, &path, paths);
    }
}

/// Sets what the pointer points to, and makes what it leads through.
fn set_null(value: &mut Value, path: &str) {
    let mut at = value;
    for part in path.split('/').skip(1) {
        at = if part == "0" {
            if !at.is_array() {
                *at = json!([null]);
            }
            &mut at[0]
        } else {
            if !at.is_object() {
                *at = json!({});
            }
            &mut at[part]
        };
    }
    *at = Value::Null;
}

/// As much of JSON Schema as this one uses.
fn fits(root: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = target.trim_start_matches('#');
        return fits(
            root,
            root.pointer(target).expect("a definition"),
            value,
            place,
        );
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value}");
    }
    if let Some(fixed) = schema.get("const") {
        assert_eq!(fixed, value, "{place}");
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                let name = required.as_str().expect("a name");
                assert!(fields.contains_key(name), "{place} lacks {name}");
            }
            for (name, value) in fields {
                let known = schema["properties"].get(name).or_else(|| {
                    let open = schema.get("additionalProperties");
                    open.filter(|open| open.is_object())
                });
                let known = known.unwrap_or_else(|| panic!("{place}: {name} is unknown"));
                fits(root, known, value, &format!("{place}.{name}"));
            }
        }
        (Some("array"), Value::Array(items)) => {
            for item in items {
                fits(root, &schema["items"], item, place);
            }
        }
        (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) | (None, _) => {}
        (kind, value) => panic!("{place}: {value} is no {kind:?}"),
    }
}
