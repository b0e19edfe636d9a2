//! The times that a watch goes by.

use std::time::Duration;

use crate::cluster::retry::scattered;

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
    /// The pause after so many failures in a row: twice as long each time.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = failures.saturating_sub(1).min(16);
        let pause = self.first_pause.saturating_mul(1 << doubled);
        scattered(pause.min(self.longest_pause))
    }
}
