//! What the API server checks when a CSR is created, in its own words.
//!
//! Left out is what has rules of its own: the request, usages, an expiry that is too short. Also what the server
//! overwrites or drops without a word: status, the requestor, namespace, uid and times. And resourceVersion: a file with
//! one was read from a server, and is to be looked at.
//!
//! Source: pkg/apis/certificates/validation/validation.go (`ValidateCertificateSigningRequestCreate`),
//! pkg/apis/core/validation/names.go (`ValidateSignerName`), and in staging/src/k8s.io: apiserver/pkg/registry/rest/create.go
//! (`BeforeCreate`), apimachinery/pkg/api/validation/objectmeta.go, apimachinery/pkg/api/validate/content.

use serde_json::{Map, Value};

/// The longest label of a domain name, in bytes.
const DNS_LABEL: usize = 63;
/// The longest domain name, in bytes.
const DNS_SUBDOMAIN: usize = 253;
/// The largest sum of the sizes of all annotations, in bytes.
const ANNOTATIONS: usize = 256 << 10;
/// The longest value that is quoted.
const QUOTED: usize = 128;

const LABEL_WORDS: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_WORDS: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const KEY_WORDS: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/// Why the API server would refuse to create an object like this, if it would: each with its field. `object` is in the
/// form that [`super::schema::fit`] gives, `unknown` are the fields that this found.
pub(super) fn refusals(object: &Value, unknown: &[String]) -> Vec<String> {
    let mut errors = Errors::default();
    for field in unknown {
        errors.0.push(format!("unknown field \"{}\"", cut(field)));
    }
    let none = Map::new();
    let part = |name: &str| object.get(name).and_then(Value::as_object).unwrap_or(&none);
    metadata(part("metadata"), &mut errors);
    let spec = part("spec");
    signer_name(text(spec, "signerName"), &mut errors);
    let seconds = spec.get("expirationSeconds").and_then(Value::as_i64);
    if let Some(seconds) = seconds.filter(|seconds| i32::try_from(*seconds).is_err())
        // Those below have a rule of their own.
        && seconds > 0
    {
        let words = format!(
            "Invalid value: {seconds}: does not fit into int32, whose largest value is {}",
            i32::MAX
        );
        errors.add("spec.expirationSeconds", &words);
    }
    errors.0
}

#[derive(Default)]
struct Errors(Vec<String>);

impl Errors {
    fn add(&mut self, field: &str, words: &str) {
        self.0.push(format!("{field}: {words}"));
    }

    fn invalid(&mut self, field: &str, value: &str, words: &str) {
        self.add(
            field,
            &format!("Invalid value: \"{}\": {words}", cut(value)),
        );
    }

    fn too_long(&mut self, field: &str, limit: usize) {
        self.add(
            field,
            &format!("Too long: may not be more than {limit} bytes"),
        );
    }

    fn required(&mut self, field: &str, words: &str) {
        let words = if words.is_empty() {
            String::new()
        } else {
            format!(": {words}")
        };
        self.add(field, &format!("Required value{words}"));
    }
}

/// `ValidateSignerName`.
fn signer_name(name: &str, errors: &mut Errors) {
    const FIELD: &str = "spec.signerName";
    if name.is_empty() {
        return errors.required(FIELD, "");
    }
    if name == "kubernetes.io/legacy-unknown" {
        let words = "the legacy signerName is not allowed via this API version";
        return errors.invalid(FIELD, name, words);
    }
    let segments: Vec<&str> = name.split('/').collect();
    let [domain, path] = segments.as_slice() else {
        let words =
            "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        return errors.invalid(FIELD, name, words);
    };
    if domain.len() > DNS_SUBDOMAIN {
        errors.too_long(FIELD, DNS_SUBDOMAIN);
    }
    // The first of them alone, as the server does it.
    let wrong = domain.split('.').map(|label| (label, dns_label(label)));
    if let Some((label, words)) = wrong.into_iter().find(|(_, words)| !words.is_empty()) {
        for words in words {
            errors.invalid(
                FIELD,
                domain,
                &format!("validating label \"{}\": {words}", cut(label)),
            );
        }
    }
    if !domain.contains('.') {
        let words = "should be a domain with at least two segments separated by dots";
        errors.invalid(FIELD, domain, words);
    }
    let wrong = path.split('.').map(|label| (label, dns_subdomain(label)));
    if let Some((label, words)) = wrong.into_iter().find(|(_, words)| !words.is_empty()) {
        for words in words {
            errors.invalid(
                FIELD,
                path,
                &format!("validating label \"{}\": {words}", cut(label)),
            );
        }
    }
    let longest = DNS_SUBDOMAIN + 1 + DNS_SUBDOMAIN + DNS_LABEL + 1;
    if name.len() > longest {
        errors.too_long(FIELD, longest);
    }
}

/// `ValidateObjectMeta`.
fn metadata(metadata: &Map<String, Value>, errors: &mut Errors) {
    for (field, value, is_name) in [
        ("metadata.name", text(metadata, "name"), true),
        (
            "metadata.generateName",
            text(metadata, "generateName"),
            false,
        ),
    ] {
        if is_name && (value == "." || value == "..") {
            errors.invalid(field, value, &format!("may not be '{value}'"));
        }
        for part in ["/", "%"].into_iter().filter(|part| value.contains(part)) {
            errors.invalid(field, value, &format!("may not contain '{part}'"));
        }
    }
    if let Some(generation) = metadata.get("generation").and_then(Value::as_i64)
        && generation < 0
    {
        let words = format!("Invalid value: {generation}: must be greater than or equal to 0");
        errors.add("metadata.generation", &words);
    }
    for (key, value) in map(metadata, "labels") {
        for words in qualified_name(key) {
            errors.invalid("metadata.labels", key, &words);
        }
        for words in label_value(value) {
            errors.invalid("metadata.labels", value, &words);
        }
    }
    let mut size = 0;
    for (key, value) in map(metadata, "annotations") {
        // The same rule, but that case does not matter.
        for words in qualified_name(&key.to_lowercase()) {
            errors.invalid("metadata.annotations", key, &words);
        }
        size += key.len() + value.len();
    }
    if size > ANNOTATIONS {
        errors.too_long("metadata.annotations", ANNOTATIONS);
    }
    owners(metadata, errors);
    finalizers(metadata, errors);
}

fn owners(metadata: &Map<String, Value>, errors: &mut Errors) {
    let mut controller = None;
    for (index, owner) in list(metadata, "ownerReferences").enumerate() {
        let none = Map::new();
        let owner = owner.as_object().unwrap_or(&none);
        let path = |field: &str| format!("metadata.ownerReferences[{index}].{field}");
        for field in ["apiVersion", "kind", "name", "uid"] {
            if text(owner, field).is_empty() {
                errors.required(&path(field), "must not be empty");
            }
        }
        let version = text(owner, "apiVersion");
        if version.matches('/').count() > 1 || version.ends_with('/') {
            errors.invalid(
                &path("apiVersion"),
                version,
                "must be <group>/<version> or <version>",
            );
        }
        if (version, text(owner, "kind")) == ("v1", "Event") {
            let words = "/v1, Kind=Event is disallowed from being an owner";
            errors.add(&format!("metadata.ownerReferences[{index}]"), words);
        }
        if owner.get("controller") == Some(&Value::Bool(true)) {
            let this = format!("{}/{}", cut(text(owner, "kind")), cut(text(owner, "name")));
            match &controller {
                None => controller = Some(this),
                Some(first) => {
                    let words = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                    );
                    errors.add("metadata.ownerReferences", &words);
                }
            }
        }
    }
}

fn finalizers(metadata: &Map<String, Value>, errors: &mut Errors) {
    const FIELD: &str = "metadata.finalizers";
    const STANDARD: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
    let all: Vec<&str> = list(metadata, "finalizers")
        .filter_map(Value::as_str)
        .collect();
    for (index, name) in all.iter().enumerate() {
        for words in qualified_name(name) {
            errors.invalid(FIELD, name, &words);
        }
        if !name.contains('/') && !STANDARD.contains(name) {
            let words = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid(&format!("{FIELD}[{index}]"), name, words);
        }
    }
    if all.contains(&"orphan") && all.contains(&"foregroundDeletion") {
        errors.add(
            FIELD,
            "finalizer orphan and foregroundDeletion cannot be both set",
        );
    }
}

/// `IsDNS1123Label`.
fn dns_label(label: &str) -> Vec<String> {
    let mut errors = too_many_bytes(label, DNS_LABEL);
    if !is_dns_label(label) {
        errors.push(if is_dns_subdomain(label) {
            "must not contain dots".to_owned()
        } else {
            example(LABEL_WORDS, &["my-name", "123-abc"])
        });
    }
    errors
}

/// `IsDNS1123Subdomain`.
fn dns_subdomain(name: &str) -> Vec<String> {
    let mut errors = too_many_bytes(name, DNS_SUBDOMAIN);
    if !is_dns_subdomain(name) {
        errors.push(example(SUBDOMAIN_WORDS, &["example.com"]));
    }
    errors
}

/// `IsLabelKey`, which was `IsQualifiedName`.
fn qualified_name(key: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let words = || example(KEY_WORDS, &["MyName", "my.name", "123-abc"]);
    let name = match key.split('/').collect::<Vec<_>>().as_slice() {
        [name] => *name,
        ["", name] => {
            errors.push("prefix part must be non-empty".to_owned());
            *name
        }
        [prefix, name] => {
            let wrong = dns_subdomain(prefix).into_iter();
            errors.extend(wrong.map(|words| format!("prefix part {words}")));
            *name
        }
        _ => {
            let words = words();
            return vec![format!(
                "a valid label key {words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            )];
        }
    };
    if name.is_empty() {
        errors.push("name part must be non-empty".to_owned());
    }
    let long = too_many_bytes(name, DNS_LABEL).into_iter();
    errors.extend(long.map(|words| format!("name part {words}")));
    if !is_key(name) {
        errors.push(format!("name part {}", words()));
    }
    errors
}

/// `IsLabelValue`.
fn label_value(value: &str) -> Vec<String> {
    let mut errors = too_many_bytes(value, DNS_LABEL);
    if !value.is_empty() && !is_key(value) {
        let words = format!(
            "a valid label must be an empty string or {}",
            KEY_WORDS.trim_start_matches("must ")
        );
        errors.push(example(&words, &["MyValue", "my_value", "12345"]));
    }
    errors
}

fn too_many_bytes(text: &str, limit: usize) -> Vec<String> {
    (text.len() > limit)
        .then(|| format!("must be no more than {limit} bytes"))
        .into_iter()
        .collect()
}

fn example(words: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|text| format!("'{text}'")).collect();
    format!("{words} (e.g. {})", examples.join(" or "))
}

fn is_dns_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    framed(label, plain, |byte| plain(byte) || byte == b'-')
}

fn is_dns_subdomain(name: &str) -> bool {
    name.split('.').all(is_dns_label)
}

fn is_key(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    framed(name, plain, |byte| {
        plain(byte) || matches!(byte, b'-' | b'_' | b'.')
    })
}

/// Whether all bytes are of one kind, and the first and the last of another.
fn framed(text: &str, ends: impl Fn(u8) -> bool, all: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|&byte| ends(byte))
        && bytes.last().is_some_and(|&byte| ends(byte))
        && bytes.iter().all(|&byte| all(byte))
}

fn text<'a>(object: &'a Map<String, Value>, field: &str) -> &'a str {
    object
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(object: &'a Map<String, Value>, field: &str) -> impl Iterator<Item = &'a Value> {
    object
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn map<'a>(
    object: &'a Map<String, Value>,
    field: &str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let map = object
        .get(field)
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    map.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
}

/// A value, but for the end of one that fills the screen.
fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
