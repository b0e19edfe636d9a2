//! Safe review of Kubernetes CertificateSigningRequests.
//!
//! ```text
//! cluster or files ─► csr::Csr ─► risk::assess ─► Assessment ─► ui: list, show
//!                                                    │
//!                          prompt, --yes ────────────┴─► review::Decision ─► cluster: PUT …/approval
//! ```
//!
//! Data goes one way. Everything left of a `Decision` is pure: no I/O, no clock but the one passed in, no
//! terminal. Untrusted text reaches a terminal only through [`ui::Escaped`].

pub mod cluster;
pub mod csr;
pub mod facts;
/// Requests and CSR objects for tests, shared with the integration tests.
#[cfg(test)]
#[path = "../tests/it/support/request.rs"]
pub(crate) mod request_builder;
pub mod risk;
pub mod ui;
