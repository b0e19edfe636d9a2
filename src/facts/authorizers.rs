//! Who may do what: what RBAC says, and what the API server answers where it is asked.

use std::collections::HashMap;

use crate::csr::Digest;

use super::access::{Access, access};
use super::rbac::{Identity, Rbac, Request};
use super::{Fact, Gap, NotChecked};

/// What is known of the authorizers of a cluster.
///
/// RBAC says through which binding, and does not know other authorizers (a webhook, ABAC); an answer to a
/// SubjectAccessReview knows them all, and no reason. Where both are there, an identity has what either
/// says. The answers are to some questions only, so that they add what they show and never make up for roles
/// that cannot be read. Where the server may not be asked, what RBAC says stands, as RBAC's word alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizers {
    /// The roles and bindings.
    pub rbac: Fact<Rbac>,
    /// Why some of them could not be read.
    missing: Option<Gap>,
    wanted: Wanted,
    /// What the server answered about some identities, by their digest: they may be large.
    reviews: HashMap<Digest, Fact<Access>>,
    /// Why the server may not be asked.
    refused: Option<Gap>,
}

/// Which of the server's answers an identity is not fully known without, whatever RBAC says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    None,
    /// Whether it may do everything, where that may be asked.
    Everything,
    /// All that can be asked.
    All,
}

impl Authorizers {
    /// What RBAC says alone.
    #[must_use]
    pub fn new(rbac: Fact<Rbac>) -> Self {
        Self {
            rbac,
            missing: None,
            wanted: Wanted::None,
            reviews: HashMap::new(),
            refused: None,
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
            wanted: Wanted::All,
            ..self
        }
    }

    /// The same, where the server is to say of each identity whether it may do everything: one that it was not
    /// asked about is not fully known then, unless it may not be asked.
    #[must_use]
    pub fn with_question(self) -> Self {
        Self {
            wanted: Wanted::Everything,
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
        self.reviews.insert(digest(&identity), answer);
    }

    /// Notes that the server may not be asked about anybody, and why.
    pub fn refuse_reviews(&mut self, why: Gap) {
        self.refused = Some(why);
    }

    /// Whether nothing can be learnt of the identity by asking whether it may do everything.
    #[must_use]
    pub fn needs_no_review(&self, identity: &Identity) -> bool {
        self.refused.is_some()
            || self.review_of(identity).is_some()
            || self
                .by_rbac(identity)
                .is_some_and(|access| access.is_cluster_admin())
    }

    /// What was to be known and is not, if that is so of every identity.
    pub(super) fn not_checked(&self, access: &'static str) -> Option<NotChecked<'_>> {
        let of = |what, gap| NotChecked {
            what,
            gap: Some(gap),
        };
        let refused = self.refused.as_ref();
        self.gap()
            .map(|gap| of(access, gap))
            .or_else(|| Some(of(OTHER_AUTHORIZERS, refused?)))
            .or_else(|| Some(of(SOME_IDENTITIES, self.passing_gap()?)))
    }

    /// Why the question about some identity failed, where it may well be answered if it is asked again.
    fn passing_gap(&self) -> Option<&Gap> {
        let failed = self.reviews.values().filter_map(Fact::gap);
        failed.filter(|gap| gap.passes).min_by_key(|gap| &gap.why)
    }

    /// Why authorizers other than RBAC were not asked about an identity: its rights by RBAC may not be all.
    fn unasked(&self, identity: &Identity) -> Option<&str> {
        match (self.review_of(identity), &self.refused) {
            (Some(Fact::Known(_)), _) => None,
            (Some(Fact::Unknown(gap)), _) | (_, Some(gap)) => Some(&gap.why),
            _ => Some(NOT_ASKED),
        }
    }

    fn review_of(&self, identity: &Identity) -> Option<&Fact<Access>> {
        // Most clusters have been asked about nobody.
        let asked = !self.reviews.is_empty();
        asked.then(|| self.reviews.get(&digest(identity))).flatten()
    }

    fn by_rbac(&self, identity: &Identity) -> Option<Access> {
        Some(access(self.rbac.known()?, identity))
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
        match (by_rbac, self.review_of(identity)) {
            (Fact::Known(access), Some(Fact::Known(review))) => Fact::Known(access.and(review)),
            (Fact::Known(access), _) => Fact::Known(access.by_rbac_alone(self.unasked(identity))),
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
                .review_of(identity)
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
        match (self.review_of(identity), self.wanted) {
            (Some(Fact::Unknown(gap)), _) => Some(gap.why.clone()),
            (Some(Fact::Known(_)), _) | (_, Wanted::None) => None,
            (_, Wanted::Everything) if self.needs_no_review(identity) => None,
            (_, Wanted::Everything | Wanted::All) => Some(NOT_ASKED.to_owned()),
        }
    }
}

/// What tells an identity from others.
fn digest(identity: &Identity) -> Digest {
    let groups = identity.groups.iter();
    let texts: Vec<&str> = std::iter::once(&identity.user)
        .chain(groups)
        .map(String::as_str)
        .collect();
    Digest::of_texts(texts.into_iter())
}

/// What is not checked where the API server may not be asked what others may do.
pub const OTHER_AUTHORIZERS: &str = "authorizers other than RBAC";
/// What is not checked where the question about some identity failed for the moment.
const SOME_IDENTITIES: &str = "what other authorizers allow some identities";
const NOT_ASKED: &str = "the API server was not asked about it";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::access::probes;
    use crate::facts::rbac::testing::{Objects, identity, user};

    /// root may do everything by RBAC, and jane nothing.
    fn by_rbac() -> Authorizers {
        let objects = Objects::default().bind("b", "cluster-admin", &[user("root")]);
        Authorizers::new(Fact::Known(objects.read()))
    }

    fn why(authorizers: &Authorizers, user: &str) -> (Option<String>, Option<String>) {
        let identity = identity(user, &[]);
        let access = authorizers.access(&identity);
        let unasked = access.known().and_then(Access::unasked);
        (
            authorizers.incomplete(&identity),
            unasked.map(str::to_owned),
        )
    }

    #[test]
    fn without_a_question_it_is_rbacs_word_alone() {
        let asked = |why: &str| Some(why.to_owned());
        assert_eq!(why(&by_rbac(), "jane"), (None, asked(NOT_ASKED)));
        // Where every identity is to be asked about, one that was not is not known.
        let wanted = by_rbac().with_question();
        assert_eq!(why(&wanted, "jane"), (asked(NOT_ASKED), asked(NOT_ASKED)));
        // Nor could the answer make more of all power.
        assert_eq!(why(&wanted, "root"), (None, None));
    }

    #[test]
    fn an_answer_adds_what_it_shows() {
        let jane = identity("jane", &[]);
        for (answer, is_admin) in [(true, true), (false, false)] {
            let mut asked = by_rbac().with_question();
            asked.add_review(jane.clone(), Fact::Known(probes::access(&[answer])));
            assert_eq!(why(&asked, "jane"), (None, None));
            let access = asked.access(&jane);
            assert_eq!(access.known().map(Access::is_cluster_admin), Some(is_admin));
            assert!(asked.needs_no_review(&jane));
        }
    }

    #[test]
    fn a_question_that_failed_leaves_it_unknown_and_one_that_is_not_permitted_does_not() {
        let jane = identity("jane", &[]);
        let told = |why: &str| Some(why.to_owned());
        let mut failed = by_rbac().with_question();
        failed.add_review(jane.clone(), Fact::unknown("HTTP 500"));
        assert_eq!(why(&failed, "jane"), (told("HTTP 500"), told("HTTP 500")));
        assert!(failed.not_checked("access").is_none());
        // What failed for the moment is worth asking again, which takes that it is missing.
        let passing = Gap {
            passes: true,
            ..Gap::from("the server is starting")
        };
        failed.add_review(identity("bob", &[]), Fact::Unknown(passing));
        let missing = failed.not_checked("access").expect("it is told");
        assert_eq!(missing.what, SOME_IDENTITIES);
        assert!(missing.gap.is_some_and(|gap| gap.passes));
        let mut refused = by_rbac().with_question();
        refused.refuse_reviews("forbidden".into());
        assert_eq!(why(&refused, "jane"), (None, told("forbidden")));
        assert!(refused.needs_no_review(&jane));
        let missing = refused.not_checked("access").expect("it is told");
        assert_eq!(missing.what, OTHER_AUTHORIZERS);
        // What cannot be read comes first.
        let mut unread = Authorizers::new(Fact::unknown("you may not"));
        unread.refuse_reviews("forbidden".into());
        let missing = unread.not_checked("access").expect("it is told");
        assert_eq!(missing.what, "access");
    }
}
