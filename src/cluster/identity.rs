//! Who the API server thinks we are.

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;

use super::answer::{Ask, unexpected};
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::{Cluster, ONE_OBJECT};
use crate::csr::Requestor;

const SELF_SUBJECT_REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const QUESTION: &str = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;

/// A user as the API server authenticated it, after impersonation.
#[derive(Default, Deserialize)]
#[serde(default)]
struct UserInfo {
    username: String,
    uid: String,
    groups: Vec<String>,
    extra: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Review {
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    user_info: UserInfo,
}

impl Cluster {
    /// Asks the server who the user is, in the form of a CSR's requestor. Where it does not say, because it is older
    /// than Kubernetes 1.28 or does not permit it, the impersonated user or the client certificate tells; `None` where
    /// neither is there.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read.
    pub async fn self_subject_review(&self) -> Result<Option<Requestor>, Error> {
        let call = Call::with(
            Method::POST,
            SELF_SUBJECT_REVIEWS,
            QUESTION.as_bytes().to_vec(),
        );
        let body = match self.send(Ask::WhoAmI, &call, ONE_OBJECT).await {
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
                return Ok(self.link.now().login.clone());
            }
            result => result?,
        };
        serde_json::from_slice::<Review>(&body)
            .ok()
            // Whoever is logged in has a name: an answer without one is none.
            .filter(|Review { status, .. }| !status.user_info.username.is_empty())
            .map(|Review { status }| {
                let user = status.user_info;
                Some(Requestor {
                    username: user.username,
                    uid: Some(user.uid).filter(|uid| !uid.is_empty()),
                    groups: user.groups,
                    extra: user.extra,
                })
            })
            .ok_or_else(|| {
                unexpected(
                    Ask::WhoAmI,
                    &self.place().server,
                    "something that is not a user",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::testing::{Reply, Server, connect};

    #[tokio::test]
    async fn the_server_says_who_we_are_if_it_can() {
        let api_version = "authentication.k8s.io/v1";
        let user = json!({
            "username": "jane", "groups": ["a", "system:authenticated"], "extra": {"k": ["v"]},
        });
        let answer = |kind: &str| {
            let status = json!({"userInfo": user});
            json!({"kind": kind, "apiVersion": api_version, "status": status})
        };
        let server = Server::start([
            Reply::json(&answer("SelfSubjectReview")),
            Reply::With(404, "404 page not found".into()),
            Reply::status(403, "Forbidden", "no"),
            Reply::status(
                404,
                "NotFound",
                "the server could not find the requested resource",
            ),
            Reply::status(501, "NotImplemented", "no"),
            Reply::With(200, "{}".into()),
            Reply::json(&answer("TokenReview")),
            Reply::json(&json!({"status": {"userInfo": user}})),
        ])
        .await;
        let cluster = server.cluster().await;
        let jane = Requestor {
            username: "jane".into(),
            uid: None,
            groups: vec!["a".into(), "system:authenticated".into()],
            extra: [("k".into(), vec!["v".into()])].into(),
        };
        assert_eq!(cluster.self_subject_review().await, Ok(Some(jane)));
        for _ in 0..3 {
            assert_eq!(cluster.self_subject_review().await, Ok(None));
        }
        let kind = |result: Result<_, Error>| result.unwrap_err().kind();
        assert_eq!(
            kind(cluster.self_subject_review().await),
            ErrorKind::Server(501)
        );
        for _ in 0..3 {
            assert_eq!(
                kind(cluster.self_subject_review().await),
                ErrorKind::BadAnswer
            );
        }
        assert!(server.requests()[0].ends_with(QUESTION));
        assert_eq!(
            server.lines()[0],
            "POST /apis/authentication.k8s.io/v1/selfsubjectreviews"
        );
    }

    #[tokio::test]
    async fn impersonation_is_sent_and_credentials_are_not_sent_in_clear() {
        let server = Server::start([Reply::status(401, "Unauthorized", "Unauthorized")]).await;
        let cluster = connect(|options| {
            options.server = Some(format!("http://jane:s3cr3t@127.0.0.1:{}", server.port));
            options.token = Some("s3cr3t".into());
            options.as_user = Some("jane".into());
            options.as_uid = Some("7".into());
            options.as_group = vec!["a".into(), "b".into()];
        });
        let cluster = cluster.await.unwrap();
        assert_eq!(cluster.place().user.as_deref(), Some("jane"));
        assert_eq!(
            cluster.place().server,
            format!("http://127.0.0.1:{}", server.port)
        );
        let error = cluster.self_subject_review().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        assert!(error.hint().unwrap().contains("https://"), "{error:?}");
        let request = server.requests().remove(0);
        for header in [
            "impersonate-user: jane",
            "impersonate-uid: 7",
            "group: a\r\n",
            "group: b\r\n",
        ] {
            assert!(request.contains(header), "{request}");
        }
        assert!(
            !request.contains("s3cr3t") && !request.contains("authorization"),
            "{request}"
        );
    }
}
