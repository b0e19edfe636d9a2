//! Servers that repeat the credentials of a request: nothing of them is shown, told or recorded.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, info};
use crate::support::env::Env;

const TOKEN: &str = "s3cr3t-t0ken/with+more=than-a-word";
const PASSWORD: &str = "s3cr3t w0rd";

/// A server that speaks TLS, and a kubeconfig with this user.
fn with_user(user: &str) -> (ApiServer, Env) {
    let server = ApiServer::start_tls();
    server.add(info("a"));
    let env = Env::with(&server);
    let config = server.kubeconfig();
    let config = config.replace("user: {}", &format!("user: {user}"));
    let path = env.file("config", config);
    (
        server,
        env.var("KUBECONFIG", path).var("PATH", "/usr/bin:/bin"),
    )
}

/// The users of a kubeconfig, each with what none of its requests may show.
fn users() -> Vec<(String, Vec<String>)> {
    let plugin = format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: /bin/echo, args: \
         ['{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\
         \"status\":{{\"token\":\"{TOKEN}\"}}}}']}}}}"
    );
    let of_token = vec![
        "s3cr3t".to_owned(),
        "t0ken".to_owned(),
        STANDARD.encode(TOKEN),
    ];
    let basic = STANDARD.encode(format!("adm:{PASSWORD}"));
    let of_login = vec![
        "s3cr3t".to_owned(),
        "w0rd".to_owned(),
        basic[..12].to_owned(),
    ];
    vec![
        (format!("{{token: {TOKEN}}}"), of_token.clone()),
        (plugin, of_token),
        (format!("{{username: adm, password: {PASSWORD}}}"), of_login),
    ]
}

#[test]
fn a_refusal_that_repeats_credentials_is_shown_without_them() {
    for (user, secrets) in users() {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        for (fault, says) in [
            (Fault::Echo(403), "seen: "),
            (Fault::Echo(422), "seen: "),
            (Fault::Echo(501), "seen: "),
            (Fault::EchoText(400), "seen: "),
            // Of a write, its outcome is told instead.
            (Fault::EchoText(501), "HTTP 501"),
        ] {
            for on in [On::new("GET", "certificatesigningrequests"), On::put("a")] {
                let (server, env) = with_user(&user);
                server.fault(on.times(9), fault.clone());
                let words = ["approve", "a", "--yes", "-vvv", "--record", "r.jsonl"];
                let run = env
                    .tool(words)
                    .run()
                    .code(1)
                    .stdout("")
                    .stderr_lacks(&secrets);
                run.stderr_has(&[says]);
                let record = fs::read_to_string(env.work().join("r.jsonl")).unwrap_or_default();
                let leaks = |secret: &&str| record.contains(*secret);
                assert!(!secrets.iter().any(leaks), "{fault:?}: {record}");
                let sent = server.requests();
                let bears = |request: &crate::support::http::Request| {
                    request.header("authorization").is_some()
                };
                assert!(!sent.is_empty() && sent.iter().all(bears));
            }
        }
    }
}

#[test]
fn what_could_not_be_checked_is_told_without_credentials() {
    for (user, secrets) in users() {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let (server, env) = with_user(&user);
        server.fault(On::new("GET", "/nodes").times(9), Fault::Echo(501));
        server.fault(
            On::new("GET", "rolebindings").times(9),
            Fault::EchoText(501),
        );
        let run = env.tool(["show", "a"]).run().code(0).stdout_has(&["a"]);
        run.stdout_lacks(&secrets)
            .stderr_lacks(&secrets)
            .stderr_has(&["seen: ", "<redacted>"]);
        let run = env.tool(["list", "-o", "json"]).run().code(0);
        run.stdout_lacks(&secrets)
            .stderr_lacks(&secrets)
            .stdout_has(&["a"])
            .stderr_has(&["<redacted>"]);
    }
}

#[test]
fn the_head_of_an_answer_is_told_without_credentials() {
    for (user, secrets) in users() {
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let (server, env) = with_user(&user);
        server.fault(On::put("a"), Fault::EchoHead);
        let run = env.tool(["approve", "a", "--yes", "-vvv"]).run().code(0);
        run.stdout(&approved("a"))
            .stderr_lacks(&secrets)
            .stderr_has(&["warning: 299 - \"", "<redacted>\""]);
    }
}
