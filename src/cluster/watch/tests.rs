use serde_json::{Value, json};

use super::listing::LONGEST_NAME;
use super::*;
use crate::cluster::testing::{Reply, Server};

const V1: &str = "certificates.k8s.io/v1";

fn object(name: &str, version: u32) -> Value {
    let metadata =
        json!({"name": name, "uid": format!("uid-{name}"), "resourceVersion": version.to_string()});
    json!({"kind": "CertificateSigningRequest", "apiVersion": V1, "metadata": metadata})
}

fn list(objects: &[Value], version: &str) -> Reply {
    Reply::json(&json!({
        "kind": "CertificateSigningRequestList",
        "apiVersion": V1,
        "metadata": {"resourceVersion": version},
        "items": objects,
    }))
}

fn line(kind: &str, object: &Value) -> String {
    json!({"type": kind, "object": object}).to_string()
}

fn status(code: u16) -> Value {
    json!({"kind": "Status", "reason": "Whatever", "message": "why not", "code": code})
}

/// A stream with these lines, which ends.
fn stream(lines: &[String]) -> Reply {
    Reply::With(200, lines.join("\n") + "\n")
}

/// A stream that is open and says nothing.
fn silence() -> Reply {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n";
    Reply::Open(head.to_owned())
}

async fn watch(server: &Server) -> Watch {
    let mut watch = Watch::new(server.cluster().await, Selector::default());
    watch.pace = Pace {
        idle: Duration::from_millis(300),
        settle: Duration::from_millis(100),
        first_pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(20),
    };
    watch
}

fn told(event: &Event) -> String {
    match event {
        Event::Listing => "listing".into(),
        Event::Object(object) => match Metadata::of(object) {
            Some(metadata) => format!("{} {}", metadata.name, metadata.resource_version),
            None => object.get().to_owned(),
        },
        Event::Gone { name, uid } => format!("gone {name} {uid}"),
        Event::Synced => "synced".into(),
        Event::Trouble(error) => format!("{:?}", error.kind()),
        Event::Recovered => "recovered".into(),
    }
}

/// The next events, and the error that ends them if there are not as many.
async fn events(watch: &mut Watch, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..count {
        match watch.next().await {
            Ok(event) => all.push(told(&event)),
            Err(error) => {
                all.push(format!("the end: {:?}", error.kind()));
                break;
            }
        }
    }
    all
}

/// What was asked for: the version of a watch, or nothing for a list.
fn versions(server: &Server) -> Vec<String> {
    let version = |line: &String| {
        let (_, version) = line.split_once("resourceVersion=").unwrap_or_default();
        version.to_owned()
    };
    server.lines().iter().map(version).collect()
}

#[tokio::test]
async fn a_list_and_then_each_change() {
    let bookmark = |version: &str| {
        let metadata = json!({"resourceVersion": version});
        json!({"kind": "CertificateSigningRequest", "apiVersion": V1, "metadata": metadata})
    };
    let odd = json!({"kind": "CertificateSigningRequest", "apiVersion": V1, "odd": 1});
    let server = Server::start([
        list(&[object("a", 5), json!("odd")], "7"),
        stream(&[
            line("ADDED", &object("b", 8)),
            line("BOOKMARK", &bookmark("20")),
            String::new(),
            line("MODIFIED", &object("b", 21)),
            line("DELETED", &object("a", 22)),
            line("ADDED", &odd),
        ]),
    ])
    .await;
    let mut watch = watch(&server).await;
    assert_eq!(
        events(&mut watch, 8).await,
        [
            "listing",
            "a 5",
            "\"odd\"",
            "synced",
            "b 8",
            "b 21",
            "gone a uid-a",
            &odd.to_string()
        ]
    );
    let lines = server.lines();
    assert!(
        lines[1].starts_with(
            "GET /apis/certificates.k8s.io/v1/certificatesigningrequests?watch=1&allowWatchBookmarks=true&timeoutSeconds="
        ),
        "{}",
        lines[1]
    );
    assert!(server.requests()[1].contains("accept-encoding: identity"));
    // What follows goes on behind the last version.
    assert_eq!(events(&mut watch, 1).await, ["Unreachable"]);
    assert_eq!(versions(&server)[1..3], ["7", "22"]);
}

#[tokio::test]
async fn what_has_gone_while_nobody_looked_is_told() {
    let server = Server::start([
        list(&[object("a", 5), object("b", 6)], "7"),
        stream(&[line("ERROR", &status(410))]),
        list(&[object("b", 6), object("c", 8)], "9"),
        Reply::status(410, "Expired", "too old"),
        list(&[object("c", 10)], "11"),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    // What has not changed since is not told again.
    let all = events(&mut watch, 12).await;
    assert_eq!(
        all,
        [
            "listing",
            "a 5",
            "b 6",
            "synced",
            "listing",
            "c 8",
            "gone a uid-a",
            "synced",
            "listing",
            "c 10",
            "gone b uid-b",
            "synced"
        ]
    );
}

/// A page of a list that goes on there.
fn page(objects: &[Value], next: &str) -> Reply {
    Reply::json(&json!({
        "kind": "CertificateSigningRequestList",
        "apiVersion": V1,
        "metadata": {"resourceVersion": "7", "continue": next},
        "items": objects,
    }))
}

#[tokio::test]
async fn a_page_is_read_when_the_last_one_was_taken() {
    let server = Server::start([
        page(&[object("a", 1), object("b", 2)], "t"),
        page(&[object("c", 3)], ""),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    for (count, expected, requests) in [
        (2, &["listing", "a 1"][..], 1),
        (1, &["b 2"], 1),
        (1, &["c 3"], 2),
        (1, &["synced"], 2),
    ] {
        assert_eq!(events(&mut watch, count).await, expected);
        assert_eq!(server.requests().len(), requests, "{expected:?}");
    }
}

#[tokio::test]
async fn a_page_that_fails_is_asked_for_again() {
    let server = Server::start([
        page(&[object("a", 1)], "t"),
        Reply::status(500, "InternalError", "no"),
        Reply::HangUp,
        Reply::Silence,
        page(&[object("b", 2)], ""),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    watch.cluster.timeout = Some(Duration::from_millis(50));
    assert_eq!(
        events(&mut watch, 7).await,
        [
            "listing",
            "a 1",
            "Server(500)",
            "Unreachable",
            "Timeout",
            "b 2",
            "synced"
        ]
    );
    let asked: Vec<String> = server
        .lines()
        .into_iter()
        .filter_map(|line| Some(line.split_once("limit=")?.1.to_owned()))
        .collect();
    // What did not come in time may come in smaller parts.
    assert_eq!(
        asked,
        [
            "500",
            "500&continue=t",
            "500&continue=t",
            "500&continue=t",
            "62&continue=t"
        ]
    );
}

#[tokio::test]
async fn a_list_that_begins_anew_forgets_nothing() {
    let server = Server::start([
        page(&[object("a", 1), object("b", 2)], "t"),
        Reply::status(410, "Expired", "too old"),
        page(&[object("b", 2), object("c", 3)], ""),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    assert_eq!(
        events(&mut watch, 7).await,
        [
            "listing",
            "a 1",
            "b 2",
            "listing",
            "c 3",
            "gone a uid-a",
            "synced"
        ]
    );
}

#[tokio::test]
async fn a_name_of_a_stranger_is_kept_in_part() {
    let mut long = object("a", 1);
    long["metadata"]["name"] = "ü".repeat(LONGEST_NAME).into();
    let server = Server::start([
        list(&[long], "7"),
        stream(&[line("ERROR", &status(410))]),
        list(&[], "9"),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    let gone = events(&mut watch, 5).await.pop().unwrap();
    assert_eq!(
        gone,
        format!("gone {}… uid-a", "ü".repeat(LONGEST_NAME / 2))
    );
}

#[tokio::test]
async fn each_kind_of_trouble_is_told_once_until_it_is_over() {
    let server = Server::start([
        Reply::status(500, "InternalError", "no"),
        Reply::HangUp,
        Reply::status(500, "InternalError", "no"),
        list(&[], "7"),
        Reply::status(429, "TooManyRequests", "later"),
        stream(&[line("ADDED", &object("a", 8))]),
        Reply::status(500, "InternalError", "no"),
        silence(),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    assert_eq!(
        events(&mut watch, 9).await,
        [
            "Server(500)",
            "Unreachable",
            "listing",
            "synced",
            "TooManyRequests",
            "a 8",
            "recovered",
            "Server(500)",
            "recovered"
        ]
    );
    assert_eq!(versions(&server)[4..8], ["7", "7", "8", "8"]);
}

#[tokio::test]
async fn what_comes_again_and_again_comes_slowly() {
    let again = || stream(&[line("ADDED", &object("a", 7))]);
    let server = Server::start([list(&[], "7"), again(), again(), again(), again()]).await;
    let mut watch = watch(&server).await;
    watch.pace.first_pause = Duration::from_millis(100);
    watch.pace.longest_pause = Duration::from_millis(100);
    let before = Instant::now();
    let all = events(&mut watch, 6).await;
    assert_eq!(all, ["listing", "synced", "a 7", "a 7", "a 7", "a 7"]);
    assert!(before.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_asked_for_again() {
    let server = Server::start([
        list(&[], "7"),
        silence(),
        stream(&[line("ADDED", &object("a", 8))]),
    ])
    .await;
    let mut watch = watch(&server).await;
    // Nothing failed, so there is nothing to tell.
    assert_eq!(events(&mut watch, 3).await, ["listing", "synced", "a 8"]);
    assert_eq!(versions(&server)[1..3], ["7", "7"]);
}

#[tokio::test]
async fn a_watch_that_does_not_begin_is_asked_for_again() {
    let server = Server::start([
        list(&[], "7"),
        Reply::Silence,
        stream(&[line("ADDED", &object("a", 8))]),
    ])
    .await;
    let mut watch = watch(&server).await;
    watch.cluster.timeout = Some(Duration::from_millis(50));
    assert_eq!(
        events(&mut watch, 4).await,
        ["listing", "synced", "Timeout", "a 8"]
    );
}

#[tokio::test]
async fn what_is_no_event_leads_to_a_list() {
    let oversized = format!("{{\"type\":\"{}", "x".repeat(ONE_OBJECT));
    for bad in [
        "<html>".to_owned(),
        oversized,
        line("FOO", &object("a", 9)),
        line(
            "ADDED",
            &json!({"kind": "Node", "apiVersion": "v1", "metadata": {"name": "a"}}),
        ),
        line(
            "MODIFIED",
            &json!({"metadata": {"name": "a", "resourceVersion": "9"}}),
        ),
        line(
            "DELETED",
            &json!({"kind": "Status", "apiVersion": "v1", "status": "Failure"}),
        ),
        line("DELETED", &json!({})),
        line("ERROR", &json!({})),
    ] {
        let server = Server::start([
            list(&[], "7"),
            stream(&[line("ADDED", &object("a", 8)), bad.clone()]),
            list(&[object("a", 9)], "9"),
            silence(),
        ])
        .await;
        let mut watch = watch(&server).await;
        let bad = &bad[..bad.len().min(60)];
        assert_eq!(
            events(&mut watch, 7).await,
            [
                "listing",
                "synced",
                "a 8",
                "BadAnswer",
                "listing",
                "a 9",
                "synced"
            ],
            "{bad}"
        );
        assert_eq!(events(&mut watch, 1).await.len(), 1, "{bad}");
        assert_eq!(versions(&server)[1..4], ["7", "", "9"], "{bad}");
    }
}

#[tokio::test]
async fn a_version_that_is_never_accepted_leads_to_a_list() {
    let refuse = || Reply::status(504, "Timeout", "Too large resource version");
    let server = Server::start([
        list(&[], "7"),
        refuse(),
        refuse(),
        refuse(),
        list(&[], "3"),
        Reply::status(400, "Invalid", "no such version"),
        list(&[], "4"),
        silence(),
    ])
    .await;
    let mut watch = watch(&server).await;
    assert_eq!(
        events(&mut watch, 8).await,
        [
            "listing", "synced", "Timeout", "listing", "synced", "Invalid", "listing", "synced"
        ]
    );
    assert_eq!(versions(&server)[..7], ["", "7", "7", "7", "", "3", ""]);
}

#[tokio::test]
async fn what_no_repetition_mends_is_the_end() {
    for (code, reason, kind) in [
        (401, "Unauthorized", "Unauthorized"),
        (403, "Forbidden", "Forbidden"),
        (400, "BadRequest", "Invalid"),
    ] {
        let server = Server::start([Reply::status(code, reason, "no")]).await;
        let mut watch = watch(&server).await;
        assert_eq!(events(&mut watch, 2).await, [format!("the end: {kind}")]);
    }
    // The list may be permitted, and the watch not.
    let server = Server::start([list(&[], "7"), Reply::status(403, "Forbidden", "no")]).await;
    let mut watch = watch(&server).await;
    assert_eq!(
        events(&mut watch, 9).await,
        ["listing", "synced", "the end: Forbidden"]
    );
    // Nor is it an API server at all.
    for bad in [Reply::With(200, "<html>".into()), list(&[], "0")] {
        let server = Server::start([bad]).await;
        let mut watch = self::watch(&server).await;
        assert_eq!(events(&mut watch, 2).await, ["the end: BadAnswer"]);
    }
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let later =
        "HTTP/1.1 429 X\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start([Reply::Raw(later.to_owned()), list(&[], "7")]).await;
    let mut watch = watch(&server).await;
    let before = Instant::now();
    // As long as is asked, but not for ever.
    assert_eq!(events(&mut watch, 2).await, ["TooManyRequests", "listing"]);
    assert!(before.elapsed() >= Duration::from_millis(200));
}
