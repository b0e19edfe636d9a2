//! What `-v` tells: each request, and more with each further `v`. No credentials at any of them.

use std::sync::{Mutex, PoisonError};

use crate::cluster::{Exchange, Observer, Step};
use crate::ui::{Escaped, Stream};

/// What tells each step on this stream, if anything is to be told.
pub(super) fn observer(verbosity: u8, stream: Stream) -> Observer {
    if verbosity == 0 {
        return Observer::default();
    }
    let stream = Mutex::new(stream);
    Observer::new(move |step| {
        let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines(verbosity, step) {
            // Nothing that was asked for depends on it.
            let _ = stream.line(format_args!("debug: {}", Escaped::sentence(&line)));
        }
    })
}

fn lines(verbosity: u8, step: &Step<'_>) -> Vec<String> {
    match step {
        Step::Exchange(exchange) => exchanged(verbosity, exchange),
        _ if verbosity < 2 => Vec::new(),
        Step::Repeat { why, pause } => {
            vec![format!("again in {} ms: {why}", pause.as_millis())]
        }
        Step::Credentials { plugin, took } => {
            let took = took.as_millis();
            vec![match plugin {
                Some(plugin) => {
                    format!("connected in {took} ms, with the credential plugin {plugin}")
                }
                None => format!("connected in {took} ms"),
            }]
        }
    }
}

fn exchanged(verbosity: u8, exchange: &Exchange<'_>) -> Vec<String> {
    let Exchange {
        method,
        server,
        target,
        status,
        error,
        took,
        bytes,
        head,
    } = exchange;
    let status = match (status, error) {
        (Some(status), _) => status.to_string(),
        (None, _) => "no answer".to_owned(),
    };
    let took = took.as_millis();
    if verbosity < 2 {
        let path = target.split('?').next().unwrap_or(target);
        return vec![format!("{method} {path}: {status} in {took} ms")];
    }
    let bytes = bytes.map_or_else(String::new, |bytes| format!(", {bytes} bytes"));
    let mut lines = vec![format!(
        "{method} {server}{target}: {status} in {took} ms{bytes}"
    )];
    if verbosity > 2 {
        let fields = head.iter();
        lines.extend(fields.map(|(name, value)| format!("  {name}: {value}")));
        lines.extend(error.map(|error| format!("  {error}")));
    }
    lines
}
