//! Windows.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;

use crossterm_winapi::{Console, Handle};
use terminal_size::terminal_size_of;
use tokio::signal::windows::{CtrlC, CtrlShutdown, ctrl_c, ctrl_shutdown};

/// What a line ends with that somebody typed.
pub(crate) const LINE_END: &str = "\r\n";

/// The keyboard of the console that this process belongs to, whatever standard input is.
///
/// # Errors
/// If standard error shows elsewhere: the terminals of MSYS and Cygwin are pipes, behind which the process has another
/// console that nobody sees. A question there would never be answered.
pub(crate) fn keyboard() -> io::Result<File> {
    if terminal_size_of(io::stderr()).is_none() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    OpenOptions::new().read(true).write(true).open("CONIN$")
}

/// Throws away what was typed and not yet read.
pub(crate) fn forget_typed(_keyboard: &File) -> io::Result<()> {
    // A console has one queue of events, whatever handle it is read by.
    let console = Console::from(Handle::current_in_handle()?);
    console.read_console_input().map(drop)
}

/// Whether the console understands escape sequences. It has to be told to.
pub(crate) fn ansi() -> bool {
    crossterm::ansi_support::supports_ansi()
}

/// Ctrl-C.
pub(crate) fn interrupts() -> io::Result<CtrlC> {
    ctrl_c()
}

/// How a service is told to end: so containers are, and so is everybody when the machine stops.
pub(crate) type Terminations = CtrlShutdown;

/// The same, to wait for.
pub(crate) fn terminations() -> io::Result<Terminations> {
    ctrl_shutdown()
}

/// Has a file opened as what its name says: of a link the link itself, which is no regular file. Where it is created,
/// its folder says who may read it; `std` has no word for that.
pub(crate) fn no_detours(options: &mut OpenOptions) -> &mut OpenOptions {
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
}

/// Says in a person's words why a file could not be opened that way: Windows does so itself.
pub(crate) fn open_error(_error: &io::Error) -> Option<&'static str> {
    None
}
