//! Requests as people hand them in: what real tools write is ordinary, what is no request is called what it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csr_review::risk::Severity;
use serde_json::Value;

use crate::fixtures::{self, tools};
use crate::support::apiserver::ApiServer;
use crate::support::cases::info;
use crate::support::env::Env;
use crate::support::request::{Armour, CsrObject, Key, RequestBuilder};

/// The one item that `show` has of a file, as JSON.
#[track_caller]
fn shown(env: &Env, file: &str) -> Value {
    let output = env
        .tool(["show", "-f", file, "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let document = output.json();
    let items = document["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{file}: {document}");
    items[0].clone()
}

/// The severity of that rule's finding in an item.
fn severity(item: &Value, rule: &str) -> Option<Severity> {
    let findings = item["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|finding| finding["rule"] == rule)?;
    let word = finding["severity"].as_str().expect("a severity");
    clap::ValueEnum::from_str(word, false).ok()
}

/// The same request in a manifest.
fn manifest(request: impl AsRef<[u8]>) -> String {
    CsrObject::new("jane", request).manifest().to_string()
}

#[test]
fn what_real_tools_write_is_reviewed() {
    let env = Env::new();
    for name in tools::WHOLE {
        let bytes = std::fs::read(fixtures::folder().join(format!("{name}.pem"))).expect("a file");
        env.file("request.pem", &bytes);
        env.file("manifest.json", manifest(&bytes));
        for file in ["request.pem", "manifest.json"] {
            let item = shown(&env, file);
            assert_eq!(item["unreviewable"], Value::Null, "{name}, {file}");
            assert_eq!(item["identity"]["user"], "alice", "{name}, {file}");
            assert_eq!(severity(&item, "pem-noncanonical"), None, "{name}, {file}");
        }
    }
    // Letters before the block can be another request's.
    let bytes = std::fs::read(fixtures::folder().join("tool-openssl-text.pem")).expect("a file");
    env.file("text.pem", bytes);
    assert!(shown(&env, "text.pem")["unreviewable"].is_string());
}

#[test]
fn white_space_around_and_in_a_block_is_no_obstacle() {
    let env = Env::new();
    let request = RequestBuilder::user("jane").key(Key::Ed25519);
    let plain = Armour::new;
    for (armour, expected) in [
        (plain().before("\n"), None),
        (plain().before("\r\n\r\n \t\n"), None),
        (plain().after("\n\r\n\n"), None),
        (plain().crlf(), None),
        (plain().crlf_inside(), None),
        (plain().no_final_newline(), None),
        (plain().width(0), None),
        (plain().width(76), None),
        (plain().width(7), None),
        (plain().white_space("\n"), Some(Severity::Low)),
        (plain().white_space(" \t"), Some(Severity::Low)),
    ] {
        let bytes = request.armoured(&armour);
        env.file("request.pem", &bytes);
        env.file("manifest.json", manifest(&bytes));
        for file in ["request.pem", "manifest.json"] {
            let item = shown(&env, file);
            assert_eq!(item["unreviewable"], Value::Null, "{armour:?}");
            assert_eq!(item["identity"]["user"], "jane", "{armour:?}");
            assert_eq!(severity(&item, "pem-noncanonical"), expected, "{armour:?}");
        }
    }
}

/// What `show` says of a file that holds no request: an item with its findings, or an error.
#[track_caller]
fn said(env: &Env, file: &str) -> String {
    // A gate trips on it at every severity.
    let gate = ["list", "-f", file, "-o", "json", "--fail-on", "critical"];
    let output = env.tool(gate).run().code(3);
    let document = output.json();
    let items = document["items"].as_array().expect("items");
    for item in items {
        assert!(item["unreviewable"].is_string(), "{file}: {document}");
        assert!(item["request"]["error"].is_string(), "{file}: {document}");
        assert!(severity(item, "request-refused") >= Some(Severity::High));
        assert_eq!(severity(item, "pem-noncanonical"), None, "{document}");
    }
    let error = output.raw_stderr().to_owned();
    assert_eq!(items.is_empty(), error.starts_with("error: "), "{error}");
    document.to_string()
}

#[test]
fn what_is_no_request_is_called_what_it_is() {
    let env = Env::new();
    let request = RequestBuilder::user("jane").group("dev");
    let pem = String::from_utf8(request.pem()).expect("ASCII");
    let labelled = |label: &str| request.armoured(&Armour::new().label(label));
    for (bytes, part) in [
        (
            labelled("NEW CERTIFICATE REQUEST"),
            "is a NEW CERTIFICATE REQUEST: ",
        ),
        (
            labelled("certificate request"),
            "only nearly CERTIFICATE REQUEST: ",
        ),
        (labelled("CERTIFICATE"), "is a certificate, not a request: "),
        (
            labelled("TRUSTED CERTIFICATE"),
            "is a certificate, not a request: ",
        ),
        (labelled("PKCS7"), "is a PKCS#7 container"),
        (
            labelled("PRIVATE KEY"),
            "holds a private key: treat it as leaked",
        ),
        (
            labelled("ENCRYPTED PRIVATE KEY"),
            "holds a private key: treat it as leaked",
        ),
        (
            pem.replace('\n', "\\n").into_bytes(),
            "as two characters in place of line breaks: ",
        ),
        (
            pem.replace('\n', " ").into_bytes(),
            "has spaces or nothing in place of line breaks",
        ),
        (
            request.der(),
            "is DER, not PEM: convert it with openssl req -inform DER",
        ),
        (
            STANDARD.encode(request.der()).into_bytes(),
            "has no BEGIN line: ",
        ),
        (STANDARD.encode(&pem).into_bytes(), "base64 "),
        (
            b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 jane@host\n".to_vec(),
            "is an SSH public key",
        ),
        (
            b"<html><body>Sign in</body></html>".to_vec(),
            "is a web page or XML",
        ),
        (b"\x1f\x8b\x08\0\0\0".to_vec(), "is compressed: "),
    ] {
        // Whatever the file is called, and in a manifest as well.
        env.file("request.csr", &bytes);
        env.file("request", &bytes);
        env.file("manifest.json", manifest(&bytes));
        for file in ["request.csr", "request", "manifest.json"] {
            let said = said(&env, file);
            assert!(said.contains(part), "{file}: {part}: {said}");
        }
    }
    env.file("empty.csr", "");
    assert!(said(&env, "empty.csr").contains("is empty"));
    env.file("empty", "");
    assert!(said(&env, "empty").contains("is empty"));
}

#[test]
fn what_is_not_base64_in_a_manifest_is_called_what_it_is() {
    let env = Env::new();
    let pem = String::from_utf8(RequestBuilder::user("jane").pem()).expect("ASCII");
    let key = pem.replace("CERTIFICATE REQUEST", "PRIVATE KEY");
    for (value, part) in [
        (
            pem.as_str(),
            "spec.request is PEM, and must be the base64 of it: ",
        ),
        (
            key.as_str(),
            "spec.request holds a private key: treat it as leaked",
        ),
        ("$(cat jane.csr | base64)", "was not expanded: "),
        ("jane.csr", "spec.request is the name of a file"),
        ("%%", "spec.request is not base64: "),
    ] {
        let mut object = info("jane").manifest();
        object["spec"]["request"] = Value::from(value);
        env.file("manifest.json", object.to_string());
        let said = said(&env, "manifest.json");
        assert!(said.contains(part), "{part}: {said}");
        assert!(!said.contains(&pem[60..100]), "{said}");
    }
}

/// On a cluster everyone who may read CSRs can read the key.
#[test]
fn a_private_key_on_a_cluster_is_critical_and_never_printed() {
    let request = RequestBuilder::user("jane").key(Key::Ed25519);
    let key = request.armoured(&Armour::new().label("PRIVATE KEY"));
    let secret = String::from_utf8(key.clone()).expect("ASCII")[60..100].to_owned();
    let server = ApiServer::with([
        CsrObject::new("alone", &key),
        CsrObject::new("beside", [request.pem(), key].concat()),
    ]);
    let env = Env::with(&server);
    for name in ["alone", "beside"] {
        let parts = ["Risk critical", "holds a private key: treat it as leaked"];
        let shown = env.tool(["show", name, "--facts", "none"]).run().code(0);
        shown.stdout_has(&parts).stdout_lacks(&[&secret]).quiet();
        let refused = env
            .tool(["approve", name, "--yes", "--accept", "request-refused"])
            .run()
            .code(3);
        refused
            .stdout("")
            .stderr_has(&["it is unreviewable: holds a private key"]);
    }
}

/// A signature that was not verified neither proves nor disproves possession of the key.
#[test]
fn a_signature_of_an_unsupported_kind_is_not_called_forged() {
    let env = Env::new();
    let forged = "the request does not prove that the requestor holds its key";
    let unsupported = "has a key or a signature of a kind that the API server does not accept";
    for (fixture, message, verdict) in [
        ("sig-broken", forged, "invalid"),
        ("sig-of-another-key", forged, "invalid"),
        ("key-dsa", unsupported, "unverifiable"),
        ("key-ed448", unsupported, "unverifiable"),
        ("sig-rsa-md5", unsupported, "unverifiable"),
        ("key-rsa-512", unsupported, "unverifiable"),
    ] {
        let bytes = std::fs::read(fixtures::folder().join(format!("{fixture}.pem")));
        env.file("request.pem", bytes.expect("a file"));
        let item = shown(&env, "request.pem");
        let findings = item["findings"].as_array().expect("findings");
        let refused: Vec<&Value> = findings
            .iter()
            .filter(|finding| {
                ["request-refused", "sig-unverifiable"]
                    .contains(&finding["rule"].as_str().unwrap_or_default())
            })
            .map(|finding| &finding["message"])
            .collect();
        assert_eq!(refused, [message], "{fixture}");
        assert_eq!(
            item["request"]["signature"]["verdict"], verdict,
            "{fixture}"
        );
        assert!(item["unreviewable"].is_string(), "{fixture}");
    }
}
