//! Kubelets, where the nodes are known.

use serde_json::json;

use super::{KUBELET_CLIENT, LEGACY};
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::fires::access::cluster;
use crate::risk::tests::{Row, fires, node_object, server};

/// A kubelet's serving certificate for these names.
fn serves(node: &str, request: &RequestBuilder) -> CsrObject {
    CsrObject::kubelet_serving("x", node).request(request.pem())
}

pub(super) fn known() -> Vec<Row> {
    [joining(), serving(), api_server()]
        .into_iter()
        .flatten()
        .collect()
}

fn joining() -> Vec<Row> {
    let node = RequestBuilder::node;
    let bootstrap = |node: &str| CsrObject::kubelet_bootstrap("x", node);
    let decided = bootstrap("n1").created("2026-03-01T10:59:00Z").approved();
    vec![
        fires(
            "node-renewal-unchecked",
            High,
            CsrObject::kubelet_renewal("x", "n1"),
        )
        .no_nodes(),
        fires("node-bootstrap-unchecked", Medium, bootstrap("n1")).no_nodes(),
        // Not by whom nodes join by: with the name of a running node it would be a theft.
        fires(
            "node-bootstrap-unchecked",
            High,
            bootstrap("n1").requestor("jane", &["dev"]),
        )
        .no_nodes(),
        fires("node-bootstrap-new", Info, bootstrap("n3")).nodes(),
        fires("node-bootstrap-new", Info, decided).nodes(),
        // The right that kube-controller-manager asks for counts, and no name.
        fires(
            "node-bootstrap-new",
            Info,
            bootstrap("n3").requestor("jane", &["platform"]),
        )
        .nodes()
        .rbac(&cluster()),
        fires("node-bootstrap-existing-node", Critical, bootstrap("n1")).nodes(),
        fires("node-bootstrap-existing-node", Critical, bootstrap("cp")).nodes(),
        // It was there before, whatever was decided since.
        fires(
            "node-bootstrap-existing-node",
            Critical,
            bootstrap("n1").approved(),
        )
        .nodes(),
        fires(
            "node-bootstrap-existing-node",
            Critical,
            CsrObject::new("x", node("n1").pem()).requestor("root", &["system:masters"]),
        )
        .nodes(),
        fires(
            "node-bootstrap-existing-node",
            Critical,
            CsrObject::kubelet_renewal("x", "n1").requestor_node("n2"),
        )
        .nodes(),
        fires(
            "node-unknown",
            High,
            CsrObject::kubelet_renewal("x", "gone"),
        )
        .nodes(),
        fires(
            "node-unknown",
            High,
            CsrObject::kubelet_serving("x", "gone"),
        )
        .nodes(),
    ]
}

fn serving() -> Vec<Row> {
    let node = RequestBuilder::node;
    let shared = |control_plane| {
        let labels = if control_plane {
            json!({"node-role.kubernetes.io/master": ""})
        } else {
            json!({})
        };
        fires(
            "node-serving-san-foreign",
            if control_plane { Critical } else { High },
            serves("n1", &node("n1").ip("10.0.0.7")),
        )
        .these(&[
            node_object("n1", &[("InternalIP", "10.0.0.7")], &json!({})),
            node_object("n2", &[("ExternalIP", "10.0.0.7")], &labels),
        ])
    };
    let foreign = |severity, request: &RequestBuilder| {
        fires("node-serving-san-foreign", severity, serves("n1", request)).nodes()
    };
    vec![
        fires(
            "node-serving-addresses-unchecked",
            High,
            CsrObject::kubelet_serving("x", "n1"),
        )
        .no_nodes(),
        fires(
            "node-serving-addresses-unchecked",
            Medium,
            server(&RequestBuilder::user("agent").ip("10.0.0.8")),
        )
        .no_nodes(),
        fires(
            "node-serving-verified",
            Info,
            CsrObject::kubelet_serving("x", "n1"),
        )
        .nodes(),
        fires(
            "node-serving-verified",
            Info,
            serves("n1", &node("n1").dns("N1")),
        )
        .nodes(),
        // The machine behind the kubeconfig's host.
        fires(
            "node-serving-verified",
            Info,
            serves("cp", &node("cp").ip("10.0.0.1")),
        )
        .nodes(),
        foreign(High, &node("n1").dns("n1").ip("10.0.0.9")),
        foreign(High, &node("n1").dns("n1.")),
        // An address as a name, and a name of nobody.
        foreign(High, &node("n1").dns("10.0.0.7")),
        foreign(High, &node("n1").dns("db.example")),
        foreign(Critical, &node("n1").ip("10.0.0.7").ip("10.0.0.8")),
        foreign(Critical, &node("n1").dns("N2.")),
        // It joined a moment ago.
        fires(
            "node-serving-san-foreign",
            Medium,
            serves("n1", &node("n1").dns("n1").ip("10.0.0.7")),
        )
        .these(&[node_object("n1", &[], &json!({}))]),
        // That another node has it counts all the same.
        fires(
            "node-serving-san-foreign",
            Critical,
            serves("n1", &node("n1").ip("10.0.0.8")),
        )
        .these(&[
            node_object("n1", &[], &json!({})),
            node_object("n2", &[("InternalIP", "10.0.0.8")], &json!({})),
        ]),
        foreign(Critical, &node("gone").ip("10.0.0.8")),
        foreign(High, &RequestBuilder::user("jane").ip("10.0.0.9")),
        shared(false),
        shared(true),
        fires(
            "node-serving-san-foreign",
            Medium,
            server(&RequestBuilder::user("agent").ip("10.0.0.8")),
        )
        .nodes(),
        fires(
            "node-serving-san-foreign",
            Medium,
            server(&RequestBuilder::user("agent").dns("n2")).signer(LEGACY),
        )
        .nodes(),
    ]
}

fn api_server() -> Vec<Row> {
    let node = RequestBuilder::node;
    vec![
        fires(
            "san-apiserver",
            Critical,
            server(&RequestBuilder::user("x").ip("10.96.0.1")),
        )
        .nodes(),
        fires(
            "san-apiserver",
            Critical,
            server(&RequestBuilder::user("x").dns("API.example.")),
        )
        .nodes(),
        fires(
            "san-apiserver",
            High,
            CsrObject::kubelet_renewal("x", "n1")
                .signer(KUBELET_CLIENT)
                .request(node("n1").ip("10.0.0.1").pem()),
        )
        .nodes(),
        fires(
            "san-apiserver",
            Critical,
            serves("n1", &node("n1").ip("10.96.0.1")),
        )
        .nodes(),
        fires(
            "san-apiserver",
            Critical,
            serves("n1", &node("n1").dns("api.example")),
        )
        .nodes(),
        // Its label is the word of whoever may write Nodes.
        fires(
            "san-apiserver",
            Medium,
            serves("cp", &node("cp").dns("cp").ip("10.0.0.1")),
        )
        .nodes(),
        fires(
            "san-apiserver-unchecked",
            High,
            CsrObject::kubelet_serving("x", "n1"),
        )
        .nodes()
        .no_service(),
        fires(
            "san-apiserver-unchecked",
            Medium,
            CsrObject::kubelet_renewal("x", "n1").request(node("n1").ip("10.0.0.1").pem()),
        )
        .nodes()
        .no_service(),
        // It reports the name as DNS gave it, and the kubelet copies that.
        fires(
            "san-dns-malformed",
            Low,
            serves("n1", &node("n1").dns("n1.example.")),
        )
        .these(&[node_object(
            "n1",
            &[("InternalDNS", "n1.example.")],
            &json!({}),
        )]),
        // A worker that says it has the API server's address, and a control plane with the Service's.
        fires(
            "san-apiserver",
            Critical,
            serves("n1", &node("n1").ip("10.0.0.1")),
        )
        .nodes(),
        fires(
            "san-apiserver",
            Critical,
            serves("cp", &node("cp").ip("10.96.0.1")),
        )
        .nodes(),
    ]
}
