//! What is not known: it never makes a CSR look better, and no rule reads a fact that it does not declare.

use std::collections::BTreeSet;

use crate::facts::others::Entry;
use crate::facts::{Authorizers, Fact, FactKind, Facts, Others};
use crate::request_builder::{CsrObject, Key, RequestBuilder};
use crate::risk::Severity::{self, High, Medium};
use crate::risk::{Assessment, assess, rules};

use super::fires::access::cluster;
use super::{Row, fires, quiet, words};

/// The facts that a cluster may refuse to tell. The list of compromised keys is the reviewer's own.
const KINDS: [FactKind; 5] = [
    FactKind::Reviewer,
    FactKind::Authorizers,
    FactKind::Nodes,
    FactKind::ApiServer,
    FactKind::Others,
];

const WHY: &str = "the server does not answer";

/// The same facts without those of one kind.
fn without(kind: FactKind, facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    match kind {
        FactKind::Reviewer => facts.reviewer = Fact::unknown(WHY),
        FactKind::Authorizers => {
            facts.authorizers = Fact::Known(Authorizers::new(Fact::unknown(WHY)));
        }
        FactKind::Nodes => facts.nodes = Fact::unknown(WHY),
        // The host in the kubeconfig is always known.
        FactKind::ApiServer => match &mut facts.api_server {
            Fact::Known(names) => names.service = Fact::unknown(WHY),
            other => *other = Fact::unknown(WHY),
        },
        FactKind::Others => facts.others = Fact::unknown(WHY),
        FactKind::WeakKeys => facts.weak_keys = Fact::unknown(WHY),
    }
    facts
}

/// The facts of a row, and what it leaves open as an ordinary cluster has it.
fn all_known(row: &Row) -> Facts {
    let usual = quiet("", row.csr.clone())
        .nodes()
        .reviewer("boss")
        .rbac(&cluster());
    let bystander = CsrObject::own_renewal("bystander", "trent").request(
        RequestBuilder::user("trent")
            .group("dev")
            .key(Key::Ed25519)
            .pem(),
    );
    let entries = [Entry::of(&bystander.into()), Entry::of(&row.csr)];
    let facts = (*row.facts).clone();
    Facts {
        now: facts.now,
        reviewer: or(facts.reviewer, usual.facts.reviewer),
        authorizers: or(facts.authorizers, usual.facts.authorizers),
        nodes: or(facts.nodes, usual.facts.nodes),
        api_server: or(facts.api_server, usual.facts.api_server),
        others: or(facts.others, Fact::Known(Others::index(entries.into()))),
        weak_keys: facts.weak_keys,
    }
}

fn or<T>(fact: Fact<T>, usual: Fact<T>) -> Fact<T> {
    match fact {
        Fact::NotAsked => usual,
        told => told,
    }
}

/// The rows, but for RSA keys: facts have nothing to do with them, and judging them without optimization takes long.
fn rows() -> impl Iterator<Item = &'static Row> {
    let is_rsa = |row: &&Row| {
        let content = row.csr.request.content.as_ref();
        content.is_some_and(|content| content.key.rsa.is_some())
    };
    let rows = fires::rows().iter().chain(super::quiet::rows());
    rows.filter(move |row| !is_rsa(row))
}

/// How far the risk may fall where facts of that kind are not known. That nodes join while Nodes cannot be
/// read is a question to the reviewer; what one CSR may steal from another one is never less than it was.
fn floor(kind: FactKind, row: &Row, facts: &Facts, before: Severity) -> Severity {
    let requestor = row.csr.requestor.as_ref();
    let joins = row.csr.requests_node_client()
        && requestor.is_some_and(|requestor| {
            requestor.is_bootstrapper() || facts.may_bootstrap_nodes(&requestor.into())
        });
    match kind {
        FactKind::Others => before,
        FactKind::Nodes if joins => before.min(Medium),
        _ => before.min(High),
    }
}

#[test]
fn no_risk_falls_where_a_fact_is_unknown() {
    let mut tried = 0;
    for row in rows() {
        for facts in [all_known(row), (*row.facts).clone()] {
            let before = assess(&row.csr, &facts);
            for kind in KINDS {
                let after = assess(&row.csr, &without(kind, &facts));
                let least = floor(kind, row, &facts, before.risk());
                assert!(
                    after.risk() >= least,
                    "{}: without {kind:?} {} became {}",
                    row.csr.name,
                    words(&before),
                    words(&after)
                );
                tried += 1;
            }
            let least = floor(FactKind::Nodes, row, &facts, before.risk());
            let nothing = KINDS
                .into_iter()
                .fold(facts, |facts, kind| without(kind, &facts));
            let after = assess(&row.csr, &nothing);

            assert!(
                after.risk() >= least,
                "{} became {}",
                words(&before),
                words(&after)
            );
        }
    }
    assert!(tried > 5 * rules().count(), "{tried} CSRs without a fact");
}

/// What a rule found, for comparing.
fn found(assessment: &Assessment) -> BTreeSet<(&'static str, Severity, String)> {
    let findings = assessment.findings.iter();
    findings
        .map(|finding| {
            let text = format!("{} {}", finding.message, finding.evidence);
            (finding.rule.id, finding.severity, text)
        })
        .collect()
}

/// A rule that declares a fact changes with it in at least one row, and no other rule does in any.
#[test]
fn rules_declare_what_they_read() {
    let mut read: BTreeSet<(&str, FactKind)> = BTreeSet::new();
    for row in rows() {
        for facts in [all_known(row), (*row.facts).clone()] {
            let before = found(&assess(&row.csr, &facts));
            for kind in KINDS.into_iter().chain([FactKind::WeakKeys]) {
                let after = found(&assess(&row.csr, &without(kind, &facts)));
                let changed = before.symmetric_difference(&after);
                read.extend(changed.map(|(rule, ..)| (*rule, kind)));
            }
        }
    }
    let declared: BTreeSet<(&str, FactKind)> = rules()
        .flat_map(|rule| rule.reads.iter().map(|kind| (rule.id, *kind)))
        .collect();
    let missing: Vec<_> = read.difference(&declared).collect();
    let beyond: Vec<_> = declared.difference(&read).collect();
    assert!(
        missing.is_empty() && beyond.is_empty(),
        "not declared: {missing:?}; declared and not read: {beyond:?}"
    );
}

/// Where something could not be checked, the finding says why.
#[test]
fn unchecked_findings_give_the_reason() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        for kind in KINDS {
            let facts = without(kind, &all_known(row));
            for finding in assess(&row.csr, &facts).findings {
                let said = finding.evidence.contains(WHY);
                if finding.rule.is_unchecked() {
                    let other = finding.evidence.contains("you may not")
                        || finding.evidence.contains("could not be read");
                    assert!(said || other, "{}: {}", finding.rule.id, finding.evidence);
                    seen.extend(said.then_some(finding.rule.id));
                } else {
                    assert!(!said, "{}: {}", finding.rule.id, finding.evidence);
                }
            }
        }
    }
    let all: BTreeSet<&str> = rules()
        .filter(|rule| rule.is_unchecked())
        .map(|rule| rule.id)
        .collect();
    assert_eq!(seen, all);
}
