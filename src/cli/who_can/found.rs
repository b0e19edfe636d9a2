//! What was found: one row a subject, whatever the number of signers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::facts::rbac::{BindingKind, Rbac, Subject};
use crate::facts::who::{
    Beside, Confirmation, Half, HalfHolder, Holder, Indirect, Mark, Via, indirect_approvers,
    own_marks, who_can_approve, who_can_create, who_can_half_approve, who_can_sign,
};
use crate::risk::Severity;

use super::Action;

/// All that was found. Every text is untrusted.
#[derive(Debug)]
pub(super) struct Found {
    /// Who may do it: broad groups first, then the worst, then by subject.
    pub(super) rows: Vec<Row>,
    /// Who has half of the right and not the whole one for any of the signers, by subject.
    pub(super) halves: Vec<HalfRow>,
    /// Who could get the right by one step, the worst first; `None` if nobody asked.
    pub(super) steps: Option<Vec<Step>>,
    /// Bindings of the cluster that refer to no role.
    pub(super) dangling: Vec<Dangling>,
}

/// Somebody who may do it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) subject: Subject,
    pub(super) risk: Severity,
    pub(super) beside: Option<Beside>,
    /// What lets it write.
    pub(super) act: BTreeSet<Via>,
    /// What lets it decide, with the signers that each is for.
    pub(super) decide: BTreeMap<Via, BTreeSet<String>>,
    /// The signers, and who says so of each; none for creating.
    pub(super) signers: BTreeMap<String, Confirmation>,
    pub(super) names: Vec<String>,
    pub(super) marks: BTreeSet<Mark>,
    pub(super) seen_by: Confirmation,
}

/// Somebody with half of the right to approve.
#[derive(Debug)]
pub(super) struct HalfRow {
    pub(super) subject: Subject,
    pub(super) half: Half,
    /// What gives it, with the signers that each is for; none for the right to write.
    pub(super) via: BTreeMap<Via, BTreeSet<String>>,
    /// The signers that it may decide for; none for the right to write.
    pub(super) signers: BTreeSet<String>,
}

/// A step that somebody could take, and the signers that it leads to.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) indirect: Indirect,
    pub(super) signers: BTreeSet<String>,
}

/// A binding whose role is missing.
#[derive(Debug)]
pub(super) struct Dangling {
    pub(super) binding: String,
    pub(super) role: String,
}

impl Found {
    /// What RBAC shows.
    pub(super) fn new(
        rbac: &Rbac,
        action: Action,
        signers: &BTreeSet<String>,
        closure: bool,
    ) -> Self {
        let rows = rows(rbac, action, signers);
        let halves = match action {
            Action::Approve => halves(rbac, signers, &rows),
            Action::Sign | Action::Create => Vec::new(),
        };
        let mut found = Self {
            rows,
            halves,
            steps: closure.then(|| steps(rbac, signers)),
            dangling: rbac
                .dangling()
                .filter(|binding| binding.kind == BindingKind::ClusterRoleBinding)
                .map(|binding| Dangling {
                    binding: binding.to_string(),
                    role: binding.role.to_string(),
                })
                .collect(),
        };
        found.arrange(action);
        found
    }

    /// Says how bad each row is, and puts them in order.
    pub(super) fn arrange(&mut self, action: Action) {
        for row in &mut self.rows {
            row.judge(action);
        }
        self.rows
            .sort_by(|one, other| one.order().cmp(&other.order()));
    }
}

fn rows(rbac: &Rbac, action: Action, signers: &BTreeSet<String>) -> Vec<Row> {
    match action {
        Action::Approve => merged(signers, |signer| who_can_approve(rbac, signer)),
        Action::Sign => merged(signers, |signer| who_can_sign(rbac, signer)),
        Action::Create => who_can_create(rbac).into_iter().map(Row::from).collect(),
    }
}

fn merged(signers: &BTreeSet<String>, holders: impl Fn(&str) -> Vec<Holder>) -> Vec<Row> {
    let mut rows: BTreeMap<Subject, Row> = BTreeMap::new();
    for signer in signers {
        for mut holder in holders(signer) {
            let decide = std::mem::take(&mut holder.signer);
            let row = rows
                .entry(holder.subject.clone())
                .or_insert_with(|| Row::from(holder.clone()));
            row.marks.append(&mut holder.marks);
            row.signers.insert(signer.clone(), holder.seen_by);
            for via in decide {
                row.decide.entry(via).or_default().insert(signer.clone());
            }
        }
    }
    rows.into_values().collect()
}

impl From<Holder> for Row {
    fn from(holder: Holder) -> Self {
        Self {
            subject: holder.subject,
            risk: Severity::None,
            beside: holder.beside,
            act: holder.act.into_iter().collect(),
            decide: BTreeMap::new(),
            signers: BTreeMap::new(),
            names: holder.names,
            marks: holder.marks,
            seen_by: holder.seen_by,
        }
    }
}

/// A row in the making: the other half is not RBAC's.
impl From<&HalfRow> for Row {
    fn from(half: &HalfRow) -> Self {
        let (act, decide) = match half.half {
            Half::Approval => (half.via.keys().cloned().collect(), BTreeMap::new()),
            Half::Signer => (BTreeSet::new(), half.via.clone()),
        };
        Self {
            subject: half.subject.clone(),
            risk: Severity::None,
            beside: None,
            act,
            decide,
            signers: BTreeMap::new(),
            names: Vec::new(),
            marks: own_marks(&half.subject),
            seen_by: Confirmation::Rbac,
        }
    }
}

impl Row {
    /// Says how bad it is that this one may do it.
    fn judge(&mut self, action: Action) {
        let marks = self.marks.iter().map(|mark| mark.severity());
        let worst = marks.max().unwrap_or_default().max(Severity::Info);
        self.risk = match action {
            Action::Approve | Action::Sign => worst,
            // To ask is not to get.
            Action::Create => worst.min(Severity::Medium),
        };
    }

    fn order(&self) -> impl Ord + '_ {
        let ordinary = !self.marks.contains(&Mark::BroadGroup);
        (ordinary, Reverse(self.risk), &self.subject)
    }

    /// Whether it may decide for every signer.
    pub(super) fn has_all_signers(&self) -> bool {
        self.marks.contains(&Mark::AllSigners)
    }

    /// What gives it the right, each once.
    pub(super) fn via(&self) -> BTreeSet<&Via> {
        self.act.iter().chain(self.decide.keys()).collect()
    }
}

/// Those with half of the right. Whoever has the whole one for some signer stands among the rows already.
fn halves(rbac: &Rbac, signers: &BTreeSet<String>, rows: &[Row]) -> Vec<HalfRow> {
    let whole: BTreeSet<&Subject> = rows.iter().map(|row| &row.subject).collect();
    let mut halves: BTreeMap<Subject, HalfRow> = BTreeMap::new();
    for signer in signers {
        for HalfHolder { subject, half, via } in who_can_half_approve(rbac, signer) {
            if whole.contains(&subject) {
                continue;
            }
            let row = halves.entry(subject.clone()).or_insert_with(|| HalfRow {
                subject,
                half,
                via: BTreeMap::new(),
                signers: BTreeSet::new(),
            });
            let of_signer = (half == Half::Signer).then(|| signer.clone());
            row.signers.extend(of_signer.clone());
            for via in via {
                row.via.entry(via).or_default().extend(of_signer.clone());
            }
        }
    }
    halves.into_values().collect()
}

fn steps(rbac: &Rbac, signers: &BTreeSet<String>) -> Vec<Step> {
    let mut steps: BTreeMap<Indirect, BTreeSet<String>> = BTreeMap::new();
    for signer in signers {
        for indirect in indirect_approvers(rbac, signer) {
            steps.entry(indirect).or_default().insert(signer.clone());
        }
    }
    let mut steps: Vec<Step> = steps
        .into_iter()
        .map(|(indirect, signers)| Step { indirect, signers })
        .collect();
    steps.sort_by_key(|step| Reverse(step.indirect.severity));
    steps
}
