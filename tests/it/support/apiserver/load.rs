//! How many writes are under way, and how many may be.

use std::thread;
use std::time::Duration;

use super::fault::Fault;
use crate::support::http::Request;

/// How long a write takes where not all may be under way at once.
const LONG: Duration = Duration::from_millis(5);

/// The writes.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) limit: Option<usize>,
    busy: usize,
    /// The most that there were.
    pub(super) most: usize,
}

impl Load {
    /// A request comes. What is one too many is refused.
    pub(super) fn begin(&mut self, request: &Request) -> Option<Fault> {
        if request.method != "PUT" {
            return None;
        }
        self.busy += 1;
        self.most = self.most.max(self.busy);
        let is_too_many = self.limit.is_some_and(|limit| self.busy > limit);
        is_too_many.then_some(Fault::TooMany(1))
    }

    /// It is answered.
    pub(super) fn end(&mut self, method: &str) {
        if method == "PUT" {
            self.busy -= 1;
        }
    }

    /// What a write takes.
    pub(super) fn work(limit: Option<usize>) {
        if limit.is_some() {
            thread::sleep(LONG);
        }
    }
}
