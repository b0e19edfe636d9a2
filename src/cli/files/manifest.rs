//! CSRs in manifests: objects and lists of them, among other kinds.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::csr::{self, Mistake, Source, Unreadable};

use super::{Contents, Found};

const NO_MANIFEST: &str = "is not a Kubernetes manifest";
const VERSION: &str = "certificates.k8s.io/v1";
const KIND: &str = "CertificateSigningRequest";

/// A well-formed object of another kind.
struct Other {
    name: Option<String>,
    kind: String,
}

impl Contents {
    /// Adds the CSRs in the manifests of a file. Other kinds are passed over in a folder; in a file that was named they
    /// are a mistake.
    pub(super) fn manifests(&mut self, shown: &str, bytes: &[u8], in_folder: bool) {
        let mistake = || other_than_manifest(bytes);
        let Some(text) = csr::text(bytes) else {
            let why = mistake();
            let why = why
                .as_deref()
                .unwrap_or("is neither a manifest nor a PEM request");
            return self.not_one(shown, None, why);
        };
        let documents = csr::documents(&text);
        let is_text = matches!(documents.values.as_slice(), [value] if !value.is_object());
        match documents.fault {
            Some(why) if documents.values.is_empty() => {
                return self.not_one(shown, None, &mistake().unwrap_or(why));
            }
            Some(why) => self.not_one(shown, None, &why),
            None if documents.values.is_empty() => self.not_one(shown, None, "is empty"),
            None if is_text => {
                let why = mistake();
                return self.not_one(shown, None, why.as_deref().unwrap_or(NO_MANIFEST));
            }
            None => {}
        }
        let mut others = Vec::new();
        for document in documents.values {
            self.document(shown, document, &mut others);
        }
        for Other { name, kind } in others {
            if in_folder {
                self.passed_over.push(format!("{shown} ({kind})"));
            } else {
                let why = format!("is a \"{kind}\", not a {KIND}");
                self.not_one(shown, name, &why);
            }
        }
    }

    fn not_one(&mut self, shown: &str, name: Option<String>, why: &str) {
        self.unreadable.push(Unreadable {
            name,
            why: format!("{shown}: {why}"),
        });
    }

    fn document(&mut self, shown: &str, mut document: Value, others: &mut Vec<Other>) {
        let text = |field: &str| document.get(field).and_then(Value::as_str);
        let kind = text("kind").unwrap_or_default().to_owned();
        let version = text("apiVersion").unwrap_or_default().to_owned();
        let metadata = |field: &str| {
            let text = document.get("metadata")?.get(field)?.as_str();
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let name = metadata("name");
        match (kind.as_str(), version.as_str()) {
            ("List", "v1") | ("CertificateSigningRequestList", VERSION) => {
                let Some(Value::Array(items)) = document.get_mut("items").map(Value::take) else {
                    return self.not_one(shown, name, "is a list without items");
                };
                for mut item in items {
                    // Items of a typed list need not repeat what they are.
                    if kind != "List"
                        && let Some(item) = item.as_object_mut()
                    {
                        item.entry("apiVersion").or_insert(VERSION.into());
                        item.entry("kind").or_insert(KIND.into());
                    }
                    self.document(shown, item, others);
                }
            }
            (KIND, VERSION) => {
                // An object that the server is to name has no name yet.
                let prefix = metadata("generateName").filter(|_| name.is_none());
                let is_generated = prefix.is_some();
                if let Some(prefix) = prefix {
                    document["metadata"]["name"] = prefix.into();
                }
                let text = document.to_string();
                match csr::read(&text, Source::Manifest) {
                    Ok(csr) => self.found.push(Found {
                        csr,
                        object: RawValue::from_string(text).ok(),
                        is_generated,
                    }),
                    Err(unreadable) => self.not_one(shown, unreadable.name, &unreadable.why),
                }
            }
            (KIND, _) => {
                let why = format!("has apiVersion \"{version}\"; only {VERSION} is understood");
                self.not_one(shown, name, &why);
            }
            ("", _) => self.not_one(shown, name, NO_MANIFEST),
            (_, "") => {
                let why = format!("is a \"{kind}\" without apiVersion, not a {KIND}");
                self.not_one(shown, name, &why);
            }
            _ => others.push(Other { name, kind }),
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
