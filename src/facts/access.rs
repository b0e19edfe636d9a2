//! What somebody could do: the powers of an identity, rated, with the binding that gives each.

mod compound;
mod impersonation;
mod index;
mod kind;
mod lookup;
pub mod probes;
mod rating;
mod role;
mod table;

use std::fmt;
use std::sync::Arc;

use crate::risk::Severity;

use super::rbac::{Identity, Rbac, Scope};
pub(super) use index::Index;
use index::Part;
pub use kind::PowerKind;
use lookup::Lookup;
pub use table::{Claim, claims};

/// Something that an identity could do. Namespace, names, binding and role are untrusted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// What it is.
    pub kind: PowerKind,
    /// Its kind's name, in kebab case.
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
    /// The worst of the rights behind it, where its kind does not tell; else "".
    pub right: Arc<str>,
}

impl Power {
    fn new(kind: PowerKind, severity: Severity, binding: Arc<str>, role: Arc<str>) -> Self {
        Self {
            kind,
            id: kind.id(),
            title: kind.title(),
            severity,
            namespace: None,
            names: Arc::default(),
            binding,
            role,
            right: Arc::default(),
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
            self.kind,
            &self.namespace,
            !self.names.is_empty(),
            &self.names,
        )
    }

    /// Whether it is the same as another one only if both come from one role.
    fn is_its_roles(&self) -> bool {
        use PowerKind::{ImpersonateOnce, Ordinary, Other};
        matches!(self.kind, Other | Ordinary | ImpersonateOnce)
    }

    /// Whether this power is about all that the other one is about, and reaches as far.
    fn reaches(&self, other: &Self) -> bool {
        (self.kind == other.kind || self.kind == PowerKind::ClusterAdmin)
            && (self.namespace.is_none() || self.namespace == other.namespace)
    }

    /// Whether who has this power has all of the other one.
    fn includes(&self, other: &Self) -> bool {
        #[cfg(test)]
        work::note();
        if !self.reaches(other) {
            return false;
        }
        match self.kind {
            PowerKind::ClusterAdmin => true,
            _ if self.severity < other.severity => false,
            _ if self.is_its_roles() => self.role == other.role && self.right == other.right,
            _ => self.covers_names(other),
        }
    }

    /// Whether it is for all names that the other one is for. Those of one kind are in the same order.
    fn covers_names(&self, other: &Self) -> bool {
        if self.names.is_empty() || other.names.is_empty() {
            return self.names.is_empty();
        }
        let mut own = self.names.iter();
        let mut names = other.names.iter();
        names.all(|name| own.by_ref().any(|held| held == name))
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

/// What an identity has by one of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    /// The group; `None` is its user name.
    group: Option<Arc<str>>,
    part: Arc<Part>,
}

/// What an identity could do. It shares what its groups could do with all their other members, so that
/// thousands of them cost little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What each of its names could do.
    parts: Vec<Held>,
    /// What it could do because its names come together, and what RBAC does not decide.
    own: Vec<Power>,
    bypass: bool,
    bound: bool,
    /// Why no authorizer but RBAC was asked.
    by_rbac_alone: Option<Arc<str>>,
}

/// What the identity could do, as far as RBAC, the Node authorizer and `system:masters` decide.
#[must_use]
pub fn access(rbac: &Rbac, identity: &Identity) -> Access {
    rbac.powers().access(identity)
}

impl Access {
    /// These powers, wherever they come from.
    fn of(mut own: Vec<Power>) -> Self {
        own.sort_by(|one, other| one.order().cmp(&other.order()));
        Self {
            parts: Vec::new(),
            bypass: false,
            bound: !own.is_empty(),
            own,
            by_rbac_alone: None,
        }
    }

    /// The same, where no other authorizer was asked, and why not.
    #[must_use]
    pub(super) fn by_rbac_alone(self, why: Option<&str>) -> Self {
        Self {
            // Who can do everything by RBAC needs no other authorizer.
            by_rbac_alone: why.filter(|_| !self.is_cluster_admin()).map(Arc::from),
            ..self
        }
    }

    /// Why no authorizer but RBAC was asked, which may allow more. Untrusted text.
    #[must_use]
    pub fn unasked(&self) -> Option<&str> {
        self.by_rbac_alone.as_deref()
    }

    /// The powers, worst first. What another one of them includes is left out.
    #[must_use]
    pub fn powers(&self) -> Vec<&Power> {
        if let [only] = self.parts.as_slice()
            && self.own.is_empty()
        {
            // A part is in order already.
            return only.part.powers.iter().collect();
        }
        let parts = self.parts.iter().flat_map(|held| &held.part.powers);
        distilled(self.own.iter().chain(parts).collect())
    }

    /// The worst power.
    #[must_use]
    pub fn worst_power(&self) -> Option<&Power> {
        let parts = self
            .parts
            .iter()
            .filter_map(|held| held.part.powers.first());
        self.own
            .iter()
            .chain(parts)
            .min_by(|one, other| one.order().cmp(&other.order()))
    }

    /// The worst power that not every node has by the Node authorizer.
    #[must_use]
    pub fn worst_power_beside_nodes(&self) -> Option<&Power> {
        let own = self
            .own
            .iter()
            .filter(|power| power.kind != PowerKind::NodeIdentity);
        let parts = self
            .parts
            .iter()
            .filter_map(|held| held.part.powers.first());
        own.chain(parts)
            .min_by(|one, other| one.order().cmp(&other.order()))
    }

    /// The worst of the rights that are not rated.
    #[must_use]
    pub fn worst_unrated(&self) -> Option<&Power> {
        let own = self.own.iter();
        let own = own.filter(|power| power.kind == PowerKind::Other);
        let parts = self.parts.iter().filter_map(|held| held.part.unrated());
        own.chain(parts)
            .min_by(|one, other| one.order().cmp(&other.order()))
    }

    /// The group that alone gives a power of this identity; `None` where its user name does, or several
    /// names together.
    #[must_use]
    pub fn group_behind(&self, power: &Power) -> Option<&str> {
        let gives = |held: &&Held| {
            let own = held.part.powers.as_ptr_range();
            own.contains(&std::ptr::from_ref(power))
        };
        self.parts.iter().find(gives)?.group.as_deref()
    }

    /// This together with what else is known of the same identity.
    #[must_use]
    pub(super) fn and(mut self, other: &Self) -> Self {
        let news: Vec<Power> = other.beyond(&self).into_iter().cloned().collect();
        self.own.extend(news);
        self.own
            .sort_by(|one, other| one.order().cmp(&other.order()));
        self.bound |= other.bound;
        self
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
            .is_some_and(|power| power.kind == PowerKind::ClusterAdmin && power.namespace.is_none())
    }

    /// The one namespace to which all its high and critical powers are confined, if there is one.
    #[must_use]
    pub fn only_dangerous_namespace(&self) -> Option<&str> {
        let lists =
            std::iter::once(&self.own).chain(self.parts.iter().map(|held| &held.part.powers));
        let mut dangerous = lists
            .flatten()
            .filter(|power| power.severity >= Severity::High)
            .map(|power| power.namespace.as_deref());
        let first = dangerous.next()??;
        dangerous
            .all(|namespace| namespace == Some(first))
            .then_some(first)
    }

    /// Whether it holds anything that not everybody who logs in does.
    #[must_use]
    pub fn has_own_rights(&self) -> bool {
        self.bound
    }

    /// The powers that `other` has not, worst first: what a requestor would gain.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Vec<&Power> {
        let news = self.lists_beyond(other).flatten();
        distilled(news.filter(|power| !other.includes(power)).collect())
    }

    /// The worst power that `other` has not. This costs little even where there are thousands.
    #[must_use]
    pub fn worst_beyond(&self, other: &Self) -> Option<&Power> {
        self.lists_beyond(other)
            .filter_map(|list| list.iter().find(|power| !other.includes(power)))
            .min_by(|one, other| one.order().cmp(&other.order()))
    }

    /// The powers, in lists that are each in order, without the lists that `other` has too. Nothing is
    /// beyond who can do everything, which need not be found out power by power.
    fn lists_beyond<'a, 'b>(
        &'a self,
        other: &'b Self,
    ) -> impl Iterator<Item = &'a [Power]> + use<'a, 'b> {
        let has_all = other.is_cluster_admin();
        let parts = self
            .parts
            .iter()
            .map(|held| &held.part)
            .filter(move |part| !other.parts.iter().any(|held| Arc::ptr_eq(&held.part, part)));
        std::iter::once(self.own.as_slice())
            .chain(parts.map(|part| part.powers.as_slice()))
            .filter(move |_| !has_all)
    }

    /// Whether one of the powers includes that one.
    fn includes(&self, power: &Power) -> bool {
        self.own.iter().any(|held| held.includes(power))
            || self.parts.iter().any(|held| held.part.includes(power))
    }
}

/// The powers in their order, without those that one before them includes.
fn distilled(mut powers: Vec<&Power>) -> Vec<&Power> {
    powers.sort_by(|one, other| one.order().cmp(&other.order()));
    let lookup = Lookup::new(&powers);
    // One that is included is included by one that stays: so may the others be compared with all.
    let is_included = |(index, power): (usize, &&Power)| {
        let mut earlier = lookup
            .candidates(&powers, power)
            .filter(|&other| other < index);
        earlier.any(|other| powers[other].includes(power))
    };
    let included: Vec<bool> = powers.iter().enumerate().map(is_included).collect();
    let mut stays = included.into_iter().map(|included| !included);
    powers.retain(|_| stays.next().unwrap_or(true));
    powers
}

/// Counts what takes time, so that a test sees what grows with a square.
#[cfg(test)]
mod work {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<usize> = const { Cell::new(0) };
    }

    /// One step was done.
    pub(super) fn note() {
        DONE.set(DONE.get() + 1);
    }

    /// The result, and how many steps it took.
    pub(super) fn of<T>(task: impl FnOnce() -> T) -> (T, usize) {
        let before = DONE.get();
        let result = task();
        (result, DONE.get() - before)
    }
}

#[cfg(test)]
mod tests;
