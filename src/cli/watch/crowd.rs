//! The CSRs of the cluster, as a watch has seen them: what is new about each, and what the others need of it.

use std::collections::HashMap;

use crate::csr::{Csr, Digest, Unreadable};
use crate::facts::Others;
use crate::facts::others::Entry;
use crate::risk::Severity;

/// How far a CSR has come here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It waits for a decision, and was not shown: it just came, or is not selected.
    Waiting,
    /// It waits for a decision, and was shown with this risk.
    Shown(Severity),
    /// It is decided.
    Settled,
}

#[derive(Clone, Debug)]
struct Member {
    entry: Entry,
    /// What was judged.
    digests: (Digest, Option<Digest>),
    stage: Stage,
    /// Whether its decision was asked for.
    asked: bool,
}

/// What an object says that was not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Nothing that matters.
    None,
    /// It waits for a decision, and is new or not what it was.
    Arrived,
    /// It was decided before it was shown.
    Settled,
    /// It was shown, and has been decided since.
    Decided,
}

/// All CSRs that are there, by uid. What is gone is forgotten.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    members: HashMap<String, Member>,
    /// Why objects cannot be read that are there, by name.
    unreadable: HashMap<String, String>,
    /// Whether something changed since the others were indexed.
    is_new: bool,
}

/// What tells one CSR from another, also one of the same name. Servers give every object a uid; without one
/// nothing can be decided.
pub(super) fn key(csr: &Csr) -> String {
    match &csr.metadata.uid {
        Some(uid) => uid.clone(),
        None => format!("name {}", csr.name),
    }
}

impl Crowd {
    /// Takes in what an object says.
    pub(super) fn take(&mut self, csr: &Csr) -> News {
        let is_pending = csr.state.is_pending();
        let entry = Entry::of(csr);
        let digests = (csr.spec_sha256(), csr.fingerprint());
        self.unreadable.remove(&csr.name);
        let Some(known) = self.members.get_mut(&key(csr)) else {
            let (stage, news) = if is_pending {
                (Stage::Waiting, News::Arrived)
            } else {
                (Stage::Settled, News::None)
            };
            let member = Member {
                entry,
                digests,
                stage,
                asked: false,
            };
            self.members.insert(key(csr), member);
            self.is_new = true;
            return news;
        };
        self.is_new |= known.entry != entry;
        known.entry = entry;
        let is_other = std::mem::replace(&mut known.digests, digests) != digests;
        match (known.stage, is_pending) {
            (Stage::Waiting | Stage::Shown(_), true) if is_other => {
                known.stage = Stage::Waiting;
                News::Arrived
            }
            // A decision that is taken back, as by a restored backup, is not made again.
            (Stage::Waiting | Stage::Shown(_), true) | (Stage::Settled, _) => News::None,
            (Stage::Waiting, false) => {
                known.stage = Stage::Settled;
                News::Settled
            }
            (Stage::Shown(_), false) => {
                known.stage = Stage::Settled;
                News::Decided
            }
        }
    }

    /// Whether it is news that this cannot be read.
    pub(super) fn is_news(&mut self, unreadable: &Unreadable) -> bool {
        let name = unreadable.name.clone().unwrap_or_default();
        let before = self.unreadable.insert(name, unreadable.why.clone());
        before.as_ref() != Some(&unreadable.why)
    }

    /// Forgets what is gone; whether it was shown and waited.
    pub(super) fn remove(&mut self, name: &str, uid: &str) -> bool {
        self.unreadable.remove(name);
        let Some(member) = self.members.remove(uid) else {
            return false;
        };
        self.is_new = true;
        matches!(member.stage, Stage::Shown(_))
    }

    /// It was shown with this risk.
    pub(super) fn shown(&mut self, key: &str, risk: Severity) {
        if let Some(member) = self.members.get_mut(key) {
            member.stage = Stage::Shown(risk);
        }
    }

    /// Whether it is still there and waits for a decision.
    #[must_use]
    pub(super) fn waits(&self, key: &str) -> bool {
        let member = self.members.get(key);
        member.is_some_and(|member| member.stage != Stage::Settled)
    }

    /// Whether its decision may be asked for: once, unless [`Self::may_ask_again`] says otherwise.
    #[must_use]
    pub(super) fn may_ask(&mut self, key: &str) -> bool {
        let member = self.members.get_mut(key);
        member.is_some_and(|member| !std::mem::replace(&mut member.asked, true))
    }

    /// Nothing came of asking, or what did was not the last word: it may be asked for again.
    pub(super) fn may_ask_again(&mut self, key: &str) {
        if let Some(member) = self.members.get_mut(key) {
            member.asked = false;
        }
    }

    /// Whether it was shown.
    #[must_use]
    pub(super) fn is_shown(&self, key: &str) -> bool {
        let member = self.members.get(key);
        member.is_some_and(|member| matches!(member.stage, Stage::Shown(_)))
    }

    /// It was decided here.
    pub(super) fn settle(&mut self, key: &str) {
        if let Some(member) = self.members.get_mut(key) {
            member.stage = Stage::Settled;
        }
    }

    /// The risks of those that were shown and wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = Severity> {
        self.members
            .values()
            .filter_map(|member| match member.stage {
                Stage::Shown(risk) => Some(risk),
                Stage::Waiting | Stage::Settled => None,
            })
    }

    /// Whether something changed since the others were indexed.
    pub(super) fn has_news(&self) -> bool {
        self.is_new
    }

    /// All of them for comparing.
    pub(super) fn others(&mut self) -> Others {
        self.is_new = false;
        let entries = self.members.values().map(|member| member.entry.clone());
        Others::index(entries.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csr::{Source, read};
    use crate::request_builder::CsrObject;

    fn csr(object: &CsrObject) -> Csr {
        read(&object.json(), Source::Cluster).expect("a CSR")
    }

    #[test]
    fn each_is_news_once() {
        let mut crowd = Crowd::default();
        // Signatures differ from time to time.
        let object = CsrObject::own_renewal("a", "jane").uid("1");
        let pending = || object.clone();
        let a = csr(&pending());
        assert_eq!(crowd.take(&a), News::Arrived);
        assert_eq!(crowd.take(&a), News::None);
        let key = key(&a);
        crowd.shown(&key, Severity::High);
        assert_eq!(crowd.take(&csr(&pending().label("x", "y"))), News::None);
        assert!(crowd.may_ask(&key));
        assert!(!crowd.may_ask(&key));
        assert_eq!(crowd.take(&csr(&pending().usages(&["any"]))), News::Arrived);
        assert!(!crowd.may_ask(&key), "no second decision about one uid");
        crowd.shown(&key, Severity::High);
        assert!(crowd.waiting().eq([Severity::High]));
        assert_eq!(crowd.take(&csr(&pending().approved())), News::Decided);
        assert_eq!(crowd.take(&csr(&pending().approved())), News::None);
        assert_eq!(crowd.take(&a), News::None);
        assert_eq!(crowd.waiting().count(), 0);
        // Another one of the same name is another one.
        assert_eq!(crowd.take(&csr(&pending().uid("2"))), News::Arrived);
        assert!(!crowd.remove("a", "1"));
        assert_eq!(
            crowd.take(&csr(&pending().uid("2").denied())),
            News::Settled
        );
    }

    #[test]
    fn the_others_are_those_that_are_there() {
        let mut crowd = Crowd::default();
        for uid in ["1", "2"] {
            crowd.take(&csr(&CsrObject::own_renewal("a", "jane").uid(uid)));
        }
        assert!(crowd.has_news());
        assert_eq!(crowd.others().len(), 2);
        assert!(!crowd.has_news());
        crowd.remove("a", "1");
        assert!(crowd.has_news());
        assert_eq!(crowd.others().len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_told_once() {
        let mut crowd = Crowd::default();
        let odd = |why: &str| Unreadable {
            name: Some("odd".to_owned()),
            why: why.to_owned(),
        };
        assert!(crowd.is_news(&odd("x")));
        assert!(!crowd.is_news(&odd("x")));
        assert!(crowd.is_news(&odd("y")));
        crowd.remove("odd", "1");
        assert!(crowd.is_news(&odd("y")));
    }
}
