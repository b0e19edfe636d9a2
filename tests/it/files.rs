//! `-f`: requests in files, with and without a cluster.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::apiserver::ApiServer;
use crate::support::cases::{RESOURCE, critical, high, info, unreviewable, yaml};
use crate::support::env::Env;
use crate::support::request::{CsrObject, RequestBuilder};

/// An environment without any cluster, and the names that `list -f` finds there.
fn names(env: &Env, words: &[&str]) -> Vec<String> {
    let words = ["list", "-o", "name"].iter().chain(words);
    let output = env.tool(words).run().code(0).quiet();
    let prefix = format!("{RESOURCE}/");
    let name = |line: &str| line.strip_prefix(&prefix).expect("a CSR").to_owned();
    output.raw_stdout().lines().map(name).collect()
}

#[test]
fn manifests_come_in_many_forms() {
    let env = Env::new();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [info("l1").manifest(), critical("l2").manifest()]});
    let mut item = info("t1").manifest();
    for field in ["apiVersion", "kind"] {
        item.as_object_mut().expect("an object").shift_remove(field);
    }
    let typed = json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequestList", "items": [item]});
    env.file("one.yaml", yaml(&info("y1")));
    env.file(
        "many.yml",
        format!(
            "---\n{}---\n---\n{}...\n",
            yaml(&info("m1")),
            yaml(&info("m2"))
        ),
    );
    env.file("object.json", info("j1").json());
    env.file("list.json", list.to_string());
    env.file("typed.json", typed.to_string());
    env.file("no-ending", yaml(&info("n1")));
    env.file("crlf.yaml", yaml(&info("c1")).replace('\n', "\r\n"));
    env.file("bare.pem", RequestBuilder::user("jane").pem());
    env.file("bare", RequestBuilder::user("jane").pem());
    // jq '.items[]', and jq -c.
    let pretty = |object: &CsrObject| format!("{:#}\n", object.manifest());
    env.file("stream.json", pretty(&info("s1")) + &pretty(&info("s2")));
    let line = |name: &str| format!("{}\n", info(name).manifest());
    env.file("lines.json", line("i1") + &line("i2") + &line("i3"));
    env.file("mixed.json", line("x1") + "---\n" + &yaml(&info("x2")));
    let nested = json!({"apiVersion": "v1", "kind": "List", "items": [list, typed]});
    env.file("nested.yaml", nested.to_string());
    env.file("flow.yaml", line("f1").replace("\"kind\":", "kind: "));
    // PowerShell writes little-endian ones.
    let units: Vec<u16> = yaml(&info("u1")).encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    env.file("little.yaml", [b"\xff\xfe".as_slice(), &little].concat());
    env.file("big.yaml", [b"\xfe\xff".as_slice(), &big].concat());
    env.file("marked.yaml", format!("\u{feff}{}", yaml(&info("u1"))));
    for (file, expected) in [
        ("stream.json", &["s1", "s2"][..]),
        ("lines.json", &["i1", "i2", "i3"]),
        ("mixed.json", &["x1", "x2"]),
        ("nested.yaml", &["l2", "l1", "t1"]),
        ("flow.yaml", &["f1"]),
        ("little.yaml", &["u1"]),
        ("big.yaml", &["u1"]),
        ("marked.yaml", &["u1"]),
        ("one.yaml", &["y1"]),
        ("many.yml", &["m1", "m2"]),
        ("object.json", &["j1"]),
        ("list.json", &["l2", "l1"]),
        ("typed.json", &["t1"]),
        ("no-ending", &["n1"]),
        ("crlf.yaml", &["c1"]),
        ("bare.pem", &["bare"]),
        ("bare", &["bare"]),
    ] {
        assert_eq!(names(&env, &["-f", file]), expected, "{file}");
        // The same through a pipe.
        let bytes = std::fs::read(env.work().join(file)).expect("a file");
        let run = env
            .tool(["list", "-o", "name", "-f", "-"])
            .stdin(bytes)
            .run()
            .code(0)
            .quiet();
        let name = if file.starts_with("bare") {
            "stdin"
        } else {
            expected[0]
        };
        run.stdout_has(&[&format!("{RESOURCE}/{name}\n")]);
    }
    assert_eq!(
        names(&env, &["-f", "one.yaml", "-f", "object.json"]),
        ["j1", "y1"]
    );
}

#[test]
fn values_are_read_in_every_form_that_kubectl_takes() {
    let env = Env::new();
    let plain = yaml(&info("jane"));
    let request = plain
        .split("request: ")
        .nth(1)
        .and_then(|rest| rest.lines().next())
        .expect("a request");
    let (first, second) = request.split_at(64);
    let block = format!("|\n    {first}\n    {second}");
    let spec = |text: &str| {
        env.file("jane.yaml", text);
        let document = env
            .tool(["show", "-f", "jane.yaml", "-o", "json"])
            .run()
            .code(0)
            .quiet()
            .json();
        document["items"][0]["specSha256"].clone()
    };
    let expected = spec(&plain);
    for other in [
        plain.replace("3600", "3600.0"),
        plain.replace("3600", "3_600"),
        plain.replace("3600", "0xe10"),
        plain.replace("3600", "3.6e3"),
        plain.replace("3600", "!!int '3600'"),
        plain.replace(request, &block),
        plain.replace(request, &format!("\"{first}\\n{second}\"")),
        plain.replace(
            "metadata:\n",
            "metadata:\n  labels: null\n  annotations: ~\n",
        ),
        plain
            .replace("spec:\n", "spec:\n  uid:\n")
            .replace("  signerName: ", "  \"signerName\": ")
            + "status:\n",
        plain.replace(
            "  expirationSeconds: 3600\n",
            "  <<: {expirationSeconds: 3600}\n",
        ),
        plain.replace(
            "  name: \"jane\"\n",
            "  name: &name jane\n  annotations: {a: *name}\n",
        ),
    ] {
        assert_eq!(spec(&other), expected, "{other}");
    }
    // For kubectl and the server these are no text.
    for (label, why) in [
        ("42", "must be text; put 42 in quotes"),
        ("yes", "must be text; put true in quotes"),
        ("1.5", "must be text; put 1.5 in quotes"),
    ] {
        let text = plain.replace(
            "metadata:\n",
            &format!("metadata:\n  labels: {{ticket: {label}}}\n"),
        );
        env.file("jane.yaml", text);
        let line = format!(
            "error: jane cannot be read as a CSR: jane.yaml: metadata.labels.ticket: {why}\n"
        );
        env.tool(["list", "-f", "jane.yaml"])
            .run()
            .code(1)
            .stdout("")
            .stderr(&line);
    }
}

#[test]
fn a_directory_is_read_without_those_in_it() {
    let env = Env::new();
    for (file, name) in [
        ("d/b.yaml", "b"),
        ("d/a.YML", "a"),
        ("d/c.json", "c"),
        ("d/e/deep.yaml", "deep"),
        ("d/e/f/deeper.yaml", "deeper"),
        ("d/notes.txt", "notes"),
    ] {
        env.file(file, yaml(&info(name)));
    }
    for file in ["x.csr", "y.req", "z.P10"] {
        env.file(&format!("d/{file}"), RequestBuilder::user("jane").pem());
    }
    let list = |words: &[&str], names: &[&str], notes: &str| {
        let words = [&["list", "-o", "name", "-f"], words].concat();
        let lines: Vec<String> = names
            .iter()
            .map(|name| format!("{RESOURCE}/{name}\n"))
            .collect();
        env.tool(words)
            .run()
            .code(0)
            .stdout(&lines.concat())
            .stderr(notes);
    };
    let of_d = ["a", "b", "c", "x", "y", "z"];
    list(
        &["d"],
        &of_d,
        "note: left out subfolders: d/e; -R reads them too\n",
    );
    let all = ["a", "b", "c", "deep", "deeper", "x", "y", "z"];
    list(&["d", "-R"], &all, "");
    // A link back is not followed.
    std::os::unix::fs::symlink(env.work().join("d"), env.work().join("d/e/loop")).expect("a link");
    list(
        &["d", "--recursive"],
        &all,
        "note: left out subfolders: d/e/loop; -R reads them too\n",
    );
    env.file("empty/readme.txt", "");
    let searched =
        "A directory is searched for *.yaml, *.yml, *.json, *.pem, *.csr, *.req and *.p10.";
    let nothing = format!("error: empty holds no manifest and no request\nhint: {searched}");
    env.tool(["list", "-f", "empty"])
        .run()
        .code(1)
        .stdout("")
        .stderr(&format!("{nothing}\n"));
    env.file("empty/below/a.yaml", yaml(&info("a")));
    env.tool(["list", "-f", "empty"])
        .run()
        .code(1)
        .stdout("")
        .stderr(&format!(
            "{nothing} With -R, its subfolders are searched too.\n"
        ));
    list(&["empty", "-R"], &["a"], "");
    env.tool(["list", "-R"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has(&["--filename <FILE>"]);
}

#[test]
fn other_kinds_are_passed_over_in_a_folder() {
    let env = Env::new();
    let other = |kind: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: x}}\n");
    env.file("d/a.yaml", yaml(&info("a")) + "---\n" + &other("ConfigMap"));
    env.file("d/pod.yaml", other("Pod"));
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret"}, info("l").manifest()]});
    env.file("d/list.json", list.to_string());
    let run = env.tool(["list", "-o", "name", "-f", "d"]).run().code(0);
    run.stdout(&format!("{RESOURCE}/a\n{RESOURCE}/l\n")).stderr(
        "note: passed over other kinds: d/a.yaml (ConfigMap), d/list.json (Secret), d/pod.yaml (Pod)\n",
    );
    let run = env
        .tool(["list", "-o", "name", "-f", "d/a.yaml"])
        .run()
        .code(1);
    run.stdout(&format!("{RESOURCE}/a\n")).stderr(
        "error: x cannot be read as a CSR: d/a.yaml: is a \"ConfigMap\", not a CertificateSigningRequest\n",
    );
    // In a file that was named it is a mistake, and so is what is no manifest.
    for (file, why) in [
        (
            "d/pod.yaml",
            "x cannot be read as a CSR: d/pod.yaml: is a \"Pod\", not a CertificateSigningRequest",
        ),
        (
            "d/odd.yaml",
            "x cannot be read as a CSR: d/odd.yaml: is a \"Pod\" without apiVersion, not a CertificateSigningRequest",
        ),
        (
            "d/none.yaml",
            "not a CSR: d/none.yaml: is not a Kubernetes manifest",
        ),
    ] {
        env.file("d/odd.yaml", "kind: Pod\nmetadata: {name: x}\n");
        env.file("d/none.yaml", "a: b\n");
        let run = env.tool(["list", "-f", file]).run().code(1);
        run.stdout("").stderr(&format!("error: {why}\n"));
    }
    for kind in 0..7 {
        env.file(&format!("e/{kind}.yaml"), other("Pod"));
    }
    env.file("e/a.yaml", yaml(&info("a")));
    let run = env.tool(["list", "-o", "name", "-f", "e"]).run().code(0);
    run.stdout(&format!("{RESOURCE}/a\n"))
        .stderr_has(&["e/4.yaml (Pod) and 2 more\n"]);
}

#[test]
fn what_cannot_be_read_at_all_is_an_error() {
    let env = Env::new();
    let error = |words: &[&str], why: &str| {
        let run = env.tool(words).run();
        run.code(1).stdout("").stderr(&format!(
            "error: cannot read {why}\nhint: Check the path, and that you may read it.\n"
        ));
    };
    error(
        &["list", "-f", "nowhere\u{1b}.yaml"],
        "nowhere\\x1b.yaml: it does not exist",
    );
    error(&["show", "-f", "nowhere"], "nowhere: it does not exist");
    let url = env
        .tool(["show", "-f", "https://example.com/a.yaml"])
        .run()
        .code(1);
    url.stdout("").stderr(
        "error: cannot read https://example.com/a.yaml: it does not exist\n\
         hint: Only files are read: fetch it first, and look at what came.\n",
    );
    env.file("f", "");
    env.tool(["list", "-f", "f/g"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has(&["error: cannot read f/g: "]);
    for words in [
        &["list", "a", "-f", "f"][..],
        &["list", "-f", "f", "-l", "x"],
        &["list", "-f", "f", "--field-selector", "x"],
    ] {
        env.tool(words)
            .run()
            .code(2)
            .stdout("")
            .stderr_has(&["cannot be used with"]);
    }
}

#[test]
fn what_is_no_csr_is_told_and_hides_no_other() {
    let old = yaml(&info("old")).replace("certificates.k8s.io/v1", "certificates.k8s.io/v1beta1");
    let twice = info("twice")
        .json()
        .replacen("\"name\":", "\"name\":\"other\",\"name\":", 1);
    let twice_yaml = yaml(&info("twice")).replace("spec:\n", "spec:\n  signerName: a\n");
    let mut anchors = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for this in 'b'..'l' {
        let last = char::from_u32(u32::from(this) - 1).expect("a letter");
        let items = vec![format!("*{last}"); 9].join(", ");
        writeln!(anchors, "{this}: &{this} [{items}]").expect("a text");
    }
    let number = yaml(&info("number")).replace("3600", "\"3600\"");
    let no_list = json!({"apiVersion": "v1", "kind": "List"}).to_string();
    for (file, text, why) in [
        (
            "old.yaml",
            old.as_str(),
            "old cannot be read as a CSR: old.yaml: has apiVersion \"certificates.k8s.io/v1beta1\"; only certificates.k8s.io/v1 is understood",
        ),
        (
            "pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n",
            "p cannot be read as a CSR: pod.yaml: is a \"Pod\", not a CertificateSigningRequest",
        ),
        (
            "text.yaml",
            "just text\n",
            "not a CSR: text.yaml: is not a Kubernetes manifest",
        ),
        (
            "bad.yaml",
            "a: [b\nsecret: s3cr3t\n",
            "not a CSR: bad.yaml: is not YAML: ",
        ),
        (
            "bad.json",
            "{\"a\": s3cr3t",
            "not a CSR: bad.json: is not JSON: ",
        ),
        (
            "empty.yaml",
            "# nothing\n---\n",
            "not a CSR: empty.yaml: is empty",
        ),
        (
            "twice.json",
            twice.as_str(),
            "not a CSR: twice.json: \"name\" is set twice (line 1)\n",
        ),
        (
            "twice.yaml",
            twice_yaml.as_str(),
            "not a CSR: twice.yaml: \"signerName\" is set twice (line 9)\n",
        ),
        (
            "anchors.yaml",
            anchors.as_str(),
            "not a CSR: anchors.yaml: is too large with all that aliases repeat (line ",
        ),
        (
            "number.yaml",
            number.as_str(),
            "number cannot be read as a CSR: number.yaml: spec.expirationSeconds: must be a number; write 3600 without quotes",
        ),
        (
            "list.json",
            no_list.as_str(),
            "not a CSR: list.json: is a list without items",
        ),
        ("binary.yaml", "\0\u{1b}", "not a CSR: binary.yaml: "),
    ] {
        let env = Env::new();
        env.file(file, text);
        env.file("good.yaml", yaml(&info("good")));
        let run = env
            .tool(["list", "-o", "name", "-f", ".", "-f", file])
            .run()
            .code(1);
        let line = format!("error: {why}");
        run.stdout(&format!("{RESOURCE}/good\n"))
            .stderr_has(&[&line])
            .stderr_lacks(&["s3cr3t", "\0", "\u{1b}"]);
        // Nobody can judge it: a gate does not pass it.
        let gate = ["list", "-f", file, "--fail-on", "critical"];
        env.tool(gate).run().code(3).stdout("").stderr_has(&[&line]);
    }
    let env = Env::new();
    env.file("bytes.yaml", b"\xff\x01\x00");
    let run = env
        .tool(["show", "-f", "bytes.yaml"])
        .run()
        .code(1)
        .stdout("");
    run.stderr("error: not a CSR: bytes.yaml: is neither a manifest nor a PEM request\n");
}

#[test]
fn no_cluster_is_asked_about_files() {
    let server = ApiServer::with([info("a")]);
    let with = Env::with(&server);
    let bad = Env::new()
        .var("KUBECONFIG", "/nowhere")
        .var("HTTPS_PROXY", "http://127.0.0.1:9");
    let text = yaml(&critical("a").denied());
    for env in [&with, &bad] {
        env.file("a.yaml", &text);
        for verb in ["list", "show"] {
            let run = env
                .tool([verb, "-f", "a.yaml", "--context", "nowhere"])
                .run();
            run.code(0).stdout_has(&["mallory", "critical"]).quiet();
        }
    }
    assert_eq!(server.lines(), [""; 0]);
}

#[test]
fn filters_hold_for_files() {
    let env = Env::new();
    let all = [info("a"), critical("b"), high("c"), info("d").approved()];
    let items: Vec<Value> = all.into_iter().map(CsrObject::build).collect();
    env.file(
        "all.json",
        json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string(),
    );
    let pick = |words: &[&str]| names(&env, &[&["-f", "all.json"], words].concat());
    // Whatever its status says, a file is what could be created from it.
    assert_eq!(pick(&[]), ["b", "c", "a", "d"]);
    assert_eq!(pick(&["--signer", "kubernetes.io/kubelet-serving"]), ["c"]);
    assert_eq!(pick(&["--requestor", "jane"]), ["a", "d"]);
    assert_eq!(pick(&["--min-risk", "high"]), ["b", "c"]);
}

#[test]
fn a_gate_for_files() {
    let env = Env::new();
    env.file("low/a.json", info("a").json());
    env.file("high/a.json", critical("a").json());
    env.file("odd/a.json", unreviewable("a").json());
    for (words, code) in [
        (&["low", "--fail-on", "high"][..], 0),
        (&["low", "--fail-on", "info"], 3),
        (&["high", "--fail-on", "critical"], 3),
        (&["odd", "--fail-on", "critical"], 3),
        (&["high"], 0),
    ] {
        let words = ["list", "-o", "name", "-f"].iter().chain(words);
        env.tool(words)
            .run()
            .code(code)
            .stdout(&format!("{RESOURCE}/a\n"))
            .quiet();
    }
}
