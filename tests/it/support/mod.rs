//! What the tests stand on: a hermetic place to run the tool in, an API server to talk to, a terminal to type at.
#![allow(
    dead_code,
    reason = "a helper is here for whichever test needs it next"
)]

pub(crate) mod apiserver;
pub(crate) mod cases;
pub(crate) mod env;
pub(crate) mod generated;
pub(crate) mod http;
pub(crate) mod objects;
pub(crate) mod pty;
pub(crate) mod request;
pub(crate) mod running;
