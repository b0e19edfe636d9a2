//! What is new since a CSR was looked at: a finding is its rule, its severity and its evidence, and an identity is
//! what it could do. What got milder or less is no news, and neither is that time goes by.

use std::collections::{HashMap, HashSet};

use crate::facts::access::{Power, PowerKind};

use super::{Assessment, Finding, Severity};

/// Rules whose evidence is the worst of the powers. Where all powers are known, each of them is compared instead.
const ABOUT_POWERS: [&str; 2] = ["subject-rbac-admin-equivalent", "subject-rbac-dangerous"];
/// The rule whose evidence begins with a number.
const COUNTED: &str = "history-flood";

/// A finding as it was seen.
#[derive(Clone, Copy, Debug)]
pub struct SeenFinding<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// How bad it was.
    pub severity: Severity,
    /// What was found.
    pub evidence: &'a str,
}

/// A power as it was seen.
#[derive(Clone, Copy, Debug)]
pub struct SeenPower<'a> {
    /// Its name.
    pub power: &'a str,
    /// How bad it was.
    pub severity: Severity,
    /// The namespace that it ended at.
    pub namespace: Option<&'a str>,
    /// The worst of the rights behind it, where its name does not tell; else "".
    pub right: &'a str,
    /// The only names that it was for; none is all of them.
    pub names: &'a [String],
    /// What gave it.
    pub binding: &'a str,
    /// The role that the binding referred to; "" if none.
    pub role: &'a str,
}

/// What was known of a CSR when it was looked at.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// What was found.
    pub findings: Vec<SeenFinding<'a>>,
    /// What the identity could do; `None` where that was not known.
    pub powers: Option<Vec<SeenPower<'a>>>,
}

/// What was not seen then.
#[derive(Clone, Debug, Default)]
pub struct News<'a> {
    /// Findings.
    pub findings: Vec<&'a Finding>,
    /// Powers of the identity.
    pub powers: Vec<&'a Power>,
}

impl News<'_> {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.powers.is_empty()
    }

    /// The news in a few words, the evidence with them. Holds untrusted text.
    #[must_use]
    pub fn words(&self) -> String {
        let finding = |finding: &&Finding| {
            let (id, severity) = (finding.rule.id, finding.severity);
            match finding.evidence.as_str() {
                "" => format!("{id} ({severity})"),
                evidence => format!("{id} ({severity}): {evidence}"),
            }
        };
        let findings = self.findings.iter().map(finding);
        let powers = self
            .powers
            .iter()
            .map(|power| format!("would be able to {power}"));
        findings.chain(powers).collect::<Vec<_>>().join("; ")
    }
}

impl Assessment {
    /// What is known of the CSR now, to compare with later.
    #[must_use]
    pub fn seen(&self) -> Seen<'_> {
        let findings = self.findings.iter().map(|finding| SeenFinding {
            rule: finding.rule.id,
            severity: finding.severity,
            evidence: &finding.evidence,
        });
        let powers = self.access.known().map(|access| {
            let powers = access.powers().into_iter();
            powers.map(SeenPower::of).collect()
        });
        Seen {
            findings: findings.collect(),
            powers,
        }
    }

    /// What was not seen then: findings that are new, or whose severity or evidence grew, and powers.
    #[must_use]
    pub fn news_since<'a>(&'a self, seen: &Seen<'_>) -> News<'a> {
        let powers_compare = seen.powers.is_some() && self.access.known().is_some();
        let is_known = |finding: &&Finding| {
            let id = finding.rule.id;
            let any_evidence =
                self.is_uncertain(finding) || (powers_compare && ABOUT_POWERS.contains(&id));
            seen.findings.iter().any(|earlier| {
                earlier.rule == id
                    && earlier.severity >= finding.severity
                    && (any_evidence || !has_grown(id, earlier.evidence, &finding.evidence))
            })
        };
        let findings = self.findings.iter().filter(|finding| !is_known(finding));
        let powers = match (&seen.powers, self.access.known()) {
            (Some(earlier), Some(access)) => new_powers(earlier, access.powers()),
            _ => Vec::new(),
        };
        News {
            findings: findings.collect(),
            powers,
        }
    }
}

impl<'a> SeenPower<'a> {
    fn of(power: &'a Power) -> Self {
        Self {
            power: power.kind.id(),
            severity: power.severity,
            namespace: power.namespace.as_deref(),
            right: &power.right,
            names: &power.names,
            binding: &power.binding,
            role: &power.role,
        }
    }

    fn is_everything(&self) -> bool {
        self.power == PowerKind::ClusterAdmin.id()
    }

    /// Whether who had this one had that one too, whatever else they had.
    fn covers(&self, power: &Power) -> bool {
        let reaches = self.namespace.is_none() || self.namespace == power.namespace.as_deref();
        let covers_names = self.names.is_empty()
            || (!power.names.is_empty()
                && power.names.iter().all(|name| self.names.contains(name)));
        reaches && covers_names && (self.is_everything() || self.severity >= power.severity)
    }
}

/// The powers that are not among the earlier ones. The same power through another binding is another one: that
/// binding was not seen. Who could do everything could do the rest through whatever binding.
fn new_powers<'a>(earlier: &[SeenPower<'_>], powers: Vec<&'a Power>) -> Vec<&'a Power> {
    let mut by_binding: HashMap<(&str, &str, &str, &str), Vec<&SeenPower<'_>>> = HashMap::new();
    for power in earlier {
        let key = (power.power, power.right, power.binding, power.role);
        by_binding.entry(key).or_default().push(power);
    }
    let everything: Vec<_> = earlier
        .iter()
        .filter(|power| power.is_everything())
        .collect();
    let mut powers = powers;
    powers.retain(|power| {
        let key = (
            power.kind.id(),
            &*power.right,
            &*power.binding,
            &*power.role,
        );
        let same = by_binding.get(&key).into_iter().flatten();
        !same.chain(&everything).any(|earlier| earlier.covers(power))
    });
    powers
}

/// Whether evidence says more than earlier evidence of the same rule. It is a list of names, each of which was seen.
fn has_grown(rule: &str, earlier: &str, evidence: &str) -> bool {
    if rule == COUNTED {
        let count = |text: &str| -> Option<usize> { text.split(' ').next()?.parse().ok() };
        return count(evidence) > count(earlier);
    }
    let seen: HashSet<&str> = earlier.split(", ").collect();
    evidence != earlier && !evidence.split(", ").all(|item| seen.contains(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_that_shrinks_is_no_news() {
        let rule = "node-serving-san-foreign";
        for (earlier, now, grown) in [
            ("10.0.0.7 (node a), n2", "10.0.0.7 (node a), n2", false),
            ("10.0.0.7 (node a), n2", "n2", false),
            ("10.0.0.7 (node a)", "10.0.0.7 (node b)", true),
            ("n2", "n2, n3", true),
            ("", "n2", true),
        ] {
            assert_eq!(has_grown(rule, earlier, now), grown, "{earlier} -> {now}");
        }
        for (earlier, now, grown) in [
            ("12 of 40 from mallory", "11 of 41 from mallory", false),
            ("12 from mallory", "13 from mallory", true),
        ] {
            assert_eq!(
                has_grown(COUNTED, earlier, now),
                grown,
                "{earlier} -> {now}"
            );
        }
    }

    #[test]
    fn the_rules_exist() {
        for id in ABOUT_POWERS.iter().chain(&[COUNTED]) {
            assert!(crate::risk::rule(id).is_some(), "{id}");
        }
    }
}
