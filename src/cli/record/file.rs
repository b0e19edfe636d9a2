//! The file that a record is kept in: opened so that it is what its name says, appended to so that lines stay whole
//! whoever else writes, and on the disk before anything relies on it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::cli::failure::Failure;
use crate::platform::{no_detours, open_error};

/// How long another writer may hold the file. Each needs it for one write.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait before trying again.
const PAUSE: Duration = Duration::from_millis(5);

/// A file that could be written to when it was looked at.
#[derive(Clone, Debug)]
pub(super) struct RecordFile(PathBuf);

impl RecordFile {
    /// Looks whether the file can be written to, and creates it.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn check(path: PathBuf) -> Result<Self, Failure> {
        let file = Self(path);
        match file.open() {
            Ok(_) => Ok(file),
            Err(error) => Err(file.failure(&error)),
        }
    }

    /// Appends a line, which has no line end yet, and waits until it is on the disk.
    ///
    /// # Errors
    /// If it may not be there, or not as a whole.
    pub(super) async fn append(&self, line: &str) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            match self.try_append(line) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if start.elapsed() > PATIENCE {
                        let error = io::Error::other("somebody else holds a lock on it");
                        return Err(self.failure(&error));
                    }
                    sleep(PAUSE).await;
                }
                result => return result.map_err(|error| self.failure(&error)),
            }
        }
    }

    /// The file is opened anew for each line: it may be rotated at any time.
    fn try_append(&self, line: &str) -> io::Result<()> {
        let file = self.open()?;
        file.try_lock()?;
        // A line that somebody else left unfinished stays one line, and this one becomes another.
        let begin = if ends_a_line(&file)? { "" } else { "\n" };
        let text = format!("{begin}{line}\n");
        // One call, as the kernel keeps the octets of one together. What it did not take is not sent after.
        let written = (&file).write(text.as_bytes())?;
        file.unlock()?;
        if written < text.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        file.sync_data()
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        no_detours(options.read(true).append(true));
        let file = match options.open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = options.create(true).open(&self.0)?;
                keep_name(&self.0);
                file
            }
            result => result?,
        };
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::other("it is not a regular file"))
        }
    }

    fn failure(&self, error: &io::Error) -> Failure {
        let known = match error.kind() {
            io::ErrorKind::IsADirectory => Some("it is a directory"),
            io::ErrorKind::NotFound => Some("its directory does not exist"),
            _ => open_error(error),
        };
        let why = known.map_or_else(|| error.to_string(), str::to_owned);
        let path = self.0.display();
        Failure::failed(format!("the record {path} cannot be written: {why}")).hint(
            "What cannot be recorded is not sent. Give --record a file that you may write to.",
        )
    }
}

/// Whether the file is empty or ends with a line end.
fn ends_a_line(mut file: &File) -> io::Result<bool> {
    let Some(last) = file.metadata()?.len().checked_sub(1) else {
        return Ok(true);
    };
    let mut octet = [0];
    // What is written goes to the end wherever this is.
    file.seek(SeekFrom::Start(last))?;
    file.read_exact(&mut octet)?;
    Ok(octet == *b"\n")
}

/// Has the directory keep the name of a new file too. Not every file system can be asked for that.
fn keep_name(path: &Path) {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Ok(directory) = File::open(parent.unwrap_or(Path::new("."))) {
        let _ = directory.sync_all();
    }
}
