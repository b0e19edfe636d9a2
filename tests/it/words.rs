//! Errors are told in the terms of Kubernetes and of people, whatever is wrong with a file: never in those of the
//! libraries that read it.

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::info;
use crate::support::env::Env;

/// Terms of the libraries, which mean nothing to a user.
const VOCABULARY: [&str; 34] = [
    "invalid type",
    "invalid value: ",
    "invalid length",
    "expected a ",
    "expected an ",
    "expected struct",
    "expected one of",
    "expected unit",
    "expected option",
    "i8",
    "i32",
    "i64",
    "u8",
    "u32",
    "u64",
    "usize",
    "f64",
    "struct ",
    "enum ",
    "variant",
    "untagged",
    "newtype",
    "serde",
    "missing field `",
    "unknown field `",
    "duplicate field `",
    "duplicate mapping key",
    "DuplicateKeyPolicy",
    "EOF while",
    "trailing characters",
    "sequence start",
    "mapping start",
    "scalar",
    "did not find",
];

/// Values of every kind, one of which is never the right one.
fn values() -> [Value; 9] {
    [
        json!(null),
        json!(true),
        json!(5),
        json!(1.5),
        json!("odd text"),
        json!([]),
        json!([5]),
        json!({}),
        json!({"a": {"b": 1}}),
    ]
}

/// The pointers of everything in a document.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The document with each thing in it replaced by a value of each kind, and with each line of it spoilt.
fn spoilt(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    pointers(document, "", &mut places);
    let mut all = Vec::new();
    for place in &places {
        for value in values() {
            let mut copy = document.clone();
            *copy.pointer_mut(place).expect("a place") = value;
            all.push(copy.to_string());
        }
    }
    let text = format!("{document:#}");
    let lines: Vec<&str> = text.lines().collect();
    for index in 0..lines.len() {
        // Left out, written twice, and broken.
        for change in [
            vec![],
            vec![lines[index]; 2],
            vec![lines[index], "}"],
            vec!["\t'"],
        ] {
            let changed = [&lines[..index], &change, &lines[index + 1..]].concat();
            all.push(changed.join("\n"));
        }
    }
    all.extend(
        [
            "",
            "{",
            "[",
            "\"",
            "5",
            "a: b\n a: c\n",
            "a: *b\n",
            "- a\n b",
            "%",
            "\u{0}",
        ]
        .map(str::to_owned),
    );
    all
}

/// What the program says of each of these files has none of the vocabulary. Gives how many were refused.
#[track_caller]
fn told_in_plain_words(env: &Env, file: &str, words: &[&str], texts: &[String]) -> usize {
    let mut refused = 0;
    for text in texts {
        env.file(file, text);
        let output = env.tool(words).run();
        let told = output.snapshot();
        let code = told.lines().next().unwrap_or_default().to_owned();
        assert!(
            [
                "exit code: 0",
                "exit code: 1",
                "exit code: 2",
                "exit code: 3"
            ]
            .contains(&code.as_str()),
            "{told}"
        );
        refused += usize::from(code != "exit code: 0");
        for word in VOCABULARY {
            assert!(
                !told.contains(word),
                "{word:?} in what is said of\n{text}\n{told}"
            );
        }
    }
    refused
}

/// Some of many, evenly: each takes a process.
fn some(texts: Vec<String>, most: usize) -> Vec<String> {
    let step = texts.len().div_ceil(most).max(1);
    texts.into_iter().step_by(step).collect()
}

#[test]
fn of_manifests() {
    let env = Env::new();
    let mut object = info("jane").label("team", "a").build();
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "u", "controller": true}]);
    object["status"] =
        json!({"conditions": [{"type": "Approved", "status": "True"}], "certificate": "QUI="});
    let texts = spoilt(&object);
    // One process reads many files.
    for (index, text) in texts.iter().enumerate() {
        env.file(&format!("d/{index}.yaml"), text);
    }
    let output = env.tool(["list", "-f", "d", "-o", "json"]).run().code(1);
    let document = output.json();
    let unreadable = document["unreadable"].as_array().expect("a list");
    let items = document["items"].as_array().expect("a list");
    assert!(
        unreadable.len() > 200,
        "{} are unreadable",
        unreadable.len()
    );
    assert!(items.len() > 100, "{} are readable", items.len());
    let errors = output.raw_stderr().to_owned();
    for line in errors.lines() {
        for word in VOCABULARY {
            assert!(!line.contains(word), "{word:?} in {line}");
        }
    }
    for item in items {
        let error = item["unreviewable"].as_str().unwrap_or_default();
        for word in VOCABULARY {
            assert!(!error.contains(word), "{word:?} in {error}");
        }
    }
}

#[test]
fn of_policies() {
    let env = Env::new();
    let policy = json!({
        "apiVersion": "csr-review/v1",
        "kind": "Policy",
        "rules": [{
            "name": "a",
            "match": {"signers": ["example.com/a"], "requestor": {"users": ["u"], "groups": ["g"]}, "labels": {"a": "b"}},
            "require": {
                "userIsRequestor": true,
                "groups": {"within": ["g"]},
                "usages": {"exactlyOneOf": [["client auth"]]},
                "dnsNames": ["*.example.com"],
                "ipAddresses": ["10.0.0.0/8"],
                "maxExpiration": "24h",
                "keys": ["P-256"],
                "findings": {"maxRisk": "low", "accept": ["text-unusual"]},
            },
            "then": "approve",
            "reason": "Why",
            "message": "text",
        }],
    });
    env.file("p.yaml", policy.to_string());
    env.tool(["policy", "check", "p.yaml"])
        .run()
        .code(0)
        .stdout("p.yaml: 1 rule, nothing odd\n")
        .quiet();
    let texts = some(spoilt(&policy), 160);
    let refused = told_in_plain_words(&env, "p.yaml", &["policy", "check", "p.yaml"], &texts);
    assert!(refused > 60, "{refused} were refused");
}

#[test]
fn of_plans_and_records() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server).var("CSR_REVIEW_RECORD", "r.jsonl");
    let plan = [
        "approve",
        "a",
        "--yes",
        "--max-risk",
        "high",
        "--plan",
        "plan.json",
    ];
    let run = env.tool(plan).run().code(0);
    run.stdout_has(&["(planned)"]).stderr_has(&["plan.json"]);
    let run = env
        .tool(["approve", "a", "--yes", "--max-risk", "high"])
        .run()
        .code(0);
    run.stdout_has(&["approved"]).stderr_has(&["Context"]);
    let read = |file: &str| std::fs::read_to_string(env.work().join(file)).expect("a file");
    let plan: Value = serde_json::from_str(&read("plan.json")).expect("JSON");
    let record: Value =
        serde_json::from_str(read("r.jsonl").lines().next().expect("a line")).expect("JSON");
    let offline = Env::new();
    let texts = some(spoilt(&plan), 160);
    let apply = [
        "apply",
        "plan.json",
        "--yes",
        "--server",
        "http://127.0.0.1:9",
    ];
    let refused = told_in_plain_words(&offline, "plan.json", &apply, &texts);
    assert!(refused > 100, "{refused} were refused");
    let texts = some(spoilt(&record), 80);
    let refused = told_in_plain_words(&offline, "r.jsonl", &["record", "show", "r.jsonl"], &texts);
    assert!(refused > 40, "{refused} were refused");
}

#[test]
fn of_kubeconfigs() {
    let env = Env::new().var("KUBECONFIG", "config");
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "n"}}],
        "clusters": [{"name": "k", "cluster": {"server": "http://127.0.0.1:9", "insecure-skip-tls-verify": false}}],
        "users": [{"name": "u", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "false", "args": ["a"], "env": [{"name": "a", "value": "b"}], "interactiveMode": "Never"}}}],
    });
    let texts = some(spoilt(&config), 120);
    let refused = told_in_plain_words(&env, "config", &["list"], &texts);
    assert_eq!(refused, texts.len());
}
