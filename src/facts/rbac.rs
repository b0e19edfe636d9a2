//! Role-based access control: who may do what, through which binding.
//!
//! [`Rbac`] holds what the API server's RBAC authorizer holds and decides as it does. Every subject has an
//! entry of its own, so that a question costs only the bindings that match, however many there are.

mod identity;
mod object;
mod rule;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::value::RawValue;

use super::access;

pub use identity::{
    ANONYMOUS_USER, AUTHENTICATED_GROUP, Identity, MASTERS_GROUP, SERVICE_ACCOUNT_PREFIX,
    SERVICE_ACCOUNTS_GROUP, UNAUTHENTICATED_GROUP,
};
pub use object::{Binding, BindingKind, Role, RoleKind, RoleRef, Scope, Subject, SubjectKind};
pub use rule::{PolicyRule, Request};

/// All roles and bindings of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rbac {
    roles: Vec<Role>,
    /// Cluster-wide ones first, then by namespace and name, so that answers do not depend on the order in
    /// which the API server listed them.
    bindings: Vec<Binding>,
    /// The role of each binding; `None` where it is missing.
    targets: Vec<Option<usize>>,
    /// The bindings of each user; ServiceAccounts stand among them, because RBAC knows them by user name.
    users: HashMap<String, Vec<usize>>,
    groups: HashMap<String, Vec<usize>>,
    subjects: BTreeMap<Subject, Vec<usize>>,
    problems: Vec<String>,
    powers: access::Index,
}

/// A role that an identity holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant<'a> {
    /// The binding that gives it.
    pub binding: &'a Binding,
    /// The role itself.
    pub role: &'a Role,
    /// How far its rules reach. In a namespace, rules for URLs and cluster-scoped resources give nothing.
    pub scope: Scope<'a>,
}

/// Why a request is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed<'a> {
    /// `system:masters`: no authorizer is asked, and no binding shows it.
    Bypass,
    /// By this binding.
    By(&'a Binding),
}

impl Rbac {
    /// Reads the objects of the four lists. What cannot be read is passed over and counted among the
    /// [problems](Self::problems): with any, no answer is complete.
    #[must_use]
    pub fn read(
        cluster_roles: &[Box<RawValue>],
        roles: &[Box<RawValue>],
        cluster_role_bindings: &[Box<RawValue>],
        role_bindings: &[Box<RawValue>],
    ) -> Self {
        let mut rbac = Self::default();
        rbac.read_roles(cluster_roles, RoleKind::ClusterRole);
        rbac.read_roles(roles, RoleKind::Role);
        rbac.read_bindings(cluster_role_bindings, BindingKind::ClusterRoleBinding);
        rbac.read_bindings(role_bindings, BindingKind::RoleBinding);
        rbac.bindings
            .sort_by(|a, b| (a.kind, &a.namespace, &a.name).cmp(&(b.kind, &b.namespace, &b.name)));
        rbac.link();
        rbac.powers = access::Index::new(&rbac);
        rbac
    }

    fn read_roles(&mut self, objects: &[Box<RawValue>], kind: RoleKind) {
        for json in objects {
            match object::role(json.get()) {
                // The namespace alone tells the kinds apart from here on.
                Ok(role) if (kind == RoleKind::Role) != role.namespace.is_empty() => {
                    self.roles.push(role);
                }
                Ok(role) => self.problems.push(format!(
                    "{kind:?} {}: its namespace does not fit its kind",
                    role.name
                )),
                Err(error) => self.unreadable(&format!("{kind:?}"), json, &error),
            }
        }
    }

    fn read_bindings(&mut self, objects: &[Box<RawValue>], kind: BindingKind) {
        for json in objects {
            match object::binding(json.get(), kind) {
                Ok((binding, problems)) => {
                    self.problems.extend(problems);
                    if kind == BindingKind::RoleBinding && binding.namespace.is_empty() {
                        self.problems.push(format!("{binding} has no namespace"));
                    } else {
                        self.bindings.push(binding);
                    }
                }
                Err(error) => self.unreadable(&format!("{kind:?}"), json, &error),
            }
        }
    }

    fn unreadable(&mut self, kind: &str, json: &RawValue, error: &serde_json::Error) {
        self.problems.push(format!(
            "{kind} {}: {}",
            object::name_of(json.get()),
            object::reason(error)
        ));
    }

    /// Finds every binding's role and every subject's bindings.
    fn link(&mut self) {
        let by_name: HashMap<(&str, &str), usize> = self
            .roles
            .iter()
            .enumerate()
            .map(|(index, role)| ((role.namespace.as_str(), role.name.as_str()), index))
            .collect();
        self.targets = self
            .bindings
            .iter()
            .map(|binding| {
                let namespace = match binding.role.kind {
                    RoleKind::ClusterRole => "",
                    // A ClusterRoleBinding has no namespace to look for a Role in.
                    RoleKind::Role if binding.namespace.is_empty() => return None,
                    RoleKind::Role => &binding.namespace,
                };
                by_name.get(&(namespace, &binding.role.name)).copied()
            })
            .collect();
        for (index, binding) in self.bindings.iter().enumerate() {
            for subject in &binding.subjects {
                let (names, name) = match subject.user() {
                    Some(user) => (&mut self.users, user),
                    None => (&mut self.groups, subject.name.clone()),
                };
                for held in [
                    names.entry(name).or_default(),
                    self.subjects.entry(subject.clone()).or_default(),
                ] {
                    // A subject may stand in a binding twice.
                    if held.last() != Some(&index) {
                        held.push(index);
                    }
                }
            }
        }
    }

    /// What could not be read, or is not what an API server stores. Untrusted text.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The bindings, cluster-wide ones first.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The roles.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The bindings whose role is missing. They give nothing, until somebody makes a role of that name.
    pub fn dangling(&self) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .zip(&self.targets)
            .filter(|(_, target)| target.is_none())
            .map(|(binding, _)| binding)
    }

    /// The role of a binding.
    pub(super) fn role_of(&self, binding: usize) -> Option<&Role> {
        self.targets[binding].map(|role| &self.roles[role])
    }

    /// The number of a binding's role.
    pub(super) fn target(&self, binding: usize) -> Option<usize> {
        self.targets[binding]
    }

    /// Every subject of a binding, with the numbers of its bindings in ascending order.
    pub(super) fn subjects(&self) -> &BTreeMap<Subject, Vec<usize>> {
        &self.subjects
    }

    /// The bindings by user name, ServiceAccounts among them.
    pub(super) fn users(&self) -> &HashMap<String, Vec<usize>> {
        &self.users
    }

    /// The bindings by group.
    pub(super) fn groups(&self) -> &HashMap<String, Vec<usize>> {
        &self.groups
    }

    /// What everybody can do, computed once.
    pub(super) fn powers(&self) -> &access::Index {
        &self.powers
    }

    /// Whether a binding names this user, a ServiceAccount by its user name included.
    #[must_use]
    pub fn names_user(&self, user: &str) -> bool {
        self.users.contains_key(user)
    }

    /// The numbers of the bindings that match, ascending and each once.
    pub(super) fn matching(&self, identity: &Identity) -> BTreeSet<usize> {
        let user = self.users.get(&identity.user);
        let groups = identity.groups.iter().filter_map(|g| self.groups.get(g));
        user.into_iter().chain(groups).flatten().copied().collect()
    }

    /// The roles that the identity holds; a missing role gives nothing.
    #[must_use]
    pub fn grants(&self, identity: &Identity) -> Vec<Grant<'_>> {
        self.matching(identity)
            .into_iter()
            .filter_map(|index| {
                let binding = &self.bindings[index];
                self.role_of(index).map(|role| Grant {
                    binding,
                    role,
                    scope: binding.scope(),
                })
            })
            .collect()
    }

    /// Whether RBAC allows the request, and why. Other authorizers are not visible from here.
    #[must_use]
    pub fn allows(&self, identity: &Identity, request: &Request<'_>) -> Option<Allowed<'_>> {
        self.decide(identity, request.namespace, |rule| rule.allows(request))
    }

    /// Whether RBAC allows the verb on a path that is no resource, and why.
    #[must_use]
    pub fn allows_url(&self, identity: &Identity, verb: &str, path: &str) -> Option<Allowed<'_>> {
        self.decide(identity, "", |rule| rule.allows_url(verb, path))
    }

    fn decide(
        &self,
        identity: &Identity,
        namespace: &str,
        matches: impl Fn(&PolicyRule) -> bool,
    ) -> Option<Allowed<'_>> {
        if identity.bypasses_authorizers() {
            return Some(Allowed::Bypass);
        }
        self.grants(identity)
            .into_iter()
            .find(|grant| match grant.scope {
                Scope::Cluster => grant.role.rules.iter().any(&matches),
                Scope::Namespace(own) => own == namespace && grant.role.rules.iter().any(&matches),
            })
            .map(|grant| Allowed::By(grant.binding))
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
