//! One rule of a role, and whether it allows a request.

use serde::{Deserialize, Deserializer};

/// A request to the API, as authorizers see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// The verb, as in `update`.
    pub verb: &'a str,
    /// The API group; "" is the core group.
    pub group: &'a str,
    /// The resource, without a subresource.
    pub resource: &'a str,
    /// The subresource, or "".
    pub subresource: &'a str,
    /// The object's name; "" where the request names none, as for `list` and `create`.
    pub name: &'a str,
    /// The namespace; "" for cluster-scoped resources and for all namespaces at once.
    pub namespace: &'a str,
}

/// A `PolicyRule`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyRule {
    /// `verbs`.
    #[serde(deserialize_with = "list")]
    pub verbs: Vec<String>,
    /// `apiGroups`.
    #[serde(deserialize_with = "list")]
    pub api_groups: Vec<String>,
    /// `resources`, subresources as `resource/subresource`.
    #[serde(deserialize_with = "list")]
    pub resources: Vec<String>,
    /// `resourceNames`; empty is every name.
    #[serde(deserialize_with = "list")]
    pub resource_names: Vec<String>,
    /// `nonResourceURLs`.
    #[serde(rename = "nonResourceURLs", deserialize_with = "list")]
    pub non_resource_urls: Vec<String>,
}

/// Go writes an empty list as `null`.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl PolicyRule {
    /// Whether the rule allows the request, as `RuleAllows` of the API server decides it.
    ///
    /// Source: `pkg/apis/rbac/v1/evaluation_helpers.go`.
    #[must_use]
    pub fn allows(&self, request: &Request<'_>) -> bool {
        self.has_verb(request.verb)
            && self.has_group(request.group)
            && self.has_resource(request.resource, request.subresource)
            && self.has_name(request.name)
    }

    /// Whether the rule allows the verb on a path that is no resource.
    #[must_use]
    pub fn allows_url(&self, verb: &str, path: &str) -> bool {
        self.has_verb(verb)
            && self.non_resource_urls.iter().any(|url| {
                url == "*"
                    || url == path
                    || (url.ends_with('*') && path.starts_with(url.trim_end_matches('*')))
            })
    }

    /// Whether the verb is covered.
    #[must_use]
    pub fn has_verb(&self, verb: &str) -> bool {
        self.verbs.iter().any(|held| held == "*" || held == verb)
    }

    /// Whether the API group is covered.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        self.api_groups
            .iter()
            .any(|held| held == "*" || held == group)
    }

    /// Whether the resource, or its subresource, is covered. `resource/*` is no pattern and covers nothing,
    /// and a resource does not cover its subresources.
    #[must_use]
    pub fn has_resource(&self, resource: &str, subresource: &str) -> bool {
        self.resources.iter().any(|held| {
            if held == "*" {
                return true;
            }
            if subresource.is_empty() {
                return held == resource;
            }
            held.strip_suffix(subresource)
                .and_then(|rest| rest.strip_suffix('/'))
                .is_some_and(|rest| rest == "*" || rest == resource)
        })
    }

    /// Whether the name is covered. Names are literal: `*` is a name like any other.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.resource_names.is_empty() || self.resource_names.iter().any(|held| held == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(json: &str) -> PolicyRule {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn null_and_absent_lists_are_empty() {
        let one = rule(r#"{"verbs":["get"],"resources":null,"unknown":1}"#);
        assert_eq!(one, rule(r#"{"verbs":["get"]}"#));
    }

    #[test]
    fn subresources_are_resources_of_their_own() {
        let covers = |held: &str, resource, subresource| {
            rule(&format!(r#"{{"resources":["{held}"]}}"#)).has_resource(resource, subresource)
        };
        assert!(covers("pods", "pods", ""));
        assert!(covers("pods/exec", "pods", "exec"));
        assert!(covers("*/exec", "pods", "exec"));
        assert!(covers("*", "pods", "exec"));
        assert!(!covers("pods", "pods", "exec"));
        assert!(!covers("pods/*", "pods", "exec"));
        assert!(!covers("*/exec", "pods", ""));
        assert!(!covers("*exec", "pods", "exec"));
        assert!(!covers("*/*", "pods", "exec"));
    }

    #[test]
    fn urls_have_a_trailing_star() {
        let rule = rule(r#"{"verbs":["get"],"nonResourceURLs":["/healthz","/livez/**"]}"#);
        assert!(rule.allows_url("get", "/healthz"));
        assert!(rule.allows_url("get", "/livez/etcd"));
        assert!(!rule.allows_url("get", "/healthz/etcd"));
        assert!(!rule.allows_url("get", "/livez"));
        assert!(!rule.allows_url("post", "/healthz"));
    }
}
