//! The times that a watch goes by.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// How long to wait, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// A stream that is silent for longer is dead: servers send a bookmark about every minute.
    pub(super) idle: Duration,
    /// A stream that lives for as long works.
    pub(super) settle: Duration,
    /// The first pause after a failure.
    pub(super) first_pause: Duration,
    /// The longest pause.
    pub(super) longest_pause: Duration,
}

pub(super) const PACE: Pace = Pace {
    idle: Duration::from_secs(300),
    settle: Duration::from_secs(5),
    first_pause: Duration::from_millis(400),
    longest_pause: Duration::from_secs(30),
};

impl Pace {
    /// The pause after so many failures in a row: twice as long each time, half of it by chance, as those who lost
    /// the same server are not to come back at the same moment.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = failures.saturating_sub(1).min(16);
        let pause = self.first_pause.saturating_mul(1 << doubled);
        let half = pause.min(self.longest_pause) / 2;
        let part = u32::try_from(random() % 1000).unwrap_or_default();
        half + half * part / 1000
    }
}

/// A number by chance, for times alone.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
