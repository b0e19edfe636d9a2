//! The nodes of the cluster, and where its API server is.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Fact;

/// Labels of control-plane nodes. `NodeRestriction` keeps kubelets from setting them on themselves.
const CONTROL_PLANE: [&str; 2] = [
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
];

/// The kind of an entry of `status.addresses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressKind {
    /// `InternalIP`.
    InternalIp,
    /// `ExternalIP`.
    ExternalIp,
    /// `Hostname`.
    Hostname,
    /// `InternalDNS`.
    InternalDns,
    /// `ExternalDNS`.
    ExternalDns,
    /// Anything else: a kubelet does not serve under it.
    Other,
}

impl AddressKind {
    fn of(text: &str) -> Self {
        match text {
            "InternalIP" => Self::InternalIp,
            "ExternalIP" => Self::ExternalIp,
            "Hostname" => Self::Hostname,
            "InternalDNS" => Self::InternalDns,
            "ExternalDNS" => Self::ExternalDns,
            _ => Self::Other,
        }
    }
}

/// An entry of `status.addresses`, which the kubelet or a cloud controller wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What it says it is.
    pub kind: AddressKind,
    /// The text.
    pub text: String,
}

impl Address {
    /// The IP address that a kubelet would put into its serving certificate for this entry
    /// (`addressesToHostnamesAndIPs` in pkg/kubelet/certificate/kubelet.go: a host name may be one).
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.kind {
            AddressKind::InternalIp | AddressKind::ExternalIp | AddressKind::Hostname => {
                self.text.parse().ok().map(|ip: IpAddr| ip.to_canonical())
            }
            AddressKind::InternalDns | AddressKind::ExternalDns | AddressKind::Other => None,
        }
    }

    /// The DNS name that a kubelet would put into its serving certificate for this entry.
    #[must_use]
    pub fn dns(&self) -> Option<&str> {
        match self.kind {
            AddressKind::Hostname => self.ip().is_none().then_some(self.text.as_str()),
            AddressKind::InternalDns | AddressKind::ExternalDns => Some(&self.text),
            AddressKind::InternalIp | AddressKind::ExternalIp | AddressKind::Other => None,
        }
    }
}

/// A node, as far as a review needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// `metadata.name`.
    pub name: String,
    /// `metadata.creationTimestamp`.
    pub created_at: Option<Timestamp>,
    /// Whether it carries the label of a control-plane node.
    pub control_plane: bool,
    /// `status.addresses`. Self-reported: a compromised kubelet writes there what it likes.
    pub addresses: Vec<Address>,
}

impl Node {
    /// Whether this is one of its own IP addresses.
    #[must_use]
    pub fn has_ip(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.addresses.iter().any(|own| own.ip() == Some(ip))
    }

    /// Whether it reports this DNS name, byte for byte.
    #[must_use]
    pub fn reports_dns(&self, name: &str) -> bool {
        let mut names = self.addresses.iter().filter_map(Address::dns);
        names.any(|own| own == name)
    }

    /// Whether this is one of its own DNS names. Case does not matter, a final dot does: a kubelet copies
    /// what its Node reports.
    #[must_use]
    pub fn has_dns(&self, name: &str) -> bool {
        self.addresses
            .iter()
            .filter_map(Address::dns)
            .any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// The nodes of the cluster, by name and by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nodes {
    all: Vec<Node>,
    by_name: HashMap<String, usize>,
    by_ip: HashMap<IpAddr, Vec<usize>>,
    by_dns: HashMap<String, Vec<usize>>,
    unreadable: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    creation_timestamp: Option<String>,
    labels: Option<HashMap<String, Option<String>>>,
}

/// Read apart from the rest: a node whose addresses cannot be read still exists.
#[derive(Deserialize)]
struct WithStatus {
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Status {
    addresses: Option<Vec<RawAddress>>,
}

#[derive(Deserialize)]
struct RawAddress {
    #[serde(rename = "type")]
    kind: String,
    address: String,
}

impl Nodes {
    /// Reads Node objects as the API server sends them. One that cannot be read is counted, so that no
    /// node is taken for absent because of it.
    #[must_use]
    pub fn read(objects: &[Box<RawValue>]) -> Self {
        let mut nodes = Self::default();
        for object in objects {
            match serde_json::from_str::<Object>(object.get()) {
                Ok(read) => nodes.push(read.metadata, addresses(object)),
                Err(_) => nodes.unreadable += 1,
            }
        }
        nodes
    }

    fn push(&mut self, metadata: Metadata, addresses: Vec<Address>) {
        let index = self.all.len();
        let ips: BTreeSet<IpAddr> = addresses.iter().filter_map(Address::ip).collect();
        for ip in ips {
            self.by_ip.entry(ip).or_default().push(index);
        }
        // Other nodes are reached under their names too, whatever their status says.
        let names: BTreeSet<String> = addresses
            .iter()
            .filter_map(Address::dns)
            .chain([metadata.name.as_str()])
            .map(normal)
            .collect();
        for name in names {
            self.by_dns.entry(name).or_default().push(index);
        }
        let labels = metadata.labels.unwrap_or_default();
        self.by_name.insert(metadata.name.clone(), index);
        self.all.push(Node {
            name: metadata.name,
            created_at: metadata
                .creation_timestamp
                .and_then(|time| time.parse().ok()),
            control_plane: CONTROL_PLANE
                .iter()
                .any(|label| labels.contains_key(*label)),
            addresses,
        });
    }

    /// The number of nodes that could be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The node of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.by_name.get(name).map(|index| &self.all[*index])
    }

    /// Whether there is certainly no node of that name: every node could be read, and none has it.
    #[must_use]
    pub fn lacks(&self, name: &str) -> bool {
        self.unreadable == 0 && !self.by_name.contains_key(name)
    }

    /// The nodes that have this IP address.
    pub fn with_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Node> {
        self.of(self.by_ip.get(&ip.to_canonical()))
    }

    /// The nodes that have this DNS name, their own name included; case and a trailing dot aside.
    pub fn with_dns(&self, name: &str) -> impl Iterator<Item = &Node> {
        self.of(self.by_dns.get(&normal(name)))
    }

    fn of(&self, indices: Option<&Vec<usize>>) -> impl Iterator<Item = &Node> {
        let indices = indices.map(Vec::as_slice).unwrap_or_default();
        indices.iter().map(|index| &self.all[*index])
    }
}

fn addresses(object: &RawValue) -> Vec<Address> {
    serde_json::from_str::<WithStatus>(object.get())
        .ok()
        .and_then(|object| object.status?.addresses)
        .unwrap_or_default()
        .into_iter()
        .map(|raw| Address {
            kind: AddressKind::of(&raw.kind),
            text: raw.address,
        })
        .collect()
}

/// A DNS name for comparison only: lower case, one trailing dot off.
fn normal(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix('.').map(str::to_owned).unwrap_or(lower)
}

/// Where the API server is, besides the names that it has in every cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiServerNames {
    /// The addresses of the Service `default/kubernetes`: no machine has them.
    pub service: Fact<BTreeSet<IpAddr>>,
    /// Other addresses, such as the host in the kubeconfig: a control-plane node may have them too.
    pub addresses: BTreeSet<IpAddr>,
    /// DNS names, such as the host in the kubeconfig: lower case, without a trailing dot.
    pub names: BTreeSet<String>,
}

impl ApiServerNames {
    /// From the Service `default/kubernetes` as the API server sends it, and from hosts under which the API
    /// server is reached, with or without the brackets of a URL. What is local to one machine, such as a
    /// tunnel on 127.0.0.1, says nothing about the API server and is left out, as is what is no address
    /// where one is expected (`None`, a headless Service's, is one).
    #[must_use]
    pub fn new<'a>(
        service: &Fact<Box<RawValue>>,
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut names = Self {
            service: service.and_then(|object| {
                match serde_json::from_str::<Service>(object.get()) {
                    Ok(service) => Fact::Known(service.addresses()),
                    Err(_) => Fact::unknown("the Service default/kubernetes cannot be read"),
                }
            }),
            ..Self::default()
        };
        for host in hosts {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            match address(host) {
                Some(ip) if !ip.is_loopback() && !ip.is_unspecified() => {
                    names.addresses.insert(ip);
                }
                Some(_) => {}
                None => {
                    let name = normal(host);
                    if !name.is_empty() && name != "localhost" && !name.ends_with(".localhost") {
                        names.names.insert(name);
                    }
                }
            }
        }
        names
    }

    /// Whether the API server is reached under this address, and not as a Service.
    #[must_use]
    pub fn has_ip(&self, ip: IpAddr) -> bool {
        self.addresses.contains(&ip.to_canonical())
    }

    /// Whether this is an address of the API server's Service.
    #[must_use]
    pub fn has_service_ip(&self, ip: IpAddr) -> bool {
        let known = self.service.known();
        known.is_some_and(|service| service.contains(&ip.to_canonical()))
    }

    /// Whether the API server is reached under this name; case and a trailing dot aside.
    #[must_use]
    pub fn has_dns(&self, name: &str) -> bool {
        self.names.contains(&normal(name))
    }
}

#[derive(Deserialize)]
struct Service {
    spec: ServiceSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceSpec {
    // Not camel case: the API says IP.
    #[serde(rename = "clusterIP")]
    cluster_ip: Option<String>,
    #[serde(rename = "clusterIPs")]
    cluster_ips: Option<Vec<String>>,
    #[serde(rename = "externalIPs")]
    external_ips: Option<Vec<String>>,
}

impl Service {
    fn addresses(&self) -> BTreeSet<IpAddr> {
        let spec = &self.spec;
        let lists = [&spec.cluster_ips, &spec.external_ips];
        let several = lists.into_iter().flatten().flatten();
        let all = spec.cluster_ip.iter().chain(several);
        all.filter_map(|text| address(text)).collect()
    }
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests;
