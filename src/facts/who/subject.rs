//! What a subject is, as far as its name tells.

use std::collections::BTreeSet;

use crate::facts::rbac::{
    ANONYMOUS_USER, AUTHENTICATED_GROUP, Identity, SERVICE_ACCOUNT_PREFIX, SERVICE_ACCOUNTS_GROUP,
    Subject, SubjectKind, UNAUTHENTICATED_GROUP,
};

use super::Mark;

/// The marks that a subject has whatever it may do.
#[must_use]
pub fn own_marks(subject: &Subject) -> BTreeSet<Mark> {
    [
        (Mark::BroadGroup, is_broad(subject)),
        (Mark::DefaultServiceAccount, is_default(subject)),
    ]
    .into_iter()
    .filter_map(|(mark, holds)| holds.then_some(mark))
    .collect()
}

/// Who to ask the API server about to know what the subject may do: with the groups that it is always in,
/// and a group without any user.
#[must_use]
pub fn probe_identity(subject: &Subject) -> Identity {
    let own = match subject.kind {
        SubjectKind::Group => Some(subject.name.clone()),
        SubjectKind::User | SubjectKind::ServiceAccount => None,
    };
    Identity {
        user: subject.user().unwrap_or_default(),
        groups: own.into_iter().chain(implied_groups(subject)).collect(),
    }
}

/// The groups that a subject is in whatever else it is in, as far as they can be known.
pub(super) fn implied_groups(subject: &Subject) -> Vec<String> {
    let authenticated = || AUTHENTICATED_GROUP.to_owned();
    let account = |namespace: &str| {
        vec![
            format!("{SERVICE_ACCOUNTS_GROUP}:{namespace}"),
            SERVICE_ACCOUNTS_GROUP.to_owned(),
            authenticated(),
        ]
    };
    match subject.kind {
        SubjectKind::ServiceAccount => account(&subject.namespace),
        SubjectKind::User if subject.name == ANONYMOUS_USER => {
            vec![UNAUTHENTICATED_GROUP.to_owned()]
        }
        SubjectKind::User => match service_account(&subject.name) {
            Some((namespace, _)) => account(namespace),
            None => vec![authenticated()],
        },
        SubjectKind::Group => match subject.name.as_str() {
            AUTHENTICATED_GROUP | UNAUTHENTICATED_GROUP => Vec::new(),
            name if is_namespace_accounts(name) => {
                vec![SERVICE_ACCOUNTS_GROUP.to_owned(), authenticated()]
            }
            _ => vec![authenticated()],
        },
    }
}

/// Namespace and name in the user name of a ServiceAccount.
pub(super) fn service_account(user: &str) -> Option<(&str, &str)> {
    user.strip_prefix(SERVICE_ACCOUNT_PREFIX)?.split_once(':')
}

/// Whether it is the group of a namespace's ServiceAccounts.
fn is_namespace_accounts(group: &str) -> bool {
    group
        .strip_prefix(SERVICE_ACCOUNTS_GROUP)
        .is_some_and(|rest| rest.starts_with(':'))
}

/// Whether more people and pods are behind it than anybody can name. The anonymous user is as good as a
/// group: it is whoever reaches the API server.
fn is_broad(subject: &Subject) -> bool {
    let name = subject.name.as_str();
    match subject.kind {
        SubjectKind::Group => {
            matches!(
                name,
                AUTHENTICATED_GROUP | UNAUTHENTICATED_GROUP | SERVICE_ACCOUNTS_GROUP
            ) || is_namespace_accounts(name)
        }
        SubjectKind::User => name == ANONYMOUS_USER,
        SubjectKind::ServiceAccount => false,
    }
}

fn is_default(subject: &Subject) -> bool {
    match subject.kind {
        SubjectKind::ServiceAccount => subject.name == "default",
        SubjectKind::User => {
            service_account(&subject.name).is_some_and(|(_, name)| name == "default")
        }
        SubjectKind::Group => false,
    }
}
