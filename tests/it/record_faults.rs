//! `--record` where the file, the disk or the program gives way: nothing is sent that is not recorded.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::fs::{CWD, FileType, FlockOperation, Mode, flock, mknodat};
use serde_json::{Value, json};

use crate::record::lines;
use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{denied, info};
use crate::support::env::{Env, TOOL};

#[test]
fn without_a_file_nothing_is_asked_and_nothing_sent() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let work = env.work();
    env.file("target", "");
    symlink("target", work.join("link")).expect("a link");
    symlink("nothing", work.join("dangling")).expect("a link");
    fs::create_dir(work.join("folder")).expect("a directory");
    mknodat(CWD, work.join("fifo"), FileType::Fifo, Mode::RWXU, 0).expect("a pipe");
    env.file("locked", "");
    let locked = fs::Permissions::from_mode(0o400);
    fs::set_permissions(work.join("locked"), locked).expect("a file");
    let mut cases = vec![
        ("missing/r", "its directory does not exist"),
        ("folder", "it is a directory"),
        ("fifo", "it is not a regular file"),
        ("link", "it is a symbolic link"),
        ("dangling", "it is a symbolic link"),
        ("/dev/full", "it is not a regular file"),
    ];
    if !rustix::process::geteuid().is_root() {
        cases.push(("locked", "permission denied"));
    }
    for (path, why) in cases {
        for verb in ["approve", "deny"] {
            let words = [verb, "a", "--yes", "--record", path];
            env.tool(words).run().code(1).stdout("").stderr(&format!(
                "error: the record {path} cannot be written: {why}\n\
                 hint: What cannot be recorded is not sent. Give --record a file that you may write to.\n"
            ));
        }
        let run = env.tool(["review", "--record", path]).run().code(1);
        run.stdout("").stderr_has(&[why]);
    }
    let run = env
        .tool(["deny", "a", "--yes", "--record", "-"])
        .run()
        .code(2);
    run.stdout("")
        .stderr_has(&["error: a record is kept in a file, "]);
    assert_eq!(server.requests().len(), 0);
    assert_eq!(fs::read(work.join("target")).expect("a file"), b"");
    assert!(!work.join("nothing").exists());
}

#[test]
fn a_file_that_is_lost_meanwhile_lets_nothing_through() {
    let replace = |env: &Env| {
        let path = env.work().join("r.jsonl");
        move || {
            fs::remove_file(&path).expect("a record");
            fs::create_dir(&path).expect("a directory");
        }
    };
    let words = ["deny", "a", "--yes", "--record", "r.jsonl"];
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let lost = replace(&env);
    server.before(On::list(), move |_| lost());
    env.tool(words).run().code(1).stdout("").stderr_has(&[
        "error: a: the record r.jsonl cannot be written: it is a directory; nothing was sent\nhint: ",
    ]);
    assert_eq!(server.writes().len(), 0);

    // After the intent: what is done is told as done, and that the record lacks it.
    let stands = "the decision stands, but the record r.jsonl cannot be written: it is a directory";
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let lost = replace(&env);
    server.before(On::put("a"), move |_| lost());
    let words = words.iter().chain(&["-o", "json"]);
    let run = env.tool(words).run().code(1);
    let item = run.json()["items"][0].clone();
    run.stderr_has(&[&format!("error: a: {stands}\n")]);
    assert_eq!(
        (&item["outcome"], &item["exitCode"], &item["detail"]),
        (&json!("done"), &json!(1), &json!(stands))
    );
    assert_eq!(server.conditions("a"), ["Denied"]);
}

#[test]
fn nothing_is_sent_while_somebody_else_writes() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let file = fs::File::create(env.work().join("r.jsonl")).expect("a file");
    flock(&file, FlockOperation::LockExclusive).expect("a lock");
    thread::scope(|scope| {
        let tool = env.tool(["deny", "a", "--yes", "--facts=none", "--record", "r.jsonl"]);
        let mut command = tool.command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let run = scope.spawn(move || command.status().expect("the tool"));
        let begun = Instant::now();
        let has_read = || {
            server
                .lines()
                .iter()
                .any(|line| line.ends_with("requests/a"))
        };
        while !has_read() && begun.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(300));
        assert_eq!(server.writes().len(), 0);
        flock(&file, FlockOperation::Unlock).expect("a lock");
        assert!(run.join().expect("the tool").success());
    });
    assert_eq!(lines(&env.work().join("r.jsonl")).len(), 2);
}

/// `deny NAME --yes`, for a disk on which a file has room for so many blocks of 512 octets.
fn on_a_small_disk(env: &Env, name: &str, blocks: usize) -> (Option<i32>, String, String) {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let words = [
        "-c", &script, "sh", TOOL, "deny", name, "--yes", "--record", "r.jsonl",
    ];
    let output = env
        .program("/bin/sh", words)
        .command()
        .output()
        .expect("a shell");
    let text = |octets| String::from_utf8(octets).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_full_disk_lets_nothing_through() {
    let server = ApiServer::with([info("a"), info("b"), info("c")]);
    let env = Env::with(&server);
    let (code, stdout, stderr) = on_a_small_disk(&env, "a", 1);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(
        stderr.contains(
            "error: a: the record r.jsonl cannot be written: no storage space; nothing was sent\n"
        ),
        "{stderr}"
    );
    assert_eq!(server.writes().len(), 0);
    // A torn line, and another one from the attempt to say what came of it.
    let path = env.work().join("r.jsonl");
    assert_eq!(fs::read(&path).expect("a file").len(), 512);
    let bad = env.tool(["record", "show", "r.jsonl"]).run().code(1);
    bad.stdout("")
        .stderr_has(&["lines that are no records: 1 (at 1)\n"]);
    // What comes later is whole.
    let run = env
        .tool(["deny", "b", "--yes", "--record", "r.jsonl"])
        .run();
    run.code(0).stdout(&denied("b")).stderr_has(&["Context "]);
    let text = fs::read_to_string(&path).expect("a file");
    let later: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(later.len(), 2);
    // Room for an intent, and for half of a result.
    let room = later[0].len() + later[1].len() / 2;
    let filler = 16 * 512 - room;
    env.file("r.jsonl", format!("{}\n", "x".repeat(filler - 1)));
    let (code, stdout, stderr) = on_a_small_disk(&env, "c", 16);
    assert_eq!((code, stdout), (Some(1), denied("c")), "{stderr}");
    assert!(
        stderr
            .contains("error: c: the decision stands, but the record r.jsonl cannot be written: "),
        "{stderr}"
    );
    assert_eq!(server.conditions("c"), ["Denied"]);
    let shown = env.tool(["record", "show", "r.jsonl"]).run().code(1);
    shown
        .stdout_has(&[
            "deny",
            " c ",
            "unknown",
            "there is no result: it was sent or not",
        ])
        .stderr_has(&["decisions without a result: 1", "no records: 2 (at 1, 3)"]);
}

#[test]
fn many_writers_tear_no_line() {
    let names: Vec<String> = (0..20).map(|number| format!("p-{number}")).collect();
    let alone = names.iter().map(|name| info(name));
    let together = (0..20).map(|number| info(&format!("t-{number}")).label("team", "x"));
    let server = ApiServer::with(alone.chain(together));
    let env = Env::with(&server).var("CSR_REVIEW_RECORD", "r.jsonl");
    thread::scope(|scope| {
        for name in &names {
            let tool = env.tool(["deny", name, "--yes", "--facts=none"]);
            let mut command = tool.command();
            command.stdout(Stdio::null()).stderr(Stdio::null());
            scope.spawn(move || assert!(command.status().expect("the tool").success()));
        }
        let run = env.tool(["deny", "-l", "team=x", "--yes"]).run().code(0);
        run.stdout_has(&["t-19 denied"]).stderr_has(&["Context "]);
    });
    let found = lines(&env.work().join("r.jsonl"));
    assert_eq!(found.len(), 80);
    for phase in ["intent", "result"] {
        let lines = found.iter().filter(|line| line["phase"] == phase);
        let mut ids: Vec<&str> = lines.filter_map(|line| line["id"].as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 40, "{phase}");
    }
}

#[test]
fn whatever_is_sent_has_its_intent_when_the_program_is_killed() {
    const ROUNDS: u64 = 20;
    let names: Vec<String> = (0..ROUNDS).map(|round| format!("a-{round}.")).collect();
    let server = ApiServer::with(names.iter().map(|name| info(name)));
    let env = Env::with(&server);
    let path = env.work().join("r.jsonl");
    let sent = |name: &str| {
        let part = format!("/{name}/approval");
        server
            .writes()
            .iter()
            .any(|write| write.path().contains(&part))
    };
    for (round, name) in (0..).zip(&names) {
        server.fault(On::put(name), Fault::Slow(Duration::from_secs(5)));
        let tool = env.tool(["deny", name, "--yes", "--facts=none", "--record", "r.jsonl"]);
        let mut child = tool
            .command()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tool starts");
        let begun = Instant::now();
        let has_intent = || fs::read_to_string(&path).is_ok_and(|text| text.contains(name));
        let is_late = || match round % 4 {
            // Somewhere on the way, as soon as the intent is there, and when the server has it.
            0 => begun.elapsed() > Duration::from_millis(4 * round),
            1 => has_intent(),
            _ => sent(name),
        };
        while !is_late() && begun.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_micros(200));
        }
        child.kill().expect("a child can be killed");
        child.wait().expect("a child can be waited for");
    }
    let text = fs::read_to_string(&path).expect("a record");
    let intents: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let has_intent = |name: &String| intents.iter().any(|line| line["name"] == **name);
    let seen = names.iter().filter(|name| sent(name));
    let seen: Vec<&String> = seen.collect();
    assert!(seen.len() >= 10, "{seen:?}");
    assert!(seen.into_iter().all(has_intent), "{text}");
    // None of them came back to say what came of it.
    assert_eq!(
        intents
            .iter()
            .filter(|line| line["phase"] != "intent")
            .count(),
        0
    );
    let shown = env.tool(["record", "show", "r.jsonl", "-o", "json"]).run();
    let items = shown.json()["items"].clone();
    // The kernel may end a process in the middle of a line that crosses a page of the file. That is told, and what is
    // behind it is read all the same.
    let is_torn = text.lines().count() > intents.len();
    let shown = shown
        .code(i32::from(is_torn))
        .stderr_has(&["warning: decisions without a result: "]);
    let items = items.as_array().expect("a list");
    assert_eq!(items.len(), intents.len(), "{shown}");
    assert!(items.iter().all(|item| item["outcome"] == "unknown"));
}
