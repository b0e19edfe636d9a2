//! Who asks, and the flows of kubelets.

use super::KUBELET_CLIENT;
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::Severity::{Critical, High, Info, Medium};
use crate::risk::tests::{Row, around, bare, fires, jane, manifest};

pub(super) fn requestor() -> Vec<Row> {
    let from = |username: &str, groups: &[&str], request: &RequestBuilder| {
        CsrObject::new("x", request.pem()).requestor(username, groups)
    };
    let bob = || RequestBuilder::user("bob");
    let admins = ["kubeadm:cluster-admins"];
    let tokens = ["system:bootstrappers", "system:authenticated"];
    let nodes = ["system:nodes"];
    let self_review = fires("requestor-self-review", High, around(&jane())).reviewer("jane");
    let account = "system:serviceaccount:shop:cart";
    vec![
        fires("requestor-self-renewal", Info, around(&jane())),
        fires(
            "requestor-self-renewal",
            Info,
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        fires(
            "requestor-subject-mismatch",
            Medium,
            from("jane", &[], &bob()),
        ),
        fires(
            "requestor-subject-mismatch",
            Medium,
            from("root", &admins, &bob()),
        ),
        fires(
            "requestor-subject-mismatch",
            High,
            from("jane", &[], &RequestBuilder::node("n1")),
        ),
        fires(
            "requestor-group-escalation",
            High,
            around(&jane().group("ops")),
        ),
        fires(
            "requestor-group-escalation",
            High,
            from("jane", &["system:authenticated"], &bob().group("dev")),
        ),
        fires(
            "requestor-group-escalation",
            Medium,
            from("root", &admins, &bob().group("dev")),
        ),
        fires(
            "requestor-group-escalation",
            Medium,
            from("root", &["system:masters"], &bob().group("dev")),
        ),
        fires(
            "requestor-anonymous",
            Critical,
            from("system:anonymous", &[], &jane()),
        ),
        fires(
            "requestor-anonymous",
            Critical,
            from("x", &["system:unauthenticated"], &jane()),
        ),
        fires(
            "requestor-service-account",
            High,
            from(account, &[], &bob()),
        ),
        fires(
            "requestor-node-overreach",
            Critical,
            from("system:node:n1", &nodes, &bob()),
        ),
        fires(
            "requestor-node-overreach",
            Critical,
            CsrObject::kubelet_renewal("x", "n2").requestor("system:node:n1", &nodes),
        ),
        fires(
            "requestor-node-overreach",
            High,
            from("system:bootstrap:abcdef", &tokens, &bob()),
        ),
        fires(
            "requestor-node-overreach",
            High,
            from("system:bootstrap:abcdef", &tokens, &bob()).signer(KUBELET_CLIENT),
        ),
        fires(
            "requestor-node-overreach",
            Critical,
            CsrObject::kubelet_serving("x", "n1").requestor("system:bootstrap:abcdef", &tokens),
        ),
        self_review,
        fires(
            "requestor-missing",
            High,
            around(&jane()).requestor("", &[]),
        ),
        fires("requestor-missing", Medium, bare(&jane())),
        fires("requestor-missing", Medium, manifest(&around(&jane()))),
    ]
}

pub(super) fn node() -> Vec<Row> {
    vec![
        fires(
            "node-bootstrap-unchecked",
            Medium,
            CsrObject::kubelet_bootstrap("x", "n1"),
        ),
        fires(
            "node-serving-addresses-unchecked",
            High,
            CsrObject::kubelet_serving("x", "n1"),
        ),
        fires(
            "node-serving-requestor",
            Critical,
            CsrObject::kubelet_serving("x", "n1").requestor_node("n2"),
        ),
        fires(
            "node-serving-requestor",
            Critical,
            CsrObject::kubelet_serving("x", "n1").requestor("jane", &["dev"]),
        ),
        // The name of a node without its group is nobody's node.
        fires(
            "node-serving-requestor",
            Critical,
            CsrObject::kubelet_serving("x", "n1").requestor("system:node:n1", &[]),
        ),
    ]
}
