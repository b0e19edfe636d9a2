//! Checks of the test support itself: a test that cannot fail proves nothing.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, Fault, On, Who};
use crate::support::env::Env;
use crate::support::http::Request;
use crate::support::pty::{Session, Streams};
use crate::support::request::CsrObject;

const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

/// Sends a request on a connection of its own; the code and the text of the answer.
pub(crate) fn ask(server: &ApiServer, method: &str, target: &str, body: &str) -> (u16, String) {
    let address = server.url().replace("http://", "");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .expect("sent");
    let mut answer = String::new();
    let length = |head: &str| {
        let (_, rest) = head.split_once("content-length: ")?;
        rest.lines().next()?.parse::<usize>().ok()
    };
    let mut some = [0; 4096];
    loop {
        let count = stream.read(&mut some).unwrap_or(0);
        answer.push_str(std::str::from_utf8(&some[..count]).expect("UTF-8"));
        let whole = answer
            .split_once("\r\n\r\n")
            .is_some_and(|(head, body)| length(head) == Some(body.len()));
        if count == 0 || whole {
            break;
        }
    }
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (code.unwrap_or(0), body.to_owned())
}

pub(crate) fn ask_json(server: &ApiServer, target: &str) -> Value {
    let (code, body) = ask(server, "GET", target, "");
    assert_eq!(code, 200, "{body}");
    serde_json::from_str(&body).expect("JSON")
}

/// Reads a CSR, adds a condition, and sends it back.
fn approve(
    server: &ApiServer,
    name: &str,
    query: &str,
    change: impl FnOnce(&mut Value),
) -> (u16, String) {
    let mut object = ask_json(server, &format!("{CSRS}/{name}"));
    object["status"]["conditions"] = json!([{"type": "Approved", "status": "True"}]);
    change(&mut object);
    let target = format!("{CSRS}/{name}/approval{query}");
    ask(server, "PUT", &target, &object.to_string())
}

fn three() -> ApiServer {
    ApiServer::with([
        CsrObject::own_renewal("a", "jane").label("team", "x"),
        CsrObject::kubelet_serving("b", "node-1"),
        CsrObject::own_renewal("c d", "joe"),
    ])
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| item["metadata"]["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn the_server_lists_in_pages_and_selects() {
    let server = three();
    let first = ask_json(&server, &format!("{CSRS}?limit=2"));
    assert_eq!(names(&first), ["a", "b"]);
    assert_eq!(first["items"][0].get("kind"), None);
    let token = first["metadata"]["continue"].as_str().expect("a token");
    let second = ask_json(&server, &format!("{CSRS}?limit=2&continue={token}"));
    assert_eq!(names(&second), ["c d"]);
    assert_eq!(second["metadata"].get("continue"), None);

    let select = |query: &str| ask_json(&server, &format!("{CSRS}?{query}"));
    assert_eq!(names(&select("labelSelector=team%3Dx")), ["a"]);
    assert_eq!(names(&select("labelSelector=%21team")), ["b", "c d"]);
    assert_eq!(
        names(&select("fieldSelector=metadata.name%3Dc%20d")),
        ["c d"]
    );
    let serving = "fieldSelector=spec.signerName%21%3Dkubernetes.io%2Fkubelet-serving";
    assert_eq!(names(&select(serving)), ["a", "c d"]);
    let (code, _) = ask(
        &server,
        "GET",
        &format!("{CSRS}?fieldSelector=status%3Dx"),
        "",
    );
    assert_eq!(code, 400);
    assert_eq!(
        ask_json(&server, &format!("{CSRS}/c%20d"))["kind"],
        "CertificateSigningRequest"
    );
    server.forbid_list();
    assert_eq!(ask(&server, "GET", CSRS, "").0, 403);
}

#[test]
fn the_server_checks_a_decision() {
    let server = three();
    let uid = |object: &mut Value| object["metadata"]["uid"] = json!("other");
    let version = |object: &mut Value| object["metadata"]["resourceVersion"] = json!("1");
    let both = |object: &mut Value| {
        object["status"]["conditions"] = json!([
            {"type": "Approved", "status": "True"}, {"type": "Denied", "status": "True"},
        ]);
    };
    for (change, code, part) in [
        (uid as fn(&mut Value), 409, "Precondition failed: UID"),
        (
            version,
            409,
            "please apply your changes to the latest version",
        ),
        (both, 422, "mutually exclusive"),
        (
            |object| object["metadata"]["name"] = json!("z"),
            400,
            "does not match",
        ),
    ] {
        let (actual, body) = approve(&server, "a", "", change);
        assert_eq!(actual, code, "{body}");
        assert!(body.contains(part), "{body}");
    }
    assert_eq!(server.conditions("a"), [""; 0]);

    let (code, body) = approve(&server, "a", "?dryRun=All", |_| {});
    assert_eq!(code, 200, "{body}");
    assert!(body.contains("Approved"), "{body}");
    assert_eq!(server.conditions("a"), [""; 0]);

    let (code, body) = approve(&server, "a", "?fieldManager=me", |object| {
        object["spec"]["signerName"] = json!("evil.example/x");
        object["metadata"]
            .as_object_mut()
            .expect("an object")
            .shift_remove("labels");
    });
    assert_eq!(code, 200, "{body}");
    let stored = server.object("a").expect("stored");
    assert_eq!(
        stored["spec"]["signerName"],
        "kubernetes.io/kube-apiserver-client"
    );
    assert_eq!(stored["metadata"].get("labels"), None);
    let entry = &stored["metadata"]["managedFields"][1];
    assert_eq!(entry["manager"], "me");
    let owned = &entry["fieldsV1"]["f:status"]["f:conditions"];
    assert!(owned[r#"k:{"type":"Approved"}"#].is_object(), "{entry}");
    assert_ne!(
        stored["status"]["conditions"][0]["lastUpdateTime"],
        Value::Null
    );
    let removed = |object: &mut Value| object["status"]["conditions"] = json!([]);
    assert_eq!(approve(&server, "a", "", removed).0, 422);

    server.forbid_signer("kubernetes.io/kubelet-serving");
    let (code, body) = approve(&server, "b", "", |_| {});
    assert_eq!(code, 403, "{body}");
    assert_eq!(server.writes().len(), 8);
    let absent = ask(
        &server,
        "PUT",
        &format!("{CSRS}/z/approval"),
        r#"{"metadata":{"name":"z"}}"#,
    );
    assert_eq!(absent.0, 404);
}

#[test]
fn the_server_fails_on_demand() {
    let server = three();
    let get = |name: &str| ask(&server, "GET", &format!("{CSRS}/{name}"), "");
    server.fault(On::get("a").skip(1), Fault::bad_gateway());
    assert_eq!(get("a").0, 200);
    assert_eq!(get("b").0, 200);
    assert_eq!(get("a").0, 502);
    assert_eq!(get("a").0, 200);
    server.fault(On::get("a").times(2), Fault::TooMany(7));
    assert_eq!((get("a").0, get("a").0, get("a").0), (429, 429, 200));
    server.fault(On::get("a"), Fault::HangUp);
    assert_eq!(get("a").0, 0);
    server.fault(
        On::get("a"),
        Fault::Change(|object| object["metadata"]["name"] = json!("z")),
    );
    assert!(get("a").1.contains("\"name\":\"z\""));
    server.fault(On::get("a"), Fault::CutOff);
    let (code, body) = get("a");
    assert_eq!(code, 200);
    assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");
    server.fault(On::put("a"), Fault::AnswerLost);
    assert_eq!(approve(&server, "a", "", |_| {}).0, 0);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn the_server_changes_between_requests() {
    let server = three();
    let uid = |object: &Value| object["metadata"]["uid"].clone();
    server.after(On::get("a").skip(1), |store| {
        store.replace(CsrObject::own_renewal("a", "evil").build());
    });
    server.before(On::put("b"), |store| {
        store.decide("b", "Approved", "AutoApproved", "robot");
    });
    let first = uid(&ask_json(&server, &format!("{CSRS}/a")));
    assert_eq!(uid(&ask_json(&server, &format!("{CSRS}/a"))), first);
    assert_ne!(uid(&ask_json(&server, &format!("{CSRS}/a"))), first);
    assert_eq!(approve(&server, "b", "", |_| {}).0, 409);
    assert_eq!(server.conditions("b"), ["Approved"]);

    let who = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    assert!(
        ask(&server, "POST", who, "{}")
            .1
            .contains("\"username\":\"reviewer\"")
    );
    server.who(Who::Unserved);
    assert_eq!(ask(&server, "POST", who, "{}").0, 404);
}

#[test]
fn requests_are_read_as_they_are_sent() {
    let server = three();
    ask(
        &server,
        "GET",
        &format!("{CSRS}?labelSelector=a%3Db&limit=5"),
        "",
    );
    let requests = server.requests();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}");
    };
    assert_eq!(request.path(), CSRS);
    assert_eq!(request.query("labelSelector").as_deref(), Some("a=b"));
    assert_eq!(request.header("connection"), Some("close"));
    let _: fn(&mut BufReader<TcpStream>) -> _ = Request::read;
}

#[test]
fn runs_are_hermetic() {
    let env = Env::new();
    let script = "echo out; echo err >&2; cat; env | sort; exit 3";
    let output = env
        .program("/bin/sh", ["-c", script])
        .stdin("typed\n")
        .run();
    let output = output.code(3).stderr("err\n");
    let text = output.raw_stdout();
    assert!(text.starts_with("out\ntyped\n"), "{text}");
    assert!(text.contains("\nHOME=/"), "{text}");
    for absent in ["KUBECONFIG", "CARGO", "COLUMNS", "USER="] {
        assert!(!text.contains(absent), "{text}");
    }
}

#[test]
#[should_panic(expected = "stderr was not asserted")]
fn no_stream_is_forgotten() {
    let env = Env::new();
    let output = env.program("/bin/sh", ["-c", "echo warning >&2"]).run();
    output.code(0).stdout("");
}

#[test]
fn somebody_types_at_a_terminal() {
    let env = Env::new();
    let script = "printf 'name? ' >/dev/tty; read name </dev/tty; echo \"hello $name\"; tty; stty size; \
                  test -t 0; echo \"stdin $?\"";
    let streams = Streams {
        no_stdin: true,
        ..Streams::default()
    };
    let shell = env
        .program("/bin/sh", ["-c", script])
        .var("PATH", "/usr/bin:/bin");
    let mut session = Session::start_with(&shell, 100, streams);
    session
        .expect("name? ")
        .send_line("jane")
        .expect("hello jane");
    session.end().code(0).has(&["stdin 1"]);

    let mut session = Session::start(
        &env.program("/bin/sh", ["-c", "echo up; cat"])
            .var("PATH", "/usr/bin:/bin"),
    );
    session.expect("up").interrupt();
    session.end().has(&["^C"]);
}

#[test]
#[should_panic(expected = "modes are not restored")]
fn a_terminal_left_raw_is_noticed() {
    let env = Env::new();
    let shell = env
        .program("/bin/sh", ["-c", "stty -echo"])
        .var("PATH", "/usr/bin:/bin");
    Session::start(&shell).end().code(0);
}

#[test]
#[should_panic(expected = "cursor is not shown")]
fn a_hidden_cursor_is_noticed() {
    let env = Env::new();
    let shell = env.program("/bin/sh", ["-c", "printf '\\033[?25l'"]);
    Session::start(&shell).end().code(0);
}
