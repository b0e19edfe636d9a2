//! What is read of the cluster: RBAC, and which signers there are.

use std::collections::BTreeSet;
use std::io;

use serde::Deserialize;

use crate::cli::failure::{Failure, warn};
use crate::cluster::{Cluster, Error, Page, Resource, Selector};
use crate::csr::Signer;
use crate::facts::rbac::Rbac;
use crate::ui::Ui;

use super::{Action, Args};

/// How many signers are looked at without being asked for: whoever may create CSRs can name any number.
const MOST_SIGNERS: usize = 100;

/// Reads the roles and bindings of the whole cluster, and those of namespaces too if they count.
///
/// # Errors
/// All that could not be read: half of RBAC is no answer.
pub(super) async fn rbac(cluster: &Cluster, every_namespace: bool) -> Result<Rbac, Vec<Failure>> {
    let namespaced = async |resource| {
        if every_namespace {
            cluster.every(resource).await
        } else {
            Ok(Vec::new())
        }
    };
    let (cluster_roles, roles, cluster_role_bindings, role_bindings) = tokio::join!(
        cluster.every(Resource::ClusterRoles),
        namespaced(Resource::Roles),
        cluster.every(Resource::ClusterRoleBindings),
        namespaced(Resource::RoleBindings),
    );
    match (cluster_roles, roles, cluster_role_bindings, role_bindings) {
        (Ok(cluster_roles), Ok(roles), Ok(cluster_role_bindings), Ok(role_bindings)) => {
            Ok(Rbac::read(
                &cluster_roles,
                &roles,
                &cluster_role_bindings,
                &role_bindings,
            ))
        }
        (cluster_roles, roles, cluster_role_bindings, role_bindings) => {
            let lists = [cluster_roles, roles, cluster_role_bindings, role_bindings];
            let mut failures: Vec<Failure> = Vec::new();
            for failure in lists.into_iter().filter_map(Result::err).map(Failure::from) {
                // A server that is away is away for every list.
                if !failures.contains(&failure) {
                    failures.push(failure);
                }
            }
            Err(failures)
        }
    }
}

/// The signers to look at, and why they may not be all that there are.
#[derive(Debug)]
pub(super) struct Signers {
    names: BTreeSet<String>,
    warnings: Vec<String>,
}

impl Signers {
    /// The signers, after saying which ones are missing.
    pub(super) fn tell(self, ui: &mut Ui) -> io::Result<BTreeSet<String>> {
        for warning in &self.warnings {
            warn(ui, warning)?;
        }
        Ok(self.names)
    }
}

/// Those that were asked for, else the built-in ones and those that CSRs name.
pub(super) async fn signers(cluster: &Cluster, args: &Args) -> Signers {
    if args.action == Action::Create || !args.signers.is_empty() {
        return Signers {
            names: args.signers.iter().cloned().collect(),
            warnings: Vec::new(),
        };
    }
    let mut named = Named::default();
    let listed = cluster
        .list(&Selector::default(), async |page| match page {
            Page::Restart => named = Named::default(),
            Page::Items(items) => items.iter().for_each(|item| named.note(item)),
        })
        .await;
    named.signers(listed)
}

/// The signers that CSRs name.
#[derive(Debug, Default)]
struct Named {
    signers: BTreeSet<String>,
    unreadable: usize,
}

#[derive(Deserialize)]
struct Object {
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    signer_name: String,
}

impl Named {
    fn note(&mut self, csr: &str) {
        match serde_json::from_str::<Object>(csr) {
            Ok(object) => _ = self.signers.insert(object.spec.signer_name),
            Err(_) => self.unreadable += 1,
        }
    }

    fn signers(self, listed: Result<(), Error>) -> Signers {
        let mut warnings = Vec::new();
        let mut names: BTreeSet<String> = Signer::BUILT_IN
            .into_iter()
            // It cannot be asked for any more.
            .filter(|name| Signer::of(name) != Signer::LegacyUnknown)
            .map(str::to_owned)
            .collect();
        if let Err(error) = listed {
            warnings.push(format!(
                "{error}; only the signers of kube-controller-manager are looked at"
            ));
            return Signers { names, warnings };
        }
        if self.unreadable > 0 {
            let count = self.unreadable;
            warnings.push(format!(
                "the signers of {count} CSRs are not looked at, which cannot be read"
            ));
        }
        let others: Vec<String> = self.signers.difference(&names).cloned().collect();
        if others.len() > MOST_SIGNERS {
            warnings.push(format!(
                "CSRs name {} more signers; only the first {MOST_SIGNERS} of them are looked at, name others with \
                 --signer",
                others.len()
            ));
        }
        names.extend(others.into_iter().take(MOST_SIGNERS));
        Signers { names, warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(csrs: impl IntoIterator<Item = String>) -> Signers {
        let mut named = Named::default();
        csrs.into_iter().for_each(|csr| named.note(&csr));
        named.signers(Ok(()))
    }

    fn csr(signer: &str) -> String {
        format!(r#"{{"spec":{{"signerName":"{signer}"}}}}"#)
    }

    #[test]
    fn signers_that_csrs_name_are_looked_at_too() {
        let known = "kubernetes.io/kubelet-serving";
        let signers = named(["a.example/b", known, "a.example/b"].map(csr));
        assert_eq!(
            signers.names.iter().collect::<Vec<_>>(),
            [
                "a.example/b",
                "kubernetes.io/kube-apiserver-client",
                "kubernetes.io/kube-apiserver-client-kubelet",
                known
            ]
        );
        assert!(signers.warnings.is_empty());
    }

    #[test]
    fn what_is_left_out_is_told() {
        let many = (0..=MOST_SIGNERS).map(|number| csr(&format!("a.example/{number:03}")));
        let signers = named(many.chain(["{}".to_owned()]));
        assert_eq!(signers.names.len(), MOST_SIGNERS + 3);
        assert_eq!(signers.warnings.len(), 2, "{:?}", signers.warnings);
        assert!(signers.warnings[0].contains("1 CSRs"));
        assert!(signers.warnings[1].contains("101 more"));
    }
}
