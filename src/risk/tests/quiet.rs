//! What nearly makes each rule fire, and does not.

mod access;
mod history;
mod node;

use std::sync::OnceLock;

use serde_json::json;

use crate::facts::rbac::testing::{Objects, service_account};
use crate::request_builder::der::tlv;
use crate::request_builder::string::{IA5, NUMERIC, PRINTABLE, UNIVERSAL, UTF8};
use crate::request_builder::{
    Armour, CN, CsrObject, Key, O, OU, RequestBuilder, RsaNumbers, RsaScheme, attribute,
    dns_extension,
};

use super::{Row, around, around_bytes, bare, group, jane, manifest, quiet, server, user};

/// Built once: RSA without optimization takes its time.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(all)
}

fn all() -> Vec<Row> {
    [
        encoding(),
        text(),
        identity(),
        nodes_and_lookalikes(),
        access::access(),
        requestor(),
        node(),
        node::known(),
        history::history(),
        history::keys(),
        san(),
        signer(),
        key(),
        extension(),
        object(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn encoding() -> Vec<Row> {
    let armoured = |armour: &Armour| around_bytes(jane().armoured(armour));
    let groups = (0..7).fold(jane(), |request, number| {
        request.group(&format!("g{number}"))
    });
    vec![
        quiet("request-refused", around(&jane())),
        quiet("request-refused", around(&jane().key(Key::P521))),
        quiet("object-refused", manifest(&around(&jane()))),
        // What a server has, it took once.
        quiet("object-refused", around(&jane()).signer("example/clients")),
        quiet("pem-multiple-blocks", around(&jane())),
        quiet(
            "pem-multiple-blocks",
            armoured(&Armour::new().after("-----END X-----\n")),
        ),
        quiet("pem-noncanonical", around(&jane())),
        quiet("pem-noncanonical", armoured(&Armour::new().crlf())),
        quiet("pem-noncanonical", armoured(&Armour::new().width(76))),
        quiet(
            "pem-noncanonical",
            armoured(&Armour::new().no_final_newline()),
        ),
        quiet("pem-noncanonical", armoured(&Armour::new().after("\n"))),
        quiet(
            "pem-noncanonical",
            armoured(&Armour::new().before("\n\r\n")),
        ),
        quiet("pem-noncanonical", armoured(&Armour::new().width(0))),
        quiet("pem-noncanonical", armoured(&Armour::new().crlf_inside())),
        // A block of another kind, but flawless: that it is refused is another finding.
        quiet(
            "pem-noncanonical",
            armoured(&Armour::new().label("CERTIFICATE")),
        ),
        quiet("enc-noncanonical-der", around(&jane())),
        // Subject and alternative names empty, but whole.
        quiet(
            "enc-noncanonical-der",
            around(&RequestBuilder::empty().raw_san(tlv(0x30, &[]))),
        ),
        quiet("enc-multiple-cn", around(&jane().name(OU, UTF8, "bob"))),
        quiet("enc-multiple-cn", around(&jane().group("bob"))),
        quiet(
            "enc-unusual-name",
            around(&RequestBuilder::empty().name(CN, PRINTABLE, "jane")),
        ),
        quiet("enc-unusual-name", around(&jane().name(O, IA5, "dev"))),
        quiet("enc-unusual-name", around(&jane().name(O, NUMERIC, "12"))),
        // As Go writes a list of groups.
        quiet(
            "enc-unusual-name",
            around(
                &RequestBuilder::user("jane")
                    .rdn(vec![attribute(O, UTF8, "dev"), attribute(O, UTF8, "ops")]),
            ),
        ),
        // Neither user nor group.
        quiet(
            "enc-unusual-name",
            around(&jane().rdn(vec![
                attribute(OU, UTF8, "a"),
                attribute("2.5.4.6", UTF8, "de"),
            ])),
        ),
        quiet(
            "enc-unusual-name",
            around(&jane().name(OU, UNIVERSAL, b"\0\0\0x")),
        ),
        quiet("too-much-to-read", around(&groups)),
        quiet("too-much-to-read", around(&jane().key(Key::Rsa2048))),
    ]
}

fn text() -> Vec<Row> {
    let note = |value: &str| around(&jane()).annotation("note", value);
    vec![
        quiet("text-control", user("jane doe")),
        // A manifest in an annotation has lines.
        quiet("text-control", note("line\n\tline\n")),
        quiet("text-control", user("zoë")),
        quiet("text-invisible", user("jane doe")),
        quiet("text-invisible", user("ja\u{308}ne")),
        quiet("text-invisible", note("two  spaces ")),
        quiet("text-unusual", user(&"j".repeat(64))),
        // Nodes of clouds are called so.
        quiet(
            "text-unusual",
            around(&RequestBuilder::node(
                "worker-us-east-1a-abcde.c.a-project-of-a-long-name.internal",
            )),
        ),
        quiet("text-unusual", user("jane.doe-2@example.org")),
        // Long, and decides nothing.
        quiet(
            "text-unusual",
            around(&jane().name(OU, UTF8, "x".repeat(100))),
        ),
    ]
}

fn identity() -> Vec<Row> {
    let unit = |name: &str| around(&jane().name(OU, UTF8, name));
    let own = quiet("subject-is-reviewer", around(&jane())).reviewer("jane");
    let other = quiet("subject-is-reviewer", user("boss")).reviewer("Boss");
    vec![
        quiet("subject-system-masters", unit("system:masters")),
        quiet("subject-system-masters", user("system:masters")),
        quiet("subject-system-masters", group("System:masters")),
        quiet("subject-system-masters", group("system:masters ")),
        quiet(
            "subject-system-masters",
            around(&jane().dns("system:masters")),
        ),
        quiet(
            "subject-kubeadm-cluster-admins",
            unit("kubeadm:cluster-admins"),
        ),
        quiet(
            "subject-kubeadm-cluster-admins",
            group("kubeadm:cluster-admin"),
        ),
        quiet("subject-privileged-group", group("system:cluster-admin")),
        quiet("subject-privileged-group", user("system:cluster-admins")),
        quiet("subject-privileged-group", group("dev")),
        quiet(
            "subject-privileged-user",
            user("system:kube-controller-manage"),
        ),
        quiet("subject-privileged-user", group("system:kube-scheduler")),
        quiet("subject-privileged-user", user("jane")),
        quiet(
            "subject-service-account",
            user("system:serviceaccount:shop"),
        ),
        quiet(
            "subject-service-account",
            user("system:serviceaccounts:shop:cart"),
        ),
        quiet(
            "subject-service-account",
            group("system:serviceaccount:shop:cart"),
        ),
        quiet("subject-reserved-prefix", user("systemd:x")),
        quiet(
            "subject-reserved-prefix",
            around(&RequestBuilder::node("n1")),
        ),
        // It is its own already.
        quiet(
            "subject-reserved-prefix",
            CsrObject::own_renewal("x", "system:multus:n1"),
        ),
        quiet("subject-reserved-prefix", component("n1")),
        // Others speak about these.
        quiet("subject-reserved-prefix", group("system:masters")),
        quiet(
            "subject-reserved-prefix",
            user("system:serviceaccount:shop:cart"),
        ),
        quiet("subject-external-idp-name", user("jane.doe")),
        quiet("subject-external-idp-name", user("oidcjane")),
        quiet(
            "subject-external-idp-name",
            server(&RequestBuilder::user("jane@example.org")),
        ),
        quiet(
            "subject-external-idp-name",
            CsrObject::own_renewal("x", "jane@example.org"),
        ),
        own,
        other,
        quiet("subject-is-reviewer", user("boss")),
        quiet("subject-empty", around(&jane())),
        quiet("subject-empty", user(" ")),
        quiet("subject-extra-attributes", around(&jane())),
    ]
}

fn nodes_and_lookalikes() -> Vec<Row> {
    vec![
        quiet(
            "subject-node-wrong-signer",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "subject-node-wrong-signer",
            CsrObject::kubelet_serving("x", "n1"),
        ),
        quiet("subject-node-wrong-signer", user("system:node:n1")),
        quiet(
            "subject-node-malformed",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "subject-node-malformed",
            CsrObject::kubelet_renewal("x", "ip-10-0-0-7.eu.compute.internal"),
        ),
        quiet("subject-node-malformed", user("system:nodes")),
        quiet("subject-lookalike", group("system:masters")),
        quiet("subject-lookalike", group("kubeadm:cluster-admins")),
        quiet("subject-lookalike", CsrObject::kubelet_renewal("x", "n1")),
        quiet("subject-lookalike", user("jane")),
        quiet("subject-lookalike", user("jürgen")),
        quiet("subject-lookalike", group("system-operators")),
    ]
}

/// What a network plugin of node n1 requests with the credentials of that node.
fn component(node: &str) -> CsrObject {
    let request = RequestBuilder::user("system:multus:n1").group("system:multus");
    CsrObject::new("csr-8gczf", request.pem()).requestor_node(node)
}

fn requestor() -> Vec<Row> {
    let from = |username: &str, groups: &[&str], request: &RequestBuilder| {
        CsrObject::new("x", request.pem()).requestor(username, groups)
    };
    let account = "system:serviceaccount:shop:cart";
    let bootstrap = || CsrObject::kubelet_bootstrap("x", "n1");
    let vendor = || bootstrap().requestor("system:serviceaccount:machines:join", &[]);
    let not_me = quiet("requestor-self-review", around(&jane())).reviewer("boss");
    vec![
        quiet("requestor-self-renewal", user("bob")),
        quiet("requestor-self-renewal", around(&jane().group("ops"))),
        // Names that log in nowhere are nobody's own.
        quiet("requestor-self-renewal", server(&jane())),
        quiet(
            "requestor-self-renewal",
            from("", &[], &RequestBuilder::user("")),
        ),
        quiet("requestor-subject-mismatch", around(&jane())),
        quiet("requestor-subject-mismatch", bootstrap()),
        quiet(
            "requestor-subject-mismatch",
            server(&RequestBuilder::user("bob")),
        ),
        quiet("requestor-group-escalation", around(&jane())),
        quiet(
            "requestor-group-escalation",
            around(&RequestBuilder::user("jane")),
        ),
        quiet("requestor-group-escalation", bootstrap()),
        quiet("requestor-group-escalation", bare(&jane())),
        quiet("requestor-anonymous", around(&jane())),
        quiet("requestor-anonymous", user("system:anonymous")),
        quiet(
            "requestor-service-account",
            from(account, &[], &RequestBuilder::user(account)),
        ),
        quiet("requestor-service-account", around(&jane())),
        quiet(
            "requestor-service-account",
            server(&jane()).requestor(account, &[]),
        ),
        quiet(
            "requestor-node-overreach",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "requestor-node-overreach",
            CsrObject::kubelet_serving("x", "n1"),
        ),
        quiet("requestor-node-overreach", bootstrap()),
        // Not a node to the API server: without the group the name is free.
        quiet(
            "requestor-node-overreach",
            from("system:node:n1", &[], &jane()),
        ),
        // Vendors join nodes with such accounts.
        quiet("requestor-service-account", vendor()).rbac(&bootstrappers()),
        quiet("requestor-group-escalation", vendor()).rbac(&bootstrappers()),
        quiet("requestor-subject-mismatch", vendor()).rbac(&bootstrappers()),
        quiet("requestor-node-overreach", component("n1")),
        quiet("requestor-subject-mismatch", component("n1")),
        quiet("requestor-group-escalation", component("n1")),
        // Each has a rule of its own.
        quiet(
            "requestor-subject-mismatch",
            from(account, &[], &RequestBuilder::user("bob")),
        ),
        quiet(
            "requestor-subject-mismatch",
            from(
                "system:node:n1",
                &["system:nodes"],
                &RequestBuilder::user("bob"),
            ),
        ),
        not_me,
        quiet("requestor-self-review", around(&jane())),
        quiet("requestor-self-review-unchecked", around(&jane())),
        quiet("requestor-self-review-unchecked", around(&jane())).reviewer("boss"),
        // None of them approves anything.
        quiet(
            "requestor-self-review-unchecked",
            CsrObject::kubelet_renewal("x", "n1"),
        )
        .no_reviewer(),
        quiet("requestor-self-review-unchecked", bootstrap()).no_reviewer(),
        quiet("requestor-self-review-unchecked", component("n1")).no_reviewer(),
        quiet("requestor-missing", around(&jane())),
    ]
}

/// The ServiceAccount with which a vendor joins nodes.
fn bootstrappers() -> Objects {
    let rule = "create certificatesigningrequests/nodeclient group=certificates.k8s.io";
    Objects::default().allow("join", rule, service_account("machines", "join"))
}

fn node() -> Vec<Row> {
    vec![
        quiet(
            "node-component-identity",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet("node-component-identity", component("n2")),
        quiet(
            "node-component-identity",
            CsrObject::own_renewal("x", "system:multus:n1"),
        ),
        quiet(
            "node-bootstrap-unchecked",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "node-bootstrap-unchecked",
            CsrObject::kubelet_bootstrap("x", "n1").requestor("system:bootstrap:abcdef", &[]),
        ),
        quiet(
            "node-serving-addresses-unchecked",
            CsrObject::kubelet_renewal("x", "n1"),
        ),
        quiet(
            "node-serving-addresses-unchecked",
            CsrObject::kubelet_serving("x", "n1").request(RequestBuilder::node("n1").pem()),
        ),
        quiet(
            "node-serving-requestor",
            CsrObject::kubelet_serving("x", "n1"),
        ),
        quiet(
            "node-serving-requestor",
            CsrObject::kubelet_bootstrap("x", "n1"),
        ),
        // Nobody says who asks, which has a rule of its own.
        quiet(
            "node-serving-requestor",
            manifest(&CsrObject::kubelet_serving("x", "n1").requestor("", &[])),
        ),
    ]
}

fn san() -> Vec<Row> {
    let serves = |name: &str| server(&jane().dns(name));
    let address = |address: &str| server(&jane().ip(address));
    vec![
        quiet("san-apiserver-unchecked", address("10.0.0.7")),
        quiet("san-apiserver-unchecked", serves("a.example")).no_service(),
        quiet("san-apiserver-unchecked", around(&jane())).no_service(),
        // Private networks and hosts are called so too.
        quiet("san-cluster-service", serves("db.corp.internal")),
        quiet("san-cluster-service", serves("worker-1.cluster.local")),
        quiet("san-cluster-service", serves("db.svc")),
        quiet("san-cluster-service", serves("x.db.pod.example")),
        quiet("san-apiserver", serves("kubernetes.example.org")),
        quiet("san-apiserver", serves("notkubernetes.default.svc")),
        quiet("san-cluster-service", serves("svc.example.org")),
        // The API server's own names have a rule of their own.
        quiet("san-cluster-service", serves("kubernetes.default.svc")),
        quiet(
            "san-cluster-service",
            CsrObject::kubelet_serving("x", "n1").request(
                RequestBuilder::node("n1")
                    .dns("ip-10-0-0-7.eu.compute.internal")
                    .pem(),
            ),
        ),
        quiet("san-wildcard", serves("star.example.org")),
        quiet("san-special-address", address("10.0.0.7")),
        quiet("san-special-address", address("126.255.255.255")),
        quiet("san-special-address", address("169.253.0.1")),
        quiet("san-special-address", address("2001:db8::1")),
        quiet("san-special-address", serves("localhost.example.org")),
        quiet("san-dns-malformed", serves("a-b.example.org")),
        quiet("san-dns-malformed", serves("0xg.example")),
        quiet("san-dns-malformed", serves("1.a1")),
        quiet("san-dns-malformed", serves("*.example.org")),
        quiet("san-dns-malformed", serves("Www.Example.org")),
        quiet("san-unusual-kind", serves("a.example")),
        quiet("san-unusual-kind", address("10.0.0.7")),
        quiet("san-on-client", serves("a.example")),
        quiet("san-on-client", around(&jane())),
        quiet("san-on-client", CsrObject::kubelet_serving("x", "n1")),
    ]
}

fn signer() -> Vec<Row> {
    let uses = |signer: &str, usages: &[&str]| around(&jane()).signer(signer).usages(usages);
    let client = "kubernetes.io/kube-apiserver-client";
    let custom = "example.com/x";
    let lasts = |seconds: i64| around(&jane()).expiration(seconds);
    vec![
        quiet(
            "signer-legacy-unknown",
            uses("example.com/legacy-unknown", &["client auth"]),
        ),
        quiet("signer-custom", around(&jane())),
        quiet("signer-custom", CsrObject::kubelet_serving("x", "n1")),
        quiet("signer-missing", manifest(&around(&jane()))),
        quiet("signer-would-refuse", around(&jane())),
        quiet("signer-would-refuse", CsrObject::kubelet_serving("x", "n1")),
        quiet("signer-would-refuse", uses(custom, &["any"])),
        quiet("usage-dangerous", around(&jane())),
        quiet(
            "usage-dangerous",
            uses(custom, &["content commitment", "server auth"]),
        ),
        quiet("usage-mixed", around(&jane())),
        quiet("usage-mixed", uses(custom, &["server auth"])),
        quiet("usage-mixed", uses(custom, &["client auth"])),
        quiet("usage-unknown", uses(client, &["client auth", "s/mime"])),
        quiet("usage-unknown", bare(&jane())),
        quiet("expiry-long", lasts(600)),
        quiet("expiry-long", lasts(7 * 86_400)),
        quiet("expiry-long", CsrObject::kubelet_renewal("x", "n1")),
        quiet("expiry-long", server(&jane()).expiration(10 * 365 * 86_400)),
        quiet("expiry-long", server(&jane()).no_expiration()),
        quiet("expiry-long", bare(&jane())),
    ]
}

fn key() -> Vec<Row> {
    let keyed = |key: Key| around(&jane().key(key));
    let usual = || Key::Rsa(RsaNumbers::bits_2048());
    let pss = jane().key(Key::Rsa2048).rsa_scheme(RsaScheme::PssSha256);
    vec![
        quiet("crypto-weak", keyed(usual())),
        quiet("crypto-weak", keyed(Key::P256)),
        quiet(
            "crypto-weak",
            keyed(Key::Rsa(RsaNumbers::of_ones(3072, &[1, 0, 1]))),
        ),
        quiet("key-unusual", keyed(Key::P384)),
        quiet("key-unusual", keyed(Key::Ed25519)),
        quiet(
            "key-unusual",
            keyed(Key::Rsa(RsaNumbers::of_ones(8192, &[1, 0, 1]))),
        ),
        quiet("sig-unverifiable", keyed(Key::P521)),
        quiet("sig-unverifiable", keyed(Key::Rsa(RsaNumbers::bits_1024()))),
        quiet("sig-unverifiable", around(&pss)),
        quiet("sig-unverifiable", around(&jane().broken_signature())),
    ]
}

fn extension() -> Vec<Row> {
    let name = [dns_extension(&["a.example"])];
    vec![
        quiet("ext-ca", around(&jane().basic_constraints(false))),
        quiet("ext-ca", around(&jane().key_usage(&[0, 2]))),
        quiet(
            "ext-ambiguous",
            around(&jane().dns("a.example").basic_constraints(false)),
        ),
        quiet(
            "ext-ambiguous",
            around(&jane().second_extension_request(&name)),
        ),
        quiet("ext-unusual", around(&jane())),
        quiet("ext-unusual", around(&jane().dns("a.example"))),
        quiet(
            "ext-unusual",
            around(
                &jane()
                    .key_usage(&[0, 2])
                    .ext_key_usage(&["1.3.6.1.5.5.7.3.2"]),
            ),
        ),
        quiet("ext-unusual", around(&jane().basic_constraints(false))),
    ]
}

fn object() -> Vec<Row> {
    let named = |name: &str| CsrObject::own_renewal(name, "jane");
    let plain = || named("jane");
    let spec = plain().manifest().to_string();
    vec![
        quiet("name-unsafe", named("jane-2026.renewal")),
        quiet("name-unsafe", named("csr-of-jane")),
        quiet("name-unsafe", named("Jane_2026")),
        // Every program that is built on client-go has such names.
        quiet("name-unsafe", named("csr-x7k2p")),
        quiet(
            "name-unsafe",
            CsrObject::kubelet_bootstrap(
                "node-csr-0CKsPZ0SjS0q7fSQB7aj_VZ9_gPjYz-5cN4TVTs3jd8",
                "n1",
            ),
        ),
        quiet("name-unsafe", CsrObject::kubelet_renewal("csr-x7k2p", "n1")),
        quiet(
            "name-unsafe",
            CsrObject::kubelet_bootstrap("node-csr-abc", "n1"),
        ),
        quiet("name-unsafe", bare(&jane())),
        quiet("meta-misleading", plain().label("team", "shop")),
        quiet("meta-misleading", plain_applied(&spec, plain())),
        quiet("state-contradictory", plain().approved()),
        quiet("state-contradictory", plain().denied().failed()),
        quiet(
            "state-issued-without-approval",
            plain().approved().certificate("x"),
        ),
        quiet("state-issued-without-approval", plain().failed()),
        quiet("state-odd", plain()),
        quiet("state-odd", plain().approved()),
        quiet("state-odd", plain().approved().certificate("x")).at("2026-03-02T12:00:00Z"),
        quiet("state-odd", plain().created("2026-03-01T12:05:00Z")),
        quiet("state-odd", plain().metadata("finalizers", json!([]))),
    ]
}

/// With the annotation of `kubectl apply`.
fn plain_applied(manifest: &str, object: CsrObject) -> CsrObject {
    // The same request must stand in both, and a signature is another one each time.
    let request = object.build()["spec"]["request"].clone();
    let mut applied: serde_json::Value = serde_json::from_str(manifest).expect("JSON");
    applied["spec"]["request"] = request.clone();
    let text = applied.to_string();
    CsrObject::own_renewal("jane", "jane")
        .spec("request", request)
        .annotation("kubectl.kubernetes.io/last-applied-configuration", &text)
}
