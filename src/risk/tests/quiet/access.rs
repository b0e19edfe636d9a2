//! Rights that are no finding.

use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::tests::fires::access::{asks, cluster};
use crate::risk::tests::{Row, around, jane, quiet, server};

pub(super) fn access() -> Vec<Row> {
    let admin = "subject-rbac-admin-equivalent";
    let dangerous = "subject-rbac-dangerous";
    let unknown = "subject-rbac-unknown";
    let none = "subject-rbac-none";
    let existing = "subject-existing-identity";
    let renewal = CsrObject::kubelet_renewal("x", "n1");
    let bootstrap = CsrObject::kubelet_bootstrap("x", "n1");
    let serving = CsrObject::kubelet_serving("x", "n1");
    vec![
        // Nobody asked.
        quiet(admin, asks("jane", "platform")),
        quiet(unknown, asks("jane", "platform")),
        quiet(none, asks("jane", "platform")),
        quiet(admin, asks("jane", "Platform")).rbac(&cluster()),
        quiet(admin, asks("jane", "dev")).rbac(&cluster()),
        quiet(dangerous, asks("jane", "nobody")).rbac(&cluster()),
        quiet(dangerous, asks("jane", "platform")).rbac(&cluster()),
        // That group has a rule of its own, and is no matter of bindings.
        quiet(admin, asks("jane", "system:masters")).rbac(&cluster()),
        quiet(unknown, asks("jane", "system:masters")).no_rbac(),
        // Nobody logs in with it.
        quiet(
            admin,
            server(&RequestBuilder::user("jane").group("platform")),
        )
        .rbac(&cluster()),
        quiet(unknown, server(&jane())).no_rbac(),
        quiet(unknown, serving.clone()).no_rbac(),
        quiet(dangerous, renewal.clone()).rbac(&cluster()),
        quiet(dangerous, bootstrap).rbac(&cluster()),
        quiet(none, renewal).rbac(&cluster()),
        quiet(unknown, asks("jane", "dev")).rbac(&cluster()),
        quiet(none, asks("jane", "x")).reviewed("jane", &["x"], &[]),
        quiet(none, asks("jane", "dev")).rbac(&cluster()),
        quiet(none, asks("jane", "x")).no_rbac(),
        quiet(none, asks("jane", "x")).part_of_rbac(&cluster()),
        quiet(existing, asks("Robot", "x")).rbac(&cluster()),
        quiet(existing, asks("robot", "x").requestor("robot", &[])).rbac(&cluster()),
        quiet(existing, server(&RequestBuilder::user("robot"))).rbac(&cluster()),
        quiet(existing, around(&jane())).among(vec![CsrObject::own_renewal("y", "jane")]),
    ]
}
