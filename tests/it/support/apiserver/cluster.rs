//! What the server knows besides CSRs: nodes, RBAC, its Service and version, and who may do what.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::status;
use super::store::page;
use crate::support::http::{Answer, Request};

const AUTHORIZATION: &str = "/apis/authorization.k8s.io/v1/";
const RBAC: &str = "rbac.authorization.k8s.io";

/// The uid of the namespace kube-system.
pub(crate) const KUBE_SYSTEM_UID: &str = "0b9f3a52-5c0e-4a3c-9a37-3a4c1b7f2d10";

/// The lists: path, API group, kind of an item, and the resource's name.
const LISTS: [(&str, &str, &str, &str); 5] = [
    ("/api/v1/nodes", "", "Node", "nodes"),
    (
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        RBAC,
        "ClusterRole",
        "clusterroles",
    ),
    (
        "/apis/rbac.authorization.k8s.io/v1/roles",
        RBAC,
        "Role",
        "roles",
    ),
    (
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        RBAC,
        "ClusterRoleBinding",
        "clusterrolebindings",
    ),
    (
        "/apis/rbac.authorization.k8s.io/v1/rolebindings",
        RBAC,
        "RoleBinding",
        "rolebindings",
    ),
];

/// Who decides about an access review: it is given the `spec`.
type Judge = Box<dyn Fn(&Value) -> bool + Send>;

/// All of that.
pub(super) struct Cluster {
    /// Of every kind, in the order in which they came.
    objects: Vec<Value>,
    pub(super) service: Value,
    /// The uid of the namespace kube-system.
    pub(super) uid: String,
    pub(super) git_version: String,
    /// How far the server's clock is ahead of this one.
    pub(super) clock: SignedDuration,
    /// The resources that nobody may ask for.
    pub(super) forbidden: BTreeSet<String>,
    pub(super) own_access: Judge,
    pub(super) access: Judge,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            objects: Vec::new(),
            service: json!({
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": "kubernetes", "namespace": "default"},
                "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]},
            }),
            uid: KUBE_SYSTEM_UID.to_owned(),
            git_version: "v1.31.0".to_owned(),
            clock: SignedDuration::ZERO,
            forbidden: BTreeSet::new(),
            own_access: Box::new(|_| true),
            access: Box::new(|_| false),
        }
    }
}

/// Whether a request asks what somebody may do: a POST that changes nothing.
pub(super) fn is_review(request: &Request) -> bool {
    request.path().starts_with(AUTHORIZATION)
}

impl Cluster {
    /// Stores one more object.
    pub(super) fn hold(&mut self, object: Value) {
        let known = LISTS.iter().any(|(_, _, kind, _)| object["kind"] == *kind);
        assert!(known, "nobody lists these: {object}");
        self.objects.push(object);
    }

    /// The answer, if the request is about any of this.
    pub(super) fn answer(&self, request: &Request, at_most: Option<usize>) -> Option<Answer> {
        let path = request.path();
        let own = "selfsubjectaccessreviews";
        let others = "subjectaccessreviews";
        match (request.method.as_str(), path) {
            ("GET", "/version") => Some(self.version()),
            ("GET", "/api/v1/namespaces/default/services/kubernetes") => {
                let message = forbidden("services \"kubernetes\"", "get", "services", "")
                    .replace("at the cluster scope", "in the namespace \"default\"");
                Some(
                    self.unless_forbidden("services", &message, || {
                        Answer::json(200, &self.service)
                    }),
                )
            }
            ("GET", "/api/v1/namespaces/kube-system") => {
                let message = forbidden("namespaces \"kube-system\"", "get", "namespaces", "")
                    .replace("at the cluster scope", "in the namespace \"kube-system\"");
                Some(self.unless_forbidden("namespaces", &message, || {
                    let metadata = json!({"name": "kube-system", "uid": self.uid});
                    Answer::json(
                        200,
                        &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}),
                    )
                }))
            }
            ("GET", _) => {
                let (_, group, kind, name) = LISTS.iter().find(|(known, ..)| *known == path)?;
                let message = forbidden(&with_group(name, group), "list", name, group);
                Some(
                    self.unless_forbidden(name, &message, || {
                        self.list(request, group, kind, at_most)
                    }),
                )
            }
            ("POST", _) => {
                let name = path.strip_prefix(AUTHORIZATION)?;
                let judge = match name {
                    name if name == own => &self.own_access,
                    name if name == others => &self.access,
                    _ => return None,
                };
                let group = "authorization.k8s.io";
                let message = forbidden(&with_group(name, group), "create", name, group);
                Some(self.unless_forbidden(name, &message, || review(request, judge)))
            }
            _ => None,
        }
    }

    fn unless_forbidden(
        &self,
        resource: &str,
        message: &str,
        answer: impl FnOnce() -> Answer,
    ) -> Answer {
        if self.forbidden.contains(resource) {
            status(403, "Forbidden", message)
        } else {
            answer()
        }
    }

    fn version(&self) -> Answer {
        let message = "forbidden: User \"reviewer\" cannot get path \"/version\"";
        self.unless_forbidden("version", message, || {
            let now = Timestamp::now() + self.clock;
            let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            Answer::json(200, &json!({"gitVersion": self.git_version})).header("date", &date)
        })
    }

    fn list(&self, request: &Request, group: &str, kind: &str, at_most: Option<usize>) -> Answer {
        let of_kind = |object: &&Value| object["kind"] == kind;
        let found: Vec<Value> = self.objects.iter().filter(of_kind).cloned().collect();
        let api_version = match group {
            "" => "v1".to_owned(),
            group => format!("{group}/v1"),
        };
        page(request, &api_version, kind, found, at_most, 1)
    }
}

fn review(request: &Request, judge: &Judge) -> Answer {
    let mut answer = request.json();
    let allowed = judge(&answer["spec"]);
    answer["metadata"] = json!({"creationTimestamp": null});
    answer["status"] = json!({"allowed": allowed});
    if allowed {
        answer["status"]["reason"] = json!("RBAC: allowed by ClusterRoleBinding \"b\"");
    }
    Answer::json(201, &answer)
}

fn with_group(resource: &str, group: &str) -> String {
    match group {
        "" => resource.to_owned(),
        group => format!("{resource}.{group}"),
    }
}

/// The API server's words.
fn forbidden(what: &str, verb: &str, resource: &str, group: &str) -> String {
    format!(
        "{what} is forbidden: User \"reviewer\" cannot {verb} resource \"{resource}\" in API group \"{group}\" at \
         the cluster scope"
    )
}
