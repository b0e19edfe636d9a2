//! Watching: what happens is sent as it happens.

use std::io::{self, Write};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{State, lock, status};
use crate::support::http::Request;

/// How often those who watch are told what is new.
const TICK: Duration = Duration::from_millis(4);
/// After so many of these nothing new is worth a bookmark.
const BOOKMARK: usize = 50;

/// Who watches, and what becomes of them.
#[derive(Default)]
pub(super) struct Watches {
    /// Those that were not cut off.
    pub(super) open: usize,
    /// Counts up with each cut.
    cut: usize,
    pub(super) away: bool,
}

impl Watches {
    pub(super) fn cut(&mut self) {
        self.cut += 1;
        self.open = 0;
    }

    /// Counts one more, and returns by what it sees that it is cut off.
    fn open(&mut self) -> usize {
        self.open += 1;
        self.cut
    }

    fn close(&mut self, cut: usize) {
        if !self.is_cut(cut) {
            self.open -= 1;
        }
    }

    fn is_cut(&self, cut: usize) -> bool {
        self.cut != cut
    }
}

/// Whether a request is for a watch of CSRs.
pub(super) fn is_asked_for(request: &Request) -> bool {
    request.method == "GET"
        && request.path() == super::CSRS
        && request.query("watch").as_deref() == Some("1")
}

/// Sends what happens until the watch is cut off, or its reader goes away.
pub(super) fn serve(
    to: &mut impl Write,
    request: &Request,
    state: &Mutex<State>,
) -> io::Result<()> {
    if lock(state).store.watch_forbidden {
        let message = "certificatesigningrequests.certificates.k8s.io is forbidden: User \"reviewer\" cannot watch \
                       resource \"certificatesigningrequests\" in API group \"certificates.k8s.io\" at the cluster scope";
        return status(403, "Forbidden", message).write(to, usize::MAX);
    }
    write!(
        to,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )?;
    to.flush()?;
    let cut = lock(state).watches.open();
    let result = follow(to, request, cut, state);
    lock(state).watches.close(cut);
    result
}

fn follow(
    to: &mut impl Write,
    request: &Request,
    cut: usize,
    state: &Mutex<State>,
) -> io::Result<()> {
    let version = request.query("resourceVersion").unwrap_or_default();
    let mut version: u64 = version.parse().expect("a number");
    for tick in 1.. {
        let (changes, is_cut, newest) = {
            let state = lock(state);
            let changes = state.store.since(version, request);
            (changes, state.watches.is_cut(cut), state.store.version())
        };
        if is_cut {
            return to.write_all(b"1f\r\n{\"type\":\"ADDED\",\"obj");
        }
        let Some(changes) = changes else {
            let message = format!("too old resource version: {version} ({newest})");
            let expired = status(410, "Expired", &message);
            let expired = serde_json::from_slice(&expired.body).expect("JSON");
            return line(to, "ERROR", &expired);
        };
        for change in changes {
            line(to, change.kind, &change.object)?;
            version = change.version;
        }
        if tick % BOOKMARK == 0 {
            let bookmark = json!({
                "kind": "CertificateSigningRequest",
                "apiVersion": "certificates.k8s.io/v1",
                "metadata": {"resourceVersion": version.to_string(), "creationTimestamp": null},
                "spec": {"request": null, "signerName": ""},
                "status": {},
            });
            line(to, "BOOKMARK", &bookmark)?;
        }
        thread::sleep(TICK);
    }
    Ok(())
}

fn line(to: &mut impl Write, kind: &str, object: &Value) -> io::Result<()> {
    let line = json!({"type": kind, "object": object}).to_string() + "\n";
    // In two chunks, as lines and chunks have nothing to do with each other.
    let (one, two) = line.as_bytes().split_at(line.len() / 2);
    for part in [one, two] {
        write!(to, "{:x}\r\n", part.len())?;
        to.write_all(part)?;
        to.write_all(b"\r\n")?;
    }
    to.flush()
}
