//! Rights that are not rated: what the table does not know is never taken to be harmless.

use crate::facts::rbac::PolicyRule;
use crate::risk::Severity::{self, High, Low, Medium};

use super::impersonation::Mode;
use super::table::{self, READ, REST, candidates, rated_verbs, split};

/// More pairs of API group and resource than this in one rule are not looked at one by one.
const MOST_PAIRS: usize = 10_000;

/// Verbs that mean something on resources of any name: these are audiences and signers.
///
/// Source: plugin/pkg/admission/noderestriction/admission.go.
const ON_ANY_RESOURCE: [&str; 2] = [
    "request-serviceaccounts-token-audience",
    "request-serviceaccounts-podcertificate-signer",
];
/// The verbs of requests that are for no resource.
const READS_URLS: [&str; 3] = ["get", "head", "options"];
const WRITES_URLS: [&str; 4] = ["post", "put", "patch", "delete"];

/// The subresource that is rated on whatever resource it is.
const FINALIZERS: &str = "finalizers";
const OF_ANY: &str = "*/finalizers";

/// A right that is not rated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unrated {
    pub(super) severity: Severity,
    /// The right, for a reader. Untrusted text.
    pub(super) right: String,
}

/// How verbs are taken that are not rated on a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Read,
    Write,
    /// Neither: no one knows what it does.
    Special,
}

impl Class {
    fn of(verb: &str) -> Self {
        match verb {
            verb if READ.contains(&verb) => Self::Read,
            "*" => Self::Write,
            verb if REST.contains(&verb) => Self::Write,
            _ => Self::Special,
        }
    }
}

/// The worst right of the rule that is not rated.
pub(super) fn unrated(rule: &PolicyRule) -> Option<Unrated> {
    let found = [on_resources(rule), on_urls(rule)];
    found
        .into_iter()
        .flatten()
        .max_by_key(|unrated| unrated.severity)
}

fn on_resources(rule: &PolicyRule) -> Option<Unrated> {
    let (group, resource) = (rule.api_groups.first()?, rule.resources.first()?);
    if let Some(verb) = rule.verbs.iter().find(|verb| is_unknown(rule, verb)) {
        return Some(Unrated {
            severity: High,
            right: right(verb, group, resource),
        });
    }
    let verbs: Vec<&str> = rule.verbs.iter().map(String::as_str).collect();
    let verbs: Vec<&str> = verbs
        .into_iter()
        .filter(|verb| Class::of(verb) != Class::Special)
        .collect();
    let pairs = rule.api_groups.len().saturating_mul(rule.resources.len());
    if pairs > MOST_PAIRS {
        let worst = worst(&verbs, resource)?;
        return Some(Unrated {
            severity: worst.0,
            right: right(worst.1, group, resource),
        });
    }
    let groups = rule.api_groups.iter();
    groups
        .flat_map(|group| rule.resources.iter().map(move |resource| (group, resource)))
        .filter_map(|(group, resource)| {
            let unknown = unrated_verbs(&verbs, group, resource);
            let (severity, verb) = worst(&unknown, resource)?;
            Some((severity, verb, group, resource))
        })
        // The first one of the worst.
        .reduce(|one, other| if other.0 > one.0 { other } else { one })
        .map(|(severity, verb, group, resource)| Unrated {
            severity,
            right: right(verb, group, resource),
        })
}

/// Whether it is a verb that is not the API's own, and is rated on nothing that the rule is about.
fn is_unknown(rule: &PolicyRule, verb: &str) -> bool {
    if Class::of(verb) != Class::Special || ON_ANY_RESOURCE.contains(&verb) || Mode::knows(verb) {
        return false;
    }
    // Users have extras and UIDs, which go only with an impersonated user.
    let extra = |resource: &String| resource == "uids" || resource.starts_with("userextras/");
    if verb == "impersonate" && rule.resources.iter().any(extra) {
        return false;
    }
    !candidates(rule)
        .iter()
        .any(|claim| claim.verbs.contains(&verb) && claim.is_given_by(rule))
}

/// Those of the verbs that are not rated on the resource, as a rule may write either.
fn unrated_verbs<'a>(verbs: &[&'a str], group: &str, resource: &str) -> Vec<&'a str> {
    let (name, subresource) = split(resource);
    // All that the table knows is looked at one by one.
    let is_every_known = match (group, name, subresource) {
        ("*", "*", "") => true,
        (group, "*", "") => table::knows_group(group),
        _ => false,
    };
    if is_every_known {
        return Vec::new();
    }
    let rated = if subresource == FINALIZERS {
        rated_verbs("*", OF_ANY)
    } else {
        rated_verbs(group, resource)
    };
    let known = |verb: &&str| rated.is_some_and(|rated| *verb == "*" || rated.contains(verb));
    verbs.iter().copied().filter(|verb| !known(verb)).collect()
}

/// The worst of these verbs where they are not rated on the resource.
fn worst<'a>(verbs: &[&'a str], resource: &str) -> Option<(Severity, &'a str)> {
    // The status and the scale of an object show no more than the object does.
    let shows_more = !matches!(split(resource).1, "" | "status" | "scale");
    verbs
        .iter()
        .map(|&verb| match Class::of(verb) {
            Class::Read if !shows_more => (Low, verb),
            Class::Read | Class::Write | Class::Special => (Medium, verb),
        })
        .reduce(|one, other| if other.0 > one.0 { other } else { one })
}

/// Paths that are no resources: reading them tells little, but for those with logs and profiles, which are rated.
fn on_urls(rule: &PolicyRule) -> Option<Unrated> {
    let url = rule.non_resource_urls.first()?;
    let mut verbs = rule.verbs.iter();
    let verb = verbs.find(|verb| {
        let verb = verb.as_str();
        let is_read = READS_URLS.contains(&verb) || READ.contains(&verb);
        verb != "*" && !is_read && !Mode::knows(verb)
    })?;
    let is_write = WRITES_URLS.contains(&verb.as_str()) || REST.contains(&verb.as_str());
    Some(Unrated {
        severity: if is_write { Medium } else { High },
        right: format!("{verb} {url}"),
    })
}

/// Whether the rule shows logs or profiles of the API server.
pub(super) fn reads_debug(rule: &PolicyRule) -> bool {
    const PATHS: [&str; 3] = ["/logs/x", "/debug/pprof/heap", "/debug/flags/v"];
    PATHS
        .iter()
        .any(|path| rule.allows_url("get", path) || rule.allows_url("put", path))
}

/// A right as kubectl would write it.
pub(super) fn right(verb: &str, group: &str, resource: &str) -> String {
    let (name, subresource) = split(resource);
    let slash = if subresource.is_empty() { "" } else { "/" };
    match group {
        "" => format!("{verb} {name}{slash}{subresource}"),
        "*" => format!("{verb} {name}{slash}{subresource} in every API group"),
        group => format!("{verb} {name}.{group}{slash}{subresource}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::rbac::testing;

    fn of(text: &str) -> Option<String> {
        let rule = testing::rule(text).to_string();
        let rule: PolicyRule = serde_json::from_str(&rule).expect("a rule");
        unrated(&rule).map(|unrated| format!("{} {}", unrated.severity, unrated.right))
    }

    fn is(text: &str, expected: &str) {
        assert_eq!(of(text).as_deref().unwrap_or("rated"), expected, "{text}");
    }

    #[test]
    fn what_the_table_does_not_know_is_not_low() {
        is(
            "get,list widgets group=example.com",
            "low get widgets.example.com",
        );
        is(
            "get,create widgets group=example.com",
            "medium create widgets.example.com",
        );
        is(
            "* widgets group=example.com",
            "medium * widgets.example.com",
        );
        is("delete * group=example.com", "medium delete *.example.com");
        is("frobnicate pods", "high frobnicate pods");
        is(
            "get,frobnicate * group=*",
            "high frobnicate * in every API group",
        );
        is("impersonate pods", "high impersonate pods");
        is(
            "impersonate:strangers users",
            "high impersonate:strangers users",
        );
    }

    #[test]
    fn subresources_that_are_not_known_may_be_anything() {
        is(
            "get widgets/shell group=example.com",
            "medium get widgets.example.com/shell",
        );
        is("get pods/shell", "medium get pods/shell");
        is(
            "get */shell group=*",
            "medium get */shell in every API group",
        );
        is(
            "get widgets/status,widgets/scale group=example.com",
            "low get widgets.example.com/status",
        );
        is(
            "update widgets/status group=example.com",
            "medium update widgets.example.com/status",
        );
        is("update widgets/finalizers group=example.com", "rated");
    }

    #[test]
    fn what_the_table_knows_is_rated() {
        for rule in [
            "* * group=*",
            "get,list * group=*",
            "create,delete * group=*",
            "* * group=apps",
            "* deployments group=*",
            "patch */status group=*",
            "* pods/exec",
            "escalate,bind,get,create clusterroles,clusterrolebindings group=rbac.authorization.k8s.io",
            "impersonate userextras/scopes,uids group=authentication.k8s.io",
            "impersonate:user-info users group=authentication.k8s.io",
            "impersonate-on:serviceaccount:list secrets",
            "request-serviceaccounts-token-audience my-audience",
            "use securitycontextconstraints group=security.openshift.io name=x",
        ] {
            is(rule, "rated");
        }
    }

    #[test]
    fn very_many_pairs_are_not_looked_at_one_by_one() {
        let many = |what: &str| {
            let names: Vec<String> = (0..200).map(|index| format!("{what}{index}")).collect();
            names.join(",")
        };
        let rule = format!("create {} group={}", many("r"), many("g"));
        is(&rule, "medium create r0.g0");
    }

    #[test]
    fn urls_are_read_and_no_more() {
        let of = |verbs: &[&str], url: &str| {
            unrated(&PolicyRule {
                verbs: verbs.iter().map(|&verb| verb.to_owned()).collect(),
                non_resource_urls: vec![url.to_owned()],
                ..PolicyRule::default()
            })
        };
        assert_eq!(of(&["get"], "/healthz"), None);
        assert_eq!(of(&["*"], "*"), None);
        let post = of(&["post"], "/x").expect("unrated");
        assert_eq!((post.severity, &*post.right), (Medium, "post /x"));
        assert_eq!(of(&["shake"], "/x").expect("unrated").severity, High);
    }
}
