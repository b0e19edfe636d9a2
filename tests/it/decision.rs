//! What is sent for a decision, and what is told of it.

use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{
    RESOURCE, approved, critical, denied, fingerprint, high, info, medium,
};
use crate::support::env::Env;
use crate::support::request::CsrObject;

/// A fingerprint of nothing.
const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Runs `approve --yes` with these words more, which has to end with this code and this text on stderr.
#[track_caller]
fn yes(env: &Env, words: &[&str], code: i32, stderr: &[&str]) -> String {
    let all = ["approve", "--yes"].iter().chain(words);
    let output = env.tool(all).run().code(code).stderr_has(stderr);
    output.raw_stdout().to_owned()
}

/// A CSR with all that must come back as it was.
fn rich(name: &str) -> CsrObject {
    info(name)
        .label("team", "x")
        .annotation("note", "kept")
        .extra(
            "authentication.kubernetes.io/credential-id",
            &["X509SHA256=00"],
        )
        .metadata("finalizers", json!(["example.com/kept"]))
        .metadata(
            "futureField",
            json!({"large": 123_456_789_012_345_678_u64, "exact": 1.10}),
        )
        .spec("futureField", json!([null, {"deep": "\u{1f512}"}]))
}

#[test]
fn one_write_carries_the_whole_object() {
    let server = ApiServer::with([rich("a b%")]);
    server.change(|store| {
        store.update("a b%", |object| {
            object["status"]["futureField"] = json!(true);
        });
    });
    let env = Env::with(&server);
    let read = server.object("a b%").expect("stored");
    let seen = fingerprint(&env, "a b%");
    yes(&env, &["a b%", "--max-risk=high"], 0, &["Context "]);
    let writes = server.writes();
    let [write] = writes.as_slice() else {
        panic!("{:?}", server.lines());
    };
    assert_eq!(write.method, "PUT");
    assert_eq!(
        write.target,
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/a%20b%25/approval?fieldManager=kubectl-csr-review"
    );
    assert_eq!(write.header("content-type"), Some("application/json"));
    let mut sent = write.json();
    let conditions = sent["status"]
        .as_object_mut()
        .expect("a status")
        .shift_remove("conditions");
    let version = env!("CARGO_PKG_VERSION");
    let message =
        format!("Approved with kubectl-csr-review {version} at risk high, fingerprint {seen}.");
    assert_eq!(
        conditions,
        Some(
            json!([{"type": "Approved", "status": "True", "reason": "CSRReviewApproved", "message": message}])
        )
    );
    assert_eq!(sent, read);
    assert_ne!(sent["metadata"]["uid"], Value::Null);
    assert_ne!(sent["metadata"]["resourceVersion"], Value::Null);
    let body = std::str::from_utf8(&write.body).expect("JSON is text");
    assert!(body.contains("123456789012345678"), "{body}");

    let stored = server.object("a b%").expect("stored");
    assert_eq!(stored["metadata"]["labels"], read["metadata"]["labels"]);
    assert_eq!(
        stored["metadata"]["finalizers"],
        read["metadata"]["finalizers"]
    );
}

#[test]
fn an_item_of_a_list_is_sent_as_an_object() {
    let server = ApiServer::with([rich("a"), rich("b").condition("Odd", "Kept", "kept")]);
    let env = Env::with(&server);
    let read = ["a", "b"].map(|name| server.object(name).expect("stored"));
    let results = yes(&env, &["-l", "team=x"], 0, &[]);
    assert_eq!(results, ["a", "b"].map(approved).concat());
    let mut writes = server.writes();
    writes.sort_by_key(|write| write.target.clone());
    assert_eq!(writes.len(), 2, "{:?}", server.lines());
    for (write, read) in writes.iter().zip(&read) {
        let sent = write.json();
        for field in ["apiVersion", "kind", "metadata", "spec"] {
            assert_eq!(sent[field], read[field], "{field}");
        }
    }
    assert_eq!(server.conditions("b"), ["Odd", "Approved"]);
    assert_eq!(
        writes[1].json()["status"]["conditions"][0]["message"],
        "kept"
    );
}

#[test]
fn reason_and_message_are_the_callers() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let message = "Checked with \"jane\"\n\u{1b}[0m.";
    let words = ["a", "--reason", "Checked", "--message", message];
    yes(&env, &words, 0, &[]);
    env.tool(["deny", "b", "--yes", "--reason", "NotRequested"])
        .run()
        .code(0)
        .stdout(&denied("b"))
        .stderr_has(&["Context "]);
    let condition =
        |name: &str| server.object(name).expect("stored")["status"]["conditions"][0].clone();
    assert_eq!(condition("a")["reason"], "Checked");
    assert_eq!(condition("a")["message"], message);
    assert_eq!(condition("b")["reason"], "NotRequested");
    assert!(
        condition("b")["message"]
            .as_str()
            .expect("a text")
            .starts_with("Denied with kubectl-csr-review ")
    );
}

#[test]
fn rehearsals_store_nothing_and_ask_nobody() {
    let server = ApiServer::with([info("a"), critical("b"), info("c").approved()]);
    let env = Env::with(&server);
    for (verb, word) in [("approve", "approved"), ("deny", "denied")] {
        // A dry run alone has no gate: it asks what the server would say.
        env.tool([verb, "a", "b", "--dry-run=client"])
            .run()
            .code(0)
            .stdout(&format!(
                "{RESOURCE}/a {word} (dry run)\n{RESOURCE}/b {word} (dry run)\n"
            ))
            .stderr_has(&["a: info risk", "b: critical risk"])
            .stderr_lacks(&["Get the certificate"]);
    }
    assert_eq!(server.writes().len(), 0);
    // With --yes the gate is rehearsed too.
    let words = ["a", "b", "--dry-run=client"];
    let results = yes(&env, &words, 3, &["error: b: refused: "]);
    assert_eq!(results, format!("{RESOURCE}/a approved (dry run)\n"));
    for (verb, word) in [("approve", "approved"), ("deny", "denied")] {
        env.tool([verb, "a", "--dry-run=server"])
            .run()
            .code(0)
            .stdout(&format!("{RESOURCE}/a {word} (server dry run)\n"))
            .stderr_has(&["a: info risk"]);
        let last = server.writes().pop().expect("a write");
        assert_eq!(last.query("dryRun").as_deref(), Some("All"));
        assert_eq!(
            last.query("fieldManager").as_deref(),
            Some("kubectl-csr-review")
        );
    }
    assert_eq!(server.conditions("a"), [""; 0]);
    let results = yes(
        &env,
        &["c", "--dry-run=server"],
        0,
        &["it was already Approved"],
    );
    assert_eq!(results, approved("c"));
    assert_eq!(server.writes().len(), 2);
    server.fault(
        On::put("a"),
        Fault::Refuse(422, "Invalid", "spec.request: Invalid value: it is bad"),
    );
    let why = "error: a: spec.request: Invalid value: it is bad\n";
    env.tool(["deny", "a", "--dry-run=server"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&[why]);
}

#[test]
fn outcomes_are_told_as_json() {
    let server = ApiServer::with([
        info("done"),
        info("already").approved(),
        critical("refused"),
        high("stale"),
        medium("failed").denied(),
    ]);
    let env = Env::with(&server);
    let seen = fingerprint(&env, "done");
    let other = format!("stale={seen}");
    let words = [
        "done", "already", "refused", "stale", "failed", "missing", "-o", "json", "--expect",
        &other,
    ];
    let all = ["approve", "--yes"].iter().chain(&words);
    let output = env.tool(all).run().code(1);
    let json = output.json();
    assert_eq!(json["apiVersion"], "csr-review/v1");
    assert_eq!(json["kind"], "OutcomeList");
    let items = json["items"].as_array().expect("items");
    let told: Vec<Value> = items
        .iter()
        .map(|item| {
            json!([
                item["name"],
                item["outcome"],
                item["exitCode"],
                item["risk"],
                item["decision"]
            ])
        })
        .collect();
    assert_eq!(
        Value::from(told),
        json!([
            ["done", "done", 0, "info", "approve"],
            ["already", "already", 0, "medium", "approve"],
            ["refused", "refused", 3, "critical", "approve"],
            ["stale", "stale", 4, "high", "approve"],
            ["failed", "failed", 1, items[4]["risk"], "approve"],
            ["missing", "failed", 1, null, "approve"],
        ])
    );
    let keys = [
        "name",
        "uid",
        "fingerprint",
        "decision",
        "outcome",
        "detail",
        "exitCode",
        "risk",
        "findings",
    ];
    for item in items {
        let known: Vec<&String> = item.as_object().expect("an object").keys().collect();
        assert_eq!(known, keys);
    }
    assert_eq!(items[0]["fingerprint"], seen);
    assert_eq!(
        items[0]["uid"],
        server.object("done").expect("stored")["metadata"]["uid"]
    );
    assert_eq!(items[0]["detail"], Value::Null);
    assert_eq!(
        items[2]["findings"][0]["rule"],
        "subject-kubeadm-cluster-admins"
    );
    assert_eq!(items[5]["detail"], "there is no CSR \"missing\"");
    assert_eq!(items[5]["findings"], json!([]));
    // Lines are for people; what went wrong is told to them too.
    output
        .stdout_lacks(&[RESOURCE])
        .stderr_has(&[
            "error: refused: refused: ",
            "error: stale: stale: ",
            "error: failed: ",
            "error: missing: ",
        ])
        .stderr_lacks(&["error: done", "error: already", "Get the certificate"]);
    let none = env
        .tool(["deny", "-l", "x", "--yes", "-o", "json"])
        .run()
        .code(0);
    assert_eq!(none.json()["items"], json!([]));
    none.stderr("Context test, server http://[SERVER], user reviewer\n");
    let asked = env.tool(["approve", "stale", "-o", "json"]).run().code(2);
    assert_eq!(asked.json()["items"][0]["outcome"], "no terminal");
    asked.stderr_has(&["there is no terminal"]);
}

#[test]
fn the_server_can_forbid_it_in_two_ways() {
    let server = ApiServer::with([info("a"), high("b")]);
    server.forbid_signer("kubernetes.io/kubelet-serving");
    server.fault(
        On::put("a").times(2),
        Fault::Refuse(403, "Forbidden", "certificatesigningrequests.certificates.k8s.io \"a\" is forbidden: User \"reviewer\" cannot update resource \"certificatesigningrequests/approval\""),
    );
    let env = Env::with(&server);
    let parts = [
        "error: a: not allowed to decide about the CSR \"a\": User \"reviewer\" cannot update resource \"certificatesigningrequests/approval\"\n\
         hint: It takes a ClusterRole with the rule: apiGroups: [\"certificates.k8s.io\"], resources: [\"certificatesigningrequests/approval\"], verbs: [\"update\"].\n",
        "error: b: not allowed to decide about the CSR \"b\": user not permitted to approve requests with signerName \"kubernetes.io/kubelet-serving\"\n\
         hint: It takes a ClusterRole with the rule: apiGroups: [\"certificates.k8s.io\"], resources: [\"signers\"], verbs: [\"approve\"], resourceNames: [\"kubernetes.io/kubelet-serving\"].\n",
    ];
    let words = ["a", "b", "--max-risk", "high"];
    assert_eq!(yes(&env, &words, 1, &parts), "");
    assert_eq!(server.writes().len(), 2);
    yes(
        &env,
        &["a", "b", "--max-risk", "high", "--dry-run=server"],
        1,
        &parts,
    );
    assert_eq!(server.conditions("b"), [""; 0]);
}

#[test]
fn a_name_is_told_in_a_shell_only_if_it_is_named() {
    let named = |name: &str| info("x").metadata("name", json!(name));
    let server = ApiServer::with([named("csr-1:a.b_C"), named("$(id)"), named("-x")]);
    let env = Env::with(&server);
    let line = |name: &str| {
        format!(
            "Get the certificate: kubectl get csr {name} -o jsonpath='{{.status.certificate}}' | base64 -d\n"
        )
    };
    yes(
        &env,
        &["csr-1:a.b_C", "--max-risk=high"],
        0,
        &[&line("csr-1:a.b_C")],
    );
    yes(&env, &["$(id)", "--max-risk=high"], 0, &[&line("NAME")]);
    yes(&env, &["--max-risk=high", "--", "-x"], 0, &[&line("NAME")]);
}

#[test]
fn expectations_bind_names() {
    let objects = [info("a=b"), info("c")];
    let server = ApiServer::with(objects);
    let env = Env::with(&server);
    let (first, second) = (fingerprint(&env, "a=b"), fingerprint(&env, "c"));
    let crossed = [format!("a=b={second}"), format!("c={first}")];
    let words = ["a=b", "c", "--expect", &crossed[0], "--expect", &crossed[1]];
    assert_eq!(yes(&env, &words, 4, &["a=b: stale: ", "c: stale: "]), "");
    for (words, part) in [
        (
            &["c", "--expect", "sha256:00"][..],
            "does not end in a fingerprint",
        ),
        (&["c", "a=b", "--expect", OTHER], "goes with a single CSR"),
        (&["--all", "--expect", OTHER], "goes with a single CSR"),
        (&["c", "--expect", &crossed[0]], "--expect names \"a=b\""),
    ] {
        assert_eq!(yes(&env, words, 2, &["error: ", part]), "");
    }
    assert_eq!(server.writes().len(), 0);
    let right = [format!("a=b={first}"), format!("c={second}")];
    let words = [
        "a=b",
        "c",
        "--expect",
        &right[0],
        "--expect",
        &right[1],
        "--max-risk=high",
    ];
    assert_eq!(
        yes(&env, &words, 0, &[]),
        ["a=b", "c"].map(approved).concat()
    );
}
