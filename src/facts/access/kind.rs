//! The kinds of powers: what rights can lead to.

mod rows;

use crate::risk::Severity;

use rows::ROWS;

/// What rights can lead to, in the order in which powers of one severity are listed.
///
/// Sources: the page "RBAC good practices" of the Kubernetes documentation, pkg/registry/rbac, and the rules of public
/// RBAC analysers, which rank some of these lower: their subjects can be unbound, whereas a certificate cannot be taken
/// back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each has a title")]
pub enum PowerKind {
    ClusterAdmin,
    Escalate,
    Bind,
    EditRoles,
    Impersonate,
    ImpersonateOnce,
    Authentication,
    CsrApprove,
    CsrNodeclient,
    BootstrapTokenMint,
    ImpersonateNode,
    TokenCreate,
    SecretsRead,
    SecretsWrite,
    RunPods,
    Deploy,
    PodExec,
    PodNetwork,
    PodSecurity,
    NodesProxy,
    NodeFiles,
    NodesWrite,
    Admission,
    Apis,
    PersistentVolumes,
    NamespaceLabels,
    ControlPlaneConfig,
    Destroy,
    Revoke,
    NodeIdentity,
    Other,
    Traffic,
    NetworkPolicy,
    CloudIam,
    Certificates,
    Trust,
    SecretStores,
    CsrWrite,
    Storage,
    Leases,
    Limits,
    Isolation,
    Devices,
    WorkloadConfig,
    ServerDebug,
    ClusterRead,
    Ordinary,
    AboutItself,
}

/// What is said of a kind.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: PowerKind,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    /// What gives it besides the rights in the table: several rights together, and what is not RBAC's.
    pub(super) besides: &'static [(Severity, &'static str)],
}

const fn row(
    kind: PowerKind,
    id: &'static str,
    title: &'static str,
    why: &'static str,
    besides: &'static [(Severity, &'static str)],
) -> Row {
    Row {
        kind,
        id,
        title,
        why,
        besides,
    }
}

impl PowerKind {
    /// Every kind, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.kind)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its name, in kebab case.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// What one can do with it.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Why it is worth that much: a sentence.
    #[must_use]
    pub fn why(self) -> &'static str {
        self.row().why
    }

    /// What gives it besides the rated rights, each with its severity.
    #[must_use]
    pub fn besides(self) -> &'static [(Severity, &'static str)] {
        self.row().besides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_where_code_looks_for_them() {
        for (place, row) in ROWS.iter().enumerate() {
            assert_eq!(row.kind as usize, place, "{}", row.id);
            assert!(!row.title.ends_with('.'), "{}", row.id);
            assert!(row.why.ends_with('.'), "{}", row.id);
        }
    }
}
