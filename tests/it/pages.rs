//! Lists that are long, or come in pieces: never half of one, and never one item at the cost of others.

use serde_json::json;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{critical, fat, info};
use crate::support::env::{Env, first_words};

#[test]
fn one_that_cannot_be_read_hides_no_other() {
    let server = ApiServer::with([
        info("a"),
        info("b").spec("usages", json!("client auth")),
        info("c").spec("expirationSeconds", json!(1e40)),
        critical("d"),
    ]);
    server.change(|store| {
        let mut object = info("e").build();
        object["metadata"]["creationTimestamp"] = json!("yesterday");
        store.put(object);
    });
    let env = Env::with(&server);
    let run = env.tool(["list", "--no-headers"]).run().code(1);
    assert_eq!(first_words(run.raw_stdout()), ["d", "a"], "{run}");
    run.stderr_has(&[
        "error: b cannot be read as a CSR: spec.usages: must be a list, not text\n",
        "error: c cannot be read as a CSR: spec.expirationSeconds: must be a whole number, not 1e+40\n",
        "error: e cannot be read as a CSR: metadata.creationTimestamp: must be a time such as \"2026-03-01T12:00:00Z\"\n",
    ]);
    let json = env.tool(["list", "-o", "json"]).run().code(1);
    let unreadable = &json.json()["unreadable"];
    assert_eq!(unreadable[0]["name"], "b");
    assert_eq!(
        unreadable[2],
        json!({"name": "e", "why": "metadata.creationTimestamp: must be a time such as \"2026-03-01T12:00:00Z\""})
    );
    json.stderr_has(&["error: b ", "error: c ", "error: e "]);
    env.tool(["list", "b", "a", "--no-headers"])
        .run()
        .code(1)
        .stdout_has(&["a "])
        .stderr_has(&["error: b cannot be read as a CSR"]);
}

#[test]
fn more_than_a_page_is_read_whole() {
    let server = ApiServer::start();
    for index in 0..1203 {
        let name = format!("csr-{index:04}");
        server.add(if index == 777 {
            critical(&name)
        } else {
            info(&name)
        });
    }
    let env = Env::with(&server);
    let listed = env.listed(&[]);
    assert_eq!(listed.len(), 1203);
    assert_eq!(listed[..3], ["csr-0777", "csr-0000", "csr-0001"]);
    let gets = server
        .lines()
        .iter()
        .filter(|line| line.contains("certificatesigningrequests?limit=500"))
        .count();
    assert_eq!(gets, 3, "{:?}", server.lines());
}

#[test]
fn a_list_that_went_stale_starts_anew() {
    let server = ApiServer::with([info("a"), info("b"), critical("c"), info("d")]);
    server.pages_of(2);
    server.fault(On::list().skip(1), Fault::expired());
    server.before(On::list().skip(2), |store| store.delete("a"));
    let env = Env::with(&server);
    // What the first attempt read is void: nothing twice, and nothing that is gone.
    assert_eq!(env.listed(&[]), ["c", "b", "d"]);

    server.fault(On::list().skip(1), Fault::expired());
    server.fault(On::list().skip(1), Fault::expired());
    env.tool(["list"])
        .run()
        .code(1)
        .stdout("")
        .stderr("error: the list changed too much while it was read\nhint: Try again.\n");
}

#[test]
fn half_a_list_is_no_list() {
    let server = ApiServer::with([info("a"), info("b"), critical("c")]);
    server.pages_of(2);
    let env = Env::with(&server);
    for (fault, part) in [
        (
            Fault::Refuse(500, "InternalError", "etcd is away"),
            "(HTTP 500): etcd is away",
        ),
        (Fault::CutOff, "the connection broke"),
        (Fault::TooMany(30), "too many requests"),
    ] {
        server.fault(On::list().skip(1).times(4), fault);
        let run = env.tool(["list"]).run();
        run.code(1).stdout("").stderr_has(&["error: ", part]);
        server.clear_faults();
    }
    // A page that leads to itself would never end.
    server.fault(
        On::list().times(9),
        Fault::Change(|list| list["metadata"]["continue"] = json!("after-0")),
    );
    env.tool(["list"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&["a page that continues with itself"]);
}

#[test]
fn lists_of_another_kind_are_no_facts() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let access = |known: bool| {
        let run = env.tool(["list", "-o", "json"]).run().code(0);
        assert_eq!(
            run.json()["items"][0]["access"]["known"],
            json!(known),
            "{run}"
        );
        run
    };
    access(true).quiet();
    let of_nodes = || {
        Fault::Change(|list| {
            list["kind"] = json!("NodeList");
            list["apiVersion"] = json!("v1");
        })
    };
    for resource in [
        "clusterroles",
        "roles",
        "clusterrolebindings",
        "rolebindings",
    ] {
        server.fault(On::new("GET", &format!("/{resource}?")), of_nodes());
        let part = format!("list {resource} and answered with a list of another kind");
        access(false).stderr_has(&["not checked: ", &part]);
    }
}

#[test]
fn large_ones_are_listed_with_all_that_is_shown_of_them() {
    let names = ["a", "b", "c", "d", "e"];
    let server = ApiServer::with(names.map(|name| fat(name, 60_000)));
    server.add(info("small"));
    let env = Env::with(&server);
    let mut listed = env.listed(&[]);
    listed.sort_unstable();
    assert_eq!(listed, ["a", "b", "c", "d", "e", "small"]);
    // Not all of them are held: the others are read again when they are judged.
    let read = server.lines();
    let read = read
        .iter()
        .filter(|line| line.contains("requests/"))
        .count();
    assert!((1..5).contains(&read), "{read}");
    let run = env.tool(["list", "-o", "name"]).run().code(0);
    assert_eq!(run.raw_stdout().lines().count(), 6);
    let run = run.quiet();
    let last = run.raw_stdout().lines().last();
    assert_eq!(
        last,
        Some("certificatesigningrequest.certificates.k8s.io/small")
    );
    let run = env
        .tool(["list", "-o", "json", "--requestor", "eve"])
        .run()
        .code(0);
    for item in run.json()["items"].as_array().expect("items") {
        let names = item["request"]["dnsNames"].as_array().expect("names");
        assert_eq!(names.len(), 60_000);
    }
    let _ = run.quiet();
    // As they are by then.
    for name in names {
        server.before(On::get(name), move |store| store.delete(name));
    }
    assert_eq!(env.listed(&[]).len(), 6 - read);
    let server = ApiServer::with(names.map(|name| fat(name, 60_000)));
    let fault = Fault::Refuse(403, "Forbidden", "no");
    server.fault(On::new("GET", "requests/").times(99), fault);
    let env = Env::with(&server);
    let run = env.tool(["list", "--no-headers"]).run().code(1);
    assert_eq!(run.raw_stdout().lines().count(), 5 - read);
    run.stderr_has(&["error: not allowed to read the CSR \""])
        .stdout_has(&["unreviewable"]);
}
