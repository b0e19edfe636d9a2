//! Who may decide about CSRs: approve them, sign them, create them, and through which bindings.
//!
//! To approve takes two rights: to update or patch `certificatesigningrequests/approval`, which the
//! authorizers check, and to `approve` for the signer, which the admission plugin `CertificateApproval`
//! checks. Two bindings may give them. CSRs and signers are cluster-scoped, so that only a
//! ClusterRoleBinding to a ClusterRole counts.
//!
//! This is what RBAC shows. Other authorizers, and whether the plugin is on, cannot be seen from here: see
//! [`Confirmation`].

mod closure;
mod known;
mod rights;
mod subject;

use std::collections::BTreeSet;

use crate::csr::signer::NODES_GROUP;
use crate::risk::Severity;

use super::rbac::{MASTERS_GROUP, Rbac, Subject, SubjectKind};
pub use closure::{Indirect, indirect_approvers};
pub use known::{
    KnownApprover, approver_of_distribution, is_certificate_controller, known_approver,
};
pub use rights::whole_domain;
use rights::{Gives, Question, Rights};
use subject::{implied_groups, service_account};
pub use subject::{own_marks, probe_identity};

/// Somebody who may do what was asked for. Every text is untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub subject: Subject,
    /// What allows it where no binding does.
    pub beside: Option<Beside>,
    /// The bindings that let it write `…/approval`, `…/status`, or a new CSR.
    pub act: Vec<Via>,
    /// The bindings that let it decide for the signer; none for who may create.
    pub signer: Vec<Via>,
    /// The only CSRs that it may write; none is all of them. Whoever creates a CSR chooses its name, so
    /// that this keeps nobody out.
    pub names: Vec<String>,
    /// What makes it worth a second look.
    pub marks: BTreeSet<Mark>,
    /// Who says so.
    pub seen_by: Confirmation,
}

/// What allows something without a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Its members are never asked for any right.
    Masters,
    /// The Node authorizer, for who is a node by user name and group.
    NodeAuthorizer,
}

/// A binding that gives one of the rights.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Via {
    /// The binding.
    pub binding: String,
    /// Its role.
    pub role: String,
    /// The group that the subject is always in, if the binding names that one instead.
    pub group: Option<String>,
}

/// What makes a holder worth a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Everybody is in it, or every ServiceAccount, or every one of a namespace.
    BroadGroup,
    /// The ServiceAccount of every pod that names no other.
    DefaultServiceAccount,
    /// It may create CSRs too: make one, approve it, be anybody.
    CreatesToo,
    /// It may decide for every signer.
    AllSigners,
    /// It may neither get nor list CSRs: it decides about what it cannot see.
    Blind,
    /// The right comes from an aggregated ClusterRole: who labels ClusterRoles can change it.
    Aggregated,
}

impl Mark {
    /// The word for it, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BroadGroup => "broadGroup",
            Self::DefaultServiceAccount => "defaultServiceAccount",
            Self::CreatesToo => "createsToo",
            Self::AllSigners => "allSigners",
            Self::Blind => "blind",
            Self::Aggregated => "aggregated",
        }
    }

    /// How bad it is in somebody who may approve or sign.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::BroadGroup | Self::DefaultServiceAccount => Severity::Critical,
            Self::CreatesToo | Self::AllSigners => Severity::High,
            Self::Blind | Self::Aggregated => Severity::Info,
        }
    }
}

/// Which of the two ways to know says that somebody may: the bindings, or the API server's answer to a
/// SubjectAccessReview, which knows every authorizer and no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The bindings; the server was not asked.
    Rbac,
    /// The server; no binding shows it.
    Sar,
    /// Both.
    Both,
    /// The bindings say yes and the server says no.
    Disagree,
}

impl Confirmation {
    /// The word for it, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rbac => "rbac",
            Self::Sar => "sar",
            Self::Both => "both",
            Self::Disagree => "disagree",
        }
    }

    /// The verdict of both; `None` where neither says that somebody may.
    #[must_use]
    pub fn of(rbac: bool, sar: Option<bool>) -> Option<Self> {
        match (rbac, sar) {
            (true, None) => Some(Self::Rbac),
            (true, Some(true)) => Some(Self::Both),
            (true, Some(false)) => Some(Self::Disagree),
            (false, Some(true)) => Some(Self::Sar),
            (false, None | Some(false)) => None,
        }
    }
}

/// Somebody who has one of the two rights to approve: with a binding of the other, through a group that the
/// bindings do not tell the members of, it may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfHolder {
    /// Who.
    pub subject: Subject,
    /// Which right it has.
    pub half: Half,
    /// Through which bindings.
    pub via: Vec<Via>,
}

/// One of the two rights to approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// To update or patch `certificatesigningrequests/approval`.
    Approval,
    /// To `approve` for the signer.
    Signer,
}

/// Who may approve, and so deny, CSRs for the signer: broad groups first, then groups, users and
/// ServiceAccounts.
#[must_use]
pub fn who_can_approve(rbac: &Rbac, signer: &str) -> Vec<Holder> {
    holders(rbac, Question::Approve, signer)
}

/// Who may sign for the signer: write a certificate into a CSR, approved or not.
#[must_use]
pub fn who_can_sign(rbac: &Rbac, signer: &str) -> Vec<Holder> {
    holders(rbac, Question::Sign, signer)
}

/// Who may create CSRs.
#[must_use]
pub fn who_can_create(rbac: &Rbac) -> Vec<Holder> {
    holders(rbac, Question::Create, "")
}

/// Whose requests for a node's client certificate a controller approves by itself, whichever node they name.
///
/// Source: `pkg/controller/certificates/approver/sarapprove.go`.
#[must_use]
pub fn who_can_be_any_node(rbac: &Rbac) -> Vec<Holder> {
    holders(rbac, Question::NodeClient, "")
}

/// Who has one half of the right to approve, and by no binding that is known to be theirs the other one.
#[must_use]
pub fn who_can_half_approve(rbac: &Rbac, signer: &str) -> Vec<HalfHolder> {
    let rights = Rights::new(rbac, Question::Approve, signer);
    let mut found = Vec::new();
    for (subject, bindings) in rbac.subjects() {
        let act = rights.via(bindings, None, |of| of.act.is_some());
        let signer = rights.via(bindings, None, |of| of.gives(Gives::Signer));
        let (act, signer) = (act.collect::<Vec<_>>(), signer.collect::<Vec<_>>());
        let (half, via) = match (act.is_empty(), signer.is_empty()) {
            (false, true) => (Half::Approval, act),
            (true, false) => (Half::Signer, signer),
            _ => continue,
        };
        if holder(&rights, subject, bindings).is_none() {
            found.push(HalfHolder {
                subject: subject.clone(),
                half,
                via,
            });
        }
    }
    found
}

fn holders(rbac: &Rbac, question: Question, signer: &str) -> Vec<Holder> {
    let rights = Rights::new(rbac, question, signer);
    let mut holders: Vec<Holder> = rbac
        .subjects()
        .iter()
        .filter_map(|(subject, bindings)| holder(&rights, subject, bindings))
        .collect();
    let of_masters: &[Mark] = match question {
        Question::Approve | Question::Sign => &[Mark::CreatesToo, Mark::AllSigners],
        Question::Create | Question::NodeClient => &[],
    };
    beside(&mut holders, MASTERS_GROUP, Beside::Masters, of_masters);
    if question == Question::Create {
        beside(&mut holders, NODES_GROUP, Beside::NodeAuthorizer, &[]);
    }
    holders.sort_by(|one, other| rank(one).cmp(&rank(other)));
    holders
}

fn rank(holder: &Holder) -> impl Ord + '_ {
    let ordinary = !holder.marks.contains(&Mark::BroadGroup);
    (
        holder.beside != Some(Beside::Masters),
        ordinary,
        &holder.subject,
    )
}

/// Adds who needs no binding, or says so of who has one all the same.
fn beside(holders: &mut Vec<Holder>, group: &str, beside: Beside, marks: &[Mark]) {
    let subject = Subject {
        kind: SubjectKind::Group,
        namespace: String::new(),
        name: group.to_owned(),
    };
    let marks = marks.iter().copied();
    if let Some(holder) = holders.iter_mut().find(|held| held.subject == subject) {
        holder.beside = Some(beside);
        holder.names.clear();
        holder.marks.extend(marks);
        holder.marks.remove(&Mark::Blind);
        return;
    }
    holders.push(Holder {
        subject,
        beside: Some(beside),
        act: Vec::new(),
        signer: Vec::new(),
        names: Vec::new(),
        marks: marks.collect(),
        seen_by: Confirmation::Rbac,
    });
}

/// The subject, if it may do what was asked for and some binding of its own helps to that.
fn holder(rights: &Rights<'_>, subject: &Subject, bindings: &[usize]) -> Option<Holder> {
    let implied = implied_groups(subject);
    let via = |wanted: fn(&rights::OfRole) -> bool| -> Vec<Via> {
        let own = rights.via(bindings, None, wanted);
        let others = implied
            .iter()
            .flat_map(|group| rights.via(rights.of_group(group), Some(group), wanted));
        own.chain(others).collect()
    };
    let all = || {
        let others = implied.iter().flat_map(|group| rights.of_group(group));
        bindings
            .iter()
            .chain(others)
            .filter_map(|&binding| rights.of(binding))
    };
    let applied = rights::applied(all());
    let mut act = via(|of| of.act.is_some());
    if act.is_empty() && rights.is_about_creating() && !applied.is_empty() {
        act = via(rights::OfRole::names_csrs);
    }
    let signer = if rights.needs_signer() {
        via(|of| of.gives(Gives::Signer))
    } else {
        Vec::new()
    };
    let is_whole = !act.is_empty() && (!signer.is_empty() || !rights.needs_signer());
    let is_own = act.iter().chain(&signer).any(|via| via.group.is_none());
    if !is_whole || !is_own {
        return None;
    }
    let mut marks = own_marks(subject);
    let mut mark = |mark, holds: bool| {
        if holds {
            marks.insert(mark);
        }
    };
    if rights.needs_signer() {
        let creates = all().any(|of| of.gives(Gives::Creating)) || !applied.is_empty();
        mark(Mark::CreatesToo, creates);
        mark(
            Mark::AllSigners,
            all().any(|of| of.gives(Gives::AllSigners)),
        );
        mark(Mark::Blind, !all().any(|of| of.gives(Gives::Reading)));
    }
    mark(
        Mark::Aggregated,
        all().any(|of| of.gives(Gives::Aggregate) && (of.act.is_some() || of.gives(Gives::Signer))),
    );
    Some(Holder {
        subject: subject.clone(),
        beside: None,
        names: if all().any(|of| of.act.is_some()) {
            names(all().filter_map(|of| of.act.as_deref()))
        } else {
            applied.into_iter().collect()
        },
        act,
        signer,
        marks,
        seen_by: Confirmation::Rbac,
    })
}

/// The names that all restrictions together leave: none at all if one of them is none.
fn names<'a>(restrictions: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    let mut names = BTreeSet::new();
    for restriction in restrictions {
        if restriction.is_empty() {
            return Vec::new();
        }
        names.extend(restriction.iter().cloned());
    }
    names.into_iter().collect()
}

#[cfg(test)]
mod tests;
