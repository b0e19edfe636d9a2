//! A terminal with somebody at it.

use std::io::{Read as _, Write as _};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pts, Pty};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, OutputModes, Termios, tcgetattr};

use super::env::{Tool, wait};

/// Nobody waits longer for a text to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which of the tool's streams are no terminal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Streams {
    /// The standard input is empty.
    pub(crate) no_stdin: bool,
    /// The standard output goes nowhere.
    pub(crate) no_stdout: bool,
    /// The standard error goes nowhere.
    pub(crate) no_stderr: bool,
}

/// What the terminal was sent so far.
type Screen = Mutex<Vec<u8>>;

/// A run of the tool on a terminal of its own, which it also finds as `/dev/tty`.
pub(crate) struct Session {
    pty: Arc<Pty>,
    // Kept open: what a terminal was sent is lost when its last user closes it.
    terminal: Pts,
    child: Child,
    screen: Arc<Screen>,
    reader: JoinHandle<()>,
    before: Termios,
    looked_at: usize,
}

impl Session {
    /// Starts the tool at a terminal of 80 columns.
    pub(crate) fn start(tool: &Tool<'_>) -> Self {
        Self::start_with(tool, 80, Streams::default())
    }

    /// Starts the tool at a terminal of so many columns, with these streams.
    pub(crate) fn start_with(tool: &Tool<'_>, columns: u16, streams: Streams) -> Self {
        let (pty, terminal) = pty_process::blocking::open().expect("a terminal");
        pty.resize(Size::new(24, columns)).expect("a size");
        let before = tcgetattr(&terminal).expect("a terminal has attributes");
        let mut command = Command::new(&tool.program)
            .args(&tool.arguments)
            .env_clear()
            .env("TERM", "xterm-256color")
            .envs(tool.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&tool.cwd);
        if streams.no_stdin {
            command = command.stdin(Stdio::null());
        }
        if streams.no_stdout {
            command = command.stdout(Stdio::null());
        }
        if streams.no_stderr {
            command = command.stderr(Stdio::null());
        }
        let child = command.spawn_borrowed(&terminal).expect("the tool starts");
        let pty = Arc::new(pty);
        let screen = Arc::new(Screen::default());
        let reader = thread::spawn({
            let (pty, screen) = (pty.clone(), screen.clone());
            move || read(&pty, &screen)
        });
        Self {
            pty,
            terminal,
            child,
            screen,
            reader,
            before,
            looked_at: 0,
        }
    }

    /// Waits until that text appears, behind what was expected before.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> &mut Self {
        let start = Instant::now();
        // Looked at before the screen: all that a program wrote is there once it has ended.
        while let (ended, None) = (self.has_ended(), self.find(text)) {
            let screen = self.screen();
            assert!(!ended, "{text:?} never came on\n{screen}");
            let late = start.elapsed() > PATIENCE;
            assert!(!late, "{text:?} does not come on\n{screen}");
            thread::sleep(Duration::from_millis(5));
        }
        self.looked_at = self.find(text).expect("found before");
        self
    }

    fn has_ended(&mut self) -> bool {
        let ended = self.child.try_wait().expect("a child can be waited for");
        if ended.is_some() {
            // The reader may be a moment behind.
            thread::sleep(Duration::from_millis(100));
        }
        ended.is_some()
    }

    /// Where that text ends, behind what was expected before.
    fn find(&self, text: &str) -> Option<usize> {
        let bytes = self.screen.lock().expect("the reader lives");
        bytes[self.looked_at..]
            .windows(text.len())
            .position(|window| window == text.as_bytes())
            .map(|index| self.looked_at + index + text.len())
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) -> &mut Self {
        (&*self.pty)
            .write_all(keys.as_bytes())
            .expect("a terminal takes keys");
        self
    }

    /// Types a line.
    pub(crate) fn send_line(&mut self, line: &str) -> &mut Self {
        self.send(&format!("{line}\r"))
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&mut self) -> &mut Self {
        self.send("\x03")
    }

    /// Sends a signal to the tool alone.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a child can be sent a signal");
        self
    }

    /// The window gets another width.
    pub(crate) fn resize(&mut self, columns: u16) -> &mut Self {
        self.pty.resize(Size::new(24, columns)).expect("a size");
        self
    }

    /// All that was sent to the terminal so far.
    pub(crate) fn screen(&self) -> String {
        let bytes = self.screen.lock().expect("the reader lives");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits for the end of the tool.
    #[must_use = "the exit code has to be asserted"]
    pub(crate) fn end(mut self) -> Ended {
        let status = wait(&mut self.child, &["(at a terminal)".into()]);
        let after = tcgetattr(&self.terminal).expect("a terminal has attributes");
        // With the last user of the terminal gone the reader comes to its end.
        drop(self.terminal);
        self.reader.join().expect("the screen is read");
        let bytes = self.screen.lock().expect("the reader lives").clone();
        Ended {
            code: status.code(),
            screen: String::from_utf8_lossy(&bytes).into_owned(),
            sane: modes(&self.before) == modes(&after),
        }
    }
}

fn read(mut pty: &Pty, screen: &Screen) {
    let mut some = [0; 4096];
    loop {
        // EIO: nobody has the terminal open any more.
        let count = pty.read(&mut some).unwrap_or(0);
        if count == 0 {
            return;
        }
        let mut bytes = screen.lock().expect("the test lives");
        bytes.extend_from_slice(&some[..count]);
    }
}

/// The modes that a program changes to read keys, and has to change back.
fn modes(termios: &Termios) -> (LocalModes, OutputModes, u32) {
    (
        termios.local_modes,
        termios.output_modes,
        termios.input_modes.bits(),
    )
}

/// A session that came to its end.
pub(crate) struct Ended {
    code: Option<i32>,
    /// All that was sent to the terminal.
    pub(crate) screen: String,
    sane: bool,
}

impl Ended {
    /// The exit code is this one, and the terminal is as it was.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        let screen = &self.screen;
        assert_eq!(self.code, Some(code), "the exit code of\n{screen}");
        assert!(self.sane, "the terminal's modes are not restored\n{screen}");
        let hidden = screen.rfind("\x1b[?25l");
        let shown = screen.rfind("\x1b[?25h");
        assert!(hidden <= shown, "the cursor is not shown again\n{screen}");
        self
    }

    /// The screen holds each of these.
    #[track_caller]
    pub(crate) fn has(self, parts: &[&str]) -> Self {
        for part in parts {
            let screen = &self.screen;
            assert!(screen.contains(part), "{part:?} is not on\n{screen}");
        }
        self
    }

    /// The screen holds none of these.
    #[track_caller]
    pub(crate) fn lacks(self, parts: &[&str]) -> Self {
        for part in parts {
            let screen = &self.screen;
            assert!(!screen.contains(part), "{part:?} is on\n{screen}");
        }
        self
    }
}
