//! Where the tool connects to, and by which way: what the environment, files and flags say.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, info};
use crate::support::env::Env;

const SECRET: &str = "s3cr3t-t0ken";
/// A server of that name exists only behind a proxy.
const HIDDEN: &str = "https://api.invalid:6443";

/// A server that speaks TLS and holds the CSR a.
fn server() -> ApiServer {
    let server = ApiServer::start_tls();
    server.add(info("a"));
    server
}

/// Its kubeconfig for this user, if it is reached at this URL.
fn kubeconfig(server: &ApiServer, url: &str, user: &str) -> String {
    let name = "cluster: {tls-server-name: 127.0.0.1, ";
    let config = server
        .kubeconfig()
        .replace("cluster: {server", &format!("{name}server"));
    let config = config.replace(&server.url(), url);
    config.replace("user: {}", &format!("user: {user}"))
}

/// A proxy on the loopback interface that leads to the server, and what it was asked.
fn proxy(server: &ApiServer) -> (u16, Receiver<String>) {
    let to = server.url().replace("https://", "");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let (tell, told) = channel();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // What comes after the head waits for an answer.
            let mut reader = BufReader::new(&client);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).expect("a head");
            }
            tell.send(head).expect("the test waits");
            let server = TcpStream::connect(&to).expect("the server listens");
            (&client)
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
                .expect("the client listens");
            pipe(&client, &server);
            pipe(&server, &client);
        }
    });
    (port, told)
}

fn pipe(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (
        from.try_clone().expect("a stream"),
        to.try_clone().expect("a stream"),
    );
    thread::spawn(move || {
        // Whoever hangs up has heard enough.
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[test]
fn a_proxy_of_the_environment_leads_to_the_server() {
    let server = server();
    let (port, told) = proxy(&server);
    let env = Env::new();
    let user = format!("{{token: {SECRET}}}");
    env.file("config", kubeconfig(&server, HIDDEN, &user));
    let env = env.var("KUBECONFIG", "config");
    for (variable, value) in [
        (
            "HTTPS_PROXY",
            format!("http://jane:hunter2@127.0.0.1:{port}"),
        ),
        ("https_proxy", format!("jane:hunter2@127.0.0.1:{port}")),
    ] {
        let tool = env.tool(["list", "-o", "name"]).var(variable, value);
        let tool = tool.var("NO_PROXY", "127.0.0.1,localhost,");
        tool.run().code(0).stdout_has(&["/a\n"]).quiet();
        let head = told.recv().expect("a proxy was asked");
        let start = "CONNECT api.invalid:6443 HTTP/1.1\r\n";
        assert!(head.starts_with(start), "{head}");
        let login = "\r\nProxy-Authorization: Basic amFuZTpodW50ZXIy\r\n";
        assert!(head.contains(login), "{head}");
        assert!(!head.contains(SECRET), "{head}");
        while told.try_recv().is_ok() {}
    }
    assert!(!server.lines().is_empty());

    // Not for that server, or of the other scheme, or for everything.
    for (variable, no_proxy) in [
        ("HTTPS_PROXY", "example.com, .INVALID"),
        ("HTTP_PROXY", ""),
        ("ALL_PROXY", ""),
    ] {
        let tool = env.tool(["list"]).var("no_proxy", no_proxy);
        let run = tool.var(variable, format!("http://127.0.0.1:{port}")).run();
        run.code(1)
            .stdout("")
            .stderr_has(&["error: cannot connect to https://api.invalid:6443: its name cannot be"]);
    }
    assert!(told.try_recv().is_err());
}

#[test]
fn a_proxy_in_trouble_is_told_without_its_password() {
    let server = server();
    let env = Env::new();
    env.file("config", kubeconfig(&server, HIDDEN, "{}"));
    let env = env.var("KUBECONFIG", "config");
    for (proxy, part) in [
        (
            "http://jane:hunter2@127.0.0.1:9",
            "through the proxy http://127.0.0.1:9: connection refused\n",
        ),
        (
            "ftp://jane:hunter2@127.0.0.1:9",
            "the proxy is not a URL with http://",
        ),
        (
            "http://jane:hun ter2@127.0.0.1:x",
            "the proxy is not a URL with http://",
        ),
        (
            "socks5://jane:hunter2@127.0.0.1:9",
            "logging in to a SOCKS proxy (socks5://127.0.0.1:9) is not",
        ),
    ] {
        let run = env.tool(["list"]).var("HTTPS_PROXY", proxy).run();
        run.code(1)
            .stdout("")
            .stderr_has(&["error: ", part, "\nhint: "])
            .stderr_lacks(&["hunter2", "ter2", "amFuZT"]);
    }
}

#[test]
fn no_proxy_is_asked_for_this_machine_nor_does_the_library_say_whom_to_ask() {
    let server = server();
    let env = Env::new();
    env.file("config", kubeconfig(&server, &server.url(), "{}"));
    let tool = env
        .tool(["approve", "a", "--yes"])
        .var("KUBECONFIG", "config")
        .var("HTTPS_PROXY", "http://127.0.0.1:9")
        // Variables by which programs with this library can be led astray.
        .var("KUBE_RS_DEBUG_IMPERSONATE_USER", "system:admin")
        .var("KUBE_RS_DEBUG_IMPERSONATE_GROUP", "system:masters")
        .var("KUBE_RS_DEBUG_OVERRIDE_URL", "https://127.0.0.1:9");
    let run = tool.run().code(0).stdout(&approved("a"));
    let _ = run.stderr_has(&["Context test, server "]);
    let agent = concat!("kubectl-csr-review/", env!("CARGO_PKG_VERSION"), " (");
    for request in server.requests() {
        let names = request.headers.iter().map(|(name, _)| name);
        assert_eq!(
            names.filter(|name| name.starts_with("impersonate")).count(),
            0
        );
        // By this the audit log tells who it was.
        let own = request.header("user-agent").expect("a name of the tool");
        assert!(own.starts_with(agent), "{own}");
    }
}

#[test]
fn files_are_merged_and_each_has_its_own_folder() {
    let server = server();
    let env = Env::new();
    // The one has the server, the other the user and the plugin, each with paths of their own.
    let config = kubeconfig(&server, &server.url(), "{}");
    let data = config
        .split("certificate-authority-data: ")
        .nth(1)
        .expect("an authority");
    let data = data
        .split(['}', ','])
        .next()
        .expect("an authority")
        .to_owned();
    let mut ca = Vec::new();
    base64_decoded(&data, &mut ca);
    env.file("clusters/pki/ca.pem", ca);
    let cluster = format!(
        "clusters:\n- name: c\n  cluster: {{server: '{}', certificate-authority: pki/ca.pem}}\n\
         users:\n- name: u\n  user: {{token: second}}\ncurrent-context: nowhere\n",
        server.url()
    );
    env.file("clusters/config", cluster);
    let exec = "{apiVersion: client.authentication.k8s.io/v1beta1, command: bin/login}";
    let user = format!(
        "users:\n- name: u\n  user: {{exec: {exec}}}\n\
         contexts:\n- name: k\n  context: {{cluster: c, user: u}}\ncurrent-context: k\n"
    );
    env.file("users/config", user);
    let answer = format!(
        "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{{\"token\":\"{SECRET}\"}}}}"
    );
    let path = env.file("users/bin/login", format!("#!/bin/sh\necho '{answer}'\n"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("a mode");
    env.file("elsewhere/x", "");

    let files = "../users/config:../missing::../clusters/config:";
    let tool = env
        .tool(["list", "-o", "name"])
        .cwd(env.work().join("elsewhere"));
    let run = tool.var("KUBECONFIG", files).run().code(0).quiet();
    run.stdout_has(&["/a\n"]).stdout_lacks(&[SECRET]);
    let last = server.requests().pop().expect("a request");
    let token = format!("Bearer {SECRET}");
    assert_eq!(last.header("authorization"), Some(token.as_str()));

    // The flag replaces the list, and its file has to be there.
    for (file, part) in [
        (
            "missing",
            "error: cannot read the kubeconfig missing: it does not exist\n",
        ),
        ("users", "error: cannot read the kubeconfig users: "),
        (
            "users/config",
            "error: the kubeconfig has no cluster \"c\"\nhint: It has no clusters at all.\n",
        ),
    ] {
        let tool = env.tool(["list", "--kubeconfig", file]);
        let run = tool.var("KUBECONFIG", "clusters/config").run();
        run.code(1).stdout("").stderr_has(&[part]);
    }
}

fn base64_decoded(text: &str, into: &mut Vec<u8>) {
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode_vec(text, into);
    decoded.expect("base64");
}

#[test]
fn an_empty_flag_leads_nowhere() {
    let server = server();
    let env = Env::new();
    let user = format!("{{token: {SECRET}, as: jane}}");
    env.file("config", kubeconfig(&server, &server.url(), &user));
    for flag in [
        "--context",
        "--as",
        "--user",
        "--token",
        "--server",
        "--kubeconfig",
    ] {
        let tool = env.tool(["approve", "a", "--yes", flag, ""]);
        let run = tool.var("KUBECONFIG", "config").run();
        run.code(2)
            .stdout("")
            .stderr_has(&["a value is required for", flag]);
    }
    assert_eq!(server.lines(), [""; 0]);
}

#[test]
fn a_pod_without_an_account_is_no_cluster() {
    let env = Env::new()
        .var("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .var("KUBERNETES_SERVICE_PORT", "9");
    let run = env.tool(["list"]).run().code(1).stdout("");
    run.stderr_has(&[
        "error: there is no kubeconfig with a context, so no cluster to talk to\nhint: ",
    ]);
}
