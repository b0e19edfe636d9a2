//! Linux and macOS.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a line ends with that somebody typed.
pub(crate) const LINE_END: &str = "\n";

/// The keyboard of the terminal that this process belongs to, whatever standard input is.
pub(crate) fn keyboard() -> io::Result<File> {
    OpenOptions::new().read(true).open("/dev/tty")
}

/// Throws away what was typed and not yet read.
pub(crate) fn forget_typed(keyboard: &File) -> io::Result<()> {
    Ok(tcflush(keyboard, QueueSelector::IFlush)?)
}

/// Whether a terminal understands escape sequences.
pub(crate) fn ansi() -> bool {
    true
}

/// Ctrl-C.
pub(crate) fn interrupts() -> io::Result<Signal> {
    signal(SignalKind::interrupt())
}

/// How a service is told to end.
pub(crate) type Terminations = Signal;

/// The same, to wait for.
pub(crate) fn terminations() -> io::Result<Terminations> {
    signal(SignalKind::terminate())
}

/// Has a file opened as what its name says and, where it is created, for its owner alone.
pub(crate) fn no_detours(options: &mut OpenOptions) -> &mut OpenOptions {
    // A pipe without a reader must not hold this up, and a terminal must not become ours.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    options.mode(0o600).custom_flags(flags.bits().cast_signed())
}

/// Says in a person's words why a file could not be opened that way.
pub(crate) fn open_error(error: &io::Error) -> Option<&'static str> {
    match Errno::from_io_error(error)? {
        Errno::LOOP => Some("it is a symbolic link"),
        Errno::NXIO => Some("it is not a regular file"),
        Errno::ACCESS => Some("permission denied"),
        _ => None,
    }
}
