use super::*;
use crate::cluster::testing::{Authority, NOW, connect, failure};

#[tokio::test]
async fn the_server_has_to_prove_its_name() {
    let authority = Authority::new();
    let table = [
        ("localhost", (2020, 2021), "has expired"),
        ("localhost", (2098, 2099), "is not valid yet"),
        ("other.example", NOW, "is for other names (other.example)"),
        ("", NOW, "is for no name: a common name does not count"),
    ];
    for (name, years, what) in table {
        let server = authority.server(name, years, false).await;
        let error = failure(authority.connect(&server, |_| ()).await).await;
        assert_eq!(error.kind(), ErrorKind::Tls);
        assert_eq!(
            error.message(),
            format!(
                "the certificate of https://localhost:{} {what}",
                server.port
            )
        );
        assert!(server.requests().is_empty());
    }

    let server = authority.server("localhost", NOW, false).await;
    authority
        .connect(&server, |_| ())
        .await
        .get("x")
        .await
        .unwrap();
    let stranger = Authority::new();
    let error = failure(stranger.connect(&server, |_| ()).await).await;
    assert!(
        error
            .message()
            .ends_with("was signed by an unknown authority"),
        "{error}"
    );
    let cluster = stranger.connect(&server, |options| {
        options.certificate_authority = None;
        options.insecure_skip_tls_verify = true;
    });
    let cluster = cluster.await;
    assert!(cluster.place().insecure);
    cluster.get("x").await.unwrap();

    let server = authority.server("other.example", NOW, false).await;
    let cluster = authority.connect(&server, |options| {
        options.tls_server_name = Some("other.example".into());
    });
    cluster.await.get("x").await.unwrap();
}

#[tokio::test]
async fn the_server_may_refuse_the_client_certificate() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let with = |years| {
        let (certificate, key) = authority.issue("jane", years);
        let certificate = authority.file("client.pem", &certificate.pem());
        let key = authority.file("key.pem", &key.serialize_pem());
        authority.connect(&server, |options| {
            options.client_certificate = Some(certificate);
            options.client_key = Some(key);
        })
    };
    with(NOW).await.get("x").await.unwrap();
    let error = failure(with((2020, 2021)).await).await;
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(
        error
            .message()
            .ends_with("says that the client certificate has expired"),
        "{error}"
    );
    let error = failure(authority.connect(&server, |_| ()).await).await;
    assert!(
        error.message().ends_with("wants a client certificate"),
        "{error}"
    );
}

#[tokio::test]
async fn other_services_are_no_tls_servers() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            tokio::io::AsyncWriteExt::write_all(&mut stream, greeting)
                .await
                .unwrap();
        }
    });
    let cluster = connect(|options| options.server = Some(format!("https://localhost:{port}")));
    let error = failure(cluster.await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert_eq!(
        error.message(),
        format!("https://localhost:{port} does not speak TLS")
    );
}

#[tokio::test]
async fn unreachable_servers_are_told_apart() {
    let at = |server: &'static str| connect(move |options| options.server = Some(server.into()));
    let error = failure(at("http://127.0.0.1:9").await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(
        error.message(),
        "cannot connect to http://127.0.0.1:9: connection refused"
    );
    let error = failure(at("https://name.invalid:6443").await.unwrap()).await;
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(
        error.message(),
        "cannot connect to https://name.invalid:6443: its name cannot be resolved"
    );
}
