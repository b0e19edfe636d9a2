//! CSRs as such a cluster holds them: mostly kubelets and people who renew, some for new people, some of
//! workloads with a signer of their own, and a few that nobody should approve.

use jiff::{SignedDuration, Timestamp};

use super::cluster::{NODES, STAFF, TEAMS, USERS, node_of, team};
use super::request::{CsrObject, Key, RequestBuilder};

/// How many there are.
pub(crate) const COUNT: usize = 10_000;

/// When they are judged. They were created within six hours before.
pub(crate) fn now() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().expect("a time")
}

/// The objects, as the API server lists them.
pub(crate) fn json() -> Vec<String> {
    (0..COUNT)
        .map(|number| {
            let age = SignedDuration::from_secs(60 + 2 * i64::try_from(number).expect("small"));
            let object = decided(object(number), number);
            object.created(&(now() - age).to_string()).json()
        })
        .collect()
}

/// Most wait, many are issued, what is hostile was denied now and then.
fn decided(object: CsrObject, number: usize) -> CsrObject {
    match (number / 100 % 10, number % 100) {
        (0..6, _) => object,
        (9, 97..) => object.denied(),
        _ => object.approved().certificate(&"a certificate ".repeat(80)),
    }
}

/// Of each hundred there is the same mix.
fn object(number: usize) -> CsrObject {
    let name = format!("csr-{number}");
    match number % 100 {
        0..24 => renewal(&name, number),
        24..40 => for_new_person(&name, number),
        40..70 => serving(&name, number),
        70..84 => renewal_of_node(&name, number),
        84..92 => bootstrap(&name, number),
        92..97 => workload(&name, number),
        _ => hostile(&name, number),
    }
}

/// A name like `person-7`.
pub(crate) fn person(number: usize) -> String {
    format!("person-{}", number % USERS)
}

/// Somebody renews what they log in with. Every tenth is on call.
fn renewal(name: &str, number: usize) -> CsrObject {
    let (person, team) = (person(number), team(number));
    let mut groups = vec![team.as_str(), STAFF];
    if number.is_multiple_of(10) {
        groups.push("on-call");
    }
    let request = groups
        .iter()
        .fold(RequestBuilder::user(&person), |request, group| {
            request.group(group)
        })
        .key_of(name)
        .pem();
    groups.push("system:authenticated");
    CsrObject::new(name, request).requestor(&person, &groups)
}

/// An administrator asks for somebody new, every other time with the one RSA key of a careless tool.
fn for_new_person(name: &str, number: usize) -> CsrObject {
    let key = if number.is_multiple_of(2) {
        Key::Rsa2048
    } else {
        Key::P256Of(name.to_owned())
    };
    let person = format!("new-person-{number}");
    let request = RequestBuilder::user(&person)
        .group(&team(number))
        .group(STAFF)
        .key(key)
        .pem();
    CsrObject::for_new_person(name, &person).request(request)
}

fn serving(name: &str, number: usize) -> CsrObject {
    let (node, address) = node_of(number);
    let request = RequestBuilder::node(&node)
        .dns(&node)
        .ip(&address)
        .key_of(name)
        .pem();
    CsrObject::kubelet_serving(name, &node).request(request)
}

fn renewal_of_node(name: &str, number: usize) -> CsrObject {
    let (node, _) = node_of(number);
    let request = RequestBuilder::node(&node).key_of(name).pem();
    CsrObject::kubelet_renewal(name, &node).request(request)
}

fn bootstrap(name: &str, number: usize) -> CsrObject {
    let node = format!("new-node-{number}");
    let request = RequestBuilder::node(&node).key_of(name).pem();
    CsrObject::kubelet_bootstrap(name, &node).request(request)
}

/// A pod asks a mesh's signer for the certificate that it serves with.
fn workload(name: &str, number: usize) -> CsrObject {
    let namespace = format!("app-{}", number % 2_000);
    let request = RequestBuilder::empty()
        .dns(&format!("web.{namespace}.svc"))
        .uri(&format!("spiffe://cluster.local/ns/{namespace}/sa/web"))
        .key_of(name)
        .pem();
    let groups = [
        "system:serviceaccounts",
        &format!("system:serviceaccounts:{namespace}"),
        "system:authenticated",
    ];
    CsrObject::new(name, request)
        .signer("mesh.example.com/workload")
        .usages(&["digital signature", "server auth", "client auth"])
        .requestor(&format!("system:serviceaccount:{namespace}:web"), &groups)
}

/// Somebody wants more than they should have.
fn hostile(name: &str, number: usize) -> CsrObject {
    let mallory = format!("mallory-{}", number % TEAMS);
    let groups = [STAFF, "system:authenticated"];
    let own =
        |request: &RequestBuilder| CsrObject::new(name, request.pem()).requestor(&mallory, &groups);
    let (node, address) = node_of(number);
    match number / 100 % 6 {
        // All power, asked for plainly.
        0 => own(&RequestBuilder::user(&mallory)
            .group("system:masters")
            .key_of(name)),
        // By another group that is worth as much, or by one's name.
        1 => own(&RequestBuilder::user("kubernetes-admin")
            .group("kubeadm:cluster-admins")
            .key_of(name)),
        // A group that only looks like another one (a Cyrillic letter).
        2 => own(&RequestBuilder::user(&mallory)
            .group("st\u{430}ff")
            .group("on-call")
            .key_of(name)),
        // A node that would serve as the API server.
        3 => CsrObject::kubelet_serving(name, &node).request(
            RequestBuilder::node(&node)
                .dns("kubernetes.default.svc")
                .ip(&address)
                .ip("10.96.0.1")
                .key_of(name)
                .pem(),
        ),
        // A request that its key did not sign.
        4 => own(&RequestBuilder::user(&person(number))
            .group(STAFF)
            .key_of(name)
            .broken_signature()),
        // A node that would be another one, with the key of a third CSR.
        _ => {
            let (victim, _) = node_of(number + NODES / 2);
            let request = RequestBuilder::node(&victim).key_of("csr-70").pem();
            CsrObject::kubelet_renewal(name, &node).request(request)
        }
    }
}
