//! A loopback server for tests: it answers each request with the next reply, and remembers what it was sent.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::surroundings::Surroundings;
use super::{Cluster, ConnectionOptions, Error, Observer};

mod proxy;

pub(super) use proxy::Proxy;

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Reply {
    /// Answers with this status and body.
    With(u16, String),
    /// Sends these bytes.
    Raw(String),
    /// Answers with this body, compressed with gzip.
    Gzip(&'static [u8]),
    /// Sends these bytes, and nothing more.
    Open(String),
    /// Closes the connection.
    HangUp,
    /// Does nothing.
    Silence,
}

impl Reply {
    pub(super) fn json(body: &serde_json::Value) -> Self {
        Self::With(200, body.to_string())
    }

    pub(super) fn status(code: u16, reason: &str, message: &str) -> Self {
        let status = serde_json::json!({"kind": "Status", "reason": reason, "message": message});
        Self::With(code, status.to_string())
    }
}

pub(super) struct Server {
    pub(super) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    asked_for: Arc<Mutex<Vec<Option<String>>>>,
}

impl Server {
    /// Once the replies are used up, further requests are hung up on.
    pub(super) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start_with(None, replies).await
    }

    pub(super) async fn start_tls(
        config: ServerConfig,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        Self::start_with(Some(TlsAcceptor::from(Arc::new(config))), replies).await
    }

    async fn start_with(
        tls: Option<TlsAcceptor>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Self::start_on(listener, tls, replies)
    }

    fn start_on(
        listener: TcpListener,
        tls: Option<TlsAcceptor>,
        replies: impl IntoIterator<Item = Reply>,
    ) -> Self {
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        let asked_for = Arc::new(Mutex::new(Vec::new()));
        let names = asked_for.clone();
        let replies: Vec<_> = replies.into_iter().collect();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tls, seen, replies) = (tls.clone(), seen.clone(), replies.clone());
                let names = names.clone();
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &seen, &replies).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => {
                                let name = stream.get_ref().1.server_name().map(str::to_owned);
                                names.lock().unwrap().push(name);
                                serve(stream, &seen, &replies).await
                            }
                            Err(_) => Ok(()),
                        },
                    }
                });
            }
        });
        Self {
            port,
            requests,
            asked_for,
        }
    }

    /// The names that clients asked for when TLS began (SNI), connection by connection.
    pub(super) fn asked_for(&self) -> Vec<Option<String>> {
        self.asked_for.lock().unwrap().clone()
    }

    /// What was sent, head and body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The first lines of what was sent, without the protocol.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |request: &String| request.split(" HTTP/1.1").next().unwrap().to_owned();
        self.requests().iter().map(line).collect()
    }

    /// A connection to this server over plain http.
    pub(super) async fn cluster(&self) -> Cluster {
        connect(|options| options.server = Some(format!("http://127.0.0.1:{}", self.port)))
            .await
            .unwrap()
    }
}

/// Surroundings with these environment variables, and nothing else: no home, no pod, no terminal.
pub(super) fn around(variables: &[(&str, &str)]) -> Surroundings {
    let variables = variables.iter();
    Surroundings {
        variables: variables
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        home: None,
        service_account: "/nowhere".into(),
        stdin_is_terminal: false,
    }
}

/// Connects with these options and nothing else.
pub(super) async fn connect(change: impl FnOnce(&mut ConnectionOptions)) -> Result<Cluster, Error> {
    connect_in(&[], change).await
}

/// The same with these environment variables.
pub(super) async fn connect_in(
    variables: &[(&str, &str)],
    change: impl FnOnce(&mut ConnectionOptions),
) -> Result<Cluster, Error> {
    let mut options = ConnectionOptions::default();
    change(&mut options);
    Cluster::connect_from(&options, around(variables), Observer::default()).await
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<String>>,
    replies: &[Reply],
) -> std::io::Result<()> {
    let mut request = Vec::new();
    loop {
        let mut some = [0; 4096];
        let read = stream.read(&mut some).await?;
        request.extend_from_slice(&some[..read]);
        let text = String::from_utf8_lossy(&request);
        if read == 0 {
            return Ok(());
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            break;
        }
    }
    let reply = {
        let mut seen = seen.lock().unwrap();
        seen.push(String::from_utf8_lossy(&request).into_owned());
        replies
            .get(seen.len() - 1)
            .cloned()
            .unwrap_or(Reply::HangUp)
    };
    let answer = match reply {
        Reply::With(status, body) => format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\nlocation: /elsewhere\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
        Reply::Raw(answer) => answer,
        Reply::Gzip(body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body).await?;
            return stream.shutdown().await;
        }
        Reply::Open(answer) => {
            stream.write_all(answer.as_bytes()).await?;
            std::future::pending().await
        }
        Reply::HangUp => return Ok(()),
        Reply::Silence => std::future::pending().await,
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn content_length(head: &str) -> usize {
    let header = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().unwrap())
    });
    header.unwrap_or(0)
}

/// The years in which certificates are valid that are to be accepted.
pub(super) const NOW: (i32, i32) = (2020, 2099);

/// An authority, and files that a kubeconfig can name.
pub(super) struct Authority {
    pub(super) folder: TempDir,
    params: CertificateParams,
    key: KeyPair,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = Self {
            folder: TempDir::new().unwrap(),
            params,
            key: KeyPair::generate().unwrap(),
        };
        authority.file(
            "ca.pem",
            &authority.params.self_signed(&authority.key).unwrap().pem(),
        );
        authority
    }

    pub(super) fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn issue(&self, name: &str, years: (i32, i32)) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        (self.issue_to(&key, name, years), key)
    }

    /// A certificate for a server and a client, whose name may be an address. Without a name it has a common name only.
    pub(super) fn issue_to(
        &self,
        key: &KeyPair,
        name: &str,
        years: (i32, i32),
    ) -> rcgen::Certificate {
        let names = Some(name.to_owned()).filter(|name| !name.is_empty());
        let mut params = CertificateParams::new(names.into_iter().collect::<Vec<_>>()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let issuer = Issuer::from_params(&self.params, &self.key);
        params.signed_by(key, &issuer).unwrap()
    }

    /// A server with such a certificate that answers some times.
    pub(super) async fn server(
        &self,
        name: &str,
        years: (i32, i32),
        wants_certificate: bool,
    ) -> Server {
        self.answering(name, years, wants_certificate, a_csr())
            .await
    }

    /// A server with such a certificate and these replies.
    pub(super) async fn answering(
        &self,
        name: &str,
        years: (i32, i32),
        wants_certificate: bool,
        replies: Vec<Reply>,
    ) -> Server {
        let (certificate, key) = self.issue(name, years);
        let config = self.tls(&certificate, &key, wants_certificate);
        Server::start_tls(config, replies).await
    }

    /// The same with this key, for this address.
    pub(super) async fn server_at(
        &self,
        address: IpAddr,
        key: &KeyPair,
    ) -> std::io::Result<Server> {
        let certificate = self.issue_to(key, &address.to_string(), NOW);
        let tls = TlsAcceptor::from(Arc::new(self.tls(&certificate, key, false)));
        let listener = TcpListener::bind((address, 0)).await?;
        Ok(Server::start_on(listener, Some(tls), a_csr()))
    }

    /// What a server with this certificate needs to speak TLS.
    pub(super) fn tls(
        &self,
        certificate: &rcgen::Certificate,
        key: &KeyPair,
        wants_certificate: bool,
    ) -> ServerConfig {
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = if wants_certificate {
            let mut roots = RootCertStore::empty();
            roots
                .add(self.params.self_signed(&self.key).unwrap().der().clone())
                .unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        builder
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }

    pub(super) async fn connect(
        &self,
        server: &Server,
        change: impl FnOnce(&mut ConnectionOptions),
    ) -> Cluster {
        let cluster = connect(|options| {
            options.server = Some(format!("https://localhost:{}", server.port));
            options.certificate_authority = Some(self.folder.path().join("ca.pem"));
            change(options);
        });
        cluster.await.unwrap()
    }
}

/// A CSR of that name, as far as a server's answer needs to be one.
pub(super) fn csr(name: &str) -> serde_json::Value {
    serde_json::json!({
        "kind": "CertificateSigningRequest", "apiVersion": "certificates.k8s.io/v1",
        "metadata": {"name": name},
    })
}

/// Answers to some requests for the CSR x.
fn a_csr() -> Vec<Reply> {
    vec![Reply::json(&csr("x")); 20]
}

/// The error of a read, which has to be that of a write: the server saw neither, so that both failed for certain.
pub(super) async fn failure(cluster: Cluster) -> Error {
    let error = cluster.get("x").await.unwrap_err();
    assert_eq!(
        cluster.put_approval("x", b"{}", false).await.unwrap_err(),
        error
    );
    error
}
