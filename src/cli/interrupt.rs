//! Ctrl-C, and for commands that run on and on SIGTERM.

use std::io::Write as _;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use super::exit::Exit;
use crate::platform::{Terminations, interrupts, terminations};

/// How long the end waits for what was begun. Kubernetes kills a container 30 s after the SIGTERM.
const GRACE: Duration = Duration::from_secs(25);

#[derive(Debug, Default)]
struct State {
    /// How much is in the making that is not to be cut off.
    holds: usize,
    stopping: bool,
}

/// Whoever has something in the making says so here.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt(Arc<watch::Sender<State>>);

impl Interrupt {
    /// Keeps the program from being ended, for a while, until the hold is dropped; `None` once it is ending:
    /// nothing new is to begin.
    pub(super) fn hold(&self) -> Option<Hold> {
        let mut hold = Hold {
            interrupt: self.clone(),
            held: false,
        };
        hold.renew().then_some(hold)
    }
}

/// Something in the making.
#[derive(Debug)]
pub(super) struct Hold {
    interrupt: Interrupt,
    held: bool,
}

impl Hold {
    /// While a question is open nothing is in the making.
    pub(super) fn release(&mut self) {
        if std::mem::take(&mut self.held) {
            self.interrupt.0.send_modify(|state| state.holds -= 1);
        }
    }

    /// Whether it holds again: not once the program is ending.
    #[must_use]
    pub(super) fn renew(&mut self) -> bool {
        if !self.held {
            self.interrupt.0.send_if_modified(|state| {
                self.held = !state.stopping;
                state.holds += usize::from(self.held);
                self.held
            });
        }
        self.held
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.release();
    }
}

/// Makes Ctrl-C end the program with its documented code, and SIGTERM with success where that is how a command
/// is ended.
///
/// It waits in a thread of its own, as a question blocks the one that does everything else. There is
/// nothing to restore: questions leave the terminal in its ordinary mode. What is held is waited for, for a
/// while, or until the next signal.
pub(super) fn listen(by_term: bool) -> Interrupt {
    let interrupt = Interrupt::default();
    let state = interrupt.0.clone();
    let listener = thread::Builder::new().name("interrupt".to_owned());
    let wait = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(end(by_term, &state));
        }
    };
    // Without a thread Ctrl-C still ends the program, by the signal itself.
    let _ = listener.spawn(wait);
    interrupt
}

async fn end(by_term: bool, state: &watch::Sender<State>) {
    let Ok(mut interrupts) = interrupts() else {
        return;
    };
    let mut terms = by_term.then(|| terminations().ok());
    let terms = terms.as_mut().and_then(Option::as_mut);
    let (exit, word, mut again) = tokio::select! {
        _ = interrupts.recv() => (Exit::Interrupted, "\ninterrupted", interrupts),
        () = one_of(terms) => (Exit::Done, "stopped", interrupts),
    };
    state.send_modify(|state| state.stopping = true);
    let mut changes = state.subscribe();
    tokio::select! {
        _ = changes.wait_for(|state| state.holds == 0) => {}
        _ = again.recv() => {}
        () = tokio::time::sleep(GRACE) => {}
    }
    // The line with the ^C ends here; if nobody reads it, that is no matter any more.
    let _ = writeln!(std::io::stderr(), "{word}");
    process::exit(exit.code().into());
}

async fn one_of(signals: Option<&mut Terminations>) {
    match signals {
        Some(signals) => _ = signals.recv().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_new_begins_once_the_program_is_ending() {
        let interrupt = Interrupt::default();
        let holds = |interrupt: &Interrupt| interrupt.0.borrow().holds;
        let mut first = interrupt.hold().expect("nobody ends it");
        assert!(first.renew());
        let second = interrupt.hold();
        assert_eq!(holds(&interrupt), 2);
        drop(second);
        first.release();
        first.release();
        assert_eq!(holds(&interrupt), 0);
        assert!(first.renew());
        interrupt.0.send_modify(|state| state.stopping = true);
        assert!(first.renew(), "what was begun is finished");
        assert!(interrupt.hold().is_none());
        first.release();
        assert!(!first.renew());
        drop(first);
        assert_eq!(holds(&interrupt), 0);
    }
}
