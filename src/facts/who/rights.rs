//! What each role gives towards an answer, looked at once however many bindings refer to it.

use std::collections::{BTreeSet, HashMap};

use crate::facts::rbac::{BindingKind, PolicyRule, Rbac, Role};

use super::Via;

const CERTIFICATES: &str = "certificates.k8s.io";
const CSRS: &str = "certificatesigningrequests";

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Approve,
    Sign,
    Create,
    NodeClient,
}

/// What a role gives.
#[derive(Debug, Default)]
pub(super) struct OfRole {
    /// Writing what the question is about, and the only names for that; none is all of them.
    pub(super) act: Option<Vec<String>>,
    gives: Vec<Gives>,
    /// The names by which CSRs may be created, which alone is nothing: none is known when that is checked.
    created: BTreeSet<String>,
    /// The names by which they may be patched.
    patched: BTreeSet<String>,
    patches_all: bool,
}

/// What else a role gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// Deciding for the signer.
    Signer,
    /// Deciding for every signer.
    AllSigners,
    /// Creating CSRs.
    Creating,
    /// Seeing CSRs.
    Reading,
    /// What a controller puts together.
    Aggregate,
}

/// What the plugin asks for where the right for the signer itself is missing, as a literal name.
#[must_use]
pub fn whole_domain(signer: &str) -> String {
    let domain = signer.split_once('/').map_or(signer, |(domain, _)| domain);
    format!("{domain}/*")
}

impl OfRole {
    fn new(role: &Role, question: Question, signer: &str) -> Self {
        let whole_domain = whole_domain(signer);
        let mut of = Self::default();
        of.note(Gives::Aggregate, role.aggregated);
        for rule in &role.rules {
            if !rule.has_group(CERTIFICATES) {
                continue;
            }
            if let Some(names) = question.names(rule) {
                of.widen(names);
            }
            if rule.has_resource("signers", "") && question.verb().is_some_and(|v| rule.has_verb(v))
            {
                let this_one = rule.has_name(signer) || rule.has_name(&whole_domain);
                of.note(Gives::Signer, this_one);
                of.note(Gives::AllSigners, rule.resource_names.is_empty());
            }
            if rule.has_resource(CSRS, "") {
                of.note(Gives::Creating, creates(rule));
                let reads = rule.has_verb("get") || rule.has_verb("list");
                of.note(Gives::Reading, reads);
                of.note_names(rule);
            }
        }
        of
    }

    fn note(&mut self, what: Gives, given: bool) {
        if given {
            self.gives.push(what);
        }
    }

    fn note_names(&mut self, rule: &PolicyRule) {
        let names = &rule.resource_names;
        if rule.has_verb("create") {
            self.created.extend(names.iter().cloned());
        }
        if rule.has_verb("patch") {
            self.patched.extend(names.iter().cloned());
            self.patches_all |= names.is_empty();
        }
    }

    /// Whether it gives anything towards the answer.
    fn counts(&self) -> bool {
        self.act.is_some() || !self.gives.is_empty() || self.names_csrs()
    }

    /// Whether it lets one create CSRs by name, or patch them.
    pub(super) fn names_csrs(&self) -> bool {
        self.patches_all || !self.created.is_empty() || !self.patched.is_empty()
    }

    /// Whether it gives that.
    pub(super) fn gives(&self, what: Gives) -> bool {
        self.gives.contains(&what)
    }

    fn widen(&mut self, names: &[String]) {
        match &mut self.act {
            Some(held) if held.is_empty() => {}
            Some(held) if names.is_empty() => held.clear(),
            Some(held) => held.extend_from_slice(names),
            None => self.act = Some(names.to_vec()),
        }
    }
}

impl Question {
    /// The verb on signers that it takes.
    fn verb(self) -> Option<&'static str> {
        match self {
            Self::Approve => Some("approve"),
            Self::Sign => Some("sign"),
            Self::Create | Self::NodeClient => None,
        }
    }

    /// If the rule allows the write, the names that it allows it for.
    fn names(self, rule: &PolicyRule) -> Option<&[String]> {
        let subresource = match self {
            Self::Approve => "approval",
            Self::Sign => "status",
            Self::Create => {
                return (rule.has_resource(CSRS, "") && creates(rule)).then_some(&[]);
            }
            Self::NodeClient => {
                return (rule.has_resource(CSRS, "nodeclient") && creates(rule)).then_some(&[]);
            }
        };
        let writes = rule.has_verb("update") || rule.has_verb("patch");
        (writes && rule.has_resource(CSRS, subresource)).then_some(&rule.resource_names)
    }
}

/// The names by which CSRs can be created by server-side apply: with the rights of all these roles together to create
/// and to patch one of that name.
pub(super) fn applied<'a>(roles: impl Iterator<Item = &'a OfRole> + Clone) -> BTreeSet<String> {
    let patches_all = roles.clone().any(|of| of.patches_all);
    let patched: BTreeSet<&String> = roles.clone().flat_map(|of| &of.patched).collect();
    let created = roles.flat_map(|of| &of.created);
    created
        .filter(|name| patches_all || patched.contains(name))
        .cloned()
        .collect()
}

/// A new object has no name yet when the right is checked.
fn creates(rule: &PolicyRule) -> bool {
    rule.has_verb("create") && rule.resource_names.is_empty()
}

/// What every role gives towards one answer.
pub(super) struct Rights<'a> {
    rbac: &'a Rbac,
    question: Question,
    roles: HashMap<usize, OfRole>,
    /// Of each group, the bindings that give anything towards the answer: those of everybody are looked at
    /// for every subject.
    groups: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Rights<'a> {
    pub(super) fn new(rbac: &'a Rbac, question: Question, signer: &str) -> Self {
        let mut roles = HashMap::new();
        for (binding, object) in rbac.bindings().iter().enumerate() {
            if object.kind != BindingKind::ClusterRoleBinding {
                continue;
            }
            if let (Some(target), Some(role)) = (rbac.target(binding), rbac.role_of(binding)) {
                roles
                    .entry(target)
                    .or_insert_with(|| OfRole::new(role, question, signer));
            }
        }
        let mut rights = Self {
            rbac,
            question,
            roles,
            groups: HashMap::new(),
        };
        rights.groups = rbac
            .groups()
            .iter()
            .map(|(group, bindings)| {
                let counts = |&binding: &usize| rights.of(binding).is_some_and(OfRole::counts);
                let counting = bindings.iter().copied().filter(counts);
                (group.as_str(), counting.collect())
            })
            .collect();
        rights
    }

    /// The bindings of a group that give anything towards the answer.
    pub(super) fn of_group(&self, group: &str) -> &[usize] {
        self.groups.get(group).map_or(&[], Vec::as_slice)
    }

    /// Whether the question is who may create CSRs.
    pub(super) fn is_about_creating(&self) -> bool {
        self.question == Question::Create
    }

    /// Whether the question takes the right for a signer too.
    pub(super) fn needs_signer(&self) -> bool {
        self.question.verb().is_some()
    }

    /// What a binding gives: `None` for a RoleBinding, and where the role is missing.
    pub(super) fn of(&self, binding: usize) -> Option<&OfRole> {
        if self.rbac.bindings()[binding].kind != BindingKind::ClusterRoleBinding {
            return None;
        }
        self.roles.get(&self.rbac.target(binding)?)
    }

    /// Those of the bindings that give what is wanted.
    pub(super) fn via<'b>(
        &'b self,
        bindings: &'b [usize],
        group: Option<&'b str>,
        wanted: fn(&OfRole) -> bool,
    ) -> impl Iterator<Item = Via> + 'b {
        bindings
            .iter()
            .filter(move |&&binding| self.of(binding).is_some_and(wanted))
            .map(move |&binding| {
                let object = &self.rbac.bindings()[binding];
                Via {
                    binding: object.to_string(),
                    role: object.role.to_string(),
                    group: group.map(str::to_owned),
                }
            })
    }
}
