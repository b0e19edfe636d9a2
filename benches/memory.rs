//! How much memory the program takes at most, beside a loopback API server with many CSRs, or with large ones.
//!
//! The hostile ones are what a stranger who may create CSRs can have in a cluster: 300,000 names each, 1.2 MB of PEM. A
//! run ends when all CSRs were shown. Linux alone tells the peak of a process.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use http::{Answer, Request};
use request::der::tlv;
use request::{CsrObject, RequestBuilder};
use serde_json::json;

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/support/http.rs"]
mod http;
#[path = "../tests/it/support/request.rs"]
mod request;

const TOOL: &str = env!("CARGO_BIN_EXE_kubectl-csr-review");
const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const API_VERSION: &str = "certificates.k8s.io/v1";
/// What a watch may take, in MiB.
const LIMIT: u64 = 64;
/// How many times each is measured.
const RUNS: usize = 3;
/// No run takes longer.
const PATIENCE: Duration = Duration::from_secs(900);

/// The CSRs of a server, which are made when they are asked for: they are more than fit into this machine.
#[derive(Clone, Copy)]
enum Crowd {
    /// So many kubelets ask for serving certificates, each with a key of its own.
    Kubelets(usize),
    /// Somebody asks for so many with 300,000 names each.
    Hostile(usize),
}

static KUBELETS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let spec = |number: usize| {
        let node = format!("node-{number}");
        let request = RequestBuilder::node(&node).dns(&node).key_of(&node);
        let object = CsrObject::kubelet_serving("x", &node).request(request.pem());
        object.build()["spec"].to_string()
    };
    (0..10_000).map(spec).collect()
});

static HOSTILE: LazyLock<String> = LazyLock::new(|| {
    let san = tlv(0x30, &[0x82, 1, b'a'].repeat(300_000));
    let request = RequestBuilder::node("node-1").raw_san(san);
    let object = CsrObject::kubelet_serving("x", "node-1").request(request.pem());
    object.requestor("eve", &[]).build()["spec"].to_string()
});

impl Crowd {
    fn count(self) -> usize {
        match self {
            Self::Kubelets(count) | Self::Hostile(count) => count,
        }
    }

    /// The object of that number, as JSON.
    fn object(self, number: usize) -> String {
        let spec = match self {
            Self::Kubelets(_) => &KUBELETS[number],
            Self::Hostile(_) => &*HOSTILE,
        };
        let metadata = json!({
            "name": format!("csr-{number}"),
            "uid": format!("00000000-0000-4000-8000-{number:012}"),
            "resourceVersion": "7",
            "creationTimestamp": "2026-03-02T12:00:00Z",
        });
        format!(
            r#"{{"kind":"CertificateSigningRequest","apiVersion":"{API_VERSION}","metadata":{metadata},"spec":{spec},"status":{{}}}}"#
        )
    }

    fn list(self, request: &Request) -> Answer {
        let parameter = |name| request.query(name).and_then(|text| text.parse().ok());
        let (start, limit) = (parameter("continue").unwrap_or(0), parameter("limit"));
        let end = self.count().min(start + limit.unwrap_or(usize::MAX));
        let next = if end < self.count() {
            end.to_string()
        } else {
            String::new()
        };
        let metadata = json!({"resourceVersion": "7", "continue": next});
        let mut body = format!(
            r#"{{"kind":"CertificateSigningRequestList","apiVersion":"{API_VERSION}","metadata":{metadata},"items":["#
        );
        for number in start..end {
            let comma = if number > start { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(body, "{comma}{}", self.object(number));
        }
        body.push_str("]}");
        Answer::new(200, "application/json", body)
    }

    fn answer(self, request: &Request) -> Answer {
        let path = request.path();
        let list = |kind: &str, version: &str| {
            let metadata = json!({"resourceVersion": "7"});
            Answer::json(
                200,
                &json!({"kind": kind, "apiVersion": version, "metadata": metadata, "items": []}),
            )
        };
        let rbac = "rbac.authorization.k8s.io/v1";
        match path {
            CSRS => self.list(request),
            "/api/v1/nodes" => list("NodeList", "v1"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles" => list("ClusterRoleList", rbac),
            "/apis/rbac.authorization.k8s.io/v1/roles" => list("RoleList", rbac),
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings" => {
                list("ClusterRoleBindingList", rbac)
            }
            "/apis/rbac.authorization.k8s.io/v1/rolebindings" => list("RoleBindingList", rbac),
            "/apis/authentication.k8s.io/v1/selfsubjectreviews" => {
                let mut answer = request.json();
                answer["status"] = json!({"userInfo": {"username": "reviewer", "groups": []}});
                Answer::json(201, &answer)
            }
            _ => match path.rsplit_once("/csr-") {
                Some((CSRS, number)) => {
                    let number = number.parse().expect("a number");
                    Answer::new(200, "application/json", self.object(number))
                }
                _ => Answer::new(404, "text/plain", "404 page not found\n"),
            },
        }
    }

    /// Serves them for as long as this process lives.
    fn serve(self) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("a port");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away is its own affair.
                thread::spawn(move || self.talk(&stream));
            }
        });
        format!("http://{address}")
    }

    fn talk(self, mut to: &TcpStream) -> io::Result<()> {
        to.set_nodelay(true)?;
        let mut from = BufReader::new(to);
        while let Some(request) = Request::read(&mut from)? {
            if request.query("watch").is_some() {
                to.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 1\r\n\r\n")?;
                // Nothing changes.
                from.read_exact(&mut [0])?;
                return to.shutdown(Shutdown::Both);
            }
            self.answer(&request).write(&mut to, usize::MAX)?;
        }
        Ok(())
    }
}

/// What a run took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    peak: u64,
    time: Duration,
}

/// A run, killed where it does not end by itself.
struct Run(Child);

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The most memory that a process had so far, in MiB; `None` once it has ended.
fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib.div_ceil(1 << 10))
}

/// Runs it until it has shown so many CSRs, or has ended.
fn run(server: &str, words: &[&str], count: usize) -> Taken {
    let start = Instant::now();
    let mut child = Command::new(TOOL)
        .args(["--server", server])
        .args(words)
        .env_clear()
        .env("KUBECONFIG", "/dev/null")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let out = child.stdout.take().expect("a pipe");
    let run = Run(child);
    let id = run.0.id();
    let shown = thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        lines.take(count).count()
    });
    let mut most = 0;
    while !shown.is_finished() {
        most = peak(id).unwrap_or(0).max(most);
        assert!(start.elapsed() < PATIENCE, "{words:?} hangs");
        thread::sleep(Duration::from_millis(2));
    }
    let time = start.elapsed();
    let peak = peak(id).unwrap_or(0).max(most);
    assert_eq!(shown.join().expect("it counts"), count, "{words:?}");
    Taken { peak, time }
}

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout();
    let policy = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/policies/kubelet-serving.yaml"
    );
    let watch = ["watch", "--no-headers"];
    let unattended = [&watch[..], &["--policy", policy, "--yes"]].concat();
    let list = ["list", "-o", "name"];
    let measured: [(&str, &[&str], Crowd, bool); 8] = [
        ("watch", &watch, Crowd::Kubelets(1), true),
        ("watch", &watch, Crowd::Kubelets(10_000), true),
        (
            "watch --policy … --yes",
            &unattended,
            Crowd::Kubelets(10_000),
            true,
        ),
        ("list -o name", &list, Crowd::Kubelets(10_000), false),
        ("watch", &watch, Crowd::Hostile(100), true),
        ("watch", &watch, Crowd::Hostile(1000), true),
        (
            "watch --policy … --yes",
            &unattended,
            Crowd::Hostile(1000),
            true,
        ),
        ("list -o name", &list, Crowd::Hostile(100), false),
    ];
    let mut is_good = true;
    writeln!(
        out,
        "| command | pending CSRs | peak memory | time |\n|---|---|---|---|"
    )?;
    for (what, words, crowd, is_limited) in measured {
        let server = crowd.serve();
        let mut taken: Vec<Taken> = (0..RUNS)
            .map(|_| run(&server, words, crowd.count()))
            .collect();
        taken.sort_unstable();
        let Taken { peak, .. } = taken[RUNS / 2];
        let mut times: Vec<Duration> = taken.iter().map(|taken| taken.time).collect();
        times.sort_unstable();
        let time = times[RUNS / 2].as_secs_f64();
        let of = match crowd {
            Crowd::Kubelets(count) => format!("{count} of kubelets"),
            Crowd::Hostile(count) => format!("{count} of 300,000 names"),
        };
        writeln!(out, "| `{what}` | {of} | {peak} MiB | {time:.1} s |")?;
        is_good &= !is_limited || peak < LIMIT;
    }
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
