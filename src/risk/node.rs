//! The flows of kubelets.

use crate::csr::Signer;
use crate::csr::signer::NODES_GROUP;

use super::Severity::{Critical, High, Medium};
use super::case::{Case, Hit, hit, joined, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "node-bootstrap-unchecked",
        title: "is a node's first certificate, and the node was not checked",
        severity: Medium,
        why: "A bootstrap token may ask for any node's name: with the name of a running node it takes that node over.",
        advice: "Make sure that a machine of this name is joining now, and that no node of this name exists.",
        source: "pkg/controller/certificates/approver/sarapprove.go.",
        fires: bootstrap_unchecked,
    },
    Rule {
        id: "node-serving-addresses-unchecked",
        title: "is a kubelet's serving certificate, and its addresses were not checked",
        severity: High,
        why: "Neither server nor signer checks the names and addresses: with those of the API server or of another node the holder poses as it.",
        advice: "Compare every name and address with the node's status.addresses, and with where the machine really is.",
        source: "pkg/apis/certificates/helpers.go (ValidateKubeletServingCSR).",
        fires: serving_unchecked,
    },
    Rule {
        id: "node-serving-requestor",
        title: "is a kubelet's serving certificate that its node did not ask for",
        severity: Critical,
        why: "Whoever asks gets the key, and serves as that kubelet: exec, logs, metrics.",
        advice: "Deny it; a kubelet asks for its serving certificate with its own node identity.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/.",
        fires: serving_requestor,
    },
];

fn bootstrap_unchecked(case: &Case<'_>) -> Vec<Hit> {
    if case.is_bootstrap() {
        return hit(
            Medium,
            "a bootstrap token asks for a node; whether that node exists was not checked",
            case.user,
        );
    }
    quiet()
}

fn serving_unchecked(case: &Case<'_>) -> Vec<Hit> {
    if case.signer != Signer::KubeletServing {
        return quiet();
    }
    let Some(request) = case.request else {
        return quiet();
    };
    let san = &request.san;
    let names: Vec<String> = san
        .dns
        .iter()
        .cloned()
        .chain(san.ip.iter().map(ToString::to_string))
        .collect();
    if names.is_empty() {
        return quiet();
    }
    hit(
        High,
        "whether these are the node's own names and addresses was not checked",
        joined(&names),
    )
}

fn serving_requestor(case: &Case<'_>) -> Vec<Hit> {
    let Some(requestor) = case.requestor() else {
        return quiet();
    };
    let own = case.is_self() && requestor.has_group(NODES_GROUP);
    if case.signer != Signer::KubeletServing || own {
        return quiet();
    }
    hit(
        Critical,
        "somebody else than the node asks to serve as it",
        format!("{} asks for {}", requestor.username, case.user),
    )
}
