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
    let not_asked = Facts {
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
        not_asked,
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

/// What would have been found may be worse than the limit that the gap is within.
#[test]
fn no_limit_lets_a_gap_pass() {
    let policy =
        policy("  require: {findings: {maxRisk: high}}\n  then: approve\n  otherwise: deny\n");
    let nodes = Facts {
        nodes: Fact::unknown("the server has an error"),
        ..cluster()
    };
    let bootstrap = csr(&CsrObject::kubelet_bootstrap("b", "n3"));
    let approved = ruling(&policy, &bootstrap, &cluster());
    assert_eq!(approved.action, Action::Approve, "{approved:?}");
    let rights = Facts {
        authorizers: Fact::Known(Authorizers::new(Fact::unknown("the server has an error"))),
        ..cluster()
    };
    let renewal = csr(&CsrObject::own_renewal("r", "jane"));
    for (csr, facts) in [
        (&bootstrap, &nodes),
        (&serving("10.0.0.7"), &nodes),
        (&renewal, &rights),
    ] {
        let asked = ruling(&policy, csr, facts);
        assert_eq!(asked.action, Action::Ask, "{asked:?}");
        assert_eq!(with(&asked, CheckResult::Unknown), ["require.findings"]);
    }
}

/// A finding that is at most so severe, whatever the requestor's rights are, is within the limit.
#[test]
fn what_could_only_be_milder_passes() {
    let policy = policy(
        "  require: {findings: {maxRisk: high, accept: [subject-rbac-unknown]}}\n  then: approve\n",
    );
    let request = RequestBuilder::user("newcomer").group("dev");
    let object = CsrObject::new("x", request.pem()).requestor("root", &["ops"]);
    let facts = Facts {
        authorizers: Fact::Known(Authorizers::new(Fact::unknown("the server has an error"))),
        ..cluster()
    };
    let approved = ruling(&policy, &csr(&object), &facts);
    assert_eq!(approved.action, Action::Approve, "{approved:?}");
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

#[test]
fn a_variable_ties_who_is_asked_for_to_who_asks() {
    let policy = policy(
        "  match:
    requestor: {users: ['system:node:{node}', 'system:multus:{node}'], groups: ['in:{node}']}
    labels: {node: '{node}'}
  require:
    users: ['ovn:{node}']
    groups: {exactly: ['g:{node}', ovn]}
    dnsNames: ['{node}.example.org']
    findings: {maxRisk: high, accept: [requestor-node-overreach, subject-reserved-prefix]}
  then: approve
",
    );
    let ask = |requestor: &str, node: &str| {
        let request = RequestBuilder::user(&format!("ovn:{node}"))
            .group(&format!("g:{node}"))
            .group("ovn")
            .dns(&format!("{node}.example.org"));
        let object = CsrObject::new("x", request.pem())
            .requestor(requestor, &["in:n1", "in:*", "system:authenticated"])
            .label("node", node);
        let csr = csr(&object);
        ruling(&policy, &csr, &cluster())
    };
    for requestor in ["system:node:n1", "system:multus:n1"] {
        let own = ask(requestor, "n1");
        let fields = ["require.users", "require.groups", "require.dnsNames"];
        let held = with(&own, CheckResult::Holds);
        assert!(fields.iter().all(|field| held.contains(field)), "{own:?}");
        assert_eq!(
            own.trace[0].matching[0].seen,
            format!("{requestor} ({{node}} = n1)")
        );
        assert!(own.rule.is_some());
    }
    // Another node's label, a node whose groups are others, and a name that would be a pattern.
    assert!(ask("system:node:n1", "n2").rule.is_none());
    assert!(ask("system:node:n2", "n2").rule.is_none());
    assert!(ask("system:node:*", "n1").rule.is_none());
}

#[test]
fn variables_are_checked_when_they_are_read() {
    let head = "apiVersion: csr-review/v1\nkind: Policy\nrules:\n- name: a\n  then: ask\n";
    for (rule, why) in [
        (
            "  match: {requestor: {users: ['a:{x}', 'b:*']}}\n",
            "line 6, column 40: every pattern here has to have the same variables",
        ),
        (
            "  match: {requestor: {users: ['*:{x}']}}\n",
            "line 6, column 31: no * may stand before a variable",
        ),
        (
            "  match: {requestor: {users: ['{x}{y}']}}\n",
            "line 6, column 31: text has to stand between a variable",
        ),
        (
            "  match: {signers: ['a/{x}'], requestor: {users: ['a:{x}']}}\n",
            "line 6, column 21: no variable may stand here",
        ),
        (
            "  match: {requestor: {groups: ['a:{x}']}}\n",
            "line 6, column 32: there is no {x}: every pattern in match.requestor.users has to have it",
        ),
        (
            "  require: {groups: {exactly: ['a:{x}']}}\n",
            "line 6, column 32: there is no {x}",
        ),
        (
            "  require: {dnsNames: ['{x}.org']}\n",
            "line 6, column 24: there is no {x}",
        ),
        (
            "  require: {users: ['{X}']}\n",
            "line 6, column 21: a brace begins a variable such as {node}",
        ),
    ] {
        let error = parse(&format!("{head}{rule}")).unwrap_err().to_string();
        assert!(error.starts_with(why), "{rule}: {error}");
    }
}
