//! What a role gives, looked at once however many bindings refer to it.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::facts::rbac::{PolicyRule, Role};
use crate::risk::Severity::{self, Critical, High, Info, Low, Medium};

use super::PowerKind;
use super::rating::{Unrated, reads_debug, unrated};
use super::table::{Claim, Names, Reach, candidates};
use super::{compound, impersonation};

/// More names than this are as good as all of them: nobody reads the list, and it must not cost.
const MOST_NAMES: usize = 200;

/// What a role gives, wherever it is bound.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) hits: Vec<Hit>,
    /// The worst of its rights that is not rated.
    pub(super) unrated: Option<Unrated>,
    pub(super) rights: compound::OfRole,
    pub(super) impersonation: impersonation::OfRole,
    /// Everybody may do that.
    pub(super) basic: bool,
    /// It gives nothing at all.
    pub(super) empty: bool,
}

/// A power that a role gives, and what makes it less.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hit {
    pub(super) kind: PowerKind,
    pub(super) severity: Severity,
    reach: Reach,
    /// Being for some names makes it less in an ordinary namespace.
    for_less: bool,
    pub(super) names: Arc<[String]>,
}

impl Hit {
    /// What a claim gives by a rule, without its names.
    pub(super) fn of(claim: &Claim, rule: &PolicyRule) -> Self {
        Self {
            kind: claim.kind,
            severity: claim.severity,
            reach: claim.reach,
            for_less: claim.names == Names::LessSevere && !rule.resource_names.is_empty(),
            names: Arc::default(),
        }
    }

    /// The same with another severity.
    pub(super) fn worth(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// A right that is not rated.
    pub(super) fn unrated(severity: Severity) -> Self {
        Self {
            kind: PowerKind::Other,
            severity,
            reach: Reach::Namespaces,
            for_less: false,
            names: Arc::default(),
        }
    }

    /// Whether a binding makes it less where it makes the other one less.
    pub(super) fn is_lowered_like(&self, other: &Self) -> bool {
        (self.reach, self.for_less) == (other.reach, other.for_less)
    }

    /// How bad it is where the binding puts it: `None` where it gives nothing there.
    pub(super) fn severity_in(&self, namespace: &str, is_privileged: bool) -> Option<Severity> {
        match self.reach {
            _ if namespace.is_empty() => Some(self.severity),
            Reach::Cluster => None,
            Reach::Only(namespaces) => namespaces.contains(&namespace).then_some(self.severity),
            Reach::Namespaces if is_privileged => Some(self.severity),
            Reach::Namespaces if self.for_less => Some(lower(lower(self.severity))),
            Reach::Namespaces => Some(lower(self.severity)),
        }
    }

    /// The order in which they are found in a list.
    fn order(&self) -> impl Ord + '_ {
        (
            self.kind,
            Reverse(self.severity),
            self.for_less,
            &self.names,
        )
    }
}

impl Summary {
    pub(super) fn new(role: &Role) -> Self {
        let rules = role.rules.as_slice();
        let is_everything = rules.iter().any(is_everything);
        Self {
            // Who can do everything need not be told what that is.
            hits: if is_everything {
                vec![everything()]
            } else {
                hits(rules)
            },
            unrated: rules
                .iter()
                .filter(|_| !is_everything)
                .filter_map(unrated)
                .max_by_key(|unrated| unrated.severity),
            rights: compound::OfRole::new(rules),
            impersonation: impersonation::OfRole::new(rules),
            basic: rules.iter().all(is_basic),
            empty: rules.is_empty(),
        }
    }
}

/// Everything about some names is not everything.
fn is_everything(rule: &PolicyRule) -> bool {
    let has_all = |held: &[String]| held.iter().any(|held| held == "*");
    has_all(&rule.verbs)
        && has_all(&rule.api_groups)
        && has_all(&rule.resources)
        && rule.resource_names.is_empty()
}

fn everything() -> Hit {
    Hit {
        kind: PowerKind::ClusterAdmin,
        severity: Critical,
        ..Hit::unrated(Critical)
    }
}

/// What differs in its names alone is one power, however many rules there are: a role may be bound to very many.
fn hits(rules: &[PolicyRule]) -> Vec<Hit> {
    let mut found: HashMap<(Hit, bool), BTreeSet<&String>> = HashMap::new();
    for rule in rules {
        for claim in candidates(rule) {
            if claim.kind == PowerKind::Ordinary || !claim.is_given_by(rule) {
                continue;
            }
            let is_named = !rule.resource_names.is_empty();
            let names = found.entry((Hit::of(claim, rule), is_named)).or_default();
            names.extend(&rule.resource_names);
        }
    }
    if rules.iter().any(reads_debug) {
        let debug = Hit {
            kind: PowerKind::ServerDebug,
            reach: Reach::Cluster,
            ..Hit::unrated(Medium)
        };
        found.insert((debug, false), BTreeSet::new());
    }
    let mut hits: Vec<Hit> = found
        .into_iter()
        .map(|((hit, _), names)| {
            let are_few = names.len() <= MOST_NAMES;
            Hit {
                for_less: hit.for_less && are_few,
                names: names.into_iter().filter(|_| are_few).cloned().collect(),
                ..hit
            }
        })
        .collect();
    hits.sort_by(|one, other| one.order().cmp(&other.order()));
    let mut seen = HashSet::new();
    hits.retain(|hit| seen.insert(hit.clone()));
    hits
}

/// Reading what is public, and asking about oneself.
fn is_basic(rule: &PolicyRule) -> bool {
    let about_itself =
        |group: &String| group == "authentication.k8s.io" || group == "authorization.k8s.io";
    let asks = rule.api_groups.iter().all(about_itself)
        && rule
            .resources
            .iter()
            .all(|resource| resource.starts_with("selfsubject"));
    asks && !reads_debug(rule)
        && rule.verbs.iter().all(|verb| match verb.as_str() {
            "get" => true,
            "create" => rule.non_resource_urls.is_empty(),
            _ => false,
        })
}

/// One step less severe.
pub(super) fn lower(severity: Severity) -> Severity {
    match severity {
        Critical => High,
        High => Medium,
        Medium => Low,
        _ => Info,
    }
}
