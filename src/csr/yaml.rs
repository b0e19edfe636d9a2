//! YAML as kubectl reads it on the way to the server.
//!
//! kubectl turns a document into JSON with go-yaml v2, which follows YAML 1.1 where other readers follow 1.2: `yes` is
//! true, `0644` is 420, `<<` merges. What another reader would take for text the server gets as something else, so the
//! rules of that library are followed. One thing is stricter here: a field that stands twice is an error, for kubectl
//! takes the last one without a word.
//!
//! Source: `resolve` in resolve.go and `mapping` and `merge` in decode.go of go.yaml.in/yaml/v2; `convertToJSONableObject`
//! in sigs.k8s.io/yaml.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};
use serde_saphyr::granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, Tag,
};

/// How much a document may weigh, with what aliases repeat: a value one, and every [`TEXT`] bytes of text one.
const HEAVIEST: usize = 4 << 20;
/// How many bytes of text weigh as much as a value.
const TEXT: usize = 32;

/// The value of the first document of a text; null if there is none.
///
/// # Errors
/// If it is not YAML, or a field stands twice; in plain words, with the line, counted from `first_line`.
pub(super) fn value(text: &str, first_line: usize) -> Result<Value, String> {
    if let Some(at) = text.find(|c| !is_allowed(c)) {
        let line = first_line + text[..at].matches('\n').count();
        return Err(format!("has a control character (line {line})"));
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        events: Parser::new_from_str_with_options(text, options),
        anchors: HashMap::new(),
        weight: 0,
        first_line,
    };
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(Value::Null),
            (Event::DocumentStart(..), _) => {
                let (event, span) = reader.next()?;
                return Ok(reader.node(event, span)?.value);
            }
            _ => {}
        }
    }
}

/// The characters that YAML 1.1 takes (§5.1).
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
        && c != '\u{feff}'
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    /// How much there is so far.
    weight: usize,
    first_line: usize,
}

/// A value, with what it takes to use it again.
#[derive(Clone)]
struct Node {
    value: Value,
    weight: usize,
    /// Its text, if it is a scalar without quotes or tag.
    plain: Option<String>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), String> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.scan_error(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// What is wrong, without the words of the parser.
    fn scan_error(&self, error: &ScanError) -> String {
        let words = match error.kind() {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart => "a tab cannot indent, ",
            ErrorKind::UnclosedQuotedScalar => "a quote is not closed, ",
            ErrorKind::UnknownAnchor => "an alias (*name) has no anchor (&name), ",
            _ => "",
        };
        let place = error.marker();
        let line = self.first_line + place.line() - 1;
        format!(
            "is not YAML: {words}see line {line}, column {}",
            place.col() + 1
        )
    }

    fn fail<T>(&self, why: &str, span: Span) -> Result<T, String> {
        let line = self.first_line + span.start.line() - 1;
        Err(format!("{why} (line {line})"))
    }

    fn weigh(&mut self, weight: usize, span: Span) -> Result<(), String> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight > HEAVIEST {
            return self.fail("is too large with all that aliases repeat", span);
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, String> {
        let before = self.weight;
        self.weigh(1, span)?;
        let (value, anchor, plain) = match event {
            Event::Alias(id) => {
                let Some(weight) = self.anchors.get(&id).map(|node| node.weight) else {
                    return self.fail("has an alias within its own anchor", span);
                };
                self.weigh(weight, span)?;
                return Ok(self.anchors[&id].clone());
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.weigh(text.len() / TEXT, span)?;
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                let plain = is_plain.then(|| text.clone().into_owned());
                match scalar(&text, style, tag.as_deref()) {
                    Ok(value) => (value, anchor, plain),
                    Err(why) => return self.fail(why, span),
                }
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => items.push(self.node(event, span)?.value),
                    }
                }
                (Value::Array(items), anchor, None)
            }
            Event::MappingStart(_, anchor, _) => (Value::Object(self.mapping()?), anchor, None),
            _ => return self.fail("is not YAML", span),
        };
        let node = Node {
            value,
            weight: self.weight - before,
            plain,
        };
        if anchor > 0 {
            self.weigh(node.weight, span)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn mapping(&mut self) -> Result<Map<String, Value>, String> {
        let mut map = Map::new();
        // Those that stand here themselves: what is merged in may be replaced.
        let mut own = HashSet::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(map);
            }
            let key = self.node(event, span)?;
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span)?.value;
            if key.plain.as_deref() == Some("<<") {
                let Some(merged) = merged(value) else {
                    return self.fail("<< merges objects alone", value_span);
                };
                for one in merged {
                    map.extend(one);
                }
                continue;
            }
            let Some(key) = key_text(key.value) else {
                return self.fail("has a field whose name is null or no scalar", span);
            };
            if !own.insert(key.clone()) {
                return self.fail(&format!("\"{key}\" is set twice"), span);
            }
            map.insert(key, value);
        }
    }
}

/// What `<<` merges, the last first: earlier ones take precedence.
fn merged(value: Value) -> Option<Vec<Map<String, Value>>> {
    match value {
        Value::Object(one) => Some(vec![one]),
        Value::Array(items) => items
            .into_iter()
            .rev()
            .map(|item| match item {
                Value::Object(one) => Some(one),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// The name that a key has in JSON.
fn key_text(key: Value) -> Option<String> {
    match key {
        Value::String(text) => Some(text),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, &'static str> {
    const MISFIT: &str = "has a tag that does not fit its value";
    let core = tag.map(|tag| match tag.suffix_in_namespace("tag:yaml.org,2002:") {
        Some(suffix) => suffix.into_owned(),
        // Of other tags nothing is known but that they are text.
        None => "str".to_owned(),
    });
    let value = match core.as_deref() {
        None if style == ScalarStyle::Plain => return resolve(text),
        None | Some("str" | "timestamp") => return Ok(text.into()),
        Some("binary") => {
            let bytes = STANDARD.decode(text.split_whitespace().collect::<String>());
            let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            return text.map(Value::String).ok_or(MISFIT);
        }
        Some(_) => resolve(text)?,
    };
    let fits = match (core.as_deref(), &value) {
        (Some("int"), Value::Number(number)) => !number.is_f64(),
        (Some("float"), Value::Number(_))
        | (Some("bool"), Value::Bool(_))
        | (Some("null"), Value::Null) => true,
        _ => false,
    };
    if fits { Ok(value) } else { Err(MISFIT) }
}

/// What a scalar without quotes and tag is.
fn resolve(text: &str) -> Result<Value, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(true.into());
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(false.into());
        }
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF"
        | "-.inf" | "-.Inf" | "-.INF" => return Err("has a number that JSON does not know"),
        _ => {}
    }
    let number = match text.as_bytes()[0] {
        b'.' => float(text),
        b'0'..=b'9' | b'+' | b'-' => {
            let plain: Cow<'_, str> = if text.contains('_') {
                text.replace('_', "").into()
            } else {
                text.into()
            };
            integer(&plain).or_else(|| style_float(&plain).then(|| float(&plain)).flatten())
        }
        _ => None,
    };
    Ok(number.map_or_else(|| text.into(), Value::Number))
}

/// `strconv.ParseInt` and `ParseUint` with base 0, underscores gone.
fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1, &text[1..]),
        [b'+', ..] => (1, &text[1..]),
        _ => (1, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // ParseInt takes one sign.
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let number = i128::from_str_radix(digits, base).ok()? * sign;
    match (i64::try_from(number), u64::try_from(number)) {
        (Ok(number), _) => Some(number.into()),
        // ParseUint takes no sign.
        (_, Ok(number)) if !text.starts_with('+') => Some(number.into()),
        _ => None,
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn style_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    whole
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

fn float(text: &str) -> Option<Number> {
    Number::from_f64(text.parse().ok()?)
}

#[cfg(test)]
mod tests;
