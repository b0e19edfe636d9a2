//! What the API server would allow, and which server it is.
//!
//! An access review asks the server's authorizers, all of them, and gives no reason that could be relied on.
//! It runs no admission plugin: a webhook or a policy may still refuse what is allowed here.

use http::Method;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::{Deserialize, Serialize};

use super::answer::{Ask, unexpected};
use super::call::Call;
use super::error::Error;
use super::{Cluster, ONE_OBJECT};

const API_VERSION: &str = "authorization.k8s.io/v1";
const CERTIFICATES: &str = "certificates.k8s.io";
const SELF_REVIEW: &str = "SelfSubjectAccessReview";
const REVIEW: &str = "SubjectAccessReview";

/// A request to the API, as its authorizers see it. Empty fields are left out: an empty `name` stands for all
/// names, which a right that is limited to some does not cover, and an empty `version` for every version.
///
/// Source: `staging/src/k8s.io/api/authorization/v1/types.go`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ResourceAttributes<'a> {
    /// The verb, as in `update`.
    pub verb: &'a str,
    /// The API group; "" is the core group.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub group: &'a str,
    /// The version of the API group.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub version: &'a str,
    /// The resource, without a subresource.
    pub resource: &'a str,
    /// The subresource.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub subresource: &'a str,
    /// The object's name.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    /// The namespace; "" for cluster-scoped resources and for all namespaces at once.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub namespace: &'a str,
}

impl<'a> ResourceAttributes<'a> {
    /// A request for CSRs, or for a subresource of them.
    #[must_use]
    pub fn csrs(verb: &'a str, subresource: &'a str, name: &'a str) -> Self {
        Self {
            verb,
            group: CERTIFICATES,
            resource: "certificatesigningrequests",
            subresource,
            name,
            ..Self::default()
        }
    }

    /// What admission asks of who decides for a signer. The name is a signer's, or `DOMAIN/*`.
    ///
    /// Source: `plugin/pkg/admission/certificates/util.go`.
    #[must_use]
    pub fn signers(verb: &'a str, name: &'a str) -> Self {
        Self {
            verb,
            group: CERTIFICATES,
            version: "*",
            resource: "signers",
            name,
            ..Self::default()
        }
    }
}

/// What the authorizers say. The texts are the server's word, unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessReview {
    /// Whether it is allowed. An answer that also denies it is none that allows.
    pub allowed: bool,
    /// Whether an authorizer denies it, rather than that none has an opinion.
    pub denied: bool,
    /// Why, for a reader.
    pub reason: String,
    /// What went wrong while it was decided; a clear answer stands nevertheless.
    pub evaluation_error: String,
}

/// The version of an API server, and its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// `gitVersion`, as in `v1.31.0`. Untrusted text.
    pub git_version: String,
    /// The time of the answer by the server's clock, in whole seconds; `None` if it does not say.
    pub time: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    api_version: &'static str,
    kind: &'static str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    resource_attributes: &'a ResourceAttributes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    groups: &'a [String],
}

#[derive(Deserialize)]
struct Answer {
    kind: String,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    allowed: bool,
    #[serde(default)]
    denied: bool,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    evaluation_error: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionInfo {
    git_version: String,
}

impl Cluster {
    /// Asks whether the user may do that: a `SelfSubjectAccessReview`.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`](super::ErrorKind) describes of a read.
    pub async fn self_access_review(
        &self,
        attributes: &ResourceAttributes<'_>,
    ) -> Result<AccessReview, Error> {
        let spec = Spec {
            resource_attributes: attributes,
            user: None,
            groups: &[],
        };
        self.ask_access(Ask::SelfAccess, SELF_REVIEW, spec).await
    }

    /// Asks whether somebody else may do that: a `SubjectAccessReview`. The groups are taken literally, so that
    /// `system:authenticated` has to be among them.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`](super::ErrorKind) describes of a read; few users may ask this.
    pub async fn access_review(
        &self,
        user: &str,
        groups: &[String],
        attributes: &ResourceAttributes<'_>,
    ) -> Result<AccessReview, Error> {
        let spec = Spec {
            resource_attributes: attributes,
            user: Some(user),
            groups,
        };
        self.ask_access(Ask::Access, REVIEW, spec).await
    }

    async fn ask_access(
        &self,
        ask: Ask<'_>,
        kind: &'static str,
        spec: Spec<'_>,
    ) -> Result<AccessReview, Error> {
        let question = Question {
            api_version: API_VERSION,
            kind,
            spec,
        };
        let bad = |what: &str| unexpected(ask, &self.place().server, what);
        let body = serde_json::to_vec(&question).map_err(|_| bad("nothing: it cannot be asked"))?;
        let path = format!("/apis/{API_VERSION}/{}s", kind.to_ascii_lowercase());
        let call = Call::with(Method::POST, path, body);
        let body = self.send(ask, &call, ONE_OBJECT).await?;
        serde_json::from_slice::<Answer>(&body)
            .ok()
            .filter(|answer| answer.kind == kind)
            // An authorizer that failed might have said yes.
            .filter(|Answer { status, .. }| {
                status.allowed || status.denied || status.evaluation_error.is_empty()
            })
            .map(|Answer { status, .. }| AccessReview {
                allowed: status.allowed && !status.denied,
                denied: status.denied,
                reason: status.reason,
                evaluation_error: status.evaluation_error,
            })
            .ok_or_else(|| bad("something that says neither yes nor no"))
    }

    /// Asks the server for its version, and for the time by its clock.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`](super::ErrorKind) describes of a read.
    pub async fn version(&self) -> Result<Version, Error> {
        let call = Call::get("/version");
        let (parts, body) = self.receive(Ask::Version, &call, ONE_OBJECT).await?;
        let VersionInfo { git_version } = serde_json::from_slice(&body).map_err(|_| {
            let what = "something that is not a version";
            unexpected(Ask::Version, &self.place().server, what)
        })?;
        let date = parts.headers.get(http::header::DATE);
        Ok(Version {
            git_version,
            time: date.and_then(|date| time(date.to_str().ok()?)),
        })
    }
}

/// A time as HTTP writes it, which is a form of RFC 2822's.
fn time(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cluster::ErrorKind;
    use crate::cluster::testing::{Reply, Server};

    const APPROVE: ResourceAttributes<'_> = ResourceAttributes {
        verb: "approve",
        group: "certificates.k8s.io",
        version: "*",
        resource: "signers",
        subresource: "",
        name: "example.com/a",
        namespace: "",
    };

    fn answer(kind: &str, status: &Value) -> Reply {
        Reply::With(201, json!({"kind": kind, "status": status}).to_string())
    }

    /// The body of a request.
    fn body(request: &str) -> Value {
        serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    #[tokio::test]
    async fn the_server_says_what_the_user_may_do() {
        let no = json!({"allowed": false, "denied": true, "reason": "r", "evaluationError": "e"});
        let server = Server::start([
            answer(SELF_REVIEW, &json!({"allowed": true})),
            answer(SELF_REVIEW, &no),
        ])
        .await;
        let cluster = server.cluster().await;
        let yes = AccessReview {
            allowed: true,
            ..AccessReview::default()
        };
        assert_eq!(cluster.self_access_review(&APPROVE).await, Ok(yes));
        let no = AccessReview {
            allowed: false,
            denied: true,
            reason: "r".into(),
            evaluation_error: "e".into(),
        };
        assert_eq!(cluster.self_access_review(&APPROVE).await, Ok(no));
        assert_eq!(
            server.lines()[0],
            "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        );
        assert_eq!(
            body(&server.requests()[0]),
            json!({
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": {
                    "verb": "approve", "group": "certificates.k8s.io", "version": "*",
                    "resource": "signers", "name": "example.com/a",
                }},
            })
        );
    }

    #[tokio::test]
    async fn the_server_says_what_others_may_do() {
        let server = Server::start([answer(REVIEW, &json!({"allowed": true}))]).await;
        let cluster = server.cluster().await;
        let groups = ["a".to_owned(), "system:authenticated".to_owned()];
        let list = ResourceAttributes {
            verb: "list",
            resource: "pods",
            namespace: "web",
            ..ResourceAttributes::default()
        };
        let answer = cluster.access_review("jane", &groups, &list).await;
        assert!(answer.unwrap().allowed);
        assert_eq!(
            server.lines(),
            ["POST /apis/authorization.k8s.io/v1/subjectaccessreviews"]
        );
        assert_eq!(
            body(&server.requests()[0])["spec"],
            json!({
                "resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "web"},
                "user": "jane", "groups": ["a", "system:authenticated"],
            })
        );
    }

    #[tokio::test]
    async fn what_is_no_clear_yes_is_none() {
        let server = Server::start([
            answer(SELF_REVIEW, &json!({"allowed": true, "denied": true})),
            answer(SELF_REVIEW, &json!({})),
            answer(REVIEW, &json!({"allowed": true})),
            Reply::json(&json!({"kind": SELF_REVIEW, "spec": {}})),
            Reply::With(200, "yes".into()),
        ])
        .await;
        let cluster = server.cluster().await;
        assert!(!cluster.self_access_review(&APPROVE).await.unwrap().allowed);
        for _ in 0..4 {
            let error = cluster.self_access_review(&APPROVE).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadAnswer, "{error}");
        }
    }

    #[tokio::test]
    async fn whoever_may_not_ask_is_told_what_it_takes() {
        let server = Server::start(vec![Reply::status(403, "Forbidden", "no"); 3]).await;
        let cluster = server.cluster().await;
        let error = cluster.self_access_review(&APPROVE).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden);
        assert!(error.hint().unwrap().contains("system:basic-user"));
        let error = cluster.access_review("jane", &[], &APPROVE).await;
        assert!(
            error
                .unwrap_err()
                .hint()
                .unwrap()
                .ends_with("resources: [\"subjectaccessreviews\"], verbs: [\"create\"].")
        );
        let error = cluster.version().await.unwrap_err();
        assert!(error.hint().unwrap().contains("public-info-viewer"));
    }

    #[tokio::test]
    async fn the_server_says_its_version_and_the_time() {
        let with_date = |date: &str| {
            let body = r#"{"gitVersion":"v1.31.0"}"#;
            Reply::Raw(format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ndate: {date}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ))
        };
        let server = Server::start([
            with_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            with_date("yesterday"),
            Reply::json(&json!({"gitVersion": "v1.20.2"})),
            Reply::json(&json!({"major": "1"})),
        ])
        .await;
        let cluster = server.cluster().await;
        let version = cluster.version().await.unwrap();
        assert_eq!(version.git_version, "v1.31.0");
        assert_eq!(version.time, "1994-11-06T08:49:37Z".parse().ok());
        assert_eq!(cluster.version().await.unwrap().time, None);
        assert_eq!(cluster.version().await.unwrap().time, None);
        let error = cluster.version().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer);
        assert_eq!(server.lines()[0], "GET /version");
    }
}
