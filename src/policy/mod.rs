//! Decisions by rule: a policy file, typed, and what it says of a CSR.
//!
//! ```yaml
//! apiVersion: csr-review/v1
//! kind: Policy
//! rules:
//! - name: developers
//!   match:
//!     signers: [kubernetes.io/kube-apiserver-client]
//!     requestor: {groups: [developers]}
//!   require:
//!     userIsRequestor: true
//!     maxExpiration: 24h
//!   then: approve
//! ```
//!
//! The first rule that matches decides. If one of its requirements fails it asks, unless it says to deny; if
//! one cannot be judged because a fact is not known, or no rule matches, a person is asked. There is no expression
//! language: what a rule can say is a field here.
//!
//! [`evaluate`] is pure, and gives a [`Ruling`] with its trace. A ruling is no decision: only
//! [`gate::ruled`](crate::review::gate::ruled) makes one of it, and lets nothing through that the gate never
//! lets through.

mod eval;
mod glob;
mod limits;
mod lint;
mod parse;
mod require;
#[cfg(test)]
mod tests;
mod wording;

use std::time::Duration;

use ipnet::IpNet;

pub use eval::{Check, CheckResult, Ruling, Step, evaluate};
pub use glob::{BadGlob, DnsGlob, Glob, Variables};
pub use limits::Limits;
pub use lint::{Remark, lint};
pub use parse::{BadPolicy, parse};
pub use wording::{BadTemplate, ConditionTemplates, ConditionText, Template};

/// A policy: rules in their order.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules. The first that matches decides.
    pub rules: Vec<Rule>,
}

/// What a rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Approve it.
    Approve,
    /// Deny it.
    Deny,
    /// Ask a person; where there is none, refuse.
    Ask,
}

impl Action {
    /// The word for it, as in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Ask => "ask",
        }
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, unique in the policy.
    pub name: String,
    /// Which CSRs it is about.
    pub matching: Match,
    /// What has to hold for `then`.
    pub require: Require,
    /// What it decides if all requirements hold.
    pub then: Action,
    /// What it decides if one fails: ask or deny.
    pub otherwise: Action,
    /// The condition that `then` makes.
    pub condition: ConditionTemplates,
    /// The condition that `otherwise` makes.
    pub otherwise_condition: ConditionTemplates,
    /// The line in the file, from 1.
    pub line: u64,
}

impl Rule {
    /// Whether it names its signers and who may ask, so that accepting a critical finding is meant for them
    /// and for nobody else.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.unnamed().is_none()
    }

    /// What it does not name of its signers and who may ask. A group that the API server gives to every user names
    /// none of them.
    fn unnamed(&self) -> Option<Unnamed> {
        let Match {
            signers,
            users,
            requestor_groups,
            ..
        } = &self.matching;
        let signers = signers.as_deref().unwrap_or_default();
        if signers.is_empty() || !signers.iter().all(Glob::is_literal) {
            return Some(Unnamed::Signers);
        }
        let users = users.as_deref().unwrap_or_default();
        let fits_anyone = |glob: &Glob| glob.fits_all() || glob.bind(ANONYMOUS).is_some();
        if !users.is_empty() && !users.iter().any(fits_anyone) {
            return None;
        }
        let groups = requestor_groups.as_deref().unwrap_or_default();
        let everybody = EVERYBODY
            .into_iter()
            .find(|group| groups.iter().any(|glob| glob.fits(group)));
        match everybody {
            Some(group) => Some(Unnamed::InGroup(group)),
            None if groups.is_empty() => Some(Unnamed::Requestors),
            None => None,
        }
    }
}

/// What a rule does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unnamed {
    /// Its signers.
    Signers,
    /// Who may ask.
    Requestors,
    /// Who may ask: this group has every user, or every anonymous one.
    InGroup(&'static str),
}

/// The groups that the API server gives to everybody who logs in, and to everybody who does not
/// (`AuthenticatedGroupAdder`, and `anonymous` in staging/src/k8s.io/apiserver/pkg/authentication).
const EVERYBODY: [&str; 2] = ["system:authenticated", "system:unauthenticated"];
/// The user whom everybody is who does not log in.
const ANONYMOUS: &str = "system:anonymous";
/// The group of all `ServiceAccounts`, of every namespace.
const SERVICE_ACCOUNTS: &str = "system:serviceaccounts";

/// Which CSRs a rule is about: all that it names has to fit.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// `spec.signerName` fits one of these.
    pub signers: Option<Vec<Glob>>,
    /// The requestor's user name fits one of these. The first that fits says what the variables stand for.
    pub users: Option<Vec<Glob>>,
    /// The requestor is in a group that fits one of these.
    pub requestor_groups: Option<Vec<Glob>>,
    /// Each of these labels is there, and its value fits.
    pub labels: Vec<(String, Glob)>,
}

/// A set of names that an identity or a certificate may have.
#[derive(Clone, Debug)]
pub enum Names {
    /// Exactly one of these sets of names, in any order.
    Exactly(Vec<Vec<Glob>>),
    /// Every one fits one of these.
    Within(Vec<Glob>),
}

/// What has to hold. What is not named is not looked at, but for the findings.
#[derive(Clone, Debug)]
pub struct Require {
    /// The certificate would be of the very user who asks.
    pub user_is_requestor: bool,
    /// The user fits one of these.
    pub users: Option<Vec<Glob>>,
    /// The groups.
    pub groups: Option<Names>,
    /// `spec.usages`.
    pub usages: Option<Names>,
    /// Every DNS name fits one of these; a star stands for a part of one label.
    pub dns_names: Option<Vec<DnsGlob>>,
    /// Every IP address lies in one of these.
    pub ip_addresses: Option<Vec<IpNet>>,
    /// There are no other names and addresses than those of the node that asks, as its Node says.
    pub names_belong_to_node: bool,
    /// `spec.expirationSeconds` is there and at most this.
    pub max_expiration: Option<Duration>,
    /// The key is one of these.
    pub keys: Option<Vec<KeyKind>>,
    /// The findings that may be there.
    pub findings: Limits,
}

/// A kind of key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Elliptic, on this curve, as Go names it.
    Curve(&'static str),
    /// RSA with at least so many bits.
    Rsa(usize),
}
