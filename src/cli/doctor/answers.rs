//! What is asked of the cluster, all that does not depend on another answer at once.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::cluster::{
    AccessReview, Cluster, Error, Page, Place, Resource, ResourceAttributes, Selector, Version,
};
use crate::csr::{Requestor, Signer};
use crate::facts::rbac::{ANONYMOUS_USER, UNAUTHENTICATED_GROUP};

/// A name that no rule is limited to.
const ORDINARY: &str = "kubectl-csr-review-doctor";
/// The most signers that are asked about: whoever creates CSRs can name as many as they like.
const MOST_SIGNERS: usize = 50;
/// The most CSRs that are asked about by name.
const MOST_NAMES: usize = 16;

/// An answer, or why there is none.
pub(super) type Answer<T> = Result<T, Error>;

/// Everything that was answered.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) place: Place,
    pub(super) version: Answer<Version>,
    /// How far the server's clock is ahead, if it tells the time.
    pub(super) skew: Option<SignedDuration>,
    pub(super) reviewer: Answer<Option<Requestor>>,
    pub(super) csrs: Answer<Csrs>,
    pub(super) rights: Rights,
    pub(super) nodes: Answer<usize>,
    pub(super) service: Answer<()>,
    pub(super) cluster_roles: Answer<Vec<Box<RawValue>>>,
    pub(super) roles: Answer<usize>,
    pub(super) cluster_role_bindings: Answer<Vec<Box<RawValue>>>,
    pub(super) role_bindings: Answer<usize>,
    /// Whether who did not log in may create CSRs, which tells too whether one may ask about others.
    pub(super) anonymous: Answer<AccessReview>,
}

/// The CSRs on the cluster, as far as they matter here.
#[derive(Clone, Debug, Default)]
pub(super) struct Csrs {
    pub(super) count: usize,
    /// Some names.
    names: Vec<String>,
    /// How many there are for each signer.
    signers: BTreeMap<String, usize>,
}

/// What the user may do, as far as deciding takes it.
#[derive(Debug)]
pub(super) struct Rights {
    /// To read single CSRs.
    pub(super) get: Answer<bool>,
    /// To write decisions.
    pub(super) approval: Answer<Approval>,
    /// To decide for signers, the built-in ones first.
    pub(super) signers: Vec<(String, Answer<Option<By>>)>,
    /// How many signers were not asked about.
    pub(super) unasked: usize,
}

/// Which decisions the user may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Approval {
    All,
    /// Those about CSRs of some names, of which these are on the cluster.
    Some(Vec<String>),
    None,
}

/// Which name gives the right for a signer. The API server asks for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Signer,
    Domain,
}

/// Asks for everything.
pub(super) async fn ask(cluster: &Cluster) -> Answers {
    let (
        (version, skew),
        reviewer,
        (csrs, rights),
        nodes,
        service,
        (cluster_roles, roles),
        (cluster_role_bindings, role_bindings),
        anonymous,
    ) = tokio::join!(
        version(cluster),
        cluster.self_subject_review(),
        csrs_and_rights(cluster),
        cluster.every(Resource::Nodes),
        cluster.kubernetes_service(),
        async {
            tokio::join!(
                cluster.every(Resource::ClusterRoles),
                cluster.every(Resource::Roles)
            )
        },
        async {
            tokio::join!(
                cluster.every(Resource::ClusterRoleBindings),
                cluster.every(Resource::RoleBindings)
            )
        },
        anonymous(cluster),
    );
    let count = |objects: Answer<Vec<Box<RawValue>>>| objects.map(|objects| objects.len());
    Answers {
        place: cluster.place().clone(),
        version,
        skew,
        reviewer,
        csrs,
        rights,
        nodes: count(nodes),
        service: service.map(|_| ()),
        cluster_roles,
        roles: count(roles),
        cluster_role_bindings,
        role_bindings: count(role_bindings),
        anonymous,
    }
}

async fn version(cluster: &Cluster) -> (Answer<Version>, Option<SignedDuration>) {
    let sent = Timestamp::now();
    let version = cluster.version().await;
    let received = Timestamp::now();
    let time = version.as_ref().ok().and_then(|version| version.time);
    (version, time.map(|time| skew(sent, received, time)))
}

/// How far a clock is ahead that showed this time, to the second, somewhere between two times of our own.
fn skew(sent: Timestamp, received: Timestamp, server: Timestamp) -> SignedDuration {
    let latest = server.saturating_add(SignedDuration::from_secs(1));
    if server > received {
        server.duration_since(received)
    } else if latest.is_ok_and(|latest| latest < sent) {
        server.duration_since(sent)
    } else {
        SignedDuration::ZERO
    }
}

async fn anonymous(cluster: &Cluster) -> Answer<AccessReview> {
    let groups = [UNAUTHENTICATED_GROUP.to_owned()];
    let create = ResourceAttributes::csrs("create", "", "");
    cluster
        .access_review(ANONYMOUS_USER, &groups, &create)
        .await
}

async fn csrs_and_rights(cluster: &Cluster) -> (Answer<Csrs>, Rights) {
    let (csrs, get) = tokio::join!(csrs(cluster), may(cluster, "get", "", ""));
    let known = csrs.clone().unwrap_or_default();
    let (signers, unasked) = in_use(&known.signers);
    let answers = stream::iter(signers.iter())
        .map(async |signer| may_decide_for(cluster, signer).await)
        .buffered(cluster.parallel())
        .collect::<Vec<_>>();
    let (approval, answers) = tokio::join!(approval(cluster, &known.names), answers);
    let rights = Rights {
        get,
        approval,
        signers: signers.into_iter().zip(answers).collect(),
        unasked,
    };
    (csrs, rights)
}

async fn csrs(cluster: &Cluster) -> Answer<Csrs> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Object {
        metadata: Metadata,
        spec: Spec,
    }
    #[derive(Deserialize)]
    struct Metadata {
        name: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        signer_name: String,
    }
    let mut csrs = Csrs::default();
    let every = Selector::default();
    let read = cluster.list(&every, async |page| match page {
        Page::Restart => csrs = Csrs::default(),
        Page::Items(items) => {
            csrs.count += items.len();
            for item in items.iter() {
                // What is no CSR has no signer; other commands say what is wrong with it.
                let Ok(object) = serde_json::from_str::<Object>(item) else {
                    continue;
                };
                if csrs.names.len() < MOST_NAMES {
                    csrs.names.push(object.metadata.name);
                }
                *csrs.signers.entry(object.spec.signer_name).or_default() += 1;
            }
        }
    });
    read.await?;
    Ok(csrs)
}

/// The signers to ask about: the built-in ones that can be asked for, then those with most CSRs; and how many
/// are left.
fn in_use(signers: &BTreeMap<String, usize>) -> (Vec<String>, usize) {
    let built_in = Signer::BUILT_IN
        .into_iter()
        .filter(|name| Signer::of(name) != Signer::LegacyUnknown);
    let mut found: Vec<String> = built_in.map(str::to_owned).collect();
    let mut others: Vec<_> = signers
        .iter()
        .filter(|(name, _)| !found.contains(name))
        .collect();
    others.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let unasked = others.len().saturating_sub(MOST_SIGNERS);
    let most = others.into_iter().take(MOST_SIGNERS);
    found.extend(most.map(|(name, _)| name.clone()));
    (found, unasked)
}

/// Whether the user may do that with CSRs; the empty name is all of them.
async fn may(cluster: &Cluster, verb: &str, subresource: &str, name: &str) -> Answer<bool> {
    let attributes = ResourceAttributes::csrs(verb, subresource, name);
    let review = cluster.self_access_review(&attributes).await?;
    Ok(review.allowed)
}

/// Which decisions the user may write: about one of an ordinary name, and about all, which is stricter.
async fn approval(cluster: &Cluster, names: &[String]) -> Answer<Approval> {
    let update = async |name: &str| may(cluster, "update", "approval", name).await;
    let (all, ordinary) = tokio::join!(update(""), update(ORDINARY));
    if all? {
        return Ok(Approval::All);
    }
    let allowed = stream::iter(names)
        .map(async |name| (name, update(name).await))
        .buffered(cluster.parallel())
        .collect::<Vec<_>>();
    let mut some = Vec::new();
    for (name, allowed) in allowed.await {
        if allowed? {
            some.push(name.clone());
        }
    }
    Ok(if some.is_empty() && !ordinary? {
        Approval::None
    } else {
        Approval::Some(some)
    })
}

/// What gives the right to decide for a signer. The check of the domain is made where the first one fails too.
async fn may_decide_for(cluster: &Cluster, signer: &str) -> Answer<Option<By>> {
    let approve = async |name: &str| {
        let attributes = ResourceAttributes::signers("approve", name);
        cluster.self_access_review(&attributes).await
    };
    let exact = approve(signer).await;
    if exact.as_ref().is_ok_and(|review| review.allowed) {
        return Ok(Some(By::Signer));
    }
    if let Some((domain, _)) = signer.split_once('/')
        && approve(&format!("{domain}/*")).await?.allowed
    {
        return Ok(Some(By::Domain));
    }
    exact.map(|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_off_only_as_far_as_that_is_certain() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a time") };
        let (sent, received) = (at("2026-01-01T00:00:10.5Z"), at("2026-01-01T00:00:14Z"));
        for (server, expected) in [
            ("2026-01-01T00:00:10Z", 0),
            ("2026-01-01T00:00:14Z", 0),
            ("2026-01-01T00:00:15Z", 1),
            ("2026-01-01T00:01:54Z", 100),
            ("2025-12-31T23:59:10Z", -60),
        ] {
            let skew = skew(sent, received, at(server)).as_secs();
            assert_eq!(skew, expected, "{server}");
        }
    }

    #[test]
    fn signers_without_end_are_not_all_asked_about() {
        let mut signers: BTreeMap<String, usize> =
            (0..100).map(|n| (format!("x.example/{n:03}"), 1)).collect();
        signers.insert("z.example/used".to_owned(), 2);
        signers.insert("kubernetes.io/kubelet-serving".to_owned(), 9);
        let (asked, left) = in_use(&signers);
        assert_eq!(asked[..3], Signer::BUILT_IN[..3]);
        assert_eq!(asked[3], "z.example/used");
        assert_eq!((asked.len(), left), (53, 51));
    }
}
