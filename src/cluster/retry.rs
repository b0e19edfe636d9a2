//! When a read that failed for the moment is repeated.
//!
//! Briefly: who waits at a terminal would rather know. What takes longer is for [`Watch`](super::Watch), which has a
//! pace of its own, or for the caller.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use super::error::Error;

/// The pauses before the second attempt and those after it.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(900),
];
/// No attempt begins later than this after the first one began.
const WITHIN: Duration = Duration::from_secs(10);

/// The attempts at one read.
pub(super) struct Attempts {
    start: Instant,
    /// How many failed.
    failed: usize,
}

impl Attempts {
    /// The first one begins.
    pub(super) fn begin() -> Self {
        Self {
            start: Instant::now(),
            failed: 0,
        }
    }

    /// How long to wait for the next attempt, after this failure of one; `None` if there is to be none. If the
    /// server says how long it wants to be left alone, it is left alone so long or not asked again.
    pub(super) fn pause(&mut self, error: &Error) -> Option<Duration> {
        let own = *PAUSES.get(self.failed).filter(|_| error.is_transient())?;
        self.failed += 1;
        let pause = scattered(own).max(error.retry_after().unwrap_or_default());
        (self.start.elapsed().saturating_add(pause) <= WITHIN).then_some(pause)
    }
}

/// Half of a pause, and by chance some of the other half: those who lost the same server are not to come back at the
/// same moment.
pub(super) fn scattered(pause: Duration) -> Duration {
    let half = pause / 2;
    let part = u32::try_from(random() % 1000).unwrap_or_default();
    half + half * part / 1000
}

/// A number by chance, for times alone.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ErrorKind;

    fn transient() -> Error {
        Error::new(ErrorKind::Server(503), "").transient()
    }

    #[test]
    fn three_more_after_longer_and_longer_pauses() {
        let mut attempts = Attempts::begin();
        for most in PAUSES {
            let pause = attempts.pause(&transient()).unwrap();
            assert!((most / 2..=most).contains(&pause), "{pause:?}");
        }
        assert_eq!(attempts.pause(&transient()), None);
    }

    #[test]
    fn what_no_repetition_mends_is_not_repeated() {
        let error = Error::new(ErrorKind::Forbidden, "");
        assert_eq!(Attempts::begin().pause(&error), None);
    }

    #[test]
    fn the_servers_wish_counts_within_the_limit() {
        let asks = |seconds| transient().with_retry_after(Duration::from_secs(seconds));
        let mut attempts = Attempts::begin();
        assert_eq!(attempts.pause(&asks(4)), Some(Duration::from_secs(4)));
        assert_eq!(attempts.pause(&asks(11)), None);
        assert_eq!(attempts.pause(&asks(u64::MAX)), None);
    }

    #[test]
    fn nothing_begins_after_the_limit() {
        let mut attempts = Attempts {
            start: Instant::now().checked_sub(WITHIN).unwrap(),
            failed: 0,
        };
        assert_eq!(attempts.pause(&transient()), None);
    }
}
