//! Completion through the real kubectl, which runs `kubectl_complete-csr_review` from `PATH`; and both names of the
//! plugin.
#![expect(
    clippy::print_stderr,
    reason = "whoever reads the tests' output should see what was not tested"
)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::apiserver::ApiServer;
use crate::support::env::{Env, TOOL, TOOL_OF_KUBECTL};
use crate::support::generated::repository;
use crate::support::request::CsrObject;

/// Where the three executables stand, before the machine's own.
fn path(env: &Env) -> OsString {
    let folder = env.work().join("bin");
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = repository("completions/kubectl_complete-csr_review");
    for (from, name) in [
        (Path::new(TOOL), "kubectl-csr-review"),
        (Path::new(TOOL_OF_KUBECTL), "kubectl-csr_review"),
        (&script, "kubectl_complete-csr_review"),
        (&script, "kubectl_complete-csr-review"),
    ] {
        std::os::unix::fs::symlink(from, folder.join(name)).expect("a link");
    }
    let mut path = folder.into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    path
}

/// The kubectl on `PATH`, if it completes plugins: 1.26 and newer.
fn kubectl() -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join("kubectl"))
        .find(|path| path.is_file());
    let Some(found) = found else {
        eprintln!("not tested: there is no kubectl on PATH");
        return None;
    };
    let output = Command::new(&found)
        .args(["version", "--client", "-o", "json"])
        .output()
        .expect("kubectl runs");
    let version: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let minor = version["clientVersion"]["minor"].as_str().unwrap_or("0");
    let minor: u32 = minor.trim_end_matches('+').parse().expect("a number");
    eprintln!("{} is kubectl 1.{minor}", found.display());
    (minor >= 26).then_some(found)
}

#[test]
fn kubectl_completes_the_plugin() {
    let Some(kubectl) = kubectl() else { return };
    let server = ApiServer::with([
        CsrObject::own_renewal("jane", "jane"),
        CsrObject::own_renewal("joe", "joe").approved(),
        CsrObject::own_renewal("$(reboot)", "x"),
        CsrObject::own_renewal("-y", "y"),
    ]);
    let env = Env::with(&server);
    let path = path(&env);
    let complete = |words: &[&str]| -> Vec<String> {
        let arguments = ["__complete"].iter().chain(words);
        let output = env.program(&kubectl, arguments).var("PATH", &path).run();
        let output = output.code(0).stderr_has(&["ShellCompDirective"]);
        let lines = output.raw_stdout().lines();
        lines
            .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
            .collect()
    };
    let commands = complete(&["csr-review", ""]);
    for command in [
        "list",
        "show",
        "review",
        "approve",
        "deny",
        "apply",
        "explain",
        "who-can",
        "doctor",
        "completion",
    ] {
        assert!(commands.iter().any(|name| name == command), "{commands:?}");
    }
    assert_eq!(complete(&["csr", "review", "appr"]), ["approve", ":4"]);
    let rules = complete(&["csr-review", "explain", "sub"]);
    assert!(
        rules.contains(&"subject-system-masters".to_owned()),
        "{rules:?}"
    );
    assert!(
        rules.iter().all(|id| id.starts_with("sub") || id == ":4"),
        "{rules:?}"
    );
    for (words, expected) in [
        (
            &["approve", "--dry-run", ""][..],
            &["client", "server", ":4"][..],
        ),
        (&["list", "--output=js"], &["json", ":4"]),
        (&["--context", "list", "appr"], &["approve", ":4"]),
        (&["approve", "--max-r"], &["--max-risk", ":4"]),
        (
            &["list", "--signer", "kubernetes.io/kubelet"],
            &["kubernetes.io/kubelet-serving", ":4"],
        ),
        (&["list", "-f", ""], &[":0"]),
        (&["apply", ""], &[":0"]),
        (&["apply", "plan.json", ""], &[":4"]),
        (&["review", "--plan", ""], &[":0"]),
        // Pending ones, and those that a shell takes as they are.
        (&["approve", ""], &["jane", ":4"]),
        (&["approve", "jane", ""], &[":4"]),
        (&["approve", "--context", "test", "j"], &["jane", ":4"]),
        (&["approve", "--context", "elsewhere", "j"], &[":4"]),
        (&["approve", "--server", "http://127.0.0.1:9", "j"], &[":4"]),
    ] {
        let words: Vec<&str> = ["csr-review"].iter().chain(words).copied().collect();
        assert_eq!(complete(&words), expected, "{words:?}");
    }
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn kubectl_finds_both_names() {
    let Some(kubectl) = kubectl() else { return };
    let env = Env::new();
    let path = path(&env);
    for words in [
        &["csr-review", "--version"][..],
        &["csr", "review", "--version"],
    ] {
        let output = env.program(&kubectl, words).var("PATH", &path).run();
        let version = format!("kubectl csr-review {}\n", env!("CARGO_PKG_VERSION"));
        let _ = output.code(0).stdout(&version).quiet();
    }
}

#[test]
fn the_scripts_are_those_of_their_shells() {
    let env = Env::new();
    let path = std::env::var_os("PATH").unwrap_or_default();
    for (shell, check, file) in [
        ("bash", "-n", "kubectl-csr_review.bash"),
        ("sh", "-n", "kubectl_complete-csr_review"),
        ("zsh", "-n", "_kubectl-csr_review"),
        ("fish", "--no-execute", "kubectl-csr_review.fish"),
    ] {
        let found = std::env::split_paths(&path).find(|folder| folder.join(shell).is_file());
        let Some(folder) = found else {
            eprintln!("not tested: there is no {shell} on PATH");
            continue;
        };
        let file = repository("completions").join(file);
        let arguments = [check.as_ref(), file.as_os_str()];
        let output = env.program(folder.join(shell), arguments).run();
        let _ = output.code(0).stdout("").quiet();
    }
}

/// What bash makes of the script for the program itself.
#[test]
fn bash_completes_the_program() {
    let env = Env::new();
    let script = format!(
        "source {}; COMP_WORDS=(kubectl-csr_review appr); COMP_CWORD=1; \
         _kubectl__csr_review kubectl-csr_review appr kubectl-csr_review; echo \"${{COMPREPLY[@]}}\"",
        repository("completions/kubectl-csr_review.bash").display()
    );
    let bash = env.program("bash", ["--norc", "-c", &script]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let _ = bash
        .var("PATH", path)
        .run()
        .code(0)
        .stdout("approve\n")
        .quiet();
}
