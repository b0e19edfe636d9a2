//! `deny`: no gate, and no second thoughts.

use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, denied, fingerprint, info, medium};
use crate::support::env::Env;

#[test]
fn denials_have_no_gate() {
    let server = ApiServer::with([info("a"), medium("b"), critical("c"), info("d").approved()]);
    let env = Env::with(&server);
    let run = env.tool(["deny", "a", "b", "c", "--yes"]).run().code(0);
    run.stdout(&["a", "b", "c"].map(denied).concat())
        .stderr_has(&["c: critical risk"])
        .stderr_lacks(&["Get the certificate"]);
    assert_eq!(server.conditions("c"), ["Denied"]);
    let again = env.tool(["deny", "c", "d", "--yes"]).run().code(1);
    again.stdout(&denied("c")).stderr_has(&[
        "note: c: it was already Denied at 20",
        ", reason CSRReviewDenied, by field manager kubectl-csr-review (unauthenticated)\n",
        "error: d: it is already Approved\nhint: A decision cannot be taken back. Ask for a new CSR.\n",
    ]);
    assert_eq!(server.writes().len(), 3);
    for flag in ["--max-risk=high", "--accept=state-odd"] {
        let words = ["deny", "a", "--yes", flag];
        env.tool(words)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["unexpected argument"]);
    }
    env.tool(["deny", "a"])
        .run()
        .code(0)
        .stdout(&denied("a"))
        .stderr_has(&["already Denied"]);
}

#[test]
fn denials_need_an_answer_or_yes() {
    let server = ApiServer::with([info("a"), critical("b")]);
    let env = Env::with(&server);
    let run = env.tool(["deny", "a", "b"]).stdin("y\ny\n").run().code(2);
    run.stdout("").stderr_has(&[
        "error: a: it needs an answer",
        "error: b: it needs an answer",
    ]);
    let seen = fingerprint(&env, "a");
    let run = env
        .tool(["deny", "b", "--yes", "--expect", &seen])
        .run()
        .code(4);
    run.stdout("")
        .stderr_has(&["error: b: stale: its fingerprint is sha256:"]);
    assert_eq!(server.writes().len(), 0);
    let run = env
        .tool(["deny", "--requestor", "mallory", "--yes"])
        .run()
        .code(0);
    run.stdout(&denied("b")).stderr_has(&["Context "]);
    assert_eq!(server.conditions("a"), [""; 0]);
}
