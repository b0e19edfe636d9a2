mod identity;
mod proxies;

use std::fmt::Write as _;

use rcgen::KeyPair;

use super::*;
use crate::cluster::Cluster as Connected;
use crate::cluster::testing::{Authority, NOW, Reply, Server, connect, csr, failure};

/// A kubeconfig for the server, with this user and more about the cluster.
fn kubeconfig(
    authority: &Authority,
    server: &Server,
    user: &str,
    cluster: &str,
) -> std::path::PathBuf {
    let mut text = String::new();
    writeln!(
        text,
        "clusters: [{{name: c, cluster: {{server: 'https://localhost:{}',",
        server.port
    )
    .unwrap();
    writeln!(text, "  certificate-authority: ca.pem, {cluster}}}}}]").unwrap();
    writeln!(text, "users: [{{name: jane, user: {user}}}]").unwrap();
    writeln!(
        text,
        "contexts: [{{name: k, context: {{cluster: c, user: jane}}}}]\ncurrent-context: k"
    )
    .unwrap();
    authority.file("config", &text)
}

async fn connect_as(
    authority: &Authority,
    server: &Server,
    user: &str,
) -> Result<Connected, Error> {
    let config = kubeconfig(authority, server, user, "");
    connect(|options| options.kubeconfig = Some(config)).await
}

#[tokio::test]
async fn a_plugin_runs_once_and_its_token_is_sent() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t0ken"}}"#;
    authority.file(
        "login",
        &format!("echo ran >> \"$(dirname \"$0\")/runs\"; echo '{answer}'"),
    );
    let script = authority.folder.path().join("login");
    let user = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: sh, args: ['{}'], provideClusterInfo: true}}}}",
        script.display()
    );
    let cluster = connect_as(&authority, &server, &user).await.unwrap();
    for _ in 0..3 {
        cluster.get("x").await.unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(authority.folder.path().join("runs")).unwrap(),
        "ran\n"
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests
            .iter()
            .all(|request| request.contains("authorization: Bearer t0ken\r\n")),
        "{requests:?}"
    );
    assert_eq!(cluster.place().user.as_deref(), Some("jane"));
    assert_eq!(cluster.place().context.as_deref(), Some("k"));
    assert!(!cluster.place().insecure);
}

#[tokio::test]
async fn tokens_come_from_flags_files_and_the_kubeconfig() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    authority.file("token", "from-file\n");
    authority.file("unended", "without-end");
    for (user, header) in [
        ("{token: inline}", Some("Bearer inline")),
        ("{tokenFile: token}", Some("Bearer from-file")),
        // It is the file that is renewed.
        (
            "{token: inline, tokenFile: token}",
            Some("Bearer from-file"),
        ),
        (
            "{token: inline, tokenFile: unended}",
            Some("Bearer without-end"),
        ),
        ("{token: inline, tokenFile: missing}", Some("Bearer inline")),
        // What is at hand comes before what has to be asked for.
        (
            "{token: inline, exec: {command: /nowhere}}",
            Some("Bearer inline"),
        ),
        (
            "{token: inline, auth-provider: {name: oidc, config: {id-token: other}}}",
            Some("Bearer inline"),
        ),
        ("{username: u, password: p}", Some("Basic dTpw")),
        ("{username: '', password: '', token: ''}", None),
    ] {
        let cluster = connect_as(&authority, &server, user).await.unwrap();
        cluster.get("x").await.unwrap();
        let request = server.requests().pop().unwrap();
        match header {
            Some(header) => assert!(
                request.contains(&format!("authorization: {header}\r\n")),
                "{request}"
            ),
            None => assert!(!request.contains("authorization"), "{request}"),
        }
    }
    let config = kubeconfig(
        &authority,
        &server,
        "{exec: {command: /nowhere}, username: u, password: p, tokenFile: token}",
        "",
    );
    let cluster = connect(|options| {
        options.kubeconfig = Some(config);
        options.token = Some("flag".into());
    });
    let cluster = cluster.await.unwrap();
    assert_eq!(cluster.place().user.as_deref(), Some("--token"));
    cluster.get("x").await.unwrap();
    let request = server.requests().pop().unwrap();
    assert!(
        request.contains("authorization: Bearer flag\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_client_certificate_makes_the_plugin_needless() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let (certificate, key) = authority.issue("jane", NOW);
    let certificate = authority.file("client.pem", &certificate.pem());
    let key = authority.file("client.key", &key.serialize_pem());
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: /nowhere}";
    let files = "client-certificate: client.pem, client-key: client.key";
    let cluster = connect_as(&authority, &server, &format!("{{{exec}, {files}}}")).await;
    cluster.unwrap().get("x").await.unwrap();

    let config = kubeconfig(&authority, &server, &format!("{{{exec}}}"), "");
    let cluster = connect(|options| {
        options.kubeconfig = Some(config);
        options.client_certificate = Some(certificate);
        options.client_key = Some(key);
    });
    let cluster = cluster.await.unwrap();
    cluster.get("x").await.unwrap();
    assert_eq!(
        cluster.place().user.as_deref(),
        Some("--client-certificate")
    );
    for request in server.requests() {
        assert!(!request.contains("authorization"), "{request}");
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_used_are_explained() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let (certificate, _) = authority.issue("jane", NOW);
    authority.file("client.pem", &certificate.pem());
    authority.file("other.pem", &KeyPair::generate().unwrap().serialize_pem());
    authority.file("empty", " \n");
    authority.file("two-lines", "s3cr3t\ns3cr3t");
    let table = [
        ("{tokenFile: missing}", "cannot read the token "),
        ("{tokenFile: empty}", "the token "),
        (
            "{tokenFile: two-lines, token: s3cr3t}",
            "the token holds characters that no token has",
        ),
        (
            "{exec: {command: /nowhere}, auth-provider: {name: oidc}}",
            "the kubeconfig's user has both an auth-provider and a credential plugin",
        ),
        (
            "{token: s3cr3t, auth-provider: {name: gcp}}",
            "the auth-provider \"gcp\" is not supported, nor is it by kubectl",
        ),
        (
            "{token: s3cr3t, username: jane}",
            "the kubeconfig's user has both a token and a password",
        ),
        (
            "{client-certificate: client.pem}",
            "there is a client certificate, but no key to it",
        ),
        (
            "{client-key: other.pem}",
            "there is a client key, but no certificate to it",
        ),
        (
            "{client-certificate: client.pem, client-key: other.pem}",
            "the client certificate cannot be used: the key belongs to another one",
        ),
        (
            "{client-certificate: missing, client-key: other.pem}",
            "cannot read the client certificate ",
        ),
        (
            "{client-certificate-data: s3cr3t!, client-key: other.pem}",
            "the client certificate in the kubeconfig is not base64",
        ),
        (
            "{auth-provider: {name: gcp, config: {access-token: s3cr3t}}}",
            "the auth-provider \"gcp\" is not supported, nor is it by kubectl",
        ),
        (
            "{auth-provider: {name: oidc, config: {refresh-token: s3cr3t}}}",
            "the kubeconfig's credentials cannot be used",
        ),
        (
            "{token: \"s3cr3t\\n\"}",
            "the token holds characters that no token has",
        ),
    ];
    for (user, message) in table {
        let result = connect_as(&authority, &server, user).await;
        let error = result.unwrap_err();
        assert!(error.message().starts_with(message), "{error}");
        assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
    }
}

#[tokio::test]
async fn a_proxy_is_named_without_its_password() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let closed = "proxy-url: 'http://jane:s3cr3t@127.0.0.1:9'";
    let config = kubeconfig(&authority, &server, "{}", closed);
    let cluster = connect(|options| options.kubeconfig = Some(config))
        .await
        .unwrap();
    let error = failure(cluster).await;
    let place = format!(
        "https://localhost:{} through the proxy http://127.0.0.1:9",
        server.port
    );
    assert_eq!(
        error.message(),
        format!("cannot connect to {place}: connection refused")
    );
    assert!(error.hint().unwrap().contains("proxy-url"));

    let refuses = Server::start([
        Reply::With(407, String::new()),
        Reply::With(407, String::new()),
    ])
    .await;
    let config = kubeconfig(
        &authority,
        &server,
        "{}",
        &format!("proxy-url: '127.0.0.1:{}'", refuses.port),
    );
    let cluster = connect(|options| options.kubeconfig = Some(config))
        .await
        .unwrap();
    let error = failure(cluster).await;
    assert!(
        error
            .message()
            .ends_with("the proxy wants a name and password"),
        "{error}"
    );
    assert_eq!(
        refuses.lines()[0],
        format!("CONNECT localhost:{}", server.port)
    );

    let config = kubeconfig(
        &authority,
        &server,
        "{}",
        "proxy-url: 'ftp://jane:s3cr3t@x'",
    );
    let error = connect(|options| options.kubeconfig = Some(config))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Kubeconfig);
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
}

#[tokio::test]
async fn flags_that_cannot_be_meant_are_refused() {
    let refused = |change: fn(&mut ConnectionOptions)| {
        connect(move |options| {
            options.server = Some("https://x".into());
            change(options);
        })
    };
    let changes: [fn(&mut ConnectionOptions); 8] = [
        |o| (o.insecure_skip_tls_verify, o.certificate_authority) = (true, Some("x".into())),
        |o| o.as_group = vec!["g".into()],
        |o| o.as_uid = Some("u".into()),
        |o| o.as_user = Some("a\r\nauthorization: b".into()),
        |o| o.as_user = Some(" jane".into()),
        |o| (o.as_user, o.as_uid) = (Some("jane".into()), Some("1\0".into())),
        |o| (o.as_user, o.as_group) = (Some("jane".into()), vec!["g".into(), "g\n".into()]),
        |o| o.tls_server_name = Some("no name".into()),
    ];
    for change in changes {
        assert_eq!(refused(change).await.unwrap_err().kind(), ErrorKind::Usage);
    }
}

#[tokio::test]
async fn the_kubeconfig_and_flags_say_whom_to_impersonate() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let user = "{token: t, as: 'j\u{fc}rgen', as-uid: '7', as-groups: [a b, c], as-user-extra: {A/b: [x, y]}}";
    let config = kubeconfig(&authority, &server, user, "");
    let headers = |request: &String| {
        let lines = request.split("\r\n");
        let mut lines: Vec<_> = lines
            .filter_map(|line| line.strip_prefix("impersonate-"))
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };

    let cluster = connect(|options| options.kubeconfig = Some(config.clone()));
    let cluster = cluster.await.unwrap();
    assert_eq!(cluster.place().user.as_deref(), Some("j\u{fc}rgen"));
    cluster.get("x").await.unwrap();
    let rest = ["group: a b", "group: c", "uid: 7"];
    let extra = ["extra-a%2fb: x", "extra-a%2fb: y"];
    let expected = [&extra[..], &rest, &["user: j\u{fc}rgen"]].concat();
    let request = server.requests().pop().unwrap();
    assert_eq!(headers(&request), expected);
    assert!(request.contains("authorization: Bearer t\r\n"), "{request}");

    // Each flag counts before what it is about, and only that.
    let cluster = connect(|options| {
        options.kubeconfig = Some(config.clone());
        options.as_user = Some("bob".into());
        options.as_group = vec!["d,e".into(), "f".into()];
    });
    let cluster = cluster.await.unwrap();
    assert_eq!(cluster.place().user.as_deref(), Some("bob"));
    cluster.get("x").await.unwrap();
    let rest = ["group: d,e", "group: f", "uid: 7", "user: bob"];
    let expected = [&extra[..], &rest].concat();
    assert_eq!(headers(&server.requests().pop().unwrap()), expected);

    for user in [
        "{as-groups: [g]}",
        "{as-uid: '7'}",
        "{as-user-extra: {a: [b]}}",
        "{as: '', as-uid: u}",
    ] {
        let error = connect_as(&authority, &server, user).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{user}");
    }
}

#[tokio::test]
async fn a_server_is_a_url() {
    for server in [
        "localhost:8080",
        "x",
        "",
        "ftp://x",
        "https://",
        "unix:///x",
        "/x",
        &format!("https://x/{}", "y".repeat(9000)),
    ] {
        let error = connect(|options| options.server = Some(server.into()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Kubeconfig, "{server}");
    }
    let error = connect(|options| options.server = Some("jane:s3cr3t@host:1".into()))
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        "the server \"host:1\" is not a URL with http:// or https://"
    );

    let place = |server: &str| {
        let server = server.to_owned();
        async {
            connect(|options| options.server = Some(server))
                .await
                .unwrap()
                .place()
                .clone()
        }
    };
    let remote = place("http://jane:s3cr3t@host:1/a/b/?x#y").await;
    assert_eq!(
        (remote.server.as_str(), remote.insecure, remote.user),
        ("http://host:1/a/b", true, None)
    );
    assert!(!place("http://[::1]:1").await.insecure);
    assert!(!place("https://host").await.insecure);
}

#[tokio::test]
async fn a_path_of_the_server_stays() {
    let server = Server::start([Reply::json(&csr("x"))]).await;
    // As Rancher has it.
    let url = format!("http://127.0.0.1:{}/k8s/clusters/c-1/", server.port);
    let cluster = connect(|options| options.server = Some(url));
    cluster.await.unwrap().get("x").await.unwrap();
    let path = "GET /k8s/clusters/c-1/apis/certificates.k8s.io/v1/certificatesigningrequests/x";
    assert_eq!(server.lines(), [path]);
}

#[tokio::test]
async fn answers_may_be_compressed_unless_the_kubeconfig_forbids_it() {
    // {"kind":"CertificateSigningRequest","apiVersion":"certificates.k8s.io/v1","metadata":{"name":"x"}}
    const CSR: &[u8] = &[
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 69, 202, 49, 10, 128, 48, 12, 5, 208, 187, 100, 22, 197,
        77, 92, 189, 129, 130, 123, 168, 81, 62, 165, 169, 182, 81, 4, 241, 238, 118, 243, 205,
        239, 33, 15, 93, 168, 167, 65, 146, 97, 133, 99, 147, 9, 155, 66, 183, 81, 142, 83, 178,
        81, 69, 188, 99, 150, 148, 17, 181, 68, 247, 199, 92, 251, 46, 215, 136, 205, 213, 150, 21,
        196, 120, 97, 99, 234, 31, 82, 14, 82, 238, 77, 239, 251, 1, 173, 19, 174, 98, 98, 0, 0, 0,
    ];
    let server = Server::start([Reply::Gzip(CSR), Reply::Gzip(CSR)]).await;
    let mut accepted = Vec::new();
    for more in ["", ", disable-compression: true"] {
        let config = format!(
            "clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{}'{more}}}}}]",
            server.port
        );
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, config).unwrap();
        let cluster = connect(|options| {
            options.kubeconfig = Some(path);
            options.cluster = Some("c".into());
        });
        let read = cluster.await.unwrap().get("x").await;
        let request = server.requests().pop().unwrap();
        accepted.push((request.contains("accept-encoding: gzip\r\n"), read.is_ok()));
    }
    // A server that compresses all the same is not understood.
    assert_eq!(accepted, [(true, true), (false, false)]);
}

#[tokio::test]
async fn an_oidc_provider_hands_out_its_token_until_it_expires() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let claims = |expiry: i64| {
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let claims = part(&format!("{{\"exp\":{expiry}}}"));
        format!("{}.{claims}.s3cr3t", part("{\"alg\":\"none\"}"))
    };
    let user =
        |token: &str| format!("{{auth-provider: {{name: oidc, config: {{id-token: {token}}}}}}}");
    let token = claims(4_000_000_000);
    let cluster = connect_as(&authority, &server, &user(&token)).await;
    cluster.unwrap().get("x").await.unwrap();
    let request = server.requests().pop().unwrap();
    assert!(
        request.contains(&format!("authorization: Bearer {token}\r\n")),
        "{request}"
    );
    let expired = connect_as(&authority, &server, &user(&claims(1_000_000_000))).await;
    let error = match expired {
        Ok(cluster) => failure(cluster).await,
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_plugin_is_told_where_its_credentials_will_go() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let answer = r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}"#;
    authority.file(
        "login",
        &format!(
            "printf %s \"$KUBERNETES_EXEC_INFO\" > \"$(dirname \"$0\")/told\"; echo '{answer}'"
        ),
    );
    let script = authority.folder.path().join("login");
    let user = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: ['{}'], provideClusterInfo: true}}}}",
        script.display()
    );
    let more = "tls-server-name: replaced, proxy-url: '', \
                extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}, {name: x, extension: y}]";
    let config = kubeconfig(&authority, &server, &user, more);
    let url = format!("https://localhost:{}", server.port);
    let cluster = connect(|options| {
        options.kubeconfig = Some(config);
        options.server = Some(url.clone());
    });
    cluster.await.unwrap();
    let told = std::fs::read_to_string(authority.folder.path().join("told")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let ca = std::fs::read(authority.folder.path().join("ca.pem")).unwrap();
    let expected = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "kind": "ExecCredential",
        "spec": {
            "interactive": false,
            "cluster": {
                "server": url,
                "certificate-authority-data": BASE64.encode(ca),
                "config": {"audience": "a"},
            },
        },
    });
    assert_eq!(told, expected);
}

#[tokio::test]
async fn flags_replace_trust_as_a_whole() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, false).await;
    let both = "insecure-skip-tls-verify: true";
    let config = kubeconfig(&authority, &server, "{}", both);
    let error = connect(|options| options.kubeconfig = Some(config.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Kubeconfig);
    let cluster = connect(|options| {
        options.kubeconfig = Some(config.clone());
        options.certificate_authority = Some(authority.folder.path().join("ca.pem"));
    });
    let cluster = cluster.await.unwrap();
    assert!(!cluster.place().insecure);
    cluster.get("x").await.unwrap();

    let config = kubeconfig(&authority, &server, "{}", "tls-server-name: other");
    let error = failure(
        connect(|options| options.kubeconfig = Some(config.clone()))
            .await
            .unwrap(),
    )
    .await;
    assert!(
        error.message().ends_with("is for other names (localhost)"),
        "{error}"
    );
    let cluster = connect(|options| {
        options.kubeconfig = Some(config.clone());
        options.server = Some(format!("https://localhost:{}", server.port));
    });
    cluster.await.unwrap().get("x").await.unwrap();

    authority.file("ca.pem", "no certificate");
    let error = connect(|options| options.kubeconfig = Some(config.clone()))
        .await
        .unwrap_err();
    assert_eq!(
        error.message(),
        "the certificate authority is not a PEM certificate"
    );
}

#[test]
fn a_refused_login_is_explained() {
    let authority = Authority::new();
    let hint = |change: fn(&mut AuthInfo)| {
        let mut user = AuthInfo::default();
        change(&mut user);
        credentials::login_hint(&user, Some("jane"))
    };
    assert!(hint(|_| ()).starts_with("No credentials were given"));
    assert!(
        hint(|user| user.token = Some("t".into()))
            .starts_with("The credentials of \"jane\" may have expired")
    );
    let with = |years| {
        let pem = authority.issue("jane", years).0.pem();
        let user = AuthInfo {
            client_certificate_data: Some(BASE64.encode(pem)),
            ..AuthInfo::default()
        };
        credentials::login_hint(&user, Some("jane"))
    };
    assert!(with(NOW).starts_with("The credentials of \"jane\" may have expired"));
    let expired = "The client certificate of \"jane\" expired at 2021-01-01T00:00:00Z: renew it.";
    assert_eq!(with((2020, 2021)), expired);
}
