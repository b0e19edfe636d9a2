//! What to ask the API server about somebody where roles and bindings cannot be read: a few requests, each
//! of which shows a power. They show no binding, and nothing of what is allowed in single namespaces.

use std::sync::Arc;

use crate::facts::rbac::Request;
use crate::risk::Severity::{self, Critical, High};

use super::{Access, Power, PowerKind};

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What would have to be allowed.
    pub request: Request<'static>,
    kind: PowerKind,
    severity: Severity,
}

const RBAC: &str = "rbac.authorization.k8s.io";
const CERTIFICATES: &str = "certificates.k8s.io";
const KUBE_SYSTEM: &str = "kube-system";

const fn probe(
    kind: PowerKind,
    severity: Severity,
    verb: &'static str,
    group: &'static str,
    resource: (&'static str, &'static str),
    namespace: &'static str,
) -> Probe {
    Probe {
        request: Request {
            verb,
            group,
            resource: resource.0,
            subresource: resource.1,
            name: "",
            namespace,
        },
        kind,
        severity,
    }
}

/// The places of the two halves of an approval.
const APPROVAL: usize = 12;
const APPROVE: usize = 13;

/// The questions, the one that says most first.
pub const PROBES: [Probe; 16] = [
    probe(PowerKind::ClusterAdmin, Critical, "*", "*", ("*", ""), ""),
    probe(
        PowerKind::SecretsRead,
        Critical,
        "list",
        "",
        ("secrets", ""),
        "",
    ),
    probe(
        PowerKind::SecretsRead,
        Critical,
        "list",
        "",
        ("secrets", ""),
        KUBE_SYSTEM,
    ),
    probe(
        PowerKind::RunPods,
        Critical,
        "create",
        "",
        ("pods", ""),
        KUBE_SYSTEM,
    ),
    probe(
        PowerKind::PodExec,
        Critical,
        "create",
        "",
        ("pods", "exec"),
        KUBE_SYSTEM,
    ),
    probe(
        PowerKind::NodesProxy,
        Critical,
        "get",
        "",
        ("nodes", "proxy"),
        "",
    ),
    probe(
        PowerKind::Impersonate,
        Critical,
        "impersonate",
        "",
        ("users", ""),
        "",
    ),
    probe(
        PowerKind::Impersonate,
        Critical,
        "impersonate",
        "",
        ("groups", ""),
        "",
    ),
    probe(
        PowerKind::Escalate,
        Critical,
        "escalate",
        RBAC,
        ("clusterroles", ""),
        "",
    ),
    probe(
        PowerKind::Bind,
        Critical,
        "bind",
        RBAC,
        ("clusterroles", ""),
        "",
    ),
    probe(
        PowerKind::Bind,
        High,
        "create",
        RBAC,
        ("clusterrolebindings", ""),
        "",
    ),
    probe(
        PowerKind::TokenCreate,
        Critical,
        "create",
        "",
        ("serviceaccounts", "token"),
        KUBE_SYSTEM,
    ),
    probe(
        PowerKind::CsrApprove,
        Critical,
        "update",
        CERTIFICATES,
        ("certificatesigningrequests", "approval"),
        "",
    ),
    signer(probe(
        PowerKind::CsrApprove,
        Critical,
        "approve",
        CERTIFICATES,
        ("signers", ""),
        "",
    )),
    probe(
        PowerKind::Admission,
        Critical,
        "create",
        "admissionregistration.k8s.io",
        ("mutatingwebhookconfigurations", ""),
        "",
    ),
    probe(PowerKind::NodesWrite, High, "patch", "", ("nodes", ""), ""),
];

/// The signer whose certificates log in as anybody.
const fn signer(mut probe: Probe) -> Probe {
    probe.request.name = "kubernetes.io/kube-apiserver-client";
    probe
}

/// What somebody could do of whom the server answered the [`PROBES`] like this, in their order.
#[must_use]
pub fn access(answers: &[bool]) -> Access {
    let allowed = |index: usize| answers.get(index).copied().unwrap_or_default();
    let both = allowed(APPROVAL) && allowed(APPROVE);
    let powers = PROBES
        .iter()
        .enumerate()
        .filter(|(index, _)| match *index {
            // One half is worth nothing, and both are one power.
            APPROVAL => false,
            APPROVE => both,
            index => allowed(index),
        })
        .map(|(_, probe)| {
            let namespace = probe.request.namespace;
            let by = "the API server says so (SubjectAccessReview)";
            Power {
                namespace: (!namespace.is_empty()).then(|| namespace.into()),
                ..Power::new(probe.kind, probe.severity, by.into(), Arc::default())
            }
        });
    Access::of(powers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(allowed: &[usize]) -> Vec<String> {
        let mut answers = [false; PROBES.len()];
        for &index in allowed {
            answers[index] = true;
        }
        let access = access(&answers);
        let powers = access.powers();
        powers
            .iter()
            .map(|power| format!("{} {}", power.id, power.severity))
            .collect()
    }

    #[test]
    fn each_answer_shows_a_power() {
        for (index, probe) in PROBES.iter().enumerate() {
            let expected = match index {
                APPROVAL | APPROVE => Vec::new(),
                _ => vec![format!("{} {}", probe.kind.id(), probe.severity)],
            };
            assert_eq!(told(&[index]), expected, "{probe:?}");
        }
        assert!(told(&[]).is_empty());
    }

    #[test]
    fn an_approval_takes_both_halves() {
        assert_eq!(told(&[APPROVAL, APPROVE]), ["blast-csr-approve critical"]);
    }

    #[test]
    fn what_says_more_stands_alone() {
        assert_eq!(told(&[0, 1, 2, 5]), ["blast-cluster-admin critical"]);
        assert_eq!(told(&[1, 2]), ["blast-secrets-read critical"]);
    }
}
