//! What rights are worth to somebody who should not have them: one row a power.

use crate::facts::rbac::PolicyRule;
use crate::risk::Severity::{self, Critical, High, Info, Low, Medium};

/// One row: a power, and the rights that give it.
#[derive(Debug)]
pub struct Rank {
    /// Its name, in kebab case.
    pub id: &'static str,
    /// What one can do with it.
    pub title: &'static str,
    /// Its highest severity.
    pub severity: Severity,
    /// The rights that give it alone; those that take more than one right stand in code.
    pub(super) claims: &'static [Claim],
}

/// A right that gives a power: any of the verbs on any of the resources.
#[derive(Debug)]
pub(super) struct Claim {
    /// Cluster-wide, or in a namespace that runs the cluster.
    pub(super) severity: Severity,
    pub(super) verbs: &'static [&'static str],
    pub(super) group: &'static str,
    /// With subresources, as in a rule.
    pub(super) resources: &'static [&'static str],
    pub(super) reach: Reach,
    /// Being restricted to some names makes it one step less severe in an ordinary namespace.
    pub(super) names_matter: bool,
}

/// Where a right is worth something if a RoleBinding gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Nowhere: the resources are cluster-scoped.
    Cluster,
    /// In every namespace.
    Namespaces,
    /// In kube-system alone.
    KubeSystem,
}

impl Claim {
    const fn cluster(
        severity: Severity,
        verbs: &'static [&'static str],
        group: &'static str,
        resources: &'static [&'static str],
    ) -> Self {
        Self {
            severity,
            verbs,
            group,
            resources,
            reach: Reach::Cluster,
            names_matter: true,
        }
    }

    const fn namespaced(
        severity: Severity,
        verbs: &'static [&'static str],
        group: &'static str,
        resources: &'static [&'static str],
    ) -> Self {
        let mut claim = Self::cluster(severity, verbs, group, resources);
        claim.reach = Reach::Namespaces;
        claim
    }

    /// With a name or without, it is as bad: one name suffices, or the names cannot be judged.
    const fn by_any_name(mut self) -> Self {
        self.names_matter = false;
        self
    }

    const fn in_kube_system(mut self) -> Self {
        self.reach = Reach::KubeSystem;
        self
    }

    /// Whether the rule gives this right, restricted to names or not.
    pub(super) fn is_given_by(&self, rule: &PolicyRule) -> bool {
        rule.has_group(self.group)
            && self.resources.iter().any(|resource| {
                let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
                rule.has_resource(resource, subresource)
                    && self.verbs.iter().any(|verb| {
                        rule.has_verb(verb) && !is_inert(rule, verb, resource, subresource)
                    })
            })
    }
}

/// A request to create an object has no name yet, so a rule with names never allows it, unless it allows
/// to patch as well: server-side apply creates what is not there, and names it. Requests to create a
/// subresource have the name of the object around it; the one for `nodeclient`, which only the approving
/// controller makes, has none.
pub(super) fn is_inert(rule: &PolicyRule, verb: &str, resource: &str, subresource: &str) -> bool {
    let nameless = subresource.is_empty() || resource == "certificatesigningrequests";
    let applies = subresource.is_empty() && rule.has_verb("patch");
    verb == "create" && nameless && !applies && !rule.resource_names.is_empty()
}

const CORE: &str = "";
const RBAC: &str = "rbac.authorization.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";
const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "update", "patch"];
const CHANGE: &[&str] = &["update", "patch"];

const fn rank(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    claims: &'static [Claim],
) -> Rank {
    Rank {
        id,
        title,
        severity,
        claims,
    }
}

/// The places of the rows that code speaks of.
pub(super) const CLUSTER_ADMIN: usize = 0;
pub(super) const ESCALATE: usize = 1;
pub(super) const BIND: usize = 2;
pub(super) const IMPERSONATE: usize = 4;
pub(super) const CSR_APPROVE: usize = 5;
pub(super) const CSR_NODECLIENT: usize = 6;
pub(super) const BOOTSTRAP_TOKEN_MINT: usize = 7;
pub(super) const IMPERSONATE_NODE: usize = 8;
pub(super) const TOKEN_CREATE: usize = 9;
pub(super) const SECRETS_READ: usize = 10;
pub(super) const ASSIGN_SA: usize = 12;
pub(super) const POD_EXEC: usize = 13;
pub(super) const NODES_PROXY: usize = 14;
pub(super) const NODES_WRITE: usize = 15;
pub(super) const WEBHOOKS: usize = 16;
pub(super) const NODE_IDENTITY: usize = 23;
pub(super) const OTHER: usize = 25;
pub(super) const SELF: usize = 26;

/// Every power, in the order in which powers of one severity are listed.
///
/// Sources: the page "RBAC good practices" of the Kubernetes documentation, pkg/registry/rbac, and the
/// rules of public RBAC analysers, which rank some of these lower: their subjects can be unbound, whereas
/// a certificate cannot be taken back.
pub(super) static RANKS: [Rank; 27] = [
    rank(
        "blast-cluster-admin",
        "do everything",
        Critical,
        &[Claim::namespaced(Critical, &["*"], "*", &["*"]).by_any_name()],
    ),
    rank(
        "blast-escalate",
        "give roles rights that it does not have itself",
        Critical,
        &[
            Claim::cluster(Critical, &["escalate"], RBAC, &["clusterroles"]).by_any_name(),
            Claim::namespaced(Critical, &["escalate"], RBAC, &["roles"]).by_any_name(),
        ],
    ),
    rank(
        "blast-bind",
        "give itself roles",
        Critical,
        &[
            // A RoleBinding to a ClusterRole asks for this verb in its own namespace.
            Claim::namespaced(Critical, &["bind"], RBAC, &["clusterroles", "roles"]).by_any_name(),
            // Bindings alone are bounded by the rights that one has.
            Claim::cluster(High, WRITE, RBAC, &["clusterrolebindings"]),
            Claim::namespaced(High, WRITE, RBAC, &["rolebindings"]),
        ],
    ),
    rank(
        "blast-edit-roles",
        "change roles that others hold",
        High,
        &[
            Claim::cluster(High, CHANGE, RBAC, &["clusterroles"]),
            Claim::namespaced(High, CHANGE, RBAC, &["roles"]),
        ],
    ),
    // Extras and UIDs go only with an impersonated user, so that they give nothing alone.
    rank(
        "blast-impersonate",
        "act as somebody else",
        Critical,
        &[
            Claim::cluster(Critical, &["impersonate"], CORE, &["users", "groups"]).by_any_name(),
            Claim::namespaced(Critical, &["impersonate"], CORE, &["serviceaccounts"]).by_any_name(),
        ],
    ),
    rank(
        "blast-csr-approve",
        "approve or sign certificates for anybody",
        Critical,
        &[],
    ),
    rank(
        "blast-csr-nodeclient",
        "get a certificate of any node approved",
        High,
        // The other half, to create CSRs, makes it high.
        &[Claim::cluster(
            Medium,
            &["create"],
            CERTIFICATES,
            &["certificatesigningrequests/nodeclient"],
        )],
    ),
    rank(
        "blast-bootstrap-token-mint",
        "make bootstrap tokens, and with them nodes",
        Critical,
        &[],
    ),
    rank("blast-impersonate-node", "act as a node", High, &[]),
    rank(
        "blast-token-create",
        "get tokens of ServiceAccounts",
        Critical,
        &[Claim::namespaced(
            Critical,
            &["create"],
            CORE,
            &["serviceaccounts/token"],
        )],
    ),
    rank(
        "blast-secrets-read",
        "read Secrets",
        Critical,
        // What deletes a collection answers with what it deleted.
        &[Claim::namespaced(
            Critical,
            &["get", "list", "watch", "deletecollection"],
            CORE,
            &["secrets"],
        )],
    ),
    rank(
        "blast-secrets-write",
        "write Secrets, tokens of ServiceAccounts among them",
        Critical,
        &[Claim::namespaced(Critical, WRITE, CORE, &["secrets"])],
    ),
    rank(
        "blast-assign-sa",
        "run pods, as any ServiceAccount beside them",
        Critical,
        &[
            // The template of one may name any ServiceAccount there.
            Claim::namespaced(Critical, WRITE, CORE, &["pods", "replicationcontrollers"])
                .by_any_name(),
            Claim::namespaced(
                Critical,
                WRITE,
                "apps",
                &["deployments", "daemonsets", "statefulsets", "replicasets"],
            )
            .by_any_name(),
            Claim::namespaced(Critical, WRITE, "batch", &["jobs", "cronjobs"]).by_any_name(),
        ],
    ),
    rank(
        "blast-pod-exec",
        "run commands in pods",
        Critical,
        &[
            // A WebSocket connection is a GET: older servers ask for no more than that.
            Claim::namespaced(
                Critical,
                &["create", "get"],
                CORE,
                &["pods/exec", "pods/attach", "pods/portforward"],
            ),
            Claim::namespaced(Critical, CHANGE, CORE, &["pods/ephemeralcontainers"]),
        ],
    ),
    rank(
        "blast-nodes-proxy",
        "run commands in every pod through the kubelets, past the audit log",
        Critical,
        &[Claim::cluster(
            Critical,
            &["get", "create", "update", "patch", "delete"],
            CORE,
            &["nodes/proxy"],
        )
        .by_any_name()],
    ),
    rank(
        "blast-nodes-write",
        "change nodes, or move pods between them",
        High,
        &[
            Claim::cluster(High, CHANGE, CORE, &["nodes", "nodes/status"]),
            Claim::cluster(High, &["delete", "deletecollection"], CORE, &["nodes"]),
            Claim::namespaced(
                High,
                &["create"],
                CORE,
                &["pods/eviction", "pods/binding", "bindings"],
            ),
        ],
    ),
    rank(
        "blast-webhooks",
        "change what is admitted, and read it on the way",
        Critical,
        &[
            Claim::cluster(
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
            // Deleting one of these takes a check away.
            Claim::cluster(
                High,
                &["create", "update", "patch", "delete", "deletecollection"],
                ADMISSION,
                &[
                    "validatingwebhookconfigurations",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings",
                ],
            )
            .by_any_name(),
        ],
    ),
    rank(
        "blast-apiservices-crds",
        "answer in place of the API server",
        High,
        &[
            Claim::cluster(High, WRITE, "apiregistration.k8s.io", &["apiservices"]),
            Claim::cluster(
                High,
                WRITE,
                "apiextensions.k8s.io",
                &["customresourcedefinitions"],
            ),
        ],
    ),
    rank(
        "blast-pv",
        "mount a node's files",
        High,
        &[Claim::cluster(
            High,
            &["create"],
            CORE,
            &["persistentvolumes"],
        )],
    ),
    rank(
        "blast-ns-labels",
        "lift what a namespace forbids its pods, or delete it",
        High,
        &[
            // Requests for a namespace are made in it, so that a RoleBinding there gives them.
            Claim::namespaced(High, CHANGE, CORE, &["namespaces"]),
            Claim::namespaced(
                Medium,
                &["delete", "deletecollection"],
                CORE,
                &["namespaces"],
            ),
        ],
    ),
    rank(
        "blast-cm-authz",
        "write the ConfigMaps that authentication and DNS are set up by",
        High,
        &[Claim::namespaced(High, WRITE, CORE, &["configmaps"]).in_kube_system()],
    ),
    rank(
        "blast-endpoints",
        "lead traffic elsewhere",
        Medium,
        &[
            Claim::namespaced(
                Medium,
                WRITE,
                CORE,
                &["endpoints", "services", "services/status"],
            ),
            Claim::namespaced(Medium, WRITE, "discovery.k8s.io", &["endpointslices"]),
        ],
    ),
    rank(
        "blast-cloud-iam",
        "write ServiceAccounts, which a cloud may map to roles of its own",
        Medium,
        &[Claim::namespaced(Medium, WRITE, CORE, &["serviceaccounts"])],
    ),
    rank(
        "blast-node-identity",
        "do what a node does: read the Secrets and get the tokens of its pods",
        High,
        &[],
    ),
    rank(
        "blast-cluster-read",
        "read workloads and their configuration",
        Medium,
        &[Claim::namespaced(
            Medium,
            READ,
            CORE,
            &["pods", "configmaps"],
        )],
    ),
    rank("blast-other", "use rights that are not ranked", Low, &[]),
    rank(
        "blast-self",
        "discover the API and ask about itself",
        Info,
        &[],
    ),
];
