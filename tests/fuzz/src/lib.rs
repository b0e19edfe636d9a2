//! What holds for any octets, reader by reader: nothing panics, what is refused is not approved, and what is read is
//! read the same way again.
//!
//! libFuzzer calls these with inputs of its own (`tests/fuzz/run`), and the integration tests with all that is kept in
//! `tests/fuzz/seeds`: an input that was a crash once is among them.

use csr_review::csr::{self, Csr, Request, Source};
use csr_review::facts::others::Entry;
use csr_review::facts::{Fact, Facts, Others};
use csr_review::review::record::{Ledger, Line};
use csr_review::review::{Plan, Reviewed};
use csr_review::risk::{self, Assessment, Severity};
use csr_review::ui::Escaped;
use csr_review::{fuzzing, policy};

fn facts() -> Facts {
    Facts::at("2026-03-01T12:00:00Z".parse().expect("a time"))
}

fn judged(csr: &Csr, facts: &Facts) -> Assessment {
    let assessment = risk::assess(csr, facts);
    assert_eq!(risk::assess(csr, facts), assessment);
    if csr.request.error.is_some() {
        assert!(assessment.unreviewable().is_some());
        assert!(assessment.risk() >= Severity::High);
    }
    for finding in &assessment.findings {
        harmless(&finding.evidence);
    }
    assessment
}

/// Nothing of a stranger's text reaches a terminal as anything but text.
fn harmless(text: &str) {
    let shown = Escaped::new(text);
    assert!(!shown.as_str().chars().any(char::is_control), "{shown}");
}

/// A request: DER, or whatever stands in a file if that begins like PEM.
pub fn request(octets: &[u8]) {
    let bytes = if octets.starts_with(b"-----") {
        octets.to_vec()
    } else {
        armoured(octets)
    };
    let csr = Csr::bare("x".to_owned(), bytes.clone());
    assert_eq!(Request::decode(bytes), csr.request);
    assert_eq!(
        csr.request.error.is_none(),
        csr.request.accepted().is_some()
    );
    let entry = Entry::of(&csr);
    let facts = Facts {
        others: Fact::Known(Others::index(vec![entry])),
        ..facts()
    };
    judged(&csr, &facts);
    harmless(csr.user());
    csr.groups().iter().for_each(|group| harmless(group));
}

fn armoured(der: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines: Vec<_> = lines.collect();
    format!(
        "-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n",
        lines.join("\n")
    )
    .into_bytes()
}

/// A CSR object as a server sends it, and a file with manifests.
pub fn manifest(octets: &[u8]) {
    for csr in fuzzing::manifests(octets) {
        judged(&csr, &facts());
    }
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Ok(csr) = csr::read(text, Source::Cluster) {
        assert_eq!(csr::read(text, Source::Cluster).as_ref(), Ok(&csr));
        harmless(&csr.name);
        judged(&csr, &facts());
    }
}

/// A policy, asked about a CSR of no special kind.
pub fn policy(octets: &[u8]) {
    let Ok(policy) = std::str::from_utf8(octets).map(policy::parse) else {
        return;
    };
    match policy {
        Ok(policy) => {
            let _ = policy::lint(&policy);
            let reviewed = reviewed();
            let ask = || policy::evaluate(&policy, reviewed.csr(), reviewed.assessment()).action;
            assert_eq!(ask(), ask());
        }
        Err(bad) => harmless(&bad.to_string()),
    }
}

fn reviewed() -> Reviewed {
    let object = include_str!("../seeds/manifest/object.json").trim();
    let object = serde_json::value::RawValue::from_string(object.to_owned()).expect("JSON");
    Reviewed::read(object, &facts()).expect("a CSR")
}

/// A plan.
pub fn plan(octets: &[u8]) {
    match Plan::read(octets) {
        Ok(plan) => {
            let text = serde_json::to_vec(&plan).expect("it is JSON");
            assert_eq!(Plan::read(&text).as_ref(), Ok(&plan));
            let reviewed = reviewed();
            for entry in plan.decisions() {
                harmless(entry.name());
                let _ = entry.wording();
                let _ = entry.difference(reviewed.csr(), reviewed.assessment());
            }
        }
        Err(why) => harmless(&why.to_string()),
    }
}

/// A record, line by line.
pub fn record(octets: &[u8]) {
    let mut ledger = Ledger::default();
    for line in octets.split(|&octet| octet == b'\n') {
        if let Ok(line) = serde_json::from_slice::<Line>(line) {
            let again = serde_json::to_vec(&line).expect("it is JSON");
            assert_eq!(
                serde_json::from_slice::<Line>(&again).ok(),
                Some(line.clone())
            );
            ledger.add(line);
        }
    }
    for entry in ledger.entries() {
        harmless(entry.name());
        harmless(entry.outcome());
        let _ = (entry.time(), entry.identity(), entry.reviewer());
    }
}
