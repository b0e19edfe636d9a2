//! What happens between the look and the write, and where the write's answer is lost.

use std::time::Duration;

use serde_json::json;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, critical, denied, info, medium};
use crate::support::env::Env;
use crate::support::request::CsrObject;

/// Runs `approve a --yes`, which has to end so.
#[track_caller]
fn approve(server: &ApiServer, code: i32, stdout: &str, stderr: &[&str]) {
    approve_with(server, &[], code, stdout, stderr);
}

#[track_caller]
fn approve_with(server: &ApiServer, words: &[&str], code: i32, stdout: &str, stderr: &[&str]) {
    let env = Env::with(server);
    let all = ["approve", "a", "--yes"].iter().chain(words);
    env.tool(all)
        .run()
        .code(code)
        .stdout(stdout)
        .stderr_has(stderr);
}

/// What was sent about the CSR after the list that it came with: methods, with the version that a write is bound to.
fn steps(server: &ApiServer) -> Vec<String> {
    let requests = server.requests();
    let about = requests
        .iter()
        .filter(|request| request.target.contains("requests/a"));
    about
        .map(|request| match request.method.as_str() {
            "PUT" => format!(
                "PUT {}",
                request.json()["metadata"]["resourceVersion"]
                    .as_str()
                    .expect("a version")
            ),
            method => method.to_owned(),
        })
        .collect()
}

fn one() -> ApiServer {
    ApiServer::with([info("a")])
}

#[test]
fn what_is_still_the_same_is_sent_once_more() {
    let server = one();
    server.before(On::put("a"), |store| {
        store.update("a", |object| {
            object["metadata"]["labels"] = json!({"team": "x"});
        });
    });
    approve(&server, 0, &approved("a"), &["a: info risk"]);
    assert_eq!(steps(&server), ["PUT 1001", "GET", "PUT 1002"]);
    assert_eq!(server.conditions("a"), ["Approved"]);
    // Somebody else's label is not undone.
    assert_eq!(
        server.object("a").expect("stored")["metadata"]["labels"]["team"],
        "x"
    );
}

#[test]
fn what_keeps_changing_is_left_alone() {
    let server = one();
    for skipped in 0..2 {
        let on = On::put("a").skip(skipped);
        server.before(on, |store| store.update("a", |_| {}));
    }
    let why = "error: a: stale: it keeps changing, so it was left alone\n";
    approve(&server, 4, "", &[why]);
    assert_eq!(steps(&server), ["PUT 1001", "GET", "PUT 1002"]);
    assert_eq!(server.conditions("a"), [""; 0]);
}

#[test]
fn nothing_is_sent_to_what_was_put_in_its_place() {
    let original = info("a");
    let twin = original.clone();
    let replacements: [fn(CsrObject) -> CsrObject; 2] = [
        // Another identity.
        |_| critical("a"),
        // The same in everything but its uid.
        |twin| twin,
    ];
    for replacement in replacements {
        let server = ApiServer::with([original.clone()]);
        let object = replacement(twin.clone()).build();
        server.before(On::put("a"), |store| store.replace(object));
        approve(
            &server,
            4,
            "",
            &[
                "error: a: stale: another CSR stands under this name now than the one that was reviewed; nothing was sent to it\n\
                 hint: Review the new one from the start.\n",
            ],
        );
        assert_eq!(steps(&server), ["PUT 1001", "GET"]);
        assert_eq!(server.conditions("a"), [""; 0]);
    }
}

#[test]
fn a_changed_spec_under_the_same_uid_is_another() {
    // No API server does this. Whoever stands in between could.
    let server = one();
    let evil = critical("a").build()["spec"].clone();
    server.before(On::put("a"), |store| {
        store.update("a", |object| object["spec"] = evil);
    });
    approve(
        &server,
        4,
        "",
        &["a: stale: another CSR stands under this name"],
    );
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);
}

#[test]
fn new_findings_are_stale() {
    let server = one();
    server.before(On::put("a"), |store| {
        store.update("a", |object| {
            object["metadata"]["annotations"] = json!({"note": "\u{202e}fine"});
        });
    });
    let why = "error: a: stale: it changed after it was read, with new findings: ";
    approve_with(&server, &["--max-risk", "high"], 4, "", &[why]);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);

    let server = one();
    server.before(On::put("a"), |store| {
        store.decide(
            "a",
            "Failed",
            "SignerValidationFailure",
            "kube-controller-manager",
        );
    });
    // That is no finding, and it is in the way all the same.
    let why = "error: a: refused: its signer has marked it Failed: SignerValidationFailure\n";
    approve_with(&server, &["--max-risk", "high"], 3, "", &[why]);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);
}

#[test]
fn what_is_gone_is_stale() {
    let server = one();
    server.before(On::put("a"), |store| store.delete("a"));
    let why = "error: a: stale: it was deleted after it was read, so nothing was decided\n";
    approve(&server, 4, "", &[why]);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);

    // Some servers say conflict where nothing is left.
    let server = one();
    server.fault(
        On::put("a"),
        Fault::Refuse(409, "Conflict", "Precondition failed: UID"),
    );
    server.after(On::put("a"), |store| store.delete("a"));
    approve(&server, 4, "", &[why]);

    let server = one();
    server.before(On::put("a"), |store| store.update("a", |_| {}));
    server.after(On::get("a"), |store| store.delete("a"));
    approve(
        &server,
        4,
        "",
        &["error: a: stale: it was deleted meanwhile\n"],
    );
    assert_eq!(steps(&server), ["PUT 1001", "GET", "PUT 1002"]);
}

#[test]
fn who_comes_first_decides() {
    let server = one();
    server.before(On::put("a"), |store| {
        store.decide("a", "Approved", "AutoApproved", "robot");
    });
    let parts = [
        "note: a: it was already Approved at 20",
        "reason AutoApproved, by field manager robot (unauthenticated)\n",
    ];
    approve(&server, 0, &approved("a"), &parts);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);
    assert_eq!(server.conditions("a"), ["Approved"]);

    let server = one();
    server.before(On::put("a"), |store| {
        store.decide("a", "Denied", "No", "robot");
    });
    approve(&server, 1, "", &["error: a: it is already Denied\n"]);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);

    // Approved meanwhile, and another one.
    let server = one();
    server.before(On::put("a"), |store| {
        store.replace(critical("a").approved().build());
    });
    approve(
        &server,
        4,
        "",
        &["a: stale: another CSR stands under this name"],
    );
}

#[test]
fn denials_meet_the_same() {
    let deny = |server: &ApiServer| {
        let env = Env::with(server);
        env.tool(["deny", "a", "--yes"]).run().snapshot()
    };
    let server = ApiServer::with([critical("a")]);
    server.before(On::put("a"), |store| store.update("a", |_| {}));
    let told = deny(&server);
    assert!(
        told.contains(&format!("exit code: 0\n--- stdout\n{}", denied("a"))),
        "{told}"
    );
    assert_eq!(steps(&server), ["PUT 1001", "GET", "PUT 1002"]);
    let server = ApiServer::with([critical("a")]);
    server.before(On::put("a"), |store| store.replace(info("a").build()));
    let told = deny(&server);
    assert!(
        told.starts_with("exit code: 4\n--- stdout: empty\n"),
        "{told}"
    );
    assert_eq!(server.conditions("a"), [""; 0]);
    let server = ApiServer::with([info("a")]);
    server.before(On::put("a"), |store| {
        store.decide("a", "Approved", "", "robot");
    });
    let told = deny(&server);
    assert!(
        told.contains("error: a: it is already Approved\n"),
        "{told}"
    );
    assert!(told.starts_with("exit code: 1\n"), "{told}");
}

#[test]
fn the_same_name_twice_is_decided_once() {
    let server = one();
    let env = Env::with(&server);
    let run = env.tool(["approve", "a", "csr/a", "--yes"]).run().code(0);
    run.stdout(&approved("a").repeat(2))
        .stderr_has(&["a: info risk"]);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn after_a_lost_answer_the_object_is_read_back() {
    let unknown = "the attempt to decide about the CSR \"a\" may or may not have succeeded: ";
    let server = one();
    server.fault(On::put("a"), Fault::AnswerLost);
    let note = "; it was read back, and is Approved now\n";
    let parts = [&format!("note: a: {unknown}the connection broke"), note];
    approve(&server, 0, &approved("a"), &parts);
    assert_eq!(steps(&server), ["PUT 1001", "GET"]);

    for fault in [Fault::CutOff, Fault::Slow(Duration::from_secs(3))] {
        let server = one();
        server.fault(On::put("a"), fault);
        let words = ["--request-timeout", "1"];
        approve_with(&server, &words, 0, &approved("a"), &[unknown, note]);
        assert_eq!(steps(&server), ["PUT 1001", "GET"]);
    }
    for fault in [
        Fault::HangUp,
        Fault::Garbage,
        Fault::bad_gateway(),
        Fault::Refuse(500, "InternalError", "etcdserver: request timed out"),
        Fault::Refuse(504, "Timeout", "it took too long"),
    ] {
        let server = one();
        server.fault(On::put("a"), fault.clone());
        let note = "; it was read back, and is Pending now\n";
        approve(&server, 1, "", &["error: a: ", unknown, note]);
        // Whatever became of it, it is not sent again.
        assert_eq!(steps(&server), ["PUT 1001", "GET"], "{fault:?}");
    }
    let server = one();
    server.fault(On::put("a"), Fault::AnswerLost);
    server.fault(On::get("a").times(4), Fault::HangUp);
    let hint = "hint: Look at it again before you repeat the decision.\n";
    approve(&server, 1, "", &["error: a: ", unknown, hint]);
}

#[test]
fn what_is_read_back_is_not_the_decision_if_it_is_another_csr() {
    let server = one();
    server.fault(On::put("a"), Fault::HangUp);
    server.after(On::put("a"), |store| {
        store.replace(critical("a").approved().build());
    });
    let part = "; another CSR stands under this name now, so it is not known what became of the one that was reviewed\n";
    approve(&server, 1, "", &["error: a: the attempt to decide", part]);
    assert_eq!(server.writes().len(), 1);
}

/// What a server can answer to a write that it stored.
fn other_answers() -> [(&'static str, Fault); 8] {
    let loud =
        "the server took the decision, but its answer is not this CSR with the decision in it";
    let unknown = "may or may not have succeeded: the answer is ";
    [
        (
            loud,
            Fault::Change(|object| object["metadata"]["uid"] = json!("other")),
        ),
        (
            loud,
            Fault::Change(|object| object["spec"]["username"] = json!("other")),
        ),
        (
            loud,
            Fault::Change(|object| object["spec"]["usages"] = json!(["any"])),
        ),
        (loud, Fault::Change(|object| object["status"] = json!({}))),
        (
            unknown,
            Fault::Change(|object| object["metadata"]["name"] = json!("b")),
        ),
        (
            unknown,
            Fault::Change(|object| object["kind"] = json!("Pod")),
        ),
        (
            unknown,
            Fault::Change(|object| object["apiVersion"] = json!("v1")),
        ),
        (
            unknown,
            Fault::Change(|object| {
                *object = json!({"kind": "Status", "apiVersion": "v1", "status": "Success"});
            }),
        ),
    ]
}

#[test]
fn an_answer_that_is_another_object_is_not_believed() {
    for (part, fault) in other_answers() {
        let server = one();
        server.fault(On::put("a"), fault);
        let told = [
            "note: a: ",
            part,
            "; it was read back, and is Approved now\n",
        ];
        approve(&server, 0, &approved("a"), &told);
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn an_answer_that_is_another_object_is_told_loudly_where_the_csr_cannot_be_read() {
    for (part, fault) in other_answers() {
        let server = one();
        server.fault(On::put("a"), fault);
        server.fault(On::get("a"), Fault::Refuse(403, "Forbidden", "no"));
        approve(&server, 1, "", &["error: a: ", part, "\nhint: Look at "]);
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn a_refusal_of_the_write_is_final() {
    for (fault, part) in [
        // Longer than anybody waits.
        (Fault::TooMany(61), "the server has too many requests"),
        (
            Fault::Refuse(401, "Unauthorized", "Unauthorized"),
            "does not accept the credentials",
        ),
        (
            Fault::Refuse(422, "Invalid", "spec.request: Invalid"),
            "error: a: spec.request: Invalid\n",
        ),
        (
            Fault::Redirect("http://127.0.0.1:9".to_owned()),
            "(HTTP 302)",
        ),
    ] {
        let server = one();
        server.fault(On::put("a").times(9), fault);
        approve(&server, 1, "", &["error: a: ", part]);
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn a_server_with_too_many_requests_is_asked_again_for_the_same() {
    let server = one();
    server.fault(On::put("a").times(2), Fault::TooMany(1));
    approve(&server, 0, &approved("a"), &[]);
    assert_eq!(steps(&server), ["PUT 1001", "PUT 1001", "PUT 1001"]);

    // What changed while it waited is looked at again.
    let server = one();
    server.fault(On::put("a"), Fault::TooMany(1));
    server.before(On::put("a").skip(1), |store| {
        store.replace(critical("a").build());
    });
    approve(&server, 4, "", &["a: stale: another CSR stands under"]);
    assert_eq!(steps(&server), ["PUT 1001", "PUT 1001", "GET"]);
    assert!(server.conditions("a").is_empty());
}

fn all_approved(names: &[String]) -> String {
    names.iter().map(|name| approved(name)).collect()
}

#[test]
fn many_get_through_to_a_server_that_takes_few() {
    let names: Vec<String> = (0..60).map(|number| format!("many-{number:02}")).collect();
    let server = ApiServer::with(names.iter().map(|name| info(name)));
    server.at_once(2);
    let env = Env::with(&server);
    env.tool(["approve", "--all", "--yes"])
        .run()
        .code(0)
        .stdout(&all_approved(&names))
        .stderr_has(&["many-59: "]);
    for name in &names {
        assert_eq!(server.conditions(name), ["Approved"]);
    }
    let refused = server.writes().len() - names.len();
    assert!(refused > 0, "nothing was too many");
    // Sixteen at a time would meet a refusal for nearly every one that gets through.
    assert!(refused < names.len(), "{refused} of {}", names.len());
}

#[test]
fn no_more_are_under_way_than_is_allowed() {
    for (words, most) in [
        (&[][..], 16),
        (&["--parallel=3"][..], 3),
        (&["--parallel=1"][..], 1),
    ] {
        let names: Vec<String> = (0..40).map(|number| format!("many-{number:02}")).collect();
        let server = ApiServer::with(names.iter().map(|name| info(name)));
        for name in &names {
            server.fault(On::put(name), Fault::Slow(Duration::from_millis(30)));
        }
        let env = Env::with(&server);
        let all = ["approve", "--all", "--yes"].iter().chain(words);
        env.tool(all)
            .run()
            .code(0)
            .stdout(&all_approved(&names))
            .stderr_has(&["many-39: "]);
        assert_eq!(server.most_at_once(), most);
    }
}

#[test]
fn one_failure_stops_no_other() {
    let server = ApiServer::with([info("a"), medium("b"), info("c")]);
    server.fault(On::put("b"), Fault::HangUp);
    server.before(On::put("a"), |store| store.delete("a"));
    let env = Env::with(&server);
    let run = env.tool(["approve", "a", "b", "c", "--yes"]).run().code(1);
    run.stdout(&approved("c"))
        .stderr_has(&["error: a: stale: ", "error: b: the attempt to decide"]);
    assert_eq!(server.conditions("c"), ["Approved"]);
}
