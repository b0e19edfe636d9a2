//! Does the decoder see what the API server's parser sees?

use std::fs;
use std::path::{Path, PathBuf};

use csr_review::csr::Request;

use crate::fixtures::{self, Expected};
use crate::goldens;

/// What the decoder makes of some octets, in the form of an expectation.
fn actual(bytes: &[u8]) -> Expected {
    let request = Request::decode(bytes.to_vec());
    let algorithms = request.content.as_ref().map(|content| {
        (
            content.key.algorithm_name(),
            content.signature.algorithm.clone(),
        )
    });
    let (key, signature) = algorithms.unzip();
    let accepted = request.accepted();
    assert_eq!(accepted.is_none(), request.error.is_some());
    let san = accepted
        .map(|content| content.san.clone())
        .unwrap_or_default();
    Expected {
        user: accepted.map_or_else(String::new, |content| content.subject.user().to_owned()),
        groups: accepted.map_or_else(Vec::new, |content| content.subject.groups()),
        dns: san.dns,
        ip: san.ip.iter().map(ToString::to_string).collect(),
        email: san.email,
        uri: san.uri,
        key,
        signature,
        error: request.error,
    }
}

/// How the decoder differs from Go in this request. The reasons of refusals are compared as far as they are given.
fn difference(name: &str, bytes: &[u8], go: &Expected) -> Option<String> {
    let mut ours = actual(bytes);
    if go.key.is_none() {
        ours.key = None;
    }
    if go.signature.is_none() {
        ours.signature = None;
    }
    if let (Some(go), Some(our)) = (&go.error, &ours.error)
        && our.starts_with(go.as_str())
    {
        ours.error = Some(go.clone());
    }
    (ours != *go).then(|| format!("{name}\n  Go: {go:?}\n  we: {ours:?}"))
}

#[track_caller]
fn assert_none(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// What is beside the repository on some machines: larger collections of requests.
fn beside(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()?
        .join("shared")
        .join(path);
    path.exists().then_some(path)
}

fn expected_lines(path: &Path) -> Vec<(String, Expected)> {
    let text = fs::read_to_string(path).expect("a file of expectations");
    text.lines().map(Expected::from_json).collect()
}

/// Every request of a folder is read as its expectation says.
#[track_caller]
fn all_are_as_expected(folder: &Path, lines: &[(String, Expected)]) {
    let differences: Vec<String> = lines
        .iter()
        .filter_map(|(name, go)| {
            let bytes = fs::read(folder.join(format!("{name}.pem"))).expect("a file");
            difference(name, &bytes, go)
        })
        .collect();
    assert_none(&differences);
}

#[test]
fn our_requests_are_read_as_go_reads_them() {
    let folder = fixtures::folder();
    let lines = expected_lines(&folder.join("expected.jsonl"));
    assert!(lines.len() > 200, "only {} requests", lines.len());
    all_are_as_expected(&folder, &lines);
}

#[test]
fn the_files_are_what_the_tables_say() {
    let folder = fixtures::folder();
    let mut all = fixtures::all();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let lines: Vec<String> = all
        .iter()
        .map(|fixture| fixture.expected.to_json(&fixture.name).to_string())
        .collect();
    let lines = lines.join("\n") + "\n";
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    if update {
        fs::write(folder.join("expected.jsonl"), &lines).expect("a file");
    }
    let stored = fs::read_to_string(folder.join("expected.jsonl")).expect("a file");
    assert_eq!(stored, lines, "run with UPDATE_FIXTURES=1");
    for pair in all.windows(2) {
        assert_ne!(pair[0].name, pair[1].name, "two fixtures of one name");
    }
    for fixture in &all {
        let path = folder.join(format!("{}.pem", fixture.name));
        let Some(bytes) = &fixture.bytes else {
            // Made by OpenSSL, whose keys and signatures no library at hand makes.
            assert!(path.exists(), "{} cannot be built", fixture.name);
            continue;
        };
        if update && (fixture.steady || !path.exists()) {
            fs::write(&path, bytes).expect("a file");
        }
        let stored = fs::read(&path).expect("run with UPDATE_FIXTURES=1");
        if fixture.steady {
            assert_eq!(
                &stored, bytes,
                "{}: run with UPDATE_FIXTURES=1",
                fixture.name
            );
        }
    }
    let files = fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(files, all.len() + 1, "files that no table knows");
}

#[test]
fn the_collection_beside_is_read_as_go_reads_it() {
    let Some(folder) = beside("corpus") else {
        return;
    };
    all_are_as_expected(&folder, &expected_lines(&folder.join("expected.jsonl")));
}

#[test]
fn the_hostile_collection_beside_is_read_as_go_reads_it() {
    let Some(root) = beside("fixtures") else {
        return;
    };
    let mut differences = Vec::new();
    let mut count = 0;
    for (folder, expectations) in [
        ("csr", "expected-go1.27.txt"),
        ("csr-extra", "expected-extra-go1.27.txt"),
        ("pem-differential", "expected-pem-differential-go1.27.txt"),
        ("pem-version", "expected-pem-version.txt"),
    ] {
        let text = fs::read_to_string(root.join(expectations)).expect("a file");
        // Where a file tells of several versions, the newest one comes last.
        let text = text.split("# Go ").last().expect("a text");
        for line in text.lines().filter(|line| line.contains('\t')) {
            let golden = goldens::parse(line);
            let bytes = fs::read(root.join(folder).join(golden.name)).expect("a file");
            count += 1;
            if let Some(what) = golden.differs_from(&actual(&bytes)) {
                differences.push(format!("{}: {what}", golden.name));
            }
        }
    }
    assert!(count > 100, "only {count} lines");
    assert_none(&differences);
}
