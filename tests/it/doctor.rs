//! `doctor`: what it says of clusters that are well, and of those that are not.

mod dangers;

use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, Fault, On, Who};
use crate::support::env::Env;
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, node, service_account,
};
use crate::support::request::CsrObject;

const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const KUBELET: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING: &str = "kubernetes.io/kubelet-serving";

/// A cluster as kubeadm makes one, with a reviewer who may do all that the tool can make use of.
fn well() -> ApiServer {
    let server = ApiServer::with([CsrObject::own_renewal("jane", "jane")]);
    server.hold(node("a", &["10.0.0.1"]));
    let admin = json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]});
    server.hold(cluster_role("cluster-admin", &[admin]));
    server.hold(cluster_role_binding(
        "cluster-admin",
        "cluster-admin",
        &[group("system:masters")],
    ));
    server.hold(cluster_role_binding(
        "kubeadm:cluster-admins",
        "cluster-admin",
        &[group("kubeadm:cluster-admins")],
    ));
    allow_nodeclient(
        &server,
        "kubeadm:node-autoapprove-bootstrap",
        &group("system:bootstrappers:kubeadm:default-node-token"),
    );
    let mut approve = csr_rule(&["approve"], &["signers"]);
    approve["resourceNames"] = json!([KUBELET]);
    let update = csr_rule(&["update"], &["certificatesigningrequests/approval"]);
    let name = "system:controller:certificate-controller";
    server.hold(cluster_role(name, &[approve, update]));
    server.hold(cluster_role_binding(
        name,
        name,
        &[service_account("kube-system", "certificate-controller")],
    ));
    server.access(|_| false);
    server
}

fn allow_nodeclient(server: &ApiServer, name: &str, subject: &Value) {
    let rule = csr_rule(&["create"], &["certificatesigningrequests/nodeclient"]);
    server.hold(cluster_role(name, &[rule]));
    server.hold(cluster_role_binding(
        name,
        name,
        std::slice::from_ref(subject),
    ));
}

/// The document, with the exit code that it came with.
#[track_caller]
fn diagnosis(env: &Env, code: i32) -> Value {
    let output = env.tool(["doctor", "-o", "json"]).run().code(code).quiet();
    let json = output.json();
    assert_eq!(json["apiVersion"], "csr-review/v1");
    assert_eq!(json["kind"], "Diagnosis");
    assert_eq!(json["ready"], code == 0);
    json
}

/// Check, result and subject of what is not ok.
fn wrong(diagnosis: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = diagnosis["checks"].as_array().expect("checks").iter();
    checks
        .filter(|check| check["result"] != "ok")
        .map(|check| {
            let (name, result) = (text(&check["check"]), text(&check["result"]));
            (name, result, text(&check["subject"]))
        })
        .collect()
}

fn told(what: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    let owned = |(check, result, subject): &(&str, &str, &str)| {
        (
            (*check).to_owned(),
            (*result).to_owned(),
            (*subject).to_owned(),
        )
    };
    what.iter().map(owned).collect()
}

/// The checks of that name.
fn checks<'a>(diagnosis: &'a Value, name: &str) -> Vec<&'a Value> {
    let checks = diagnosis["checks"].as_array().expect("checks").iter();
    checks.filter(|check| check["check"] == name).collect()
}

#[test]
fn everything_is_fine() {
    let server = well();
    let env = Env::with(&server);
    insta::assert_snapshot!(env.tool(["doctor"]).run().snapshot());
    assert_eq!(server.writes().len(), 0);
    let diagnosis = diagnosis(&env, 0);
    assert_eq!(wrong(&diagnosis), []);
    assert_eq!(diagnosis["clusterRole"], Value::Null);
}

#[test]
fn the_document() {
    let server = well();
    server.forbid("nodes");
    let output = Env::with(&server);
    let output = output.tool(["doctor", "-o", "json"]).run();
    insta::assert_snapshot!(output.snapshot());
}

#[test]
fn nothing_is_permitted() {
    let server = ApiServer::start();
    for resource in [
        "certificatesigningrequests",
        "nodes",
        "services",
        "clusterroles",
        "roles",
        "clusterrolebindings",
        "rolebindings",
        "selfsubjectreviews",
        "subjectaccessreviews",
    ] {
        server.forbid(resource);
    }
    server.own_access(|_| false);
    let env = Env::with(&server);
    insta::assert_snapshot!(env.tool(["doctor"]).run().snapshot());

    // And not even to ask.
    server.forbid("selfsubjectaccessreviews");
    server.forbid("version");
    let diagnosis = diagnosis(&env, 1);
    for check in ["get", "approval", "signer", "version", "anonymous"] {
        for found in checks(&diagnosis, check) {
            assert_eq!(found["result"], "unknown", "{found}");
        }
    }
}

/// What is printed is taken by a YAML parser as it is, and holds no more than what is missing.
#[test]
fn the_role_is_the_least() {
    let server = ApiServer::with([
        CsrObject::own_renewal("a", "a").signer("example.com/a"),
        CsrObject::own_renewal("b", "b").signer("kubernetes.io/legacy-unknown"),
        CsrObject::own_renewal("c", "c").signer("evil.example/*"),
        CsrObject::own_renewal("d", "d").signer("evil.example/x\nverbs: [\"*\"]"),
    ]);
    server.forbid("nodes");
    server.forbid("subjectaccessreviews");
    server.own_access(|attributes| {
        attributes["verb"] != "approve" || attributes["name"] == "kubernetes.io/kubelet-serving"
    });
    let env = Env::with(&server);
    let output = env.tool(["doctor"]).run().code(0).quiet();
    let (_, yaml) = output.raw_stdout().split_once("\n\n").expect("a role");
    let role: Value = serde_saphyr::from_str(yaml).expect("YAML");
    assert_eq!(
        role,
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "csr-review-missing"},
            "rules": [
                {
                    "apiGroups": ["certificates.k8s.io"], "resources": ["signers"],
                    "resourceNames": [CLIENT, KUBELET, "example.com/a"], "verbs": ["approve"],
                },
                {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]},
                {
                    "apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"],
                    "verbs": ["create"],
                },
            ],
        })
    );
    assert_eq!(diagnosis(&env, 0)["clusterRole"], role);
}

/// The forms that the API server itself asks in.
#[test]
fn rights_are_asked_as_the_server_does() {
    let server = ApiServer::start();
    server.own_access(|attributes| {
        attributes["name"] == "kubernetes.io/*" || attributes["resource"] != "signers"
    });
    let env = Env::with(&server);
    let found = diagnosis(&env, 0);
    for signer in checks(&found, "signer") {
        assert_eq!(signer["result"], "ok", "{signer}");
        let message = signer["message"].as_str().expect("text");
        assert!(
            message.ends_with("as for every signer of its domain"),
            "{message}"
        );
    }
    let mut asked: Vec<Value> = server
        .requests()
        .iter()
        .filter(|request| request.path().ends_with("/selfsubjectaccessreviews"))
        .map(|request| request.json()["spec"]["resourceAttributes"].take())
        .collect();
    asked.sort_by_key(ToString::to_string);
    asked.dedup();
    let mut expected = vec![
        json!({"verb": "get", "group": "certificates.k8s.io", "resource": "certificatesigningrequests"}),
    ];
    for name in ["", "kubectl-csr-review-doctor"] {
        let mut attributes = json!({
            "verb": "update", "group": "certificates.k8s.io", "resource": "certificatesigningrequests",
            "subresource": "approval",
        });
        if !name.is_empty() {
            attributes["name"] = json!(name);
        }
        expected.push(attributes);
    }
    for name in ["kubernetes.io/*", CLIENT, KUBELET, SERVING] {
        expected.push(json!({
            "verb": "approve", "group": "certificates.k8s.io", "version": "*", "resource": "signers", "name": name,
        }));
    }
    expected.sort_by_key(ToString::to_string);
    assert_eq!(asked, expected);
}

#[test]
fn half_a_right_is_none() {
    let server = well();
    server.own_access(|attributes| attributes["subresource"] != "approval");
    let env = Env::with(&server);
    let found = diagnosis(&env, 1);
    assert_eq!(
        wrong(&found),
        told(&[
            ("approval", "fail", ""),
            ("signer", "fail", CLIENT),
            ("signer", "fail", KUBELET),
            ("signer", "fail", SERVING),
        ])
    );
    assert_eq!(
        found["clusterRole"]["rules"],
        json!([{
            "apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/approval"],
            "verbs": ["update"],
        }])
    );
}

#[test]
fn decisions_about_some_names_are_told() {
    let server = well();
    server.add(CsrObject::own_renewal("joe", "joe"));
    server.own_access(|attributes| {
        attributes["subresource"] != "approval" || attributes["name"] == "joe"
    });
    let env = Env::with(&server);
    let found = diagnosis(&env, 0);
    assert_eq!(wrong(&found), told(&[("approval", "warn", "")]));
    let message = checks(&found, "approval")[0]["message"]
        .as_str()
        .expect("text");
    assert!(
        message.ends_with("of some names only, such as joe"),
        "{message}"
    );
}

#[test]
fn a_signer_among_others_is_left_out() {
    let server = well();
    server.own_access(|attributes| {
        attributes["name"] != CLIENT && attributes["name"] != "kubernetes.io/*"
    });
    let found = diagnosis(&Env::with(&server), 0);
    assert_eq!(wrong(&found), told(&[("signer", "warn", CLIENT)]));
}

#[test]
fn only_facts_are_missing() {
    let server = well();
    for resource in [
        "nodes",
        "services",
        "clusterroles",
        "rolebindings",
        "selfsubjectreviews",
        "subjectaccessreviews",
    ] {
        server.forbid(resource);
    }
    let env = Env::with(&server);
    let found = diagnosis(&env, 0);
    assert_eq!(
        wrong(&found),
        told(&[
            ("user", "unknown", ""),
            ("nodes", "warn", ""),
            ("service", "warn", ""),
            ("clusterroles", "warn", ""),
            ("rolebindings", "warn", ""),
            ("subjectaccessreviews", "warn", ""),
            ("anonymous", "unknown", ""),
            ("node-autoapproval", "unknown", ""),
            ("approvers", "unknown", ""),
        ])
    );
    server.who(Who::Unserved);
    let output = env.tool(["doctor"]).run().code(0).quiet();
    let _ = output.stdout_has(&[
        "unknown   user",
        "resources:\n  - clusterroles\n  - rolebindings\n",
    ]);
}

/// A failure is not a refusal.
#[test]
fn what_fails_is_not_known() {
    let server = well();
    for part in ["nodes", "clusterroles", "subjectaccessreviews"] {
        let on = On::new(
            if part.ends_with("reviews") {
                "POST"
            } else {
                "GET"
            },
            part,
        );
        server.fault(
            on.times(99),
            Fault::Refuse(500, "InternalError", "etcd is gone"),
        );
    }
    let found = diagnosis(&Env::with(&server), 1);
    for (check, result, _) in wrong(&found) {
        assert_eq!(result, "unknown", "{check}");
    }
    assert_eq!(found["clusterRole"], Value::Null);
}

#[test]
fn a_server_that_is_not_there_is_all_there_is_to_say() {
    let env = Env::new();
    for arguments in [
        &["doctor", "--server", "http://127.0.0.1:9"][..],
        &["doctor", "--kubeconfig", "nowhere"],
    ] {
        let output = env.tool(arguments).run().code(1).quiet();
        let lines = output.raw_stdout().lines().count();
        assert_eq!(lines, 2, "{output}");
        let _ = output.stdout_has(&["fail     server"]);
        let output = env
            .tool([arguments, &["-o", "json"]].concat())
            .run()
            .code(1)
            .quiet();
        assert_eq!(output.json()["checks"].as_array().map(Vec::len), Some(1));
    }
    let server = ApiServer::start();
    server.fault(
        On::new("GET", "").times(99),
        Fault::Refuse(401, "Unauthorized", "Unauthorized"),
    );
    server.fault(
        On::new("POST", "").times(99),
        Fault::Refuse(401, "Unauthorized", "Unauthorized"),
    );
    let env = Env::with(&server);
    let found = diagnosis(&env, 1);
    assert_eq!(found["checks"].as_array().map(Vec::len), Some(1));
    let output = env
        .tool(["doctor", "--server", "ftp://x"])
        .run()
        .code(1)
        .quiet();
    let _ = output.stdout_has(&["fail"]);
}
