//! A CertificateSigningRequest, decoded: the object, and the request inside it as the API server reads it.

mod abridged;
mod condition;
mod der;
mod documents;
mod fingerprint;
mod json;
mod key;
mod mistake;
mod name;
mod object;
mod pem;
mod pkcs10;
mod relation;
mod san;
mod schema;
mod signature;
pub mod signer;
mod unverified;
mod uri;
pub mod usage;
mod validation;
mod yaml;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub use condition::{Condition, State, Verdict};
pub use der::{Oid, Refusal};
pub use documents::{Documents, documents, text};
pub use fingerprint::Digest;
pub use key::{Curve, KeyAlgorithm, PublicKey, RsaKey};
pub use mistake::Mistake;
pub use name::{Attribute as NameAttribute, KUBERNETES_UID, Name, StringKind, Value as NameValue};
pub use object::{Unreadable, parse, read};
pub use pem::Deviation;
pub use pkcs10::{Attribute, Extension, ExtensionContent, Pkcs10};
pub use relation::{Relation, is_node_name};
pub use san::{OtherKind, SubjectAltNames};
use signature::Proof;
pub use signature::{Signature, Verdict as SignatureVerdict};
pub use signer::Signer;
pub use unverified::Unverified;

/// A CSR. Every text in it is untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr {
    /// `metadata.name`: nearly free text.
    pub name: String,
    /// The rest of the metadata.
    pub metadata: Metadata,
    /// Where it comes from.
    pub source: Source,
    /// Who created it; `None` where nobody says, as in files.
    pub requestor: Option<Requestor>,
    /// `spec.signerName`; `None` in a bare request.
    pub signer_name: Option<String>,
    /// `spec.usages`, in their order.
    pub usages: Vec<String>,
    /// `spec.expirationSeconds`.
    pub expiration_seconds: Option<i64>,
    /// Why the API server would refuse to create it, each with its field: of a manifest, and besides what is wrong with
    /// the request, the usages and a short expiry.
    pub refusals: Vec<String>,
    /// `spec.request`, decoded.
    pub request: Request,
    /// Conditions and certificate.
    pub state: State,
}

/// Where a CSR comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The API server, which vouches for the requestor.
    Cluster,
    /// A manifest in a file: nobody vouches for anything.
    Manifest,
    /// A bare PEM request in a file: no object around it.
    Bare,
}

/// The metadata that a reviewer looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `uid`.
    pub uid: Option<String>,
    /// `resourceVersion`.
    pub resource_version: Option<String>,
    /// `creationTimestamp`.
    pub created_at: Option<Timestamp>,
    /// `deletionTimestamp`: it is being deleted.
    pub deleted_at: Option<Timestamp>,
    /// `labels`.
    pub labels: BTreeMap<String, String>,
    /// `annotations`.
    pub annotations: BTreeMap<String, String>,
    /// `finalizers`.
    pub finalizers: Vec<String>,
    /// `managedFields`: who wrote what. Not authenticated.
    pub managers: Vec<Manager>,
}

/// An entry of `managedFields`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The field manager.
    pub name: String,
    /// The verdict whose condition it wrote last.
    pub verdict: Option<Verdict>,
    /// When, by the server's clock.
    pub time: Option<Timestamp>,
}

/// Key of `extra` under which authenticators name the credential that was used.
const CREDENTIAL_ID: &str = "authentication.kubernetes.io/credential-id";

/// Who created a CSR, as the API server authenticated them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requestor {
    /// `spec.username`.
    pub username: String,
    /// `spec.uid`.
    pub uid: Option<String>,
    /// `spec.groups`, in their order.
    pub groups: Vec<String>,
    /// `spec.extra`.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Requestor {
    /// Whether this is the same person or component as another one: by name, UID, or the credential that both
    /// used (`authentication.kubernetes.io/credential-id`, which authenticators set).
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let credentials = |of: &Self| of.extra.get(CREDENTIAL_ID).cloned().unwrap_or_default();
        let same_user = !self.username.is_empty() && self.username == other.username;
        let same_uid = self.uid.is_some() && self.uid == other.uid;
        let theirs = credentials(other);
        same_user || same_uid || credentials(self).iter().any(|own| theirs.contains(own))
    }

    /// Whether the requestor is in that group.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        self.groups.iter().any(|held| held == group)
    }
}

/// The certification request inside a CSR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The octets of `spec.request`.
    pub bytes: Vec<u8>,
    /// SHA-256 over them.
    pub sha256: Digest,
    /// How the armour differs from one plain block.
    pub deviations: Vec<Deviation>,
    /// The request, as far as the API server can parse it.
    pub content: Option<Pkcs10>,
    /// Why the API server would refuse it; then nothing in `content` is what would be signed.
    pub error: Option<String>,
    /// What it is instead of a request, or what stands beside one, where that can be said.
    pub mistake: Option<Mistake>,
}

impl Request {
    /// Decodes the octets of `spec.request` as the API server does
    /// (`ParseCSR` in pkg/apis/certificates/helpers.go, then `CheckSignature`).
    #[must_use]
    pub fn decode(bytes: Vec<u8>) -> Self {
        Self::parse(bytes).verify()
    }

    /// The same, but for the signature.
    pub fn parse(bytes: Vec<u8>) -> Unverified<Self> {
        let block = pem::decode(&bytes);
        let deviations = pem::deviations(&bytes, block.as_ref());
        let block = block.filter(|block| block.label == pem::LABEL.as_bytes());
        let mistake = match &block {
            Some(_) => Mistake::beside(&bytes),
            None => Mistake::of(&bytes),
        };
        let parsed = match &block {
            Some(block) => Pkcs10::parse(&block.contents),
            None => Err(Refusal::new("PEM block type must be CERTIFICATE REQUEST")),
        };
        let inside = || {
            block
                .as_ref()
                .and_then(|block| Mistake::inside(&block.contents))
        };
        let (content, proof, error, mistake) = match parsed {
            Ok((content, proof)) => (Some(content), Some(proof), None, mistake),
            Err(refusal) => (
                None,
                None,
                Some(refusal.to_string()),
                mistake.or_else(inside),
            ),
        };
        let request = Self {
            sha256: Digest::of(&bytes),
            deviations,
            bytes,
            content,
            error,
            mistake,
        };
        Unverified::new(request, proof)
    }

    /// Verifies the signature.
    fn prove(&mut self, proof: Option<&Proof>) {
        if let (Some(content), Some(proof)) = (&mut self.content, proof) {
            content.signature.verdict = proof.verify(&content.key);
            self.error = content.signature_error().map(str::to_owned);
        }
    }

    /// The type of the first PEM block, as far as there is one. Untrusted.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        mistake::first_label(&self.bytes)
    }

    /// The request that the API server would accept: what would be signed.
    #[must_use]
    pub fn accepted(&self) -> Option<&Pkcs10> {
        self.content.as_ref().filter(|_| self.error.is_none())
    }
}

impl Csr {
    /// A bare request, named after its file: without signer, usages and requestor.
    #[must_use]
    pub fn bare(name: String, request: Vec<u8>) -> Self {
        Self {
            name,
            metadata: Metadata::default(),
            source: Source::Bare,
            requestor: None,
            signer_name: None,
            usages: Vec::new(),
            expiration_seconds: None,
            refusals: Vec::new(),
            request: Request::decode(request),
            state: State::default(),
        }
    }

    /// Who is asked to sign. A request that names nobody is judged as for the most powerful signer that
    /// can still be asked: kube-apiserver-client.
    #[must_use]
    pub fn signer(&self) -> Signer {
        self.signer_name
            .as_deref()
            .map_or(Signer::KubeApiserverClient, Signer::of)
    }

    /// The user that the certificate would log in as, "" if none.
    #[must_use]
    pub fn user(&self) -> &str {
        self.request
            .content
            .as_ref()
            .map_or("", |content| content.subject.user())
    }

    /// The groups that the certificate would log in with.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        self.request
            .content
            .as_ref()
            .map_or_else(Vec::new, |content| content.subject.groups())
    }

    /// Whether the certificate logs in to the API: `None` where that depends on an unknown signer, or on
    /// what the API server refuses to read. What a built-in signer would not sign logs in nowhere.
    #[must_use]
    pub fn logs_in(&self) -> Option<bool> {
        let content = self.request.accepted()?;
        let signer = Signer::of(self.signer_name.as_deref()?);
        if signer.refusal(content, &self.usages).is_some() {
            return Some(false);
        }
        // An empty common name is no opinion to the authenticator: nobody logs in with it.
        let named = !content.subject.user().is_empty();
        signer.logs_in(&self.usages).map(|logs_in| logs_in && named)
    }

    /// Whether the API server would take it, as far as its request and its fields go.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.request.error.is_none() && self.refusals.is_empty()
    }

    /// Why a built-in signer would fail it or never sign it.
    #[must_use]
    pub fn doomed(&self) -> Option<String> {
        if let Some(error) = &self.request.error {
            return Some(format!("the API server refuses the request: {error}"));
        }
        if let [refusal, ..] = self.refusals.as_slice() {
            return Some(format!("the API server refuses the manifest: {refusal}"));
        }
        self.signer_name.as_ref()?;
        let content = self.request.accepted()?;
        self.signer().refusal(content, &self.usages)
    }

    /// The digest over request, signer, usages and lifetime.
    #[must_use]
    pub fn spec_sha256(&self) -> Digest {
        fingerprint::spec(self)
    }

    /// The digest over all that it asks of its signer but its key and how long the certificate is to be valid.
    pub(crate) fn asked_sha256(&self) -> Digest {
        fingerprint::asked(self)
    }

    /// The digest over all that is reviewed; `None` for files, which no server vouches for.
    #[must_use]
    pub fn fingerprint(&self) -> Option<Digest> {
        self.fingerprint_over(self.spec_sha256())
    }

    /// The same, where [`Self::spec_sha256`] is known already.
    pub(crate) fn fingerprint_over(&self, spec: Digest) -> Option<Digest> {
        match self.source {
            Source::Cluster => fingerprint::reviewed(self, spec),
            Source::Manifest | Source::Bare => None,
        }
    }
}

/// Lower-case hex.
fn hex(octets: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    octets
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 0xf])
        .map(|digit| DIGITS[usize::from(digit)])
        .collect()
}
