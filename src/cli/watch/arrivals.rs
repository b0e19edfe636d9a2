//! CSRs that wait for being shown: what they are called and where they stand, and few of the CSRs themselves.
//!
//! How many wait, and how large they are, is up to strangers. What is not held is read again when its turn comes.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::csr::Csr;

use super::super::weight::weight;
use super::crowd;

/// How many bytes of CSRs are held as they come, as far as they can be estimated: some thousand ordinary ones.
const HELD: usize = 8 << 20;
/// How many more are held of those that are read ahead.
const AHEAD: usize = 4 << 20;
/// A request that is larger waits until all others were judged: it takes as long as hundreds of them.
const LARGE: usize = 64 << 10;

/// Oldest first, large ones last. What does not say when it came, came last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Age {
    is_large: bool,
    is_unknown: bool,
    created_at: Option<Timestamp>,
    name: Box<str>,
    key: Box<str>,
}

impl Age {
    pub(super) fn of(csr: &Csr) -> Self {
        let created_at = csr.metadata.created_at;
        Self {
            is_large: csr.request.bytes.len() > LARGE,
            is_unknown: created_at.is_none(),
            created_at,
            name: csr.name.as_str().into(),
            key: crowd::key(csr).into(),
        }
    }

    /// The name of the CSR.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What tells it from every other one.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

/// All that wait.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    waiting: BTreeMap<Age, Option<Box<Csr>>>,
    /// Where each of them stands.
    ages: HashMap<Box<str>, Age>,
    /// The bytes of those that are held.
    held: usize,
}

impl Arrivals {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// One more waits, or waits again.
    pub(super) fn insert(&mut self, csr: Csr) {
        let age = Age::of(&csr);
        self.remove(age.key());
        let weight = weight(&csr);
        let is_held = self.held + weight <= HELD;
        if is_held {
            self.held += weight;
        }
        self.put(age, is_held.then(|| Box::new(csr)));
    }

    /// One waits again that is not held.
    pub(super) fn insert_again(&mut self, age: Age) {
        self.remove(age.key());
        self.put(age, None);
    }

    fn put(&mut self, age: Age, csr: Option<Box<Csr>>) {
        self.ages.insert(age.key.clone(), age.clone());
        self.waiting.insert(age, csr);
    }

    /// It waits no longer.
    pub(super) fn remove(&mut self, key: &str) {
        if let Some(age) = self.ages.remove(key) {
            self.take(&age);
        }
    }

    /// The one whose turn it is, and its CSR if that is held.
    pub(super) fn pop(&mut self) -> Option<(Age, Option<Box<Csr>>)> {
        let age = self.waiting.first_key_value()?.0.clone();
        self.ages.remove(age.key());
        let csr = self.take(&age);
        Some((age, csr))
    }

    fn take(&mut self, age: &Age) -> Option<Box<Csr>> {
        let csr = self.waiting.remove(age).flatten();
        self.held -= csr.as_deref().map_or(0, weight);
        csr
    }

    /// The names of those whose turn is next, at most so many, if the first of them is not held: those that are not
    /// large can be read at a time.
    pub(super) fn missing(&self, most: usize) -> Vec<String> {
        let missing = self.waiting.iter().take(most);
        let missing = missing.take_while(|(age, csr)| csr.is_none() && !age.is_large);
        missing.map(|(age, _)| age.name.to_string()).collect()
    }

    /// One of those was read: it is held, if it still is what waits. Whether there is room for more is the answer.
    pub(super) fn hold(&mut self, csr: Csr) -> bool {
        let weight = weight(&csr);
        if self.held + weight > HELD + AHEAD {
            return false;
        }
        if let Some(age) = self.ages.get(crowd::key(&csr).as_str())
            && let Some(place) = self.waiting.get_mut(age)
            && place.is_none()
        {
            *place = Some(Box::new(csr));
            self.held += weight;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csr::{Source, read};
    use crate::request_builder::{CsrObject, RequestBuilder};

    fn csr(name: &str, minute: u32) -> Csr {
        let object = CsrObject::own_renewal(name, "jane")
            .uid(name)
            .created(&format!("2026-03-01T12:{minute:02}:00Z"));
        read(&object.json(), Source::Cluster).expect("a CSR")
    }

    fn large(name: &str) -> Csr {
        let request = (0..5000).fold(RequestBuilder::user("jane"), |request, number| {
            request.dns(&format!("n{number}.example"))
        });
        let object = CsrObject::own_renewal(name, "jane").uid(name);
        let object = object
            .request(request.pem())
            .created("2026-03-01T11:00:00Z");
        read(&object.json(), Source::Cluster).expect("a CSR")
    }

    fn names(arrivals: &mut Arrivals) -> Vec<(String, bool)> {
        let next = || {
            arrivals
                .pop()
                .map(|(age, csr)| (age.name().to_owned(), csr.is_some()))
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn the_oldest_comes_first_and_the_large_ones_last() {
        let mut arrivals = Arrivals::default();
        arrivals.insert(large("large"));
        for (name, minute) in [("c", 3), ("a", 1), ("b", 2), ("gone", 0), ("a", 1)] {
            arrivals.insert(csr(name, minute));
        }
        arrivals.remove("gone");
        arrivals.remove("never was there");
        let all = names(&mut arrivals);
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "large"]);
        assert_eq!((arrivals.held, arrivals.ages.len()), (0, 0));
        assert!(arrivals.is_empty());
    }

    #[test]
    fn only_some_are_held() {
        let mut arrivals = Arrivals::default();
        let one = weight(&csr("c", 0));
        let fit = HELD / one;
        for number in 0..fit + 50 {
            arrivals.insert(csr(&format!("c{number:05}"), 0));
        }
        assert!(arrivals.held <= HELD);
        assert_eq!(arrivals.missing(20), [""; 0], "the first is held");
        let held = names(&mut arrivals)
            .iter()
            .filter(|(_, held)| *held)
            .count();
        assert!((fit - 50..=fit + 50).contains(&held), "{held} of {fit}");
    }

    #[test]
    fn what_is_not_held_is_read_when_its_turn_comes() {
        let mut arrivals = Arrivals::default();
        for (name, minute) in [("a", 1), ("b", 2), ("c", 3)] {
            arrivals.insert_again(Age::of(&csr(name, minute)));
        }
        arrivals.insert_again(Age::of(&large("large")));
        assert_eq!(arrivals.missing(2), ["a", "b"]);
        assert_eq!(arrivals.missing(20), ["a", "b", "c"]);
        assert!(arrivals.hold(csr("a", 1)));
        // Another one of that name, and one that waits no longer.
        let mut other = csr("b", 2);
        other.metadata.uid = Some("other".to_owned());
        assert!(arrivals.hold(other));
        assert!(arrivals.hold(csr("x", 1)));
        assert_eq!(arrivals.held, weight(&csr("a", 1)));
        let all = names(&mut arrivals);
        let held: Vec<bool> = all.iter().map(|(_, held)| *held).collect();
        assert_eq!(held, [true, false, false, false]);
        assert_eq!(arrivals.held, 0);
    }

    #[test]
    fn what_is_read_ahead_has_bounds_too() {
        let mut arrivals = Arrivals::default();
        let large = large("large");
        let most = (HELD + AHEAD) / weight(&large);
        let of = |number: usize| {
            let mut csr = large.clone();
            csr.metadata.uid = Some(format!("{number}"));
            csr
        };
        for number in 0..=most {
            arrivals.insert_again(Age::of(&of(number)));
            assert_eq!(
                arrivals.hold(of(number)),
                number < most,
                "{number} of {most}"
            );
        }
    }
}
