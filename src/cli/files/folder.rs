//! The files of a folder that may hold requests.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

use super::{MANIFESTS, REQUESTS, cannot_read, ending};

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The files that may hold requests, by path.
    pub(super) files: Vec<PathBuf>,
    /// The folders in it that were not looked into.
    pub(super) left_out: Vec<String>,
}

/// Looks through a folder, and if `recursive` through those in it. Links to folders are left out: they may lead back.
///
/// # Errors
/// If a folder cannot be read, or nothing is there.
pub(super) fn walk(root: &Path, recursive: bool) -> Result<Folder, Failure> {
    let mut found = Folder::default();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: io::Error| cannot_read(&folder.display().to_string(), &error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if path.is_dir() {
                let is_link = entry.file_type().map_err(failed)?.is_symlink();
                if recursive && !is_link {
                    folders.push(path);
                } else {
                    found.left_out.push(path.display().to_string());
                }
            } else if path.is_file() && is_known(&path) {
                found.files.push(path);
            }
        }
    }
    found.files.sort();
    found.left_out.sort();
    if found.files.is_empty() {
        let mut hint =
            "A directory is searched for *.yaml, *.yml, *.json, *.pem, *.csr, *.req and *.p10."
                .to_owned();
        if !recursive && !found.left_out.is_empty() {
            hint.push_str(" With -R, its subfolders are searched too.");
        }
        let shown = root.display();
        return Err(
            Failure::failed(format!("{shown} holds no manifest and no request")).hint(hint),
        );
    }
    Ok(found)
}

fn is_known(path: &Path) -> bool {
    ending(path).is_some_and(|ending| {
        let ending = ending.as_str();
        MANIFESTS.contains(&ending) || REQUESTS.contains(&ending)
    })
}
