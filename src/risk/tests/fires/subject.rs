//! Whom the certificate would log in as.

use super::{KUBELET_CLIENT, LEGACY};
use crate::request_builder::string::{IA5, PRINTABLE, UNIVERSAL, UTF8};
use crate::request_builder::{OU, RequestBuilder};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};
use crate::risk::tests::{Row, around, bare, fires, group, jane, server, user};

/// serialNumber.
const SERIAL: &str = "2.5.4.5";
/// domainComponent.
const DC: &str = "0.9.2342.19200300.100.1.25";

pub(super) fn powers() -> Vec<Row> {
    let masters = "system:masters";
    let serving = |name: &str| server(&RequestBuilder::user("jane").group(name));
    vec![
        fires("subject-system-masters", Critical, group(masters)),
        fires(
            "subject-system-masters",
            Critical,
            bare(&jane().group(masters)),
        ),
        fires(
            "subject-system-masters",
            Critical,
            group(masters).signer("example.com/unknown"),
        ),
        fires("subject-system-masters", High, serving(masters)),
        fires(
            "subject-kubeadm-cluster-admins",
            Critical,
            group("kubeadm:cluster-admins"),
        ),
        fires(
            "subject-kubeadm-cluster-admins",
            High,
            serving("kubeadm:cluster-admins"),
        ),
        fires(
            "subject-privileged-group",
            Critical,
            group("system:cluster-admins"),
        ),
        fires(
            "subject-privileged-group",
            Critical,
            group("system:bootstrappers:kubeadm:default-node-token"),
        ),
        fires(
            "subject-privileged-group",
            High,
            group("system:serviceaccounts:kube-system"),
        ),
        fires(
            "subject-privileged-group",
            Medium,
            group("system:monitoring"),
        ),
        fires(
            "subject-privileged-user",
            Critical,
            user("system:kube-controller-manager"),
        ),
        fires(
            "subject-privileged-user",
            Critical,
            user("kube-apiserver-kubelet-client"),
        ),
        fires("subject-privileged-user", High, user("system:kube-proxy")),
        fires("subject-privileged-user", High, user("eks:node-manager")),
        fires("subject-privileged-user", Medium, user("system:anonymous")),
        fires(
            "subject-service-account",
            Critical,
            user("system:serviceaccount:kube-system:clusterrole-aggregation-controller"),
        ),
        fires(
            "subject-service-account",
            Critical,
            user("system:serviceaccount:tigera-system:x"),
        ),
        fires(
            "subject-service-account",
            High,
            user("system:serviceaccount:shop:cart"),
        ),
        fires(
            "subject-reserved-prefix",
            High,
            user("system:new-component"),
        ),
        // No ServiceAccount has so few parts, so no other rule speaks about it.
        fires(
            "subject-reserved-prefix",
            High,
            user("system:serviceaccount:kube-system"),
        ),
    ]
}

pub(super) fn identity() -> Vec<Row> {
    let reviewed = fires("subject-is-reviewer", High, user("boss")).reviewer("boss");
    let custom = |severity, request: &RequestBuilder| {
        fires("subject-extra-attributes", severity, server(request))
    };
    vec![
        fires("subject-reserved-prefix", High, group("system:new-group")),
        fires(
            "subject-external-idp-name",
            Medium,
            user("jane.doe@example.org"),
        ),
        fires("subject-external-idp-name", Medium, group("oidc:admins")),
        reviewed,
        fires(
            "subject-empty",
            Medium,
            around(&RequestBuilder::empty().group("dev")),
        ),
        fires("subject-empty", Medium, group("")),
        fires("subject-empty", Medium, user("")),
        fires(
            "subject-extra-attributes",
            High,
            around(&jane().name("1.3.6.1.4.1.57683.2", UTF8, "0")).signer("example.com/x"),
        ),
        fires(
            "subject-extra-attributes",
            Medium,
            around(&jane().name("1.3.6.1.4.1.57683.2", UTF8, "0")),
        ),
        fires(
            "subject-extra-attributes",
            Info,
            around(&jane().name(OU, UTF8, "shop")),
        ),
        fires(
            "subject-extra-attributes",
            Info,
            around(&jane().name("1.2.840.113549.1.9.1", IA5, "jane@example.org")),
        ),
        fires(
            "subject-extra-attributes",
            Medium,
            around(&jane().name("1.2.3.4", UTF8, "x")),
        ),
        // A signer outside Kubernetes may copy the subject as it is.
        custom(High, &jane().name(OU, 0x04, b"shop")),
        custom(High, &jane().name(OU, UNIVERSAL, b"\0\0\0x")),
        custom(
            High,
            &jane()
                .name(SERIAL, PRINTABLE, "1")
                .name(SERIAL, PRINTABLE, "2"),
        ),
        custom(Medium, &jane().name(OU, UTF8, "shop").name(OU, UTF8, "web")),
        custom(Info, &jane().name(OU, UTF8, "shop")),
        custom(
            Medium,
            &jane().name(DC, IA5, "example").name(DC, IA5, "org"),
        ),
    ]
}

pub(super) fn nodes_and_lookalikes() -> Vec<Row> {
    let node = |request: &RequestBuilder| around(request).signer(KUBELET_CLIENT);
    vec![
        fires(
            "subject-node-wrong-signer",
            Critical,
            around(&RequestBuilder::node("n1")),
        ),
        fires(
            "subject-node-wrong-signer",
            Critical,
            around(&RequestBuilder::node("n1")).signer(LEGACY),
        ),
        fires(
            "subject-node-wrong-signer",
            High,
            server(&RequestBuilder::node("n1")),
        ),
        fires(
            "subject-node-malformed",
            High,
            node(&RequestBuilder::node("")),
        ),
        fires(
            "subject-node-malformed",
            High,
            node(&RequestBuilder::node("N1")),
        ),
        fires(
            "subject-node-malformed",
            High,
            node(&RequestBuilder::node("../..")),
        ),
        fires("subject-node-malformed", High, user("system:node:n1")),
        fires("subject-node-malformed", High, group("system:nodes")),
        fires(
            "subject-node-malformed",
            High,
            node(&RequestBuilder::node("n1").group("dev")),
        ),
        fires(
            "subject-node-malformed",
            Critical,
            node(&RequestBuilder::node("n1").group("kubeadm:cluster-admins")),
        ),
        fires("subject-lookalike", High, group("system:m\u{430}sters")),
        fires("subject-lookalike", High, group("System:Masters")),
        fires("subject-lookalike", High, group("\u{ff53}ystem:masters")),
        fires("subject-lookalike", High, group("\u{17f}ystem:masters")),
        fires("subject-lookalike", High, user("SYSTEM:NODE:n1")),
        fires("subject-lookalike", Medium, group("system-masters")),
        fires("subject-lookalike", Medium, group("kubeadm:cluster-admin")),
        fires("subject-lookalike", Low, user("cluster-admin")),
        fires("subject-lookalike", Low, group("admins")),
    ]
}
