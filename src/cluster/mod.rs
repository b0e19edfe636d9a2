//! All talk with the API server.
//!
//! The kube crate connects and authenticates; what is sent and what an answer means is decided here, because each
//! request has to be exactly the one that was meant and each failure has to be told without secrets:
//!
//! - [`ConnectionOptions`] and the kubeconfig choose a server and a user as kubectl does ([`Cluster::connect`]);
//! - no request is repeated, least of all a write, and no redirect is followed;
//! - objects stay the JSON that the server sent ([`Cluster::list`], [`Watch`], [`Cluster::get`], [`Cluster::put_approval`]);
//! - an [`Error`] is one sentence and a hint. All texts in it are raw: whoever shows them escapes them.

mod access;
mod answer;
mod connection;
mod credentials;
mod csrs;
mod error;
mod exec;
mod flags;
mod identity;
mod kubeconfig;
mod options;
mod proxy;
mod resource;
mod surroundings;
#[cfg(test)]
mod testing;
mod transport;
mod watch;

use std::fmt;
use std::time::Duration;

use http::response::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use kube::client::Body;

pub use self::access::{AccessReview, ResourceAttributes, Version};
use self::answer::Ask;
pub use self::answer::list_rule;
use self::connection::Connection;
pub use self::csrs::{Page, Selector};
pub use self::error::{Error, ErrorKind};
pub use self::options::{ConnectionOptions, RequestTimeout};
pub use self::resource::Resource;
use self::surroundings::Surroundings;
pub use self::watch::{Event, Watch};

/// The largest object that is read, in bytes. The API server stores at most 1.5 MiB.
const ONE_OBJECT: usize = 16 << 20;

/// Where requests go and as whom, to be shown before a decision. Untrusted text, unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The kubeconfig's context.
    pub context: Option<String>,
    /// The API server's URL, without a name and password.
    pub server: String,
    /// The impersonated user, else the flag that gave the credentials (`--token`), else the kubeconfig's name for
    /// the user. `None` if there are no credentials to send, or none may be sent: over plain http.
    pub user: Option<String>,
    /// Whether the server could be anyone: its certificate is not checked, or it is remote and has none.
    pub insecure: bool,
}

/// An API server, and the credentials for it. Clones share connections.
#[derive(Clone)]
pub struct Cluster {
    client: kube::Client,
    place: Place,
    proxy: Option<String>,
    login_hint: String,
    timeout: Option<Duration>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Finds out where to connect and as whom. Nothing is sent yet, but a credential plugin of the kubeconfig runs:
    /// once, so that nobody is asked for a password twice.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Kubeconfig`], [`ErrorKind::Credentials`], [`ErrorKind::Tls`] or [`ErrorKind::Usage`].
    pub async fn connect(options: &ConnectionOptions) -> Result<Self, Error> {
        Self::connect_from(options, &Surroundings::of_this_process()).await
    }

    async fn connect_from(
        options: &ConnectionOptions,
        around: &Surroundings,
    ) -> Result<Self, Error> {
        let Connection {
            client,
            place,
            proxy,
            login_hint,
        } = connection::prepare(options, around).await?;
        Ok(Self {
            client,
            place,
            proxy,
            login_hint,
            timeout: options.request_timeout.0,
        })
    }

    /// Where requests go, and as whom.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Sends a request once and reads the answer, which may have up to `limit` bytes.
    async fn send(
        &self,
        ask: Ask<'_>,
        request: Request<Body>,
        limit: usize,
    ) -> Result<Vec<u8>, Error> {
        let (_, body) = self.receive(ask, request, limit).await?;
        Ok(body)
    }

    /// The same, with the head of the answer.
    async fn receive(
        &self,
        ask: Ask<'_>,
        request: Request<Body>,
        limit: usize,
    ) -> Result<(Parts, Vec<u8>), Error> {
        let exchange = self.exchange(ask, request, limit);
        match self.timeout {
            Some(timeout) => self.within(timeout, ask, exchange).await,
            None => exchange.await,
        }
    }

    async fn within<T>(
        &self,
        timeout: Duration,
        ask: Ask<'_>,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::time::timeout(timeout, answer)
            .await
            .unwrap_or_else(|_| {
                let why = format!("{} did not answer within {timeout:?}", self.place.server);
                Err(if ask.writes() {
                    answer::outcome_unknown(ask, &why)
                } else {
                    Error::new(ErrorKind::Timeout, why)
                        .with_hint("Allow more with --request-timeout.")
                })
            })
    }

    async fn exchange(
        &self,
        ask: Ask<'_>,
        request: Request<Body>,
        limit: usize,
    ) -> Result<(Parts, Vec<u8>), Error> {
        let (parts, body) = self.open(ask, request).await?.into_parts();
        let body = Limited::new(body, limit).collect().await;
        let body = body.map(|body| body.to_bytes().to_vec()).map_err(|error| {
            if error.is::<LengthLimitError>() {
                answer::unexpected(
                    ask,
                    &self.place.server,
                    &format!("more than {} MiB", limit >> 20),
                )
            } else {
                self.fault(ask, error.as_ref())
            }
        })?;
        Ok((parts, body))
    }

    /// Sends a request once and reads the head of the answer. A refusal is read whole.
    async fn open(&self, ask: Ask<'_>, request: Request<Body>) -> Result<Response<Body>, Error> {
        let response = self
            .client
            .send(request)
            .await
            .map_err(|error| self.fault(ask, &error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, ONE_OBJECT).collect().await;
        let body = body.map(Collected::to_bytes).unwrap_or_default();
        Err(self.refusal(ask, &parts, &body))
    }

    fn refusal(&self, ask: Ask<'_>, parts: &Parts, body: &[u8]) -> Error {
        answer::refusal(ask, &self.place.server, &self.login_hint, parts, body)
    }

    fn fault(&self, ask: Ask<'_>, error: &(dyn std::error::Error + 'static)) -> Error {
        let fault = transport::fault(error, &self.place.server, self.proxy.as_deref());
        if ask.writes() && !fault.unsent {
            return answer::outcome_unknown(ask, fault.error.message());
        }
        fault.error
    }
}
