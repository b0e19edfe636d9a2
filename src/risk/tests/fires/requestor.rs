//! Who asks, and the flows of kubelets.

use super::KUBELET_CLIENT;
use crate::facts::rbac::testing::{Objects, group};
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::fires::access::cluster;
use crate::risk::tests::{Row, around, bare, fires, jane, manifest, server};

pub(super) fn requestor() -> Vec<Row> {
    let from = |username: &str, groups: &[&str], request: &RequestBuilder| {
        CsrObject::new("x", request.pem()).requestor(username, groups)
    };
    let bob = || RequestBuilder::user("bob");
    let admins = ["kubeadm:cluster-admins"];
    let tokens = ["system:bootstrappers", "system:authenticated"];
    let nodes = ["system:nodes"];
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
        fires(
            "requestor-missing",
            High,
            around(&jane()).requestor("", &[]),
        ),
        fires("requestor-missing", Medium, bare(&jane())),
        fires("requestor-missing", Medium, manifest(&around(&jane()))),
    ]
}

/// By whom it is reviewed.
pub(super) fn reviewer() -> Vec<Row> {
    let from = |username: &str, groups: &[&str], request: &RequestBuilder| {
        CsrObject::new("x", request.pem()).requestor(username, groups)
    };
    let bob = || RequestBuilder::user("bob");
    let admins = ["kubeadm:cluster-admins"];
    let nodes = ["system:nodes"];
    let by_jane = |request: &RequestBuilder| {
        fires("requestor-self-review", High, around(request)).reviewer("jane")
    };
    let own = fires("requestor-self-review", Medium, around(&jane())).reviewer("jane");
    let powerful = fires(
        "requestor-self-review",
        Medium,
        from("root", &admins, &bob()),
    )
    .reviewer("root");
    let unchecked = |severity, csr: CsrObject| {
        fires("requestor-self-review-unchecked", severity, csr).no_reviewer()
    };
    vec![
        by_jane(&bob()),
        by_jane(&jane().group("ops")),
        own,
        powerful,
        fires(
            "requestor-self-review",
            Medium,
            from("ann", &["platform"], &bob()),
        )
        .rbac(&cluster())
        .reviewer("ann"),
        unchecked(Medium, server(&bob()).requestor("ann", &["platform"])).rbac(&cluster()),
        unchecked(High, from("jane", &[], &bob())),
        unchecked(High, from("root", &admins, &bob())),
        unchecked(Medium, around(&jane())),
        unchecked(High, from("system:node:n1", &nodes, &bob())),
    ]
}

/// What OVN-Kubernetes requests with the credentials of that node.
fn component(node: &str) -> CsrObject {
    let request = RequestBuilder::user("system:ovn-node:n1").group("system:ovn-nodes");
    CsrObject::new("csr-8gczf", request.pem()).requestor_node(node)
}

pub(super) fn node() -> Vec<Row> {
    let with = |severity, rule: &str| {
        let roles = Objects::default().allow("ovn", rule, group("system:ovn-nodes"));
        fires("node-component-identity", severity, component("n1")).rbac(&roles)
    };
    vec![
        // What it may do is not known.
        fires("node-component-identity", High, component("n1")),
        fires("node-component-identity", High, component("n1")).no_rbac(),
        with(Low, "get,list,watch pods,nodes"),
        with(High, "get,list secrets"),
        fires("requestor-node-overreach", Critical, component("n2")),
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
