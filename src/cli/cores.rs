//! Work for all cores of the machine.

use std::num::NonZero;
use std::thread;

/// Fewer than this are not worth another thread.
const FEW: usize = 64;

/// How many cores there are for us.
pub(super) fn count() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does the same with each of many. The results are in their order.
pub(super) fn map<T: Send, U: Send>(mut items: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let share = items.len().div_ceil(count()).max(FEW);
    let mut shares = Vec::new();
    while items.len() > share {
        shares.push(items.split_off(items.len() - share));
    }
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .into_iter()
            .map(|share| scope.spawn(move || share.into_iter().map(work).collect::<Vec<U>>()))
            .collect();
        let mut done: Vec<U> = items.into_iter().map(work).collect();
        for other in others.into_iter().rev() {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for length in [0, 1, FEW, FEW + 1, 10 * FEW + 7] {
            let doubled = map((0..length).collect(), |item| item * 2);
            assert_eq!(
                doubled,
                (0..length).map(|item| item * 2).collect::<Vec<_>>()
            );
        }
    }
}
