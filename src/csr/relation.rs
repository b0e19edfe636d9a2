//! Who asks for whom: how a requestor stands to the identity in its request.

use super::signer::{NODE_USER_PREFIX, NODES_GROUP};
use super::{Csr, Requestor, Signer};

/// The group of bootstrap tokens and of other users that join nodes.
const BOOTSTRAPPERS_GROUP: &str = "system:bootstrappers";
/// Names behind these prefixes are identities of their own, even where a node has the same name.
const NO_COMPONENTS: [&str; 3] = [
    NODE_USER_PREFIX,
    "system:serviceaccount:",
    "system:bootstrap:",
];

/// How the requestor stands to the identity that it requests, by the CSR alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The user is the requestor's, and so are all groups: a renewal.
    Own,
    /// A node requests an identity of its own besides the kubelet's: the same node name behind another
    /// prefix, as OVN-Kubernetes (`system:ovn-node:NODE`) and Multus (`system:multus:NODE`) do.
    NodeComponent,
    /// A member of `system:bootstrappers` requests a node's client certificate from the signer for kubelets.
    Bootstrap,
    /// Anything else, an unknown requestor included.
    Other,
}

impl Relation {
    pub(super) fn of(csr: &Csr) -> Self {
        let Some(requestor) = &csr.requestor else {
            return Self::Other;
        };
        let user = csr.user();
        if user.is_empty() {
            return Self::Other;
        }
        if requestor.username == user {
            let holds = |group: &String| requestor.has_group(group);
            return if csr.groups().iter().all(holds) {
                Self::Own
            } else {
                Self::Other
            };
        }
        if csr.requests_node_client() && requestor.is_bootstrapper() {
            return Self::Bootstrap;
        }
        let component = requestor
            .node()
            .is_some_and(|node| is_component_of(user, node));
        if component && csr.signer() == Signer::KubeApiserverClient {
            Self::NodeComponent
        } else {
            Self::Other
        }
    }
}

/// Whether this is a user name that a node's component has: the node's name behind a prefix of its own.
fn is_component_of(user: &str, node: &str) -> bool {
    let prefix = user
        .strip_suffix(node)
        .and_then(|prefix| prefix.strip_suffix(':'));
    prefix.is_some_and(|prefix| !prefix.is_empty())
        && !NO_COMPONENTS.iter().any(|other| user.starts_with(other))
}

impl Csr {
    /// How the requestor stands to the identity that it requests.
    #[must_use]
    pub fn relation(&self) -> Relation {
        Relation::of(self)
    }

    /// Whether it requests a node's client certificate from the signer for kubelets.
    #[must_use]
    pub fn requests_node_client(&self) -> bool {
        let node = self.user().strip_prefix(NODE_USER_PREFIX);
        self.signer() == Signer::KubeApiserverClientKubelet
            && node.is_some_and(is_node_name)
            && self.groups() == [NODES_GROUP]
    }
}

impl Requestor {
    /// Whether it joins nodes, by its groups, which the API server wrote.
    ///
    /// Source: <https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/>.
    #[must_use]
    pub fn is_bootstrapper(&self) -> bool {
        self.groups.iter().any(|group| {
            group
                .strip_prefix(BOOTSTRAPPERS_GROUP)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    }

    /// The node that it is to the API server.
    ///
    /// Source: pkg/auth/nodeidentifier/default.go.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.username
            .strip_prefix(NODE_USER_PREFIX)
            .filter(|node| !node.is_empty() && self.has_group(NODES_GROUP))
    }
}

/// Whether a Node can have this name: a DNS-1123 subdomain of at most 253 characters.
#[must_use]
pub fn is_node_name(name: &str) -> bool {
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !label.is_empty()
            && label.bytes().all(|byte| inner(byte) || byte == b'-')
            && label.bytes().next().is_some_and(inner)
            && label.bytes().next_back().is_some_and(inner)
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csr::{Source, read};
    use crate::request_builder::{CsrObject, RequestBuilder};

    fn relation(object: &CsrObject) -> Relation {
        let csr = read(&object.json(), Source::Cluster).expect("a CSR");
        csr.relation()
    }

    /// What a node of that name requests for that user.
    fn by_node(node: &str, user: &str) -> Relation {
        let request = RequestBuilder::user(user).group("system:ovn-nodes").pem();
        relation(&CsrObject::new("csr-8gczf", request).requestor_node(node))
    }

    #[test]
    fn a_component_has_the_name_of_its_node_behind_a_prefix() {
        assert_eq!(by_node("w1", "system:ovn-node:w1"), Relation::NodeComponent);
        assert_eq!(
            by_node(
                "ip-10-0-0-7.eu.compute.internal",
                "system:multus:ip-10-0-0-7.eu.compute.internal"
            ),
            Relation::NodeComponent
        );
        for user in [
            "system:ovn-node:w2",
            "system:ovn-node:xw1",
            "system:ovn-nodew1",
            ":w1",
            "w1",
            // Identities of their own.
            "system:node:w1",
            "system:serviceaccount:kube-system:w1",
            "system:bootstrap:w1",
        ] {
            assert_eq!(by_node("w1", user), Relation::Other, "{user}");
        }
        let request = RequestBuilder::user("system:ovn-node:w1").pem();
        let serving = CsrObject::new("x", &request)
            .requestor_node("w1")
            .signer("example.com/x");
        assert_eq!(relation(&serving), Relation::Other);
        // Without its group it is no node to the API server.
        let half = CsrObject::new("x", &request).requestor("system:node:w1", &[]);
        assert_eq!(relation(&half), Relation::Other);
    }

    #[test]
    fn a_renewal_has_no_group_that_its_requestor_lacks() {
        assert_eq!(
            relation(&CsrObject::own_renewal("x", "jane")),
            Relation::Own
        );
        let request = RequestBuilder::user("jane").group("ops").pem();
        let more = CsrObject::new("x", request).requestor("jane", &["dev"]);
        assert_eq!(relation(&more), Relation::Other);
    }

    #[test]
    fn bootstrappers_are_known_by_their_group() {
        let by = |user: &str, groups: &[&str]| {
            relation(&CsrObject::kubelet_bootstrap("x", "w1").requestor(user, groups))
        };
        let own = ["system:bootstrappers:kubeadm:default-node-token"];
        assert_eq!(by("system:bootstrap:abcdef", &own), Relation::Bootstrap);
        assert_eq!(
            by("kubelet-bootstrap", &["system:bootstrappers"]),
            Relation::Bootstrap
        );
        assert_eq!(by("system:bootstrap:abcdef", &[]), Relation::Other);
        assert_eq!(by("x", &["system:bootstrappersx"]), Relation::Other);
    }
}
