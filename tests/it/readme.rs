//! What the documentation says is true: its commands run, its examples show what the tool prints, its tables are
//! those of the code. What is made from the code altogether is checked in `docs`.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use csr_review::Exit;
use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::env::{Env, TOOL};
use crate::support::generated::{Marked, commands, help, is, read, repository, verbs};
use crate::support::objects::{
    cluster_role, cluster_role_binding, csr_rule, group, service_account,
};
use crate::support::request::{CsrObject, RequestBuilder};
use crate::who_can;

const PAGES: [&str; 13] = [
    "docs/benchmarks.md",
    "docs/policies.md",
    "README.md",
    "docs/cli.md",
    "docs/examples/README.md",
    "docs/exit-codes.md",
    "docs/json.md",
    "docs/permissions.md",
    "docs/powers.md",
    "docs/reliability.md",
    "docs/release.md",
    "docs/risks.md",
    "tests/control-plane/README.md",
];

#[test]
fn links_lead_somewhere() {
    for page in PAGES {
        let text = read(page);
        for part in text.split("](").skip(1) {
            let link = part.split(')').next().unwrap_or_default();
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if path.contains("://") {
                continue;
            }
            let folder = repository(page).parent().expect("a folder").to_owned();
            let target = folder.join(path);
            assert!(path.is_empty() || target.exists(), "{page} links {link}");
            let has_title = |text: &str| text.lines().any(|line| line == format!("### {anchor}"));
            assert!(
                anchor.is_empty() || has_title(&text),
                "{page} links {link}, which is no title there"
            );
        }
    }
}

#[test]
fn commands_and_flags_that_are_named_exist() {
    let commands = commands();
    let mut helps = String::new();
    for name in &commands {
        let text = help(name);
        for verb in verbs(&text) {
            helps += &help(&format!("{name} {verb}"));
        }
        helps += &text;
    }
    let flags = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| word.len() > 2 && word.starts_with("--") && !word.ends_with('-'))
            .map(str::to_owned)
            .collect()
    };
    let known = flags(&(helps + &help("")));
    for page in PAGES.iter().filter(|page| !page.starts_with("tests/")) {
        let Marked { mut spans, blocks } = Marked::of(&read(page));
        spans.extend(blocks.into_iter().map(|(_, block)| block));
        for line in spans.iter().flat_map(|text| text.lines()) {
            let ours = match line.split_once("kubectl csr-review ") {
                Some((_, ours)) => {
                    let verb = ours.split_whitespace().find(|word| !word.starts_with('['));
                    let verb = verb.unwrap_or_default();
                    let is_command = commands.iter().any(|name| name == verb);
                    let stands_for_one = verb == "<COMMAND>" || verb.starts_with('…');
                    assert!(is_command || stands_for_one, "{page}: {line}");
                    ours
                }
                None if line.trim_start().starts_with('-') => line,
                // Another program's.
                None => continue,
            };
            for flag in flags(ours.split('#').next().unwrap_or_default()) {
                assert!(known.contains(&flag), "{page}: {flag} in {line}");
            }
        }
    }
}

#[test]
fn the_readme_lists_the_commands() {
    let readme = read("README.md");
    for (line, file) in [
        (
            "    cargo run --locked -- list -f docs/examples",
            "docs/examples/two-names.yaml",
        ),
        ("    tests/run", "tests/run"),
    ] {
        assert!(readme.lines().any(|other| other == line), "{line}");
        assert!(repository(file).is_file(), "{file}");
    }
    let listed: Vec<&str> = readme
        .lines()
        .skip_while(|line| *line != "| command | what it does |")
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('`').nth(1))
        .map(|usage| usage.split(' ').next().unwrap_or_default())
        .collect();
    assert_eq!(listed, commands());
}

/// Blocks marked `console` hold commands behind `$ ` and below each what it prints, where a line `…` stands for any
/// number of lines.
#[test]
fn sessions_are_real() {
    let server = ApiServer::with([
        CsrObject::own_renewal("jane", "jane"),
        CsrObject::new(
            "build-robot",
            RequestBuilder::user("build-robot")
                .group("kubeadm:cluster-admins")
                .key_of("build-robot")
                .pem(),
        )
        .requestor("mallory", &["developers", "system:authenticated"]),
    ]);
    let rules = [
        csr_rule(&["create"], &["certificatesigningrequests"]),
        csr_rule(&["update"], &["certificatesigningrequests/approval"]),
    ];
    let approve = csr_rule(&["approve"], &["signers"]);
    let mut serving = approve.clone();
    serving["resourceNames"] = json!(["kubernetes.io/kubelet-serving"]);
    let look = csr_rule(&["get", "list"], &["certificatesigningrequests"]);
    let deployer = service_account("ci", "deployer");
    for object in [
        cluster_role("ci", &rules),
        cluster_role("ci-approve", &[approve]),
        cluster_role("csr-reviewer", &[look, rules[1].clone(), serving]),
        cluster_role_binding("ci", "ci", std::slice::from_ref(&deployer)),
        cluster_role_binding("ci-approve", "ci-approve", &[deployer]),
        cluster_role_binding("csr-reviewers", "csr-reviewer", &[group("csr-reviewers")]),
    ] {
        server.hold(object);
    }
    let env = Env::with(&server);
    let mut sessions = 0;
    for page in PAGES {
        for (word, block) in Marked::of(&read(page)).blocks {
            if word != "console" {
                continue;
            }
            for session in block.split("$ ").filter(|text| !text.is_empty()) {
                let (command, shown) = session.split_once('\n').unwrap_or((session, ""));
                let (tool, rest) = command.split_once("; ").unwrap_or((command, ":"));
                let arguments = tool
                    .strip_prefix("kubectl csr-review ")
                    .unwrap_or_else(|| panic!("{page}: {command}"));
                // As a terminal shows both streams.
                let script = format!("{TOOL} {arguments} 2>&1; {rest}");
                let shell = env.program("/bin/sh", ["-c", &script]);
                // Something is missing there.
                if arguments.starts_with("doctor") {
                    server.forbid("subjectaccessreviews");
                }
                let output = shell.cwd(repository("")).run().code(0).quiet();
                server.permit("subjectaccessreviews");
                let server = server.url();
                let printed = output
                    .raw_stdout()
                    .replace(&server, "https://10.0.0.1:6443");
                let printed = without_digests(&printed);
                assert!(
                    matches(shown, &printed),
                    "{page}: {command}\n--- documented\n{shown}\n--- printed\n{printed}"
                );
                sessions += 1;
            }
        }
    }
    assert!(sessions >= 4, "{sessions} sessions");
}

/// Signatures differ from run to run, and so do digests over them.
fn without_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.chars().take_while(char::is_ascii_hexdigit).count();
        out.push_str("sha256:…");
        out.push_str(&part[digits..]);
    }
    out
}

fn matches(shown: &str, printed: &str) -> bool {
    let mut rest: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut skip = false;
    for line in shown.trim_end().lines().map(str::trim_end) {
        if line == "…" {
            skip = true;
            continue;
        }
        match rest.iter().position(|other| *other == line) {
            Some(0) => {}
            Some(_) if skip => {}
            _ => return false,
        }
        let at = rest
            .iter()
            .position(|other| *other == line)
            .unwrap_or_default();
        rest.drain(..=at);
        skip = false;
    }
    skip || rest.is_empty()
}

#[test]
fn exit_codes_are_those_of_the_code() {
    let documented: Vec<u8> = read("docs/exit-codes.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .collect();
    let codes = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Refused,
        Exit::Stale,
        Exit::Declined,
        Exit::Interrupted,
    ];
    assert_eq!(documented, codes.map(Exit::code));
    let mut worst_first = codes;
    worst_first.sort_by_key(|code| {
        codes
            .iter()
            .filter(|other| code.worse(**other) != *code)
            .count()
    });
    let order: Vec<String> = worst_first
        .iter()
        .map(|exit| exit.code().to_string())
        .collect();
    let sentence = read("docs/exit-codes.md").replace('\n', " ");
    assert!(sentence.contains(&order.join(", ")), "{order:?}");
}

/// Every path of a JSON value, with `[]` for the items of lists.
pub(crate) fn paths(value: &Value, at: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if at != "items[].requestor.extra" => {
            for (key, value) in map {
                let path = if at.is_empty() {
                    key.clone()
                } else {
                    format!("{at}.{key}")
                };
                paths.insert(path.clone());
                self::paths(value, &path, paths);
            }
        }
        Value::Array(items) => {
            for item in items {
                self::paths(item, &format!("{at}[]"), paths);
            }
        }
        _ => {}
    }
}

pub(crate) fn documented(title: &str) -> BTreeSet<String> {
    read("docs/json.md")
        .split("\n## ")
        .find(|section| section.starts_with(title))
        .expect("a section")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_field_of_the_json_is_documented() {
    let request = RequestBuilder::user("odd")
        .group("system:masters")
        .dns("x.example")
        .key_of("odd")
        .pem();
    let server = ApiServer::with([
        CsrObject::own_renewal("jane", "jane"),
        CsrObject::new("odd", request).extra("scopes", &["a"]),
    ]);
    let env = Env::with(&server);
    let mut found = BTreeSet::new();
    let output = env.tool(["list", "-o", "json"]).run().code(0).quiet();
    paths(&output.json(), "", &mut found);
    let file = env.file("none.yaml", "kind: Pod\n");
    let arguments = [
        "list".as_ref(),
        "-o=json".as_ref(),
        "-f".as_ref(),
        file.as_os_str(),
    ];
    let output = env.tool(arguments).run();
    paths(&output.json(), "", &mut found);
    let _ = output.code(1).stderr_has(&["not a CSR"]);
    assert_eq!(found, documented("ReviewList"));

    let mut found = BTreeSet::new();
    let output = env
        .tool(["approve", "jane", "odd", "--yes", "-o", "json"])
        .var("CSR_REVIEW_RECORD", "record")
        .run();
    let outcomes = output.json();
    let _ = output.code(3).stderr_has(&["refused"]);
    paths(&outcomes, "", &mut found);
    // They are those of a review.
    found.retain(|path| !path.starts_with("items[].findings[]."));
    assert_eq!(found, documented("OutcomeList"));
    assert_eq!(outcomes["items"][0]["outcome"], "done");

    let mut found = BTreeSet::new();
    let record = std::fs::read_to_string(env.work().join("record")).expect("a record");
    for line in record.lines() {
        paths(&serde_json::from_str(line).expect("JSON"), "", &mut found);
    }
    assert_eq!(found, documented("Record"));
    let item = |path: &String| format!("items[].{path}");
    let of_a_line: BTreeSet<String> = found.iter().map(item).collect();
    let mut found = BTreeSet::new();
    let words = ["record", "show", "record", "-o", "json"];
    let output = env.tool(words).run().code(0).quiet();
    paths(&output.json(), "", &mut found);
    found.retain(|path| !of_a_line.contains(path));
    assert_eq!(found, documented("RecordList"));

    let mut found = BTreeSet::new();
    let output = env.tool(["doctor", "-o", "json"]).run().code(0).quiet();
    paths(&output.json(), "", &mut found);
    // It is Kubernetes' own.
    found.retain(|path| !path.starts_with("clusterRole."));
    assert_eq!(found, documented("Diagnosis"));
    let server = ApiServer::start();
    for object in who_can::rich() {
        server.hold(object);
    }
    let mut found = BTreeSet::new();
    let words = ["who-can", "approve", "--closure", "-o", "json"];
    let output = Env::with(&server).tool(words).run().code(0).quiet().json();
    paths(&output, "", &mut found);
    assert_eq!(found, documented("WhoCan"));

    // An answer that nobody gave is an outcome with all there is to say about the CSR.
    let output = env.tool(["approve", "odd", "-o", "json"]).run();
    let outcome = &output.json()["items"][0];
    let _ = output.code(2).stderr_has(&["no terminal to ask at"]);
    assert_eq!(outcome["outcome"], "no terminal");
    assert_eq!(outcome["fingerprint"], outcomes["items"][1]["fingerprint"]);
    assert_eq!(outcome["risk"], outcomes["items"][1]["risk"]);
}

#[test]
fn the_example_of_the_json() {
    let env = Env::new();
    let arguments = [
        "show",
        "-f",
        "docs/examples/ordinary-user.yaml",
        "-o",
        "json",
    ];
    let output = env
        .tool(arguments)
        .cwd(repository(""))
        .run()
        .code(0)
        .quiet();
    let page = read("docs/json.md");
    let (head, _) = page.split_once("```json\n").expect("an example");
    is(
        "docs/json.md",
        &format!("{head}```json\n{}```\n", output.raw_stdout()),
    );
}

/// The canonical form, built from the words in docs/json.md alone.
#[test]
fn digests_are_as_documented() {
    struct Form(Vec<u8>);
    impl Form {
        fn count(&mut self, count: usize) -> &mut Self {
            self.0.extend((count as u64).to_be_bytes());
            self
        }
        fn part(&mut self, octets: impl AsRef<[u8]>) -> &mut Self {
            self.count(octets.as_ref().len());
            self.0.extend(octets.as_ref());
            self
        }
        fn list(&mut self, items: &Value) -> &mut Self {
            let items = items.as_array().expect("a list");
            self.count(items.len());
            for item in items {
                self.part(item.as_str().expect("text"));
            }
            self
        }
        fn digest(&self) -> Vec<u8> {
            digest(&SHA256, &self.0).as_ref().to_vec()
        }
    }
    let hex = |octets: &[u8]| {
        let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("sha256:{}", digits.concat())
    };

    let object = CsrObject::own_renewal("jane", "jane")
        .requestor_uid("u-1")
        .extra("z", &["1", "2"])
        .extra("a", &[]);
    let server = ApiServer::with([object.clone()]);
    let env = Env::with(&server);
    let output = env
        .tool(["show", "jane", "-o", "json"])
        .run()
        .code(0)
        .quiet();
    let item = &output.json()["items"][0];
    let object = object.build();
    let spec = &object["spec"];
    let request = STANDARD
        .decode(spec["request"].as_str().expect("text"))
        .expect("base64");

    let mut form = Form(Vec::new());
    form.part("csr-review/v1 spec")
        .part(request)
        .list(&json!([spec["signerName"]]))
        .list(&spec["usages"])
        .list(&json!([spec["expirationSeconds"].to_string()]));
    let spec_digest = form.digest();
    assert_eq!(item["specSha256"], hex(&spec_digest));

    let mut form = Form(Vec::new());
    form.part("csr-review/v1 fingerprint")
        .part(spec_digest)
        .part(object["metadata"]["uid"].as_str().expect("text"))
        .part(spec["username"].as_str().expect("text"))
        .part("u-1")
        .list(&spec["groups"])
        .count(2)
        .part("a")
        .count(0)
        .part("z")
        .list(&json!(["1", "2"]));
    assert_eq!(item["fingerprint"], hex(&form.digest()));
}

#[test]
fn roles_grant_what_is_needed_and_no_more() {
    let rules = |path: &str| {
        let documents: Vec<Value> = serde_saphyr::from_multiple(&read(path)).expect("YAML");
        let [role, binding] = documents.as_slice() else {
            panic!("{path}: {documents:?}");
        };
        assert_eq!(role["kind"], "ClusterRole");
        assert_eq!(binding["roleRef"]["name"], role["metadata"]["name"]);
        role["rules"].clone()
    };
    let group = json!(["certificates.k8s.io"]);
    let look = json!({
        "apiGroups": group, "resources": ["certificatesigningrequests"], "verbs": ["get", "list", "watch"],
    });
    // What it takes to judge by the cluster.
    let facts = [
        json!({"apiGroups": ["rbac.authorization.k8s.io"], "resources": [
            "clusterroles", "clusterrolebindings", "roles", "rolebindings",
        ], "verbs": ["list"]}),
        json!({"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}),
        json!({
            "apiGroups": [""], "resources": ["services"], "resourceNames": ["kubernetes"], "verbs": ["get"],
        }),
        json!({"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]}),
    ];
    let [access, nodes, service, reviews] = &facts;
    assert_eq!(
        rules("docs/rbac/reader.yaml"),
        json!([look, access, nodes, service, reviews])
    );
    assert_eq!(
        rules("docs/rbac/reviewer.yaml"),
        json!([
            look,
            {"apiGroups": group, "resources": ["certificatesigningrequests/approval"], "verbs": ["update"]},
            {"apiGroups": group, "resources": ["signers"], "resourceNames": [
                "kubernetes.io/kube-apiserver-client",
                "kubernetes.io/kube-apiserver-client-kubelet",
                "kubernetes.io/kubelet-serving",
            ], "verbs": ["approve"]},
            access, nodes, service, reviews,
            {
                "apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["kube-system"], "verbs": ["get"],
            },
        ])
    );
    assert_eq!(
        rules("docs/rbac/auditor.yaml"),
        json!([
            {"apiGroups": group, "resources": ["certificatesigningrequests"], "verbs": ["list"]},
            {"apiGroups": ["rbac.authorization.k8s.io"], "resources": [
                "clusterroles", "clusterrolebindings", "roles", "rolebindings",
            ], "verbs": ["list"]},
            reviews,
        ])
    );
}

/// The README's table of examples is what the tool makes of them, and the traps are seen as such.
#[test]
fn the_examples_show_what_they_are_for() {
    let env = Env::new();
    let output = env
        .tool(["list", "-f", "docs/examples", "-o", "json"])
        .cwd(repository(""))
        .run()
        .code(0)
        .quiet();
    let items = output.json()["items"].clone();
    let seen: Vec<_> = items
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            let reviewable = item["unreviewable"].is_null();
            (
                text(&item["name"]),
                text(&item["identity"]["user"]),
                text(&item["risk"]),
                reviewable,
            )
        })
        .collect();
    let expected = [
        ("alice", "system:kube-controller-manager", "critical", false),
        ("build-robot", "build-robot", "critical", true),
        (
            "terminal-trick",
            "system:admin\x1b[2K\x1b[1Gbob\x1b[8m",
            "critical",
            true,
        ),
        ("csr-4wxhb", "system:node:worker-1", "medium", true),
        ("jane", "jane", "medium", true),
    ]
    .map(|(name, user, risk, reviewable)| {
        (
            name.to_owned(),
            user.to_owned(),
            risk.to_owned(),
            reviewable,
        )
    });
    assert_eq!(seen, expected);
    let page = read("docs/examples/README.md");
    for entry in std::fs::read_dir(repository("docs/examples")).expect("a folder") {
        let name = entry.expect("a file").file_name();
        let name = name.to_str().expect("UTF-8");
        assert!(
            name == "README.md" || page.contains(&format!("| `{name}` |")),
            "{name}"
        );
    }
}
