//! Kubelets that are what they seem, where the nodes are known.

use serde_json::json;

use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::tests::{Row, node_object, quiet, server};

/// Rules that have nothing to say of this CSR.
fn none(rules: &[&'static str], csr: &CsrObject) -> Vec<Row> {
    rules
        .iter()
        .map(|rule| quiet(rule, csr.clone()).nodes())
        .collect()
}

pub(super) fn known() -> Vec<Row> {
    let mut rows = unread();
    rows.extend(ordinary());
    rows
}

/// Where something about the nodes is not known, or contradicts it.
fn unread() -> Vec<Row> {
    let node = RequestBuilder::node;
    let serves = |name: &str, request: &RequestBuilder| {
        CsrObject::kubelet_serving("x", name).request(request.pem())
    };
    let bootstrap = |node: &str| CsrObject::kubelet_bootstrap("x", node);
    let reporting = |address: &str| {
        quiet(
            "node-serving-verified",
            serves("n1", &node("n1").ip(address)),
        )
        .nodes()
        .these(&[node_object("n1", &[("InternalIP", address)], &json!({}))])
    };
    let unreadable = || node_object("n1", &[], &json!({"a": 7}));
    vec![
        // Without the nodes nothing is known about them.
        quiet("node-bootstrap-new", bootstrap("n3")),
        quiet("node-bootstrap-existing-node", bootstrap("n1")).no_nodes(),
        quiet("node-unknown", CsrObject::kubelet_renewal("x", "gone")).no_nodes(),
        quiet(
            "node-renewal-unchecked",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "node-renewal-unchecked",
            CsrObject::kubelet_renewal("x", "n1"),
        )
        .nodes(),
        quiet(
            "node-renewal-unchecked",
            CsrObject::kubelet_serving("x", "n1"),
        )
        .no_nodes(),
        quiet(
            "node-serving-verified",
            CsrObject::kubelet_serving("x", "n1"),
        )
        .no_nodes(),
        quiet(
            "node-serving-san-foreign",
            CsrObject::kubelet_serving("x", "n2"),
        )
        .no_nodes(),
        // It reports the address of the API server's Service, which no machine has, and its host's.
        reporting("10.96.0.1"),
        reporting("10.0.0.1"),
        // A node that cannot be read may be the one.
        quiet("node-bootstrap-new", bootstrap("n3")).these(&[unreadable()]),
        quiet("node-unknown", CsrObject::kubelet_renewal("x", "n1")).these(&[unreadable()]),
        quiet(
            "node-serving-verified",
            serves("n1", &node("n1").ip("10.0.0.7")),
        )
        .these(&[
            node_object("n1", &[("InternalIP", "10.0.0.7")], &json!({})),
            node_object("n2", &[("InternalIP", "10.0.0.7")], &json!({})),
        ]),
    ]
}

/// Where the nodes are known, and nothing is wrong or another rule speaks.
fn ordinary() -> Vec<Row> {
    let node = RequestBuilder::node;
    let serves = |name: &str, request: &RequestBuilder| {
        CsrObject::kubelet_serving("x", name).request(request.pem())
    };
    let bootstrap = |node: &str| CsrObject::kubelet_bootstrap("x", node);
    let mut rows = Vec::new();
    rows.extend(none(
        &["node-bootstrap-unchecked", "node-bootstrap-new"],
        &bootstrap("n1"),
    ));
    rows.extend(none(
        &["node-bootstrap-unchecked", "node-bootstrap-existing-node"],
        &bootstrap("n3"),
    ));
    rows.extend(none(
        &["node-bootstrap-existing-node"],
        &bootstrap("n1").created("2026-03-01T10:59:00Z").approved(),
    ));
    rows.extend(none(
        &[
            "node-bootstrap-existing-node",
            "node-unknown",
            "node-bootstrap-new",
        ],
        &CsrObject::kubelet_renewal("x", "n1"),
    ));
    rows.extend(none(
        &[
            "node-bootstrap-existing-node",
            "node-unknown",
            "node-serving-addresses-unchecked",
            "node-serving-san-foreign",
        ],
        &CsrObject::kubelet_serving("x", "n1"),
    ));
    rows.extend(none(
        &["node-serving-san-foreign", "san-apiserver-unchecked"],
        &serves("cp", &node("cp").dns("cp").ip("10.0.0.1")),
    ));
    // Each has a rule of its own.
    rows.extend(none(
        &["node-serving-verified", "node-serving-san-foreign"],
        &CsrObject::kubelet_serving("x", "gone").request(node("gone").ip("10.0.0.9").pem()),
    ));
    rows.extend(none(
        &["node-serving-verified"],
        &CsrObject::kubelet_serving("x", "n1").requestor_node("n2"),
    ));
    rows.extend(none(
        &["node-serving-verified"],
        &serves("n1", &node("n1").ip("10.0.0.7").ip("10.0.0.9")),
    ));
    // The API server's, which it does not report.
    rows.extend(none(
        &["node-serving-verified"],
        &serves("n1", &node("n1").ip("10.0.0.7").ip("10.96.0.1")),
    ));
    rows.extend(none(&["node-serving-verified"], &serves("n1", &node("n1"))));
    rows.extend(none(
        &["node-serving-san-foreign", "san-apiserver"],
        &server(&RequestBuilder::user("x").dns("a.example").ip("10.0.0.9")),
    ));
    rows
}
