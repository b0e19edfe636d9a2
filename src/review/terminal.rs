//! The operator's terminal.
//!
//! Questions go to standard error and answers come from the terminal itself (`/dev/tty`), so that neither a pipe on standard
//! input nor a redirected standard output can answer or hide one. The terminal stays in its ordinary line
//! mode: whatever happens, Ctrl-C included, there is nothing to restore. dialoguer lays out the question;
//! its readers take standard input, pass over Ctrl-D and switch modes, so the reading is done here.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _};

use dialoguer::theme::{SimpleTheme, Theme as _};

use super::prompt::{Answer, Prompter};
use crate::platform::{LINE_END, forget_typed, keyboard};

/// A terminal that somebody sits at.
#[derive(Debug)]
pub struct Terminal {
    tty: File,
}

impl Terminal {
    /// The terminal, if standard error shows on one and it can be read.
    #[must_use]
    pub fn open() -> Option<Self> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let tty = keyboard().ok()?;
        tty.is_terminal().then_some(Self { tty })
    }
}

impl Prompter for Terminal {
    fn ask(&mut self, question: &str) -> io::Result<Answer> {
        let mut prompt = String::new();
        SimpleTheme
            .format_input_prompt(&mut prompt, question, None)
            .map_err(io::Error::other)?;
        // What was typed before the question stands there cannot answer it. Right before, not after: whoever
        // answers at once is not to wait for a reaction to keys that were thrown away.
        forget_typed(&self.tty)?;
        // Not locked while waiting for the answer: Ctrl-C has something to say, from a thread of its own.
        let mut stderr = io::stderr();
        stderr.write_all(prompt.as_bytes())?;
        stderr.flush()?;
        let mut line = String::new();
        // A reader of its own for each question: nothing is kept over to the next one.
        let read = BufReader::new(&self.tty).read_line(&mut line);
        match read {
            Ok(_) => {
                if let Some(line) = line.strip_suffix(LINE_END) {
                    return Ok(Answer::Line(line.to_owned()));
                }
                // Ctrl-D, also behind a line that was begun: nobody pressed Enter on it.
                stderr.write_all(b"\n")?;
                Ok(Answer::End)
            }
            // What is not text answers no question.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Ok(Answer::Line(String::new()))
            }
            Err(error) => Err(error),
        }
    }
}
