//! Lists, page by page.
//!
//! A page is as large as is cheap for the server, unless its objects are large: then fewer are asked for at a time, down
//! to a single one, so that what is in memory does not depend on what strangers store.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::utf8_percent_encode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Cluster;
use super::answer::{Ask, unexpected};
use super::call::Call;
use super::csrs::ENCODED;
use super::error::{Error, ErrorKind};
use super::kind::Kind;
use super::resource::Resource;

/// The size of a page that costs the server least, and that kubectl uses too.
const PAGE_ITEMS: usize = 500;
/// The largest page of several objects that is read, in bytes: 500 CSRs have about 1 MiB.
const PAGE_BYTES: usize = 4 << 20;
/// The largest page of a single object, in bytes. An object has 3 MiB at most; a server that knows no pages sends all.
const LARGEST_PAGE: usize = 32 << 20;
/// So many pages without items may follow one another; a list that goes on then never ends.
const MOST_EMPTY_PAGES: usize = 5;
/// No list has more pages: etcd holds 8 GiB at most, and pages of large objects are large.
const MOST_PAGES: usize = 20_000;

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

/// A list that is being read.
#[derive(Debug)]
pub(super) struct Pager {
    resource: Resource,
    /// Where the next page begins; `None` is the start.
    next: Option<String>,
    /// The resourceVersion of the first page, which all have.
    version: Option<String>,
    /// Whether it started anew.
    restarted: bool,
    /// How many objects the next page is to have.
    size: usize,
    pages: usize,
    /// How many pages in a row had no items.
    empty: usize,
    is_over: bool,
}

impl Pager {
    /// A list from its start.
    pub(super) fn new(resource: Resource) -> Self {
        Self {
            resource,
            next: None,
            version: None,
            restarted: false,
            size: PAGE_ITEMS,
            pages: 0,
            empty: 0,
            is_over: false,
        }
    }

    /// The same list from its start, in pages as small as they have become.
    pub(super) fn anew(&self) -> Self {
        Self {
            size: self.size,
            ..Self::new(self.resource)
        }
    }

    /// Asks for fewer objects at a time: the server takes too long for as many.
    pub(super) fn shrink(&mut self) {
        self.size = (self.size / 8).max(1);
    }

    /// Whether its first page was read.
    pub(super) fn has_begun(&self) -> bool {
        self.pages > 0
    }

    /// The resourceVersion that all of it had, at its end.
    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Reads the next page; `None` at the end. Nothing has changed if nobody waits for it to the end, and after an
    /// error the same page can be asked for again.
    pub(super) async fn next(
        &mut self,
        cluster: &Cluster,
        selector: &Selector,
    ) -> Result<Option<Page>, Error> {
        let ask = Ask::List(self.resource);
        while !self.is_over {
            let call = Call::get(self.path(selector));
            let limit = if self.size > 1 {
                PAGE_BYTES
            } else {
                LARGEST_PAGE
            };
            match cluster.send(ask, &call, limit).await {
                Err(error) if error.kind() == ErrorKind::TooLarge && self.size > 1 => self.shrink(),
                Err(error)
                    if error.kind() == ErrorKind::Expired
                        && self.next.is_some()
                        && !self.restarted =>
                {
                    *self = Self {
                        restarted: true,
                        ..self.anew()
                    };
                    return Ok(Some(Page::Restart));
                }
                Err(error) => return Err(error),
                Ok(body) => {
                    let bad = |what: &str| unexpected(ask, &cluster.place().server, what);
                    return self.take(body).map(Some).map_err(bad);
                }
            }
        }
        Ok(None)
    }

    /// Takes a page in. An error is what it is instead.
    fn take(&mut self, body: Vec<u8>) -> Result<Page, &'static str> {
        let bytes = body.len();
        let (metadata, items) = Items::of(body, self.resource.kind())?;
        self.pages += 1;
        self.empty = if items.is_empty() { self.empty + 1 } else { 0 };
        if self.pages > MOST_PAGES || self.empty > MOST_EMPTY_PAGES {
            return Err("a list without end");
        }
        // Half a page of objects as large as these, but no leap.
        let each = bytes / items.len().max(1);
        let fitting = PAGE_BYTES / 2 / each.max(1);
        self.size = fitting.clamp(1, (self.size * 2).min(PAGE_ITEMS));
        // Pages are of the version of the first. Should one be newer, a watch is to begin before it.
        self.version = self.version.take().or(metadata.resource_version);
        let next = metadata.next.filter(|token| !token.is_empty());
        if next.is_some() && next == self.next {
            return Err("a page that continues with itself");
        }
        self.is_over = next.is_none();
        self.next = next;
        Ok(Page::Items(items))
    }

    fn path(&self, selector: &Selector) -> String {
        let parameters = parameters(selector, ("continue", self.next.as_deref()));
        format!("{}?limit={}{parameters}", self.resource.path(), self.size)
    }
}

impl Cluster {
    /// Lists a resource.
    pub(super) async fn list_of(
        &self,
        resource: Resource,
        selector: &Selector,
        mut on_page: impl AsyncFnMut(Page),
    ) -> Result<(), Error> {
        let mut pager = Pager::new(resource);
        while let Some(page) = pager.next(self, selector).await? {
            on_page(page).await;
        }
        Ok(())
    }
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

#[cfg(test)]
mod tests;
