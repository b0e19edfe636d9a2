//! Who could come to approve: by one step, with rights that are not about CSRs.

use std::collections::{BTreeSet, HashSet};

use crate::csr::Signer;
use crate::facts::access::{Power, PowerKind, access};
use crate::facts::rbac::{Identity, Rbac, Scope, Subject, SubjectKind};
use crate::risk::Severity;

use super::{Holder, service_account, who_can_approve, who_can_sign};

/// Somebody who is one step away from deciding for a signer. Every text is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Indirect {
    /// Who.
    pub subject: Subject,
    /// The power that is the step, as [`PowerKind::id`] names it.
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

/// Where a power ends that is a step to approving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At the right to approve, or at a server that checks no approval.
    Everywhere,
    /// At a node's certificate, which a controller approves by itself.
    Nodes,
    /// At somebody who may approve, and so only where such a ServiceAccount lives.
    Approver,
    /// At the roles by which approvers have their rights.
    Roles,
    /// At those whom it names.
    Named,
}

impl End {
    /// Where the power ends; `None` where it is no step.
    fn of(power: &Power) -> Option<Self> {
        use PowerKind as K;
        Some(match power.kind {
            K::ClusterAdmin
            | K::Escalate
            | K::Bind
            | K::Authentication
            | K::Deploy
            | K::NodesProxy
            | K::Admission
            | K::Apis => Self::Everywhere,
            K::CsrNodeclient | K::BootstrapTokenMint => Self::Nodes,
            K::TokenCreate | K::SecretsRead | K::SecretsWrite | K::RunPods | K::PodExec => {
                Self::Approver
            }
            K::EditRoles => Self::Roles,
            K::Impersonate => Self::Named,
            // Less than that is no way to take over.
            K::ImpersonateOnce | K::NodesWrite | K::PodSecurity
                if power.severity == Severity::Critical =>
            {
                Self::Everywhere
            }
            K::CsrApprove
            | K::ImpersonateOnce
            | K::ImpersonateNode
            | K::PodNetwork
            | K::PodSecurity
            | K::NodeFiles
            | K::NodesWrite
            | K::PersistentVolumes
            | K::NamespaceLabels
            | K::ControlPlaneConfig
            | K::Destroy
            | K::Revoke
            | K::NodeIdentity
            | K::Other
            | K::Traffic
            | K::NetworkPolicy
            | K::CloudIam
            | K::Certificates
            | K::Trust
            | K::SecretStores
            | K::CsrWrite
            | K::Storage
            | K::Leases
            | K::Limits
            | K::Isolation
            | K::Devices
            | K::WorkloadConfig
            | K::ServerDebug
            | K::ClusterRead
            | K::Ordinary
            | K::AboutItself => return None,
        })
    }
}

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
                id: PowerKind::CsrApprove.id(),
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
        let Some(end) = End::of(power) else {
            return false;
        };
        // Less than high is half of such a step, or none.
        let is_whole = power.severity >= Severity::High;
        let at_an_approver = |scope: Scope<'_>| match scope {
            Scope::Cluster => !self.namespaces.is_empty(),
            Scope::Namespace(namespace) => self.namespaces.contains(namespace),
        };
        match (end, power.scope()) {
            (End::Nodes, _) => self.for_nodes && is_whole,
            (End::Everywhere, Scope::Cluster) => is_whole,
            // Whoever can do everything in a namespace can be every ServiceAccount of it.
            (End::Everywhere, scope) => {
                let in_place = [PowerKind::ClusterAdmin, PowerKind::ImpersonateOnce];
                in_place.contains(&power.kind) && at_an_approver(scope)
            }
            (End::Roles, scope) => scope == Scope::Cluster && is_whole && concerns(&self.roles),
            (End::Named, Scope::Cluster) => concerns(&self.names),
            (End::Named, scope) => at_an_approver(scope) && concerns(&self.names),
            (End::Approver, scope) => at_an_approver(scope),
        }
    }
}
