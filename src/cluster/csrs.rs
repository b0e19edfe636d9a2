//! Reading CSRs, and writing the decision about one.
//!
//! Objects pass through here as the JSON that the server sent: an item that cannot be understood must not hide the
//! others, and a decision must not drop a field that this program does not know.

use std::borrow::Cow;
use std::ops::Range;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Ask, not_the_answer, unexpected};
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::kind::Kind;
use super::resource::Resource;
use super::{Cluster, ONE_OBJECT};

const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const KUBERNETES_SERVICE: &str = "/api/v1/namespaces/default/services/kubernetes";
const KUBE_SYSTEM: &str = "/api/v1/namespaces/kube-system";
/// The size of a page that costs the server least, and that kubectl uses too.
const PAGE_ITEMS: usize = 500;
/// The largest page that is read, in bytes. 500 CSRs have about 1 MiB; where they have more, smaller pages are asked
/// for, down to one object, which can have 1.5 MiB.
const LARGEST_PAGE: usize = 32 << 20;
/// So many pages without items may follow one another; a list that goes on then never ends.
const MOST_EMPTY_PAGES: usize = 5;
/// No list has more pages: etcd holds 8 GiB at most, and pages of large objects are large.
const MOST_PAGES: usize = 20_000;
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
    /// More items.
    Items(Items),
    /// The list starts anew, because the server no longer has the state that it listed. What came before is void.
    Restart,
}

/// The items of a page, each the JSON of one object as the server sent it.
#[derive(Debug)]
pub struct Items {
    json: String,
    /// Where each of them stands in it.
    places: Vec<Range<usize>>,
    /// How many there are on later pages, as far as the server says.
    remaining: Option<usize>,
}

impl Items {
    /// Finds the items in a page, without reading what is in them. An error is what it is instead of such a list.
    fn of(body: Vec<u8>, kind: Kind) -> Result<(ListMetadata, Self), &'static str> {
        const NO_LIST: &str = "something that is not a list";
        let json = String::from_utf8(body).map_err(|_| NO_LIST)?;
        let list: List<'_> = serde_json::from_str(&json).map_err(|_| NO_LIST)?;
        let Some(of) = list.kind.strip_suffix("List") else {
            return Err("an object that is not a list");
        };
        if of != kind.name || list.api_version != kind.api_version {
            return Err("a list of another kind");
        }
        let items = || list.items.0.iter().flatten();
        if !items().all(|item| kind.may_be_item(item.get())) {
            return Err("a list with objects of another kind in it");
        }
        let places = items().map(|item| {
            let start = item.get().as_ptr().addr() - json.as_ptr().addr();
            start..start + item.get().len()
        });
        let places = places.collect();
        let metadata = list.metadata.unwrap_or_default();
        let items = Self {
            remaining: metadata.remaining.and_then(|count| count.try_into().ok()),
            places,
            json,
        };
        Ok((metadata, items))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many there are on later pages, as far as the server says.
    #[must_use]
    pub fn remaining(&self) -> Option<usize> {
        self.remaining
    }

    /// Each item.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.some(0, self.len())
    }

    /// So many items at most, from that one on.
    #[must_use]
    pub fn some(&self, start: usize, most: usize) -> impl ExactSizeIterator<Item = &str> {
        let places = self.places.iter().skip(start).take(most);
        places.map(|place| &self.json[place.clone()])
    }

    /// Each item, to be kept.
    pub(super) fn into_objects(self) -> impl Iterator<Item = Box<RawValue>> {
        // What was JSON as a part of JSON is so by itself.
        let objects = self.places.into_iter();
        objects.filter_map(move |place| RawValue::from_string(self.json[place].to_owned()).ok())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    api_version: Cow<'a, str>,
    #[serde(default)]
    metadata: Option<ListMetadata>,
    #[serde(borrow)]
    items: ListItems<'a>,
}

/// The items of a list: there, though they may be null.
#[derive(Deserialize)]
struct ListItems<'a>(#[serde(borrow)] Option<Vec<&'a RawValue>>);

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListMetadata {
    resource_version: Option<String>,
    #[serde(rename = "continue")]
    next: Option<String>,
    #[serde(rename = "remainingItemCount")]
    remaining: Option<i64>,
}

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

    /// Lists a resource; the answer is the resourceVersion that all of it had.
    pub(super) async fn list_of(
        &self,
        resource: Resource,
        selector: &Selector,
        mut on_page: impl AsyncFnMut(Page),
    ) -> Result<Option<String>, Error> {
        let ask = Ask::List(resource);
        let bad = |what: &str| unexpected(ask, &self.place().server, what);
        let mut version = None;
        let mut next: Option<String> = None;
        let mut restarted = false;
        let mut size = PAGE_ITEMS;
        let (mut pages, mut empty) = (0, 0);
        loop {
            let call = Call::get(list_path(resource, selector, size, next.as_deref()));
            let body = match self.send(ask, &call, LARGEST_PAGE).await {
                // Objects of a megabyte and more: fewer of them fit.
                Err(error) if error.kind() == ErrorKind::TooLarge && size > 1 => {
                    size = (size / 8).max(1);
                    continue;
                }
                Err(error)
                    if error.kind() == ErrorKind::Expired && next.is_some() && !restarted =>
                {
                    restarted = true;
                    next = None;
                    version = None;
                    on_page(Page::Restart).await;
                    continue;
                }
                result => result?,
            };
            if body.len() < LARGEST_PAGE / 4 {
                size = (size * 2).min(PAGE_ITEMS);
            }
            let (metadata, items) = Items::of(body, resource.kind()).map_err(bad)?;
            pages += 1;
            empty = if items.is_empty() { empty + 1 } else { 0 };
            if pages > MOST_PAGES || empty > MOST_EMPTY_PAGES {
                return Err(bad("a list without end"));
            }
            on_page(Page::Items(items)).await;
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

fn list_path(resource: Resource, selector: &Selector, size: usize, next: Option<&str>) -> String {
    let parameters = parameters(selector, ("continue", next));
    format!("{}?limit={size}{parameters}", resource.path())
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

#[cfg(test)]
mod tests;
