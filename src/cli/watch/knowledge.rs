//! What CSRs are judged by while they come: asked for again, but not for each of them.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::cluster::{Cluster, Selector};
use crate::csr::Csr;
use crate::facts::{Fact, Facts, Gap, OTHER_AUTHORIZERS};

use super::super::facts::FactOptions;
use super::super::failure::Failure;
use super::super::gather::Gather;
use super::super::progress::Progress;
use super::super::selection::Selection;
use super::crowd::Crowd;

/// How old facts may be, from when they were asked for. What they cost the server does not depend on how many CSRs come.
const FRESH: Duration = Duration::from_secs(60);
/// When they are asked for again if some could not be had, and may be had soon: so long after that was known, for it
/// can take its time.
const SOON: Duration = Duration::from_secs(10);

/// What is not known, and why.
type Gaps = Vec<(&'static str, Gap)>;

/// Facts, and how long they may be judged by.
pub(super) struct Knowledge<'a> {
    options: &'a FactOptions,
    selection: &'a Selection,
    facts: Option<(Facts, Instant)>,
    told: Gaps,
    /// About how many identities the API server was asked, since the facts are there.
    reviewed: usize,
}

impl<'a> Knowledge<'a> {
    pub(super) fn new(options: &'a FactOptions, selection: &'a Selection) -> Self {
        Self {
            options,
            selection,
            facts: None,
            told: Gaps::new(),
            reviewed: 0,
        }
    }

    /// Whether the watch sees every CSR, so that nobody else has to be asked for the others.
    fn sees_all(&self) -> bool {
        self.selection.only_on_server() == Selector::default()
    }

    /// Asks for what is known besides the CSRs, unless that was just done. What cannot be had is a gap in the facts;
    /// whether there are other gaps than before is the answer.
    ///
    /// # Errors
    /// If a file cannot be read; what was known stays.
    pub(super) async fn refresh(&mut self, cluster: &Cluster) -> Result<bool, Failure> {
        let asked = Instant::now();
        if self.facts.as_ref().is_some_and(|&(_, end)| asked < end) {
            return Ok(false);
        }
        let before = self.gaps();
        let facts = match self.ask(cluster).await {
            Ok(facts) => facts,
            Err(failure) => {
                // Nor is a file looked for again and again.
                if let Some((_, end)) = &mut self.facts {
                    *end = Instant::now() + SOON;
                }
                return Err(failure);
            }
        };
        self.facts = Some((facts, asked + FRESH));
        self.reviewed = 0;
        let gaps = self.gaps();
        if let (true, Some((_, end))) = (may_close(&gaps), &mut self.facts) {
            *end = Instant::now() + SOON;
        }
        Ok(!missing(&gaps).eq(missing(&before)))
    }

    async fn ask(&mut self, cluster: &Cluster) -> Result<Facts, Failure> {
        if !self.sees_all() {
            let gather = Gather {
                cluster,
                selection: self.selection,
                options: self.options,
                progress: &Progress::default(),
            };
            return gather.facts().await;
        }
        let facts = self.options.ask(cluster, self.selection).await?;
        let others = match self.facts.take() {
            Some((before, _)) => before.others,
            None => Fact::NotAsked,
        };
        Ok(Facts { others, ..facts })
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
        if compares && crowd.has_news() {
            // Not two of them at a time.
            facts.others = Fact::NotAsked;
            facts.others = Fact::Known(crowd.others());
        }
        // However many come, the API server is not asked about all of them.
        if self.reviewed < self.options.most_reviewed(facts) && self.options.reviews(facts) {
            self.reviewed += 2;
            let csrs = std::iter::once(csr);
            self.options.review(cluster, facts, csrs).await;
        }
        facts
    }

    /// The facts, if what is not known is not what it was before.
    pub(super) fn with_other_gaps(&mut self) -> Option<&Facts> {
        let gaps = self.gaps();
        let changed = self.told != gaps;
        self.told = gaps;
        self.facts().filter(|_| changed)
    }

    /// What is not known.
    fn gaps(&self) -> Gaps {
        let facts = self.facts().into_iter();
        let missing = facts.flat_map(Facts::not_checked);
        missing
            .filter_map(|missing| Some((missing.what, missing.gap?.clone())))
            .collect()
    }

    /// When more may be known: where asking failed, and nobody refused to answer.
    pub(super) fn may_grow_at(&self) -> Option<Instant> {
        let (_, end) = self.facts.as_ref()?;
        may_close(&self.gaps()).then_some(*end)
    }

    /// The facts as they are.
    pub(super) fn facts(&self) -> Option<&Facts> {
        self.facts.as_ref().map(|(facts, _)| facts)
    }
}

/// Whether one of them may close by itself.
fn may_close(gaps: &Gaps) -> bool {
    gaps.iter().any(|(_, gap)| gap.passes)
}

/// What is missing: that it is so for another reason is no news. Whether the server may be asked about identities shows
/// only with the first of them.
fn missing(gaps: &Gaps) -> impl Iterator<Item = &str> {
    let what = gaps.iter().map(|gap| gap.0);
    what.filter(|what| *what != OTHER_AUTHORIZERS)
}
