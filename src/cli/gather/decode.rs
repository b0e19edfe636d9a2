//! Decoding on all cores, while more comes in.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::task::JoinHandle;

use crate::cluster::Items;
use crate::csr::{self, Csr, Source, Unreadable};
use crate::facts::others::Entry;

/// How many items are decoded in one go: some milliseconds of work, so that a single page is for all cores too.
const TOGETHER: usize = 64;
/// How much JSON is decoded in one go, in bytes. An item that is larger is decoded alone: names take many times the
/// memory that their JSON does.
const LARGE: usize = 256 << 10;
/// How much JSON may wait for the cores while more is asked for, in bytes: they have something to do until it is here.
const AHEAD: usize = 2 << 20;

/// A CSR with as much of its object as a command keeps: all of it for a decision, nothing for a look.
#[derive(Debug)]
pub(in crate::cli) struct Item<O> {
    /// The CSR: on the heap, for it is large and passed on again and again.
    pub(in crate::cli) csr: Box<Csr>,
    /// The object.
    pub(in crate::cli) object: O,
}

/// What is kept of an object's JSON.
pub(in crate::cli) type Keep<O> = fn(&str) -> serde_json::Result<O>;

/// Nothing is kept.
#[expect(clippy::unnecessary_wraps, reason = "it is one of two ways to keep")]
pub(in crate::cli) fn look(_: &str) -> serde_json::Result<()> {
    Ok(())
}

/// All of it is kept.
pub(in crate::cli) fn whole(json: &str) -> serde_json::Result<Box<RawValue>> {
    RawValue::from_string(json.to_owned())
}

/// What became of an object: what the others see of it, if that is wanted, and all of it, if it is meant.
pub(super) type Decoded<O> = Result<(Option<Entry>, Option<Item<O>>), Unreadable>;

/// Whether a CSR is meant.
type Meant = Box<dyn Fn(&Csr) -> bool + Send + Sync>;

/// How objects are decoded.
pub(super) struct Decoder<O> {
    meant: Meant,
    keep: Keep<O>,
    entries: bool,
}

impl<O> Decoder<O> {
    /// Keeps that much of those that are meant.
    pub(super) fn new(meant: impl Fn(&Csr) -> bool + Send + Sync + 'static, keep: Keep<O>) -> Self {
        Self {
            meant: Box::new(meant),
            keep,
            entries: false,
        }
    }

    /// The same, with what the others see of each, meant or not.
    pub(super) fn with_entries(self) -> Self {
        Self {
            entries: true,
            ..self
        }
    }

    /// Decodes an object. What is not meant leaves nothing behind but an entry.
    pub(super) fn decode(&self, json: &str) -> Decoded<O> {
        let csr = Box::new(csr::read(json, Source::Cluster)?);
        let entry = self.entries.then(|| Entry::of(&csr));
        if !(self.meant)(&csr) {
            return Ok((entry, None));
        }
        match (self.keep)(json) {
            Ok(object) => Ok((entry, Some(Item { csr, object }))),
            Err(error) => Err(Unreadable {
                name: Some(csr.name),
                why: error.to_string(),
            }),
        }
    }
}

/// How many of these items are decoded in one go, one at least, and how many bytes they have.
fn together<'a>(items: impl Iterator<Item = &'a str>) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    for item in items {
        if count > 0 && bytes + item.len() > LARGE {
            break;
        }
        count += 1;
        bytes += item.len();
    }
    (count, bytes)
}

/// Pages that are being decoded. What comes out of it is in their order.
pub(super) struct Decoding<O> {
    decoder: Arc<Decoder<O>>,
    tasks: VecDeque<(usize, JoinHandle<Vec<Decoded<O>>>)>,
    /// How many bytes of JSON they were begun with.
    bytes: usize,
}

impl<O: Send + 'static> Decoding<O> {
    pub(super) fn new(decoder: Decoder<O>) -> Self {
        Self {
            decoder: Arc::new(decoder),
            tasks: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Begins to decode a page, and waits until the cores are not too far behind: what waits in memory has a limit.
    pub(super) async fn page(&mut self, items: Items, mut take: impl FnMut(Decoded<O>)) {
        let items = Arc::new(items);
        let mut start = 0;
        while start < items.len() {
            let (count, bytes) = together(items.some(start, TOGETHER));
            if bytes > LARGE {
                while self.take_first(&mut take).await {}
            }
            self.begin(items.clone(), start, count, bytes);
            if bytes > LARGE {
                self.take_first(&mut take).await;
            }
            start += count;
        }
        while self.bytes > AHEAD && self.take_first(&mut take).await {}
    }

    fn begin(&mut self, items: Arc<Items>, start: usize, count: usize, bytes: usize) {
        let decoder = self.decoder.clone();
        let task = tokio::task::spawn_blocking(move || {
            let some = items.some(start, count);
            some.map(|json| decoder.decode(json)).collect()
        });
        self.tasks.push_back((bytes, task));
        self.bytes += bytes;
    }

    /// Waits for all that is left.
    pub(super) async fn rest(mut self, mut take: impl FnMut(Decoded<O>)) {
        while self.take_first(&mut take).await {}
    }

    /// What is begun is void.
    pub(super) fn forget(&mut self) {
        self.tasks.clear();
        self.bytes = 0;
    }

    /// Waits for what was begun first, if there is anything.
    async fn take_first(&mut self, take: &mut impl FnMut(Decoded<O>)) -> bool {
        let Some((bytes, task)) = self.tasks.pop_front() else {
            return false;
        };
        self.bytes -= bytes;
        match task.await {
            Ok(decoded) => decoded.into_iter().for_each(take),
            // What cannot be decoded is an error of its own. A mistake here goes on as one: it hides no CSR.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
        true
    }
}
