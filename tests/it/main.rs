//! The integration tests: one binary, one module a feature.

mod fixtures;
mod goldens;
mod support;

mod parity;
mod properties;
mod self_check;
