//! Resources of API groups by which workloads run: their templates, networks and volumes.

use crate::facts::access::PowerKind as K;
use crate::risk::Severity::{Critical, High, Medium};

use super::{ALTER, CHANGE, Claim, DELETE, READ, REST, WRITE};

/// Older servers have these under another name too, and older roles name it.
const APPS: &[&str] = &["apps", "extensions"];
const BATCH: &[&str] = &["batch"];
const NETWORKING: &[&str] = &["networking.k8s.io", "extensions"];
const POLICY: &[&str] = &["policy", "extensions"];
const EXTENSIONS: &[&str] = &["extensions"];
const STORAGE: &[&str] = &["storage.k8s.io"];
const RESOURCE: &[&str] = &["resource.k8s.io"];
const LIFECYCLE: &[&str] = &["lifecycle.k8s.io"];
const SCHEDULING: &[&str] = &["scheduling.k8s.io"];

pub(super) const CLAIMS: &[Claim] = &[
    // Workloads. The template of one may name any ServiceAccount there; a StatefulSet makes its pods by what stands in
    // a ControllerRevision.
    Claim::namespaced(
        K::RunPods,
        Critical,
        WRITE,
        APPS,
        &[
            "deployments",
            "daemonsets",
            "statefulsets",
            "replicasets",
            "controllerrevisions",
        ],
    )
    .by_any_name(),
    Claim::namespaced(K::RunPods, Critical, WRITE, BATCH, &["jobs", "cronjobs"]).by_any_name(),
    Claim::namespaced(
        K::Destroy,
        High,
        DELETE,
        APPS,
        &["deployments", "daemonsets", "statefulsets", "replicasets"],
    ),
    Claim::namespaced(K::Destroy, Medium, DELETE, APPS, &["controllerrevisions"]),
    Claim::namespaced(K::Destroy, High, DELETE, BATCH, &["jobs", "cronjobs"]),
    Claim::namespaced(
        K::Destroy,
        High,
        CHANGE,
        APPS,
        &[
            "deployments/scale",
            "statefulsets/scale",
            "replicasets/scale",
        ],
    ),
    Claim::namespaced(
        K::Destroy,
        High,
        CHANGE,
        EXTENSIONS,
        &["replicationcontrollers/scale"],
    ),
    Claim::namespaced(
        K::ClusterRead,
        Medium,
        READ,
        APPS,
        &[
            "deployments",
            "deployments/status",
            "daemonsets",
            "daemonsets/status",
            "statefulsets",
            "statefulsets/status",
            "replicasets",
            "replicasets/status",
            "controllerrevisions",
        ],
    ),
    Claim::namespaced(
        K::ClusterRead,
        Medium,
        READ,
        BATCH,
        &["jobs", "jobs/status", "cronjobs", "cronjobs/status"],
    ),
    Claim::ordinary(
        REST,
        APPS,
        &[
            "deployments/scale",
            "deployments/status",
            "deployments/rollback",
            "daemonsets/status",
            "statefulsets/scale",
            "statefulsets/status",
            "replicasets/scale",
            "replicasets/status",
        ],
    ),
    Claim::ordinary(REST, EXTENSIONS, &["replicationcontrollers/scale"]),
    Claim::ordinary(REST, BATCH, &["jobs/status", "cronjobs/status"]),
    Claim::namespaced(
        K::Limits,
        Medium,
        ALTER,
        &["autoscaling"],
        &["horizontalpodautoscalers"],
    ),
    Claim::ordinary(READ, &["autoscaling"], &["horizontalpodautoscalers"]),
    Claim::ordinary(REST, &["autoscaling"], &["horizontalpodautoscalers/status"]),
    Claim::namespaced(K::Limits, Medium, ALTER, POLICY, &["poddisruptionbudgets"]),
    Claim::ordinary(READ, POLICY, &["poddisruptionbudgets"]),
    Claim::ordinary(REST, POLICY, &["poddisruptionbudgets/status"]),
    // Gone since Kubernetes 1.25.
    Claim::namespaced(
        K::PodSecurity,
        High,
        &["use"],
        POLICY,
        &["podsecuritypolicies"],
    )
    .by_any_name(),
    Claim::cluster(
        K::PodSecurity,
        High,
        ALTER,
        POLICY,
        &["podsecuritypolicies"],
    ),
    Claim::ordinary(READ, POLICY, &["podsecuritypolicies"]),
    // Where pods run.
    Claim::cluster(
        K::Isolation,
        Medium,
        ALTER,
        &["node.k8s.io"],
        &["runtimeclasses"],
    ),
    Claim::ordinary(READ, &["node.k8s.io"], &["runtimeclasses"]),
    Claim::cluster(K::Limits, Medium, ALTER, SCHEDULING, &["priorityclasses"]),
    Claim::ordinary(READ, SCHEDULING, &["priorityclasses"]),
    Claim::ordinary(
        REST,
        SCHEDULING,
        &[
            "workloads",
            "podgroups",
            "podgroups/status",
            "compositepodgroups",
            "compositepodgroups/status",
        ],
    ),
    Claim::namespaced(
        K::NodesWrite,
        High,
        WRITE,
        LIFECYCLE,
        &["evictions", "evictionrequests"],
    ),
    Claim::ordinary(
        REST,
        LIFECYCLE,
        &[
            "evictions",
            "evictions/status",
            "evictionrequests",
            "evictionrequests/status",
        ],
    ),
    Claim::cluster(
        K::Devices,
        Medium,
        ALTER,
        RESOURCE,
        &["deviceclasses", "devicetaintrules", "resourceslices"],
    ),
    Claim::namespaced(
        K::Devices,
        Medium,
        CHANGE,
        RESOURCE,
        &["resourceclaims/status", "resourceclaims/binding"],
    ),
    // Source: pkg/registry/resource/resourceclaim/strategy.go.
    Claim::namespaced(
        K::Devices,
        Medium,
        &["arbitrary-node:update", "arbitrary-node:patch"],
        RESOURCE,
        &["resourceclaims/driver"],
    ),
    Claim::ordinary(
        &["associated-node:update", "associated-node:patch"],
        RESOURCE,
        &["resourceclaims/driver"],
    ),
    Claim::ordinary(
        READ,
        RESOURCE,
        &["deviceclasses", "devicetaintrules", "resourceslices"],
    ),
    Claim::ordinary(
        REST,
        RESOURCE,
        &[
            "devicetaintrules/status",
            "resourceclaims",
            "resourceclaims/status",
            "resourceclaims/binding",
            "resourceclaims/driver",
            "resourceclaimtemplates",
            "resourcepoolstatusrequests",
            "resourcepoolstatusrequests/status",
        ],
    ),
    // Traffic.
    Claim::namespaced(
        K::Traffic,
        Medium,
        ALTER,
        NETWORKING,
        &["ingresses", "ingresses/status"],
    ),
    Claim::cluster(
        K::Traffic,
        Medium,
        ALTER,
        NETWORKING,
        &["ingressclasses", "servicecidrs", "ipaddresses"],
    ),
    Claim::namespaced(
        K::Traffic,
        Medium,
        ALTER,
        &["discovery.k8s.io"],
        &["endpointslices", "endpointslices/restricted"],
    ),
    Claim::namespaced(
        K::NetworkPolicy,
        Medium,
        ALTER,
        NETWORKING,
        &["networkpolicies"],
    ),
    Claim::ordinary(
        READ,
        NETWORKING,
        &[
            "ingresses",
            "ingresses/status",
            "ingressclasses",
            "servicecidrs",
            "ipaddresses",
            "networkpolicies",
        ],
    ),
    Claim::ordinary(
        REST,
        NETWORKING,
        &["servicecidrs/status", "networkpolicies/status"],
    ),
    Claim::ordinary(
        READ,
        &["discovery.k8s.io"],
        &["endpointslices", "endpointslices/restricted"],
    ),
    // Storage.
    Claim::cluster(
        K::Storage,
        Medium,
        ALTER,
        STORAGE,
        &[
            "csidrivers",
            "csinodes",
            "storageclasses",
            "volumeattachments",
            "volumeattachments/status",
            "volumeattributesclasses",
        ],
    ),
    Claim::namespaced(
        K::Storage,
        Medium,
        ALTER,
        STORAGE,
        &["csistoragecapacities"],
    ),
    Claim::ordinary(
        READ,
        STORAGE,
        &[
            "csidrivers",
            "csinodes",
            "csistoragecapacities",
            "storageclasses",
            "volumeattachments",
            "volumeattachments/status",
            "volumeattributesclasses",
        ],
    ),
    Claim::ordinary(REST, STORAGE, &["csinodes/status"]),
];
