//! Reading CSRs, and writing the decision about one.
//!
//! Objects pass through here as the JSON that the server sent: an item that cannot be understood must not hide the
//! others, and a decision must not drop a field that this program does not know.

use http::{Method, Request};
use kube::client::Body;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Ask, outcome_unknown, unexpected};
use super::error::{Error, ErrorKind};
use super::resource::Resource;
use super::{Cluster, ONE_OBJECT};

const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const KUBERNETES_SERVICE: &str = "/api/v1/namespaces/default/services/kubernetes";
const KUBE_SYSTEM: &str = "/api/v1/namespaces/kube-system";
/// The size of a page that costs the server least, and that kubectl uses too.
const PAGE_ITEMS: u32 = 500;
/// The largest page that is read, in bytes. 500 CSRs have about 2 MiB; an object can have 1.5 MiB.
const LARGEST_PAGE: usize = 256 << 20;
/// The longest path and query that is sent, in bytes. A URL can have 64 KiB.
const LONGEST_TARGET: usize = 48 << 10;
/// All that a CSR's name can hold and a path segment cannot.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which CSRs the server is to list. It cannot select by condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// A label selector, as kubectl's `--selector`.
    pub labels: Option<String>,
    /// A field selector: the server knows `metadata.name` and `spec.signerName`.
    pub fields: Option<String>,
}

/// A step of a list.
#[derive(Debug)]
pub enum Page {
    /// More items, each the JSON of one object.
    Items(Vec<Box<RawValue>>),
    /// The list starts anew, because the server no longer has the state that it listed. What came before is void.
    Restart,
}

#[derive(Deserialize)]
struct List {
    kind: String,
    #[serde(default)]
    metadata: Option<ListMetadata>,
    items: Option<Vec<Box<RawValue>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListMetadata {
    resource_version: Option<String>,
    #[serde(rename = "continue")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Namespace {
    kind: String,
    metadata: NamespaceMetadata,
}

#[derive(Deserialize)]
struct NamespaceMetadata {
    name: String,
    uid: String,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    metadata: ObjectMetadata<'a>,
}

#[derive(Deserialize)]
struct ObjectMetadata<'a> {
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
}

impl Cluster {
    /// Lists CSRs page by page, in the server's present state.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read; [`ErrorKind::Expired`] if the list had to start anew twice. Pages
    /// that were passed on before an error are not the whole list.
    pub async fn list(&self, selector: &Selector, on_page: impl FnMut(Page)) -> Result<(), Error> {
        let resource = Resource::CertificateSigningRequests;
        // Several lists are read at a time: on the heap their futures do not add up.
        Box::pin(self.list_of(resource, selector, on_page)).await?;
        Ok(())
    }

    /// Lists every object of a resource.
    ///
    /// # Errors
    ///
    /// As [`Cluster::list`].
    pub async fn every(&self, resource: Resource) -> Result<Vec<Box<RawValue>>, Error> {
        let mut all = Vec::new();
        let selector = Selector::default();
        let list = self.list_of(resource, &selector, |page| match page {
            Page::Restart => all.clear(),
            Page::Items(items) => all.extend(items),
        });
        Box::pin(list).await?;
        Ok(all)
    }

    /// Reads the Service under which pods reach the API server, `default/kubernetes`.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read.
    pub async fn kubernetes_service(&self) -> Result<Box<RawValue>, Error> {
        let request = request(Method::GET, KUBERNETES_SERVICE, Body::empty())?;
        let body = self.send(Ask::Service, request, ONE_OBJECT).await?;
        serde_json::from_slice(&body).map_err(|_| {
            let what = "something that is not JSON";
            unexpected(Ask::Service, &self.place().server, what)
        })
    }

    /// Reads the uid of the namespace `kube-system`. It is made with a cluster and stays as long as that, so it
    /// tells one cluster from another, whatever their addresses.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read.
    pub async fn uid(&self) -> Result<String, Error> {
        let request = request(Method::GET, KUBE_SYSTEM, Body::empty())?;
        let body = self.send(Ask::KubeSystem, request, ONE_OBJECT).await?;
        serde_json::from_slice::<Namespace>(&body)
            .ok()
            .filter(|namespace| namespace.kind == "Namespace")
            .map(|Namespace { metadata, .. }| metadata)
            .filter(|metadata| metadata.name == "kube-system" && !metadata.uid.is_empty())
            .map(|metadata| metadata.uid)
            .ok_or_else(|| {
                let what = "something that is not that namespace";
                unexpected(Ask::KubeSystem, &self.place().server, what)
            })
    }

    /// Lists a resource; the answer is the resourceVersion that all of it had.
    pub(super) async fn list_of(
        &self,
        resource: Resource,
        selector: &Selector,
        mut on_page: impl FnMut(Page),
    ) -> Result<Option<String>, Error> {
        let mut version = None;
        let mut next: Option<String> = None;
        let mut restarted = false;
        loop {
            let request = request(
                Method::GET,
                &list_path(resource, selector, next.as_deref()),
                Body::empty(),
            )?;
            let body = match self.send(Ask::List(resource), request, LARGEST_PAGE).await {
                Err(error)
                    if error.kind() == ErrorKind::Expired && next.is_some() && !restarted =>
                {
                    restarted = true;
                    next = None;
                    version = None;
                    on_page(Page::Restart);
                    continue;
                }
                result => result?,
            };
            let bad = |what: &str| unexpected(Ask::List(resource), &self.place().server, what);
            let list: List =
                serde_json::from_slice(&body).map_err(|_| bad("something that is not a list"))?;
            if !list.kind.ends_with("List") {
                return Err(bad("an object that is not a list"));
            }
            on_page(Page::Items(list.items.unwrap_or_default()));
            let metadata = list.metadata.unwrap_or_default();
            // Pages are of the version of the first. Should one be newer, a watch is to begin before it.
            version = version.or(metadata.resource_version);
            match metadata.next.filter(|token| !token.is_empty()) {
                None => return Ok(version),
                Some(token) if next.as_ref() == Some(&token) => {
                    return Err(bad("a page that continues with itself"));
                }
                token => next = token,
            }
        }
    }

    /// Reads one CSR, as it is stored now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none of this name; [`ErrorKind::Usage`] if there cannot be; whatever else
    /// [`ErrorKind`] describes of a read.
    pub async fn get(&self, name: &str) -> Result<Box<RawValue>, Error> {
        let request = request(Method::GET, &path(name)?, Body::empty())?;
        let body = self.send(Ask::Get(name), request, ONE_OBJECT).await?;
        self.csr(Ask::Get(name), name, &body)
    }

    /// Writes a decision: PUTs the whole CSR to its `approval` subresource, once. No layer repeats it.
    ///
    /// The caller's object carries the uid and resourceVersion that were reviewed, so that the server refuses if it
    /// has another by now. A dry run has every check of the server and stores nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] or [`ErrorKind::NotFound`] if the CSR is no longer the one that was read;
    /// [`ErrorKind::OutcomeUnknown`] if the request was sent and its answer was lost, or was a failure that does not
    /// say whether the decision was stored; whatever else [`ErrorKind`] describes.
    pub async fn put_approval(
        &self,
        name: &str,
        body: &[u8],
        dry_run: bool,
    ) -> Result<Box<RawValue>, Error> {
        let dry_run_parameter = if dry_run { "&dryRun=All" } else { "" };
        let target = format!(
            "{}/approval?fieldManager=kubectl-csr-review{dry_run_parameter}",
            path(name)?
        );
        let request = request(Method::PUT, &target, Body::from(body.to_vec()))?;
        let ask = Ask::Approval { name, dry_run };
        let body = self.send(ask, request, ONE_OBJECT).await?;
        self.csr(ask, name, &body)
    }

    /// The answer, if it is the CSR that was asked for.
    fn csr(&self, ask: Ask<'_>, name: &str, body: &[u8]) -> Result<Box<RawValue>, Error> {
        let bad = |what: &str| unexpected(ask, &self.place().server, what);
        let raw: Box<RawValue> = serde_json::from_slice(body).map_err(|_| {
            if ask.writes() {
                // Somebody accepted it: only a look at the object can say what is stored.
                outcome_unknown(ask, "the answer is not JSON")
            } else {
                bad("something that is not JSON")
            }
        })?;
        match serde_json::from_str::<Object<'_>>(raw.get()) {
            Ok(object) if object.kind != "CertificateSigningRequest" => {
                Err(bad("an object of another kind"))
            }
            Ok(object) if object.metadata.name != name => Err(bad("a CSR of another name")),
            Ok(_) => Ok(raw),
            Err(_) => Err(bad("something that is not a CSR")),
        }
    }
}

fn list_path(resource: Resource, selector: &Selector, next: Option<&str>) -> String {
    let parameters = parameters(selector, ("continue", next));
    format!("{}?limit={PAGE_ITEMS}{parameters}", resource.path())
}

/// A selection and one more parameter, as they stand in a query behind the first one.
pub(super) fn parameters(selector: &Selector, last: (&str, Option<&str>)) -> String {
    let parameters = [
        ("labelSelector", selector.labels.as_deref()),
        ("fieldSelector", selector.fields.as_deref()),
        last,
    ];
    let parameters = parameters.iter().filter_map(|(name, value)| {
        Some(format!(
            "&{name}={}",
            utf8_percent_encode((*value)?, ENCODED)
        ))
    });
    parameters.collect()
}

/// The path of a CSR. Nearly every name is possible; those that would lead elsewhere are not.
fn path(name: &str) -> Result<String, Error> {
    if matches!(name, "" | "." | "..") || name.contains('/') {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("\"{name}\" cannot be the name of a CSR"),
        ));
    }
    Ok(format!("{CSRS}/{}", utf8_percent_encode(name, ENCODED)))
}

pub(super) fn request(method: Method, target: &str, body: Body) -> Result<Request<Body>, Error> {
    let too_long = || {
        Error::new(
            ErrorKind::Usage,
            "the name or selector is too long to be sent",
        )
    };
    // The kube crate panics where this and the path of the server make no URL any more.
    if target.len() > LONGEST_TARGET {
        return Err(too_long());
    }
    Request::builder()
        .method(method)
        .uri(target)
        .header(http::header::ACCEPT, "application/json")
        .header(http::header::CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(|_| too_long())
}

#[cfg(test)]
mod tests;
