//! The integration tests: one binary, one module a feature.

mod support;

mod self_check;
