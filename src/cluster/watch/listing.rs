//! The list that a watch begins with, and goes back to: page by page, of which only keys are kept.

use super::frame::Metadata;
use super::{Event, Phase, Watch};
use crate::cluster::answer::{Ask, unexpected};
use crate::cluster::error::{Error, floor_char_boundary};
use crate::cluster::pages::{Page, Pager};
use crate::cluster::resource::Resource;

/// What is kept of an object.
pub(super) struct Known {
    name: Box<str>,
    version: Box<str>,
    /// The number of the list that it was last seen in, or after.
    list: u64,
}

/// The longest name that is kept whole, in bytes: few have more than some hundred, and strangers choose them.
pub(super) const LONGEST_NAME: usize = 1024;

/// Everything is to be listed.
pub(super) fn from_the_start() -> Phase {
    Phase::List(Pager::new(Resource::CertificateSigningRequests))
}

impl Watch {
    /// Reads the next page of a list.
    pub(super) async fn list(&mut self) -> Result<(), Error> {
        let Phase::List(pager) = &mut self.phase else {
            return Ok(());
        };
        let is_first = !pager.has_begun();
        let page = Box::pin(pager.next(&self.cluster, &self.selector)).await?;
        let version = pager.version().unwrap_or_default().to_owned();
        match page {
            // What came before is seen again, or has gone.
            Some(Page::Restart) => {}
            // From "0" on means from any time on.
            Some(Page::Items(_)) if matches!(version.as_str(), "" | "0") => {
                let ask = Ask::List(Resource::CertificateSigningRequests);
                let what = "a list without a resourceVersion";
                return Err(unexpected(ask, &self.cluster.place().server, what));
            }
            Some(Page::Items(items)) => {
                if is_first {
                    self.list += 1;
                    self.events.push_back(Event::Listing);
                }
                self.page = Some((items, 0));
            }
            None => {
                let (events, list) = (&mut self.events, self.list);
                self.known.retain(|uid, known| {
                    let is_there = known.list == list;
                    if !is_there {
                        events.push_back(Event::Gone {
                            name: known.name.to_string(),
                            uid: uid.clone(),
                        });
                    }
                    is_there
                });
                self.events.push_back(Event::Synced);
                self.synced = true;
                self.phase = Phase::Ask { version, tries: 0 };
            }
        }
        Ok(())
    }

    /// Remembers what an object says of itself; whether that is not what is known already.
    pub(super) fn is_news(&mut self, metadata: Option<Metadata>) -> bool {
        let Some(metadata) = metadata else {
            return true;
        };
        let Metadata {
            uid,
            mut name,
            resource_version,
        } = metadata;
        if name.len() > LONGEST_NAME {
            name.truncate(floor_char_boundary(&name, LONGEST_NAME));
            name.push('…');
        }
        let known = Known {
            name: name.into(),
            version: resource_version.into(),
            list: self.list,
        };
        match self.known.get_mut(&uid) {
            Some(before) if before.version == known.version && !known.version.is_empty() => {
                before.list = self.list;
                false
            }
            _ => {
                self.known.insert(uid, known);
                true
            }
        }
    }
}
