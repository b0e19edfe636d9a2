use serde_json::json;

use super::*;
use crate::cluster::testing::{self, Reply, Server, connect};

fn csr(name: &str) -> serde_json::Value {
    let mut csr = testing::csr(name);
    csr["extra"] = json!([1.50]);
    csr
}

#[tokio::test]
async fn answers_have_a_limit() {
    let server = Server::start([Reply::With(200, "x".repeat(3 << 20))]).await;
    let error = server
        .cluster()
        .await
        .send(
            Ask::List(Resource::CertificateSigningRequests),
            &Call::get("/x"),
            2 << 20,
        )
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(
        error.message().ends_with("answered with more than 2 MiB"),
        "{error}"
    );
}

#[tokio::test]
async fn any_name_reaches_its_own_path() {
    let names = [
        "a#b",
        "a b",
        "a\nb",
        "%2F",
        "?x=y&",
        "ü",
        "..a",
        "a\\b",
        "\u{1b}[2K",
        "node-csr-_~.X",
    ];
    let server = Server::start(names.map(|name| Reply::json(&csr(name)))).await;
    let cluster = server.cluster().await;
    for name in names {
        cluster.get(name).await.unwrap();
    }
    let encoded = [
        "a%23b",
        "a%20b",
        "a%0Ab",
        "%252F",
        "%3Fx%3Dy%26",
        "%C3%BC",
        "..a",
        "a%5Cb",
        "%1B%5B2K",
        "node-csr-_~.X",
    ];
    let line = |name| format!("GET /apis/certificates.k8s.io/v1/certificatesigningrequests/{name}");
    assert_eq!(server.lines(), encoded.map(line));
}

#[tokio::test]
async fn impossible_names_are_refused_before_a_request() {
    let server = Server::start([]).await;
    let cluster = server.cluster().await;
    for name in [
        "",
        ".",
        "..",
        "a/b",
        "../certificatesigningrequests/x?dryRun=All#",
        &"x".repeat(1 << 17),
    ] {
        assert_eq!(
            cluster.get(name).await.unwrap_err().kind(),
            ErrorKind::Usage
        );
        assert_eq!(
            cluster
                .put_approval(name, b"{}", false)
                .await
                .unwrap_err()
                .kind(),
            ErrorKind::Usage
        );
    }
    assert!(server.requests().is_empty());

    // The longest that is sent still fits behind the longest server.
    let server = format!("http://127.0.0.1:9/{}", "y".repeat(8000));
    let cluster = connect(|options| options.server = Some(server))
        .await
        .unwrap();
    assert_eq!(
        cluster.get(&"x".repeat(48_000)).await.unwrap_err().kind(),
        ErrorKind::Unreachable
    );
}

#[tokio::test]
async fn an_answer_about_something_else_is_bad() {
    let with = |field: &str, value: &str| {
        let mut object = csr("x");
        object[field] = value.into();
        object
    };
    let bare = json!({"kind": "CertificateSigningRequest", "apiVersion": "certificates.k8s.io/v1"});
    let success = json!({"kind": "Status", "apiVersion": "v1", "status": "Success"});
    for body in [
        csr("y"),
        with("kind", "ClusterRole"),
        with("apiVersion", "certificates.k8s.io/v1beta1"),
        json!({"metadata": {"name": "x"}}),
        bare,
        success,
        json!(3),
    ] {
        let server = Server::start([Reply::json(&body), Reply::json(&body)]).await;
        let cluster = server.cluster().await;
        assert_eq!(
            cluster.get("x").await.unwrap_err().kind(),
            ErrorKind::BadAnswer,
            "{body}"
        );
        // It may be stored all the same.
        let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
    }
}

#[tokio::test]
async fn the_service_is_that_of_the_api_server() {
    let service = |name: &str, namespace: &str, kind: &str| {
        let metadata = json!({"name": name, "namespace": namespace});
        Reply::json(&json!({"kind": kind, "apiVersion": "v1", "metadata": metadata}))
    };
    let server = Server::start([
        service("kubernetes", "default", "Service"),
        service("other", "default", "Service"),
        service("kubernetes", "other", "Service"),
        service("kubernetes", "default", "Endpoints"),
        Reply::With(200, "{}".into()),
    ])
    .await;
    let cluster = server.cluster().await;
    assert!(cluster.kubernetes_service().await.is_ok());
    for _ in 0..4 {
        let error = cluster.kubernetes_service().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer, "{error}");
    }
}

#[tokio::test]
async fn a_decision_is_sent_as_it_is() {
    let server = Server::start([Reply::json(&csr("a b")), Reply::json(&csr("a b"))]).await;
    let cluster = server.cluster().await;
    let body = r#"{ "kind":"CertificateSigningRequest" , "unknown": 1.50}"#;
    let answer = cluster
        .put_approval("a b", body.as_bytes(), false)
        .await
        .unwrap();
    assert_eq!(answer.get(), csr("a b").to_string());
    cluster
        .put_approval("a b", body.as_bytes(), true)
        .await
        .unwrap();

    let line = "PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/a%20b/approval\
                ?fieldManager=kubectl-csr-review";
    assert_eq!(
        server.lines(),
        [line.to_owned(), format!("{line}&dryRun=All")]
    );
    let request = &server.requests()[0];
    assert!(request.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    assert!(
        request.contains("content-type: application/json\r\n"),
        "{request}"
    );
    let agent = format!(
        "user-agent: kubectl-csr-review/{} (",
        env!("CARGO_PKG_VERSION")
    );
    assert!(request.contains(&agent), "{request}");
}

#[tokio::test]
async fn no_answer_makes_a_write_be_repeated() {
    for (code, kind) in [
        (429, ErrorKind::TooManyRequests),
        (503, ErrorKind::OutcomeUnknown),
        (504, ErrorKind::OutcomeUnknown),
        (409, ErrorKind::Conflict),
        (302, ErrorKind::BadAnswer),
    ] {
        let server =
            Server::start([Reply::status(code, "", "later"), Reply::json(&csr("x"))]).await;
        let error = server
            .cluster()
            .await
            .put_approval("x", b"{}", false)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_write_is_an_unknown_outcome() {
    let cut_off = Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".into());
    let nonsense = Reply::Raw("nonsense\r\n\r\n".into());
    for reply in [Reply::HangUp, cut_off, nonsense] {
        let server = Server::start([reply.clone(), reply]).await;
        let cluster = server.cluster().await;
        let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        let error = cluster.put_approval("x", b"{}", true).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_write_that_was_never_sent_has_a_known_outcome() {
    let cluster = connect(|options| options.server = Some("http://127.0.0.1:9".into()))
        .await
        .unwrap();
    let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(
        error.message(),
        "cannot connect to http://127.0.0.1:9: connection refused"
    );
}

#[tokio::test]
async fn requests_have_a_time_limit() {
    let server = Server::start([Reply::Silence, Reply::Silence]).await;
    let cluster = connect(|options| {
        options.server = Some(format!("http://127.0.0.1:{}", server.port));
        options.request_timeout = "200ms".parse().unwrap();
    });
    let cluster = cluster.await.unwrap();
    let error = cluster.get("x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.message().ends_with("did not answer within 200ms"),
        "{error}"
    );
    let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn a_cluster_is_told_by_its_oldest_namespace() {
    let namespace = |kind: &str, name: &str, uid: &str| {
        let metadata = json!({"name": name, "uid": uid});
        Reply::json(&json!({"kind": kind, "apiVersion": "v1", "metadata": metadata}))
    };
    let server = Server::start([
        namespace("Namespace", "kube-system", "u-1"),
        namespace("Namespace", "default", "u-1"),
        namespace("Pod", "kube-system", "u-1"),
        namespace("Namespace", "kube-system", ""),
        Reply::With(200, "u-1".into()),
        Reply::status(403, "Forbidden", "no"),
        Reply::status(404, "NotFound", "no"),
    ])
    .await;
    let cluster = server.cluster().await;
    assert_eq!(cluster.uid().await.as_deref(), Ok("u-1"));
    for _ in 0..4 {
        assert_eq!(
            cluster.uid().await.map_err(|error| error.kind()),
            Err(ErrorKind::BadAnswer)
        );
    }
    let error = cluster.uid().await.unwrap_err();
    assert_eq!(
        error.message(),
        "not allowed to read the namespace kube-system: no"
    );
    assert_eq!(
        error.hint(),
        Some(
            "It takes a ClusterRole with the rule: apiGroups: [\"\"], resources: [\"namespaces\"], \
             verbs: [\"get\"], resourceNames: [\"kube-system\"]."
        )
    );
    let error = cluster.uid().await.unwrap_err();
    assert_eq!(error.message(), "there is no namespace kube-system");
    assert_eq!(server.lines()[0], "GET /api/v1/namespaces/kube-system");
}
