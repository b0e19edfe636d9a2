//! Decisions by rule: what a policy can say, and what it lets through.

#[path = "policy/remarks.rs"]
mod remarks;
#[path = "policy/schema.rs"]
mod schema;
#[path = "policy/tested.rs"]
mod tested;
#[path = "policy/tied.rs"]
mod tied;
#[path = "policy/unknown.rs"]
mod unknown;
#[path = "policy/worked.rs"]
mod worked;

use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, info, medium, unreviewable};
use crate::support::env::Env;
use crate::support::pty::Session;
use crate::support::request::{CsrObject, RequestBuilder};

/// A policy of these rules, which are YAML.
fn policy(rules: &str) -> String {
    format!("apiVersion: csr-review/v1\nkind: Policy\nrules:\n{rules}")
}

const OWN: &str = "\
- name: own
  match: {signers: [kubernetes.io/kube-apiserver-client]}
  require: {userIsRequestor: true}
  then: approve
  reason: OwnRenewal
  message: '{user} by {requestor}: {rule}, {risk}'
";

#[track_caller]
fn is_no_policy(env: &Env, text: &str, why: &str) {
    env.file("p.yaml", text);
    let run = env.tool(["policy", "check", "p.yaml"]).run();
    run.code(1).stdout("").stderr_has(&["error: p.yaml", why]);
}

#[test]
fn the_texts_of_conditions_are_read_at_once() {
    let env = Env::new();
    let rule = |text: &str| policy(&format!("- name: a\n  then: approve\n{text}"));
    for (text, why) in [
        (rule("  message: '{nobody}'\n"), "there is no {nobody}"),
        (rule("  message: 'a } b'\n"), "a brace stands alone"),
        (rule("  reason: 'two words'\n"), "a reason is a word"),
        (
            rule("  otherwiseReason: No\n"),
            "p.yaml:6:20: is for the condition Denied, and takes otherwise: deny",
        ),
        (
            rule("  otherwise: deny\n  otherwiseMessage: '{nobody}'\n"),
            "there is no {nobody}",
        ),
    ] {
        is_no_policy(&env, &text, why);
    }
}

#[test]
fn what_is_no_policy_is_told_with_its_place() {
    let env = Env::new();
    let rule = |text: &str| policy(&format!("- name: a\n  then: approve\n{text}"));
    for (text, why) in [
        (String::new(), "p.yaml"),
        ("kind: [".to_owned(), "p.yaml:"),
        ("kind: Policy\n".to_owned(), "apiVersion"),
        (
            policy("").replace("rules:\n", "rules: []\n"),
            "p.yaml:3:8: a policy has at least one rule",
        ),
        (
            policy(OWN).replace("csr-review/v1", "csr-review/v2"),
            "p.yaml:1:13: apiVersion has to be csr-review/v1",
        ),
        (
            policy(OWN).replace("kind: Policy", "kind: Pod"),
            "p.yaml:2:7: kind has to be Policy",
        ),
        (
            policy(&OWN.repeat(2)),
            "p.yaml:10:9: there is another rule \"own\"",
        ),
        (rule("  requires: {}\n"), "p.yaml:6:3: "),
        (rule("  then: deny\n"), "p.yaml:6:3: "),
        (rule("  match: {signer: [a]}\n"), "p.yaml:6:11: "),
        (
            policy("- name: a\n  then: perhaps\n"),
            "p.yaml:5:9: has to be approve, deny or ask",
        ),
        (
            policy("- name: 'a b'\n  then: ask\n"),
            "p.yaml:4:9: a rule's name is",
        ),
        (
            rule("  otherwise: approve\n"),
            "p.yaml:6:14: what fails a requirement is not approved",
        ),
        (
            rule("  match: {signers: []}\n"),
            "p.yaml:6:20: an empty list matches nothing",
        ),
        (
            rule("  match: {signers: ['a\\b']}\n"),
            "p.yaml:6:21: a backslash stands only before",
        ),
        (
            rule("  require: {dnsNames: ['a..b']}\n"),
            "an empty pattern matches nothing",
        ),
        (
            rule("  require: {ipAddresses: [10.0.0.0/8, 10.1.0.0/16]}\n"),
            "p.yaml:6:39: 10.1.0.0/16 overlaps 10.0.0.0/8",
        ),
        (
            rule("  require: {ipAddresses: [10.0.0.1/8]}\n"),
            "has bits behind its prefix; 10.0.0.0/8 is meant?",
        ),
        (
            rule("  require: {ipAddresses: [ten]}\n"),
            "\"ten\" is no network",
        ),
        (
            rule("  require: {usages: {exactly: [client]}}\n"),
            "\"client\" is no usage that Kubernetes knows",
        ),
        (
            rule("  require: {groups: {exactly: [a], within: [b]}}\n"),
            "takes one of exactly, exactlyOneOf and within",
        ),
        (rule("  require: {groups: {}}\n"), "takes one of exactly"),
        (
            rule("  require: {maxExpiration: 1y}\n"),
            "\"1y\" is no duration",
        ),
        (
            rule("  require: {maxExpiration: '+1h'}\n"),
            "\"+1h\" is no duration",
        ),
        (rule("  require: {keys: [RSA-512]}\n"), "has to be P-256"),
        (rule("  require: {userIsRequestor: no}\n"), "p.yaml:6:"),
        (
            rule("  require: {findings: {maxRisk: critical}}\n"),
            "a critical finding passes by its own name",
        ),
        (
            rule("  require: {findings: {accept: [no-such-rule]}}\n"),
            "there is no rule \"no-such-rule\"",
        ),
        ("a: &a [*a]\n".to_owned(), "p.yaml"),
    ] {
        is_no_policy(&env, &text, why);
    }
    env.file("p.yaml", b"\xff");
    let run = env.tool(["policy", "check", "p.yaml"]).run();
    run.code(1).stdout("").stderr_has(&["is not a text"]);
}

#[test]
fn with_yes_it_approves_what_it_approves_and_nothing_else() {
    let foreign = medium("foreign").signer("example.com/x");
    let server = ApiServer::with([
        info("own"),
        medium("other"),
        critical("evil"),
        unreviewable("odd"),
        foreign,
    ]);
    let env = Env::with(&server);
    env.file("p.yaml", policy(OWN));
    env.tool(["approve", "--all", "--yes", "--policy", "p.yaml"])
        .run()
        .code(3)
        .stdout(&approved("own"))
        .stderr_has(&[
            "\n  policy own: approve\n",
            "\n  policy: no rule matches\n",
            "error: other: refused: it fails the policy's rule own: require.userIsRequestor (newcomer)\n",
            "error: evil: refused: it fails the policy's rule own: require.findings (subject-kubeadm-cluster-admins \
             (critical); requestor-group-escalation (high))\n"
                .replace("; ", ", ")
                .as_str(),
            "error: odd: refused: it fails the policy's rule own: ",
            "error: foreign: refused: no rule of the policy matches it\n",
        ]);
    let [write] = server.writes().try_into().expect("one write");
    let condition = &write.json()["status"]["conditions"][0];
    assert_eq!(condition["reason"], "OwnRenewal");
    assert_eq!(condition["message"], "jane by jane: own, info");
    // It needs --yes, and excludes what would weaken it.
    for words in [
        &["approve", "own", "--policy", "p.yaml"][..],
        &[
            "approve",
            "own",
            "--yes",
            "--policy",
            "p.yaml",
            "--max-risk=high",
        ],
        &[
            "approve",
            "own",
            "--yes",
            "--policy",
            "p.yaml",
            "--accept=key-known-weak",
        ],
    ] {
        env.tool(words)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["error: "]);
    }
    // A policy that cannot be read decides nothing.
    env.file("p.yaml", "kind: Policy");
    env.tool(["approve", "other", "--yes", "--policy", "p.yaml"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&["hint: Nothing was decided."]);
    assert_eq!(server.writes().len(), 1);
}

/// What `then` and `otherwise` write into the conditions, each with texts of its own.
#[test]
fn a_denial_has_a_text_of_its_own() {
    let rule = format!("{OWN}  otherwise: deny\n");
    let texts = "  otherwiseReason: NotYours\n  otherwiseMessage: '{user} is not {requestor}: {rule}, {risk}'\n";
    for (rule, reason, message) in [
        (
            rule.clone(),
            "CSRReviewDenied",
            "by rule own at risk medium: fails require.userIsRequestor (newcomer); fingerprint sha256:",
        ),
        (
            format!("{rule}{texts}"),
            "NotYours",
            "newcomer is not kubernetes-admin: own, medium",
        ),
    ] {
        let server = ApiServer::with([info("own"), medium("other")]);
        let env = Env::with(&server);
        env.file("p.yaml", policy(&rule));
        env.tool(["review", "--policy", "p.yaml"])
            .run()
            .code(0)
            .stdout_has(&[&denied("other"), &approved("own")])
            .stderr_has(&["policy own: deny, for it fails require.userIsRequestor (newcomer)"]);
        let condition = |name: &str| {
            let object = server.object(name).expect("stored");
            object["status"]["conditions"][0].clone()
        };
        let denied = condition("other");
        assert_eq!(denied["type"], "Denied");
        assert_eq!(denied["reason"], reason);
        let text = denied["message"].as_str().expect("a text");
        assert!(text.contains(message), "{text}");
        assert!(!text.to_lowercase().contains("approved"), "{text}");
        assert_eq!(condition("own")["message"], "jane by jane: own, info");
    }
}

#[test]
fn a_critical_finding_passes_by_name_in_a_rule_that_names_who_and_where() {
    let accept = "  require:
    userIsRequestor: true
    findings: {accept: [subject-kubeadm-cluster-admins, requestor-group-escalation]}
  then: approve
";
    let matches = [
        ("", 3),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client]}\n",
            3,
        ),
        ("  match: {requestor: {users: [mallory]}}\n", 3),
        (
            "  match: {signers: ['*'], requestor: {users: [mallory]}}\n",
            3,
        ),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {users: ['*']}}\n",
            3,
        ),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {users: [mallory]}}\n",
            0,
        ),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {groups: ['platform*', dev]}}\n",
            0,
        ),
        // These groups have every user.
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {groups: ['system:auth*']}}\n",
            3,
        ),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {groups: [platform, 'system:authenticated']}}\n",
            3,
        ),
        (
            "  match: {signers: [kubernetes.io/kube-apiserver-client], requestor: {users: [mallory], groups: ['system:authenticated']}}\n",
            0,
        ),
    ];
    for (matching, code) in matches {
        let groups = ["platform", "system:authenticated"];
        let server = ApiServer::with([critical("evil").requestor("mallory", &groups)]);
        let env = Env::with(&server);
        env.file("p.yaml", policy(&format!("- name: a\n{matching}{accept}")));
        let run = env
            .tool(["approve", "evil", "--yes", "--policy", "p.yaml"])
            .run();
        let run = run.code(code).stdout_has(&[""]);
        let told = if code == 0 {
            "policy a: approve"
        } else {
            "(critical)"
        };
        let _ = run.stderr_has(&[told]);
        assert_eq!(server.writes().len(), usize::from(code == 0), "{matching}");
    }
}

#[test]
fn a_review_asks_about_what_the_policy_leaves() {
    let deny = "- name: no-evil\n  match: {requestor: {users: [mallory]}}\n  then: deny\n  reason: NotYou\n";
    let server = ApiServer::with([info("own"), medium("other"), critical("evil")]);
    let env = Env::with(&server);
    env.file("p.yaml", policy(&format!("{deny}{OWN}")));
    // Nobody is there to be asked: what the policy leaves is refused.
    env.tool(["review", "--policy", "p.yaml"])
        .run()
        .code(3)
        .stdout_has(&[&denied("evil"), &approved("own")])
        .stderr_has(&["error: other: refused: it fails the policy's rule own: require.userIsRequestor (newcomer)"]);
    assert_eq!(server.conditions("evil"), ["Denied"]);
    assert_eq!(
        server.object("evil").expect("stored")["status"]["conditions"][0]["reason"],
        "NotYou"
    );
    assert_eq!(server.conditions("other"), Vec::<String>::new());
    let mut session = Session::start(
        &env.tool(["review", "--policy", "p.yaml"])
            .var("NO_COLOR", "1"),
    );
    let question = "a)pprove d)eny s)kip v)iew raw q)uit ?: ";
    session
        .expect("[1 of 1]")
        .expect("CSR other")
        .expect(question);
    session.send_line("a");
    session.expect("Approve other? [y/N]: ").send_line("y");
    let _ = session.end().code(0);
    assert_eq!(server.conditions("other"), ["Approved"]);
}

#[test]
fn a_trace_says_why() {
    let evil = "x\u{1b}[2J\u{202e}";
    let request = RequestBuilder::user(evil).key_of("b");
    let hostile = CsrObject::new("b", request.pem()).requestor("jane", &["dev"]);
    let server = ApiServer::with([info("a"), hostile]);
    let env = Env::with(&server);
    let other = "- name: nodes\n  match: {signers: ['kubernetes.io/kubelet-*']}\n  then: ask\n";
    env.file("p.yaml", policy(&format!("{other}{OWN}")));
    env.tool(["policy", "explain", "p.yaml", "a"])
        .run()
        .code(0)
        .quiet()
        .stdout(
            "a: approve\n  \
           rule nodes: does not match\n    \
             fails match.signers: kubernetes.io/kube-apiserver-client\n  \
           rule own: matches\n    \
             holds match.signers: kubernetes.io/kube-apiserver-client\n    \
             holds require.userIsRequestor: jane\n    \
             holds require.findings\n",
        );
    let output = env
        .tool(["policy", "explain", "p.yaml", "b"])
        .run()
        .code(0)
        .quiet();
    assert!(
        !output.raw_stdout().contains(['\u{1b}', '\u{202e}']),
        "{output}"
    );
    let output = env
        .tool(["policy", "explain", "p.yaml", "--all", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    assert_eq!(json["kind"], "PolicyTraceList");
    assert_eq!(json["items"][0]["action"], "approve");
    assert_eq!(json["items"][0]["trace"][0]["matches"], false);
    env.tool(["policy", "explain", "p.yaml", "none"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&["there is no CSR \"none\""]);
}

/// Whom a decision goes back to stands in the record.
#[test]
fn a_record_names_the_rule_that_decided() {
    let server = ApiServer::with([info("own"), medium("other")]);
    let env = Env::with(&server);
    env.file("p.yaml", policy(OWN));
    let words = ["review", "--policy", "p.yaml", "--record", "record.jsonl"];
    env.tool(words)
        .run()
        .code(3)
        .stdout(&approved("own"))
        .stderr_has(&["other: refused"]);
    let record = std::fs::read_to_string(env.work().join("record.jsonl")).expect("a record");
    let lines: Vec<serde_json::Value> = record
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                &line["name"],
                &line["phase"],
                &line["ground"],
                &line["policyRule"],
                &line["outcome"],
            )
        })
        .map(|(name, phase, ground, rule, outcome)| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
            [
                text(name),
                text(phase),
                text(ground),
                text(rule),
                text(outcome),
            ]
            .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "own intent policy own -",
            "own result policy own done",
            "other outcome - - refused",
        ]
    );
}
