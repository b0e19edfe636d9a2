//! Approvers that decide without a person: what they are called where they are installed as documented.

use super::{Subject, SubjectKind, service_account};

/// A program that approves CSRs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownApprover {
    /// What it is.
    pub program: &'static str,
    /// The name of its ServiceAccount, which a release's name may stand before.
    account: &'static str,
}

const KNOWN: [KnownApprover; 7] = [
    of(
        "postfinance/kubelet-csr-approver, to which a DNS name of a node is one that begins with the node's name",
        "kubelet-csr-approver",
    ),
    of(
        "alex1989hu/kubelet-serving-cert-approver",
        "kubelet-serving-cert-approver",
    ),
    of("openshift/cluster-machine-approver", "machine-approver-sa"),
    of(
        "openshift/cluster-machine-approver",
        "cluster-machine-approver",
    ),
    of("openshift/cluster-machine-approver", "machine-approver"),
    of(
        "siderolabs/talos-cloud-controller-manager, of which old versions checked too little",
        "talos-cloud-controller-manager",
    ),
    of("Gardener's resource manager", "gardener-resource-manager"),
];

const fn of(program: &'static str, account: &'static str) -> KnownApprover {
    KnownApprover { program, account }
}

/// The approver that a ServiceAccount of this name is known to be. A name proves nothing: it says where to look.
#[must_use]
pub fn known_approver(subject: &Subject) -> Option<&'static KnownApprover> {
    let name = match subject.kind {
        SubjectKind::ServiceAccount => subject.name.as_str(),
        SubjectKind::User => service_account(&subject.name)?.1,
        SubjectKind::Group => return None,
    };
    KNOWN.iter().find(|known| {
        name.strip_suffix(known.account)
            .is_some_and(|release| release.is_empty() || release.ends_with('-'))
    })
}

/// Whether it is the controller that approves nodes' own requests in every cluster
/// (`pkg/controller/certificates/approver`).
#[must_use]
pub fn is_certificate_controller(subject: &Subject) -> bool {
    subject.user().as_deref() == Some("system:serviceaccount:kube-system:certificate-controller")
}

/// The approver that comes with a distribution and no binding shows, by the `gitVersion` of its API server.
#[must_use]
pub fn approver_of_distribution(git_version: &str) -> Option<&'static str> {
    if git_version.contains("+k0s") {
        Some("k0s, whose controller approves kubelet-serving requests")
    } else if git_version.contains("-gke.") {
        Some("GKE, whose gcp-controller-manager approves nodes' requests")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(kind: SubjectKind, namespace: &str, name: &str) -> Subject {
        Subject {
            kind,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn names_are_known_behind_a_release() {
        let known = |kind, name| known_approver(&subject(kind, "ns", name)).is_some();
        let account = SubjectKind::ServiceAccount;
        assert!(known(account, "kubelet-csr-approver"));
        assert!(known(account, "prod-kubelet-csr-approver"));
        assert!(!known(account, "nokubelet-csr-approver"));
        assert!(!known(account, "kubelet-csr-approver-2"));
        assert!(known(
            SubjectKind::User,
            "system:serviceaccount:ns:machine-approver-sa"
        ));
        assert!(!known(SubjectKind::User, "machine-approver-sa"));
        assert!(!known(SubjectKind::Group, "machine-approver-sa"));
    }

    #[test]
    fn the_controller_lives_in_one_namespace() {
        let account = |namespace| {
            let kind = SubjectKind::ServiceAccount;
            is_certificate_controller(&subject(kind, namespace, "certificate-controller"))
        };
        assert!(account("kube-system"));
        assert!(!account("default"));
    }

    #[test]
    fn distributions_are_known_by_their_version() {
        assert!(approver_of_distribution("v1.31.0+k0s.0").is_some());
        assert!(approver_of_distribution("v1.31.5-gke.1068000").is_some());
        assert_eq!(approver_of_distribution("v1.31.0"), None);
    }
}
