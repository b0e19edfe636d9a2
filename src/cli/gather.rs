//! Reading CSRs, with all that is known about them.

mod decode;
mod reviews;

use std::cmp::Ordering;
use std::collections::HashSet;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use serde_json::value::RawValue;

use crate::cluster::{self, Cluster, Page, Selector};
use crate::csr::{Csr, Unreadable};
use crate::facts::others::Entry;
use crate::facts::{Fact, Facts, Others};
use crate::risk::Assessment;

use super::facts::{FactOptions, gap};
use super::failure::Failure;
use super::progress::Progress;
use super::selection::Selection;
use super::weight::weight;
use decode::{Decoder, Decoding};
pub(super) use decode::{Item, Keep, look, whole};
pub(super) use reviews::{Detail, Reviews, reviews};

/// CSRs as they were read from a cluster.
#[derive(Debug)]
pub(super) struct Read<O> {
    /// Those that are meant, whatever their risk.
    pub(super) items: Vec<Item<O>>,
    /// What is not a CSR.
    pub(super) unreadable: Vec<Unreadable>,
    /// Named CSRs that could not be read.
    pub(super) missing: Vec<(String, cluster::Error)>,
    /// The names of those that are meant too, and are not held.
    left: Vec<String>,
    /// All CSRs that came by, for comparing one with the others.
    crowd: Vec<Entry>,
    hold: Hold,
    /// How many bytes of large ones are held.
    held: usize,
}

/// How many of the CSRs that were read are held. How large they are is up to strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// All.
    All,
    /// The small ones, and some large ones. The others are read again, one at a time.
    Some,
}

/// What an ordinary CSR takes at most, in bytes; see [`weight`].
const SMALL: usize = 8 << 10;
/// How many bytes of larger ones are held.
const HELD: usize = 8 << 20;

impl<O> Read<O> {
    fn new(hold: Hold) -> Self {
        Self {
            items: Vec::new(),
            unreadable: Vec::new(),
            missing: Vec::new(),
            left: Vec::new(),
            crowd: Vec::new(),
            hold,
            held: 0,
        }
    }

    fn take(&mut self, decoded: decode::Decoded<O>) {
        match decoded {
            Ok((entry, item)) => {
                self.crowd.extend(entry);
                match item {
                    Some(item) if !self.has_room(&item.csr) => self.left.push(item.csr.name),
                    item => self.items.extend(item),
                }
            }
            Err(error) => self.unreadable.push(error),
        }
    }

    fn has_room(&mut self, csr: &Csr) -> bool {
        if self.hold == Hold::All {
            return true;
        }
        let weight = weight(csr);
        let is_large = weight > SMALL;
        if is_large && self.held + weight > HELD {
            return false;
        }
        self.held += if is_large { weight } else { 0 };
        true
    }
}

/// Where CSRs are read, and what is to be known about them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gather<'a> {
    /// The cluster.
    pub(super) cluster: &'a Cluster,
    /// Which CSRs are meant.
    pub(super) selection: &'a Selection,
    /// What to judge by.
    pub(super) options: &'a FactOptions,
    /// How far it has come.
    pub(super) progress: &'a Progress,
}

impl Gather<'_> {
    /// Reads what is selected or named, and at the same time asks for what is to be known about it.
    ///
    /// # Errors
    /// If what is selected cannot be listed.
    pub(super) async fn read<O: Send + 'static>(
        &self,
        keep: Keep<O>,
    ) -> Result<(Read<O>, Facts), Failure> {
        self.read_and_hold(keep, Hold::All).await
    }

    async fn read_and_hold<O: Send + 'static>(
        &self,
        keep: Keep<O>,
        hold: Hold,
    ) -> Result<(Read<O>, Facts), Failure> {
        let names = self.selection.plain_names()?;
        if !names.is_empty() {
            let (read, facts) = tokio::join!(named(self.cluster, &names, keep), self.facts());
            return self.reviewed(read, facts?).await;
        }
        let selection = self.selection.clone();
        let decoder = Decoder::new(move |csr| selection.means(csr), keep);
        // Where all others have to be known, one list is for both, if it can be.
        if self.options.asks() && self.selection.only_on_server() == Selector::default() {
            let (read, facts) = tokio::join!(
                self.everything(decoder, hold),
                self.options.ask(self.cluster, self.selection)
            );
            let (read, others) = read?;
            let others = Fact::Known(others);
            return self.reviewed(read, Facts { others, ..facts? }).await;
        }
        let selector = self.selection.on_server();
        let (read, facts) = tokio::join!(self.list(&selector, decoder, hold), self.facts());
        self.reviewed(read?, facts?).await
    }

    /// What is to be known about named CSRs, and those of them that came by in doing so, whole: not all that exist.
    ///
    /// # Errors
    /// If a file with facts cannot be read.
    pub(super) async fn facts_about(
        self,
        names: &[String],
    ) -> Result<(Vec<Item<Box<RawValue>>>, Facts), Failure> {
        let names: HashSet<String> = names.iter().cloned().collect();
        let wanted = names.clone();
        let decoder = Decoder::new(move |csr| wanted.contains(&csr.name), whole);
        let (read, mut facts) = self.crowd(decoder).await?;
        if self.options.reviews(&facts) {
            let found: HashSet<&String> = read.items.iter().map(|item| &item.csr.name).collect();
            let others: Vec<String> = names
                .into_iter()
                .filter(|name| !found.contains(name))
                .collect();
            // A CSR that is another one by then is judged as one whose rights are not known.
            let others = named(self.cluster, &others, look).await;
            let csrs = read.items.iter().map(|item| &*item.csr);
            let csrs = csrs.chain(others.items.iter().map(|item| &*item.csr));
            self.options.review(self.cluster, &mut facts, csrs).await;
        }
        Ok((read.items, facts))
    }

    /// What is to be known, all other CSRs among it.
    ///
    /// # Errors
    /// If a file with facts cannot be read.
    pub(super) async fn facts(&self) -> Result<Facts, Failure> {
        let (_, facts) = self.crowd(Decoder::new(|_| false, look)).await?;
        Ok(facts)
    }

    /// What is to be known, and what came by among the others.
    async fn crowd<O: Send + 'static>(
        &self,
        decoder: Decoder<O>,
    ) -> Result<(Read<O>, Facts), Failure> {
        let others = async {
            if !self.options.asks() {
                return (Read::new(Hold::All), Fact::NotAsked);
            }
            match self.everything(decoder, Hold::All).await {
                Ok((read, others)) => (read, Fact::Known(others)),
                Err(error) => (Read::new(Hold::All), Fact::Unknown(gap(&error))),
            }
        };
        let ((read, others), facts) =
            tokio::join!(others, self.options.ask(self.cluster, self.selection));
        let facts = Facts { others, ..facts? };
        Ok((read, facts))
    }

    /// All CSRs: those that are meant, and the index of all.
    async fn everything<O: Send + 'static>(
        &self,
        decoder: Decoder<O>,
        hold: Hold,
    ) -> Result<(Read<O>, Others), cluster::Error> {
        let decoder = decoder.with_entries();
        let mut read = self.list(&Selector::default(), decoder, hold).await?;
        let others = Others::index(std::mem::take(&mut read.crowd));
        Ok((read, others))
    }

    async fn reviewed<O>(
        &self,
        read: Read<O>,
        mut facts: Facts,
    ) -> Result<(Read<O>, Facts), Failure> {
        let csrs = read.items.iter().map(|item| &*item.csr);
        self.options.review(self.cluster, &mut facts, csrs).await;
        Ok((read, facts))
    }

    async fn list<O: Send + 'static>(
        &self,
        selector: &Selector,
        decoder: Decoder<O>,
        hold: Hold,
    ) -> Result<Read<O>, cluster::Error> {
        list(self.cluster, selector, decoder, self.progress, hold).await
    }
}

/// The pending CSRs.
///
/// # Errors
/// If they cannot be listed.
pub(super) async fn pending(cluster: &Cluster) -> Result<Vec<Csr>, cluster::Error> {
    let decoder = Decoder::new(|csr| csr.state.is_pending(), look);
    let progress = Progress::default();
    let read = list(cluster, &Selector::default(), decoder, &progress, Hold::All).await?;
    Ok(read.items.into_iter().map(|item| *item.csr).collect())
}

/// Lists CSRs: while the next page comes in, the last ones are decoded.
async fn list<O: Send + 'static>(
    cluster: &Cluster,
    selector: &Selector,
    decoder: Decoder<O>,
    progress: &Progress,
    hold: Hold,
) -> Result<Read<O>, cluster::Error> {
    let mut read = Read::new(hold);
    let mut decoding = Decoding::new(decoder);
    let listed = cluster.list(selector, async |page| match page {
        Page::Restart => {
            progress.restart();
            decoding.forget();
            read = Read::new(hold);
        }
        Page::Items(items) => {
            progress.page(items.len(), items.remaining());
            decoding.page(items, |decoded| read.take(decoded)).await;
        }
    });
    listed.await?;
    decoding.rest(|decoded| read.take(decoded)).await;
    Ok(read)
}

async fn named<O>(cluster: &Cluster, names: &[String], keep: Keep<O>) -> Read<O> {
    let mut read = Read::new(Hold::All);
    let mut answers = each(cluster, names);
    let decoder = Decoder::new(|_| true, keep);
    while let Some((name, answer)) = answers.next().await {
        match answer {
            Ok(object) => read.take(decoder.decode(object.get())),
            Err(error) => read.missing.push((name.to_owned(), error)),
        }
    }
    read
}

/// Reads named objects, some at a time; they come in the order of the names.
fn each<'a>(
    cluster: &'a Cluster,
    names: &'a [String],
) -> impl Stream<Item = (&'a str, Result<Box<RawValue>, cluster::Error>)> + Unpin {
    stream::iter(names)
        .map(async |name| (name.as_str(), cluster.get(name).await))
        .buffered(cluster.parallel())
}

/// The order in which CSRs are shown and asked about: riskiest first, then by name.
pub(super) fn by_risk(
    (csr, assessment): (&Csr, &Assessment),
    (other_csr, other_assessment): (&Csr, &Assessment),
) -> Ordering {
    other_assessment
        .risk()
        .cmp(&assessment.risk())
        .then_with(|| csr.name.cmp(&other_csr.name))
}
