//! What is decoded, but not verified yet.

use super::signature::Proof;
use super::{Csr, Request};

/// A request, or a CSR around one, that is decoded but for its signature, which takes longer to verify than
/// all the rest takes to decode. Nothing is to be seen of it before: all that can be done is to verify it.
#[derive(Debug)]
#[must_use = "it is nothing until it is verified"]
pub struct Unverified<T> {
    /// With a verdict that nobody could approve by.
    decoded: T,
    /// What is still to be verified; a request that cannot be parsed has nothing.
    proof: Option<Proof>,
}

impl<T> Unverified<T> {
    pub(super) fn new(decoded: T, proof: Option<Proof>) -> Self {
        Self { decoded, proof }
    }

    /// Puts it into something larger.
    pub(super) fn within<U>(self, larger: impl FnOnce(T) -> U) -> Unverified<U> {
        Unverified::new(larger(self.decoded), self.proof)
    }
}

impl Unverified<Request> {
    /// Verifies the signature.
    #[must_use]
    pub fn verify(mut self) -> Request {
        self.decoded.prove(self.proof.as_ref());
        self.decoded
    }
}

impl Unverified<Csr> {
    /// Notes what was found out about it besides.
    pub(super) fn amend(&mut self, note: impl FnOnce(&mut Csr)) {
        note(&mut self.decoded);
    }

    /// Verifies the signature of its request.
    #[must_use]
    pub fn verify(mut self) -> Csr {
        self.decoded.request.prove(self.proof.as_ref());
        self.decoded
    }
}
