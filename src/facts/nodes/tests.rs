//! Nodes as the API server sends them.

use serde_json::json;

use super::*;

fn raw(objects: &[serde_json::Value]) -> Vec<Box<RawValue>> {
    objects
        .iter()
        .map(|object| RawValue::from_string(object.to_string()).unwrap())
        .collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn two() -> Nodes {
    Nodes::read(&raw(&[
        json!({
            "metadata": {
                "name": "n1",
                "creationTimestamp": "2026-03-01T11:00:00Z",
                "labels": {"node-role.kubernetes.io/control-plane": ""},
            },
            "status": {"addresses": [
                {"type": "InternalIP", "address": "10.0.0.7"},
                {"type": "ExternalIP", "address": "2001:DB8:0::7"},
                {"type": "Hostname", "address": "N1.example"},
                {"type": "InternalDNS", "address": "10.9.9.9"},
                {"type": "Region", "address": "10.8.8.8"},
            ]},
        }),
        json!({
            "metadata": {"name": "n2"},
            "status": {"addresses": [
                {"type": "InternalIP", "address": "10.0.0.7"},
                {"type": "Hostname", "address": "10.0.0.8"},
                {"type": "InternalIP", "address": "n2.example"},
            ]},
        }),
    ]))
}

#[test]
fn addresses_have_types() {
    let nodes = two();
    let one = nodes.get("n1").unwrap();
    assert!(one.control_plane && one.created_at.is_some());
    assert!(one.has_ip(ip("10.0.0.7")) && one.has_ip(ip("2001:db8::7")));
    assert!(one.has_ip(ip("::ffff:10.0.0.7")));
    assert!(one.has_dns("n1.EXAMPLE") && !one.has_dns("n1.example."));
    // A name is not an address, nor the other way around; what is neither is nothing.
    assert!(!one.has_ip(ip("10.9.9.9")) && !one.has_ip(ip("10.8.8.8")));
    assert!(!one.has_dns("10.8.8.8") && !one.has_dns("n1"));
    let other = nodes.get("n2").unwrap();
    assert!(!other.control_plane && other.created_at.is_none());
    assert!(other.has_ip(ip("10.0.0.8")) && !other.has_dns("10.0.0.8"));
    assert!(!other.has_dns("n2.example"));
}

#[test]
fn nodes_are_found_by_what_they_have() {
    let nodes = two();
    let names = |found: Vec<&Node>| {
        let names: Vec<String> = found.into_iter().map(|node| node.name.clone()).collect();
        names.join(" ")
    };
    assert_eq!(names(nodes.with_ip(ip("10.0.0.7")).collect()), "n1 n2");
    assert_eq!(names(nodes.with_ip(ip("10.0.0.8")).collect()), "n2");
    assert_eq!(names(nodes.with_dns("N1.Example.").collect()), "n1");
    assert_eq!(names(nodes.with_dns("n2").collect()), "n2");
    assert_eq!(names(nodes.with_dns("n3").collect()), "");
    assert_eq!(nodes.len(), 2);
}

#[test]
fn what_cannot_be_read_is_not_absent() {
    assert!(two().lacks("n3") && !two().lacks("n1"));
    let half = json!({"metadata": {"name": "n1"}, "status": {"addresses": 7}});
    let nodes = Nodes::read(&raw(&[half, json!({"metadata": {"name": 7}})]));
    assert!(
        nodes
            .get("n1")
            .is_some_and(|node| node.addresses.is_empty())
    );
    assert!(nodes.get("n2").is_none() && !nodes.lacks("n2"));
    assert!(Nodes::default().lacks("n1") && Nodes::default().is_empty());
}

#[test]
fn the_api_server_is_where_it_is_reached() {
    let hosts = [
        "API.example.",
        "[2001:db8::1]",
        "10.0.0.1",
        "127.0.0.1",
        "localhost",
        "",
    ];
    let service = RawValue::from_string(
        r#"{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1","fd00::1","None"]}}"#
            .to_owned(),
    )
    .unwrap();
    let names = ApiServerNames::new(&Fact::Known(service), hosts);
    assert!(names.has_service_ip(ip("10.96.0.1")) && names.has_service_ip(ip("fd00::1")));
    assert_eq!(names.service.known().map(BTreeSet::len), Some(2));
    assert!(names.has_ip(ip("2001:db8::1")) && names.has_ip(ip("::ffff:10.0.0.1")));
    assert!(!names.has_ip(ip("127.0.0.1")) && !names.has_ip(ip("10.96.0.1")));
    assert!(names.has_dns("api.EXAMPLE") && names.has_dns("api.example."));
    assert_eq!(names.names.len(), 1);
}
