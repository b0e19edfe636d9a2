//! Authorizers besides RBAC: asked before a decision, where that is permitted, and told where it is not.

use rustix::process::Signal;

use super::{bound, rules};
use crate::support::apiserver::{ApiServer, Fault, On};
use crate::support::env::Env;
use crate::support::request::{CsrObject, RequestBuilder};
use crate::support::running::Running;

/// A cluster with another authorizer besides RBAC, which allows zoe everything. She has no binding.
fn with_another_authorizer() -> ApiServer {
    let server = bound([asks_as("zoe"), asks_as("yara")]);
    server.access(|spec| {
        let everything = &spec["resourceAttributes"];
        let stars = ["verb", "group", "resource"].map(|key| everything[key] == "*");
        spec["user"] == "zoe" && stars == [true; 3]
    });
    server
}

/// walter requests a certificate for somebody else.
fn asks_as(user: &str) -> CsrObject {
    let request = RequestBuilder::user(user).key_of(user);
    CsrObject::own_renewal(user, "walter").request(request.pem())
}

fn questions(server: &ApiServer) -> usize {
    let lines = server.lines();
    let is_question = |line: &&String| line.ends_with("/subjectaccessreviews");
    lines.iter().filter(is_question).count()
}

#[test]
fn what_another_authorizer_allows_is_asked_for_before_a_decision() {
    let server = with_another_authorizer();
    let env = Env::with(&server);
    env.tool(["approve", "zoe", "--yes"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["subject-rbac-admin-equivalent (critical)"]);
    // About zoe and about walter, one question each.
    assert_eq!(questions(&server), 2);
    env.tool(["show", "zoe"])
        .run()
        .code(0)
        .quiet()
        .stdout_has(&[
            "Risk critical\n",
            "would be able to do everything",
            "the API server says so (SubjectAccessReview)",
        ]);
    assert_eq!(server.writes().len(), 0);
    env.tool(["approve", "yara", "--yes"])
        .run()
        .code(0)
        .stdout("certificatesigningrequest.certificates.k8s.io/yara approved\n")
        .stderr_has(&["medium risk, user yara"]);
    assert_eq!(server.conditions("yara"), ["Approved"]);
}

#[test]
fn a_plan_holds_for_what_other_authorizers_allowed_then() {
    let server = bound([asks_as("yara")]);
    let env = Env::with(&server);
    let plan = ["approve", "yara", "--yes", "--plan", "plan.json"];
    env.tool(plan)
        .run()
        .code(0)
        .stdout_has(&["yara"])
        .stderr_has(&["medium risk, user yara"]);
    server.access(|spec| spec["user"] == "yara");
    env.tool(["apply", "plan.json", "--yes"])
        .run()
        .code(4)
        .stdout("")
        .stderr_has(&["subject-rbac-admin-equivalent"]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn an_unattended_watch_asks_about_each_that_it_decides() {
    let server = ApiServer::start();
    let count = 50;
    for index in 0..count {
        server.add(asks_as(&format!("u{index:02}")));
    }
    server.add(asks_as("zoe"));
    server.access(|spec| spec["user"] == "zoe");
    let env = Env::with(&server);
    env.file(
        "policy.yaml",
        "apiVersion: csr-review/v1\nkind: Policy\nrules:\n  - name: people\n    match:\n      signers: \
         [kubernetes.io/kube-apiserver-client]\n    require:\n      findings: {maxRisk: medium}\n    then: approve\n",
    );
    let words = ["watch", "--policy", "policy.yaml", "--yes"];
    let mut run = Running::start(&env.tool(words));
    run.until("all but zoe are approved", |_| {
        server.writes().len() >= count
    });
    run.expect_err("error: zoe: refused: ");
    run.signal(Signal::TERM);
    let (code, out, err) = run.end();
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(server.conditions("zoe").is_empty(), "{err}");
    assert!(err.contains("subject-rbac-admin-equivalent"), "{err}");
}

#[test]
fn a_short_list_shows_what_another_authorizer_allows() {
    let server = with_another_authorizer();
    let env = Env::with(&server);
    let output = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    let json = output.json();
    assert_eq!(json["items"][0]["name"], "zoe");
    assert_eq!(
        rules(&json["items"][0])[0],
        ("subject-rbac-admin-equivalent", "critical")
    );
    assert_eq!(questions(&server), 3);
}

#[test]
fn a_long_list_goes_without_and_a_decision_does_not() {
    let names: Vec<String> = (0..60).map(|index| format!("u{index:02}")).collect();
    let server = bound(names.iter().map(|name| asks_as(name)));
    let env = Env::with(&server);
    env.tool(["list"])
        .run()
        .code(0)
        .quiet()
        .stdout_has(&["u59"]);
    assert_eq!(questions(&server), 40);
    let before = questions(&server);
    let output = env.tool(["approve", "--all", "--yes"]).run().code(0);
    let approved = output.raw_stdout().matches(" approved\n").count();
    assert_eq!(approved, 60);
    let _ = output.stderr_has(&[""]);
    // The sixty, and walter.
    assert_eq!(questions(&server) - before, 61);
}

#[test]
fn without_the_right_to_ask_it_is_rbacs_word_alone() {
    let server = with_another_authorizer();
    server.forbid("subjectaccessreviews");
    let env = Env::with(&server);
    let line = "warning: not checked: authorizers other than RBAC: not allowed to ask what others may do. It takes a \
                ClusterRole with the rule: apiGroups: [\"authorization.k8s.io\"], resources: \
                [\"subjectaccessreviews\"], verbs: [\"create\"].\n";
    env.tool(["show", "zoe"])
        .run()
        .code(0)
        .stdout_has(&[
            "has no RBAC rights today beyond those of everybody who logs in",
            "\nCould do in this cluster\n  By RBAC     authorizers other than RBAC were not checked: not allowed to \
             ask what others may do\n  Nothing     by the roles and bindings of today\n",
        ])
        .stderr(line);
    let output = env.tool(["list", "-o", "json"]).run().code(0).stderr(line);
    let told = &output.json()["notChecked"];
    assert!(
        told.to_string().contains("authorizers other than RBAC"),
        "{told}"
    );
    // One refusal is enough.
    assert_eq!(questions(&server), 2);
}

#[test]
fn a_question_that_fails_leaves_rights_unknown() {
    let server = with_another_authorizer();
    let reviews = On::new("POST", "/subjectaccessreviews");
    server.fault(reviews.times(99), Fault::Refuse(500, "InternalError", "no"));
    let env = Env::with(&server);
    env.tool(["approve", "yara", "--yes"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["subject-rbac-unknown (high)"]);
    assert_eq!(server.writes().len(), 0);
}

/// Whoever creates a CSR chooses how large the question about it would be.
#[test]
fn an_identity_in_very_many_groups_is_not_asked_about_and_not_known() {
    let mut request = RequestBuilder::user("big").key_of("big");
    for index in 0..4_000 {
        request = request.group(&format!("group-with-a-long-name-{index}"));
    }
    let big = CsrObject::own_renewal("big", "walter").request(request.pem());
    let server = bound([big]);
    let env = Env::with(&server);
    let output = env
        .tool(["show", "big", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    let item = &json["items"][0];
    assert!(
        rules(item).contains(&("subject-rbac-unknown", "high")),
        "{:?}",
        rules(item)
    );
    // About walter alone.
    assert_eq!(questions(&server), 1);
}
