//! All talk with the API server.
//!
//! The kube crate connects and authenticates; what is sent and what an answer means is decided here, because each
//! request has to be exactly the one that was meant and each failure has to be told without secrets:
//!
//! - [`ConnectionOptions`] and the kubeconfig choose a server and a user as kubectl does ([`Cluster::connect`]);
//! - a read that fails for the moment is repeated briefly, a write never ([`exchange`]), and no redirect is followed;
//! - credentials that end are obtained anew, for the same server and user ([`link`]);
//! - objects stay the JSON that the server sent ([`Cluster::list`], [`Watch`], [`Cluster::get`], [`Cluster::put_approval`]);
//! - whatever a server says passes a [`redact::Redactor`], which cuts out the credentials that were sent;
//! - an [`Error`] is one sentence and a hint. All texts in it are raw: whoever shows them escapes them.

mod access;
mod answer;
mod call;
mod connection;
mod credentials;
mod csrs;
mod error;
mod exchange;
mod exec;
mod flags;
mod identity;
mod kind;
mod kubeconfig;
mod lanes;
mod link;
mod options;
mod pages;
mod proxy;
mod redact;
mod resource;
mod retry;
mod surroundings;
#[cfg(test)]
mod testing;
mod trace;
mod transport;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::access::{AccessReview, ResourceAttributes, Version};
pub use self::answer::list_rule;
pub use self::error::{Error, ErrorKind};
use self::lanes::Lanes;
use self::link::Link;
pub use self::options::{ConnectionOptions, Parallel, RequestTimeout};
pub use self::pages::{Items, Page, Selector};
pub use self::resource::Resource;
use self::surroundings::Surroundings;
pub use self::trace::{Exchange, Observer, Step};
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
    link: Arc<Link>,
    timeout: Option<Duration>,
    /// Whether a read that fails for the moment is repeated.
    repeats: bool,
    lanes: Arc<Lanes>,
    observer: Observer,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("place", self.place())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Finds out where to connect and as whom. Nothing is sent yet, but a credential plugin of the kubeconfig runs:
    /// once, so that nobody is asked for a password twice. The observer is told each step from here on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Kubeconfig`], [`ErrorKind::Credentials`], [`ErrorKind::Tls`] or [`ErrorKind::Usage`].
    pub async fn connect(options: &ConnectionOptions, observer: Observer) -> Result<Self, Error> {
        Self::connect_from(options, Surroundings::of_this_process(), observer).await
    }

    async fn connect_from(
        options: &ConnectionOptions,
        around: Surroundings,
        observer: Observer,
    ) -> Result<Self, Error> {
        Ok(Self {
            link: Arc::new(Link::new(options, around, &observer).await?),
            timeout: options.request_timeout.0,
            repeats: true,
            lanes: Arc::new(Lanes::new(options.parallel.0)),
            observer,
        })
    }

    /// The same for whoever has a pace of its own: what fails is not repeated here.
    fn without_repeats(self) -> Self {
        Self {
            repeats: false,
            ..self
        }
    }

    /// Where requests go, and as whom.
    #[must_use]
    pub fn place(&self) -> &Place {
        self.link.place()
    }

    /// How many requests may be under way at a time.
    #[must_use]
    pub fn parallel(&self) -> usize {
        self.lanes.most()
    }
}
