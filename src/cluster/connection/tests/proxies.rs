//! Which proxy is taken, and what it is told.

use super::*;
use crate::cluster::testing::{Proxy, connect_in};

/// A server that only a proxy finds, and the flags for it.
async fn hidden() -> (Authority, Server) {
    let authority = Authority::new();
    let server = authority.server("api.example", NOW, false).await;
    (authority, server)
}

/// Gets a CSR from `https://api.example:6443`, by way of what these say.
async fn get(
    authority: &Authority,
    cluster: &str,
    variables: &[(&str, &str)],
) -> Result<(), Error> {
    let config = format!(
        "clusters: [{{name: c, cluster: {{server: 'https://api.example:6443', certificate-authority: ca.pem, {cluster}}}}}]\n\
         users: [{{name: jane, user: {{token: t0ken}}}}]\n\
         contexts: [{{name: k, context: {{cluster: c, user: jane}}}}]\ncurrent-context: k"
    );
    let config = authority.file("config", &config);
    let cluster = connect_in(variables, |options| options.kubeconfig = Some(config)).await?;
    cluster.get("x").await.map(drop)
}

#[tokio::test]
async fn a_proxy_leads_to_the_server_and_hears_no_token() {
    let (authority, server) = hidden().await;
    let (certificate, key) = authority.issue("localhost", NOW);
    let tls = authority.tls(&certificate, &key, false);
    let http = Proxy::http(server.port).await;
    let https = Proxy::https(tls, server.port).await;
    for (proxy, url) in [
        (&http, format!("http://127.0.0.1:{}", http.port)),
        (&http, format!("127.0.0.1:{}", http.port)),
        (&https, format!("https://localhost:{}/", https.port)),
    ] {
        let before = proxy.asked().len();
        get(&authority, &format!("proxy-url: '{url}'"), &[])
            .await
            .unwrap();
        let asked = &proxy.asked()[before];
        assert!(
            asked.starts_with("CONNECT api.example:6443 HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(!asked.to_lowercase().contains("authorization"), "{asked}");
        let request = server.requests().pop().unwrap();
        assert!(
            request.contains("authorization: Bearer t0ken\r\n"),
            "{request}"
        );
    }

    // Names are left to it, whatever the scheme says.
    let socks = Proxy::socks(server.port).await;
    for scheme in ["socks5", "socks5h"] {
        let url = format!("proxy-url: '{scheme}://127.0.0.1:{}'", socks.port);
        get(&authority, &url, &[]).await.unwrap();
    }
    assert_eq!(socks.asked(), ["[5, 1, 0, 3] api.example:6443"; 2]);
}

#[tokio::test]
async fn a_proxy_is_told_name_and_password() {
    let (authority, server) = hidden().await;
    let proxy = Proxy::http(server.port).await;
    for (userinfo, told) in [
        ("jane:s3cr3t", "jane:s3cr3t"),
        ("jane:p%40ss%3Aw%20rd", "jane:p@ss:w rd"),
        ("jane:p@ss", "jane:p@ss"),
        // Basic authentication wants a colon even without a password.
        ("jane", "jane:"),
    ] {
        let url = format!("{userinfo}@127.0.0.1:{}", proxy.port);
        get(&authority, "", &[("HTTPS_PROXY", &url)]).await.unwrap();
        let asked = proxy.asked().pop().unwrap();
        let header = format!("Proxy-Authorization: Basic {}\r\n", BASE64.encode(told));
        assert!(asked.contains(&header), "{userinfo}: {asked}");
    }
    // The library has no way to log in to a SOCKS proxy, and would try to go without.
    let url = format!("socks5://jane:s3cr3t@127.0.0.1:{}", proxy.port);
    let error = get(&authority, "", &[("HTTPS_PROXY", &url)]).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Kubeconfig);
    assert_eq!(
        error.message(),
        format!(
            "logging in to a SOCKS proxy (socks5://127.0.0.1:{}) is not supported",
            proxy.port
        )
    );
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
}

#[tokio::test]
async fn the_kubeconfig_counts_before_the_environment() {
    let (authority, server) = hidden().await;
    let (by_file, by_variable) = (
        Proxy::http(server.port).await,
        Proxy::http(server.port).await,
    );
    let variable = format!("http://127.0.0.1:{}", by_variable.port);
    let file = format!("proxy-url: 'http://127.0.0.1:{}'", by_file.port);
    let count = || (by_file.asked().len(), by_variable.asked().len());

    get(&authority, "", &[("HTTPS_PROXY", &variable)])
        .await
        .unwrap();
    assert_eq!(count(), (0, 1));
    get(&authority, &file, &[("HTTPS_PROXY", &variable)])
        .await
        .unwrap();
    assert_eq!(count(), (1, 1));
    // What is to go without a proxy is about the environment's.
    get(&authority, &file, &[("NO_PROXY", "api.example")])
        .await
        .unwrap();
    assert_eq!(count(), (2, 1));
    get(&authority, "proxy-url: ''", &[("https_proxy", &variable)])
        .await
        .unwrap();
    assert_eq!(count(), (2, 2));
    let both = [
        ("HTTPS_PROXY", variable.as_str()),
        ("NO_PROXY", "api.example"),
    ];
    let error = get(&authority, "", &both).await.unwrap_err();
    let direct = "cannot connect to https://api.example:6443: its name cannot be resolved";
    assert_eq!(error.message(), direct);
    assert_eq!(count(), (2, 2));
}

#[test]
fn proxies_have_the_ports_of_their_schemes() {
    for (text, uri, shown) in [
        ("proxy", "http://proxy", "http://proxy"),
        ("http://proxy:80", "http://proxy", "http://proxy"),
        (
            "https://proxy:8443/x?y",
            "https://proxy:8443",
            "https://proxy:8443",
        ),
        (
            "socks5://proxy",
            "socks5://proxy:1080",
            "socks5://proxy:1080",
        ),
        ("socks5h://[::1]:1", "socks5://[::1]:1", "socks5://[::1]:1"),
        ("http://a:b@proxy:1", "http://a:b@proxy:1", "http://proxy:1"),
    ] {
        let (found, told) = proxy_url(text).unwrap();
        assert_eq!(
            (found, told.as_str()),
            (uri.parse().unwrap(), shown),
            "{text}"
        );
    }
    for bad in [
        "ftp://a:s3cr3t@proxy",
        "http://",
        "http://a:s3c#r3t@proxy",
        "socks4://proxy",
        "a b",
    ] {
        let error = proxy_url(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Kubeconfig, "{bad}");
        assert!(!format!("{error:?}").contains("r3t"), "{error:?}");
    }
}
