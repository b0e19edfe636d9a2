//! What `doctor` warns of.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{CLIENT, allow_nodeclient, checks, diagnosis, told, well, wrong};
use crate::support::apiserver::{ApiServer, Who};
use crate::support::env::Env;
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, service_account, user,
};
use crate::support::request::CsrObject;

#[test]
fn clocks_that_differ_are_told() {
    for (ahead, words) in [
        (50, None),
        (-50, None),
        (130, Some("this machine's clock is 2m")),
        (-130, Some("ahead of the server's: ages are unreliable")),
    ] {
        let server = well();
        server.clock_ahead(SignedDuration::from_secs(ahead));
        let found = diagnosis(&Env::with(&server), 0);
        let clock = checks(&found, "clock")[0];
        let message = clock["message"].as_str().expect("text");
        match words {
            None => assert_eq!(clock["result"], "ok", "{message}"),
            Some(words) => {
                assert_eq!(clock["result"], "warn", "{message}");
                assert!(message.contains(words), "{message}");
            }
        }
    }
}

#[test]
fn anonymous_requests_are_critical() {
    // As the server says, and as RBAC shows.
    let asked = well();
    asked.access(|spec| {
        spec["user"] == "system:anonymous"
            && spec["groups"] == json!(["system:unauthenticated"])
            && spec["resourceAttributes"]["resource"] == "certificatesigningrequests"
    });
    let shown = well();
    shown.forbid("subjectaccessreviews");
    let rule = csr_rule(&["create"], &["certificatesigningrequests"]);
    shown.hold(cluster_role("open", &[rule]));
    shown.hold(cluster_role_binding(
        "open",
        "open",
        &[group("system:unauthenticated")],
    ));
    for server in [asked, shown] {
        let found = diagnosis(&Env::with(&server), 0);
        let anonymous = checks(&found, "anonymous")[0];
        assert_eq!(anonymous["result"], "warn", "{anonymous}");
        assert_eq!(anonymous["critical"], true);
    }
}

#[test]
fn wide_grants_of_nodeclient_are_critical() {
    let server = well();
    let subjects = [
        group("system:authenticated"),
        group("system:bootstrappers-of-mine"),
        user("system:bootstrappers:me"),
        service_account("ci", "default"),
    ];
    for (index, subject) in subjects.iter().enumerate() {
        allow_nodeclient(&server, &format!("wide-{index}"), subject);
    }
    let env = Env::with(&server);
    let found = diagnosis(&env, 0);
    let mut holders: Vec<_> = wrong(&found)
        .into_iter()
        .map(|(_, _, holder)| holder)
        .collect();
    holders.sort();
    assert_eq!(
        holders,
        [
            "Group system:authenticated",
            "Group system:bootstrappers-of-mine",
            "ServiceAccount ci/default",
            "User system:bootstrappers:me",
        ]
    );
    let critical = |check: &&Value| check["critical"] == true;
    assert_eq!(
        checks(&found, "node-autoapproval")
            .iter()
            .filter(|check| critical(check))
            .count(),
        4
    );
    let output = env.tool(["doctor"]).run().code(0).quiet();
    let _ = output.stdout_has(&[
        "critical: gets a client certificate of any node",
        "ClusterRoleBinding wide-0",
    ]);
}

#[test]
fn approvers_without_a_person_are_told() {
    let server = well();
    server.git_version("v1.31.0+k0s.0");
    let rules = [
        csr_rule(&["approve"], &["signers"]),
        csr_rule(&["update"], &["certificatesigningrequests/approval"]),
    ];
    server.hold(cluster_role("bot", &rules));
    let bot = service_account("kube-system", "kubelet-csr-approver");
    let controller = service_account("kube-system", "certificate-controller");
    server.hold(cluster_role_binding(
        "bot",
        "bot",
        &[bot, user("jane"), controller],
    ));
    let found = diagnosis(&Env::with(&server), 0);
    assert_eq!(
        wrong(&found),
        told(&[
            (
                "approvers",
                "warn",
                "ServiceAccount kube-system/certificate-controller"
            ),
            (
                "approvers",
                "warn",
                "ServiceAccount kube-system/kubelet-csr-approver"
            ),
            ("approvers", "warn", "the distribution"),
        ])
    );
}

#[test]
fn what_cannot_be_read_of_rbac_is_not_taken_for_absent() {
    let server = well();
    server.hold(json!({"kind": "ClusterRoleBinding", "metadata": {"name": "odd"}, "roleRef": 7}));
    let found = diagnosis(&Env::with(&server), 0);
    assert_eq!(
        wrong(&found),
        told(&[
            ("node-autoapproval", "unknown", ""),
            ("approvers", "unknown", "")
        ])
    );
}

#[test]
fn hostile_names_move_nothing() {
    const HOSTILE: &str = "\u{1b}[2J\r\n\t\u{9b}31m\u{202e}\u{200b}\" \\ok   server";
    let server = well();
    server.add(CsrObject::own_renewal(&format!("n{HOSTILE}"), "x").signer(&format!("s/{HOSTILE}")));
    server.git_version(HOSTILE);
    let groups = vec![HOSTILE.to_owned()];
    server.who(Who::User(HOSTILE.to_owned(), groups));
    allow_nodeclient(&server, HOSTILE, &user(HOSTILE));
    server.own_access(|attributes| {
        attributes["resource"] != "signers" || attributes["name"] == CLIENT
    });
    let env = Env::with(&server);
    for arguments in [&["doctor"][..], &["doctor", "-o", "json"]] {
        let output = env.tool(arguments).run().code(0).quiet();
        let moves = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
        let text = output.raw_stdout();
        assert!(!text.chars().any(moves), "{text:?}");
        let forged = text.lines().any(|line| line.starts_with("ok   server"));
        assert!(!forged, "{text}");
    }
    let found = diagnosis(&env, 0);
    let signer = format!("s/{HOSTILE}");
    assert!(wrong(&found).contains(&("signer".into(), "warn".into(), signer.clone())));
    let role = found["clusterRole"].to_string();
    assert!(!role.contains("s/"), "{role}");
}

#[test]
fn a_server_that_could_be_anyone_is_told() {
    let server = ApiServer::start_tls();
    server.access(|_| false);
    let env = Env::with(&server);
    assert_eq!(wrong(&diagnosis(&env, 0)), []);
    let flag = "--insecure-skip-tls-verify";
    let output = env.tool(["doctor", flag]).run();
    let _ = output.code(0).quiet().stdout_has(&["warn     connection"]);
}
