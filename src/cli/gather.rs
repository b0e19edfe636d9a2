//! Reading CSRs, with all that is known about them.

mod decode;

use std::cmp::Ordering;
use std::collections::HashSet;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use serde_json::value::RawValue;

use crate::cluster::{self, Cluster, Page, Selector};
use crate::csr::{Csr, Unreadable};
use crate::facts::others::Entry;
use crate::facts::{Fact, Facts, Others};
use crate::risk::{self, Assessment};
use crate::ui::report::{Review, ReviewList};

use super::exit::Exit;
use super::facts::{FactOptions, gap};
use super::failure::Failure;
use super::progress::Progress;
use super::selection::Selection;
use super::{Context, cores, files};
use decode::{Decoder, Decoding};
pub(super) use decode::{Item, Keep, look, whole};

/// CSRs as they were read from a cluster.
#[derive(Debug)]
pub(super) struct Read<O> {
    /// Those that are meant, whatever their risk.
    pub(super) items: Vec<Item<O>>,
    /// What is not a CSR.
    pub(super) unreadable: Vec<Unreadable>,
    /// Named CSRs that could not be read.
    pub(super) missing: Vec<(String, cluster::Error)>,
    /// All CSRs that came by, for comparing one with the others.
    crowd: Vec<Entry>,
}

impl<O> Read<O> {
    fn new() -> Self {
        Self {
            items: Vec::new(),
            unreadable: Vec::new(),
            missing: Vec::new(),
            crowd: Vec::new(),
        }
    }

    fn take(&mut self, decoded: decode::Decoded<O>) {
        match decoded {
            Ok((entry, item)) => {
                self.crowd.extend(entry);
                self.items.extend(item);
            }
            Err(error) => self.unreadable.push(error),
        }
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
                self.everything(decoder),
                self.options.ask(self.cluster, self.selection)
            );
            let (read, others) = read?;
            let others = Fact::Known(others);
            return self.reviewed(read, Facts { others, ..facts? }).await;
        }
        let selector = self.selection.on_server();
        let (read, facts) = tokio::join!(self.list(&selector, decoder), self.facts());
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
                return (Read::new(), Fact::NotAsked);
            }
            match self.everything(decoder).await {
                Ok((read, others)) => (read, Fact::Known(others)),
                Err(error) => (Read::new(), Fact::Unknown(gap(&error))),
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
    ) -> Result<(Read<O>, Others), cluster::Error> {
        let decoder = decoder.with_entries();
        let mut read = self.list(&Selector::default(), decoder).await?;
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
    ) -> Result<Read<O>, cluster::Error> {
        list(self.cluster, selector, decoder, self.progress).await
    }
}

/// The pending CSRs.
///
/// # Errors
/// If they cannot be listed.
pub(super) async fn pending(cluster: &Cluster) -> Result<Vec<Csr>, cluster::Error> {
    let decoder = Decoder::new(|csr| csr.state.is_pending(), look);
    let read = list(cluster, &Selector::default(), decoder, &Progress::default()).await?;
    Ok(read.items.into_iter().map(|item| *item.csr).collect())
}

/// Lists CSRs: while the next page comes in, the last ones are decoded.
async fn list<O: Send + 'static>(
    cluster: &Cluster,
    selector: &Selector,
    decoder: Decoder<O>,
    progress: &Progress,
) -> Result<Read<O>, cluster::Error> {
    let mut read = Read::new();
    let mut decoding = Decoding::new(decoder);
    let listed = cluster.list(selector, async |page| match page {
        Page::Restart => {
            progress.restart();
            decoding.forget();
            read = Read::new();
        }
        Page::Items(items) => {
            progress.page(items.len(), items.remaining());
            decoding.begin(items);
            decoding.room(|decoded| read.take(decoded)).await;
        }
    });
    listed.await?;
    decoding.rest(|decoded| read.take(decoded)).await;
    Ok(read)
}

async fn named<O>(cluster: &Cluster, names: &[String], keep: Keep<O>) -> Read<O> {
    let mut read = Read::new();
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

/// CSRs with their assessments, and all that went wrong on the way.
#[derive(Debug)]
pub(super) struct Reviews {
    /// The CSRs, riskiest first, then by name.
    pub(super) items: Vec<Review>,
    /// What is not a CSR.
    pub(super) unreadable: Vec<Unreadable>,
    /// Named CSRs that could not be read.
    pub(super) missing: Vec<Failure>,
    /// What else is to be said.
    pub(super) notes: Vec<String>,
    /// What they were judged by.
    pub(super) facts: Facts,
}

impl Reviews {
    /// How a command ends because of what could not be read.
    pub(super) fn exit(&self) -> Exit {
        let unreadable = match self.unreadable.as_slice() {
            [] => Exit::Done,
            _ => Exit::Failed,
        };
        self.missing
            .iter()
            .fold(unreadable, |exit, failure| exit.worse(failure.exit))
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unreadable.is_empty() && self.missing.is_empty()
    }

    /// The reviews as the documented JSON has them.
    pub(super) fn document(&self) -> ReviewList<'_> {
        ReviewList::new(&self.items, &self.unreadable, &self.facts)
    }

    /// Leaves of those that ask for the same only the newest, and notes in it which ones it supersedes. What
    /// is riskier than the newest stays: nothing hides behind a newer one.
    pub(super) fn group(&mut self) {
        let entries = self.items.iter().map(|review| Entry::of(&review.csr));
        let index = Others::index(entries.collect());
        let mut left: Vec<Option<Review>> = self.items.drain(..).map(Some).collect();
        for group in index.groups() {
            let Some(mut newest) = left[group.newest].take() else {
                continue;
            };
            for older in group.superseded {
                let Some(older) = left[older].take() else {
                    continue;
                };
                if worse_besides_age(&older.assessment, &newest.assessment) {
                    self.items.push(older);
                } else {
                    newest.supersedes.push(older.csr.name);
                }
            }
            self.items.push(newest);
        }
        self.items.sort_by(riskiest_first);
    }
}

/// Reads and judges what is selected, for looking at it.
///
/// # Errors
/// If nothing at all can be read.
pub(super) async fn reviews(
    selection: &Selection,
    options: &FactOptions,
    context: &mut Context,
) -> Result<Reviews, Failure> {
    selection.plain_names()?;
    let (csrs, unreadable, missing, facts, notes) = if selection.files.is_empty() {
        let cluster = context.connect().await?;
        let read = async |gather: Gather<'_>| gather.read(look).await;
        let (read, facts) = context.gather(&cluster, selection, options, read).await?;
        let missing = read.missing.into_iter();
        let missing = missing.map(|(_, error)| error.into()).collect();
        let csrs = read.items.into_iter().map(|item| item.csr).collect();
        (csrs, read.unreadable, missing, facts, Vec::new())
    } else {
        let facts = options.of_files()?;
        let contents = files::read(&selection.files, selection.recursive)?;
        let notes = contents.notes();
        let csrs = contents.found.into_iter().map(|found| found.csr);
        let csrs = csrs
            .filter(|csr| selection.means(csr))
            .map(Box::new)
            .collect();
        (csrs, contents.unreadable, Vec::new(), facts, notes)
    };
    let is_named = !selection.names.is_empty();
    let judged = cores::map(csrs, |csr| Review {
        assessment: risk::assess(&csr, &facts),
        csr,
        supersedes: Vec::new(),
    });
    let mut items: Vec<Review> = judged
        .into_iter()
        .filter(|review| is_named || selection.means_risk(review.assessment.risk()))
        .collect();
    items.sort_by(riskiest_first);
    Ok(Reviews {
        items,
        unreadable,
        missing,
        notes,
        facts,
    })
}

/// Whether the older one is worse by anything but its age: riskier, or unreviewable alone.
fn worse_besides_age(older: &Assessment, newest: &Assessment) -> bool {
    const OF_AGE: [&str; 2] = ["history-superseded", "history-stale"];
    let risk = |assessment: &Assessment| {
        let findings = assessment.findings.iter();
        let others = findings.filter(|finding| !OF_AGE.contains(&finding.rule.id));
        others.map(|finding| finding.severity).max()
    };
    let unreviewable = |assessment: &Assessment| assessment.unreviewable().is_some();
    risk(older) > risk(newest) || (unreviewable(older) && !unreviewable(newest))
}

/// The order in which CSRs are shown and asked about: riskiest first, then by name.
fn riskiest_first(one: &Review, other: &Review) -> Ordering {
    by_risk((&one.csr, &one.assessment), (&other.csr, &other.assessment))
}

/// The same of CSRs that are to be decided.
pub(super) fn by_risk(
    (csr, assessment): (&Csr, &Assessment),
    (other_csr, other_assessment): (&Csr, &Assessment),
) -> Ordering {
    other_assessment
        .risk()
        .cmp(&assessment.risk())
        .then_with(|| csr.name.cmp(&other_csr.name))
}
