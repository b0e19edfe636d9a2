//! The kinds of objects that are read from the API server.

use super::kind::Kind;

/// A resource that can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// CSRs.
    CertificateSigningRequests,
    /// Nodes.
    Nodes,
    /// `ClusterRoles`.
    ClusterRoles,
    /// Roles of every namespace.
    Roles,
    /// `ClusterRoleBindings`.
    ClusterRoleBindings,
    /// `RoleBindings` of every namespace.
    RoleBindings,
}

impl Resource {
    /// The API group, "" for the core group.
    pub(super) fn group(self) -> &'static str {
        match self {
            Self::CertificateSigningRequests => "certificates.k8s.io",
            Self::Nodes => "",
            Self::ClusterRoles | Self::Roles | Self::ClusterRoleBindings | Self::RoleBindings => {
                "rbac.authorization.k8s.io"
            }
        }
    }

    /// The name of the resource in the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CertificateSigningRequests => "certificatesigningrequests",
            Self::Nodes => "nodes",
            Self::ClusterRoles => "clusterroles",
            Self::Roles => "roles",
            Self::ClusterRoleBindings => "clusterrolebindings",
            Self::RoleBindings => "rolebindings",
        }
    }

    /// The kind of its objects. All of these groups are served as v1.
    pub(super) fn kind(self) -> Kind {
        let name = match self {
            Self::CertificateSigningRequests => "CertificateSigningRequest",
            Self::Nodes => "Node",
            Self::ClusterRoles => "ClusterRole",
            Self::Roles => "Role",
            Self::ClusterRoleBindings => "ClusterRoleBinding",
            Self::RoleBindings => "RoleBinding",
        };
        let api_version = match self {
            Self::CertificateSigningRequests => "certificates.k8s.io/v1",
            Self::Nodes => "v1",
            Self::ClusterRoles | Self::Roles | Self::ClusterRoleBindings | Self::RoleBindings => {
                "rbac.authorization.k8s.io/v1"
            }
        };
        Kind { name, api_version }
    }

    /// The path of the list.
    pub(super) fn path(self) -> String {
        match self.group() {
            "" => format!("/api/v1/{}", self.name()),
            group => format!("/apis/{group}/v1/{}", self.name()),
        }
    }

    /// What people call it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::CertificateSigningRequests => "CSRs",
            other => other.name(),
        }
    }
}
