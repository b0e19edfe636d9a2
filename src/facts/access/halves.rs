//! Powers that take more than one right: two bindings, of a user and of one of its groups, may combine.

use std::sync::Arc;

use crate::csr::Signer;
use crate::facts::rbac::{BindingKind, PolicyRule, Rbac, Request};
use crate::risk::Severity::{Critical, High};

use super::Power;
use super::index::Label;
use super::table;

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

/// For each half of a power, the first binding that gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Halves([Option<usize>; COUNT]);

impl Halves {
    /// What a binding gives.
    pub(super) fn of(rbac: &Rbac, binding: usize) -> Self {
        let object = &rbac.bindings()[binding];
        let rules = rbac.role_of(binding).map_or(&[][..], |role| &role.rules);
        let mut halves = Self::default();
        let mut set = |half: usize, given: bool| {
            if given {
                halves.0[half] = Some(binding);
            }
        };
        if object.kind == BindingKind::RoleBinding {
            let given = object.namespace == "kube-system" && rules.iter().any(mints_tokens);
            set(BOOTSTRAP_SECRETS, given);
            return halves;
        }
        for rule in rules {
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
        }
        halves
    }

    /// What two of them give together.
    pub(super) fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = own.or(*other);
        }
    }

    /// Requests of nodes are approved without anybody looking.
    pub(super) fn approves_nodes(&self) -> bool {
        self.0[NODECLIENT].is_some()
    }

    fn both(&self, one: usize, other: usize) -> Option<(usize, usize)> {
        self.0[one].zip(self.0[other])
    }
}

fn csrs<'a>(verb: &'a str, subresource: &'a str) -> Request<'a> {
    Request {
        verb,
        group: CERTIFICATES,
        resource: "certificatesigningrequests",
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

/// The powers of those halves that have come together.
pub(super) fn combined(
    halves: &Halves,
    labels: &[Label],
    bootstrap_is_automatic: bool,
) -> Vec<Power> {
    let power = |rank, severity, (one, other): (usize, usize)| {
        let joined = |one: &Arc<str>, other: &Arc<str>| {
            if one == other {
                Arc::clone(one)
            } else {
                format!("{one} with {other}").into()
            }
        };
        Power::new(
            rank,
            severity,
            joined(&labels[one].binding, &labels[other].binding),
            joined(&labels[one].role, &labels[other].role),
        )
    };
    let mut powers = Vec::new();
    powers.extend(decision(halves, APPROVAL, APPROVE, power));
    powers.extend(decision(halves, STATUS, SIGN, power));
    if let Some(bindings) = halves.both(NODECLIENT, CREATE) {
        powers.push(power(table::CSR_NODECLIENT, High, bindings));
    }
    if let Some(binding) = halves.0[BOOTSTRAP_SECRETS].filter(|_| bootstrap_is_automatic) {
        powers.push(power(
            table::BOOTSTRAP_TOKEN_MINT,
            Critical,
            (binding, binding),
        ));
    }
    if let Some(bindings) = halves.both(NODE_USER, NODES_GROUP) {
        powers.push(power(table::IMPERSONATE_NODE, High, bindings));
    }
    powers
}

/// Approving, or signing without approval.
fn decision(
    halves: &Halves,
    write: usize,
    verb: usize,
    power: impl Fn(usize, crate::risk::Severity, (usize, usize)) -> Power,
) -> Option<Power> {
    let held: Vec<usize> = (0..SIGNERS)
        .filter(|signer| halves.0[verb + signer].is_some())
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
        table::CSR_APPROVE,
        severity,
        halves.both(write, verb + worst)?,
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
