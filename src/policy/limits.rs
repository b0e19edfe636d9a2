//! How far an approval may go that no person answers for.

use crate::risk::{Assessment, Finding, Rule, Severity};

/// How far an unattended approval may go.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The highest severity that passes by itself; never critical.
    pub max_risk: Severity,
    /// Rules whose findings are exempt.
    pub accept: Vec<&'static Rule>,
}

impl Limits {
    /// The findings that these limits do not let pass. A critical one passes only if its rule is accepted and the
    /// CSR, or its requestor, was `named`.
    #[must_use]
    pub fn blocking<'a>(&self, assessment: &'a Assessment, named: bool) -> Vec<&'a Finding> {
        let blocks = |finding: &&Finding| {
            let accepted = self.accept.contains(&finding.rule);
            match finding.severity {
                Severity::Critical => !(accepted && named),
                severity => !accepted && severity > self.max_risk,
            }
        };
        assessment.findings.iter().filter(blocks).collect()
    }
}
