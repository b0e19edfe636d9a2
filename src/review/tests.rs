//! The gate, and what it lets out.

use serde_json::Value;

use super::gate::{answered, challenge, decidable, rehearsed, unattended};
use super::*;
use crate::csr::Verdict::{Approved, Denied};
use crate::policy::Limits;
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::risk::{Severity, rule};

#[expect(
    clippy::needless_pass_by_value,
    reason = "every test makes its object for this"
)]
fn reviewed(object: CsrObject) -> Reviewed {
    let object = RawValue::from_string(object.json()).unwrap();
    Reviewed::read(object, &Facts::at("2026-03-01T12:01:00Z".parse().unwrap())).unwrap()
}

fn person(groups: &[&str]) -> CsrObject {
    let request = groups
        .iter()
        .fold(RequestBuilder::user("jane"), |request, group| {
            request.group(group)
        });
    CsrObject::for_new_person("jane", "jane").request(request.pem())
}

/// Like [`person`], for the requestor's own identity: nothing but what the groups bring.
fn renewal(name: &str, groups: &[&str]) -> CsrObject {
    let request = groups
        .iter()
        .fold(RequestBuilder::user("jane"), |request, group| {
            request.group(group)
        });
    CsrObject::own_renewal(name, "jane")
        .request(request.pem())
        .requestor("jane", groups)
}

/// The same for a name that is reserved, which its requestor does not hold: high, whatever else.
fn reserved(name: &str) -> CsrObject {
    renewal(name, &["system:foo"]).requestor("root", &["system:masters"])
}

fn limits(max_risk: Severity, accept: &[&str]) -> Limits {
    Limits {
        max_risk,
        accept: accept.iter().map(|id| rule(id).unwrap()).collect(),
    }
}

#[test]
fn unattended_approvals_pass_up_to_the_limit() {
    let ordinary = reviewed(person(&["developers"]));
    assert_eq!(ordinary.assessment().risk(), Severity::Medium);
    for (max_risk, passes) in [
        (Severity::None, false),
        (Severity::Low, false),
        (Severity::Medium, true),
        (Severity::High, true),
    ] {
        let decision = unattended(&ordinary, Approved, &limits(max_risk, &[]), true);
        assert_eq!(decision.is_ok(), passes, "{max_risk}");
    }
}

#[test]
fn an_accepted_rule_exempts_its_own_findings_only() {
    let csr = reviewed(person(&["developers"]));
    let none = |accept: &[&str]| {
        unattended(&csr, Approved, &limits(Severity::None, accept), true).map(|_| ())
    };
    let all: Vec<&str> = csr
        .assessment()
        .findings
        .iter()
        .map(|finding| finding.rule.id)
        .collect();
    assert!(all.len() > 1);
    assert_eq!(none(&all), Ok(()));
    let refusal = none(&all[1..]).unwrap_err().to_string();
    assert!(refusal.contains(all[0]), "{refusal}");
}

#[test]
fn critical_findings_pass_only_accepted_and_named() {
    let csr = reviewed(renewal("jane", &["kubeadm:cluster-admins"]));
    assert_eq!(csr.assessment().risk(), Severity::Critical);
    let id = "subject-kubeadm-cluster-admins";
    let passes = |accept: &[&str], named| {
        unattended(&csr, Approved, &limits(Severity::High, accept), named).is_ok()
    };
    assert!(!passes(&[], true));
    assert!(!passes(&[id], false));
    assert!(!passes(&["subject-system-masters"], true));
    assert!(passes(&[id], true));
}

#[test]
fn what_cannot_be_reviewed_is_never_approved_and_can_be_denied() {
    let request = RequestBuilder::user("alice").name("2.5.4.3", 12, "bob");
    let csr = reviewed(person(&[]).request(request.pem()));
    assert!(csr.assessment().unreviewable().is_some());
    let all: Vec<&str> = crate::risk::rules().map(|rule| rule.id).collect();
    assert!(unattended(&csr, Approved, &limits(Severity::High, &all), true).is_err());
    assert!(challenge(&csr, Approved).is_err());
    assert!(rehearsed(&csr, Approved).is_err());
    assert!(unattended(&csr, Denied, &limits(Severity::None, &[]), false).is_ok());
    assert_eq!(challenge(&csr, Denied), Ok(Challenge::YesNo));
}

#[test]
fn nothing_is_decided_about_an_object_that_the_server_cannot_tell_apart() {
    for field in ["uid", "resourceVersion"] {
        let mut object = person(&[]).build();
        object["metadata"].as_object_mut().unwrap().remove(field);
        let object = RawValue::from_string(object.to_string()).unwrap();
        let csr = Reviewed::read(object, &Facts::at(jiff::Timestamp::UNIX_EPOCH)).unwrap();
        for verdict in [Approved, Denied] {
            assert!(decidable(&csr, verdict).is_err(), "{field}");
            assert!(unattended(&csr, verdict, &limits(Severity::High, &[]), true).is_err());
            assert!(challenge(&csr, verdict).is_err());
            assert!(rehearsed(&csr, verdict).is_err());
        }
    }
}

#[test]
fn failed_and_vanishing_ones_are_not_approved() {
    let failed = reviewed(person(&[]).condition("Failed", "SignerValidationFailure", ""));
    assert!(decidable(&failed, Approved).is_err());
    let deleted = person(&[]).metadata("deletionTimestamp", "2026-03-01T12:00:30Z".into());
    assert!(decidable(&reviewed(deleted), Approved).is_err());
}

#[test]
fn challenges_grow_with_the_risk() {
    let of = |object| challenge(&reviewed(object), Approved).unwrap();
    let text = |challenge| match challenge {
        Challenge::Type { text, .. } => text,
        Challenge::YesNo => "y/N".to_owned(),
    };
    assert_eq!(text(of(person(&["developers"]))), "y/N");
    // High: the name.
    assert_eq!(text(of(reserved("jane"))), "approve jane");
    // Critical: the group that a critical finding names, else the user.
    let groups = ["developers", "system:masters"];
    assert_eq!(text(of(renewal("jane", &groups))), "approve system:masters");
    let scheduler = RequestBuilder::user("system:kube-scheduler").pem();
    assert_eq!(
        text(of(person(&[]).request(scheduler))),
        "approve system:kube-scheduler"
    );
}

#[test]
fn what_cannot_be_typed_is_replaced_by_the_fingerprint() {
    let long = "x".repeat(65);
    let odd_user = RequestBuilder::user("a\nb").pem();
    for object in [
        reserved("ü"),
        reserved(&long),
        // Which spaces there are is not seen.
        reserved(" jane"),
        reserved("ja  ne"),
        person(&[]).request(odd_user),
    ] {
        let csr = reviewed(object);
        let short = csr.assessment().fingerprint.unwrap().short();
        match challenge(&csr, Approved).unwrap() {
            Challenge::Type { text, .. } => assert_eq!(text, format!("approve {short}")),
            Challenge::YesNo => panic!("asked with y/N"),
        }
    }
}

/// Requestors choose the names of CSRs and of users.
#[test]
fn no_name_makes_an_approval_of_a_habit() {
    let words = [
        "y", "Y", "yes", "n", "no", "q", "quit", "s", "skip", "a", "d", "approve", "deny",
    ];
    for name in words {
        let user = RequestBuilder::user(name).group("system:masters").pem();
        for csr in [
            reviewed(reserved(name)),
            reviewed(person(&[]).request(user)),
        ] {
            let question = challenge(&csr, Approved).unwrap();
            for answer in words {
                let decision = answered(&csr, Approved, &question, answer);
                assert!(decision.is_none(), "{name}: {answer}");
            }
        }
    }
}

#[test]
fn only_the_right_answer_is_a_decision() {
    let ordinary = reviewed(person(&[]));
    let question = challenge(&ordinary, Approved).unwrap();
    for answer in ["y", "Y", "yes", " y "] {
        assert!(answered(&ordinary, Approved, &question, answer).is_some());
    }
    for answer in ["", "n", "yy", "no", "jane"] {
        assert!(answered(&ordinary, Approved, &question, answer).is_none());
    }
    let critical = reviewed(renewal("jane", &["system:masters"]));
    let question = challenge(&critical, Approved).unwrap();
    assert!(answered(&critical, Approved, &question, "approve system:masters").is_some());
    for answer in [
        "y",
        "system:masters",
        "approve",
        "approve system:masters ",
        "approve  system:masters",
        "Approve system:masters",
        "approve System:masters",
        "approve jane",
        "",
    ] {
        assert!(answered(&critical, Approved, &question, answer).is_none());
    }
    // An easier question than the CSR asks for decides nothing.
    assert!(answered(&critical, Approved, &Challenge::YesNo, "y").is_none());
}

#[test]
fn the_object_is_sent_as_it_was_read_with_one_condition_more() {
    let object = person(&[])
        .label("team", "a")
        .condition("Custom", "Kept", "as it is");
    let mut sent = object.build();
    sent["spec"]["fieldOfTheFuture"] = serde_json::json!({"kept": [1, 2.5, null]});
    sent.as_object_mut().unwrap().remove("apiVersion");
    let raw = RawValue::from_string(sent.to_string()).unwrap();
    let csr = Reviewed::read(raw, &Facts::at(jiff::Timestamp::UNIX_EPOCH)).unwrap();
    let decision = unattended(&csr, Approved, &limits(Severity::High, &[]), true).unwrap();
    let wording = Wording {
        reason: Some("Because".to_owned()),
        message: None,
    };
    let mut body: Value = serde_json::from_slice(&decision.object(&wording).unwrap()).unwrap();
    let conditions = body["status"]["conditions"].as_array_mut().unwrap();
    let condition = conditions.pop().unwrap();
    assert_eq!(condition["type"], "Approved");
    assert_eq!(condition["status"], "True");
    assert_eq!(condition["reason"], "Because");
    assert!(condition["message"].as_str().unwrap().contains("sha256:"));
    assert!(condition.get("lastUpdateTime").is_none());
    assert_eq!(body["apiVersion"], "certificates.k8s.io/v1");
    body.as_object_mut().unwrap().remove("apiVersion");
    assert_eq!(body, sent);
}

#[test]
fn a_decision_is_renewed_only_for_the_same_csr() {
    // A signature differs each time that it is made, and so does the request.
    let request = RequestBuilder::user("jane").pem();
    let person = |groups: &[&str]| match groups {
        [] => person(&[]).request(&request),
        groups => person(groups),
    };
    let csr = reviewed(person(&[]));
    let decision = unattended(&csr, Approved, &limits(Severity::High, &[]), true).unwrap();
    let relabelled = reviewed(person(&[]).label("a", "b").resource_version("999"));
    assert!(decision.renewed(&relabelled).is_some());
    assert!(
        decision
            .renewed(&reviewed(person(&[]).uid("another")))
            .is_none()
    );
    assert!(decision.renewed(&reviewed(person(&["admins"]))).is_none());
    let requested = person(&[]).requestor("mallory", &[]);
    assert!(decision.renewed(&reviewed(requested)).is_none());
}

#[test]
fn standing_goes_by_the_condition_type() {
    let state = |object| reviewed(object).csr().state.clone();
    assert_eq!(standing(&state(person(&[])), Approved), Standing::Open);
    let approved = state(person(&[]).approved());
    assert!(matches!(
        standing(&approved, Approved),
        Standing::Already(_)
    ));
    assert_eq!(standing(&approved, Denied), Standing::Opposite);
}

#[test]
fn what_nobody_asks_for_is_denied_at_most() {
    let nobody = reviewed(person(&[]).requestor("", &[]));
    assert_eq!(nobody.assessment().fingerprint, None);
    let refusal = decidable(&nobody, Approved).unwrap_err();
    assert!(refusal.0.contains("who asks for it"), "{refusal:?}");
    assert!(unattended(&nobody, Approved, &limits(Severity::High, &[]), true).is_err());
    assert!(challenge(&nobody, Approved).is_err());
    assert!(decidable(&nobody, Denied).is_ok());
}
