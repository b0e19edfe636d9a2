//! What the API server itself says: a SubjectAccessReview for each right of everybody who was found.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::cluster::{Cluster, Error, ResourceAttributes};
use crate::facts::rbac::{Identity, Rbac, Request, Subject};
use crate::facts::who::{Beside, Confirmation, probe_identity, whole_domain};

use super::Action;
use super::found::{Found, HalfRow, Row};

/// Every node may do what one may, whatever it is called.
const ANY_NODE: &str = "system:node:any";

/// Somebody to ask about.
#[derive(Debug)]
pub(super) struct Candidate {
    identity: Identity,
    /// A CSR that it may write; "" stands for all of them.
    name: String,
}

/// What the server says of a candidate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Whether it may write.
    act: bool,
    /// The signers that it may decide for.
    signers: BTreeSet<String>,
}

impl Candidate {
    fn of_row(row: &Row) -> Self {
        let mut identity = probe_identity(&row.subject);
        if row.beside == Some(Beside::NodeAuthorizer) {
            ANY_NODE.clone_into(&mut identity.user);
        }
        Self {
            identity,
            name: row.names.first().cloned().unwrap_or_default(),
        }
    }

    fn of_half(row: &HalfRow) -> Self {
        Self {
            identity: probe_identity(&row.subject),
            name: String::new(),
        }
    }

    /// Whether RBAC shows that it may do it for that signer: through a group, which has a row of its own.
    fn is_shown(&self, rbac: &Rbac, action: Action, signer: &str) -> bool {
        let any = |rights: &[ResourceAttributes<'_>]| {
            rights
                .iter()
                .any(|right| rbac.allows(&self.identity, &request(right)).is_some())
        };
        let domain = whole_domain(signer);
        any(&acts(action, &self.name)) && any(&[signer, &domain].map(|name| decides(action, name)))
    }
}

/// Those to ask about: first the rows, then the halves, which another authorizer may make whole.
pub(super) fn candidates(found: &Found) -> Vec<Candidate> {
    let rows = found.rows.iter().map(Candidate::of_row);
    rows.chain(found.halves.iter().map(Candidate::of_half))
        .collect()
}

/// Asks about each of them, and what stopped that before the end.
pub(super) async fn ask(
    cluster: &Cluster,
    action: Action,
    signers: &BTreeSet<String>,
    candidates: &[Candidate],
) -> (Vec<Verdict>, Option<Error>) {
    let mut verdicts = Vec::new();
    let mut answers = stream::iter(candidates)
        .map(|candidate| verdict(cluster, action, signers, candidate))
        .buffered(cluster.parallel());
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(verdict) => verdicts.push(verdict),
            Err(error) => return (verdicts, Some(error)),
        }
    }
    (verdicts, None)
}

async fn verdict(
    cluster: &Cluster,
    action: Action,
    signers: &BTreeSet<String>,
    candidate: &Candidate,
) -> Result<Verdict, Error> {
    let Identity { user, groups } = &candidate.identity;
    let may = async |right: ResourceAttributes<'_>| {
        let review = cluster.access_review(user, groups, &right).await?;
        Ok::<bool, Error>(review.allowed)
    };
    let mut verdict = Verdict {
        act: false,
        signers: BTreeSet::new(),
    };
    for right in acts(action, &candidate.name) {
        if may(right).await? {
            verdict.act = true;
            break;
        }
    }
    if !verdict.act {
        return Ok(verdict);
    }
    for signer in signers {
        let domain = whole_domain(signer);
        // As the admission plugin does: the signer, then its whole domain.
        if may(decides(action, signer)).await? || may(decides(action, &domain)).await? {
            verdict.signers.insert(signer.clone());
        }
    }
    Ok(verdict)
}

/// The rights to write, any of which is enough. Without a name they are for every CSR.
fn acts(action: Action, name: &str) -> Vec<ResourceAttributes<'_>> {
    let (subresource, verbs): (_, &[_]) = match action {
        Action::Approve => ("approval", &["update", "patch"]),
        Action::Sign => ("status", &["update", "patch"]),
        Action::Create => ("", &["create"]),
    };
    verbs
        .iter()
        .map(|verb| ResourceAttributes::csrs(verb, subresource, name))
        .collect()
}

/// The right to decide for a signer.
fn decides(action: Action, signer: &str) -> ResourceAttributes<'_> {
    ResourceAttributes::signers(action.as_str(), signer)
}

fn request<'a>(right: &ResourceAttributes<'a>) -> Request<'a> {
    Request {
        verb: right.verb,
        group: right.group,
        resource: right.resource,
        subresource: right.subresource,
        name: right.name,
        namespace: right.namespace,
    }
}

impl Found {
    /// Marks what the server said of the first candidates. Of the others nothing new is known.
    pub(super) fn confirm(
        &mut self,
        rbac: &Rbac,
        action: Action,
        candidates: &[Candidate],
        verdicts: &[Verdict],
    ) {
        let (of_rows, of_halves) = verdicts.split_at(verdicts.len().min(self.rows.len()));
        let (rows, halves) = candidates.split_at(self.rows.len());
        for ((row, verdict), candidate) in self.rows.iter_mut().zip(of_rows).zip(rows) {
            row.confirm(verdict, |signer| candidate.is_shown(rbac, action, signer));
        }
        let mut whole: BTreeSet<Subject> = BTreeSet::new();
        for ((half, verdict), candidate) in self.halves.iter().zip(of_halves).zip(halves) {
            let mut row = Row::from(half);
            row.confirm(verdict, |signer| candidate.is_shown(rbac, action, signer));
            if !row.signers.is_empty() {
                whole.insert(half.subject.clone());
                self.rows.push(row);
            }
        }
        self.halves.retain(|half| !whole.contains(&half.subject));
        self.arrange(action);
    }
}

impl Row {
    /// Marks what the server says; `is_shown` tells for which other signers that is no news.
    fn confirm(&mut self, verdict: &Verdict, is_shown: impl Fn(&str) -> bool) {
        let of = |rbac, signer: &String| {
            let allowed = verdict.act && verdict.signers.contains(signer);
            Confirmation::of(rbac, Some(allowed))
        };
        for (signer, seen_by) in &mut self.signers {
            *seen_by = of(true, signer).unwrap_or(*seen_by);
        }
        let news = verdict.signers.iter().filter(|signer| !is_shown(signer));
        for signer in news {
            if let Some(seen_by) = of(false, signer) {
                self.signers.entry(signer.clone()).or_insert(seen_by);
            }
        }
        // What differs from RBAC for one signer is what a reader has to see of the row.
        let worst = [
            Confirmation::Disagree,
            Confirmation::Sar,
            Confirmation::Both,
        ];
        let seen = |wanted: &Confirmation| self.signers.values().any(|seen_by| seen_by == wanted);
        self.seen_by = worst
            .into_iter()
            .find(seen)
            .or_else(|| Confirmation::of(true, Some(verdict.act)))
            .unwrap_or(self.seen_by);
    }
}
