//! What is done on the way to an answer, for whoever wants to follow it (`-v`).
//!
//! Credentials cannot be told: of a request there is nothing here but method, path and query, and of an answer's
//! head only the fields in [`TOLD`], without the credentials that a server may repeat there.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

use super::call::Call;
use super::error::Error;
use super::redact::Redactor;

/// The fields of an answer's head that are told.
const TOLD: [&str; 9] = [
    "audit-id",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "warning",
    "x-kubernetes-pf-flowschema-uid",
    "x-kubernetes-pf-prioritylevel-uid",
];

type Hear = dyn Fn(&Step<'_>) + Send + Sync;

/// Hears of each step; by default nobody does.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Hear>>);

impl Observer {
    /// One that does this with each step.
    pub fn new(hear: impl Fn(&Step<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hear)))
    }

    /// Whether anybody hears.
    #[must_use]
    pub fn hears(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn tell(&self, step: &Step<'_>) {
        if let Self(Some(hear)) = self {
            hear(step);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observer").field(&self.hears()).finish()
    }
}

/// A step. All texts are raw: whoever shows them escapes them.
#[derive(Debug)]
pub enum Step<'a> {
    /// A request was answered, or failed.
    Exchange(Exchange<'a>),
    /// It is going to be repeated.
    Repeat {
        /// Why.
        why: &'a Error,
        /// After this pause.
        pause: Duration,
    },
    /// Credentials were obtained, by a plugin or from files.
    Credentials {
        /// The plugin.
        plugin: Option<&'a str>,
        /// How long that took.
        took: Duration,
    },
}

/// A request, and what came of it.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// The method.
    pub method: &'a Method,
    /// The server, as it may be shown.
    pub server: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The status of the answer. None if there is none.
    pub status: Option<StatusCode>,
    /// What went wrong.
    pub error: Option<&'a Error>,
    /// From sending to the last byte that was read; of a watch, to the head of the answer.
    pub took: Duration,
    /// The length of the answer, without compression.
    pub bytes: Option<usize>,
    /// The fields of the answer's head that say something about it.
    pub head: Vec<(&'static str, String)>,
}

/// What is known of an answer while it is read.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) status: Option<StatusCode>,
    pub(super) bytes: Option<usize>,
    pub(super) head: Vec<(&'static str, String)>,
}

impl Seen {
    /// Keeps what may be told of the head.
    pub(super) fn head(&mut self, status: StatusCode, headers: &HeaderMap, redactor: &Redactor) {
        self.status = Some(status);
        self.head = TOLD
            .into_iter()
            .filter_map(|name| {
                let value = headers.get(name)?;
                let value = String::from_utf8_lossy(value.as_bytes());
                Some((name, redactor.redact(&value)))
            })
            .collect();
    }

    pub(super) fn exchange<'a>(
        self,
        call: &'a Call,
        server: &'a str,
        error: Option<&'a Error>,
        took: Duration,
    ) -> Exchange<'a> {
        Exchange {
            method: call.method(),
            server,
            target: call.target(),
            status: self.status,
            error,
            took,
            bytes: self.bytes,
            head: self.head,
        }
    }
}
