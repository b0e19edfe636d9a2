//! The JSON contract: a review as `-o json` and `-o yaml` write it. docs/json.md describes every field.

mod access;

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::csr::{Csr, OtherKind, Pkcs10, Requestor, Unreadable};
use crate::facts::Facts;
use crate::risk::{Assessment, Finding};

use super::{Stream, json, yaml};
use access::AccessItem;

/// The version of the contract.
pub const API_VERSION: &str = "csr-review/v1";

/// A CSR with all that is said of it.
#[derive(Debug)]
pub struct Review {
    /// The CSR: on the heap, for reviews are sorted.
    pub csr: Box<Csr>,
    /// What was found.
    pub assessment: Assessment,
    /// Where CSRs are grouped: the names of the older ones that ask for the same, oldest first.
    pub supersedes: Vec<String>,
}

impl Review {
    /// Writes it as JSON in a line: a `Review`.
    ///
    /// # Errors
    /// If the stream cannot be written to.
    pub fn write_json_line(&self, stream: &mut Stream) -> io::Result<()> {
        let line = ReviewLine {
            api_version: API_VERSION,
            kind: "Review",
            item: ReviewItem::new(self),
        };
        stream.line(json::to_line(&line)?)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewLine<'a> {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    item: ReviewItem<'a>,
}

/// `ReviewList`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewList<'a> {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<ReviewItem<'a>>,
    unreadable: Vec<UnreadableItem<'a>>,
    not_checked: Vec<NotCheckedItem<'a>>,
}

impl<'a> ReviewList<'a> {
    /// The list of these reviews, and of what could not be read.
    pub fn new(reviews: &'a [Review], unreadable: &'a [Unreadable], facts: &'a Facts) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "ReviewList",
            items: reviews.iter().map(ReviewItem::new).collect(),
            unreadable: unreadable
                .iter()
                .map(|item| UnreadableItem {
                    name: item.name.as_deref(),
                    why: &item.why,
                })
                .collect(),
            not_checked: facts
                .not_checked()
                .into_iter()
                .map(|missing| NotCheckedItem {
                    what: missing.what,
                    why: missing.gap.map(|gap| gap.why.as_str()),
                    remedy: missing.gap.and_then(|gap| gap.remedy.as_deref()),
                })
                .collect(),
        }
    }
}

impl ReviewList<'_> {
    /// Writes it as JSON.
    ///
    /// # Errors
    /// If the stream cannot be written to.
    pub fn write_json(&self, stream: &mut Stream) -> io::Result<()> {
        json::to_writer(stream, self)
    }

    /// Writes it as YAML.
    ///
    /// # Errors
    /// If the stream cannot be written to.
    pub fn write_yaml(&self, stream: &mut Stream) -> io::Result<()> {
        let value = serde_json::to_value(self).map_err(io::Error::other)?;
        stream.write_str(&yaml::to_string(&value))
    }
}

#[derive(Debug, Serialize)]
struct UnreadableItem<'a> {
    name: Option<&'a str>,
    why: &'a str,
}

#[derive(Debug, Serialize)]
struct NotCheckedItem<'a> {
    what: &'a str,
    why: Option<&'a str>,
    remedy: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewItem<'a> {
    name: &'a str,
    uid: Option<&'a str>,
    resource_version: Option<&'a str>,
    created_at: Option<String>,
    condition: String,
    signer_name: Option<&'a str>,
    usages: &'a [String],
    expiration_seconds: Option<i64>,
    requestor: Option<RequestorItem<'a>>,
    request: RequestItem<'a>,
    identity: Identity<'a>,
    spec_sha256: String,
    fingerprint: Option<String>,
    risk: &'static str,
    unreviewable: Option<&'a str>,
    doomed: Option<&'a str>,
    findings: Vec<FindingItem<'a>>,
    access: Option<AccessItem<'a>>,
    supersedes: &'a [String],
}

#[derive(Debug, Serialize)]
struct RequestorItem<'a> {
    username: &'a str,
    uid: Option<&'a str>,
    groups: &'a [String],
    extra: &'a BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Serialize)]
struct Identity<'a> {
    user: Option<&'a str>,
    groups: Vec<String>,
    login: Option<bool>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestItem<'a> {
    sha256: String,
    error: Option<&'a str>,
    subject: Option<String>,
    dns_names: &'a [String],
    ip_addresses: Vec<String>,
    email_addresses: &'a [String],
    uris: &'a [String],
    other_names: Vec<&'a str>,
    other_name_values: Vec<OtherName<'a>>,
    key: Option<Key<'a>>,
    signature: Option<Signature<'a>>,
    extensions: Vec<Extension<'a>>,
}

/// A name of a kind that built-in signers drop.
#[derive(Debug, Serialize)]
struct OtherName<'a> {
    kind: &'static str,
    #[serde(rename = "type")]
    type_id: Option<String>,
    value: &'a str,
}

impl<'a> OtherName<'a> {
    fn new(name: &'a OtherKind) -> Self {
        Self {
            kind: name.kind,
            type_id: name.type_id.as_ref().map(ToString::to_string),
            value: &name.value,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Key<'a> {
    algorithm: String,
    bits: Option<usize>,
    curve: Option<&'a str>,
    spki_sha256: String,
}

#[derive(Debug, Serialize)]
struct Signature<'a> {
    algorithm: &'a str,
    verdict: &'static str,
}

#[derive(Debug, Serialize)]
struct Extension<'a> {
    oid: String,
    name: Option<&'a str>,
    critical: bool,
    values: &'a [String],
}

/// One finding, as in every document of the contract.
#[derive(Debug, Serialize)]
pub struct FindingItem<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    evidence: &'a str,
    advice: &'a str,
}

impl<'a> FindingItem<'a> {
    /// The finding in the form of the contract.
    #[must_use]
    pub fn new(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.id,
            severity: finding.severity.as_str(),
            message: &finding.message,
            evidence: &finding.evidence,
            advice: finding.rule.advice,
        }
    }
}

impl<'a> ReviewItem<'a> {
    fn new(review: &'a Review) -> Self {
        let Review {
            csr,
            assessment,
            supersedes,
        } = review;
        let accepted = csr.request.accepted();
        Self {
            name: &csr.name,
            uid: csr.metadata.uid.as_deref(),
            resource_version: csr.metadata.resource_version.as_deref(),
            created_at: csr.metadata.created_at.map(|time| time.to_string()),
            condition: csr.state.summary(),
            signer_name: csr.signer_name.as_deref(),
            usages: &csr.usages,
            expiration_seconds: csr.expiration_seconds,
            requestor: csr.requestor.as_ref().map(RequestorItem::new),
            request: RequestItem::new(csr),
            // What the API server refuses has no identity, whatever its subject says.
            identity: Identity {
                user: accepted.map(|content| content.subject.user()),
                groups: accepted.map_or_else(Vec::new, |content| content.subject.groups()),
                login: csr.logs_in(),
            },
            spec_sha256: assessment.spec_sha256.to_string(),
            fingerprint: assessment.fingerprint.map(|digest| digest.to_string()),
            risk: assessment.risk().as_str(),
            unreviewable: assessment.unreviewable().map(|finding| &*finding.message),
            doomed: assessment.doomed.as_deref(),
            findings: assessment.findings.iter().map(FindingItem::new).collect(),
            access: AccessItem::new(assessment),
            supersedes,
        }
    }
}

impl<'a> RequestorItem<'a> {
    fn new(requestor: &'a Requestor) -> Self {
        Self {
            username: &requestor.username,
            uid: requestor.uid.as_deref(),
            groups: &requestor.groups,
            extra: &requestor.extra,
        }
    }
}

impl<'a> RequestItem<'a> {
    fn new(csr: &'a Csr) -> Self {
        let item = Self {
            sha256: csr.request.sha256.hex(),
            error: csr.request.error.as_deref(),
            ..Self::default()
        };
        let Some(content) = &csr.request.content else {
            return item;
        };
        let described = Self {
            subject: Some(content.subject.to_string()),
            key: Some(Key {
                algorithm: content.key.algorithm_name(),
                bits: content.key.bits,
                curve: content.key.curve(),
                spki_sha256: content.key.spki_sha256.hex(),
            }),
            signature: Some(Signature {
                algorithm: &content.signature.algorithm,
                verdict: content.signature.verdict.as_str(),
            }),
            extensions: extensions(content),
            ..item
        };
        match csr.request.accepted() {
            None => described,
            Some(Pkcs10 { san, .. }) => Self {
                dns_names: &san.dns,
                ip_addresses: san.ip.iter().map(ToString::to_string).collect(),
                email_addresses: &san.email,
                uris: &san.uri,
                other_names: san.other.iter().map(|other| other.kind).collect(),
                other_name_values: san.other.iter().map(OtherName::new).collect(),
                ..described
            },
        }
    }
}

fn extensions(content: &Pkcs10) -> Vec<Extension<'_>> {
    content
        .extensions
        .iter()
        .map(|extension| Extension {
            oid: extension.oid.to_string(),
            name: extension.name(),
            critical: extension.critical,
            values: &extension.values,
        })
        .collect()
}
