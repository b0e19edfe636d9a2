//! The integration tests: one binary, one module a feature.

mod completion;
mod docs;
mod fixtures;
mod goldens;
mod parity;
mod properties;
mod readme;
mod self_check;
mod support;
