//! `--plan`: decisions into a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use crate::cluster::Cluster;
use crate::facts::Facts;
use crate::review::Plan;
use crate::review::plan::{Origin, Planner};
use crate::ui::{Escaped, Ui, json};

use super::failure::{self, Failure};
use super::results::Results;

/// The file that a plan goes to. Nothing was there when it was named.
#[derive(Debug)]
pub(super) struct Destination {
    path: PathBuf,
    /// Where it is written first: in the same folder, so that it can be renamed.
    draft: PathBuf,
}

impl Destination {
    /// That file. Whoever decides is to know before, not after, that it cannot be written.
    ///
    /// # Errors
    /// If it is there already, or cannot be.
    pub(super) fn at(path: &Path) -> Result<Self, Failure> {
        let Some(name) = path.file_name() else {
            return Err(Failure::usage(format!(
                "{} cannot be the name of a plan",
                path.display()
            )));
        };
        let mut draft = std::ffi::OsString::from(".");
        draft.push(name);
        draft.push(format!(".{}", process::id()));
        let destination = Self {
            draft: path.with_file_name(draft),
            path: path.to_owned(),
        };
        if path.symlink_metadata().is_ok() {
            return Err(destination.exists());
        }
        destination
            .create()
            .and_then(|_| fs::remove_file(&destination.draft))
            .map_err(|error| destination.failed(&error))?;
        Ok(destination)
    }

    fn create(&self) -> io::Result<File> {
        // Never through a link, or into a file, that somebody put there.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.draft)
    }

    fn exists(&self) -> Failure {
        let message = format!("{} exists already", self.path.display());
        Failure::failed(message)
            .hint("A plan is not overwritten. Name another file, or remove that one.")
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::failed(format!("cannot write {}: {error}", self.path.display()))
            .hint("Check the path, and that you may write into its folder.")
    }

    /// Writes what was decided, if anything was. `cluster` is where, `None` for files.
    ///
    /// # Errors
    /// If the file cannot be written, or a CSR was decided about in two ways.
    pub(super) async fn write(
        &self,
        results: &Results,
        cluster: Option<&Cluster>,
        facts: &Facts,
        ui: &mut Ui,
    ) -> anyhow::Result<()> {
        let entries: Vec<_> = results.planned().cloned().collect();
        if entries.is_empty() {
            ui.err.line("Nothing was decided, so no plan is written")?;
            return Ok(());
        }
        let origin = match cluster {
            Some(cluster) => Some(origin(cluster, ui).await?),
            None => None,
        };
        let planner = Planner {
            username: facts.reviewer.known().map(|user| user.username.clone()),
            kubeconfig_user: cluster.and_then(|cluster| cluster.place().user.clone()),
        };
        let plan = Plan::new(origin, planner, facts.now, entries).map_err(|error| {
            Failure::failed(error.to_string())
                .hint("No plan is written. Decide about each CSR once.")
        })?;
        self.place(json::to_string(&plan)?.as_bytes())?;
        let count = count(plan.decisions().len());
        let path = self.path.to_string_lossy();
        ui.err.line(format_args!(
            "Plan with {count} written to {}; nothing was sent",
            Escaped::new(&path)
        ))?;
        Ok(())
    }

    /// Whole or not at all, and over nothing that came to be meanwhile.
    fn place(&self, text: &[u8]) -> Result<(), Failure> {
        let written = self.create().and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        });
        let placed = written.and_then(|()| self.rename());
        placed.map_err(|error| {
            // What is half done helps nobody; if it cannot be removed, the error is the same.
            let _ = fs::remove_file(&self.draft);
            match error.kind() {
                io::ErrorKind::AlreadyExists => self.exists(),
                _ => self.failed(&error),
            }
        })
    }

    fn rename(&self) -> io::Result<()> {
        // A second name, unlike a rename, never takes the place of anything.
        match fs::hard_link(&self.draft, &self.path) {
            // The plan is there whole, even if its first name should stay.
            Ok(()) => _ = fs::remove_file(&self.draft),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Not every file system knows second names. A look right before is the next best.
            Err(_) => {
                if self.path.symlink_metadata().is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                fs::rename(&self.draft, &self.path)?;
            }
        }
        // The name is as durable as the text; where a folder cannot be synced, it is so in a moment.
        let folder = self
            .path
            .parent()
            .filter(|path| !path.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Where a plan is made. A cluster that does not tell its uid can be taken for another one, which is said.
async fn origin(cluster: &Cluster, ui: &mut Ui) -> io::Result<Origin> {
    let uid = match cluster.uid().await {
        Ok(uid) => Some(uid),
        Err(error) => {
            let hint = error.hint().unwrap_or_default();
            let told = format!(
                "the plan cannot say which cluster it is for: {}. {hint}",
                error.message()
            );
            failure::warn(ui, told.trim_end())?;
            None
        }
    };
    let place = cluster.place();
    Ok(Origin {
        uid,
        server: place.server.clone(),
        context: place.context.clone(),
    })
}

/// So many decisions.
pub(super) fn count(decisions: usize) -> String {
    match decisions {
        1 => "1 decision".to_owned(),
        more => format!("{more} decisions"),
    }
}
