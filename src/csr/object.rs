//! The CSR object, from JSON as the API server sends it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    Condition, Csr, Manager, Metadata, Request, Requestor, Source, State, Unverified, Verdict,
    json, mistake, schema, validation,
};

/// A CSR that cannot be read. The name is untrusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unreadable {
    /// Its name, as far as it can be found.
    pub name: Option<String>,
    /// Why not.
    pub why: String,
}

/// A text that is only looked at: it stays where it is, unless it has escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    #[serde(borrow)]
    metadata: ObjectMeta<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
    #[serde(borrow)]
    status: Option<Status<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectMeta<'a> {
    name: Option<String>,
    uid: Option<String>,
    resource_version: Option<String>,
    #[serde(borrow)]
    creation_timestamp: Option<Text<'a>>,
    #[serde(borrow)]
    deletion_timestamp: Option<Text<'a>>,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
    finalizers: Option<Vec<String>>,
    #[serde(borrow)]
    managed_fields: Option<Vec<ManagedFields<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ManagedFields<'a> {
    manager: Option<String>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
    #[serde(borrow)]
    fields_v1: Option<&'a RawValue>,
}

impl ManagedFields<'_> {
    /// The verdict whose condition is among the fields: their JSON has it as a key of its own.
    fn verdict(&self) -> Option<Verdict> {
        let fields = self.fields_v1?.get();
        [
            (r#"k:{\"type\":\"Approved\"}"#, Verdict::Approved),
            (r#"k:{\"type\":\"Denied\"}"#, Verdict::Denied),
        ]
        .into_iter()
        .find(|(key, _)| fields.contains(key))
        .map(|(_, verdict)| verdict)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow)]
    request: Option<Text<'a>>,
    signer_name: Option<String>,
    usages: Option<Vec<String>>,
    expiration_seconds: Option<i64>,
    username: Option<String>,
    uid: Option<String>,
    groups: Option<Vec<String>>,
    extra: Option<BTreeMap<String, Option<Vec<String>>>>,
}

#[derive(Default, Deserialize)]
struct Status<'a> {
    conditions: Option<Vec<Condition>>,
    #[serde(borrow)]
    certificate: Option<Text<'a>>,
}

/// Only the name, for telling which CSR cannot be read.
#[derive(Deserialize)]
struct Named {
    metadata: NamedMeta,
}

#[derive(Deserialize)]
struct NamedMeta {
    name: String,
}

/// Reads a CSR object, and verifies the signature of the request inside. A field that stands twice is an error: two
/// readers could take different ones. What a manifest holds that the API server would refuse goes to
/// [`Csr::refusals`]; of what comes from a server, unknown fields are passed over.
///
/// # Errors
/// If it is not a CSR object that an API server could hold.
pub fn read(json: &str, source: Source) -> Result<Csr, Unreadable> {
    parse(json, source).map(Unverified::<Csr>::verify)
}

/// The same, but for the signature.
///
/// # Errors
/// As [`read`].
pub fn parse(json: &str, source: Source) -> Result<Unverified<Csr>, Unreadable> {
    let unreadable = |why: String| Unreadable {
        name: serde_json::from_str::<Named>(json)
            .ok()
            .map(|named| named.metadata.name),
        why,
    };
    if source == Source::Manifest {
        let (fitted, unknown) = fitted(json).map_err(unreadable)?;
        let mut csr = decoded(&fitted.to_string(), source).map_err(unreadable)?;
        let refusals = validation::refusals(&fitted, &unknown);
        csr.amend(|csr| csr.refusals = refusals);
        return Ok(csr);
    }
    decoded(json, source).or_else(|why| {
        // What a server sends is as it has to be: only where it is not, it pays to look closer.
        let (fitted, _) = fitted(json).map_err(unreadable)?;
        decoded(&fitted.to_string(), source).map_err(|_| unreadable(why))
    })
}

const EMPTY: &str = "spec.request is empty: put the base64 of the PEM request there";

/// The object in the one form in which it is read, and the fields that the API does not know.
///
/// # Errors
/// What is wrong with it, in the terms of the API.
fn fitted(json: &str) -> Result<(Value, Vec<String>), String> {
    let mut object = json::value(json)?;
    let unknown = schema::fit(&mut object)?;
    Ok((object, unknown))
}

/// Reads an object that is in that form.
///
/// # Errors
/// What is wrong with it.
fn decoded(json: &str, source: Source) -> Result<Unverified<Csr>, String> {
    // The parser's words are not shown: the caller finds what is wrong by the schema.
    let object: Object = serde_json::from_str(json)
        .map_err(|_| "is not a CSR as the API server sends it".to_owned())?;
    let Object {
        metadata,
        spec,
        status,
    } = object;
    let request = spec.request.ok_or(EMPTY)?;
    let request = decode(&request.0).ok_or_else(|| {
        let mistake = mistake::of_value(&request.0);
        format!("spec.request {}", mistake.words(source))
    })?;
    let time = |field: &str, text: Option<Text<'_>>| {
        text.map(|text| {
            text.0
                .parse::<Timestamp>()
                .map_err(|_| format!("{field} is not a time"))
        })
        .transpose()
    };
    let name = metadata.name.clone().unwrap_or_default();
    if name.is_empty() {
        return Err("metadata.name is missing".to_owned());
    }
    let created_at = time("metadata.creationTimestamp", metadata.creation_timestamp)?;
    let deleted_at = time("metadata.deletionTimestamp", metadata.deletion_timestamp)?;
    let requestor = spec.username.map(|username| Requestor {
        username,
        uid: spec.uid.filter(|uid| !uid.is_empty()),
        groups: spec.groups.unwrap_or_default(),
        extra: spec
            .extra
            .unwrap_or_default()
            .into_iter()
            .map(|(key, values)| (key, values.unwrap_or_default()))
            .collect(),
    });
    let status = status.unwrap_or_default();
    let csr = |request| Csr {
        name,
        metadata: Metadata {
            uid: metadata.uid.filter(|uid| !uid.is_empty()),
            resource_version: metadata.resource_version.filter(|text| !text.is_empty()),
            created_at,
            deleted_at,
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
            finalizers: metadata.finalizers.unwrap_or_default(),
            managers: metadata
                .managed_fields
                .unwrap_or_default()
                .into_iter()
                .map(|entry| Manager {
                    verdict: entry.verdict(),
                    name: entry.manager.unwrap_or_default(),
                    time: entry.time.and_then(|time| time.0.parse().ok()),
                })
                .collect(),
        },
        source,
        requestor: requestor.filter(|requestor| !requestor.username.is_empty()),
        signer_name: spec.signer_name.filter(|name| !name.is_empty()),
        usages: spec.usages.unwrap_or_default(),
        expiration_seconds: spec.expiration_seconds,
        refusals: Vec::new(),
        request,
        state: State {
            conditions: status.conditions.unwrap_or_default(),
            issued: status.certificate.is_some_and(|text| !text.0.is_empty()),
        },
    };
    Ok(Request::parse(request).within(csr))
}

/// Base64 as Go's JSON decoder reads a `[]byte`: line breaks do not matter.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(text)
        .or_else(|_| STANDARD.decode(text.replace(['\r', '\n'], "")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(spec: &str) -> Result<Csr, Unreadable> {
        read(
            &format!(r#"{{"metadata":{{"name":"a"}},"spec":{spec}}}"#),
            Source::Cluster,
        )
    }

    #[test]
    fn absent_and_null_are_the_same() {
        let one = object(r#"{"request":"","usages":null,"extra":{"k":null}}"#).unwrap();
        let other = object(r#"{"request":""}"#).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.requestor, None);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let pem = r#"{"request":"-----BEGIN CERTIFICATE REQUEST-----\n"}"#;
        let words = "spec.request is PEM, and must be the base64 of it: encode it with base64 -w 0";
        assert_eq!(object(pem).unwrap_err().why, words);
        for (spec, why) in [
            (
                r#"{"request":5}"#,
                "spec.request: must be base64, not a number",
            ),
            (r#"{"request":"%%"}"#, "spec.request is not base64: "),
            (
                r#"{"request":"","request":""}"#,
                "\"request\" is set twice (line 1)",
            ),
            (
                r#"{"request":"","expirationSeconds":"3600"}"#,
                "spec.expirationSeconds: must be a number; write 3600 without quotes",
            ),
        ] {
            for source in [Source::Cluster, Source::Manifest] {
                let unreadable = read(
                    &format!(r#"{{"metadata":{{"name":"a"}},"spec":{spec}}}"#),
                    source,
                );
                let unreadable = unreadable.unwrap_err();
                assert!(unreadable.why.starts_with(why), "{unreadable}");
                assert_eq!(unreadable.name.as_deref(), Some("a"));
            }
        }
        assert_eq!(read("[]", Source::Cluster).unwrap_err().name, None);
    }

    /// Go leaves a field alone where null stands, and reads the number in 3600.0.
    #[test]
    fn every_form_that_go_takes_is_read() {
        let read = |spec: &str, source| {
            read(
                &format!(r#"{{"metadata":{{"name":"a"}},"spec":{spec}}}"#),
                source,
            )
        };
        for source in [Source::Cluster, Source::Manifest] {
            let plain = read(
                r#"{"request":"QUI=","signerName":"a.b/c","usages":[""],"expirationSeconds":3600}"#,
                source,
            );
            for other in [
                r#"{"request":"QU\r\nI=\n","signerName":"a.b/c","usages":[null],"expirationSeconds":3600.0}"#,
                r#"{"request":[65,66],"signerName":"a.b/c","usages":[""],"expirationSeconds":3.6e3,"uid":null}"#,
            ] {
                assert_eq!(read(other, source), plain, "{other}");
            }
        }
        for source in [Source::Cluster, Source::Manifest] {
            for spec in [r#"{"request":null}"#, "{}"] {
                assert_eq!(read(spec, source).unwrap_err().why, EMPTY);
            }
        }
    }

    #[test]
    fn refusals_are_those_of_manifests() {
        let json = r#"{"metadata":{"name":"a"},"spec":{"request":"","signerName":"a"},"extra":1}"#;
        assert_eq!(read(json, Source::Cluster).unwrap().refusals, [""; 0]);
        assert_eq!(read(json, Source::Manifest).unwrap().refusals.len(), 2);
    }

    #[test]
    fn fingerprints_bind_object_and_requestor() {
        let read = |json: &str| super::read(json, Source::Cluster).unwrap();
        let base = r#"{"metadata":{"name":"a","uid":"1"},"spec":{"request":"","username":"u"}}"#;
        let reviewed = read(base).fingerprint().unwrap();
        assert_ne!(
            read(&base.replace(r#""1""#, r#""2""#)).fingerprint(),
            Some(reviewed)
        );
        assert_ne!(
            read(&base.replace(r#""u""#, r#""v""#)).fingerprint(),
            Some(reviewed)
        );
        let labelled = base.replace(r#""uid""#, r#""labels":{"a":"b"},"uid""#);
        assert_eq!(read(&labelled).fingerprint(), Some(reviewed));
        assert_eq!(
            super::read(base, Source::Manifest).unwrap().fingerprint(),
            None
        );
    }
}
