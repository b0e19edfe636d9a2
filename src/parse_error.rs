//! What is wrong with a document, in plain words: with the field, and without the words of a parser.

use serde::de::IgnoredAny;
use serde_json::error::Category;
use serde_saphyr::Error as Yaml;

/// What is wrong with a JSON document, with the path of the field and the line.
pub(crate) fn json(text: &[u8], error: &serde_json::Error) -> String {
    let line = error.line();
    match error.classify() {
        Category::Eof => format!("it ends too early (line {line})"),
        // Where a word has to be and something else is, the parser takes it for no JSON at all.
        Category::Syntax if serde_json::from_slice::<IgnoredAny>(text).is_ok() => {
            let path = path_at(text, line, error.column()).concat();
            let path = path.trim_start_matches('.');
            format!("{path}: has a value of the wrong kind (line {line})")
        }
        Category::Syntax | Category::Io => {
            format!("it is not JSON: see line {line}, column {}", error.column())
        }
        Category::Data => {
            let told = error.to_string();
            let told = told
                .rsplit_once(" at line ")
                .map_or(told.as_str(), |(told, _)| told);
            let (words, of_container) = plain(told);
            let mut path = path_at(text, line, error.column());
            if of_container && !ends_container(text, line, error.column()) {
                path.pop();
            }
            let path: String = path.concat();
            match path.trim_start_matches('.') {
                "" => format!("{words} (line {line})"),
                path => format!("{path}: {words} (line {line})"),
            }
        }
    }
}

/// What is wrong with a YAML document, without its place.
pub(crate) fn yaml(error: &Yaml) -> String {
    match error.without_snippet() {
        Yaml::Eof { .. } => "the file ends too early".to_owned(),
        Yaml::Unexpected { expected, .. } => format!("this must be {}", kind(expected)),
        Yaml::InvalidScalar { ty, .. } => format!("this must be {}", kind(ty)),
        Yaml::SerdeInvalidType { expected, .. } | Yaml::SerdeInvalidValue { expected, .. } => {
            format!("this must be {}", kind(expected))
        }
        Yaml::InvalidBooleanStrict { .. } => "this must be true or false".to_owned(),
        Yaml::NullIntoString { .. } => "this must be text".to_owned(),
        Yaml::SerdeMissingField { field, .. } => format!("the field {field} is missing"),
        Yaml::SerdeUnknownField {
            field, expected, ..
        } => unknown_field(field, &expected.join(", ")),
        Yaml::SerdeUnknownVariant {
            variant, expected, ..
        } => format!("\"{variant}\" is not one of {}", expected.join(", ")),
        Yaml::DuplicateMappingKey { key, .. } => match key {
            Some(key) => format!("{key} is set twice"),
            None => "a field is set twice".to_owned(),
        },
        Yaml::UnknownAnchor { .. } => "an alias (*name) has no anchor (&name)".to_owned(),
        Yaml::AliasError { error, .. } => yaml(error),
        Yaml::Budget { .. }
        | Yaml::AliasReplayLimitExceeded { .. }
        | Yaml::AliasExpansionLimitExceeded { .. }
        | Yaml::AliasReplayStackDepthExceeded { .. } => {
            "it is too large with all that aliases repeat".to_owned()
        }
        _ => "this cannot be read as YAML".to_owned(),
    }
}

/// The plain words for what serde says, and whether they are about the object that a field stands in.
fn plain(told: &str) -> (String, bool) {
    let quoted = |text: &str| -> Vec<String> {
        let parts = text.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    if let Some(rest) = told.strip_prefix("missing field ") {
        return (
            format!("the field {} is missing", quoted(rest).join("")),
            true,
        );
    }
    if let Some(rest) = told.strip_prefix("unknown field ") {
        let names = quoted(rest);
        let (field, known) = names
            .split_first()
            .map_or(("", Vec::new()), |(field, known)| {
                (field.as_str(), known.to_vec())
            });
        return (unknown_field(field, &known.join(", ")), true);
    }
    if let Some(rest) = told.strip_prefix("duplicate field ") {
        return (format!("{} is set twice", quoted(rest).join("")), true);
    }
    if let Some(rest) = told.strip_prefix("unknown variant ") {
        let names = quoted(rest);
        let (found, known) = names
            .split_first()
            .map_or(("", Vec::new()), |(found, known)| {
                (found.as_str(), known.to_vec())
            });
        return (
            format!("\"{found}\" is not one of {}", known.join(", ")),
            false,
        );
    }
    let typed = ["invalid type: ", "invalid value: ", "invalid length "];
    if typed.iter().any(|start| told.starts_with(start))
        && let Some((_, expected)) = told.rsplit_once(", expected ")
    {
        return (format!("must be {}", kind(expected)), false);
    }
    // A reader's own words.
    (told.to_owned(), false)
}

fn unknown_field(field: &str, known: &str) -> String {
    if known.is_empty() {
        return format!("there is no field {field}");
    }
    format!("there is no field {field}; there are {known}")
}

/// What has to be there, by what a parser calls it.
pub(crate) fn kind(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" | "string scalar" | "scalar" | "string" => "text",
        "a boolean" | "bool" | "boolean" => "true or false",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize"
        | "an integer" | "integer" => "a whole number within its limits",
        "f32" | "f64" | "a float" | "float" => "a number",
        "a sequence" | "sequence start" => "a list",
        "a map" | "mapping start" => "an object with fields",
        other if other.starts_with("struct ") || other.starts_with("internally tagged ") => {
            "an object with fields"
        }
        other if other.starts_with("a tuple ") || other.starts_with("tuple ") => {
            "a list of another length"
        }
        other
            if other.starts_with("enum ")
                || other.starts_with("variant ")
                || other == "string or map" =>
        {
            "a known word"
        }
        "null" | "unit" => "null",
        _ => "something else",
    }
}

/// Where a line and a column are in a text, in bytes.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive(|&byte| byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    (before + column).min(text.len())
}

fn ends_container(text: &[u8], line: usize, column: usize) -> bool {
    text[..offset(text, line, column)]
        .trim_ascii_end()
        .ends_with(b"}")
}

/// The path of the value that a JSON text has at a place: its parts, as `.name` and `[number]`.
fn path_at(text: &[u8], line: usize, column: usize) -> Vec<String> {
    enum Frame {
        Object(Option<String>),
        Array(usize),
    }
    let end = offset(text, line, column);
    let mut frames = Vec::new();
    let mut at = 0;
    while at < end {
        match text[at] {
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object(key)) => *key = None,
                Some(Frame::Array(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let start = at + 1;
                at = start;
                while at < end && text[at] != b'"' {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                if let Some(Frame::Object(key @ None)) = frames.last_mut() {
                    let name = &text[start.min(end)..at.min(end)];
                    *key = Some(String::from_utf8_lossy(name).into_owned());
                }
            }
            _ => {}
        }
        at += 1;
    }
    frames
        .into_iter()
        .filter_map(|frame| match frame {
            Frame::Object(key) => key.map(|key| format!(".{key}")),
            Frame::Array(index) => Some(format!("[{index}]")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read, and no more")]
    struct Outer {
        the_name: String,
        flag: Option<bool>,
        count: Option<u8>,
        inner: Vec<Inner>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is read, and no more")]
    struct Inner {
        a: Vec<String>,
        b: (u8, u8),
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Word {
        One,
        Two,
    }

    fn of(text: &str) -> String {
        json(
            text.as_bytes(),
            &serde_json::from_str::<Outer>(text).unwrap_err(),
        )
    }

    #[test]
    fn json_is_told_with_its_field() {
        let inner = r#"{"a": ["x"], "b": [1, 2]}"#;
        for (text, words) in [
            (
                r#"{"theName": 5, "inner": []}"#.to_owned(),
                "theName: must be text (line 1)",
            ),
            (
                r#"{"theName": "x", "flag": "yes"}"#.to_owned(),
                "flag: must be true or false (line 1)",
            ),
            (
                r#"{"theName": "x", "count": 300}"#.to_owned(),
                "count: must be a whole number within its limits (line 1)",
            ),
            (
                r#"{"theName": "x", "count": -1.5}"#.to_owned(),
                "count: must be a whole number within its limits (line 1)",
            ),
            (
                r#"{"theName": "x", "inner": {}}"#.to_owned(),
                "inner: must be a list (line 1)",
            ),
            (
                r#"{"theName": "x", "inner": [5]}"#.to_owned(),
                "inner[0]: must be an object with fields (line 1)",
            ),
            (
                format!(
                    "{{\"theName\": \"x\", \"inner\": [{inner},\n{{\"a\": [\"\\\"{{\", null]}}]}}"
                ),
                "inner[1].a[1]: must be text (line 2)",
            ),
            (
                r#"{"theName": "x", "inner": [{"a": [], "b": [1]}]}"#.to_owned(),
                "inner[0].b: must be a list of another length (line 1)",
            ),
            (
                r#"{"theName": "x", "inner": [{"a": []}]}"#.to_owned(),
                "inner[0]: the field b is missing (line 1)",
            ),
            (
                r#"{"theName": "x"}"#.to_owned(),
                "the field inner is missing (line 1)",
            ),
            (
                r#"{"theName": "x", "inner": [{"a": [], "c": 1}]}"#.to_owned(),
                "inner[0]: there is no field c; there are a, b (line 1)",
            ),
            (
                r#"{"theName": "x", "theName": "y"}"#.to_owned(),
                "theName is set twice (line 1)",
            ),
            (
                r#"{"theName": "x", "word": "three"}"#.to_owned(),
                "word: \"three\" is not one of one, two (line 1)",
            ),
            (
                r#"{"theName": "x", "word": 5}"#.to_owned(),
                "word: has a value of the wrong kind (line 1)",
            ),
            ("[]".to_owned(), "must be an object with fields (line 1)"),
            (
                "{\n\"theName\": x}".to_owned(),
                "it is not JSON: see line 2, column 12",
            ),
            ("{\"theName\":".to_owned(), "it ends too early (line 1)"),
            (String::new(), "it ends too early (line 1)"),
        ] {
            assert_eq!(of(&text), words, "{text}");
        }
    }

    #[test]
    fn yaml_is_told_in_plain_words() {
        let of = |text: &str| yaml(&serde_saphyr::from_str::<Outer>(text).unwrap_err());
        for (text, words) in [
            ("5", "this must be an object with fields"),
            ("theName: []", "this must be text"),
            ("theName: x\nflag: 5", "this must be true or false"),
            (
                "theName: x\ncount: 300",
                "this must be a whole number within its limits",
            ),
            ("theName: x\ninner: 5", "this must be a list"),
            ("theName: x", "the field inner is missing"),
            (
                "theName: x\nother: 1",
                "there is no field other; there are theName, flag, count, inner, word",
            ),
            ("theName: x\ntheName: y", "theName is set twice"),
            (
                "theName: x\nword: three",
                "\"three\" is not one of one, two",
            ),
            ("theName: *x", "an alias (*name) has no anchor (&name)"),
            ("theName: x\n- y", "this cannot be read as YAML"),
        ] {
            assert_eq!(of(text), words, "{text}");
        }
    }
}
