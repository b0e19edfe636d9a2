//! What is easily got wrong about the right to approve, seen through the program.

use super::*;

/// What jane may do with these rules, as the rest of her row behind her name; "" if she has none.
#[track_caller]
fn jane(rules: &[Value]) -> String {
    let server = cluster(allow("r", rules, user("jane")));
    shown(&server, "User jane|")
}

/// The rest of the row that starts so.
#[track_caller]
fn shown(server: &ApiServer, start: &str) -> String {
    let env = Env::with(server);
    let output = env
        .tool(["who-can", "approve", "--signer", CLIENT])
        .run()
        .code(0)
        .stderr_has(&[OTHERS]);
    let rows = rows(output.raw_stdout());
    assert_eq!(rows[0], "SUBJECT|RISK|SIGNERS|VIA|NOTES");
    assert!(rows.iter().any(|row| row == MASTERS), "{output}");
    let row = rows.iter().find_map(|row| row.strip_prefix(start));
    row.unwrap_or_default().to_owned()
}

#[test]
fn rules_mean_what_the_api_server_takes_them_for() {
    let every = csr_rule(&["approve"], &["signers"]);
    let act = |resource: &str| csr_rule(&["update"], &[resource]);
    let yes = [every.clone(), approval()];
    for (detail, rules, expected) in [
        (
            "1: updating CSRs is not approving them",
            vec![act("certificatesigningrequests"), every.clone()],
            false,
        ),
        ("1: the subresource is", yes.to_vec(), true),
        (
            "1: of any resource, too",
            vec![act("*/approval"), every.clone()],
            true,
        ),
        (
            "1: everything includes it",
            vec![act("*"), every.clone()],
            true,
        ),
        (
            "1: a resource's star is no pattern",
            vec![act("certificatesigningrequests/*"), every.clone()],
            false,
        ),
        (
            "1: to patch is enough",
            vec![
                csr_rule(&["patch"], &["certificatesigningrequests/approval"]),
                every.clone(),
            ],
            true,
        ),
        (
            "2: every API group",
            vec![rule("*", &["update", "approve"], &["*"])],
            true,
        ),
        ("2: the core group", vec![rule("", &["*"], &["*"])], false),
        (
            "3: every verb",
            vec![csr_rule(
                &["*"],
                &["certificatesigningrequests/approval", "signers"],
            )],
            true,
        ),
        (
            "3: not another one",
            vec![csr_rule(
                &["update", "sign"],
                &["certificatesigningrequests/approval", "signers"],
            )],
            false,
        ),
        ("4: the signer", vec![approval(), signers(&[CLIENT])], true),
        (
            "4: its whole domain",
            vec![approval(), signers(&["kubernetes.io/*"])],
            true,
        ),
        (
            "4: a star is a name",
            vec![approval(), signers(&["*"])],
            false,
        ),
        (
            "4: two are, too",
            vec![approval(), signers(&["*/*"])],
            false,
        ),
        (
            "4: the domain alone",
            vec![approval(), signers(&["kubernetes.io"])],
            false,
        ),
        (
            "6: the stock approver's role",
            vec![signers(&[CLIENT])],
            false,
        ),
        ("6: the example that goes around", vec![approval()], false),
    ] {
        assert_eq!(!jane(&rules).is_empty(), expected, "{detail}");
    }
}

#[test]
fn a_name_of_a_csr_keeps_nobody_out() {
    let restricted = named(approval(), &["csr-abc"]);
    let notes = "cannot see CSRs; only CSRs of certain names, which requestors choose";
    assert_eq!(
        jane(&[restricted, signers(&[CLIENT])]),
        format!("info|{CLIENT}|r|{notes}")
    );
}

#[test]
fn aggregated_roles_are_what_they_hold_now() {
    let objects = allow("r", &[approval(), signers(&[CLIENT])], user("jane"));
    let server = cluster(objects.map(|mut object| {
        if object["kind"] == "ClusterRole" {
            object["aggregationRule"] =
                json!({"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]});
        }
        object
    }));
    assert_eq!(
        shown(&server, "User jane|"),
        format!("info|{CLIENT}|r|cannot see CSRs; aggregated role")
    );
}

#[test]
fn what_gives_nothing_shows_nobody() {
    let role = cluster_role("r", &[csr_rule(&["*"], &["*"])]);
    for (detail, object) in [
        (
            "8: the role is missing",
            cluster_role_binding("b", "gone", &[user("jane")]),
        ),
        (
            "only the cluster's bindings count",
            role_binding("kube-system", "b", "r", &[user("jane")]),
        ),
    ] {
        let server = cluster([role.clone(), object]);
        assert_eq!(shown(&server, "User jane"), "", "{detail}");
    }
}

#[test]
fn everybody_is_critical() {
    for (name, words) in [
        ("system:authenticated", "everybody who is logged in"),
        ("system:unauthenticated", "everybody who is not logged in"),
        ("system:serviceaccounts", "every ServiceAccount"),
        (
            "system:serviceaccounts:web",
            "every ServiceAccount of a namespace",
        ),
    ] {
        let server = cluster(everything("r", group(name)));
        assert_eq!(
            shown(&server, &format!("Group {name}|")),
            format!("critical|all|r|{words}; creates CSRs too; every signer")
        );
    }
}

/// A certificate can bring back who is gone.
#[test]
fn nobody_asks_whether_a_subject_exists() {
    let server = cluster(everything("r", service_account("ns", "gone")));
    assert!(shown(&server, "ServiceAccount ns/gone|").starts_with("high|all|r|"));
}

#[test]
fn nodes_ask_and_do_not_approve() {
    let server = cluster([]);
    assert_eq!(shown(&server, "Group system:nodes"), "");
    let env = Env::with(&server);
    let output = env.tool(["who-can", "create"]).run().code(0).stderr(OTHERS);
    assert_eq!(
        rows(output.raw_stdout())[2],
        "Group system:nodes|info|<none>|the Node authorizer allows it"
    );
}
