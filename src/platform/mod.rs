//! What operating systems do in ways of their own, and neither `std` nor a crate does alike on all of them: each has
//! a file with the same names in it. What a system cannot do is refused there.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod native;

pub(crate) use native::{
    LINE_END, Terminations, ansi, forget_typed, interrupts, keyboard, no_detours, open_error,
    terminations,
};
