//! Every rule with what makes it fire and what nearly does, and the calibration of the whole.

mod calibration;
mod fires;
mod knowledge;
mod quiet;

use std::collections::BTreeSet;

use serde_json::json;
use serde_json::value::RawValue;

use crate::csr::{self, Csr, Requestor, Source};
use crate::facts::access::probes::{self, PROBES};
use crate::facts::others::Entry;
use crate::facts::rbac::Identity;
use crate::facts::rbac::testing::Objects;
use crate::facts::{ApiServerNames, Authorizers, Fact, Facts, Gap, Nodes, Others, WeakKeys};
use crate::request_builder::{CsrObject, RequestBuilder};

use super::{Assessment, Severity, assess, rules};

/// One CSR, and what one rule says of it.
struct Row {
    rule: &'static str,
    /// How bad the rule finds it, and whether it is unreviewable by that; `None` if the rule is quiet.
    expected: Option<(Severity, bool)>,
    csr: Csr,
    /// Boxed: tables of rows are built on the stack.
    facts: Box<Facts>,
}

/// The rule fires, and it stays reviewable.
fn fires(rule: &'static str, severity: Severity, csr: impl Into<Csr>) -> Row {
    Row {
        rule,
        expected: Some((severity, false)),
        csr: csr.into(),
        facts: Box::new(facts()),
    }
}

/// The rule fires, and nobody can say what would be signed.
fn blocks(rule: &'static str, severity: Severity, csr: impl Into<Csr>) -> Row {
    Row {
        expected: Some((severity, true)),
        ..fires(rule, severity, csr)
    }
}

/// The rule has nothing to say.
fn quiet(rule: &'static str, csr: impl Into<Csr>) -> Row {
    Row {
        expected: None,
        ..fires(rule, Severity::None, csr)
    }
}

impl Row {
    /// The reviewer is known.
    fn reviewer(mut self, username: &str) -> Self {
        self.facts.reviewer = Fact::Known(Requestor {
            username: username.to_owned(),
            ..Requestor::default()
        });
        self
    }

    /// The API server does not say who reviews.
    fn no_reviewer(mut self) -> Self {
        self.facts.reviewer = Fact::unknown("you may not");
        self
    }

    /// The other CSRs cannot be listed.
    fn no_others(mut self) -> Self {
        self.facts.others = Fact::unknown("you may not list CSRs");
        self
    }

    /// The nodes are known: n1 and n2, which work, and cp, which is the control plane and the API server.
    fn nodes(mut self) -> Self {
        let node = |name: &str, ip: &str, labels: &serde_json::Value| {
            node_object(name, &[("InternalIP", ip), ("Hostname", name)], labels)
        };
        let control_plane = json!({"node-role.kubernetes.io/control-plane": ""});
        self.facts.nodes = Fact::Known(Nodes::read(&[
            node("n1", "10.0.0.7", &json!({})),
            node("n2", "10.0.0.8", &json!({})),
            node("cp", "10.0.0.1", &control_plane),
        ]));
        let service = json!({"spec": {"clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"]}});
        let service = RawValue::from_string(service.to_string()).expect("JSON");
        self.facts.api_server = Fact::Known(ApiServerNames::new(
            &Fact::Known(service),
            ["api.example", "10.0.0.1"],
        ));
        self
    }

    /// These are the roles and bindings.
    fn rbac(mut self, objects: &Objects) -> Self {
        let rbac = Fact::Known(objects.read());
        self.facts.authorizers = Fact::Known(Authorizers::new(rbac));
        self
    }

    /// These are some of the roles and bindings, and the others cannot be read.
    fn part_of_rbac(mut self, objects: &Objects) -> Self {
        let gap = Gap::from("you may not list rolebindings");
        self.facts.authorizers = Fact::Known(Authorizers::partial(objects.read(), gap));
        self
    }

    /// Nobody may look at roles and bindings, and the API server says yes to these questions about whoever
    /// that is.
    fn reviewed(self, user: &str, groups: &[&str], allowed: &[usize]) -> Self {
        let mut row = self.no_rbac();
        let groups = groups.iter().map(|&group| group.to_owned());
        let identity = Identity::new(user, groups);
        let answers: Vec<bool> = (0..PROBES.len())
            .map(|index| allowed.contains(&index))
            .collect();
        if let Fact::Known(authorizers) = &mut row.facts.authorizers {
            authorizers.add_review(&identity, Fact::Known(probes::access(&answers)));
        }
        row
    }

    /// Nobody may look at roles and bindings.
    fn no_rbac(mut self) -> Self {
        let unknown = Fact::unknown("you may not list clusterroles");
        self.facts.authorizers = Fact::Known(Authorizers::new(unknown));
        self
    }

    /// Nobody may look at the API server's Service.
    fn no_service(mut self) -> Self {
        let names = ApiServerNames::new(&Fact::unknown("you may not"), ["api.example"]);
        self.facts.api_server = Fact::Known(names);
        self
    }

    /// These nodes are known and no others.
    fn these(mut self, objects: &[Box<RawValue>]) -> Self {
        self.facts.nodes = Fact::Known(Nodes::read(objects));
        self
    }

    /// Nobody may look at the nodes.
    fn no_nodes(mut self) -> Self {
        self.facts.nodes = Fact::unknown("you may not list nodes");
        self
    }

    /// These CSRs are there too.
    fn among(mut self, others: Vec<CsrObject>) -> Self {
        let mut all: Vec<Csr> = others.into_iter().map(Csr::from).collect();
        all.push(self.csr.clone());
        let index = Others::index(all.iter().map(Entry::of).collect());
        self.facts.others = Fact::Known(index);
        self
    }

    /// The keys of these requests are known to be compromised.
    fn compromised(mut self, requests: &[&RequestBuilder]) -> Self {
        let digests: Vec<String> = requests
            .iter()
            .map(|request| {
                let content = bare(request).request.content.expect("a request");
                content.key.spki_sha256.hex()
            })
            .collect();
        let keys = WeakKeys::parse(&digests.join("\n")).expect("digests");
        self.facts.weak_keys = Fact::Known(keys);
        self
    }

    /// It is judged at another time.
    fn at(mut self, now: &str) -> Self {
        self.facts.now = now.parse().expect("a time");
        self
    }

    /// What is wrong with this row.
    fn complaint(&self) -> Option<String> {
        let assessment = assess(&self.csr, &self.facts);
        let actual = assessment
            .findings
            .iter()
            .filter(|finding| finding.rule.id == self.rule)
            .map(|finding| (finding.severity, finding.unreviewable))
            .max();
        (actual != self.expected).then(|| {
            let rule = self.rule;
            format!(
                "{rule}: expected {:?}, found {actual:?}, among {}",
                self.expected,
                words(&assessment)
            )
        })
    }
}

impl From<CsrObject> for Csr {
    /// As the API server sends it.
    fn from(object: CsrObject) -> Self {
        csr::read(&object.json(), Source::Cluster).expect("a CSR")
    }
}

/// The same in a file.
fn manifest(object: &CsrObject) -> Csr {
    csr::read(&object.json(), Source::Manifest).expect("a CSR")
}

/// A request alone, in a file.
fn bare(request: &RequestBuilder) -> Csr {
    Csr::bare("request.pem".to_owned(), request.pem())
}

/// An ordinary CSR around that request: jane of dev asks.
fn around(request: &RequestBuilder) -> CsrObject {
    around_bytes(request.pem())
}

fn around_bytes(request: impl AsRef<[u8]>) -> CsrObject {
    CsrObject::new("jane", request).requestor("jane", &["dev", "system:authenticated"])
}

/// What jane of dev asks for when she renews her own certificate.
fn jane() -> RequestBuilder {
    RequestBuilder::user("jane").group("dev")
}

/// An ordinary CSR for that user without groups.
fn user(name: &str) -> CsrObject {
    around(&RequestBuilder::user(name))
}

/// An ordinary CSR for jane in that group.
fn group(name: &str) -> CsrObject {
    around(&RequestBuilder::user("jane").group(name))
}

/// A CSR for a server's certificate from a signer outside Kubernetes.
fn server(request: &RequestBuilder) -> CsrObject {
    around(request)
        .signer("example.com/servers")
        .usages(&["digital signature", "server auth"])
}

/// A Node as the API server sends it, created an hour before the CSRs of these tests.
fn node_object(
    name: &str,
    addresses: &[(&str, &str)],
    labels: &serde_json::Value,
) -> Box<RawValue> {
    let addresses: Vec<serde_json::Value> = addresses
        .iter()
        .map(|(kind, address)| json!({"type": kind, "address": address}))
        .collect();
    let node = json!({
        "metadata": {
            "name": name,
            "creationTimestamp": "2026-03-01T11:00:00Z",
            "labels": labels,
        },
        "status": {"addresses": addresses},
    });
    RawValue::from_string(node.to_string()).expect("JSON")
}

/// A minute after the objects of these tests were created, and nobody knows who reviews.
fn facts() -> Facts {
    Facts::at("2026-03-01T12:01:00Z".parse().expect("a time"))
}

fn words(assessment: &Assessment) -> String {
    let findings: Vec<String> = assessment
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} ({})",
                finding.severity, finding.rule.id, finding.message
            )
        })
        .collect();
    format!("[{}]", findings.join("; "))
}

#[track_caller]
fn check(rows: &[Row]) {
    let complaints: Vec<String> = rows.iter().filter_map(Row::complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn rules_fire() {
    check(fires::rows());
}

#[test]
fn rules_are_quiet() {
    check(quiet::rows());
}

#[test]
fn every_rule_is_in_both_tables() {
    let ids = |rows: &[Row]| rows.iter().map(|row| row.rule).collect::<BTreeSet<_>>();
    let all: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    assert_eq!(ids(fires::rows()), all);
    assert_eq!(ids(quiet::rows()), all);
}

/// A rule's severity is the highest that it can have, so one row has to reach it, and none may pass it.
#[test]
fn severities_are_those_of_the_catalogue() {
    let rows = fires::rows();
    for rule in rules() {
        let worst = rows
            .iter()
            .filter(|row| row.rule == rule.id)
            .filter_map(|row| row.expected)
            .map(|(severity, _)| severity)
            .max();
        assert_eq!(worst, Some(rule.severity), "{}", rule.id);
    }
}
