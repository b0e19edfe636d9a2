//! Keys without a value: a template whose values were not set, or lines below a key that were commented out. Read as
//! left out, each of them would make a rule match or approve more than its author meant.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Options, Spanned};

use super::{BadPolicy, not_understood};

/// Refuses a text in which a key or an item of a list has no value (`null`, `~` or nothing).
///
/// # Errors
/// At the first empty value, or if the text is not YAML.
pub(super) fn refuse_empty(text: &str, options: Options) -> Result<(), BadPolicy> {
    let root: Spanned<Node> = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| not_understood(&error))?;
    root.value.refuse_empty()
}

/// A YAML value, as far as it can be empty.
enum Node {
    Empty,
    Scalar,
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Self)>),
}

impl Node {
    fn refuse_empty(&self) -> Result<(), BadPolicy> {
        match self {
            Self::Empty | Self::Scalar => Ok(()),
            Self::List(items) => items.iter().try_for_each(|item| match &item.value {
                Self::Empty => {
                    let message = "an item of this list is empty; give it a value, or leave it out";
                    Err(BadPolicy::at(item, message))
                }
                value => value.refuse_empty(),
            }),
            Self::Map(entries) => entries.iter().try_for_each(|(key, value)| match value {
                Self::Empty => {
                    let key_text = &key.value;
                    let message =
                        format!("{key_text} is empty; give it a value, or leave the line out");
                    Err(BadPolicy::at(key, message))
                }
                value => value.refuse_empty(),
            }),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("YAML")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Node, E> {
        Ok(Node::Scalar)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key()? {
            entries.push((key, access.next_value()?));
        }
        Ok(Node::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn an_empty_value_is_found_wherever_it_stands() {
        let head = "apiVersion: csr-review/v1\nkind: Policy\nrules:\n- name: a\n  then: approve\n";
        for (rest, place) in [
            ("  match:\n", "line 6, column 3: match is empty"),
            (
                "  match: {signers: }\n",
                "line 6, column 11: signers is empty",
            ),
            (
                "  match: {signers: ~}\n",
                "line 6, column 11: signers is empty",
            ),
            (
                "  match: {signers: null}\n",
                "line 6, column 11: signers is empty",
            ),
            ("  match: {signers: [a/b, ]}\n  otherwise: ask\n", ""),
            (
                "  match:\n    signers:\n    - a/b\n    -\n",
                "line 9, column 6: an item of this list is empty",
            ),
            (
                "  match:\n    labels:\n      team:\n",
                "line 8, column 7: team is empty",
            ),
            (
                "  require:\n    findings:\n      accept:\n      # - key-known-weak\n",
                "line 8, column 7: accept is empty",
            ),
            ("  message: ''\n", ""),
            ("  message: 'null'\n", ""),
            ("  requires:\n", "line 6, column 3: requires is empty"),
        ] {
            let text = format!("{head}{rest}");
            let said = parse(&text)
                .err()
                .map_or_else(String::new, |bad| bad.to_string());
            assert!(said.starts_with(place), "{rest}: {said}");
            assert_eq!(said.is_empty(), place.is_empty(), "{rest}: {said}");
        }
    }
}
