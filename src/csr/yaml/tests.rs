use std::fmt::Write as _;

use serde_json::json;

use super::*;

#[track_caller]
fn read(text: &str) -> Value {
    value(text, 1).unwrap()
}

#[test]
fn scalars_are_what_they_are_to_kubectl() {
    for (text, expected) in [
        ("a", json!("a")),
        ("'5'", json!("5")),
        ("\"yes\"", json!("yes")),
        ("|\n  5\n", json!("5\n")),
        ("yes", json!(true)),
        ("Off", json!(false)),
        ("y", json!(true)),
        ("yea", json!("yea")),
        ("~", json!(null)),
        ("", json!(null)),
        ("86400", json!(86400)),
        ("+5", json!(5)),
        ("-5", json!(-5)),
        ("86_400", json!(86400)),
        ("0x15180", json!(86400)),
        ("0o17", json!(15)),
        ("0644", json!(420)),
        ("0b11", json!(3)),
        ("-0b11", json!(-3)),
        ("08", json!(8.0)),
        ("--5", json!("--5")),
        ("0x", json!("0x")),
        ("1_000.5", json!(1000.5)),
        ("3600.0", json!(3600.0)),
        ("3.6e3", json!(3600.0)),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        (".5.", json!(".5.")),
        ("1e", json!("1e")),
        ("18446744073709551615", json!(u64::MAX)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        ("2026-03-01", json!("2026-03-01")),
        ("12:30", json!("12:30")),
        ("1.2.3", json!("1.2.3")),
        ("!!str 5", json!("5")),
        ("!!str yes", json!("yes")),
        ("!!int '5'", json!(5)),
        ("!!float 5.0", json!(5.0)),
        ("!!bool 'yes'", json!(true)),
        ("!!null ''", json!(null)),
        ("!!binary QUI=", json!("AB")),
        ("!own 5", json!("5")),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn collections_aliases_and_merges() {
    let text = "
a: &a {x: 1, v: [2]}
b: *a
c: {<<: *a, x: 3}
d: {x: 3, <<: *a}
e: {<<: [{x: 1, z: 1}, {x: 2, w: 2}]}
5: five
on: true
1.5: f
? |
  long
: key
\"<<\": text
";
    let expected = json!({
        "a": {"x": 1, "v": [2]},
        "b": {"x": 1, "v": [2]},
        "c": {"x": 3, "v": [2]},
        // In the order of the document, as kubectl has it.
        "d": {"x": 1, "v": [2]},
        "e": {"x": 1, "w": 2, "z": 1},
        "5": "five",
        "true": true,
        "1.5": "f",
        "long\n": "key",
        "<<": "text",
    });
    assert_eq!(read(text), expected);
    // Of a second document nothing is seen.
    assert_eq!(read("a: 1\n...\nb: 2\n"), json!({"a": 1}));
    assert_eq!(read("# nothing\n"), json!(null));
}

#[test]
fn what_is_wrong_is_said_in_plain_words() {
    for (text, why) in [
        ("a: [b\nsecret: s3cr3t\n", "is not YAML: see line "),
        (
            "a:\n\tb: c\n",
            "is not YAML: a tab cannot indent, see line 2, column ",
        ),
        (
            "a: 'b",
            "is not YAML: a quote is not closed, see line 1, column ",
        ),
        (
            "a: *b\n",
            "is not YAML: an alias (*name) has no anchor (&name), see line 1, column 4",
        ),
        ("a: 1\nb: 2\na: 3\n", "\"a\" is set twice (line 3)"),
        ("a: {yes: 1, on: 2}", "\"true\" is set twice (line 1)"),
        ("a: &a [*a]", "has an alias within its own anchor (line 1)"),
        (
            "~: a",
            "has a field whose name is null or no scalar (line 1)",
        ),
        (
            "[a]: a",
            "has a field whose name is null or no scalar (line 1)",
        ),
        ("a: .inf", "has a number that JSON does not know (line 1)"),
        (
            "a: !!int b",
            "has a tag that does not fit its value (line 1)",
        ),
        (
            "a: !!binary '%'",
            "has a tag that does not fit its value (line 1)",
        ),
        ("a: 1\nb: \u{7}", "has a control character (line 2)"),
        ("a: \u{9b}2J", "has a control character (line 1)"),
        ("a: {<<: b}", "<< merges objects alone (line 1)"),
        ("a: {<<: [b]}", "<< merges objects alone (line 1)"),
    ] {
        let found = value(text, 1).unwrap_err();
        assert!(found.starts_with(why), "{text}: {found}");
        assert!(!found.contains("s3cr3t"), "{found}");
    }
    assert!(
        value("\n\na: 1\na: 2\n", 11)
            .unwrap_err()
            .ends_with("(line 14)")
    );
}

#[test]
fn bombs_do_not_go_off() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for this in 'b'..='j' {
        let last = char::from_u32(u32::from(this) - 1).unwrap();
        let items = vec![format!("*{last}"); 9].join(", ");
        writeln!(text, "{this}: &{this} [{items}]").unwrap();
    }
    let large = "x".repeat(1 << 20);
    let nested = format!("{}{large}{}", "[&b ".repeat(200), "]".repeat(200));
    let repeated = format!("a: &a {large}\nb: [{}]\n", vec!["*a"; 300].join(", "));
    for text in [text, nested, repeated] {
        let why = value(&text, 1).unwrap_err();
        assert!(
            why.starts_with("is too large with all that aliases repeat"),
            "{why}"
        );
    }
    assert!(value(&"[".repeat(100_000), 1).is_err());
    assert!(value(&"- ".repeat(100_000), 1).is_err());
}
