//! Who may do what: what RBAC says, and what the API server answers where it is asked.

use std::collections::HashMap;

use super::access::{Access, access};
use super::rbac::{Identity, Rbac};
use super::{Fact, Gap};

/// What is known of the authorizers of a cluster.
///
/// RBAC says through which binding, and does not know other authorizers (a webhook, ABAC); an answer to a
/// SubjectAccessReview knows them all, and no reason. Where both are there, an identity has what either
/// says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizers {
    /// The roles and bindings.
    pub rbac: Fact<Rbac>,
    /// Why some of them could not be read.
    missing: Option<Gap>,
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

    /// Why roles and bindings are not all known.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        self.missing.as_ref().or_else(|| self.rbac.gap())
    }

    /// Adds what the server answered about an identity.
    pub fn add_review(&mut self, identity: Identity, answer: Fact<Access>) {
        self.reviews.insert(identity, answer);
    }

    /// What an identity could do.
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
            (Fact::Unknown(gap), Some(Fact::Unknown(also))) => Fact::Unknown(Gap {
                why: format!("{}, and {}", gap.why, also.why),
                ..gap
            }),
            (unknown, _) => unknown,
        }
    }

    /// What was asked for and is not the whole truth all the same, and why.
    #[must_use]
    pub fn incomplete(&self) -> Option<String> {
        if let Some(gap) = &self.missing {
            return Some(gap.why.clone());
        }
        let problems = self.rbac.known()?.problems();
        let first = problems.first()?;
        Some(match problems.len() {
            1 => format!("an RBAC object cannot be read: {first}"),
            count => format!("{count} RBAC objects cannot be read, among them {first}"),
        })
    }
}
