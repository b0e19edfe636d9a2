//! Powers that take more than one right: two rules, of one role or of two bindings, may combine.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::csr::Signer;
use crate::facts::rbac::{PolicyRule, Request};
use crate::risk::Severity::{self, Critical, High};

use super::impersonation::Impersonation;
use super::index::Label;
use super::table;
use super::{Power, PowerKind};

const APPROVAL: usize = 0;
const STATUS: usize = 1;
const CREATE: usize = 2;
const NODECLIENT: usize = 3;
const NODE_USER: usize = 4;
const NODES_GROUP: usize = 5;
const BOOTSTRAP_SECRETS: usize = 6;
/// From here on, approving for each of the [`SIGNERS`].
const APPROVE: usize = 7;
const SIGNERS: usize = Signer::BUILT_IN.len() + 1;
const SIGN: usize = APPROVE + SIGNERS;
const COUNT: usize = SIGN + SIGNERS;

const CERTIFICATES: &str = "certificates.k8s.io";
const CSRS: &str = "certificatesigningrequests";
const PERSISTENT_VOLUMES: &str = "persistentvolumes";

/// For each right that is a part of a power, the first binding that gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CompoundRights {
    rights: [Option<u32>; COUNT],
    /// What few bindings give.
    rare: Option<Box<Rare>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rare {
    applied: Applied,
    impersonation: Impersonation,
}

/// What a role gives towards such powers, wherever it is bound.
#[derive(Debug, Default)]
pub(super) struct OfRole {
    rights: [bool; COUNT],
    /// The names by which it creates or patches objects.
    applied: Vec<Verb>,
}

/// A right to create or to patch.
#[derive(Debug)]
struct Verb {
    creates: bool,
    resource: &'static str,
    /// `None` is every name.
    name: Option<String>,
}

/// Rights to create an object by its name, which alone give nothing, and to patch it: server-side apply creates what
/// is not there, and names it. Cluster-scoped resources of which creating is worth more than changing.
///
/// Source: `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Applied {
    created: BTreeMap<(&'static str, String), usize>,
    patched: BTreeMap<(&'static str, String), usize>,
    /// Patching objects of any name.
    patched_all: BTreeMap<&'static str, usize>,
}

impl Applied {
    fn note(&mut self, verb: &Verb, binding: usize) {
        let (named, all) = if verb.creates {
            (&mut self.created, None)
        } else {
            (&mut self.patched, Some(&mut self.patched_all))
        };
        match (&verb.name, all) {
            (Some(name), _) => _ = named.insert((verb.resource, name.clone()), binding),
            (None, Some(all)) => _ = all.insert(verb.resource, binding),
            // That is the right itself.
            (None, None) => {}
        }
    }

    fn add(&mut self, other: &Self) {
        let of_names = [
            (&mut self.created, &other.created),
            (&mut self.patched, &other.patched),
        ];
        for (own, other) in of_names {
            for (place, binding) in other {
                own.entry(place.clone()).or_insert(*binding);
            }
        }
        for (resource, binding) in &other.patched_all {
            self.patched_all.entry(resource).or_insert(*binding);
        }
    }

    /// The names by which objects of the resource can be created, with the bindings that give it.
    fn names<'a>(
        &'a self,
        resource: &'static str,
    ) -> impl Iterator<Item = (&'a str, (usize, usize))> {
        let created = self.created.iter();
        created
            .filter(move |((of, _), _)| *of == resource)
            .filter_map(move |(place, &create)| {
                let patch = self.patched.get(place);
                let patch = patch.or_else(|| self.patched_all.get(resource))?;
                Some((place.1.as_str(), (create, *patch)))
            })
    }
}

impl OfRole {
    pub(super) fn new(rules: &[PolicyRule]) -> Self {
        let mut of = Self::default();
        for rule in rules {
            of.note(rule);
        }
        of
    }

    fn note(&mut self, rule: &PolicyRule) {
        let mut set = |right: usize, given: bool| self.rights[right] |= given;
        set(APPROVAL, writes(rule, "approval"));
        set(STATUS, writes(rule, "status"));
        set(CREATE, creates(rule, ""));
        set(NODECLIENT, creates(rule, "nodeclient"));
        set(BOOTSTRAP_SECRETS, mints_tokens(rule));
        let impersonates = |resource, fits: fn(&String) -> bool| {
            let names = &rule.resource_names;
            rule.has_verb("impersonate")
                && rule.has_group("")
                && rule.has_resource(resource, "")
                && (names.is_empty() || names.iter().any(fits))
        };
        let is_node = |name: &String| name.starts_with("system:node:");
        set(NODE_USER, impersonates("users", is_node));
        let is_nodes = |name: &String| name == "system:nodes";
        set(NODES_GROUP, impersonates("groups", is_nodes));
        for signer in 0..SIGNERS {
            set(APPROVE + signer, decides(rule, "approve", signer));
            set(SIGN + signer, decides(rule, "sign", signer));
        }
        for (group, resource) in [(CERTIFICATES, CSRS), ("", PERSISTENT_VOLUMES)] {
            if rule.has_group(group) && rule.has_resource(resource, "") {
                self.note_names(rule, resource);
            }
        }
    }

    fn note_names(&mut self, rule: &PolicyRule, resource: &'static str) {
        for (creates, verb) in [(true, "create"), (false, "patch")] {
            if !rule.has_verb(verb) {
                continue;
            }
            let verb = |name| Verb {
                creates,
                resource,
                name,
            };
            if rule.resource_names.is_empty() {
                self.applied.push(verb(None));
            }
            let names = rule.resource_names.iter().cloned().map(Some);
            self.applied.extend(names.map(verb));
        }
    }
}

impl CompoundRights {
    /// What a binding gives of a role. In a namespace most of the resources are not.
    pub(super) fn of(
        role: &OfRole,
        impersonation: Impersonation,
        binding: usize,
        namespace: &str,
    ) -> Self {
        let counts = |right: usize| match namespace {
            "" => true,
            namespace => right == BOOTSTRAP_SECRETS && namespace == "kube-system",
        };
        let number = u32::try_from(binding).ok();
        let mut rights = [None; COUNT];
        for (right, own) in rights.iter_mut().enumerate() {
            *own = number.filter(|_| role.rights[right] && counts(right));
        }
        let mut applied = Applied::default();
        if namespace.is_empty() {
            role.applied
                .iter()
                .for_each(|verb| applied.note(verb, binding));
        }
        let rare = Rare {
            applied,
            impersonation,
        };
        Self {
            rights,
            rare: (rare != Rare::default()).then(|| Box::new(rare)),
        }
    }

    /// What two of them give together.
    pub(super) fn add(&mut self, other: &Self) {
        for (own, other) in self.rights.iter_mut().zip(&other.rights) {
            *own = own.or(*other);
        }
        if let Some(other) = &other.rare {
            let own = self.rare.get_or_insert_default();
            own.applied.add(&other.applied);
            own.impersonation.add(&other.impersonation);
        }
    }

    /// Requests of nodes are approved without anybody looking.
    pub(super) fn approves_nodes(&self) -> bool {
        self.rights[NODECLIENT].is_some()
    }

    fn one(&self, right: usize) -> Option<usize> {
        self.rights[right].map(|binding| binding as usize)
    }

    fn both(&self, one: usize, other: usize) -> Option<(usize, usize)> {
        self.one(one).zip(self.one(other))
    }

    /// The names by which objects of the resource can be applied.
    fn applied(&self, resource: &'static str) -> impl Iterator<Item = (&str, (usize, usize))> {
        let rare = self.rare.iter();
        rare.flat_map(move |rare| rare.applied.names(resource))
    }

    /// The right to create CSRs, of any name or by applying one.
    fn creates_csrs(&self) -> Option<usize> {
        let by_name = || Some(self.applied(CSRS).next()?.1.0);
        self.one(CREATE).or_else(by_name)
    }
}

/// Whether writing that is half of a decision about CSRs.
pub(super) fn decides_csrs(group: &str, resource: (&str, &str)) -> bool {
    group == CERTIFICATES && matches!(resource, (CSRS, "approval" | "status"))
}

fn csrs<'a>(verb: &'a str, subresource: &'a str) -> Request<'a> {
    Request {
        verb,
        group: CERTIFICATES,
        resource: CSRS,
        subresource,
        ..Request::default()
    }
}

/// A restriction to some CSRs' names is none: whoever makes a CSR gives it its name.
fn writes(rule: &PolicyRule, subresource: &str) -> bool {
    let name = rule.resource_names.first().map_or("", String::as_str);
    ["update", "patch"].into_iter().any(|verb| {
        rule.allows(&Request {
            name,
            ..csrs(verb, subresource)
        })
    })
}

fn creates(rule: &PolicyRule, subresource: &str) -> bool {
    rule.allows(&csrs("create", subresource))
}

/// Whether the rule lets one decide for the built-in signer of that number, or for any other.
fn decides(rule: &PolicyRule, verb: &str, signer: usize) -> bool {
    let names = &rule.resource_names;
    let one_fits = match Signer::BUILT_IN.get(signer) {
        Some(own) => names
            .iter()
            .any(|name| name == own || name == "kubernetes.io/*"),
        None => names.iter().any(|name| is_other_signer(name)),
    };
    rule.has_verb(verb)
        && rule.has_group(CERTIFICATES)
        && rule.has_resource("signers", "")
        && (names.is_empty() || one_fits)
}

/// Whether a signer of that name, or of that whole domain, is none of the built-in ones.
fn is_other_signer(name: &str) -> bool {
    let domain = name.split_once('/').map_or("", |(domain, _)| domain);
    !matches!(domain, "" | "*") && name != "kubernetes.io/*" && !Signer::BUILT_IN.contains(&name)
}

/// Whether the rule lets one write the Secrets that are bootstrap tokens.
fn mints_tokens(rule: &PolicyRule) -> bool {
    rule.has_group("")
        && rule.has_resource("secrets", "")
        && ["create", "update", "patch"]
            .into_iter()
            .any(|verb| rule.has_verb(verb) && !table::is_inert(rule, verb, "secrets", ""))
        && (rule.resource_names.is_empty()
            || rule
                .resource_names
                .iter()
                .any(|name| name.starts_with("bootstrap-token-")))
}

/// The powers for which all rights have come together.
pub(super) fn combined(
    rights: &CompoundRights,
    labels: &[Label],
    bootstrap_is_automatic: bool,
) -> Vec<Power> {
    let power = |kind, severity, (one, other): (usize, usize)| {
        let joined = |one: &Arc<str>, other: &Arc<str>| {
            if one == other {
                Arc::clone(one)
            } else {
                format!("{one} with {other}").into()
            }
        };
        Power::new(
            kind,
            severity,
            joined(&labels[one].binding, &labels[other].binding),
            joined(&labels[one].role, &labels[other].role),
        )
    };
    let mut powers = Vec::new();
    powers.extend(decision(rights, APPROVAL, APPROVE, power));
    powers.extend(decision(rights, STATUS, SIGN, power));
    if let Some(bindings) = rights.one(NODECLIENT).zip(rights.creates_csrs()) {
        powers.push(power(PowerKind::CsrNodeclient, High, bindings));
    }
    if let Some(binding) = rights
        .one(BOOTSTRAP_SECRETS)
        .filter(|_| bootstrap_is_automatic)
    {
        let kind = PowerKind::BootstrapTokenMint;
        powers.push(power(kind, Critical, (binding, binding)));
    }
    if let Some(bindings) = rights.both(NODE_USER, NODES_GROUP) {
        powers.push(power(PowerKind::ImpersonateNode, High, bindings));
    }
    let volumes = rights.applied(PERSISTENT_VOLUMES);
    powers.extend(volumes.map(|(name, bindings)| Power {
        names: [name.to_owned()].into(),
        ..power(PowerKind::PersistentVolumes, High, bindings)
    }));
    let impersonation = rights.rare.iter();
    let impersonation = impersonation.flat_map(|rare| rare.impersonation.combined());
    powers.extend(impersonation.map(|combined| Power {
        namespace: combined.namespace,
        right: combined.right,
        ..power(
            PowerKind::ImpersonateOnce,
            combined.severity,
            combined.bindings,
        )
    }));
    powers
}

/// Approving, or signing without approval.
fn decision(
    rights: &CompoundRights,
    write: usize,
    verb: usize,
    power: impl Fn(PowerKind, Severity, (usize, usize)) -> Power,
) -> Option<Power> {
    let held: Vec<usize> = (0..SIGNERS)
        .filter(|signer| rights.rights[verb + signer].is_some())
        .collect();
    // The worst signer first: the client signers log in to the API, a serving certificate does not, and
    // what another signer's do is not known.
    let logs_in = |signer: usize| {
        Signer::BUILT_IN
            .get(signer)
            .is_some_and(|name| Signer::of(name) != Signer::KubeletServing)
    };
    let worst = held.iter().copied().max_by_key(|&signer| logs_in(signer))?;
    let severity = if logs_in(worst) { Critical } else { High };
    let mut power = power(
        PowerKind::CsrApprove,
        severity,
        rights.both(write, verb + worst)?,
    );
    if held.len() < SIGNERS {
        power.names = held
            .iter()
            .map(|&signer| {
                Signer::BUILT_IN
                    .get(signer)
                    .map_or("other signers", |name| name)
                    .to_owned()
            })
            .collect();
    }
    Some(power)
}
