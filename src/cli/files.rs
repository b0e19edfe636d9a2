//! Requests in files: manifests and bare PEM requests.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::csr::{self, Csr, Mistake, Source, Unreadable};

use super::failure::Failure;

/// The largest file that is read, in octets. An API server stores 1.5 MiB an object.
const LARGEST: u64 = 64 << 20;
/// Endings of files that hold a manifest.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];
/// Endings of files that hold a bare request.
const REQUESTS: [&str; 4] = ["pem", "csr", "req", "p10"];

const NO_MANIFEST: &str = "is not a Kubernetes manifest";

/// What files hold.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The CSRs, in the order of the files.
    pub(super) found: Vec<Found>,
    /// What is not one, each with its file in `why`.
    pub(super) unreadable: Vec<Unreadable>,
}

/// A CSR in a file.
#[derive(Debug)]
pub(super) struct Found {
    /// The CSR.
    pub(super) csr: Csr,
    /// The object that it is in; none around a bare request.
    object: Option<Box<RawValue>>,
}

impl Found {
    /// The CSR and its object, for a decision about the one of its name.
    ///
    /// # Errors
    /// If it is a bare request, which names none.
    pub(super) fn named(self) -> Result<(Csr, Box<RawValue>), Failure> {
        match self.object {
            Some(object) => Ok((self.csr, object)),
            None => Err(Failure::usage(format!(
                "\"{}\" is a bare request, which names no CSR on the cluster",
                self.csr.name
            ))
            .hint("Name the CSR, or give the manifest that it was created from.")),
        }
    }
}

/// Reads files, the files of directories (not of directories in them), and `-`, standard input.
///
/// # Errors
/// If a file cannot be read at all. What is read but is not a CSR goes to [`Contents::unreadable`].
pub(super) fn read(paths: &[PathBuf]) -> Result<Contents, Failure> {
    let mut contents = Contents::default();
    for path in paths {
        if path.as_os_str() == "-" {
            let bytes = bounded(io::stdin().lock(), "standard input")?;
            contents.add("stdin", "stdin", false, bytes);
        } else if path.is_dir() {
            for path in entries(path)? {
                contents.add_file(&path)?;
            }
        } else {
            contents.add_file(path)?;
        }
    }
    Ok(contents)
}

/// The files of a directory that may hold requests, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: io::Error| cannot_read(&folder.display().to_string(), &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let known = path
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_ascii_lowercase)
            .is_some_and(|ending| {
                let ending = ending.as_str();
                MANIFESTS.contains(&ending) || REQUESTS.contains(&ending)
            });
        if known && path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::failed(format!(
            "{} holds no manifest and no request",
            folder.display()
        ))
        .hint(
            "A directory is searched for *.yaml, *.yml, *.json, *.pem, *.csr, *.req and *.p10.",
        ));
    }
    paths.sort();
    Ok(paths)
}

fn cannot_read(what: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Failure::failed(format!("cannot read {what}: {why}"))
        .hint("Check the path, and that you may read it.")
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

/// The objects in the manifests of a directory, items of lists on their own, each with its file. A list stays too,
/// without its items: that an empty one is there says that there are none.
///
/// # Errors
/// If a file cannot be read, or is no manifest: what is tested is all that is there.
pub(super) fn objects(folder: &Path) -> Result<Vec<(String, Value)>, Failure> {
    let mut objects = Vec::new();
    for path in entries(folder)? {
        let shown = path.display().to_string();
        let no_manifest = |why: String| Failure::failed(format!("{shown} {why}"));
        let text = String::from_utf8(bytes(&path)?)
            .map_err(|_| no_manifest("is not a manifest".to_owned()))?;
        for document in documents(&text).map_err(no_manifest)? {
            let flat = flat(document).into_iter();
            objects.extend(flat.map(|object| (shown.clone(), object)));
        }
    }
    Ok(objects)
}

/// An object alone, a list as its items and itself.
fn flat(mut document: Value) -> Vec<Value> {
    if document.is_null() {
        return Vec::new();
    }
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

impl Contents {
    fn add_file(&mut self, path: &Path) -> Result<(), Failure> {
        let shown = path.display().to_string();
        let bytes = bytes(path)?;
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_ascii_lowercase);
        let is_request = ending
            .as_deref()
            .is_some_and(|ending| REQUESTS.contains(&ending));
        let name = if is_request {
            path.file_stem()
        } else {
            path.file_name()
        };
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        self.add(&shown, &name, is_request, bytes);
        Ok(())
    }

    /// Adds what is in a file. What it holds is said by its contents; its ending, if it is that of a request, decides
    /// where they say nothing.
    fn add(&mut self, shown: &str, name: &str, is_request: bool, bytes: Vec<u8>) {
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
            });
        } else {
            self.manifests(shown, &bytes);
        }
    }

    fn not_one(&mut self, shown: &str, name: Option<String>, why: &str) {
        self.unreadable.push(Unreadable {
            name,
            why: format!("{shown}: {why}"),
        });
    }

    fn manifests(&mut self, shown: &str, bytes: &[u8]) {
        let read = std::str::from_utf8(bytes)
            .map_err(|_| "is neither a manifest nor a PEM request".to_owned())
            .and_then(documents);
        let documents: Vec<Value> = match read {
            Ok(documents) => documents
                .into_iter()
                .filter(|value| !value.is_null())
                .collect(),
            Err(why) => {
                let why = other_than_manifest(bytes).unwrap_or(why);
                return self.not_one(shown, None, &why);
            }
        };
        match documents.as_slice() {
            [] => self.not_one(shown, None, "is empty"),
            [text] if !text.is_object() => {
                let why = other_than_manifest(bytes);
                let why = why.as_deref().unwrap_or(NO_MANIFEST);
                self.not_one(shown, None, why);
            }
            _ => {
                for document in documents {
                    self.document(shown, document);
                }
            }
        }
    }

    fn document(&mut self, shown: &str, mut document: Value) {
        let text = |field: &str| document.get(field).and_then(Value::as_str);
        let name = document
            .pointer("/metadata/name")
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        let kind = text("kind").unwrap_or_default().to_owned();
        let version = text("apiVersion").unwrap_or_default().to_owned();
        match (kind.as_str(), version.as_str()) {
            ("List", "v1") | ("CertificateSigningRequestList", "certificates.k8s.io/v1") => {
                let Some(Value::Array(items)) = document.get_mut("items").map(Value::take) else {
                    return self.not_one(shown, name, "is a list without items");
                };
                for mut item in items {
                    // Items of a typed list need not repeat what they are.
                    if kind != "List"
                        && let Some(item) = item.as_object_mut()
                    {
                        item.entry("apiVersion").or_insert(version.clone().into());
                        item.entry("kind")
                            .or_insert("CertificateSigningRequest".into());
                    }
                    self.document(shown, item);
                }
            }
            ("CertificateSigningRequest", "certificates.k8s.io/v1") => {
                // An object that the server is to name has no name yet.
                let prefix = document.pointer("/metadata/generateName").cloned();
                if let (None, Some(prefix)) = (&name, prefix)
                    && let Some(metadata) = document.get_mut("metadata")
                {
                    metadata["name"] = prefix;
                }
                let text = document.to_string();
                match csr::read(&text, Source::Manifest) {
                    Ok(csr) => self.found.push(Found {
                        csr,
                        object: RawValue::from_string(text).ok(),
                    }),
                    Err(unreadable) => self.not_one(shown, unreadable.name, &unreadable.why),
                }
            }
            ("CertificateSigningRequest", _) => {
                let why = format!(
                    "has apiVersion \"{version}\"; only certificates.k8s.io/v1 is understood"
                );
                self.not_one(shown, name, &why);
            }
            _ => {
                let why = if kind.is_empty() {
                    NO_MANIFEST.to_owned()
                } else {
                    format!("is a \"{kind}\", not a CertificateSigningRequest")
                };
                self.not_one(shown, name, &why);
            }
        }
    }
}

/// What a file is that is no manifest, with the repair, where that can be said.
fn other_than_manifest(bytes: &[u8]) -> Option<String> {
    let mistake = Mistake::of(bytes).filter(|mistake| {
        !matches!(
            mistake,
            Mistake::Manifest | Mistake::Secret | Mistake::Json | Mistake::FileName
        )
    })?;
    Some(mistake.words(Source::Bare))
}

/// The documents of a JSON or YAML text.
fn documents(text: &str) -> Result<Vec<Value>, String> {
    if text.trim_start().starts_with('{') {
        return match csr::stream(text) {
            (values, None) => Ok(values),
            (_, Some(fault)) => Err(fault.why),
        };
    }
    serde_saphyr::from_multiple::<Value>(text).map_err(|error| {
        // Without the snippet: a file may hold secrets.
        let error = error.without_snippet().to_string();
        format!("is not YAML: {}", error.lines().next().unwrap_or_default())
    })
}
