//! What holds for every input: nothing panics, nothing is guessed, and what the API server refuses is never approved.

use std::sync::OnceLock;

use csr_review::csr::{Csr, Request};
use csr_review::facts::Facts;
use csr_review::risk::{self, Severity};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fixtures;
use crate::support::request::{Armour, Key, RequestBuilder};

/// The requests to start from, large ones left out: the smaller the input, the more mutations hit something.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let mut seeds = Vec::new();
        for entry in std::fs::read_dir(fixtures::folder()).expect("a folder") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
            if bytes.len() < 2048 {
                seeds.push(bytes);
            }
        }
        assert!(seeds.len() > 200);
        seeds.sort();
        seeds
    })
}

#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Set(Index, u8),
    Cut(Index),
    Drop(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, 1 << bit)),
        (at(), any::<u8>()).prop_map(|(at, octet)| Mutation::Set(at, octet)),
        at().prop_map(Mutation::Cut),
        (at(), 1..40_usize).prop_map(|(at, count)| Mutation::Drop(at, count)),
        (at(), vec(any::<u8>(), 1..8)).prop_map(|(at, octets)| Mutation::Insert(at, octets)),
        (at(), 1..80_usize).prop_map(|(at, count)| Mutation::Repeat(at, count)),
    ]
}

fn mutated(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match mutation {
            Mutation::Flip(at, mask) => bytes[at.index(length)] ^= mask,
            Mutation::Set(at, octet) => bytes[at.index(length)] = *octet,
            Mutation::Cut(at) => bytes.truncate(at.index(length)),
            Mutation::Drop(at, count) => {
                let at = at.index(length);
                bytes.drain(at..length.min(at + count));
            }
            Mutation::Insert(at, octets) => {
                let at = at.index(length);
                bytes.splice(at..at, octets.iter().copied());
            }
            Mutation::Repeat(at, count) => {
                let at = at.index(length);
                let again = bytes[at..length.min(at + count)].to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
    bytes
}

/// Armour that was tampered with.
fn tampered_armour() -> impl Strategy<Value = Vec<u8>> {
    (any::<Index>(), vec(mutation(), 1..6))
        .prop_map(|(seed, mutations)| mutated(seed.get(seeds()).clone(), &mutations))
}

/// A request that was tampered with, in plain armour, so that the tampering gets past the armour.
fn tampered_der() -> impl Strategy<Value = Vec<u8>> {
    (any::<Index>(), vec(mutation(), 1..6)).prop_map(|(seed, mutations)| {
        let text = String::from_utf8_lossy(seed.get(seeds()).as_slice()).into_owned();
        let body: String = text
            .lines()
            .filter(|line| !line.contains("-----"))
            .collect();
        Armour::new().wrap(&mutated(unarmoured(&body), &mutations))
    })
}

fn unarmoured(body: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap_or_default()
}

/// Text that has to do with armour.
fn armour_like() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"-----BEGIN ".to_vec()),
        Just(b"-----END ".to_vec()),
        Just(b"CERTIFICATE REQUEST".to_vec()),
        Just(b"-----".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b" ".to_vec()),
        Just(b"key: value\n".to_vec()),
        Just(b"AAAA".to_vec()),
        Just(b"=".to_vec()),
        any::<Index>().prop_map(|seed| seed.get(seeds()).clone()),
        vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_request() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => tampered_armour(),
        4 => tampered_der(),
        3 => armour_like(),
        1 => vec(any::<u8>(), 0..300),
    ]
}

fn judged(bytes: Vec<u8>) -> (Csr, risk::Assessment) {
    let csr = Csr::bare("x".to_owned(), bytes);
    let facts = Facts::at("2026-03-01T12:00:00Z".parse().expect("a time"));
    let assessment = risk::assess(&csr, &facts);
    (csr, assessment)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_request_is_read_and_judged(bytes in any_request()) {
        let (csr, assessment) = judged(bytes.clone());
        prop_assert_eq!(&Request::decode(bytes.clone()), &csr.request);
        prop_assert_eq!(&csr.request.bytes, &bytes);
        prop_assert_eq!(csr.request.error.is_none(), csr.request.accepted().is_some());
        if csr.request.error.is_some() {
            prop_assert!(assessment.unreviewable().is_some(), "{:?}", csr.request.error);
            prop_assert!(assessment.risk() >= Severity::High);
            prop_assert!(assessment.doomed.is_some());
        }
        prop_assert_eq!(&judged(bytes).1, &assessment);
    }

    /// Whatever stands around a block, another reader could take something else: all but white space is noticed.
    #[test]
    fn what_stands_around_a_block_is_noticed(
        before in "[a-zA-Z0-9:./ \\n-]{0,20}",
        after in "[a-zA-Z0-9:./ \\n-]{0,20}",
    ) {
        let plain = std::fs::read(fixtures::folder().join("pem-plain.pem")).expect("a file");
        let bytes = [before.as_bytes(), &plain, after.as_bytes()].concat();
        let (csr, assessment) = judged(bytes);
        // What stands before BEGIN on its line hides the block from Go.
        let at_line_start = before.is_empty() || before.ends_with('\n');
        let is_plain = before.trim().is_empty() && at_line_start && after.trim().is_empty();
        let unreviewable = assessment.unreviewable().is_some();
        prop_assert_eq!(!unreviewable, is_plain, "{:?} {:?}", before, after);
        prop_assert_eq!(csr.request.deviations.is_empty(), is_plain || !at_line_start);
    }

    /// White space of every kind changes nothing, wherever it stands.
    #[test]
    fn white_space_changes_nothing(
        before in "([ \\t\\r]{0,3}\\n){0,3}",
        lines in "[ \\t\\r\\n]{0,4}",
        width in 0_usize..90,
        after in "(\\r?\\n[ \\t\\r]{0,3}){0,3}",
    ) {
        let request = RequestBuilder::user("jane").key(Key::Ed25519);
        let plain = Csr::bare("x".to_owned(), request.pem());
        let text = String::from_utf8(request.armoured(&Armour::new().width(width))).expect("ASCII");
        let spaced = text.trim_end().replace('\n', &format!("{lines}\n"));
        // Go trims no CR from the line of BEGIN and END but the one before its LF.
        let (first, rest) = spaced.split_once('\n').expect("lines");
        let spaced = format!("{}\n{rest}", first.trim_end());
        let (csr, assessment) = judged(format!("{before}{spaced}{after}").into_bytes());
        prop_assert_eq!(&csr.request.content, &plain.request.content);
        prop_assert!(assessment.unreviewable().is_none());
        let severity = assessment.findings.iter().find(|finding| finding.rule.id == "pem-noncanonical");
        prop_assert!(severity.is_none_or(|finding| finding.severity <= Severity::Low));
    }
}

#[test]
fn every_fixture_that_go_refuses_is_unreviewable() {
    for fixture in fixtures::all() {
        let path = fixtures::folder().join(format!("{}.pem", fixture.name));
        let (_, assessment) = judged(std::fs::read(path).expect("a file"));
        if fixture.expected.error.is_some() {
            assert!(assessment.unreviewable().is_some(), "{}", fixture.name);
        }
    }
}

#[test]
fn large_inputs_take_no_time() {
    let nested: Vec<u8> = [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff].repeat(100_000);
    for (name, bytes) in [
        (
            "BEGIN lines",
            b"-----BEGIN CERTIFICATE REQUEST-----\n".repeat(40_000),
        ),
        (
            "END lines",
            b"-----END CERTIFICATE REQUEST-----\n".repeat(40_000),
        ),
        ("dashes", vec![b'-'; 1 << 20]),
        (
            "pairs",
            b"-----BEGIN CERTIFICATE REQUEST-----\n-----END X-----\n".repeat(25_000),
        ),
        (
            "headers",
            [
                b"-----BEGIN CERTIFICATE REQUEST-----\n".to_vec(),
                b"a: b\n".repeat(250_000),
            ]
            .concat(),
        ),
        ("lengths", Armour::new().wrap(&nested)),
    ] {
        let start = std::time::Instant::now();
        let (_, assessment) = judged(bytes);
        assert!(assessment.unreviewable().is_some(), "{name}");
        let time = start.elapsed();
        // Without optimization; a quadratic search would take minutes.
        assert!(time.as_secs() < 5, "{name}: {time:?}");
    }
}
