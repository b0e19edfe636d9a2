//! What a signer may copy from a request is shown in full, to people and in JSON.

use serde_json::{Value, json};

use crate::support::env::Env;
use crate::support::request::der::{oid, tlv};
use crate::support::request::{CsrObject, RequestBuilder};

/// `show` of a request in a manifest for a custom signer: the text, and the request in JSON.
fn shown(env: &Env, request: &RequestBuilder) -> (String, Value) {
    let object = CsrObject::new("jane", request.pem())
        .signer("example.com/directory")
        .usages(&["client auth"]);
    env.file("jane.json", object.manifest().to_string());
    let text = env.tool(["show", "-f", "jane.json"]).run().code(0).quiet();
    let json = env
        .tool(["show", "-f", "jane.json", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    (
        text.raw_stdout().to_owned(),
        json.json()["items"][0]["request"].clone(),
    )
}

#[test]
fn other_names_with_their_type_and_value() {
    let env = Env::new();
    let name = |kind: &str, value: Vec<u8>| [oid(kind), tlv(0xa0, &value)].concat();
    let subject = tlv(
        0x30,
        &tlv(
            0x31,
            &tlv(0x30, &[oid("2.5.4.3"), tlv(0x0c, b"root")].concat()),
        ),
    );
    let request = RequestBuilder::user("jane")
        .principal("jane@corp.example.org")
        .general_name(0xa0, name("1.2.3.4", tlv(0x1e, b"\0\xfc")))
        .general_name(0xa0, name("1.2.3.5", tlv(0x02, b"\x05")))
        .general_name(0xa4, subject)
        .general_name(0x88, &oid("1.2.3.6")[2..])
        .general_name(0xa0, name("1.2.3.7", tlv(0x0c, b"a\x1b[2J\nRisk none")));
    let (text, json) = shown(&env, &request);
    for line in [
        "Other names otherName 1.3.6.1.4.1.311.20.2.3: jane@corp.example.org\n",
        "            otherName 1.2.3.4: ü\n",
        "            otherName 1.2.3.5: #020105\n",
        "            directoryName: CN=root\n",
        "            registeredID: 1.2.3.6\n",
        "            otherName 1.2.3.7: a\\x1b[2J\\nRisk none\n",
        "            (built-in signers drop these)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert_eq!(
        json["otherNames"],
        json!([
            "otherName",
            "otherName",
            "otherName",
            "directoryName",
            "registeredID",
            "otherName"
        ])
    );
    assert_eq!(
        json["otherNameValues"],
        json!([
            {"kind": "otherName", "type": "1.3.6.1.4.1.311.20.2.3", "value": "jane@corp.example.org"},
            {"kind": "otherName", "type": "1.2.3.4", "value": "ü"},
            {"kind": "otherName", "type": "1.2.3.5", "value": "#020105"},
            {"kind": "directoryName", "type": null, "value": "CN=root"},
            {"kind": "registeredID", "type": null, "value": "1.2.3.6"},
            {"kind": "otherName", "type": "1.2.3.7", "value": "a\u{1b}[2J\nRisk none"},
        ])
    );
    let wide = env
        .tool(["list", "-o", "wide", "-f", "jane.json"])
        .run()
        .code(0)
        .quiet();
    wide.stdout_has(&["otherName 1.3.6.1.4.1.311.20.2.3: jane@corp.example.org"]);
}

#[test]
fn usages_of_the_request_beside_those_of_the_csr() {
    let env = Env::new();
    let template = tlv(
        0x30,
        &[oid("1.2.3.4"), tlv(2, &[100]), tlv(2, &[3])].concat(),
    );
    let request = RequestBuilder::user("jane")
        .key_usage(&[0, 2])
        .ext_key_usage(&["1.3.6.1.5.5.7.3.1", "1.2.3.9"])
        .extension("1.3.6.1.4.1.311.21.7", false, &template)
        .extension("1.3.6.1.4.1.311.20.2", true, b"\x1e\x08\0U\0s\0e\0r")
        .extension("1.2.3.8", false, b"\x01\x02")
        .basic_constraints(true);
    let (text, json) = shown(&env, &request);
    for line in [
        "Usages      client auth\n  In request  digitalSignature, keyEncipherment, serverAuth, 1.2.3.9\n",
        "Extensions  keyUsage, critical: digitalSignature, keyEncipherment\n",
        "            extKeyUsage: serverAuth, 1.2.3.9\n",
        "            certificateTemplate: 1.2.3.4, version 100.3\n",
        "            enrollCertType, critical: User\n",
        "            1.2.3.8: #0102\n",
        "            basicConstraints, critical: a CA\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let values: Vec<&Value> = json["extensions"]
        .as_array()
        .expect("extensions")
        .iter()
        .map(|extension| &extension["values"])
        .collect();
    assert_eq!(
        json!(values),
        json!([
            ["digitalSignature", "keyEncipherment"],
            ["serverAuth", "1.2.3.9"],
            ["1.2.3.4, version 100.3"],
            ["User"],
            ["#0102"],
            ["a CA"],
        ])
    );
}
