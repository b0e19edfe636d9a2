//! What a policy says of a CSR, and why.

use crate::csr::{Csr, PublicKey};
use crate::review::Reviewed;
use crate::review::gate;
use crate::risk::Severity;

use super::{Action, Glob, KeyKind, Match, Names, Policy, Require, Rule};

/// What a policy says of one CSR. It is no decision: see [`gate::ruled`].
#[derive(Clone, Debug)]
pub struct Ruling<'p> {
    /// What it says.
    pub action: Action,
    /// The rule that says it; `None` if none matches.
    pub rule: Option<&'p Rule>,
    /// How it came to that: every rule up to the one that matches.
    pub trace: Vec<Step<'p>>,
}

/// One rule, looked at.
#[derive(Clone, Debug)]
pub struct Step<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// Whether it is about this CSR, part by part.
    pub matching: Vec<Check>,
    /// Its requirements, if it is.
    pub requirements: Vec<Check>,
}

impl Step<'_> {
    /// Whether the rule is about this CSR.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.matching.iter().all(|check| check.holds)
    }

    /// The requirements that do not hold.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.requirements.iter().filter(|check| !check.holds)
    }
}

/// One thing that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What, as the field is called.
    pub field: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was seen. Untrusted text.
    pub seen: String,
}

impl Check {
    fn new(field: &'static str, holds: bool, seen: impl Into<String>) -> Self {
        Self {
            field,
            holds,
            seen: seen.into(),
        }
    }
}

/// Asks a policy about a CSR.
#[must_use]
pub fn evaluate<'p>(policy: &'p Policy, reviewed: &Reviewed) -> Ruling<'p> {
    let csr = reviewed.csr();
    let mut trace = Vec::new();
    for rule in &policy.rules {
        let mut step = Step {
            rule,
            matching: matching(&rule.matching, csr),
            requirements: Vec::new(),
        };
        if !step.matches() {
            trace.push(step);
            continue;
        }
        step.requirements = requirements(rule, reviewed);
        let action = if step.failed().next().is_none() {
            rule.then
        } else {
            rule.otherwise
        };
        trace.push(step);
        return Ruling {
            action,
            rule: Some(rule),
            trace,
        };
    }
    Ruling {
        action: Action::Ask,
        rule: None,
        trace,
    }
}

fn any(globs: &[Glob], name: &str) -> bool {
    globs.iter().any(|glob| glob.fits(name))
}

fn matching(matching: &Match, csr: &Csr) -> Vec<Check> {
    let mut checks = Vec::new();
    let signer = csr.signer_name.as_deref();
    if let Some(globs) = &matching.signers {
        let holds = signer.is_some_and(|signer| any(globs, signer));
        checks.push(Check::new(
            "match.signers",
            holds,
            signer.unwrap_or_default(),
        ));
    }
    let requestor = csr.requestor.as_ref();
    if let Some(globs) = &matching.users {
        let user = requestor.map(|requestor| requestor.username.as_str());
        let holds = user.is_some_and(|user| any(globs, user));
        checks.push(Check::new(
            "match.requestor.users",
            holds,
            user.unwrap_or_default(),
        ));
    }
    if let Some(globs) = &matching.requestor_groups {
        let groups = requestor.map(|requestor| requestor.groups.as_slice());
        let groups = groups.unwrap_or_default();
        let holds = groups.iter().any(|group| any(globs, group));
        checks.push(Check::new(
            "match.requestor.groups",
            holds,
            groups.join(", "),
        ));
    }
    for (key, glob) in &matching.labels {
        let value = csr.metadata.labels.get(key);
        let holds = value.is_some_and(|value| glob.fits(value));
        let seen = value.map_or_else(|| format!("no {key}"), |value| format!("{key}={value}"));
        checks.push(Check::new("match.labels", holds, seen));
    }
    checks
}

/// The requirements in the order of the file's fields. An action that is not approving needs no look at the
/// findings: nothing is let through by it.
fn requirements(rule: &Rule, reviewed: &Reviewed) -> Vec<Check> {
    let csr = reviewed.csr();
    let require = &rule.require;
    let mut checks = identity(require, csr);
    checks.extend(contents(require, reviewed));
    if rule.then == Action::Approve {
        let blocking = gate::blocking(reviewed, &require.findings, rule.is_named());
        let seen: Vec<String> = blocking
            .iter()
            .map(|finding| format!("{} ({})", finding.rule.id, finding.severity))
            .collect();
        checks.push(Check::new(
            "require.findings",
            blocking.is_empty(),
            seen.join(", "),
        ));
    }
    checks
}

fn identity(require: &Require, csr: &Csr) -> Vec<Check> {
    let mut checks = Vec::new();
    // What the API server would refuse to read has no identity that could be compared.
    let user = csr.request.accepted().map(|content| content.subject.user());
    let shown = user.unwrap_or_default();
    if require.user_is_requestor {
        let requestor = csr.requestor.as_ref();
        let same = requestor.is_some_and(|requestor| Some(requestor.username.as_str()) == user);
        let holds = same && !shown.is_empty();
        checks.push(Check::new("require.userIsRequestor", holds, shown));
    }
    if let Some(globs) = &require.users {
        let holds = user.is_some_and(|user| any(globs, user));
        checks.push(Check::new("require.users", holds, shown));
    }
    if let Some(names) = &require.groups {
        let groups = csr
            .request
            .accepted()
            .map(|content| content.subject.groups());
        let holds = groups.as_ref().is_some_and(|groups| names.fit(groups));
        let seen = groups.unwrap_or_default().join(", ");
        checks.push(Check::new("require.groups", holds, seen));
    }
    if let Some(names) = &require.usages {
        let holds = names.fit(&csr.usages);
        checks.push(Check::new("require.usages", holds, csr.usages.join(", ")));
    }
    checks
}

impl Names {
    /// Whether these are such a set. A name that comes twice is no set of names.
    fn fit(&self, names: &[String]) -> bool {
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        match self {
            Self::Exactly(sets) => sets.iter().any(|set| {
                let mut set = set.clone();
                set.sort_unstable();
                set == sorted
            }),
            Self::Within(globs) => names.iter().all(|name| any(globs, name)),
        }
    }
}

fn contents(require: &Require, reviewed: &Reviewed) -> Vec<Check> {
    let csr = reviewed.csr();
    let mut checks = Vec::new();
    let content = csr.request.accepted();
    if let Some(globs) = &require.dns_names {
        let names = content.map(|content| content.san.dns.as_slice());
        let fit = |name: &String| globs.iter().any(|glob| glob.fits(name));
        let holds = names.is_some_and(|names| names.iter().all(fit));
        let seen = names.unwrap_or_default().join(", ");
        checks.push(Check::new("require.dnsNames", holds, seen));
    }
    if let Some(networks) = &require.ip_addresses {
        let addresses = content.map(|content| content.san.ip.as_slice());
        let addresses = addresses.unwrap_or_default();
        let fit = |ip: &std::net::IpAddr| networks.iter().any(|network| network.contains(ip));
        let holds = content.is_some() && addresses.iter().all(fit);
        let seen: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        checks.push(Check::new("require.ipAddresses", holds, seen.join(", ")));
    }
    let names_matter = require.dns_names.is_some() || require.ip_addresses.is_some();
    if names_matter || require.names_belong_to_node {
        // Whoever says which names may be there does not mean other kinds of them.
        let other: Vec<&str> = content.map_or_else(Vec::new, |content| {
            let san = &content.san;
            let kinds = san.other.iter().map(|other| other.kind);
            let texts = san.email.iter().chain(&san.uri).map(String::as_str);
            texts.chain(kinds).collect()
        });
        let holds = content.is_some() && other.is_empty();
        checks.push(Check::new("require (other names)", holds, other.join(", ")));
    }
    if require.names_belong_to_node {
        let verified = reviewed.assessment().findings.iter().find(|finding| {
            finding.rule.id == "node-serving-verified" && finding.severity == Severity::Info
        });
        let seen = verified.map_or("the node's addresses do not show it", |finding| {
            &finding.evidence
        });
        checks.push(Check::new(
            "require.namesBelongToNode",
            verified.is_some(),
            seen,
        ));
    }
    if let Some(limit) = require.max_expiration {
        let seconds = csr
            .expiration_seconds
            .and_then(|seconds| u64::try_from(seconds).ok());
        let holds = seconds.is_some_and(|seconds| seconds <= limit.as_secs());
        let seen = seconds.map_or_else(
            || "not asked for".to_owned(),
            |seconds| format!("{seconds}s"),
        );
        checks.push(Check::new("require.maxExpiration", holds, seen));
    }
    if let Some(kinds) = &require.keys {
        let key = content.map(|content| &content.key);
        let holds = key.is_some_and(|key| kinds.iter().any(|kind| kind.fits(key)));
        let seen = key.map_or_else(String::new, |key| match (key.curve(), key.bits) {
            (Some(curve), _) => curve.to_owned(),
            (None, Some(bits)) => format!("{}-{bits}", key.algorithm_name()),
            (None, None) => key.algorithm_name(),
        });
        checks.push(Check::new("require.keys", holds, seen));
    }
    checks
}

impl KeyKind {
    fn fits(&self, key: &PublicKey) -> bool {
        match self {
            Self::Curve(curve) => key.curve() == Some(curve),
            Self::Rsa(bits) => key.rsa.is_some() && key.bits.is_some_and(|held| held >= *bits),
        }
    }
}
