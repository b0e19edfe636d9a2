//! `watch` under strangers who may create CSRs: what is large, long or many takes neither its memory nor its time.

use std::fs;

use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::cases::{fat, info};
use crate::support::env::{Env, first_words};
use crate::support::running::Running;
use crate::watch::{start, stopped};

/// The most memory that a program had so far, in bytes.
#[cfg(target_os = "linux")]
fn peak(run: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", run.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.expect("a size").parse::<u64>().expect("a number") << 10
}

/// Each of these takes 7 MiB and more as long as it is held, and several times as much while it is judged.
#[cfg(target_os = "linux")]
#[test]
fn what_waits_is_not_in_memory() {
    let server = ApiServer::with((0..24).map(|number| fat(&format!("fat-{number:02}"), 100_000)));
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.until("all of them", |run| first_words(&run.stdout()).len() == 24);
    let peak = peak(&run);
    assert!(peak < 80 << 20, "{} MiB", peak >> 20);
    let lists = server.lines();
    let lists = lists.iter().filter(|line| line.contains("requests?limit="));
    assert!(lists.count() > 3, "in pages that are not large either");
    stopped(run);
}

#[test]
fn large_ones_come_last() {
    let server = ApiServer::with([
        fat("fat", 20_000).created("2026-01-01T00:00:00Z"),
        info("a"),
        info("b"),
    ]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("fat ");
    let (out, err) = stopped(run);
    assert_eq!(first_words(&out), ["a", "b", "fat"]);
    assert!(out.contains("unreviewable"), "{out}");
    assert_eq!(err, "stopped\n");
}

#[test]
fn what_is_not_held_is_read_when_its_turn_comes() {
    let names = ["a", "b", "c", "d", "e"];
    let server = ApiServer::with(names.map(|name| fat(name, 60_000)));
    for name in names {
        let fault = Fault::Refuse(500, "InternalError", "later");
        server.fault(On::get(name).times(4), fault);
    }
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect_err("; trying again\n");
    server.clear_faults();
    run.until("all of them", |run| first_words(&run.stdout()).len() == 5);
    let (out, err) = stopped(run);
    let mut shown = first_words(&out);
    shown.sort_unstable();
    assert_eq!(shown, names);
    assert!(
        err.contains("failed (HTTP 500): later; trying again\n"),
        "{err}"
    );
}

#[test]
fn what_is_gone_when_its_turn_comes_is_not_shown() {
    let names = ["a", "b", "c", "d", "e"];
    let server = ApiServer::with(names.map(|name| fat(name, 60_000)));
    for name in names {
        server.before(On::get(name), move |store| store.delete(name));
    }
    server.add(info("small"));
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("small ");
    server.add(fat("last", 20_000));
    run.expect("last ");
    let (out, err) = stopped(run);
    let shown = first_words(&out);
    // Some were held, and are shown once more as what they are: gone.
    assert!(shown.len() < 7, "{out}");
    assert_eq!(err, "stopped\n");
}

#[test]
fn a_name_that_is_too_long_is_left_to_others() {
    let name = "n".repeat(3000);
    let server = ApiServer::with([info(&name), info("a")]);
    let env = Env::with(&server);
    let mut run = start(&env, &[]);
    run.expect("a ").expect_err("its name is too long");
    let (out, err) = stopped(run);
    assert_eq!(first_words(&out), ["a"]);
    let start = "n".repeat(40);
    assert!(
        err.contains(&format!(
            "error: {start}… is left to others: its name is too long\n"
        )),
        "{err}"
    );
}
