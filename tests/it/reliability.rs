//! What goes wrong on the way to the server and back: the rows of docs/reliability.md, each with its test here.
//!
//! A row says what a read and what a decision do, and with which code the program ends.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, critical, info};
use crate::support::env::{Env, Output};
use crate::support::generated::read;
use crate::support::pty::Session;

/// For ever, as far as a test goes.
const ALWAYS: usize = 99;
/// What a decision of unknown outcome says.
const UNKNOWN: &str = "may or may not have succeeded";

/// Defines a test for each row, and the list of them.
macro_rules! rows {
    ($($name:ident $body:block)*) => {
        const ROWS: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() $body)*
    };
}

/// A server with the CSR `a`.
fn one() -> ApiServer {
    ApiServer::with([info("a")])
}

/// What `list` ends with while this goes wrong so many times is as it has to be. How often it asked.
#[track_caller]
fn lists(fault: Fault, times: usize, ends: impl FnOnce(Output<'_>)) -> usize {
    let server = one();
    server.fault(On::list().times(times), fault);
    let env = Env::with(&server);
    ends(env.tool(["list", "--request-timeout=2"]).run());
    let lines = server.lines();
    let asked = lines.iter().filter(|line| line.contains("requests?limit"));
    asked.count()
}

/// The list succeeds although this goes wrong so many times.
#[track_caller]
fn recovers(fault: &Fault, times: usize) {
    let ends = |output: Output<'_>| _ = output.code(0).stdout_has(&["a      info"]).stderr("");
    let asked = lists(fault.clone(), times, ends);
    assert_eq!(asked, times + 1, "{fault:?}");
}

/// The list fails with this after so many attempts, if it goes wrong for ever.
#[track_caller]
fn gives_up(fault: &Fault, attempts: usize, error: &str) {
    let ends = |output: Output<'_>| _ = output.code(1).stdout("").stderr_has(&["error: ", error]);
    let asked = lists(fault.clone(), ALWAYS, ends);
    assert_eq!(asked, attempts, "{fault:?}");
}

/// What goes wrong with a decision ends so, and it was sent so often.
#[track_caller]
fn decides(fault: &Fault, times: usize, code: i32, stdout: &str, stderr: &[&str], sent: usize) {
    let server = one();
    server.fault(On::put("a").times(times), fault.clone());
    let env = Env::with(&server);
    env.tool(["approve", "a", "--yes", "--request-timeout=2"])
        .run()
        .code(code)
        .stdout(stdout)
        .stderr_has(stderr);
    assert_eq!(server.writes().len(), sent, "{fault:?}");
}

/// A decision is refused at once, and is not sent again.
#[track_caller]
fn is_refused(fault: &Fault, error: &str) {
    decides(fault, ALWAYS, 1, "", &["error: a: ", error], 1);
}

/// It is not known whether a decision arrived, and it did not: that is told, and it is not sent again.
#[track_caller]
fn is_read_back(fault: &Fault) {
    let told = [
        "error: a: ",
        UNKNOWN,
        "; it was read back, and is Pending now\n",
    ];
    decides(fault, ALWAYS, 1, "", &told, 1);
}

/// It is not known whether a decision arrived, and it did.
#[track_caller]
fn is_found_done(fault: &Fault) {
    let told = [
        "note: a: ",
        UNKNOWN,
        "; it was read back, and is Approved now\n",
    ];
    decides(fault, ALWAYS, 0, &approved("a"), &told, 1);
}

/// Nobody answers there: a name or address that fails before anything is sent.
#[track_caller]
fn nothing_is_sent(server: &str, error: &str) {
    for words in [
        &["list"][..],
        &["approve", "a", "--yes"],
        &["deny", "a", "--yes"],
    ] {
        let words = [words, &["--server", server]].concat();
        Env::new()
            .tool(words)
            .run()
            .code(1)
            .stdout("")
            .stderr_has(&["error: ", error])
            .stderr_lacks(&[UNKNOWN]);
    }
}

rows! {
    unauthorized {
        let fault = Fault::Refuse(401, "Unauthorized", "Unauthorized");
        gives_up(&fault, 1, "does not accept the credentials");
        is_refused(&fault, "does not accept the credentials");
    }

    forbidden {
        let fault = Fault::Refuse(403, "Forbidden", "certificatesigningrequests is forbidden: no");
        gives_up(&fault, 1, "not allowed to list CSRs");
        is_refused(&fault, "not allowed to decide about the CSR \"a\"");
    }

    not_found {
        let server = one();
        let env = Env::with(&server);
        let run = env.tool(["show", "b"]).run().code(1).stdout("");
        run.stderr_has(&["error: there is no CSR \"b\""]);
        server.before(On::put("a"), |store| store.delete("a"));
        let run = env.tool(["approve", "a", "--yes"]).run().code(4).stdout("");
        run.stderr_has(&["error: a: stale: it was deleted"]);
    }

    not_served {
        let fault = Fault::Answer(404, "text/plain", "404 page not found\n".to_owned());
        gives_up(&fault, 1, "does not serve certificates.k8s.io/v1");
    }

    conflict {
        let server = one();
        server.before(On::put("a"), |store| store.update("a", |_| {}));
        let env = Env::with(&server);
        let words = ["approve", "a", "--yes"];
        env.tool(words).run().code(0).stdout(&approved("a")).stderr_has(&["a: info"]);
        assert_eq!(server.writes().len(), 2);
        let server = one();
        server.before(On::put("a"), |store| store.replace(critical("a").build()));
        let env = Env::with(&server);
        let run = env.tool(words).run().code(4).stdout("");
        run.stderr_has(&["error: a: stale: "]);
        assert_eq!(server.writes().len(), 1);
    }

    expired_page {
        let server = ApiServer::with([info("a"), info("b"), info("c")]);
        server.pages_of(1);
        let env = Env::with(&server);
        server.fault(On::list().skip(1), Fault::expired());
        assert_eq!(env.listed(&[]).len(), 3);
        server.fault(On::list().skip(1), Fault::expired());
        server.fault(On::list().skip(1), Fault::expired());
        let run = env.tool(["list"]).run().code(1).stdout("");
        run.stderr_has(&["the list changed too much while it was read"]);
    }

    invalid {
        let fault = Fault::Refuse(422, "Invalid", "spec.request: Invalid value");
        gives_up(&fault, 1, "spec.request: Invalid value");
        is_refused(&fault, "spec.request: Invalid value");
    }

    too_many_requests {
        recovers(&Fault::TooMany(1), 2);
        gives_up(&Fault::TooMany(60), 1, "too many requests");
        decides(&Fault::TooMany(1), 2, 0, &approved("a"), &["a: info"], 3);
        is_refused(&Fault::TooMany(61), "too many requests");
    }

    too_many_requests_without_a_time {
        let fault = Fault::Refuse(429, "TooManyRequests", "later");
        recovers(&fault, 3);
        gives_up(&fault, 4, "too many requests");
        decides(&fault, 1, 0, &approved("a"), &["a: info"], 2);
    }

    server_error {
        let fault = Fault::Refuse(500, "InternalError", "etcdserver: leader changed");
        recovers(&fault, 3);
        gives_up(&fault, 4, "failed (HTTP 500): etcdserver: leader changed");
        is_read_back(&fault);
    }

    gateway {
        recovers(&Fault::bad_gateway(), 3);
        gives_up(&Fault::bad_gateway(), 4, "(HTTP 502 from a gateway?)");
        is_read_back(&Fault::bad_gateway());
    }

    unavailable {
        let fault = Fault::Refuse(503, "ServiceUnavailable", "apiserver not ready");
        recovers(&fault, 1);
        gives_up(&fault, 4, "failed (HTTP 503)");
        is_read_back(&fault);
    }

    server_timeout {
        let fault = Fault::Refuse(504, "Timeout", "it took too long");
        recovers(&fault, 1);
        gives_up(&fault, 4, "did not finish in time");
        is_read_back(&fault);
    }

    no_answer {
        let late = Fault::Slow(Duration::from_secs(4));
        gives_up(&late, 1, "did not answer within 2s");
        is_found_done(&late);
    }

    long_body {
        // What others store makes nobody judge by half of it.
        let fat = || info("a").annotation("x", &"y".repeat(1 << 20));
        let server = ApiServer::with([fat()]);
        server.fault(On::list(), Fault::Trickle(Duration::from_millis(120)));
        let env = Env::with(&server);
        let run = env.tool(["list", "--no-headers", "--request-timeout=1"]).run();
        run.code(0).stdout_has(&["a "]).quiet();
    }

    slow_body {
        let late = Fault::Trickle(Duration::from_millis(300));
        gives_up(&late, 1, "did not answer within 2s");
        is_found_done(&late);
    }

    cut_off {
        recovers(&Fault::CutOff, 3);
        gives_up(&Fault::CutOff, 4, "the connection broke to ");
        is_found_done(&Fault::CutOff);
    }

    closed {
        recovers(&Fault::HangUp, 3);
        gives_up(&Fault::HangUp, 4, "the connection broke to ");
        is_read_back(&Fault::HangUp);
        is_found_done(&Fault::AnswerLost);
    }

    not_http {
        recovers(&Fault::Garbage, 1);
        gives_up(&Fault::Garbage, 4, "there was no complete HTTP answer");
        is_read_back(&Fault::Garbage);
    }

    html {
        let page = Fault::Answer(200, "text/html", "<html>Log in</html>".to_owned());
        gives_up(&page, 1, "answered with something that is not a list");
        is_read_back(&page);
    }

    content_type {
        let plain = Fault::Relabel("text/plain");
        let ends = |output: Output<'_>| _ = output.code(0).stdout_has(&["a      info"]).stderr("");
        assert_eq!(lists(plain.clone(), ALWAYS, ends), 1);
        decides(&plain, ALWAYS, 0, &approved("a"), &["a: info"], 1);
    }

    something_else {
        gives_up(&Fault::Change(|list| list["kind"] = json!("Pod")), 1, "an object that is not a list");
        let nodes = Fault::Change(|list| list["kind"] = json!("NodeList"));
        gives_up(&nodes, 1, "a list of another kind");
        is_found_done(&Fault::Change(|csr| csr["kind"] = json!("Pod")));
        is_found_done(&Fault::Change(|csr| csr["metadata"]["name"] = json!("b")));
        is_read_back(&Fault::Answer(200, "application/json", "{\"kind\":\"Status\"}".to_owned()));
        is_read_back(&Fault::Answer(400, "text/html", "<html>No</html>".to_owned()));
    }

    redirect {
        let fault = Fault::Redirect("http://127.0.0.1:9".to_owned());
        gives_up(&fault, 1, "(HTTP 302)");
        is_refused(&fault, "(HTTP 302)");
    }

    name_not_resolved {
        nothing_is_sent("http://no.such.host.invalid", "its name cannot be resolved");
    }

    not_reachable {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("a port");
        drop(listener);
        nothing_is_sent(&format!("http://{address}"), "connection refused");
    }

    tls {
        let server = ApiServer::start_tls();
        nothing_is_sent(&server.url(), "was signed by an unknown authority");
        let env = Env::with(&server);
        let words = ["approve", "a", "--yes", "--tls-server-name=other.example"];
        let run = env.tool(words).run().code(1).stdout("");
        run.stderr_has(&["error: ", " is for other names ("]).stderr_lacks(&[UNKNOWN]);
        assert_eq!(server.requests().len(), 0);
    }

    unreadable_item {
        let server = ApiServer::with([info("a"), info("b")]);
        server.fault(
            On::list().times(ALWAYS),
            Fault::Change(|list| list["items"][0]["spec"]["request"] = json!(["?"])),
        );
        let env = Env::with(&server);
        let run = env.tool(["list"]).run().code(1).stdout_has(&["\nb "]);
        run.stderr_has(&["error: a cannot be read as a CSR: "]);
        let words = ["approve", "--all", "--yes"];
        let run = env.tool(words).run().code(1).stdout(&approved("b"));
        run.stderr_has(&["error: a: "]);
        assert_eq!(server.writes().len(), 1);
    }

    endless_list {
        let fault = Fault::Change(|list| list["metadata"]["continue"] = json!("after-0"));
        let error = "a page that continues with itself";
        lists(fault, ALWAYS, |output| _ = output.code(1).stdout("").stderr_has(&[error]));
        let fault = Fault::Change(|list| {
            static PAGE: AtomicUsize = AtomicUsize::new(0);
            let page = PAGE.fetch_add(1, Ordering::Relaxed);
            list["metadata"]["continue"] = json!(format!("after-{page}"));
            list["items"] = json!([]);
        });
        gives_up(&fault, 6, "a list without end");
    }

    large_objects {
        let server = ApiServer::with((0..40).map(|number| info(&format!("large-{number:02}"))));
        server.fault(On::list().times(2), Fault::Pad(33 << 20));
        let env = Env::with(&server);
        assert_eq!(env.listed(&[]).len(), 40);
        let lines = server.lines();
        let asked = lines.iter().filter_map(|line| line.split_once("requests?limit="));
        let asked: Vec<&str> = asked.map(|(_, rest)| rest.split('&').next().unwrap_or(rest)).collect();
        assert_eq!(asked, ["500", "62", "7", "14", "28"]);
    }
}

#[test]
fn the_table_has_these_rows() {
    let page = read("docs/reliability.md");
    let named: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| line.rsplit('`').nth(1))
        .collect();
    let unique: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(unique.len(), named.len(), "a row stands twice");
    assert_eq!(unique, ROWS.iter().copied().collect());
}

#[test]
fn what_is_repeated_is_told() {
    let server = one();
    server.fault(
        On::list(),
        Fault::Refuse(503, "ServiceUnavailable", "not ready"),
    );
    let env = Env::with(&server);
    let said = |words: &[&str]| {
        let words = [&["list", "--facts=none"], words].concat();
        let output = env.tool(words).run().code(0).stdout_has(&["a      "]);
        output.raw_stderr().to_owned()
    };
    let path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    let once = said(&["-v"]);
    for status in ["503 Service Unavailable", "200 OK"] {
        let line = format!("debug: GET {path}: {status} in ");
        assert!(once.lines().any(|told| told.starts_with(&line)), "{once}");
    }
    assert!(
        !once.contains("limit=") && !once.contains("again in"),
        "{once}"
    );

    server.fault(
        On::list(),
        Fault::Refuse(503, "ServiceUnavailable", "not \u{1b}[2Jready"),
    );
    let twice = said(&["-vv"]);
    let line = format!("debug: GET {}{path}?limit=500: 200 OK in ", server.url());
    assert!(twice.contains(&line), "{twice}");
    assert!(
        twice.contains(" bytes\n") && twice.contains("debug: connected in "),
        "{twice}"
    );
    assert!(twice.contains("debug: again in "), "{twice}");
    assert!(twice.contains("not \\x1b[2Jready\n"), "{twice}");
    assert!(!twice.contains("content-type"), "{twice}");

    let all = said(&["-vvv"]);
    assert!(
        all.contains("debug:   content-type: application/json\n"),
        "{all}"
    );
    assert_eq!(said(&[]), "");
}

#[test]
fn a_long_read_says_how_far_it_has_come_and_leaves_no_trace() {
    let server = ApiServer::with([info("a"), info("b"), info("c")]);
    server.pages_of(2);
    let slow = || Fault::Slow(Duration::from_millis(1500));
    server.fault(On::list().skip(1), slow());
    let env = Env::with(&server);
    let mut session = Session::start(&env.tool(["list"]));
    session.expect("Reading CSRs: 2 of 3");
    let gone = format!("\r{}\r", " ".repeat("Reading CSRs: 2 of 3".len()));
    session.end().code(0).has(&[&gone, "NAME"]);
    // Where nobody watches it, nothing is said.
    server.fault(On::list().skip(1), slow());
    assert_eq!(env.listed(&[]).len(), 3);
}

/// The documentation's own figures.
#[test]
fn the_page_says_what_the_limits_are() {
    let page = read("docs/reliability.md").replace('\n', " ");
    for part in [
        "three times more",
        "within ten seconds",
        "up to a minute",
        "30 s",
    ] {
        assert!(page.contains(part), "{part}");
    }
}
