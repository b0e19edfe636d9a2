//! What CSRs are judged by while they come: asked for again, but not for each of them.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::cluster::{Cluster, Selector};
use crate::csr::Csr;
use crate::facts::{Fact, Facts, Gap};

use super::super::facts::FactOptions;
use super::super::failure::Failure;
use super::super::gather::Gather;
use super::super::progress::Progress;
use super::super::selection::Selection;
use super::crowd::Crowd;

/// How old facts may be. What they cost the server does not depend on how many CSRs come.
const FRESH: Duration = Duration::from_secs(60);
/// The same where some could not be had, and may be had soon.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// Facts, and when they were asked for.
pub(super) struct Knowledge<'a> {
    options: &'a FactOptions,
    selection: &'a Selection,
    facts: Option<(Facts, Instant)>,
    told: Vec<(&'static str, Option<Gap>)>,
    /// About how many identities the API server was asked, since the facts are there.
    reviewed: usize,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(options: &'a FactOptions, selection: &'a Selection) -> Self {
        Self {
            options,
            selection,
            facts: None,
            told: Vec::new(),
            reviewed: 0,
        }
    }

    /// Whether the watch sees every CSR, so that nobody else has to be asked for the others.
    fn sees_all(&self) -> bool {
        self.selection.only_on_server() == Selector::default()
    }

    /// Asks for what is known besides the CSRs, unless that was just done. What cannot be had is a gap in the facts.
    ///
    /// # Errors
    /// If a file cannot be read; what was known stays.
    pub(super) async fn refresh(&mut self, cluster: &Cluster) -> Result<(), Failure> {
        let age = if self.may_grow() { SOON } else { FRESH };
        let is_fresh = |(_, asked): &(Facts, Instant)| asked.elapsed() < age;
        if self.facts.as_ref().is_some_and(is_fresh) {
            return Ok(());
        }
        let asked = Instant::now();
        let facts = if self.sees_all() {
            let facts = self.options.ask(cluster, self.selection).await?;
            let others = match self.facts.take() {
                Some((before, _)) => before.others,
                None => Fact::NotAsked,
            };
            Facts { others, ..facts }
        } else {
            let gather = Gather {
                cluster,
                selection: self.selection,
                options: self.options,
                progress: &Progress::default(),
            };
            gather.facts().await?
        };
        self.facts = Some((facts, asked));
        self.reviewed = 0;
        Ok(())
    }

    /// The facts for judging this CSR right now, among those that are there.
    pub(super) async fn about(
        &mut self,
        csr: &Csr,
        crowd: &mut Crowd,
        cluster: &Cluster,
    ) -> &Facts {
        let compares = self.sees_all() && self.options.asks();
        let (facts, _) = self
            .facts
            .get_or_insert_with(|| (Facts::at(Timestamp::now()), Instant::now()));
        facts.now = Timestamp::now();
        if compares && let Some(others) = crowd.others() {
            facts.others = Fact::Known(others);
        }
        // However many come, the API server is not asked about all of them.
        if self.reviewed < self.options.most_reviewed() && self.options.reviews(facts) {
            self.reviewed += 2;
            let csrs = std::iter::once(csr);
            self.options.review(cluster, facts, csrs).await;
        }
        facts
    }

    /// The facts, if what is not known is not what it was before.
    pub(super) fn with_other_gaps(&mut self) -> Option<&Facts> {
        let (facts, _) = self.facts.as_ref()?;
        let gaps: Vec<_> = facts
            .not_checked()
            .into_iter()
            .filter(|missing| missing.gap.is_some())
            .map(|missing| (missing.what, missing.gap.cloned()))
            .collect();
        let changed = self.told != gaps;
        self.told = gaps;
        changed.then_some(facts)
    }

    /// Whether more may be known soon: asking failed, and nobody refused to answer.
    pub(super) fn may_grow(&self) -> bool {
        self.facts.as_ref().is_some_and(|(facts, _)| {
            let gaps = facts.not_checked().into_iter();
            gaps.filter_map(|missing| missing.gap).any(|gap| gap.passes)
        })
    }

    /// The facts as they are.
    pub(super) fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref().map(|(facts, _)| facts)
    }
}
