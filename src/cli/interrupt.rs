//! Ctrl-C.

use std::io::Write as _;
use std::process;
use std::thread;

use super::exit::Exit;

/// Makes Ctrl-C end the program with its documented code.
///
/// It waits in a thread of its own, as a question blocks the one that does everything else. There is
/// nothing to restore: questions leave the terminal in its ordinary mode.
pub(super) fn listen() {
    let listener = thread::Builder::new().name("interrupt".to_owned());
    let wait = || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
        else {
            return;
        };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            // The line with the ^C ends here; if nobody reads it, that is no matter any more.
            let _ = writeln!(std::io::stderr(), "\ninterrupted");
            process::exit(Exit::Interrupted.code().into());
        }
    };
    // Without a thread Ctrl-C still ends the program, by the signal itself.
    let _ = listener.spawn(wait);
}
