use serde_json::json;

use super::*;
use crate::facts::access::access;
use crate::facts::rbac::testing::{Objects, group, identity, rule, service_account, user};
use crate::facts::rbac::{Identity, Request};

const CLIENT: &str = "kubernetes.io/kube-apiserver-client";
const CSR: &str = "group=certificates.k8s.io";

/// A cluster in which jane may approve for every signer, and has these rules.
fn jane(rules: &[&str]) -> Rbac {
    let rules: Vec<_> = rules.iter().map(|text| rule(text)).collect();
    Objects::default()
        .cluster_role("r", &json!(rules))
        .bind("b", "r", &[user("jane")])
        .read()
}

/// Who may approve besides `system:masters`, by name.
fn approvers(rbac: &Rbac) -> Vec<String> {
    names(&who_can_approve(rbac, CLIENT))
}

fn names(holders: &[Holder]) -> Vec<String> {
    assert_eq!(holders[0].subject.name, "system:masters");
    assert_eq!(holders[0].beside, Some(Beside::Masters));
    holders[1..]
        .iter()
        .map(|holder| holder.subject.to_string())
        .collect()
}

fn may(rules: &[&str]) -> bool {
    approvers(&jane(rules)) == ["User jane"]
}

fn approval(resource: &str) -> String {
    format!("update {resource} {CSR}")
}

fn signers(name: &str) -> String {
    format!("approve signers {CSR} name={name}")
}

#[test]
fn the_first_detail_updating_requests_is_not_approving_them() {
    let every = format!("approve signers {CSR}");
    for (resource, expected) in [
        ("certificatesigningrequests", false),
        ("certificatesigningrequests/*", false),
        ("certificatesigningrequests/status", false),
        ("certificatesigningrequests/approval", true),
        ("*/approval", true),
        ("*", true),
    ] {
        assert_eq!(may(&[&approval(resource), &every]), expected, "{resource}");
    }
    let patch = format!("patch certificatesigningrequests/approval {CSR}");
    assert!(may(&[&patch, &every]));
    let create = format!("create certificatesigningrequests/approval {CSR}");
    assert!(!may(&[&create, &every]));
}

#[test]
fn the_second_detail_every_api_group_is_this_one_too() {
    assert!(may(&[
        "update certificatesigningrequests/approval group=*",
        "approve signers group=*"
    ]));
    assert!(!may(&[
        "update certificatesigningrequests/approval",
        "approve signers"
    ]));
}

#[test]
fn the_third_detail_every_verb_covers_approve() {
    assert!(may(&[&format!(
        "* certificatesigningrequests/approval,signers {CSR}"
    )]));
    assert!(!may(&[&format!(
        "update,patch,sign certificatesigningrequests/approval,signers {CSR}"
    )]));
}

#[test]
fn the_fourth_detail_only_the_literal_domain_stands_for_its_signers() {
    let approval = approval("certificatesigningrequests/approval");
    for (name, expected) in [
        (CLIENT, true),
        ("kubernetes.io/*", true),
        ("*", false),
        ("*/*", false),
        ("kubernetes.io", false),
        ("kubernetes.io/", false),
        ("kubernetes.io/kube-*", false),
        ("example.com/*", false),
    ] {
        assert_eq!(may(&[&approval, &signers(name)]), expected, "{name}");
    }
}

#[test]
fn the_fifth_detail_a_name_of_a_request_is_told_and_keeps_nobody_out() {
    let restricted = format!(
        "{} name=csr-abc",
        approval("certificatesigningrequests/approval")
    );
    let holders = who_can_approve(&jane(&[&restricted, &signers(CLIENT)]), CLIENT);
    assert_eq!(holders[1].names, ["csr-abc"]);
    // A right without names beside it makes the restriction void.
    let free = approval("certificatesigningrequests/approval");
    let holders = who_can_approve(&jane(&[&restricted, &signers(CLIENT), &free]), CLIENT);
    assert!(holders[1].names.is_empty());
}

#[test]
fn the_sixth_detail_one_half_is_not_enough_and_two_bindings_combine() {
    let halves = Objects::default()
        .allow("a", &approval("*/approval"), user("jane"))
        .allow("b", &signers(CLIENT), group("signers"));
    let rbac = halves.read();
    assert!(approvers(&rbac).is_empty());
    let halves_told: Vec<_> = who_can_half_approve(&rbac, CLIENT)
        .into_iter()
        .map(|held| (held.subject.name, held.half, held.via[0].binding.clone()))
        .collect();
    assert_eq!(
        halves_told,
        [
            (
                "signers".to_owned(),
                Half::Signer,
                "ClusterRoleBinding b".to_owned()
            ),
            (
                "jane".to_owned(),
                Half::Approval,
                "ClusterRoleBinding a".to_owned()
            ),
        ]
    );
    // For a user whose groups are known, both halves are.
    let both = access(&rbac, &identity("jane", &["signers"]));
    assert_eq!(both.powers()[0].id, "blast-csr-approve");

    let rbac = halves.allow("c", &signers(CLIENT), user("jane")).read();
    let holders = who_can_approve(&rbac, CLIENT);
    assert_eq!(names(&holders), ["User jane"]);
    assert_eq!(holders[1].act[0].binding, "ClusterRoleBinding a");
    assert_eq!(holders[1].signer[0].role, "ClusterRole c");
}

#[test]
fn the_sixth_detail_everybody_is_in_some_groups() {
    let rbac = Objects::default()
        .allow("a", &approval("*/approval"), service_account("ops", "bot"))
        .allow("b", &signers(CLIENT), group("system:serviceaccounts:ops"))
        .read();
    let holders = who_can_approve(&rbac, CLIENT);
    assert_eq!(names(&holders), ["ServiceAccount ops/bot"]);
    assert_eq!(
        holders[1].signer[0].group.as_deref(),
        Some("system:serviceaccounts:ops")
    );
}

#[test]
fn the_seventh_detail_aggregated_roles_are_what_their_controller_wrote() {
    let mut objects = Objects::default().bind("b", "sum", &[user("jane")]);
    objects.cluster_roles.push(json!({
        "metadata": {"name": "sum"},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"to": "sum"}}]},
        "rules": [rule(&approval("*/approval")), rule(&signers(CLIENT))],
    }));
    // What would be aggregated next is not there yet.
    objects.cluster_roles.push(json!({
        "metadata": {"name": "part", "labels": {"to": "sum"}},
        "rules": [rule(&format!("create certificatesigningrequests {CSR}"))],
    }));
    let holders = who_can_approve(&objects.read(), CLIENT);
    assert!(holders[1].marks.contains(&Mark::Aggregated));
    assert!(!holders[1].marks.contains(&Mark::CreatesToo));
}

#[test]
fn the_eighth_detail_a_missing_role_gives_nothing_and_is_remembered() {
    let rbac = Objects::default()
        .bind("b", "approver", &[user("jane")])
        .read();
    assert!(approvers(&rbac).is_empty());
    let dangling: Vec<String> = rbac.dangling().map(ToString::to_string).collect();
    assert_eq!(dangling, ["ClusterRoleBinding b"]);
}

#[test]
fn the_ninth_detail_a_right_of_everybody_is_critical() {
    for broad in [
        "system:authenticated",
        "system:unauthenticated",
        "system:serviceaccounts",
        "system:serviceaccounts:web",
    ] {
        let rbac = Objects::default()
            .allow("r", &format!("* * {CSR}"), group(broad))
            .allow("s", &format!("* * {CSR}"), group("approvers"))
            .read();
        let holders = who_can_approve(&rbac, CLIENT);
        assert_eq!(names(&holders)[0], format!("Group {broad}"));
        assert!(holders[1].marks.contains(&Mark::BroadGroup), "{broad}");
        assert!(!holders[2].marks.contains(&Mark::BroadGroup), "{broad}");
    }
    assert_eq!(Mark::BroadGroup.severity(), Severity::Critical);
}

#[test]
fn the_tenth_detail_a_subject_that_does_not_exist_counts() {
    let rbac = Objects::default()
        .allow("r", &format!("* * {CSR}"), service_account("ns", "gone"))
        .read();
    assert_eq!(approvers(&rbac), ["ServiceAccount ns/gone"]);
    // A certificate brings it back.
    let request = Request {
        verb: "approve",
        group: "certificates.k8s.io",
        resource: "signers",
        name: CLIENT,
        ..Request::default()
    };
    let again = identity("system:serviceaccount:ns:gone", &[]);
    assert!(rbac.allows(&again, &request).is_some());
}

#[test]
fn the_eleventh_detail_nodes_create_requests_and_do_not_approve_them() {
    let rbac = Rbac::default();
    let nodes = |holders: &[Holder]| {
        holders
            .iter()
            .any(|holder| holder.beside == Some(Beside::NodeAuthorizer))
    };
    assert!(nodes(&who_can_create(&rbac)));
    assert!(!nodes(&who_can_approve(&rbac, CLIENT)));
    assert!(!nodes(&who_can_sign(&rbac, CLIENT)));
}

#[test]
fn the_twelfth_detail_other_authorizers_are_asked_and_not_seen() {
    assert_eq!(Confirmation::of(true, None), Some(Confirmation::Rbac));
    assert_eq!(Confirmation::of(true, Some(true)), Some(Confirmation::Both));
    assert_eq!(
        Confirmation::of(true, Some(false)),
        Some(Confirmation::Disagree)
    );
    assert_eq!(Confirmation::of(false, Some(true)), Some(Confirmation::Sar));
    assert_eq!(Confirmation::of(false, Some(false)), None);
    let holders = who_can_approve(&Rbac::default(), CLIENT);
    assert_eq!(holders[0].seen_by, Confirmation::Rbac);
}

#[test]
fn only_bindings_of_the_cluster_count() {
    let rbac = Objects::default()
        .cluster_role("r", &json!([rule(&format!("* * {CSR}"))]))
        .bind_in("kube-system", "b", "ClusterRole/r", &[user("jane")])
        .read();
    assert!(approvers(&rbac).is_empty());
    assert_eq!(names(&who_can_create(&rbac)), ["Group system:nodes"]);
}

#[test]
fn marks() {
    let all = jane(&[&format!("* * {CSR}")]);
    let marks = |rbac: &Rbac| who_can_approve(rbac, CLIENT)[1].marks.clone();
    assert_eq!(marks(&all), [Mark::CreatesToo, Mark::AllSigners].into());
    let both = [&*approval("*/approval"), &*signers(CLIENT)];
    assert_eq!(marks(&jane(&both)), [Mark::Blind].into());
    let list = format!("list certificatesigningrequests {CSR}");
    assert!(marks(&jane(&[both[0], both[1], &list])).is_empty());
    let default = Objects::default()
        .allow(
            "r",
            &format!("* * {CSR}"),
            service_account("web", "default"),
        )
        .read();
    assert!(marks(&default).contains(&Mark::DefaultServiceAccount));
    // Whoever everybody may create for may create too.
    let created = Objects::default()
        .cluster_role("r", &json!([rule(both[0]), rule(both[1])]))
        .bind("r", "r", &[user("jane")])
        .allow(
            "c",
            &format!("create certificatesigningrequests {CSR}"),
            group("system:authenticated"),
        )
        .read();
    assert!(marks(&created).contains(&Mark::CreatesToo));
}

#[test]
fn masters_are_listed_once() {
    let rbac = Objects::default()
        .allow("cluster-admin", "* * group=*", group("system:masters"))
        .read();
    let holders = who_can_approve(&rbac, CLIENT);
    assert_eq!(holders.len(), 1);
    assert_eq!(
        holders[0].act[0].binding,
        "ClusterRoleBinding cluster-admin"
    );
    // With a binding or without, they may do the same.
    assert_eq!(
        holders[0].marks,
        who_can_approve(&Rbac::default(), CLIENT)[0].marks
    );
}

#[test]
fn the_server_is_asked_about_subjects_with_the_groups_that_they_are_always_in() {
    let asked = |value| {
        let rbac = Objects::default().bind("b", "r", &[value]).read();
        let subject = rbac.subjects().keys().next().expect("a subject");
        let Identity { user, groups } = probe_identity(subject);
        (user, groups.join(" "))
    };
    for (subject, user, groups) in [
        (user("jane"), "jane", "system:authenticated"),
        (
            user("system:anonymous"),
            "system:anonymous",
            "system:unauthenticated",
        ),
        (
            service_account("ops", "bot"),
            "system:serviceaccount:ops:bot",
            "system:serviceaccounts:ops system:serviceaccounts system:authenticated",
        ),
        (group("dev"), "", "dev system:authenticated"),
        (
            group("system:unauthenticated"),
            "",
            "system:unauthenticated",
        ),
    ] {
        assert_eq!(asked(subject), (user.to_owned(), groups.to_owned()));
    }
}

#[test]
fn signing_takes_the_status_and_the_signer() {
    let status = format!("patch certificatesigningrequests/status {CSR}");
    let sign = format!("sign signers {CSR} name=kubernetes.io/*");
    assert_eq!(
        names(&who_can_sign(&jane(&[&status, &sign]), CLIENT)),
        ["User jane"]
    );
    assert!(names(&who_can_sign(&jane(&[&status]), CLIENT)).is_empty());
    assert!(names(&who_can_sign(&jane(&[&sign]), CLIENT)).is_empty());
    assert!(!may(&[&status, &sign]));
}

#[test]
fn creating_takes_no_name() {
    let create = format!("create certificatesigningrequests {CSR}");
    assert_eq!(
        names(&who_can_create(&jane(&[&create]))),
        ["Group system:nodes", "User jane"]
    );
    let named = format!("{create} name=a");
    assert_eq!(
        names(&who_can_create(&jane(&[&named]))),
        ["Group system:nodes"]
    );
}

#[test]
fn server_side_apply_creates_by_name() {
    let create = format!("create certificatesigningrequests {CSR} name=a,b");
    let patch = |names: &str| format!("patch certificatesigningrequests {CSR}{names}");
    let creates = |rules: &[&str]| {
        let mut objects = Objects::default();
        for (index, rule) in rules.iter().enumerate() {
            objects = objects.allow(&format!("r{index}"), rule, user("jane"));
        }
        let found = who_can_create(&objects.read()).into_iter();
        let mut found = found.filter(|holder| holder.subject.name == "jane");
        let jane = found.next()?;
        let via: Vec<String> = jane.act.iter().map(|via| via.binding.clone()).collect();
        Some((jane.names, via.len()))
    };
    let of = |names: &[&str]| Some((names.iter().map(|&name| name.to_owned()).collect(), 2));
    assert_eq!(creates(&[&create, &patch(" name=b,c")]), of(&["b"]));
    assert_eq!(creates(&[&create, &patch("")]), of(&["a", "b"]));
    assert_eq!(creates(&[&create, &patch(" name=c")]), None);
    assert_eq!(creates(&[&create]), None);
    assert_eq!(creates(&[&patch("")]), None);
    // Who approves too can make one to approve.
    let approver = jane(&[
        &create,
        &patch(""),
        &format!("* certificatesigningrequests/approval,signers {CSR}"),
    ]);
    let found = who_can_approve(&approver, CLIENT);
    let jane = found.iter().find(|holder| holder.subject.name == "jane");
    assert!(jane.expect("jane may").marks.contains(&Mark::CreatesToo));
}

#[test]
fn being_any_node_takes_a_subresource_and_no_name() {
    let nodeclient = format!("create certificatesigningrequests/nodeclient {CSR}");
    let create = format!("create certificatesigningrequests {CSR}");
    let own = format!("create certificatesigningrequests/selfnodeclient {CSR}");
    let jane_can = |rules: &[&str]| names(&who_can_be_any_node(&jane(rules))) == ["User jane"];
    assert!(jane_can(&[&nodeclient]));
    assert!(jane_can(&["* * group=*"]));
    assert!(!jane_can(&[&create, &own]));
    assert!(!jane_can(&[&format!("{nodeclient} name=a")]));
}

#[test]
fn one_step_from_approving() {
    let rbac_group = "group=rbac.authorization.k8s.io";
    let objects = Objects::default()
        .allow(
            "approver",
            &format!("* * {CSR}"),
            service_account("ops", "bot"),
        )
        .allow(
            "escalates",
            &format!("escalate clusterroles {rbac_group}"),
            user("escalates"),
        )
        .allow(
            "edits",
            &format!("update clusterroles {rbac_group} name=approver"),
            user("edits"),
        )
        .allow(
            "edits-other",
            &format!("update clusterroles {rbac_group} name=x"),
            user("edits-other"),
        )
        .allow(
            "is-bot",
            "impersonate users name=system:serviceaccount:ops:bot",
            user("is-bot"),
        )
        .allow("is-other", "impersonate users name=x", user("is-other"))
        .allow(
            "signs",
            &format!("update,sign certificatesigningrequests/status,signers {CSR}"),
            user("signs"),
        )
        .allow("lists", "list pods", user("lists"))
        .allow(
            "deploys",
            "create helmcharts group=helm.cattle.io",
            user("deploys"),
        )
        .allow(
            "workflows",
            "create workflows group=argoproj.io",
            user("workflows"),
        )
        .allow(
            "once",
            "impersonate:user-info users group=authentication.k8s.io",
            user("once"),
        )
        .allow(
            "once-too",
            &format!("impersonate-on:user-info:update certificatesigningrequests/approval {CSR}"),
            user("once"),
        )
        .allow(
            "half",
            &format!("impersonate-on:user-info:update certificatesigningrequests/approval {CSR}"),
            user("half"),
        )
        .allow("deletes", "delete pods", user("deletes"))
        .cluster_role("exec", &json!([rule("create pods/exec")]))
        .bind_in("ops", "e", "ClusterRole/exec", &[user("execs")])
        .bind_in("web", "e", "ClusterRole/exec", &[user("execs-elsewhere")])
        .read();
    let steps: BTreeSet<(String, &str)> = indirect_approvers(&objects, CLIENT)
        .into_iter()
        .map(|step| (step.subject.name, step.id))
        .collect();
    let expected = [
        ("deploys", "blast-deploy"),
        ("edits", "blast-edit-roles"),
        ("escalates", "blast-escalate"),
        ("execs", "blast-pod-exec"),
        ("is-bot", "blast-impersonate"),
        ("once", "blast-impersonate-constrained"),
        ("signs", "blast-csr-approve"),
        ("workflows", "blast-assign-sa"),
    ];
    let expected = expected.map(|(name, id)| (name.to_owned(), id));
    assert_eq!(steps, expected.into());
}

#[test]
fn nodes_certificates_need_no_approver() {
    let rbac = Objects::default()
        .allow(
            "r",
            &format!(
                "create certificatesigningrequests,certificatesigningrequests/nodeclient {CSR}"
            ),
            user("jane"),
        )
        .read();
    let steps = |signer| indirect_approvers(&rbac, signer).len();
    assert_eq!(steps("kubernetes.io/kube-apiserver-client-kubelet"), 1);
    assert_eq!(steps(CLIENT), 0);
}

#[test]
fn what_everybody_holds_is_no_product() {
    let rules = format!("get,list certificatesigningrequests {CSR}");
    let mut objects = Objects::default().cluster_role("r", &json!([rule(&rules)]));
    for index in 0..5_000 {
        let subject = if index % 2 == 0 {
            group("system:authenticated")
        } else {
            user(&format!("user-{index}"))
        };
        let role = if index % 2 == 0 { "other" } else { "r" };
        objects = objects.bind(&format!("b-{index}"), role, &[subject]);
    }
    let rbac = objects
        .allow("a", &format!("* * {CSR}"), user("jane"))
        .read();
    let start = std::time::Instant::now();
    assert_eq!(approvers(&rbac), ["User jane"]);
    assert!(who_can_half_approve(&rbac, CLIENT).is_empty());
    assert!(indirect_approvers(&rbac, CLIENT).is_empty());
    let elapsed = start.elapsed();
    assert!(elapsed < std::time::Duration::from_secs(1), "{elapsed:?}");
}
