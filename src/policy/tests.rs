//! What a policy says where facts are missing.

use jiff::Timestamp;
use serde_json::json;
use serde_json::value::to_raw_value;

use super::{Action, CheckResult, Policy, Ruling, evaluate, parse};
use crate::csr::{Csr, Source, read};
use crate::facts::rbac::Rbac;
use crate::facts::{ApiServerNames, Authorizers, Fact, Facts, Nodes};
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::assess;

fn policy(rule: &str) -> Policy {
    let head = "apiVersion: csr-review/v1\nkind: Policy\nrules:\n- name: a\n";
    parse(&format!("{head}{rule}")).expect("a policy")
}

fn csr(object: &CsrObject) -> Csr {
    read(&object.json(), Source::Cluster).expect("a CSR")
}

/// The node n1 serves under this address.
fn serving(address: &str) -> Csr {
    let request = RequestBuilder::node("n1").dns("n1").ip(address);
    csr(&CsrObject::kubelet_serving("x", "n1").request(request.pem()))
}

fn serving_policy() -> Policy {
    policy(
        "  require: {namesBelongToNode: true, findings: {maxRisk: low}}\n  then: approve\n  otherwise: deny\n",
    )
}

/// A cluster of n1, where all is known that kubelets are judged by.
fn cluster() -> Facts {
    let node = json!({
        "metadata": {"name": "n1", "creationTimestamp": "2026-01-01T00:00:00Z"},
        "status": {"addresses": [
            {"type": "Hostname", "address": "n1"},
            {"type": "InternalIP", "address": "10.0.0.7"},
        ]},
    });
    let service = Fact::Known(to_raw_value(&json!({"spec": {"clusterIP": "10.96.0.1"}})).unwrap());
    Facts {
        nodes: Fact::Known(Nodes::read(&[to_raw_value(&node).unwrap()])),
        api_server: Fact::Known(ApiServerNames::new(&service, [])),
        authorizers: Fact::Known(Authorizers::new(Fact::Known(Rbac::default()))),
        ..Facts::at("2026-03-01T12:01:00Z".parse::<Timestamp>().unwrap())
    }
}

fn ruling<'p>(policy: &'p Policy, csr: &Csr, facts: &Facts) -> Ruling<'p> {
    evaluate(policy, csr, &assess(csr, facts))
}

/// The requirements that came out so.
fn with(ruling: &Ruling<'_>, result: CheckResult) -> Vec<&'static str> {
    let checks = ruling.trace[0].requirements.iter();
    let wanted = checks.filter(|check| check.result == result);
    wanted.map(|check| check.field).collect()
}

#[test]
fn what_is_known_is_decided() {
    let policy = serving_policy();
    let own = ruling(&policy, &serving("10.0.0.7"), &cluster());
    assert_eq!(own.action, Action::Approve, "{own:?}");
    let foreign = ruling(&policy, &serving("10.0.0.8"), &cluster());
    assert_eq!(foreign.action, Action::Deny);
    let failed = ["require.namesBelongToNode", "require.findings"];
    assert_eq!(with(&foreign, CheckResult::Fails), failed);
}

#[test]
fn nothing_is_denied_by_what_is_not_known() {
    let policy = serving_policy();
    let no_service = Fact::unknown("the server has an error");
    let nobody_asked = Facts {
        nodes: Fact::NotAsked,
        ..cluster()
    };
    for facts in [
        Facts {
            nodes: Fact::unknown("the server has an error"),
            ..cluster()
        },
        Facts {
            nodes: Fact::Known(Nodes::read(&[
                to_raw_value(&json!({"metadata": 1})).unwrap()
            ])),
            ..cluster()
        },
        Facts {
            api_server: Fact::Known(ApiServerNames::new(&no_service, [])),
            ..cluster()
        },
        nobody_asked,
    ] {
        let asked = ruling(&policy, &serving("10.0.0.7"), &facts);
        assert_eq!(asked.action, Action::Ask, "{asked:?}");
        let unknown = ["require.namesBelongToNode", "require.findings"];
        assert_eq!(with(&asked, CheckResult::Unknown), unknown);
    }
}

/// That one requirement certainly fails decides nothing while another one is open.
#[test]
fn a_denial_takes_that_every_requirement_was_judged() {
    let policy = policy(
        "  require: {usages: {exactly: [client auth]}, namesBelongToNode: true}\n  then: approve\n  otherwise: deny\n",
    );
    let facts = Facts {
        nodes: Fact::unknown("the server has an error"),
        ..cluster()
    };
    let asked = ruling(&policy, &serving("10.0.0.7"), &facts);
    assert_eq!(asked.action, Action::Ask);
    assert!(with(&asked, CheckResult::Fails).contains(&"require.usages"));
}

/// An administrator may ask for others; who is one does not show while roles cannot be read.
#[test]
fn a_severity_that_rests_on_unknown_rights_denies_nothing() {
    let policy = policy(
        "  require: {findings: {maxRisk: medium, accept: [subject-rbac-unknown]}}\n  then: approve\n  otherwise: deny\n",
    );
    let request = RequestBuilder::user("newcomer").group("dev");
    let object = CsrObject::new("x", request.pem());
    let csr = csr(&object.requestor("root", &["ops", "system:authenticated"]));
    let escalation = ruling(&policy, &csr, &cluster());
    assert_eq!(escalation.action, Action::Deny, "{escalation:?}");
    let facts = Facts {
        authorizers: Fact::Known(Authorizers::new(Fact::unknown("the server has an error"))),
        ..cluster()
    };
    let asked = ruling(&policy, &csr, &facts);
    assert_eq!(asked.action, Action::Ask);
    assert_eq!(with(&asked, CheckResult::Unknown), ["require.findings"]);
}

/// What a rule accepts needs no fact.
#[test]
fn an_accepted_gap_is_no_gap() {
    let policy = policy(
        "  require: {findings: {maxRisk: low, accept: [node-serving-addresses-unchecked]}}\n  then: approve\n",
    );
    let facts = Facts {
        nodes: Fact::unknown("the server has an error"),
        ..cluster()
    };
    let approved = ruling(&policy, &serving("10.0.0.7"), &facts);
    assert_eq!(approved.action, Action::Approve, "{approved:?}");
}
