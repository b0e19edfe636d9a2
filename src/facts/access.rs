//! What somebody could do: the powers of an identity, ranked, with the binding that gives each.

mod halves;
mod index;
mod table;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::risk::Severity;

use super::rbac::{Identity, Rbac, Scope};
pub(super) use index::Index;
use index::Part;
use table::RANKS;
pub use table::Rank;

/// Every power that is looked for.
#[must_use]
pub fn ranks() -> &'static [Rank] {
    &RANKS
}

/// Something that an identity could do. Namespace, names, binding and role are untrusted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// The power's name, in kebab case.
    pub id: &'static str,
    /// What one can do with it.
    pub title: &'static str,
    /// How bad that is, where it reaches.
    pub severity: Severity,
    /// The namespace that it ends at; `None` is the whole cluster.
    pub namespace: Option<Arc<str>>,
    /// The only names that it is for; none is all of them.
    pub names: Arc<[String]>,
    /// What gives it: a binding, two that combine, or what stands beside RBAC.
    pub binding: Arc<str>,
    /// The role that the binding refers to, if there is one.
    pub role: Arc<str>,
    /// The place in the table.
    rank: usize,
}

impl Power {
    fn new(rank: usize, severity: Severity, binding: Arc<str>, role: Arc<str>) -> Self {
        Self {
            id: RANKS[rank].id,
            title: RANKS[rank].title,
            severity,
            namespace: None,
            names: Arc::default(),
            binding,
            role,
            rank,
        }
    }

    /// How far it reaches.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        match &self.namespace {
            None => Scope::Cluster,
            Some(namespace) => Scope::Namespace(namespace),
        }
    }

    /// The order of a list: worst first, then as in the table, the farthest-reaching first.
    fn order(&self) -> impl Ord + '_ {
        (
            std::cmp::Reverse(self.severity),
            self.rank,
            &self.namespace,
            !self.names.is_empty(),
            &self.names,
        )
    }

    /// Whether who has this power has all of the other one, which must be no other kind of power and reach
    /// no farther.
    fn includes(&self, other: &Self) -> bool {
        let covers_names = self.names.is_empty()
            || (!other.names.is_empty()
                && other.names.iter().all(|name| self.names.contains(name)));
        match self.rank {
            table::CLUSTER_ADMIN => true,
            // Rights that nobody ranked are the same only if they come from the same role.
            table::OTHER => self.role == other.role,
            _ => self.severity >= other.severity && covers_names,
        }
    }
}

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title)?;
        if let Some(namespace) = &self.namespace {
            write!(f, " in {namespace}")?;
        }
        write!(f, " ({})", self.binding)
    }
}

/// What an identity could do. It shares what its groups could do with all their other members, so that
/// thousands of them cost little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What each of its names could do.
    parts: Vec<Arc<Part>>,
    /// What it could do because its names come together, and what RBAC does not decide.
    own: Vec<Power>,
    bypass: bool,
    bound: bool,
}

/// What the identity could do, as far as RBAC, the Node authorizer and `system:masters` decide.
#[must_use]
pub fn access(rbac: &Rbac, identity: &Identity) -> Access {
    rbac.powers().access(identity)
}

impl Access {
    /// The powers, worst first. What another one of them includes is left out.
    #[must_use]
    pub fn powers(&self) -> Vec<&Power> {
        if let [only] = self.parts.as_slice()
            && self.own.is_empty()
        {
            // A part is in order already.
            return only.powers.iter().collect();
        }
        distilled(self.all().collect())
    }

    /// The worst power.
    #[must_use]
    pub fn worst_power(&self) -> Option<&Power> {
        let parts = self.parts.iter().filter_map(|part| part.powers.first());
        self.own
            .iter()
            .chain(parts)
            .min_by(|one, other| one.order().cmp(&other.order()))
    }

    /// The severity of the worst power.
    #[must_use]
    pub fn worst(&self) -> Severity {
        self.worst_power()
            .map_or(Severity::None, |power| power.severity)
    }

    /// Whether no authorizer is asked: no binding shows it, and none takes it away.
    #[must_use]
    pub fn bypasses_authorizers(&self) -> bool {
        self.bypass
    }

    /// Whether it could do everything everywhere.
    #[must_use]
    pub fn is_cluster_admin(&self) -> bool {
        self.worst_power()
            .is_some_and(|power| power.rank == table::CLUSTER_ADMIN && power.namespace.is_none())
    }

    /// Whether it holds anything that not everybody who logs in does.
    #[must_use]
    pub fn has_own_rights(&self) -> bool {
        self.bound
    }

    /// The powers that `other` has not, worst first: what a requestor would gain.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Vec<&Power> {
        let shared = |part: &&Arc<Part>| other.parts.iter().any(|held| Arc::ptr_eq(held, part));
        let parts = self.parts.iter().filter(|part| !shared(part));
        let candidates: Vec<&Power> = self
            .own
            .iter()
            .chain(parts.flat_map(|part| &part.powers))
            .collect();
        if candidates.is_empty() {
            return Vec::new();
        }
        let mut held = Held::default();
        other.all().for_each(|power| held.add(power));
        let mut beyond = distilled(candidates);
        beyond.retain(|power| !held.includes(power));
        beyond
    }

    fn all(&self) -> impl Iterator<Item = &Power> {
        self.own
            .iter()
            .chain(self.parts.iter().flat_map(|part| &part.powers))
    }
}

/// Powers, by what could include another one.
#[derive(Default)]
struct Held<'a>(HashMap<(usize, Option<&'a str>), Vec<&'a Power>>);

impl<'a> Held<'a> {
    fn add(&mut self, power: &'a Power) {
        self.0
            .entry((power.rank, power.namespace.as_deref()))
            .or_default()
            .push(power);
    }

    fn includes(&self, power: &Power) -> bool {
        let namespace = power.namespace.as_deref();
        let wider = namespace.map(|_| None);
        [power.rank, table::CLUSTER_ADMIN].into_iter().any(|rank| {
            [Some(namespace), wider]
                .into_iter()
                .flatten()
                .filter_map(|namespace| self.0.get(&(rank, namespace)))
                .flatten()
                .any(|held| held.includes(power))
        })
    }
}

/// The powers in their order, without those that one before them includes.
fn distilled(mut powers: Vec<&Power>) -> Vec<&Power> {
    powers.sort_by(|one, other| one.order().cmp(&other.order()));
    let mut held = Held::default();
    powers.retain(|power| {
        let new = !held.includes(power);
        if new {
            held.add(power);
        }
        new
    });
    powers
}
