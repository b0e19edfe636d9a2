//! How the request is written: whatever readers could read differently.

use crate::csr::{
    Attribute, Deviation, Extension, ExtensionContent, Mistake, NameAttribute, NameValue,
    SignatureVerdict, StringKind,
};

use super::Severity::{Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet, unreviewable};
use super::catalogue::Rule;

/// Longer requests are worth a look: an ordinary one has 400 to 2,000 octets.
const LARGE: usize = 16 * 1024;
/// Beyond this nobody reads, and audit logs cut off.
const HUGE: usize = 64 * 1024;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "request-refused",
        title: "holds a request that the API server would refuse",
        severity: Critical,
        why: "The API server checks every request when it is created, so this one is restored, forged, or never was on a server.",
        advice: "Do not approve it. On a cluster: delete it; such a CSR can often be neither approved nor denied.",
        source: "pkg/apis/certificates/validation/validation.go and pkg/apis/certificates/helpers.go.",
        reads: &[],
        fires: refused,
    },
    Rule {
        id: "object-refused",
        title: "is a manifest that the API server would refuse",
        severity: High,
        why: "The API server checks names, labels and fields when a CSR is created: of this manifest no CSR comes into being.",
        advice: "Correct the manifest; kubectl create --dry-run=server -f FILE shows what the API server says.",
        source: "pkg/apis/certificates/validation/validation.go and staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go.",
        reads: &[],
        fires: object_refused,
    },
    Rule {
        id: "pem-multiple-blocks",
        title: "holds more than one PEM block",
        severity: Critical,
        why: "API servers, signers and other tools differ in which block they take: the reviewer sees one and another is signed.",
        advice: "Deny it, and ask for one plain block.",
        source: "CVE-2025-61723 and https://github.com/golang/go/issues/76124.",
        reads: &[],
        fires: several_blocks,
    },
    Rule {
        id: "pem-noncanonical",
        title: "is not one plain PEM block",
        severity: High,
        why: "Text around the block and headers in it make readers take another block, or none; white space within the base64 makes some refuse it.",
        advice: "Ask for the block alone, as openssl writes it.",
        source: "RFC 7468 §3 and Go encoding/pem.",
        reads: &[],
        fires: noncanonical_armour,
    },
    Rule {
        id: "enc-noncanonical-der",
        title: "holds data that the API server passes over",
        severity: High,
        why: "What one parser passes over another may read, so what is signed depends on the signer's parser.",
        advice: "Deny it, and ask for a request made by an ordinary tool.",
        source: "X.690 and Go encoding/asn1.",
        reads: &[],
        fires: noncanonical_der,
    },
    Rule {
        id: "enc-multiple-cn",
        title: "has more than one common name",
        severity: Critical,
        why: "The API server takes the last one; many tools show the first.",
        advice: "Deny it.",
        source: "Go crypto/x509/pkix (FillFromRDNSequence).",
        reads: &[],
        fires: multiple_cn,
    },
    Rule {
        id: "enc-unusual-name",
        title: "writes user or groups in a way that tools read differently",
        severity: Critical,
        why: "Multi-valued RDNs, old string types and non-strings hide a name from one reader and not from another.",
        advice: "Deny it, and ask for a request made by an ordinary tool.",
        source: "Go crypto/x509 (parseName) and RFC 5280 §4.1.2.4.",
        reads: &[],
        fires: unusual_name,
    },
    Rule {
        id: "too-much-to-read",
        title: "is unusually large, or carries more names than anybody reads",
        severity: High,
        why: "Among many names one is overlooked, and audit logs leave large requests out.",
        advice: "Read the full list, or ask for a smaller request.",
        source: "staging/src/k8s.io/apiserver/plugin/pkg/audit/truncate.",
        reads: &[],
        fires: too_much,
    },
];

fn refused(case: &Case<'_>) -> Vec<Hit> {
    let request = &case.csr.request;
    let Some(error) = &request.error else {
        return quiet();
    };
    if let Some(mistake) = request.mistake {
        let severity = if mistake.is_secret() { Critical } else { High };
        let evidence = match request.label() {
            Some(label) if mistake == Mistake::OtherBlock => format!("{label}: {error}"),
            _ => error.clone(),
        };
        return unreviewable(severity, mistake.words(case.csr.source), evidence);
    }
    match case.request.map(|request| &request.signature.verdict) {
        Some(SignatureVerdict::Invalid(_)) => {
            let message = "the request does not prove that the requestor holds its key";
            unreviewable(Critical, message, error)
        }
        Some(SignatureVerdict::Unsupported(_)) => {
            let message = "has a key or a signature of a kind that the API server does not accept";
            unreviewable(High, message, error)
        }
        _ => unreviewable(High, "the API server would refuse this request", error),
    }
}

fn object_refused(case: &Case<'_>) -> Vec<Hit> {
    let refusals = &case.csr.refusals;
    if refusals.is_empty() {
        return quiet();
    }
    let message = "the API server would refuse to create this CSR";
    unreviewable(High, message, refusals.join("; "))
}

fn several_blocks(case: &Case<'_>) -> Vec<Hit> {
    let request = &case.csr.request;
    if !request.deviations.contains(&Deviation::SeveralBlocks) {
        return quiet();
    }
    match request.mistake {
        // What is refused is called what it is there.
        Some(mistake) if request.error.is_none() => {
            unreviewable(Critical, mistake.words(case.csr.source), "")
        }
        _ => {
            let message =
                "holds more than one PEM block; which one is signed depends on the reader";
            unreviewable(Critical, message, "")
        }
    }
}

fn noncanonical_armour(case: &Case<'_>) -> Vec<Hit> {
    let deviations = &case.csr.request.deviations;
    let words: Vec<&str> = deviations
        .iter()
        .filter_map(|deviation| match deviation {
            Deviation::LeadingText => Some("text before the block"),
            Deviation::TrailingData => Some("data after the block"),
            Deviation::Headers => Some("headers in the block"),
            Deviation::StrayBits => Some("stray bits at the end of the base64"),
            Deviation::SeveralBlocks | Deviation::WhiteSpace => None,
        })
        .collect();
    if !words.is_empty() {
        return unreviewable(High, "is not one plain PEM block", joined(&words));
    }
    if deviations.contains(&Deviation::WhiteSpace) {
        let message = "has blank lines, spaces or tabs within the base64, which Kubernetes passes over and some tools refuse";
        return hit(Low, message, "");
    }
    quiet()
}

fn noncanonical_der(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let mut places = request.leftovers.clone();
    let in_attribute = |attribute: &Attribute| {
        matches!(
            attribute,
            Attribute::ExtensionRequest { leftover: true, .. }
        )
    };
    if request.attributes.iter().any(in_attribute) {
        places.push("extensionRequest");
    }
    places.extend(
        request
            .extensions
            .iter()
            .filter(|extension| extension.content == ExtensionContent::Unreadable)
            .filter_map(Extension::name),
    );
    if !places.is_empty() {
        let message = "holds data where the standards allow none";
        return unreviewable(High, message, joined(&places));
    }
    if request.version != 0 {
        let message = "has a version that the standard does not know";
        return hit(Medium, message, request.version.to_string());
    }
    quiet()
}

fn multiple_cn(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let names: Vec<&str> = request
        .subject
        .attributes()
        .filter(|attribute| attribute.is_common_name())
        .map(|attribute| attribute.text().unwrap_or("(not text)"))
        .collect();
    match names.as_slice() {
        [first, rest @ ..] if !rest.is_empty() => {
            if rest.iter().all(|name| name == first) {
                hit(
                    High,
                    "has the same common name more than once",
                    joined(&names),
                )
            } else {
                let message =
                    "has several common names; the API server takes the last that is text";
                unreviewable(Critical, message, joined(&names))
            }
        }
        _ => quiet(),
    }
}

fn unusual_name(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let decides =
        |attribute: &&NameAttribute| attribute.is_common_name() || attribute.is_organization();
    let mut hits = Vec::new();
    for attribute in request.subject.attributes().filter(decides) {
        match &attribute.value {
            NameValue::Ignored { .. } => {
                let what = if attribute.is_common_name() {
                    "common name"
                } else {
                    "group"
                };
                hits.extend(unreviewable(
                    Critical,
                    "has a name that is not text to the API server, and may be to others",
                    what,
                ));
            }
            NameValue::Text {
                kind: kind @ (StringKind::Bmp | StringKind::T61),
                text,
            } => {
                let message =
                    format!("writes a name as {kind}, which some tools leave out or garble");
                // Go before 1.25 reads anything but ASCII in a T61String differently.
                if *kind == StringKind::T61 && !text.is_ascii() {
                    hits.extend(unreviewable(Critical, message, text));
                } else {
                    hits.extend(hit(Critical, message, text));
                }
            }
            NameValue::Text { .. } => {}
        }
    }
    // Go writes all organizations into one RDN (pkix.Name.ToRDNSequence); which attribute a reader takes from
    // one of different types depends on the reader.
    let mixed = |rdn: &&Vec<NameAttribute>| {
        rdn.iter().any(|attribute| attribute.oid != rdn[0].oid)
            && rdn.iter().any(|attribute| decides(&attribute))
    };
    if request.subject.rdns().iter().any(|rdn| mixed(&rdn)) {
        hits.extend(hit(
            High,
            "puts attributes of different types into one RDN, where some tools overlook all but one",
            request.subject.to_string(),
        ));
    }
    hits
}

fn too_much(case: &Case<'_>) -> Vec<Hit> {
    let size = case.csr.request.bytes.len();
    let evidence = || format!("{size} octets");
    if size > HUGE {
        unreviewable(High, "is too large to review", evidence())
    } else if size > LARGE {
        hit(High, "is unusually large", evidence())
    } else {
        many_names(case)
    }
}

fn many_names(case: &Case<'_>) -> Vec<Hit> {
    let groups = case.groups.len();
    let names = case.request.map_or(0, |request| request.san.count());
    let evidence = || format!("{groups} groups, {names} alternative names");
    if groups > 64 || names > 100 {
        hit(High, "carries more names than anybody reads", evidence())
    } else if groups > 8 || names > 20 {
        hit(Medium, "carries many names", evidence())
    } else {
        quiet()
    }
}
