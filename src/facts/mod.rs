//! What is known besides the CSR itself.

pub mod access;
mod authorizers;
pub mod nodes;
pub mod others;
pub mod rbac;
mod weak_keys;
pub mod who;

use jiff::Timestamp;

use crate::csr::{Csr, Requestor};
use access::Access;
use rbac::Identity;

pub use authorizers::{Authorizers, OTHER_AUTHORIZERS};
pub use nodes::{ApiServerNames, Nodes};
pub use others::Others;
pub use weak_keys::{BadLine, WeakKeys};

/// Something that the cluster may or may not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fact<T> {
    /// It was asked and answered.
    Known(T),
    /// It was asked, and why there is no answer. Never a reason to lower a severity.
    Unknown(Gap),
    /// Nobody asked, as for files.
    #[default]
    NotAsked,
}

impl<T> Fact<T> {
    /// No answer, and why.
    pub fn unknown(why: impl Into<Gap>) -> Self {
        Self::Unknown(why.into())
    }

    /// The answer, if there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) | Self::NotAsked => None,
        }
    }

    /// Why there is no answer, where it was asked for.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unknown(gap) => Some(gap),
            Self::Known(_) | Self::NotAsked => None,
        }
    }

    /// The same about a part of the answer, or another view of it.
    pub fn and_then<U>(&self, next: impl FnOnce(&T) -> Fact<U>) -> Fact<U> {
        match self {
            Self::Known(value) => next(value),
            Self::Unknown(gap) => Fact::Unknown(gap.clone()),
            Self::NotAsked => Fact::NotAsked,
        }
    }

    /// That it was not checked, where there is no answer.
    fn unless_known(&self, what: &'static str) -> Option<NotChecked<'_>> {
        let gap = match self {
            Self::Known(_) => return None,
            Self::Unknown(gap) => Some(gap),
            Self::NotAsked => None,
        };
        Some(NotChecked { what, gap })
    }
}

/// Why something is not known. Untrusted text: servers have a word in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Why, in a few words.
    pub why: String,
    /// What would close it: a sentence, such as the RBAC rule that it takes.
    pub remedy: Option<String>,
    /// Whether it may close by itself: asking failed, and nobody refused to answer.
    pub passes: bool,
}

impl<T: Into<String>> From<T> for Gap {
    fn from(why: T) -> Self {
        Self {
            why: why.into(),
            remedy: None,
            passes: false,
        }
    }
}

/// Something that was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotChecked<'a> {
    /// What, in a few words.
    pub what: &'static str,
    /// Why not; `None` where nobody asked for it.
    pub gap: Option<&'a Gap>,
}

/// All that judging a CSR may draw on besides the CSR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The time of judging.
    pub now: Timestamp,
    /// Who would decide: the API server's answer to a SelfSubjectReview.
    pub reviewer: Fact<Requestor>,
    /// Who may do what in the cluster.
    pub authorizers: Fact<Authorizers>,
    /// The nodes of the cluster.
    pub nodes: Fact<Nodes>,
    /// Where the API server is.
    pub api_server: Fact<ApiServerNames>,
    /// The other CSRs.
    pub others: Fact<Others>,
    /// The keys that are known to be compromised.
    pub weak_keys: Fact<WeakKeys>,
}

/// The kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// Who would decide.
    Reviewer,
    /// Who may do what.
    Authorizers,
    /// The nodes.
    Nodes,
    /// Where the API server is.
    ApiServer,
    /// The other CSRs.
    Others,
    /// The keys that are known to be compromised.
    WeakKeys,
}

impl Facts {
    /// Nothing but the time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            reviewer: Fact::NotAsked,
            authorizers: Fact::NotAsked,
            nodes: Fact::NotAsked,
            api_server: Fact::NotAsked,
            others: Fact::NotAsked,
            weak_keys: Fact::NotAsked,
        }
    }

    /// What an identity could do in the cluster; not asked where there is none.
    #[must_use]
    pub fn access_of(&self, identity: Option<&Identity>) -> Fact<Access> {
        match identity {
            Some(identity) => self.authorizers.and_then(|known| known.access(identity)),
            None => Fact::NotAsked,
        }
    }

    /// Whether an identity may have kube-controller-manager approve the first client certificate of any node,
    /// as far as it is known: it may create `certificatesigningrequests/nodeclient`.
    ///
    /// Source: pkg/controller/certificates/approver/sarapprove.go.
    #[must_use]
    pub fn may_bootstrap_nodes(&self, identity: &Identity) -> bool {
        let authorizers = self.authorizers.known();
        authorizers.is_some_and(|known| known.may_bootstrap_nodes(identity))
    }

    /// Why what is known of that is not all.
    #[must_use]
    pub fn access_gap(&self, identity: &Identity) -> Option<String> {
        self.authorizers.known()?.incomplete(identity)
    }

    /// What nobody looked at, for saying so: that no rule fired does not mean that all is well there.
    #[must_use]
    pub fn not_checked(&self) -> Vec<NotChecked<'_>> {
        let service = self.api_server.known().map(|names| &names.service);
        [
            self.reviewer.unless_known("who you are"),
            match &self.authorizers {
                Fact::Known(authorizers) => authorizers.not_checked(ACCESS),
                unknown => unknown.unless_known(ACCESS),
            },
            self.nodes.unless_known("nodes and their addresses"),
            match service {
                Some(service) => service.unless_known(API_SERVER),
                None => self.api_server.unless_known(API_SERVER),
            },
            self.others.unless_known("other CSRs"),
            self.weak_keys.unless_known("known-compromised keys"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Whom a certificate would log in as; `None` where it logs in as nobody or the API server refuses the
/// request. Of a signer that nothing is known about, the worst is assumed.
#[must_use]
pub fn identity_of(csr: &Csr) -> Option<Identity> {
    csr.request.accepted()?;
    let logs_in = csr.signer().logs_in(&csr.usages) != Some(false) && !csr.user().is_empty();
    logs_in.then(|| Identity::new(csr.user(), csr.groups()))
}

const ACCESS: &str = "what the identity could do in the cluster";
const API_SERVER: &str = "the address of the API server's Service";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_told_with_the_reason() {
        let mut facts = Facts::at(Timestamp::UNIX_EPOCH);
        assert_eq!(facts.not_checked().len(), 6);
        facts.reviewer = Fact::Known(Requestor::default());
        facts.authorizers = Fact::Known(Authorizers::new(Fact::unknown("you may not list roles")));
        facts.nodes = Fact::Known(Nodes::default());
        facts.api_server = Fact::Known(ApiServerNames::default());
        facts.others = Fact::Known(Others::default());
        let told = facts.not_checked();
        let [access, service, keys] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(access.what, ACCESS);
        assert_eq!(access.gap, Some(&Gap::from("you may not list roles")));
        assert_eq!((service.what, service.gap), (API_SERVER, None));
        assert_eq!((keys.what, keys.gap), ("known-compromised keys", None));
    }
}
