//! Connections that fail or break, told in one sentence.
//!
//! The layers of the HTTP stack wrap one another's errors and repeat their texts; only the cause counts here.

use std::error::Error as StdError;
use std::io;

use hyper_util::client::legacy::Error as ClientError;
use kube::client::AuthError;
use rustls::{AlertDescription, CertificateError};

use super::error::{Error, ErrorKind, bounded};

/// Why there is no whole answer.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: Error,
    /// Whether the server cannot have seen the request.
    pub(super) unsent: bool,
}

/// Finds the cause in the error's chain. `proxy` is the proxy in between, as it may be shown.
pub(super) fn fault(error: &(dyn StdError + 'static), server: &str, proxy: Option<&str>) -> Fault {
    if causes(error).any(<dyn StdError>::is::<AuthError>) {
        let error = Error::new(
            ErrorKind::Credentials,
            "the credentials could not be renewed",
        )
        .with_hint("Log in again with the tool that wrote the kubeconfig.");
        return Fault {
            error,
            unsent: true,
        };
    }
    let connecting = causes(error)
        .filter_map(|cause| cause.downcast_ref::<ClientError>())
        .any(ClientError::is_connect);
    let tls = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
    if let Some(tls) = tls {
        return Fault {
            error: tls_error(tls, server),
            // TLS 1.3 servers refuse a client certificate only after the client has begun to send; they do not
            // read on.
            unsent: connecting
                || matches!(tls, rustls::Error::AlertReceived(alert) if client_certificate(*alert).is_some()),
        };
    }
    let through = match proxy {
        Some(proxy) => format!("{server} through the proxy {proxy}"),
        None => server.to_owned(),
    };
    let what = if connecting {
        "cannot connect to"
    } else {
        "the connection broke to"
    };
    let (kind, why, hint) = reason(error, connecting);
    let hint = hint.map_or_else(
        || match proxy {
            Some(_) => "See proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY.".to_owned(),
            None => "Is the cluster running, and is this its address?".to_owned(),
        },
        str::to_owned,
    );
    let error = Error::new(kind, format!("{what} {through}: {why}")).with_hint(hint);
    Fault {
        // A server that starts anew, or a balancer that loses one of several, breaks connections; one that cannot
        // be reached at all stays so for longer.
        error: if connecting { error } else { error.transient() },
        unsent: connecting,
    }
}

/// The error and everything that it wraps. An `io::Error` hides its own cause from `source`.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => error.source(),
        }
    })
}

fn reason(
    error: &(dyn StdError + 'static),
    connecting: bool,
) -> (ErrorKind, &'static str, Option<&'static str>) {
    use ErrorKind::{Timeout, Unreachable};
    // The types of these errors are private.
    for text in causes(error).map(ToString::to_string) {
        if text.starts_with("dns error") {
            return (
                Unreachable,
                "its name cannot be resolved",
                Some("Is the name right, and is the network up?"),
            );
        }
        if text == "tunnel error: proxy authorization required" {
            return (Unreachable, "the proxy wants a name and password", None);
        }
        if text == "tunnel error: unsuccessful" || text.starts_with("SOCKS error") {
            return (Unreachable, "the proxy refuses", None);
        }
    }
    let kind = causes(error)
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind);
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => (Unreachable, "connection refused", None),
        Some(io::ErrorKind::TimedOut) => (Timeout, "no answer within 10 s", None),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            (Unreachable, "there is no route to it", None)
        }
        Some(
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof,
        ) => (Unreachable, "it was closed from the other side", None),
        _ if connecting => (Unreachable, "the connection failed", None),
        _ => (Unreachable, "there was no complete HTTP answer", None),
    }
}

fn tls_error(error: &rustls::Error, server: &str) -> Error {
    use CertificateError as Certificate;
    let (what, hint) = match error {
        rustls::Error::InvalidCertificate(why) => match why {
            Certificate::Expired | Certificate::ExpiredContext { .. } => (
                "has expired".to_owned(),
                "Renew it on the server, or correct this machine's clock.",
            ),
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => (
                "is not valid yet".to_owned(),
                "Correct the clock, here or where it was issued.",
            ),
            Certificate::UnknownIssuer | Certificate::BadSignature => (
                "was signed by an unknown authority".to_owned(),
                "Is this the right cluster? If so, give its authority (certificate-authority).",
            ),
            Certificate::NotValidForNameContext { presented, .. } if presented.is_empty() => (
                "is for no name: a common name does not count".to_owned(),
                "The server needs one with a subjectAltName; kubectl refuses this one too.",
            ),
            Certificate::NotValidForNameContext { presented, .. } => (
                format!("is for other names ({})", bare_names(presented)),
                "Use one of these names as server, or give it with --tls-server-name.",
            ),
            Certificate::NotValidForName => (
                "is for another name".to_owned(),
                "Use its name as server, or give it with --tls-server-name.",
            ),
            Certificate::Revoked => ("was revoked".to_owned(), "Ask whoever runs the cluster."),
            _ => (
                "cannot be verified".to_owned(),
                "Ask whoever runs the cluster.",
            ),
        },
        rustls::Error::AlertReceived(alert) => return alert_error(*alert, server),
        rustls::Error::InvalidMessage(_) => {
            return Error::new(ErrorKind::Tls, format!("{server} does not speak TLS"))
                .with_hint("Is it a plain http:// server, or another service?");
        }
        _ => {
            return Error::new(
                ErrorKind::Tls,
                format!("no TLS connection to {server} could be agreed on"),
            )
            .with_hint("Is it an API server, and does it support TLS 1.2 or newer?");
        }
    };
    Error::new(
        ErrorKind::Tls,
        format!("the certificate of {server} {what}"),
    )
    .with_hint(hint)
}

/// The names of a certificate, which come as `DnsName("x")`.
fn bare_names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name
            .split_once('(')
            .and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(name).trim_matches('"').to_owned()
    };
    bounded(&presented.iter().map(bare).collect::<Vec<_>>().join(", "))
}

fn alert_error(alert: AlertDescription, server: &str) -> Error {
    let why = client_certificate(alert).unwrap_or("refuses the TLS connection");
    Error::new(ErrorKind::Tls, format!("{server} {why}"))
        .with_hint("Renew the user's client certificate, or choose another user or context.")
}

/// What a server's alert says about our certificate, if it is about that.
fn client_certificate(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateExpired => {
            Some("says that the client certificate has expired")
        }
        AlertDescription::CertificateRequired => Some("wants a client certificate"),
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied => Some("does not accept the client certificate"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
