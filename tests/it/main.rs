//! The integration tests: one binary, one module a feature.

// Terminals, signals and permissions are those of Unix here.
#![cfg(unix)]

mod approve;
mod cluster_check;
mod completion;
mod conflict;
mod connection;
mod credentials;
mod decide_files;
mod decision;
mod deny;
mod docs;
mod doctor;
mod echo;
mod facts;
mod faults;
mod files;
mod fixtures;
mod fuzz;
mod goldens;
mod json;
mod list;
mod output;
mod pages;
mod parity;
mod plan;
mod policy;
mod prompt;
mod properties;
mod reading;
mod readme;
mod record;
mod record_faults;
mod record_show;
mod reliability;
mod review;
mod self_check;
mod server_refuses;
mod show;
mod shown;
mod support;
mod usage;
mod watch;
mod watch_health;
mod watch_large;
mod watch_policy;
mod who_can;
mod words;
