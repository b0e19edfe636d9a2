//! Many bindings, rules and identities: what they cost is counted, and does not grow with a square.

use serde_json::json;

use super::told;
use crate::facts::access::{access, claims, work};
use crate::facts::rbac::testing::{Objects, group, identity, rule, user};
use crate::risk::Severity::High;

/// Two objects that anybody who administers a namespace can make: a role of very many rules, bound to very
/// many subjects.
#[test]
fn many_rules_for_many_subjects_are_no_product() {
    let rules: Vec<_> = (0..2_000)
        .map(|index| rule(&format!("get secrets name=s{index}")))
        .collect();
    let subjects: Vec<_> = (0..2_000).map(|index| user(&format!("u{index}"))).collect();
    let objects = Objects::default()
        .role("team", "many", &json!(rules))
        .bind_in("team", "many", "Role/many", &subjects);
    let (rbac, steps) = work::of(|| objects.read());
    let access = access(&rbac, &identity("u7", &[]));
    // So many names are as good as all.
    assert_eq!(told(&access.powers()), ["blast-secrets-read high in team"]);
    assert!(steps < 2_000 * claims().count(), "{steps}");
}

/// A third of the bindings is of a group that everybody is in, and a third of few groups: the worst that a
/// join can meet. Every role is another one.
#[test]
fn thousands_of_bindings_and_identities_are_no_product() {
    let mut objects = Objects::default();
    for index in 0..5_000 {
        let subject = match index % 3 {
            0 => group("system:authenticated"),
            1 => group(&format!("team-{}", index % 100)),
            _ => user(&format!("user-{index}")),
        };
        let namespace = format!("ns-{index}");
        let rules = json!([
            rule("get,list,create secrets,pods,configmaps,services,endpoints,pods/exec"),
            rule("* deployments,daemonsets group=apps"),
            rule("get widgets group=example.com"),
        ]);
        objects = objects.role(&namespace, "edit", &rules).bind_in(
            &namespace,
            "edit",
            "Role/edit",
            &[subject],
        );
    }
    let rbac = objects.read();
    let requestor = access(&rbac, &identity("creator", &["team-1"]));
    assert!(requestor.powers().len() > 5_000);
    let ((gain, listed), steps) = work::of(|| {
        let (mut gain, mut listed) = (0, 0);
        for index in 0..10_000 {
            let team = format!("team-{}", index % 100);
            let who = identity(&format!("user-{index}"), &[&team, "system:nodes"]);
            let access = access(&rbac, &who);
            assert_eq!(access.worst(), High);
            gain += usize::from(access.worst_beyond(&requestor).is_some());
            if index % 100 == 0 {
                listed += access.beyond(&requestor).len();
            }
        }
        (gain, listed)
    });
    assert!(gain > 9_000 && listed > 100, "{gain} {listed}");
    // A few for each identity, and some hundred for each of those that are listed.
    assert!(steps < 200_000, "{steps}");
}

/// Operators make a Role and a RoleBinding for each Secret, all for one group. Its members, and those of another group
/// of that kind, are compared with little.
#[test]
fn bindings_of_one_group_are_compared_with_few_others() {
    let steps = |bindings: usize, shared: Option<&str>| {
        let mut objects = Objects::default();
        for index in 0..bindings {
            let name = format!("r{index}");
            let names = [Some(format!("s{index}")), shared.map(str::to_owned)];
            let names: Vec<String> = names.into_iter().flatten().collect();
            let rule = rule(&format!("get secrets name={}", names.join(",")));
            let members = [
                group(if index % 2 == 0 { "even" } else { "odd" }),
                group("all"),
            ];
            objects = objects.role("team", &name, &json!([rule])).bind_in(
                "team",
                &name,
                &format!("Role/{name}"),
                &members,
            );
        }
        let ((), steps) = work::of(|| {
            let rbac = objects.read();
            let even = access(&rbac, &identity("jane", &["even"]));
            let odd = access(&rbac, &identity("joe", &["odd"]));
            assert_eq!(even.powers().len(), bindings / 2);
            assert_eq!(even.beyond(&odd).len(), bindings / 2);
            assert!(even.worst_beyond(&odd).is_some());
            let both = access(&rbac, &identity("ann", &["even", "odd", "all"]));
            assert!(both.powers().len() >= bindings);
            assert!(even.beyond(&both).is_empty());
        });
        steps
    };
    for shared in [None, Some("s")] {
        let (few, many) = (steps(500, shared), steps(2_000, shared));
        assert!(many <= few * 5, "{few} {many}");
    }
}
