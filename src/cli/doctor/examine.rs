//! From answers to checks: what may the user do here, and what can be known.

use jiff::SignedDuration;

use crate::cluster::{Error, ErrorKind};
use crate::ui::HumanDuration;

use super::answers::{Answer, Answers, Approval, By};
use super::check::{Check, Diagnosis, Mark, Missing, can_be_granted};
use super::danger;

const CERTIFICATES: &str = "certificates.k8s.io";
const CSRS: &str = "certificatesigningrequests";
const RBAC: &str = "rbac.authorization.k8s.io";
/// Clocks that differ by more make every age unreliable.
const MOST_SKEW: SignedDuration = SignedDuration::from_secs(60);
/// Where a right is to be had that is missing.
const IN_THE_ROLE: &str = "The ClusterRole for what is missing has the rule.";

/// What all the answers mean.
pub(super) fn examine(answers: &Answers) -> Diagnosis {
    if let Some(error) = nobody_answers(answers) {
        return unreachable(&answers.place.server, error);
    }
    let mut diagnosis = Diagnosis::default();
    connection(answers, &mut diagnosis.checks);
    rights(answers, &mut diagnosis);
    facts(answers, &mut diagnosis);
    danger::examine(answers, &mut diagnosis.checks);
    diagnosis
}

/// What is to be said of a server that nothing can be asked.
pub(super) fn unreachable(server: &str, error: &Error) -> Diagnosis {
    let check = Check::new("server", Mark::Fail, error.message());
    let check = Check {
        subject: Some(server.to_owned()).filter(|server| !server.is_empty()),
        advice: error.hint().map(str::to_owned),
        ..check
    };
    Diagnosis {
        checks: vec![check],
        missing: Missing::default(),
    }
}

/// The failure of all, if no answer at all came from an API server that knows the user.
fn nobody_answers(answers: &Answers) -> Option<&Error> {
    let answered = |error: &Error| matches!(error.kind(), ErrorKind::Forbidden);
    let version = answers.version.as_ref().err()?;
    let reviewer = answers.reviewer.as_ref().err()?;
    let csrs = answers.csrs.as_ref().err()?;
    let none = ![version, reviewer, csrs].into_iter().any(answered);
    none.then_some(csrs)
}

/// A check of something that could not be asked: what is forbidden is certain, all else is not known.
fn unanswered(check: &'static str, forbidden: Mark, error: &Error) -> Check {
    let mark = match error.kind() {
        ErrorKind::Forbidden => forbidden,
        _ => Mark::Unknown,
    };
    let advice = error.hint().map(str::to_owned);
    Check {
        advice,
        ..Check::new(check, mark, error.message())
    }
}

fn connection(answers: &Answers, checks: &mut Vec<Check>) {
    let server = match &answers.version {
        Ok(version) => {
            let message = format!("answers; its version is {}", version.git_version);
            Check::new("server", Mark::Ok, message)
        }
        Err(error) => {
            let message = format!("answers; its version is not known: {}", error.message());
            Check::new("server", Mark::Unknown, message)
        }
    };
    checks.push(server.about(&answers.place.server));
    if answers.place.insecure {
        let message = "anybody on the way can read and change everything: the server's certificate is not checked";
        checks.push(Check::new("connection", Mark::Warn, message));
    }
    checks.push(match &answers.reviewer {
        Ok(Some(user)) => {
            let groups = if user.groups.is_empty() {
                "in no group".to_owned()
            } else {
                format!("in {}", user.groups.join(", "))
            };
            Check::new("user", Mark::Ok, groups).about(&user.username)
        }
        Ok(None) => Check::new("user", Mark::Unknown, "the server does not say who you are")
            .advice("A request of your own cannot be told from another's. It takes Kubernetes 1.28 or newer, and the ClusterRole system:basic-user."),
        Err(error) => unanswered("user", Mark::Unknown, error),
    });
    checks.push(clock(answers.skew));
}

fn clock(skew: Option<SignedDuration>) -> Check {
    let Some(skew) = skew else {
        return Check::new("clock", Mark::Unknown, "the server does not tell the time");
    };
    if skew.abs() <= MOST_SKEW {
        let message = "this machine's clock and the server's agree";
        return Check::new("clock", Mark::Ok, message);
    }
    let side = if skew.is_positive() {
        "behind"
    } else {
        "ahead of"
    };
    let message = format!(
        "this machine's clock is {} {side} the server's: ages are unreliable",
        HumanDuration(skew.abs())
    );
    Check::new("clock", Mark::Warn, message).advice("Set the clock.")
}

/// What reviewing and deciding takes.
fn rights(answers: &Answers, diagnosis: &mut Diagnosis) {
    let Diagnosis { checks, missing } = diagnosis;
    checks.push(match &answers.csrs {
        Ok(csrs) => {
            let message = format!("CSRs can be listed: {}", csrs.count);
            Check::new("list", Mark::Ok, message)
        }
        Err(error) => unanswered("list", Mark::Fail, error),
    });
    let rights = &answers.rights;
    checks.push(match &rights.get {
        Ok(true) => Check::new("get", Mark::Ok, "single CSRs can be read"),
        Ok(false) => {
            missing.add(CERTIFICATES, CSRS, "get", None);
            let message = "single CSRs cannot be read, which every decision takes";
            Check::new("get", Mark::Fail, message).advice(IN_THE_ROLE)
        }
        Err(error) => unanswered("get", Mark::Unknown, error),
    });
    if is_forbidden(&answers.csrs) {
        missing.add(CERTIFICATES, CSRS, "list", None);
    }
    let approval = approval(&rights.approval);
    if matches!(rights.approval, Ok(Approval::None | Approval::Some(_))) {
        let resource = "certificatesigningrequests/approval";
        missing.add(CERTIFICATES, resource, "update", None);
    }
    checks.push(approval);
    // While there is another signer to decide for, one that is left out may well be meant to be.
    let some = rights
        .signers
        .iter()
        .any(|(_, by)| matches!(by, Ok(Some(_))));
    let lacking = if some { Mark::Warn } else { Mark::Fail };
    for (name, by) in &rights.signers {
        checks.push(signer(name, by, &rights.approval, lacking).about(name));
        if *by == Ok(None) && can_be_granted(name) {
            missing.add(CERTIFICATES, "signers", "approve", Some(name));
        }
    }
    if rights.unasked > 0 {
        let message = format!("{} more signers were not asked about", rights.unasked);
        checks.push(Check::new("signer", Mark::Unknown, message));
    }
    if answers.csrs.is_err() {
        let message = "signers that are in use besides cannot be known without a list of the CSRs";
        checks.push(Check::new("signer", Mark::Unknown, message));
    }
}

fn approval(right: &Answer<Approval>) -> Check {
    match right {
        Ok(Approval::All) => Check::new("approval", Mark::Ok, "decisions can be written"),
        Ok(Approval::Some(names)) => {
            let told = match names.as_slice() {
                [] => String::new(),
                names => format!(", such as {}", names.join(", ")),
            };
            let message = format!("decisions can be written about CSRs of some names only{told}");
            Check::new("approval", Mark::Warn, message).advice(
                "Whoever creates a CSR chooses its name, so that this protects nothing: grant it without resourceNames.",
            )
        }
        Ok(Approval::None) => {
            Check::new("approval", Mark::Fail, "no decision can be written").advice(IN_THE_ROLE)
        }
        Err(error) => unanswered("approval", Mark::Unknown, error),
    }
}

fn signer(
    name: &str,
    by: &Answer<Option<By>>,
    approval: &Answer<Approval>,
    lacking: Mark,
) -> Check {
    let through = match by {
        Ok(Some(By::Signer)) => "",
        Ok(Some(By::Domain)) => ", as for every signer of its domain",
        Ok(None) => {
            let check = Check::new("signer", lacking, "you may not decide for it");
            return check.advice(if can_be_granted(name) {
                "The ClusterRole for what is missing has the rule: leave out the signers that are not yours to decide for."
            } else {
                "Leave it so: nobody needs the right for a signer of this name."
            });
        }
        Err(error) => return unanswered("signer", Mark::Unknown, error),
    };
    match approval {
        Ok(Approval::All | Approval::Some(_)) => Check::new(
            "signer",
            Mark::Ok,
            format!("you may decide for it{through}"),
        ),
        Ok(Approval::None) => Check::new(
            "signer",
            Mark::Fail,
            format!("you have the right for it{through}, which is half of what deciding takes"),
        ),
        Err(_) => Check::new(
            "signer",
            Mark::Unknown,
            format!(
                "you have the right for it{through}; whether decisions can be written is not known"
            ),
        ),
    }
}

fn is_forbidden<T>(answer: &Answer<T>) -> bool {
    matches!(answer, Err(error) if error.kind() == ErrorKind::Forbidden)
}

/// What judging a CSR draws on besides the CSR.
fn facts(answers: &Answers, diagnosis: &mut Diagnosis) {
    let Diagnosis { checks, missing } = diagnosis;
    let count = |objects: &Answer<Vec<_>>| match objects {
        Ok(objects) => Ok(objects.len()),
        Err(error) => Err(error.clone()),
    };
    let lists = [
        ("", "nodes", answers.nodes.clone()),
        (RBAC, "clusterroles", count(&answers.cluster_roles)),
        (RBAC, "roles", answers.roles.clone()),
        (
            RBAC,
            "clusterrolebindings",
            count(&answers.cluster_role_bindings),
        ),
        (RBAC, "rolebindings", answers.role_bindings.clone()),
    ];
    let unchecked = |check: Check| {
        let advice = match check.result {
            Mark::Warn => format!("What depends on it counts as unchecked. {IN_THE_ROLE}"),
            _ => "What depends on it counts as unchecked.".to_owned(),
        };
        check.advice(advice)
    };
    for (group, resource, answer) in lists {
        if is_forbidden(&answer) {
            missing.add(group, resource, "list", None);
        }
        checks.push(match answer {
            Ok(count) => Check::new(resource, Mark::Ok, format!("can be listed: {count}")),
            Err(error) => unchecked(unanswered(resource, Mark::Warn, &error)),
        });
        if resource == "nodes" {
            if is_forbidden(&answers.service) {
                missing.add("", "services", "get", Some("kubernetes"));
            }
            checks.push(match &answers.service {
                Ok(()) => Check::new("service", Mark::Ok, "default/kubernetes can be read"),
                Err(error) => unchecked(unanswered("service", Mark::Warn, error)),
            });
        }
    }
    let reviews = "subjectaccessreviews";
    if is_forbidden(&answers.anonymous) {
        missing.add("authorization.k8s.io", reviews, "create", None);
    }
    checks.push(match &answers.anonymous {
        Ok(_) => Check::new(reviews, Mark::Ok, "you may ask what others may do"),
        Err(error) => unchecked(unanswered(reviews, Mark::Warn, error)),
    });
}
