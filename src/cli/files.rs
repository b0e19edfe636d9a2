//! Requests in files: manifests and bare PEM requests.

mod folder;
mod manifest;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::csr::{self, Csr, Mistake, Unreadable};

use super::failure::Failure;

/// The largest file that is read, in bytes. An API server stores 1.5 MiB an object.
const LARGEST: u64 = 64 << 20;
/// Endings of files that hold a manifest.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];
/// Endings of files that hold a bare request.
const REQUESTS: [&str; 4] = ["pem", "csr", "req", "p10"];
/// How many of what was left out are named.
const NAMED: usize = 5;

/// What files hold.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The CSRs, in the order of the files.
    pub(super) found: Vec<Found>,
    /// What is not one, each with its file in `why`.
    pub(super) unreadable: Vec<Unreadable>,
    /// Manifests of other kinds, each as its file and its kind.
    passed_over: Vec<String>,
    /// Folders in folders, which are read on demand only.
    left_out: Vec<String>,
}

/// A CSR in a file.
#[derive(Debug)]
pub(super) struct Found {
    /// The CSR.
    pub(super) csr: Csr,
    /// The object that it is in; none around a bare request.
    object: Option<Box<RawValue>>,
    /// Whether it has no name but the beginning of one.
    is_generated: bool,
}

impl Found {
    /// The CSR and its object, for a decision about the one of its name.
    ///
    /// # Errors
    /// If it names none: a bare request, or one whose name the server is to make.
    pub(super) fn named(self) -> Result<(Csr, Box<RawValue>), Failure> {
        let name = &self.csr.name;
        let (what, hint) = match self.object {
            Some(object) if !self.is_generated => return Ok((self.csr, object)),
            Some(_) => (
                format!("\"{name}\" is a generateName, and names no CSR on the cluster"),
                "Name the CSR that was created from it.",
            ),
            None => (
                format!("\"{name}\" is a bare request, which names no CSR on the cluster"),
                "Name the CSR, or give the manifest that it was created from.",
            ),
        };
        Err(Failure::usage(what).hint(hint))
    }
}

impl Contents {
    /// What is to be noted of what was passed over and left out.
    pub(super) fn notes(&self) -> Vec<String> {
        let some = |names: &[String]| {
            let shown = names[..names.len().min(NAMED)].join(", ");
            match names.len() - names.len().min(NAMED) {
                0 => shown,
                more => format!("{shown} and {more} more"),
            }
        };
        let mut notes = Vec::new();
        if !self.passed_over.is_empty() {
            notes.push(format!(
                "passed over other kinds: {}",
                some(&self.passed_over)
            ));
        }
        if !self.left_out.is_empty() {
            let names = some(&self.left_out);
            notes.push(format!("left out subfolders: {names}; -R reads them too"));
        }
        notes
    }
}

/// Reads files, the files of folders, and `-`, standard input. Folders in folders are read if `recursive`.
///
/// # Errors
/// If a file cannot be read at all. What is read but is not a CSR goes to [`Contents::unreadable`].
pub(super) fn read(paths: &[PathBuf], recursive: bool) -> Result<Contents, Failure> {
    let mut contents = Contents::default();
    for path in paths {
        if path.as_os_str() == "-" {
            let bytes = bounded(io::stdin().lock(), "standard input")?;
            contents.add("stdin", "stdin", false, bytes, false);
        } else if path.is_dir() {
            let folder = folder::walk(path, recursive)?;
            contents.left_out.extend(folder.left_out);
            for path in folder.files {
                contents.add_file(&path, true)?;
            }
        } else {
            contents.add_file(path, false)?;
        }
    }
    Ok(contents)
}

fn cannot_read(what: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    let hint = if what.starts_with("https://") || what.starts_with("http://") {
        "Only files are read: fetch it first, and look at what came."
    } else {
        "Check the path, and that you may read it."
    };
    Failure::failed(format!("cannot read {what}: {why}")).hint(hint)
}

fn bounded(reader: impl io::Read, what: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    reader
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(what, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::failed(format!(
            "{what} is larger than {} MiB",
            LARGEST >> 20
        )));
    }
    Ok(bytes)
}

/// Reads a file whole.
///
/// # Errors
/// If it cannot be read, or is larger than anything that is meant to be read here.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| cannot_read(&shown, &error))?;
    bounded(file, &shown)
}

/// The objects in the manifests of a folder, items of lists on their own, each with its file. A list stays too, without
/// its items: that an empty one is there says that there are none.
///
/// # Errors
/// If a file cannot be read, or is no manifest: what is tested is all that is there.
pub(super) fn objects(folder: &Path) -> Result<Vec<(String, Value)>, Failure> {
    let mut objects = Vec::new();
    for path in folder::walk(folder, false)?.files {
        let shown = path.display().to_string();
        let no_manifest = |why: &str| Failure::failed(format!("{shown} {why}"));
        let bytes = bytes(&path)?;
        let text = csr::text(&bytes).ok_or_else(|| no_manifest("is not a manifest"))?;
        let documents = csr::documents(&text);
        if let Some(why) = documents.fault {
            return Err(no_manifest(&why));
        }
        for document in documents.values {
            let flat = flat(document).into_iter();
            objects.extend(flat.map(|object| (shown.clone(), object)));
        }
    }
    Ok(objects)
}

/// An object alone, a list as its items and itself.
fn flat(mut document: Value) -> Vec<Value> {
    let items = document.get_mut("items").map(Value::take);
    let Some(Value::Array(mut items)) = items else {
        return vec![document];
    };
    let kind = document["kind"].as_str().unwrap_or_default();
    if let Some(kind) = kind.strip_suffix("List").filter(|kind| !kind.is_empty()) {
        // Items of a typed list need not repeat what they are.
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.entry("kind").or_insert_with(|| kind.into());
        }
    }
    items.push(document);
    items
}

/// The ending of a file's name, in lower case.
fn ending(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_str()?;
    Some(ending.to_ascii_lowercase())
}

impl Contents {
    /// What a text holds that stands in no file.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let mut contents = Self::default();
        contents.add("stdin", "stdin", false, bytes, false);
        contents
    }

    fn add_file(&mut self, path: &Path, in_folder: bool) -> Result<(), Failure> {
        let shown = path.display().to_string();
        let bytes = bytes(path)?;
        let is_request = ending(path).is_some_and(|ending| REQUESTS.contains(&ending.as_str()));
        let name = if is_request {
            path.file_stem()
        } else {
            path.file_name()
        };
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        self.add(&shown, &name, is_request, bytes, in_folder);
        Ok(())
    }

    /// Adds what is in a file. What it holds is said by its contents; its ending, if it is that of a request, decides
    /// where they say nothing.
    fn add(&mut self, shown: &str, name: &str, is_request: bool, bytes: Vec<u8>, in_folder: bool) {
        // A manifest holds its request in base64, where no line begins like this.
        let has_block = bytes
            .split(|&byte| byte == b'\n')
            .any(|line| line.starts_with(b"-----BEGIN "));
        let is_manifest = || {
            matches!(
                Mistake::of(&bytes),
                Some(Mistake::Manifest | Mistake::Secret)
            )
        };
        if has_block || is_request && !is_manifest() {
            self.found.push(Found {
                csr: Csr::bare(name.to_owned(), bytes),
                object: None,
                is_generated: false,
            });
        } else {
            self.manifests(shown, &bytes, in_folder);
        }
    }
}
