//! Health and metrics of a watch, under clients that mean it no good.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::support::apiserver::ApiServer;
use crate::support::cases::info;
use crate::support::env::Env;
use crate::watch::{page, port, start};

/// More than there is room for.
const MANY: usize = 300;

fn connections(port: u16, say: &str) -> Vec<TcpStream> {
    let open = |_| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        // A server that has closed it already does not mind.
        let _ = stream.write_all(say.as_bytes());
        stream
    };
    (0..MANY).map(open).collect()
}

#[test]
fn silent_connections_starve_no_probe() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let mut run = start(&env, &["--metrics", "0"]);
    run.expect("a ").expect_err("/metrics\n");
    let port = port(&run);
    run.until("health", |_| page(port, "GET", "/healthz").0 == 200);
    for say in ["", "G", "GET /healthz HTTP/1.1\r\nx: "] {
        let held = connections(port, say);
        for _ in 0..3 {
            assert_eq!(page(port, "GET", "/healthz").0, 200, "{say:?}");
            assert_eq!(page(port, "GET", "/metrics").0, 200, "{say:?}");
        }
        // The oldest made room at once, and the others are closed after a while.
        for mut stream in held {
            stream
                .set_read_timeout(Some(Duration::from_secs(20)))
                .expect("a time limit");
            let mut answer = Vec::new();
            // One that is reset is closed too.
            let ended = stream.read_to_end(&mut answer);
            let is_late = ended.is_err_and(|error| {
                matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                )
            });
            assert!(!is_late && answer.is_empty(), "{say:?}");
        }
    }
}

#[test]
fn a_request_that_comes_in_pieces_is_answered() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let mut run = start(&env, &["--metrics", "0"]);
    run.expect("a ").expect_err("/metrics\n");
    let port = port(&run);
    run.until("health", |_| page(port, "GET", "/healthz").0 == 200);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    for part in ["GET /hea", "lthz HTTP/1.1\r", "\nhost: x\r\n\r", "\n"] {
        stream.write_all(part.as_bytes()).expect("it is read");
        thread::sleep(Duration::from_millis(50));
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}
