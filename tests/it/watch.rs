//! `watch`: what is pending, and what comes, for as long as it runs.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, critical, high, info, medium};
use crate::support::env::{Env, first_words};
use crate::support::pty::Session;
use crate::support::request::CsrObject;
use crate::support::running::Running;

const GOES_ON: &str = "note: the watch goes on\n";
const QUESTION: &str = "a)pprove d)eny s)kip v)iew raw q)uit ?: ";

pub(crate) fn start(env: &Env, words: &[&str]) -> Running {
    let words = ["watch", "--no-headers"].iter().chain(words);
    Running::start(&env.tool(words))
}

fn at_terminal(env: &Env, words: &[&str]) -> Session {
    let words = ["watch"].iter().chain(words);
    Session::start(&env.tool(words).var("NO_COLOR", "1"))
}

/// Ends it as a supervisor does, and gives what it wrote.
#[track_caller]
pub(crate) fn stopped(mut run: Running) -> (String, String) {
    run.signal(Signal::TERM);
    let (code, out, err) = run.end();
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.ends_with("stopped\n"), "{err}");
    (out, err)
}

fn ago(object: CsrObject, seconds: u64) -> CsrObject {
    object.created_ago(Duration::from_secs(seconds))
}

#[test]
fn what_is_there_comes_first_and_each_comes_once() {
    let server = ApiServer::with([
        ago(info("b"), 300),
        ago(critical("a"), 100),
        ago(medium("c"), 200),
        info("z").approved(),
    ]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("\na ");
    server.add(high("d"));
    run.expect("\nd ");
    server.change(|store| {
        store.update("d", |object| {
            object["metadata"]["labels"] = json!({"x": "y"});
        });
        store.update("a", |object| {
            object["metadata"]["annotations"] = json!({"x": "y"});
        });
        store.decide("b", "Approved", "AutoApproved", "robot");
        store.decide("c", "Denied", "", "");
        store.decide("b", "Failed", "SignerGaveUp", "controller");
        store.delete("a");
        store.delete("b");
        store.put(info("e").approved().build());
        store.replace(critical("d").build());
    });
    server.add(info("f"));
    run.expect("\nf ");
    let (out, err) = stopped(run);
    assert_eq!(err, "stopped\n");
    assert_eq!(
        first_words(&out),
        ["b", "c", "a", "d", "b:", "c:", "a:", "d:", "d", "f"],
        "{out}"
    );
    let line = |lead: &str| {
        let mut lines = out.lines().filter(|line| line.starts_with(lead));
        lines.next().expect("a line").to_owned()
    };
    assert!(line("b: ").starts_with("b: Approved at "), "{out}");
    assert!(
        line("b: ").ends_with(", reason AutoApproved, by field manager robot (unauthenticated)"),
        "{out}"
    );
    assert!(line("c: ").starts_with("c: Denied at "), "{out}");
    assert_eq!(line("a: "), "a: deleted");
    assert_eq!(line("d: "), "d: deleted");
}

#[test]
fn a_line_is_a_row_of_the_list() {
    let server = ApiServer::with([critical("a"), critical("ends\nhere\u{1b}[2J\u{202e}")]);
    let env = Env::with(&server);
    let list = env.tool(["list"]).run().code(0).quiet();
    let mut run = Running::start(&env.tool(["watch"]));
    run.expect("\nends");
    server.change(|store| {
        store.decide(
            "ends\nhere\u{1b}[2J\u{202e}",
            "Denied",
            "\u{1b}[31m",
            "\u{9b}x",
        );
    });
    run.expect(" Denied at ");
    let (out, _) = stopped(run);
    let words = |text: &str| -> Vec<Vec<String>> {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        text.lines().map(words).collect()
    };
    let rows = words(&out);
    for row in words(list.raw_stdout()) {
        // But for the age.
        let alike = |other: &Vec<String>| {
            let differs = row.iter().zip(other).filter(|(one, other)| one != other);
            row.len() == other.len() && differs.count() <= 1
        };
        assert!(rows.iter().any(alike), "{row:?} is not in\n{out}");
    }
    assert_eq!(rows.len(), 4, "{out}");
    assert_eq!(out.find(['\u{1b}', '\u{202e}', '\u{9b}']), None, "{out}");
}

#[test]
fn only_what_is_selected_is_shown() {
    let server = ApiServer::with([
        ago(info("a").label("team", "x"), 90),
        ago(critical("b"), 80),
        ago(high("c").label("team", "x"), 70),
    ]);
    let env = Env::with(&server);
    for (words, names) in [
        (&["-l", "team=x"][..], &["a", "c"][..]),
        (&["--min-risk", "high"], &["b", "c"]),
        (&["--requestor", "mallory"], &["b"]),
        (&["--signer", "kubernetes.io/kubelet-serving"], &["c"]),
        (&["--field-selector", "metadata.name!=b"], &["a", "c"]),
    ] {
        let mut run = start(&env, words);
        run.until("the names", |run| {
            first_words(&run.stdout()).len() >= names.len() && server.watched() > 0
        });
        let (out, _) = stopped(run);
        assert_eq!(first_words(&out), names, "{words:?}");
    }
    // What is no longer selected may still be there.
    let mut run = start(&env, &["-l", "team=x"]);
    run.expect("c ");
    server.change(|store| {
        store.update("c", |object| {
            object["metadata"]["labels"] = json!({});
        });
    });
    run.expect("c: deleted, or no longer selected\n");
    stopped(run);
}

#[test]
fn what_cannot_be_read_is_told_once_and_hides_nothing() {
    let server = ApiServer::with([info("a").spec("request", json!("%%")), info("b")]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("b ");
    server.change(|store| {
        store.update("a", |object| {
            object["metadata"]["labels"] = json!({"x": "y"});
        });
        store.update("b", |object| {
            object["spec"]["usages"] = json!(7);
        });
    });
    server.add(info("c"));
    run.expect("c ");
    let (out, err) = stopped(run);
    assert_eq!(first_words(&out), ["b", "c"]);
    let errors: Vec<&str> = err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 2, "{err}");
    assert_eq!(
        errors[0],
        "error: a cannot be read as a CSR: spec.request is not base64: encode the PEM request with base64 -w 0, and copy it whole"
    );
    assert!(
        errors[1].starts_with("error: b cannot be read as a CSR: "),
        "{err}"
    );
}

#[test]
fn nothing_is_lost_or_doubled_whatever_the_server_does() {
    let server = ApiServer::with([info("csr-000")]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("csr-000 ");
    for number in 1..100 {
        match number {
            10 | 12 | 50 => server.cut_watches(),
            20 => {
                server.change(|store| {
                    store.put(info("csr-020-early").build());
                    store.compact();
                });
                server.cut_watches();
            }
            30 => {
                server.fault(
                    On::watch().times(2),
                    Fault::Refuse(500, "InternalError", "no"),
                );
                server.cut_watches();
            }
            60 => server.away(true),
            70 => {
                server.change(|store| store.delete("csr-000"));
                server.change(super::support::apiserver::Store::compact);
                thread::sleep(Duration::from_millis(300));
                server.fault(On::list(), Fault::bad_gateway());
                server.away(false);
            }
            80 => {
                server.fault(On::watch(), Fault::TooMany(1));
                server.fault(On::watch(), Fault::Garbage);
                server.cut_watches();
            }
            _ => {}
        }
        server.add(info(&format!("csr-{number:03}")));
        thread::sleep(Duration::from_millis(3));
        // Troubles that follow each other closely make the pauses longer and longer.
        if let 45 | 75 = number {
            run.expect(&format!("csr-{number:03} "));
            run.until("the recovery", |run| run.stderr().ends_with(GOES_ON));
        }
    }
    run.expect("csr-099 ").until("the recovery", |run| {
        run.stderr().matches(GOES_ON).count() == 3
    });
    let (out, err) = stopped(run);
    let mut names: Vec<&str> = first_words(&out);
    names.sort_unstable();
    let mut expected: Vec<String> = (0..100).map(|number| format!("csr-{number:03}")).collect();
    expected.push("csr-020-early".to_owned());
    expected.push("csr-000:".to_owned());
    expected.sort_unstable();
    assert_eq!(names, expected, "{err}");
    assert!(
        err.lines()
            .all(|line| ["warning: ", "hint: ", "note: ", "stopped"]
                .iter()
                .any(|lead| line.starts_with(lead))),
        "{err}"
    );
    assert_eq!(err.find('\u{1b}'), None);
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    let server = ApiServer::with([info("a")]);
    server.away(true);
    let env = Env::with(&server);
    let mut run = start(&env, &["--metrics", "0"]);
    run.expect_err("; trying again\n");
    let port = port(&run);
    assert_eq!(page(port, "GET", "/healthz").0, 503);
    thread::sleep(Duration::from_millis(600));
    server.away(false);
    run.expect("a ").expect_err(GOES_ON);
    assert_eq!(page(port, "GET", "/healthz").0, 200);
    server.away(true);
    run.until("the loss", |_| {
        page(port, "GET", "/metrics")
            .1
            .contains("csr_review_watch_connected 0\n")
    });
    // That is no failure yet.
    assert_eq!(page(port, "GET", "/healthz").0, 200);
    let (out, err) = stopped(run);
    assert_eq!(first_words(&out), ["a"]);
    assert_eq!(err.matches("; trying again\n").count(), 2, "{err}");
}

#[test]
fn a_watch_that_begins_slowly_takes_no_lane_from_others() {
    let server = ApiServer::with([info("a")]);
    server.fault(
        On::watch().times(2),
        Fault::Slow(Duration::from_millis(300)),
    );
    let env = Env::with(&server);
    let mut run = start(&env, &["--parallel", "1"]);
    run.expect("a ");
    server.add(info("b"));
    run.expect("\nb ");
    stopped(run);
}

#[test]
fn what_is_not_permitted_is_the_end() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    server.forbid_watch();
    let run = env.tool(["watch"]).run().code(1).stdout_has(&["a "]);
    run.stderr_has(&[
        "error: not allowed to watch CSRs: User \"reviewer\" cannot watch resource",
        "verbs: [\"get\", \"list\", \"watch\"]",
    ]);
    server.forbid_list();
    let run = env.tool(["watch"]).run().code(1).stdout("");
    run.stderr_has(&["error: not allowed to list CSRs: "]);
    for (words, why) in [
        (&["a"][..], "error: watch shows whatever is pending"),
        (&["-f", "x"], "error: watch shows whatever is pending"),
        (&["--all"], "error: watch shows whatever is pending"),
        (&["--review"], "error: a review needs a terminal"),
        (&["--review", "-o", "json"], "error: --review is for people"),
        (&["--metrics", "x"], "write a port, or HOST:PORT"),
        (
            &["--reason", "x"],
            "nothing is decided here without --review",
        ),
        (&["--yes"], "--policy"),
        (&["--policy", "p.yaml"], "--yes"),
    ] {
        let words = ["watch"].iter().chain(words);
        let run = env.tool(words).run().code(2).stdout("");
        run.stderr_has(&[why]);
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("a port").to_string();
    let run = env.tool(["watch", "--metrics", &address]).run().code(1);
    run.stdout("")
        .stderr_has(&["error: --metrics: cannot listen there: "]);
}

#[test]
fn ctrl_c_is_no_success() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("a ").signal(Signal::INT);
    let (code, _, err) = run.end();
    assert_eq!((code, err.as_str()), (Some(130), "\ninterrupted\n"));
}

#[test]
fn json_comes_in_lines() {
    let server = ApiServer::with([critical("a\u{202e}\n")]);
    let env = Env::with(&server);
    let list = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    let mut run = start(&env, &["-o", "json"]);
    run.expect("\n");
    server.add(info("b"));
    run.expect("\"b\"");
    server.change(|store| store.decide("b", "Approved", "AutoApproved", "robot"));
    run.expect_err("note: b: Approved at ");
    let (out, _) = stopped(run);
    assert_eq!(out.find('\u{202e}'), None);
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    let mut first = lines[0].clone();
    let fields = first.as_object_mut().expect("an object");
    assert_eq!(
        fields.shift_remove("apiVersion"),
        Some(json!("csr-review/v1"))
    );
    assert_eq!(fields.shift_remove("kind"), Some(json!("Review")));
    assert_eq!(first, list.json()["items"][0]);
}

/// The port that the metrics are at.
#[track_caller]
pub(crate) fn port(run: &Running) -> u16 {
    let err = run.stderr();
    let (_, rest) = err
        .split_once("note: metrics at http://127.0.0.1:")
        .expect("an address");
    let (port, _) = rest.split_once("/metrics\n").expect("an address");
    port.parse().expect("a number")
}

/// A page that is served: its code and its text.
pub(crate) fn page(port: u16, method: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\n\r\n").expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let code = head.split(' ').nth(1).expect("a code");
    (code.parse().expect("a number"), body.to_owned())
}

#[test]
fn what_happens_is_counted() {
    let server = ApiServer::with([
        critical("a"),
        info("b").signer("example.com/\u{1b}[2J\"} 9\nup 1"),
        info("c").approved(),
    ]);
    let env = Env::with(&server);
    let mut run = start(&env, &["--metrics", "0"]);
    run.expect("a ").expect("b ").expect_err("/metrics\n");
    let port = port(&run);
    run.until("the counts", |_| {
        page(port, "GET", "/metrics")
            .1
            .contains("pending{risk=\"critical\"} 1\n")
    });
    let (code, text) = page(port, "GET", "/metrics");
    assert_eq!(code, 200);
    for line in [
        "csr_review_unknown_signer_total 1",
        "csr_review_watch_connected 1",
        "csr_review_pending{risk=\"none\"} 0",
        "# TYPE csr_review_decided_total counter",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    assert_eq!(page(port, "GET", "/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(page(port, "HEAD", "/healthz"), (200, String::new()));
    assert_eq!(page(port, "GET", "/").0, 404);
    assert_eq!(page(port, "DELETE", "/metrics").0, 405);
    server.change(|store| store.decide("a", "Denied", "", ""));
    run.until("the decision", |_| {
        page(port, "GET", "/metrics")
            .1
            .contains("pending{risk=\"critical\"} 0\n")
    });
    stopped(run);
}

#[test]
fn somebody_decides_as_they_come() {
    let server = ApiServer::with([ago(info("a"), 90), ago(critical("b"), 80)]);
    let env = Env::with(&server);
    let mut session = at_terminal(&env, &["--review", "--reason", "Looked"]);
    session
        .expect("Context test, server ")
        .expect("CSR a (Pending")
        .expect(QUESTION);
    // What happens meanwhile is known when the next one is asked about.
    server.change(|store| store.decide("b", "Denied", "No", "robot"));
    server.add(medium("c"));
    session
        .send_line("a")
        .expect("Approve a? [y/N]: ")
        .send_line("y");
    session
        .expect("approved\r\n")
        .expect("CSR c (Pending")
        .expect(QUESTION)
        .send_line("d")
        .expect("Deny c? [y/N]: ")
        .send_line("y")
        .expect("denied\r\n");
    server.add(info("d"));
    session
        .expect("CSR d (Pending")
        .expect(QUESTION)
        .send_line("s");
    server.add(info("e"));
    session
        .expect("CSR e (Pending")
        .expect(QUESTION)
        .send_line("q");
    let end = session
        .end()
        .code(0)
        .lacks(&["CSR b (", "a: Approved at", "c: Denied at"]);
    assert_eq!(end.screen.matches("CSR d (").count(), 1);
    assert_eq!(server.conditions("a"), ["Approved"]);
    assert_eq!(server.conditions("c"), ["Denied"]);
    assert_eq!(server.conditions("d"), [""; 0]);
    assert_eq!(server.writes().len(), 2);
    let object = server.object("a").expect("stored");
    assert_eq!(object["status"]["conditions"][0]["reason"], "Looked");
}

#[test]
fn decisions_are_counted_by_signers_that_cannot_forge_a_line() {
    let signer = "example.com/\u{1b}[2J\"} 9\nup 1";
    let server = ApiServer::with([info("a").signer(signer)]);
    let env = Env::with(&server);
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("a port").port()
    };
    let mut session = at_terminal(&env, &["--review", "--metrics", &port.to_string()]);
    session.expect("CSR a (Pending").expect(QUESTION);
    // A question does not stop the other things that are asked for.
    assert_eq!(page(port, "GET", "/healthz").0, 200);
    session
        .send_line("d")
        .expect("Deny a? [y/N]: ")
        .send_line("y")
        .expect("denied\r\n");
    server.add(info("b"));
    session.expect("CSR b (Pending").expect(QUESTION);
    let (_, text) = page(port, "GET", "/metrics");
    let line = "csr_review_decided_total{verdict=\"denied\",\
                signer=\"example.com/\\\\x1b[2J\\\"} 9\\\\nup 1\",rule=\"person\"} 1";
    assert!(text.lines().any(|other| other == line), "{text}");
    session.send_line("q");
    session.end().code(0);
}

#[test]
fn what_is_being_sent_is_finished_first() {
    for (signal, code) in [(Signal::TERM, 0), (Signal::INT, 130)] {
        let server = ApiServer::with([info("a"), info("b")]);
        server.fault(On::put("a"), Fault::Slow(Duration::from_millis(900)));
        let env = Env::with(&server);
        let mut session = at_terminal(&env, &["--review"]);
        session
            .expect("CSR a (Pending")
            .expect(QUESTION)
            .send_line("a");
        session.expect("Approve a? [y/N]: ").send_line("y");
        while server.writes().is_empty() {
            thread::sleep(Duration::from_millis(5));
        }
        session.signal(signal);
        let line = approved("a").replace('\n', "\r\n");
        session.end().code(code).has(&[&line]).lacks(&["CSR b ("]);
        assert_eq!(server.conditions("a"), ["Approved"]);
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn an_open_question_holds_nothing_up() {
    for (signal, code, word) in [
        (Signal::TERM, 0, "stopped"),
        (Signal::INT, 130, "interrupted"),
    ] {
        let server = ApiServer::with([info("a")]);
        let env = Env::with(&server);
        let mut session = at_terminal(&env, &["--review"]);
        session
            .expect("CSR a (Pending")
            .expect(QUESTION)
            .signal(signal);
        session.end().code(code).has(&[word]);
        assert_eq!(server.writes().len(), 0);
    }
}

#[test]
fn the_bell_rings_at_a_terminal_alone() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let mut session = at_terminal(&env, &["--bell"]);
    session.expect("\na ").expect("\x07").signal(Signal::TERM);
    session.end().code(0).has(&["NAME   RISK"]);
    let mut run = start(&env, &["--bell"]);
    run.expect("a ");
    let (out, err) = stopped(run);
    assert_eq!((out.find('\x07'), err.as_str()), (None, "stopped\n"));
}
