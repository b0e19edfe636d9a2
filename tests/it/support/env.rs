//! A place to run the tool in that knows nothing of the machine around it.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fmt, fs, thread};

use tempfile::TempDir;

use super::apiserver::ApiServer;

/// The tool as it was built for these tests.
pub(crate) const TOOL: &str = env!("CARGO_BIN_EXE_kubectl-csr-review");
/// The same under the name that kubectl looks for.
pub(crate) const TOOL_OF_KUBECTL: &str = env!("CARGO_BIN_EXE_kubectl-csr_review");
/// No run takes longer, unless it hangs.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// A home directory, a working directory and variables of their own, gone when this is dropped.
pub(crate) struct Env {
    dir: TempDir,
    variables: Vec<(OsString, OsString)>,
    server: Option<String>,
}

impl Env {
    /// Without a cluster.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("csr-review-")
            .tempdir()
            .expect("a temporary directory");
        let path = |name: &str| {
            let path = dir.path().join(name);
            fs::create_dir(&path).expect("a directory");
            path.into_os_string()
        };
        let variables = [
            ("HOME", path("home")),
            ("TMPDIR", path("tmp")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_CACHE_HOME", path("cache")),
            ("XDG_STATE_HOME", path("state")),
            ("XDG_DATA_HOME", path("data")),
            ("LANG", "C.UTF-8".into()),
        ];
        path("work");
        Self {
            variables: variables.map(|(name, value)| (name.into(), value)).into(),
            dir,
            server: None,
        }
    }

    /// With a kubeconfig for that server.
    pub(crate) fn with(server: &ApiServer) -> Self {
        let mut env = Self::new();
        env.server = Some(server.url());
        let path = env.dir.path().join("kubeconfig");
        fs::write(&path, server.kubeconfig()).expect("a file");
        env.var("KUBECONFIG", path)
    }

    /// One more variable, for every run.
    pub(crate) fn var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The working directory of the runs.
    pub(crate) fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Writes a file into the working directory.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        let folder = path.parent().expect("a folder");
        fs::create_dir_all(folder).expect("a directory");
        fs::write(&path, contents).expect("a file");
        path
    }

    /// The tool with these arguments.
    pub(crate) fn tool<I>(&self, arguments: I) -> Tool<'_>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.program(TOOL, arguments)
    }

    /// Another program in the same place.
    pub(crate) fn program<I>(&self, program: impl AsRef<OsStr>, arguments: I) -> Tool<'_>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let arguments = arguments.into_iter().map(|a| a.as_ref().to_owned());
        Tool {
            env: self,
            program: program.as_ref().to_owned(),
            arguments: arguments.collect(),
            variables: self.variables.clone(),
            stdin: None,
            cwd: self.work(),
        }
    }

    /// The names that a list with these arguments holds.
    #[track_caller]
    pub(crate) fn listed(&self, arguments: &[&str]) -> Vec<String> {
        let all = ["list", "--no-headers"].iter().chain(arguments);
        let output = self.tool(all).run().code(0).quiet();
        let words = first_words(output.raw_stdout());
        words.into_iter().map(str::to_owned).collect()
    }

    /// Text without what differs from run to run: the server's port and the directories.
    pub(crate) fn steady(&self, text: &str) -> String {
        let dir = self.dir.path().to_str().expect("UTF-8");
        let text = text.replace(dir, "[DIR]");
        match &self.server {
            Some(server) => text.replace(server, "http://[SERVER]"),
            None => text,
        }
    }
}

/// The first column of a table without titles.
pub(crate) fn first_words(table: &str) -> Vec<&str> {
    table
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect()
}

/// One run in the making.
#[must_use = "nothing runs before run()"]
pub(crate) struct Tool<'a> {
    env: &'a Env,
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) variables: Vec<(OsString, OsString)>,
    pub(crate) cwd: PathBuf,
    stdin: Option<Vec<u8>>,
}

impl<'a> Tool<'a> {
    /// One more variable.
    pub(crate) fn var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// What it reads from its standard input; nothing without this.
    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(text.as_ref().to_vec());
        self
    }

    /// Another working directory.
    pub(crate) fn cwd(mut self, path: impl AsRef<Path>) -> Self {
        path.as_ref().clone_into(&mut self.cwd);
        self
    }

    /// The run, for whoever wants to start it in a way of their own.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.cwd);
        command
    }

    /// Runs to the end, without a terminal.
    #[must_use = "the status and both streams have to be asserted"]
    pub(crate) fn run(self) -> Output<'a> {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = self.stdin.unwrap_or_default();
        // Threads, because a full pipe must not hold up the other ones.
        let writer = thread::spawn(move || {
            // Whoever does not want the input may leave it.
            let _ = stdin.write_all(&input);
        });
        let stdout = drain(child.stdout.take().expect("a pipe"));
        let stderr = drain(child.stderr.take().expect("a pipe"));
        let status = wait(&mut child, &self.arguments);
        writer.join().expect("the input is written");
        Output {
            env: self.env,
            status,
            stdout: stdout.join().expect("the output is read"),
            stderr: stderr.join().expect("the output is read"),
            seen: Seen::default(),
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a pipe can be read");
        // What is not UTF-8 stays visible, and no assertion passes by chance.
        String::from_utf8(bytes).unwrap_or_else(|error| format!("NOT UTF-8: {error:?}"))
    })
}

/// Waits for the end of a child, and kills it where it does not come.
pub(crate) fn wait(child: &mut Child, arguments: &[OsString]) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status;
        }
        if start.elapsed() > TIME_LIMIT {
            child.kill().expect("a child can be killed");
            child.wait().expect("a child can be waited for");
            panic!("{arguments:?} still runs after {TIME_LIMIT:?}");
        }
        thread::sleep(Duration::from_millis(3));
    }
}

#[derive(Default)]
struct Seen {
    status: Cell<bool>,
    stdout: Cell<bool>,
    stderr: Cell<bool>,
}

/// What a run left behind. Each of its three parts has to be looked at.
pub(crate) struct Output<'a> {
    env: &'a Env,
    status: ExitStatus,
    stdout: String,
    stderr: String,
    seen: Seen,
}

impl Output<'_> {
    /// The exit code is this one.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        self.seen.status.set(true);
        assert_eq!(self.status.code(), Some(code), "the exit code of\n{self}");
        self
    }

    /// The standard output is this text.
    #[track_caller]
    pub(crate) fn stdout(self, text: &str) -> Self {
        self.seen.stdout.set(true);
        assert_eq!(self.env.steady(&self.stdout), text, "stdout of\n{self}");
        self
    }

    /// The standard output holds each of these.
    #[track_caller]
    pub(crate) fn stdout_has(self, parts: &[&str]) -> Self {
        self.seen.stdout.set(true);
        for part in parts {
            let found = self.env.steady(&self.stdout).contains(part);
            assert!(found, "{part:?} is not in stdout of\n{self}");
        }
        self
    }

    /// The standard output holds none of these.
    #[track_caller]
    pub(crate) fn stdout_lacks(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(!self.stdout.contains(part), "{part:?} in stdout of\n{self}");
        }
        self
    }

    /// The standard error is this text.
    #[track_caller]
    pub(crate) fn stderr(self, text: &str) -> Self {
        self.seen.stderr.set(true);
        assert_eq!(self.env.steady(&self.stderr), text, "stderr of\n{self}");
        self
    }

    /// The standard error holds each of these.
    #[track_caller]
    pub(crate) fn stderr_has(self, parts: &[&str]) -> Self {
        self.seen.stderr.set(true);
        for part in parts {
            let found = self.env.steady(&self.stderr).contains(part);
            assert!(found, "{part:?} is not in stderr of\n{self}");
        }
        self
    }

    /// The standard error holds none of these.
    #[track_caller]
    pub(crate) fn stderr_lacks(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(!self.stderr.contains(part), "{part:?} in stderr of\n{self}");
        }
        self
    }

    /// Nothing is on the standard error.
    #[track_caller]
    pub(crate) fn quiet(self) -> Self {
        self.stderr("")
    }

    /// The standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        self.seen.stdout.set(true);
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{error} in stdout of\n{self}"),
        }
    }

    /// The standard output as it is.
    pub(crate) fn raw_stdout(&self) -> &str {
        self.seen.stdout.set(true);
        &self.stdout
    }

    /// The standard error as it is.
    pub(crate) fn raw_stderr(&self) -> &str {
        self.seen.stderr.set(true);
        &self.stderr
    }

    /// All of it in a steady form, for a snapshot.
    pub(crate) fn snapshot(&self) -> String {
        self.seen.status.set(true);
        self.seen.stdout.set(true);
        self.seen.stderr.set(true);
        self.to_string()
    }
}

impl fmt::Display for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status.code() {
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "{}", self.status)?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let text = self.env.steady(text);
            if text.is_empty() {
                writeln!(f, "--- {name}: empty")?;
            } else {
                let end = if text.ends_with('\n') { "" } else { "⏎\n" };
                write!(f, "--- {name}\n{text}{end}")?;
            }
        }
        Ok(())
    }
}

impl Drop for Output<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        for (name, seen) in [
            ("the exit code", &self.seen.status),
            ("stdout", &self.seen.stdout),
            ("stderr", &self.seen.stderr),
        ] {
            assert!(seen.get(), "{name} was not asserted of\n{self}");
        }
    }
}
