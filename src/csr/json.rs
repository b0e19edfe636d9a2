//! JSON in which no field stands twice, and what is wrong with it in plain words.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

/// A JSON value in which no field stands twice: two readers could take different ones.
struct Unique(Value);

/// What is left of a text behind the values in it, and why it cannot be read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where the value begins that cannot be read, in bytes.
    pub(crate) at: usize,
    /// Why not, in plain words.
    pub(crate) why: String,
    /// Whether it is JSON, and refused for what it says.
    pub(crate) is_json: bool,
}

/// The one value of a text.
///
/// # Errors
/// If it is not JSON, or not one value, or has a field twice; in plain words.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    match serde_json::from_str::<Unique>(text) {
        Ok(Unique(value)) => Ok(value),
        Err(error) => Err(why(&error)),
    }
}

/// The values of a text one after the other, with white space between them or nothing.
///
/// # Errors
/// What stands before, and the first that cannot be read.
pub(crate) fn stream(text: &str) -> (Vec<Value>, Option<Fault>) {
    let mut values = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text).into_iter::<Unique>();
    loop {
        let at = reader.byte_offset();
        match reader.next() {
            None => return (values, None),
            Some(Ok(Unique(value))) => values.push(value),
            Some(Err(error)) => {
                let fault = Fault {
                    at,
                    why: why(&error),
                    is_json: error.is_data(),
                };
                return (values, Some(fault));
            }
        }
    }
}

/// What is wrong, without the words of the parser.
fn why(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        // Our own words, with the place behind them.
        Category::Data => {
            let text = error.to_string();
            let words = text
                .rsplit_once(" at line ")
                .map_or(text.as_str(), |(words, _)| words);
            format!("{words} (line {})", error.line())
        }
        Category::Eof => format!("is not JSON: it ends too early, at {place}"),
        Category::Syntax | Category::Io => format!("is not JSON: see {place}"),
    }
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = access.next_entry::<String, Unique>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("\"{key}\" is set twice")));
            }
            map.insert(key, value.0);
        }
        Ok(Value::Object(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Unique>()? {
            items.push(item.0);
        }
        Ok(Value::Array(items))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_come_one_after_the_other() {
        let (values, fault) = stream("{\"a\": 1}{\"b\":\n2}\n\n[3] null");
        assert_eq!(
            values,
            [json!({"a": 1}), json!({"b": 2}), json!([3]), json!(null)]
        );
        assert_eq!(fault, None);
        let (values, fault) = stream("{}\n---\na: b\n");
        assert_eq!(values, [json!({})]);
        let fault = fault.unwrap();
        assert_eq!((fault.at, fault.is_json), (2, false));
    }

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        for (text, why) in [
            (
                "{\"a\": 1,\n\"b\": 2, \"a\": 3}",
                "\"a\" is set twice (line 2)",
            ),
            (
                "{\"x\": {\"a\": 1, \"a\": 1}}",
                "\"a\" is set twice (line 1)",
            ),
            ("{\"a\": s3cr3t}", "is not JSON: see line 1, column 7"),
            ("{\"a\": 1,}", "is not JSON: see line 1, column 9"),
            ("{} {}", "is not JSON: see line 1, column 4"),
            (
                "{\"a\": ",
                "is not JSON: it ends too early, at line 1, column 6",
            ),
            ("", "is not JSON: it ends too early, at line 1, column 0"),
        ] {
            assert_eq!(value(text).unwrap_err(), why);
        }
        let deep = "[".repeat(100_000);
        assert!(value(&deep).is_err());
    }
}
