//! Asking the API server what an identity could do: everything, or some requests that would be dangerous.

use std::collections::HashSet;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::cluster::{self, Cluster, ErrorKind, ResourceAttributes};
use crate::csr::Csr;
use crate::facts::access::Access;
use crate::facts::access::probes::{self, PROBES};
use crate::facts::rbac::{Identity, Request};
use crate::facts::{Authorizers, Fact, Gap, identity_of};

use super::facts::gap;

/// How much is asked about an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Whether it may do everything: one question, which shows all power that RBAC does not give.
    Everything,
    /// All that shows a power where roles and bindings do not.
    Probes,
}

/// Larger identities than this, in bytes, are not asked about, and so not known: no account is in that many groups, and
/// whoever creates CSRs chooses their size.
const LARGEST: usize = 64 << 10;

fn size(identity: &Identity) -> usize {
    identity.user.len() + identity.groups.iter().map(String::len).sum::<usize>()
}

/// Asks about the identities in these CSRs and about their requestors, at most about so many.
///
/// If the first question may not be asked, no other one is.
pub(super) async fn add<'a>(
    cluster: &Cluster,
    authorizers: &mut Authorizers,
    csrs: impl Iterator<Item = &'a Csr>,
    most: usize,
    depth: Depth,
) {
    let mut seen = HashSet::new();
    let identities: Vec<Identity> = csrs
        .filter_map(|csr| {
            Some((
                identity_of(csr)?,
                csr.requestor.as_ref().map(Identity::from),
            ))
        })
        .flat_map(|(identity, requestor)| std::iter::once(identity).chain(requestor))
        .filter(|identity| !identity.bypasses_authorizers() && size(identity) <= LARGEST)
        .filter(|identity| depth == Depth::Probes || !authorizers.needs_no_review(identity))
        .filter(|identity| seen.insert(identity.clone()))
        .take(most)
        .collect();
    let Some(first) = identities.first() else {
        return;
    };
    // Whoever may not ask about one may not ask about the others. Any other failure is this question's own.
    let may_ask = ask(cluster, first, &PROBES[0].request).await;
    if let Some(why) = forbidden(&may_ask) {
        match depth {
            // By RBAC it is known, and that this is RBAC's word alone is told.
            Depth::Everything => authorizers.refuse_reviews(why),
            Depth::Probes => {
                for identity in identities {
                    authorizers.add_review(identity, Fact::Unknown(why.clone()));
                }
            }
        }
        return;
    }
    match depth {
        Depth::Everything => {
            let rest = stream::iter(&identities[1..])
                .map(|identity| ask(cluster, identity, &PROBES[0].request))
                .buffered(cluster.parallel());
            let answers: Vec<Result<bool, cluster::Error>> =
                stream::iter([may_ask]).chain(rest).collect().await;
            for (identity, answer) in identities.into_iter().zip(answers) {
                authorizers.add_review(identity, access(answer.map(|yes| vec![yes])));
            }
        }
        Depth::Probes => {
            for identity in identities {
                let answers: Vec<Result<bool, cluster::Error>> = stream::iter(&PROBES)
                    .map(async |probe| ask(cluster, &identity, &probe.request).await)
                    .buffered(cluster.parallel())
                    .collect()
                    .await;
                let answers = answers.into_iter().collect();
                authorizers.add_review(identity, access(answers));
            }
        }
    }
}

/// Why it may not be asked, if that is what came back.
fn forbidden(answer: &Result<bool, cluster::Error>) -> Option<Gap> {
    let error = answer.as_ref().err()?;
    (error.kind() == ErrorKind::Forbidden).then(|| gap(error))
}

fn access(answers: Result<Vec<bool>, cluster::Error>) -> Fact<Access> {
    match answers {
        Ok(answers) => Fact::Known(probes::access(&answers)),
        Err(error) => Fact::Unknown(gap(&error)),
    }
}

async fn ask(
    cluster: &Cluster,
    identity: &Identity,
    request: &Request<'_>,
) -> Result<bool, cluster::Error> {
    let Request {
        verb,
        group,
        resource,
        subresource,
        name,
        namespace,
    } = *request;
    let attributes = ResourceAttributes {
        verb,
        group,
        resource,
        subresource,
        name,
        namespace,
        version: "",
    };
    let review = cluster.access_review(&identity.user, &identity.groups, &attributes);
    Ok(review.await?.allowed)
}
