//! Work for all cores of the machine.

use std::cmp::Reverse;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// So many are done in one go: whoever is through first takes the next ones, for cores are shared with others.
const TOGETHER: usize = 64;

/// How many cores there are for us.
pub(super) fn count() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does the same with each of many. The results are in their order.
pub(super) fn map<T: Send, U: Send>(mut items: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let mut parts = Vec::new();
    while items.len() > TOGETHER {
        parts.push(items.split_off(items.len() - TOGETHER));
    }
    parts.push(items);
    // The first ones are at its end.
    let others = (count() - 1).min(parts.len() - 1);
    let parts = Mutex::new(parts);
    let take = || {
        let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.pop().map(|part| (parts.len(), part))
    };
    let worker = || {
        let mut done: Vec<(usize, Vec<U>)> = Vec::new();
        while let Some((left, part)) = take() {
            done.push((left, part.into_iter().map(&work).collect()));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (0..others).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|&(left, _)| Reverse(left));
    done.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for length in [0, 1, TOGETHER, TOGETHER + 1, 10 * TOGETHER + 7] {
            let doubled = map((0..length).collect(), |item| item * 2);
            assert_eq!(
                doubled,
                (0..length).map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }
}
