//! The integration tests: one binary, one module a feature.

mod docs;
mod fixtures;
mod goldens;
mod parity;
mod properties;
mod self_check;
mod support;
