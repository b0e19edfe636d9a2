//! `policy test`: a policy over CSRs in files that say what is expected of it.

use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::cli::exit::Exit;
use crate::cli::failure::{self, Failure};
use crate::cli::files;
use crate::csr::{self, Source};
use crate::facts::others::Entry;
use crate::facts::rbac::Rbac;
use crate::facts::{ApiServerNames, Authorizers, Fact, Facts, Nodes, Others};
use crate::review::Reviewed;
use crate::ui::{Escaped, Tone, Ui};

use super::{Judged, read, trace};

const EXPECT: &str = "csr-review/expect";
const EXPECT_RULE: &str = "csr-review/expect-rule";

/// A CSR with what is expected of the policy.
struct Case {
    file: String,
    csr: csr::Csr,
    object: Box<RawValue>,
    action: String,
    rule: Option<String>,
}

pub(super) fn run(
    file: &Path,
    dir: &Path,
    now: Option<Timestamp>,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let policy = read(file)?;
    let objects = files::objects(dir)?;
    let mut cases = Vec::new();
    for (file, object) in &objects {
        if object["kind"] == "CertificateSigningRequest" {
            cases.push(case(file, object, cases.len())?);
        }
    }
    if cases.is_empty() {
        let message = format!("{} holds no CertificateSigningRequest", dir.display());
        return Err(Failure::failed(message).into());
    }
    let facts = facts(&objects, &cases, now)?;
    if facts.authorizers == Fact::NotAsked {
        let note = "the directory holds no roles and no bindings, so no rights are judged";
        failure::note(ui, note)?;
    }
    let mut failed = 0;
    let total = cases.len();
    for case in cases {
        let reviewed = Reviewed::judge(case.csr, case.object, &facts);
        let judged = Judged::new(&policy, &reviewed);
        let rule = judged.ruling.rule.map(|rule| rule.name.as_str());
        let is_rule = |wanted: &String| rule == Some(wanted);
        let as_expected =
            judged.outcome.as_str() == case.action && case.rule.as_ref().is_none_or(is_rule);
        let name = &reviewed.csr().name;
        let by = rule.map_or_else(
            || "no rule matches".to_owned(),
            |rule| format!("rule {rule}"),
        );
        let line = format!("{}: {name}: {} ({by})", case.file, judged.words());
        if as_expected {
            let word = ui.out.paint(Tone::Dim, "ok");
            ui.out
                .line(format_args!("{word} {}", Escaped::sentence(&line)))?;
        } else {
            failed += 1;
            let word = ui.out.paint(Tone::Critical, "not ok");
            let wanted = match &case.rule {
                Some(rule) => format!("{} by rule {rule}", case.action),
                None => case.action.clone(),
            };
            let line = format!("{line}, expected {wanted}");
            ui.out
                .line(format_args!("{word} {}", Escaped::sentence(&line)))?;
            trace(ui, &judged.ruling)?;
        }
    }
    ui.out
        .line(format_args!("{} passed, {failed} failed", total - failed))?;
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn case(file: &str, object: &Value, index: usize) -> Result<Case, Failure> {
    let bad = |why: String| {
        let name = object["metadata"]["name"].as_str().unwrap_or("(unnamed)");
        Failure::failed(format!("{file}: {name}: {why}"))
    };
    let annotation = |key: &str| object["metadata"]["annotations"][key].as_str();
    let action = annotation(EXPECT)
        .filter(|word| ["approve", "deny", "ask", "nothing"].contains(word))
        .ok_or_else(|| {
            bad(format!(
                "its annotation {EXPECT} is not approve, deny, ask or nothing"
            ))
        })?;
    let raw = RawValue::from_string(as_stored(object, index).to_string())
        .map_err(|error| bad(error.to_string()))?;
    let csr = csr::read(raw.get(), Source::Cluster).map_err(|error| bad(error.why))?;
    Ok(Case {
        file: file.to_owned(),
        csr,
        object: raw,
        action: action.to_owned(),
        rule: annotation(EXPECT_RULE).map(str::to_owned),
    })
}

/// The object with what a server would have added to it.
fn as_stored(object: &Value, index: usize) -> Value {
    let mut object = object.clone();
    let metadata = &mut object["metadata"];
    if let Some(metadata) = metadata.as_object_mut() {
        let uid = format!("policy-test-{index}");
        metadata.entry("uid").or_insert_with(|| uid.into());
        metadata
            .entry("resourceVersion")
            .or_insert_with(|| "1".into());
    }
    object
}

/// What the objects of a directory tell of a cluster: what it would have answered, and no more.
fn facts(
    objects: &[(String, Value)],
    cases: &[Case],
    now: Option<Timestamp>,
) -> Result<Facts, Failure> {
    let newest = cases
        .iter()
        .filter_map(|case| case.csr.metadata.created_at)
        .max();
    let minute = jiff::SignedDuration::from_mins(1);
    let later = newest.and_then(|newest| newest.checked_add(minute).ok());
    let entries = cases.iter().map(|case| Entry::of(&case.csr));
    Ok(Facts {
        nodes: nodes(objects)?,
        api_server: Fact::Known(ApiServerNames::new(&service(objects)?, [])),
        authorizers: authorizers(objects)?,
        others: Fact::Known(Others::index(entries.collect())),
        ..Facts::at(now.or(later).unwrap_or_else(Timestamp::now))
    })
}

/// That there is no node has to be said, by a `NodeList` without items.
fn nodes(objects: &[(String, Value)]) -> Result<Fact<Nodes>, Failure> {
    let nodes = of_kind(objects, "Node")?;
    let is_listed = objects
        .iter()
        .any(|(_, object)| object["kind"] == "NodeList");
    Ok(if nodes.is_empty() && !is_listed {
        Fact::unknown("the directory holds no Node and no NodeList")
    } else {
        Fact::Known(Nodes::read(&nodes))
    })
}

fn service(objects: &[(String, Value)]) -> Result<Fact<Box<RawValue>>, Failure> {
    let is_api_server = |object: &Value| {
        let metadata = &object["metadata"];
        let namespace = metadata["namespace"].as_str().unwrap_or("default");
        metadata["name"] == "kubernetes" && namespace == "default"
    };
    let services = objects.iter().filter(|(_, object)| is_api_server(object));
    let services: Vec<_> = services.cloned().collect();
    Ok(match of_kind(&services, "Service")?.into_iter().next() {
        Some(service) => Fact::Known(service),
        None => Fact::unknown("the directory holds no Service default/kubernetes"),
    })
}

/// A cluster always has roles. Where the directory has none, what identities could do is not part of the test.
fn authorizers(objects: &[(String, Value)]) -> Result<Fact<Authorizers>, Failure> {
    let roles = [of_kind(objects, "ClusterRole")?, of_kind(objects, "Role")?];
    let bindings = [
        of_kind(objects, "ClusterRoleBinding")?,
        of_kind(objects, "RoleBinding")?,
    ];
    if roles.iter().chain(&bindings).all(Vec::is_empty) {
        return Ok(Fact::NotAsked);
    }
    let rbac = Rbac::read(&roles[0], &roles[1], &bindings[0], &bindings[1]);
    Ok(Fact::Known(Authorizers::new(Fact::Known(rbac))))
}

fn of_kind(objects: &[(String, Value)], kind: &str) -> Result<Vec<Box<RawValue>>, Failure> {
    let of_kind = objects.iter().filter(|(_, object)| object["kind"] == kind);
    of_kind
        .map(|(file, object)| {
            RawValue::from_string(object.to_string())
                .map_err(|error| Failure::failed(format!("{file}: {error}")))
        })
        .collect()
}
