//! Fingerprints: what was reviewed, in 32 octets.
//!
//! Both digests are SHA-256 over a canonical form in which every part stands behind its length as a 64-bit
//! big-endian number, so that no two inputs share a form. A list is its number of items, then the items; an
//! optional part is a list of at most one item.
//!
//! - `specSha256`: the text `csr-review/v1 spec`, the octets of `spec.request`, an optional `signerName`,
//!   the list of `usages` in their order (none and an absent list are the same), and `expirationSeconds` in
//!   decimal as an optional part. It is what a file and a CSR on a cluster can have in common.
//! - `fingerprint`: the text `csr-review/v1 fingerprint`, the 32 octets of the first digest, `metadata.uid`,
//!   and the requestor: `username`, `uid` ("" if absent), the list of `groups` in their order, and the list
//!   of `extra`, sorted by key, as key and list of values. It is what was reviewed on a cluster.
//!
//! Labels, annotations, conditions and the resource version are not in it: they change what is known about
//! a CSR, but not what would be signed for whom.

use std::fmt;

use aws_lc_rs::digest::{self, SHA256};
use serde::{Deserialize, Serialize};

use super::{Csr, ExtensionContent};

/// A SHA-256 digest, shown as `sha256:` and lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these octets.
    pub(super) fn of(octets: &[u8]) -> Self {
        let mut digest = [0; 32];
        digest.copy_from_slice(digest::digest(&SHA256, octets).as_ref());
        Self(digest)
    }

    /// The digest of these texts: of what each is, and where it ends.
    pub(crate) fn of_texts<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> Self {
        let mut form = Form::new("csr-review/v1 texts");
        form.count(texts.len());
        for text in texts {
            form.part(text.as_bytes());
        }
        form.finish()
    }

    /// The digest in lower-case hex.
    #[must_use]
    pub fn hex(&self) -> String {
        super::hex(&self.0)
    }

    /// The first 8 hex digits, for typing at a prompt.
    #[must_use]
    pub fn short(&self) -> String {
        super::hex(&self.0[..4])
    }

    /// Reads `sha256:` and 64 hex digits, or the digits alone, of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        let mut octets = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            *octet = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Self(octets))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// In documents, as opposed to a command line, a digest stands in the one form in which it is shown.
impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
            .filter(|digest| digest.to_string() == text)
            .ok_or("not \"sha256:\" and 64 lower-case hex digits")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Builds the canonical form. It is as large as the request, and many short parts are put together faster
/// than they are hashed one by one.
struct Form(Vec<u8>);

impl Form {
    fn new(title: &str) -> Self {
        let mut form = Self(Vec::with_capacity(1024));
        form.part(title.as_bytes());
        form
    }

    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u64).to_be_bytes());
    }

    fn part(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.0.extend_from_slice(octets);
    }

    fn list(&mut self, items: &[String]) {
        self.count(items.len());
        for item in items {
            self.part(item.as_bytes());
        }
    }

    fn option(&mut self, item: Option<&str>) {
        self.count(usize::from(item.is_some()));
        if let Some(item) = item {
            self.part(item.as_bytes());
        }
    }

    fn finish(self) -> Digest {
        Digest::of(&self.0)
    }
}

/// The digest over what a file and a live CSR can have in common.
pub(super) fn spec(csr: &Csr) -> Digest {
    let mut form = Form::new("csr-review/v1 spec");
    form.part(&csr.request.bytes);
    form.option(csr.signer_name.as_deref());
    form.list(&csr.usages);
    let seconds = csr.expiration_seconds.map(|seconds| seconds.to_string());
    form.option(seconds.as_deref());
    form.finish()
}

/// The digest over all that a CSR asks of its signer but its key, how long the certificate is to be valid, and what
/// only describes the request: the signer's name, the usages, the subject, every alternative name and every extension,
/// in their order, and whether it says how long. For telling whether one CSR asks for the same as another one.
pub(super) fn asked(csr: &Csr) -> Digest {
    let mut form = Form::new("csr-review/v1 asked");
    form.option(csr.signer_name.as_deref());
    form.list(&csr.usages);
    form.count(usize::from(csr.expiration_seconds.is_some()));
    let Some(content) = &csr.request.content else {
        form.part(&csr.request.bytes);
        return form.finish();
    };
    form.part(content.subject.to_string().as_bytes());
    let san = &content.san;
    for names in [&san.dns, &san.email, &san.uri] {
        form.list(names);
    }
    form.count(san.ip.len());
    for ip in &san.ip {
        form.part(ip.to_string().as_bytes());
    }
    form.count(san.other.len());
    for other in &san.other {
        form.part(&other.der);
    }
    form.count(content.extensions.len());
    for extension in &content.extensions {
        form.part(extension.oid.to_string().as_bytes());
        form.count(usize::from(extension.critical));
        match &extension.content {
            ExtensionContent::SubjectAltName | ExtensionContent::SubjectKeyIdentifier => {}
            ExtensionContent::BasicConstraints { ca } => form.count(usize::from(*ca)),
            ExtensionContent::KeyUsage(usages) => {
                form.count(usages.len());
                for usage in usages {
                    form.part(usage.as_bytes());
                }
            }
            ExtensionContent::ExtKeyUsage(usages) => form.list(usages),
            // What is in these is not kept: it is only the same in the same request.
            ExtensionContent::CaConstraint
            | ExtensionContent::AccountSid
            | ExtensionContent::Unknown
            | ExtensionContent::Unreadable => form.part(&csr.request.sha256.0),
        }
    }
    form.finish()
}

/// The digest over what was reviewed on a cluster, given the one over its spec: `None` without uid or
/// requestor, as in files.
pub(super) fn reviewed(csr: &Csr, spec: Digest) -> Option<Digest> {
    let uid = csr.metadata.uid.as_deref()?;
    let requestor = csr.requestor.as_ref()?;
    let mut form = Form::new("csr-review/v1 fingerprint");
    form.part(&spec.0);
    form.part(uid.as_bytes());
    form.part(requestor.username.as_bytes());
    form.part(requestor.uid.as_deref().unwrap_or_default().as_bytes());
    form.list(&requestor.groups);
    form.count(requestor.extra.len());
    for (key, values) in &requestor.extra {
        form.part(key.as_bytes());
        form.list(values);
    }
    Some(form.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_as_they_are_shown() {
        let digest = Form::new("x").finish();
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse(&digest.hex().to_uppercase()), Some(digest));
        assert_eq!(Digest::parse(&digest.hex()[1..]), None);
        assert_eq!(Digest::parse(&"g".repeat(64)), None);
        assert_eq!(digest.short(), digest.hex()[..8]);
    }

    #[test]
    fn no_two_inputs_share_a_form() {
        let digest = |lists: &[&[&str]]| {
            let mut form = Form::new("x");
            for list in lists {
                let list: Vec<String> = list.iter().map(|&item| item.to_owned()).collect();
                form.list(&list);
            }
            form.finish()
        };
        assert_ne!(digest(&[&["ab"], &[]]), digest(&[&["a"], &["b"]]));
        assert_ne!(digest(&[&["a", "b"]]), digest(&[&["ab"]]));
        assert_ne!(digest(&[&["a"], &["b"]]), digest(&[&["a", "b"]]));
    }
}
