//! What the cluster is asked besides its CSRs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::cluster::{self, Cluster, ErrorKind, Resource};
use crate::csr::{Csr, Requestor, Signer};
use crate::facts::rbac::Rbac;
use crate::facts::{ApiServerNames, Authorizers, Fact, Facts, Gap, Nodes, NotChecked, WeakKeys};
use crate::ui::Ui;

use super::access_reviews::{self, Depth};
use super::failure::{self, Failure};
use super::files;
use super::selection::Selection;

/// What to judge by besides the CSRs.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Facts")]
pub(super) struct FactOptions {
    /// How much to ask the cluster besides the CSRs themselves: roles and bindings, nodes, other CSRs.
    #[arg(long, value_name = "EXTENT", value_enum, default_value_t)]
    facts: Extent,

    /// A list of keys known to be compromised: on each line the SHA-256 of a SubjectPublicKeyInfo in hex.
    #[arg(long, value_name = "FILE")]
    weak_keys: Option<PathBuf>,

    /// Nothing is decided: of a long list, the API server is not asked about every identity.
    #[arg(skip)]
    is_overview: bool,
}

/// Of a long list, the API server is asked about so many identities and no more, unless all are wanted:
/// each takes some questions.
const MOST_REVIEWED: usize = 40;

/// How much is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Extent {
    /// Nothing but who you are.
    None,
    /// What can matter; of authorizers other than RBAC, whether they allow everything.
    #[default]
    Auto,
    /// What can matter, in every way: also other authorizers than RBAC, by asking the API server.
    All,
}

/// Why a read failed, as a fact: what is not permitted, and the rule that would permit it.
pub(super) fn gap(error: &cluster::Error) -> Gap {
    let whole = error.message();
    let why = match error.kind() {
        // The server's own words say no more than that.
        ErrorKind::Forbidden => whole.split(": ").next().unwrap_or(whole),
        _ => whole,
    };
    Gap {
        why: why.to_owned(),
        remedy: error.hint().map(str::to_owned),
        // A plugin fails too where the network is down.
        passes: error.is_transient()
            || matches!(
                error.kind(),
                ErrorKind::Credentials
                    | ErrorKind::Expired
                    | ErrorKind::Timeout
                    | ErrorKind::Unreachable
            ),
    }
}

fn fact<T, U>(answer: Result<T, cluster::Error>, read: impl FnOnce(T) -> U) -> Fact<U> {
    match answer {
        Ok(answer) => Fact::Known(read(answer)),
        Err(error) => Fact::Unknown(gap(&error)),
    }
}

impl FactOptions {
    /// Whether the cluster is asked for more than its CSRs.
    pub(super) fn asks(&self) -> bool {
        self.facts != Extent::None
    }

    /// What is known without a cluster.
    ///
    /// # Errors
    /// If a file cannot be read, or holds something else.
    pub(super) fn of_files(&self) -> Result<Facts, Failure> {
        let weak_keys = match &self.weak_keys {
            Some(path) => Fact::Known(weak_keys(path)?),
            None => Fact::NotAsked,
        };
        Ok(Facts {
            weak_keys,
            ..Facts::at(Timestamp::now())
        })
    }

    /// Asks for all that does not depend on single CSRs, at once.
    ///
    /// # Errors
    /// As [`Self::of_files`]. What the cluster does not tell is a fact too.
    pub(super) async fn ask(
        &self,
        cluster: &Cluster,
        selection: &Selection,
    ) -> Result<Facts, Failure> {
        let facts = self.of_files()?;
        if !self.asks() {
            return Ok(Facts {
                reviewer: reviewer(cluster).await,
                ..facts
            });
        }
        // Nobody logs in with a kubelet's serving certificate.
        let no_login = selection
            .signer()
            .is_some_and(|signer| Signer::of(signer) == Signer::KubeletServing);
        let authorizers = async {
            if no_login {
                Fact::NotAsked
            } else {
                let authorizers = authorizers(cluster).await;
                Fact::Known(match self.facts {
                    Extent::All => authorizers.with_reviews(),
                    Extent::Auto if !self.is_overview => authorizers.with_question(),
                    Extent::None | Extent::Auto => authorizers,
                })
            }
        };
        let (reviewer, authorizers, nodes, api_server) = tokio::join!(
            reviewer(cluster),
            authorizers,
            cluster.every(Resource::Nodes),
            api_server(cluster),
        );
        Ok(Facts {
            reviewer,
            authorizers,
            nodes: fact(nodes, |nodes| Nodes::read(&nodes)),
            api_server: Fact::Known(api_server),
            ..facts
        })
    }

    /// The same for looking at CSRs and deciding nothing.
    pub(super) fn for_overview(&self) -> Self {
        Self {
            is_overview: true,
            ..self.clone()
        }
    }

    /// Whether the API server is to be asked about single identities.
    pub(super) fn reviews(&self, facts: &Facts) -> bool {
        self.asks() && facts.authorizers.known().is_some()
    }

    /// How much it is asked: more than one question where roles and bindings do not tell what identities
    /// could do, or where more is wanted.
    fn depth(&self, authorizers: &Authorizers) -> Depth {
        if self.facts == Extent::All || authorizers.gap().is_some() {
            Depth::Probes
        } else {
            Depth::Everything
        }
    }

    /// Asks the API server about the identities in these CSRs and their requestors, where that is to be done.
    pub(super) async fn review<'a>(
        &self,
        cluster: &Cluster,
        facts: &mut Facts,
        csrs: impl Iterator<Item = &'a Csr>,
    ) {
        if !self.reviews(facts) {
            return;
        }
        let most = self.most_reviewed(facts);
        if let Fact::Known(authorizers) = &mut facts.authorizers {
            let depth = self.depth(authorizers);
            access_reviews::add(cluster, authorizers, csrs, most, depth).await;
        }
    }

    /// About how many identities of a list the API server is asked at most. Before a decision it is one question
    /// for each.
    pub(super) fn most_reviewed(&self, facts: &Facts) -> usize {
        let depth = facts.authorizers.known().map(|known| self.depth(known));
        match self.facts {
            Extent::All => usize::MAX,
            Extent::Auto if depth == Some(Depth::Everything) && !self.is_overview => usize::MAX,
            Extent::None | Extent::Auto => MOST_REVIEWED,
        }
    }
}

/// Reads a list of compromised keys.
fn weak_keys(path: &Path) -> Result<WeakKeys, Failure> {
    let shown = path.display();
    let bytes = files::bytes(path)?;
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::failed(format!("{shown} is not a text")))?;
    WeakKeys::parse(&text).map_err(|bad| {
        Failure::failed(format!("{shown}: {bad}")).hint(
            "Each line is the SHA-256 of a DER SubjectPublicKeyInfo in hex; # begins a comment.",
        )
    })
}

async fn reviewer(cluster: &Cluster) -> Fact<Requestor> {
    match cluster.self_subject_review().await {
        Ok(Some(reviewer)) => Fact::Known(reviewer),
        Ok(None) => Fact::unknown("the server does not say"),
        Err(error) => Fact::Unknown(gap(&error)),
    }
}

async fn api_server(cluster: &Cluster) -> ApiServerNames {
    let service = fact(cluster.kubernetes_service().await, |service| service);
    let url = url::Url::parse(&cluster.place().server).ok();
    let host = url.as_ref().and_then(url::Url::host_str);
    ApiServerNames::new(&service, host)
}

/// Roles and bindings, as far as they can be read: some of them show some of what an identity could do.
async fn authorizers(cluster: &Cluster) -> Authorizers {
    const RESOURCES: [Resource; 4] = [
        Resource::ClusterRoles,
        Resource::Roles,
        Resource::ClusterRoleBindings,
        Resource::RoleBindings,
    ];
    let [one, two, three, four] = RESOURCES;
    let (one, two, three, four) = tokio::join!(
        cluster.every(one),
        cluster.every(two),
        cluster.every(three),
        cluster.every(four),
    );
    let mut gaps: Vec<(Resource, Gap, bool)> = Vec::new();
    let mut list = |resource, answer: Result<Vec<Box<RawValue>>, cluster::Error>| {
        answer.unwrap_or_else(|error| {
            let forbidden = error.kind() == ErrorKind::Forbidden;
            gaps.push((resource, gap(&error), forbidden));
            Vec::new()
        })
    };
    let lists = [
        list(RESOURCES[0], one),
        list(RESOURCES[1], two),
        list(RESOURCES[2], three),
        list(RESOURCES[3], four),
    ];
    let [cluster_roles, roles, cluster_role_bindings, role_bindings] = &lists;
    let rbac = Rbac::read(cluster_roles, roles, cluster_role_bindings, role_bindings);
    let Some((_, first, _)) = gaps.first() else {
        return Authorizers::new(Fact::Known(rbac));
    };
    let gap = if gaps.iter().all(|(_, _, forbidden)| *forbidden) {
        let resources: Vec<Resource> = gaps.iter().map(|(resource, ..)| *resource).collect();
        let names: Vec<&str> = resources.iter().map(|resource| resource.words()).collect();
        Gap {
            why: format!("not allowed to list {}", names.join(", ")),
            remedy: Some(cluster::list_rule(&resources)),
            passes: false,
        }
    } else {
        Gap {
            passes: gaps.iter().any(|(_, gap, _)| gap.passes),
            ..first.clone()
        }
    };
    if gaps.len() == lists.len() {
        Authorizers::new(Fact::Unknown(gap))
    } else {
        Authorizers::partial(rbac, gap)
    }
}

/// Says what was asked for and is not known, a line for each reason, with what would change that. Who the
/// reviewer is, is said where a decision is made.
///
/// # Errors
/// If standard error cannot be written to.
pub(super) fn tell_unknown(ui: &mut Ui, facts: &Facts) -> std::io::Result<()> {
    let mut reasons: Vec<(&Gap, Vec<&str>)> = Vec::new();
    for NotChecked { what, gap } in facts.not_checked() {
        let Some(gap) = gap.filter(|gap| facts.reviewer.gap() != Some(gap)) else {
            continue;
        };
        match reasons.iter_mut().find(|(known, _)| *known == gap) {
            Some((_, all)) => all.push(what),
            None => reasons.push((gap, vec![what])),
        }
    }
    for (gap, what) in reasons {
        let remedy = gap.remedy.as_deref().unwrap_or_default();
        let line = format!("not checked: {}: {}. {remedy}", what.join(", "), gap.why);
        failure::warn(ui, line.trim_end())?;
    }
    Ok(())
}
