//! Subject attributes besides user and groups.

use crate::csr::{KUBERNETES_UID, NameAttribute, NameValue};

use super::Severity::{self, High, Info, Medium};
use super::case::{Case, Hit, hit, joined, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "subject-extra-attributes",
    title: "has subject attributes besides user and groups",
    severity: High,
    why: "Built-in signers keep the common ones and drop the others; a signer outside Kubernetes may copy the subject as it is. The API server reads a user's UID from one of them.",
    advice: "Look at the full subject, and find out what the signer does with it.",
    source: "pkg/controller/certificates/authority/policies.go.",
    reads: &[],
    fires: extra_attributes,
}];

/// Attribute types that a subject has at most once; others, as OU and DC, come in rows.
const SINGLE_VALUED: [u32; 6] = [
    4,  // surname
    5,  // serialNumber
    6,  // C
    7,  // L
    8,  // ST
    17, // postalCode
];
const DOMAIN_COMPONENT: [u32; 7] = [0, 9, 2342, 19_200_300, 100, 1, 25];

fn extra_attributes(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let extra: Vec<&NameAttribute> = request
        .subject
        .attributes()
        .filter(|attribute| !attribute.is_common_name() && !attribute.is_organization())
        .collect();
    if extra.is_empty() {
        return quiet();
    }
    if case.signer.is_built_in() {
        // Tools fill in an e-mail address and the like by default; what is rare has a reason.
        let is_rare = |attribute: &&&NameAttribute| {
            attribute.short_name().is_none() || attribute.oid == *KUBERNETES_UID
        };
        let rare: Vec<&NameAttribute> = extra.iter().filter(is_rare).copied().collect();
        return if rare.is_empty() {
            let message = "has attributes that take no part in a login";
            hit(Info, message, shown(&extra))
        } else {
            let message = "has rare attributes, which the signer drops";
            hit(Medium, message, shown(&rare))
        };
    }
    let (severity, message, which) = worst_for_a_copy(extra);
    hit(severity, message, shown(&which))
}

/// What is worst about these attributes where the signer may copy the subject as it is.
fn worst_for_a_copy(extra: Vec<&NameAttribute>) -> (Severity, &'static str, Vec<&NameAttribute>) {
    let those = |is: &dyn Fn(&NameAttribute) -> bool| -> Vec<&NameAttribute> {
        extra
            .iter()
            .copied()
            .filter(|attribute| is(attribute))
            .collect()
    };
    let uid = those(&|attribute| attribute.oid == *KUBERNETES_UID);
    if !uid.is_empty() {
        let message =
            "carries a Kubernetes UID, which the API server reads if this signer copies it";
        return (High, message, uid);
    }
    let no_text = those(&|attribute| matches!(attribute.value, NameValue::Ignored { .. }));
    if !no_text.is_empty() {
        let message =
            "has an attribute that is not text to the API server, and may be to other readers";
        return (High, message, no_text);
    }
    let repeated = those(&|attribute| {
        let same = |other: &&&NameAttribute| other.oid == attribute.oid;
        attribute.oid != *DOMAIN_COMPONENT.as_slice() && extra.iter().filter(same).count() > 1
    });
    let single = |attribute: &&NameAttribute| match attribute.oid.arcs() {
        [2, 5, 4, arc] => SINGLE_VALUED.contains(arc),
        _ => true,
    };
    if repeated.iter().any(single) {
        let message = "has an attribute twice that a subject has once; readers take different ones";
        return (High, message, repeated);
    }
    if !repeated.is_empty() {
        let message = "has an attribute several times, and this signer may copy all of them";
        return (Medium, message, repeated);
    }
    if extra.iter().all(|attribute| attribute.is_carried()) {
        let message = "has attributes besides user and groups, which this signer may copy";
        return (Info, message, extra);
    }
    let message = "has attributes that built-in signers drop and this one may copy";
    (Medium, message, extra)
}

/// Attributes with their values, for evidence.
fn shown(attributes: &[&NameAttribute]) -> String {
    let texts: Vec<String> = attributes.iter().map(ToString::to_string).collect();
    joined(&texts)
}
