//! Requests in files: manifests and bare PEM requests.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::csr::{self, Csr, Source, Unreadable};

use super::failure::Failure;

/// The largest file that is read, in octets. An API server stores 1.5 MiB an object.
const LARGEST: u64 = 64 << 20;
/// Endings of the files of a directory that are read.
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "pem", "csr"];

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
            contents.add("stdin", None, bytes);
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
            .is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()));
        if known && path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::failed(format!(
            "{} holds no manifest and no request",
            folder.display()
        ))
        .hint("A directory is searched for *.yaml, *.yml, *.json, *.pem and *.csr."));
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

/// The objects in the manifests of a directory, items of lists on their own, each with its file.
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
            match document.get("items") {
                Some(Value::Array(items)) => {
                    objects.extend(items.iter().map(|item| (shown.clone(), item.clone())));
                }
                _ if document.is_null() => {}
                _ => objects.push((shown.clone(), document)),
            }
        }
    }
    Ok(objects)
}

impl Contents {
    /// What a text holds that stands in no file.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let mut contents = Self::default();
        contents.add("stdin", None, bytes);
        contents
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Failure> {
        let shown = path.display().to_string();
        let bytes = bytes(path)?;
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_ascii_lowercase);
        let name = match ending.as_deref() {
            Some("pem" | "csr") => path.file_stem(),
            _ => path.file_name(),
        };
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        self.add_named(&shown, &name, ending.as_deref(), bytes);
        Ok(())
    }

    fn add(&mut self, shown: &str, ending: Option<&str>, bytes: Vec<u8>) {
        self.add_named(shown, shown, ending, bytes);
    }

    fn add_named(&mut self, shown: &str, name: &str, ending: Option<&str>, bytes: Vec<u8>) {
        let bare = match ending {
            Some("pem" | "csr") => true,
            Some("yaml" | "yml" | "json") => false,
            // A manifest holds its request in base64, where no line begins like this.
            _ => bytes
                .split(|&byte| byte == b'\n')
                .any(|line| line.starts_with(b"-----BEGIN ")),
        };
        if bare {
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
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.not_one(shown, None, "is neither a manifest nor a PEM request");
        };
        match documents(text) {
            Ok(documents) => {
                let documents: Vec<Value> = documents
                    .into_iter()
                    .filter(|value| !value.is_null())
                    .collect();
                if documents.is_empty() {
                    self.not_one(shown, None, "is empty");
                }
                for document in documents {
                    self.document(shown, document);
                }
            }
            Err(why) => self.not_one(shown, None, &why),
        }
    }

    fn document(&mut self, shown: &str, mut document: Value) {
        let text = |field: &str| document.get(field).and_then(Value::as_str);
        let name = document
            .pointer("/metadata/name")
            .and_then(Value::as_str)
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
                    "is not a Kubernetes manifest".to_owned()
                } else {
                    format!("is a \"{kind}\", not a CertificateSigningRequest")
                };
                self.not_one(shown, name, &why);
            }
        }
    }
}

/// The documents of a JSON or YAML text.
fn documents(text: &str) -> Result<Vec<Value>, String> {
    if text.trim_start().starts_with('{') {
        let unique: Unique =
            serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        return Ok(vec![unique.0]);
    }
    serde_saphyr::from_multiple::<Value>(text).map_err(|error| {
        // Without the snippet: a file may hold secrets.
        let error = error.without_snippet().to_string();
        format!("is not YAML: {}", error.lines().next().unwrap_or_default())
    })
}

/// A JSON value in which no key stands twice: two readers could take different ones.
struct Unique(Value);

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> serde::de::Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = serde_json::Map::new();
        while let Some((key, value)) = access.next_entry::<String, Unique>()? {
            if map.contains_key(&key) {
                return Err(serde::de::Error::custom(format_args!(
                    "duplicate key \"{key}\""
                )));
            }
            map.insert(key, value.0);
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Unique>()? {
            items.push(item.0);
        }
        Ok(Value::Array(items))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}
