//! How fast a large cluster is read and judged, stage by stage: 5,000 bindings, 200 nodes, 10,000 CSRs, all in
//! memory.
//!
//! The cluster is made once a run, by number and not by chance, so that two runs measure the same. What a
//! bench makes is dropped outside of its time.

use std::hint::black_box;
use std::sync::LazyLock;

use csr_review::csr::{self, Csr, Request, Source, Unverified};
use csr_review::facts::others::Entry;
use csr_review::facts::rbac::Rbac;
use csr_review::facts::who::{Holder, Indirect, indirect_approvers, who_can_approve};
use csr_review::facts::{Facts, Others};
use csr_review::risk::{self, Assessment};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use serde::Deserialize;
use serde_json::value::RawValue;

#[path = "stages/cluster.rs"]
mod cluster;
#[path = "stages/csrs.rs"]
mod csrs;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/it/support/objects.rs"]
mod objects;
#[path = "../tests/it/support/request.rs"]
mod request;

/// The signer that gives certificates to people.
const SIGNER: &str = "kubernetes.io/kube-apiserver-client";

static LISTS: LazyLock<cluster::Lists> = LazyLock::new(cluster::lists);
static RBAC: LazyLock<Rbac> = LazyLock::new(|| {
    let rbac = LISTS.read();
    assert_eq!(rbac.bindings().len(), cluster::BINDINGS);
    assert!(rbac.problems().is_empty(), "{:?}", rbac.problems());
    rbac
});
static JSON: LazyLock<Vec<String>> = LazyLock::new(csrs::json);
static PAGE: LazyLock<String> =
    LazyLock::new(|| format!(r#"{{"items":[{}]}}"#, JSON[..PAGE_SIZE].join(",")));
static CSRS: LazyLock<Vec<Csr>> = LazyLock::new(|| verify(parse(&JSON)));
static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let facts = cluster::facts(RBAC.clone(), index(&CSRS));
    assert!(facts.not_checked().is_empty(), "all facts are known");
    facts
});

/// How many CSRs a page of a list has.
const PAGE_SIZE: usize = 500;

/// A page of a list, as a client splits it.
#[derive(Deserialize)]
struct Page {
    items: Vec<Box<RawValue>>,
}

fn main() {
    divan::main();
}

fn parse(json: &[String]) -> Vec<Unverified<Csr>> {
    json.iter()
        .map(|json| csr::parse(json, Source::Cluster).expect("a CSR"))
        .collect()
}

fn verify(csrs: Vec<Unverified<Csr>>) -> Vec<Csr> {
    csrs.into_iter().map(Unverified::<Csr>::verify).collect()
}

fn index(csrs: &[Csr]) -> Others {
    Others::index(csrs.iter().map(Entry::of).collect())
}

fn judge(csrs: &[Csr], facts: &Facts) -> Vec<Assessment> {
    csrs.iter().map(|csr| risk::assess(csr, facts)).collect()
}

/// JSON of roles and bindings, to the powers of every subject.
#[divan::bench(sample_count = 20)]
fn read_rbac(bencher: Bencher<'_, '_>) {
    let lists = &*LISTS;
    bencher
        .counter(ItemsCount::new(cluster::BINDINGS))
        .bench(|| black_box(lists).read());
}

/// A page of CSRs, to the JSON of each.
#[divan::bench(sample_count = 100)]
fn split_page(bencher: Bencher<'_, '_>) {
    let page = PAGE.as_str();
    bencher
        .counter(ItemsCount::new(PAGE_SIZE))
        .counter(BytesCount::of_str(page))
        .bench(|| -> Vec<Box<RawValue>> {
            let page: Page = serde_json::from_str(black_box(page)).expect("a list");
            page.items
        });
}

/// PEM, to all of the request inside but its signature.
#[divan::bench(sample_count = 20)]
fn parse_requests(bencher: Bencher<'_, '_>) {
    let requests =
        || -> Vec<Vec<u8>> { CSRS.iter().map(|csr| csr.request.bytes.clone()).collect() };
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .with_inputs(requests)
        .bench_values(|requests| -> Vec<Unverified<Request>> {
            requests.into_iter().map(Request::parse).collect()
        });
}

/// JSON, to all of the CSR but the signature: what parsing the request takes is in it.
#[divan::bench(sample_count = 20)]
fn parse_csrs(bencher: Bencher<'_, '_>) {
    let json = &*JSON;
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .bench(|| parse(black_box(json)));
}

/// The signature of each.
#[divan::bench(sample_count = 20)]
fn verify_signatures(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .with_inputs(|| parse(&JSON))
        .bench_values(verify);
}

/// What comparing CSRs with each other takes.
#[divan::bench(sample_count = 20)]
fn index_others(bencher: Bencher<'_, '_>) {
    let csrs = &*CSRS;
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .bench(|| index(black_box(csrs)));
}

/// Every rule on every CSR, one after the other, with all facts known.
#[divan::bench(sample_count = 20)]
fn judge_csrs(bencher: Bencher<'_, '_>) {
    let (csrs, facts) = (&*CSRS, &*FACTS);
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .bench(|| judge(black_box(csrs), facts));
}

/// All that is done with each CSR but for its signature. There is no way to judge what is not verified: what is
/// judged was verified before.
#[divan::bench(sample_count = 20)]
fn decode_and_judge(bencher: Bencher<'_, '_>) {
    let (json, csrs, facts) = (&*JSON, &*CSRS, &*FACTS);
    bencher.counter(ItemsCount::new(csrs::COUNT)).bench(|| {
        let parsed = parse(black_box(json));
        let others = index(black_box(csrs));
        (parsed, others, judge(black_box(csrs), facts))
    });
}

#[divan::bench(sample_count = 20)]
fn find_approvers(bencher: Bencher<'_, '_>) {
    let rbac = &*RBAC;
    bencher
        .counter(ItemsCount::new(cluster::BINDINGS))
        .bench(|| -> Vec<Holder> { who_can_approve(black_box(rbac), SIGNER) });
}

#[divan::bench(sample_count = 20)]
fn find_indirect_approvers(bencher: Bencher<'_, '_>) {
    let rbac = &*RBAC;
    bencher
        .counter(ItemsCount::new(cluster::BINDINGS))
        .bench(|| -> Vec<Indirect> { indirect_approvers(black_box(rbac), SIGNER) });
}
