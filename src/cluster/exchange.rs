//! Sending a request and reading its answer: once, or as often as is safe.
//!
//! | the answer | a read | a write |
//! |---|---|---|
//! | 401 | once more with other credentials, where there are some | the same: nothing was done |
//! | 429, 500, 502, 503, 504; the connection broke | up to three times more, within seconds | told; only a look at the object says what is stored |
//! | no connection, TLS, the time limit, anything else | told | told |

use std::time::{Duration, Instant};

use http::Response;
use http::response::Parts;
use http_body_util::{BodyExt as _, Collected, LengthLimitError, Limited};
use kube::client::Body;

use super::answer::{self, Ask, Peer};
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::link::Live;
use super::retry::Attempts;
use super::trace::{Seen, Step};
use super::{Cluster, ONE_OBJECT, transport};

/// The slowest connection over which a long answer is read to its end, in bytes a second.
const SLOWEST: u64 = 32 << 10;

/// How long that many bytes take over the slowest connection.
fn at_the_slowest(bytes: usize) -> Duration {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST)
}

impl Cluster {
    /// Sends a request and reads the answer, which may have up to `limit` bytes and is of the kind that was asked for.
    pub(super) async fn send(
        &self,
        ask: Ask<'_>,
        call: &Call,
        limit: usize,
    ) -> Result<Vec<u8>, Error> {
        let (_, body) = self.receive(ask, call, limit).await?;
        match ask.expects() {
            Some(kind) if !kind.is_of(&body) => {
                let what = format!("something that is not a {}", kind.name);
                Err(answer::not_the_answer(ask, &self.place().server, &what))
            }
            _ => Ok(body),
        }
    }

    /// The same, with the head of the answer.
    pub(super) async fn receive(
        &self,
        ask: Ask<'_>,
        call: &Call,
        limit: usize,
    ) -> Result<(Parts, Vec<u8>), Error> {
        let exchange = async |live: &Live, seen: &mut Seen| {
            // On the heap: several futures of that size would add up on the stack.
            Box::pin(self.exchange(live, ask, call, limit, seen)).await
        };
        self.repeated(ask, call, exchange).await
    }

    /// Sends a request and reads the head of the answer, within this time. A refusal is read whole.
    pub(super) async fn begin(
        &self,
        ask: Ask<'_>,
        call: &Call,
        limit: Duration,
    ) -> Result<Response<Body>, Error> {
        let open = async |live: &Live, seen: &mut Seen| {
            // On the heap: several futures of that size would add up on the stack.
            let opened = Box::pin(self.open(live, ask, call, seen));
            self.within(limit, limit, ask, opened).await
        };
        self.repeated(ask, call, open).await
    }

    /// Makes attempts, each of which is told, until one succeeds, or its failure is not one that another attempt is
    /// worth.
    async fn repeated<T>(
        &self,
        ask: Ask<'_>,
        call: &Call,
        attempt: impl AsyncFn(&Live, &mut Seen) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let observer = &self.observer;
        let mut attempts = Attempts::begin();
        let mut live = self.link.live(observer).await?;
        loop {
            let lane = self.lanes.enter().await;
            let mut seen = Seen::default();
            let start = Instant::now();
            let answer = attempt(&live, &mut seen).await;
            self.tell(call, seen, start, answer.as_ref().err());
            self.lanes.leave(lane, &answer);
            let error = match answer {
                Ok(answer) => {
                    live.accepted();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.kind() == ErrorKind::Unauthorized {
                live = match self.link.after_refusal(&live, observer).await? {
                    Some(other) => other,
                    None => return Err(error),
                };
                continue;
            }
            // Who is refused for another reason was let in.
            if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) {
                live.accepted();
            }
            let may_repeat = self.repeats && !matches!(ask, Ask::Approval { .. });
            let Some(pause) = attempts.pause(&error).filter(|_| may_repeat) else {
                return Err(error);
            };
            observer.tell(&Step::Repeat { why: &error, pause });
            tokio::time::sleep(pause).await;
            live = self.link.live(observer).await?;
        }
    }

    /// Waits so long; the time that is told is the limit of the request.
    async fn within<T>(
        &self,
        left: Duration,
        timeout: Duration,
        ask: Ask<'_>,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::time::timeout(left, answer)
            .await
            .unwrap_or_else(|_| {
                let why = format!("{} did not answer within {timeout:?}", self.place().server);
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
        live: &Live,
        ask: Ask<'_>,
        call: &Call,
        limit: usize,
        seen: &mut Seen,
    ) -> Result<(Parts, Vec<u8>), Error> {
        let start = Instant::now();
        let opened = self.open(live, ask, call, seen);
        let response = match self.timeout {
            Some(timeout) => self.within(timeout, timeout, ask, opened).await?,
            None => opened.await?,
        };
        let (parts, body) = response.into_parts();
        let mut bytes = self.whole(ask, body, limit, start).await?;
        seen.bytes = Some(bytes.len());
        if ask.is_told() {
            bytes = self.link.redactor().redact_json(bytes);
        }
        Ok((parts, bytes))
    }

    /// Reads the body of an answer to a request that was sent at that time.
    async fn whole(
        &self,
        ask: Ask<'_>,
        body: Body,
        limit: usize,
        start: Instant,
    ) -> Result<Vec<u8>, Error> {
        let mut body = Limited::new(body, limit);
        let mut bytes = Vec::new();
        loop {
            let frame = match self.timeout {
                // What strangers store does not use up the time: only an answer that hardly comes is given up.
                Some(timeout) => {
                    let allowed = timeout.saturating_add(at_the_slowest(bytes.len()));
                    let left = allowed.saturating_sub(start.elapsed());
                    self.within(left, timeout, ask, async { Ok(body.frame().await) })
                        .await?
                }
                None => body.frame().await,
            };
            let Some(frame) = frame else {
                return Ok(bytes);
            };
            let frame = frame.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    answer::too_long(ask, &self.place().server, limit)
                } else {
                    self.fault(ask, error.as_ref())
                }
            })?;
            bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        }
    }

    /// Sends a request once and reads the head of the answer.
    async fn open(
        &self,
        live: &Live,
        ask: Ask<'_>,
        call: &Call,
        seen: &mut Seen,
    ) -> Result<Response<Body>, Error> {
        self.link.redactor().refresh();
        let response = live
            .client
            .send(call.request()?)
            .await
            .map_err(|error| self.fault(ask, &error))?;
        if self.observer.hears() {
            let redactor = self.link.redactor();
            seen.head(response.status(), response.headers(), redactor);
        }
        if response.status().is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, ONE_OBJECT).collect().await;
        let body = body.map(Collected::to_bytes).unwrap_or_default();
        Err(self.refusal(live, ask, &parts, &body))
    }

    fn refusal(&self, live: &Live, ask: Ask<'_>, parts: &Parts, body: &[u8]) -> Error {
        let peer = Peer {
            server: &self.place().server,
            login_hint: &live.login_hint,
            redactor: self.link.redactor(),
        };
        answer::refusal(ask, &peer, parts, body)
    }

    /// The refusal with which a server ends an answer that had begun well.
    pub(super) fn late_refusal(&self, ask: Ask<'_>, parts: &Parts, body: &[u8]) -> Error {
        self.refusal(&self.link.now(), ask, parts, body)
    }

    fn fault(&self, ask: Ask<'_>, error: &(dyn std::error::Error + 'static)) -> Error {
        let fault = transport::fault(error, &self.place().server, self.link.proxy());
        if ask.writes() && !fault.unsent {
            return answer::outcome_unknown(ask, fault.error.message());
        }
        fault.error
    }

    fn tell(&self, call: &Call, seen: Seen, start: Instant, error: Option<&Error>) {
        let server = &self.place().server;
        let exchange = seen.exchange(call, server, error, start.elapsed());
        self.observer.tell(&Step::Exchange(exchange));
    }
}

#[cfg(test)]
mod tests;
