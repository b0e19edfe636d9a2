//! `show`: everything about some CSRs, what decides first.

use serde_json::json;

use crate::support::apiserver::ApiServer;
use crate::support::cases::{critical, high, info, unreviewable};
use crate::support::env::Env;
use crate::support::pty::Session;
use crate::support::request::{CsrObject, RequestBuilder};

#[test]
fn sections_stand_in_the_order_of_their_weight() {
    let object = critical("a")
        .label("team", "x")
        .annotation("note", "kept")
        .extra("scopes", &["one", "t,wo"])
        .requestor_uid("0815")
        .created("2026-03-01T12:00:00Z")
        .condition("Odd", "Reason", "A message.");
    let server = ApiServer::with([object]);
    let env = Env::with(&server);
    let output = env.tool(["show", "a"]).run().code(0).quiet();
    let text = output.raw_stdout();
    let mut at = 0;
    for part in [
        "CSR a (Pending, ",
        "Risk critical\n",
        "  critical  subject-kubeadm-cluster-admins: ",
        "            Deny it, unless",
        "  high      requestor-group-escalation: ",
        "\nWould log in as\n  User        mallory\n  Groups      kubeadm:cluster-admins\n  API login   yes, until it expires\n",
        "\nAsked for by\n  Requestor   mallory\n  UID         0815\n  Groups      system:authenticated\n  Extra       scopes = one,\"t,wo\"\n",
        "\nFrom\n  Signer      kubernetes.io/kube-apiserver-client\n  Usages      digital signature, key encipherment, client auth\n  Lifetime    60m requested (3600 seconds)\n",
        "\nRequest\n  Subject     O=kubeadm:cluster-admins,CN=mallory\n  Key         ECDSA P-256, SPKI SHA-256 ",
        "  Signature   ECDSA-SHA256 (valid)\n",
        "\nObject\n  UID         ",
        "  Created     2026-03-01T12:00:00Z\n  Labels      team=x\n  Annotations note=kept\n  Condition   Odd 2026-03-01T12:05:00Z Reason A message.\n",
        "  Spec digest sha256:",
        "  Fingerprint sha256:",
        "\nAn approval cannot be taken back, and the certificate cannot be revoked: it would be valid until about ",
    ] {
        let found = text[at..].find(part);
        at +=
            found.unwrap_or_else(|| panic!("{part:?} is not in its place in\n{text}")) + part.len();
    }
    assert!(text[at..].ends_with(" UTC.\n"), "{text}");
}

#[test]
fn labels_are_told_from_values() {
    let request = RequestBuilder::user("jane")
        .dns("x.example")
        .ip("10.0.0.1")
        .ip("2001:db8::1")
        .email("jane@x.example")
        .uri("https://x.example/")
        .principal("jane");
    let object = info("a")
        .request(request.pem())
        .metadata("finalizers", json!(["x/y"]));
    let server = ApiServer::with([object]);
    let env = Env::with(&server);
    let output = env.tool(["show", "a"]).run().code(0).quiet();
    let (_, fields) = output
        .raw_stdout()
        .split_once("Would log in as")
        .expect("a heading");
    for line in fields.lines() {
        let field = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with(' '));
        if let Some(field) = field {
            let value = field.get(11..13);
            assert!(
                value.is_some_and(|gap| gap.starts_with(' ') && !gap.ends_with(' ')),
                "{line:?}"
            );
        }
    }
    output.stdout_has(&[
        "10.0.0.1\n              2001:db8::1\n",
        "jane@x.example\n",
        "https://x.example/\n",
        "otherName (dropped by built-in signers)\n",
        " x/y\n",
    ]);
}

#[test]
fn what_is_decided_is_final() {
    let server = ApiServer::with([
        info("a").approved().certificate("PEM"),
        critical("b").denied(),
    ]);
    let env = Env::with(&server);
    for (name, state) in [("a", "Approved,Issued"), ("b", "Denied")] {
        env.tool(["show", name])
            .run()
            .code(0)
            .stdout_has(&[
                &format!("CSR {name} ({state}, "),
                "\nIt is decided: neither an approval nor a denial can be taken back.\n",
            ])
            .stdout_lacks(&["would be valid until"])
            .quiet();
    }
}

#[test]
fn what_stops_an_approval_is_said_at_the_top() {
    let doomed = critical("b").usages(&["server auth"]);
    let server = ApiServer::with([unreviewable("a"), doomed, info("c").no_expiration()]);
    let env = Env::with(&server);
    env.tool(["show", "a"])
        .run()
        .code(0)
        .stdout_has(&["Risk critical\nUnreviewable: holds more than one PEM block; which one is signed depends on the reader. It cannot be approved with this tool; it can be denied.\n"])
        .quiet();
    env.tool(["show", "b"])
        .run()
        .code(0)
        .stdout_has(&["Risk critical\nWill not be signed: "])
        .quiet();
    env.tool(["show", "c"])
        .run()
        .code(0)
        .stdout_has(&["  Lifetime    as long as the signer gives; one year by default\n"])
        .stdout_lacks(&["Unreviewable", "Will not be signed"])
        .quiet();
}

#[test]
fn what_cannot_be_read_is_shown_as_far_as_it_goes() {
    let broken = RequestBuilder::user("jane").broken_signature().pem();
    let server = ApiServer::with([
        CsrObject::new("a", "nonsense")
            .requestor("", &[])
            .usages(&[]),
        CsrObject::new("b", broken),
    ]);
    let env = Env::with(&server);
    env.tool(["show", "a"])
        .run()
        .code(0)
        .stdout_has(&[
            "  User        nobody: the request cannot be read\n",
            "  Requestor   unknown\n",
            "  Usages      (none)\n",
            "\nRequest\n  Refused     ",
            "  SHA-256     ",
        ])
        .quiet();
    env.tool(["show", "b"])
        .run()
        .code(0)
        .stdout_has(&[
            "  (as the request says; the API server refuses it)\n  User        jane\n",
            " (invalid: ",
        ])
        .quiet();
}

#[test]
fn several_are_shown_and_missing_ones_are_told() {
    let server = ApiServer::with([info("a"), critical("b"), high("c").denied()]);
    let env = Env::with(&server);
    let run = env
        .tool(["show", "a", "y", "csr/b", "z\u{1b}[2J", "c"])
        .run()
        .code(1);
    let text = run.raw_stdout();
    let starts: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("CSR "))
        .map(|line| &line[..5])
        .collect();
    assert_eq!(starts, ["CSR b", "CSR c", "CSR a"], "{run}");
    run.stderr("error: there is no CSR \"y\"\nerror: there is no CSR \"z\\x1b[2J\"\n");
    let run = env.tool(["show", "z"]).run().code(1).stdout("");
    run.stderr("error: there is no CSR \"z\"\n");
}

#[test]
fn a_selection_is_shown_as_list_lists_it() {
    let server = ApiServer::with([
        info("a").label("team", "x"),
        critical("b"),
        info("c").approved(),
    ]);
    let env = Env::with(&server);
    for (words, names) in [
        (&[][..], &["b", "a"][..]),
        (&["-l", "team=x"], &["a"]),
        (&["--all", "--requestor=jane"], &["c", "a"]),
        (&["--min-risk", "critical"], &["b"]),
    ] {
        let output = env.tool(["show"].iter().chain(words)).run().code(0).quiet();
        let shown: Vec<&str> = output
            .raw_stdout()
            .lines()
            .filter_map(|line| line.strip_prefix("CSR "))
            .map(|line| &line[..1])
            .collect();
        assert_eq!(shown, names, "{words:?}");
    }
    let run = env.tool(["show", "--requestor", "nobody"]).run();
    run.code(0).stdout("").stderr("No resources found\n");
}

#[test]
fn long_values_lose_their_middle_and_say_so() {
    let name = "n".repeat(5000);
    let groups: Vec<String> = (0..100).map(|index| format!("group-{index}")).collect();
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    let server = ApiServer::with([info("a").requestor(&name, &groups)]);
    let env = Env::with(&server);
    let output = env.tool(["show", "a"]).run().code(0).quiet();
    let text = output.raw_stdout();
    assert!(
        text.contains("nnn…(") && text.contains(" characters, sha256 "),
        "{text}"
    );
    assert!(!text.contains(&name));
    // Nobody overlooks the last of many groups.
    for group in groups {
        assert!(text.contains(&format!(" {group}\n")), "{text}");
    }
}

#[test]
fn lines_fit_a_terminal() {
    let server = ApiServer::with([critical("a").annotation("note", &"word ".repeat(60))]);
    let env = Env::with(&server);
    for columns in [40_u16, 80, 120] {
        let tool = env.tool(["show", "a"]).var("NO_COLOR", "1");
        let ended =
            Session::start_with(&tool, columns, crate::support::pty::Streams::default()).end();
        let widest = ended
            .screen
            .lines()
            .map(|line| line.trim_end().chars().count())
            .max();
        assert!(widest <= Some(columns.into()), "{}", ended.screen);
        let _ = ended.code(0).has(&["subject-kubeadm-cluster-admi"]);
    }
}
