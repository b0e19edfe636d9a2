//! Reading CSRs again: those that wait and are not held, and each before it is decided about.

use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::value::RawValue;

use crate::cluster::{Cluster, ErrorKind};
use crate::csr::{self, Csr, Source};

use super::super::Context;
use super::super::failure::warn;
use super::super::outcome::Outcome;
use super::arrivals::Age;
use super::crowd;
use super::session::{RETRY, Session};

/// How many CSRs are read ahead, several at a time.
const AHEAD: usize = 32;

impl Session<'_> {
    /// Whether there is something to be shown, and it may be read.
    pub(super) fn may_go_on(&self) -> bool {
        let is_paused = self.paused.is_some_and(|due| due > Instant::now());
        !self.arrivals.is_empty() && !is_paused
    }

    /// The oldest CSR that was not shown yet; none while reading fails.
    pub(super) async fn next(
        &mut self,
        context: &mut Context,
    ) -> anyhow::Result<Option<(Age, Box<Csr>)>> {
        while self.may_go_on() {
            self.read_ahead().await;
            let Some((age, held)) = self.arrivals.pop() else {
                break;
            };
            if let Some(csr) = held {
                return Ok(Some((age, csr)));
            }
            match reread(&self.cluster, &age).await {
                Ok(Some((csr, _))) => return Ok(Some((age, Box::new(csr)))),
                // The watch says so too, or will.
                Ok(None) => {}
                Err(outcome) => {
                    self.metrics().failure("read");
                    let why = outcome.detail.unwrap_or_default();
                    let line = format!("{}: {why}; trying again", age.name());
                    warn(&mut context.ui, &line)?;
                    self.paused = Some(Instant::now() + RETRY);
                    self.arrivals.insert_again(age);
                }
            }
        }
        Ok(None)
    }

    /// Reads some of those whose turn is next at a time, where they are not held.
    async fn read_ahead(&mut self) {
        let names = self.arrivals.missing(AHEAD);
        if names.len() < 2 {
            return;
        }
        let cluster = &self.cluster;
        let read = stream::iter(names).map(async |name| cluster.get(&name).await);
        let mut read = Box::pin(read.buffered(cluster.parallel()));
        while let Some(answer) = read.next().await {
            // What cannot be read is told when its turn comes.
            let object = answer.ok();
            let csr = object.and_then(|object| csr::read(object.get(), Source::Cluster).ok());
            if let Some(csr) = csr.filter(|csr| csr.state.is_pending())
                && !self.arrivals.hold(csr)
            {
                break;
            }
        }
    }
}

/// Reads a CSR as it is stored now, if it still is that one and waits: others may have been faster.
pub(super) async fn reread(
    cluster: &Cluster,
    seen: &Age,
) -> Result<Option<(Csr, Box<RawValue>)>, Outcome> {
    let object = match cluster.get(seen.name()).await {
        Ok(object) => object,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Outcome::failed(seen.name(), error)),
    };
    let csr = csr::read(object.get(), Source::Cluster).map_err(Outcome::unreadable)?;
    let is_open = crowd::key(&csr) == seen.key() && csr.state.is_pending();
    Ok(is_open.then_some((csr, object)))
}
