//! Resources of API groups by which a cluster is run: roles, certificates, admission, APIs; and those that authorizers
//! alone know.

use crate::facts::access::PowerKind as K;
use crate::risk::Severity::{Critical, High, Low, Medium};

use super::{ALTER, CHANGE, Claim, DELETE, READ, REST, WRITE};

/// Served a second time under the other name by `OpenShift`.
const RBAC: &[&str] = &["rbac.authorization.k8s.io", "authorization.openshift.io"];
const CERTIFICATES: &[&str] = &["certificates.k8s.io"];
const ADMISSION: &[&str] = &["admissionregistration.k8s.io"];
const APIEXTENSIONS: &[&str] = &["apiextensions.k8s.io"];
const APIREGISTRATION: &[&str] = &["apiregistration.k8s.io"];
const FLOWCONTROL: &[&str] = &["flowcontrol.apiserver.k8s.io"];
const AUTHENTICATION: &[&str] = &["authentication.k8s.io"];

pub(super) const CLAIMS: &[Claim] = &[
    // Roles and bindings.
    Claim::cluster(
        K::Escalate,
        Critical,
        &["escalate"],
        RBAC,
        &["clusterroles"],
    )
    .by_any_name(),
    Claim::namespaced(K::Escalate, Critical, &["escalate"], RBAC, &["roles"]).by_any_name(),
    // A RoleBinding to a ClusterRole takes this verb in its own namespace.
    Claim::namespaced(
        K::Bind,
        Critical,
        &["bind"],
        RBAC,
        &["clusterroles", "roles"],
    )
    .by_any_name(),
    // Bindings alone are bounded by the writer's own rights.
    Claim::cluster(K::Bind, High, WRITE, RBAC, &["clusterrolebindings"]),
    Claim::namespaced(K::Bind, High, WRITE, RBAC, &["rolebindings"]),
    Claim::cluster(K::EditRoles, High, CHANGE, RBAC, &["clusterroles"]),
    Claim::namespaced(K::EditRoles, High, CHANGE, RBAC, &["roles"]),
    Claim::cluster(K::EditRoles, Medium, &["create"], RBAC, &["clusterroles"]),
    Claim::namespaced(K::EditRoles, Medium, &["create"], RBAC, &["roles"]),
    Claim::cluster(
        K::Revoke,
        High,
        DELETE,
        RBAC,
        &["clusterroles", "clusterrolebindings"],
    ),
    Claim::namespaced(K::Revoke, High, DELETE, RBAC, &["roles", "rolebindings"]),
    Claim::ordinary(
        READ,
        RBAC,
        &[
            "clusterroles",
            "clusterrolebindings",
            "roles",
            "rolebindings",
        ],
    ),
    // Certificates. The other half, to create CSRs, makes a nodeclient high.
    Claim::cluster(
        K::CsrNodeclient,
        Medium,
        &["create"],
        CERTIFICATES,
        &["certificatesigningrequests/nodeclient"],
    ),
    Claim::cluster(
        K::CsrWrite,
        Medium,
        CHANGE,
        CERTIFICATES,
        &[
            "certificatesigningrequests/approval",
            "certificatesigningrequests/status",
        ],
    ),
    Claim::cluster(
        K::CsrWrite,
        Medium,
        DELETE,
        CERTIFICATES,
        &["certificatesigningrequests"],
    ),
    Claim::namespaced(
        K::Certificates,
        High,
        &["create"],
        CERTIFICATES,
        &["podcertificaterequests"],
    ),
    Claim::namespaced(
        K::Certificates,
        Medium,
        CHANGE,
        CERTIFICATES,
        &["podcertificaterequests", "podcertificaterequests/status"],
    ),
    Claim::cluster(
        K::Trust,
        Medium,
        ALTER,
        CERTIFICATES,
        &["clustertrustbundles"],
    ),
    Claim::cluster(K::Trust, Medium, &["attest"], CERTIFICATES, &["signers"]),
    Claim::ordinary(
        REST,
        CERTIFICATES,
        &[
            "certificatesigningrequests",
            "certificatesigningrequests/approval",
            "certificatesigningrequests/status",
            "certificatesigningrequests/nodeclient",
            "certificatesigningrequests/selfnodeclient",
            "certificatesigningrequests/selfnodeserver",
            "podcertificaterequests",
            "podcertificaterequests/status",
            "signers",
        ],
    ),
    // Half of a right each.
    Claim::ordinary(&["approve", "sign"], CERTIFICATES, &["signers"]),
    Claim::ordinary(READ, CERTIFICATES, &["clustertrustbundles"]),
    // Admission and APIs.
    Claim::cluster(
        K::Admission,
        Critical,
        WRITE,
        ADMISSION,
        &[
            "mutatingwebhookconfigurations",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
        ],
    )
    .by_any_name(),
    Claim::cluster(
        K::Admission,
        High,
        DELETE,
        ADMISSION,
        &[
            "mutatingwebhookconfigurations",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
        ],
    )
    .by_any_name(),
    Claim::cluster(
        K::Admission,
        High,
        ALTER,
        ADMISSION,
        &[
            "validatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
        ],
    )
    .by_any_name(),
    Claim::ordinary(
        READ,
        ADMISSION,
        &[
            "mutatingwebhookconfigurations",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
            "validatingwebhookconfigurations",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
        ],
    ),
    Claim::ordinary(REST, ADMISSION, &["validatingadmissionpolicies/status"]),
    Claim::cluster(K::Apis, High, WRITE, APIREGISTRATION, &["apiservices"]),
    Claim::cluster(
        K::Apis,
        High,
        WRITE,
        APIEXTENSIONS,
        &["customresourcedefinitions"],
    ),
    Claim::cluster(
        K::Apis,
        Medium,
        CHANGE,
        APIREGISTRATION,
        &["apiservices/status"],
    ),
    Claim::cluster(
        K::Apis,
        Medium,
        CHANGE,
        APIEXTENSIONS,
        &["customresourcedefinitions/status"],
    ),
    Claim::cluster(K::Destroy, High, DELETE, APIREGISTRATION, &["apiservices"]),
    Claim::cluster(
        K::Destroy,
        High,
        DELETE,
        APIEXTENSIONS,
        &["customresourcedefinitions"],
    ),
    Claim::cluster(
        K::Apis,
        Medium,
        ALTER,
        &["internal.apiserver.k8s.io"],
        &["storageversions", "storageversions/status"],
    ),
    Claim::cluster(
        K::Apis,
        Medium,
        ALTER,
        &["storagemigration.k8s.io"],
        &[
            "storageversionmigrations",
            "storageversionmigrations/status",
        ],
    ),
    Claim::ordinary(READ, APIREGISTRATION, &["apiservices"]),
    Claim::ordinary(READ, APIEXTENSIONS, &["customresourcedefinitions"]),
    Claim::ordinary(REST, APIREGISTRATION, &["apiservices/status"]),
    Claim::ordinary(REST, APIEXTENSIONS, &["customresourcedefinitions/status"]),
    Claim::ordinary(
        READ,
        &["internal.apiserver.k8s.io"],
        &["storageversions", "storageversions/status"],
    ),
    Claim::ordinary(
        READ,
        &["storagemigration.k8s.io"],
        &[
            "storageversionmigrations",
            "storageversionmigrations/status",
        ],
    ),
    // What controllers agree by, and what the API server limits.
    Claim::namespaced(
        K::Leases,
        Medium,
        ALTER,
        &["coordination.k8s.io"],
        &["leases", "leasecandidates"],
    ),
    Claim::ordinary(
        READ,
        &["coordination.k8s.io"],
        &["leases", "leasecandidates"],
    ),
    Claim::cluster(
        K::Limits,
        Medium,
        ALTER,
        FLOWCONTROL,
        &["flowschemas", "prioritylevelconfigurations"],
    ),
    Claim::ordinary(
        READ,
        FLOWCONTROL,
        &["flowschemas", "prioritylevelconfigurations"],
    ),
    Claim::ordinary(
        REST,
        FLOWCONTROL,
        &["flowschemas/status", "prioritylevelconfigurations/status"],
    ),
    Claim::ordinary(REST, &["events.k8s.io"], &["events"]),
    // Asking who somebody is and what they may do.
    Claim::ordinary(
        REST,
        AUTHENTICATION,
        &["tokenreviews", "selfsubjectreviews"],
    ),
    Claim::ordinary(
        REST,
        &["authorization.k8s.io"],
        &[
            "localsubjectaccessreviews",
            "selfsubjectaccessreviews",
            "selfsubjectrulesreviews",
            "subjectaccessreviews",
        ],
    ),
    // Source: pkg/registry/core/serviceaccount/storage/token.go.
    Claim::cluster(
        K::Trust,
        Medium,
        &["attest"],
        AUTHENTICATION,
        &["admissionReviewAPIGroups"],
    ),
    Claim::ordinary(REST, &["metrics.k8s.io"], &["nodes", "pods"]),
    // What the garbage collector heeds. Writing it blocks a deletion, and no more.
    Claim::namespaced(K::Ordinary, Low, REST, &["*"], &["*/finalizers"]),
];
