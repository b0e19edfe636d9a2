//! YAML in block style, for values that are JSON.
//!
//! A string is left bare only where no YAML parser of any version could take it for something else; all others are
//! double-quoted, with what does not show itself escaped as in JSON.

use std::fmt::Write as _;

use serde_json::Value;

use super::escape::is_visible;

/// A longer key must be marked as one: YAML lets a parser give up on a bare key after 1024 characters.
const MAX_BARE_KEY: usize = 1000;

/// The value as a YAML document, with a line end.
#[must_use]
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    block(&mut out, value, 0);
    out
}

/// Writes a value whose first line starts at the cursor and whose other lines are indented.
fn block(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (at, (name, value)) in map.iter().enumerate() {
                next_line(out, at, indent);
                key(out, name, indent);
                match value {
                    Value::Object(map) if !map.is_empty() => child(out, value, indent + 2),
                    Value::Array(items) if !items.is_empty() => child(out, value, indent),
                    _ => {
                        out.push(' ');
                        block(out, value, indent);
                    }
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                next_line(out, at, indent);
                out.push_str("- ");
                block(out, item, indent + 2);
            }
        }
        Value::String(text) => {
            scalar(out, text);
            out.push('\n');
        }
        // Null, booleans, numbers and what is empty are written as in JSON.
        other => _ = writeln!(out, "{other}"),
    }
}

fn next_line(out: &mut String, at: usize, indent: usize) {
    if at > 0 {
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

fn child(out: &mut String, value: &Value, indent: usize) {
    out.push('\n');
    next_line(out, 1, indent);
    block(out, value, indent);
}

fn key(out: &mut String, name: &str, indent: usize) {
    let start = out.len();
    scalar(out, name);
    if out.len() - start > MAX_BARE_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        next_line(out, 1, indent);
    }
    out.push(':');
}

fn scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        return out.push_str(text);
    }
    out.push('"');
    for c in text.chars() {
        // Writing to a String cannot fail.
        _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            _ if is_visible(c) => write!(out, "{c}"),
            // YAML has no surrogate pairs.
            '\u{10000}'.. => write!(out, "\\U{:08x}", u32::from(c)),
            _ => write!(out, "\\u{:04x}", u32::from(c)),
        };
    }
    out.push('"');
}

/// Whether a text is a string without quotes to every YAML parser: an ASCII word that starts with a letter.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./:".contains(c))
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::ui::testing::value;

    #[test]
    fn a_document_looks_as_kubectl_writes_it() {
        let value = json!({"apiVersion": "csr-review/v1", "items": [
            {"name": "node-csr-1", "usages": ["digital signature", "client auth"], "ttl": 86400, "access": null},
            [["a"], {}], "no", "1.0", "system:masters", "x:", "ad\u{200b}min\u{e0041}\n", ""
        ], "extra": {"a b": {"c": []}}});
        insta::assert_snapshot!(to_string(&value), @r#"
        apiVersion: csr-review/v1
        items:
        - name: node-csr-1
          usages:
          - "digital signature"
          - "client auth"
          ttl: 86400
          access: null
        - - - a
          - {}
        - "no"
        - "1.0"
        - system:masters
        - "x:"
        - "ad\u200bmin\U000e0041\n"
        - ""
        extra:
          "a b":
            c: []
        "#);
    }

    #[test]
    fn a_scalar_alone_is_a_document() {
        assert_eq!(to_string(&json!("true")), "\"true\"\n");
        assert_eq!(to_string(&json!({})), "{}\n");
    }

    #[test]
    fn long_keys_read_back() {
        let value = json!([{"k".repeat(5000): [{"\n".repeat(5000): {"a": 1}}, 2], "b": "c", "v".repeat(2000): 1}]);
        assert_eq!(
            serde_saphyr::from_str::<Value>(&to_string(&value)).ok(),
            Some(value)
        );
    }

    proptest! {
        #[test]
        fn yaml_is_visible_and_reads_back(value in value()) {
            let yaml = to_string(&value);
            prop_assert_eq!(yaml.chars().find(|&c| !is_visible(c) && c != '\n'), None);
            let read: Result<Value, _> = serde_saphyr::from_str(&yaml);
            prop_assert_eq!(read.map_err(|error| format!("{error}\n{yaml}")), Ok(value));
        }
    }
}
