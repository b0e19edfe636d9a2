//! A request before it is sent, as often as it has to be: each attempt is made from it anew.

use http::{HeaderValue, Method, Request};
use kube::client::Body;

use super::error::{Error, ErrorKind};

/// The longest path and query that is sent, in bytes. A URL can have 64 KiB.
const LONGEST_TARGET: usize = 48 << 10;

/// A request to the API server.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    target: String,
    body: Vec<u8>,
    plain: bool,
}

impl Call {
    /// A request without a body.
    pub(super) fn get(target: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            target: target.into(),
            body: Vec::new(),
            plain: false,
        }
    }

    /// A request with a JSON body.
    pub(super) fn with(method: Method, target: impl Into<String>, body: Vec<u8>) -> Self {
        Self {
            method,
            body,
            ..Self::get(target)
        }
    }

    /// The same, to be answered without compression: servers that compress a watch hold back what a line was
    /// written for.
    pub(super) fn plain(self) -> Self {
        Self {
            plain: true,
            ..self
        }
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    /// Path and query.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// The request as it is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if a name or selector in it is too long.
    pub(super) fn request(&self) -> Result<Request<Body>, Error> {
        let too_long = || {
            Error::new(
                ErrorKind::Usage,
                "the name or selector is too long to be sent",
            )
        };
        // The kube crate panics where this and the path of the server make no URL any more.
        if self.target.len() > LONGEST_TARGET {
            return Err(too_long());
        }
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.target)
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Body::from(self.body.clone()))
            .map_err(|_| too_long())?;
        if self.plain {
            let identity = HeaderValue::from_static("identity");
            request
                .headers_mut()
                .insert(http::header::ACCEPT_ENCODING, identity);
        }
        Ok(request)
    }
}
