use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::*;
use crate::cluster::testing::{self, Authority, NOW, Reply, Server, around, connect};
use crate::cluster::{ConnectionOptions, Observer, ResourceAttributes, Selector, Watch};

fn csr() -> Reply {
    Reply::json(&testing::csr("x"))
}

fn refused() -> Reply {
    Reply::status(401, "Unauthorized", "Unauthorized")
}

#[tokio::test]
async fn a_read_is_repeated_while_it_may_soon_succeed() {
    let cut_off = Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".into());
    let gateway = Reply::With(502, "<html>".into());
    let transient = [429, 500, 503, 504].map(|code| Reply::status(code, "", "later"));
    let failures = transient
        .into_iter()
        .chain([gateway, cut_off, Reply::HangUp]);
    let repeated = failures.map(async |failure| {
        let replies = vec![failure.clone(), failure.clone(), failure.clone(), csr()];
        let server = Server::start(replies).await;
        server.cluster().await.get("x").await.unwrap();
        assert_eq!(server.requests().len(), 4);
        let server = Server::start(vec![failure; 9]).await;
        server.cluster().await.get("x").await.unwrap_err();
        assert_eq!(server.requests().len(), 4);
    });
    join_all(repeated).await;
}

#[tokio::test]
async fn what_no_repetition_mends_is_asked_once() {
    for code in [302, 400, 401, 403, 404, 409, 410, 422, 501, 505] {
        let server = Server::start([Reply::status(code, "", "no"), csr()]).await;
        server.cluster().await.get("x").await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{code}");
    }
    let error = connect(|options| options.server = Some("http://127.0.0.1:9".into()));
    let start = Instant::now();
    let error = error.await.unwrap().get("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(start.elapsed() < Duration::from_millis(900), "no pause");
}

#[tokio::test]
async fn a_server_that_asks_for_long_is_left_alone() {
    let answer = "HTTP/1.1 429 X\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start([Reply::Raw(answer.into()), csr()]).await;
    let error = server.cluster().await.get("x").await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(server.requests().len(), 1);
}

/// A kubeconfig whose plugin hands out a token for each run, with this end.
struct Login {
    authority: Authority,
    end: String,
}

impl Login {
    fn new(expires: Option<Timestamp>) -> Self {
        let end = expires.map(|end| format!(",\"expirationTimestamp\":\"{end}\""));
        Self {
            authority: Authority::new(),
            end: end.unwrap_or_default(),
        }
    }

    async fn connect(&self, replies: Vec<Reply>) -> (Cluster, Server) {
        let server = self.authority.answering("localhost", NOW, false, replies);
        let server = server.await;
        let script = self.authority.file(
            "login",
            &format!(
                "cd \"$(dirname \"$0\")\" && echo >> runs && run=$(wc -l < runs)\n\
                 echo '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\
                 \"status\":{{\"token\":\"token-'$run'\"{}}}}}'",
                self.end
            ),
        );
        self.kubeconfig(&server, &script.display().to_string());
        let config = self.authority.folder.path().join("config");
        let cluster = connect(|options| options.kubeconfig = Some(config));
        (cluster.await.unwrap(), server)
    }

    fn kubeconfig(&self, server: &Server, script: &str) {
        self.authority.file(
            "config",
            &format!(
                "clusters: [{{name: c, cluster: {{server: 'https://localhost:{}', certificate-authority: ca.pem}}}}]\n\
                 users: [{{name: u, user: {{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['{script}']}}}}}}]\n\
                 contexts: [{{name: k, context: {{cluster: c, user: u}}}}]\ncurrent-context: k",
                server.port
            ),
        );
    }
}

/// The tokens that were sent, by their numbers.
fn tokens(server: &Server) -> Vec<String> {
    let token = |request: &String| {
        let rest = request
            .split_once("authorization: Bearer token-")
            .unwrap()
            .1;
        rest.split("\r\n").next().unwrap().to_owned()
    };
    server.requests().iter().map(token).collect()
}

#[tokio::test]
async fn credentials_that_are_refused_are_obtained_anew_once() {
    let login = Login::new(None);
    let (cluster, server) = login
        .connect(vec![refused(), csr(), csr(), refused(), csr()])
        .await;
    for _ in 0..3 {
        cluster.get("x").await.unwrap();
    }
    assert_eq!(tokens(&server), ["1", "2", "2", "2", "3"]);

    let login = Login::new(None);
    let (cluster, server) = login.connect(vec![refused(); 9]).await;
    for _ in 0..2 {
        let error = cluster.get("x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
    }
    assert_eq!(tokens(&server), ["1", "2", "2"], "not again and again");
}

#[tokio::test]
async fn a_write_that_was_not_let_in_is_sent_with_other_credentials() {
    let login = Login::new(None);
    let (cluster, server) = login.connect(vec![refused(), csr()]).await;
    cluster.put_approval("x", b"{}", false).await.unwrap();
    assert_eq!(tokens(&server), ["1", "2"]);
}

#[tokio::test]
async fn many_that_are_refused_at_once_log_in_once() {
    let login = Login::new(None);
    let mut replies = vec![refused(); 4];
    replies.extend(vec![csr(); 4]);
    let (cluster, server) = login.connect(replies).await;
    let one = || cluster.get("x");
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    assert!([a, b, c, d].iter().all(Result::is_ok));
    let runs = std::fs::read_to_string(login.authority.folder.path().join("runs")).unwrap();
    assert_eq!(runs.lines().count(), 2, "{:?}", tokens(&server));
}

#[tokio::test]
async fn credentials_are_obtained_anew_before_they_end() {
    let login = Login::new(Some(Timestamp::now() + SignedDuration::from_millis(11_500)));
    let (cluster, server) = login.connect(vec![csr(); 3]).await;
    cluster.get("x").await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    cluster.get("x").await.unwrap();
    // What the plugin hands out by now has ended, and is tried all the same, not asked for each time.
    cluster.get("x").await.unwrap();
    assert_eq!(tokens(&server), ["1", "2", "2"]);
}

#[tokio::test]
async fn other_credentials_are_for_the_same_server_alone() {
    let login = Login::new(None);
    let (cluster, server) = login.connect(vec![refused(), csr()]).await;
    let elsewhere = Server::start([csr()]).await;
    let script = login.authority.folder.path().join("login");
    login.kubeconfig(&elsewhere, &script.display().to_string());
    let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Kubeconfig, "{error}");
    assert_eq!(server.requests().len(), 1);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn a_server_that_repeats_credentials_is_not_repeated() {
    const SECRET: &str = "s3cr3t-of-forty-characters-and-some-more";
    let authority = Authority::new();
    let review = |kind: &str, status| Reply::json(&json!({"kind": kind, "status": status}));
    let echo = json!({"allowed": true, "reason": SECRET, "evaluationError": format!("x{SECRET}")});
    let end = json!({"type": "ERROR", "object": {
        "kind": "Status", "message": format!("seen: {SECRET}"), "code": 500,
    }});
    let replies = vec![
        Reply::status(403, "Forbidden", &format!("{}{SECRET}", "x".repeat(1000))),
        Reply::With(409, SECRET.to_owned()),
        review("SelfSubjectAccessReview", echo),
        Reply::json(&json!({"gitVersion": SECRET})),
        Reply::json(&json!({
            "kind": "CertificateSigningRequestList", "apiVersion": "certificates.k8s.io/v1",
            "metadata": {"resourceVersion": "7"}, "items": [],
        })),
        Reply::With(200, format!("{end}\n")),
    ];
    let server = authority.answering("localhost", NOW, false, replies).await;
    let cluster = authority.connect(&server, |options| {
        options.token = Some(SECRET.to_owned().into());
    });
    let cluster = cluster.await;
    let csrs = ResourceAttributes::csrs("get", "", "");
    let mut watch = Watch::new(cluster.clone(), Selector::default());
    let mut said = vec![
        format!("{:?}", cluster.get("x").await.unwrap_err()),
        format!("{:?}", cluster.get("x").await.unwrap_err()),
        format!("{:?}", cluster.self_access_review(&csrs).await.unwrap()),
        format!("{:?}", cluster.version().await.unwrap()),
    ];
    for _ in 0..3 {
        said.push(format!("{:?}", watch.next().await.unwrap()));
    }
    said.retain(|text| text != "Listing" && text != "Synced");
    assert_eq!(said.len(), 5, "{said:?}");
    // The first one is cut off within the secret.
    for text in &said[1..] {
        assert!(text.contains("<redacted>"), "{text}");
    }
    for text in &said {
        assert!(!text.contains(&SECRET[..8]), "{text}");
    }
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.contains(SECRET))
    );
}

#[tokio::test]
async fn each_step_is_told_without_credentials() {
    let authority = Authority::new();
    let replies = vec![Reply::status(503, "", "later"), csr()];
    let server = authority.answering("localhost", NOW, false, replies).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let ears = told.clone();
    let observer = Observer::new(move |step| ears.lock().unwrap().push(format!("{step:?}")));
    let options = ConnectionOptions {
        server: Some(format!("https://localhost:{}", server.port)),
        certificate_authority: Some(authority.folder.path().join("ca.pem")),
        token: Some("s3cr3t".to_owned().into()),
        ..ConnectionOptions::default()
    };
    let cluster = Cluster::connect_from(&options, around(&[]), observer);
    cluster.await.unwrap().get("x").await.unwrap();
    assert!(server.requests()[0].contains("s3cr3t"));
    let told = told.lock().unwrap();
    let starts = ["Credentials", "Exchange", "Repeat", "Exchange"];
    assert_eq!(told.len(), starts.len(), "{told:?}");
    for (step, start) in told.iter().zip(starts) {
        assert!(
            step.starts_with(start) && !step.contains("s3cr3t"),
            "{step}"
        );
    }
    assert!(
        told[3].contains("/certificatesigningrequests/x"),
        "{}",
        told[3]
    );
    assert!(told[3].contains("Some(200)"), "{}", told[3]);
}
