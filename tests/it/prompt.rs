//! Questions at a terminal, and who cannot answer them.

use crate::support::apiserver::{ApiServer, On};
use crate::support::cases::{
    approved, critical, denied, fingerprint, high, info, medium, unreviewable,
};
use crate::support::env::{Env, TOOL};
use crate::support::pty::{Session, Streams};
use crate::support::request::{CsrObject, RequestBuilder};

fn start(env: &Env, words: &[&str]) -> Session {
    Session::start(&env.tool(words).var("NO_COLOR", "1"))
}

/// What a terminal shows of a line.
fn shown(line: &str) -> String {
    line.replace('\n', "\r\n")
}

#[test]
fn yes_is_said_with_y() {
    for answer in ["y", "yes", " Y ", "YES"] {
        let server = ApiServer::with([medium("a")]);
        let env = Env::with(&server);
        let mut session = start(&env, &["approve", "a"]);
        session
            .expect("Context test, server http://127.0.0.1:")
            .expect("user reviewer")
            .expect("CSR a (Pending")
            .expect("requestor-subject-mismatch")
            .expect("An approval cannot be taken back")
            .expect("Risk ")
            .expect("requestor-subject-mismatch, requestor-group-escalation")
            .expect("Approve a? [y/N]: ");
        assert_eq!(server.writes().len(), 0);
        session.send_line(answer);
        session
            .end()
            .code(0)
            .has(&[&shown(&approved("a")), "Get the certificate"]);
        assert_eq!(server.conditions("a"), ["Approved"]);
    }
}

#[test]
fn everything_else_is_no() {
    for answer in [
        "",
        "n",
        "no",
        "yy",
        "yes please",
        "j",
        "a",
        "\u{443}",
        "\u{1b}[A",
        "y\u{16}\0",
    ] {
        let server = ApiServer::with([info("a")]);
        let env = Env::with(&server);
        let mut session = start(&env, &["approve", "a"]);
        session.expect("Approve a? [y/N]: ").send_line(answer);
        session.end().code(5).has(&["a: it was not confirmed"]);
        assert_eq!(server.writes().len(), 0, "{answer:?}");
    }
}

#[test]
fn the_end_of_input_is_no() {
    for typed in ["\u{4}", "y\u{4}\u{4}"] {
        for verb in ["approve", "deny"] {
            let server = ApiServer::with([info("a")]);
            let env = Env::with(&server);
            let mut session = start(&env, &[verb, "a"]);
            session.expect("a? [y/N]: ").send(typed);
            session.end().code(5).has(&["it was not confirmed"]);
            assert_eq!(server.writes().len(), 0);
        }
    }
}

#[test]
fn an_interrupt_leaves_a_sane_terminal() {
    for typed in ["", "y"] {
        for (words, question) in [
            (&["approve", "a"][..], "Approve a? [y/N]: "),
            (&["deny", "a"], "Deny a? [y/N]: "),
            (&["review"], "q)uit ?: "),
        ] {
            let server = ApiServer::with([info("a")]);
            let env = Env::with(&server);
            let mut session = start(&env, words);
            session.expect(question).send(typed).interrupt();
            session.end().code(130).has(&["interrupted\r\n"]);
            assert_eq!(server.writes().len(), 0);
        }
    }
}

#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    // The server answers only after the keys are there.
    let (sender, receiver) = std::sync::mpsc::channel();
    server.before(On::get("a"), move |_| {
        receiver.recv().expect("the keys are typed");
    });
    let mut session = start(&env, &["approve", "a"]);
    session.send_line("y").send_line("y").expect("y\r\ny\r\n");
    sender.send(()).expect("the server waits");
    session.expect("Approve a? [y/N]: ");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(server.writes().len(), 0);
    session.send_line("n");
    session.end().code(5);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn a_paste_answers_one_question_only() {
    let server = ApiServer::with([info("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["approve", "a", "b"]);
    session.expect("Approve a? [y/N]: ").send("y\ry\r");
    session.expect("Approve b? [y/N]: ").send_line("n");
    session.end().code(5).has(&[&shown(&approved("a"))]);
    assert_eq!(server.conditions("b"), [""; 0]);
}

#[test]
fn high_takes_the_name() {
    for (answer, code) in [
        ("approve a", 0),
        ("a", 5),
        ("y", 5),
        ("approve", 5),
        ("approve A", 5),
        ("approve a ", 5),
        (" approve a", 5),
        ("approve \u{430}", 5),
        ("", 5),
    ] {
        let server = ApiServer::with([high("a")]);
        let env = Env::with(&server);
        let mut session = start(&env, &["approve", "a"]);
        session
            .expect("Type approve a (the CSR's name) to approve a: ")
            .send_line(answer);
        session.end().code(code);
        assert_eq!(server.writes().len(), usize::from(code == 0), "{answer:?}");
    }
}

/// The requestor chose the name and the user. Typing "no" approves nothing, whatever they are.
#[test]
fn no_approves_nothing() {
    for word in ["no", "n", "q", "quit", "skip", "y", "yes"] {
        let user = RequestBuilder::user(word).group("kubeadm:cluster-admins");
        let theirs = critical("theirs").request(user.pem());
        let server = ApiServer::with([high(word), theirs]);
        let env = Env::with(&server);
        for name in [word, "theirs"] {
            let mut session = start(&env, &["approve", name]);
            session.expect("Type approve ").send_line(word);
            session.end().code(5);
        }
        let mut session = start(&env, &["review", word]);
        session.expect("q)uit ?: ").send_line("a");
        session.expect("Type approve ").send_line(word);
        session
            .expect("Not confirmed; nothing was sent.")
            .expect("q)uit ?: ")
            .send_line("q");
        session.end().code(0);
        assert_eq!(server.writes().len(), 0, "{word}");
    }
}

#[test]
fn critical_takes_what_is_critical() {
    let group = "Type approve kubeadm:cluster-admins (the group) to approve ";
    let user = RequestBuilder::user("system:kube-controller-manager").pem();
    let user = CsrObject::new("b", user).requestor("mallory", &[]);
    for (object, question, answer, code) in [
        (critical("a"), group, "approve kubeadm:cluster-admins", 0),
        (critical("a"), group, "kubeadm:cluster-admins", 5),
        (critical("a"), group, "approve kubeadm:cluster-admins ", 5),
        (critical("a"), group, "approve Kubeadm:cluster-admins", 5),
        (critical("a"), group, "approve a", 5),
        (critical("a"), group, "approve mallory", 5),
        (
            user.clone(),
            "Type approve system:kube-controller-manager (the user) to approve b: ",
            "approve system:kube-controller-manager",
            0,
        ),
        (user, "Type approve ", "y", 5),
    ] {
        let server = ApiServer::with([object.clone()]);
        let env = Env::with(&server);
        let name = object.build()["metadata"]["name"].clone();
        let mut session = start(&env, &["approve", name.as_str().expect("a name")]);
        session.expect(question).send_line(answer);
        session.end().code(code);
        assert_eq!(server.writes().len(), usize::from(code == 0), "{answer:?}");
    }
}

#[test]
fn what_cannot_be_typed_is_asked_for_by_fingerprint() {
    let long = "x".repeat(65);
    let nobody = critical("a\u{1b}[2J").request(RequestBuilder::empty().pem());
    for (name, object) in [
        ("\u{430}", high("\u{430}")),
        (long.as_str(), high(&long)),
        ("a\u{1b}[2J", nobody),
    ] {
        let server = ApiServer::with([object]);
        let env = Env::with(&server);
        let digits = fingerprint(&env, name)["sha256:".len()..][..8].to_owned();
        let question =
            format!("Type approve {digits} (the first 8 digits of the fingerprint) to approve ");
        let right = format!("approve {digits}");
        for (answer, code) in [
            (name, 5),
            (&right[..right.len() - 1], 5),
            (&digits, 5),
            (&right, 0),
        ] {
            let answer = answer.replace('\u{1b}', "");
            let mut session = start(&env, &["approve", name]);
            session.expect(&question).send_line(&answer);
            session.end().code(code).lacks(&["\u{1b}[2J"]);
        }
        assert_eq!(server.writes().len(), 1);
    }
}

#[test]
fn what_is_unreviewable_is_not_offered() {
    let server = ApiServer::with([unreviewable("a"), info("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["approve", "a", "b"]);
    session
        .expect("a: refused: it is unreviewable")
        .expect("Approve b? [y/N]: ")
        .send_line("y");
    session.end().code(3).lacks(&["approve a: ", "Approve a?"]);
    assert_eq!(server.conditions("a"), [""; 0]);
    assert_eq!(server.conditions("b"), ["Approved"]);
    let mut session = start(&env, &["deny", "a"]);
    session.expect("Deny a? [y/N]: ").send_line("y");
    session.end().code(0).has(&[&shown(&denied("a"))]);
}

#[test]
fn a_denial_is_y_at_every_risk() {
    let server = ApiServer::with([critical("a"), high("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["deny", "a", "b"]);
    session
        .expect("CSR a (Pending")
        .expect("Deny a? [y/N]: ")
        .send_line("y");
    session.expect("Deny b? [y/N]: ").send_line("");
    session
        .end()
        .code(5)
        .has(&[&shown(&denied("a")), "b: it was not confirmed"]);
    assert_eq!(server.conditions("b"), [""; 0]);
}

#[test]
fn answers_are_sent_before_the_next_question() {
    let server = ApiServer::with([info("a"), medium("b"), info("c")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["approve", "--all"]);
    session.expect("Approve a? [y/N]: ").send_line("y");
    session.expect("Approve b? [y/N]: ");
    assert_eq!(server.conditions("a"), ["Approved"]);
    session
        .send_line("n")
        .expect("Approve c? [y/N]: ")
        .interrupt();
    session.end().code(130).has(&[&shown(&approved("a"))]);
    assert_eq!(server.writes().len(), 1);
}

#[test]
fn a_swap_while_the_question_is_open_gets_nothing() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["approve", "a"]);
    session.expect("Approve a? [y/N]: ");
    server.change(|store| store.replace(critical("a").build()));
    session.send_line("y");
    session.end().code(4).has(&[
        "a: stale: another CSR stands under this name",
        "nothing was sent to it",
    ]);
    assert_eq!(server.conditions("a"), [""; 0]);
    assert_eq!(server.writes().len(), 1);

    // What changed besides is no other CSR, and the answer holds for it.
    let server = ApiServer::with([high("b")]);
    let env = Env::with(&server);
    let mut session = start(&env, &["approve", "b"]);
    session.expect("Type approve b (the CSR's name) to approve b: ");
    server.change(|store| {
        store.update("b", |object| {
            object["metadata"]["labels"] = serde_json::json!({"x": "y"});
        });
    });
    session.send_line("approve b");
    session.end().code(0);
    assert_eq!(server.conditions("b"), ["Approved"]);
}

#[test]
fn a_pipe_cannot_answer() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    // With a terminal on stderr the question is put to the person at it.
    let script = format!("yes | '{TOOL}' approve a");
    let shell = env
        .program("/bin/sh", ["-c", &script])
        .var("PATH", "/usr/bin:/bin");
    let mut session = Session::start(&shell);
    session.expect("Approve a? [y/N]: ");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(server.writes().len(), 0);
    session.send_line("n");
    session.end().code(5);
    // Without one there is nobody to ask, though /dev/tty could be opened.
    let streams = Streams {
        no_stderr: true,
        ..Streams::default()
    };
    Session::start_with(&shell, 80, streams)
        .end()
        .code(2)
        .lacks(&["[y/N]"]);
    // And with a terminal on stderr alone.
    let streams = Streams {
        no_stdin: true,
        no_stdout: true,
        ..Streams::default()
    };
    let mut session = Session::start_with(&env.tool(["approve", "a"]), 80, streams);
    session.expect("Approve a? [y/N]: ").send_line("y");
    session.end().code(0).lacks(&["a approved"]);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn yes_and_rehearsals_never_ask() {
    let server = ApiServer::with([info("a"), critical("b")]);
    let env = Env::with(&server);
    for words in [
        &["approve", "a", "--dry-run=server"][..],
        &["deny", "b", "--dry-run=client"],
        &["approve", "a", "-y"],
    ] {
        start(&env, words).end().code(0).lacks(&["[y/N]", "Type "]);
    }
    start(&env, &["approve", "b", "--yes"])
        .end()
        .code(3)
        .lacks(&["[y/N]", "Type "]);
    start(&env, &["deny", "b", "--yes"])
        .end()
        .code(0)
        .lacks(&["[y/N]"]);
}
