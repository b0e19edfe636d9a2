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
