//! What is said of each kind of power.

use crate::risk::Severity::{Critical, High, Info, Low, Medium};

use super::{PowerKind, Row, row};

use PowerKind as K;

pub(super) static ROWS: [Row; 48] = [
    row(
        K::ClusterAdmin,
        "blast-cluster-admin",
        "do everything",
        "It is all power, over all that is there and all that will be.",
        &[
            (
                Critical,
                "`*` on `*` in the API groups `*`, by any names but single ones",
            ),
            (
                Critical,
                "the ClusterRole cluster-admin, which the API server restores",
            ),
            (Critical, "the group system:masters, by no binding"),
            (
                Critical,
                "the API server's answer to a SubjectAccessReview for `*` on `*`",
            ),
        ],
    ),
    row(
        K::Escalate,
        "blast-escalate",
        "give roles rights that it does not have itself",
        "It lifts the check that keeps a role's writer within the writer's own rights.",
        &[],
    ),
    row(
        K::Bind,
        "blast-bind",
        "give itself roles",
        "With bind any role can be given; without it bindings are bounded by the writer's own rights.",
        &[],
    ),
    row(
        K::EditRoles,
        "blast-edit-roles",
        "write roles that others hold",
        "Writing roles is bounded by the writer's own rights, and gives these to others.",
        &[],
    ),
    row(
        K::Impersonate,
        "blast-impersonate",
        "impersonate users, groups or ServiceAccounts",
        "It has every right of those that it may impersonate.",
        &[],
    ),
    row(
        K::ImpersonateOnce,
        "blast-impersonate-constrained",
        "impersonate others for single requests",
        "Constrained impersonation (KEP-5284, on by default since Kubernetes 1.36) takes the right to be another, \
         impersonate:MODE, and the right to do something so, impersonate-on:MODE:VERB. They come from any two rules.",
        &[
            (
                Critical,
                "`impersonate:user-info` on users, or `impersonate:serviceaccount` on serviceaccounts, and \
                 `impersonate-on:…:VERB` on a resource: as severe as VERB there; writing roles or bindings and \
                 deciding CSRs is critical, because the other's rights bound it and not its own. ServiceAccounts of \
                 an ordinary namespace alone: one step less",
            ),
            (
                High,
                "`impersonate:arbitrary-node` on nodes, and such a right: at most high",
            ),
            (
                Medium,
                "`impersonate:associated-node` on nodes, and such a right: at most medium; it takes the token of a pod",
            ),
        ],
    ),
    row(
        K::Authentication,
        "blast-authentication",
        "change how users log in, or which groups they are in",
        "It can log in as others, or put itself into a group that has the rights.",
        &[],
    ),
    row(
        K::CsrApprove,
        "blast-csr-approve",
        "approve or sign certificates",
        "With a certificate it logs in as any user and in any group.",
        &[
            (
                Critical,
                "update or patch certificatesigningrequests/approval, and approve on signers: high if the signers are \
                 kubelet-serving and those of others",
            ),
            (
                Critical,
                "update or patch certificatesigningrequests/status, and sign on signers: high likewise",
            ),
        ],
    ),
    row(
        K::CsrNodeclient,
        "blast-csr-nodeclient",
        "get a certificate of any node approved",
        "kube-controller-manager approves the requests of an account that may create certificatesigningrequests/nodeclient.",
        &[(
            High,
            "create certificatesigningrequests, and create certificatesigningrequests/nodeclient",
        )],
    ),
    row(
        K::BootstrapTokenMint,
        "blast-bootstrap-token-mint",
        "make bootstrap tokens, and with them nodes",
        "A bootstrap token is a Secret in kube-system; its holder gets any node's certificate.",
        &[(
            Critical,
            "write secrets in kube-system, where bootstrap tokens are approved as nodes automatically",
        )],
    ),
    row(
        K::ImpersonateNode,
        "blast-impersonate-node",
        "act as a node",
        "A node reads the Secrets and gets the tokens of its pods.",
        &[(
            High,
            "impersonate on users `system:node:…` and on the group system:nodes",
        )],
    ),
    row(
        K::TokenCreate,
        "blast-token-create",
        "get tokens of ServiceAccounts",
        "It has every right of those ServiceAccounts.",
        &[],
    ),
    row(
        K::SecretsRead,
        "blast-secrets-read",
        "read Secrets",
        "Secrets hold tokens and keys. list and watch show their content as get does, by name too; deletecollection \
         and patch answer with the whole of what they change.",
        &[],
    ),
    row(
        K::SecretsWrite,
        "blast-secrets-write",
        "write Secrets, tokens of ServiceAccounts among them",
        "A Secret of the right type is filled with a token.",
        &[],
    ),
    row(
        K::RunPods,
        "blast-assign-sa",
        "run pods, as any ServiceAccount beside them",
        "The template of a pod names the ServiceAccount, and can mount what is in its namespace. Custom resources that \
         run pods are as good as pods.",
        &[],
    ),
    row(
        K::Deploy,
        "blast-deploy",
        "have a deployment controller create what it requests",
        "Such controllers hold all power in most clusters, and use it for every writer of their resources.",
        &[],
    ),
    row(
        K::PodExec,
        "blast-pod-exec",
        "run commands in pods",
        "It has what the pods have: their Secrets, their tokens, their network.",
        &[],
    ),
    row(
        K::PodNetwork,
        "blast-pod-network",
        "connect to ports of pods and Services past network policies",
        "Requests come from the API server or the kubelet; a forwarded port reaches loopback addresses, the node's own \
         for pods in its network.",
        &[],
    ),
    row(
        K::PodSecurity,
        "blast-pod-security",
        "decide which pods may be privileged",
        "With the right to create pods it is root on the nodes.",
        &[],
    ),
    row(
        K::NodesProxy,
        "blast-nodes-proxy",
        "run commands in every pod through the kubelets, past the audit log",
        "The kubelet's API runs commands, and a GET suffices for that.",
        &[],
    ),
    row(
        K::NodeFiles,
        "blast-node-files",
        "read logs, pods and configuration of nodes from their kubelets",
        "Logs hold credentials and what the audit log recorded; a checkpoint holds the memory of a container.",
        &[],
    ),
    row(
        K::NodesWrite,
        "blast-nodes-write",
        "change nodes, or move pods between them",
        "It draws pods to a node that it holds, or writes what runs on the nodes.",
        &[],
    ),
    row(
        K::Admission,
        "blast-webhooks",
        "change how requests are admitted",
        "A mutating webhook or policy rewrites what others create, and a webhook reads it; deleting one takes away what \
         it enforced.",
        &[],
    ),
    row(
        K::Apis,
        "blast-apiservices-crds",
        "add, change or replace APIs",
        "It can answer in place of the API server, or convert objects through a webhook of its own.",
        &[],
    ),
    row(
        K::PersistentVolumes,
        "blast-pv",
        "mount a node's files",
        "A PersistentVolume can be a path on the node.",
        &[(
            High,
            "create and patch persistentvolumes by the same name, from any two rules: server-side apply creates",
        )],
    ),
    row(
        K::NamespaceLabels,
        "blast-ns-labels",
        "lift what namespaces forbid their pods",
        "Pod security and many policies go by labels of the namespace.",
        &[],
    ),
    row(
        K::ControlPlaneConfig,
        "blast-cm-authz",
        "write the ConfigMaps that authentication, DNS and joining nodes are set up by",
        "kube-system holds aws-auth, extension-apiserver-authentication and coredns; joining nodes take the CA from \
         kube-public/cluster-info.",
        &[],
    ),
    row(
        K::Destroy,
        "blast-destroy",
        "stop applications, or delete them, their data or their APIs",
        "What is deleted may not come back; deleting a CustomResourceDefinition deletes every object of it.",
        &[],
    ),
    row(
        K::Revoke,
        "blast-revoke",
        "take rights away from others",
        "Without their bindings administrators and controllers are locked out.",
        &[],
    ),
    row(
        K::NodeIdentity,
        "blast-node-identity",
        "do what a node does: read the Secrets and get the tokens of its pods",
        "The Node authorizer gives it that, by no binding.",
        &[(High, "a user `system:node:NODE` in the group system:nodes")],
    ),
    row(
        K::Other,
        "blast-other",
        "other rights, not rated",
        "What they can lead to is not known here.",
        &[
            (
                High,
                "a verb that is neither one of the API's own nor in this table",
            ),
            (
                Medium,
                "writing a resource that is not in this table, or anything about a subresource that is not",
            ),
            (Low, "reading a resource that is not in this table"),
        ],
    ),
    row(
        K::Traffic,
        "blast-endpoints",
        "lead traffic elsewhere",
        "It can take over names and addresses that others trust.",
        &[],
    ),
    row(
        K::NetworkPolicy,
        "blast-network-policy",
        "open or close the network between pods",
        "Pods are reachable that were not meant to be.",
        &[],
    ),
    row(
        K::CloudIam,
        "blast-cloud-iam",
        "change which roles of a cloud ServiceAccounts have",
        "Annotations of ServiceAccounts name the roles, and so do resources of a cloud's controllers.",
        &[],
    ),
    row(
        K::Certificates,
        "blast-certificates",
        "get or issue certificates of other CAs",
        "Other services trust those.",
        &[],
    ),
    row(
        K::Trust,
        "blast-trust",
        "change which CAs and API servers workloads trust",
        "It can pose as what they talk to.",
        &[],
    ),
    row(
        K::SecretStores,
        "blast-secret-stores",
        "fetch Secrets from an outside store, or send them there",
        "The operator reads with rights of its own.",
        &[],
    ),
    row(
        K::CsrWrite,
        "blast-csr-write",
        "delete CSRs, or write what is decided about them",
        "Deleting hides what was requested; a write is a decision where the admission plugin is off.",
        &[],
    ),
    row(
        K::Storage,
        "blast-storage",
        "steer where volumes come from and attach to",
        "It can reach the data of others.",
        &[],
    ),
    row(
        K::Leases,
        "blast-leases",
        "take over leader election, or heartbeats of nodes",
        "Controllers stop, and nodes are given up.",
        &[],
    ),
    row(
        K::Limits,
        "blast-limits",
        "lift quotas and limits, preempt pods or scale workloads",
        "It can starve the others.",
        &[],
    ),
    row(
        K::Isolation,
        "blast-isolation",
        "choose the runtime that isolates pods",
        "A RuntimeClass names the runtime.",
        &[],
    ),
    row(
        K::Devices,
        "blast-devices",
        "steer which devices pods get",
        "Devices of others can be taken or offered.",
        &[],
    ),
    row(
        K::WorkloadConfig,
        "blast-workload-config",
        "write ConfigMaps of workloads",
        "Many programs take their commands from them.",
        &[],
    ),
    row(
        K::ServerDebug,
        "blast-server-debug",
        "read logs and profiles of the API server",
        "They hold what others sent.",
        &[(Medium, "get on the paths /logs/… or /debug/…")],
    ),
    row(
        K::ClusterRead,
        "blast-cluster-read",
        "read workloads, their configuration and logs",
        "Environment variables, arguments and logs hold credentials.",
        &[],
    ),
    row(
        K::Ordinary,
        "blast-ordinary",
        "use rights that lead no further by themselves",
        "They read what holds no credentials, or write what nothing depends on. So is one half of a power that takes \
         two rights, and what gives nothing where it is bound.",
        &[],
    ),
    row(
        K::AboutItself,
        "blast-self",
        "discover the API and ask about itself",
        "Everyone who logs in may.",
        &[(
            Info,
            "get on URLs, and create on the selfsubject… resources",
        )],
    ),
];
