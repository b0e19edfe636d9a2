//! One CSR as the rules see it: effective values, computed once.

use std::borrow::Cow;

use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};
use crate::csr::{Csr, Pkcs10, Relation, Requestor, Signer, is_node_name, usage};
use crate::facts::access::Access;
use crate::facts::others::Entry;
use crate::facts::rbac::Identity;
use crate::facts::{self, Fact, Facts};

use super::Severity;
use super::text::{self, Text};

/// What a rule found.
pub(super) struct Hit {
    pub(super) severity: Severity,
    pub(super) message: Cow<'static, str>,
    pub(super) evidence: String,
    /// The group that it is about.
    pub(super) group: Option<String>,
    pub(super) unreviewable: bool,
}

/// A hit, alone.
pub(super) fn hit(
    severity: Severity,
    message: impl Into<Cow<'static, str>>,
    evidence: impl Into<String>,
) -> Vec<Hit> {
    vec![Hit {
        severity,
        message: message.into(),
        evidence: evidence.into(),
        group: None,
        unreviewable: false,
    }]
}

/// A hit, alone, about a group that would give the power.
pub(super) fn hit_group(
    severity: Severity,
    message: impl Into<Cow<'static, str>>,
    group: &str,
) -> Vec<Hit> {
    let mut hits = hit(severity, message, group);
    hits[0].group = Some(group.to_owned());
    hits
}

/// A hit, alone, after which nobody can say what would be signed.
pub(super) fn unreviewable(
    severity: Severity,
    message: impl Into<Cow<'static, str>>,
    evidence: impl Into<String>,
) -> Vec<Hit> {
    let mut hits = hit(severity, message, evidence);
    hits[0].unreviewable = true;
    hits
}

/// No hit.
pub(super) fn quiet() -> Vec<Hit> {
    Vec::new()
}

/// A CSR with its effective values: what would be signed, where the API server accepts the request; what
/// it seems to ask for, where it does not.
pub(super) struct Case<'a> {
    pub(super) csr: &'a Csr,
    pub(super) facts: &'a Facts,
    /// Why a built-in signer would not sign it.
    pub(super) doomed: Option<&'a str>,
    /// The request, if it can be parsed at all.
    pub(super) request: Option<&'a Pkcs10>,
    /// The user, "" if none.
    pub(super) user: &'a str,
    /// The groups, in order.
    pub(super) groups: Vec<String>,
    pub(super) signer: Signer,
    /// How the requestor stands to the user and the groups.
    pub(super) relation: Relation,
    /// The certificate could log in to the API.
    pub(super) client: bool,
    /// The certificate could authenticate a server that clients of the cluster's CA trust.
    pub(super) serving: bool,
    /// Every text that a person may be shown.
    pub(super) texts: Vec<Text<'a>>,
    /// This CSR as it stands among the others, where they are known.
    pub(super) entry: Option<Entry>,
    /// What the identity could do; not asked where it cannot log in.
    pub(super) access: Fact<Access>,
    /// Why that is not all that it could do, or may not be.
    pub(super) access_gap: Option<String>,
    /// What its requestor can do.
    pub(super) requestor_access: Fact<Access>,
}

impl<'a> Case<'a> {
    pub(super) fn new(csr: &'a Csr, facts: &'a Facts, doomed: Option<&'a str>) -> Self {
        let signer = csr.signer();
        let identity = facts::identity_of(csr);
        let requestor = csr.requestor.as_ref().map(Identity::from);
        let serving = match signer {
            Signer::KubeletServing => true,
            Signer::KubeApiserverClient | Signer::KubeApiserverClientKubelet => false,
            Signer::LegacyUnknown | Signer::Reserved | Signer::Custom => {
                usage::authenticates_server(&csr.usages)
            }
        };
        Self {
            csr,
            facts,
            doomed,
            request: csr.request.content.as_ref(),
            user: csr.user(),
            groups: csr.groups(),
            signer,
            relation: relation(csr, facts, requestor.as_ref()),
            client: signer.logs_in(&csr.usages) != Some(false),
            serving,
            texts: text::texts(csr),
            entry: facts.others.known().map(|_| Entry::of(csr)),
            access: facts.access_of(identity.as_ref()),
            access_gap: identity.and_then(|identity| facts.access_gap(&identity)),
            requestor_access: facts.access_of(requestor.as_ref()),
        }
    }

    pub(super) fn requestor(&self) -> Option<&'a Requestor> {
        self.csr.requestor.as_ref()
    }

    /// The severity of an identity: one step lower where the certificate cannot log in.
    pub(super) fn identity(&self, severity: Severity) -> Severity {
        if self.client {
            severity
        } else {
            severity.step_down()
        }
    }

    pub(super) fn asks_for_group(&self, group: &str) -> bool {
        self.groups.iter().any(|asked| asked == group)
    }

    /// The node that the user name names, if it has a node's form; "" is one.
    pub(super) fn node(&self) -> Option<&'a str> {
        self.user.strip_prefix(NODE_USER_PREFIX)
    }

    /// Whether the identity is a node's: user and the one group that kubelets request.
    pub(super) fn is_node(&self) -> bool {
        self.node().is_some_and(is_node_name) && self.groups == [NODES_GROUP]
    }

    /// Whether the requestor is the very user that the certificate would be.
    pub(super) fn is_self(&self) -> bool {
        self.requestor()
            .is_some_and(|requestor| !self.user.is_empty() && requestor.username == self.user)
    }

    /// Whether this is a kubelet's first request: it comes from whoever may join nodes, and is for a node's
    /// client certificate.
    pub(super) fn is_bootstrap(&self) -> bool {
        self.relation == Relation::Bootstrap
    }

    /// Whether a node requests an identity of its own besides the kubelet's.
    pub(super) fn is_node_component(&self) -> bool {
        self.relation == Relation::NodeComponent
    }

    /// Whether the requestor gains nothing: it requests a certificate of its own user and groups.
    pub(super) fn is_own(&self) -> bool {
        self.client && self.relation == Relation::Own
    }

    /// Whether this is exactly what kubelets request to log in with: their first certificate or its renewal.
    pub(super) fn is_kubelet_client(&self) -> bool {
        self.csr.requests_node_client() && (self.is_self() || self.is_bootstrap())
    }

    /// Whether the requestor has a claim to this identity that a stranger's request does not weaken: it is
    /// its own, its node's, that of a node which it joins, or the requestor has all power anyway.
    pub(super) fn is_entitled(&self) -> bool {
        self.relation != Relation::Other || self.requestor_is_all_powerful()
    }

    /// The groups asked for that the requestor does not hold.
    pub(super) fn groups_not_held(&self) -> Vec<&str> {
        let Some(requestor) = self.requestor() else {
            return Vec::new();
        };
        self.groups
            .iter()
            .map(String::as_str)
            .filter(|group| !requestor.has_group(group))
            .collect()
    }

    /// Whether the requestor already holds all power, so that nothing it asks for is an escalation.
    pub(super) fn requestor_is_all_powerful(&self) -> bool {
        let by_group = self.requestor().is_some_and(|requestor| {
            requestor.has_group("system:masters") || requestor.has_group("kubeadm:cluster-admins")
        });
        by_group
            || self
                .requestor_access
                .known()
                .is_some_and(Access::is_cluster_admin)
    }
}

/// How the requestor stands to the identity. What the CSR alone does not show, its right to bootstrap nodes
/// does: the criterion by which kube-controller-manager approves.
fn relation(csr: &Csr, facts: &Facts, requestor: Option<&Identity>) -> Relation {
    let may_bootstrap = |requestor| facts.may_bootstrap_nodes(requestor);
    match csr.relation() {
        Relation::Other if csr.requests_node_client() && requestor.is_some_and(may_bootstrap) => {
            Relation::Bootstrap
        }
        relation => relation,
    }
}

/// Names in a row, for evidence.
pub(super) fn joined<T: AsRef<str>>(names: &[T]) -> String {
    names
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<&str>>()
        .join(", ")
}
