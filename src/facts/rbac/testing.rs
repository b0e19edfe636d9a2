//! RBAC objects for tests.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::{Identity, Rbac};

/// A cluster in the making.
#[derive(Default)]
pub(crate) struct Objects {
    pub(crate) cluster_roles: Vec<Value>,
    pub(crate) roles: Vec<Value>,
    pub(crate) cluster_role_bindings: Vec<Value>,
    pub(crate) role_bindings: Vec<Value>,
}

impl Objects {
    /// A ClusterRole with these rules.
    pub(crate) fn cluster_role(mut self, name: &str, rules: &Value) -> Self {
        self.cluster_roles
            .push(json!({"metadata": {"name": name}, "rules": rules}));
        self
    }

    /// A Role with these rules.
    pub(crate) fn role(mut self, namespace: &str, name: &str, rules: &Value) -> Self {
        self.roles
            .push(json!({"metadata": {"name": name, "namespace": namespace}, "rules": rules}));
        self
    }

    /// A ClusterRoleBinding of that name.
    pub(crate) fn bind(mut self, name: &str, role: &str, subjects: &[Value]) -> Self {
        self.cluster_role_bindings.push(json!({
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": subjects,
        }));
        self
    }

    /// A RoleBinding to a role that is written as `ClusterRole/view`.
    pub(crate) fn bind_in(
        mut self,
        namespace: &str,
        name: &str,
        role: &str,
        subjects: &[Value],
    ) -> Self {
        let (kind, role) = role.split_once('/').expect("kind and name");
        self.role_bindings.push(json!({
            "metadata": {"name": name, "namespace": namespace},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
            "subjects": subjects,
        }));
        self
    }

    /// A ClusterRole with one rule, bound under its own name.
    pub(crate) fn allow(self, name: &str, rule: &str, subject: Value) -> Self {
        self.cluster_role(name, &json!([self::rule(rule)]))
            .bind(name, name, &[subject])
    }

    pub(crate) fn read(&self) -> Rbac {
        let raw = |objects: &[Value]| -> Vec<Box<RawValue>> {
            objects
                .iter()
                .map(|object| to_raw_value(object).expect("JSON"))
                .collect()
        };
        Rbac::read(
            &raw(&self.cluster_roles),
            &raw(&self.roles),
            &raw(&self.cluster_role_bindings),
            &raw(&self.role_bindings),
        )
    }
}

/// A rule, as in `get,list pods,secrets group=apps name=a,b`.
pub(crate) fn rule(text: &str) -> Value {
    let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut words = text.split(' ');
    let verbs = list(words.next().expect("verbs"));
    let resources = list(words.next().expect("resources"));
    let (mut groups, mut names) = (vec![String::new()], Vec::new());
    for word in words {
        match word.split_once('=').expect("a key") {
            ("group", values) => groups = list(values),
            ("name", values) => names = list(values),
            (key, _) => panic!("{key}"),
        }
    }
    json!({"verbs": verbs, "apiGroups": groups, "resources": resources, "resourceNames": names})
}

pub(crate) fn user(name: &str) -> Value {
    json!({"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": name})
}

pub(crate) fn group(name: &str) -> Value {
    json!({"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": name})
}

pub(crate) fn service_account(namespace: &str, name: &str) -> Value {
    json!({"kind": "ServiceAccount", "namespace": namespace, "name": name})
}

/// Whoever logs in with that certificate.
pub(crate) fn identity(user: &str, groups: &[&str]) -> Identity {
    Identity::new(user, groups.iter().map(|&group| group.to_owned()))
}
