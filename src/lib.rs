//! Safe review of Kubernetes `CertificateSigningRequest`s.
//!
//! ```text
//! cluster or files ─► csr::Csr ─► risk::assess(&Csr, &Facts) ─► Assessment ─► ui: list, show
//!                                                    │
//!           policy · prompt · --yes · plan ───────────┴─► review::Decision ─► cluster: PUT …/approval
//!                                                                         └─► review::Plan (a file)
//! ```
//!
//! Data goes one way. Everything left of a `Decision` is pure: no I/O, no clock but the one passed in, no
//! terminal. A `Decision` comes out of `review::gate` alone, which wants a judged CSR. Untrusted text
//! reaches a terminal only through [`ui::Escaped`]. Where a record is kept, the decision is in it before it is sent
//! ([`review::record`]).
//!
//! `watch` goes the same way with each CSR as it comes: [`cluster::Watch`] lists and follows them for as long as the
//! program runs.
//!
//! `who-can` asks another question and goes the same way: cluster ─► [`facts::rbac::Rbac`] ─► [`facts::who`] ─► ui.

mod cli;
pub mod cluster;
pub mod csr;
pub mod facts;
mod parse_error;
mod platform;
pub mod policy;
pub mod review;
pub mod risk;
pub mod ui;

pub use cli::{Exit, main};

#[doc(hidden)]
pub use cli::fuzzing;

/// Requests and CSR objects for tests, shared with the integration tests.
#[cfg(test)]
#[path = "../tests/it/support/request.rs"]
mod request_builder;
