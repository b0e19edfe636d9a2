//! CSR objects as the API server sends them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::RequestBuilder;

/// A CSR object in the making. Without further words it is pending, asks kube-apiserver-client for a client
/// certificate of an hour, and was created by nobody in particular.
#[derive(Clone, Debug)]
pub(crate) struct CsrObject {
    object: Value,
    /// Whether a test says when it was created.
    dated: bool,
}

impl CsrObject {
    /// A CSR of that name around that request (the octets of `spec.request`).
    pub(crate) fn new(name: &str, request: impl AsRef<[u8]>) -> Self {
        let created = "2026-03-01T12:00:00Z";
        Self {
            dated: false,
            object: json!({
                "apiVersion": "certificates.k8s.io/v1",
                "kind": "CertificateSigningRequest",
                "metadata": {
                    "name": name,
                    "uid": uid_of(name),
                    "resourceVersion": "1000",
                    "creationTimestamp": created,
                    "managedFields": [{
                        "manager": "kubectl-create",
                        "operation": "Update",
                        "apiVersion": "certificates.k8s.io/v1",
                        "time": created,
                        "fieldsType": "FieldsV1",
                        "fieldsV1": {"f:spec": {"f:request": {}, "f:signerName": {}, "f:usages": {}}},
                    }],
                },
                "spec": {
                    "request": STANDARD.encode(request),
                    "signerName": "kubernetes.io/kube-apiserver-client",
                    "expirationSeconds": 3600,
                    "usages": ["digital signature", "key encipherment", "client auth"],
                    "username": "somebody",
                    "groups": ["system:authenticated"],
                },
                "status": {},
            }),
        }
    }

    /// A user renews the certificate it logs in with, for an hour: at most worth an info.
    pub(crate) fn own_renewal(name: &str, user: &str) -> Self {
        let request = RequestBuilder::user(user).group("dev").pem();
        Self::new(name, request).requestor(user, &["dev", "system:authenticated"])
    }

    /// An administrator of the cluster asks for a new person: ordinary, and worth a look at the name.
    pub(crate) fn for_new_person(name: &str, user: &str) -> Self {
        let request = RequestBuilder::user(user).group("dev").pem();
        let groups = ["kubeadm:cluster-admins", "system:authenticated"];
        Self::new(name, request).requestor("kubernetes-admin", &groups)
    }

    /// A kubelet's first request, with a bootstrap token of kubeadm.
    pub(crate) fn kubelet_bootstrap(name: &str, node: &str) -> Self {
        let groups = [
            "system:bootstrappers",
            "system:bootstrappers:kubeadm:default-node-token",
            "system:authenticated",
        ];
        Self::kubelet(name, &RequestBuilder::node(node))
            .signer("kubernetes.io/kube-apiserver-client-kubelet")
            .usages(&["digital signature", "client auth"])
            .requestor("system:bootstrap:abcdef", &groups)
    }

    /// A kubelet renews the certificate it logs in with.
    pub(crate) fn kubelet_renewal(name: &str, node: &str) -> Self {
        Self::kubelet(name, &RequestBuilder::node(node))
            .signer("kubernetes.io/kube-apiserver-client-kubelet")
            .usages(&["digital signature", "client auth"])
            .requestor_node(node)
    }

    /// A kubelet asks for the certificate it serves with.
    pub(crate) fn kubelet_serving(name: &str, node: &str) -> Self {
        Self::kubelet(name, &RequestBuilder::node(node).dns(node).ip("10.0.0.7"))
            .signer("kubernetes.io/kubelet-serving")
            .usages(&["digital signature", "server auth"])
            .requestor_node(node)
    }

    fn kubelet(name: &str, request: &RequestBuilder) -> Self {
        let mut object = Self::new(name, request.pem()).no_expiration();
        object.object["metadata"]["managedFields"][0]["manager"] = json!("kubelet");
        object
    }

    /// Other octets of `spec.request`.
    pub(crate) fn request(self, request: impl AsRef<[u8]>) -> Self {
        self.spec("request", json!(STANDARD.encode(request)))
    }

    /// `spec.signerName`.
    pub(crate) fn signer(self, name: &str) -> Self {
        self.spec("signerName", json!(name))
    }

    /// `spec.usages`.
    pub(crate) fn usages(self, usages: &[&str]) -> Self {
        self.spec("usages", json!(usages))
    }

    /// `spec.expirationSeconds`.
    pub(crate) fn expiration(self, seconds: i64) -> Self {
        self.spec("expirationSeconds", json!(seconds))
    }

    /// Without `spec.expirationSeconds`.
    pub(crate) fn no_expiration(mut self) -> Self {
        let spec = self.object["spec"].as_object_mut().expect("an object");
        spec.shift_remove("expirationSeconds");
        self
    }

    /// Who created it.
    pub(crate) fn requestor(self, username: &str, groups: &[&str]) -> Self {
        self.spec("username", json!(username))
            .spec("groups", json!(groups))
    }

    /// Created by that node's kubelet.
    pub(crate) fn requestor_node(self, node: &str) -> Self {
        let groups = ["system:nodes", "system:authenticated"];
        self.requestor(&format!("system:node:{node}"), &groups)
    }

    /// `spec.uid`: of the user, not of the object.
    pub(crate) fn requestor_uid(self, uid: &str) -> Self {
        self.spec("uid", json!(uid))
    }

    /// One more key of `spec.extra`.
    pub(crate) fn extra(mut self, key: &str, values: &[&str]) -> Self {
        self.object["spec"]["extra"][key] = json!(values);
        self
    }

    /// Any field of the spec.
    pub(crate) fn spec(mut self, field: &str, value: Value) -> Self {
        self.object["spec"][field] = value;
        self
    }

    /// Any field of the metadata.
    pub(crate) fn metadata(mut self, field: &str, value: Value) -> Self {
        self.object["metadata"][field] = value;
        self
    }

    /// `metadata.uid`.
    pub(crate) fn uid(self, uid: &str) -> Self {
        self.metadata("uid", json!(uid))
    }

    /// `metadata.resourceVersion`.
    pub(crate) fn resource_version(self, version: &str) -> Self {
        self.metadata("resourceVersion", json!(version))
    }

    /// `metadata.creationTimestamp`, such as `2026-03-01T12:00:00Z`.
    pub(crate) fn created(mut self, time: &str) -> Self {
        self.dated = true;
        self.metadata("creationTimestamp", json!(time))
    }

    /// As a server with a clock that goes has it: what waits was created a minute ago, unless a test says
    /// otherwise. Having waited for months would be a finding.
    pub(crate) fn stamped(self) -> Self {
        let conditions = self.object["status"]["conditions"].as_array();
        let decides = |condition: &Value| {
            ["Approved", "Denied", "Failed"]
                .contains(&condition["type"].as_str().unwrap_or_default())
        };
        let is_decided = conditions.is_some_and(|conditions| conditions.iter().any(decides));
        if self.dated || is_decided {
            return self;
        }
        self.created_ago(Duration::from_secs(60))
    }

    /// Created that long before now.
    pub(crate) fn created_ago(self, age: Duration) -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a clock after 1970");
        let seconds = i64::try_from(since.saturating_sub(age).as_secs()).expect("a year");
        let time = jiff::Timestamp::from_second(seconds).expect("a time");
        self.created(&time.to_string())
    }

    /// One more label.
    pub(crate) fn label(mut self, key: &str, value: &str) -> Self {
        self.object["metadata"]["labels"][key] = json!(value);
        self
    }

    /// One more annotation.
    pub(crate) fn annotation(mut self, key: &str, value: &str) -> Self {
        self.object["metadata"]["annotations"][key] = json!(value);
        self
    }

    /// One more condition.
    pub(crate) fn condition(mut self, kind: &str, reason: &str, message: &str) -> Self {
        let condition = json!({
            "type": kind,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastUpdateTime": "2026-03-01T12:05:00Z",
            "lastTransitionTime": "2026-03-01T12:05:00Z",
        });
        let conditions = &mut self.object["status"]["conditions"];
        match conditions.as_array_mut() {
            Some(list) => list.push(condition),
            None => *conditions = json!([condition]),
        }
        self
    }

    /// Approved as kubectl does it.
    pub(crate) fn approved(self) -> Self {
        let message = "This CSR was approved by kubectl certificate approve.";
        self.condition("Approved", "KubectlApprove", message)
    }

    /// Denied as kubectl does it.
    pub(crate) fn denied(self) -> Self {
        let message = "This CSR was denied by kubectl certificate deny.";
        self.condition("Denied", "KubectlDeny", message)
    }

    /// Failed as a built-in signer does it.
    pub(crate) fn failed(self) -> Self {
        let message = "subject organization is not system:nodes";
        self.condition("Failed", "SignerValidationFailure", message)
    }

    /// `status.certificate`.
    pub(crate) fn certificate(mut self, pem: &str) -> Self {
        self.object["status"]["certificate"] = json!(STANDARD.encode(pem));
        self
    }

    /// The object.
    pub(crate) fn build(self) -> Value {
        self.object
    }

    /// The object as JSON text.
    pub(crate) fn json(&self) -> String {
        self.object.to_string()
    }

    /// A manifest as a user writes it: without what the API server adds.
    pub(crate) fn manifest(&self) -> Value {
        let spec = &self.object["spec"];
        let mut manifest = json!({
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"name": self.object["metadata"]["name"]},
            "spec": {
                "request": spec["request"],
                "signerName": spec["signerName"],
                "usages": spec["usages"],
            },
        });
        if let Some(seconds) = spec.get("expirationSeconds") {
            manifest["spec"]["expirationSeconds"] = seconds.clone();
        }
        manifest
    }
}

/// A uid that is the same in every run.
pub(crate) fn uid_of(name: &str) -> String {
    let hash = digest::digest(&digest::SHA256, name.as_bytes());
    let number = u128::from_be_bytes(hash.as_ref()[..16].try_into().expect("16 octets"));
    let hex = format!("{number:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
