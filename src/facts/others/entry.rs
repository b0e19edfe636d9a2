//! What comparing one CSR with the others takes.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;

use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};
use crate::csr::{Csr, Digest, Relation, Signer, Verdict};

/// What has become of a CSR, as far as it matters to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It waits for a decision.
    Pending,
    /// It was approved, and no signer gave up on it.
    Approved,
    /// It was denied.
    Denied,
    /// A signer gave up on it.
    Failed,
}

/// Whom a certificate would be of. Two CSRs with the same identity ask for the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Where the name counts: the same for all signers whose certificates log in to this cluster, else the
    /// signer's name.
    pub(super) scope: Arc<str>,
    /// The user; see [`short`].
    pub(super) user: Arc<str>,
    /// Over the groups, sorted, each once. There may be tens of thousands of them.
    groups: Option<Digest>,
    /// Whether the one group is that of nodes.
    is_of_nodes: bool,
    /// Over the alternative names, sorted, where the signer goes by them: a kubelet's addresses may change, and
    /// what logs in does so by user and groups.
    names: Option<Digest>,
}

/// The longest text that is kept whole, in bytes: strangers choose how long it is.
const LONGEST_TEXT: usize = 512;

/// The text; where it is long, its beginning and a digest, which tells it from every other one.
fn short(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let (start, digest) = (text.chars().take(64), Digest::of_texts([text].into_iter()));
    Cow::Owned(format!("{}… ({digest})", start.collect::<String>()))
}

impl Identity {
    fn of(csr: &Csr) -> Self {
        let signer = csr.signer();
        let (scope, by_names) = match signer {
            Signer::KubeApiserverClient | Signer::KubeApiserverClientKubelet => ("", false),
            Signer::KubeletServing => (csr.signer_name.as_deref().unwrap_or_default(), false),
            Signer::LegacyUnknown | Signer::Reserved | Signer::Custom => {
                (csr.signer_name.as_deref().unwrap_or_default(), true)
            }
        };
        let names: Vec<Cow<'_, str>> = match csr.request.content.as_ref().map(|read| &read.san) {
            Some(san) if by_names => san
                .dns
                .iter()
                .chain(&san.email)
                .chain(&san.uri)
                .map(|name| name.as_str().into())
                .chain(san.ip.iter().map(|ip| ip.to_string().into()))
                .collect(),
            _ => Vec::new(),
        };
        let groups = csr.groups();
        Self {
            scope: scope.into(),
            user: short(csr.user()).into(),
            is_of_nodes: matches!(groups.as_slice(), [group] if group == NODES_GROUP),
            groups: set(groups.into_iter().map(Cow::Owned).collect()),
            names: set(names),
        }
    }

    /// Whether it names nobody and nothing, as a request that cannot be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.user.is_empty() && self.groups.is_none() && self.names.is_none()
    }

    /// The user, shortened where it is very long; "" if it names none.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether it is a node's.
    #[must_use]
    pub fn is_node(&self) -> bool {
        self.is_of_nodes && self.user.starts_with(NODE_USER_PREFIX)
    }

    /// Whether user and groups are the same, whatever they are for.
    pub(super) fn same_subject(&self, other: &Self) -> bool {
        self.user == other.user && self.groups == other.groups
    }
}

/// A digest over names without order and repetition; `None` if there are none.
fn set(mut names: Vec<Cow<'_, str>>) -> Option<Digest> {
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| Digest::of_texts(names.iter().map(AsRef::as_ref)))
}

/// One CSR among others. All texts are untrusted.
///
/// There is one of every CSR of a cluster. What many of them have in common is shared, and what may be long is kept as
/// its beginning and a digest, or as a digest alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `metadata.name`.
    pub name: Box<str>,
    /// `metadata.uid`; `None` in files.
    pub uid: Option<Box<str>>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// The requestor's user name; `None` where nobody says who asks.
    pub requestor: Option<Arc<str>>,
    /// What has become of it.
    pub standing: Standing,
    /// Whom the certificate would be of.
    pub identity: Arc<Identity>,
    /// How its requestor stands to that identity, by the CSR alone.
    pub relation: Relation,
    /// Whether its requestor may read every CSR, and so copy any request: nodes and those that join them may by
    /// default (`system:node` and `system:node-bootstrapper` in
    /// plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go).
    reads_all: bool,
    /// Whether that identity could log in to the API.
    pub(super) logs_in: bool,
    /// A digest over all that it asks of its signer but its key and how long the certificate is to be valid.
    pub(super) asked: Digest,
    /// How long that is to be; `None` leaves it to the signer.
    pub(super) expiration_seconds: Option<i64>,
    /// SHA-256 of the key's SubjectPublicKeyInfo, if the request can be read.
    pub(super) key: Option<Digest>,
    /// SHA-256 of the octets of `spec.request`.
    pub(super) request: Digest,
}

impl Entry {
    /// What the others would see of a CSR.
    #[must_use]
    pub fn of(csr: &Csr) -> Self {
        let state = &csr.state;
        let standing = if state.has(Verdict::Denied) {
            Standing::Denied
        } else if state.failed() {
            Standing::Failed
        } else if state.has(Verdict::Approved) {
            Standing::Approved
        } else {
            Standing::Pending
        };
        Self {
            name: short(&csr.name).into(),
            uid: csr.metadata.uid.as_deref().map(Into::into),
            created_at: csr.metadata.created_at,
            requestor: csr
                .requestor
                .as_ref()
                .map(|requestor| short(&requestor.username).into()),
            standing,
            identity: Identity::of(csr).into(),
            relation: csr.relation(),
            reads_all: csr
                .requestor
                .as_ref()
                .is_some_and(|requestor| requestor.node().is_some() || requestor.is_bootstrapper()),
            logs_in: csr.signer().logs_in(&csr.usages) != Some(false),
            asked: csr.asked_sha256(),
            expiration_seconds: csr.expiration_seconds,
            key: csr
                .request
                .content
                .as_ref()
                .map(|content| content.key.spki_sha256),
            request: csr.request.sha256,
        }
    }

    /// Whether it is the same object: names can be used again, uids cannot.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (&self.uid, &other.uid) {
            (Some(one), Some(other)) => one == other,
            _ => self.name == other.name,
        }
    }

    /// Whether the identity asks for itself.
    #[must_use]
    pub fn is_self(&self) -> bool {
        self.requestor.as_ref() == Some(&self.identity.user)
    }

    /// Whether both hold the very same request, byte for byte.
    #[must_use]
    pub fn has_same_request(&self, other: &Self) -> bool {
        self.request == other.request
    }

    /// Whether the requestor has no claim to the identity by the CSR alone.
    #[must_use]
    pub fn is_by_stranger(&self) -> bool {
        self.relation == Relation::Other
    }

    /// Whether it may well be a copy of another CSR's request: its requestor has no claim to the identity, and may
    /// read every CSR. Such a copy says nothing about who holds the key.
    #[must_use]
    pub fn is_likely_copy(&self) -> bool {
        self.is_by_stranger() && self.reads_all
    }

    /// Whether the user is the requestor's own, or that of its node's component: such claims do not
    /// contradict each other.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self.relation, Relation::Own | Relation::NodeComponent)
    }

    /// Whether its certificate is to be valid as long as that of the other one, which asks for the same: in one series
    /// either all say how long, or none does.
    pub(super) fn lasts_as_long_as(&self, other: &Self) -> bool {
        self.expiration_seconds >= other.expiration_seconds
    }

    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.standing == Standing::Pending
    }

    /// Older first; what has no time of its own is taken for the oldest. Names settle a tie, so that the
    /// order does not depend on that of a list.
    pub(super) fn by_age(&self, other: &Self) -> Ordering {
        self.created_at
            .cmp(&other.created_at)
            .then_with(|| self.name.cmp(&other.name))
            .then_with(|| self.uid.cmp(&other.uid))
    }

    /// Whether it came after the other one.
    pub(super) fn is_after(&self, other: &Self) -> bool {
        self.by_age(other) == Ordering::Greater
    }
}
