//! Requests as people hand them in: what real tools write is ordinary, what is no request is called what it is.

use csr_review::risk::Severity;
use serde_json::Value;

use crate::fixtures::{self, tools};
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
