//! What patterns fit, and what their variables stand for.

use super::*;

fn fits(pattern: &str, name: &str) -> bool {
    Glob::new(pattern).unwrap().fits(name)
}

#[test]
fn stars_stand_for_any_text_and_nothing_else_does() {
    for (pattern, name) in [
        ("jane", "jane"),
        ("*", ""),
        ("*", "a/b:c\n"),
        ("system:node:*", "system:node:"),
        ("system:node:*", "system:node:a.b"),
        ("*:*:*", "a:b:c"),
        ("a*b*c", "abbbc"),
        ("a*a", "aa"),
        (r"\*.x", "*.x"),
        (r"a\\b", r"a\b"),
        (r"[a]?\{b}", "[a]?{b}"),
        (r"a}", "a}"),
        ("**", "x"),
    ] {
        assert!(fits(pattern, name), "{pattern} {name}");
    }
    for (pattern, name) in [
        ("alice", "malice"),
        ("alice", "alice "),
        ("Alice", "alice"),
        ("a*a", "a"),
        ("a*b", "ab\n"),
        ("system:node:*", "system:nodes"),
        ("*.x.y", "a.x.yy"),
        (r"\*.x", "a.x"),
        ("a?c", "abc"),
        ("*ab*ba", "aba"),
    ] {
        assert!(!fits(pattern, name), "{pattern} {name}");
    }
}

#[test]
fn a_star_ends_at_a_dot_in_dns_names() {
    let fits = |pattern: &str, name: &str| DnsGlob::new(pattern).unwrap().fits(name);
    assert!(fits("*.example.com", "A.Example.com"));
    assert!(fits("ip-*.ec2.internal", "ip-10-0-0-1.ec2.internal"));
    assert!(fits(r"\*.x", "*.x"));
    for name in [
        "example.com",
        "a.b.example.com",
        ".example.com",
        "*.example.com",
        "a.example.com.",
    ] {
        assert!(!fits("*.example.com", name), "{name}");
    }
    assert_eq!(DnsGlob::new("a..b"), Err(BadGlob::Empty));
}

#[test]
fn what_is_no_pattern_is_refused() {
    assert_eq!(Glob::new(""), Err(BadGlob::Empty));
    assert_eq!(Glob::new(r"a\b"), Err(BadGlob::Escape));
    assert_eq!(Glob::new(r"a\"), Err(BadGlob::Escape));
    for text in ["{", "{}", "{Node}", "{a b}", "{a", "a{1}", "{{a}}"] {
        assert_eq!(Glob::new(text), Err(BadGlob::Brace), "{text}");
    }
}

#[test]
fn it_is_known_what_fits_everything() {
    let all = |text: &str| Glob::new(text).unwrap().fits_all();
    assert!(all("*") && all("**"));
    assert!(!all("a*") && !all(r"\*") && !all("a"));
    assert!(Glob::new(r"\*").unwrap().is_literal());
}

/// A pattern with many stars against a name that nearly fits takes no long time.
#[test]
fn no_pattern_takes_long() {
    let pattern = format!("{}b", "a*".repeat(200));
    let name = "a".repeat(100_000);
    let start = std::time::Instant::now();
    assert!(!fits(&pattern, &name));
    assert!(start.elapsed() < std::time::Duration::from_secs(1));
}

fn bound(pattern: &str, name: &str) -> Option<Vec<(String, String)>> {
    let glob = Glob::new(pattern).unwrap();
    glob.check_binds().unwrap();
    glob.bind(name)
        .map(|variables| variables.into_iter().collect())
}

#[test]
fn variables_stand_for_a_part_of_the_name() {
    for (pattern, name, values) in [
        ("system:node:{node}", "system:node:n1", "node=n1"),
        ("system:node:{node}", "system:node:a.b:c", "node=a.b:c"),
        ("system:node:{node}", "system:node:*", "node=*"),
        ("{user}@example.org", "jane@example.org", "user=jane"),
        (
            "system:serviceaccount:{ns}:{name}",
            "system:serviceaccount:shop:till",
            "name=till ns=shop",
        ),
        (
            "system:serviceaccount:{ns}:*",
            "system:serviceaccount:shop:a:b",
            "ns=shop",
        ),
        ("{a}-{a}", "x-x", "a=x"),
        ("jane", "jane", ""),
        ("j*", "jane", ""),
    ] {
        let values: Vec<(String, String)> = values
            .split_terminator(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(bound(pattern, name), Some(values), "{pattern} {name}");
    }
    for (pattern, name) in [
        // For something, at least.
        ("system:node:{node}", "system:node:"),
        ("system:node:{node}", "system:ovn-node:n1"),
        // Where a name can be read in two ways, it does not fit.
        ("{user}@example.org", "jane@evil@example.org"),
        (
            "system:serviceaccount:{ns}:{name}",
            "system:serviceaccount:shop",
        ),
        ("{a}-{a}", "x-y"),
        ("{a}-b-{c}", "x-y-b-z"),
    ] {
        assert_eq!(bound(pattern, name), None, "{pattern} {name}");
    }
    for (pattern, why) in [
        ("*{node}", BadGlob::StarBefore),
        ("*:{node}:x", BadGlob::StarBefore),
        ("{node}*", BadGlob::NoTextBehind),
        ("{a}{b}", BadGlob::NoTextBehind),
    ] {
        assert_eq!(
            Glob::new(pattern).unwrap().check_binds(),
            Err(why),
            "{pattern}"
        );
    }
}

/// Requestors choose names. The name that a variable stands for is no pattern.
#[test]
fn a_value_is_no_pattern() {
    let with = |pattern: &str, value: &str| {
        let variables = Variables::from([("x".to_owned(), value.to_owned())]);
        Glob::new(pattern).unwrap().with(&variables).into_owned()
    };
    assert!(with("ovn:{x}", "n1").fits("ovn:n1"));
    assert!(with("ovn:{x}:*", "n1").fits("ovn:n1:a"));
    assert!(with("*:{x}:*", "n1").fits("a:n1:b"));
    assert!(with("ovn:{x}", "*").fits("ovn:*"));
    assert!(with("ovn:{x}", "{x}").fits("ovn:{x}"));
    for value in ["*", "{x}", r"\*", "n*", "N1", "n1 ", ""] {
        assert!(!with("ovn:{x}", value).fits("ovn:n1"), "{value}");
    }
    // Without a value it stands for nothing.
    assert!(!Glob::new("ovn:{x}").unwrap().fits("ovn:{x}"));
    assert!(!Glob::new("ovn:{x}").unwrap().fits("ovn:"));
    let name = |value: &str| {
        let variables = Variables::from([("x".to_owned(), value.to_owned())]);
        Glob::name("*{x}{Y").with(&variables).as_name()
    };
    assert_eq!(name("a*"), Some("*a*{Y".to_owned()));
    assert_eq!(Glob::name("{x}").as_name(), None);
}

#[test]
fn a_value_is_compared_byte_for_byte_in_dns_names_too() {
    let fits = |pattern: &str, value: &str, name: &str| {
        let variables = Variables::from([("x".to_owned(), value.to_owned())]);
        DnsGlob::new(pattern).unwrap().with(&variables).fits(name)
    };
    assert!(fits("{x}.example.org", "n1", "n1.Example.org"));
    assert!(fits("{x}.example.org", "a.b", "a.b.example.org"));
    assert!(fits("{x}", "n1.ec2.internal", "n1.ec2.internal"));
    assert!(fits("www-{x}.*.org", "n1", "WWW-n1.example.org"));
    for (value, name) in [
        ("n1", "n2.example.org"),
        ("n1", "N1.example.org"),
        ("Jane", "jane.example.org"),
        ("*", "*.example.org"),
        ("*", "n1.example.org"),
        ("a.b", "a.example.org"),
        ("a..b", "a..b.example.org"),
        ("a.", "a..example.org"),
    ] {
        assert!(!fits("{x}.example.org", value, name), "{value} {name}");
    }
}
