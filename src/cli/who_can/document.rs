//! The answer as JSON. docs/json.md describes every field.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;

use crate::facts::rbac::{Subject, SubjectKind};
use crate::facts::who::{Beside, Half, Via};
use crate::ui::report::API_VERSION;
use crate::ui::{Stream, json};

use super::Action;
use super::found::{Dangling, Found, HalfRow, Row, Step};

/// `WhoCan`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    api_version: &'static str,
    kind: &'static str,
    action: &'static str,
    signers: &'a BTreeSet<String>,
    items: Vec<Item<'a>>,
    halves: Vec<HalfItem<'a>>,
    closure: Option<Vec<StepItem<'a>>>,
    dangling: Vec<DanglingItem<'a>>,
    problems: &'a [String],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    subject: SubjectItem<'a>,
    risk: &'static str,
    signers: Vec<SignerItem<'a>>,
    without_binding: Option<&'static str>,
    marks: Vec<&'static str>,
    names: &'a [String],
    write: Vec<ViaItem<'a>>,
    decide: Vec<DecideItem<'a>>,
    seen_by: &'static str,
}

#[derive(Debug, Serialize)]
struct SubjectItem<'a> {
    kind: &'static str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignerItem<'a> {
    name: &'a str,
    seen_by: &'static str,
}

#[derive(Debug, Serialize)]
struct ViaItem<'a> {
    binding: &'a str,
    role: &'a str,
    group: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct DecideItem<'a> {
    #[serde(flatten)]
    via: ViaItem<'a>,
    signers: &'a BTreeSet<String>,
}

#[derive(Debug, Serialize)]
struct HalfItem<'a> {
    subject: SubjectItem<'a>,
    half: &'static str,
    signers: &'a BTreeSet<String>,
    via: Vec<DecideItem<'a>>,
}

#[derive(Debug, Serialize)]
struct StepItem<'a> {
    subject: SubjectItem<'a>,
    step: &'a str,
    title: &'a str,
    severity: &'static str,
    namespace: Option<&'a str>,
    binding: &'a str,
    signers: &'a BTreeSet<String>,
}

#[derive(Debug, Serialize)]
struct DanglingItem<'a> {
    binding: &'a str,
    role: &'a str,
}

impl<'a> Document<'a> {
    /// The document of what was found.
    pub(super) fn new(
        action: Action,
        signers: &'a BTreeSet<String>,
        found: &'a Found,
        problems: &'a [String],
    ) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "WhoCan",
            action: action.as_str(),
            signers,
            items: found.rows.iter().map(Item::new).collect(),
            halves: found.halves.iter().map(HalfItem::new).collect(),
            closure: found
                .steps
                .as_ref()
                .map(|steps| steps.iter().map(StepItem::new).collect()),
            dangling: found.dangling.iter().map(DanglingItem::new).collect(),
            problems,
        }
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// If the stream cannot be written to.
    pub(super) fn write(&self, stream: &mut Stream) -> io::Result<()> {
        json::to_writer(stream, self)
    }
}

impl<'a> Item<'a> {
    fn new(row: &'a Row) -> Self {
        Self {
            subject: SubjectItem::new(&row.subject),
            risk: row.risk.as_str(),
            signers: row
                .signers
                .iter()
                .map(|(name, seen_by)| SignerItem {
                    name,
                    seen_by: seen_by.as_str(),
                })
                .collect(),
            without_binding: row.beside.map(|beside| match beside {
                Beside::Masters => "masters",
                Beside::NodeAuthorizer => "nodeAuthorizer",
            }),
            marks: row.marks.iter().map(|mark| mark.as_str()).collect(),
            names: &row.names,
            write: row.act.iter().map(ViaItem::new).collect(),
            decide: decide(&row.decide),
            seen_by: row.seen_by.as_str(),
        }
    }
}

fn decide(via: &BTreeMap<Via, BTreeSet<String>>) -> Vec<DecideItem<'_>> {
    via.iter()
        .map(|(via, signers)| DecideItem {
            via: ViaItem::new(via),
            signers,
        })
        .collect()
}

impl<'a> SubjectItem<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self {
            kind: match subject.kind {
                SubjectKind::Group => "Group",
                SubjectKind::User => "User",
                SubjectKind::ServiceAccount => "ServiceAccount",
            },
            namespace: (subject.kind == SubjectKind::ServiceAccount)
                .then_some(subject.namespace.as_str()),
            name: &subject.name,
        }
    }
}

impl<'a> ViaItem<'a> {
    fn new(via: &'a Via) -> Self {
        Self {
            binding: &via.binding,
            role: &via.role,
            group: via.group.as_deref(),
        }
    }
}

impl<'a> HalfItem<'a> {
    fn new(row: &'a HalfRow) -> Self {
        Self {
            subject: SubjectItem::new(&row.subject),
            half: match row.half {
                Half::Approval => "write",
                Half::Signer => "decide",
            },
            signers: &row.signers,
            via: decide(&row.via),
        }
    }
}

impl<'a> StepItem<'a> {
    fn new(step: &'a Step) -> Self {
        let indirect = &step.indirect;
        Self {
            subject: SubjectItem::new(&indirect.subject),
            step: indirect.id,
            title: indirect.title,
            severity: indirect.severity.as_str(),
            namespace: indirect.namespace.as_deref(),
            binding: &indirect.binding,
            signers: &step.signers,
        }
    }
}

impl<'a> DanglingItem<'a> {
    fn new(dangling: &'a Dangling) -> Self {
        Self {
            binding: &dangling.binding,
            role: &dangling.role,
        }
    }
}
