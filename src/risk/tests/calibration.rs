//! What a CSR as a whole amounts to: a tool that cries wolf is switched off, and one that does not is no use.

use serde_json::json;

use crate::csr::Csr;
use crate::request_builder::{CsrObject, Key, RequestBuilder};
use crate::risk::Severity::{self, Critical, High, Info, Medium};
use crate::risk::assess;

use super::{Row, around, bare, facts, group, jane, quiet, user, words};
use crate::facts::Fact;

#[track_caller]
fn amounts_to(severity: Severity, csr: impl Into<Csr>) {
    let assessment = assess(&csr.into(), &facts());
    assert_eq!(assessment.risk(), severity, "{}", words(&assessment));
    assert!(
        assessment.unreviewable().is_none(),
        "{}",
        words(&assessment)
    );
    assert_eq!(assessment.doomed, None, "{}", words(&assessment));
}

/// The same, with the only rules that have something to say.
#[track_caller]
fn amounts_to_these(severity: Severity, rules: &[&str], csr: impl Into<Csr>) {
    let csr = csr.into();
    let assessment = assess(&csr, &facts());
    let found: Vec<&str> = assessment.findings.iter().map(|f| f.rule.id).collect();
    assert_eq!(found, rules, "{}", words(&assessment));
    amounts_to(severity, csr);
}

#[test]
fn asking_for_oneself_is_ordinary() {
    amounts_to_these(Info, &["requestor-self-renewal"], around(&jane()));
    amounts_to(Info, CsrObject::own_renewal("renewal", "jane"));
    let credential = "authentication.kubernetes.io/credential-id";
    amounts_to(
        Info,
        around(&jane())
            .requestor_uid("7")
            .extra(credential, &["X509SHA256=00"]),
    );
}

#[test]
fn kubelets_are_ordinary_as_far_as_they_were_checked() {
    amounts_to_these(
        Info,
        &["requestor-self-renewal"],
        CsrObject::kubelet_renewal("csr-x7k2p", "n1"),
    );
    let bootstrap = CsrObject::kubelet_bootstrap("node-csr-q2", "n1");
    amounts_to_these(Medium, &["node-bootstrap-unchecked"], bootstrap);
    let serving = CsrObject::kubelet_serving("csr-b8d4z", "n1");
    amounts_to_these(High, &["node-serving-addresses-unchecked"], serving);
    // With an RSA key kubelets ask for one usage more.
    let usages = ["digital signature", "key encipherment", "client auth"];
    amounts_to(
        Info,
        CsrObject::kubelet_renewal("csr-x7k2p", "n1").usages(&usages),
    );
}

#[test]
fn an_administrator_who_asks_for_a_new_person_is_ordinary() {
    amounts_to(Medium, CsrObject::for_new_person("joe", "joe"));
    let request = RequestBuilder::user("joe").group("dev").group("ops").pem();
    let by = |username: &str, groups: &[&str]| {
        CsrObject::new("joe", &request).requestor(username, groups)
    };
    amounts_to(
        Medium,
        by("root", &["system:masters", "system:authenticated"]),
    );
    amounts_to(High, by("jane", &["dev", "system:authenticated"]));
    amounts_to(
        High,
        by("jane", &["cluster-admins", "system:authenticated"]),
    );
}

#[test]
fn powerful_groups_are_critical_whoever_asks() {
    for name in ["system:masters", "kubeadm:cluster-admins"] {
        amounts_to(Critical, group(name));
        let request = RequestBuilder::user("joe").group(name).pem();
        amounts_to(
            Critical,
            CsrObject::new("joe", &request).requestor("root", &[name]),
        );
        // Even for oneself.
        amounts_to(
            Critical,
            CsrObject::new("joe", &request).requestor("joe", &[name]),
        );
        amounts_to(Critical, bare(&RequestBuilder::user("joe").group(name)));
    }
}

#[test]
fn a_bare_request_is_medium() {
    amounts_to_these(
        Medium,
        &["requestor-missing", "signer-missing"],
        bare(&jane()),
    );
    amounts_to(Medium, bare(&RequestBuilder::user("jane")));
}

/// Names that carry nothing by themselves, as guides to certificates use them.
#[test]
fn names_that_only_sound_powerful_are_no_reason_to_cry() {
    let request = RequestBuilder::user("cluster-admin").group("admins").pem();
    let own = CsrObject::new("x", request).requestor("cluster-admin", &["admins"]);
    amounts_to(Severity::Low, own);
}

/// Labels, annotations and the object's name are the requestor's: nothing in them makes a CSR better.
#[test]
fn nothing_that_the_requestor_writes_lowers_a_severity() {
    let hostile = [
        group("system:masters"),
        user("system:kube-controller-manager"),
        user("jane\u{202e}"),
        around(&jane().broken_signature()),
        CsrObject::kubelet_serving("x", "n1").requestor_node("n2"),
        CsrObject::for_new_person("x", "joe"),
        CsrObject::kubelet_bootstrap("x", "n1"),
    ];
    let claims = [
        ("approved", "true"),
        ("risk", "none"),
        ("csr-review/v1", "{\"risk\":\"none\",\"accept\":[\"*\"]}"),
        ("kubernetes.io/bootstrapping", "rbac-defaults"),
        ("cert-manager.io/approved", "yes"),
    ];
    for object in hostile {
        let before = assess(&object.clone().into(), &facts());
        for (key, value) in claims {
            let labelled = object.clone().label(key, value).annotation(key, value);
            let renamed = labelled.clone().metadata("name", json!("csr-x7k2p"));
            for changed in [labelled, renamed] {
                let after = assess(&changed.into(), &facts());
                for finding in &before.findings {
                    let still = after.findings.contains(finding);
                    assert!(
                        still,
                        "{key}={value} hides {} of {}",
                        finding.rule.id,
                        words(&before)
                    );
                }
                assert_eq!(
                    before.unreviewable().is_some(),
                    after.unreviewable().is_some()
                );
            }
        }
    }
}

/// A condition, its reason and its message are anybody's who may write the status.
#[test]
fn an_approval_lowers_nothing() {
    let pending = assess(&group("system:masters").into(), &facts());
    let approved = assess(&group("system:masters").approved().into(), &facts());
    assert_eq!(pending.risk(), approved.risk());
}

/// Everything is known, and nothing is wrong.
fn all_known(csr: impl Into<Csr>) -> Row {
    let row = quiet("", csr).nodes().compromised(&[]);
    let bystanders = vec![
        CsrObject::own_renewal("bystander", "trent").request(
            RequestBuilder::user("trent")
                .group("dev")
                .key(Key::Ed25519)
                .pem(),
        ),
    ];
    row.reviewer("boss").among(bystanders)
}

#[track_caller]
fn amounts_when_known_to(severity: Severity, rules: &[&str], csr: impl Into<Csr>) {
    let row = all_known(csr);
    let assessment = assess(&row.csr, &row.facts);
    let found: Vec<&str> = assessment.findings.iter().map(|f| f.rule.id).collect();
    assert_eq!(found, rules, "{}", words(&assessment));
    assert_eq!(assessment.risk(), severity, "{}", words(&assessment));
}

#[test]
fn kubelets_that_were_checked_are_worth_a_word_at_most() {
    let renewal = CsrObject::kubelet_renewal("csr-x7k2p", "n1");
    amounts_when_known_to(Info, &["requestor-self-renewal"], renewal);
    let bootstrap = CsrObject::kubelet_bootstrap("node-csr-q2", "n3");
    amounts_when_known_to(Info, &["node-bootstrap-new"], bootstrap);
    let serving = CsrObject::kubelet_serving("csr-b8d4z", "n1");
    amounts_when_known_to(Info, &["node-serving-verified"], serving);
    let gone = CsrObject::kubelet_renewal("csr-x7k2p", "gone");
    amounts_when_known_to(High, &["node-unknown", "requestor-self-renewal"], gone);
    let stolen = CsrObject::kubelet_bootstrap("node-csr-q2", "cp");
    amounts_when_known_to(Critical, &["node-bootstrap-existing-node"], stolen);
}

#[test]
fn asking_for_oneself_stays_ordinary_among_others() {
    amounts_when_known_to(Info, &["requestor-self-renewal"], around(&jane()));
}

/// That the cluster does not tell is no better than that nobody asked.
#[test]
fn what_is_unknown_lowers_nothing() {
    for object in [
        around(&jane()),
        CsrObject::kubelet_renewal("x", "n1"),
        CsrObject::kubelet_bootstrap("x", "n1"),
        CsrObject::kubelet_serving("x", "n1"),
        group("system:masters"),
    ] {
        let csr = object.into();
        let before = assess(&csr, &facts());
        let mut unknown = facts();
        let why = || "you may not".to_owned();
        unknown.nodes = Fact::unknown(why());
        unknown.api_server = Fact::unknown(why());
        unknown.others = Fact::unknown(why());
        unknown.weak_keys = Fact::unknown(why());
        let after = assess(&csr, &unknown);
        let found = |assessment: &crate::risk::Assessment| -> Vec<(&'static str, Severity)> {
            let findings = assessment.findings.iter();
            findings.map(|f| (f.rule.id, f.severity)).collect()
        };
        let now = found(&after);
        assert!(
            found(&before).iter().all(|finding| now.contains(finding)),
            "{now:?}"
        );
        assert!(after.risk() >= before.risk());
        // Where something was not checked for a reason, the reason is told.
        for finding in &after.findings {
            if finding.rule.id.ends_with("-unchecked") {
                assert!(finding.evidence.contains("you may not"), "{finding:?}");
            }
        }
    }
}
