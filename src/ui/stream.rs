//! The two streams that everything is written to, and what is known about them.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use terminal_size::{Height, Width, terminal_size_of};

use super::color::{ColorChoice, Env, Paintable, Painted, Tone, paint};
use crate::{platform, risk::Severity};

/// Where a command writes: data and results to `out`, all that is said around them to `err`.
#[derive(Debug)]
pub struct Ui {
    /// Data and results.
    pub out: Stream,
    /// What is shown for a decision, prompts, progress, warnings.
    pub err: Stream,
}

impl Ui {
    /// The process's own streams, each with its own decision about colour and width.
    #[must_use]
    pub fn stdio(choice: ColorChoice, env: &Env) -> Self {
        Self {
            out: Stream::stdio(io::stdout(), || terminal_size_of(io::stdout()), choice, env),
            err: Stream::stderr(choice, env),
        }
    }

    /// Streams that are no terminal and can be read back, for tests.
    #[must_use]
    pub fn buffered() -> (Self, Buffer, Buffer) {
        let ((out, shown), (err, said)) = (Stream::buffered(), Stream::buffered());
        (Self { out, err }, shown, said)
    }
}

/// A place to write to that knows how it is looked at.
pub struct Stream {
    sink: Box<dyn Write + Send>,
    color: bool,
    terminal: bool,
    columns: Option<usize>,
}

impl Stream {
    /// The process's standard error, on its own: a line there stays whole among those of other writers.
    #[must_use]
    pub fn stderr(choice: ColorChoice, env: &Env) -> Self {
        Self::stdio(io::stderr(), || terminal_size_of(io::stderr()), choice, env)
    }

    fn stdio(
        sink: impl Write + IsTerminal + Send + 'static,
        size: impl FnOnce() -> Option<(Width, Height)>,
        choice: ColorChoice,
        env: &Env,
    ) -> Self {
        let terminal = sink.is_terminal();
        let columns = terminal.then(|| {
            let told = env
                .columns
                .as_ref()
                .and_then(|columns| columns.to_str()?.parse().ok());
            told.or_else(|| size().map(|(Width(columns), _)| columns.into()))
                .filter(|&columns| columns > 0)
        });
        Self {
            // Asked for also where it is not to decide: the answer comes with what makes a console understand them.
            color: choice.colors(env, terminal && platform::ansi()),
            terminal,
            columns: columns.flatten(),
            sink: Box::new(sink),
        }
    }

    /// A stream that is no terminal, and the buffer that it writes to.
    #[must_use]
    pub fn buffered() -> (Self, Buffer) {
        let buffer = Buffer::default();
        let sink = Box::new(buffer.clone());
        (
            Self {
                sink,
                color: false,
                terminal: false,
                columns: None,
            },
            buffer,
        )
    }

    /// The same stream, taken for a terminal of some width: for tests.
    #[must_use]
    pub fn as_terminal(self, columns: usize, color: bool) -> Self {
        Self {
            color,
            terminal: true,
            columns: Some(columns),
            ..self
        }
    }

    /// Whether to colour what is written here.
    #[must_use]
    pub fn color(&self) -> bool {
        self.color
    }

    /// Whether a person looks at it.
    #[must_use]
    pub fn terminal(&self) -> bool {
        self.terminal
    }

    /// The terminal's width, where there is a terminal that tells it.
    #[must_use]
    pub fn columns(&self) -> Option<usize> {
        self.columns
    }

    /// Paints a text as this stream shows it.
    pub fn paint<T: Paintable>(&self, tone: Tone, text: T) -> Painted<T> {
        paint(tone, text, self.color)
    }

    /// The word for a severity, in its tone.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> Painted<&'static str> {
        self.paint(severity.into(), severity.as_str())
    }

    /// Writes a line, in one write, so that it stays whole among those of other processes.
    ///
    /// # Errors
    ///
    /// Fails if the stream does; see [`is_closed_pipe`].
    pub fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        self.write_str(&format!("{line}\n"))
    }

    /// Writes a text that brings its own line ends.
    ///
    /// # Errors
    ///
    /// Fails if the stream does; see [`is_closed_pipe`].
    pub fn write_str(&mut self, text: &str) -> io::Result<()> {
        self.write_all(text.as_bytes())
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes).map_err(mark_closed_pipe)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush().map_err(mark_closed_pipe)
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            color,
            terminal,
            columns,
            ..
        } = self;
        write!(
            f,
            "Stream {{ color: {color}, terminal: {terminal}, columns: {columns:?} }}"
        )
    }
}

/// The reader of a stream has gone, as `head` does: no failure of ours.
#[derive(Debug, thiserror::Error)]
#[error("the reader of the output is gone")]
struct ClosedPipe;

fn mark_closed_pipe(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => io::Error::new(io::ErrorKind::BrokenPipe, ClosedPipe),
        _ => error,
    }
}

/// Whether an error only says that nobody reads the output any more, in which case the program ends as if it had been
/// read. A connection to the server can break with the same error kind, and that is a failure: only a [`Stream`]'s own
/// errors count.
#[must_use]
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut io_errors = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.any(|error| {
        error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<ClosedPipe>())
            .is_some()
    })
}

/// What was written to a [`Stream::buffered`].
#[derive(Clone, Debug, Default)]
pub struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    /// The text so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn streams_are_told_apart_and_know_their_looks() -> io::Result<()> {
        let (mut ui, out, err) = Ui::buffered();
        ui.out.line(ui.out.paint(Tone::Critical, "data"))?;
        ui.err = ui.err.as_terminal(80, true);
        ui.err.line(ui.err.paint(Tone::Critical, "warning"))?;
        assert_eq!(
            (out.text().as_str(), err.text().as_str()),
            ("data\n", "\x1b[1;31mwarning\x1b[0m\n")
        );
        assert_eq!((ui.out.columns(), ui.err.columns()), (None, Some(80)));
        Ok(())
    }

    #[test]
    fn only_our_own_closed_pipe_is_no_failure() {
        let mut stream = Stream {
            sink: Box::new(Closed),
            ..Stream::buffered().0
        };
        for error in [stream.line("x"), stream.flush()] {
            let error = error
                .context("cannot write the list")
                .expect_err("the sink is closed");
            assert!(is_closed_pipe(&error));
        }
        let connection =
            anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("PUT failed");
        assert!(!is_closed_pipe(&connection));
        assert!(!is_closed_pipe(&anyhow::anyhow!("anything else")));
    }
}
