//! Signers: what each built-in one checks before it signs.

use super::pkcs10::Pkcs10;
use super::usage;

/// The prefix of a node's user name.
pub const NODE_USER_PREFIX: &str = "system:node:";
/// The group of all nodes.
pub const NODES_GROUP: &str = "system:nodes";

/// Who is asked to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// `kubernetes.io/kube-apiserver-client`.
    KubeApiserverClient,
    /// `kubernetes.io/kube-apiserver-client-kubelet`.
    KubeApiserverClientKubelet,
    /// `kubernetes.io/kubelet-serving`.
    KubeletServing,
    /// `kubernetes.io/legacy-unknown`: checks nothing, and cannot be asked for any more.
    LegacyUnknown,
    /// Another name in a domain that is reserved for Kubernetes.
    Reserved,
    /// Any other signer: it follows rules of its own.
    Custom,
}

impl Signer {
    /// The names of the signers in kube-controller-manager.
    pub const BUILT_IN: [&'static str; 4] = [
        "kubernetes.io/kube-apiserver-client",
        "kubernetes.io/kube-apiserver-client-kubelet",
        "kubernetes.io/kubelet-serving",
        "kubernetes.io/legacy-unknown",
    ];

    /// The signer of that name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "kubernetes.io/kube-apiserver-client" => Self::KubeApiserverClient,
            "kubernetes.io/kube-apiserver-client-kubelet" => Self::KubeApiserverClientKubelet,
            "kubernetes.io/kubelet-serving" => Self::KubeletServing,
            "kubernetes.io/legacy-unknown" => Self::LegacyUnknown,
            _ => {
                let domain = name.split('/').next().unwrap_or_default();
                let reserved = ["kubernetes.io", "k8s.io"].iter().any(|reserved| {
                    domain
                        .strip_suffix(reserved)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                });
                if reserved {
                    Self::Reserved
                } else {
                    Self::Custom
                }
            }
        }
    }

    /// Whether kube-controller-manager runs this signer.
    #[must_use]
    pub fn is_built_in(self) -> bool {
        !matches!(self, Self::Reserved | Self::Custom)
    }

    /// Whether a certificate of this signer with these usages logs in to the API: `None` where that depends
    /// on a signer that nothing is known about.
    #[must_use]
    pub fn logs_in(self, usages: &[String]) -> Option<bool> {
        match self {
            Self::KubeApiserverClient | Self::KubeApiserverClientKubelet => Some(true),
            Self::LegacyUnknown => Some(usage::authenticates_client(usages)),
            Self::Reserved | Self::Custom if usage::authenticates_client(usages) => None,
            Self::KubeletServing | Self::Reserved | Self::Custom => Some(false),
        }
    }

    /// The message with which this signer would fail the request, word for word, or why it never signs.
    ///
    /// Source: pkg/apis/certificates/helpers.go and pkg/controller/certificates/signer/signer.go.
    #[must_use]
    pub fn refusal(self, request: &Pkcs10, usages: &[String]) -> Option<String> {
        match self {
            Self::KubeApiserverClient => client(usages),
            Self::KubeApiserverClientKubelet => kubelet_client(request, usages),
            Self::KubeletServing => kubelet_serving(request, usages),
            Self::Reserved => {
                Some("kube-controller-manager runs no signer of this name".to_owned())
            }
            Self::LegacyUnknown | Self::Custom => None,
        }
    }
}

fn client(usages: &[String]) -> Option<String> {
    const ALLOWED: [&str; 3] = ["digital signature", "key encipherment", "client auth"];
    // Go walks a sorted set and reports the first usage that is not allowed.
    if let Some(usage) = usages
        .iter()
        .filter(|usage| !ALLOWED.contains(&usage.as_str()))
        .min()
    {
        return Some(format!("invalid usage for client certificate: {usage}"));
    }
    let present = usages.iter().any(|usage| usage == "client auth");
    (!present).then(|| "missing required usage for client certificate: client auth".to_owned())
}

const NOT_NODES: &str = "subject organization is not system:nodes";
const NOT_A_NODE: &str = "subject common name does not begin with system:node: ";

fn kubelet_client(request: &Pkcs10, usages: &[String]) -> Option<String> {
    let san = &request.san;
    let refusal = if !request.subject.organizations().eq([NODES_GROUP]) {
        NOT_NODES
    } else if !san.dns.is_empty() {
        "DNS subjectAltNames are not allowed"
    } else if !san.email.is_empty() {
        "Email subjectAltNames are not allowed"
    } else if !san.ip.is_empty() {
        "IP subjectAltNames are not allowed"
    } else if !san.uri.is_empty() {
        "URI subjectAltNames are not allowed"
    } else if !request.subject.user().starts_with(NODE_USER_PREFIX) {
        NOT_A_NODE
    } else if !kubelet_usages(usages, "client auth") {
        "usages did not match [client auth digital signature key encipherment]"
    } else {
        return None;
    };
    Some(refusal.to_owned())
}

fn kubelet_serving(request: &Pkcs10, usages: &[String]) -> Option<String> {
    let san = &request.san;
    let refusal = if !request.subject.organizations().eq([NODES_GROUP]) {
        NOT_NODES
    } else if san.dns.is_empty() && san.ip.is_empty() {
        "DNS or IP subjectAltName is required"
    } else if !san.email.is_empty() {
        "Email subjectAltNames are not allowed"
    } else if !san.uri.is_empty() {
        "URI subjectAltNames are not allowed"
    } else if !kubelet_usages(usages, "server auth") {
        "usages did not match [digital signature key encipherment server auth]"
    } else if !request.subject.user().starts_with(NODE_USER_PREFIX) {
        NOT_A_NODE
    } else {
        return None;
    };
    Some(refusal.to_owned())
}

/// Exactly the usages of a kubelet, with or without `key encipherment`.
#[must_use]
pub fn kubelet_usages(usages: &[String], purpose: &str) -> bool {
    usage::same_set(usages, &["digital signature", purpose])
        || usage::same_set(usages, &["digital signature", "key encipherment", purpose])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(
            Signer::of("kubernetes.io/kubelet-serving"),
            Signer::KubeletServing
        );
        assert_eq!(Signer::of("kubernetes.io/kube-apiserver"), Signer::Reserved);
        assert_eq!(Signer::of("x.k8s.io/y"), Signer::Reserved);
        assert_eq!(Signer::of("notkubernetes.io/y"), Signer::Custom);
        assert_eq!(
            Signer::of("kubernetes.io.evil.com/kube-apiserver-client"),
            Signer::Custom
        );
    }

    #[test]
    fn client_usages_as_the_signer_checks_them() {
        let refusal = |usages: &[&str]| {
            let usages: Vec<String> = usages.iter().map(|&usage| usage.to_owned()).collect();
            client(&usages)
        };
        assert_eq!(refusal(&["client auth", "digital signature"]), None);
        assert_eq!(
            refusal(&["client auth", "server auth", "any"]).unwrap(),
            "invalid usage for client certificate: any"
        );
        assert_eq!(
            refusal(&["digital signature"]).unwrap(),
            "missing required usage for client certificate: client auth"
        );
    }
}
