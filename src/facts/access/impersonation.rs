//! Constrained impersonation: doing single things as another user.
//!
//! It takes two rights, from any two rules: to be another, `impersonate:MODE` on what it is in the API group
//! `authentication.k8s.io`, and to do something so, `impersonate-on:MODE:VERB` on the resource.
//!
//! Source: KEP-5284 and `staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation`; on by default since
//! Kubernetes 1.36.

use std::sync::Arc;

use crate::facts::rbac::PolicyRule;
use crate::risk::Severity::{self, Critical, High, Low, Medium};

use super::compound::decides_csrs;
use super::rating::{right, unrated};
use super::table::{candidates, split};
use super::{PowerKind, role};

const AUTHENTICATION: &str = "authentication.k8s.io";
const MODES: usize = 4;

/// Whom one may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Any user in any group, but nodes, ServiceAccounts and `system:masters`.
    UserInfo,
    ServiceAccount,
    ArbitraryNode,
    /// The node that the pod of a ServiceAccount's token runs on.
    AssociatedNode,
}

impl Mode {
    const ALL: [Self; MODES] = [
        Self::UserInfo,
        Self::ServiceAccount,
        Self::ArbitraryNode,
        Self::AssociatedNode,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::UserInfo => "user-info",
            Self::ServiceAccount => "serviceaccount",
            Self::ArbitraryNode => "arbitrary-node",
            Self::AssociatedNode => "associated-node",
        }
    }

    fn resource(self) -> &'static str {
        match self {
            Self::UserInfo => "users",
            Self::ServiceAccount => "serviceaccounts",
            Self::ArbitraryNode | Self::AssociatedNode => "nodes",
        }
    }

    fn whom(self) -> &'static str {
        match self {
            Self::UserInfo => "as another user",
            Self::ServiceAccount => "as a ServiceAccount",
            Self::ArbitraryNode => "as a node",
            Self::AssociatedNode => "as the node that its pod runs on",
        }
    }

    /// What the rights of those that it may be can be worth.
    fn ceiling(self) -> Severity {
        match self {
            Self::UserInfo | Self::ServiceAccount => Critical,
            Self::ArbitraryNode => High,
            Self::AssociatedNode => Medium,
        }
    }

    /// The verb that a mode's verb for actions is about.
    fn action(self, verb: &str) -> Option<&str> {
        verb.strip_prefix("impersonate-on:")?
            .strip_prefix(self.name())?
            .strip_prefix(':')
    }

    fn is_identity(self, verb: &str) -> bool {
        verb.strip_prefix("impersonate:") == Some(self.name())
    }

    /// Whether it is a verb of constrained impersonation.
    pub(super) fn knows(verb: &str) -> bool {
        Self::ALL
            .iter()
            .any(|mode| mode.is_identity(verb) || mode.action(verb).is_some())
    }

    /// Whether the rule lets one be somebody in this mode.
    fn is_given_by(self, rule: &PolicyRule) -> bool {
        let verb = |held: &String| held == "*" || self.is_identity(held);
        // That right is checked under the name `*`.
        let is_checked_so = self != Self::AssociatedNode || rule.has_name("*");
        rule.verbs.iter().any(verb)
            && rule.has_group(AUTHENTICATION)
            && rule.has_resource(self.resource(), "")
            && is_checked_so
    }
}

/// What a role gives towards it, wherever it is bound.
#[derive(Debug, Default)]
pub(super) struct OfRole {
    identity: [bool; MODES],
    actions: [Vec<Action>; MODES],
}

/// Something that may be done as another.
#[derive(Debug)]
struct Action {
    hit: role::Hit,
    right: Arc<str>,
}

impl OfRole {
    pub(super) fn new(rules: &[PolicyRule]) -> Self {
        let mut of = Self::default();
        for rule in rules {
            let concerns = |verb: &String| verb == "*" || verb.starts_with("impersonate");
            if !rule.verbs.iter().any(concerns) {
                continue;
            }
            for (place, mode) in Mode::ALL.into_iter().enumerate() {
                of.identity[place] |= mode.is_given_by(rule);
                of.actions[place].extend(action(mode, rule));
            }
        }
        of
    }

    /// Whether it gives nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.identity == [false; MODES] && self.actions.iter().all(Vec::is_empty)
    }
}

/// The worst that the rule lets one do in this mode, in each reach.
fn action(mode: Mode, rule: &PolicyRule) -> Vec<Action> {
    let stripped = rule.verbs.iter().filter_map(|verb| match verb.as_str() {
        "*" => Some("*"),
        verb => mode.action(verb),
    });
    let rule = PolicyRule {
        verbs: stripped.map(str::to_owned).collect(),
        ..rule.clone()
    };
    if rule.verbs.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Action> = Vec::new();
    for claim in candidates(&rule) {
        let Some((verb, resource)) = claim.given(&rule) else {
            continue;
        };
        let group = claim.groups.first().copied().unwrap_or_default();
        // The other's rights bound it, and not its own.
        let unbound = matches!(claim.kind, PowerKind::Bind | PowerKind::EditRoles)
            || decides_csrs(group, split(resource));
        let severity = if unbound { Critical } else { claim.severity };
        found.push(Action {
            hit: role::Hit::of(claim, &rule).worth(severity.min(mode.ceiling())),
            right: format!("{} {}", right(verb, group, resource), mode.whom()).into(),
        });
    }
    if let Some(unrated) = unrated(&rule) {
        found.push(Action {
            hit: role::Hit::unrated(unrated.severity.min(mode.ceiling())),
            right: format!("{} {}", unrated.right, mode.whom()).into(),
        });
    }
    worst_of_each_reach(found)
}

/// One action for each way in which a binding may make it less.
fn worst_of_each_reach(mut found: Vec<Action>) -> Vec<Action> {
    found.sort_by_key(|action| std::cmp::Reverse(action.hit.severity));
    let mut worst: Vec<Action> = Vec::new();
    for action in found {
        let same = |held: &Action| held.hit.is_lowered_like(&action.hit);
        if !worst.iter().any(same) {
            worst.push(action);
        }
    }
    worst
}

/// What one or more bindings give towards it: of each mode the widest identity and the worst action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Impersonation {
    identity: [Option<IdentityRight>; MODES],
    actions: [Option<ActionRight>; MODES],
}

/// A right to be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct IdentityRight {
    /// Whether those that it may be can hold all power.
    is_wide: bool,
    binding: usize,
}

/// A right to do something as another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ActionRight {
    severity: Severity,
    namespace: Option<Arc<str>>,
    right: Arc<str>,
    binding: usize,
}

/// An identity and an action of one mode: a power.
pub(super) struct Combined {
    pub(super) severity: Severity,
    pub(super) namespace: Option<Arc<str>>,
    pub(super) right: Arc<str>,
    /// The bindings of the two rights.
    pub(super) bindings: (usize, usize),
}

impl Impersonation {
    /// What a binding gives of a role. `severity_in` says how bad a hit is where the binding puts it.
    pub(super) fn of(
        role: &OfRole,
        binding: usize,
        namespace: &str,
        is_privileged: bool,
        severity_in: impl Fn(&role::Hit) -> Option<Severity>,
    ) -> Self {
        let mut impersonation = Self::default();
        for (place, mode) in Mode::ALL.into_iter().enumerate() {
            let is_bound = namespace.is_empty() || mode == Mode::ServiceAccount;
            impersonation.identity[place] =
                (role.identity[place] && is_bound).then_some(IdentityRight {
                    is_wide: namespace.is_empty() || is_privileged,
                    binding,
                });
            impersonation.actions[place] = role.actions[place]
                .iter()
                .filter_map(|action| {
                    Some(ActionRight {
                        severity: severity_in(&action.hit)?,
                        namespace: (!namespace.is_empty()).then(|| namespace.into()),
                        right: Arc::clone(&action.right),
                        binding,
                    })
                })
                .reduce(ActionRight::worse);
        }
        impersonation
    }

    /// What two of them give together.
    pub(super) fn add(&mut self, other: &Self) {
        for (own, other) in self.identity.iter_mut().zip(&other.identity) {
            let is_wider =
                |other: &IdentityRight| own.is_none_or(|own| other.is_wide && !own.is_wide);
            if let Some(other) = other.filter(is_wider) {
                *own = Some(other);
            }
        }
        for (own, other) in self.actions.iter_mut().zip(&other.actions) {
            *own = match (own.take(), other) {
                (Some(own), Some(other)) => Some(own.worse(other.clone())),
                (own, other) => own.or_else(|| other.clone()),
            };
        }
    }

    /// The powers for which both rights have come together.
    pub(super) fn combined(&self) -> impl Iterator<Item = Combined> {
        let pairs = self.identity.iter().zip(&self.actions);
        pairs.filter_map(|(identity, action)| {
            let (identity, action) = (identity.as_ref()?, action.as_ref()?);
            let severity = if identity.is_wide {
                action.severity
            } else {
                role::lower(action.severity)
            };
            Some(Combined {
                severity: severity.max(Low),
                namespace: action.namespace.clone(),
                right: Arc::clone(&action.right),
                bindings: (identity.binding, action.binding),
            })
        })
    }
}

impl ActionRight {
    fn worse(self, other: Self) -> Self {
        let rank = |done: &Self| (done.severity, done.namespace.is_none());
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}
