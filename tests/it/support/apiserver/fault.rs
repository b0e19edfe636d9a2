//! What goes wrong, and when.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::status;
use crate::support::http::{Answer, Request};

/// To which requests something happens.
#[derive(Clone, Debug)]
pub(crate) struct On {
    method: &'static str,
    part: String,
    skip: usize,
    times: usize,
}

impl On {
    /// The next request to list.
    pub(crate) fn list() -> Self {
        Self::new("GET", "certificatesigningrequests?")
    }

    /// The next request to watch.
    pub(crate) fn watch() -> Self {
        Self::new("GET", "certificatesigningrequests?watch=1&")
    }

    /// The next request to read that CSR.
    pub(crate) fn get(name: &str) -> Self {
        Self::new("GET", &format!("certificatesigningrequests/{name}"))
    }

    /// The next request to approve or deny that CSR.
    pub(crate) fn put(name: &str) -> Self {
        let part = format!("certificatesigningrequests/{name}/approval");
        Self::new("PUT", &part)
    }

    /// The next question who one is.
    pub(crate) fn who() -> Self {
        Self::new("POST", "selfsubjectreviews")
    }

    /// The next request with that method, and that text in its path or query.
    pub(crate) fn new(method: &'static str, part: &str) -> Self {
        Self {
            method,
            part: part.to_owned(),
            skip: 0,
            times: 1,
        }
    }

    /// Not at once, but behind so many of its kind.
    pub(crate) fn skip(mut self, count: usize) -> Self {
        self.skip = count;
        self
    }

    /// Not once, but so many times.
    pub(crate) fn times(mut self, count: usize) -> Self {
        self.times = count;
        self
    }

    /// Whether this is such a request and its turn has come.
    pub(super) fn strikes(&mut self, request: &Request) -> bool {
        let matches = request.method == self.method && request.target.contains(&self.part);
        if !matches || self.is_used_up() {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.times -= 1;
        true
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.times == 0
    }
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The server refuses, with code, reason and message.
    Refuse(u16, &'static str, &'static str),
    /// The server has too many requests, and names the seconds to wait.
    TooMany(u32),
    /// Somebody else answers: code, content type, body.
    Answer(u16, &'static str, String),
    /// The answer is another one.
    Change(fn(&mut Value)),
    /// The answer takes that long.
    Slow(Duration),
    /// The answer begins at once, and its body comes in twenty parts, with such a pause before each.
    Trickle(Duration),
    /// The answer has so many spaces more behind it.
    Pad(usize),
    /// The answer says that its content is of another type.
    Relabel(&'static str),
    /// The request takes effect, and its answer breaks off in the middle.
    CutOff,
    /// The request takes effect, and the connection ends without an answer.
    AnswerLost,
    /// The connection ends before the request takes effect.
    HangUp,
    /// What comes back is not HTTP.
    Garbage,
    /// The server sends the client elsewhere.
    Redirect(String),
    /// The server refuses with this code, and repeats the credentials of the request: as a `Status`, in the head and,
    /// percent-encoded, in the message.
    Echo(u16),
    /// The same by something in between, in a line of text.
    EchoText(u16),
    /// The answer has the credentials of the request in its head.
    EchoHead,
}

impl Fault {
    /// The page of a gateway whose server is away.
    pub(crate) fn bad_gateway() -> Self {
        let page =
            "<html><head><title>502 Bad Gateway</title></head>\x1b[2J<body>nginx</body></html>";
        Self::Answer(502, "text/html", page.to_owned())
    }

    /// What a server says of a list whose continuation is too old.
    pub(crate) fn expired() -> Self {
        Self::Refuse(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new \
             list without the continue parameter, or use the continue token in this response to retrieve the \
             remainder of the results.",
        )
    }

    /// Whether the server does what it was asked for.
    pub(super) fn takes_effect(&self) -> bool {
        matches!(
            self,
            Self::Change(_)
                | Self::Slow(_)
                | Self::Trickle(_)
                | Self::Pad(_)
                | Self::Relabel(_)
                | Self::CutOff
                | Self::AnswerLost
                | Self::EchoHead
        )
    }

    /// Goes wrong; whether the connection lives on.
    pub(super) fn strike(
        &self,
        to: &mut impl Write,
        answer: Option<Answer>,
        request: &Request,
    ) -> io::Result<bool> {
        let whole = usize::MAX;
        let path = request.path();
        let credentials = request.header("authorization").unwrap_or_default();
        match (self, answer) {
            (Self::Refuse(code, reason, message), _) => {
                status(*code, reason, message).write(to, whole)?;
            }
            (Self::TooMany(seconds), _) => {
                let message = "The server has received too many requests, please try again later.";
                status(429, "TooManyRequests", message)
                    .header("retry-after", &seconds.to_string())
                    .write(to, whole)?;
            }
            (Self::Answer(code, content_type, body), _) => {
                Answer::new(*code, content_type, body.as_bytes()).write(to, whole)?;
            }
            (Self::Change(change), Some(mut answer)) => {
                let mut value = serde_json::from_slice(&answer.body).expect("JSON");
                change(&mut value);
                answer.body = value.to_string().into_bytes();
                answer.write(to, whole)?;
            }
            (Self::Slow(time), Some(answer)) => {
                thread::sleep(*time);
                answer.write(to, whole)?;
            }
            (Self::Trickle(pause), Some(answer)) => {
                answer.write(to, 0)?;
                for part in answer.body.chunks(answer.body.len().div_ceil(20)) {
                    thread::sleep(*pause);
                    to.write_all(part)?;
                    to.flush()?;
                }
            }
            (Self::Pad(spaces), Some(mut answer)) => {
                answer.body.resize(answer.body.len() + spaces, b' ');
                answer.write(to, whole)?;
            }
            (Self::Relabel(content_type), Some(mut answer)) => {
                answer.headers = vec![("content-type".to_owned(), (*content_type).to_owned())];
                answer.write(to, whole)?;
            }
            (Self::CutOff, Some(answer)) => {
                answer.write(to, answer.body.len() / 2)?;
                return Ok(false);
            }
            (Self::Garbage, _) => {
                to.write_all(b"SSH-2.0-OpenSSH_9.2\r\n")?;
                return Ok(false);
            }
            (Self::Redirect(to_url), _) => {
                Answer::new(302, "text/plain", "")
                    .header("location", &format!("{to_url}{path}"))
                    .write(to, whole)?;
            }
            (Self::Echo(code), _) => {
                let encoded = utf8_percent_encode(credentials, NON_ALPHANUMERIC);
                let message = format!("seen: {credentials}, or {encoded}");
                status(*code, "InternalError", &message)
                    .header("warning", &format!("299 - \"{credentials}\""))
                    .write(to, whole)?;
            }
            (Self::EchoText(code), _) => {
                let line = format!("seen: {credentials}");
                Answer::new(*code, "text/plain", line).write(to, whole)?;
            }
            (Self::EchoHead, Some(answer)) => {
                let warning = format!("299 - \"{credentials}\"");
                answer.header("warning", &warning).write(to, whole)?;
            }
            (Self::AnswerLost | Self::HangUp, _) => return Ok(false),
            (
                Self::Change(_)
                | Self::Slow(_)
                | Self::Trickle(_)
                | Self::Pad(_)
                | Self::Relabel(_)
                | Self::CutOff
                | Self::EchoHead,
                None,
            ) => {
                unreachable!("these take effect")
            }
        }
        Ok(true)
    }
}
