//! What in the cluster makes a review void: CSRs of anybody, and approvals by nobody.

use std::collections::BTreeMap;

use crate::cluster::Error;
use crate::csr::Signer;
use crate::facts::rbac::{ANONYMOUS_USER, Identity, Rbac, Request, Subject, SubjectKind};
use crate::facts::rbac::{Allowed, UNAUTHENTICATED_GROUP};
use crate::facts::who::{
    Holder, approver_of_distribution, is_certificate_controller, known_approver, who_can_approve,
    who_can_be_any_node,
};

use super::answers::Answers;
use super::check::{Check, Mark};

const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
const BOOTSTRAPPERS: &str = "system:bootstrappers";
/// How many names a line holds.
const MOST: usize = 5;

/// What RBAC says about the rights that only a ClusterRoleBinding can give, and whether that is all.
struct Known {
    rbac: Rbac,
    /// Why there may be more.
    incomplete: Option<String>,
}

pub(super) fn examine(answers: &Answers, checks: &mut Vec<Check>) {
    let known = match (&answers.cluster_roles, &answers.cluster_role_bindings) {
        (Ok(roles), Ok(bindings)) => {
            let rbac = Rbac::read(roles, &[], bindings, &[]);
            let incomplete = match rbac.problems() {
                [] => None,
                problems => Some(format!("{} parts of RBAC cannot be read", problems.len())),
            };
            Ok(Known { rbac, incomplete })
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    checks.push(anonymous(answers, known.as_ref().ok()));
    match &known {
        Ok(known) => {
            nodes(known, checks);
            approvers(answers, known, checks);
        }
        Err(error) => {
            checks.push(without_rbac("node-autoapproval", error));
            checks.push(without_rbac("approvers", error));
        }
    }
    let version = answers.version.as_ref().ok();
    if let Some(program) = version.and_then(|v| approver_of_distribution(&v.git_version)) {
        checks.push(by_itself(program).about("the distribution"));
    }
}

fn without_rbac(check: &'static str, error: &Error) -> Check {
    let message = format!("RBAC is not known: {}", error.message());
    Check::new(check, Mark::Unknown, message)
}

/// Whether who did not log in may create CSRs.
fn anonymous(answers: &Answers, known: Option<&Known>) -> Check {
    const CHECK: &str = "anonymous";
    let identity = Identity {
        user: ANONYMOUS_USER.to_owned(),
        groups: vec![UNAUTHENTICATED_GROUP.to_owned()],
    };
    let create = Request {
        verb: "create",
        group: "certificates.k8s.io",
        resource: "certificatesigningrequests",
        ..Request::default()
    };
    let by = known.and_then(|known| known.rbac.allows(&identity, &create));
    let asked = answers.anonymous.as_ref();
    if by.is_some() || asked.is_ok_and(|review| review.allowed) {
        let through = match by {
            Some(Allowed::By(binding)) => format!(", by {binding}"),
            Some(Allowed::Bypass) | None => String::new(),
        };
        let message =
            format!("whoever reaches the server may create CSRs without a login{through}");
        return Check::new(CHECK, Mark::Warn, message)
            .critical()
            .advice("Take the right away, and look at every CSR of system:anonymous.");
    }
    match asked {
        Ok(_) => Check::new(CHECK, Mark::Ok, "nobody may create CSRs without a login"),
        Err(_) if known.is_some() => {
            let message = "no binding lets anybody create CSRs without a login; the server was not to be asked";
            Check::new(CHECK, Mark::Unknown, message)
        }
        Err(_) => {
            let message = "whether anybody may create CSRs without a login is not known";
            Check::new(CHECK, Mark::Unknown, message)
        }
    }
}

/// Whose requests for any node's certificate are approved without anybody's look.
fn nodes(known: &Known, checks: &mut Vec<Check>) {
    const CHECK: &str = "node-autoapproval";
    let approvers = who_can_approve(&known.rbac, KUBELET_CLIENT);
    // Who may approve such a request anyway wins nothing by this.
    let wins = |holder: &Holder| {
        holder.beside.is_none()
            && !approvers
                .iter()
                .any(|other| other.subject == holder.subject)
    };
    let mut holders = who_can_be_any_node(&known.rbac);
    holders.retain(wins);
    let wide: Vec<&Holder> = holders
        .iter()
        .filter(|held| !is_bootstrap(&held.subject))
        .collect();
    for holder in &wide {
        let message = format!(
            "gets a client certificate of any node, and nobody is asked; by {}",
            through(holder)
        );
        checks.push(
            Check::new(CHECK, Mark::Warn, message)
                .critical()
                .about(holder.subject.to_string())
                .advice("Take away create on certificatesigningrequests/nodeclient: only the group of bootstrap tokens needs it."),
        );
    }
    for holder in holders.iter().filter(|held| is_bootstrap(&held.subject)) {
        let message = format!(
            "joins nodes without anybody's look, as kubeadm sets it up; by {}",
            through(holder)
        );
        checks.push(Check::new(CHECK, Mark::Ok, message).about(holder.subject.to_string()));
    }
    if let Some(why) = &known.incomplete {
        let message = format!("there may be more: {why}");
        checks.push(Check::new(CHECK, Mark::Unknown, message));
    } else if wide.is_empty() {
        let message = "no binding lets anybody but bootstrap tokens be any node";
        checks.push(Check::new(CHECK, Mark::Ok, message));
    }
}

fn is_bootstrap(subject: &Subject) -> bool {
    let rest = subject.name.strip_prefix(BOOTSTRAPPERS);
    subject.kind == SubjectKind::Group
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Programs that approve by themselves.
fn approvers(answers: &Answers, known: &Known, checks: &mut Vec<Check>) {
    const CHECK: &str = "approvers";
    let mut found: BTreeMap<Subject, Vec<&str>> = BTreeMap::new();
    for (signer, _) in &answers.rights.signers {
        for holder in who_can_approve(&known.rbac, signer) {
            if is_certificate_controller(&holder.subject)
                || known_approver(&holder.subject).is_some()
            {
                found.entry(holder.subject).or_default().push(signer);
            }
        }
    }
    let none = !found
        .keys()
        .any(|subject| known_approver(subject).is_some());
    for (subject, signers) in found {
        let only_kubelets = signers
            .iter()
            .all(|name| Signer::of(name) == Signer::KubeApiserverClientKubelet);
        let for_signers = listed(&signers);
        let check = if let Some(program) = known_approver(&subject) {
            let check = by_itself(program.program);
            let message = format!("{}, for {for_signers}", check.message);
            Check { message, ..check }
        } else if only_kubelets {
            let message = format!("the cluster's own controller, for {for_signers}");
            Check::new(CHECK, Mark::Ok, message)
        } else {
            let message =
                format!("the cluster's own controller, for more than it needs: {for_signers}");
            Check::new(CHECK, Mark::Warn, message)
                .advice("It needs kubernetes.io/kube-apiserver-client-kubelet only.")
        };
        checks.push(check.about(subject.to_string()));
    }
    if let Some(why) = &known.incomplete {
        let message = format!("there may be more: {why}");
        checks.push(Check::new(CHECK, Mark::Unknown, message));
    } else if none {
        let message = "no ServiceAccount with the name of a known approver may approve";
        checks.push(Check::new(CHECK, Mark::Ok, message));
    }
}

fn by_itself(program: &str) -> Check {
    let message = format!("approves without a person: {program}");
    Check::new("approvers", Mark::Warn, message)
        .advice("What it approves is never reviewed here: know its checks, and keep it up to date.")
}

fn through(holder: &Holder) -> String {
    let bindings: Vec<&str> = holder.act.iter().map(|via| via.binding.as_str()).collect();
    listed(&bindings)
}

/// The names, many of them cut.
fn listed(names: &[&str]) -> String {
    let shown = names
        .iter()
        .take(MOST)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
