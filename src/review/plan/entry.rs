//! A planned decision, and whether it still holds.

use serde::{Deserialize, Serialize};

use crate::csr::{Csr, Digest, Source, Verdict};
use crate::facts::access::Access;
use crate::review::decision::{Decision, Ground, Wording};
use crate::review::gate::Refusal;
use crate::risk::{Assessment, Finding, News, Seen, SeenFinding, SeenPower, Severity};

use super::words::{self, Command};

/// That time goes by is what a plan is made for, so up to this severity it is no news.
const BY_TIME_ALONE: (&str, Severity) = ("history-stale", Severity::Medium);
/// A file shows neither who asks nor the cluster. What these add passes as far as an approval passes that
/// nobody is asked about.
const BEYOND_A_FILE: Severity = Severity::Medium;

/// A decision about one CSR, with what it was made on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    name: String,
    #[serde(with = "Command")]
    decision: Verdict,
    #[serde(with = "words")]
    risk: Severity,
    identity: Identity,
    #[serde(deserialize_with = "Option::deserialize")]
    requestor: Option<Requestor>,
    #[serde(deserialize_with = "Option::deserialize")]
    signer_name: Option<String>,
    usages: Vec<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    expiration_seconds: Option<i64>,
    findings: Vec<Noted>,
    /// What the identity could do; `None` where that was not known.
    #[serde(deserialize_with = "Option::deserialize")]
    powers: Option<Vec<NotedPower>>,
    #[serde(with = "words")]
    ground: Ground,
    #[serde(deserialize_with = "Option::deserialize")]
    reason: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    message: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    uid: Option<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    fingerprint: Option<Digest>,
    spec_sha256: Digest,
}

/// Whom the certificate would log in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    #[serde(deserialize_with = "Option::deserialize")]
    user: Option<String>,
    groups: Vec<String>,
    #[serde(deserialize_with = "Option::deserialize")]
    login: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Requestor {
    username: String,
}

/// A finding as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    rule: String,
    #[serde(with = "words")]
    severity: Severity,
    evidence: String,
}

/// A power of the identity as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotedPower {
    power: String,
    #[serde(with = "words")]
    severity: Severity,
    #[serde(deserialize_with = "Option::deserialize")]
    namespace: Option<String>,
    /// The worst of the rights behind it, where the power's name does not tell.
    #[serde(deserialize_with = "Option::deserialize")]
    right: Option<String>,
    names: Vec<String>,
    binding: String,
    #[serde(deserialize_with = "Option::deserialize")]
    role: Option<String>,
}

impl Entry {
    /// A decision, to be carried out later.
    ///
    /// # Errors
    /// If nothing binds it to the CSR of a cluster, because the server named no requestor or no uid; if a file
    /// names a CSR that there cannot be; if nobody made the decision.
    pub fn new(decision: &Decision<'_>, wording: &Wording) -> Result<Self, Refusal> {
        let reviewed = decision.reviewed();
        let (csr, assessment) = (reviewed.csr(), reviewed.assessment());
        if csr.source == Source::Cluster && assessment.fingerprint.is_none() {
            return Err(Refusal(
                "the server sent it without a requestor, so nothing would bind the plan to it"
                    .to_owned(),
            ));
        }
        let entry = Self {
            name: csr.name.clone(),
            decision: decision.verdict(),
            risk: assessment.risk(),
            identity: Identity::of(csr),
            requestor: Requestor::of(csr),
            signer_name: csr.signer_name.clone(),
            usages: csr.usages.clone(),
            expiration_seconds: csr.expiration_seconds,
            findings: assessment.findings.iter().map(Noted::of).collect(),
            powers: assessment.access.known().map(NotedPower::all),
            ground: decision.ground(),
            reason: wording.reason.clone(),
            message: wording.message.clone(),
            uid: csr.metadata.uid.clone(),
            fingerprint: assessment.fingerprint,
            spec_sha256: assessment.spec_sha256,
        };
        match entry.consistent(csr.source == Source::Cluster) {
            Ok(()) => Ok(entry),
            Err(why) => Err(Refusal(format!("it cannot be planned: {why}"))),
        }
    }

    /// What an entry has to be besides its types. A plan of a cluster binds each CSR by its fingerprint; to
    /// leave it out would bind it by less.
    pub(super) fn consistent(&self, from_cluster: bool) -> Result<(), &'static str> {
        if matches!(self.name.as_str(), "" | "." | "..") || self.name.contains('/') {
            return Err("this cannot be the name of a CSR");
        }
        if matches!(self.ground, Ground::Rehearsal | Ground::Plan) {
            return Err("nobody made it");
        }
        let worst = self.findings.iter().map(|noted| noted.severity).max();
        if worst.unwrap_or_default() != self.risk {
            return Err("its risk is not that of its findings");
        }
        match (from_cluster, self.fingerprint) {
            (true, None) => Err("it has no fingerprint, and the plan is one of a cluster"),
            (true, Some(_)) if self.uid.is_none() => Err("it has a fingerprint and no uid"),
            (true, Some(_)) if self.requestor.is_none() => {
                Err("it has a fingerprint and no requestor")
            }
            (false, Some(_)) => Err("it has a fingerprint, and the plan is one of files"),
            _ => Ok(()),
        }
    }

    /// The CSR's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was decided.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.decision
    }

    /// What the condition is to say.
    #[must_use]
    pub fn wording(&self) -> Wording {
        Wording {
            reason: self.reason.clone(),
            message: self.message.clone(),
        }
    }

    /// How a CSR differs from the one that was decided about: in what binds it, or in what the plan says of it.
    #[must_use]
    pub fn difference(&self, csr: &Csr, assessment: &Assessment) -> Option<String> {
        let mut parts = Vec::new();
        if self.uid.is_some() {
            compare(&mut parts, "uid", &self.uid, &csr.metadata.uid);
        }
        if self.fingerprint.is_some() {
            let fingerprint = &assessment.fingerprint;
            compare(&mut parts, "fingerprint", &self.fingerprint, fingerprint);
        }
        let spec_sha256 = &assessment.spec_sha256;
        compare(&mut parts, "specSha256", &self.spec_sha256, spec_sha256);
        compare(&mut parts, "identity", &self.identity, &Identity::of(csr));
        if self.requestor.is_some() {
            let requestor = Requestor::of(csr);
            compare(&mut parts, "requestor", &self.requestor, &requestor);
        }
        compare(
            &mut parts,
            "signerName",
            &self.signer_name,
            &csr.signer_name,
        );
        compare(&mut parts, "usages", &self.usages, &csr.usages);
        let (planned, found) = (&self.expiration_seconds, &csr.expiration_seconds);
        compare(&mut parts, "expirationSeconds", planned, found);
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// What was not seen when it was decided: findings that are new or worse, and powers of the identity. None
    /// stands in the way of a denial.
    #[must_use]
    pub fn news<'a>(&self, assessment: &'a Assessment) -> News<'a> {
        if self.decision == Verdict::Denied {
            return News::default();
        }
        let expected = |finding: &Finding| {
            let by_time = BY_TIME_ALONE.0 == finding.rule.id && finding.severity <= BY_TIME_ALONE.1;
            by_time || (self.fingerprint.is_none() && finding.severity <= BEYOND_A_FILE)
        };
        let mut news = assessment.news_since(&self.seen());
        news.findings.retain(|finding| !expected(finding));
        news
    }

    fn seen(&self) -> Seen<'_> {
        let findings = self.findings.iter().map(|noted| SeenFinding {
            rule: &noted.rule,
            severity: noted.severity,
            evidence: &noted.evidence,
        });
        let powers = self.powers.as_ref().map(|powers| {
            let powers = powers.iter().map(|noted| SeenPower {
                power: &noted.power,
                severity: noted.severity,
                namespace: noted.namespace.as_deref(),
                right: noted.right.as_deref().unwrap_or_default(),
                names: &noted.names,
                binding: &noted.binding,
                role: noted.role.as_deref().unwrap_or_default(),
            });
            powers.collect()
        });
        Seen {
            findings: findings.collect(),
            powers,
        }
    }
}

/// Both sides as they stand in JSON, where they differ.
fn compare<T: PartialEq + Serialize>(parts: &mut Vec<String>, field: &str, plan: &T, cluster: &T) {
    let shown = |value| serde_json::to_string(value).unwrap_or_default();
    if plan != cluster {
        parts.push(format!(
            "{field} (plan: {}; cluster: {})",
            shown(plan),
            shown(cluster)
        ));
    }
}

impl Identity {
    fn of(csr: &Csr) -> Self {
        let subject = csr.request.accepted().map(|content| &content.subject);
        Self {
            user: subject.map(|subject| subject.user().to_owned()),
            groups: subject.map_or_else(Vec::new, crate::csr::Name::groups),
            login: csr.logs_in(),
        }
    }
}

impl Requestor {
    fn of(csr: &Csr) -> Option<Self> {
        csr.requestor.as_ref().map(|requestor| Self {
            username: requestor.username.clone(),
        })
    }
}

impl Noted {
    fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.id.to_owned(),
            severity: finding.severity,
            evidence: finding.evidence.clone(),
        }
    }
}

impl NotedPower {
    fn all(access: &Access) -> Vec<Self> {
        let powers = access.powers().into_iter();
        powers
            .map(|power| Self {
                power: power.id.to_owned(),
                severity: power.severity,
                namespace: power.namespace.as_deref().map(str::to_owned),
                right: Some(power.right.to_string()).filter(|right| !right.is_empty()),
                names: power.names.to_vec(),
                binding: power.binding.to_string(),
                role: Some(power.role.to_string()).filter(|role| !role.is_empty()),
            })
            .collect()
    }
}
