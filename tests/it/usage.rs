//! Command lines that cannot be meant.

use crate::support::env::Env;

/// A script may put a CSR's name anywhere, so what is repeated of a command line is as untrusted.
#[test]
fn a_mistake_is_told_without_what_moves_the_cursor() {
    let env = Env::new();
    for arguments in [
        ["list", "--bogus\u{1b}[2K\u{9b}2K\u{202e}"],
        ["list", "--min-risk=\u{1b}[2K\u{9b}2K\u{202e}"],
        ["\u{1b}[2K\u{9b}2K\u{202e}", "x"],
    ] {
        let output = env.tool(arguments).run().code(2).stdout("");
        let told = output.raw_stderr();
        assert!(told.starts_with("error: "), "{told:?}");
        let moves = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!told.chars().any(moves), "{told:?}");
    }
}

#[test]
fn a_missing_command_shows_the_help() {
    let env = Env::new();
    env.tool([] as [&str; 0])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["Usage: kubectl csr-review", "  approve "]);
}

/// A script's empty variable must not select everything.
#[test]
fn an_empty_selector_is_a_mistake() {
    let env = Env::new();
    for flag in ["-l", "--field-selector", "--signer", "--requestor"] {
        env.tool(["deny", flag, "", "--yes"])
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["error: a value is required"]);
    }
}

#[test]
fn impossible_names_are_a_mistake() {
    let env = Env::new();
    for name in ["", ".", "..", "csr/a/b"] {
        env.tool(["show", name])
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["cannot be the name of a CSR"]);
    }
}

/// The words of a command line are repeated, and must not end in a line of ours.
#[test]
fn a_line_break_forges_no_line() {
    let env = Env::new();
    env.tool([
        "list",
        "--min-risk",
        "x\ncertificatesigningrequest.certificates.k8s.io/a approved",
    ])
    .run()
    .code(2)
    .stdout("")
    .stderr("error: the command line cannot be understood; a word of it holds a line break\n");
}

#[test]
fn one_csr_has_one_expected_fingerprint() {
    let env = Env::new();
    let expect = |digit: &str| format!("--expect=a={}", digit.repeat(64));
    env.tool(["approve", "a", "--yes", &expect("a"), &expect("b")])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["--expect names two fingerprints for \"a\""]);
}
