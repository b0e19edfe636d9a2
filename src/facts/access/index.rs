//! The powers of every subject of a binding, computed once.
//!
//! A role is looked at once however many bindings refer to it, and a subject once however many identities
//! hold its name. What is left for an identity is to put its few subjects together.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::facts::rbac::{
    AUTHENTICATED_GROUP, Identity, PolicyRule, Rbac, Role, RoleKind, SERVICE_ACCOUNT_PREFIX,
    SERVICE_ACCOUNTS_GROUP,
};
use crate::risk::Severity::{self, Critical, High, Info, Low, Medium};

use super::halves::{Halves, combined};
use super::table::{self, RANKS, Reach};
use super::{Access, Held, Power, distilled, wider};

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
    /// Their numbers by rank and namespace, to look one up by.
    places: Vec<usize>,
    halves: Halves,
}

impl Part {
    fn new(powers: Vec<Power>, halves: Halves) -> Self {
        let mut places: Vec<usize> = (0..powers.len()).collect();
        places.sort_by(|&one, &other| powers[one].place().cmp(&powers[other].place()));
        Self {
            powers,
            places,
            halves,
        }
    }

    /// Whether one of the powers includes that one.
    pub(super) fn includes(&self, power: &Power) -> bool {
        wider(power).any(|place| {
            let first = self
                .places
                .partition_point(|&index| self.powers[index].place() < place);
            self.places[first..]
                .iter()
                .map(|&index| &self.powers[index])
                .take_while(|held| held.place() == place)
                .any(|held| held.includes(power))
        })
    }
}

/// A binding and its role, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) binding: Arc<str>,
    pub(super) role: Arc<str>,
}

/// What a role gives, wherever it is bound.
#[derive(Default)]
struct Summary {
    hits: Vec<Hit>,
    /// Everybody may do that.
    basic: bool,
    /// It gives nothing at all.
    empty: bool,
}

/// More names than this are as good as all of them: nobody reads the list, and it must not cost.
const MOST_NAMES: usize = 200;

struct Hit {
    rank: usize,
    severity: Severity,
    reach: Reach,
    /// Being for some names makes it less in an ordinary namespace.
    names_matter: bool,
    names: Arc<[String]>,
}

impl Summary {
    fn new(role: &Role) -> Self {
        // What differs in its names alone is one power, however many rules there are: a role may be bound to
        // very many.
        let mut found: HashMap<(usize, Severity, Reach, bool), BTreeSet<String>> = HashMap::new();
        for rule in &role.rules {
            for (rank, row) in RANKS.iter().enumerate() {
                for claim in row.claims {
                    if !claim.is_given_by(rule) {
                        continue;
                    }
                    let names = &rule.resource_names;
                    // Everything about some names is not everything.
                    if rank == table::CLUSTER_ADMIN && !names.is_empty() {
                        continue;
                    }
                    let key = (rank, claim.severity, claim.reach, !names.is_empty());
                    found.entry(key).or_default().extend(names.iter().cloned());
                }
            }
        }
        let matters = |rank: usize, severity: Severity, reach: Reach| {
            let mut claims = RANKS[rank].claims.iter();
            claims.any(|claim| {
                claim.names_matter && claim.severity == severity && claim.reach == reach
            })
        };
        let mut hits: Vec<Hit> = found
            .into_iter()
            .map(|((rank, severity, reach, _), names)| Hit {
                rank,
                severity,
                reach,
                names_matter: matters(rank, severity, reach),
                names: if names.len() > MOST_NAMES {
                    Arc::default()
                } else {
                    names.into_iter().collect()
                },
            })
            .collect();
        hits.sort_by(|one, other| {
            let key = |hit: &Hit| (hit.rank, std::cmp::Reverse(hit.severity), hit.names.len());
            key(one).cmp(&key(other))
        });
        // Who can do everything need not be told what that is.
        if hits.iter().any(Hit::is_everything) {
            hits.retain(Hit::is_everything);
        }
        Self {
            hits,
            empty: role.rules.is_empty(),
            basic: role.rules.iter().all(is_basic),
        }
    }
}

impl Hit {
    fn is_everything(&self) -> bool {
        self.rank == table::CLUSTER_ADMIN
    }

    /// How bad it is where the binding puts it: `None` where it gives nothing there.
    fn severity_in(&self, namespace: &str, privileged: &Privileged<'_>) -> Option<Severity> {
        match self.reach {
            _ if namespace.is_empty() => Some(self.severity),
            Reach::Cluster => None,
            Reach::KubeSystem => (namespace == KUBE_SYSTEM).then_some(self.severity),
            Reach::Namespaces if privileged.has(namespace) => Some(self.severity),
            Reach::Namespaces if self.names_matter && !self.names.is_empty() => {
                Some(lower(lower(self.severity)))
            }
            Reach::Namespaces => Some(lower(self.severity)),
        }
    }
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
    asks && rule.verbs.iter().all(|verb| match verb.as_str() {
        "get" => true,
        "create" => rule.non_resource_urls.is_empty(),
        _ => false,
    })
}

/// One step less severe.
fn lower(severity: Severity) -> Severity {
    match severity {
        Critical => High,
        High => Medium,
        Medium => Low,
        _ => Info,
    }
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
            halves: (0..rbac.bindings().len())
                .map(|binding| Halves::of(rbac, binding))
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
                name.starts_with("system:bootstrappers") && part.halves.approves_nodes()
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
                        table::CLUSTER_ADMIN,
                        Critical,
                        "group system:masters, no binding needed".into(),
                        Arc::default(),
                    )
                }],
                bypass: true,
                bound: true,
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
        let mut halves = Halves::default();
        for held in &parts {
            halves.add(&held.part.halves);
        }
        let mut own = combined(&halves, &self.labels, self.bootstrap_is_automatic);
        if identity.node().is_some() {
            bound = true;
            own.push(Power::new(
                table::NODE_IDENTITY,
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
        }
    }
}

struct Builder<'a> {
    rbac: &'a Rbac,
    summaries: HashMap<usize, Summary>,
    labels: Vec<Label>,
    halves: Vec<Halves>,
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
        let power = |rank, severity, names: &Arc<[String]>| {
            let label = &self.labels[binding];
            Power {
                namespace: (!namespace.is_empty()).then(|| namespace.into()),
                names: Arc::clone(names),
                ..Power::new(
                    rank,
                    severity,
                    Arc::clone(&label.binding),
                    Arc::clone(&label.role),
                )
            }
        };
        let at = |severity| {
            if namespace.is_empty() || self.privileged.has(namespace) {
                severity
            } else {
                lower(severity)
            }
        };
        // The API server restores this role when it starts, whatever its rules are now.
        if object.role.kind == RoleKind::ClusterRole && object.role.name == "cluster-admin" {
            return vec![power(table::CLUSTER_ADMIN, at(Critical), &Arc::default())];
        }
        let Some(summary) = self
            .rbac
            .target(binding)
            .and_then(|target| self.summaries.get(&target))
        else {
            return Vec::new();
        };
        let mut powers: Vec<Power> = summary
            .hits
            .iter()
            .filter_map(|hit| {
                let severity = hit.severity_in(namespace, &self.privileged)?;
                Some(power(hit.rank, severity, &hit.names))
            })
            .collect();
        if powers.is_empty() && !summary.empty {
            powers.push(if summary.basic {
                power(table::SELF, Info, &Arc::default())
            } else {
                power(table::OTHER, at(Low), &Arc::default())
            });
        }
        powers
    }

    fn part(&self, bindings: &[usize]) -> Part {
        let mut halves = Halves::default();
        for &binding in bindings {
            halves.add(&self.halves[binding]);
        }
        let powers: Vec<Power> = bindings
            .iter()
            .flat_map(|&binding| self.powers_of(binding))
            .collect();
        let powers = distilled(powers.iter().collect());
        Part::new(powers.into_iter().cloned().collect(), halves)
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
        let mut halves = Halves::default();
        for &binding in bindings {
            halves.add(&self.halves[binding]);
            if critical(&self.powers_of(binding)) {
                return true;
            }
        }
        critical(&combined(&halves, &self.labels, false))
    }
}
