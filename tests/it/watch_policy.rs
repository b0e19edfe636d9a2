//! `watch --policy … --yes`: unattended, until it is stopped.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::Signal;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::info;
use crate::support::env::Env;
use crate::support::generated::repository;
use crate::support::objects::node;
use crate::support::request::{CsrObject, RequestBuilder};
use crate::support::running::Running;

/// A node's request for these addresses.
fn serving(number: usize, addresses: &[String]) -> CsrObject {
    let name = format!("csr-{number:03}");
    let node = format!("n{number}");
    let request = RequestBuilder::node(&node).dns(&node).key_of(&name);
    let request = addresses.iter().fold(request, |request, ip| request.ip(ip));
    CsrObject::kubelet_serving(&name, &node).request(request.pem())
}

fn address(number: usize) -> String {
    format!("10.1.{}.{}", number / 250, number % 250 + 1)
}

/// So many nodes, each of which asks for its own address.
fn fleet(count: usize) -> ApiServer {
    let server = ApiServer::start();
    for number in 0..count {
        let mut node = node(&format!("n{number}"), &[&address(number)]);
        node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
        server.hold(node);
        server.add(serving(number, &[address(number)]));
    }
    server
}

fn start(env: &Env) -> Running {
    start_with(env, &[])
}

fn start_with(env: &Env, more: &[&str]) -> Running {
    let policy = repository("docs/policies/kubelet-serving.yaml");
    let policy = policy.to_str().expect("UTF-8");
    let words = [
        "watch",
        "--policy",
        policy,
        "--yes",
        "--record",
        "record.jsonl",
    ];
    Running::start(&env.tool(words.iter().chain(more)))
}

/// Waits until so many CSRs are approved.
#[track_caller]
fn until_approved(server: &ApiServer, count: usize) {
    let start = Instant::now();
    loop {
        let approved = server.change(|store| {
            let objects = (0..400).filter_map(|number| store.get(&format!("csr-{number:03}")));
            objects
                .filter(|object| object["status"]["conditions"][0]["type"] == "Approved")
                .count()
        });
        if approved == count {
            return;
        }
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{approved} of {count}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// How often each CSR was written to with success.
fn written(server: &ApiServer) -> BTreeMap<String, usize> {
    let mut written = BTreeMap::new();
    for write in server.writes() {
        *written.entry(write.path().to_owned()).or_default() += 1;
    }
    written
}

fn stopped(mut run: Running) -> (String, String) {
    run.signal(Signal::TERM);
    let (code, out, err) = run.end();
    assert_eq!(code, Some(0), "{out}{err}");
    (out, err)
}

#[test]
fn what_fits_is_approved_and_what_does_not_is_left() {
    let server = fleet(50);
    let bad = [
        serving(7, &[address(8)]).metadata("name", "bad-address".into()),
        serving(200, &[address(200)]).metadata("name", "bad-node".into()),
        info("bad-signer"),
    ];
    for (index, object) in bad.into_iter().enumerate() {
        server.add(object.uid(&format!("bad-{index}")));
    }
    let env = Env::with(&server);
    let run = start(&env);
    until_approved(&server, 50);
    let (out, err) = stopped(run);
    assert_eq!(out.matches(" approved\n").count(), 50, "{out}{err}");
    for (name, why) in [
        ("bad-address", "require.namesBelongToNode"),
        ("bad-node", "require.namesBelongToNode"),
        ("bad-signer", "no rule of the policy matches it"),
    ] {
        assert_eq!(server.conditions(name), Vec::<String>::new());
        let told = format!("error: {name}: refused: ");
        let line = err.lines().find(|line| line.starts_with(&told));
        assert!(line.is_some_and(|line| line.contains(why)), "{name}: {err}");
    }
    assert!(written(&server).values().all(|&times| times == 1));
    let record = fs::read_to_string(env.work().join("record.jsonl")).expect("a record");
    assert_eq!(
        record.matches("\"policyRule\":\"kubelet-serving\"").count(),
        100,
        "{record}"
    );
}

#[test]
fn two_side_by_side_decide_each_once() {
    let server = fleet(60);
    let envs = [Env::with(&server), Env::with(&server)];
    let runs: Vec<Running> = envs.iter().map(start).collect();
    for number in 60..90 {
        let mut node = node(&format!("n{number}"), &[&address(number)]);
        node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z".into();
        server.hold(node);
    }
    until_approved(&server, 60);
    for run in runs {
        let (_, err) = stopped(run);
        assert!(
            !err.contains("stale: ") && !err.contains("may or may not"),
            "{err}"
        );
    }
    for number in 0..60 {
        let name = format!("csr-{number:03}");
        assert_eq!(server.conditions(&name), ["Approved"], "{name}");
        let object = server.object(&name).expect("stored");
        let message = object["status"]["conditions"][0]["message"]
            .as_str()
            .expect("a text");
        assert!(
            message.contains("approved by rule kubelet-serving"),
            "{message}"
        );
    }
}

#[test]
fn what_failed_is_tried_again_and_nothing_is_lost_or_doubled() {
    let server = fleet(5);
    server.fault(On::put("csr-002").times(1), Fault::HangUp);
    server.fault(On::put("csr-003").times(1), Fault::AnswerLost);
    let env = Env::with(&server);
    let run = start(&env);
    until_approved(&server, 5);
    let (out, err) = stopped(run);
    assert_eq!(server.conditions("csr-003"), ["Approved"], "{out}{err}");
    assert_eq!(server.conditions("csr-002"), ["Approved"], "{out}{err}");
}

#[test]
fn what_was_refused_while_nodes_could_not_be_read_is_decided_when_they_can() {
    let server = fleet(4);
    // A read is repeated three times, and the facts are asked for again ten seconds later.
    let away = On::new("GET", "/api/v1/nodes").times(4);
    server.fault(away, Fault::bad_gateway());
    let env = Env::with(&server);
    let mut run = start(&env);
    // Where nobody may read them, asking again would change nothing.
    let closed = fleet(2);
    closed.forbid("nodes");
    let closed_env = Env::with(&closed);
    let other = start(&closed_env);
    // What else is to be known by is gone by then: that is no reason to hurry.
    let bare = fleet(1);
    let away = On::new("GET", "/api/v1/nodes").times(4);
    bare.fault(away, Fault::bad_gateway());
    let bare_env = Env::with(&bare);
    let keys = bare_env.work().join("keys");
    fs::write(&keys, "").expect("a file");
    let mut keyless = start_with(&bare_env, &["--weak-keys", "keys"]);
    keyless.expect_err("error: csr-000: refused: ");
    fs::remove_file(&keys).expect("a file");
    // Somebody does not wait.
    run.expect_err("error: csr-003: refused: ");
    server.change(|store| {
        store.decide("csr-002", "Approved", "ByHand", "somebody");
        store.delete("csr-003");
    });
    until_approved(&server, 3);
    thread::sleep(Duration::from_secs(2));
    let (out, err) = stopped(run);
    let (_, other_err) = stopped(other);
    keyless.expect_err("error: cannot read keys");
    let (_, keyless_err) = stopped(keyless);
    let failures = keyless_err.matches("error: cannot read keys").count();
    assert!((1..=5).contains(&failures), "{failures}: {keyless_err}");
    for (name, err) in [
        ("csr-000", &err),
        ("csr-001", &err),
        ("csr-002", &err),
        ("csr-003", &err),
        ("csr-000", &other_err),
        ("csr-001", &other_err),
    ] {
        let refused = format!("error: {name}: refused: ");
        assert_eq!(err.matches(&refused).count(), 1, "{err}");
    }
    for number in 0..4 {
        let row = format!("\ncsr-{number:03} ");
        assert_eq!(out.matches(&row).count(), 1, "{out}");
    }
    assert_eq!(
        written(&server).into_values().collect::<Vec<_>>(),
        [1, 1],
        "csr-000 and csr-001"
    );
    assert_eq!(closed.writes().len(), 0);
}

#[test]
fn what_was_refused_is_decided_also_when_the_facts_came_for_another() {
    let server = fleet(2);
    server.add(serving(2, &[address(9)]));
    let away = On::new("GET", "/api/v1/nodes").times(4);
    server.fault(away, Fault::bad_gateway());
    // While this is read, the time comes to ask for facts again: that is done for the next one, which stays refused.
    server.fault(On::get("csr-001"), Fault::Slow(Duration::from_secs(12)));
    let env = Env::with(&server);
    let run = start(&env);
    until_approved(&server, 2);
    stopped(run);
    assert_eq!(server.conditions("csr-002"), Vec::<String>::new());
}

#[test]
fn what_waits_for_another_try_holds_up_nobody_else() {
    let server = fleet(1);
    // It is tried again seconds later.
    server.fault(On::put("csr-000"), Fault::HangUp);
    let env = Env::with(&server);
    let mut run = start(&env);
    run.expect_err("error: csr-000: ");
    let start = Instant::now();
    // Meanwhile the server ends the watch, as servers do, and has something new.
    server.cut_watches();
    server.add(serving(1, &[address(1)]));
    run.expect("csr-001 ");
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    stopped(run);
}
