//! The RBAC objects, from JSON as the API server sends it.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::identity::SERVICE_ACCOUNT_PREFIX;
use super::rule::{PolicyRule, list};

/// A name as it stands in a sentence: in quotes, if it could be taken for more than a name.
fn named(name: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:@/".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        return name.into();
    }
    format!("\"{}\"", name.replace('"', "\\\"")).into()
}

/// Whether a binding is of the whole cluster or of a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BindingKind {
    /// A ClusterRoleBinding.
    ClusterRoleBinding,
    /// A RoleBinding.
    RoleBinding,
}

/// What a binding refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum RoleKind {
    /// A ClusterRole.
    ClusterRole,
    /// A Role of the binding's namespace.
    Role,
}

/// A binding's reference to its role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RoleRef {
    /// `kind`.
    pub kind: RoleKind,
    /// `name`.
    pub name: String,
}

impl RoleRef {
    /// The same for the middle of a sentence: a name that could be taken for more stands in quotes.
    #[must_use]
    pub fn in_a_sentence(&self) -> String {
        format!("{:?} {}", self.kind, named(&self.name))
    }
}

/// Names are untrusted: they are nearly free text in RBAC.
impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.name)
    }
}

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum SubjectKind {
    /// A group.
    Group,
    /// A user.
    User,
    /// A ServiceAccount.
    ServiceAccount,
}

/// Somebody whom a binding gives its role. Untrusted text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// A ServiceAccount's namespace, else "".
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Subject {
    /// The user name that the subject matches; `None` for a group.
    #[must_use]
    pub fn user(&self) -> Option<String> {
        match self.kind {
            SubjectKind::Group => None,
            SubjectKind::User => Some(self.name.clone()),
            SubjectKind::ServiceAccount => Some(format!(
                "{SERVICE_ACCOUNT_PREFIX}{}:{}",
                self.namespace, self.name
            )),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SubjectKind::ServiceAccount => {
                write!(
                    f,
                    "ServiceAccount {}/{}",
                    named(&self.namespace),
                    named(&self.name)
                )
            }
            kind => write!(f, "{kind:?} {}", self.name),
        }
    }
}

/// A ClusterRoleBinding or RoleBinding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Which of the two.
    pub kind: BindingKind,
    /// A RoleBinding's namespace, else "".
    pub namespace: String,
    /// The name.
    pub name: String,
    /// What it gives.
    pub role: RoleRef,
    /// Whom it gives that; only subjects that can match anybody.
    pub subjects: Vec<Subject>,
}

impl Binding {
    /// How far its rules reach.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        match self.kind {
            BindingKind::ClusterRoleBinding => Scope::Cluster,
            BindingKind::RoleBinding => Scope::Namespace(&self.namespace),
        }
    }
}

impl Binding {
    /// The same for the middle of a sentence: a name that could be taken for more stands in quotes.
    #[must_use]
    pub fn in_a_sentence(&self) -> String {
        match self.kind {
            BindingKind::ClusterRoleBinding => format!("ClusterRoleBinding {}", named(&self.name)),
            BindingKind::RoleBinding => {
                format!(
                    "RoleBinding {}/{}",
                    named(&self.namespace),
                    named(&self.name)
                )
            }
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            BindingKind::ClusterRoleBinding => {
                write!(f, "ClusterRoleBinding {}", self.name)
            }
            BindingKind::RoleBinding => write!(
                f,
                "RoleBinding {}/{}",
                named(&self.namespace),
                named(&self.name)
            ),
        }
    }
}

/// How far something reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope<'a> {
    /// The whole cluster.
    Cluster,
    /// One namespace.
    Namespace(&'a str),
}

/// A ClusterRole or Role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// A Role's namespace, else "".
    pub namespace: String,
    /// The name.
    pub name: String,
    /// What it allows. Those of an aggregated ClusterRole are what its controller last wrote.
    pub rules: Vec<PolicyRule>,
    /// A controller fills its rules from other ClusterRoles: whoever labels one feeds it.
    pub aggregated: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleObject {
    metadata: Meta,
    #[serde(default, deserialize_with = "list")]
    rules: Vec<PolicyRule>,
    aggregation_rule: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BindingObject {
    metadata: Meta,
    role_ref: RoleRef,
    #[serde(default, deserialize_with = "list")]
    subjects: Vec<SubjectObject>,
}

#[derive(Deserialize)]
struct Meta {
    name: String,
    #[serde(default)]
    namespace: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubjectObject {
    kind: String,
    api_group: Option<String>,
    name: String,
    namespace: Option<String>,
}

/// Only what names an object.
#[derive(Deserialize)]
struct Named {
    metadata: Meta,
}

/// What an object is called, as far as it can be found.
pub(super) fn name_of(json: &str) -> String {
    serde_json::from_str::<Named>(json).map_or_else(
        |_| "without a name".to_owned(),
        |Named { metadata }| {
            if metadata.namespace.is_empty() {
                metadata.name
            } else {
                format!("{}/{}", metadata.namespace, metadata.name)
            }
        },
    )
}

/// The parser's reason, without a position in a text that nobody sees.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let mut text = error.to_string();
    if let Some(index) = text.rfind(" at line ") {
        text.truncate(index);
    }
    text
}

pub(super) fn role(json: &str) -> Result<Role, serde_json::Error> {
    let object: RoleObject = serde_json::from_str(json)?;
    Ok(Role {
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        rules: object.rules,
        aggregated: object.aggregation_rule.is_some(),
    })
}

/// A binding, and what is odd about its subjects.
pub(super) fn binding(
    json: &str,
    kind: BindingKind,
) -> Result<(Binding, Vec<String>), serde_json::Error> {
    let object: BindingObject = serde_json::from_str(json)?;
    let mut binding = Binding {
        kind,
        namespace: match kind {
            BindingKind::ClusterRoleBinding => String::new(),
            BindingKind::RoleBinding => object.metadata.namespace,
        },
        name: object.metadata.name,
        role: object.role_ref,
        subjects: Vec::with_capacity(object.subjects.len()),
    };
    let mut problems = Vec::new();
    for subject in object.subjects {
        match read_subject(subject, &binding.namespace) {
            Ok((subject, odd)) => {
                problems.extend(odd.map(|why| format!("{binding}: {why}")));
                binding.subjects.push(subject);
            }
            Err(why) => problems.push(format!("{binding}: {why}")),
        }
    }
    Ok((binding, problems))
}

/// A subject, and what is odd about it, or why it matches nobody.
///
/// The API server lets nobody store an API group that does not fit the kind, and its authorizer then goes
/// by the kind alone: so does this, and says so.
fn read_subject(
    object: SubjectObject,
    namespace: &str,
) -> Result<(Subject, Option<String>), String> {
    let (kind, group) = match object.kind.as_str() {
        "User" => (SubjectKind::User, "rbac.authorization.k8s.io"),
        "Group" => (SubjectKind::Group, "rbac.authorization.k8s.io"),
        "ServiceAccount" => (SubjectKind::ServiceAccount, ""),
        other => return Err(format!("no authorizer knows subjects of kind {other}")),
    };
    let odd = object
        .api_group
        .filter(|held| !held.is_empty() && held != group)
        .map(|held| format!("a {kind:?} of API group {held}"));
    let namespace = match kind {
        SubjectKind::ServiceAccount => object
            .namespace
            .filter(|own| !own.is_empty())
            .unwrap_or_else(|| namespace.to_owned()),
        SubjectKind::User | SubjectKind::Group => String::new(),
    };
    if kind == SubjectKind::ServiceAccount && namespace.is_empty() {
        return Err(format!("ServiceAccount {} has no namespace", object.name));
    }
    Ok((
        Subject {
            kind,
            namespace,
            name: object.name,
        },
        odd,
    ))
}
