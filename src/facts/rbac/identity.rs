//! Who somebody is to the authorizers.

use crate::csr::Requestor;
use crate::csr::signer::{NODE_USER_PREFIX, NODES_GROUP};

/// The group that the authorizers never ask about.
pub const MASTERS_GROUP: &str = "system:masters";
/// The group of everybody who logged in.
pub const AUTHENTICATED_GROUP: &str = "system:authenticated";
/// The group of everybody who did not.
pub const UNAUTHENTICATED_GROUP: &str = "system:unauthenticated";
/// The user name of those who did not log in.
pub const ANONYMOUS_USER: &str = "system:anonymous";
/// The group of all ServiceAccounts; with a colon and a namespace that of the namespace's.
pub const SERVICE_ACCOUNTS_GROUP: &str = "system:serviceaccounts";
/// The prefix of a ServiceAccount's user name; namespace, colon and name follow.
pub const SERVICE_ACCOUNT_PREFIX: &str = "system:serviceaccount:";

/// A user with the groups that the API server sees. Untrusted text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The user name.
    pub user: String,
    /// The groups, those that the API server adds included.
    pub groups: Vec<String>,
}

impl Identity {
    /// The identity that a certificate of this user and these groups logs in as. The API server adds
    /// `system:authenticated`, but neither for `system:anonymous` nor where the groups already say whether
    /// the user is authenticated.
    ///
    /// Source: `staging/src/k8s.io/apiserver/pkg/authentication/group/authenticated_group_adder.go`.
    #[must_use]
    pub fn new(user: impl Into<String>, groups: impl IntoIterator<Item = String>) -> Self {
        let user = user.into();
        let mut groups: Vec<String> = groups.into_iter().collect();
        let said = groups
            .iter()
            .any(|group| group == AUTHENTICATED_GROUP || group == UNAUTHENTICATED_GROUP);
        if user != ANONYMOUS_USER && !said {
            groups.push(AUTHENTICATED_GROUP.to_owned());
        }
        Self { user, groups }
    }

    /// Whether it is in that group.
    #[must_use]
    pub fn has_group(&self, group: &str) -> bool {
        self.groups.iter().any(|held| held == group)
    }

    /// Whether no authorizer is ever asked about it.
    #[must_use]
    pub fn bypasses_authorizers(&self) -> bool {
        self.has_group(MASTERS_GROUP)
    }

    /// The node that the Node authorizer takes it for. Half an identity is none.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        self.user
            .strip_prefix(NODE_USER_PREFIX)
            .filter(|node| !node.is_empty() && self.has_group(NODES_GROUP))
    }
}

/// As the API server recorded them: nothing is added.
impl From<&Requestor> for Identity {
    fn from(requestor: &Requestor) -> Self {
        Self {
            user: requestor.username.clone(),
            groups: requestor.groups.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(user: &str, groups: &[&str]) -> Vec<String> {
        Identity::new(user, groups.iter().map(|&group| group.to_owned())).groups
    }

    #[test]
    fn everybody_who_logs_in_is_authenticated() {
        assert_eq!(groups("jane", &["dev"]), ["dev", AUTHENTICATED_GROUP]);
        assert_eq!(groups("jane", &[AUTHENTICATED_GROUP]).len(), 1);
    }

    #[test]
    fn whoever_says_so_is_not() {
        assert!(groups(ANONYMOUS_USER, &[]).is_empty());
        assert_eq!(
            groups("jane", &[UNAUTHENTICATED_GROUP]),
            [UNAUTHENTICATED_GROUP]
        );
    }

    #[test]
    fn nodes_have_a_name_and_a_group() {
        let node = |user: &str, group: &str| {
            Identity::new(user, [group.to_owned()])
                .node()
                .map(str::to_owned)
        };
        assert_eq!(node("system:node:a", NODES_GROUP).as_deref(), Some("a"));
        assert_eq!(node("system:node:", NODES_GROUP), None);
        assert_eq!(node("system:node:a", "nodes"), None);
        assert_eq!(node("a", NODES_GROUP), None);
    }
}
