//! What rights are worth to somebody who should not have them: one row a claim.
//!
//! Every right that the API server's discovery knows stands here, harmless ones too: what does not is
//! [not rated](super::rating), and that is never harmless.

mod control;
mod controllers;
mod core;
mod vendors;
mod workloads;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::facts::rbac::PolicyRule;
use crate::risk::Severity;

use super::PowerKind;

/// Rights that are worth something: any of the verbs on any of the resources.
#[derive(Debug)]
pub struct Claim {
    pub(super) kind: PowerKind,
    /// Cluster-wide, or in a namespace that runs the cluster.
    pub(super) severity: Severity,
    pub(super) verbs: &'static [&'static str],
    pub(super) groups: &'static [&'static str],
    /// With subresources, as in a rule; `*` before a subresource is any resource.
    pub(super) resources: &'static [&'static str],
    pub(super) reach: Reach,
    pub(super) names: Names,
}

/// Where a right is worth something if a RoleBinding gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Nowhere: the resources are cluster-scoped.
    Cluster,
    /// In every namespace.
    Namespaces,
    /// In these alone, and there as much as cluster-wide.
    Only(&'static [&'static str]),
}

/// What it means that a rule is for some names only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// One step less severe in an ordinary namespace.
    LessSevere,
    /// Nothing: one name suffices, or the names cannot be judged.
    AsSevere,
    /// Nothing, but that these names are harmless.
    Harmless(&'static [&'static str]),
}

pub(super) const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "update", "patch"];
const CHANGE: &[&str] = &["update", "patch"];
const DELETE: &[&str] = &["delete", "deletecollection"];
/// All that changes what is stored.
const ALTER: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];
/// All verbs of the API's own.
pub(super) const REST: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

impl Claim {
    const fn cluster(
        kind: PowerKind,
        severity: Severity,
        verbs: &'static [&'static str],
        groups: &'static [&'static str],
        resources: &'static [&'static str],
    ) -> Self {
        Self {
            kind,
            severity,
            verbs,
            groups,
            resources,
            reach: Reach::Cluster,
            names: Names::LessSevere,
        }
    }

    const fn namespaced(
        kind: PowerKind,
        severity: Severity,
        verbs: &'static [&'static str],
        groups: &'static [&'static str],
        resources: &'static [&'static str],
    ) -> Self {
        let mut claim = Self::cluster(kind, severity, verbs, groups, resources);
        claim.reach = Reach::Namespaces;
        claim
    }

    /// What leads no further.
    const fn ordinary(
        verbs: &'static [&'static str],
        groups: &'static [&'static str],
        resources: &'static [&'static str],
    ) -> Self {
        Self::namespaced(PowerKind::Ordinary, Severity::Low, verbs, groups, resources)
    }

    const fn by_any_name(mut self) -> Self {
        self.names = Names::AsSevere;
        self
    }

    const fn but_for(mut self, names: &'static [&'static str]) -> Self {
        self.names = Names::Harmless(names);
        self
    }

    const fn only_in(mut self, namespaces: &'static [&'static str]) -> Self {
        self.reach = Reach::Only(namespaces);
        self
    }

    /// What it leads to.
    #[must_use]
    pub fn kind(&self) -> PowerKind {
        self.kind
    }

    /// How bad that is, cluster-wide.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The verbs, of which one suffices.
    #[must_use]
    pub fn verbs(&self) -> &'static [&'static str] {
        self.verbs
    }

    /// The API groups, "" for the core group.
    #[must_use]
    pub fn groups(&self) -> &'static [&'static str] {
        self.groups
    }

    /// The resources, of which one suffices.
    #[must_use]
    pub fn resources(&self) -> &'static [&'static str] {
        self.resources
    }

    /// Where it counts, for a reader.
    #[must_use]
    pub fn place(&self) -> String {
        let place = match self.reach {
            Reach::Cluster => "cluster-wide alone".to_owned(),
            Reach::Namespaces => "cluster-wide; in an ordinary namespace one step less".to_owned(),
            Reach::Only(namespaces) => format!("cluster-wide or in {}", namespaces.join(", ")),
        };
        match (self.names, self.reach) {
            (Names::LessSevere, Reach::Namespaces) => {
                format!("{place}, for single names two")
            }
            (Names::Harmless(names), _) => format!("{place}; not for {}", names.join(", ")),
            (Names::LessSevere | Names::AsSevere, _) => place,
        }
    }

    /// Whether the rule gives this right, restricted to names or not.
    pub(super) fn is_given_by(&self, rule: &PolicyRule) -> bool {
        self.given(rule).is_some()
    }

    /// The first verb and resource by which the rule gives this right.
    pub(super) fn given(&self, rule: &PolicyRule) -> Option<(&'static str, &'static str)> {
        #[cfg(test)]
        super::work::note();
        let of_group = |group: &&str| *group == "*" || rule.has_group(group);
        if !self.groups.iter().any(of_group) || !self.is_for_names_of(rule) {
            return None;
        }
        self.resources.iter().find_map(|&whole| {
            let (resource, subresource) = split(whole);
            if !has_resource(rule, resource, subresource) {
                return None;
            }
            let gives =
                |verb: &&&str| rule.has_verb(verb) && !is_inert(rule, verb, resource, subresource);
            self.verbs.iter().find(gives).map(|verb| (*verb, whole))
        })
    }

    fn is_for_names_of(&self, rule: &PolicyRule) -> bool {
        let names = &rule.resource_names;
        match self.names {
            Names::Harmless(harmless) if !names.is_empty() => {
                names.iter().any(|name| !harmless.contains(&name.as_str()))
            }
            _ => true,
        }
    }
}

/// A resource and its subresource.
pub(super) fn split(whole: &str) -> (&str, &str) {
    whole.split_once('/').unwrap_or((whole, ""))
}

/// Whether the rule is for that resource; of any resource, if it is called `*`.
fn has_resource(rule: &PolicyRule, resource: &str, subresource: &str) -> bool {
    if resource != "*" {
        return rule.has_resource(resource, subresource);
    }
    let resources = rule.resources.iter();
    resources
        .map(|held| split(held))
        .any(|held| held == ("*", "") || held.1 == subresource)
}

/// Whether such a right allows nothing because it is for some names: a request to create an object or to delete a
/// collection has no name when it is checked. Requests to create a subresource have the name of the object around it;
/// the one for `nodeclient`, which only the approving controller makes, has none.
///
/// Server-side apply names what it creates, and so do updates of some kinds: with the right to patch, a name is enough.
/// That right may come from another rule; see [`CompoundRights`](super::compound::CompoundRights).
pub(super) fn is_inert(rule: &PolicyRule, verb: &str, resource: &str, subresource: &str) -> bool {
    let nameless = match verb {
        "create" => subresource.is_empty() || resource == "certificatesigningrequests",
        "deletecollection" => true,
        _ => false,
    };
    nameless && !rule.resource_names.is_empty()
}

/// Every claim, by theme.
const PARTS: [&[Claim]; 5] = [
    core::CLAIMS,
    control::CLAIMS,
    workloads::CLAIMS,
    controllers::CLAIMS,
    vendors::CLAIMS,
];

/// Every claim of the table.
pub fn claims() -> impl Iterator<Item = &'static Claim> {
    PARTS.iter().copied().flatten()
}

/// The claims, to look them up by.
struct Index {
    by_group: HashMap<&'static str, Vec<&'static Claim>>,
    /// The verbs that are rated, by group and resource.
    verbs: HashMap<&'static str, HashMap<&'static str, HashSet<&'static str>>>,
    /// The same by resource alone, whatever the group.
    of_resources: HashMap<&'static str, HashSet<&'static str>>,
    /// The same of `*/SUBRESOURCE`: what is rated on any resource's, by group and subresource.
    of_subresources: HashMap<&'static str, HashMap<&'static str, HashSet<&'static str>>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        by_group: HashMap::new(),
        verbs: HashMap::new(),
        of_resources: HashMap::new(),
        of_subresources: HashMap::new(),
    };
    for claim in claims() {
        for &group in claim.groups {
            index.by_group.entry(group).or_default().push(claim);
            for &resource in claim.resources {
                let of_group = index.verbs.entry(group).or_default();
                of_group.entry(resource).or_default().extend(claim.verbs);
            }
        }
        for &resource in claim.resources {
            let verbs = index.of_resources.entry(resource).or_default();
            verbs.extend(claim.verbs);
            for group in claim.groups.iter().copied().chain(["*"]) {
                let of_group = index.of_subresources.entry(group).or_default();
                let verbs = of_group.entry(split(resource).1).or_default();
                verbs.extend(claim.verbs);
            }
        }
    }
    index
});

/// The claims that a rule may give.
pub(super) fn candidates(rule: &PolicyRule) -> Vec<&'static Claim> {
    if rule.api_groups.iter().any(|group| group == "*") {
        return claims().collect();
    }
    let groups: HashSet<&str> = rule.api_groups.iter().map(String::as_str).collect();
    // Those of every group stand under its pattern.
    let groups = groups.into_iter().chain(["*"]);
    let found = groups.filter_map(|group| INDEX.by_group.get(group));
    found.flatten().copied().collect()
}

/// Whether the API group has any rated resource.
pub(super) fn knows_group(group: &str) -> bool {
    INDEX.by_group.contains_key(group)
}

/// The verbs that are rated on a resource; `*` is any API group, and before a subresource any resource of it.
pub(super) fn rated_verbs(group: &str, resource: &str) -> Option<&'static HashSet<&'static str>> {
    if group == "*" && !resource.starts_with("*/") {
        return INDEX.of_resources.get(resource);
    }
    match split(resource) {
        ("*", subresource) => INDEX.of_subresources.get(group)?.get(subresource),
        _ => INDEX.verbs.get(group)?.get(resource),
    }
}

#[cfg(test)]
mod tests;
