//! `--confirm`: what the API server itself says.

use std::collections::BTreeSet;

use super::*;

const ASKED: &str = "note: only subjects of bindings are asked about: whom another authorizer alone knows does not show\n";

/// The server's words for the rights that it has something to say about.
fn right(spec: &Value) -> String {
    let attributes = &spec["resourceAttributes"];
    let text = |field: &str| attributes[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(text("group"), "certificates.k8s.io");
    [
        text("verb"),
        text("resource"),
        text("subresource"),
        text("name"),
    ]
    .join(" ")
}

#[test]
fn the_server_knows_what_rbac_does_not() {
    let server = cluster(
        [
            allow(
                "r",
                &[approval(), signers(&[CLIENT, SERVING])],
                user("both"),
            ),
            allow(
                "s",
                &[approval(), signers(&[CLIENT, SERVING])],
                user("denied"),
            ),
            allow(
                "t",
                &[approval(), signers(&[CLIENT, SERVING])],
                user("partly"),
            ),
            allow("u", &[approval(), signers(&[CLIENT])], user("more")),
            allow("v", &[approval()], user("half")),
            allow("w", &[approval()], user("still half")),
        ]
        .concat(),
    );
    let update = "update certificatesigningrequests approval ";
    server.access(move |spec| {
        let right = right(spec);
        let writes = right == update;
        match spec["user"].as_str().expect("a user") {
            "" => spec["groups"][0] == "system:masters",
            "both" | "half" => writes || right == "approve signers  kubernetes.io/*",
            "partly" => writes || right == format!("approve signers  {CLIENT}"),
            "more" => writes || right.starts_with("approve signers  kubernetes.io/kube"),
            "still half" => writes,
            _ => false,
        }
    });
    let env = Env::with(&server);
    let words = [
        "who-can",
        "approve",
        "--signer",
        CLIENT,
        "--signer",
        SERVING,
        "--confirm",
    ];
    let output = env.tool(words).run().code(0);
    let two = format!("{CLIENT},{SERVING}");
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|SIGNERS|VIA|NOTES|SEEN",
            &format!("{MASTERS}|both"),
            &format!("User both|info|{two}|r|cannot see CSRs|both"),
            &format!("User denied|info|{two}|s|cannot see CSRs; the API server says no|disagree"),
            &format!("User half|info|{two}|v|no binding shows it|sar"),
            &format!(
                "User more|info|{two}|u|cannot see CSRs; no binding shows it for {SERVING}|sar"
            ),
            &format!(
                "User partly|info|{two}|t|cannot see CSRs; the API server says no for {SERVING}|disagree"
            ),
        ]
    );
    let _ = output.stderr(&format!("{ASKED}{PLUGIN}"));
    let output = env.tool([&words[..], &["-o", "json"]].concat()).run();
    let json = output.code(0).quiet().json();
    let seen: Vec<&str> = json["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["seenBy"].as_str().expect("a word"))
        .collect();
    assert_eq!(seen, ["both", "both", "disagree", "sar", "sar", "disagree"]);
    assert_eq!(
        json["items"][4]["signers"],
        json!([{"name": CLIENT, "seenBy": "both"}, {"name": SERVING, "seenBy": "sar"}])
    );
    assert_eq!(json["halves"][0]["subject"]["name"], "still half");
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn everybody_is_asked_about_with_the_groups_that_they_are_in() {
    let rules = [named(approval(), &["csr-1"]), signers(&[CLIENT])];
    let server = cluster(
        [
            allow("a", &rules, service_account("ops", "bot")),
            allow("b", &rules, group("dev")),
            allow("c", &rules, user("system:anonymous")),
        ]
        .concat(),
    );
    server.access(|_| false);
    let env = Env::with(&server);
    let output = env
        .tool(["who-can", "approve", "--signer", CLIENT, "--confirm"])
        .run()
        .code(0)
        .stdout_has(&["the API server says no", "disagree"])
        .stderr_has(&[ASKED]);
    drop(output);
    let asked: BTreeSet<String> = server
        .requests()
        .iter()
        .filter(|request| request.method == "POST")
        .map(|request| {
            let spec = request.json()["spec"].take();
            format!("{} {} {}", spec["user"], spec["groups"], right(&spec))
        })
        .collect();
    let expected: BTreeSet<String> = [
        (r#""" ["system:masters","system:authenticated"]"#, ""),
        (r#""" ["dev","system:authenticated"]"#, "csr-1"),
        (r#""system:anonymous" ["system:unauthenticated"]"#, "csr-1"),
        (
            r#""system:serviceaccount:ops:bot" ["system:serviceaccounts:ops","system:serviceaccounts","system:authenticated"]"#,
            "csr-1",
        ),
    ]
    .iter()
    .flat_map(|(who, name)| {
        ["update", "patch"]
            .map(|verb| format!("{who} {verb} certificatesigningrequests approval {name}"))
    })
    .collect();
    assert_eq!(asked, expected);
}

#[test]
fn creating_is_confirmed_too() {
    let create = csr_rule(&["create"], &["certificatesigningrequests"]);
    let server = cluster(allow("r", &[create], user("jane")));
    server.access(|spec| {
        assert_eq!(right(spec), "create certificatesigningrequests  ");
        let node = spec["user"]
            .as_str()
            .expect("a user")
            .starts_with("system:node:");
        node && spec["groups"][0] == "system:nodes" || spec["groups"][0] == "system:masters"
    });
    let env = Env::with(&server);
    let output = env.tool(["who-can", "create", "--confirm"]).run().code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|VIA|NOTES|SEEN",
            "Group system:masters|info|<none>|does not need a binding|both",
            "Group system:nodes|info|<none>|the Node authorizer allows it|both",
            "User jane|info|r|the API server says no|disagree",
        ]
    );
    let _ = output.stderr(ASKED);
}

/// What RBAC gives through a group that has a row of its own is no news of the server's.
#[test]
fn what_a_group_has_is_no_news() {
    let everybody = allow(
        "b",
        &[approval(), signers(&[SERVING])],
        group("system:authenticated"),
    );
    let jane = allow("a", &[signers(&[CLIENT])], user("jane"));
    let server = cluster([everybody, jane].concat());
    server.access(|_| true);
    let env = Env::with(&server);
    let output = env
        .tool([
            "who-can",
            "approve",
            "--signer",
            CLIENT,
            "--signer",
            SERVING,
            "--confirm",
        ])
        .run()
        .code(0)
        .stderr_has(&[ASKED]);
    let rows = rows(output.raw_stdout());
    assert!(
        rows[1].starts_with("Group system:authenticated|critical|"),
        "{output}"
    );
    let jane = rows.iter().find(|row| row.starts_with("User jane|"));
    assert!(
        jane.is_some_and(|row| row.contains(&format!("|{CLIENT}|")) && row.ends_with("|both")),
        "{output}"
    );
}

#[test]
fn whoever_may_not_ask_is_told_once() {
    let server = cluster(
        [
            allow("a", &[approval(), signers(&[CLIENT])], user("jane")),
            allow("b", &[approval(), signers(&[CLIENT])], user("joe")),
        ]
        .concat(),
    );
    server.forbid("subjectaccessreviews");
    let env = Env::with(&server);
    let output = env
        .tool(["who-can", "approve", "--signer", CLIENT, "--confirm"])
        .run()
        .code(1)
        .stderr(&format!(
            "{ASKED}{PLUGIN}error: not allowed to ask what others may do: User \"reviewer\" cannot create resource \
             \"subjectaccessreviews\" in API group \"authorization.k8s.io\" at the cluster scope\n\
             hint: It takes a ClusterRole with the rule: apiGroups: [\"authorization.k8s.io\"], resources: \
             [\"subjectaccessreviews\"], verbs: [\"create\"].\n"
        ));
    let rows = rows(output.raw_stdout());
    assert_eq!(rows.len(), 4);
    assert!(
        rows[1..].iter().all(|row| row.ends_with("|rbac")),
        "{output}"
    );
}
