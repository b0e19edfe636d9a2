//! The connection in use, made anew where its credentials end.
//!
//! Tokens of cloud providers live for some minutes, and a review can take longer. They are obtained anew shortly before
//! they end, and when the server does not accept them any more (401), by the same way as at first: the credential
//! plugin, or the kubeconfig and its files as they are by then. It has to lead to the same server, as the same user
//! entry: what was shown before a decision stays true.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Place;
use super::connection::{self, Connection};
use super::credentials::Origin;
use super::error::{Error, ErrorKind};
use super::options::ConnectionOptions;
use super::redact::Redactor;
use super::surroundings::Surroundings;
use super::trace::{Observer, Step};
use crate::csr::Requestor;

/// How long before their end credentials are obtained anew: clocks differ, and a request takes time.
const EARLY: Duration = Duration::from_secs(10);
/// After how long files may have others in them than before.
const LONG: Duration = Duration::from_secs(60);

/// A connection that lives as long as the program.
pub(super) struct Link {
    options: ConnectionOptions,
    around: Surroundings,
    place: Place,
    proxy: Option<String>,
    redactor: Redactor,
    live: Mutex<Arc<Live>>,
    renewing: tokio::sync::Mutex<()>,
}

/// A client with the credentials that it has.
pub(super) struct Live {
    pub(super) client: kube::Client,
    /// What to do if the server does not accept the credentials.
    pub(super) login_hint: String,
    /// Who the credentials make us, as far as they tell.
    pub(super) login: Option<Requestor>,
    origin: Origin,
    since: Instant,
    is_first: bool,
    /// Whether the server has accepted them.
    accepted: AtomicBool,
}

impl Link {
    /// Connects with these options; a credential plugin runs.
    pub(super) async fn new(
        options: &ConnectionOptions,
        around: Surroundings,
        observer: &Observer,
    ) -> Result<Self, Error> {
        let start = Instant::now();
        let connection = connection::prepare(options, &around).await?;
        let (place, proxy) = (connection.place.clone(), connection.proxy.clone());
        let redactor = Redactor::default();
        let live = Live::new(connection, true, &redactor);
        live.tell(start, observer);
        Ok(Self {
            // Whoever chooses another context meanwhile means that for what he starts from then on.
            options: ConnectionOptions {
                context: place.context.clone(),
                ..options.clone()
            },
            around,
            place,
            proxy,
            redactor,
            live: Mutex::new(Arc::new(live)),
            renewing: tokio::sync::Mutex::new(()),
        })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The proxy in between, without a password.
    pub(super) fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// What cuts the credentials out of a server's texts.
    pub(super) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// The connection, with credentials that have not ended yet.
    pub(super) async fn live(&self, observer: &Observer) -> Result<Arc<Live>, Error> {
        let live = self.now();
        if live.has_ended() {
            return self.renew(&live, observer).await;
        }
        Ok(live)
    }

    /// Another connection after the server did not accept the credentials of this one; `None` if others are not to
    /// be had, or were just obtained.
    pub(super) async fn after_refusal(
        &self,
        refused: &Arc<Live>,
        observer: &Observer,
    ) -> Result<Option<Arc<Live>>, Error> {
        let replaced = !Arc::ptr_eq(refused, &self.now());
        if !replaced && !refused.is_worth_renewing() {
            return Ok(None);
        }
        self.renew(refused, observer).await.map(Some)
    }

    /// The connection as it is.
    pub(super) fn now(&self) -> Arc<Live> {
        self.live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Obtains other credentials than the old ones, once for all who wait for them.
    async fn renew(&self, old: &Arc<Live>, observer: &Observer) -> Result<Arc<Live>, Error> {
        let _one_at_a_time = self.renewing.lock().await;
        let now = self.now();
        if !Arc::ptr_eq(&now, old) {
            return Ok(now);
        }
        let start = Instant::now();
        let connection = connection::prepare(&self.options, &self.around).await?;
        if connection.place != self.place {
            return Err(Error::new(
                ErrorKind::Kubeconfig,
                "the credentials have ended, and the kubeconfig leads to another server or user by now",
            )
            .with_hint("Start again, and look where it leads."));
        }
        let live = Arc::new(Live::new(connection, false, &self.redactor));
        live.tell(start, observer);
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = live.clone();
        Ok(live)
    }
}

impl Live {
    fn new(connection: Connection, is_first: bool, redactor: &Redactor) -> Self {
        redactor.add(connection.sent);
        let soon = Timestamp::now() + EARLY;
        Self {
            client: connection.client,
            login_hint: connection.login_hint,
            login: connection.login,
            origin: Origin {
                // A plugin that hands out what has ended already would do so again and again.
                expires: connection.origin.expires.filter(|&end| end > soon),
                ..connection.origin
            },
            since: Instant::now(),
            is_first,
            accepted: AtomicBool::new(false),
        }
    }

    /// The server has accepted the credentials.
    pub(super) fn accepted(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    fn has_ended(&self) -> bool {
        self.origin
            .expires
            .is_some_and(|end| end <= Timestamp::now() + EARLY)
    }

    /// Whether there may be others by now. A plugin is not asked twice in a row for what the server refuses.
    fn is_worth_renewing(&self) -> bool {
        let by_plugin = self.origin.plugin.is_some();
        by_plugin && (self.is_first || self.accepted.load(Ordering::Relaxed))
            || self.since.elapsed() > LONG
    }

    fn tell(&self, start: Instant, observer: &Observer) {
        observer.tell(&Step::Credentials {
            plugin: self.origin.plugin.as_deref(),
            took: start.elapsed(),
        });
    }
}
