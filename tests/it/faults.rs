//! Servers and kubeconfigs that do not work: one sentence, what to do about it, and no secrets.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::apiserver::{ApiServer, Fault, On, Who};
use crate::support::cases::{approved, info};
use crate::support::env::Env;

const SECRET: &str = "s3cr3t-t0ken";

/// The run fails with exactly one error, and says none of the secrets.
#[track_caller]
fn fails(env: &Env, words: &[&str], code: i32, stderr: &[&str]) {
    let run = env.tool(words).run().code(code);
    let run = run
        .stdout("")
        .stderr_has(stderr)
        .stderr_lacks(&[SECRET, "\u{1b}", "panicked"]);
    let text = run.raw_stderr();
    let errors = text
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    assert_eq!(errors, 1, "{run}");
    let known = |line: &str| {
        ["error: ", "hint: ", "Context ", "warning: not checked: "]
            .iter()
            .any(|lead| line.starts_with(lead))
    };
    assert!(text.lines().all(known), "{run}");
}

/// A server whose next answers to reads are faulty, and a kubeconfig with secrets.
fn broken(fault: &Fault) -> (ApiServer, Env) {
    let server = ApiServer::with([info("a")]);
    server.fault(On::list().times(99), fault.clone());
    server.fault(On::get("a").times(99), fault.clone());
    let env = Env::new();
    let config = server
        .kubeconfig()
        .replace("user: {}", &format!("user: {{token: {SECRET}}}"));
    env.file("config", config);
    let path = env.work().join("config");
    (server, env.var("KUBECONFIG", path))
}

#[test]
fn answers_that_are_no_success() {
    let page = Fault::Answer(503, "text/plain", "upstream \u{1b}[31maway".to_owned());
    let cases: [(Fault, &str, &str); 11] = [
        (
            Fault::Refuse(401, "Unauthorized", "Unauthorized"),
            " does not accept the credentials\n",
            "hint: Credentials are not sent over plain http: the server's URL must start with https://.\n",
        ),
        (
            Fault::Refuse(
                403,
                "Forbidden",
                "certificatesigningrequests.certificates.k8s.io is forbidden: User \"x\u{1b}[2J\" cannot list",
            ),
            "not allowed to ",
            "hint: It takes a ClusterRole with the rule: apiGroups: [\"certificates.k8s.io\"], resources: [\"certificatesigningrequests\"], verbs: [\"get\", \"list\"].\n",
        ),
        (
            Fault::Answer(404, "text/plain", "404 page not found\n".to_owned()),
            "does not serve certificates.k8s.io/v1 (HTTP 404)\n",
            "hint: Is this the API server of a cluster",
        ),
        (
            Fault::TooMany(70),
            "the server has too many requests to answer this one\n",
            "hint: Try again in 70 s.\n",
        ),
        (
            Fault::Refuse(500, "InternalError", "etcd \u{1b}[2Jis away"),
            " failed (HTTP 500): etcd \\x1b[2Jis away\n",
            "",
        ),
        (
            Fault::bad_gateway(),
            "is not from a Kubernetes API server (HTTP 502 from a gateway?)\n",
            "hint: Is the server's URL right",
        ),
        (
            page,
            "(HTTP 503 from a gateway?)\n",
            "hint: It says: upstream \\x1b[31maway\n",
        ),
        (
            Fault::Garbage,
            "the connection broke to http://127.0.0.1:",
            "there was no complete HTTP answer\nhint: ",
        ),
        (
            Fault::CutOff,
            "the connection broke to http://127.0.0.1:",
            "\nhint: Is the cluster running",
        ),
        (
            Fault::HangUp,
            "the connection broke to http://127.0.0.1:",
            "\nhint: Is the cluster running",
        ),
        (
            Fault::Redirect("http://elsewhere.example".to_owned()),
            "(HTTP 302)\n",
            "hint: It redirects, which is not followed",
        ),
    ];
    let fails_with = |(fault, error, hint): (Fault, &str, &str)| {
        let (server, env) = broken(&fault);
        for words in [
            &["list"][..],
            &["show", "a"],
            &["approve", "a", "--yes"],
            &["deny", "--all", "-y"],
            &["review"],
        ] {
            fails(&env, words, 1, &[error, hint]);
        }
        assert_eq!(server.writes().len(), 0);
        // Over plain http nobody's token is sent.
        assert!(
            server
                .requests()
                .iter()
                .all(|request| request.header("authorization").is_none())
        );
    };
    // What is repeated takes its time.
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| fails_with(case));
        }
    });
}

#[test]
fn answers_that_are_something_else() {
    for (body, error) in [
        ("{}", "error: "),
        ("[]", "something that is not a"),
        ("not json", "something that is not"),
        ("{\"kind\":\"PodList\",\"items\":null}", "error: "),
        ("{\"kind\":\"Status\",\"status\":\"Success\"}", "error: "),
    ] {
        let (server, env) = broken(&Fault::Answer(200, "application/json", body.to_owned()));
        if !body.contains("PodList") {
            fails(&env, &["list"], 1, &[error]);
        }
        fails(&env, &["approve", "a", "--yes"], 1, &["error: a: "]);
        assert_eq!(server.writes().len(), 0);
    }
}

#[test]
fn a_slow_answer_ends_with_the_time_limit() {
    let (_server, env) = broken(&Fault::Slow(Duration::from_secs(20)));
    let start = Instant::now();
    for words in [
        &["list", "--request-timeout=1"][..],
        &["approve", "a", "--request-timeout", "500ms"],
    ] {
        fails(
            &env,
            words,
            1,
            &[
                "did not answer within ",
                "hint: Allow more with --request-timeout.\n",
            ],
        );
    }
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    for bad in ["", "soon", "-1", "1d"] {
        let flag = format!("--request-timeout={bad}");
        env.tool(["list", &flag])
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["--request-timeout"]);
    }
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    drop(listener);
    let env = Env::new();
    let server = format!("http://{address}");
    for words in [&["list"][..], &["approve", "a", "--yes"]] {
        let words = [words, &["--server", &server]].concat();
        let error = format!(
            "cannot connect to {server}: connection refused\nhint: Is the cluster running, and is this its address?\n"
        );
        fails(&env, &words, 1, &[&error]);
    }
}

#[test]
fn who_one_is_need_not_be_known() {
    let unknown = "(unknown), unless the server knows you by another name";
    for (who, told) in [
        (Who::Forbidden, unknown),
        (Who::Unserved, unknown),
        (
            Who::User("jo\u{202e}e".to_owned(), Vec::new()),
            "jo\\u{202e}e",
        ),
    ] {
        let server = ApiServer::with([info("a")]);
        server.who(who);
        let env = Env::with(&server);
        let line = format!("Context test, server http://[SERVER], user {told}\n");
        let run = env.tool(["approve", "a", "--yes"]).run().code(0);
        run.stdout(&approved("a")).stderr_has(&[&line]);
        env.tool(["list", "--all", "-o", "name"])
            .run()
            .code(0)
            .stdout_has(&["/a\n"])
            .quiet();
    }
}

#[test]
fn nobody_but_a_reader_may_name_a_csr() {
    let server = ApiServer::with([info("a")]);
    server.forbid_list();
    let env = Env::with(&server);
    env.tool(["show", "a"])
        .run()
        .code(0)
        .stdout_has(&["CSR a", "\nNot checked\n              other CSRs: not allowed to list CSRs\n"])
        .stderr(
            "warning: not checked: other CSRs: not allowed to list CSRs. It takes a ClusterRole with the rule: \
             apiGroups: [\"certificates.k8s.io\"], resources: [\"certificatesigningrequests\"], verbs: [\"get\", \"list\"].\n",
        );
    // What was not compared with the others may be a copy of one.
    env.tool(["approve", "a", "--yes", "--max-risk", "high"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["history-unchecked (critical)"]);
    env.tool(["approve", "a", "--yes", "--accept", "history-unchecked"])
        .run()
        .code(0)
        .stdout(&approved("a"))
        .stderr_has(&["Context"]);
    fails(
        &env,
        &["list"],
        1,
        &[
            "error: not allowed to list ",
            "User \"reviewer\" cannot list resource",
        ],
    );
}

#[test]
fn a_kubeconfig_that_chooses_nothing() {
    let server = ApiServer::with([info("a")]);
    let env = Env::new();
    for words in [
        &["list"][..],
        &["show", "a"],
        &["approve", "a", "--yes"],
        &["deny", "a"],
        &["review"],
    ] {
        fails(&env, words, 1, &["error: ", "\nhint: "]);
    }
    let config = server
        .kubeconfig()
        .replace("user: {}", &format!("user: {{token: {SECRET}}}"));
    env.file("config", &config);
    env.file(
        "dangling",
        config.replace(
            "cluster: loopback, user: reviewer",
            "cluster: gone, user: reviewer",
        ),
    );
    env.file(
        "broken",
        format!("users: [{{name: a, user: {{token: {SECRET}}}\n\tx"),
    );
    env.file("empty", "");
    env.file("no-server", config.replace("server:", "x:"));
    env.file(
        "bad-server",
        config.replace("http://", "ftp://jane:s3cr3t-t0ken@"),
    );
    for (words, part) in [
        (
            &["--kubeconfig", "config", "--context", "no\u{1b}where"][..],
            "no\\x1bwhere",
        ),
        (
            &["--kubeconfig", "config", "--cluster", "nowhere"],
            "nowhere",
        ),
        (&["--kubeconfig", "config", "--user", "nobody"], "nobody"),
        (&["--kubeconfig", "dangling"], "gone"),
        (&["--kubeconfig", "broken"], "broken"),
        (&["--kubeconfig", "empty"], ""),
        (&["--kubeconfig", "no-server"], "has no server"),
        (
            &["--kubeconfig", "bad-server"],
            "is not a URL with http:// or https://",
        ),
        (&["--kubeconfig", "missing"], "missing"),
    ] {
        fails(
            &env,
            &[&["list"][..], words].concat(),
            1,
            &["error: ", part],
        );
    }
    assert_eq!(server.lines(), [""; 0]);
    // Flags choose what the file does not.
    let url = server.url();
    let words = ["list", "-o", "name", "--server", &url];
    env.tool(words).run().code(0).stdout_has(&["/a\n"]).quiet();
    let words = [
        "list",
        "-o",
        "name",
        "--kubeconfig",
        "config",
        "-n",
        "any",
        "--as",
        "jane",
        "--as-group",
        "x,y",
    ];
    env.tool(words).run().code(0).stdout_has(&["/a\n"]).quiet();
    let last = server.requests().pop().expect("a request");
    assert_eq!(last.header("impersonate-user"), Some("jane"));
}

#[test]
fn secrets_on_the_command_line_stay_there() {
    let env = Env::new();
    for words in [
        &["list", "--token", SECRET, "--server", "http://127.0.0.1:1"][..],
        &["list", "--server", "http://jane:s3cr3t-t0ken@127.0.0.1:1"],
        &["list", "--token", SECRET, "--server", "nonsense://x"],
    ] {
        let run = env.tool(words).run();
        let _ = run
            .code(1)
            .stdout("")
            .stderr_has(&["error: "])
            .stderr_lacks(&[SECRET]);
    }
}
