//! Reading CSRs, with all that is known about them.

use std::cmp::Ordering;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use serde_json::value::RawValue;

use crate::cluster::{self, Cluster, Page, Selector};
use crate::csr::{self, Csr, Source, Unreadable};
use crate::facts::others::Entry;
use crate::facts::{Fact, Facts, Others};
use crate::risk::{self, Assessment};
use crate::ui::report::{Review, ReviewList};

use super::exit::Exit;
use super::facts::{FactOptions, gap};
use super::failure::Failure;
use super::files;
use super::selection::Selection;

/// How many objects are read or written at a time.
pub(super) const AT_ONCE: usize = 16;

/// A CSR with as much of its object as a command keeps: all of it for a decision, nothing for a look.
#[derive(Debug)]
pub(super) struct Item<O> {
    /// The CSR.
    pub(super) csr: Csr,
    /// The object.
    pub(super) object: O,
}

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

    /// Takes an object in, if it is meant.
    fn take(
        &mut self,
        object: Box<RawValue>,
        meant: impl Fn(&Csr) -> bool,
        keep: fn(Box<RawValue>) -> O,
    ) {
        match csr::read(object.get(), Source::Cluster) {
            Ok(csr) => {
                self.crowd.push(Entry::of(&csr));
                if meant(&csr) {
                    let object = keep(object);
                    self.items.push(Item { csr, object });
                }
            }
            Err(error) => self.unreadable.push(error),
        }
    }
}

/// Reads what is selected or named, and at the same time asks for what is to be known about it.
///
/// # Errors
/// If what is selected cannot be listed.
pub(super) async fn read<O>(
    cluster: &Cluster,
    selection: &Selection,
    options: &FactOptions,
    keep: fn(Box<RawValue>) -> O,
) -> Result<(Read<O>, Facts), Failure> {
    let names = selection.plain_names()?;
    let selector = selection.on_server();
    let is_whole = names.is_empty() && selector == Selector::default();
    let read = async {
        if names.is_empty() {
            list(cluster, &selector, |csr| selection.means(csr), keep).await
        } else {
            Ok(named(cluster, &names, keep).await)
        }
    };
    let (read, mut facts) = if is_whole {
        let (read, facts) = tokio::join!(read, options.ask(cluster, selection));
        let (mut read, mut facts) = (read?, facts?);
        if options.asks() {
            let crowd = std::mem::take(&mut read.crowd);
            facts.others = Fact::Known(Others::index(crowd));
        }
        (read, facts)
    } else {
        let (read, facts) = tokio::join!(read, self::facts(cluster, selection, options));
        (read?, facts?)
    };
    let csrs = read.items.iter().map(|item| &item.csr);
    options.review(cluster, &mut facts, csrs).await;
    Ok((read, facts))
}

/// What is to be known about named CSRs that are read later, each when it is decided about.
///
/// # Errors
/// If a file with facts cannot be read.
pub(super) async fn facts_about(
    cluster: &Cluster,
    names: &[String],
    selection: &Selection,
    options: &FactOptions,
) -> Result<Facts, Failure> {
    let mut facts = facts(cluster, selection, options).await?;
    if options.reviews(&facts) {
        // A CSR that is another one by then is judged as one whose rights are not known.
        let read = named(cluster, names, drop).await;
        let csrs = read.items.iter().map(|item| &item.csr);
        options.review(cluster, &mut facts, csrs).await;
    }
    Ok(facts)
}

/// What is to be known, all other CSRs among it.
///
/// # Errors
/// If a file with facts cannot be read.
pub(super) async fn facts(
    cluster: &Cluster,
    selection: &Selection,
    options: &FactOptions,
) -> Result<Facts, Failure> {
    let others = async {
        if !options.asks() {
            return Fact::NotAsked;
        }
        let nobody = |_: &Csr| false;
        match list(cluster, &Selector::default(), nobody, drop).await {
            Ok(read) => Fact::Known(Others::index(read.crowd)),
            Err(error) => Fact::Unknown(gap(&error)),
        }
    };
    let (others, facts) = tokio::join!(others, options.ask(cluster, selection));
    Ok(Facts { others, ..facts? })
}

/// The pending CSRs.
///
/// # Errors
/// If they cannot be listed.
pub(super) async fn pending(cluster: &Cluster) -> Result<Vec<Csr>, cluster::Error> {
    let is_pending = |csr: &Csr| csr.state.is_pending();
    let read = list(cluster, &Selector::default(), is_pending, drop).await?;
    Ok(read.items.into_iter().map(|item| item.csr).collect())
}

async fn list<O>(
    cluster: &Cluster,
    selector: &Selector,
    meant: impl Fn(&Csr) -> bool,
    keep: fn(Box<RawValue>) -> O,
) -> Result<Read<O>, cluster::Error> {
    let mut read = Read::new();
    cluster
        .list(selector, |page| match page {
            Page::Restart => read = Read::new(),
            Page::Items(items) => {
                for item in items {
                    read.take(item, &meant, keep);
                }
            }
        })
        .await?;
    Ok(read)
}

async fn named<O>(cluster: &Cluster, names: &[String], keep: fn(Box<RawValue>) -> O) -> Read<O> {
    let mut read = Read::new();
    let mut answers = each(cluster, names);
    while let Some((name, answer)) = answers.next().await {
        match answer {
            Ok(object) => read.take(object, |_| true, keep),
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
        .buffered(AT_ONCE)
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
    connect: impl AsyncFnOnce() -> Result<Cluster, Failure>,
) -> Result<Reviews, Failure> {
    selection.plain_names()?;
    let (csrs, unreadable, missing, facts) = if selection.files.is_empty() {
        let cluster = connect().await?;
        let (read, facts) = read(&cluster, selection, options, drop).await?;
        let missing = read.missing.into_iter();
        let missing = missing.map(|(_, error)| error.into()).collect();
        let csrs = read.items.into_iter().map(|item| item.csr).collect();
        (csrs, read.unreadable, missing, facts)
    } else {
        let facts = options.of_files()?;
        let contents = files::read(&selection.files)?;
        let csrs = contents.found.into_iter().map(|found| found.csr);
        let csrs: Vec<Csr> = csrs.filter(|csr| selection.means(csr)).collect();
        (csrs, contents.unreadable, Vec::new(), facts)
    };
    let is_named = !selection.names.is_empty();
    let mut items: Vec<Review> = csrs
        .into_iter()
        .map(|csr| Review {
            assessment: risk::assess(&csr, &facts),
            csr,
            supersedes: Vec::new(),
        })
        .filter(|review| is_named || selection.means_risk(review.assessment.risk()))
        .collect();
    items.sort_by(riskiest_first);
    Ok(Reviews {
        items,
        unreadable,
        missing,
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
