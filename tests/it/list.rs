//! `list`: what is pending, riskiest first.

use serde_json::json;

use crate::support::apiserver::ApiServer;
use crate::support::cases::{RESOURCE, critical, high, info, medium, unreviewable};
use crate::support::env::{Env, first_words};
use crate::support::request::CsrObject;

/// One of each risk, and one that is decided; stored in no helpful order.
fn every_risk() -> ApiServer {
    ApiServer::with([
        info("a-info"),
        medium("b-medium").label("team", "x"),
        high("c-high").label("team", "y"),
        critical("d-critical"),
        critical("b-critical").label("team", "x"),
        unreviewable("c-unreviewable"),
        critical("z-done").denied(),
    ])
}

#[test]
fn the_riskiest_come_first_and_then_the_names() {
    let server = ApiServer::with([
        info("a").created_ago(std::time::Duration::from_secs(3 * 3600 + 5)),
        critical("z"),
        unreviewable("y"),
    ]);
    let env = Env::with(&server);
    let output = env.tool(["list"]).run().code(0).quiet();
    let age = |line: &str| line.replace(" 3h ", " AGE ");
    let lines: Vec<String> = output.raw_stdout().lines().map(age).collect();
    let cells = |line: &str| {
        let cells = line.split("   ").map(str::trim);
        let mut cells: Vec<String> = cells.filter(|c| !c.is_empty()).map(str::to_owned).collect();
        // The age of the others grows with the calendar.
        if let Some(cell) = cells.get_mut(7) {
            "AGE".clone_into(cell);
        }
        cells.join("|")
    };
    let rows: Vec<String> = lines.iter().map(|line| cells(line)).collect();
    let usages = "digital signature, key encipherment, client auth";
    let signer = "kubernetes.io/kube-apiserver-client";
    assert_eq!(
        rows,
        [
            "NAME|RISK|USER|GROUPS|REQUESTOR|USAGES|SIGNERNAME|AGE|CONDITION".to_owned(),
            format!("y|critical, unreviewable|jane|<none>|jane|{usages}|{signer}|AGE|Pending"),
            format!(
                "z|critical|mallory|kubeadm:cluster-admins|mallory|{usages}|{signer}|AGE|Pending"
            ),
            // It has waited for three hours, which is a finding.
            format!("a|medium|jane|dev|jane|{usages}|{signer}|AGE|Pending"),
        ]
    );
    assert!(lines[3].contains(" AGE "), "{}", lines[3]);
    let mut asked = server.lines();
    asked.sort();
    // Whether another authorizer allows it everything: one for each identity and requestor.
    let questions = asked.split_off(asked.len() - 4);
    let question = "POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
    assert_eq!(questions, [question; 4]);
    assert_eq!(
        asked,
        [
            "GET /api/v1/namespaces/default/services/kubernetes",
            "GET /api/v1/nodes?limit=500",
            "GET /apis/certificates.k8s.io/v1/certificatesigningrequests?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/clusterroles?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/rolebindings?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/roles?limit=500",
            "POST /apis/authentication.k8s.io/v1/selfsubjectreviews",
        ]
    );
}

#[test]
fn only_pending_ones_unless_all_are_asked_for() {
    let server = every_risk();
    server.add(info("e-approved").approved().certificate("PEM"));
    server.add(info("e-failed").failed());
    server.add(info("e-odd").condition("Ready", "Whatever", ""));
    let env = Env::with(&server);
    let pending = [
        "b-critical",
        "c-unreviewable",
        "d-critical",
        "c-high",
        "b-medium",
        "a-info",
    ];
    let some = env.listed(&[]);
    assert!(
        some.iter()
            .filter(|name| !name.starts_with('e'))
            .eq(pending),
        "{some:?}"
    );
    // Who has no verdict yet waits for one, whatever else is said about it.
    for name in ["e-failed", "e-odd"] {
        assert!(some.iter().any(|known| known == name), "{some:?}");
    }
    let all = env.listed(&["--all"]);
    assert_eq!(all.len(), 10, "{all:?}");
    let output = env.tool(["list", "--all"]).run().code(0).quiet();
    let ends = |name: &str, condition: &str| {
        let mut lines = output.raw_stdout().lines();
        lines.any(|line| line.starts_with(name) && line.ends_with(condition))
    };
    assert!(ends("e-approved ", " Approved,Issued"));
    assert!(ends("e-failed ", " Pending,Failed"), "{output}");
    assert!(ends("z-done ", " Denied"));
}

#[test]
fn filters_pick() {
    let server = every_risk();
    let env = Env::with(&server);
    let cases: [(&[&str], &[&str]); 12] = [
        (&["-l", "team=x"], &["b-critical", "b-medium"]),
        (&["--selector", "team,team!=x"], &["c-high"]),
        (&["--signer", "kubernetes.io/kubelet-serving"], &["c-high"]),
        (&["--signer", "kubernetes.io/kubelet"], &[]),
        (&["--field-selector", "metadata.name=a-info"], &["a-info"]),
        (
            &[
                "--field-selector",
                "metadata.name=c-high",
                "--signer",
                "kubernetes.io/kube-apiserver-client",
            ],
            &[],
        ),
        (&["--requestor", "kubernetes-admin"], &["b-medium"]),
        (&["--requestor", "kubernetes"], &[]),
        (
            &["--min-risk", "high"],
            &["b-critical", "c-unreviewable", "d-critical", "c-high"],
        ),
        (&["--min-risk=critical", "-l", "team"], &["b-critical"]),
        (
            &["--all", "--requestor=mallory", "-l", "!team"],
            &["d-critical", "z-done"],
        ),
        (
            &["--min-risk", "none", "--requestor", "jane"],
            &["c-unreviewable", "a-info"],
        ),
    ];
    for (arguments, expected) in cases {
        let arguments: Vec<&str> = ["list", "--no-headers"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let output = env.tool(&arguments).run().code(0);
        assert_eq!(first_words(output.raw_stdout()), expected, "{output}");
        let nothing = if expected.is_empty() {
            "No resources found\n"
        } else {
            ""
        };
        output.stderr(nothing);
    }
    let asked = |part: &str| server.lines().iter().any(|line| line.contains(part));
    assert!(asked("labelSelector=team%2Cteam%21%3Dx"));
    assert!(asked(
        "fieldSelector=metadata.name%3Dc-high%2Cspec.signerName%3Dkubernetes.io%2Fkube-apiserver-client"
    ));
}

#[test]
fn names_are_looked_up_one_by_one() {
    let server = every_risk();
    server.add(info("a b/c").metadata("name", json!("ä b%2f?#&=")));
    let env = Env::with(&server);
    let lookup = |argument: &str| env.listed(&[argument, "z-done"]);
    for argument in [
        "a-info",
        "csr/a-info",
        "CertificateSigningRequests/a-info",
        "certificatesigningrequest.certificates.k8s.io/a-info",
    ] {
        // Who is named is shown, decided or not.
        assert_eq!(lookup(argument), ["z-done", "a-info"], "{argument}");
    }
    assert_eq!(env.listed(&["ä b%2f?#&="]), ["ä"]);
    let encoded = |line: &String| line.ends_with("/%C3%A4%20b%252f%3F%23%26%3D");
    assert!(server.lines().iter().any(encoded), "{:?}", server.lines());
    for (argument, part) in [
        (
            "pod/a",
            "error: \"pod\" is not a CertificateSigningRequest\n",
        ),
        ("csr/a/b", "error: \"a/b\" cannot be the name of a CSR\n"),
        ("..", "error: \"..\" cannot be the name of a CSR\n"),
    ] {
        env.tool(["list", argument])
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&[part]);
    }
    env.tool(["list", "a-info", "--all"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["cannot be used with"]);
}

#[test]
fn every_format_has_every_csr() {
    let server = every_risk();
    let env = Env::with(&server);
    let list = |format: &str| {
        env.tool(["list", "--min-risk", "medium", "-o", format])
            .run()
            .code(0)
            .quiet()
    };
    let order = [
        "b-critical",
        "c-unreviewable",
        "d-critical",
        "c-high",
        "b-medium",
    ];
    let wide = list("wide");
    let mut lines = wide.raw_stdout().lines();
    let titles: Vec<&str> = lines.next().expect("titles").split_whitespace().collect();
    assert_eq!(
        titles[8..],
        ["CONDITION", "REQUESTEDDURATION", "KEY", "SANS", "FINDINGS"]
    );
    let serving = lines
        .find(|line| line.starts_with("c-high "))
        .expect("a line");
    let cells: Vec<&str> = serving
        .split("  ")
        .map(str::trim)
        .filter(|c| !c.is_empty())
        .collect();
    assert_eq!(
        cells[9..],
        ["<none>", "P-256", "node-1,10.0.0.7", "node-unknown"]
    );
    let plain = order.map(|name| format!("{RESOURCE}/{name}\n")).concat();
    list("name").stdout(&plain);
    let json = list("json").json();
    let named: Vec<_> = json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| &item["name"])
        .collect();
    assert_eq!(named, order);
    let yaml = list("yaml");
    let value: serde_json::Value = serde_saphyr::from_str(yaml.raw_stdout()).expect("YAML");
    assert_eq!(value, json);
    // What one format prints, another command takes.
    env.tool(["show", &format!("{RESOURCE}/c-high")])
        .run()
        .code(0)
        .stdout_has(&["CSR c-high"])
        .quiet();
    env.tool(["list", "-o", "xml"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["possible values: table, wide, json, yaml, name"]);
}

#[test]
fn nothing_there_is_said_on_standard_error() {
    let server = ApiServer::start();
    let env = Env::with(&server);
    for format in ["table", "wide"] {
        let run = env.tool(["list", "-o", format]).run();
        run.code(0).stdout("").stderr("No resources found\n");
    }
    env.tool(["list", "-o", "name"])
        .run()
        .code(0)
        .stdout("")
        .quiet();
    let list = "{\n  \"apiVersion\": \"csr-review/v1\",\n  \"kind\": \"ReviewList\",\n  \"items\": [],\n  \"unreadable\": [],\n  \"notChecked\": [\n    {\n      \"what\": \"known-compromised keys\",\n      \"why\": null,\n      \"remedy\": null\n    }\n  ]\n}\n";
    env.tool(["list", "-o", "json"])
        .run()
        .code(0)
        .stdout(list)
        .quiet();
    env.tool(["list", "--fail-on", "none"])
        .run()
        .code(0)
        .stdout("")
        .stderr("No resources found\n");
}

#[test]
fn a_gate_trips_on_risk() {
    let server = ApiServer::with([info("a"), medium("b"), high("c").denied()]);
    let env = Env::with(&server);
    let fails = |arguments: &[&str], code: i32| {
        let all = ["list", "-o", "name"].iter().chain(arguments);
        let output = env.tool(all).run();
        output.code(code).stdout_has(&[RESOURCE]).quiet();
    };
    for (limit, code) in [
        ("critical", 0),
        ("high", 0),
        ("medium", 3),
        ("low", 3),
        ("none", 3),
    ] {
        fails(&["--fail-on", limit], code);
    }
    fails(&["--fail-on", "high", "--all"], 3);
    fails(&["--fail-on", "medium", "a"], 0);
    fails(&["--fail-on", "medium", "--requestor", "jane"], 0);
}

#[test]
fn a_gate_trips_on_what_nobody_can_judge() {
    let env = |object: CsrObject| {
        let server = ApiServer::with([info("a"), object]);
        Env::with(&server)
    };
    let gate = ["list", "-o", "name", "--fail-on", "critical"];
    env(unreviewable("b"))
        .tool(gate)
        .run()
        .code(3)
        .stdout_has(&["/a\n", "/b\n"])
        .quiet();
    env(info("b").spec("request", json!("%%")))
        .tool(gate)
        .run()
        .code(3)
        .stdout(&format!("{RESOURCE}/a\n"))
        .stderr("error: b cannot be read as a CSR: spec.request is not base64: encode the PEM request with base64 -w 0, and copy it whole\n");
    // A CSR that is missing was asked for, and nobody knows what it is.
    env(info("b"))
        .tool(["list", "a", "z", "--fail-on", "critical", "-o", "name"])
        .run()
        .code(1)
        .stdout(&format!("{RESOURCE}/a\n"))
        .stderr("error: there is no CSR \"z\"\n");
}
