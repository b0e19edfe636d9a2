//! `approve`: which checks come in which order, and what passes them without anybody at a terminal.

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::{
    RESOURCE, approved, critical, denied, fingerprint, high, info, medium, unreviewable,
};
use crate::support::env::Env;

/// A fingerprint of nothing.
const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
const MASTERS: &str = "subject-kubeadm-cluster-admins";

/// Runs `approve --yes` with these words more, which has to end with this code and this text on stderr.
#[track_caller]
fn yes(env: &Env, words: &[&str], code: i32, stderr: &[&str]) -> String {
    let all = ["approve", "--yes"].iter().chain(words);
    let output = env.tool(all).run().code(code).stderr_has(stderr);
    output.raw_stdout().to_owned()
}

#[test]
fn something_has_to_be_named_or_selected() {
    for verb in ["approve", "deny"] {
        for more in [&[][..], &["--yes"], &["--dry-run=client"], &["-o", "json"]] {
            let words = [&[verb][..], more].concat();
            Env::new().tool(words).run().code(2).stdout("").stderr(
                "error: no CSR is named and nothing is selected\n\
                 hint: Name CSRs, or select them with -f, -l, --signer, --requestor, --min-risk or --all.\n",
            );
        }
    }
}

#[test]
fn checks_have_their_order() {
    let server = ApiServer::with([
        info("good"),
        critical("bad"),
        critical("bad-approved").approved(),
        unreviewable("odd-approved").approved(),
        critical("bad-denied").denied(),
        info("both").approved().denied(),
    ]);
    let env = Env::with(&server);
    // What is expected comes first, whatever else could be said.
    for name in ["good", "bad", "bad-approved", "odd-approved", "bad-denied"] {
        let found = fingerprint(&env, name);
        let stale = format!("error: {name}: stale: its fingerprint is {found}, not {OTHER}\n");
        let hint = "hint: It is not what was reviewed. Look at it again.\n";
        assert_eq!(
            yes(&env, &[name, "--expect", OTHER], 4, &[&stale, hint]),
            ""
        );
    }
    // Then what was decided already, whatever the risk.
    for name in ["bad-approved", "odd-approved"] {
        let note = format!(
            "note: {name}: it was already Approved at 2026-03-01T12:05:00Z, reason KubectlApprove\n"
        );
        let expect = fingerprint(&env, name);
        let result = yes(&env, &[name, "--expect", &expect], 0, &[&note]);
        assert_eq!(result, approved(name));
    }
    for name in ["bad-denied", "both"] {
        let error =
            format!("error: {name}: it is already Denied\nhint: A decision cannot be taken back.");
        assert_eq!(yes(&env, &[name], 1, &[&error]), "");
    }
    // The gate comes last.
    let refused =
        format!("error: bad: refused: its risk is beyond --max-risk medium: {MASTERS} (critical)");
    let expect = fingerprint(&env, "bad");
    assert_eq!(yes(&env, &["bad", "--expect", &expect], 3, &[&refused]), "");
    assert_eq!(server.writes().len(), 0, "{:?}", server.lines());
    // Without --yes the same checks come before any question.
    let run = |name: &str| env.tool(["approve", name]).run();
    run("bad-approved")
        .code(0)
        .stdout(&approved("bad-approved"))
        .stderr_has(&["it was already Approved"]);
    run("bad-denied")
        .code(1)
        .stdout("")
        .stderr_has(&["it is already Denied"]);
    assert_eq!(server.writes().len(), 0, "{:?}", server.lines());
}

#[test]
fn who_decided_before_is_said_as_far_as_it_is_known() {
    let server = ApiServer::with([info("a"), info("b")]);
    server.change(|store| {
        store.decide("a", "Approved", "AutoApproved", "ro\u{202e}bot");
        store.decide("b", "Denied", "", "robot");
    });
    let env = Env::with(&server);
    let parts = [
        "note: a: it was already Approved at 20",
        ", reason AutoApproved, by field manager ro\\u{202e}bot (unauthenticated)\n",
    ];
    assert_eq!(yes(&env, &["a"], 0, &parts), approved("a"));
    let run = env.tool(["deny", "b", "--yes"]).run().code(0);
    run.stdout(&format!("{RESOURCE}/b denied\n"))
        .stderr_has(&["Z, by field manager robot (unauthenticated)\n"])
        .stderr_lacks(&["Get the certificate"]);
}

#[test]
fn risk_passes_up_to_the_limit() {
    let objects = || {
        [
            info("info"),
            medium("medium"),
            high("high"),
            critical("critical"),
        ]
    };
    for (limit, passes) in [
        ("none", 0),
        ("info", 1),
        ("low", 1),
        ("medium", 2),
        ("high", 3),
    ] {
        let server = ApiServer::with(objects());
        let env = Env::with(&server);
        let words = ["info", "medium", "high", "critical", "--max-risk", limit];
        let refused = format!("critical: refused: its risk is beyond --max-risk {limit}: ");
        let results = yes(&env, &words, 3, &[&refused]);
        assert_eq!(results.lines().count(), passes, "{limit}: {results}");
        assert_eq!(server.writes().len(), passes);
    }
    let server = ApiServer::with(objects());
    let env = Env::with(&server);
    yes(
        &env,
        &["info", "medium", "high"],
        3,
        &["error: high: refused: "],
    );
    assert_eq!(server.conditions("high"), [""; 0]);
    for words in [
        &["info", "--max-risk", "critical", "--yes"][..],
        &["info", "--max-risk", "high"],
    ] {
        let all = ["approve"].iter().chain(words);
        env.tool(all)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["error: "]);
    }
}

#[test]
fn accepted_rules_are_exempt_and_no_others() {
    let server = ApiServer::with([high("serving"), critical("a"), critical("b")]);
    let env = Env::with(&server);
    let accept = ["--accept", MASTERS];
    // The other finding, which is high, is still in the way.
    let words = ["a", accept[0], accept[1]];
    yes(
        &env,
        &words,
        3,
        &["a: refused: its risk is beyond --max-risk medium: requestor-group-escalation (high)\n"],
    );
    let words = ["serving", accept[0], accept[1]];
    yes(&env, &words, 3, &["(high)\n"]);
    assert_eq!(server.writes().len(), 0);
    // A critical one passes for a name, not for a selection, however the selection comes to it.
    for selection in [
        &["--all"][..],
        &["--field-selector", "metadata.name=a"],
        &["--requestor", "mallory"],
        &["--min-risk", "critical"],
    ] {
        let words = [selection, &accept, &["--max-risk", "high"]].concat();
        let why = "; a critical finding passes only for a CSR that is named\n";
        yes(&env, &words, 3, &["error: a: refused: ", why]);
    }
    assert_eq!(server.conditions("a"), [""; 0]);
    let words = [
        "a",
        "--accept",
        MASTERS,
        "--accept",
        "requestor-group-escalation",
    ];
    assert_eq!(yes(&env, &words, 0, &["a: critical risk, "]), approved("a"));
    assert_eq!(server.conditions("a"), ["Approved"]);
    assert_eq!(server.conditions("b"), [""; 0]);
    let words = ["approve", "b", "--yes", "--accept", "subject-"];
    env.tool(words)
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["no such rule"]);
}

#[test]
fn several_are_decided_in_the_given_order_and_the_worst_decides() {
    let codes: [(&[&str], i32); 7] = [
        (&["fine", "done"], 0),
        (&["risky", "fine"], 3),
        (&["fine", "changed", "risky"], 4),
        (&["risky", "changed", "missing", "fine"], 1),
        (&["missing", "fine"], 1),
        (&["denied", "risky"], 1),
        (&["changed", "denied"], 1),
    ];
    for (names, code) in codes {
        let server = ApiServer::with([
            info("fine"),
            info("changed"),
            high("risky"),
            info("done").approved(),
            medium("denied").denied(),
        ]);
        let env = Env::with(&server);
        let expect = format!("changed={OTHER}");
        let mut words = names.to_vec();
        if names.contains(&"changed") {
            words.extend(["--expect", &expect]);
        }
        let all = ["approve", "--yes"].iter().chain(&words);
        let output = env.tool(all).run().code(code);
        let wanted: Vec<&&str> = names
            .iter()
            .filter(|name| ["fine", "done"].contains(name))
            .collect();
        let lines: String = wanted.iter().map(|name| approved(name)).collect();
        let stderr = output.raw_stderr().to_owned();
        let output = output.stdout(&lines);
        let told: Vec<usize> = names
            .iter()
            .filter(|name| !wanted.contains(name))
            .map(|name| stderr.find(&format!("error: {name}: ")).expect("told"))
            .collect();
        assert!(told.is_sorted(), "{output}");
        let fine = usize::from(names.contains(&"fine"));
        assert_eq!(server.writes().len(), fine, "{output}");
    }
}

#[test]
fn without_terminal_and_without_yes_nothing_is_sent() {
    let server = ApiServer::with([info("a"), critical("b"), unreviewable("c")]);
    let env = Env::with(&server);
    for input in ["", "y\n", "yes\ny\ny\n"] {
        env.tool(["approve", "a"])
            .stdin(input)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&[
                "Context test, server http://[SERVER], user reviewer\nCSR a (Pending, ",
                "error: a: it needs an answer, and there is no terminal to ask at\n\
                 hint: Run it in a terminal, or decide without asking with --yes.\n",
            ]);
    }
    // What is not offered is refused before anybody would be asked, and 2 counts more than 3.
    env.tool(["approve", "c"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["c: refused: it is unreviewable"]);
    env.tool(["approve", "c", "b"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["b: it needs an answer"]);
    env.tool(["approve", "a", "missing"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&["no CSR \"missing\""]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn some_are_never_approved() {
    let deleted = json!("2026-03-01T12:00:00Z");
    let server = ApiServer::with([
        unreviewable("unreviewable"),
        info("failed").failed(),
        info("deleted").metadata("deletionTimestamp", deleted),
        info("no-uid").metadata("uid", json!("")),
    ]);
    let env = Env::with(&server);
    let accept: Vec<&str> = ["pem-multiple-blocks", "pem-noncanonical", "state-odd"]
        .iter()
        .flat_map(|rule| ["--accept", rule])
        .collect();
    let all_accepted = [&["--yes", "--max-risk", "high"][..], &accept].concat();
    for (name, why) in [
        (
            "unreviewable",
            "it is unreviewable: holds more than one PEM block",
        ),
        ("failed", "its signer has marked it Failed"),
        ("deleted", "it is being deleted"),
        (
            "no-uid",
            "the server sent it without uid or resourceVersion",
        ),
    ] {
        for mode in [
            &[][..],
            &["--yes"],
            &all_accepted,
            &["--dry-run=client"],
            &["--dry-run=server"],
        ] {
            let words = [&["approve", name][..], mode].concat();
            let refused = format!("error: {name}: refused: {why}");
            env.tool(words)
                .run()
                .code(3)
                .stdout("")
                .stderr_has(&[&refused]);
        }
    }
    assert_eq!(server.writes().len(), 0);
    let names = ["unreviewable", "failed", "deleted"];
    let words = ["deny", "--yes"].iter().chain(&names);
    let lines = names.map(denied).concat();
    env.tool(words)
        .run()
        .code(0)
        .stdout(&lines)
        .stderr_has(&["Context "]);
    assert_eq!(server.conditions("unreviewable"), ["Denied"]);
    assert_eq!(server.conditions("failed"), ["Failed", "Denied"]);
}

#[test]
fn a_selection_picks_pending_ones_only() {
    let server = ApiServer::with([
        info("a").label("team", "x"),
        info("b"),
        medium("c").label("team", "x").denied(),
        info("d").approved(),
        high("e").label("team", "x"),
    ]);
    server.add(info("z").spec("request", Value::Null).label("team", "y"));
    let env = Env::with(&server);
    assert_eq!(
        yes(
            &env,
            &["-l", "team=x", "--dry-run=client"],
            3,
            &["e: refused"]
        ),
        format!("{RESOURCE}/a approved (dry run)\n")
    );
    let unreadable = "error: z: spec.request is empty: put the base64 of the PEM request there\n";
    assert_eq!(yes(&env, &["-l", "team=y"], 1, &[unreadable]), "");
    assert_eq!(
        yes(&env, &["--all", "--max-risk=high"], 1, &[unreadable]),
        ["a", "b", "e"].map(approved).concat()
    );
    assert_eq!(server.writes().len(), 3);
    assert_eq!(
        yes(&env, &["-l", "team=x"], 0, &["No resources found\n"]),
        ""
    );
    let bound = format!("a={OTHER}");
    let all = ["approve", "--yes", "--all", "--expect", &bound];
    env.tool(all)
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["error: --expect names \"a\", which is not among the CSRs to decide\n"]);
}
