//! Answers of the API server that are refusals or failures, told in one sentence.

use std::time::Duration;

use http::response::Parts;
use serde::Deserialize;

use super::error::{Error, ErrorKind, bounded};
use super::kind::Kind;
use super::redact::Redactor;
use super::resource::Resource;

const CERTIFICATES: &str = "certificates.k8s.io";
const AUTHORIZATION: &str = "authorization.k8s.io";

/// What was asked, for the words of an error and for judging whether its outcome is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask<'a> {
    List(Resource),
    /// CSRs, as they come and change.
    Watch,
    /// The Service under which pods reach the API server.
    Service,
    /// The namespace whose uid tells one cluster from another.
    KubeSystem,
    Get(&'a str),
    Approval {
        name: &'a str,
        dry_run: bool,
    },
    WhoAmI,
    /// What the user may do.
    SelfAccess,
    /// What somebody else may do.
    Access,
    Version,
}

impl Ask<'_> {
    /// Whether the server may have stored something, even if no answer came.
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Approval { dry_run: false, .. })
    }

    fn deed(self) -> String {
        match self {
            Self::List(resource) => format!("list {}", resource.words()),
            Self::Watch => "watch CSRs".into(),
            Self::Service => "read the Service default/kubernetes".into(),
            Self::KubeSystem => "read the namespace kube-system".into(),
            Self::Get(name) => format!("read the CSR \"{name}\""),
            Self::Approval { name, .. } => format!("decide about the CSR \"{name}\""),
            Self::WhoAmI => "ask who the user is".into(),
            Self::SelfAccess => "ask what the user may do".into(),
            Self::Access => "ask what others may do".into(),
            Self::Version => "read the server's version".into(),
        }
    }

    /// Whether a success is no object, but words of the server that are shown as such.
    pub(super) fn is_told(self) -> bool {
        matches!(self, Self::SelfAccess | Self::Access | Self::Version)
    }

    /// The kind of the object that answers it, where it is a single one.
    pub(super) fn expects(self) -> Option<Kind> {
        match self {
            Self::Get(_) | Self::Approval { .. } => {
                Some(Resource::CertificateSigningRequests.kind())
            }
            Self::Service => Some(Kind::SERVICE),
            Self::KubeSystem => Some(Kind::NAMESPACE),
            Self::WhoAmI => Some(Kind::SELF_SUBJECT_REVIEW),
            // Of these, whoever reads the answer says what it is; the version has no kind.
            Self::List(_) | Self::Watch | Self::SelfAccess | Self::Access | Self::Version => None,
        }
    }

    /// The RBAC rule that permits it.
    fn rule(self) -> String {
        match self {
            Self::List(resource) if resource != Resource::CertificateSigningRequests => {
                rule(resource.group(), resource.name(), &["list"], &[])
            }
            Self::Service => rule("", "services", &["get"], &["kubernetes".to_owned()]),
            Self::KubeSystem => rule("", "namespaces", &["get"], &["kube-system".to_owned()]),
            Self::Watch => rule(
                CERTIFICATES,
                "certificatesigningrequests",
                &["get", "list", "watch"],
                &[],
            ),
            Self::List(_) | Self::Get(_) => rule(
                CERTIFICATES,
                "certificatesigningrequests",
                &["get", "list"],
                &[],
            ),
            Self::Approval { .. } => {
                let resource = "certificatesigningrequests/approval";
                rule(CERTIFICATES, resource, &["update"], &[])
            }
            Self::WhoAmI | Self::SelfAccess => "It takes the ClusterRole system:basic-user.".into(),
            Self::Access => rule(AUTHORIZATION, "subjectaccessreviews", &["create"], &[]),
            Self::Version => "It takes the ClusterRole system:public-info-viewer.".into(),
        }
    }

    /// The API without which it cannot be asked.
    fn api(self) -> String {
        let group = match self {
            Self::List(resource) => resource.group(),
            Self::Service | Self::KubeSystem | Self::Version => "",
            Self::Watch | Self::Get(_) | Self::Approval { .. } => CERTIFICATES,
            Self::WhoAmI => "authentication.k8s.io",
            Self::SelfAccess | Self::Access => AUTHORIZATION,
        };
        match group {
            "" => "the API of Kubernetes".into(),
            group => format!("{group}/v1"),
        }
    }
}

/// The RBAC rule that permits listing all of these, which are of one API group.
#[must_use]
pub fn list_rule(resources: &[Resource]) -> String {
    let names: Vec<String> = resources
        .iter()
        .map(|resource| format!("\"{}\"", resource.name()))
        .collect();
    let group = resources.first().map_or("", |resource| resource.group());
    format!(
        "It takes a ClusterRole with the rule: apiGroups: [\"{group}\"], resources: [{}], verbs: [\"list\"].",
        names.join(", ")
    )
}

fn rule(group: &str, resource: &str, verbs: &[&str], names: &[String]) -> String {
    let names = if names.is_empty() {
        String::new()
    } else {
        format!(", resourceNames: {names:?}")
    };
    format!(
        "It takes a ClusterRole with the rule: apiGroups: [\"{group}\"], \
         resources: [\"{resource}\"], verbs: {verbs:?}{names}."
    )
}

/// The `Status` object of a refusal. All of it is the server's word.
#[derive(Default, Deserialize)]
struct Status {
    kind: String,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(default)]
    retry_after_seconds: Option<u64>,
}

/// Whose answer it is, and what its texts need.
pub(super) struct Peer<'a> {
    /// The server, as it may be shown.
    pub(super) server: &'a str,
    /// What to do about a 401.
    pub(super) login_hint: &'a str,
    /// Cuts out the credentials that the answer may repeat.
    pub(super) redactor: &'a Redactor,
}

/// What an answer means that is not a success.
pub(super) fn refusal(ask: Ask<'_>, peer: &Peer<'_>, parts: &Parts, body: &[u8]) -> Error {
    let error = explained(ask, peer, parts, body);
    match parts.status.as_u16() {
        429 | 500 | 502..=504 => error.transient(),
        _ => error,
    }
}

fn explained(ask: Ask<'_>, peer: &Peer<'_>, parts: &Parts, body: &[u8]) -> Error {
    let &Peer {
        server,
        login_hint,
        redactor,
    } = peer;
    let code = parts.status.as_u16();
    let status = serde_json::from_slice::<Status>(body)
        .ok()
        .filter(|status| status.kind == "Status");
    let reason = status
        .as_ref()
        .and_then(|status| status.reason.as_deref())
        .unwrap_or_default();
    let said = status
        .as_ref()
        .and_then(|status| status.message.as_deref())
        .map(|message| bounded(&redactor.redact(message)));
    let said = said.filter(|said| !said.is_empty());
    let because = said
        .as_ref()
        .map(|said| format!(": {said}"))
        .unwrap_or_default();

    if ask.writes() && (code >= 500 || code == 408) {
        return outcome_unknown(ask, &format!("the server failed (HTTP {code}){because}"));
    }
    match code {
        401 => Error::new(
            ErrorKind::Unauthorized,
            format!("{server} does not accept the credentials"),
        )
        .with_hint(login_hint),
        404 if matches!(ask, Ask::WhoAmI) => Error::new(
            ErrorKind::NotFound,
            "the server does not say who the user is",
        ),
        429 => slow_down(parts, status.as_ref()),
        _ if status.is_none() || parts.status.is_redirection() => {
            not_kubernetes(ask, peer, code, body)
        }
        400 | 422 => Error::new(
            ErrorKind::Invalid,
            said.unwrap_or_else(|| format!("{server} calls the request invalid")),
        ),
        403 => {
            let error = forbidden(ask, said.as_deref().unwrap_or_default());
            // Nobody is to grant rights to people who did not log in.
            if error.message().contains("\"system:anonymous\"") {
                error.with_hint(login_hint)
            } else {
                error
            }
        }
        404 => match ask {
            Ask::Get(name) | Ask::Approval { name, .. } if reason == "NotFound" => {
                Error::new(ErrorKind::NotFound, format!("there is no CSR \"{name}\""))
            }
            Ask::Service if reason == "NotFound" => Error::new(
                ErrorKind::NotFound,
                "there is no Service default/kubernetes",
            ),
            Ask::KubeSystem if reason == "NotFound" => {
                Error::new(ErrorKind::NotFound, "there is no namespace kube-system")
            }
            _ => not_served(ask, server),
        },
        409 => match ask {
            Ask::Get(name) | Ask::Approval { name, .. } => Error::new(
                ErrorKind::Conflict,
                format!("the CSR \"{name}\" was changed or replaced since it was read"),
            )
            .with_hint("Look at it again before deciding."),
            _ => Error::new(
                ErrorKind::Conflict,
                format!("the server reports a conflict{because}"),
            ),
        },
        410 => Error::new(
            ErrorKind::Expired,
            "the list changed too much while it was read",
        )
        .with_hint("Try again."),
        408 | 504 => Error::new(
            ErrorKind::Timeout,
            format!("{server} did not finish in time{because}"),
        ),
        _ => Error::new(
            ErrorKind::Server(code),
            format!("{server} failed (HTTP {code}){because}"),
        ),
    }
}

/// The error for a write of which only a look at the object can say whether it took place.
pub(super) fn outcome_unknown(ask: Ask<'_>, why: &str) -> Error {
    let message = format!(
        "the attempt to {} may or may not have succeeded: {why}",
        ask.deed()
    );
    Error::new(ErrorKind::OutcomeUnknown, message)
        .with_hint("Look at it again before you repeat the decision.")
}

fn forbidden(ask: Ask<'_>, said: &str) -> Error {
    // "certificatesigningrequests… is forbidden: User … cannot …": the rest says it all.
    let said = said
        .split_once("is forbidden: ")
        .map_or(said, |(_, why)| why);
    let because = if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    };
    let hint = match said.split_once("not permitted to approve requests with signerName ") {
        Some((_, signer)) => signer_rule(signer.trim().trim_matches('"')),
        None => ask.rule(),
    };
    Error::new(
        ErrorKind::Forbidden,
        format!("not allowed to {}{because}", ask.deed()),
    )
    .with_hint(hint)
}

fn signer_rule(signer: &str) -> String {
    rule(CERTIFICATES, "signers", &["approve"], &[signer.to_owned()])
}

fn slow_down(parts: &Parts, status: Option<&Status>) -> Error {
    let header = parts
        .headers
        .get(http::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let details = status.and_then(|status| status.details.as_ref()?.retry_after_seconds);
    let error = Error::new(
        ErrorKind::TooManyRequests,
        "the server has too many requests to answer this one",
    );
    match header.or(details) {
        Some(seconds) => error
            .with_hint(format!("Try again in {seconds} s."))
            .with_retry_after(Duration::from_secs(seconds)),
        None => error.with_hint("Try again later."),
    }
}

fn not_served(ask: Ask<'_>, server: &str) -> Error {
    Error::new(
        ErrorKind::BadAnswer,
        format!("{server} does not serve {} (HTTP 404)", ask.api()),
    )
    .with_hint("Is this the API server of a cluster, Kubernetes 1.19 or newer?")
}

/// Gateways, login pages and other programs answer with something else than a `Status`.
fn not_kubernetes(ask: Ask<'_>, peer: &Peer<'_>, code: u16, body: &[u8]) -> Error {
    let server = peer.server;
    let redirect =
        "It redirects, which is not followed: the credentials are for this server alone.";
    let text = std::str::from_utf8(body).unwrap_or_default().trim();
    let message = match code {
        404 => return not_served(ask, server),
        200..300 => format!("the answer of {server} is not from a Kubernetes API server"),
        500.. => format!(
            "the answer of {server} is not from a Kubernetes API server (HTTP {code} from a gateway?)"
        ),
        _ => format!("the answer of {server} is not from a Kubernetes API server (HTTP {code})"),
    };
    // One line of plain text is an explanation, a page is not.
    let is_line = !text.is_empty() && !text.contains(['\n', '<']) && text.len() <= 200;
    let line = is_line.then(|| peer.redactor.redact(text));
    if ask.writes() && !(300..400).contains(&code) {
        // What is in between may have passed the request on, and not its answer.
        let says = line.map(|line| format!(": {line}")).unwrap_or_default();
        return outcome_unknown(ask, &format!("{message}{says}"));
    }
    let error = Error::new(ErrorKind::BadAnswer, message);
    match (text, line) {
        _ if (300..400).contains(&code) => error.with_hint(redirect),
        ("Client sent an HTTP request to an HTTPS server.", _) => {
            error.with_hint("The server's URL must start with https://.")
        }
        (_, Some(line)) => error.with_hint(format!("It says: {line}")),
        _ => error
            .with_hint("Is the server's URL right, and is there a proxy or login page in between?"),
    }
}

/// The error for a success whose content is not what was asked for: of a write, only a look at the object can say
/// what is stored.
pub(super) fn not_the_answer(ask: Ask<'_>, server: &str, what: &str) -> Error {
    if ask.writes() {
        outcome_unknown(ask, &format!("the answer is {what}"))
    } else {
        unexpected(ask, server, what)
    }
}

/// The error for a read that was answered with something else.
pub(super) fn unexpected(ask: Ask<'_>, server: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::BadAnswer,
        format!(
            "{server} was asked to {} and answered with {what}",
            ask.deed()
        ),
    )
    .with_hint("Is this an API server, and does nothing in between change its answers?")
}

/// The error for an answer that nobody should send.
pub(super) fn too_long(ask: Ask<'_>, server: &str, limit: usize) -> Error {
    let what = format!("more than {} MiB", limit >> 20);
    unexpected(ask, server, &what).of_kind(ErrorKind::TooLarge)
}

#[cfg(test)]
mod tests;
