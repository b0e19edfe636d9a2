//! `policy check`: what is odd about a policy that can be read.

use super::{OWN, policy};
use crate::support::env::Env;

#[test]
fn what_is_odd_is_remarked() {
    let env = Env::new();
    for (rules, remark) in [
        (
            "- name: all\n  then: approve\n",
            "rule all approves whatever it matches",
        ),
        (
            "- name: first\n  then: ask\n- name: never\n  match: {signers: [a/b]}\n  then: deny\n",
            "p.yaml:6: rule never can never match: the rule first before it matches all that it does",
        ),
        (
            "- name: first\n  match: {requestor: {users: ['ci-*']}}\n  then: ask\n\
             - name: never\n  match: {requestor: {users: [ci-1]}}\n  then: deny\n",
            "rule never can never match",
        ),
        (
            "- name: a\n  require: {userIsRequestor: true, findings: {accept: [subject-system-masters]}}\n  then: approve\n",
            "rule a accepts subject-system-masters, which does not pass where it is critical, for the rule does not name \
             its signers\n",
        ),
        (
            "- name: a\n  match: {signers: [a/b], requestor: {groups: [dev, 'system:unauthenticated']}}\n  \
             require: {userIsRequestor: true, findings: {accept: [subject-system-masters]}}\n  then: approve\n",
            "rule a accepts subject-system-masters, which does not pass where it is critical, for the rule does not name \
             who may ask: the API server itself adds users to system:unauthenticated\n",
        ),
        (
            "- name: a\n  match: {signers: [a/b], requestor: {groups: ['system:*']}}\n  \
             require: {userIsRequestor: true, findings: {maxRisk: high}}\n  then: approve\n",
            "rule a lets high risks pass and does not name who may ask: the API server itself adds users to \
             system:authenticated\n",
        ),
        (
            "- name: a\n  match: {signers: [a/b], requestor: {groups: ['system:serviceaccounts']}}\n  \
             require: {userIsRequestor: true, findings: {accept: [subject-system-masters]}}\n  then: approve\n",
            "rule a accepts subject-system-masters from every ServiceAccount of the cluster: all of them are in \
             system:serviceaccounts\n",
        ),
        (
            "- name: a\n  match: {signers: [a/b], requestor: {users: ['system:node:*']}}\n  \
             require: {users: ['system:ovn-node:*']}\n  then: approve\n",
            "rule a approves any user in require.users for any requestor that it matches, as both have a *: write \
             userIsRequestor: true, or a variable such as {node} in both\n",
        ),
        (
            "- name: a\n  match: {signers: [a/b], requestor: {groups: [dev]}}\n  require: {users: ['dev-*'], findings: \
             {maxRisk: low, accept: [requestor-subject-mismatch]}}\n  then: approve\n",
            "rule a approves any user in require.users for any requestor that it matches",
        ),
        (
            "- name: a\n  then: deny\n  message: Approved by mistake.\n",
            "rule a denies, and says \"approved\" in its reason or message",
        ),
        (
            "- name: a\n  require: {userIsRequestor: true}\n  then: approve\n  otherwise: deny\n  \
             otherwiseMessage: Was approved by rule {rule}.\n",
            "rule a denies by otherwise, and says \"approved\" in otherwiseReason or otherwiseMessage",
        ),
    ] {
        env.file("p.yaml", policy(rules));
        let run = env.tool(["policy", "check", "p.yaml"]).run();
        run.code(1)
            .stdout("")
            .stderr_has(&["warning: p.yaml:", remark]);
    }
    env.file("p.yaml", policy(OWN));
    env.tool(["policy", "check", "p.yaml"])
        .run()
        .code(0)
        .stdout("p.yaml: 1 rule, nothing odd\n")
        .quiet();
}
