//! How many requests are under way at a time: as many as are allowed, and fewer while the server says that it has
//! too many.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::{Error, ErrorKind};

/// After so many answers in a row without a 429, one more request may be under way.
const CALM: usize = 8;

/// Lanes to the server. Each 429 closes the lane that it came on, unless it is the last; calm opens one again.
pub(super) struct Lanes {
    most: usize,
    open: Semaphore,
    /// How many are closed.
    closed: AtomicUsize,
    /// How many answers in a row were no 429.
    calm: AtomicUsize,
}

impl Lanes {
    /// So many lanes, all of them open; at least one.
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            open: Semaphore::new(most),
            closed: AtomicUsize::new(0),
            calm: AtomicUsize::new(0),
        }
    }

    /// How many there are, open or closed.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Waits for a lane.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed as a whole; if it were, there would be no limit.
        self.open.acquire().await.ok()
    }

    /// Leaves a lane with what came of the request.
    pub(super) fn leave<T>(&self, lane: Option<SemaphorePermit<'_>>, answer: &Result<T, Error>) {
        let is_refused = answer
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::TooManyRequests);
        if !is_refused {
            drop(lane);
            if self.calm.fetch_add(1, Ordering::Relaxed) + 1 >= CALM {
                self.calm.store(0, Ordering::Relaxed);
                if self.change_closed(|closed| closed.checked_sub(1)) {
                    self.open.add_permits(1);
                }
            }
            return;
        }
        self.calm.store(0, Ordering::Relaxed);
        if let Some(lane) = lane
            && self.change_closed(|closed| Some(closed + 1).filter(|&closed| closed < self.most))
        {
            lane.forget();
        }
    }

    fn change_closed(&self, change: impl Fn(usize) -> Option<usize>) -> bool {
        self.closed
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(lanes: &Lanes, kind: Option<ErrorKind>) {
        let lane = lanes.enter().await;
        let answer = match kind {
            Some(kind) => Err(Error::new(kind, "")),
            None => Ok(()),
        };
        lanes.leave(lane, &answer);
    }

    #[tokio::test]
    async fn each_refusal_closes_a_lane_but_the_last() {
        let lanes = Lanes::new(3);
        for open in [2, 1, 1, 1] {
            answered(&lanes, Some(ErrorKind::TooManyRequests)).await;
            assert_eq!(lanes.open.available_permits(), open);
        }
    }

    #[tokio::test]
    async fn calm_opens_them_again_and_no_more_than_there_were() {
        let lanes = Lanes::new(3);
        for _ in 0..2 {
            answered(&lanes, Some(ErrorKind::TooManyRequests)).await;
        }
        for calm in 1..=4 * CALM {
            // Other failures say nothing about the load.
            let kind = (calm % 2 == 0).then_some(ErrorKind::NotFound);
            answered(&lanes, kind).await;
            let open = lanes.open.available_permits();
            assert_eq!(open, (1 + calm / CALM).min(3), "after {calm}");
        }
    }

    #[tokio::test]
    async fn there_is_always_one() {
        assert_eq!(Lanes::new(0).most(), 1);
    }
}
