//! One CSR of each risk, and what goes with them.

use serde_json::Value;

use super::env::Env;
use super::request::der::tlv;
use super::request::{Armour, CsrObject, RequestBuilder};

/// How kubectl writes the type of a CSR.
pub(crate) const RESOURCE: &str = "certificatesigningrequest.certificates.k8s.io";

/// Risk info: somebody renews a certificate.
pub(crate) fn info(name: &str) -> CsrObject {
    let request = RequestBuilder::user("jane").group("dev").key_of(name);
    CsrObject::own_renewal(name, "jane").request(request.pem())
}

/// Risk medium: an administrator asks for a new person, for as long as the signer gives.
pub(crate) fn medium(name: &str) -> CsrObject {
    let request = RequestBuilder::user("newcomer").group("dev").key_of(name);
    CsrObject::for_new_person(name, "newcomer")
        .request(request.pem())
        .no_expiration()
}

/// Risk high: a kubelet asks for a serving certificate, and there is no such node.
pub(crate) fn high(name: &str) -> CsrObject {
    let request = RequestBuilder::node("node-1").dns("node-1").ip("10.0.0.7");
    CsrObject::kubelet_serving(name, "node-1").request(request.key_of(name).pem())
}

/// Risk critical: membership in a group that may do everything.
pub(crate) fn critical(name: &str) -> CsrObject {
    let request = RequestBuilder::user("mallory")
        .group("kubeadm:cluster-admins")
        .key_of(name);
    CsrObject::new(name, request.pem()).requestor("mallory", &["system:authenticated"])
}

/// A CSR with so many names.
pub(crate) fn fat(name: &str, names: usize) -> CsrObject {
    let san = tlv(0x30, &[0x82, 1, b'a'].repeat(names));
    let request = RequestBuilder::user("eve").raw_san(san);
    CsrObject::own_renewal(name, "eve").request(request.pem())
}

/// Unreviewable: two requests in one text.
pub(crate) fn unreviewable(name: &str) -> CsrObject {
    let other = RequestBuilder::user("bob").pem();
    let other = String::from_utf8(other).expect("PEM is text");
    let request = RequestBuilder::user("jane")
        .key_of(name)
        .armoured(&Armour::new().after(&other));
    CsrObject::new(name, request).requestor("jane", &["system:authenticated"])
}

/// The line that says that a CSR is approved.
pub(crate) fn approved(name: &str) -> String {
    format!("{RESOURCE}/{name} approved\n")
}

/// The line that says that a CSR is denied.
pub(crate) fn denied(name: &str) -> String {
    format!("{RESOURCE}/{name} denied\n")
}

/// The fingerprint that `show` prints.
#[track_caller]
pub(crate) fn fingerprint(env: &Env, name: &str) -> String {
    let output = env.tool(["show", name, "-o", "json"]).run().code(0).quiet();
    let json = output.json();
    let text = json["items"][0]["fingerprint"].as_str();
    text.expect("a fingerprint").to_owned()
}

/// A manifest as people keep it in a repository.
pub(crate) fn yaml(object: &CsrObject) -> String {
    let manifest = object.manifest();
    let spec = &manifest["spec"];
    format!(
        "# From a repository.\napiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata:\n  name: {}\n\
         spec:\n  request: {}\n  signerName: {}\n  usages:\n  - {}\n  expirationSeconds: {}\n",
        manifest["metadata"]["name"],
        spec["request"].as_str().expect("a text"),
        spec["signerName"].as_str().expect("a text"),
        spec["usages"]
            .as_array()
            .expect("a list")
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
            .join("\n  - "),
        spec["expirationSeconds"],
    )
}
