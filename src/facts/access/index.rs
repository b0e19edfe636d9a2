//! The powers of every subject of a binding, computed once.
//!
//! A role is looked at once however many bindings refer to it, and a subject once however many identities
//! hold its name. What is left for an identity is to put its few subjects together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::facts::rbac::{
    AUTHENTICATED_GROUP, Identity, Rbac, RoleKind, SERVICE_ACCOUNT_PREFIX, SERVICE_ACCOUNTS_GROUP,
};
use crate::risk::Severity::{Critical, High, Info, Low, Medium};

use super::compound::{CompoundRights, combined};
use super::impersonation::Impersonation;
use super::role::{Summary, lower};
use super::{Access, Held, Lookup, Power, PowerKind, distilled};

/// How far it is followed that one account can take over another one.
const MOST_HOPS: usize = 8;
/// The namespace of the control plane.
const KUBE_SYSTEM: &str = "kube-system";

/// What every subject could do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::facts) struct Index {
    users: HashMap<Arc<str>, Arc<Part>>,
    groups: HashMap<Arc<str>, Arc<Part>>,
    labels: Vec<Label>,
    /// Bootstrap tokens get certificates of nodes without anybody's approval.
    bootstrap_is_automatic: bool,
}

/// What one subject could do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// In the order of a list.
    pub(super) powers: Vec<Power>,
    /// The number of the first one that is not rated.
    unrated: Option<usize>,
    lookup: Lookup,
    rights: CompoundRights,
}

impl Part {
    fn new(powers: Vec<Power>, rights: CompoundRights) -> Self {
        let is_unrated = |power: &Power| power.kind == PowerKind::Other;
        Self {
            lookup: Lookup::new(&powers),
            unrated: powers.iter().position(is_unrated),
            powers,
            rights,
        }
    }

    /// The worst of the rights that are not rated.
    pub(super) fn unrated(&self) -> Option<&Power> {
        Some(&self.powers[self.unrated?])
    }

    /// Whether one of the powers includes that one.
    pub(super) fn includes(&self, power: &Power) -> bool {
        let mut candidates = self.lookup.candidates(&self.powers, power);
        candidates.any(|index| self.powers[index].includes(power))
    }
}

/// A binding and its role, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) binding: Arc<str>,
    pub(super) role: Arc<str>,
}

impl Index {
    /// Looks at every role that is bound, and every subject that has a binding.
    pub(in crate::facts) fn new(rbac: &Rbac) -> Self {
        let mut summaries: HashMap<usize, Summary> = HashMap::new();
        for binding in 0..rbac.bindings().len() {
            if let (Some(target), Some(role)) = (rbac.target(binding), rbac.role_of(binding)) {
                summaries
                    .entry(target)
                    .or_insert_with(|| Summary::new(role));
            }
        }
        let mut builder = Builder {
            rbac,
            labels: rbac
                .bindings()
                .iter()
                .map(|binding| Label {
                    binding: binding.in_a_sentence().into(),
                    role: binding.role.in_a_sentence().into(),
                })
                .collect(),
            privileged: Privileged {
                namespaces: HashSet::from([KUBE_SYSTEM]),
                all: false,
            },
            summaries,
        };
        // Whoever can take over an account that can take over the cluster can do so too.
        for _ in 0..MOST_HOPS {
            let privileged = builder.privileged();
            if privileged == builder.privileged {
                break;
            }
            builder.privileged = privileged;
        }
        let parts = |names: &HashMap<String, Vec<usize>>| {
            names
                .iter()
                .map(|(name, bindings)| (name.as_str().into(), Arc::new(builder.part(bindings))))
                .collect()
        };
        let groups: HashMap<Arc<str>, Arc<Part>> = parts(rbac.groups());
        Self {
            users: parts(rbac.users()),
            bootstrap_is_automatic: groups.iter().any(|(name, part)| {
                name.starts_with("system:bootstrappers") && part.rights.approves_nodes()
            }),
            groups,
            labels: builder.labels,
        }
    }

    /// Puts together what the names of an identity could do.
    pub(in crate::facts) fn access(&self, identity: &Identity) -> Access {
        if identity.bypasses_authorizers() {
            return Access {
                parts: Vec::new(),
                own: vec![Power {
                    title: "bypass every authorizer",
                    ..Power::new(
                        PowerKind::ClusterAdmin,
                        Critical,
                        "group system:masters, no binding needed".into(),
                        Arc::default(),
                    )
                }],
                bypass: true,
                bound: true,
                by_rbac_alone: None,
            };
        }
        let user = self.users.get(identity.user.as_str()).map(|part| Held {
            group: None,
            part: Arc::clone(part),
        });
        let mut parts: Vec<Held> = user.into_iter().collect();
        let mut bound = parts.iter().any(|held| !held.part.powers.is_empty());
        let mut seen = HashSet::new();
        for group in &identity.groups {
            if let Some((group, part)) = self.groups.get_key_value(group.as_str())
                && seen.insert(group)
            {
                bound |= **group != *AUTHENTICATED_GROUP && !part.powers.is_empty();
                parts.push(Held {
                    group: Some(Arc::clone(group)),
                    part: Arc::clone(part),
                });
            }
        }
        let mut rights = CompoundRights::default();
        for held in &parts {
            rights.add(&held.part.rights);
        }
        let mut own = combined(&rights, &self.labels, self.bootstrap_is_automatic);
        if identity.node().is_some() {
            bound = true;
            own.push(Power::new(
                PowerKind::NodeIdentity,
                High,
                "Node authorizer".into(),
                Arc::default(),
            ));
        }
        own.sort_by(|one, other| one.order().cmp(&other.order()));
        Access {
            parts,
            own,
            bypass: false,
            bound,
            by_rbac_alone: None,
        }
    }
}

struct Builder<'a> {
    rbac: &'a Rbac,
    summaries: HashMap<usize, Summary>,
    labels: Vec<Label>,
    privileged: Privileged<'a>,
}

/// The namespaces in which a pod or a Secret is worth as much as in kube-system: a ServiceAccount there can
/// take over the cluster.
#[derive(Clone, Default, PartialEq)]
struct Privileged<'a> {
    namespaces: HashSet<&'a str>,
    /// Every ServiceAccount can.
    all: bool,
}

impl Privileged<'_> {
    fn has(&self, namespace: &str) -> bool {
        self.all || self.namespaces.contains(namespace)
    }
}

impl<'a> Builder<'a> {
    /// The powers that a binding gives.
    fn powers_of(&self, binding: usize) -> Vec<Power> {
        let object = &self.rbac.bindings()[binding];
        let namespace = object.namespace.as_str();
        let is_privileged = self.privileged.has(namespace);
        let power = |kind, severity, names: &Arc<[String]>| {
            let label = &self.labels[binding];
            Power {
                namespace: (!namespace.is_empty()).then(|| namespace.into()),
                names: Arc::clone(names),
                ..Power::new(
                    kind,
                    severity,
                    Arc::clone(&label.binding),
                    Arc::clone(&label.role),
                )
            }
        };
        let at = |severity| {
            if namespace.is_empty() || is_privileged {
                severity
            } else {
                lower(severity)
            }
        };
        // The API server restores this role when it starts, whatever its rules are now.
        if object.role.kind == RoleKind::ClusterRole && object.role.name == "cluster-admin" {
            let kind = PowerKind::ClusterAdmin;
            return vec![power(kind, at(Critical), &Arc::default())];
        }
        let Some(summary) = self.summary(binding) else {
            return Vec::new();
        };
        let hits = summary.hits.iter();
        let mut powers: Vec<Power> = hits
            .filter_map(|hit| {
                let severity = hit.severity_in(namespace, is_privileged)?;
                Some(power(hit.kind, severity, &hit.names))
            })
            .collect();
        // What is not rated is told beside what is, unless it only reads.
        let unrated = summary.unrated.as_ref();
        let told = |severity| powers.is_empty() || severity >= Medium;
        if let Some(unrated) = unrated.filter(|unrated| told(unrated.severity)) {
            powers.push(Power {
                right: unrated.right.as_str().into(),
                ..power(PowerKind::Other, at(unrated.severity), &Arc::default())
            });
        }
        if powers.is_empty() && !summary.empty {
            powers.push(if summary.basic {
                power(PowerKind::AboutItself, Info, &Arc::default())
            } else {
                power(PowerKind::Ordinary, at(Low), &Arc::default())
            });
        }
        powers
    }

    fn summary(&self, binding: usize) -> Option<&Summary> {
        self.summaries.get(&self.rbac.target(binding)?)
    }

    /// The parts of powers that these bindings give together.
    fn rights_of(&self, bindings: &[usize]) -> CompoundRights {
        let mut rights = CompoundRights::default();
        for &binding in bindings {
            if let Some(summary) = self.summary(binding) {
                let namespace = self.rbac.bindings()[binding].namespace.as_str();
                let impersonation = self.impersonation(summary, binding, namespace);
                rights.add(&CompoundRights::of(
                    &summary.rights,
                    impersonation,
                    binding,
                    namespace,
                ));
            }
        }
        rights
    }

    fn impersonation(&self, summary: &Summary, binding: usize, namespace: &str) -> Impersonation {
        let role = &summary.impersonation;
        if role.is_empty() {
            return Impersonation::default();
        }
        let is_privileged = self.privileged.has(namespace);
        Impersonation::of(role, binding, namespace, is_privileged, |hit| {
            hit.severity_in(namespace, is_privileged)
        })
    }

    fn part(&self, bindings: &[usize]) -> Part {
        let powers: Vec<Power> = bindings
            .iter()
            .flat_map(|&binding| self.powers_of(binding))
            .collect();
        let powers = distilled(powers.iter().collect());
        Part::new(
            powers.into_iter().cloned().collect(),
            self.rights_of(bindings),
        )
    }

    /// What follows from the namespaces that are known to be privileged so far.
    fn privileged(&self) -> Privileged<'a> {
        let of_users = self.rbac.users().iter().filter_map(|(user, bindings)| {
            let rest = user.strip_prefix(SERVICE_ACCOUNT_PREFIX)?;
            Some((rest.split_once(':')?.0, bindings))
        });
        let of_groups = self.rbac.groups().iter().filter_map(|(group, bindings)| {
            let rest = group.strip_prefix(SERVICE_ACCOUNTS_GROUP)?;
            Some((rest.strip_prefix(':')?, bindings))
        });
        let mut privileged = self.privileged.clone();
        let takes_over = of_users
            .chain(of_groups)
            .filter(|(_, bindings)| self.takes_over(bindings));
        privileged
            .namespaces
            .extend(takes_over.map(|(namespace, _)| namespace));
        let of_all = self.rbac.groups().get(SERVICE_ACCOUNTS_GROUP);
        privileged.all |= of_all.is_some_and(|bindings| self.takes_over(bindings));
        privileged
    }

    /// Whether these bindings together give a critical power.
    fn takes_over(&self, bindings: &[usize]) -> bool {
        let critical = |powers: &[Power]| powers.iter().any(|power| power.severity == Critical);
        let rights = || self.rights_of(bindings);
        bindings
            .iter()
            .any(|&binding| critical(&self.powers_of(binding)))
            || critical(&combined(&rights(), &self.labels, false))
    }
}
