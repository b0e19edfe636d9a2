//! How far a long read has come, for who waits at a terminal.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use crate::ui::Ui;

/// What takes less is not worth a word.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is written anew.
const PACE: Duration = Duration::from_millis(100);

/// How many CSRs were read, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Progress {
    read: Cell<usize>,
    all: Cell<Option<usize>>,
}

impl Progress {
    /// A page came.
    pub(super) fn page(&self, items: usize, remaining: Option<usize>) {
        let read = self.read.get() + items;
        self.read.set(read);
        self.all
            .set(remaining.map(|remaining| read.saturating_add(remaining)));
    }

    /// What came is void.
    pub(super) fn restart(&self) {
        self.read.set(0);
        self.all.set(None);
    }

    fn line(&self) -> String {
        match (self.read.get(), self.all.get()) {
            (0, _) => "Reading CSRs".to_owned(),
            (read, Some(all)) if all > read => format!("Reading CSRs: {read} of {all}"),
            (read, _) => format!("Reading CSRs: {read}"),
        }
    }
}

/// Works, and says on standard error how far it has come: if that is a terminal, after a moment, and in a line that
/// is gone when the work is done.
pub(super) async fn shown<T>(ui: &mut Ui, work: impl AsyncFnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    // On the heap: what reads many things at a time is large.
    let mut work = Box::pin(work(&progress));
    if !ui.err.terminal() {
        return work.await;
    }
    let mut ticks = interval_at(Instant::now() + PATIENCE, PACE);
    let mut width = 0;
    loop {
        tokio::select! {
            biased;
            done = &mut work => {
                if width > 0 {
                    // If it cannot be written to, whoever writes next finds out.
                    let _ = ui.err.write_str(&format!("\r{:width$}\r", ""));
                }
                return done;
            }
            _ = ticks.tick() => {
                let line = progress.line();
                let _ = ui.err.write_str(&format!("\r{line:width$}"));
                width = line.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seen(terminal: bool, work: impl AsyncFnOnce(&Progress)) -> String {
        let (mut ui, _, said) = Ui::buffered();
        if terminal {
            ui.err = ui.err.as_terminal(80, false);
        }
        shown(&mut ui, work).await;
        said.text()
    }

    async fn long(progress: &Progress) {
        progress.page(500, Some(1500));
        tokio::time::sleep(PATIENCE + PACE / 2).await;
    }

    #[tokio::test]
    async fn a_long_read_is_told_at_a_terminal_and_leaves_no_trace() {
        let line = "Reading CSRs: 500 of 2000";
        let blank = " ".repeat(line.len());
        assert_eq!(seen(true, long).await, format!("\r{line}\r{blank}\r"));
    }

    #[tokio::test]
    async fn nobody_else_is_told() {
        assert_eq!(seen(false, long).await, "");
        assert_eq!(seen(true, async |_| {}).await, "");
    }

    #[test]
    fn it_says_what_is_known() {
        let progress = Progress::default();
        assert_eq!(progress.line(), "Reading CSRs");
        progress.page(500, None);
        assert_eq!(progress.line(), "Reading CSRs: 500");
        progress.page(500, Some(1));
        assert_eq!(progress.line(), "Reading CSRs: 1000 of 1001");
        progress.restart();
        assert_eq!(progress.line(), "Reading CSRs");
    }
}
