//! The names under which the certificate could serve.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::csr::{Signer, SubjectAltNames};

use super::Severity::{self, Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet};
use super::catalogue::Rule;
use super::node;
use crate::facts::{Fact, FactKind};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "san-apiserver",
        title: "carries a name or an address of the API server",
        severity: Critical,
        why: "Every pod trusts the cluster's CA: with such a certificate the holder poses as the API server and collects every token.",
        advice: "Deny it; the API server does not get its certificate from a CSR.",
        source: "cmd/kubeadm/app/phases/certs (API server SANs).",
        reads: &[FactKind::Nodes, FactKind::ApiServer],
        fires: apiserver,
    },
    Rule {
        id: "san-apiserver-unchecked",
        title: "carries addresses that were not compared with the API server's Service",
        severity: High,
        why: "Every pod reaches the API server under the address of the Service default/kubernetes: with it the holder poses as the API server.",
        advice: "Compare the addresses with those of the Service: kubectl get service kubernetes.",
        source: "cmd/kubeadm/app/phases/certs (API server SANs).",
        reads: &[FactKind::ApiServer],
        fires: apiserver_unchecked,
    },
    Rule {
        id: "san-cluster-service",
        title: "carries a DNS name of the form that Services and pods have",
        severity: High,
        why: "Admission webhooks and Services are reached under such names; with the certificate of one the holder can pose as it.",
        advice: "Approve it only for the owner of that namespace, from a signer that is meant for it.",
        source: "https://github.com/kubernetes/dns/blob/master/docs/specification.md.",
        reads: &[],
        fires: cluster_service,
    },
    Rule {
        id: "san-wildcard",
        title: "carries a wildcard name",
        severity: Critical,
        why: "It covers names that nobody has seen yet.",
        advice: "Ask for the names that are really served.",
        source: "RFC 6125 §6.4.3.",
        reads: &[],
        fires: wildcard,
    },
    Rule {
        id: "san-special-address",
        title: "carries a loopback, link-local, metadata or otherwise special address",
        severity: High,
        why: "Components talk to each other over loopback, and clouds serve credentials from link-local addresses.",
        advice: "Find out what serves there.",
        source: "RFC 6890.",
        reads: &[],
        fires: special_address,
    },
    Rule {
        id: "san-dns-malformed",
        title: "contains an invalid or unusual DNS name",
        severity: High,
        why: "Servers, clients and people read such names differently: addresses in disguise, cut-off names, look-alikes.",
        advice: "Ask for a request with plain host names.",
        source: "RFC 1034 §3.1 and §3.5, RFC 1123 §2.1 and RFC 5890.",
        reads: &[FactKind::Nodes],
        fires: dns_malformed,
    },
    Rule {
        id: "san-unusual-kind",
        title: "carries a URI, an e-mail address or another kind of name",
        severity: High,
        why: "Such names are identities elsewhere: workloads in a mesh (spiffe), people, accounts of a directory.",
        advice: "Find out which system would accept it.",
        source: "RFC 5280 §4.2.1.6 and the SPIFFE X.509-SVID specification.",
        reads: &[],
        fires: unusual_kind,
    },
    Rule {
        id: "san-on-client",
        title: "is a client certificate with alternative names",
        severity: Medium,
        why: "The signer copies every name into the certificate, and not every client checks that it was made for a server.",
        advice: "Ask for a request without alternative names.",
        source: "pkg/controller/certificates/signer/signer.go.",
        reads: &[],
        fires: on_client,
    },
];

fn names<'a>(case: &Case<'a>) -> Option<&'a SubjectAltNames> {
    case.request
        .map(|request| &request.san)
        .filter(|san| !san.is_empty())
}

/// A DNS name for comparison only: lower case, one trailing dot off.
fn normal(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix('.').map(str::to_owned).unwrap_or(lower)
}

fn matching(names: &[String], is_match: impl Fn(&str) -> bool) -> Vec<&str> {
    names
        .iter()
        .map(String::as_str)
        .filter(|name| is_match(&normal(name)))
        .collect()
}

/// Worst where the certificate can serve, a step lower where it cannot.
fn serving(case: &Case<'_>, severity: Severity) -> Severity {
    if case.serving {
        severity
    } else {
        severity.step_down()
    }
}

fn is_apiserver(name: &str) -> bool {
    matches!(
        name,
        "kubernetes" | "kubernetes.default" | "kubernetes.default.svc" | "konnectivity"
    ) || name.starts_with("kubernetes.default.svc.")
        || name == "openshift.default.svc"
        || name.starts_with("openshift.default.svc.")
}

fn apiserver(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let server = case.facts.api_server.known();
    // A control-plane node may well be the machine behind the kubeconfig's host.
    let own = node::serving_itself(case).filter(|node| node.control_plane);
    let (mut found, mut reported) = (Vec::new(), Vec::new());
    for name in &san.dns {
        if is_apiserver(&normal(name)) {
            found.push(name.clone());
        } else if server.is_some_and(|server| server.has_dns(name)) {
            let is_own = own.is_some_and(|node| node.has_dns(name));
            if is_own { &mut reported } else { &mut found }.push(name.clone());
        }
    }
    for ip in &san.ip {
        if server.is_some_and(|server| server.has_service_ip(*ip)) {
            found.push(ip.to_string());
        } else if server.is_some_and(|server| server.has_ip(*ip)) {
            let is_own = own.is_some_and(|node| node.has_ip(*ip));
            if is_own { &mut reported } else { &mut found }.push(ip.to_string());
        }
    }
    if !found.is_empty() {
        let message = "carries a name or an address under which the API server is reached";
        return hit(serving(case, Critical), message, joined(&found));
    }
    if reported.is_empty() {
        return quiet();
    }
    // The label is the word of whoever may write Nodes.
    let message = "carries the API server's name or address, which a node reports that is labelled as control plane";
    hit(Medium, message, joined(&reported))
}

fn apiserver_unchecked(case: &Case<'_>) -> Vec<Hit> {
    let gap = match &case.facts.api_server {
        Fact::Known(server) => server.service.gap(),
        unknown => unknown.gap(),
    };
    let Some((gap, san)) = gap.zip(names(case)).filter(|(_, san)| !san.ip.is_empty()) else {
        return quiet();
    };
    let addresses: Vec<String> = san.ip.iter().map(ToString::to_string).collect();
    let message =
        "whether one of its addresses is that of the API server's Service was not checked";
    let evidence = format!("{} ({})", joined(&addresses), gap.why);
    hit(serving(case, High), message, evidence)
}

/// Whether a name, in lower case and without a final dot, has the form of a Service's or a pod's:
/// `NAME.NAMESPACE.svc[.ZONE]` with hosts in front of it, or `ADDRESS.NAMESPACE.pod.ZONE`.
fn is_cluster_name(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let service = labels.iter().skip(2).any(|label| *label == "svc");
    let pod = labels.len() > 3 && labels[2] == "pod" && name.ends_with(".pod.cluster.local");
    service || pod
}

fn cluster_service(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let found = matching(&san.dns, |name| {
        is_cluster_name(name) && !is_apiserver(name) && !name.contains('*')
    });
    if found.is_empty() {
        return quiet();
    }
    let message = "carries a DNS name of the form that Services and pods have";
    hit(High, message, joined(&found))
}

fn wildcard(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let found = matching(&san.dns, |name| name.contains('*'));
    if found.is_empty() {
        return quiet();
    }
    let wide = found.iter().any(|name| {
        let name = normal(name);
        let rest = name.strip_prefix("*.").unwrap_or_default();
        !rest.contains('.')
            || rest.contains('*')
            || format!(".{rest}.").contains(".svc.")
            || rest == "cluster.local"
    });
    let (severity, message) = if wide {
        (
            Critical,
            "carries a wildcard over names of the cluster or whole domains",
        )
    } else {
        (High, "carries a wildcard name")
    };
    hit(severity, message, joined(&found))
}

fn special(address: &IpAddr) -> bool {
    const METADATA: [IpAddr; 4] = [
        IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
        IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
        IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    ];
    let by_kind = match address {
        IpAddr::V4(v4) => {
            v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.octets()[0] == 0
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.segments()[0] & 0xffc0 == 0xfe80
        }
    };
    by_kind || METADATA.contains(address)
}

fn special_address(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let is_local = |name: &str| {
        name == "localhost" || name.ends_with(".localhost") || name == "localhost.localdomain"
    };
    let is_metadata = |name: &str| {
        name == "metadata"
            || name == "metadata.google.internal"
            || name.starts_with("instance-data")
    };
    let dns = matching(&san.dns, |name| is_local(name) || is_metadata(name));
    let ip: Vec<&IpAddr> = san.ip.iter().filter(|address| special(address)).collect();
    if dns.is_empty() && ip.is_empty() {
        return quiet();
    }
    let only_loopback = dns.iter().all(|name| is_local(&normal(name)))
        && ip.iter().all(|address| address.is_loopback());
    // A workload's server is often reached over loopback as well.
    let severity = if only_loopback && !case.signer.is_built_in() {
        Medium
    } else {
        High
    };
    let found: Vec<String> = dns
        .into_iter()
        .map(str::to_owned)
        .chain(ip.into_iter().map(ToString::to_string))
        .collect();
    let message = if only_loopback {
        "carries a loopback name or address"
    } else {
        "carries a link-local, metadata or otherwise special name or address"
    };
    hit(severity, message, joined(&found))
}

/// What is wrong with a DNS name, and how bad that is.
fn malformed(name: &str) -> Option<(Severity, &'static str)> {
    if name.is_empty() || name.bytes().any(|byte| byte.is_ascii_control()) {
        return Some((
            High,
            "carries an empty DNS name or one with control characters",
        ));
    }
    let bare = name.strip_suffix('.').unwrap_or(name);
    // 127.1, 0x7f000001 and the like: some readers take them for addresses.
    let last = bare
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let numeric = !last.is_empty()
        && (last.bytes().all(|byte| byte.is_ascii_digit())
            || last
                .strip_prefix("0x")
                .is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())));
    if numeric || bare.parse::<IpAddr>().is_ok() {
        return Some((High, "carries an address where a DNS name belongs"));
    }
    let plain = |label: &str| {
        let label = if label == "*" { "x" } else { label };
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if bare.len() > 253 || !bare.split('.').all(plain) {
        return Some((Medium, "carries a DNS name that is not a valid host name"));
    }
    if bare
        .split('.')
        .any(|label| label.to_ascii_lowercase().starts_with("xn--"))
    {
        return Some((
            Medium,
            "carries an internationalized name, which may look like another",
        ));
    }
    name.ends_with('.').then_some((
        Medium,
        "carries a DNS name with a final dot, which many TLS clients do not match",
    ))
}

fn dns_malformed(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    // A kubelet copies what its Node reports, some of which comes from DNS with a final dot.
    let own = node::serving_itself(case);
    let judge = |name: &str| {
        let (severity, message) = malformed(name)?;
        let is_own = own.is_some_and(|node| node.reports_dns(name));
        Some((if is_own { severity.min(Low) } else { severity }, message))
    };
    let found: Vec<(&str, (Severity, &str))> = san
        .dns
        .iter()
        .filter_map(|name| Some((name.as_str(), judge(name)?)))
        .collect();
    let Some((_, (severity, message))) = found.iter().max_by_key(|(_, (severity, _))| *severity)
    else {
        return quiet();
    };
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    hit(*severity, *message, joined(&names))
}

fn unusual_kind(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let spiffe = san
        .uri
        .iter()
        .filter(|uri| uri.to_ascii_lowercase().starts_with("spiffe:"))
        .count();
    let dropped: Vec<&str> = san.other.iter().map(|other| other.kind).collect();
    let found: Vec<&str> = san
        .uri
        .iter()
        .chain(&san.email)
        .map(String::as_str)
        .chain(dropped.iter().copied())
        .collect();
    if found.is_empty() {
        return quiet();
    }
    let (severity, message) = if spiffe > 0 {
        // Meshes have signers of their own for these.
        let severity = if case.signer == Signer::Custom {
            Medium
        } else {
            High
        };
        (severity, "carries a SPIFFE ID, the identity of a workload")
    } else if !dropped.is_empty() {
        let severity = if case.signer == Signer::Custom {
            High
        } else {
            Medium
        };
        (
            severity,
            "carries kinds of names that built-in signers drop",
        )
    } else {
        (Medium, "carries a URI or an e-mail address")
    };
    hit(severity, message, joined(&found))
}

fn on_client(case: &Case<'_>) -> Vec<Hit> {
    let Some(san) = names(case) else {
        return quiet();
    };
    let client_only = matches!(
        case.signer,
        Signer::KubeApiserverClient | Signer::KubeApiserverClientKubelet
    );
    if !client_only {
        return quiet();
    }
    hit(
        Medium,
        "is a client certificate, and carries names to serve under",
        match san.count() {
            1 => "1 name".to_owned(),
            count => format!("{count} names"),
        },
    )
}
