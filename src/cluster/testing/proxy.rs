//! A loopback proxy for tests: wherever it is asked to lead, it leads to one port of this machine.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

#[derive(Clone)]
enum Kind {
    Http(Option<TlsAcceptor>),
    Socks,
}

pub(in crate::cluster) struct Proxy {
    pub(in crate::cluster) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(in crate::cluster) async fn http(to: u16) -> Self {
        Self::start(Kind::Http(None), to).await
    }

    pub(in crate::cluster) async fn https(tls: ServerConfig, to: u16) -> Self {
        Self::start(Kind::Http(Some(TlsAcceptor::from(Arc::new(tls)))), to).await
    }

    pub(in crate::cluster) async fn socks(to: u16) -> Self {
        Self::start(Kind::Socks, to).await
    }

    /// What it was sent before it connected: the head of a request, or a SOCKS address.
    pub(in crate::cluster) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn start(kind: Kind, to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (kind, seen) = (kind.clone(), seen.clone());
                tokio::spawn(async move {
                    match kind {
                        Kind::Socks => socks(stream, &seen, to).await,
                        Kind::Http(None) => tunnel(stream, &seen, to).await,
                        Kind::Http(Some(tls)) => tunnel(tls.accept(stream).await?, &seen, to).await,
                    }
                });
            }
        });
        Self { port, asked }
    }
}

async fn tunnel(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    seen: &Mutex<Vec<String>>,
    to: u16,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    seen.lock()
        .unwrap()
        .push(String::from_utf8_lossy(&head).into_owned());
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    lead(client, to).await
}

async fn socks(mut client: TcpStream, seen: &Mutex<Vec<String>>, to: u16) -> std::io::Result<()> {
    // RFC 1928: version and methods, of which "no authentication" is taken; then a command and where to.
    let _version = client.read_u8().await?;
    let mut methods = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut methods).await?;
    client.write_all(&[5, 0]).await?;
    let mut command = [0; 4];
    client.read_exact(&mut command).await?;
    let mut host = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut host).await?;
    let port = client.read_u16().await?;
    let host = String::from_utf8_lossy(&host).into_owned();
    seen.lock()
        .unwrap()
        .push(format!("{command:?} {host}:{port}"));
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    lead(client, to).await
}

async fn lead(mut client: impl AsyncRead + AsyncWrite + Unpin, to: u16) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", to)).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
