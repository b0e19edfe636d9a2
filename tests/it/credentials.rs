//! Credentials: where they come from, that they are asked for once, and that they go nowhere else.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, info, yaml};
use crate::support::env::{Env, TOOL};
use crate::support::pty::Session;
use crate::support::running::Running;

const TOKEN: &str = "s3cr3t-t0ken";

/// A server that speaks TLS, and whose kubeconfig has this user.
fn with_user(user: &str) -> (ApiServer, Env) {
    let server = ApiServer::start_tls();
    for name in ["a", "b", "c"] {
        server.add(info(name));
    }
    let env = Env::with(&server);
    env.file(
        "config",
        server
            .kubeconfig()
            .replace("user: {}", &format!("user: {user}")),
    );
    let path = env.work().join("config");
    (
        server,
        env.var("KUBECONFIG", path).var("PATH", "/usr/bin:/bin"),
    )
}

/// The same with a plugin: a shell script that counts its runs and notes what it can read.
fn with_plugin(script: &str) -> (ApiServer, Env) {
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: IfAvailable}}";
    let (server, env) = with_user(user);
    let path = env.file("plugin", format!("#!/bin/sh\necho run >>runs\n{script}\n"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("a mode");
    (server, env)
}

/// A plugin that hands out the token.
fn token() -> String {
    format!(
        "echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{\"token\":\"{TOKEN}\"}}}}'"
    )
}

fn runs(env: &Env) -> usize {
    fs::read_to_string(env.work().join("runs")).map_or(0, |text| text.lines().count())
}

/// Every request bears the token.
#[track_caller]
fn all_authorized(server: &ApiServer) {
    let requests = server.requests();
    assert!(!requests.is_empty());
    for request in requests {
        let expected = format!("Bearer {TOKEN}");
        assert_eq!(
            request.header("authorization"),
            Some(expected.as_str()),
            "{}",
            request.target
        );
    }
}

#[test]
fn a_plugin_runs_once_a_process() {
    let (server, env) = with_plugin(&token());
    server.pages_of(1);
    for (count, words) in [
        &["list", "-o", "name"][..],
        &["show", "a", "b", "c"],
        &["approve", "--all", "--yes"],
    ]
    .iter()
    .enumerate()
    {
        let run = env
            .tool(*words)
            .run()
            .code(0)
            .stderr_lacks(&[TOKEN])
            .stdout_lacks(&[TOKEN]);
        let _ = run.stdout_has(&["a", "b", "c"]).stderr_has(&[]);
        assert_eq!(runs(&env), count + 1, "{words:?}");
    }
    assert_eq!(server.writes().len(), 3);
    all_authorized(&server);
}

#[test]
fn a_plugin_does_not_read_what_is_for_us() {
    let (server, env) = with_plugin(&format!("cat >seen\n{}", token()));
    let run = env
        .tool(["approve", "--yes", "-f", "-"])
        .stdin(server.object("a").expect("stored").to_string())
        .run();
    run.code(0)
        .stdout(&approved("a"))
        .stderr_has(&["a: low risk"])
        .stderr_lacks(&[TOKEN]);
    assert_eq!(
        fs::read_to_string(env.work().join("seen")).expect("a file"),
        ""
    );
    let run = env
        .tool(["approve", "--yes", "-f", "-"])
        .stdin(yaml(&info("b")))
        .run();
    run.code(4)
        .stdout("")
        .stderr_has(&["b: stale: it differs from the file"]);
    assert_eq!(runs(&env), 2);
    all_authorized(&server);
}

#[test]
fn a_plugin_does_not_answer_questions() {
    // Not with what is piped in, nor with what is typed.
    let (server, env) = with_plugin(&format!("cat >seen\n{}", token()));
    let script = format!("echo y | '{TOOL}' approve a");
    let mut session = Session::start(&env.program("/bin/sh", ["-c", &script]));
    session.expect("Approve a? [y/N]: ").send_line("n");
    session.end().code(5).lacks(&[TOKEN]);
    assert_eq!(
        fs::read_to_string(env.work().join("seen")).expect("a file"),
        ""
    );
    assert_eq!(server.writes().len(), 0);

    let (server, env) = with_plugin(&format!("cat >seen\n{}", token()));
    let path = env.work().join("config");
    let config = fs::read_to_string(&path).expect("a file");
    fs::write(&path, config.replace("IfAvailable", "Never")).expect("a file");
    let mut session = Session::start(&env.tool(["approve", "a"]));
    session.expect("Approve a? [y/N]: ").send_line("y");
    session.end().code(0).lacks(&[TOKEN]);
    assert_eq!(
        fs::read_to_string(env.work().join("seen")).expect("a file"),
        ""
    );
    assert_eq!(runs(&env), 1);
    all_authorized(&server);
}

#[test]
fn a_plugin_may_ask_whoever_is_at_the_terminal() {
    let ask = format!(
        "printf 'Password: ' >&2; read answer; echo \"$answer\" >seen\n{}",
        token()
    );
    let (server, env) = with_plugin(&ask);
    let mut session = Session::start(&env.tool(["approve", "a"]));
    session
        .expect("Password: ")
        .send_line("hunter2")
        .expect("Approve a? [y/N]: ")
        .send_line("y");
    session.end().code(0).lacks(&[TOKEN]);
    assert_eq!(
        fs::read_to_string(env.work().join("seen")).expect("a file"),
        "hunter2\n"
    );
    assert_eq!(runs(&env), 1);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn a_plugin_that_fails_is_told_without_what_it_printed() {
    let plugin = "error: the credential plugin [DIR]/work/./plugin ";
    for (script, hint) in [
        (
            format!(
                "{}; printf 'log in \\033[2J\\302\\233first\\n' >&2; exit 3",
                token()
            ),
            "failed (exit status: 3)\nhint: log in \\x1b[2J\\u{9b}first\n",
        ),
        (format!("echo 'no JSON {TOKEN}'"), ""),
        ("true".to_owned(), ""),
    ] {
        let (server, env) = with_plugin(&script);
        for words in [&["list"][..], &["approve", "a", "--yes"]] {
            let run = env.tool(words).run().code(1).stdout("");
            run.stderr_has(&[plugin, hint])
                .stderr_lacks(&[TOKEN, "\u{1b}", "\u{9b}"]);
        }
        assert_eq!(server.lines(), [""; 0]);
    }
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, installHint: Get it.}}";
    let (_, env) = with_user(user);
    env.tool(["list"])
        .run()
        .code(1)
        .stdout("")
        .stderr("error: the credential plugin no-such-plugin was not found\nhint: Get it.\n");
}

#[test]
fn a_token_goes_to_the_server_and_nowhere_else() {
    let (server, env) = with_user(&format!("{{token: {TOKEN}}}"));
    let run = env.tool(["approve", "a", "--yes"]).run().code(0);
    run.stdout(&approved("a"))
        .stderr_has(&["Context test, server "])
        .stderr_lacks(&[TOKEN]);
    all_authorized(&server);
    server.fault(
        On::get("b").times(9),
        Fault::Refuse(401, "Unauthorized", "Unauthorized"),
    );
    server.fault(
        On::get("c").times(9),
        Fault::Redirect("http://127.0.0.1:9".to_owned()),
    );
    for (name, part) in [
        ("b", "does not accept the credentials"),
        ("c", "It redirects, which is not followed"),
    ] {
        let run = env.tool(["show", name]).run().code(1).stdout("");
        run.stderr_has(&["error: ", part, "hint: "])
            .stderr_lacks(&[TOKEN]);
    }
    // A flag counts before the file.
    let run = env
        .tool(["list", "-o", "name", "--token", "other"])
        .run()
        .code(0);
    run.stdout_has(&["/b\n"]).quiet();
    let last = server.requests().pop().expect("a request");
    assert_eq!(last.header("authorization"), Some("Bearer other"));
}

#[test]
fn plain_http_gets_no_credentials() {
    let (tls, env) = with_plugin(&token());
    let server = ApiServer::with([info("a")]);
    let path = env.work().join("config");
    let config = fs::read_to_string(&path).expect("a file");
    fs::write(&path, config.replace(&tls.url(), &server.url())).expect("a file");
    let run = env
        .tool(["approve", "a", "--yes", "--token", TOKEN])
        .run()
        .code(0);
    run.stdout(&approved("a"))
        .stderr_has(&["Context test, server "]);
    assert_eq!(runs(&env), 0);
    let bare = |request: &crate::support::http::Request| request.header("authorization").is_none();
    assert!(server.requests().iter().all(bare));
}

#[test]
fn a_server_has_to_be_who_it_claims() {
    let (server, env) = with_user(&format!("{{token: {TOKEN}}}"));
    let (other, _) = with_user("{}");
    let url = other.url();
    let run = env
        .tool(["approve", "a", "--yes", "--server", &url])
        .run()
        .code(1)
        .stdout("");
    run.stderr_has(&["was signed by an unknown authority\nhint: "])
        .stderr_lacks(&[TOKEN]);
    let run = env
        .tool(["list", "--tls-server-name", "elsewhere.example"])
        .run()
        .code(1)
        .stdout("");
    run.stderr_has(&["is for other names (", "\nhint: Use one of these names"]);
    assert_eq!((server.lines().len(), other.lines().len()), (0, 0));
    // Whoever does not want to know is warned before every decision.
    let path = env.work().join("config");
    let config = fs::read_to_string(&path).expect("a file");
    let start = config
        .find(", certificate-authority-data")
        .expect("an authority");
    let end = start + config[start..].find('}').expect("an end");
    fs::write(&path, format!("{}{}", &config[..start], &config[end..])).expect("a file");
    let run = env
        .tool(["approve", "a", "--yes", "--insecure-skip-tls-verify"])
        .run()
        .code(0);
    run.stdout(&approved("a"))
        .stderr_has(&["warning: the server's certificate is not checked: "]);
}

/// A plugin that hands out another token each time: `token-1`, `token-2`, and so on.
fn tokens() -> String {
    token().replace(TOKEN, "token-'$(wc -l <runs | tr -d ' ')'")
}

/// The tokens that were sent, each as often as it follows another one.
fn sent(server: &ApiServer) -> Vec<String> {
    let requests = server.requests();
    let bearer = requests
        .iter()
        .filter_map(|request| request.header("authorization"));
    let mut tokens: Vec<String> = bearer.map(str::to_owned).collect();
    tokens.dedup();
    tokens
}

#[test]
fn a_login_that_is_not_accepted_any_more_is_made_anew() {
    let refused = || Fault::Refuse(401, "Unauthorized", "Unauthorized");
    let (server, env) = with_plugin(&tokens());
    server.fault(On::put("a"), refused());
    let run = env.tool(["approve", "a", "--yes"]).run().code(0);
    run.stdout(&approved("a"))
        .stderr_has(&["a: low risk"])
        .stderr_lacks(&["token-"]);
    assert_eq!(runs(&env), 2);
    assert_eq!(sent(&server), ["Bearer token-1", "Bearer token-2"]);
    assert_eq!(server.conditions("a"), ["Approved"]);

    // Nobody is asked for a password again and again.
    let (server, env) = with_plugin(&tokens());
    server.fault(On::new("GET", "").times(99), refused());
    server.fault(On::new("POST", "").times(99), refused());
    let run = env.tool(["list"]).run().code(1).stdout("");
    run.stderr_has(&["does not accept the credentials"])
        .stderr_lacks(&["token-"]);
    assert_eq!(runs(&env), 2);
}

#[test]
fn a_watch_outlives_its_login() {
    let (server, env) = with_plugin(&tokens());
    let mut watch = Running::start(&env.tool(["watch"]));
    watch.expect("\nc ");
    server.fault(
        On::watch(),
        Fault::Refuse(401, "Unauthorized", "Unauthorized"),
    );
    server.cut_watches();
    server.add(info("later"));
    watch.expect("\nlater ");
    assert_eq!(runs(&env), 2);
    watch.signal(Signal::TERM);
    let (code, _, err) = watch.end();
    assert_eq!(code, Some(0), "{err}");
    assert!(!err.contains("token-") && !err.contains("error"), "{err}");
}

#[test]
fn nothing_secret_is_told_however_much_is() {
    let (server, env) = with_plugin(&token());
    for words in [
        &["list", "-v"][..],
        &["show", "a", "-vv"],
        &["approve", "b", "--yes", "-vvv"],
        &["list", "-vvvvvv"],
    ] {
        let run = env.tool(words).run().code(0);
        run.stdout_lacks(&[TOKEN])
            .stderr_lacks(&[TOKEN, "authorization:", "Bearer"])
            .stdout_has(&[])
            .stderr_has(&["debug: "]);
    }
    all_authorized(&server);
    let (server, env) = with_user("{username: jane, password: s3cr3t-w0rd}");
    let run = env.tool(["list", "-vvv"]).run().code(0).stdout_has(&["a "]);
    run.stderr_has(&["debug: "])
        .stderr_lacks(&["s3cr3t", "czNjcjN0", "Basic"]);
    assert!(server.requests()[0].header("authorization").is_some());
}
