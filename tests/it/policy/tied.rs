//! The worked policies that tie what is asked for to who asks, by variables.

use serde_json::{Value, json};

use super::worked::{nodes, test};
use crate::support::objects::{cluster_role, cluster_role_binding, group, rule};
use crate::support::request::{CsrObject, RequestBuilder};

/// Runs a policy over each case alone: two who ask for one user contest it.
#[track_caller]
fn each_alone(name: &str, cases: Vec<(CsrObject, &str)>, others: &[Value]) {
    for (object, action) in cases {
        test(name, vec![(object, action)], others);
    }
}

/// An agent of a fleet renews a certificate, with this label.
fn member(name: &str, agent: &str, label: &str) -> CsrObject {
    let user = format!("fleet:{agent}");
    let (cluster, _) = agent.split_once(':').expect("a cluster and an agent");
    let group = format!("fleet:{cluster}");
    let request = RequestBuilder::user(&user).group(&group).key_of(name);
    CsrObject::new(name, request.pem())
        .requestor(&user, &[&group, "system:authenticated"])
        .label("example.com/cluster", label)
        .expiration(86_400)
}

#[test]
fn own_cluster() {
    let stranger = member("d", "c1:a1", "c1").requestor("fleet:c2:a1", &["fleet:c2"]);
    let other_group = member("e", "c1:a1", "c1").requestor("fleet:c1:a1", &["fleet:c2"]);
    let star = member("f", "*:a1", "*");
    each_alone(
        "own-cluster",
        vec![
            (member("a", "c1:a1", "c1"), "approve"),
            (member("b", "c1:a1", "c2"), "ask"),
            // A star in a name is a star, and the cluster of that name.
            (member("c", "c1:a1", "*"), "ask"),
            (stranger, "ask"),
            (other_group, "ask"),
            (star, "approve"),
        ],
        &nodes(),
    );
}

/// A node asks for an identity of one of its plugins, or that identity renews itself.
fn plugin(name: &str, requestor: (&str, &str), user: &str, of: &str) -> CsrObject {
    let request = RequestBuilder::user(user).group(of).key_of(name);
    CsrObject::new(name, request.pem())
        .usages(&["digital signature", "client auth"])
        .requestor(requestor.0, &[requestor.1, "system:authenticated"])
        .expiration(86_400)
}

/// What the plugins may do: read these.
fn rights(resource: &str) -> [Value; 2] {
    let read = rule("", &["get", "list", "watch"], &[resource]);
    let subjects = [group("system:ovn-nodes"), group("system:multus")];
    [
        cluster_role("plugins", &[read]),
        cluster_role_binding("plugins", "plugins", &subjects),
    ]
}

#[test]
fn own_node() {
    let n1 = ("system:node:n1", "system:nodes");
    let ovn = ("system:ovn-node:n1", "system:ovn-nodes");
    let cases = |own: &'static str| {
        vec![
            (plugin("a", n1, ovn.0, ovn.1), own),
            (plugin("b", n1, "system:multus:n1", "system:multus"), own),
            (plugin("c", ovn, ovn.0, ovn.1), own),
            (plugin("d", n1, "system:ovn-node:n2", ovn.1), "ask"),
            (plugin("e", n1, "system:ovn-node:*", ovn.1), "ask"),
            (plugin("f", n1, "system:ovn-node:n1x", ovn.1), "ask"),
            (plugin("g", n1, ovn.0, "system:masters"), "ask"),
            (plugin("h", ovn, "system:ovn-node:n2", ovn.1), "ask"),
            (
                plugin("i", ("system:node:", n1.1), "system:ovn-node:", ovn.1),
                "ask",
            ),
            (plugin("j", ("jane", "dev"), ovn.0, ovn.1), "ask"),
        ]
    };
    let with = |resource: &str| [&nodes()[..], &rights(resource)].concat();
    each_alone("own-node", cases("approve"), &with("services"));
    // The identity reads every Secret: that is for a person to decide.
    each_alone("own-node", cases("ask"), &with("secrets"));
}

#[test]
fn own_host() {
    let serves = |name: &str, node: &str, host: &str| {
        let request = RequestBuilder::node(node).dns(host).key_of(name);
        CsrObject::kubelet_serving(name, node).request(request.pem())
    };
    let address = RequestBuilder::node("n1")
        .dns("n1.example.org")
        .ip("10.0.0.8");
    let address = CsrObject::kubelet_serving("f", "n1").request(address.pem());
    let mut reports = nodes();
    reports[1]["status"]["addresses"] =
        json!([{"type": "ExternalDNS", "address": "n2.example.org"}]);
    each_alone(
        "own-host",
        vec![
            (serves("a", "n1", "n1.example.org"), "approve"),
            (serves("b", "n1", "n2.example.org"), "ask"),
            (serves("c", "n1", "a.n1.example.org"), "ask"),
            (serves("d", "n1", "*.example.org"), "ask"),
            (serves("e", "n1", "n1.example.com"), "ask"),
            (address, "ask"),
            (serves("g", "gone", "gone.example.org"), "ask"),
        ],
        &reports,
    );
}
