//! Who may do what: what RBAC says, and what the API server answers where it is asked.

use std::collections::HashMap;

use super::access::{Access, access};
use super::rbac::{Identity, Rbac, Request};
use super::{Fact, Gap};

/// What is known of the authorizers of a cluster.
///
/// RBAC says through which binding, and does not know other authorizers (a webhook, ABAC); an answer to a
/// SubjectAccessReview knows them all, and no reason. Where both are there, an identity has what either
/// says. The answers are to some questions only, so that they add what they show and never make up for roles
/// that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizers {
    /// The roles and bindings.
    pub rbac: Fact<Rbac>,
    /// Why some of them could not be read.
    missing: Option<Gap>,
    /// Whether the server's answers are wanted, whatever RBAC says.
    wants_reviews: bool,
    /// What the server answered about some identities.
    reviews: HashMap<Identity, Fact<Access>>,
}

impl Authorizers {
    /// What RBAC says alone.
    #[must_use]
    pub fn new(rbac: Fact<Rbac>) -> Self {
        Self {
            rbac,
            missing: None,
            wants_reviews: false,
            reviews: HashMap::new(),
        }
    }

    /// What a part of RBAC says: the rest could not be read.
    #[must_use]
    pub fn partial(rbac: Rbac, missing: Gap) -> Self {
        Self {
            missing: Some(missing),
            ..Self::new(Fact::Known(rbac))
        }
    }

    /// The same, where other authorizers than RBAC are to be known too: an identity that the server was not
    /// asked about is not fully known then.
    #[must_use]
    pub fn with_reviews(self) -> Self {
        Self {
            wants_reviews: true,
            ..self
        }
    }

    /// Why roles and bindings are not all known.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        self.missing.as_ref().or_else(|| self.rbac.gap())
    }

    /// Adds what the server answered about an identity.
    pub fn add_review(&mut self, identity: Identity, answer: Fact<Access>) {
        self.reviews.insert(identity, answer);
    }

    /// What an identity could do, as far as it is known: see [`Self::incomplete`].
    #[must_use]
    pub fn access(&self, identity: &Identity) -> Fact<Access> {
        // Nobody is asked about these, so that there is nothing not to know.
        if identity.bypasses_authorizers() {
            return Fact::Known(access(&Rbac::default(), identity));
        }
        let by_rbac = self
            .rbac
            .and_then(|rbac| Fact::Known(access(rbac, identity)));
        match (by_rbac, self.reviews.get(identity)) {
            (Fact::Known(access), Some(Fact::Known(review))) => Fact::Known(access.and(review)),
            (Fact::Known(access), _) => Fact::Known(access),
            (_, Some(Fact::Known(review))) => Fact::Known(review.clone()),
            (unknown, _) => unknown,
        }
    }

    /// Whether an identity may create `certificatesigningrequests/nodeclient`, by RBAC or because the server
    /// says that it may do everything.
    #[must_use]
    pub fn may_bootstrap_nodes(&self, identity: &Identity) -> bool {
        let request = Request {
            verb: "create",
            group: "certificates.k8s.io",
            resource: "certificatesigningrequests",
            subresource: "nodeclient",
            ..Request::default()
        };
        let rbac = self.rbac.known();
        rbac.is_some_and(|rbac| rbac.allows(identity, &request).is_some())
            || self
                .reviews
                .get(identity)
                .and_then(Fact::known)
                .is_some_and(Access::is_cluster_admin)
    }

    /// Why what is known of an identity is not all that it could do. Never a reason to lower a severity.
    #[must_use]
    pub fn incomplete(&self, identity: &Identity) -> Option<String> {
        if identity.bypasses_authorizers() {
            return None;
        }
        if let Some(gap) = self.gap() {
            return Some(gap.why.clone());
        }
        let problems = self.rbac.known().map_or(&[][..], Rbac::problems);
        match problems {
            [] => {}
            [only] => return Some(format!("an RBAC object cannot be read: {only}")),
            [first, ..] => {
                let count = problems.len();
                return Some(format!(
                    "{count} RBAC objects cannot be read, among them {first}"
                ));
            }
        }
        match self.reviews.get(identity) {
            _ if !self.wants_reviews => None,
            Some(Fact::Known(_)) => None,
            Some(Fact::Unknown(gap)) => Some(gap.why.clone()),
            Some(Fact::NotAsked) | None => Some("the API server was not asked about it".to_owned()),
        }
    }
}
