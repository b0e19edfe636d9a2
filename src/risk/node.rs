//! The flows of kubelets.

use std::net::IpAddr;

use crate::csr::Signer;
use crate::csr::signer::NODES_GROUP;
use crate::facts::Fact;
use crate::facts::FactKind;
use crate::facts::nodes::{Node, Nodes};

use super::Severity::{self, Critical, High, Info, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "node-bootstrap-unchecked",
        title: "requests a node's client certificate from another account, and the node was not checked",
        severity: High,
        why: "An account that joins nodes may request any node's name: with the name of a running node it takes that node over.",
        advice: "Make sure that a machine of this name is joining now, and that no node of this name exists.",
        source: "pkg/controller/certificates/approver/sarapprove.go.",
        reads: &[FactKind::Authorizers, FactKind::Nodes],
        fires: bootstrap_unchecked,
    },
    Rule {
        id: "node-bootstrap-new",
        title: "is the first certificate of a node that did not exist when it was asked for",
        severity: Info,
        why: "This is how nodes join. That no node of this name exists says nothing about the machine that asks.",
        advice: "Make sure that a machine of this name is joining now.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/.",
        reads: &[FactKind::Authorizers, FactKind::Nodes],
        fires: bootstrap_new,
    },
    Rule {
        id: "node-bootstrap-existing-node",
        title: "requests an existing node's identity from another account",
        severity: Critical,
        why: "A certificate with the name of a running node reads the secrets of all its pods. Stolen bootstrap credentials are used like this.",
        advice: "Deny it. If the machine was reinstalled, delete its Node first.",
        source: "plugin/pkg/auth/authorizer/node/node_authorizer.go.",
        reads: &[FactKind::Nodes],
        fires: existing_node,
    },
    Rule {
        id: "node-renewal-unchecked",
        title: "is a node's renewal, and the node could not be looked up",
        severity: High,
        why: "Nothing revokes the certificate of a deleted node: with a renewal the machine stays in the cluster.",
        advice: "Get permission to list nodes, or check in another way that the node still exists.",
        source: "pkg/controller/certificates/approver/sarapprove.go (a renewal is approved without looking for the node).",
        reads: &[FactKind::Nodes],
        fires: renewal_unchecked,
    },
    Rule {
        id: "node-unknown",
        title: "is a certificate of a node that does not exist",
        severity: High,
        why: "The certificate of a deleted node still works, for nothing revokes it: the machine renews it and stays in the cluster.",
        advice: "Deny it, unless the node is joining right now; in that case check again in a moment.",
        source: "pkg/controller/certificates/approver/sarapprove.go (a renewal is approved without looking for the node).",
        reads: &[FactKind::Nodes],
        fires: unknown_node,
    },
    Rule {
        id: "node-serving-addresses-unchecked",
        title: "is a server's certificate, and its names were not compared with the nodes",
        severity: High,
        why: "Neither the API server nor the signer checks names and addresses: with those of another node the holder poses as it.",
        advice: "Compare every name and address with the node's status.addresses, and with where the machine really is.",
        source: "pkg/apis/certificates/helpers.go (ValidateKubeletServingCSR).",
        reads: &[FactKind::Nodes],
        fires: serving_unchecked,
    },
    Rule {
        id: "node-serving-verified",
        title: "is a kubelet's serving certificate for no other names and addresses than its node reports",
        severity: Info,
        why: "A node's addresses are self-reported: the kubelet itself writes them into its status, or a cloud's controller does.",
        advice: "Approve it if you trust the machine.",
        source: "pkg/kubelet/certificate/kubelet.go (addressesToHostnamesAndIPs).",
        reads: &[FactKind::Nodes, FactKind::ApiServer],
        fires: serving_verified,
    },
    Rule {
        id: "node-serving-san-foreign",
        title: "carries a name or an address that is not the node's own",
        severity: Critical,
        why: "With the address of another node the holder poses as that node's kubelet, and reads what passes: exec, logs, tokens.",
        advice: "Deny it. If two nodes report the same address, delete the Node that is gone; if the address is new, wait until the node reports it.",
        source: "https://github.com/kubernetes/kubernetes/issues/50635.",
        reads: &[FactKind::Nodes, FactKind::ApiServer],
        fires: serving_foreign,
    },
    Rule {
        id: "node-serving-requestor",
        title: "is a kubelet's serving certificate that another account requests",
        severity: Critical,
        why: "The requestor holds the key, and would serve as that kubelet: exec, logs, metrics.",
        advice: "Deny it. A kubelet requests its serving certificate with its own node identity.",
        source: "https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/.",
        reads: &[],
        fires: serving_requestor,
    },
    Rule {
        id: "node-component-identity",
        title: "is requested by a node for an identity of its own besides the kubelet's",
        severity: High,
        why: "Network plugins such as OVN-Kubernetes and Multus request an identity for each node with the kubelet's credentials. Such an identity can do what its bindings allow, and any process with the kubelet's credentials can request it.",
        advice: "Check that a component of this node uses that name, and that its rights fit.",
        source: "https://github.com/ovn-kubernetes/ovn-kubernetes and https://github.com/k8snetworkplumbingwg/multus-cni (per-node certificates).",
        reads: &[FactKind::Authorizers],
        fires: component_identity,
    },
];

/// What is known about a node of some name.
enum Known<'a> {
    /// It was not looked up.
    NotAsked,
    /// It was looked up, and why there is no answer.
    Unknown(&'a str),
    /// There is none.
    Absent,
    /// There is one.
    Exists(&'a Node),
}

fn look_up<'a>(case: &Case<'a>, name: &str) -> Known<'a> {
    match &case.facts.nodes {
        Fact::NotAsked => Known::NotAsked,
        Fact::Unknown(gap) => Known::Unknown(&gap.why),
        Fact::Known(nodes) => match nodes.get(name) {
            Some(node) => Known::Exists(node),
            None if nodes.lacks(name) => Known::Absent,
            None => Known::Unknown("a node could not be read"),
        },
    }
}

/// What is known about the node that the user name names.
fn subject<'a>(case: &Case<'a>) -> Option<Known<'a>> {
    case.node().map(|name| look_up(case, name))
}

/// The evidence for what was not checked, with the reason if there is one.
fn because(evidence: &str, why: Option<&str>) -> String {
    match why {
        Some(why) => format!("{evidence} ({why})"),
        None => evidence.to_owned(),
    }
}

/// That nodes join is ordinary, so that an unchecked one is a question and no alarm. Where another account
/// requests a node's certificate, a node that could not be looked up may be a running one.
fn bootstrap_unchecked(case: &Case<'_>) -> Vec<Hit> {
    if !case.csr.requests_node_client() || case.is_self() {
        return quiet();
    }
    let (severity, why) = match subject(case) {
        Some(Known::NotAsked) if case.is_bootstrap() => (Medium, None),
        Some(Known::Unknown(why)) if case.is_bootstrap() => (Medium, Some(why)),
        Some(Known::Unknown(why)) => (High, Some(why)),
        _ => return quiet(),
    };
    hit(
        severity,
        "requests a node's client certificate; whether that node exists was not checked",
        because(case.user, why),
    )
}

fn bootstrap_new(case: &Case<'_>) -> Vec<Hit> {
    match subject(case).filter(|_| case.is_bootstrap()) {
        Some(Known::Absent) => hit(
            Info,
            "no node of this name exists yet; whether such a machine is joining was not checked",
            case.user,
        ),
        Some(Known::Exists(node)) if joined_since(case, node) => hit(
            Info,
            "the node joined after this CSR was created and decided",
            case.user,
        ),
        _ => quiet(),
    }
}

/// Whether the node exists because this CSR, or another one after it, was approved.
fn joined_since(case: &Case<'_>, node: &Node) -> bool {
    let asked = case.csr.metadata.created_at;
    !case.csr.state.is_pending()
        && asked.is_some_and(|asked| node.created_at.is_some_and(|joined| joined > asked))
}

fn existing_node(case: &Case<'_>) -> Vec<Hit> {
    let Some(Known::Exists(node)) = subject(case) else {
        return quiet();
    };
    if !case.client || case.is_self() || joined_since(case, node) {
        return quiet();
    }
    let requestor = case.requestor().map(|requestor| &requestor.username);
    let message = if node.control_plane {
        "requests an existing control-plane node's identity from another account"
    } else {
        "requests an existing node's identity from another account"
    };
    let evidence = match requestor {
        Some(requestor) => format!("{requestor} requests {}", case.user),
        None => case.user.to_owned(),
    };
    hit(Critical, message, evidence)
}

fn renewal_unchecked(case: &Case<'_>) -> Vec<Hit> {
    if !case.client || !case.is_self() {
        return quiet();
    }
    match subject(case) {
        Some(Known::Unknown(why)) => hit(
            High,
            "whether this node still exists could not be looked up",
            because(case.user, Some(why)),
        ),
        _ => quiet(),
    }
}

fn unknown_node(case: &Case<'_>) -> Vec<Hit> {
    let renewal = case.client && case.is_self();
    if case.signer != Signer::KubeletServing && !renewal {
        return quiet();
    }
    match subject(case) {
        Some(Known::Absent) => hit(High, "no node of this name exists", case.user),
        _ => quiet(),
    }
}

/// The names and addresses to serve under, as text.
fn served(case: &Case<'_>) -> Vec<String> {
    let Some(san) = case.request.map(|request| &request.san) else {
        return Vec::new();
    };
    let addresses = san.ip.iter().map(ToString::to_string);
    san.dns.iter().cloned().chain(addresses).collect()
}

fn serving_unchecked(case: &Case<'_>) -> Vec<Hit> {
    let names = served(case);
    if !case.serving || names.is_empty() {
        return quiet();
    }
    // The name of no node at all is looked up in vain, if it is looked up.
    let known = look_up(case, case.node().unwrap_or_default());
    if case.signer != Signer::KubeletServing {
        return match known {
            Known::Unknown(why) => hit(
                Medium,
                "whether one of these names and addresses is a node's was not checked",
                because(&joined(&names), Some(why)),
            ),
            _ => quiet(),
        };
    }
    let why = match known {
        Known::NotAsked => None,
        Known::Unknown(why) => Some(why),
        Known::Absent | Known::Exists(_) => return quiet(),
    };
    hit(
        High,
        "whether these are the node's own names and addresses was not checked",
        because(&joined(&names), why),
    )
}

/// The node whose own serving certificate this is: it exists, and asks itself.
pub(super) fn serving_itself<'a>(case: &Case<'a>) -> Option<&'a Node> {
    let itself = case.signer == Signer::KubeletServing
        && case.is_self()
        && case.requestor()?.has_group(NODES_GROUP);
    match subject(case).filter(|_| itself) {
        Some(Known::Exists(node)) => Some(node),
        _ => None,
    }
}

fn serving_verified(case: &Case<'_>) -> Vec<Hit> {
    let names = served(case);
    let (Some(node), Some(nodes)) = (serving_itself(case), case.facts.nodes.known()) else {
        return quiet();
    };
    let only = |mut others: Box<dyn Iterator<Item = &Node> + '_>| {
        others.all(|other| other.name == node.name)
    };
    // The API server's are no worker's, whatever it reports.
    let server = case.facts.api_server.known();
    let of_the_server = |dns: &[String], ip: &[IpAddr]| {
        server.is_some_and(|server| {
            ip.iter().any(|ip| server.has_service_ip(*ip))
                || !node.control_plane
                    && (dns.iter().any(|name| server.has_dns(name))
                        || ip.iter().any(|ip| server.has_ip(*ip)))
        })
    };
    let its_own = case.request.is_some_and(|request| {
        let san = &request.san;
        let dns = |name: &String| node.has_dns(name) && only(Box::new(nodes.with_dns(name)));
        let ip = |ip: &IpAddr| node.has_ip(*ip) && only(Box::new(nodes.with_ip(*ip)));
        san.dns.iter().all(dns) && san.ip.iter().all(ip) && !of_the_server(&san.dns, &san.ip)
    });
    if names.is_empty() || !its_own {
        return quiet();
    }
    hit(
        Info,
        "no other names and addresses than the node reports, which writes them itself",
        joined(&names),
    )
}

/// A name or an address that is not a node's alone.
struct Foreign {
    severity: Severity,
    message: &'static str,
    text: String,
    /// Whether another node has it.
    of_a_node: bool,
}

/// Judges one name or address. Those of the API server have a rule of their own.
fn judge(
    text: String,
    own: Option<&Node>,
    is_own: bool,
    mut others: Vec<&Node>,
) -> Option<Foreign> {
    others.retain(|other| own.is_none_or(|own| own.name != other.name));
    let control_plane = own.is_some_and(|own| own.control_plane);
    let (severity, message) = match others.first() {
        None if is_own => return None,
        None if own.is_some_and(|own| own.addresses.is_empty()) => (
            Medium,
            "carries names or addresses, and the node reports none yet",
        ),
        None => (
            High,
            "carries a name or an address that is not among those that the node itself reports",
        ),
        Some(_) if !is_own => (Critical, "carries a name or an address of another node"),
        // Either it lies about its own addresses, or the other node is gone and was not deleted.
        Some(_) if !control_plane && others.iter().any(|other| other.control_plane) => (
            Critical,
            "carries a name or an address that a control-plane node reports too",
        ),
        Some(_) => (
            High,
            "carries a name or an address that another node reports too",
        ),
    };
    let text = match others.first() {
        Some(other) => format!("{text} (node {})", other.name),
        None => text,
    };
    Some(Foreign {
        severity,
        message,
        text,
        of_a_node: !others.is_empty(),
    })
}

/// The names and addresses of a request that are not this node's alone.
fn foreign(case: &Case<'_>, nodes: &Nodes, own: Option<&Node>) -> Vec<Foreign> {
    let Some(san) = case.request.map(|request| &request.san) else {
        return Vec::new();
    };
    let server = case.facts.api_server.known();
    let names = san
        .dns
        .iter()
        .filter(|name| !server.is_some_and(|server| server.has_dns(name)))
        .filter_map(|name| {
            judge(
                name.clone(),
                own,
                own.is_some_and(|own| own.has_dns(name)),
                nodes.with_dns(name).collect(),
            )
        });
    let addresses = san
        .ip
        .iter()
        .filter(|ip| {
            !server.is_some_and(|server| server.has_ip(**ip) || server.has_service_ip(**ip))
        })
        .filter_map(|ip| {
            judge(
                ip.to_string(),
                own,
                own.is_some_and(|own| own.has_ip(*ip)),
                nodes.with_ip(*ip).collect(),
            )
        });
    names.chain(addresses).collect()
}

fn serving_foreign(case: &Case<'_>) -> Vec<Hit> {
    let Some(nodes) = case.facts.nodes.known() else {
        return quiet();
    };
    if !case.serving {
        return quiet();
    }
    let by_kubelet = case.signer == Signer::KubeletServing;
    let subject = subject(case).filter(|_| by_kubelet);
    let own = match subject {
        Some(Known::Exists(node)) => Some(node),
        _ => None,
    };
    let mut found = foreign(case, nodes, own);
    if !by_kubelet {
        // What a node's agents serve with comes from other signers too, and is no kubelet's.
        found.retain(|foreign| foreign.of_a_node);
        for foreign in &mut found {
            foreign.severity = Medium;
            foreign.message = "carries a name or an address of a node";
        }
    } else if matches!(subject, Some(Known::Absent | Known::Unknown(_))) {
        // That the node is not there, or was not read, has rules of its own.
        found.retain(|foreign| foreign.severity == Critical);
    }
    let Some(worst) = found.iter().map(|foreign| foreign.severity).max() else {
        return quiet();
    };
    found.retain(|foreign| foreign.severity == worst);
    let texts: Vec<&str> = found.iter().map(|foreign| foreign.text.as_str()).collect();
    hit(worst, found[0].message, joined(&texts))
}

/// It is ordinary where what it may do is known and little.
fn component_identity(case: &Case<'_>) -> Vec<Hit> {
    if !case.is_node_component() {
        return quiet();
    }
    let harmless = case.access_gap.is_none()
        && case
            .access
            .known()
            .is_some_and(|access| access.worst() < High);
    let requestor = case.requestor().map_or("", |requestor| &requestor.username);
    let evidence = format!("{requestor} requests {}", case.user);
    let message = "a node requests an identity of its own besides the kubelet's";
    hit(if harmless { Low } else { High }, message, evidence)
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
        "another account than the node's requests its serving certificate",
        format!("{} requests {}", requestor.username, case.user),
    )
}
