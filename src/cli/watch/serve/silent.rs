//! Connections that have sent no request yet: where there are too many, the oldest makes room for the newest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::AbortHandle;

/// The tasks of silent connections, by their age.
#[derive(Default)]
struct Tasks {
    next: u64,
    open: BTreeMap<u64, AbortHandle>,
}

/// Silent connections, at most so many.
pub(super) struct SilentConnections {
    most: usize,
    tasks: Arc<Mutex<Tasks>>,
}

/// Stands for the silence of a connection: dropped with its first request, or with its end.
#[derive(Default)]
pub(super) struct Silence {
    number: u64,
    tasks: Arc<Mutex<Tasks>>,
}

impl SilentConnections {
    /// None yet.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            tasks: Arc::default(),
        }
    }

    /// Starts to serve one more connection, and closes the oldest silent one where there are too many.
    pub(super) fn spawn<F>(&self, serve: impl FnOnce(Silence) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let number = {
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.next += 1;
            tasks.next
        };
        let silence = Silence {
            number,
            tasks: self.tasks.clone(),
        };
        let task = tokio::spawn(serve(silence)).abort_handle();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.is_finished() {
            tasks.open.insert(number, task);
        }
        let is_full = tasks.open.len() > self.most;
        drop(tasks);
        if is_full {
            self.close_oldest();
        }
    }

    /// Closes the connection that has been silent for longest, if there is one.
    pub(super) fn close_oldest(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = tasks.open.pop_first();
        drop(tasks);
        if let Some((_, task)) = oldest {
            task.abort();
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.open.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc;
    use tokio::task::yield_now;

    use super::*;

    /// Tells when it is dropped.
    struct Told(u64, mpsc::UnboundedSender<u64>);

    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.1.send(self.0);
        }
    }

    async fn closed(from: &mut mpsc::UnboundedReceiver<u64>) -> Vec<u64> {
        for _ in 0..100 {
            yield_now().await;
        }
        std::iter::from_fn(|| from.try_recv().ok()).collect()
    }

    #[tokio::test]
    async fn the_oldest_silent_one_makes_room() {
        let silent = SilentConnections::new(3);
        let (tell, mut told) = mpsc::unbounded_channel();
        let open = |number: u64, is_silent: bool| {
            let drops = Told(number, tell.clone());
            silent.spawn(move |silence| async move {
                let _drops = drops;
                let _silence = is_silent.then_some(silence);
                pending::<()>().await;
            });
        };
        open(0, true);
        open(1, false);
        open(2, true);
        assert!(closed(&mut told).await.is_empty());
        // A connection that sent its request is none of them.
        for (number, expected) in [(3, vec![]), (4, vec![0]), (5, vec![2])] {
            open(number, true);
            assert_eq!(closed(&mut told).await, expected, "{number}");
        }
        silent.close_oldest();
        assert_eq!(closed(&mut told).await, [3]);
    }

    #[tokio::test]
    async fn what_has_ended_takes_no_room() {
        let silent = SilentConnections::new(2);
        for _ in 0..10 {
            silent.spawn(|silence| async move { drop(silence) });
            yield_now().await;
        }
        let open = silent.tasks.lock().unwrap().open.len();
        assert_eq!(open, 0);
    }
}
