//! The worked policies of docs/policies, with what each lets through and what it does not.

use serde_json::{Value, json};

use super::tested::expects;
use crate::support::apiserver::ApiServer;
use crate::support::cases::info;
use crate::support::env::Env;
use crate::support::generated::repository;
use crate::support::objects::{cluster_role, node};
use crate::support::request::{CsrObject, RequestBuilder};

/// Runs a policy over cases, among other objects of a cluster.
#[track_caller]
pub(super) fn test(name: &str, cases: Vec<(CsrObject, &str)>, others: &[Value]) {
    let env = Env::new();
    let policy = repository(&format!("docs/policies/{name}.yaml"));
    let policy = policy.to_str().expect("UTF-8");
    env.tool(["policy", "check", policy])
        .run()
        .code(0)
        .stdout_has(&["nothing odd"])
        .quiet();
    let count = cases.len();
    for (index, (object, action)) in cases.into_iter().enumerate() {
        expects(&env, &format!("{index:02}"), object, action);
    }
    // All that a cluster tells: there is a role, and no binding to it.
    let service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": "default", "name": "kubernetes"},
        "spec": {"clusterIP": "10.96.0.1"},
    });
    let nodes = json!({"apiVersion": "v1", "kind": "NodeList", "items": []});
    let always = [service, nodes, cluster_role("view", &[])];
    for (index, object) in others.iter().chain(&always).enumerate() {
        env.file(&format!("cases/object-{index}.json"), object.to_string());
    }
    let output = env.tool(["policy", "test", policy, "cases"]).run();
    let summary = format!("{count} passed, 0 failed\n");
    output.code(0).stdout_has(&[&summary]).quiet();
}

/// n1 and n2, which joined long ago.
pub(super) fn nodes() -> [Value; 2] {
    let nodes = [node("n1", &["10.0.0.7"]), node("n2", &["10.0.0.8"])];
    nodes.map(|mut node| {
        node["metadata"]["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
        node
    })
}

/// A kubelet's request for these addresses, with a key of its own.
fn serving(name: &str, asks: &str, ips: &[&str]) -> CsrObject {
    let request = RequestBuilder::node(asks).dns(asks).key_of(name);
    let request = ips.iter().fold(request, |request, ip| request.ip(ip));
    CsrObject::kubelet_serving(name, asks).request(request.pem())
}

#[test]
fn kubelet_serving() {
    test(
        "kubelet-serving",
        vec![
            (serving("a", "n1", &["10.0.0.7"]), "approve"),
            (
                serving("b", "n2", &["10.0.0.8"]).usages(&[
                    "digital signature",
                    "key encipherment",
                    "server auth",
                ]),
                "approve",
            ),
            (serving("c", "n1", &["10.0.0.8"]), "ask"),
            (serving("d", "n1", &["10.0.0.7", "192.0.2.1"]), "ask"),
            (serving("e", "gone", &["10.0.0.7"]), "ask"),
            (
                serving("f", "n2", &["10.0.0.8"]).requestor_node("n1"),
                "ask",
            ),
            (
                serving("g", "n2", &["10.0.0.8"]).usages(&["server auth"]),
                "ask",
            ),
            (info("h"), "ask"),
        ],
        &nodes(),
    );
}

#[test]
fn user_certificates() {
    let renewal = |name: &str, user: &str, group: &str| {
        let request = RequestBuilder::user(user).group(group).key_of(name);
        CsrObject::own_renewal(name, user)
            .request(request.pem())
            .requestor(user, &["developers", "team-a", "system:authenticated"])
    };
    test(
        "user-certificates",
        vec![
            (renewal("a", "ann", "developers"), "approve"),
            (renewal("b", "ben", "team-a"), "approve"),
            (renewal("c", "cid", "team-b"), "ask"),
            (renewal("d", "dan", "developers").expiration(86_401), "ask"),
            (renewal("e", "eve", "developers").no_expiration(), "ask"),
            (
                renewal("f", "fay", "developers").requestor("joe", &["developers"]),
                "ask",
            ),
            (
                renewal("g", "gil", "developers")
                    .requestor("system:serviceaccount:a:b", &["system:serviceaccounts"]),
                "deny",
            ),
            (renewal("h", "hal", "system:masters"), "ask"),
        ],
        &[],
    );
}

#[test]
fn bootstrap() {
    let bootstrap = |name: &str, node: &str| {
        let request = RequestBuilder::node(node).key_of(name);
        CsrObject::kubelet_bootstrap(name, node).request(request.pem())
    };
    let renewal = |name: &str, node: &str| {
        let request = RequestBuilder::node(node).key_of(name);
        CsrObject::kubelet_renewal(name, node).request(request.pem())
    };
    test(
        "bootstrap",
        vec![
            (bootstrap("a", "n3"), "approve"),
            (bootstrap("b", "n1"), "ask"),
            (renewal("c", "n2"), "approve"),
            (renewal("d", "gone"), "ask"),
            (
                bootstrap("e", "n4").requestor("jane", &["system:authenticated"]),
                "ask",
            ),
        ],
        &nodes(),
    );
}

/// What is deployed is the worked policy, with the rights that it takes.
#[test]
fn the_deployment_has_what_its_policy_takes() {
    let read = |name: &str| std::fs::read_to_string(repository(name)).expect("a file");
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(&read("docs/deploy/watch.yaml")).expect("YAML");
    let of = |kind: &str| {
        let mut found = documents.iter().filter(|document| document["kind"] == kind);
        found.next().unwrap_or_else(|| panic!("no {kind}"))
    };
    let policy = read("docs/policies/kubelet-serving.yaml");
    assert_eq!(of("ConfigMap")["data"]["policy.yaml"], policy);
    let rules = of("ClusterRole")["rules"].as_array().expect("rules");
    let resources: Vec<&Value> = rules.iter().map(|rule| &rule["resources"][0]).collect();
    let wanted = [
        "certificatesigningrequests",
        "certificatesigningrequests/approval",
        "signers",
        "nodes",
        "services",
    ];
    assert_eq!(resources, wanted);
    assert_eq!(
        rules[2]["resourceNames"],
        json!(["kubernetes.io/kubelet-serving"])
    );
    let pod = &of("Deployment")["spec"]["template"]["spec"];
    let words: Vec<&str> = pod["containers"][0]["args"]
        .as_array()
        .expect("words")
        .iter()
        .map(|word| word.as_str().expect("a text"))
        .collect();
    // All but the file is what the tool takes.
    let server = ApiServer::start();
    server.forbid_list();
    let env = Env::with(&server);
    env.file("policy.yaml", policy);
    let here = |word: &&str| {
        let word = word.replace("/etc/csr-review/", "");
        word.replace("0.0.0.0:9090", "127.0.0.1:0")
    };
    let words: Vec<String> = words.iter().map(here).collect();
    let run = env.tool(&words).run().code(1).stdout("");
    run.stderr_has(&["error: not allowed to list CSRs"]);
}
