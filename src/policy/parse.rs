//! A policy from its YAML, with the line and column of whatever is wrong.

mod empty;
mod patterns;
mod values;

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{
    Action, BadTemplate, ConditionTemplates, Limits, Match, Policy, Require, Rule, Template,
};
use crate::parse_error;
use crate::risk::{Severity, rule};
use patterns::Patterns;

/// Why a text is no policy. The message may quote the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct BadPolicy {
    /// The line, from 1; 0 if the whole is meant.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong, without a full stop.
    pub message: String,
}

impl BadPolicy {
    fn at<T>(place: &Spanned<T>, message: impl Into<String>) -> Self {
        Self {
            line: place.referenced.line(),
            column: place.referenced.column(),
            message: message.into(),
        }
    }
}

type Word = Spanned<String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    api_version: Word,
    kind: Word,
    rules: Spanned<Vec<RawRule>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawRule {
    name: Word,
    #[serde(default, rename = "match")]
    matching: RawMatch,
    #[serde(default)]
    require: RawRequire,
    then: Word,
    otherwise: Option<Word>,
    reason: Option<Word>,
    message: Option<Word>,
    otherwise_reason: Option<Word>,
    otherwise_message: Option<Word>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawMatch {
    signers: Option<Spanned<Vec<Word>>>,
    #[serde(default)]
    requestor: RawRequestor,
    #[serde(default)]
    labels: BTreeMap<String, Word>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawRequestor {
    users: Option<Spanned<Vec<Word>>>,
    groups: Option<Spanned<Vec<Word>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawRequire {
    #[serde(default)]
    user_is_requestor: bool,
    users: Option<Spanned<Vec<Word>>>,
    groups: Option<Spanned<RawNames>>,
    usages: Option<Spanned<RawNames>>,
    dns_names: Option<Vec<Word>>,
    ip_addresses: Option<Vec<Word>>,
    #[serde(default)]
    names_belong_to_node: bool,
    max_expiration: Option<Word>,
    keys: Option<Spanned<Vec<Word>>>,
    #[serde(default)]
    findings: RawFindings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawNames {
    exactly: Option<Vec<Word>>,
    exactly_one_of: Option<Spanned<Vec<Vec<Word>>>>,
    within: Option<Spanned<Vec<Word>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawFindings {
    max_risk: Option<Word>,
    #[serde(default)]
    accept: Vec<Word>,
}

/// Reads a policy.
///
/// # Errors
/// At the first thing that is wrong: a policy that is half understood decides nothing.
pub fn parse(text: &str) -> Result<Policy, BadPolicy> {
    // "no" is a text and no answer.
    let options = serde_saphyr::options! { strict_booleans: true };
    empty::refuse_empty(text, options.clone())?;
    let file: File = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| not_understood(&error))?;
    expect(&file.api_version, "csr-review/v1", "apiVersion")?;
    expect(&file.kind, "Policy", "kind")?;
    if file.rules.value.is_empty() {
        return Err(BadPolicy::at(&file.rules, "a policy has at least one rule"));
    }
    let mut names = HashSet::new();
    let mut rules = Vec::new();
    for raw in file.rules.value {
        if !names.insert(raw.name.value.clone()) {
            let message = format!("there is another rule \"{}\"", raw.name.value);
            return Err(BadPolicy::at(&raw.name, message));
        }
        rules.push(read_rule(raw)?);
    }
    Ok(Policy { rules })
}

/// What is wrong, with its place.
fn not_understood(error: &serde_saphyr::Error) -> BadPolicy {
    let place = error.location();
    BadPolicy {
        line: place.map_or(0, |place| place.line()),
        column: place.map_or(0, |place| place.column()),
        message: parse_error::yaml(error),
    }
}

fn expect(word: &Word, wanted: &str, what: &str) -> Result<(), BadPolicy> {
    if word.value == wanted {
        return Ok(());
    }
    Err(BadPolicy::at(word, format!("{what} has to be {wanted}")))
}

fn read_rule(raw: RawRule) -> Result<Rule, BadPolicy> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let name = &raw.name.value;
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let message = "a rule's name is 1 to 64 letters, digits, dashes, dots and underscores";
        return Err(BadPolicy::at(&raw.name, message));
    }
    let then = action(&raw.then)?;
    let otherwise = match &raw.otherwise {
        None => Action::Ask,
        Some(word) => match action(word)? {
            Action::Approve => {
                let message = "what fails a requirement is not approved: ask or deny";
                return Err(BadPolicy::at(word, message));
            }
            other => other,
        },
    };
    let denial = [&raw.otherwise_reason, &raw.otherwise_message];
    if let Some(word) = denial.into_iter().flatten().next()
        && otherwise != Action::Deny
    {
        let message = "is for the condition Denied, and takes otherwise: deny";
        return Err(BadPolicy::at(word, message));
    }
    let (matching, patterns) = read_match(raw.matching)?;
    Ok(Rule {
        condition: condition(raw.reason.as_ref(), raw.message.as_ref())?,
        otherwise_condition: condition(
            raw.otherwise_reason.as_ref(),
            raw.otherwise_message.as_ref(),
        )?,
        line: raw.name.referenced.line(),
        name: raw.name.value,
        require: read_require(raw.require, &patterns)?,
        matching,
        then,
        otherwise,
    })
}

fn condition(
    reason: Option<&Word>,
    message: Option<&Word>,
) -> Result<ConditionTemplates, BadPolicy> {
    let template = |word: Option<&Word>, read: fn(&str) -> Result<Template, BadTemplate>| {
        let read =
            |word: &Word| read(&word.value).map_err(|error| BadPolicy::at(word, error.to_string()));
        word.map(read).transpose()
    };
    Ok(ConditionTemplates {
        reason: template(reason, Template::reason)?,
        message: template(message, Template::message)?,
    })
}

fn action(word: &Word) -> Result<Action, BadPolicy> {
    match word.value.as_str() {
        "approve" => Ok(Action::Approve),
        "deny" => Ok(Action::Deny),
        "ask" => Ok(Action::Ask),
        _ => Err(BadPolicy::at(word, "has to be approve, deny or ask")),
    }
}

/// Which CSRs a rule is about, and the variables that it binds.
fn read_match(raw: RawMatch) -> Result<(Match, Patterns), BadPolicy> {
    let (users, patterns) = patterns::binding(raw.requestor.users)?;
    let label = |(key, value): (String, Word)| Ok((key, patterns.glob(&value)?));
    let matching = Match {
        signers: Patterns::default().globs(raw.signers)?,
        users,
        requestor_groups: patterns.globs(raw.requestor.groups)?,
        labels: raw
            .labels
            .into_iter()
            .map(label)
            .collect::<Result<_, _>>()?,
    };
    Ok((matching, patterns))
}

fn read_require(raw: RawRequire, patterns: &Patterns) -> Result<Require, BadPolicy> {
    let groups = raw.groups.map(|raw| patterns.names(raw, |_| Ok(())));
    let usages = raw.usages.map(|raw| patterns.names(raw, values::usage));
    let dns_names = raw.dns_names.map(|words| patterns.dns_names(&words));
    Ok(Require {
        user_is_requestor: raw.user_is_requestor,
        users: patterns.globs(raw.users)?,
        groups: groups.transpose()?,
        usages: usages.transpose()?,
        dns_names: dns_names.transpose()?,
        ip_addresses: raw
            .ip_addresses
            .as_deref()
            .map(values::networks)
            .transpose()?,
        names_belong_to_node: raw.names_belong_to_node,
        max_expiration: raw
            .max_expiration
            .as_ref()
            .map(values::duration)
            .transpose()?,
        keys: raw.keys.as_ref().map(values::keys).transpose()?,
        findings: findings(&raw.findings)?,
    })
}

fn findings(raw: &RawFindings) -> Result<Limits, BadPolicy> {
    let max_risk = match &raw.max_risk {
        None => Severity::Medium,
        Some(word) => match word.value.as_str() {
            "none" => Severity::None,
            "info" => Severity::Info,
            "low" => Severity::Low,
            "medium" => Severity::Medium,
            "high" => Severity::High,
            "critical" => {
                let message = "a critical finding passes by its own name in accept alone";
                return Err(BadPolicy::at(word, message));
            }
            _ => {
                let message = "has to be none, info, low, medium or high";
                return Err(BadPolicy::at(word, message));
            }
        },
    };
    let accept = |word: &Word| {
        rule(&word.value).ok_or_else(|| {
            let message = format!(
                "there is no rule \"{}\" of that name in the catalogue",
                word.value
            );
            BadPolicy::at(word, message)
        })
    };
    Ok(Limits {
        max_risk,
        accept: raw.accept.iter().map(accept).collect::<Result<_, _>>()?,
    })
}
