//! `who-can`: who could decide, and through which bindings.

mod confirm;
mod details;
mod failures;

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::env::Env;
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, role_binding, rule, service_account, user,
};
use crate::support::request::CsrObject;

const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const KUBELET: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING: &str = "kubernetes.io/kubelet-serving";
const RBAC: &str = "rbac.authorization.k8s.io";
const OTHERS: &str =
    "note: only RBAC is looked at: what webhooks and other authorizers allow does not show\n";
const PLUGIN: &str = "note: the admission plugin CertificateApproval is taken to be on; without it the right on \
                      certificatesigningrequests/approval is enough\n";
/// The row of those whom no authorizer is asked about.
const MASTERS: &str =
    "Group system:masters|high|all|<none>|does not need a binding; creates CSRs too; every signer";

/// A cluster with these objects and no CSR.
fn cluster(objects: impl IntoIterator<Item = Value>) -> ApiServer {
    let server = ApiServer::start();
    for object in objects {
        server.hold(object);
    }
    server
}

/// A rule that is restricted to these names.
fn named(mut rule: Value, names: &[&str]) -> Value {
    rule["resourceNames"] = json!(names);
    rule
}

/// The right to write the decision.
fn approval() -> Value {
    csr_rule(&["update"], &["certificatesigningrequests/approval"])
}

/// The right to approve for some signers.
fn signers(names: &[&str]) -> Value {
    named(csr_rule(&["approve"], &["signers"]), names)
}

/// A ClusterRole with these rules, and the binding of its name.
fn allow(name: &str, rules: &[Value], subject: Value) -> [Value; 2] {
    [
        cluster_role(name, rules),
        cluster_role_binding(name, name, &[subject]),
    ]
}

/// All that has to do with CSRs.
fn everything(name: &str, subject: Value) -> [Value; 2] {
    allow(name, &[csr_rule(&["*"], &["*"])], subject)
}

/// The cells of each line, with `|` in between.
fn rows(table: &str) -> Vec<String> {
    let cells = |line: &str| {
        let cells = line.split("   ").map(str::trim);
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        cells.join("|")
    };
    table.lines().map(cells).collect()
}

#[test]
fn two_bindings_combine_in_one_row() {
    let read = csr_rule(&["get", "list"], &["certificatesigningrequests"]);
    let server = cluster(
        [
            allow("writers", &[approval(), read], user("jane")),
            allow("clients", &[signers(&[CLIENT])], user("jane")),
            allow(
                "all, of them",
                &[signers(&["kubernetes.io/*"])],
                group("system:serviceaccounts:ops"),
            ),
            allow("bots", &[approval()], service_account("ops", "bot")),
        ]
        .concat(),
    );
    let env = Env::with(&server);
    let bot = format!(
        "ServiceAccount ops/bot|info|{CLIENT},{KUBELET},{SERVING}|\"all, of them\" of system:serviceaccounts:ops,bots|cannot see CSRs"
    );
    let jane = format!("User jane|info|{CLIENT}|clients,writers");
    let output = env.tool(["who-can", "approve"]).run().code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        ["SUBJECT|RISK|SIGNERS|VIA|NOTES", MASTERS, &jane, &bot]
    );
    let _ = output.stderr(&format!("{OTHERS}{PLUGIN}"));
    let mut asked = server.lines();
    asked.sort();
    assert_eq!(
        asked,
        [
            "GET /apis/certificates.k8s.io/v1/certificatesigningrequests?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/clusterrolebindings?limit=500",
            "GET /apis/rbac.authorization.k8s.io/v1/clusterroles?limit=500",
        ]
    );
    // Denying takes the same right.
    env.tool(["who-can", "deny", "--no-headers"])
        .run()
        .code(0)
        .stdout_has(&["Group system:masters", "User jane"])
        .stdout_lacks(&["SUBJECT"])
        .stderr_has(&[OTHERS]);
    let output = env.tool(["who-can", "approve", "-o", "wide"]).run().code(0);
    let half = format!(
        "Group system:serviceaccounts:ops|info|{CLIENT},{KUBELET},{SERVING}|\"all, of them\"|update certificatesigningrequests/approval"
    );
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|SIGNERS|VIA|NOTES|ROLES|NAMES|SEEN",
            &format!("{MASTERS}|<none>|<any>|rbac"),
            &format!("{jane}|clients,writers|<any>|rbac"),
            &format!("{bot}|\"all, of them\",bots|<any>|rbac"),
            "",
            "HALF HOLDER|RISK|SIGNERS|VIA|MISSES",
            &half,
        ]
    );
    let _ = output.stderr_has(&[OTHERS, PLUGIN]);
}

#[test]
fn the_signers_are_those_that_can_be_asked_for() {
    let custom = signers(&["a.example/b"]);
    let objects = allow(
        "r",
        &[approval(), custom, signers(&[SERVING])],
        user("jane"),
    );
    let server = cluster(objects);
    server.add(CsrObject::own_renewal("x", "jane").signer("a.example/b"));
    let env = Env::with(&server);
    let of_jane = |words: &[&str]| {
        let words = [&["who-can", "approve"][..], words].concat();
        let output = env.tool(words).run().code(0);
        let rows = rows(output.raw_stdout());
        let row = rows.iter().find(|row| row.starts_with("User jane"));
        let cell = row.and_then(|row| row.split('|').nth(2).map(str::to_owned));
        (cell.unwrap_or_default(), output.raw_stderr().to_owned())
    };
    let notes = format!("{OTHERS}{PLUGIN}");
    assert_eq!(
        of_jane(&[]),
        (format!("a.example/b,{SERVING}"), notes.clone())
    );
    assert_eq!(
        of_jane(&["--signer", SERVING, "--signer", CLIENT]),
        (SERVING.to_owned(), notes.clone())
    );
    assert_eq!(of_jane(&["--signer", "c.example/d"]).0, "");
    server.forbid("certificatesigningrequests");
    let (signers, told) = of_jane(&[]);
    assert_eq!(signers, SERVING);
    let (warning, rest) = told.split_once('\n').expect("a line");
    assert!(
        warning.starts_with("warning: not allowed to list CSRs: ")
            && warning.ends_with("; only the signers of kube-controller-manager are looked at"),
        "{warning}"
    );
    assert_eq!(rest, notes);
    // Whoever names signers does not need the CSRs.
    assert_eq!(of_jane(&["--signer", SERVING]).1, notes);
}

#[test]
fn what_is_worse_comes_first() {
    let only = |names: &[&str]| [approval(), signers(names)];
    let aggregated = |mut objects: [Value; 2]| {
        objects[0]["aggregationRule"] = json!({"clusterRoleSelectors": []});
        objects
    };
    let server = cluster(
        [
            allow("a", &only(&[CLIENT]), user("a")),
            everything("b", user("b")),
            aggregated(allow("c", &only(&[CLIENT]), group("c"))),
            allow("d", &only(&[CLIENT]), service_account("web", "default")),
            allow("e", &only(&[CLIENT]), group("system:serviceaccounts:web")),
            allow("f", &only(&[CLIENT]), user("system:anonymous")),
            allow(
                "g",
                &[csr_rule(&["*"], &["*/approval"]), named(signers(&[]), &[])],
                user("g"),
            ),
            everything("cluster-admin", group("system:masters")),
        ]
        .concat(),
    );
    let env = Env::with(&server);
    let output = env
        .tool(["who-can", "approve", "--signer", CLIENT, "--no-headers"])
        .run()
        .code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        [
            &format!(
                "Group system:serviceaccounts:web|critical|{CLIENT}|e|every ServiceAccount of a namespace; cannot see CSRs"
            ),
            &format!(
                "User system:anonymous|critical|{CLIENT}|f|everybody who is not logged in; cannot see CSRs"
            ),
            &format!(
                "ServiceAccount web/default|critical|{CLIENT}|d,e of system:serviceaccounts:web|\
                 of every pod there that names no ServiceAccount; cannot see CSRs"
            ),
            &MASTERS.replace("<none>", "cluster-admin"),
            "User b|high|all|b|creates CSRs too; every signer",
            "User g|high|all|g|every signer; cannot see CSRs",
            &format!("Group c|info|{CLIENT}|c|cannot see CSRs; aggregated role"),
            &format!("User a|info|{CLIENT}|a|cannot see CSRs"),
        ]
    );
    let _ = output.stderr_has(&[PLUGIN]);
}

#[test]
fn one_step_away() {
    let exec = rule("", &["create"], &["pods/exec"]);
    let mut objects = [
        everything("approver", service_account("ops", "bot")),
        allow(
            "escalates",
            &[rule(RBAC, &["escalate"], &["clusterroles"])],
            user("escalates"),
        ),
        allow(
            "signs",
            &[csr_rule(
                &["update", "sign"],
                &["certificatesigningrequests/status", "signers"],
            )],
            user("signs"),
        ),
        allow("reads", &[rule("", &["list"], &["pods"])], user("reads")),
        allow("half", &[approval()], user("half")),
    ]
    .concat();
    objects.extend([
        cluster_role("exec", &[exec]),
        role_binding("ops", "e", "exec", &[user("execs")]),
        role_binding("web", "e", "exec", &[user("elsewhere")]),
        cluster_role_binding("lost", "gone", &[user("nobody")]),
        role_binding("web", "lost", "gone", &[user("nobody")]),
    ]);
    let server = cluster(objects);
    let env = Env::with(&server);
    let words = ["who-can", "approve", "--signer", CLIENT, "--closure"];
    let output = env.tool(words).run().code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|SIGNERS|VIA|NOTES",
            MASTERS,
            "ServiceAccount ops/bot|high|all|approver|creates CSRs too; every signer",
            "",
            "HALF HOLDER|RISK|SIGNERS|VIA|MISSES",
            "User half|info|<none>|half|approve for a signer",
            "",
            "ONE STEP AWAY|RISK|SIGNERS|VIA|NAMESPACE|STEP",
            &format!(
                "User escalates|critical|{CLIENT}|escalates|<all>|give roles rights that it does not have itself"
            ),
            &format!("User execs|critical|{CLIENT}|RoleBinding ops/e|ops|run commands in pods"),
            &format!("User signs|critical|{CLIENT}|signs|<all>|sign without an approval"),
        ]
    );
    let lost =
        "note: ClusterRoleBinding lost gives nothing as long as there is no ClusterRole gone\n";
    let _ = output.stderr(&format!("{lost}{OTHERS}{PLUGIN}"));
    assert!(server.lines().iter().any(|line| line.contains("v1/roles?")));
    assert!(
        server
            .lines()
            .iter()
            .any(|line| line.contains("v1/rolebindings?"))
    );
    // With several signers, a step that leads to all of them says so.
    let output = env
        .tool(["who-can", "approve", "--closure"])
        .run()
        .code(0)
        .stderr_has(&[lost]);
    let escalates = "User escalates|critical|<all>|escalates|";
    assert!(
        rows(output.raw_stdout())
            .iter()
            .any(|row| row.starts_with(escalates)),
        "{output}"
    );
    // Both stand in the JSON, which has the halves even where nobody asked for more.
    let json = |words: &[&str]| {
        let output = env.tool(words).run().code(0).quiet();
        output.json()
    };
    let all = json(&[&words[..], &["-o", "json"]].concat());
    assert_eq!(all["closure"].as_array().map(Vec::len), Some(3));
    let some = json(&["who-can", "approve", "-o", "json"]);
    assert_eq!(some["closure"], Value::Null);
    assert_eq!(some["halves"][0]["subject"]["name"], "half");
    assert_eq!(
        some["dangling"],
        json!([{"binding": "ClusterRoleBinding lost", "role": "ClusterRole gone"}])
    );
}

#[test]
fn signing_and_creating_are_rights_of_their_own() {
    let status = csr_rule(&["patch"], &["certificatesigningrequests/status"]);
    let sign = named(csr_rule(&["sign"], &["signers"]), &["kubernetes.io/*"]);
    let create = csr_rule(&["create"], &["certificatesigningrequests"]);
    let server = cluster(
        [
            allow("signer", &[status, sign], user("signs")),
            allow(
                "approver",
                &[approval(), signers(&[CLIENT])],
                user("approves"),
            ),
            allow(
                "node-bootstrapper",
                std::slice::from_ref(&create),
                group("system:bootstrappers"),
            ),
            allow(
                "open",
                std::slice::from_ref(&create),
                group("system:authenticated"),
            ),
            allow("named", &[named(create, &["a"])], user("named")),
        ]
        .concat(),
    );
    let env = Env::with(&server);
    let output = env
        .tool(["who-can", "sign", "--signer", CLIENT])
        .run()
        .code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|SIGNERS|VIA|NOTES",
            MASTERS,
            // Everybody may create CSRs, and so this one too.
            &format!("User signs|high|{CLIENT}|signer|creates CSRs too; cannot see CSRs"),
        ]
    );
    let plugin = PLUGIN
        .replace("CertificateApproval", "CertificateSigning")
        .replace("/approval", "/status");
    let _ = output.stderr(&format!("{OTHERS}{plugin}"));
    let output = env.tool(["who-can", "create"]).run().code(0);
    assert_eq!(
        rows(output.raw_stdout()),
        [
            "SUBJECT|RISK|VIA|NOTES",
            "Group system:authenticated|medium|open|everybody who is logged in",
            "Group system:bootstrappers|info|node-bootstrapper,open of system:authenticated",
            "Group system:masters|info|<none>|does not need a binding",
            "Group system:nodes|info|<none>|the Node authorizer allows it",
        ]
    );
    let _ = output.stderr(OTHERS);
}

#[test]
fn the_document_has_all_of_the_contract() {
    let server = cluster(rich());
    let env = Env::with(&server);
    let words = ["who-can", "approve", "--closure", "-o", "json"];
    let output = env.tool(words).run().code(0).quiet();
    insta::assert_snapshot!(output.raw_stdout());
}

/// Something in every field of the document.
pub(crate) fn rich() -> Vec<Value> {
    let mut objects = [
        allow(
            "writers",
            &[named(approval(), &["csr-1"])],
            service_account("ops", "bot"),
        ),
        allow(
            "ops",
            &[signers(&[CLIENT])],
            group("system:serviceaccounts:ops"),
        ),
        allow("half", &[approval()], user("half\u{202e}")),
        allow(
            "escalates",
            &[rule(RBAC, &["escalate"], &["clusterroles"])],
            user("jane"),
        ),
    ]
    .concat();
    objects.extend([
        cluster_role("exec", &[rule("", &["create"], &["pods/exec"])]),
        role_binding("ops", "exec", "exec", &[group("dev")]),
        cluster_role_binding("lost", "gone", &[user("nobody")]),
    ]);
    objects
}
