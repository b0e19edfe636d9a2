//! Who could come to approve: by one step, with rights that are not about CSRs.

use std::collections::{BTreeSet, HashSet};

use crate::csr::Signer;
use crate::facts::access::{Power, access};
use crate::facts::rbac::{Identity, Rbac, Scope, Subject, SubjectKind};
use crate::risk::Severity;

use super::{Holder, service_account, who_can_approve, who_can_sign};

/// Somebody who is one step away from deciding for a signer. Every text is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Indirect {
    /// Who.
    pub subject: Subject,
    /// The power that is the step, as [`ranks`](crate::facts::access::ranks) names it.
    pub id: &'static str,
    /// The step: what one does with that power.
    pub title: &'static str,
    /// How bad the power is.
    pub severity: Severity,
    /// The namespace in which it has the power; `None` is the whole cluster.
    pub namespace: Option<String>,
    /// The binding that gives the power.
    pub binding: String,
}

/// The steps that end at the right to approve itself, or at nobody's being asked for an approval.
const EVERYWHERE: [&str; 5] = [
    "blast-escalate",
    "blast-bind",
    "blast-webhooks",
    "blast-nodes-proxy",
    "blast-apiservices-crds",
];

/// The steps that end at a node's certificate, which a controller approves by itself.
const FOR_NODES: [&str; 2] = ["blast-csr-nodeclient", "blast-bootstrap-token-mint"];

/// The steps that end at somebody who may approve, and so only where such a ServiceAccount lives.
const AT_AN_APPROVER: [&str; 5] = [
    "blast-token-create",
    "blast-secrets-read",
    "blast-secrets-write",
    "blast-assign-sa",
    "blast-pod-exec",
];

/// Who may not approve CSRs for the signer, but could by one step: by giving itself the right, by becoming
/// somebody who has it, by signing without an approval, or by taking the check away.
#[must_use]
pub fn indirect_approvers(rbac: &Rbac, signer: &str) -> Vec<Indirect> {
    let approvers = Approvers::new(signer, who_can_approve(rbac, signer));
    let mut found = BTreeSet::new();
    for holder in who_can_sign(rbac, signer) {
        // One binding names the way well enough.
        let Some(via) = holder.signer.first() else {
            continue;
        };
        if !approvers.subjects.contains(&holder.subject) {
            found.insert(Indirect {
                id: "blast-csr-approve",
                title: "sign without an approval",
                severity: Severity::Critical,
                namespace: None,
                binding: via.binding.clone(),
                subject: holder.subject,
            });
        }
    }
    for subject in rbac.subjects().keys() {
        if approvers.subjects.contains(subject) {
            continue;
        }
        // What everybody has shows once, for the group of everybody, and so no group is added here.
        let identity = match subject.user() {
            Some(user) => Identity {
                user,
                groups: Vec::new(),
            },
            None => Identity {
                user: String::new(),
                groups: vec![subject.name.clone()],
            },
        };
        for power in access(rbac, &identity).powers() {
            if approvers.are_one_step_from(power) {
                found.insert(Indirect {
                    subject: subject.clone(),
                    id: power.id,
                    title: power.title,
                    severity: power.severity,
                    namespace: power.namespace.as_deref().map(str::to_owned),
                    binding: power.binding.to_string(),
                });
            }
        }
    }
    let mut found: Vec<Indirect> = found.into_iter().collect();
    found.sort_by_key(|indirect| std::cmp::Reverse(indirect.severity));
    found
}

/// Those who may approve, as far as others can become them.
struct Approvers {
    /// They approve certificates of nodes.
    for_nodes: bool,
    subjects: HashSet<Subject>,
    /// Users, groups and names of ServiceAccounts.
    names: HashSet<String>,
    /// Where their ServiceAccounts live.
    namespaces: HashSet<String>,
    /// The ClusterRoles that they hold their rights by.
    roles: HashSet<String>,
}

impl Approvers {
    fn new(signer: &str, holders: Vec<Holder>) -> Self {
        let mut approvers = Self {
            for_nodes: Signer::of(signer) == Signer::KubeApiserverClientKubelet,
            subjects: HashSet::new(),
            names: HashSet::new(),
            namespaces: HashSet::new(),
            roles: HashSet::new(),
        };
        for holder in holders {
            let subject = holder.subject;
            let namespace = match subject.kind {
                SubjectKind::ServiceAccount => Some(subject.namespace.as_str()),
                SubjectKind::User => service_account(&subject.name).map(|(namespace, _)| namespace),
                SubjectKind::Group => subject.name.strip_prefix("system:serviceaccounts:"),
            };
            approvers.namespaces.extend(namespace.map(str::to_owned));
            approvers.names.insert(subject.name.clone());
            approvers.names.extend(subject.user());
            let via = holder.act.iter().chain(&holder.signer);
            approvers.roles.extend(via.filter_map(|via| {
                let name = via.role.strip_prefix("ClusterRole ")?;
                Some(name.to_owned())
            }));
            approvers.subjects.insert(subject);
        }
        approvers
    }

    /// Whether the power ends at one of them.
    fn are_one_step_from(&self, power: &Power) -> bool {
        let concerns = |held: &HashSet<String>| {
            power.names.is_empty() || power.names.iter().any(|name| held.contains(name))
        };
        match (power.id, power.scope()) {
            // Half of such a step is none.
            (id, _) if FOR_NODES.contains(&id) => {
                self.for_nodes && power.severity >= Severity::High
            }
            // Whoever can do everything in a namespace can be every ServiceAccount of it.
            ("blast-cluster-admin", Scope::Namespace(namespace)) => {
                self.namespaces.contains(namespace)
            }
            ("blast-cluster-admin", Scope::Cluster) => true,
            ("blast-edit-roles", Scope::Cluster) => concerns(&self.roles),
            ("blast-impersonate", Scope::Cluster) => concerns(&self.names),
            ("blast-impersonate", Scope::Namespace(namespace)) => {
                self.namespaces.contains(namespace) && concerns(&self.names)
            }
            (id, Scope::Cluster) => {
                EVERYWHERE.contains(&id)
                    || (AT_AN_APPROVER.contains(&id) && !self.namespaces.is_empty())
            }
            (id, Scope::Namespace(namespace)) => {
                AT_AN_APPROVER.contains(&id) && self.namespaces.contains(namespace)
            }
        }
    }
}
