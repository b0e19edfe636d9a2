//! Watching CSRs: a list, and from there on every change, for as long as the program runs.
//!
//! | what happens | what follows |
//! |---|---|
//! | the stream ends, breaks, or is silent for minutes | it is asked for again, from the last resourceVersion on |
//! | no connection, 5xx, 429, answers of a gateway | the same after a pause, longer each time, or as long as the server asks |
//! | 410, a resourceVersion that is not accepted, a line that is no event | a new list |
//! | not permitted (401, 403), or asked for what cannot be | the error, and the end |
//!
//! Nothing is passed over: what a list no longer holds is [`Event::Gone`], and an object that cannot be understood
//! is an [`Event::Object`] all the same. But a later list does not repeat what has not changed.
//!
//! Of what is there, uids, names and versions are kept, and no objects: a list is passed on object by object, and its
//! next page is read when the last one was taken.

mod frame;
mod lines;
mod listing;
mod pace;

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::answer::{Ask, unexpected};
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::pages::{Items, Pager, Selector, parameters};
use super::resource::Resource;
use super::retry::random;
use super::{Cluster, ONE_OBJECT};
use frame::{Frame, Metadata, code_of};
use lines::{End, Lines};
use listing::{Known, from_the_start};
use pace::{PACE, Pace};

/// How often a watch from the same resourceVersion may fail before only a list can tell whether the server has it.
const TRIES: u32 = 3;
/// How long to wait for a watch to begin where requests have no time limit.
const LONGEST_START: Duration = Duration::from_secs(60);
/// The shortest time after which the server is asked to end a watch; at most it is twice as long.
const SHORTEST_WATCH: u64 = 300;

/// What a watch tells.
#[derive(Debug)]
pub enum Event {
    /// A list begins: with what comes up to [`Event::Synced`] all is known that there is. It may begin anew.
    Listing,
    /// An object that is new, has changed, or may have: its JSON.
    Object(Box<RawValue>),
    /// An object is gone, or is no longer selected.
    Gone {
        /// Its name.
        name: String,
        /// Its uid.
        uid: String,
    },
    /// The list is complete.
    Synced,
    /// Something goes wrong, and is tried again. Each kind is told once until [`Event::Recovered`].
    Trouble(Error),
    /// All is well again.
    Recovered,
}

/// Where a watch stands.
enum Phase {
    /// Everything has to be listed, from this page on.
    List(Pager),
    /// Changes since this version are to be asked for.
    Ask { version: String, tries: u32 },
    /// They are coming in; the last one made this version.
    Follow {
        version: String,
        lines: Lines,
        since: Instant,
    },
}

/// A watch of CSRs.
pub struct Watch {
    cluster: Cluster,
    selector: Selector,
    pace: Pace,
    phase: Phase,
    /// What is there, by uid: a new list shows what has gone.
    known: BTreeMap<String, Known>,
    /// The number of the list that is being read, or was last.
    list: u64,
    /// A page of it, and how many of its items were taken.
    page: Option<(Items, usize)>,
    events: VecDeque<Event>,
    synced: bool,
    /// The kinds of failure that were told.
    told: Vec<ErrorKind>,
    /// How many attempts in a row came to nothing.
    failures: u32,
    /// When the next attempt is due.
    due: Option<Instant>,
}

impl Watch {
    /// A watch of the CSRs that the selector means. Nothing is sent yet.
    #[must_use]
    pub fn new(cluster: Cluster, selector: Selector) -> Self {
        Self {
            cluster: cluster.without_repeats(),
            selector,
            pace: PACE,
            phase: from_the_start(),
            known: BTreeMap::new(),
            list: 0,
            page: None,
            events: VecDeque::new(),
            synced: false,
            told: Vec::new(),
            failures: 0,
            due: None,
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`], [`ErrorKind::Forbidden`], and what no repetition can mend; before the first list
    /// is complete also answers that no API server gives.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.ready()? {
                return Ok(event);
            }
            self.step().await?;
        }
    }

    /// The same, but nobody waits for longer than this for what the server may send, or in a pause. A request that
    /// has begun is waited for: it would have to be made anew, and it has a time limit of its own.
    ///
    /// # Errors
    ///
    /// As [`Watch::next`].
    pub async fn next_within(&mut self, time: Duration) -> Result<Option<Event>, Error> {
        let end = Instant::now() + time;
        loop {
            if let Some(event) = self.ready()? {
                return Ok(Some(event));
            }
            if Instant::now() >= end {
                return Ok(None);
            }
            if self.due.is_none() && !matches!(self.phase, Phase::Follow { .. }) {
                self.step().await?;
            } else if let Ok(step) = timeout_at(end, self.step()).await {
                step?;
            }
        }
    }

    /// The next event, if it is here already, or comes in no time from the server as it is connected.
    ///
    /// # Errors
    ///
    /// As [`Watch::next`].
    pub async fn soon(&mut self, patience: Duration) -> Result<Option<Event>, Error> {
        if let Some(event) = self.ready()? {
            return Ok(Some(event));
        }
        if matches!(self.phase, Phase::Follow { .. })
            && let Ok(step) = timeout(patience, self.step()).await
        {
            step?;
        }
        self.ready()
    }

    /// What is to be done next: a pause, a request, or more of a stream. Of a request nothing is left if nobody waits
    /// to its end.
    async fn step(&mut self) -> Result<(), Error> {
        if let Some(due) = self.due {
            sleep_until(due).await;
            self.due = None;
            return Ok(());
        }
        let listing = matches!(self.phase, Phase::List(_));
        let step = match self.phase {
            Phase::List(_) => self.list().await,
            Phase::Ask { .. } => self.ask().await,
            Phase::Follow { .. } => self.follow().await,
        };
        step.or_else(|error| self.fail(error, listing))
    }

    fn ready(&mut self) -> Result<Option<Event>, Error> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            if let Some((items, taken)) = &mut self.page {
                let Some(item) = items.some(*taken, 1).next() else {
                    self.page = None;
                    continue;
                };
                *taken += 1;
                let item = RawValue::from_string(item.to_owned());
                if let Ok(item) = item
                    && self.is_news(Metadata::of(&item))
                {
                    return Ok(Some(Event::Object(item)));
                }
                continue;
            }
            let Phase::Follow { lines, .. } = &mut self.phase else {
                return Ok(None);
            };
            let Some(line) = lines.complete() else {
                return Ok(None);
            };
            let frame = serde_json::from_slice::<Frame>(line);
            let is_empty = line.trim_ascii().is_empty();
            match frame {
                Ok(frame) => {
                    if let Err(error) = self.take(frame) {
                        self.fail(error, false)?;
                    }
                }
                Err(_) if is_empty => {}
                Err(_) => {
                    let error = self.unexpected("a line that is no event");
                    self.fail(error, false)?;
                }
            }
        }
    }

    async fn ask(&mut self) -> Result<(), Error> {
        let Phase::Ask { version, tries } = &mut self.phase else {
            return Ok(());
        };
        let seconds = SHORTEST_WATCH + random() % SHORTEST_WATCH;
        let target = format!(
            "{}?watch=1&allowWatchBookmarks=true&timeoutSeconds={seconds}{}",
            Resource::CertificateSigningRequests.path(),
            parameters(&self.selector, ("resourceVersion", Some(version.as_str())))
        );
        let call = Call::get(target).plain();
        let limit = self.cluster.timeout.unwrap_or(LONGEST_START);
        // Only its head has a time limit.
        let opened = self.cluster.begin(Ask::Watch, &call, limit).await;
        match opened {
            Ok(response) => {
                self.phase = Phase::Follow {
                    version: mem::take(version),
                    lines: Lines::new(response.into_body(), ONE_OBJECT),
                    since: Instant::now(),
                };
                Ok(())
            }
            Err(error) => {
                *tries += 1;
                let spent = *tries >= TRIES;
                match error.kind() {
                    ErrorKind::Expired => {
                        self.phase = from_the_start();
                        self.again();
                        return Ok(());
                    }
                    ErrorKind::Invalid => self.phase = from_the_start(),
                    _ if spent => self.phase = from_the_start(),
                    _ => {}
                }
                Err(error)
            }
        }
    }

    async fn follow(&mut self) -> Result<(), Error> {
        let is_settled = self.failures == 0 && self.told.is_empty();
        let Phase::Follow {
            lines,
            version,
            since,
        } = &mut self.phase
        else {
            return Ok(());
        };
        let until = if is_settled {
            Instant::now() + self.pace.idle
        } else {
            *since + self.pace.settle
        };
        if until <= Instant::now() {
            self.settled();
            return Ok(());
        }
        match timeout_at(until, lines.more()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(End::TooLong)) => {
                let what = format!("an event of more than {} MiB", ONE_OBJECT >> 20);
                self.phase = from_the_start();
                Err(self.unexpected(&what))
            }
            Err(_) if !is_settled => {
                self.settled();
                Ok(())
            }
            Ok(Err(End::Over)) | Err(_) => {
                self.phase = Phase::Ask {
                    version: mem::take(version),
                    tries: 0,
                };
                self.again();
                Ok(())
            }
        }
    }

    /// Takes an event in.
    fn take(&mut self, frame: Frame) -> Result<(), Error> {
        let Phase::Follow { version, .. } = &mut self.phase else {
            return Ok(());
        };
        if frame.kind == "ERROR" {
            return self.error(&frame.object);
        }
        let kind = Resource::CertificateSigningRequests.kind();
        if !kind.is_of(frame.object.get().as_bytes()) {
            self.phase = from_the_start();
            return Err(self.unexpected("an event about something that is not a CSR"));
        }
        let metadata = Metadata::of(&frame.object);
        let newer = metadata.as_ref().map(|it| &it.resource_version);
        // What says nothing new would come again and again if it counted as a success.
        let advances = newer.is_some_and(|newer| !newer.is_empty() && newer != version);
        if let (true, Some(newer)) = (advances, newer) {
            version.clone_from(newer);
        }
        match (frame.kind.as_str(), metadata) {
            ("ADDED" | "MODIFIED", metadata) => {
                // An event is one, whatever is known.
                self.is_news(metadata);
                self.events.push_back(Event::Object(frame.object));
            }
            ("DELETED", Some(Metadata { uid, name, .. })) => {
                self.known.remove(&uid);
                self.events.push_back(Event::Gone { name, uid });
            }
            ("BOOKMARK", _) => {}
            _ => {
                self.phase = from_the_start();
                return Err(self.unexpected("an event that is none of a watch"));
            }
        }
        if advances {
            self.settled();
        }
        Ok(())
    }

    /// The event with which a server ends a watch.
    fn error(&mut self, status: &RawValue) -> Result<(), Error> {
        let Some(code) = code_of(status) else {
            self.phase = from_the_start();
            return Err(self.unexpected("an error that does not say which"));
        };
        let mut answer = http::Response::new(());
        *answer.status_mut() = code;
        let (parts, ()) = answer.into_parts();
        let error = self
            .cluster
            .late_refusal(Ask::Watch, &parts, status.get().as_bytes());
        match &mut self.phase {
            Phase::Follow { version, .. } if error.kind() != ErrorKind::Expired => {
                self.phase = Phase::Ask {
                    version: mem::take(version),
                    // The server had accepted the version, and failed later.
                    tries: 1,
                };
                Err(error)
            }
            _ => {
                self.phase = from_the_start();
                self.again();
                Ok(())
            }
        }
    }

    /// Goes on after what may happen at any time: at once, unless it happens again and again.
    fn again(&mut self) {
        if self.failures > 0 {
            self.due = Some(Instant::now() + self.pace.pause(self.failures));
        }
        self.failures = self.failures.saturating_add(1);
    }

    /// Goes on after a failure, or not at all.
    fn fail(&mut self, error: Error, listing: bool) -> Result<(), Error> {
        use ErrorKind::{
            BadAnswer, Credentials, Forbidden, Invalid, Kubeconfig, NotFound, Timeout, Tls,
            Unauthorized, Unreachable, Usage,
        };
        let is_final = match error.kind() {
            Unauthorized | Forbidden | Usage | Kubeconfig => true,
            // Of a watch, a list shows whether it is the version that is not accepted.
            Invalid => listing,
            // A plugin fails too where the network is down.
            BadAnswer | Credentials | NotFound | Tls => !self.synced,
            _ => false,
        };
        if is_final {
            return Err(error);
        }
        self.failures = self.failures.saturating_add(1);
        let asked = error.retry_after().unwrap_or_default();
        let pause = self
            .pace
            .pause(self.failures)
            .max(asked.min(10 * self.pace.longest_pause));
        self.due = Some(Instant::now() + pause);
        match &mut self.phase {
            // A line was not understood: what else it would have said is in a list.
            Phase::Follow { .. } => self.phase = from_the_start(),
            Phase::List(pager) => match error.kind() {
                // A page of fewer objects may come in time.
                Timeout => pager.shrink(),
                Unreachable => {}
                _ if error.is_transient() => {}
                _ => *pager = pager.anew(),
            },
            Phase::Ask { .. } => {}
        }
        if !self.told.contains(&error.kind()) {
            self.told.push(error.kind());
            self.events.push_back(Event::Trouble(error));
        }
        Ok(())
    }

    /// A stream works.
    fn settled(&mut self) {
        self.failures = 0;
        if !self.told.is_empty() {
            self.told.clear();
            self.events.push_back(Event::Recovered);
        }
    }

    fn unexpected(&self, what: &str) -> Error {
        unexpected(Ask::Watch, &self.cluster.place().server, what)
    }
}

#[cfg(test)]
mod tests;
