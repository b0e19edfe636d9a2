//! What reaches a terminal or a pipe: nothing that hides or moves, colour where it is wanted, and every text whole.

use std::fs;
use std::process::Command;

use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{approved, critical, info, medium};
use crate::support::env::{Env, TOOL};
use crate::support::pty::{Session, Streams};
use crate::support::request::{CN, CsrObject, O, RequestBuilder, string};

/// ESC, BEL, BS, CR, LF, TAB, DEL, CSI (C1), bidi, zero width, a tag character, a shell's dollar and what looks like an end.
const HOSTILE: &str =
    "\u{1b}[2J\u{7}\u{8}\r\n\t\u{7f}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}$(id)\" \\";

fn hostile(text: &str) -> String {
    format!("{text}{HOSTILE}")
}

/// A CSR all of whose texts are hostile.
fn evil() -> CsrObject {
    let h = hostile;
    let request = RequestBuilder::empty()
        .name(CN, string::UTF8, h("user"))
        .name(O, string::UTF8, h("group"))
        .name("2.5.4.11", string::UTF8, h("unit"))
        .dns("x\u{1b}[2J.example")
        .email("a\u{7}@x.example")
        .uri("spiffe://x/%1b")
        .principal(&h("principal"));
    let mut object = CsrObject::new(&h("name"), request.pem())
        .signer(&h("signer"))
        .usages(&[&h("usage"), "client auth"])
        .requestor(&h("requestor"), &[&h("group")])
        .requestor_uid(&h("uid"))
        .extra(&h("key"), &[&h("value")])
        .label(&h("label"), &h("value"))
        .annotation(&h("annotation"), &h("value"))
        .metadata("finalizers", json!([h("finalizer")]))
        .uid(&h("uid"));
    for kind in ["Odd", "Failed"] {
        object = object.condition(&h(kind), &h("reason"), &h("message"));
    }
    object
}

/// A reader that goes before the end, as `head` does, changes nothing about what was found.
#[test]
fn a_closed_pipe_hides_no_finding() {
    let env = Env::new();
    for (file, object, code) in [("bad", critical("a"), 3), ("good", info("a"), 0)] {
        env.file(file, serde_json::to_string(&object.build()).unwrap());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = Command::new(TOOL)
            .args(["list", "--fail-on", "critical", "-f", file])
            .env_clear()
            .current_dir(env.work())
            .stdout(writer)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(code), "{file}");
    }
}

/// Nothing in the text hides, moves or reorders anything; colours are allowed where there are some.
#[track_caller]
fn is_safe(text: &str, colours: bool) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if colours && let Some(sequence) = rest.strip_prefix("\u{1b}[") {
            let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';');
            let end = end.filter(|&end| sequence[end..].starts_with('m'));
            rest = &sequence[end.unwrap_or_else(|| panic!("a strange sequence in {text:?}")) + 1..];
            continue;
        }
        let hides = matches!(u32::from(c), 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe_0000..=0xe_0fff);
        assert!(
            c == '\n' || (!c.is_control() && !hides),
            "{c:?} in {text:?}"
        );
        rest = &rest[c.len_utf8()..];
    }
}

#[test]
fn nothing_hostile_comes_through() {
    let name = hostile("name");
    let server = ApiServer::with([evil(), evil().metadata("name", json!("denied")).denied()]);
    server.add(
        info("x")
            .metadata("name", json!(hostile("broken")))
            .spec("usages", json!(hostile("x"))),
    );
    let env = Env::with(&server);
    let file = hostile("file.json").replace('/', "");
    env.file(&file, evil().json());
    env.file("evil.json", evil().json());
    let expect = format!("{name}=sha256:00");
    // What a shell makes of a name in a list of names.
    let flag = hostile("--");
    let runs: &[&[&str]] = &[
        &["list"],
        &["list", "--all", "-o", "wide"],
        &["list", "-o", "name"],
        &["list", "-o", "json"],
        &["list", "-o", "yaml"],
        &["list", "-f", &file, "-o", "wide"],
        &["list", "-f", HOSTILE],
        &["list", "--field-selector", HOSTILE],
        &["doctor"],
        &["doctor", "-o", "json"],
        &["show", &name],
        &["show", &name, "-o", "json"],
        &["show", &name, "-o", "yaml"],
        &["show", "-f", &file],
        &["show", HOSTILE],
        &["show", "denied"],
        &["approve", &name],
        &["approve", &name, "--yes", "--max-risk", "high"],
        &["approve", &name, "--yes", "-o", "json"],
        &["approve", &name, "--dry-run=client"],
        &["approve", &name, "--yes", "--expect", &expect],
        &["approve", "denied", "-y"],
        &["approve", "-f", "evil.json", "-y"],
        &["deny", "denied"],
        &["deny", "--all", "--dry-run=server"],
        &["deny", "--all", "--yes", "--reason", HOSTILE],
        &["deny", &name],
        &["review", HOSTILE],
        &["explain", HOSTILE],
        &[HOSTILE],
        &["list", "--min-risk", HOSTILE],
        &["list", "--request-timeout", HOSTILE],
        &["list", "--context", HOSTILE],
        &["approve", &flag],
    ];
    for words in runs {
        let run = env.tool(*words).run();
        let text = run.snapshot();
        is_safe(&text, false);
        assert!(!text.contains("panicked"), "{text}");
    }
    assert_eq!(
        server.conditions("denied").last().map(String::as_str),
        Some("Denied")
    );
}

#[test]
fn nothing_hostile_comes_through_to_a_terminal() {
    let name = hostile("name");
    let server = ApiServer::with([evil().metadata("uid", json!("1"))]);
    let env = Env::with(&server);
    for words in [
        &["list", "-o", "wide"][..],
        &["list"],
        &["show", &name],
        &["show", &name, "-o", "json"],
    ] {
        for columns in [40, 80, 200] {
            let ended = Session::start_with(&env.tool(words), columns, Streams::default())
                .end()
                .code(0);
            is_safe(&ended.screen.replace("\r\n", "\n"), true);
        }
    }
    let mut session = Session::start(&env.tool(["review"]));
    session
        .expect("q)uit ?: ")
        .send_line("v")
        .expect("\"username\"")
        .expect("q)uit ?: ")
        .send_line("d");
    session.expect("[y/N]: ").send_line("y");
    let ended = session.end().code(0).has(&[" denied\r\n"]);
    is_safe(&ended.screen.replace("\r\n", "\n"), true);
}

#[test]
fn nothing_hostile_comes_through_from_a_server() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let faults = || {
        // Longer than anybody waits for a turn.
        let details = json!({"retryAfterSeconds": 99});
        let status =
            json!({"kind": "Status", "message": HOSTILE, "reason": HOSTILE, "details": details});
        let status = status.to_string();
        let codes = [400_u16, 401, 403, 404, 409, 410, 422, 429, 500, 503];
        let answers = codes.map(|code| Fault::Answer(code, "application/json", status.clone()));
        // A 429 that does not say how long is waited out, whatever else it says.
        let texts = codes
            .into_iter()
            .filter(|&code| code != 429)
            .map(|code| Fault::Answer(code, "text/plain", hostile("text").replace('\n', "")));
        answers.into_iter().chain(texts)
    };
    for fault in faults() {
        for (on, words) in [
            (On::list(), &["list"][..]),
            (On::get("a"), &["show", "a"]),
            (On::put("a"), &["approve", "a", "--yes"]),
            (On::who(), &["deny", "a", "--dry-run=client"]),
        ] {
            server.fault(on.times(8), fault.clone());
            let text = env.tool(words).run().snapshot();
            server.clear_faults();
            is_safe(&text, false);
            let used = words[0] == "deny";
            assert_eq!(text.starts_with("exit code: 0"), used, "{text}");
            // What was not asked for a second time must not strike the next one.
            server.clear_faults();
        }
    }
}

#[test]
fn colour_is_for_who_wants_it() {
    let server = ApiServer::with([critical("a")]);
    let env = Env::with(&server);
    let coloured = |variables: &[(&str, &str)], words: &[&str], terminal: bool| {
        let words = [words, &["list"]].concat();
        let tool = variables
            .iter()
            .fold(env.tool(words), |tool, (name, value)| {
                tool.var(name, *value)
            });
        let text = if terminal {
            Session::start_with(&tool, 240, Streams::default())
                .end()
                .code(0)
                .screen
        } else {
            tool.run().code(0).quiet().raw_stdout().to_owned()
        };
        assert!(text.contains("critical"), "{text}");
        is_safe(&text.replace("\r\n", "\n"), true);
        text.contains("\u{1b}[1;31mcritical\u{1b}[0m")
    };
    for (variables, words, on_terminal, in_pipe) in [
        (&[][..], &[][..], true, false),
        (&[("NO_COLOR", "1")], &[], false, false),
        (&[("NO_COLOR", "")], &[], true, false),
        (&[("CLICOLOR_FORCE", "1")], &[], true, true),
        (&[("CLICOLOR_FORCE", "0")], &[], true, false),
        (
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
            &[],
            false,
            false,
        ),
        (&[("CLICOLOR", "0")], &[], false, false),
        (&[("TERM", "dumb")], &[], false, false),
        (
            &[("NO_COLOR", "1"), ("TERM", "dumb")],
            &["--color=always"],
            true,
            true,
        ),
        (
            &[("CLICOLOR_FORCE", "1")],
            &["--color", "never"],
            false,
            false,
        ),
        (&[("NO_COLOR", "1")], &["--color", "auto"], false, false),
    ] {
        assert_eq!(
            coloured(variables, words, true),
            on_terminal,
            "{variables:?} {words:?}"
        );
        assert_eq!(
            coloured(variables, words, false),
            in_pipe,
            "{variables:?} {words:?}"
        );
    }
    env.tool(["list", "--color=sometimes"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["possible values: auto, always, never"]);
    // Documents are for machines, whoever asks for colour.
    for format in ["json", "yaml", "name"] {
        let run = env
            .tool(["list", "--color=always", "-o", format])
            .run()
            .code(0)
            .quiet();
        is_safe(run.raw_stdout(), false);
    }
}

#[test]
fn each_stream_is_looked_at_for_itself() {
    let server = ApiServer::with([medium("a"), medium("b")]);
    let env = Env::with(&server);
    let shell = |script: &str| {
        let script = script.replace("TOOL", &format!("'{TOOL}'"));
        let tool = env
            .program("/bin/sh", ["-c", &script])
            .var("PATH", "/usr/bin:/bin");
        Session::start(&tool).end().code(0).screen
    };
    let read = |name: &str| fs::read_to_string(env.work().join(name)).expect("a file");
    let screen = shell("TOOL approve a --yes >out");
    assert_eq!(read("out"), approved("a"));
    assert!(screen.contains("\u{1b}[33mmedium\u{1b}[0m"), "{screen}");
    let screen = shell("TOOL list --all 2>err");
    assert_eq!(read("err"), "");
    assert!(screen.contains("\u{1b}["), "{screen}");
    let screen = shell("TOOL approve b --yes 2>err");
    assert_eq!(screen.replace("\r\n", "\n"), approved("b"));
    assert!(
        read("err").contains("b: medium risk") || read("err").contains("Risk medium"),
        "{}",
        read("err")
    );
    is_safe(&read("err"), false);
}

#[test]
fn a_reader_that_goes_away_has_seen_enough() {
    let server = ApiServer::start();
    let one = info("x");
    for index in 0..1000 {
        server.add(one.clone().metadata("name", json!(format!("csr-{index}"))));
    }
    let env = Env::with(&server);
    for command in [
        "list",
        "list -o json",
        "list -o yaml",
        "list -o name",
        "show --all",
        "show --all -o json",
        "explain",
    ] {
        let script = format!("{{ '{TOOL}' {command}; echo $? >status; }} | head -c 1 >/dev/null");
        let run = env
            .program("/bin/sh", ["-c", &script])
            .var("PATH", "/usr/bin:/bin")
            .run();
        run.code(0).stdout("").stderr("");
        let status = fs::read_to_string(env.work().join("status")).expect("a file");
        assert_eq!(status, "0\n", "{command}");
    }
    let script =
        format!("{{ '{TOOL}' approve csr-1 --yes 2>&1 >/dev/null; echo $? >status; }} | head -c 0");
    let run = env
        .program("/bin/sh", ["-c", &script])
        .var("PATH", "/usr/bin:/bin")
        .run();
    run.code(0).stdout("").stderr("");
}

#[test]
fn no_text_is_lost_on_a_narrow_terminal() {
    let user = "\u{65e5}\u{672c}\u{8a9e}".repeat(12);
    let object = info("x").request(RequestBuilder::user(&user).group("dev").pem());
    let server = ApiServer::with([object.metadata("name", json!("wide")), critical("narrow")]);
    let env = Env::with(&server);
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    for columns in [40, 80, 120] {
        let tool = env.tool(["list"]).var("NO_COLOR", "1");
        let ended = Session::start_with(&tool, columns, Streams::default())
            .end()
            .code(0);
        for line in ended.screen.lines() {
            assert!(
                line.trim_end().width() <= columns.into(),
                "{line:?} of\n{}",
                ended.screen
            );
        }
        if columns == 40 {
            for text in [
                user.as_str(),
                "kubeadm:cluster-admins",
                "kubernetes.io/kube-apiserver-client",
            ] {
                assert!(
                    bare(&ended.screen).contains(&bare(text)),
                    "{text} on\n{}",
                    ended.screen
                );
            }
        }
        let wide = ended.screen.chars().filter(|c| user.contains(*c)).count();
        assert_eq!(wide, user.chars().count(), "{}", ended.screen);
    }
    // No terminal: a line each, and nothing is cut.
    let run = env
        .tool(["list"])
        .var("COLUMNS", "40")
        .run()
        .code(0)
        .quiet();
    assert_eq!(run.raw_stdout().lines().count(), 3, "{run}");
    run.stdout_has(&[&user]);
}
