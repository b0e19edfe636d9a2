//! Reading CSRs, and writing the decision about one.
//!
//! Objects pass through here as the JSON that the server sent: an item that cannot be understood must not hide the
//! others, and a decision must not drop a field that this program does not know.

use std::borrow::Cow;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Ask, not_the_answer, unexpected};
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::pages::{Page, Selector};
use super::resource::Resource;
use super::{Cluster, ONE_OBJECT};

const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const KUBERNETES_SERVICE: &str = "/api/v1/namespaces/default/services/kubernetes";
const KUBE_SYSTEM: &str = "/api/v1/namespaces/kube-system";
/// All that a CSR's name or a parameter can hold, and a part of a URL cannot.
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    metadata: ObjectMetadata<'a>,
}

/// As much of an object's metadata as tells one from another.
#[derive(Deserialize)]
struct ObjectMetadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    namespace: Cow<'a, str>,
    #[serde(borrow, default)]
    uid: Cow<'a, str>,
}

/// The metadata of an object.
fn metadata(json: &[u8]) -> Option<ObjectMetadata<'_>> {
    let object: Object<'_> = serde_json::from_slice(json).ok()?;
    Some(object.metadata)
}

impl Cluster {
    /// Lists CSRs page by page, in the server's present state. The next page is asked for when the last one was
    /// taken.
    ///
    /// # Errors
    ///
    /// Whatever [`ErrorKind`] describes of a read; [`ErrorKind::Expired`] if the list had to start anew twice. Pages
    /// that were passed on before an error are not the whole list.
    pub async fn list(
        &self,
        selector: &Selector,
        on_page: impl AsyncFnMut(Page),
    ) -> Result<(), Error> {
        let resource = Resource::CertificateSigningRequests;
        // Several lists are read at a time: on the heap their futures do not add up.
        Box::pin(self.list_of(resource, selector, on_page)).await
    }

    /// Lists every object of a resource.
    ///
    /// # Errors
    ///
    /// As [`Cluster::list`].
    pub async fn every(&self, resource: Resource) -> Result<Vec<Box<RawValue>>, Error> {
        let mut all = Vec::new();
        let selector = Selector::default();
        let list = self.list_of(resource, &selector, async |page| match page {
            Page::Restart => all.clear(),
            Page::Items(items) => all.extend(items.into_objects()),
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
        let call = Call::get(KUBERNETES_SERVICE);
        let body = self.send(Ask::Service, &call, ONE_OBJECT).await?;
        let is_it = metadata(&body)
            .is_some_and(|found| found.name == "kubernetes" && found.namespace == "default");
        serde_json::from_slice(&body)
            .ok()
            .filter(|_| is_it)
            .ok_or_else(|| {
                let what = "something that is not that Service";
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
        let call = Call::get(KUBE_SYSTEM);
        let body = self.send(Ask::KubeSystem, &call, ONE_OBJECT).await?;
        metadata(&body)
            .filter(|found| found.name == "kube-system" && !found.uid.is_empty())
            .map(|found| found.uid.into_owned())
            .ok_or_else(|| {
                let what = "something that is not that namespace";
                unexpected(Ask::KubeSystem, &self.place().server, what)
            })
    }

    /// Reads one CSR, as it is stored now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none of this name; [`ErrorKind::Usage`] if there cannot be; whatever else
    /// [`ErrorKind`] describes of a read.
    pub async fn get(&self, name: &str) -> Result<Box<RawValue>, Error> {
        let call = Call::get(path(name)?);
        let body = self.send(Ask::Get(name), &call, ONE_OBJECT).await?;
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
        let call = Call::with(Method::PUT, target, body.to_vec());
        let ask = Ask::Approval { name, dry_run };
        let body = self.send(ask, &call, ONE_OBJECT).await?;
        self.csr(ask, name, &body)
    }

    /// The answer, if it is the CSR that was asked for.
    fn csr(&self, ask: Ask<'_>, name: &str, body: &[u8]) -> Result<Box<RawValue>, Error> {
        let bad = |what: &str| Err(not_the_answer(ask, &self.place().server, what));
        match metadata(body) {
            Some(found) if found.name == name => {
                serde_json::from_slice(body).or_else(|_| bad("something that is not JSON"))
            }
            Some(_) => bad("a CSR of another name"),
            None => bad("a CSR without a name"),
        }
    }
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

#[cfg(test)]
mod tests;
