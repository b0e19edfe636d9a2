//! A policy from its YAML, with the line and column of whatever is wrong.

mod empty;

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{
    Action, BadTemplate, ConditionTemplates, DnsGlob, Glob, KeyKind, Limits, Match, Names, Policy,
    Require, Rule, Template,
};
use crate::csr::usage;
use crate::parse_error;
use crate::risk::{Severity, rule};

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
    Ok(Rule {
        condition: condition(raw.reason.as_ref(), raw.message.as_ref())?,
        otherwise_condition: condition(
            raw.otherwise_reason.as_ref(),
            raw.otherwise_message.as_ref(),
        )?,
        line: raw.name.referenced.line(),
        name: raw.name.value,
        matching: read_match(raw.matching)?,
        require: read_require(raw.require)?,
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

fn globs(words: Option<Spanned<Vec<Word>>>) -> Result<Option<Vec<Glob>>, BadPolicy> {
    let Some(words) = words else { return Ok(None) };
    if words.value.is_empty() {
        let message = "an empty list matches nothing; leave it out if it does not matter";
        return Err(BadPolicy::at(&words, message));
    }
    let globs = words.value.iter().map(glob).collect::<Result<_, _>>()?;
    Ok(Some(globs))
}

fn glob(word: &Word) -> Result<Glob, BadPolicy> {
    Glob::new(&word.value).map_err(|error| BadPolicy::at(word, error.to_string()))
}

fn read_match(raw: RawMatch) -> Result<Match, BadPolicy> {
    Ok(Match {
        signers: globs(raw.signers)?,
        users: globs(raw.requestor.users)?,
        requestor_groups: globs(raw.requestor.groups)?,
        labels: raw
            .labels
            .into_iter()
            .map(|(key, value)| Ok((key, glob(&value)?)))
            .collect::<Result<_, _>>()?,
    })
}

fn read_require(raw: RawRequire) -> Result<Require, BadPolicy> {
    Ok(Require {
        user_is_requestor: raw.user_is_requestor,
        users: globs(raw.users)?,
        groups: raw.groups.map(|raw| names(raw, |_| Ok(()))).transpose()?,
        usages: raw.usages.map(|raw| names(raw, known_usage)).transpose()?,
        dns_names: raw
            .dns_names
            .map(|words| words.iter().map(dns).collect::<Result<_, _>>())
            .transpose()?,
        ip_addresses: raw.ip_addresses.map(|words| networks(&words)).transpose()?,
        names_belong_to_node: raw.names_belong_to_node,
        max_expiration: raw.max_expiration.as_ref().map(duration).transpose()?,
        keys: raw.keys.as_ref().map(keys).transpose()?,
        findings: findings(&raw.findings)?,
    })
}

fn dns(word: &Word) -> Result<DnsGlob, BadPolicy> {
    DnsGlob::new(&word.value).map_err(|error| BadPolicy::at(word, error.to_string()))
}

fn known_usage(word: &Word) -> Result<(), BadPolicy> {
    if usage::is_known(&word.value) {
        return Ok(());
    }
    let message = format!("\"{}\" is no usage that Kubernetes knows", word.value);
    Err(BadPolicy::at(word, message))
}

/// One of the three ways to name a set.
fn names(
    raw: Spanned<RawNames>,
    check: fn(&Word) -> Result<(), BadPolicy>,
) -> Result<Names, BadPolicy> {
    let one = "takes one of exactly, exactlyOneOf and within";
    let place = BadPolicy::at(&raw, one);
    let set = |words: Vec<Word>| -> Result<Vec<String>, BadPolicy> {
        words
            .into_iter()
            .map(|word| check(&word).map(|()| word.value))
            .collect()
    };
    match raw.value {
        RawNames {
            exactly: Some(words),
            exactly_one_of: None,
            within: None,
        } => Ok(Names::Exactly(vec![set(words)?])),
        RawNames {
            exactly: None,
            exactly_one_of: Some(sets),
            within: None,
        } => {
            if sets.value.is_empty() {
                return Err(BadPolicy::at(&sets, "an empty list of sets fits nothing"));
            }
            let sets = sets.value.into_iter().map(set);
            Ok(Names::Exactly(sets.collect::<Result<_, _>>()?))
        }
        RawNames {
            exactly: None,
            exactly_one_of: None,
            within: Some(words),
        } => Ok(Names::Within(globs(Some(words))?.unwrap_or_default())),
        _ => Err(place),
    }
}

/// Networks that do not overlap: where they do, somebody meant something else.
fn networks(words: &[Word]) -> Result<Vec<IpNet>, BadPolicy> {
    let mut networks: Vec<IpNet> = Vec::new();
    for word in words {
        let network: IpNet = word.value.parse().map_err(|_| {
            let message = format!("\"{}\" is no network such as 10.0.0.0/8", word.value);
            BadPolicy::at(word, message)
        })?;
        if network != network.trunc() {
            let message = format!(
                "{network} has bits behind its prefix; {} is meant?",
                network.trunc()
            );
            return Err(BadPolicy::at(word, message));
        }
        let overlaps = |other: &&IpNet| other.contains(&network) || network.contains(*other);
        if let Some(other) = networks.iter().find(overlaps) {
            return Err(BadPolicy::at(word, format!("{network} overlaps {other}")));
        }
        networks.push(network);
    }
    Ok(networks)
}

/// A number and a unit: seconds, minutes, hours or days.
fn duration(word: &Word) -> Result<Duration, BadPolicy> {
    let bad = || {
        let message = "is no duration such as 600s, 90m, 24h or 7d";
        BadPolicy::at(word, format!("\"{}\" {message}", word.value))
    };
    let split = word.value.len().saturating_sub(1);
    let (number, unit) = word.value.split_at_checked(split).ok_or_else(bad)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(bad()),
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = number.parse().map_err(|_| bad())?;
    let total = number.checked_mul(seconds).filter(|_| digits);
    Ok(Duration::from_secs(total.ok_or_else(bad)?))
}

fn keys(words: &Spanned<Vec<Word>>) -> Result<Vec<KeyKind>, BadPolicy> {
    if words.value.is_empty() {
        return Err(BadPolicy::at(words, "an empty list of keys fits nothing"));
    }
    let key = |word: &Word| match word.value.as_str() {
        "P-256" => Ok(KeyKind::Curve("P-256")),
        "P-384" => Ok(KeyKind::Curve("P-384")),
        "P-521" => Ok(KeyKind::Curve("P-521")),
        "Ed25519" => Ok(KeyKind::Curve("Ed25519")),
        other => other
            .strip_prefix("RSA-")
            .and_then(|bits| bits.parse().ok())
            .filter(|bits| (1024..=16_384).contains(bits))
            .map(KeyKind::Rsa)
            .ok_or_else(|| {
                let message =
                    "has to be P-256, P-384, P-521, Ed25519, or RSA- and the least number of bits";
                BadPolicy::at(word, message)
            }),
    };
    words.value.iter().map(key).collect()
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
