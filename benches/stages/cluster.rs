//! A cluster of many teams: everybody may look into every namespace, those on call may act in most.

use csr_review::csr::Requestor;
use csr_review::facts::rbac::Rbac;
use csr_review::facts::{ApiServerNames, Authorizers, Fact, Facts, Nodes, Others, WeakKeys};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::csrs;
use super::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, node, role_binding, rule, service_account,
    user,
};

/// How many ClusterRoleBindings and RoleBindings there are.
pub(crate) const BINDINGS: usize = 5_000;
/// How many of them are ClusterRoleBindings.
const CLUSTER_ROLE_BINDINGS: usize = 1_000;
/// How many nodes there are, the first three of the control plane.
pub(crate) const NODES: usize = 200;
/// How many teams there are.
pub(crate) const TEAMS: usize = 100;
/// How many people there are.
pub(crate) const USERS: usize = 2_000;
/// How many ClusterRoles, and how many Roles, there are besides those of every cluster.
const ROLES: usize = 200;
/// How many keys are known to be compromised.
const WEAK_KEYS: usize = 10_000;

/// The group of everybody who works here, bound in every namespace.
pub(crate) const STAFF: &str = "staff";
const ON_CALL: &str = "on-call";
const NAMESPACES: usize = 2_000;
const NAMESPACES_ON_CALL: usize = 1_200;
const NAMESPACES_OF_TEAMS: usize = 400;

/// RBAC objects as the API server lists them.
pub(crate) struct Lists {
    cluster_roles: Vec<Box<RawValue>>,
    roles: Vec<Box<RawValue>>,
    cluster_role_bindings: Vec<Box<RawValue>>,
    role_bindings: Vec<Box<RawValue>>,
}

impl Lists {
    pub(crate) fn read(&self) -> Rbac {
        Rbac::read(
            &self.cluster_roles,
            &self.roles,
            &self.cluster_role_bindings,
            &self.role_bindings,
        )
    }
}

fn raw(objects: impl IntoIterator<Item = Value>) -> Vec<Box<RawValue>> {
    let raw = |object| to_raw_value(&object).expect("JSON");
    objects.into_iter().map(raw).collect()
}

pub(crate) fn lists() -> Lists {
    let known = bindings_of_every_cluster();
    let operators = (known.len()..CLUSTER_ROLE_BINDINGS).map(|number| {
        let subject = service_account(&format!("ops-{number}"), "operator");
        let name = format!("operator-{number}");
        cluster_role_binding(&name, &format!("operator-{}", number % ROLES), &[subject])
    });
    Lists {
        cluster_roles: raw(roles_of_every_cluster()
            .into_iter()
            .chain((0..ROLES).map(operator_role))),
        roles: raw((0..ROLES).map(workload_role)),
        cluster_role_bindings: raw(known.iter().cloned().chain(operators)),
        role_bindings: raw((0..BINDINGS - CLUSTER_ROLE_BINDINGS).map(binding_in_namespace)),
    }
}

/// What kubeadm makes, as far as it is about people, nodes and CSRs, and an approver of its own.
fn bindings_of_every_cluster() -> Vec<Value> {
    let bind = |role: &str, subject: Value| cluster_role_binding(role, role, &[subject]);
    let tokens = "system:bootstrappers:kubeadm:default-node-token";
    vec![
        bind("cluster-admin", group("system:masters")),
        cluster_role_binding(
            "kubeadm:cluster-admins",
            "cluster-admin",
            &[group("kubeadm:cluster-admins")],
        ),
        bind("system:basic-user", group("system:authenticated")),
        bind("system:discovery", group("system:authenticated")),
        bind("system:node-bootstrapper", group(tokens)),
        bind(NODE_CLIENT, group(tokens)),
        bind(OWN_NODE_CLIENT, group("system:nodes")),
        bind(
            "certificate-controller",
            service_account("kube-system", "certificate-controller"),
        ),
        bind("approver", group("security")),
        cluster_role_binding("auditors", "view", &[group("auditors"), user("auditor")]),
    ]
}

const NODE_CLIENT: &str = "system:certificates.k8s.io:certificatesigningrequests:nodeclient";
const OWN_NODE_CLIENT: &str =
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient";

fn roles_of_every_cluster() -> Vec<Value> {
    let view = [
        rule(
            "",
            &["get", "list", "watch"],
            &["pods", "pods/log", "services", "configmaps"],
        ),
        rule(
            "apps",
            &["get", "list", "watch"],
            &["deployments", "statefulsets", "daemonsets"],
        ),
    ];
    let edit = [
        rule(
            "",
            &["get", "list", "watch"],
            &["pods/attach", "pods/exec", "secrets"],
        ),
        rule("", &["impersonate"], &["serviceaccounts"]),
        rule(
            "",
            &["create", "update", "patch", "delete"],
            &["pods", "services", "configmaps", "secrets"],
        ),
        rule("", &["create"], &["pods/exec", "serviceaccounts/token"]),
        rule(
            "apps",
            &["create", "update", "patch", "delete"],
            &["deployments", "statefulsets", "daemonsets"],
        ),
    ];
    let admin = [rule(
        "rbac.authorization.k8s.io",
        &[
            "get", "list", "watch", "create", "update", "patch", "delete",
        ],
        &["roles", "rolebindings"],
    )];
    let csrs = "certificatesigningrequests";
    let signers = ["approve", "sign"];
    vec![
        cluster_role("cluster-admin", &[rule("*", &["*"], &["*"])]),
        aggregated(cluster_role("view", &view)),
        aggregated(cluster_role("edit", &[&view[..], &edit].concat())),
        aggregated(cluster_role("admin", &[&view[..], &edit, &admin].concat())),
        cluster_role(
            "system:basic-user",
            &[rule(
                "authorization.k8s.io",
                &["create"],
                &["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
            )],
        ),
        cluster_role(
            "system:discovery",
            &[
                json!({"verbs": ["get"], "nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/version"]}),
            ],
        ),
        cluster_role(
            "system:node-bootstrapper",
            &[csr_rule(&["create", "get", "list", "watch"], &[csrs])],
        ),
        cluster_role(
            NODE_CLIENT,
            &[csr_rule(
                &["create"],
                &["certificatesigningrequests/nodeclient"],
            )],
        ),
        cluster_role(
            OWN_NODE_CLIENT,
            &[csr_rule(
                &["create"],
                &["certificatesigningrequests/selfnodeclient"],
            )],
        ),
        cluster_role(
            "certificate-controller",
            &[
                csr_rule(&["get", "list", "watch"], &[csrs]),
                csr_rule(
                    &["update"],
                    &[
                        "certificatesigningrequests/approval",
                        "certificatesigningrequests/status",
                    ],
                ),
                csr_rule(&signers, &["signers"]),
            ],
        ),
        cluster_role(
            "approver",
            &[
                csr_rule(&["get", "list", "watch"], &[csrs]),
                csr_rule(&["update"], &["certificatesigningrequests/approval"]),
                csr_rule(&["approve"], &["signers"]),
            ],
        ),
    ]
}

fn aggregated(mut role: Value) -> Value {
    let name = role["metadata"]["name"].as_str().expect("a name");
    let label = format!("rbac.authorization.k8s.io/aggregate-to-{name}");
    role["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]});
    role
}

/// What an operator does to its own resources, some with Secrets, some with pods; some are aggregated, few may
/// grant what they like.
fn operator_role(number: usize) -> Value {
    let all = [
        "get", "list", "watch", "create", "update", "patch", "delete",
    ];
    let own = format!("product-{number}.example.com");
    let mut rules = vec![
        rule(
            &own,
            &["*"],
            &["widgets", "widgets/status", "widgets/finalizers"],
        ),
        rule("coordination.k8s.io", &all, &["leases"]),
        rule("", &["create", "patch"], &["events"]),
        rule("apps", &all, &["deployments", "statefulsets"]),
    ];
    match number % 10 {
        0 => rules.push(rule("", &all, &["secrets"])),
        1 => rules.push(rule("", &all, &["pods", "pods/exec", "services"])),
        2 => rules.push(rule(
            "rbac.authorization.k8s.io",
            &["bind", "escalate"],
            &["clusterroles"],
        )),
        3 => rules.push(csr_rule(
            &["create", "get", "list", "watch"],
            &["certificatesigningrequests"],
        )),
        _ => rules.push(rule(
            "",
            &["get", "list", "watch"],
            &["nodes", "namespaces"],
        )),
    }
    let role = cluster_role(&format!("operator-{number}"), &rules);
    if number % 5 == 4 {
        aggregated(role)
    } else {
        role
    }
}

fn workload_role(number: usize) -> Value {
    let mut configuration = rule("", &["get", "watch"], &["configmaps", "secrets"]);
    configuration["resourceNames"] = json!([format!("service-{number}"), "ca"]);
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "workload", "namespace": namespace(number)},
        "rules": [configuration, rule("", &["get", "list"], &["endpoints"])],
    })
}

fn namespace(number: usize) -> String {
    format!("app-{number}")
}

fn binding_in_namespace(number: usize) -> Value {
    let mut number = number;
    if number < NAMESPACES {
        return role_binding(&namespace(number), "readers", "view", &[group(STAFF)]);
    }
    number -= NAMESPACES;
    if number < NAMESPACES_ON_CALL {
        let subjects = [group(ON_CALL), service_account("ops-ci", "deployer")];
        return role_binding(&namespace(number), "responders", "edit", &subjects);
    }
    number -= NAMESPACES_ON_CALL;
    if number < NAMESPACES_OF_TEAMS {
        let subjects = [group(&team(number)), user(&csrs::person(number))];
        return role_binding(&namespace(number), "owners", "admin", &subjects);
    }
    number -= NAMESPACES_OF_TEAMS;
    let namespace = namespace(number % ROLES);
    let subject = service_account(&namespace, &format!("service-{number}"));
    let mut binding = role_binding(
        &namespace,
        &format!("workload-{number}"),
        "workload",
        &[subject],
    );
    binding["roleRef"]["kind"] = json!("Role");
    binding
}

/// The team of a person or a namespace.
pub(crate) fn team(number: usize) -> String {
    format!("team-{}", number % TEAMS)
}

/// The name and the address of a node.
pub(crate) fn node_of(number: usize) -> (String, String) {
    let number = number % NODES;
    (
        format!("node-{number}"),
        format!("10.0.{}.{}", number / 100, 10 + number % 100),
    )
}

/// All that can be known, and the other CSRs.
pub(crate) fn facts(rbac: Rbac, others: Others) -> Facts {
    let service = raw([json!({"spec": {"clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]}})]);
    let service = Fact::Known(service[0].clone());
    let hosts = ["api.example.com", "10.0.0.10"];
    Facts {
        now: csrs::now(),
        reviewer: Fact::Known(Requestor {
            username: "reviewer".to_owned(),
            groups: vec!["security".to_owned(), "system:authenticated".to_owned()],
            ..Requestor::default()
        }),
        authorizers: Fact::Known(Authorizers::new(Fact::Known(rbac))),
        nodes: Fact::Known(nodes()),
        api_server: Fact::Known(ApiServerNames::new(&service, hosts)),
        others: Fact::Known(others),
        weak_keys: Fact::Known(weak_keys()),
    }
}

fn nodes() -> Nodes {
    let nodes = (0..NODES).map(|number| {
        let (name, address) = node_of(number);
        let mut node = node(&name, &[&address]);
        if number < 3 {
            node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = json!("");
        }
        node
    });
    Nodes::read(&raw(nodes))
}

fn weak_keys() -> WeakKeys {
    let lines = (0..WEAK_KEYS).map(|number| format!("{number:064x}\n"));
    WeakKeys::parse(&lines.collect::<String>()).expect("digests")
}
