//! A page for Prometheus and one for whoever asks whether the program is alive.
//!
//! The server has a thread of its own, as a question at the terminal blocks the one that does everything else. It
//! reads a request line and no more than a few headers, answers, and closes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::metrics::Metrics;

/// What is counted, shared with the server.
pub(super) type Shared = Arc<Mutex<Metrics>>;

/// The most octets of a request that are read.
const LONGEST_REQUEST: usize = 8 << 10;
/// How long one exchange may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// How many exchanges there are at a time; others wait.
const AT_ONCE: usize = 16;

/// Where to listen: `[HOST:]PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    host: String,
    port: u16,
}

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "write a port, or HOST:PORT; an IPv6 address goes in brackets";
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = match bare {
            Some(address) => address.to_owned(),
            None if host.contains([':', '[', ']']) => return Err(EXPECTED),
            // Nobody else is to see it unless that is said.
            None if host.is_empty() => Ipv4Addr::LOCALHOST.to_string(),
            None => host.to_owned(),
        };
        let port = port.parse().map_err(|_| EXPECTED)?;
        Ok(Self { host, port })
    }
}

/// Listens, from now on until the program ends; where, if the port was the system's choice.
///
/// # Errors
/// If that address cannot be listened at.
pub(super) fn start(address: &Address, metrics: Shared) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((address.host.as_str(), address.port))?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    let serve = move || runtime.block_on(accept(listener, metrics));
    thread::Builder::new()
        .name("metrics".to_owned())
        .spawn(serve)?;
    Ok(bound)
}

async fn accept(listener: TcpListener, metrics: Shared) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    while let Ok(place) = places.clone().acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, as it seems: some will be closed.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let metrics = metrics.clone();
        tokio::spawn(async move {
            // Whoever is slow, or goes away, has nothing to be told.
            let _ = timeout(TIME_LIMIT, exchange(stream, &metrics)).await;
            drop(place);
        });
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    metrics: &Mutex<Metrics>,
) -> io::Result<()> {
    let mut request = Vec::new();
    let end = |request: &[u8]| request.windows(4).any(|four| four == b"\r\n\r\n");
    let mut some = [0; 1024];
    while !end(&request) && request.len() <= LONGEST_REQUEST {
        let count = stream.read(&mut some).await?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&some[..count]);
    }
    let answer = if request.len() > LONGEST_REQUEST {
        answer("431 Request Header Fields Too Large", "too long\n", true)
    } else {
        // Never held over an await.
        let metrics = metrics.lock().unwrap_or_else(PoisonError::into_inner);
        respond(&request, &metrics, Instant::now())
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// The answer to a request.
fn respond(request: &[u8], metrics: &Metrics, now: Instant) -> String {
    let line = request.split(|&byte| byte == b'\r').next();
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    let words: Vec<&str> = line.split(' ').collect();
    let &[method, target, version] = words.as_slice() else {
        return answer("400 Bad Request", "not HTTP\n", true);
    };
    if !version.starts_with("HTTP/1.") {
        return answer("400 Bad Request", "not HTTP/1.1\n", true);
    }
    let with_body = match method {
        "GET" => true,
        "HEAD" => false,
        _ => return answer("405 Method Not Allowed", "only GET\n", true),
    };
    match target.split('?').next().unwrap_or_default() {
        "/metrics" => answer("200 OK", &metrics.text(), with_body),
        "/healthz" if metrics.is_healthy(now) => answer("200 OK", "ok\n", with_body),
        "/healthz" => answer("503 Service Unavailable", "no watch\n", with_body),
        _ => answer("404 Not Found", "see /metrics and /healthz\n", with_body),
    }
}

fn answer(status: &str, body: &str, with_body: bool) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{}",
        body.len(),
        if with_body { body } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_ours_alone_unless_it_says_otherwise() {
        let address = |text: &str| {
            let address = text.parse::<Address>();
            address.map(|Address { host, port }| (host, port))
        };
        let is = |host: &str, port| Ok((host.to_owned(), port));
        assert_eq!(address("9090"), is("127.0.0.1", 9090));
        assert_eq!(address(":9090"), is("127.0.0.1", 9090));
        assert_eq!(address("0.0.0.0:9090"), is("0.0.0.0", 9090));
        assert_eq!(address("[::1]:0"), is("::1", 0));
        for bad in ["", "a", "1:", "::1", "::1:9", "x:99999", "[::1:9"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_two_pages_are_served() {
        let mut metrics = Metrics::default();
        let code = |request: &str, metrics: &Metrics| {
            let answer = respond(request.as_bytes(), metrics, Instant::now());
            answer.split(' ').nth(1).map(str::to_owned)
        };
        let is = |code: &str| Some(code.to_owned());
        assert_eq!(code("GET /healthz HTTP/1.1\r\n\r\n", &metrics), is("503"));
        metrics.synced();
        for (request, expected) in [
            ("GET /healthz HTTP/1.0\r\nhost: x\r\n\r\n", "200"),
            ("GET /metrics?x=y HTTP/1.1\r\n\r\n", "200"),
            ("HEAD /metrics HTTP/1.1\r\n\r\n", "200"),
            ("GET / HTTP/1.1\r\n\r\n", "404"),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405"),
            ("GET /metrics HTTP/2\r\n\r\n", "400"),
            ("\u{0}\r\n\r\n", "400"),
        ] {
            assert_eq!(code(request, &metrics), is(expected), "{request:?}");
        }
    }

    #[tokio::test]
    async fn a_request_has_bounds() {
        let metrics = Mutex::new(Metrics::default());
        let (mut client, server) = tokio::io::duplex(64 << 10);
        let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(LONGEST_REQUEST));
        client.write_all(long.as_bytes()).await.expect("it is read");
        exchange(server, &metrics).await.expect("it is answered");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("text");
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}
