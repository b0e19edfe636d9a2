//! What kind of object an answer is: JSON of another kind is no answer, however well it is formed.

use std::borrow::Cow;

use serde::Deserialize;

/// A kind of object, and the API version that it is asked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// `kind`.
    pub(super) name: &'static str,
    /// `apiVersion`.
    pub(super) api_version: &'static str,
}

/// The fields by which every object says what it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TypeMeta<'a> {
    #[serde(borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    api_version: Option<Cow<'a, str>>,
}

impl Kind {
    pub(super) const NAMESPACE: Self = Self::core("Namespace");
    pub(super) const SELF_SUBJECT_REVIEW: Self = Self {
        name: "SelfSubjectReview",
        api_version: "authentication.k8s.io/v1",
    };
    pub(super) const SERVICE: Self = Self::core("Service");

    const fn core(name: &'static str) -> Self {
        Self {
            name,
            api_version: "v1",
        }
    }

    /// Whether this JSON says that it is such an object.
    pub(super) fn is_of(self, json: &[u8]) -> bool {
        serde_json::from_slice::<TypeMeta<'_>>(json)
            .is_ok_and(|meta| meta.is(self.name, self.api_version))
    }

    /// Whether this JSON, an item of a list of such objects, may be one: servers leave out of items what the list says.
    pub(super) fn may_be_item(self, json: &str) -> bool {
        let says_kind = memchr::memmem::find(json.as_bytes(), b"\"kind\"").is_some();
        let says_version = || memchr::memmem::find(json.as_bytes(), b"\"apiVersion\"").is_some();
        if !says_kind && !says_version() {
            return true;
        }
        // What is no object at all is not of another kind: whoever reads it says so.
        serde_json::from_str::<TypeMeta<'_>>(json).map_or(true, |meta| {
            let same =
                |said: Option<Cow<'_, str>>, expected| said.is_none_or(|said| said == expected);
            same(meta.kind, self.name) && same(meta.api_version, self.api_version)
        })
    }
}

impl TypeMeta<'_> {
    /// Whether it is of that kind and API version.
    pub(super) fn is(&self, kind: &str, api_version: &str) -> bool {
        self.kind.as_deref() == Some(kind) && self.api_version.as_deref() == Some(api_version)
    }
}
