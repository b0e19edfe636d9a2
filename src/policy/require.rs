//! What a rule requires of a CSR, part by part.

use crate::csr::{Csr, PublicKey};
use crate::risk::{Assessment, Finding};

use super::eval::{Check, CheckResult, any};
use super::{Action, DnsGlob, KeyKind, Names, Require, Rule, Variables};

/// The requirements in the order of the file's fields. An action that is not approving needs no look at the
/// findings: nothing is let through by it.
pub(super) fn requirements(
    rule: &Rule,
    csr: &Csr,
    assessment: &Assessment,
    variables: &Variables,
) -> Vec<Check> {
    let require = &rule.require;
    let mut checks = identity(require, csr, variables);
    checks.extend(contents(require, csr, assessment, variables));
    if rule.then == Action::Approve {
        checks.push(findings(rule, assessment));
    }
    checks
}

/// Whether no finding is in the way. One that stands because a fact is not known says nothing against the CSR.
fn findings(rule: &Rule, assessment: &Assessment) -> Check {
    let blocking = rule.blocking(assessment);
    let seen: Vec<String> = blocking
        .iter()
        .map(|finding| format!("{} ({})", finding.rule.id, finding.severity))
        .collect();
    let is_uncertain = |finding: &&Finding| assessment.is_uncertain(finding);
    let result = if blocking.iter().any(is_uncertain) {
        CheckResult::Unknown
    } else {
        blocking.is_empty().into()
    };
    Check::new("require.findings", result, seen.join(", "))
}

impl Rule {
    /// The findings that it does not let pass. That something was not checked passes by its own name alone: what
    /// would have been found may be worse than any limit.
    #[must_use]
    pub fn blocking<'a>(&self, assessment: &'a Assessment) -> Vec<&'a Finding> {
        let limits = &self.require.findings;
        let blocking = limits.blocking(assessment, self.is_named());
        let is_open = |finding: &&Finding| {
            finding.rule.is_unchecked() && !limits.accept.contains(&finding.rule)
        };
        let findings = assessment.findings.iter();
        let blocks = |finding: &&Finding| blocking.contains(finding) || is_open(finding);
        findings.filter(blocks).collect()
    }
}

fn identity(require: &Require, csr: &Csr, variables: &Variables) -> Vec<Check> {
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
        let holds = user.is_some_and(|user| any(globs, user, variables));
        checks.push(Check::new("require.users", holds, shown));
    }
    if let Some(names) = &require.groups {
        let groups = csr
            .request
            .accepted()
            .map(|content| content.subject.groups());
        let holds = groups
            .as_ref()
            .is_some_and(|groups| names.fit(groups, variables));
        let seen = groups.unwrap_or_default().join(", ");
        checks.push(Check::new("require.groups", holds, seen));
    }
    if let Some(names) = &require.usages {
        let holds = names.fit(&csr.usages, variables);
        checks.push(Check::new("require.usages", holds, csr.usages.join(", ")));
    }
    checks
}

impl Names {
    /// Whether these are such a set. A name that comes twice is no set of names.
    fn fit(&self, names: &[String], variables: &Variables) -> bool {
        let mut sorted = names.to_vec();
        sorted.sort_unstable();
        match self {
            Self::Exactly(sets) => sets.iter().any(|set| {
                let names = set.iter().map(|name| name.with(variables).as_name());
                let names: Option<Vec<String>> = names.collect();
                names.is_some_and(|mut names| {
                    names.sort_unstable();
                    names == sorted
                })
            }),
            Self::Within(globs) => names.iter().all(|name| any(globs, name, variables)),
        }
    }
}

fn contents(
    require: &Require,
    csr: &Csr,
    assessment: &Assessment,
    variables: &Variables,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let content = csr.request.accepted();
    if let Some(globs) = &require.dns_names {
        let names = content.map(|content| content.san.dns.as_slice());
        let globs: Vec<DnsGlob> = globs.iter().map(|glob| glob.with(variables)).collect();
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
        checks.push(of_the_node(assessment));
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

/// Whether names and addresses are the node's own, as the rules found. Each of them says when it could not look.
fn of_the_node(assessment: &Assessment) -> Check {
    let field = "require.namesBelongToNode";
    let find = |id: &str| {
        let mut findings = assessment.findings.iter();
        findings.find(|finding| finding.rule.id == id)
    };
    let unchecked = find("node-serving-addresses-unchecked");
    let unchecked = unchecked.or_else(|| find("san-apiserver-unchecked"));
    match unchecked.or_else(|| find("node-serving-verified")) {
        Some(finding) if assessment.is_uncertain(finding) => {
            Check::new(field, CheckResult::Unknown, &finding.evidence)
        }
        Some(finding) => Check::new(field, true, &finding.evidence),
        None => Check::new(field, false, "they are not those that the node reports"),
    }
}

impl KeyKind {
    fn fits(&self, key: &PublicKey) -> bool {
        match self {
            Self::Curve(curve) => key.curve() == Some(curve),
            Self::Rsa(bits) => key.rsa.is_some() && key.bits.is_some_and(|held| held >= *bits),
        }
    }
}
