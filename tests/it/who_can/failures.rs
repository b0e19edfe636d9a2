//! What goes wrong, and what tries to look like something else.

use super::*;
use crate::support::apiserver::{Fault, On};

#[test]
fn hostile_names_stay_where_they_are() {
    let bad = "x\u{1b}[2K\nUser admin\u{202e}   critical";
    let server = cluster(
        [
            allow(bad, &[approval(), signers(&[CLIENT])], user(bad)),
            allow(
                &format!("2{bad}"),
                &[named(approval(), &[bad]), signers(&[CLIENT])],
                group(bad),
            ),
            allow("half", &[approval()], service_account(bad, bad)),
            [
                cluster_role_binding(bad, &format!("3{bad}"), &[user("x")]),
                json!({
                    "kind": "ClusterRoleBinding", "metadata": {"name": bad},
                    "roleRef": {"kind": bad, "name": bad},
                }),
            ],
            allow(
                &format!("4{bad}"),
                &[rule(RBAC, &["escalate"], &["clusterroles"])],
                user("y"),
            ),
        ]
        .concat(),
    );
    let env = Env::with(&server);
    for format in ["table", "wide", "json"] {
        let output = env
            .tool([
                "who-can",
                "approve",
                "--signer",
                CLIENT,
                "--closure",
                "-o",
                format,
            ])
            .run()
            .code(1);
        for text in [output.raw_stdout(), output.raw_stderr()] {
            let moves = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.chars().any(moves), "{output}");
            assert!(
                !text.lines().any(|line| line.starts_with("User admin")),
                "{output}"
            );
        }
        if format == "json" {
            assert_eq!(output.json()["items"][2]["subject"]["name"], bad);
        } else {
            let _ = output.stdout_has(&["User \"x\\x1b[2K\\nUser admin\\u{202e}   critical\""]);
        }
    }
}

#[test]
fn half_of_rbac_is_no_answer() {
    let server = cluster(everything("r", user("jane")));
    let env = Env::with(&server);
    server.forbid("clusterrolebindings");
    let forbidden = |resource: &str| {
        format!(
            "error: not allowed to list {resource}: User \"reviewer\" cannot list resource \"{resource}\" in API \
             group \"{RBAC}\" at the cluster scope\nhint: It takes a ClusterRole with the rule: apiGroups: \
             [\"{RBAC}\"], resources: [\"{resource}\"], verbs: [\"list\"].\n"
        )
    };
    for action in ["approve", "sign", "create"] {
        env.tool(["who-can", action, "-o", "json"])
            .run()
            .code(1)
            .stdout("")
            .stderr(&forbidden("clusterrolebindings"));
    }
    server.forbid("clusterroles");
    env.tool(["who-can", "approve"])
        .run()
        .code(1)
        .stdout("")
        .stderr(&(forbidden("clusterroles") + &forbidden("clusterrolebindings")));
    // What namespaces hold matters to those who are one step away, and only to them.
    for resource in ["roles", "rolebindings"] {
        let server = cluster(everything("r", user("jane")));
        let env = Env::with(&server);
        server.forbid(resource);
        env.tool(["who-can", "approve", "--closure"])
            .run()
            .code(1)
            .stdout("")
            .stderr(&forbidden(resource));
        env.tool(["who-can", "approve"])
            .run()
            .code(0)
            .stdout_has(&["User jane"])
            .stderr_has(&[OTHERS]);
    }
    // A server that fails is told once.
    let server = cluster([]);
    let fail = Fault::Refuse(500, "InternalError", "no");
    server.fault(On::new("GET", "/clusterrole").times(8), fail);
    Env::with(&server)
        .tool(["who-can", "create"])
        .run()
        .code(1)
        .stdout("")
        .stderr("error: http://[SERVER] failed (HTTP 500): no\n");
}

#[test]
fn what_cannot_be_read_is_told_and_fails() {
    let server = cluster(everything("r", user("jane")));
    let mut binding = cluster_role_binding("robots", "r", &[]);
    binding["subjects"] = json!([{"kind": "Robot", "name": "r2"}]);
    server.hold(binding);
    let env = Env::with(&server);
    let problem = "ClusterRoleBinding robots: no authorizer knows subjects of kind Robot";
    let error = format!("error: not all of RBAC is understood: {problem}\n");
    env.tool(["who-can", "approve"])
        .run()
        .code(1)
        .stdout_has(&["User jane"])
        .stderr(&format!("{OTHERS}{PLUGIN}{error}"));
    let output = env.tool(["who-can", "create", "-o", "json"]).run().code(1);
    assert_eq!(output.json()["problems"], json!([problem]));
    let _ = output.stderr(&error);
}

#[test]
fn flags_go_with_their_actions() {
    let env = Env::new();
    for (words, told) in [
        (
            &["create", "--signer", CLIENT][..],
            "error: --signer does not go with create\n",
        ),
        (
            &["create", "--closure"],
            "error: --closure does not go with create\n",
        ),
        (
            &["sign", "--closure"],
            "error: --closure does not go with sign\n",
        ),
    ] {
        let words = [&["who-can"][..], words].concat();
        env.tool(words).run().code(2).stdout("").stderr(told);
    }
    for signer in ["", "all", "/a", "a/", "kubernetes.io/*"] {
        env.tool(["who-can", "approve", "--signer", signer])
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["a signer is called DOMAIN/NAME, without a wildcard"]);
    }
    env.tool(["who-can", "delete"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["possible values: approve, sign, create"]);
}
