//! How dangerous it would be to approve a CSR.
//!
//! [`assess`] is pure: the same CSR and facts always give the same [`Assessment`]. Every rule is one
//! [`Rule`] row with one function, by theme in the modules here; the severity of an assessment is the
//! highest of its findings, never a sum, and nothing that the requestor controls lowers it.

mod access;
mod attributes;
mod case;
mod catalogue;
mod encoding;
mod extension;
mod history;
mod identity;
mod key;
mod lookalike;
mod names;
mod news;
mod node;
mod object;
mod requestor;
mod san;
mod severity;
mod signer;
mod text;
mod weak;

pub use catalogue::{Rule, rule, rules};
pub use names::{Kind, Match, PRIVILEGED, Privileged};
pub use news::{News, Seen, SeenFinding, SeenPower};
pub use severity::Severity;
pub use signer::signer_maximum;

use std::borrow::Cow;

use crate::csr::{Csr, Digest};
use crate::facts::access::Access;
use crate::facts::{Fact, FactKind, Facts};
use case::Case;

/// One rule that fired.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// What was found, in our words alone.
    pub message: Cow<'static, str>,
    /// The text that was found. Untrusted.
    pub evidence: String,
    /// The group that would give the power, where it is about one. Untrusted.
    pub group: Option<String>,
    /// Because of it, nobody can say with certainty what would be signed.
    pub unreviewable: bool,
}

/// What a review of one CSR found. There is no way to a decision but through one of these.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The findings, worst first, then in the order of the catalogue.
    pub findings: Vec<Finding>,
    /// Why a built-in signer would fail the CSR or never sign it. Never lowers anything.
    pub doomed: Option<String>,
    /// What the identity could do in this cluster.
    pub access: Fact<Access>,
    /// Why that is not all that it could do, or may not be.
    pub access_gap: Option<String>,
    /// What its requestor can do there.
    pub requestor_access: Fact<Access>,
    /// What was assessed.
    pub spec_sha256: Digest,
    /// What was assessed, on a cluster.
    pub fingerprint: Option<Digest>,
}

impl Assessment {
    /// The highest severity among the findings.
    #[must_use]
    pub fn risk(&self) -> Severity {
        self.findings
            .iter()
            .map(|finding| finding.severity)
            .max()
            .unwrap_or(Severity::None)
    }

    /// Why it cannot be said with certainty what would be signed.
    #[must_use]
    pub fn unreviewable(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.unreviewable)
    }

    /// Whether this finding stands, or is as severe as it is, because a fact is not known. It is a reason to look
    /// again, and none against the CSR.
    #[must_use]
    pub fn is_uncertain(&self, finding: &Finding) -> bool {
        // It may be milder where the requestor is known to hold the power itself.
        let is_weighed = finding.rule.reads.contains(&FactKind::Authorizers)
            && matches!(self.requestor_access, Fact::Unknown(_));
        finding.rule.is_unchecked() || is_weighed
    }
}

/// Judges a CSR by every rule of the catalogue.
#[must_use]
pub fn assess(csr: &Csr, facts: &Facts) -> Assessment {
    let doomed = csr.doomed();
    let case = Case::new(csr, facts, doomed.as_deref());
    let refused = csr.request.error.is_some();
    // As many as most have: a list that grows is copied.
    let mut findings: Vec<Finding> = Vec::with_capacity(6);
    findings.extend(catalogue::judging(refused).flat_map(|rule| rule.check(&case)));
    // Stable: within a severity the order of the catalogue holds.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let Case {
        access,
        access_gap,
        requestor_access,
        ..
    } = case;
    let spec_sha256 = csr.spec_sha256();
    Assessment {
        findings,
        access,
        access_gap,
        requestor_access,
        doomed,
        spec_sha256,
        fingerprint: csr.fingerprint_over(spec_sha256),
    }
}

#[cfg(test)]
mod tests;
