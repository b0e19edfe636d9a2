//! What a plan says, what is read as one, and when it still holds.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::*;
use crate::csr::Verdict::{self, Approved, Denied};
use crate::csr::{self, Source};
use crate::facts::{Fact, Facts};
use crate::policy::Limits;
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::review::gate::{Mismatch, answered, challenge, planned, unattended};
use crate::review::{Challenge, Decision, Ground, Reviewed, Wording};
use crate::risk::Severity;

fn facts() -> Facts {
    Facts::at("2026-03-01T12:01:00Z".parse().unwrap())
}

fn judged(object: &CsrObject, source: Source, facts: &Facts) -> Reviewed {
    let object = RawValue::from_string(object.json()).unwrap();
    let csr = csr::read(object.get(), source).unwrap();
    Reviewed::judge(csr, object, facts)
}

fn reviewed(object: &CsrObject) -> Reviewed {
    judged(object, Source::Cluster, &facts())
}

fn person(groups: &[&str]) -> CsrObject {
    let request = RequestBuilder::user("jane");
    let request = groups
        .iter()
        .fold(request, |request, group| request.group(group));
    CsrObject::for_new_person("jane", "jane").request(request.pem())
}

fn decided(reviewed: &Reviewed, verdict: Verdict) -> Decision<'_> {
    let question = challenge(reviewed, verdict).unwrap();
    let answer = match &question {
        Challenge::YesNo => "y",
        Challenge::Type { text, .. } => text,
    };
    answered(reviewed, verdict, &question, answer).unwrap()
}

fn entry(reviewed: &Reviewed, verdict: Verdict) -> Entry {
    Entry::new(&decided(reviewed, verdict), &Wording::default()).unwrap()
}

fn origin() -> Origin {
    Origin {
        uid: Some("u".to_owned()),
        server: "https://s".to_owned(),
        context: None,
    }
}

fn plan_of(entries: impl IntoIterator<Item = Entry>) -> Result<Plan, NotAPlan> {
    Plan::new(Some(origin()), Planner::default(), facts().now, entries)
}

/// A plan about one CSR, as JSON.
fn document() -> Value {
    let plan = plan_of([entry(&reviewed(&person(&["dev"])), Approved)]).unwrap();
    serde_json::to_value(&plan).unwrap()
}

fn read(document: &Value) -> Result<Plan, NotAPlan> {
    Plan::read(document.to_string().as_bytes())
}

#[test]
fn what_is_written_is_read_again() {
    let reviewed = reviewed(&person(&["dev"]));
    let limits = Limits {
        max_risk: Severity::High,
        accept: Vec::new(),
    };
    let decision = unattended(&reviewed, Approved, &limits, true).unwrap();
    let wording = Wording {
        reason: Some("Why".to_owned()),
        message: None,
    };
    let plan = plan_of([Entry::new(&decision, &wording).unwrap()]).unwrap();
    let again = Plan::read(&serde_json::to_vec(&plan).unwrap()).unwrap();
    assert_eq!(again, plan);
    let [entry] = again.decisions() else {
        panic!("{again:?}");
    };
    assert_eq!((entry.name(), entry.verdict()), ("jane", Approved));
    assert_eq!(entry.wording(), wording);
    let decision = planned(&reviewed, entry).unwrap();
    assert_eq!(decision.ground(), Ground::Plan);
}

#[test]
fn the_order_of_the_decisions_is_that_of_the_names() {
    let of = |name: &str| {
        let request = RequestBuilder::user("jane").pem();
        let object = CsrObject::own_renewal(name, "jane").request(request);
        entry(&reviewed(&object), Approved)
    };
    let (a, b) = (of("a"), of("b"));
    let plan = plan_of([b.clone(), a.clone(), b.clone()]).unwrap();
    assert_eq!(plan.decisions(), [a.clone(), b]);
    let mut other = serde_json::to_value(&a).unwrap();
    other["decision"] = json!("deny");
    let other = serde_json::from_value(other).unwrap();
    let error = plan_of([a, other]).unwrap_err();
    assert_eq!(error.to_string(), "\"a\" is decided about twice");
}

#[expect(clippy::too_many_lines, reason = "it is one table")]
#[test]
fn nothing_but_a_plan_is_read() {
    type Edit = fn(&mut Value);
    let edits: [(Edit, &str); 20] = [
        (
            |plan| plan["kind"] = json!("ReviewList"),
            "kind: \"ReviewList\" is not one of Plan",
        ),
        (
            |plan| plan["apiVersion"] = json!("csr-review/v3"),
            "apiVersion: \"csr-review/v3\" is not one of csr-review/v2",
        ),
        (
            |plan| plan["more"] = json!(1),
            "there is no field more; there are apiVersion, kind, ",
        ),
        (
            |plan| plan["decisions"][0]["more"] = json!(1),
            "decisions[0]: there is no field more; ",
        ),
        (
            |plan| plan["cluster"]["more"] = json!(1),
            "cluster: there is no field more; ",
        ),
        (
            |plan| plan["createdAt"] = json!("today"),
            "createdAt is not a time",
        ),
        (
            |plan| drop(plan["decisions"][0].as_object_mut().unwrap().remove("uid")),
            "decisions[0]: the field uid is missing",
        ),
        (
            |plan| drop(plan.as_object_mut().unwrap().remove("cluster")),
            "the field cluster is missing",
        ),
        (
            |plan| plan["decisions"][0]["decision"] = json!("Approved"),
            "decisions[0].decision: \"Approved\" is not one of approve, deny",
        ),
        (
            |plan| plan["decisions"][0]["findings"][0]["severity"] = json!("fatal"),
            "unknown word \"fatal\"",
        ),
        (
            |plan| plan["decisions"][0]["ground"] = json!("plan"),
            "the decision about \"jane\": nobody made it",
        ),
        (
            |plan| plan["decisions"][0]["risk"] = json!("low"),
            "its risk is not that of its findings",
        ),
        (
            |plan| plan["decisions"][0]["findings"] = json!([]),
            "its risk is not that of its findings",
        ),
        (
            |plan| plan["decisions"][0]["specSha256"] = json!("sha256:1"),
            "not \"sha256:\" and 64 lower-case hex digits",
        ),
        (
            |plan| {
                let digest = &mut plan["decisions"][0]["fingerprint"];
                *digest = json!(digest.as_str().unwrap().to_uppercase());
            },
            "not \"sha256:\" and 64 lower-case hex digits",
        ),
        (
            |plan| plan["decisions"][0]["fingerprint"] = Value::Null,
            "it has no fingerprint, and the plan is one of a cluster",
        ),
        (
            |plan| plan["decisions"][0]["uid"] = Value::Null,
            "it has a fingerprint and no uid",
        ),
        (
            |plan| plan["cluster"] = Value::Null,
            "it has a fingerprint, and the plan is one of files",
        ),
        (
            |plan| plan["decisions"][0]["name"] = json!("../x"),
            "this cannot be the name of a CSR",
        ),
        (
            |plan| {
                let again = plan["decisions"][0].clone();
                plan["decisions"].as_array_mut().unwrap().push(again);
            },
            "\"jane\" is decided about twice",
        ),
    ];
    for (edit, why) in edits {
        let mut plan = document();
        edit(&mut plan);
        let error = read(&plan).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let text = document().to_string();
    for text in [
        "",
        "[]",
        "{}",
        &text[..text.len() - 1],
        &format!("{text}{text}"),
        &text.replacen("\"kind\"", "\"kind\":\"Plan\",\"kind\"", 1),
        &text.replacen("\"name\"", "\"name\":\"x\",\"name\"", 1),
    ] {
        assert!(Plan::read(text.as_bytes()).is_err(), "{text}");
    }
    assert!(Plan::read(b"\xff").is_err());
    let long = json!({"x".repeat(100_000): 1}).to_string();
    let error = Plan::read(long.as_bytes()).unwrap_err().to_string();
    assert!(error.len() < 400, "{error}");
    assert!(read(&document()).is_ok());
}

#[test]
fn what_an_earlier_version_wrote_is_told_from_what_is_no_plan() {
    let mut old = document();
    old["apiVersion"] = json!("csr-review/v1");
    old["decisions"][0]
        .as_object_mut()
        .unwrap()
        .remove("powers");
    assert_eq!(read(&old).unwrap_err(), NotAPlan::Old);
    old["kind"] = json!("ReviewList");
    assert!(matches!(read(&old).unwrap_err(), NotAPlan::Other(_)));
}

/// Somebody edits what people read, and leaves the digests alone; or the other way round.
#[test]
fn every_line_of_a_decision_has_to_be_true() {
    let csr = reviewed(&person(&["dev"]));
    for (field, value) in [
        ("uid", json!("other")),
        ("fingerprint", json!(format!("sha256:{}", "0".repeat(64)))),
        ("specSha256", json!(format!("sha256:{}", "0".repeat(64)))),
        (
            "identity",
            json!({"user": "joe", "groups": ["dev"], "login": true}),
        ),
        (
            "identity",
            json!({"user": "jane", "groups": [], "login": true}),
        ),
        ("requestor", json!({"username": "root"})),
        ("signerName", json!("example.com/x")),
        ("usages", json!(["client auth"])),
        ("expirationSeconds", json!(1)),
    ] {
        let mut plan = document();
        // A person's request is signed anew each time, so that the document is about another one.
        plan["decisions"][0] = serde_json::to_value(entry(&csr, Approved)).unwrap();
        assert!(planned(&csr, &read(&plan).unwrap().decisions()[0]).is_ok());
        plan["decisions"][0][field] = value;
        match planned(&csr, &read(&plan).unwrap().decisions()[0]) {
            Err(Mismatch::Another(why)) => {
                assert!(why.starts_with(&format!("{field} (plan: ")), "{why}");
            }
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[test]
fn what_is_new_holds_an_approval_up() {
    let object = person(&["dev"]);
    let csr = reviewed(&object);
    let approval = entry(&csr, Approved);
    let denial = entry(&csr, Denied);
    let odd = reviewed(&object.clone().annotation("note", "\u{202e}fine"));
    match planned(&odd, &approval) {
        Err(Mismatch::News(why)) => {
            assert!(
                why.contains("(medium): ") || why.contains("(high): "),
                "{why}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(planned(&odd, &denial).is_ok());
    // As bad as it was, or better, is nothing new.
    assert!(planned(&csr, &entry(&odd, Approved)).is_ok());
    // The same rule, and worse.
    let mut milder = serde_json::to_value(&approval).unwrap();
    milder["findings"][0]["severity"] = json!("info");
    let milder: Entry = serde_json::from_value(milder).unwrap();
    assert!(matches!(planned(&csr, &milder), Err(Mismatch::News(_))));
    // The same rule as bad, and other evidence.
    let mut other = serde_json::to_value(&approval).unwrap();
    other["findings"][0]["evidence"] = json!("something else");
    let other: Entry = serde_json::from_value(other).unwrap();
    assert!(matches!(planned(&csr, &other), Err(Mismatch::News(_))));
}

#[test]
fn time_alone_is_news_only_when_it_is_late() {
    let object = person(&["dev"]).created("2026-03-01T12:00:00Z");
    let approval = entry(&reviewed(&object), Approved);
    for (time, holds) in [
        ("2026-03-01T18:00:00Z", true),
        ("2026-03-02T11:00:00Z", false),
    ] {
        let later = Facts::at(time.parse().unwrap());
        let csr = judged(&object, Source::Cluster, &later);
        assert_eq!(planned(&csr, &approval).is_ok(), holds, "{time}");
    }
}

#[test]
fn a_plan_makes_nothing_approvable_that_is_not() {
    let two_names = RequestBuilder::user("alice")
        .name("2.5.4.3", 12, "bob")
        .pem();
    let csr = reviewed(&person(&[]).request(two_names));
    let flipped = |csr: &Reviewed| {
        let mut entry = serde_json::to_value(entry(csr, Denied)).unwrap();
        entry["decision"] = json!("approve");
        serde_json::from_value::<Entry>(entry).unwrap()
    };
    assert!(matches!(
        planned(&csr, &flipped(&csr)),
        Err(Mismatch::Refused(_))
    ));
    let failed = reviewed(&person(&[]).condition("Failed", "SignerValidationFailure", ""));
    assert!(matches!(
        planned(&failed, &flipped(&failed)),
        Err(Mismatch::Refused(_))
    ));
    assert!(planned(&csr, &entry(&csr, Denied)).is_ok());
}

#[test]
fn a_file_is_planned_about_and_never_sent() {
    let object = person(&["dev"]);
    let manifest = RawValue::from_string(object.manifest().to_string()).unwrap();
    let csr = csr::read(manifest.get(), Source::Manifest).unwrap();
    let file = Reviewed::judge(csr, manifest, &facts());
    let decision = decided(&file, Approved);
    let error = decision.object(&Wording::default()).unwrap_err();
    assert_eq!(error.to_string(), "it was read from a file");
    let entry = Entry::new(&decision, &Wording::default()).unwrap();
    let live = reviewed(&object);
    assert!(planned(&live, &entry).is_ok());
    let plan = Plan::new(None, Planner::default(), facts().now, [entry.clone()]).unwrap();
    assert_eq!(Plan::read(&serde_json::to_vec(&plan).unwrap()), Ok(plan));
    assert!(plan_of([entry.clone()]).is_err());
    // What the cluster knows besides is no reason, until it is high.
    let other = RequestBuilder::user("jane").group("ops").pem();
    let other = reviewed(&object.clone().request(other));
    assert!(matches!(planned(&other, &entry), Err(Mismatch::Another(_))));
    let stolen = reviewed(
        &object
            .clone()
            .requestor("mallory", &["system:authenticated"]),
    );
    assert!(stolen.assessment().risk() >= Severity::High);
    assert!(matches!(planned(&stolen, &entry), Err(Mismatch::News(_))));
    // Where the file names them, uid and requestor bind too.
    let whole = judged(&object, Source::Manifest, &facts());
    let entry = self::entry(&whole, Approved);
    assert!(planned(&live, &entry).is_ok());
    for other in [
        object.clone().uid("other"),
        object.requestor("root", &["system:masters"]),
    ] {
        assert!(matches!(
            planned(&reviewed(&other), &entry),
            Err(Mismatch::Another(_))
        ));
    }
}

#[test]
fn without_a_requestor_nothing_binds_a_plan() {
    let mut object = person(&[]).build();
    object["spec"].as_object_mut().unwrap().remove("username");
    let object = RawValue::from_string(object.to_string()).unwrap();
    let csr = Reviewed::read(
        object,
        &Facts {
            reviewer: Fact::NotAsked,
            ..facts()
        },
    )
    .unwrap();
    assert!(Entry::new(&decided(&csr, Denied), &Wording::default()).is_err());
}
