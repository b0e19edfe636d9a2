//! Names that are known to be powerful, as data.

use super::Severity;
use Severity::{Critical, High, Medium};

/// Whether a name is a user's or a group's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The common name.
    User,
    /// An organization.
    Group,
}

/// How a row's text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The whole name, byte for byte, as every authorizer compares.
    Exact,
    /// The beginning of the name.
    Prefix,
}

/// A name, or the beginning of names, that carries power somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privileged {
    /// User or group.
    pub kind: Kind,
    /// How `name` is compared.
    pub matching: Match,
    /// The name or its beginning.
    pub name: &'static str,
    /// How bad it is to hand out.
    pub severity: Severity,
    /// Where it comes from.
    pub origin: &'static str,
    /// What it can do, in a few words.
    pub power: &'static str,
}

const fn user(
    name: &'static str,
    severity: Severity,
    origin: &'static str,
    power: &'static str,
) -> Privileged {
    Privileged {
        kind: Kind::User,
        matching: Match::Exact,
        name,
        severity,
        origin,
        power,
    }
}

const fn group(
    name: &'static str,
    severity: Severity,
    origin: &'static str,
    power: &'static str,
) -> Privileged {
    Privileged {
        kind: Kind::Group,
        ..user(name, severity, origin, power)
    }
}

const fn prefix(row: Privileged) -> Privileged {
    Privileged {
        matching: Match::Prefix,
        ..row
    }
}

/// The known names. The first row that matches counts, so exact names stand before prefixes.
///
/// `system:masters` and `kubeadm:cluster-admins` have rules of their own. Sources: upstream
/// plugin/pkg/auth/authorizer/rbac/bootstrappolicy and cmd/kubeadm/app/constants, the documentation of the
/// distributions, and the exclusion lists of published detection rules, which such names slip through.
pub const PRIVILEGED: &[Privileged] = &[
    // Upstream.
    user(
        "system:kube-controller-manager",
        Critical,
        "Kubernetes",
        "reads all Secrets, mints a token of any ServiceAccount",
    ),
    user(
        "system:kube-scheduler",
        Critical,
        "Kubernetes",
        "binds and deletes any pod",
    ),
    user(
        "system:kube-proxy",
        High,
        "Kubernetes",
        "reads nodes, services and endpoints; unlogged by some audit policies",
    ),
    user(
        "system:volume-scheduler",
        High,
        "Kubernetes",
        "writes persistent volumes",
    ),
    user(
        "system:apiserver",
        High,
        "Kubernetes",
        "the API server's own name; an administrator on k3s",
    ),
    user(
        "system:kube-apiserver",
        High,
        "Kubernetes",
        "the API server's own name",
    ),
    user(
        "kube-apiserver",
        High,
        "Kubernetes",
        "the API server's own name",
    ),
    user("apiserver", High, "Kubernetes", "the API server's own name"),
    user(
        "kube-apiserver-kubelet-client",
        Critical,
        "kubeadm",
        "full kubelet API: a shell in every pod",
    ),
    user(
        "kubernetes-admin",
        High,
        "kubeadm",
        "the name in admin.conf, often bound by hand",
    ),
    user(
        "kubernetes-super-admin",
        High,
        "kubeadm",
        "the name in super-admin.conf, often bound by hand",
    ),
    user(
        "front-proxy-client",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "aggregator",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "system:aggregator",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "system:kube-aggregator",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "kube-aggregator",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "system:auth-proxy",
        Critical,
        "Kubernetes",
        "becomes anybody where one CA signs both",
    ),
    user(
        "kube-apiserver-etcd-client",
        High,
        "kubeadm",
        "all cluster data where etcd trusts this CA",
    ),
    user(
        "kube-etcd-healthcheck-client",
        High,
        "kubeadm",
        "all cluster data where etcd trusts this CA",
    ),
    prefix(user(
        "etcd-",
        High,
        "etcd",
        "all cluster data where etcd trusts this CA",
    )),
    user(
        "etcd",
        High,
        "etcd",
        "all cluster data where etcd trusts this CA",
    ),
    user(
        "kube-etcd",
        High,
        "etcd",
        "all cluster data where etcd trusts this CA",
    ),
    prefix(user(
        "system:bootstrap:",
        High,
        "Kubernetes",
        "a bootstrap token that never expires",
    )),
    group(
        "system:bootstrappers:kubeadm:default-node-token",
        Critical,
        "kubeadm",
        "certificates of any node, approved without asking",
    ),
    prefix(group(
        "system:bootstrappers:",
        High,
        "Kubernetes",
        "certificates of nodes, often approved without asking",
    )),
    group(
        "system:bootstrappers",
        High,
        "Kubernetes",
        "certificates of nodes, where it is bound",
    ),
    prefix(group(
        "system:serviceaccounts:",
        High,
        "Kubernetes",
        "whatever is bound to all ServiceAccounts of a namespace",
    )),
    group(
        "system:serviceaccounts",
        High,
        "Kubernetes",
        "whatever is bound to all ServiceAccounts",
    ),
    group(
        "system:monitoring",
        Medium,
        "Kubernetes",
        "metrics and health of every component",
    ),
    user(
        "system:anonymous",
        Medium,
        "Kubernetes",
        "hides among requests without credentials",
    ),
    group(
        "system:authenticated",
        Medium,
        "Kubernetes",
        "suppresses the group that every login gets",
    ),
    group(
        "system:unauthenticated",
        Medium,
        "Kubernetes",
        "suppresses the group that every login gets",
    ),
    user(
        "system:masters",
        Medium,
        "Kubernetes",
        "nothing as a user; it is a group's name",
    ),
    // OpenShift.
    group(
        "system:cluster-admins",
        Critical,
        "OpenShift",
        "cluster-admin",
    ),
    group(
        "system:cluster-readers",
        High,
        "OpenShift",
        "reads nearly everything",
    ),
    group(
        "system:node-admins",
        Critical,
        "OpenShift",
        "administers every node",
    ),
    user("system:admin", Critical, "OpenShift, k3s", "cluster-admin"),
    user(
        "system:master",
        Critical,
        "OpenShift",
        "the master's own identity",
    ),
    prefix(user(
        "system:openshift-",
        Critical,
        "OpenShift",
        "a control plane component",
    )),
    prefix(user(
        "system:openshift:",
        Critical,
        "OpenShift",
        "a control plane component",
    )),
    // EKS.
    prefix(user(
        "eks:",
        High,
        "EKS",
        "a managed component; passed over by published detections",
    )),
    prefix(group("eks:", High, "EKS", "managed components")),
    // AKS.
    user(
        "masterclient",
        Critical,
        "AKS",
        "shipped with system:masters",
    ),
    user("clusterAdmin", High, "AKS", "an administrator's name"),
    user("clusterUser", High, "AKS", "a managed user's name"),
    user(
        "aksService",
        High,
        "AKS",
        "a managed component; passed over by published detections",
    ),
    user(
        "hcpService",
        High,
        "AKS",
        "a managed component; passed over by published detections",
    ),
    user(
        "readinessChecker",
        High,
        "AKS",
        "a managed component; passed over by published detections",
    ),
    user("aks-support", High, "AKS", "the provider's support"),
    // GKE.
    user(
        "kubelet-bootstrap",
        Critical,
        "GKE",
        "certificates of any node",
    ),
    user(
        "kubelet-nodepool-bootstrap",
        Critical,
        "GKE",
        "certificates of any node",
    ),
    user("kubelet", High, "GKE", "a managed component"),
    prefix(user("system:gcp-", High, "GKE", "a managed component")),
    prefix(user("system:gke-", High, "GKE", "a managed component")),
    user(
        "system:managed-certificate-controller",
        High,
        "GKE",
        "a managed component",
    ),
    user(
        "system:kubestore-collector",
        High,
        "GKE",
        "a managed component",
    ),
    user("system:addon-manager", High, "GKE", "a managed component"),
    user("system:vpa-recommender", High, "GKE", "a managed component"),
    user("system:glbc", High, "GKE", "a managed component"),
    user("system:clustermetrics", High, "GKE", "a managed component"),
    // k3s and RKE2.
    prefix(user(
        "system:k3s-",
        Critical,
        "k3s",
        "a control plane component with system:masters",
    )),
    prefix(user(
        "system:rke2-",
        Critical,
        "RKE2",
        "a control plane component with system:masters",
    )),
    user(
        "k3s-cloud-controller-manager",
        High,
        "k3s",
        "a control plane component",
    ),
];

/// The row for a name.
pub(super) fn known(kind: Kind, name: &str) -> Option<&'static Privileged> {
    PRIVILEGED.iter().find(|row| {
        row.kind == kind
            && match row.matching {
                Match::Exact => row.name == name,
                Match::Prefix => name.starts_with(row.name),
            }
    })
}

/// Whether the components that run a cluster live in that namespace: their ServiceAccounts have rights to
/// match.
pub(super) fn runs_the_cluster(namespace: &str) -> bool {
    COMPONENT_NAMESPACES.contains(&namespace)
        || namespace.ends_with("-system")
        || namespace.starts_with("openshift")
}

const COMPONENT_NAMESPACES: [&str; 12] = [
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "cert-manager",
    "argocd",
    "flux-system",
    "gatekeeper-system",
    "kyverno",
    "istio-system",
    "metallb-system",
    "rook-ceph",
    "longhorn-system",
];

/// Names that people take for administrators, and that carry nothing unless somebody binds them.
pub(super) const ADMIN_LIKE: [&str; 9] = [
    "cluster-admin",
    "cluster-admins",
    "admin",
    "admins",
    "administrators",
    "root",
    "masters",
    "super-admin",
    "sudo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_stand_before_the_prefixes_that_cover_them() {
        for (index, row) in PRIVILEGED.iter().enumerate() {
            let covered = PRIVILEGED[..index].iter().any(|earlier| {
                earlier.kind == row.kind
                    && earlier.matching == Match::Prefix
                    && row.name.starts_with(earlier.name)
            });
            assert!(!covered, "{} is never reached", row.name);
            let twice = PRIVILEGED[..index]
                .iter()
                .any(|earlier| (earlier.kind, earlier.name) == (row.kind, row.name));
            assert!(!twice, "{} stands twice", row.name);
        }
    }
}
