//! The fuzz targets of tests/fuzz, with all inputs that are kept for them: what was a crash once is none any more.

#[allow(unreachable_pub, reason = "it is a crate of its own too")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::PathBuf;

use csr_review::review::Plan;
use csr_review::review::record::Line;
use csr_review::{fuzzing, policy};

use crate::fixtures;
use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, info};
use crate::support::env::Env;
use crate::support::generated::repository;

/// The inputs that are kept for a target.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = repository("tests/fuzz/seeds").join(target);
    let entries = fs::read_dir(&folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut all: Vec<_> = paths
        .map(|path| (path.clone(), fs::read(path).expect("a file")))
        .collect();
    all.sort();
    all
}

#[track_caller]
fn read<T>(target: &str, reads: impl Fn(&[u8]) -> T, is_read: impl Fn(T) -> bool) {
    let any = seeds(target)
        .iter()
        .any(|(_, octets)| is_read(reads(octets)));
    assert!(
        any,
        "no input for {target} is read to its end: run this test with FUZZ_SEEDS=update"
    );
}

#[test]
fn no_input_that_is_kept_is_a_crash() {
    for (target, run) in [
        ("request", targets::request as fn(&[u8])),
        ("manifest", targets::manifest),
        ("policy", targets::policy),
        ("plan", targets::plan),
        ("record", targets::record),
    ] {
        for (_, octets) in seeds(target) {
            run(&octets);
        }
    }
    for entry in fs::read_dir(fixtures::folder()).expect("a folder") {
        targets::request(&fs::read(entry.expect("an entry").path()).expect("a file"));
    }
    for entry in fs::read_dir(repository("docs/policies")).expect("a folder") {
        targets::policy(&fs::read(entry.expect("an entry").path()).expect("a file"));
    }
}

#[test]
fn each_target_has_inputs_that_are_read_to_their_end() {
    let server = ApiServer::with([info("a"), critical("b")]);
    let env = Env::with(&server);
    for words in [
        &["approve", "a", "--yes", "--plan", "plan.json"][..],
        &["approve", "a", "b", "--yes", "--record", "record.jsonl"],
    ] {
        let run = env.tool(words).run();
        assert!(!run.snapshot().is_empty());
    }
    let made = |name: &str| fs::read(env.work().join(name)).expect("a file");
    targets::plan(&made("plan.json"));
    targets::record(&made("record.jsonl"));
    if std::env::var_os("FUZZ_SEEDS").is_some_and(|wish| wish == "update") {
        let folder = repository("tests/fuzz/seeds");
        fs::write(folder.join("plan/plan.json"), made("plan.json")).expect("a file");
        fs::write(folder.join("record/record.jsonl"), made("record.jsonl")).expect("a file");
    }
    read("plan", Plan::read, |plan| plan.is_ok());
    let line = |octets: &[u8]| {
        let mut lines = octets.split(|&octet| octet == b'\n');
        lines.any(|line| serde_json::from_slice::<Line>(line).is_ok())
    };
    read("record", line, |is_one| is_one);
    read("manifest", fuzzing::manifests, |csrs| csrs.len() > 1);
    let parse = |octets: &[u8]| policy::parse(&String::from_utf8_lossy(octets)).is_ok();
    let worked = fs::read(repository("docs/policies/bootstrap.yaml")).expect("a file");
    assert!(parse(&worked));
}
