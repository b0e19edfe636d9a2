use serde_json::json;

use super::*;
use crate::cluster::testing::{Reply, Server, connect};

const PLAIN: Selector = Selector {
    labels: None,
    fields: None,
};

fn csr(name: &str) -> serde_json::Value {
    json!({"kind": "CertificateSigningRequest", "metadata": {"name": name}, "extra": [1.50]})
}

fn page(items: &[&str], next: &str) -> Reply {
    Reply::With(
        200,
        format!(
            r#"{{"kind":"CertificateSigningRequestList","metadata":{{"continue":"{next}"}},"items":[{}]}}"#,
            items.join(",")
        ),
    )
}

/// The items of a list, after what a restart made void.
async fn list(server: &Server, selector: &Selector) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    let on_page = |page| match page {
        Page::Items(items) => all.extend(items.iter().map(|item| item.get().to_owned())),
        Page::Restart => all.clear(),
    };
    server.cluster().await.list(selector, on_page).await?;
    Ok(all)
}

#[tokio::test]
async fn a_list_is_read_in_pages_and_items_stay_as_they_are() {
    let odd = r#"{"a": 1.50, "a": "twice"}"#;
    let server = Server::start([page(&[odd, "3"], "t&1"), page(&["null"], "")]).await;
    let selector = Selector {
        labels: Some("a in (b,c),d!=é".into()),
        fields: Some("spec.signerName=x/y&limit=0".into()),
    };
    assert_eq!(list(&server, &selector).await.unwrap(), [odd, "3", "null"]);
    let start = "GET /apis/certificates.k8s.io/v1/certificatesigningrequests?limit=500\
                 &labelSelector=a%20in%20%28b%2Cc%29%2Cd%21%3D%C3%A9\
                 &fieldSelector=spec.signerName%3Dx%2Fy%26limit%3D0";
    assert_eq!(
        server.lines(),
        [start.to_owned(), format!("{start}&continue=t%261")]
    );
}

#[tokio::test]
async fn a_list_that_expires_starts_anew_once() {
    let expired = || Reply::status(410, "Expired", "too old");
    let server = Server::start([
        page(&["1"], "t"),
        expired(),
        page(&["2"], "t"),
        page(&["3"], ""),
    ])
    .await;
    assert_eq!(list(&server, &PLAIN).await.unwrap(), ["2", "3"]);

    let server = Server::start([page(&["1"], "t"), expired(), page(&["2"], "t"), expired()]).await;
    assert_eq!(
        list(&server, &PLAIN).await.unwrap_err().kind(),
        ErrorKind::Expired
    );

    let server = Server::start([expired()]).await;
    assert_eq!(
        list(&server, &PLAIN).await.unwrap_err().kind(),
        ErrorKind::Expired
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_not_a_list_is_a_bad_answer() {
    for body in [
        "<html>",
        "",
        "{}",
        "[]",
        r#"{"kind":"CertificateSigningRequest","items":[]}"#,
        r#"{"kind":"XList","items":{}}"#,
        r#"{"kind":"XList","items":[],"items":[]}"#,
        r#"{"kind":"XList","items":["#,
    ] {
        let server = Server::start([Reply::With(200, body.into())]).await;
        assert_eq!(
            list(&server, &PLAIN).await.unwrap_err().kind(),
            ErrorKind::BadAnswer,
            "{body}"
        );
    }
    let server = Server::start([Reply::With(200, r#"{"kind":"XList","items":null}"#.into())]).await;
    assert!(list(&server, &PLAIN).await.unwrap().is_empty());
    let server = Server::start([page(&["1"], "t"), page(&["1"], "t")]).await;
    assert_eq!(
        list(&server, &PLAIN).await.unwrap_err().kind(),
        ErrorKind::BadAnswer
    );
}

#[tokio::test]
async fn answers_have_a_limit() {
    let server = Server::start([Reply::With(200, "x".repeat(3 << 20))]).await;
    let request = request(Method::GET, "/x", Body::empty()).unwrap();
    let error = server
        .cluster()
        .await
        .send(
            Ask::List(Resource::CertificateSigningRequests),
            request,
            2 << 20,
        )
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer);
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
    let mut role = csr("x");
    role["kind"] = "ClusterRole".into();
    for body in [
        csr("y"),
        role,
        json!({"kind": "CertificateSigningRequest"}),
        json!(3),
    ] {
        let server = Server::start([Reply::json(&body), Reply::json(&body)]).await;
        let cluster = server.cluster().await;
        assert_eq!(
            cluster.get("x").await.unwrap_err().kind(),
            ErrorKind::BadAnswer,
            "{body}"
        );
        let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer, "{body}");
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
async fn no_answer_makes_a_request_be_repeated() {
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
        let server =
            Server::start([Reply::status(code, "", "later"), Reply::json(&csr("x"))]).await;
        server.cluster().await.get("x").await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_write_is_an_unknown_outcome() {
    let cut_off = Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".into());
    let nonsense = Reply::Raw("nonsense\r\n\r\n".into());
    for reply in [Reply::HangUp, cut_off, nonsense] {
        let server = Server::start([reply.clone(), reply.clone(), reply]).await;
        let cluster = server.cluster().await;
        let error = cluster.put_approval("x", b"{}", false).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        let error = cluster.put_approval("x", b"{}", true).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        let error = cluster.get("x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
        assert_eq!(server.requests().len(), 3);
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
async fn a_cluster_is_known_by_the_uid_of_a_namespace() {
    let namespace = json!({"kind": "Namespace", "metadata": {"uid": "u-1"}});
    let server = Server::start([
        Reply::json(&namespace),
        Reply::status(
            403,
            "Forbidden",
            "namespaces \"kube-system\" is forbidden: no",
        ),
        Reply::With(200, "{}".into()),
    ])
    .await;
    let cluster = server.cluster().await;
    assert_eq!(cluster.kube_system_uid().await.as_deref(), Ok("u-1"));
    let forbidden = cluster.kube_system_uid().await.unwrap_err();
    assert_eq!(forbidden.kind(), ErrorKind::Forbidden);
    assert!(
        forbidden
            .hint()
            .unwrap()
            .contains("resourceNames: [\"kube-system\"]")
    );
    let bad = cluster.kube_system_uid().await.unwrap_err();
    assert_eq!(bad.kind(), ErrorKind::BadAnswer);
    assert_eq!(server.lines()[0], "GET /api/v1/namespaces/kube-system");
}
