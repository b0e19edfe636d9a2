//! The integration tests: one binary, one module a feature.

mod support;

mod completion;
mod docs;
mod readme;
mod self_check;
