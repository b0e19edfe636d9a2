//! `-o json`: a contract that scripts rely on.

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, info};
use crate::support::env::Env;
use crate::support::request::{Armour, CN, CsrObject, Key, RequestBuilder, string};

/// A CSR with something in every field. Its key signs the same each time.
fn rich() -> CsrObject {
    let request = RequestBuilder::empty()
        .group("kubeadm:cluster-admins")
        .group("dev, \"ops\"")
        .name("2.5.4.11", string::UTF8, "Unit")
        .name(CN, string::UTF8, "jane\u{202e}\u{85}\n\u{1b}[31m")
        .dns("kubernetes.default.svc")
        .ip("10.96.0.1")
        .ip("2001:db8::1")
        .email("jane@example.com")
        .uri("spiffe://example.com/jane")
        .principal("jane@example.com")
        .basic_constraints(true)
        .key_usage(&[0, 5])
        .extension("1.3.6.1.4.1.99999.1", false, b"\x05\x00")
        .key(Key::Ed25519);
    CsrObject::new("rich", request.pem())
        .signer("kubernetes.io/legacy-unknown")
        .usages(&["client auth", "server auth"])
        .expiration(86_400)
        .requestor(
            "system:serviceaccount:shop:\u{7f}till",
            &["system:serviceaccounts"],
        )
        .requestor_uid("5c6b3b2a")
        .extra("authentication.kubernetes.io/pod-name", &["till-0", "a\tb"])
        .label("team", "x")
        .approved()
}

#[test]
fn a_rich_one_has_all_of_the_contract() {
    let server = ApiServer::with([rich()]);
    let env = Env::with(&server);
    let output = env
        .tool(["list", "--all", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let text = output.raw_stdout();
    // Nothing in it changes from run to run, the digests included.
    insta::assert_snapshot!(text);
    // What scripts read is what stands in the CSR, to the last character.
    let json = output.json();
    assert_eq!(
        json["items"][0]["identity"]["user"],
        "jane\u{202e}\u{85}\n\u{1b}[31m"
    );
    assert_eq!(
        json["items"][0]["requestor"]["username"],
        "system:serviceaccount:shop:\u{7f}till"
    );
    let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(hidden), "{text}");
    // show writes the same document.
    env.tool(["show", "rich", "-o", "json"])
        .run()
        .code(0)
        .stdout(text)
        .quiet();
    let yaml = env
        .tool(["show", "rich", "-o", "yaml"])
        .run()
        .code(0)
        .quiet();
    let value: Value = serde_saphyr::from_str(yaml.raw_stdout()).expect("YAML");
    assert_eq!(value, json);
    assert!(!yaml.raw_stdout().contains(hidden), "{yaml}");
}

/// What has to be of which type: `?` may be null, `[]` is a list of these.
const TYPES: [(&str, &str); 31] = [
    ("/name", "string"),
    ("/uid", "string?"),
    ("/resourceVersion", "string?"),
    ("/createdAt", "string?"),
    ("/condition", "string"),
    ("/signerName", "string?"),
    ("/usages", "string[]"),
    ("/expirationSeconds", "number?"),
    ("/requestor", "object?"),
    ("/request/sha256", "string"),
    ("/request/error", "string?"),
    ("/request/subject", "string?"),
    ("/request/dnsNames", "string[]"),
    ("/request/ipAddresses", "string[]"),
    ("/request/emailAddresses", "string[]"),
    ("/request/uris", "string[]"),
    ("/request/otherNames", "string[]"),
    ("/request/key", "object?"),
    ("/request/signature", "object?"),
    ("/request/extensions", "object[]"),
    ("/identity/user", "string?"),
    ("/identity/groups", "string[]"),
    ("/identity/login", "boolean?"),
    ("/specSha256", "string"),
    ("/fingerprint", "string?"),
    ("/risk", "string"),
    ("/unreviewable", "string?"),
    ("/doomed", "string?"),
    ("/findings", "object[]"),
    ("/access", "object?"),
    ("/supersedes", "string[]"),
];

fn is(value: &Value, kind: &str) -> bool {
    if let Some(kind) = kind.strip_suffix("[]") {
        let items = value.as_array();
        return items.is_some_and(|items| items.iter().all(|item| is(item, kind)));
    }
    match kind {
        "string" => value.is_string(),
        "number" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        other => value.is_null() || is(value, other.trim_end_matches('?')),
    }
}

/// The one item that a run lists, with every field of the right type.
#[track_caller]
fn item(env: &Env, words: &[&str]) -> Value {
    let words = [&["list", "--all", "-o", "json"][..], words].concat();
    let output = env.tool(words).run().code(0).quiet();
    let mut json = output.json();
    assert_eq!(json["apiVersion"], "csr-review/v1");
    assert_eq!(json["kind"], "ReviewList");
    assert_eq!(json["unreadable"], json!([]));
    assert_eq!(json["items"].as_array().map(Vec::len), Some(1));
    let item = json["items"][0].take();
    for (path, kind) in TYPES {
        let value = item.pointer(path);
        assert!(
            value.is_some_and(|value| is(value, kind)),
            "{path}: {kind} in {output}"
        );
    }
    let keys: Vec<&String> = item.as_object().expect("an object").keys().collect();
    assert_eq!(keys.len(), 19, "{keys:?}");
    for finding in item["findings"].as_array().expect("a list") {
        for key in ["rule", "severity", "message", "evidence", "advice"] {
            assert!(finding[key].is_string(), "{finding}");
        }
    }
    item
}

#[test]
fn fields_are_there_even_where_there_is_nothing_to_say() {
    let bare = RequestBuilder::empty().without_attributes().pem();
    let objects = [
        rich(),
        info("a"),
        CsrObject::new("b", bare).usages(&[]).no_expiration(),
        CsrObject::new("c", "no request").requestor("", &[]),
    ];
    for object in objects {
        let server = ApiServer::with([object.clone()]);
        item(&Env::with(&server), &[]);
        let env = Env::new();
        env.file("a.json", object.json());
        let found = item(&env, &["-f", "a.json"]);
        assert_eq!(found["fingerprint"], Value::Null);
    }
    let env = Env::new();
    env.file("a.pem", RequestBuilder::user("jane").pem());
    let found = item(&env, &["-f", "a.pem"]);
    for field in [
        "uid",
        "resourceVersion",
        "createdAt",
        "signerName",
        "expirationSeconds",
        "requestor",
        "fingerprint",
    ] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert_eq!(found["name"], "a");
    assert_eq!(
        found["identity"],
        json!({"user": "jane", "groups": [], "login": null})
    );
}

#[test]
fn only_what_is_refused_has_no_identity() {
    let server = ApiServer::with([CsrObject::new("a", RequestBuilder::empty().pem())]);
    let found = item(&Env::with(&server), &[]);
    assert_eq!(found["request"]["error"], Value::Null);
    assert_eq!(found["identity"]["user"], "");
    assert_eq!(found["request"]["subject"], "");

    // Readable, and refused all the same.
    let request = RequestBuilder::user("jane")
        .group("dev")
        .dns("x.example")
        .broken_signature();
    for octets in [
        request.pem(),
        RequestBuilder::user("jane").armoured(&Armour::new().label("CERTIFICATE")),
        b"-----BEGIN CERTIFICATE REQUEST-----\n".to_vec(),
        Vec::new(),
    ] {
        let server = ApiServer::with([CsrObject::new("a", octets)]);
        let found = item(&Env::with(&server), &[]);
        assert!(found["request"]["error"].is_string(), "{found}");
        assert_eq!(found["identity"]["user"], Value::Null);
        assert_eq!(found["identity"]["groups"], json!([]));
        for names in [
            "dnsNames",
            "ipAddresses",
            "emailAddresses",
            "uris",
            "otherNames",
        ] {
            assert_eq!(found["request"][names], json!([]), "{names}");
        }
        assert!(found["unreviewable"].is_string(), "{found}");
    }
    let server = ApiServer::with([CsrObject::new("a", request.pem())]);
    let found = item(&Env::with(&server), &[]);
    assert_eq!(found["request"]["subject"], "O=dev,CN=jane");
    assert_eq!(found["request"]["signature"]["verdict"], "invalid");
}

#[test]
fn what_a_requestor_writes_lowers_no_risk() {
    let plain = critical("a");
    let dressed = plain
        .clone()
        .label("risk", "none")
        .annotation("approved-by", "security")
        .annotation("kubectl.kubernetes.io/last-applied-configuration", "{}");
    let [plain, dressed] = [plain, dressed].map(|object| {
        let server = ApiServer::with([object]);
        item(&Env::with(&server), &[])
    });
    assert_eq!(dressed["risk"], "critical");
    let all = dressed["findings"].as_array().expect("a list");
    for finding in plain["findings"].as_array().expect("a list") {
        assert!(all.contains(finding), "{finding}");
    }
    assert_eq!(dressed["fingerprint"], plain["fingerprint"]);
}
