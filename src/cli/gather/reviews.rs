//! CSRs as list and show need them: read and judged, and of many large ones no more kept than is shown.

use std::cmp::Ordering;

use super::{Gather, Hold, by_risk, look};
use crate::cli::exit::Exit;
use crate::cli::facts::FactOptions;
use crate::cli::failure::Failure;
use crate::cli::selection::Selection;
use crate::cli::{Context, cores, files};
use crate::cluster::{self, ErrorKind};
use crate::csr::{self, Csr, Metadata, Source, SubjectAltNames, Unreadable};
use crate::facts::others::Entry;
use crate::facts::{Facts, Others};
use crate::risk::{self, Assessment};
use crate::ui::report::{Review, ReviewList};

/// CSRs with their assessments, and all that went wrong on the way.
#[derive(Debug)]
pub(in crate::cli) struct Reviews {
    /// The CSRs, riskiest first, then by name.
    pub(in crate::cli) items: Vec<Review>,
    /// What is not a CSR.
    pub(in crate::cli) unreadable: Vec<Unreadable>,
    /// Named CSRs that could not be read.
    pub(in crate::cli) missing: Vec<Failure>,
    /// What else is to be said.
    pub(in crate::cli) notes: Vec<String>,
    /// What they were judged by.
    pub(in crate::cli) facts: Facts,
}

impl Reviews {
    /// How a command ends because of what could not be read.
    pub(in crate::cli) fn exit(&self) -> Exit {
        let unreadable = match self.unreadable.as_slice() {
            [] => Exit::Done,
            _ => Exit::Failed,
        };
        self.missing
            .iter()
            .fold(unreadable, |exit, failure| exit.worse(failure.exit))
    }

    /// Whether there is nothing to tell.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unreadable.is_empty() && self.missing.is_empty()
    }

    /// The reviews as the documented JSON has them.
    pub(in crate::cli) fn document(&self) -> ReviewList<'_> {
        ReviewList::new(&self.items, &self.unreadable, &self.facts)
    }

    /// Leaves of those that ask for the same only the newest, and notes in it which ones it supersedes. What
    /// is riskier than the newest stays: nothing hides behind a newer one.
    pub(in crate::cli) fn group(&mut self) {
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

/// CSRs with their assessments, and what could not be read.
struct Judged {
    reviews: Vec<Review>,
    unreadable: Vec<Unreadable>,
    missing: Vec<(String, cluster::Error)>,
}

fn review(csr: Box<Csr>, facts: &Facts) -> Review {
    Review {
        assessment: risk::assess(&csr, facts),
        csr,
        supersedes: Vec::new(),
    }
}

#[expect(clippy::vec_box, reason = "a review has its CSR on the heap")]
fn judge(csrs: Vec<Box<Csr>>, facts: &Facts) -> Vec<Review> {
    cores::map(csrs, |csr| review(csr, facts))
}

/// How much of each CSR is shown, and so has to be kept: of thousands of large ones, not all is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Detail {
    /// All that is in it.
    All,
    /// What has a column in every list.
    Columns,
}

impl Detail {
    /// Forgets what is not shown of a CSR that was judged.
    fn strip(self, csr: &mut Csr) {
        if self == Self::All {
            return;
        }
        csr.request.bytes = Vec::new();
        csr.metadata = Metadata {
            created_at: csr.metadata.created_at,
            ..Metadata::default()
        };
        if let Some(content) = &mut csr.request.content {
            content.san = SubjectAltNames::default();
            content.extensions = Vec::new();
            content.attributes = Vec::new();
        }
    }
}

/// Reads and judges what is selected, for looking at that much of it.
///
/// # Errors
/// If nothing at all can be read.
pub(in crate::cli) async fn reviews(
    selection: &Selection,
    options: &FactOptions,
    detail: Detail,
    context: &mut Context,
) -> Result<Reviews, Failure> {
    selection.plain_names()?;
    let (judged, unreadable, missing, facts, notes) = if selection.files.is_empty() {
        let cluster = context.connect().await?;
        let read = async |gather: Gather<'_>| gather.judged(detail).await;
        let (judged, facts) = context.gather(&cluster, selection, options, read).await?;
        let missing = judged.missing.into_iter();
        let missing = missing.map(|(_, error)| error.into()).collect();
        (
            judged.reviews,
            judged.unreadable,
            missing,
            facts,
            Vec::new(),
        )
    } else {
        let facts = options.of_files()?;
        let contents = files::read(&selection.files, selection.recursive)?;
        let notes = contents.notes();
        let csrs = contents.found.into_iter().map(|found| found.csr);
        let csrs = csrs
            .filter(|csr| selection.means(csr))
            .map(Box::new)
            .collect();
        let judged = judge(csrs, &facts);
        (judged, contents.unreadable, Vec::new(), facts, notes)
    };
    let is_named = !selection.names.is_empty();
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

impl Gather<'_> {
    /// Judges those that are meant, each as it was read, and those that were not held as they are by then; what is kept
    /// of them is what is shown.
    async fn judged(&self, detail: Detail) -> Result<(Judged, Facts), Failure> {
        let hold = if detail == Detail::All {
            Hold::All
        } else {
            Hold::Some
        };
        let (read, facts) = self.read_and_hold(look, hold).await?;
        let csrs = read.items.into_iter().map(|item| item.csr).collect();
        let mut judged = Judged {
            reviews: judge(csrs, &facts),
            unreadable: read.unreadable,
            missing: read.missing,
        };
        for name in read.left {
            let object = match self.cluster.get(&name).await {
                Ok(object) => object,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    judged.missing.push((name, error));
                    continue;
                }
            };
            match csr::read(object.get(), Source::Cluster) {
                Ok(csr) if self.selection.means(&csr) => {
                    let mut review = review(Box::new(csr), &facts);
                    detail.strip(&mut review.csr);
                    judged.reviews.push(review);
                }
                Ok(_) => {}
                Err(unreadable) => judged.unreadable.push(unreadable),
            }
        }
        Ok((judged, facts))
    }
}
