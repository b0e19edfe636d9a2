use serde_json::json;

use super::*;
use crate::cluster::testing::{Reply, Server};

const PLAIN: Selector = Selector {
    labels: None,
    fields: None,
};

/// The start of a list.
const LIST: &str =
    r#"{"kind":"CertificateSigningRequestList","apiVersion":"certificates.k8s.io/v1""#;

fn page(items: &[&str], next: &str) -> Reply {
    Reply::With(
        200,
        format!(
            r#"{LIST},"metadata":{{"continue":"{next}"}},"items":[{}]}}"#,
            items.join(",")
        ),
    )
}

/// The items of a list, after what a restart made void.
async fn list(server: &Server, selector: &Selector) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    let on_page = async |page| match page {
        Page::Items(items) => all.extend(items.iter().map(str::to_owned)),
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
    let v1 = "certificates.k8s.io/v1";
    let of = |kind: &str, version: &str, items: &str| {
        format!(r#"{{"kind":"{kind}","apiVersion":"{version}","items":{items}}}"#)
    };
    let node = r#"[{"kind":"Node","apiVersion":"v1","metadata":{"name":"a"}}]"#;
    for body in [
        "<html>".to_owned(),
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        of("CertificateSigningRequest", v1, "[]"),
        of("NodeList", "v1", "[]"),
        of("List", "v1", "[]"),
        of(
            "CertificateSigningRequestList",
            "certificates.k8s.io/v1beta1",
            "[]",
        ),
        of("CertificateSigningRequestList", v1, "{}"),
        of("CertificateSigningRequestList", v1, node),
        format!("{LIST}}}"),
        format!(r#"{LIST},"items":[],"items":[]}}"#),
        format!(r#"{LIST},"items":["#),
        r#"{"kind":"CertificateSigningRequestList","items":[]}"#.to_owned(),
    ] {
        let server = Server::start([Reply::With(200, body.clone())]).await;
        assert_eq!(
            list(&server, &PLAIN).await.unwrap_err().kind(),
            ErrorKind::BadAnswer,
            "{body}"
        );
    }
    let null = format!(r#"{LIST},"items":null}}"#);
    let server = Server::start([Reply::With(200, null)]).await;
    assert!(list(&server, &PLAIN).await.unwrap().is_empty());
    let server = Server::start([page(&["1"], "t"), page(&["1"], "t")]).await;
    assert_eq!(
        list(&server, &PLAIN).await.unwrap_err().kind(),
        ErrorKind::BadAnswer
    );
}

/// How many objects were asked for, page by page.
fn asked(server: &Server) -> Vec<String> {
    let lines = server.lines().into_iter();
    let limit = lines.map(|line| line.split_once("limit=").unwrap().1.to_owned());
    limit.collect()
}

#[tokio::test]
async fn of_large_objects_fewer_are_asked_for() {
    let too_large = || Reply::With(200, " ".repeat(PAGE_BYTES + 1));
    let object = |bytes: usize| format!("\"{}\"", "x".repeat(bytes));
    let large = object(PAGE_BYTES / 2 + 1);
    let small = object(PAGE_BYTES / 20);
    let server = Server::start([
        page(&["1"], "t"),
        too_large(),
        too_large(),
        page(&[&large], "u"),
        page(&[&large], "v"),
        page(&[&small], "w"),
        page(&[&small, &small], "x"),
        page(&["2"], "y"),
        page(&["3"], ""),
    ])
    .await;
    assert_eq!(list(&server, &PLAIN).await.unwrap().len(), 8);
    assert_eq!(
        asked(&server),
        [
            "500",
            "500&continue=t",
            "62&continue=t",
            "7&continue=t",
            "1&continue=u",
            "1&continue=v",
            "2&continue=w",
            "4&continue=x",
            "8&continue=y"
        ]
    );

    let never = || Reply::With(200, " ".repeat(LARGEST_PAGE + 1));
    let server = Server::start(vec![never(); 9]).await;
    let error = list(&server, &PLAIN).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert_eq!(asked(&server), ["500", "62", "7", "1"]);

    // A server that knows no pages sends all at once.
    let all = (0..3).map(|_| large.as_str()).collect::<Vec<_>>();
    let server = Server::start(vec![page(&all, ""); 4]).await;
    assert_eq!(list(&server, &PLAIN).await.unwrap().len(), 3);
}

#[tokio::test]
async fn items_say_how_many_are_left() {
    let body = format!(r#"{LIST},"metadata":{{"remainingItemCount":7}},"items":[1]}}"#);
    let server = Server::start([Reply::With(200, body)]).await;
    let mut left = None;
    let on_page = async |page| {
        if let Page::Items(items) = page {
            left = items.remaining();
        }
    };
    server.cluster().await.list(&PLAIN, on_page).await.unwrap();
    assert_eq!(left, Some(7));
}

#[tokio::test]
async fn a_list_without_end_is_a_bad_answer() {
    let empty = |index: usize| page(&[], &format!("t{index}"));
    let server = Server::start((0..99).map(empty)).await;
    let error = list(&server, &PLAIN).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadAnswer, "{error}");
    assert!(error.message().ends_with("a list without end"), "{error}");
    assert_eq!(server.requests().len(), MOST_EMPTY_PAGES + 1);

    // Some gaps are no end.
    let pages = (0..40).map(|index| match index % (MOST_EMPTY_PAGES + 1) {
        0 => page(&["1"], &format!("t{index}")),
        _ => empty(index),
    });
    let server = Server::start(pages.chain([page(&["2"], "")])).await;
    assert_eq!(list(&server, &PLAIN).await.unwrap().len(), 8);
}

#[tokio::test]
async fn every_resource_has_a_list_of_its_own() {
    let resources = [
        (
            Resource::CertificateSigningRequests,
            "certificates.k8s.io/v1",
            "CertificateSigningRequest",
        ),
        (Resource::Nodes, "v1", "Node"),
        (
            Resource::ClusterRoles,
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
        ),
        (Resource::Roles, "rbac.authorization.k8s.io/v1", "Role"),
        (
            Resource::ClusterRoleBindings,
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
        ),
        (
            Resource::RoleBindings,
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
        ),
    ];
    for (asked, ..) in resources {
        for (answered, version, kind) in resources {
            let list = json!({"kind": format!("{kind}List"), "apiVersion": version, "items": [{}]});
            let server = Server::start([Reply::json(&list)]).await;
            let answer = server.cluster().await.every(asked).await;
            assert_eq!(answer.is_ok(), asked == answered, "{asked:?}: {list}");
        }
    }
}
