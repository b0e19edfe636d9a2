//! Asking the API server what somebody could do: some requests that would be dangerous.

use std::collections::HashSet;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::cluster::{self, Cluster, ErrorKind, ResourceAttributes};
use crate::csr::Csr;
use crate::facts::access::probes::{self, PROBES};
use crate::facts::rbac::{Identity, Request};
use crate::facts::{Authorizers, Fact, identity_of};

use super::facts::gap;

/// Asks about the identities in these CSRs and about their requestors, at most about so many.
///
/// If the first question may not be asked, no other one is.
pub(super) async fn add<'a>(
    cluster: &Cluster,
    authorizers: &mut Authorizers,
    csrs: impl Iterator<Item = &'a Csr>,
    most: usize,
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
        .filter(|identity| !identity.bypasses_authorizers())
        .filter(|identity| seen.insert(identity.clone()))
        .take(most)
        .collect();
    let Some(first) = identities.first() else {
        return;
    };
    // Whoever may not ask about one may not ask about the others. Any other failure is this question's own.
    let may_ask = ask(cluster, first, &PROBES[0].request).await;
    let forbidden = may_ask
        .err()
        .filter(|error| error.kind() == ErrorKind::Forbidden);
    if let Some(error) = forbidden {
        for identity in identities {
            authorizers.add_review(identity, Fact::Unknown(gap(&error)));
        }
        return;
    }
    for identity in identities {
        let answers: Vec<Result<bool, cluster::Error>> = stream::iter(PROBES)
            .map(async |probe| ask(cluster, &identity, &probe.request).await)
            .buffered(cluster.parallel())
            .collect()
            .await;
        let answers: Result<Vec<bool>, cluster::Error> = answers.into_iter().collect();
        let access = match answers {
            Ok(answers) => Fact::Known(probes::access(&answers)),
            Err(error) => Fact::Unknown(gap(&error)),
        };
        authorizers.add_review(identity, access);
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
