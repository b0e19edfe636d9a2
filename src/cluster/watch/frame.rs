//! What a line of a watch holds.

use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A line of a watch.
#[derive(Deserialize)]
pub(super) struct Frame {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) object: Box<RawValue>,
}

#[derive(Deserialize)]
struct Object {
    metadata: Metadata,
}

/// The metadata that a watch goes by.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) uid: String,
    #[serde(default)]
    pub(super) resource_version: String,
}

impl Metadata {
    /// That of an object, if it has any.
    pub(super) fn of(object: &RawValue) -> Option<Self> {
        let object: Object = serde_json::from_str(object.get()).ok()?;
        Some(object.metadata)
    }
}

/// The code of the `Status` with which a server ends a watch, if it is one of a failure.
pub(super) fn code_of(status: &RawValue) -> Option<StatusCode> {
    #[derive(Deserialize)]
    struct Status {
        code: u16,
    }
    let Status { code } = serde_json::from_str(status.get()).ok()?;
    let code = StatusCode::from_u16(code).ok()?;
    (code.is_client_error() || code.is_server_error()).then_some(code)
}
