//! Which of many powers includes another one, without comparing each with each.

use std::borrow::Borrow;

use super::{Power, PowerKind};

/// Of the powers for one name this many are looked at. That one of the others includes a power is not found then: the
/// list is longer by it, and nothing is missing.
const MOST_CANDIDATES: usize = 8;

/// What a power is about: its kind and namespace, and a name, where it is for some.
type Place<'a> = (PowerKind, Option<&'a str>, Option<&'a str>);

/// The numbers of powers in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lookup(Vec<Entry>);

/// A power at one of its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    power: usize,
    /// The number of the name, if it is for some.
    name: usize,
}

impl Entry {
    fn place<P: Borrow<Power>>(self, powers: &[P]) -> Place<'_> {
        let power: &Power = powers[self.power].borrow();
        let name = if power.is_its_roles() {
            Some(&*power.role)
        } else {
            power.names.get(self.name).map(String::as_str)
        };
        (power.kind, power.namespace.as_deref(), name)
    }
}

impl Lookup {
    /// A lookup for these powers, which it has to be given again.
    pub(super) fn new<P: Borrow<Power>>(powers: &[P]) -> Self {
        let entries = powers.iter().enumerate().flat_map(|(power, held)| {
            let names = 0..held.borrow().names.len().max(1);
            names.map(move |name| Entry { power, name })
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_by(|one, other| {
            let places = one.place(powers).cmp(&other.place(powers));
            places.then(one.power.cmp(&other.power))
        });
        Self(entries)
    }

    /// The numbers of powers that may include this one, not of all that do.
    pub(super) fn candidates<'a, P: Borrow<Power>>(
        &'a self,
        powers: &'a [P],
        power: &'a Power,
    ) -> impl Iterator<Item = usize> + 'a {
        let name = if power.is_its_roles() {
            Some(&*power.role)
        } else {
            power.names.first().map(String::as_str)
        };
        let namespace = power.namespace.as_deref();
        let any_name = name.map(|_| None);
        let any_namespace = namespace.map(|_| None);
        [power.kind, PowerKind::ClusterAdmin]
            .into_iter()
            .flat_map(move |kind| {
                let namespaces = std::iter::once(namespace).chain(any_namespace);
                namespaces.flat_map(move |namespace| {
                    let names = std::iter::once(name).chain(any_name);
                    names.map(move |name| (kind, namespace, name))
                })
            })
            .flat_map(move |place| {
                let first = self.0.partition_point(|entry| entry.place(powers) < place);
                let entries = self.0[first..].iter();
                entries
                    .take_while(move |entry| entry.place(powers) == place)
                    .take(MOST_CANDIDATES)
                    .map(|entry| entry.power)
            })
    }
}
