//! The shape of a CertificateSigningRequest, field by field.
//!
//! It says what is wrong with a value in the terms of the API, and brings what Go's decoder takes as well into the one
//! form in which it is read: null for a field that is absent, a whole number written as a fraction, a list of bytes.
//!
//! Source: staging/src/k8s.io/api/certificates/v1/types.go and staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What a value has to be.
enum Shape {
    Text,
    /// A `[]byte`: base64, or a list of numbers.
    Bytes,
    Whole,
    Flag,
    Time,
    /// Anything, unread.
    Any,
    List(&'static Shape),
    /// An object with any keys.
    Map(&'static Shape),
    /// An object with these fields.
    Object(&'static [(&'static str, Shape)]),
}

const REQUEST: &str = "spec.request";

const TEXTS: Shape = Shape::List(&Shape::Text);

const OWNER: Shape = Shape::Object(&[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("name", Shape::Text),
    ("uid", Shape::Text),
    ("controller", Shape::Flag),
    ("blockOwnerDeletion", Shape::Flag),
]);

const MANAGER: Shape = Shape::Object(&[
    ("manager", Shape::Text),
    ("operation", Shape::Text),
    ("apiVersion", Shape::Text),
    ("time", Shape::Time),
    ("fieldsType", Shape::Text),
    ("fieldsV1", Shape::Any),
    ("subresource", Shape::Text),
]);

const METADATA: Shape = Shape::Object(&[
    ("name", Shape::Text),
    ("generateName", Shape::Text),
    ("namespace", Shape::Text),
    ("selfLink", Shape::Text),
    ("uid", Shape::Text),
    ("resourceVersion", Shape::Text),
    ("generation", Shape::Whole),
    ("creationTimestamp", Shape::Time),
    ("deletionTimestamp", Shape::Time),
    ("deletionGracePeriodSeconds", Shape::Whole),
    ("labels", Shape::Map(&Shape::Text)),
    ("annotations", Shape::Map(&Shape::Text)),
    ("ownerReferences", Shape::List(&OWNER)),
    ("finalizers", TEXTS),
    ("managedFields", Shape::List(&MANAGER)),
]);

const SPEC: Shape = Shape::Object(&[
    ("request", Shape::Bytes),
    ("signerName", Shape::Text),
    ("expirationSeconds", Shape::Whole),
    ("usages", TEXTS),
    ("username", Shape::Text),
    ("uid", Shape::Text),
    ("groups", TEXTS),
    ("extra", Shape::Map(&TEXTS)),
]);

const CONDITION: Shape = Shape::Object(&[
    ("type", Shape::Text),
    ("status", Shape::Text),
    ("reason", Shape::Text),
    ("message", Shape::Text),
    ("lastUpdateTime", Shape::Time),
    ("lastTransitionTime", Shape::Time),
]);

const STATUS: Shape = Shape::Object(&[
    ("conditions", Shape::List(&CONDITION)),
    ("certificate", Shape::Bytes),
]);

const CSR: Shape = Shape::Object(&[
    ("apiVersion", Shape::Text),
    ("kind", Shape::Text),
    ("metadata", METADATA),
    ("spec", SPEC),
    ("status", STATUS),
]);

/// Brings a CSR object into the one form in which it is read. Gives the fields that the API does not know.
///
/// # Errors
/// The first field whose value the API server does not take, and why.
pub(super) fn fit(object: &mut Value) -> Result<Vec<String>, String> {
    let mut unknown = Vec::new();
    CSR.fit(object, "", &mut unknown)?;
    for (field, part) in [("metadata", "name"), ("spec", "request")] {
        if object.get(field).is_none() {
            return Err(format!("{field} is missing, and with it {field}.{part}"));
        }
    }
    Ok(unknown)
}

impl Shape {
    fn fit(&self, value: &mut Value, path: &str, unknown: &mut Vec<String>) -> Result<(), String> {
        if value.is_null() {
            *value = self.zero();
            return Ok(());
        }
        match (self, &mut *value) {
            (Self::Any, _) | (Self::Text, Value::String(_)) | (Self::Flag, Value::Bool(_)) => {
                Ok(())
            }
            // What is wrong with the request is said by its own reader.
            (Self::Bytes, Value::String(_)) if path == REQUEST => Ok(()),
            (Self::Bytes, _) => bytes(value).ok_or_else(|| self.complaint(value, path)),
            (Self::Time, Value::String(text)) => match text.parse::<Timestamp>() {
                Ok(_) => Ok(()),
                Err(_) => Err(self.complaint(value, path)),
            },
            (Self::Whole, Value::Number(_)) => {
                whole(value).ok_or_else(|| self.complaint(value, path))
            }
            (Self::List(shape), Value::Array(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    shape.fit(item, &format!("{path}[{index}]"), unknown)?;
                }
                Ok(())
            }
            (Self::Map(shape), Value::Object(map)) => {
                for (key, item) in map.iter_mut() {
                    shape.fit(item, &below(path, key), unknown)?;
                }
                Ok(())
            }
            (Self::Object(fields), Value::Object(map)) => object(fields, map, path, unknown),
            _ => Err(self.complaint(value, path)),
        }
    }

    /// What Go leaves where null stands.
    fn zero(&self) -> Value {
        match self {
            Self::Text | Self::Bytes => "".into(),
            Self::Whole => 0.into(),
            Self::Flag => false.into(),
            Self::Time | Self::Any => Value::Null,
            Self::List(_) => Value::Array(Vec::new()),
            Self::Map(_) | Self::Object(_) => Value::Object(Map::new()),
        }
    }

    /// What is wrong with a value, in the terms of the API, and the repair.
    fn complaint(&self, value: &Value, path: &str) -> String {
        let what = match value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        let repair = match (self, value) {
            (Self::Text, Value::Number(_) | Value::Bool(_)) => {
                format!("must be text; put {value} in quotes")
            }
            (Self::Text, _) => format!("must be text, not {what}"),
            (Self::Bytes, Value::String(_)) => "is not base64".to_owned(),
            (Self::Bytes, _) => format!("must be base64, not {what}"),
            (Self::Whole, Value::Number(_)) => format!("must be a whole number, not {value}"),
            (Self::Whole, Value::String(text)) if is_number(text) => {
                format!("must be a number; write {text} without quotes")
            }
            (Self::Whole, _) => format!("must be a number, not {what}"),
            (Self::Flag, Value::String(text)) if text == "true" || text == "false" => {
                format!("must be true or false; write {text} without quotes")
            }
            (Self::Flag, _) => format!("must be true or false, not {what}"),
            (Self::Time, _) => "must be a time such as \"2026-03-01T12:00:00Z\"".to_owned(),
            (Self::List(_), _) => format!("must be a list, not {what}"),
            (Self::Map(_) | Self::Object(_) | Self::Any, _) => {
                format!("must be an object with fields, not {what}")
            }
        };
        if path.is_empty() {
            return repair;
        }
        format!("{path}: {repair}")
    }
}

fn object(
    fields: &'static [(&'static str, Shape)],
    map: &mut Map<String, Value>,
    path: &str,
    unknown: &mut Vec<String>,
) -> Result<(), String> {
    for (key, value) in map.iter_mut() {
        let path = below(path, key);
        match fields.iter().find(|(name, _)| name == key) {
            // Absent and null are the same.
            Some(_) if value.is_null() => {}
            Some((_, shape)) => shape.fit(value, &path, unknown)?,
            None => unknown.push(path),
        }
    }
    map.retain(|_, value| !value.is_null());
    Ok(())
}

/// The path of a field or a key: names in dots, other keys in brackets, as the API server writes them.
fn below(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    match (path.is_empty(), plain) {
        (true, _) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (false, false) => format!("{path}[{key}]"),
    }
}

/// Makes a whole number of one that is written as a fraction, as Go does on the way from YAML and JSON to the server.
fn whole(value: &mut Value) -> Option<()> {
    // Less than the largest that fits.
    const LARGEST: f64 = 9e18;
    if value.is_i64() {
        return Some(());
    }
    let number = value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && number.abs() < LARGEST)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole, and within the limits"
    )]
    let number = number as i64;
    *value = number.into();
    Some(())
}

/// Makes base64 of a list of bytes.
fn bytes(value: &mut Value) -> Option<()> {
    match &*value {
        Value::String(text) => super::object::decode(text).map(drop),
        Value::Array(items) => {
            let bytes: Option<Vec<u8>> = items
                .iter()
                .map(|item| match item {
                    Value::Null => Some(0),
                    item => item.as_u64().and_then(|number| u8::try_from(number).ok()),
                })
                .collect();
            *value = STANDARD.encode(bytes?).into();
            Some(())
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
