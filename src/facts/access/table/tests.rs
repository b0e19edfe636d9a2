use super::*;
use crate::risk::Severity::Low;

/// The claims that are not about custom resources.
fn of_kubernetes() -> impl Iterator<Item = &'static Claim> {
    let parts = [core::CLAIMS, control::CLAIMS, workloads::CLAIMS];
    parts.into_iter().flatten()
}

#[test]
fn what_leads_no_further_is_low_and_all_else_is_more() {
    for claim in claims() {
        let is_ordinary = claim.kind == PowerKind::Ordinary;
        assert_eq!(is_ordinary, claim.severity == Low, "{claim:?}");
        assert!(!claim.verbs.is_empty() && !claim.resources.is_empty());
    }
}

/// Whatever stands in the table is rated for every verb, so that what a role writes about it is not told as unknown.
#[test]
fn resources_of_kubernetes_are_rated_for_every_verb() {
    // No object of these exists: authorizers alone know them.
    let only_named = |resource: &str| {
        matches!(resource, "users" | "groups" | "admissionReviewAPIGroups")
            || resource == "*/finalizers"
    };
    let mut gaps = Vec::new();
    for claim in of_kubernetes() {
        for &group in claim.groups {
            for &resource in claim.resources.iter().filter(|held| !only_named(held)) {
                let rated = rated_verbs(group, resource).expect("it stands there");
                let missing = REST.iter().filter(|verb| !rated.contains(*verb));
                gaps.extend(missing.map(|verb| format!("{verb} {resource} in {group}")));
            }
        }
    }
    assert!(gaps.is_empty(), "{gaps:#?}");
}

#[test]
fn no_claim_stands_there_twice() {
    let mut seen = HashSet::new();
    for claim in claims() {
        for &group in claim.groups {
            for &resource in claim.resources {
                for &verb in claim.verbs {
                    let right = (
                        claim.kind,
                        claim.reach,
                        claim.severity,
                        group,
                        resource,
                        verb,
                    );
                    assert!(
                        seen.insert(right),
                        "{verb} {resource} in {group}: {claim:?}"
                    );
                }
            }
        }
    }
}

/// Every right in the discovery of real servers: resource, whether it is namespaced, and verb.
fn discovered() -> impl Iterator<Item = (&'static str, &'static str, bool, &'static str)> {
    let lines = include_str!("../../../../tests/fixtures/discovery.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| {
            let [group, resource, scope, verbs] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let group = if group == "-" { "" } else { group };
            verbs
                .split(',')
                .map(move |verb| (group, resource, scope == "namespaced", verb))
        })
}

#[test]
fn every_right_that_servers_know_is_rated() {
    let is_rated = |&(group, resource, _, verb): &(&str, &str, bool, &str)| {
        rated_verbs(group, resource).is_some_and(|rated| rated.contains(verb))
    };
    let rights: Vec<_> = discovered().collect();
    assert!(rights.len() > 700, "{}", rights.len());
    let missing: Vec<_> = rights.iter().filter(|right| !is_rated(right)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// A claim about a resource of a namespace that counts nowhere but cluster-wide would be missed in a RoleBinding.
#[test]
fn what_is_namespaced_counts_in_namespaces() {
    let mut wrong = Vec::new();
    for (group, resource, is_namespaced, verb) in discovered() {
        for claim in of_kubernetes() {
            let is_it = claim.groups.contains(&group)
                && claim.resources.contains(&resource)
                && claim.verbs.contains(&verb);
            // Requests for a namespace are made in it.
            let expected = is_namespaced || split(resource).0 == "namespaces";
            if is_it && claim.kind != PowerKind::Ordinary {
                let counts = claim.reach != Reach::Cluster;
                if counts != expected && (resource, verb) != ("namespaces", "create") {
                    wrong.push(format!("{verb} {resource} in {group}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What writes or deletes is never taken for reading by mistake: the harmless ones stand here by name.
#[test]
fn writes_that_lead_no_further_are_few() {
    let mut harmless: Vec<String> = Vec::new();
    for (group, resource, _, verb) in discovered() {
        let rule = PolicyRule {
            verbs: vec![verb.to_owned()],
            api_groups: vec![group.to_owned()],
            resources: vec![resource.to_owned()],
            ..PolicyRule::default()
        };
        let given = |claim: &&Claim| claim.is_given_by(&rule);
        let kinds: Vec<_> = claims().filter(given).map(|claim| claim.kind).collect();
        assert!(!kinds.is_empty(), "{verb} {resource} in {group}");
        let is_harmless = kinds.iter().all(|kind| *kind == PowerKind::Ordinary);
        let name = format!("{resource}.{group}");
        if is_harmless && !READ.contains(&verb) && !harmless.contains(&name) {
            harmless.push(name);
        }
    }
    insta::assert_snapshot!(harmless.join("\n"));
}
