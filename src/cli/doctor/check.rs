//! What comes of an examination: its checks, and the rights that are missing.

use serde::Serialize;
use serde_json::{Value, json};

use crate::csr::Signer;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mark {
    /// It is as it should be.
    Ok,
    /// It is not, and CSRs can be reviewed all the same.
    Warn,
    /// It is not, and they cannot.
    Fail,
    /// Nobody can tell.
    Unknown,
}

impl Mark {
    /// The word for it, as in JSON.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// One thing that was looked at. Every text may hold untrusted parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// What was looked at.
    #[serde(rename = "check")]
    pub(super) id: &'static str,
    pub(super) result: Mark,
    /// Whether it hands the cluster to whoever wants it.
    pub(super) critical: bool,
    /// The signer, the holder of a right or the server that it is about.
    pub(super) subject: Option<String>,
    /// What was found, without a full stop.
    pub(super) message: String,
    /// What to do about it: a sentence.
    pub(super) advice: Option<String>,
}

impl Check {
    pub(super) fn new(id: &'static str, result: Mark, message: impl Into<String>) -> Self {
        Self {
            id,
            result,
            critical: false,
            subject: None,
            message: message.into(),
            advice: None,
        }
    }

    pub(super) fn about(self, subject: impl Into<String>) -> Self {
        Self {
            subject: Some(subject.into()),
            ..self
        }
    }

    pub(super) fn advice(self, advice: impl Into<String>) -> Self {
        Self {
            advice: Some(advice.into()),
            ..self
        }
    }

    pub(super) fn critical(self) -> Self {
        Self {
            critical: true,
            ..self
        }
    }
}

/// The checks, and what would mend them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Diagnosis {
    pub(super) checks: Vec<Check>,
    pub(super) missing: Missing,
}

impl Diagnosis {
    /// Whether CSRs can be listed, and decided for some signer: as far as that is known, and no further.
    pub(super) fn is_ready(&self) -> bool {
        let went = |check: &str, marks: &[Mark]| {
            let mut checks = self.checks.iter().filter(|found| found.id == check);
            checks.any(|found| marks.contains(&found.result))
        };
        let nothing_fails = self.checks.iter().all(|found| found.result != Mark::Fail);
        nothing_fails
            && went("list", &[Mark::Ok])
            && went("approval", &[Mark::Ok, Mark::Warn])
            && went("signer", &[Mark::Ok])
    }
}

/// The rights that are certainly missing, each with the verbs for a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    api_groups: [&'static str; 1],
    resources: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_names: Vec<String>,
    verbs: Vec<&'static str>,
}

impl Missing {
    /// The right to do that with a resource, or with its one object of that name.
    pub(super) fn add(
        &mut self,
        group: &'static str,
        resource: &'static str,
        verb: &'static str,
        name: Option<&str>,
    ) {
        let name = name.map(str::to_owned);
        for rule in &mut self.rules {
            let same_group = rule.api_groups == [group];
            if same_group && rule.resources == [resource] {
                if rule.verbs == [verb] {
                    rule.resource_names.extend(name);
                    return;
                }
                if name.is_none() && rule.resource_names.is_empty() {
                    rule.verbs.push(verb);
                    return;
                }
            } else if same_group
                && rule.verbs == [verb]
                && name.is_none()
                && rule.resource_names.is_empty()
            {
                rule.resources.push(resource);
                return;
            }
        }
        self.rules.push(Rule {
            api_groups: [group],
            resources: vec![resource],
            resource_names: name.into_iter().collect(),
            verbs: vec![verb],
        });
    }

    /// The least ClusterRole that has them; none if nothing is missing.
    pub(super) fn cluster_role(&self) -> Option<Value> {
        if self.rules.is_empty() {
            return None;
        }
        Some(json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "csr-review-missing"},
            "rules": self.rules,
        }))
    }
}

/// Whether a right for this signer can be granted without granting more: whoever creates a CSR chooses the
/// name, and `example.com/*` would be every signer of the domain.
pub(super) fn can_be_granted(signer: &str) -> bool {
    let part = |text: &str| {
        let edge =
            |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        edge(text.chars().next())
            && edge(text.chars().next_back())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
    };
    let plain = signer.len() <= 571 && signer.contains('/') && signer.split('/').all(part);
    plain && !matches!(Signer::of(signer), Signer::LegacyUnknown | Signer::Reserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_a_kind_are_one() {
        let mut missing = Missing::default();
        assert_eq!(missing.cluster_role(), None);
        missing.add("a", "x", "get", None);
        missing.add("a", "x", "list", None);
        missing.add("a", "signers", "approve", Some("d/1"));
        missing.add("a", "signers", "approve", Some("d/2"));
        missing.add("", "nodes", "list", None);
        missing.add("", "services", "get", Some("kubernetes"));
        missing.add("r", "roles", "list", None);
        missing.add("r", "rolebindings", "list", None);
        let role = missing.cluster_role().expect("something is missing");
        assert_eq!(
            role["rules"],
            json!([
                {"apiGroups": ["a"], "resources": ["x"], "verbs": ["get", "list"]},
                {"apiGroups": ["a"], "resources": ["signers"], "resourceNames": ["d/1", "d/2"], "verbs": ["approve"]},
                {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]},
                {"apiGroups": [""], "resources": ["services"], "resourceNames": ["kubernetes"], "verbs": ["get"]},
                {"apiGroups": ["r"], "resources": ["roles", "rolebindings"], "verbs": ["list"]},
            ])
        );
    }

    #[test]
    fn only_plain_signers_are_granted() {
        for (signer, expected) in [
            ("kubernetes.io/kubelet-serving", true),
            ("example.com/a.b/c", true),
            ("kubernetes.io/legacy-unknown", false),
            ("kubernetes.io/kube-apiserver", false),
            ("example.com/*", false),
            ("*", false),
            ("example.com", false),
            ("example.com/", false),
            ("example.com/A", false),
            ("example.com/a\n- b", false),
            ("example.com/\u{202e}a", false),
        ] {
            assert_eq!(can_be_granted(signer), expected, "{signer:?}");
        }
    }
}
