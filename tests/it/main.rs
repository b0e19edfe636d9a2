//! The integration tests: one binary, one module a feature.

mod approve;
mod cluster_check;
mod completion;
mod conflict;
mod credentials;
mod decide_files;
mod decision;
mod deny;
mod docs;
mod faults;
mod files;
mod fixtures;
mod goldens;
mod json;
mod list;
mod output;
mod pages;
mod parity;
mod prompt;
mod properties;
mod readme;
mod review;
mod self_check;
mod show;
mod support;
mod usage;
