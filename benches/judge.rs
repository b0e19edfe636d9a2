//! How fast a large cluster is read and judged: 5,000 bindings, 200 nodes, 10,000 CSRs, all in memory.
//!
//! The cluster is made once a run, by number and not by chance, so that two runs measure the same. What a
//! bench makes is dropped outside of its time.

use std::hint::black_box;
use std::sync::LazyLock;

use csr_review::csr::{self, Csr, Source};
use csr_review::facts::others::Entry;
use csr_review::facts::rbac::Rbac;
use csr_review::facts::who::{Holder, Indirect, indirect_approvers, who_can_approve};
use csr_review::facts::{Facts, Others};
use csr_review::risk::{self, Assessment};
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "judge/cluster.rs"]
mod cluster;
#[path = "judge/csrs.rs"]
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
static CSRS: LazyLock<Vec<Csr>> = LazyLock::new(|| read(&JSON));
static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let facts = cluster::facts(RBAC.clone(), index(&CSRS));
    assert!(facts.not_checked().is_empty(), "all facts are known");
    facts
});

fn main() {
    divan::main();
}

fn read(json: &[String]) -> Vec<Csr> {
    json.iter()
        .map(|json| csr::read(json, Source::Cluster).expect("a CSR"))
        .collect()
}

fn index(csrs: &[Csr]) -> Others {
    Others::index(csrs.iter().map(Entry::of).collect())
}

/// JSON of roles and bindings, to the powers of every subject.
#[divan::bench(sample_count = 20)]
fn read_rbac(bencher: Bencher<'_, '_>) {
    let lists = &*LISTS;
    bencher
        .counter(ItemsCount::new(cluster::BINDINGS))
        .bench(|| black_box(lists).read());
}

/// JSON of CSRs to the requests inside, their signatures verified.
#[divan::bench(sample_count = 20)]
fn decode_csrs(bencher: Bencher<'_, '_>) {
    let json = &*JSON;
    bencher
        .counter(ItemsCount::new(csrs::COUNT))
        .bench(|| -> Vec<Csr> { read(black_box(json)) });
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
        .bench(|| -> Vec<Assessment> {
            black_box(csrs)
                .iter()
                .map(|csr| risk::assess(csr, facts))
                .collect()
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
