//! What the identity could do, where roles and bindings are known and where they are not.

use serde_json::json;

use crate::facts::rbac::testing::{Objects, group, rule, service_account, user};
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::{Row, around, fires, jane, server};

/// Group platform is bound to cluster-admin, group dev runs pods in shop, and group readers reads.
pub(in crate::risk::tests) fn cluster() -> Objects {
    Objects::default()
        .cluster_role("cluster-admin", &json!([rule("* * group=*")]))
        .cluster_role("pods", &json!([rule("create pods")]))
        .cluster_role("read", &json!([rule("get,list pods")]))
        .bind("platform", "cluster-admin", &[group("platform")])
        .bind("readers", "read", &[group("readers")])
        .bind("robot", "read", &[user("robot")])
        .bind("ci", "cluster-admin", &[service_account("ci", "deployer")])
        .bind_in("shop", "dev", "ClusterRole/pods", &[group("dev")])
        .cluster_role(
            "odd",
            &json!([
                rule("get secrets"),
                rule("create widgets group=example.com")
            ]),
        )
        .bind_in("shop", "odd", "ClusterRole/odd", &[group("odd")])
        .cluster_role(
            "widgets",
            &json!([rule("create widgets group=example.com")]),
        )
        .bind("widgets", "widgets", &[group("widgets")])
        .cluster_role("shake", &json!([rule("shake widgets group=example.com")]))
        .bind("shakers", "shake", &[group("shakers")])
}

/// Somebody is bound to cluster-admin.
fn bound(subject: serde_json::Value) -> Objects {
    Objects::default()
        .cluster_role("cluster-admin", &json!([rule("* * group=*")]))
        .bind("b", "cluster-admin", &[subject])
}

/// A group runs pods in these namespaces.
fn in_namespaces(name: &str, namespaces: &[&str]) -> Objects {
    let role = Objects::default().cluster_role("pods", &json!([rule("create pods")]));
    namespaces.iter().fold(role, |objects, namespace| {
        objects.bind_in(namespace, name, "ClusterRole/pods", &[group(name)])
    })
}

/// A request of jane's for that user and group.
pub(in crate::risk::tests) fn asks(user: &str, group: &str) -> CsrObject {
    around(&RequestBuilder::user(user).group(group))
}

pub(super) fn access() -> Vec<Row> {
    let admin = "subject-rbac-admin-equivalent";
    let dangerous = "subject-rbac-dangerous";
    let unknown = "subject-rbac-unknown";
    let none = "subject-rbac-none";
    let existing = "subject-existing-identity";
    let of_another_ca = server(&RequestBuilder::user("jane").group("platform"))
        .usages(&["digital signature", "client auth"]);
    let renewal = around(&jane());
    let by_root = |object: CsrObject| object.requestor("root", &["system:masters"]);
    let by_platform = |object: CsrObject| object.requestor("ann", &["platform"]);
    vec![
        fires(admin, Critical, asks("jane", "platform")).rbac(&cluster()),
        fires(admin, Critical, by_root(asks("jane", "platform"))).rbac(&cluster()),
        // A renewal of such power is no less.
        fires(
            admin,
            Critical,
            asks("jane", "platform").requestor("jane", &["platform"]),
        )
        .rbac(&cluster()),
        fires(
            admin,
            Critical,
            asks("system:serviceaccount:ci:deployer", "x"),
        )
        .rbac(&cluster()),
        // What another CA signs may log in here too.
        fires(admin, Critical, of_another_ca).rbac(&cluster()),
        fires(dangerous, High, asks("joe", "dev").requestor("joe", &[])).rbac(&cluster()),
        // An administrator may hand out one ordinary namespace, and not what runs the cluster.
        fires(dangerous, Medium, by_root(asks("joe", "dev"))).rbac(&cluster()),
        fires(dangerous, High, by_root(asks("joe", "two")))
            .rbac(&in_namespaces("two", &["a", "b"])),
        fires(dangerous, High, by_root(asks("joe", "ops")))
            .rbac(&in_namespaces("ops", &["metallb-system"])),
        fires(dangerous, High, asks("joe", "dev")).rbac(&cluster()),
        fires(dangerous, Medium, asks("jane", "readers")).rbac(&cluster()),
        // What is not rated is not harmless.
        fires(dangerous, Medium, asks("jane", "widgets")).rbac(&cluster()),
        fires(dangerous, High, asks("jane", "shakers")).rbac(&cluster()),
        // Nothing is gained by asking for oneself.
        fires(dangerous, Info, renewal.clone()).rbac(&cluster()),
        fires(unknown, High, renewal.clone()).no_rbac(),
        fires(unknown, High, by_root(asks("joe", "dev"))).no_rbac(),
        // What can be read in part is told, and so is that it is a part.
        fires(unknown, High, asks("jane", "x")).part_of_rbac(&cluster()),
        fires(admin, Critical, asks("jane", "platform")).part_of_rbac(&cluster()),
        fires(none, Info, asks("jane", "nobody")).rbac(&cluster()),
        // Whoever logs in with it gains nothing today.
        fires(
            "signer-custom",
            Medium,
            asks("jane", "nobody").signer("example.com/x"),
        )
        .rbac(&cluster()),
        // Answers to some questions do not make up for roles that cannot be read.
        fires(unknown, High, asks("jane", "nobody")).reviewed("jane", &["nobody"], &[]),
        fires(unknown, High, asks("jane", "ops")).reviewed("jane", &["ops"], &[1]),
        // A binding may give nodes more than they have everywhere.
        fires(unknown, High, CsrObject::kubelet_renewal("x", "n1")).no_rbac(),
        fires(unknown, High, CsrObject::kubelet_bootstrap("x", "n1")).no_rbac(),
        // A node that a binding gives all power is no ordinary node.
        fires(admin, Critical, CsrObject::kubelet_bootstrap("x", "gone"))
            .rbac(&bound(user("system:node:gone"))),
        fires(admin, Critical, CsrObject::kubelet_renewal("x", "n1"))
            .rbac(&bound(group("system:nodes"))),
        fires(admin, Critical, asks("jane", "ops")).reviewed("jane", &["ops"], &[1]),
        fires(existing, High, asks("robot", "x")).rbac(&cluster()),
        fires(existing, Medium, by_root(asks("robot", "x"))).rbac(&cluster()),
        // The bindings show that this one has all power already.
        fires(existing, Medium, by_platform(asks("robot", "x"))).rbac(&cluster()),
        fires(existing, High, asks("trent", "x"))
            .among(vec![CsrObject::own_renewal("other", "trent").approved()]),
        fires(
            "requestor-group-escalation",
            Low,
            by_platform(asks("joe", "dev")),
        )
        .rbac(&cluster()),
    ]
}
