//! Comparing CSRs.

use crate::csr::{self, Csr, Source};
use crate::request_builder::{CsrObject, Key, RequestBuilder};

use super::*;

fn csr(object: &CsrObject) -> Csr {
    csr::read(&object.json(), Source::Cluster).unwrap()
}

fn index(objects: &[CsrObject]) -> (Others, Vec<Entry>) {
    let csrs: Vec<Csr> = objects.iter().map(csr).collect();
    let others = Others::index(csrs.iter().map(Entry::of).collect());
    (others, csrs.iter().map(Entry::of).collect())
}

/// A CSR for that user with a key of its own, created at that minute of noon.
fn asks(name: &str, requestor: &str, user: &str, key: u8, minute: u32) -> CsrObject {
    let request = RequestBuilder::user(user)
        .group("dev")
        .key(Key::P256Numbered(key));
    CsrObject::new(name, request.pem())
        .requestor(requestor, &[])
        .created(&format!("2026-03-01T12:{minute:02}:00Z"))
}

fn name(entry: Option<&Entry>) -> Option<&str> {
    entry.map(|entry| &*entry.name)
}

#[test]
fn a_lone_csr_has_nothing_to_say() {
    for object in [
        CsrObject::own_renewal("a", "jane"),
        CsrObject::own_renewal("a", "jane").denied(),
        CsrObject::kubelet_bootstrap("a", "n1"),
        CsrObject::new("a", "no request"),
    ] {
        let (others, entries) = index(&[object]);
        let of = &entries[0];
        assert_eq!(others.len(), 1);
        assert_eq!(others.key_reuse(of), None);
        assert_eq!(others.replay(of), None);
        assert_eq!(others.rival(of), None);
        assert_eq!(others.denied_key(of), None);
        assert_eq!(others.denied_identity(of), None);
        assert_eq!(others.successor(of), None);
        assert!(others.load(of).pending <= 1);
        assert_eq!(others.groups().len(), 1);
    }
}

#[test]
fn an_index_answers_for_csrs_that_it_does_not_hold() {
    let (others, _) = index(&[asks("a", "jane", "jane", 1, 0)]);
    let (_, later) = index(&[asks("b", "mallory", "jane", 1, 1)]);
    assert_eq!(name(others.rival(&later[0])), Some("a"));
    let (how, reused) = others.key_reuse(&later[0]).unwrap();
    assert_eq!((how, &*reused.name), (KeyReuse::Requestor, "a"));
}

#[test]
fn the_oldest_that_differs_is_named_whatever_the_order() {
    let mut objects = vec![
        asks("d", "jane", "jane", 1, 3),
        asks("b", "jane", "jane", 1, 1),
        asks("c", "mallory", "jane", 1, 2),
        asks("a", "trent", "jane", 1, 4),
    ];
    for _ in 0..objects.len() {
        objects.rotate_left(1);
        let (others, entries) = index(&objects);
        for of in &entries {
            let expected = if matches!(&*of.name, "b" | "d") {
                "c"
            } else {
                "b"
            };
            let (_, other) = others.key_reuse(of).unwrap();
            assert_eq!(&*other.name, expected, "{}", of.name);
        }
    }
}

#[test]
fn only_what_waits_or_came_later_meets_a_denial() {
    let denied = |name, minute| asks(name, "jane", "jane", 1, minute).denied();
    let (others, entries) = index(&[
        denied("first", 0),
        denied("second", 1),
        asks("third", "jane", "jane", 1, 0),
        asks("other", "jane", "jane", 2, 9).approved(),
        asks("early", "jane", "jane", 2, 0).approved(),
    ]);
    let by_key: Vec<_> = entries
        .iter()
        .map(|of| name(others.denied_key(of)))
        .collect();
    assert_eq!(by_key, [None, Some("first"), Some("first"), None, None]);
    let by_name: Vec<_> = entries
        .iter()
        .map(|of| name(others.denied_identity(of)))
        .collect();
    // At the same second the name decides what came first.
    assert_eq!(
        by_name,
        [None, Some("first"), Some("first"), Some("first"), None]
    );
}

#[test]
fn the_first_certificate_of_an_identity_is_no_rival_of_its_renewal() {
    let (others, entries) = index(&[
        CsrObject::kubelet_bootstrap("bootstrap", "n1").approved(),
        CsrObject::kubelet_serving("serving", "n1"),
        CsrObject::kubelet_renewal("renewal", "n1"),
    ]);
    assert!(entries.iter().all(|of| others.rival(of).is_none()));
    let (others, entries) = index(&[
        CsrObject::kubelet_renewal("renewal", "n1").approved(),
        CsrObject::kubelet_bootstrap("bootstrap", "n1"),
    ]);
    assert_eq!(name(others.rival(&entries[1])), Some("renewal"));
    assert_eq!(name(others.rival(&entries[0])), None);
}

#[test]
fn the_newest_of_a_series_supersedes_the_others() {
    let (others, entries) = index(&[
        asks("a", "jane", "jane", 1, 0),
        asks("c", "jane", "jane", 2, 2),
        asks("b", "jane", "jane", 3, 1),
        asks("denied", "jane", "jane", 4, 5).denied(),
        asks("failed", "jane", "jane", 5, 5).approved().failed(),
        asks("other", "root", "jane", 6, 9),
    ]);
    let successors: Vec<_> = entries
        .iter()
        .map(|of| name(others.successor(of)))
        .collect();
    assert_eq!(successors, [Some("c"), None, Some("c"), None, None, None]);
    let groups: Vec<(String, Vec<&str>)> = others
        .groups()
        .into_iter()
        .map(|group| {
            let older = group.superseded.iter().map(|&older| &*entries[older].name);
            (entries[group.newest].name.to_string(), older.collect())
        })
        .collect();
    let one = |name: &str, older: &[&'static str]| (name.to_owned(), older.to_vec());
    assert_eq!(
        groups,
        [
            one("other", &[]),
            one("failed", &[]),
            one("denied", &[]),
            one("c", &["a", "b"])
        ]
    );
}

#[test]
fn servers_are_told_apart_by_their_names() {
    let server = |name: &str, san: &str, minute: u32| {
        CsrObject::new(name, RequestBuilder::user("").dns(san).pem())
            .signer("example.com/servers")
            .usages(&["server auth"])
            .created(&format!("2026-03-01T12:{minute:02}:00Z"))
    };
    let (others, entries) = index(&[
        server("a", "a.example", 0),
        server("b", "b.example", 1),
        server("a-again", "a.example", 2),
        CsrObject::new("x", "no request"),
        CsrObject::new("y", "no other request"),
    ]);
    let successors: Vec<_> = entries
        .iter()
        .map(|of| name(others.successor(of)))
        .collect();
    assert_eq!(successors, [Some("a-again"), None, None, None, None]);
    assert_eq!(others.groups().len(), 4);
}

#[test]
fn only_what_asks_for_the_same_is_superseded() {
    type Change = fn(RequestBuilder) -> RequestBuilder;
    let base: Change = |request| {
        let request = request.dns("a.example").ip("10.0.0.7");
        request.email("a@example").uri("spiffe://a/b")
    };
    let with = |name: &str, minute: u32, change: Change| {
        let request = RequestBuilder::user("jane").group("dev").key_of(name);
        CsrObject::new(name, change(base(request)).pem())
            .requestor("jane", &[])
            .expiration(3600)
            .created(&format!("2026-03-01T12:{minute:02}:00Z"))
    };
    let older = |change: Change| with("older", 0, change);
    let same = || older(|request| request);
    let others: [(&str, CsrObject); 19] = [
        ("signer", same().signer("example.com/x")),
        ("usages", same().usages(&["client auth", "server auth"])),
        ("no usages", same().usages(&[])),
        ("longer", same().expiration(3601)),
        ("as long as the signer likes", same().no_expiration()),
        ("requestor", same().requestor("root", &[])),
        ("group", older(|request| request.group("ops"))),
        ("user", older(|request| request.name("2.5.4.3", 12, "root"))),
        (
            "unit",
            older(|request| request.name("2.5.4.11", 12, "unit")),
        ),
        ("name", older(|request| request.dns("vpn.corp.example"))),
        ("address", older(|request| request.ip("10.0.0.8"))),
        ("email", older(|request| request.email("b@example"))),
        ("URI", older(|request| request.uri("spiffe://a/c"))),
        ("other name", older(|request| request.principal("b"))),
        ("CA", older(|request| request.basic_constraints(true))),
        ("key usage", older(|request| request.key_usage(&[0]))),
        (
            "purpose",
            older(|request| request.ext_key_usage(&["1.3.6.1.5.5.7.3.1"])),
        ),
        (
            "extension",
            older(|request| request.extension("1.2.3", false, b"x")),
        ),
        ("what it is", older(RequestBuilder::san_critical)),
    ];
    let newest = || with("newest", 1, |request| request);
    for (what, older) in others {
        let (others, entries) = index(&[older, newest()]);
        assert_eq!(others.successor(&entries[0]), None, "{what}");
        assert_eq!(others.groups().len(), 2, "{what}");
    }
    for older in [same(), same().expiration(600), same().label("a", "b")] {
        let (others, entries) = index(&[older, newest()]);
        assert_eq!(name(others.successor(&entries[0])), Some("newest"));
        assert_eq!(others.groups().len(), 1);
    }
    // What is in an extension that is not known is only the same in the same request.
    let odd: Change = |request| request.extension("1.2.3", false, b"x");
    let (others, _) = index(&[older(odd), with("newest", 1, odd)]);
    assert_eq!(others.groups().len(), 2);
    let pem = odd(RequestBuilder::user("jane").key_of("jane")).pem();
    let again = |name: &str| CsrObject::own_renewal(name, "jane").request(&pem);
    assert_eq!(index(&[again("a"), again("b")]).0.groups().len(), 1);
}

#[test]
fn a_longer_lifetime_stands_before_those_that_are_not_longer() {
    let lasts = |name: &str, minute: u32, seconds: i64| {
        asks(name, "jane", "jane", 1, minute).expiration(seconds)
    };
    let (others, entries) = index(&[
        lasts("a", 0, 7200),
        lasts("b", 1, 9000),
        lasts("c", 2, 600),
        lasts("d", 3, 7200),
        lasts("e", 4, 3600),
        lasts("f", 5, 3600),
    ]);
    let successors: Vec<_> = entries
        .iter()
        .map(|of| name(others.successor(of)))
        .collect();
    let (d, f) = (Some("d"), Some("f"));
    assert_eq!(successors, [d, None, f, None, f, None]);
    let groups: Vec<(&str, usize)> = others
        .groups()
        .iter()
        .map(|group| (&*entries[group.newest].name, group.superseded.len()))
        .collect();
    assert_eq!(groups, [("f", 2), ("d", 1), ("b", 0)]);
}

#[test]
fn an_entry_is_small_whatever_a_stranger_asks_for() {
    let long = |end: &str| format!("{}{end}", "x".repeat(100_000));
    let of = |name: &str, end: &str| {
        let request = RequestBuilder::user(&long(end)).key_of(name);
        let request = (0..300).fold(request, |request, number| {
            request
                .group(&format!("group-{number}"))
                .dns(&format!("name-{number}"))
        });
        let object = CsrObject::new(name, request.pem()).signer("example.com/x");
        object.requestor(&long(end), &[])
    };
    let (others, entries) = index(&[of("a", "1"), of("b", "1"), of(&long("c"), "2")]);
    for entry in &entries {
        let size = format!("{entry:?}").len();
        assert!(size < 2000, "{size}");
        assert!(entry.is_self());
    }
    assert_eq!(entries[0].identity, entries[1].identity);
    assert_ne!(entries[0].identity, entries[2].identity);
    assert_ne!(entries[0].requestor, entries[2].requestor);
    assert_eq!(others.load(&entries[0]).pending, 2);
    let user = entries[2].identity.user();
    assert!(
        user.starts_with("xxxx") && user.contains("… (sha256:"),
        "{user}"
    );
}

#[test]
fn a_kubelet_that_has_other_addresses_asks_for_something_else() {
    let moved = RequestBuilder::node("n1").dns("n1").ip("10.0.0.8").pem();
    let (others, entries) = index(&[
        CsrObject::kubelet_serving("1", "n1"),
        CsrObject::kubelet_serving("2", "n1"),
        CsrObject::kubelet_serving("3", "n1").request(moved),
    ]);
    let successors: Vec<_> = entries
        .iter()
        .map(|of| name(others.successor(of)))
        .collect();
    assert_eq!(successors, [Some("2"), None, None]);
}

#[test]
fn bursts_are_counted_for_a_requestor_or_a_node() {
    let objects: Vec<CsrObject> = (0..20)
        .map(|minute| {
            asks(
                &format!("c{minute}"),
                "jane",
                &format!("u{minute}"),
                1,
                minute,
            )
        })
        .chain((0..9).map(|number| {
            CsrObject::kubelet_bootstrap(&format!("n{number}"), &format!("n{number}"))
        }))
        .chain([asks("decided", "jane", "jane", 1, 1).approved()])
        .collect();
    let (others, entries) = index(&objects);
    let load = |pending, burst| Load {
        pending,
        burst,
        total: 29,
    };
    // From minute 0 to minute 10 there are 11 of them.
    assert_eq!(others.load(&entries[3]), load(20, 11));
    assert_eq!(others.load(&entries[20]), load(1, 1));
    assert_eq!(others.load(&entries[29]), Load::default());
}

/// The worst case, all with the same key and the same requestor, must not be worse than any other.
#[test]
fn ten_thousand_are_compared_at_once() {
    let one = csr(&asks("a", "jane", "jane", 1, 0));
    let csrs: Vec<Csr> = (0..10_000)
        .map(|number| {
            let mut csr = one.clone();
            csr.name = format!("c{number}");
            csr.metadata.uid = Some(csr.name.clone());
            csr
        })
        .collect();
    let start = std::time::Instant::now();
    let others = Others::index(csrs.iter().map(Entry::of).collect());
    for csr in &csrs {
        let of = Entry::of(csr);
        assert_eq!(others.key_reuse(&of), None);
        assert_eq!(others.replay(&of), None);
        assert_eq!(others.rival(&of), None);
        assert_eq!(others.denied_identity(&of), None);
        assert_eq!(others.successor(&of).is_none(), csr.name == "c9999");
        assert_eq!(others.load(&of).pending, 10_000);
    }
    assert_eq!(others.groups().len(), 1);
    // Without optimization and on a busy machine; a quadratic join would take minutes.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
