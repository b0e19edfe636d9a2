//! What an identity could do, as the JSON contract writes it.

use serde::Serialize;

use crate::facts::Fact;
use crate::facts::access::Power;
use crate::risk::Assessment;

/// `access`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessItem<'a> {
    known: bool,
    why: Option<&'a str>,
    powers: Vec<PowerItem<'a>>,
    beyond_requestor: Option<Vec<PowerItem<'a>>>,
}

/// One power.
#[derive(Debug, Serialize)]
struct PowerItem<'a> {
    power: &'a str,
    title: &'a str,
    severity: &'static str,
    namespace: Option<&'a str>,
    names: &'a [String],
    binding: &'a str,
    role: Option<&'a str>,
}

impl<'a> AccessItem<'a> {
    /// What is known; `None` where nobody asked.
    pub(super) fn new(assessment: &'a Assessment) -> Option<Self> {
        let items = |powers: Vec<&'a Power>| powers.into_iter().map(PowerItem::new).collect();
        match &assessment.access {
            Fact::NotAsked => None,
            Fact::Unknown(gap) => Some(Self {
                known: false,
                why: Some(&gap.why),
                powers: Vec::new(),
                beyond_requestor: None,
            }),
            Fact::Known(access) => Some(Self {
                known: assessment.access_gap.is_none(),
                why: assessment.access_gap.as_deref(),
                powers: items(access.powers()),
                beyond_requestor: assessment
                    .requestor_access
                    .known()
                    .map(|requestor| items(access.beyond(requestor))),
            }),
        }
    }
}

impl<'a> PowerItem<'a> {
    fn new(power: &'a Power) -> Self {
        Self {
            power: power.id,
            title: power.title,
            severity: power.severity.as_str(),
            namespace: power.namespace.as_deref(),
            names: &power.names,
            binding: &power.binding,
            role: Some(&*power.role).filter(|role| !role.is_empty()),
        }
    }
}
