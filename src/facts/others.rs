//! The other CSRs of the cluster: what only shows when requests are compared.
//!
//! The index is built once per list by hash joins; every question takes a fixed number of steps, however
//! many CSRs share a key, a requestor or a name.

mod entry;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::csr::Digest;
pub use entry::{Entry, Identity, Standing};

/// How long a burst of requests may take to be one.
pub const BURST: SignedDuration = SignedDuration::from_mins(10);

/// What two CSRs with the same key differ in, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyReuse {
    /// User or groups.
    Subject,
    /// The requestor.
    Requestor,
    /// The requestor, and user or groups.
    Both,
}

/// Why a request that was seen before is a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// Somebody else asked with it.
    Requestor,
    /// It was denied.
    Denied,
}

/// How many pending CSRs one requestor has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Of this requestor. Those for a node count apart from those for another node: one bootstrap token
    /// serves many kubelets.
    pub pending: usize,
    /// The most that it created within [`BURST`].
    pub burst: usize,
    /// Of everybody.
    pub total: usize,
}

/// CSRs of the same requestor that ask for the same, with the same standing: identity, signer, usages, every other name
/// and extension, and a lifetime that is not longer than that of the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The place of the newest among the entries that were given to [`Others::index`].
    pub newest: usize,
    /// The places of those that it supersedes, oldest first.
    pub superseded: Vec<usize>,
}

/// The oldest of some CSRs, and the oldest that differs from it in some way: enough to tell in one step
/// whether anything among them differs from a given CSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pair {
    first: usize,
    other: Option<usize>,
}

/// A CSR's requestor, its identity, and a digest over what it asks for: what a newer one has to share to supersede it.
type Series = (Option<Arc<str>>, Arc<Identity>, Digest);

/// The CSRs of a series behind which others can stand, oldest first: each asks for a shorter lifetime than the one
/// before. The last is the newest of all.
type Leaders = Vec<usize>;

/// The groups of a series: each by how long its newest is to be valid, and its place.
type Places = Vec<(Option<i64>, usize)>;

/// Whose requests wait: those of a requestor, or those of one for a node.
type Queue = (Option<Arc<str>>, Option<Arc<str>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct KeyUses {
    requestors: Option<Pair>,
    subjects: Option<Pair>,
    denied: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RequestUses {
    requestors: Option<Pair>,
    denied: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Claims {
    pending: Option<Pair>,
    approved: Option<Pair>,
    /// The same without those whose identity is their own.
    pending_by_others: Option<Pair>,
    approved_by_others: Option<Pair>,
}

/// CSRs, indexed by all that is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Oldest first.
    entries: Vec<Entry>,
    /// Where each of them stood in the list that was given.
    given: Vec<usize>,
    by_key: HashMap<Digest, KeyUses>,
    by_request: HashMap<Digest, RequestUses>,
    /// By scope and user.
    claims: HashMap<(Arc<str>, Arc<str>), Claims>,
    denied: HashMap<Arc<Identity>, Pair>,
    denied_to: HashMap<(Option<Arc<str>>, Arc<Identity>), usize>,
    newest: HashMap<Series, Leaders>,
    load: HashMap<Queue, Load>,
    requestors: HashSet<Arc<str>>,
}

impl Others {
    /// Indexes every CSR of a list, the pending and the decided ones. A CSR may well be asked about that is
    /// in the list itself.
    #[must_use]
    pub fn index(entries: Vec<Entry>) -> Self {
        let mut entries: Vec<(usize, Entry)> = entries.into_iter().enumerate().collect();
        entries.sort_by(|(_, one), (_, other)| one.by_age(other));
        let (given, mut entries): (Vec<usize>, Vec<Entry>) = entries.into_iter().unzip();
        share(&mut entries);
        // Room for all from the start: a map that grows hashes again what is in it.
        let count = entries.len();
        let mut others = Self {
            by_key: HashMap::with_capacity(count),
            by_request: HashMap::with_capacity(count),
            claims: HashMap::with_capacity(count),
            newest: HashMap::with_capacity(count),
            ..Self::default()
        };
        let mut pending = 0;
        let mut queues: HashMap<Queue, (usize, Vec<Timestamp>)> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            others.add(index, entry, &entries);
            if entry.is_pending() {
                pending += 1;
                let (waiting, times) = queues.entry(load_key(entry)).or_default();
                *waiting += 1;
                times.extend(entry.created_at);
            }
        }
        let loads = queues.into_iter().map(|(key, (waiting, times))| {
            let load = Load {
                pending: waiting,
                burst: burst(&times),
                total: pending,
            };
            (key, load)
        });
        others.load = loads.collect();
        others.entries = entries;
        others.given = given;
        others
    }

    /// Adds one CSR, after all that are older.
    fn add(&mut self, index: usize, entry: &Entry, entries: &[Entry]) {
        let requestor = |other: &Entry| other.requestor != entry.requestor;
        let subject = |other: &Entry| !other.identity.same_subject(&entry.identity);
        let note = |pair: &mut Option<Pair>, differs: &dyn Fn(&Entry) -> bool| match pair {
            None => {
                *pair = Some(Pair {
                    first: index,
                    other: None,
                });
            }
            Some(pair) if pair.other.is_none() && differs(&entries[pair.first]) => {
                pair.other = Some(index);
            }
            Some(_) => {}
        };
        self.requestors.extend(entry.requestor.clone());
        let is_denied = entry.standing == Standing::Denied;
        if let Some(key) = entry.key {
            let uses = self.by_key.entry(key).or_default();
            note(&mut uses.requestors, &requestor);
            note(&mut uses.subjects, &subject);
            uses.denied = uses.denied.or(is_denied.then_some(index));
        }
        let uses = self.by_request.entry(entry.request).or_default();
        note(&mut uses.requestors, &requestor);
        uses.denied = uses.denied.or(is_denied.then_some(index));
        if let Some(claim) = claim(entry) {
            let claims = self.claims.entry(claim).or_default();
            let places = match entry.standing {
                Standing::Pending => Some((&mut claims.pending, &mut claims.pending_by_others)),
                Standing::Approved => Some((&mut claims.approved, &mut claims.approved_by_others)),
                Standing::Denied | Standing::Failed => None,
            };
            if let Some((all, by_others)) = places {
                note(all, &requestor);
                if !entry.is_own() {
                    note(by_others, &requestor);
                }
            }
        }
        if entry.identity.is_empty() {
            return;
        }
        if is_denied {
            let identity = Arc::clone(&entry.identity);
            let mut pair = self.denied.get(&identity).copied();
            note(&mut pair, &requestor);
            self.denied
                .extend(pair.map(|pair| (identity.clone(), pair)));
            let own = (entry.requestor.clone(), identity);
            self.denied_to.entry(own).or_insert(index);
        }
        if matches!(entry.standing, Standing::Pending | Standing::Approved) {
            let leaders = self.newest.entry(series(entry)).or_default();
            // They come oldest first.
            while let Some(&last) = leaders.last()
                && entry.lasts_as_long_as(&entries[last])
            {
                leaders.pop();
            }
            leaders.push(index);
        }
    }

    /// The number of CSRs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether this user has asked for a certificate that is still in the list.
    #[must_use]
    pub fn has_requestor(&self, user: &str) -> bool {
        self.requestors.contains(user)
    }

    /// Another CSR with the same key that differs most from this one in requestor and subject.
    #[must_use]
    pub fn key_reuse(&self, of: &Entry) -> Option<(KeyReuse, &Entry)> {
        let uses = self.by_key.get(&of.key?)?;
        let requestor = |other: &Entry| other.requestor != of.requestor;
        let subject = |other: &Entry| !other.identity.same_subject(&of.identity);
        let differing = [
            self.differing(uses.requestors, requestor),
            self.differing(uses.subjects, subject),
        ];
        let reuse = |other| match (requestor(other), subject(other)) {
            (true, true) => KeyReuse::Both,
            (true, false) => KeyReuse::Requestor,
            _ => KeyReuse::Subject,
        };
        differing
            .into_iter()
            .flatten()
            .map(|other| (reuse(other), other))
            .max_by_key(|(reuse, _)| *reuse)
    }

    /// Another CSR with the very same request that comes from somebody else or was denied.
    #[must_use]
    pub fn replay(&self, of: &Entry) -> Option<(Replay, &Entry)> {
        let uses = self.by_request.get(&of.request)?;
        let denied = self.denial(of, uses.denied);
        self.differing(uses.requestors, |other| other.requestor != of.requestor)
            .map(|other| (Replay::Requestor, other))
            .or_else(|| denied.map(|other| (Replay::Denied, other)))
    }

    /// A CSR of another requestor for the same user, where both cannot be right. That an identity asks for
    /// itself after another requestor got its first certificate is the ordinary course, and so is that a
    /// node asks for the identity of its component beside the component itself.
    #[must_use]
    pub fn rival(&self, of: &Entry) -> Option<&Entry> {
        if !of.is_pending() {
            return None;
        }
        let claims = self.claims.get(&claim(of)?)?;
        let (pending, approved) = if of.is_own() {
            (claims.pending_by_others, claims.approved_by_others)
        } else {
            (claims.pending, claims.approved)
        };
        let requestor = |other: &Entry| other.requestor != of.requestor;
        self.differing(pending, requestor).or_else(|| {
            let approved = self.differing(approved, requestor);
            approved.filter(|_| !of.is_self())
        })
    }

    /// A denied CSR with the same key.
    #[must_use]
    pub fn denied_key(&self, of: &Entry) -> Option<&Entry> {
        let uses = self.by_key.get(&of.key?)?;
        self.denial(of, uses.denied)
    }

    /// A denied CSR of the same requestor for the same identity, else one of another requestor.
    #[must_use]
    pub fn denied_identity(&self, of: &Entry) -> Option<&Entry> {
        let own = (of.requestor.clone(), Arc::clone(&of.identity));
        self.denial(of, self.denied_to.get(&own).copied())
            .or_else(|| {
                let pair = self.denied.get(&of.identity)?;
                let other = self.differing(Some(*pair), |other| other.requestor != of.requestor)?;
                (of.is_pending() || of.is_after(other)).then_some(other)
            })
    }

    /// The newest CSR of the same requestor that asks for the same, and for as long at least, if this one waits and is
    /// an older one.
    #[must_use]
    pub fn successor(&self, of: &Entry) -> Option<&Entry> {
        if !of.is_pending() {
            return None;
        }
        let leaders = self.newest.get(&series(of))?;
        let longer = leaders.partition_point(|&leader| self.entries[leader].lasts_as_long_as(of));
        let newest = &self.entries[leaders[longer.checked_sub(1)?]];
        (!newest.is(of) && newest.is_after(of)).then_some(newest)
    }

    /// How many CSRs the requestor of this one has pending; none if this one is not.
    #[must_use]
    pub fn load(&self, of: &Entry) -> Load {
        if of.is_pending() {
            self.load.get(&load_key(of)).copied().unwrap_or_default()
        } else {
            Load::default()
        }
    }

    /// Every CSR once: the newest of those that ask for the same and have the same standing, with those that it
    /// supersedes. What names nobody stands alone, and so does what nobody is known to ask for.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        // Their newest is to be valid longer from one to the next.
        let mut places: HashMap<(Series, Standing), Places> = HashMap::new();
        // Newest first, so that the first of a group is its newest.
        for (entry, &given) in self.entries.iter().zip(&self.given).rev() {
            let next = groups.len();
            let place = if entry.identity.is_empty() || entry.requestor.is_none() {
                next
            } else {
                let places = places.entry((series(entry), entry.standing)).or_default();
                let seconds = entry.expiration_seconds;
                let shorter = places.partition_point(|&(longest, _)| longest < seconds);
                if shorter == places.len() {
                    places.push((seconds, next));
                }
                places[shorter].1
            };
            match groups.get_mut(place) {
                Some(group) => group.superseded.push(given),
                None => groups.push(Group {
                    newest: given,
                    superseded: Vec::new(),
                }),
            }
        }
        for group in &mut groups {
            group.superseded.reverse();
        }
        groups
    }

    fn differing(&self, pair: Option<Pair>, differs: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let pair = pair?;
        let first = &self.entries[pair.first];
        if differs(first) {
            return Some(first);
        }
        pair.other
            .map(|other| &self.entries[other])
            .filter(|other| differs(other))
    }

    /// A denial is held against what waits, and against what came after it.
    fn denial(&self, of: &Entry, denied: Option<usize>) -> Option<&Entry> {
        let denied = &self.entries[denied?];
        let counts = of.is_pending() || of.is_after(denied);
        (counts && !denied.is(of)).then_some(denied)
    }
}

/// Keeps one copy of what the entries have in common: few requestors ask few signers, and again and again
/// for the same identities.
fn share(entries: &mut [Entry]) {
    fn one<T: ?Sized + Eq + Hash>(known: &mut HashSet<Arc<T>>, item: &mut Arc<T>) {
        match known.get(item) {
            Some(copy) => *item = Arc::clone(copy),
            None => {
                known.insert(Arc::clone(item));
            }
        }
    }
    let mut texts = HashSet::new();
    let mut identities = HashSet::with_capacity(entries.len());
    for entry in entries {
        if let Some(requestor) = &mut entry.requestor {
            one(&mut texts, requestor);
        }
        one(&mut identities, &mut entry.identity);
    }
}

/// The name that a CSR lays claim to, if it is one to log in with.
fn claim(entry: &Entry) -> Option<(Arc<str>, Arc<str>)> {
    let identity = &entry.identity;
    let counts = entry.logs_in && !identity.user.is_empty();
    counts.then(|| (Arc::clone(&identity.scope), Arc::clone(&identity.user)))
}

fn series(entry: &Entry) -> Series {
    (
        entry.requestor.clone(),
        Arc::clone(&entry.identity),
        entry.asked,
    )
}

/// The requestor, and the node that it asks for, if any.
fn load_key(entry: &Entry) -> Queue {
    let identity = &entry.identity;
    let node = identity.is_node().then(|| Arc::clone(&identity.user));
    (entry.requestor.clone(), node)
}

/// The most of these times, which are in order, that lie within [`BURST`].
fn burst(times: &[Timestamp]) -> usize {
    let mut start = 0;
    let mut most = 0;
    for (index, time) in times.iter().enumerate() {
        while time.duration_since(times[start]) > BURST {
            start += 1;
        }
        most = most.max(index + 1 - start);
    }
    most
}

#[cfg(test)]
mod tests;
