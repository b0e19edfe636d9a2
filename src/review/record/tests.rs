//! What lines say, and what they make together.

use serde_json::{Value, json, value::RawValue};

use super::*;
use crate::policy::Limits;
use crate::request_builder::{CsrObject, RequestBuilder};
use crate::review::gate;
use crate::risk::Severity;
use crate::ui::json;

fn reviewed(object: &CsrObject) -> Reviewed {
    let object = RawValue::from_string(object.json()).unwrap();
    Reviewed::read(object, &Facts::at(Timestamp::UNIX_EPOCH)).unwrap()
}

fn scene(facts: &Facts) -> Scene {
    Scene::new(Some("u"), "https://s", None, Some("jane"), facts, None)
}

fn plain() -> Scene {
    scene(&Facts::at(Timestamp::UNIX_EPOCH))
}

const LIMITS: Limits = Limits {
    max_risk: Severity::High,
    accept: Vec::new(),
};
const DONE: Ending<'_> = Ending {
    outcome: "done",
    detail: None,
    exit_code: 0,
};

fn written(line: &Line) -> Value {
    let text = json::to_line(line).unwrap();
    assert!(!text.contains('\n'), "{text}");
    let read: Line = serde_json::from_str(&text).unwrap();
    assert_eq!(json::to_line(&read).unwrap(), text);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_lines_of_a_decision() {
    let csr = reviewed(&CsrObject::for_new_person("a", "jane").requestor("bob", &[]));
    let decision = gate::unattended(&csr, Verdict::Denied, &LIMITS, true).unwrap();
    let wording = Wording {
        reason: Some("No".to_owned()),
        message: None,
    };
    let passed = Passed {
        decision,
        wording: &wording,
    };
    let time = "2026-03-01T12:00:00.1234567Z".parse().unwrap();
    let intent = written(&plain().line(time, "x-1", &Event::Intent(passed, 1)));
    assert_eq!(intent["apiVersion"], crate::ui::report::API_VERSION);
    assert_eq!(intent["time"], "2026-03-01T12:00:00.123456Z");
    assert_eq!(intent["phase"], "intent");
    assert_eq!(intent["attempt"], 1);
    assert_eq!(intent["decision"], "deny");
    assert_eq!(intent["ground"], "limits");
    assert_eq!(intent["requestor"], "bob");
    assert_eq!(
        intent["identity"],
        json!({"user": "jane", "groups": ["dev"]})
    );
    assert_eq!(intent["reason"], "No");
    assert!(intent["message"].as_str().unwrap().starts_with("Denied "));
    for field in ["outcome", "detail", "exitCode", "reviewer", "dryRun"] {
        assert_eq!(intent[field], Value::Null, "{field}");
    }
    let result = written(&plain().line(time, "x-1", &Event::Result(passed, 2, DONE)));
    assert_eq!(result["phase"], "result");
    assert_eq!(result["attempt"], 2);
    assert_eq!(result["outcome"], "done");
    assert_eq!(result["fingerprint"], intent["fingerprint"]);
    let unsent = written(&plain().line(time, "x-1", &Event::Unsent(passed, DONE)));
    assert_eq!(
        (&unsent["phase"], &unsent["reason"]),
        (&json!("outcome"), &json!("No"))
    );
    let about = About {
        name: "a",
        reviewed: None,
        verdict: Verdict::Approved,
    };
    let undecided = written(&plain().line(time, "x-1", &Event::Undecided(about, DONE)));
    for field in ["uid", "fingerprint", "risk", "ground", "reason", "message"] {
        assert_eq!(undecided[field], Value::Null, "{field}");
    }
    let keys = |value: &Value| value.as_object().unwrap().len();
    assert_eq!(keys(&undecided), keys(&intent));
}

#[test]
fn no_line_is_longer_than_can_be_read() {
    // The worst of each: what is written in twelve octets, everywhere.
    let long = "\u{e0041}".repeat(600);
    let message = "\u{e0041}".repeat(5000);
    let many = vec![long.clone(); 500];
    let groups = many.iter().take(60);
    let request = groups.fold(RequestBuilder::user(&long), |request, group| {
        request.group(group)
    });
    let object = CsrObject::new(&long, request.pem())
        .uid(&long)
        .signer(&format!("{long}/{long}"))
        .requestor(&long, &[&long]);
    let csr = reviewed(&object);
    let mut facts = Facts::at(Timestamp::UNIX_EPOCH);
    facts.reviewer = Fact::Known(Requestor {
        username: long.clone(),
        groups: many,
        ..Requestor::default()
    });
    let wording = Wording {
        reason: Some(long.clone()),
        message: Some(message.clone()),
    };
    let decision = gate::unattended(&csr, Verdict::Denied, &LIMITS, true).unwrap();
    let passed = Passed {
        decision,
        wording: &wording,
    };
    let ending = Ending {
        detail: Some(&message),
        ..DONE
    };
    let place = Some(long.as_str());
    let scene = Scene::new(place, &long, place, place, &facts, Some("server"));
    let line = scene.line(Timestamp::MAX, "x-1", &Event::Result(passed, 2, ending));
    let text = json::to_line(&line).unwrap();
    assert!(text.len() > 300_000, "{}", text.len());
    assert!(text.len() + 2 <= LONGEST_LINE, "{}", text.len());
    let value = written(&line);
    assert_eq!(value["reviewer"]["groups"][48], "…(452 more)");
    assert!(
        value["name"]
            .as_str()
            .unwrap()
            .ends_with("…(600 characters)")
    );
}

#[test]
fn lines_are_put_together_by_their_ids() {
    let csr = reviewed(&CsrObject::for_new_person("a", "jane"));
    let wording = Wording::default();
    let decision = gate::unattended(&csr, Verdict::Approved, &LIMITS, true).unwrap();
    let passed = Passed {
        decision,
        wording: &wording,
    };
    let scene = plain();
    let at = |second| Timestamp::from_second(second).unwrap();
    let mut ledger = Ledger::default();
    for line in [
        scene.line(at(1), "lost", &Event::Intent(passed, 1)),
        scene.line(at(2), "twice", &Event::Intent(passed, 1)),
        scene.line(at(3), "orphan", &Event::Result(passed, 1, DONE)),
        scene.line(at(4), "twice", &Event::Intent(passed, 2)),
        scene.line(at(5), "twice", &Event::Result(passed, 2, DONE)),
        // Whoever writes the same id again does not overwrite anything.
        scene.line(at(6), "twice", &Event::Result(passed, 2, DONE)),
        scene.line(at(7), "unsent", &Event::Intent(passed, 1)),
        scene.line(at(8), "unsent", &Event::Unsent(passed, DONE)),
    ] {
        ledger.add(line);
    }
    let entries = ledger.entries();
    let told: Vec<(i64, &str, bool)> = entries
        .iter()
        .map(|entry| {
            (
                entry.time().as_second(),
                entry.outcome(),
                entry.is_unknown(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, UNKNOWN, true),
            (2, "done", false),
            (3, "done", false),
            (6, "done", false),
            (7, "done", false),
        ]
    );
    let value = serde_json::to_value(&entries[0]).unwrap();
    assert_eq!(value["outcome"], UNKNOWN);
    assert_eq!(value["intentTime"], "1970-01-01T00:00:01.000000Z");
    assert_eq!(entries[0].reviewer(), Some("jane"));
}

#[test]
fn what_is_no_line_of_ours_is_not_read() {
    let about = About {
        name: "a",
        reviewed: None,
        verdict: Verdict::Approved,
    };
    let good = plain().line(Timestamp::UNIX_EPOCH, "x", &Event::Undecided(about, DONE));
    let good = serde_json::to_value(good).unwrap();
    let reads = |value: &Value| serde_json::from_value::<Line>(value.clone()).is_ok();
    assert!(reads(&good));
    for (field, bad) in [
        ("apiVersion", json!("csr-review/v2")),
        ("kind", json!("ReviewList")),
        ("phase", json!("guess")),
        ("time", json!("yesterday")),
        ("decision", json!("sign")),
        ("name", json!(null)),
    ] {
        let mut value = good.clone();
        value[field] = bad;
        assert!(!reads(&value), "{field}");
    }
    let mut newer = good;
    newer["fieldOfTheFuture"] = json!({});
    assert!(reads(&newer));
}
