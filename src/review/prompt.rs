//! Asking a person.

use std::io;

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A line, without its end.
    Line(String),
    /// The end of input: Ctrl-D, or the terminal is gone.
    End,
}

/// Somebody who can be asked. Tests answer from a list, the program from a [`Terminal`](super::Terminal).
pub trait Prompter {
    /// Asks, and waits for a line.
    ///
    /// # Errors
    /// If the question cannot be put.
    fn ask(&mut self, question: &str) -> io::Result<Answer>;
}
