//! `approve -f` and `deny -f`: only what is in the file is decided about.

use crate::support::apiserver::ApiServer;
use crate::support::cases::{approved, critical, denied, info, yaml};
use crate::support::env::Env;
use crate::support::request::{CsrObject, RequestBuilder};

#[test]
fn a_file_is_approved_only_if_it_is_what_is_there() {
    let live = info("a");
    let server = ApiServer::with([live.clone()]);
    let env = Env::with(&server);
    let file = |object: &CsrObject| env.file("a.yaml", yaml(object));
    let approve = ["approve", "-f", "a.yaml", "--yes"];
    let other = RequestBuilder::user("jane").group("dev").group("ops").pem();
    for (object, part) in [
        (
            live.clone().request(other),
            "spec.request (file: O=ops,O=dev,CN=jane, sha256 ",
        ),
        (
            live.clone().signer("example.com/x"),
            "spec.signerName (file: example.com/x; cluster: kubernetes.io/kube-apiserver-client)\n",
        ),
        (
            live.clone().usages(&["client auth"]),
            "spec.usages (file: client auth; cluster: digital signature, ",
        ),
        (
            live.clone().expiration(7200),
            "spec.expirationSeconds (file: 7200; cluster: 3600)\n",
        ),
    ] {
        file(&object);
        let lead = "error: a: stale: it differs from the file in ";
        let hint = "hint: The file is not what is on the cluster. Review what is there.\n";
        env.tool(approve)
            .run()
            .code(4)
            .stdout("")
            .stderr_has(&[lead, part, hint]);
        env.tool(["deny", "-f", "a.yaml"])
            .run()
            .code(4)
            .stdout("")
            .stderr_has(&[lead, part]);
    }
    for (object, part) in [
        (
            live.clone().uid("other"),
            "metadata.uid (file: other; cluster: ",
        ),
        (
            live.clone().requestor("jane", &["dev"]),
            "the requestor (file: jane; cluster: jane)\n",
        ),
        (
            live.clone().requestor("joe", &[]),
            "the requestor (file: joe; cluster: jane)\n",
        ),
    ] {
        env.file("a.json", object.json());
        let run = env.tool(["approve", "-f", "a.json", "--yes"]).run();
        run.code(4)
            .stdout("")
            .stderr_has(&["error: a: stale: it differs from the file in ", part]);
    }
    assert_eq!(server.writes().len(), 0);
    file(&live);
    env.tool(approve)
        .run()
        .code(0)
        .stdout(&approved("a"))
        .stderr_has(&["a: info risk"]);
    assert_eq!(server.conditions("a"), ["Approved"]);
}

#[test]
fn a_whole_object_from_elsewhere_fits_itself_alone() {
    let server = ApiServer::with([info("a"), critical("b")]);
    let env = Env::with(&server);
    // As `kubectl get csr -o json` writes it.
    let read = |name: &str| server.object(name).expect("stored").to_string();
    env.file("d/a.json", read("a"));
    env.file("d/b.json", read("b"));
    let run = env.tool(["approve", "-f", "d", "--yes"]).run().code(3);
    run.stdout(&approved("a"))
        .stderr_has(&["error: b: refused: its risk is beyond"]);
    // What stands in a file was not written on the command line: it is selected, not named.
    let accept = [
        "--accept",
        "subject-kubeadm-cluster-admins",
        "--accept",
        "requestor-group-escalation",
    ];
    let words = [&["approve", "-f", "d/b.json", "--yes"][..], &accept].concat();
    server.change(|store| store.replace(critical("b").stamped().build()));
    env.tool(&words)
        .run()
        .code(4)
        .stdout("")
        .stderr_has(&["metadata.uid (file: "]);
    env.file("d/b.json", read("b"));
    env.tool(&words)
        .run()
        .code(3)
        .stdout("")
        .stderr_has(&["a critical finding passes only for a CSR that is named"]);
    let words = [&["approve", "b", "--yes"][..], &accept].concat();
    env.tool(&words)
        .run()
        .code(0)
        .stdout(&approved("b"))
        .stderr_has(&["b: critical risk"]);
}

#[test]
fn files_that_name_nothing_decide_nothing() {
    let server = ApiServer::with([info("a")]);
    let env = Env::with(&server);
    env.file("bare.pem", RequestBuilder::user("jane").pem());
    let mut generated = info("a").manifest();
    generated["metadata"] = serde_json::json!({"generateName": "a"});
    env.file("generated.json", generated.to_string());
    env.file("missing.yaml", yaml(&info("missing")));
    env.file(
        "mixed.yaml",
        format!("{}---\nkind: Pod\napiVersion: v1\n", yaml(&info("a"))),
    );
    for verb in ["approve", "deny"] {
        let run = env
            .tool([verb, "--yes", "-f", "bare.pem"])
            .run()
            .code(2)
            .stdout("");
        run.stderr(
            "error: \"bare\" is a bare request, which names no CSR on the cluster\n\
             hint: Name the CSR, or give the manifest that it was created from.\n",
        );
        let run = env
            .tool([verb, "--yes", "-f", "generated.json"])
            .run()
            .code(2)
            .stdout("");
        run.stderr(
            "error: \"a\" is a generateName, and names no CSR on the cluster\n\
             hint: Name the CSR that was created from it.\n",
        );
        let run = env
            .tool([verb, "--yes", "-f", "missing.yaml"])
            .run()
            .code(1)
            .stdout("");
        run.stderr_has(&["error: missing: there is no CSR \"missing\"\n"]);
        let run = env
            .tool([verb, "--yes", "-f", "mixed.yaml"])
            .run()
            .code(1)
            .stdout("");
        run.stderr(
            "error: mixed.yaml: is a \"Pod\", not a CertificateSigningRequest\n\
             hint: Nothing was decided. Leave out what is not a CertificateSigningRequest.\n",
        );
        let run = env
            .tool([verb, "--yes", "-f", "nowhere"])
            .run()
            .code(1)
            .stdout("");
        run.stderr_has(&["error: cannot read nowhere: it does not exist\n"]);
    }
    assert_eq!(server.writes().len(), 0);
    env.tool(["deny", "--yes", "-f", "-"])
        .stdin(yaml(&info("a")))
        .run()
        .code(4)
        .stdout("")
        .stderr_has(&["it differs from the file in spec.request"]);
    let text = server.object("a").expect("stored").to_string();
    let run = env.tool(["deny", "--yes", "-f", "-"]).stdin(text).run();
    run.code(0)
        .stdout(&denied("a"))
        .stderr_has(&["a: info risk"]);
}
