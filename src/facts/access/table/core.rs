//! Resources of the core API group.

use crate::facts::access::PowerKind as K;
use crate::risk::Severity::{Critical, High, Medium};

use super::{ALTER, CHANGE, Claim, DELETE, READ, REST, WRITE};

const CORE: &[&str] = &[""];
/// What a proxy passes on.
const PROXIED: &[&str] = &["get", "create", "update", "patch", "delete"];
/// A WebSocket connection is a GET: older servers check no more than that.
const CONNECT: &[&str] = &["create", "get"];
const KUBE_SYSTEM: &str = "kube-system";
const KUBE_PUBLIC: &str = "kube-public";

pub(super) const CLAIMS: &[Claim] = &[
    Claim::cluster(
        K::Impersonate,
        Critical,
        &["impersonate"],
        CORE,
        &["users", "groups"],
    )
    .by_any_name(),
    Claim::namespaced(
        K::Impersonate,
        Critical,
        &["impersonate"],
        CORE,
        &["serviceaccounts"],
    )
    .by_any_name(),
    // Secrets and ServiceAccounts.
    Claim::namespaced(K::SecretsRead, Critical, READ, CORE, &["secrets"]).by_any_name(),
    // Both answer with the whole of what they change: an empty patch reads.
    Claim::namespaced(
        K::SecretsRead,
        Critical,
        &["patch", "deletecollection"],
        CORE,
        &["secrets"],
    )
    .by_any_name(),
    Claim::namespaced(K::SecretsWrite, Critical, WRITE, CORE, &["secrets"]),
    Claim::namespaced(
        K::Destroy,
        High,
        DELETE,
        CORE,
        &["secrets", "serviceaccounts"],
    ),
    Claim::namespaced(
        K::TokenCreate,
        Critical,
        &["create"],
        CORE,
        &["serviceaccounts/token"],
    ),
    Claim::namespaced(K::CloudIam, Medium, WRITE, CORE, &["serviceaccounts"]),
    Claim::ordinary(READ, CORE, &["serviceaccounts"]),
    Claim::ordinary(REST, CORE, &["serviceaccounts/token"]),
    // Pods, and what makes them.
    Claim::namespaced(
        K::RunPods,
        Critical,
        WRITE,
        CORE,
        &["pods", "replicationcontrollers"],
    )
    .by_any_name(),
    Claim::namespaced(
        K::PodExec,
        Critical,
        CONNECT,
        CORE,
        &["pods/exec", "pods/attach"],
    ),
    Claim::namespaced(
        K::PodExec,
        Critical,
        CHANGE,
        CORE,
        &["pods/ephemeralcontainers"],
    ),
    Claim::namespaced(
        K::PodNetwork,
        Critical,
        CONNECT,
        CORE,
        &["pods/portforward"],
    ),
    Claim::namespaced(
        K::PodNetwork,
        High,
        PROXIED,
        CORE,
        &["pods/proxy", "services/proxy"],
    ),
    Claim::namespaced(
        K::NodesWrite,
        High,
        &["create"],
        CORE,
        &["pods/eviction", "pods/binding", "bindings"],
    ),
    Claim::namespaced(
        K::Destroy,
        High,
        DELETE,
        CORE,
        &["pods", "replicationcontrollers"],
    ),
    Claim::namespaced(
        K::Destroy,
        High,
        CHANGE,
        CORE,
        &["replicationcontrollers/scale"],
    ),
    Claim::namespaced(K::Limits, Medium, CHANGE, CORE, &["pods/resize"]),
    Claim::namespaced(K::Traffic, Medium, CHANGE, CORE, &["pods/status"]),
    Claim::namespaced(
        K::ClusterRead,
        Medium,
        READ,
        CORE,
        &[
            "pods",
            "pods/log",
            "pods/status",
            "pods/resize",
            "pods/ephemeralcontainers",
            "podtemplates",
            "replicationcontrollers",
            "replicationcontrollers/status",
            "configmaps",
        ],
    ),
    Claim::ordinary(
        REST,
        CORE,
        &[
            "pods/exec",
            "pods/attach",
            "pods/portforward",
            "pods/proxy",
            "services/proxy",
            "pods/eviction",
            "pods/binding",
            "bindings",
            "pods/log",
            "pods/status",
            "pods/resize",
            "pods/ephemeralcontainers",
            "podtemplates",
            "replicationcontrollers/scale",
            "replicationcontrollers/status",
        ],
    ),
    // Configuration, traffic and limits.
    Claim::namespaced(K::ControlPlaneConfig, High, WRITE, CORE, &["configmaps"])
        .only_in(&[KUBE_SYSTEM, KUBE_PUBLIC]),
    Claim::namespaced(K::WorkloadConfig, Medium, WRITE, CORE, &["configmaps"]),
    Claim::namespaced(K::Destroy, High, DELETE, CORE, &["configmaps", "services"]),
    Claim::namespaced(
        K::Traffic,
        Medium,
        WRITE,
        CORE,
        &[
            "services",
            "services/status",
            "endpoints",
            "endpoints/restricted",
        ],
    ),
    Claim::namespaced(K::Traffic, Medium, DELETE, CORE, &["endpoints"]),
    Claim::namespaced(
        K::Limits,
        Medium,
        ALTER,
        CORE,
        &["resourcequotas", "resourcequotas/status", "limitranges"],
    ),
    Claim::ordinary(
        READ,
        CORE,
        &["services", "endpoints", "resourcequotas", "limitranges"],
    ),
    Claim::ordinary(
        REST,
        CORE,
        &[
            "services/status",
            "endpoints/restricted",
            "resourcequotas/status",
            "events",
            "componentstatuses",
        ],
    ),
    // Volumes.
    Claim::cluster(
        K::PersistentVolumes,
        High,
        &["create"],
        CORE,
        &["persistentvolumes"],
    ),
    Claim::cluster(K::Storage, Medium, CHANGE, CORE, &["persistentvolumes"]),
    Claim::cluster(K::Destroy, High, DELETE, CORE, &["persistentvolumes"]),
    Claim::namespaced(K::Destroy, High, DELETE, CORE, &["persistentvolumeclaims"]),
    Claim::ordinary(READ, CORE, &["persistentvolumes"]),
    Claim::ordinary(
        REST,
        CORE,
        &[
            "persistentvolumeclaims",
            "persistentvolumeclaims/status",
            "persistentvolumes/status",
        ],
    ),
    // Namespaces. Requests for one are made in it, so that a RoleBinding there gives them.
    Claim::namespaced(K::NamespaceLabels, High, CHANGE, CORE, &["namespaces"]),
    Claim::cluster(
        K::NamespaceLabels,
        Medium,
        &["create"],
        CORE,
        &["namespaces"],
    ),
    Claim::namespaced(K::Destroy, High, DELETE, CORE, &["namespaces"]),
    Claim::namespaced(K::Destroy, Medium, CHANGE, CORE, &["namespaces/finalize"]),
    Claim::ordinary(READ, CORE, &["namespaces"]),
    Claim::ordinary(REST, CORE, &["namespaces/finalize", "namespaces/status"]),
    // Nodes and their kubelets.
    // Source: pkg/kubelet/server/auth.go.
    Claim::cluster(K::NodesProxy, Critical, PROXIED, CORE, &["nodes/proxy"]).by_any_name(),
    Claim::cluster(
        K::NodeFiles,
        High,
        PROXIED,
        CORE,
        &["nodes/log", "nodes/checkpoint"],
    ),
    Claim::cluster(
        K::NodeFiles,
        Medium,
        PROXIED,
        CORE,
        &["nodes/pods", "nodes/configz"],
    ),
    Claim::cluster(K::NodesWrite, High, ALTER, CORE, &["nodes"]),
    Claim::cluster(K::NodesWrite, High, CHANGE, CORE, &["nodes/status"]),
    Claim::ordinary(READ, CORE, &["nodes"]),
    // No server knows that verb any more; the ClusterRole system:kubelet-api-admin still has it.
    Claim::ordinary(&["proxy"], CORE, &["nodes"]),
    Claim::ordinary(
        REST,
        CORE,
        &[
            "nodes/status",
            "nodes/proxy",
            "nodes/log",
            "nodes/checkpoint",
            "nodes/pods",
            "nodes/configz",
            "nodes/metrics",
            "nodes/stats",
            "nodes/spec",
            "nodes/healthz",
            "nodes/statusz",
        ],
    ),
];
