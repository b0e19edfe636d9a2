//! Who the API server thinks we are.

use std::collections::BTreeMap;

use http::Method;
use kube::client::Body;
use serde::Deserialize;

use super::answer::{Ask, unexpected};
use super::csrs::request;
use super::error::{Error, ErrorKind};
use super::{Cluster, ONE_OBJECT};

const SELF_SUBJECT_REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const QUESTION: &str = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;

/// A user as the API server authenticated it, after impersonation. Untrusted text, unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UserInfo {
    /// The user's name.
    pub username: String,
    /// The user's UID; empty for most.
    pub uid: String,
    /// The groups, including those that the server adds (`system:authenticated`).
    pub groups: Vec<String>,
    /// What else the authenticator says.
    pub extra: BTreeMap<String, Vec<String>>,
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
    /// Asks the server who the user is. `None` if it does not say: older than Kubernetes 1.28, or not permitted.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read.
    pub async fn self_subject_review(&self) -> Result<Option<UserInfo>, Error> {
        let request = request(
            Method::POST,
            SELF_SUBJECT_REVIEWS,
            Body::from(QUESTION.as_bytes().to_vec()),
        )?;
        let body = match self.send(Ask::WhoAmI, request, ONE_OBJECT).await {
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => {
                return Ok(None);
            }
            result => result?,
        };
        serde_json::from_slice::<Review>(&body)
            .map(|review| Some(review.status.user_info))
            .map_err(|_| {
                unexpected(
                    Ask::WhoAmI,
                    &self.place().server,
                    "something that is not a user",
                )
            })
    }
}
