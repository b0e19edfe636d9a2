//! The integration tests: one binary, one module a feature.

mod support;

mod docs;
mod self_check;
