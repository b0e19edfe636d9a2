//! Objects besides CSRs, as the API server sends them: nodes, roles and bindings.

use serde_json::{Value, json};

const RBAC: &str = "rbac.authorization.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";

/// A Node of that name with these internal addresses. For more, a test changes the value.
pub(crate) fn node(name: &str, addresses: &[&str]) -> Value {
    let addresses = addresses
        .iter()
        .map(|address| json!({"type": "InternalIP", "address": address}));
    let hostname = json!({"type": "Hostname", "address": name});
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "creationTimestamp": "2026-03-01T12:00:00Z",
            "labels": {"kubernetes.io/hostname": name},
        },
        "status": {"addresses": addresses.chain([hostname]).collect::<Vec<_>>()},
    })
}

/// A rule of a role.
pub(crate) fn rule(group: &str, verbs: &[&str], resources: &[&str]) -> Value {
    json!({"apiGroups": [group], "resources": resources, "verbs": verbs})
}

/// A rule about CSRs or signers.
pub(crate) fn csr_rule(verbs: &[&str], resources: &[&str]) -> Value {
    rule(CERTIFICATES, verbs, resources)
}

/// A ClusterRole with these rules.
pub(crate) fn cluster_role(name: &str, rules: &[Value]) -> Value {
    json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": rules,
    })
}

/// A ClusterRoleBinding of a ClusterRole to these subjects.
pub(crate) fn cluster_role_binding(name: &str, role: &str, subjects: &[Value]) -> Value {
    json!({
        "apiVersion": format!("{RBAC}/v1"),
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": subjects,
    })
}

/// A RoleBinding in a namespace of a ClusterRole to these subjects.
pub(crate) fn role_binding(namespace: &str, name: &str, role: &str, subjects: &[Value]) -> Value {
    let mut binding = cluster_role_binding(name, role, subjects);
    binding["kind"] = json!("RoleBinding");
    binding["metadata"]["namespace"] = json!(namespace);
    binding
}

/// A user as a subject.
pub(crate) fn user(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "User", "name": name})
}

/// A group as a subject.
pub(crate) fn group(name: &str) -> Value {
    json!({"apiGroup": RBAC, "kind": "Group", "name": name})
}

/// A ServiceAccount as a subject.
pub(crate) fn service_account(namespace: &str, name: &str) -> Value {
    json!({"kind": "ServiceAccount", "namespace": namespace, "name": name})
}
