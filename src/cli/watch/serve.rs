//! A page for Prometheus and one for probes of the program's health.
//!
//! The server has a thread of its own, as a question at the terminal blocks the one that does everything else. It
//! reads a request line and no more than a few headers, answers, and closes. Any client may reach it: a connection
//! that does not send its request soon is closed, earlier where there are too many of them, and each page has a budget
//! of its own.

mod silent;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::metrics::Metrics;
use silent::{Silence, SilentConnections};

/// What is counted, shared with the server.
pub(super) type Shared = Arc<Mutex<Metrics>>;

/// The most octets of a request that are read.
const LONGEST_REQUEST: usize = 8 << 10;
/// How long a connection may be open without a whole request.
const REQUEST_LIMIT: Duration = Duration::from_secs(2);
/// How long a client may take to read the answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// How many connections may be open without a whole request.
const MOST_SILENT: usize = 256;
/// How many answers with metrics may be under way at a time.
const METRICS_AT_ONCE: usize = 8;
/// How many other answers may be.
const OTHERS_AT_ONCE: usize = 32;
/// The path of the page for Prometheus.
const METRICS: &str = "/metrics";

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
    let silent = SilentConnections::new(MOST_SILENT);
    let budgets = Arc::new(Budgets::default());
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, as it seems.
            silent.close_oldest();
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (metrics, budgets) = (metrics.clone(), budgets.clone());
        silent.spawn(move |silence| async move {
            // A client that is slow, or goes away, gets no answer.
            let _ = serve(stream, silence, &budgets, &metrics).await;
        });
    }
}

/// How many answers of each page may be under way at a time: who reads one slowly, or asks for it again and again,
/// takes nothing from the other.
struct Budgets {
    metrics: Semaphore,
    other: Semaphore,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            metrics: Semaphore::new(METRICS_AT_ONCE),
            other: Semaphore::new(OTHERS_AT_ONCE),
        }
    }
}

impl Budgets {
    /// A place for answering that; `None` if there is none left.
    fn enter(&self, request: &[u8]) -> Option<SemaphorePermit<'_>> {
        let is_metrics = target(request).is_some_and(|target| path(target) == METRICS);
        let budget = if is_metrics {
            &self.metrics
        } else {
            &self.other
        };
        budget.try_acquire().ok()
    }
}

/// Serves a connection: one request, which has to come soon, and its answer.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    silence: Silence,
    budgets: &Budgets,
    metrics: &Mutex<Metrics>,
) -> io::Result<()> {
    let request = timeout(REQUEST_LIMIT, read_request(&mut stream)).await??;
    drop(silence);
    let Some(request) = request else {
        return Ok(());
    };
    let place = budgets.enter(&request);
    let answer = if request.len() > LONGEST_REQUEST {
        answer("431 Request Header Fields Too Large", "too long\n", true)
    } else if place.is_none() {
        answer("503 Service Unavailable", "too many requests\n", true)
    } else {
        // Never held over an await.
        let metrics = metrics.lock().unwrap_or_else(PoisonError::into_inner);
        respond(&request, &metrics, Instant::now())
    };
    timeout(ANSWER_LIMIT, async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    })
    .await?
}

/// Reads a request to the end of its head, or until it is too long; `None` if there is none.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    let end = |request: &[u8]| request.windows(4).any(|four| four == b"\r\n\r\n");
    let mut some = [0; 1024];
    while !end(&request) && request.len() <= LONGEST_REQUEST {
        let count = stream.read(&mut some).await?;
        if count == 0 {
            return Ok(None);
        }
        request.extend_from_slice(&some[..count]);
    }
    Ok(Some(request))
}

/// The target in a request line.
fn target(request: &[u8]) -> Option<&str> {
    let line = request.split(|&byte| byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.split(' ').nth(1)
}

/// The path of a target.
fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
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
    match path(target) {
        METRICS => answer("200 OK", &metrics.text(), with_body),
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

    /// What a client gets that sends this.
    async fn answered(request: &str, budgets: &Budgets) -> String {
        let metrics = Mutex::new(Metrics::default());
        let (mut client, stream) = tokio::io::duplex(64 << 10);
        client
            .write_all(request.as_bytes())
            .await
            .expect("it is read");
        let served = serve(stream, Silence::default(), budgets, &metrics);
        served.await.expect("it is answered");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("text");
        answer
    }

    #[tokio::test]
    async fn a_request_has_bounds() {
        let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(LONGEST_REQUEST));
        let answer = answered(&long, &Budgets::default()).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }

    #[tokio::test]
    async fn each_page_has_a_budget_of_its_own() {
        let code = async |path: &str, budgets: &Budgets| {
            let request = format!("GET {path} HTTP/1.1\r\n\r\n");
            let answer = answered(&request, budgets).await;
            answer.split(' ').nth(1).map(str::to_owned)
        };
        let is = |code: &str| Some(code.to_owned());
        let budgets = Budgets::default();
        for _ in 0..2 * OTHERS_AT_ONCE {
            assert_eq!(code("/metrics?x", &budgets).await, is("200"));
            assert_eq!(code("/", &budgets).await, is("404"));
        }
        let _all = budgets.metrics.acquire_many(8).await;
        assert_eq!(code("/metrics?x", &budgets).await, is("503"));
        assert_eq!(code("/", &budgets).await, is("404"));
        let budgets = Budgets::default();
        let _all = budgets.other.acquire_many(32).await;
        assert_eq!(code("/metrics", &budgets).await, is("200"));
        assert_eq!(code("/", &budgets).await, is("503"));
    }

    #[tokio::test]
    async fn a_connection_that_sends_no_request_is_closed() {
        let closed = async |sent: &str| {
            let metrics = Mutex::new(Metrics::default());
            let (mut client, stream) = tokio::io::duplex(1024);
            client.write_all(sent.as_bytes()).await.expect("it is read");
            let budgets = Budgets::default();
            let served = serve(stream, Silence::default(), &budgets, &metrics);
            let error = served.await.expect_err("nothing is answered");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        };
        tokio::join!(closed(""), closed("GET /healthz HTTP/1.1\r\n"));
    }
}
