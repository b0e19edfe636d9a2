//! What the cluster knows besides its CSRs, and what is made of it.

mod other_authorizers;
mod powers;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::apiserver::{ApiServer, Fault, On, Who};
use crate::support::cases::{approved, critical, info, medium};
use crate::support::env::{Env, first_words};
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, node, role_binding, rule, user,
};
use crate::support::pty::Session;
use crate::support::request::{CsrObject, RequestBuilder};

/// A cluster whose group platform may do everything, and dev may run pods in a namespace.
fn bound(objects: impl IntoIterator<Item = CsrObject>) -> ApiServer {
    let server = ApiServer::with(objects);
    let everything = json!({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]});
    server.hold(cluster_role("cluster-admin", &[everything]));
    server.hold(cluster_role("pods", &[rule("", &["create"], &["pods"])]));
    server.hold(cluster_role_binding(
        "platform-admins",
        "cluster-admin",
        &[group("platform")],
    ));
    server.hold(role_binding("shop", "developers", "pods", &[group("dev")]));
    server
}

/// jane asks for herself in that group.
fn asks(name: &str, group: &str) -> CsrObject {
    let request = RequestBuilder::user("jane").group(group).key_of(name);
    CsrObject::own_renewal(name, "jane").request(request.pem())
}

fn rules(item: &Value) -> Vec<(&str, &str)> {
    item["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().expect("a text");
            (text("rule"), text("severity"))
        })
        .collect()
}

#[test]
fn a_group_bound_to_cluster_admin_is_critical_with_the_binding() {
    let server = bound([asks("a", "platform")]);
    let env = Env::with(&server);
    env.tool(["show", "a"]).run().code(0).quiet().stdout_has(&[
        "Risk critical\n",
        "critical  subject-rbac-admin-equivalent: would be able to do everything\n            \
         ClusterRoleBinding platform-admins to ClusterRole cluster-admin, by group platform\n",
        "\nCould do in this cluster\n  critical    do everything: ClusterRoleBinding platform-admins to ClusterRole \
         cluster-admin (its requestor cannot)\n",
    ]);
    let output = env.tool(["show", "a", "-o", "json"]).run().code(0).quiet();
    let json = output.json();
    let access = &json["items"][0]["access"];
    assert_eq!(
        *access,
        json!({
            "known": true,
            "why": null,
            "powers": access["beyondRequestor"],
            "beyondRequestor": [{
                "power": "blast-cluster-admin",
                "title": "do everything",
                "severity": "critical",
                "namespace": null,
                "names": [],
                "binding": "ClusterRoleBinding platform-admins",
                "role": "ClusterRole cluster-admin",
            }],
        })
    );
    // Neither a threshold nor a selection lets it pass.
    env.tool(["approve", "a", "--yes", "--max-risk", "high"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&[
            "error: a: refused: ",
            "subject-rbac-admin-equivalent (critical)",
        ]);
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn the_group_that_gives_the_power_is_what_has_to_be_typed() {
    let server = bound([asks("a", "platform")]);
    let env = Env::with(&server);
    let mut session = Session::start(&env.tool(["approve", "a"]).var("NO_COLOR", "1"));
    session
        .expect("Type approve platform (the group) to approve a: ")
        .send_line("approve platform");
    let _ = session.end().code(0);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn without_rbac_it_is_high_and_unknown() {
    let server = bound([asks("a", "platform")]);
    for list in [
        "clusterroles",
        "roles",
        "clusterrolebindings",
        "rolebindings",
    ] {
        server.forbid(list);
    }
    let env = Env::with(&server);
    server.forbid("subjectaccessreviews");
    let line = "warning: not checked: what the identity could do in the cluster: not allowed to list clusterroles, \
                roles, clusterrolebindings, rolebindings. It takes a ClusterRole with the rule: apiGroups: \
                [\"rbac.authorization.k8s.io\"], resources: [\"clusterroles\", \"roles\", \
                \"clusterrolebindings\", \"rolebindings\"], verbs: [\"list\"].\n";
    let output = env.tool(["list", "-o", "json"]).run().code(0).stderr(line);
    let json = output.json();
    let item = &json["items"][0];
    assert_eq!(rules(item)[0], ("subject-rbac-unknown", "high"));
    assert_eq!(item["risk"], "high");
    assert_eq!(item["access"]["known"], false);
    assert_eq!(item["access"]["powers"], json!([]));
    let told = json["notChecked"].as_array().expect("a list");
    assert!(
        told.iter().any(|missing| missing["remedy"].is_string()),
        "{told:?}"
    );
    env.tool(["show", "a"])
        .run()
        .code(0)
        .stdout_has(&[
            "\nCould do in this cluster\n  Unknown     not allowed to list clusterroles, ",
        ])
        .stderr(line);
}

#[test]
fn what_can_be_read_in_part_is_judged_and_told_as_a_part() {
    let server = bound([asks("a", "platform"), asks("b", "nobody")]);
    server.forbid("rolebindings");
    let env = Env::with(&server);
    let output = env.tool(["list", "-o", "json"]).run().code(0);
    let json = output.json();
    let _ = output.stderr_has(&["not allowed to list rolebindings. It takes"]);
    let found: Vec<_> = rules(&json["items"][0]);
    assert!(
        found.contains(&("subject-rbac-admin-equivalent", "critical")),
        "{found:?}"
    );
    for item in json["items"].as_array().expect("items") {
        assert!(
            rules(item).contains(&("subject-rbac-unknown", "high")),
            "{item}"
        );
    }
}

#[test]
fn where_roles_cannot_be_read_the_server_is_asked() {
    let server = bound([asks("a", "platform"), medium("b")]);
    for list in [
        "clusterroles",
        "roles",
        "clusterrolebindings",
        "rolebindings",
    ] {
        server.forbid(list);
    }
    server.access(|spec| {
        let groups = spec["groups"].as_array().expect("groups");
        groups.contains(&json!("platform")) && spec["resourceAttributes"]["resource"] == "secrets"
    });
    let env = Env::with(&server);
    let asked = || {
        let lines = server.lines();
        let is_review = |line: &&String| line.ends_with("/subjectaccessreviews");
        lines.iter().filter(is_review).count()
    };
    let output = env.tool(["list", "-o", "json"]).run().code(0);
    let json = output.json();
    let _ = output.stderr_has(&["not checked: what the identity could do"]);
    let item = &json["items"][0];
    assert_eq!(item["name"], "a");
    assert_eq!(
        rules(item)[0],
        ("subject-rbac-admin-equivalent", "critical")
    );
    assert_eq!(
        item["access"]["powers"][0]["binding"],
        "the API server says so (SubjectAccessReview)"
    );
    // That no question was answered with yes says nothing of all the others.
    assert!(rules(&json["items"][1]).contains(&("subject-rbac-unknown", "high")));
    assert_eq!(json["items"][1]["access"]["known"], false);
    // Four identities, sixteen questions each, and one to see whether it may be asked.
    assert_eq!(asked(), 65);
    assert_eq!(server.writes().len(), 0);
    // A decision is judged by the same.
    env.tool(["approve", "a", "--yes"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["subject-rbac-admin-equivalent (critical)"]);
}

#[test]
fn an_answer_that_fails_leaves_it_unknown() {
    let server = bound([asks("a", "platform")]);
    for list in [
        "clusterroles",
        "roles",
        "clusterrolebindings",
        "rolebindings",
    ] {
        server.forbid(list);
    }
    server.access(|_| false);
    let reviews = On::new("POST", "/subjectaccessreviews");
    let fault = Fault::Refuse(500, "InternalError", "no");
    server.fault(reviews.skip(3), fault);
    let env = Env::with(&server);
    let output = env.tool(["list", "-o", "json"]).run().code(0);
    let json = output.json();
    let _ = output.stderr_has(&["not checked"]);
    assert_eq!(
        rules(&json["items"][0])[0],
        ("subject-rbac-unknown", "high")
    );
}

#[test]
fn an_authorizer_that_failed_said_no_to_nothing() {
    let server = bound([asks("a", "nobody")]);
    server.access(|_| false);
    let no_answer = Fault::Change(|answer| {
        answer["status"]["evaluationError"] = json!("webhook timed out");
    });
    server.fault(
        On::new("POST", "/subjectaccessreviews").times(99),
        no_answer,
    );
    let env = Env::with(&server);
    // Everything is to be known, and other authorizers do not answer.
    let output = env
        .tool(["list", "--facts", "all", "-o", "json"])
        .run()
        .code(0);
    let json = output.json();
    let _ = output.stderr_has(&[""]);
    assert_eq!(
        rules(&json["items"][0])[0],
        ("subject-rbac-unknown", "high")
    );
    // Nor do they where nobody may ask.
    let server = bound([asks("a", "nobody")]);
    server.forbid("subjectaccessreviews");
    let env = Env::with(&server);
    let output = env
        .tool(["list", "--facts", "all", "-o", "json"])
        .run()
        .code(0);
    let json = output.json();
    let _ = output.stderr_has(&[""]);
    assert_eq!(
        rules(&json["items"][0])[0],
        ("subject-rbac-unknown", "high")
    );
    let server = bound([asks("a", "nobody")]);
    server.access(|spec| spec["resourceAttributes"]["verb"] == "escalate");
    let env = Env::with(&server);
    let output = env
        .tool(["list", "--facts", "all", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    let found = rules(&json["items"][0]);
    assert_eq!(found[0], ("subject-rbac-admin-equivalent", "critical"));
    assert!(
        !found
            .iter()
            .any(|(rule, _)| *rule == "subject-rbac-unknown"),
        "{found:?}"
    );
}

#[test]
fn files_of_one_name_hide_nothing_of_each_other() {
    let env = Env::new();
    let of = |name: &str, user: &str| {
        let request = RequestBuilder::user(user).group("dev").key_of(user);
        CsrObject::own_renewal(name, user)
            .request(request.pem())
            .manifest()
    };
    for (file, name, user) in [
        ("1", "x", "alice"),
        ("2", "x", "mallory"),
        ("3", "z", "alice"),
    ] {
        env.file(&format!("d/{file}.json"), of(name, user).to_string());
    }
    let output = env
        .tool(["list", "-f", "d", "--group", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    let users: Vec<_> = json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| &item["identity"]["user"])
        .collect();
    assert!(
        users.contains(&&json!("mallory")) && users.len() == 3,
        "{users:?}"
    );
}

#[test]
fn kubelets_are_checked_against_their_nodes() {
    let serving = |name: &str, ip: &str| {
        let request = RequestBuilder::node("n1").dns("n1").ip("10.0.0.7").ip(ip);
        CsrObject::kubelet_serving(name, "n1").request(request.key_of(name).pem())
    };
    let server = ApiServer::with([serving("own", "10.0.0.7"), serving("other", "10.0.0.8")]);
    server.hold(node("n1", &["10.0.0.7"]));
    server.hold(node("n2", &["10.0.0.8"]));
    let env = Env::with(&server);
    let output = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    let json = output.json();
    assert_eq!(json["items"][0]["name"], "other");
    assert_eq!(
        rules(&json["items"][0])[0],
        ("node-serving-san-foreign", "critical")
    );
    assert_eq!(json["items"][1]["risk"], "info");
    assert_eq!(
        json["items"][1]["findings"][0]["rule"],
        "node-serving-verified"
    );

    server.forbid("nodes");
    env.tool(["show", "own"])
        .run()
        .code(0)
        .stdout_has(&["Risk high\n", "node-serving-addresses-unchecked", "not allowed to list nodes"])
        .stderr_has(&["warning: not checked: nodes and their addresses: not allowed to list nodes. It takes a \
                       ClusterRole with the rule: apiGroups: [\"\"], resources: [\"nodes\"], verbs: [\"list\"].\n"]);
}

#[test]
fn the_other_csrs_count_whichever_are_selected() {
    let request = RequestBuilder::user("jane").group("dev").pem();
    let copied = |name: &str, requestor: &str| {
        CsrObject::new(name, &request).requestor(requestor, &["dev", "system:authenticated"])
    };
    let server = ApiServer::with([
        copied("a", "mallory").label("team", "x"),
        copied("b", "trent").label("team", "y"),
    ]);
    let env = Env::with(&server);
    for words in [&["list"][..], &["list", "-l", "team=x"], &["list", "a"]] {
        let all = words.iter().chain(&["-o", "json"]);
        let output = env.tool(all).run().code(0).quiet();
        let json = output.json();
        let items = json["items"].as_array().expect("items");
        let a = items.iter().find(|item| item["name"] == "a").expect("a");
        assert_eq!(
            rules(a)[0],
            ("history-request-replay", "critical"),
            "{words:?}"
        );
    }
    env.tool(["approve", "a", "--yes"])
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["history-request-replay (critical)"]);
    // Without facts nothing of this is seen, and it is said.
    let output = env
        .tool(["list", "a", "--facts", "none", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = output.json();
    assert_eq!(json["items"][0]["risk"], "medium");
    let unchecked = json["notChecked"].as_array().expect("a list");
    assert!(
        unchecked.iter().any(|one| one["what"] == "other CSRs"),
        "{unchecked:?}"
    );
}

#[test]
fn a_list_of_compromised_keys_is_looked_up() {
    let server = ApiServer::with([info("a"), medium("b")]);
    let env = Env::with(&server);
    let output = env.tool(["show", "a", "-o", "json"]).run().code(0).quiet();
    let spki = output.json()["items"][0]["request"]["key"]["spkiSha256"]
        .as_str()
        .expect("a digest")
        .to_owned();
    let keys = env.file("keys.txt", format!("# leaked\n{}\n", spki.to_uppercase()));
    let keys = keys.to_str().expect("UTF-8");
    env.tool([
        "list",
        "--weak-keys",
        keys,
        "-o",
        "name",
        "--fail-on",
        "critical",
    ])
    .run()
    .code(3)
    .stdout_has(&["/a\n"])
    .quiet();
    env.tool(["show", "a"])
        .run()
        .code(0)
        .stdout_has(&["\nNot checked\n              known-compromised keys\n"])
        .quiet();
    env.tool(["show", "b", "--weak-keys", keys])
        .run()
        .code(0)
        .stdout_has(&["Risk medium\n"])
        .stdout_lacks(&["Not checked"])
        .quiet();
    // Files are looked up as well, and a list that is none stops everything.
    let broken = env.file("broken.txt", "00\n");
    let broken = broken.to_str().expect("UTF-8");
    for words in [
        &["list", "--weak-keys", broken][..],
        &["approve", "a", "--yes", "--weak-keys", broken],
        &["approve", "a", "--yes", "--weak-keys", "missing.txt"],
    ] {
        env.tool(words)
            .run()
            .code(1)
            .stdout("")
            .stderr_has(&["error: "]);
    }
    assert_eq!(server.writes().len(), 0);
}

#[test]
fn only_the_newest_of_a_kind_is_shown_and_nothing_riskier_hides() {
    let again = |name: &str, time: &str| info(name).created(time);
    let now = jiff::Timestamp::now();
    let ago = |seconds: i64| {
        let time = now - jiff::SignedDuration::from_secs(seconds);
        let whole = jiff::Timestamp::from_second(time.as_second()).expect("a time");
        whole.to_string()
    };
    let server = ApiServer::with([
        again("one", &ago(300)),
        again("two", &ago(200)),
        again("three", &ago(100)),
        critical("evil"),
    ]);
    let env = Env::with(&server);
    let output = env
        .tool(["list", "--group", "--no-headers"])
        .run()
        .code(0)
        .quiet();
    let text = output.raw_stdout();
    assert_eq!(first_words(text), ["evil", "three"], "{text}");
    let grouped = env
        .tool(["list", "--group", "--facts", "none", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let json = grouped.json();
    let told: Vec<_> = json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (&item["name"], &item["supersedes"]))
        .collect();
    assert_eq!(told[1], (&json!("three"), &json!(["one", "two"])));
    assert_eq!(told.len(), 2);
    // An older one with more in it does not disappear behind a harmless one.
    server.add(again("zero", &ago(400)).metadata("finalizers", json!(["x/y"])));
    let listed = env.listed(&["--group"]);
    assert_eq!(listed, ["evil", "zero", "three"]);
}

#[test]
fn what_asks_for_something_else_keeps_its_row() {
    let asks = |name: &str, san: &str, seconds: i64, age: u64| {
        let request = RequestBuilder::user("bob").key_of(name).dns(san);
        CsrObject::own_renewal(name, "bob")
            .request(request.pem())
            .expiration(seconds)
            .created_ago(Duration::from_secs(age))
    };
    let server = ApiServer::with([
        asks("other-name", "payroll.corp.example", 3600, 90),
        asks("longer", "bob.example", 7200, 80),
        asks("same", "bob.example", 3600, 70),
        asks("newest", "bob.example", 3600, 60),
    ]);
    let env = Env::with(&server);
    let mut listed = env.listed(&["--group"]);
    listed.sort_unstable();
    assert_eq!(listed, ["longer", "newest", "other-name"]);
    let run = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    let json = run.json();
    let superseded: Vec<_> = json["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| {
            rules(item)
                .iter()
                .any(|(rule, _)| *rule == "history-superseded")
        })
        .map(|item| &item["name"])
        .collect();
    assert_eq!(superseded, ["same"]);
}

#[test]
fn nobody_approves_what_they_asked_for_if_that_is_the_rule() {
    let own = || info("own").requestor("reviewer", &["dev", "system:authenticated"]);
    let server = ApiServer::with([own(), medium("other")]);
    let env = Env::with(&server);
    let why = "refused: you created it yourself, and --no-self-approval is set";
    let accepted = [
        "approve",
        "own",
        "other",
        "--yes",
        "--max-risk=high",
        "--no-self-approval",
    ];
    env.tool(accepted)
        .run()
        .code(3)
        .stdout(&approved("other"))
        .stderr_has(&[
            "high requestor-self-review: you created this CSR yourself",
            why,
        ]);
    // Accepting the finding does not lift the rule, and neither does a terminal.
    let accept = ["--accept", "requestor-self-review"];
    env.tool(accepted.iter().chain(&accept))
        .run()
        .code(3)
        .stdout(&approved("other"))
        .stderr_has(&[why]);
    let words = ["approve", "own", "--no-self-approval"];
    let session = Session::start(&env.tool(words).var("NO_COLOR", "1"));
    let _ = session
        .end()
        .code(3)
        .has(&["refused: you created it yourself"]);
    // Whoever is not known could be the one.
    server.who(Who::Unserved);
    env.tool(accepted)
        .run()
        .code(3)
        .stdout(&approved("other"))
        .stderr_has(&[
            "own: refused: the server does not say who you are, and --no-self-approval is set",
        ]);
    assert_eq!(server.conditions("own"), Vec::<String>::new());
    // Denying takes nobody else.
    env.tool(["deny", "own", "--yes"])
        .run()
        .code(0)
        .stderr_has(&["Context"])
        .stdout_has(&["/own denied"]);
}

#[test]
fn names_in_bindings_are_untrusted() {
    let server = ApiServer::with([asks("a", "platform")]);
    let everything = csr_rule(&["*"], &["*"]);
    let evil = "x\u{1b}[2J\u{202e}\ny";
    server.hold(cluster_role(evil, &[everything]));
    server.hold(cluster_role_binding(
        evil,
        evil,
        &[group("platform"), user("z")],
    ));
    let env = Env::with(&server);
    for words in [
        &["show", "a"][..],
        &["show", "a", "--access=full"],
        &["list", "-o", "wide"],
    ] {
        let output = env.tool(words).run().code(0).quiet();
        let text = output.raw_stdout();
        let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(hidden), "{words:?}: {text}");
    }
    let output = env.tool(["show", "a"]).run().code(0).quiet();
    output.stdout_has(&["ClusterRoleBinding \"x\\x1b[2J\\u{202e}\\ny\" to ClusterRole \"x"]);
}
