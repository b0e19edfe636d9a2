//! A run that goes on until it is ended.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::env::{Tool, wait};

/// Nobody waits longer for a text to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a stream carried so far.
#[derive(Clone, Default)]
struct Carried(Arc<Mutex<Vec<u8>>>);

impl Carried {
    fn read(self, mut from: impl Read + Send + 'static) -> JoinHandle<()> {
        thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut some) {
                self.0.lock().expect("it lives").extend(&some[..count]);
            }
        })
    }

    fn text(&self) -> String {
        let bytes = self.0.lock().expect("the reader lives");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The tool, running without a terminal.
pub(crate) struct Running {
    child: Child,
    arguments: Vec<OsString>,
    out: Carried,
    err: Carried,
    readers: [JoinHandle<()>; 2],
}

impl Running {
    /// Starts it.
    pub(crate) fn start(tool: &Tool<'_>) -> Self {
        let mut child = Command::new(&tool.program)
            .args(&tool.arguments)
            .env_clear()
            .envs(tool.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&tool.cwd)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (out, err) = (Carried::default(), Carried::default());
        let readers = [
            out.clone().read(child.stdout.take().expect("a pipe")),
            err.clone().read(child.stderr.take().expect("a pipe")),
        ];
        Self {
            child,
            arguments: tool.arguments.clone(),
            out,
            err,
            readers,
        }
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to its standard output.
    pub(crate) fn stdout(&self) -> String {
        self.out.text()
    }

    /// What it wrote to its standard error.
    pub(crate) fn stderr(&self) -> String {
        self.err.text()
    }

    /// Waits until that holds.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> &mut Self {
        let start = Instant::now();
        while !holds(self) {
            let ended = self.child.try_wait().expect("a child can be waited for");
            let late = start.elapsed() > PATIENCE;
            assert!(
                ended.is_none() && !late,
                "{:?}: {what} never comes ({ended:?})\n--- stdout\n{}--- stderr\n{}",
                self.arguments,
                self.stdout(),
                self.stderr()
            );
            thread::sleep(Duration::from_millis(5));
        }
        self
    }

    /// Waits until its standard output holds that.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> &mut Self {
        self.until(text, |run| run.stdout().contains(text))
    }

    /// Waits until its standard error holds that.
    #[track_caller]
    pub(crate) fn expect_err(&mut self, text: &str) -> &mut Self {
        self.until(text, |run| run.stderr().contains(text))
    }

    /// Sends it a signal.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("a child can be sent a signal");
        self
    }

    /// Waits for its end: exit code, standard output, standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        let status = wait(&mut self.child, &self.arguments);
        for reader in std::mem::replace(
            &mut self.readers,
            [thread::spawn(|| ()), thread::spawn(|| ())],
        ) {
            reader.join().expect("the output is read");
        }
        (status.code(), self.out.text(), self.err.text())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves nobody behind.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
