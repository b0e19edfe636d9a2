//! The documents of a file, as kubectl finds them.
//!
//! Source: `FileVisitorForSTDIN` and `StreamVisitor` in staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go, and
//! `YAMLOrJSONDecoder` and `YAMLReader` in staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go.

use std::borrow::Cow;

use serde_json::Value;

use super::{json, yaml};

/// What a file holds: values one after the other, and why the next one cannot be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    /// The values, without those that are null.
    pub values: Vec<Value>,
    /// What is wrong with what comes behind them, in plain words.
    pub fault: Option<String>,
}

/// The text of a file: a byte order mark says that it is UTF-16, else it is UTF-8. `None` if it is neither.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| match pair {
            [first, second] => unit([*first, *second]),
            // Half a code unit at the end.
            _ => 0xfffd,
        });
        let units: Vec<u16> = units.collect();
        String::from_utf16_lossy(&units).into()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(Cow::from),
        _ => std::str::from_utf8(bytes).ok().map(Cow::from),
    }
}

/// The documents of a text: a stream of JSON, or YAML between lines of `---`.
#[must_use]
pub fn documents(text: &str) -> Documents {
    let mut documents = Documents::default();
    if text.trim_start().starts_with('{') {
        let (values, fault) = json::stream(text);
        documents.values = values;
        match fault {
            // One value or none may as well be the beginning of YAML.
            Some(fault) if documents.values.len() <= 1 && !fault.is_json => {
                let is_yaml = text[fault.at..].trim_start().starts_with("---");
                documents.yaml(text, fault.at);
                // What is neither is more likely to be JSON.
                if !is_yaml && documents.fault.is_some() {
                    documents.fault = Some(fault.why);
                }
            }
            fault => documents.fault = fault.map(|fault| fault.why),
        }
    } else {
        documents.yaml(text, 0);
    }
    documents.values.retain(|value| !value.is_null());
    documents
}

impl Documents {
    /// Adds the documents of the rest of a text.
    fn yaml(&mut self, text: &str, from: usize) {
        let mut line_number = text[..from].matches('\n').count() + 1;
        let mut rest = &text[from..];
        // White space up to a line break is eaten behind JSON.
        if from > 0
            && let Some((blank, behind)) = rest.split_once('\n')
            && blank.trim().is_empty()
        {
            rest = behind;
            line_number += 1;
        }
        let mut start = 0;
        let mut first_line = line_number;
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if let Some(behind) = line.strip_prefix("---") {
                let behind = behind.trim();
                if !behind.is_empty() && !behind.starts_with('#') {
                    self.fault = Some(format!(
                        "has something behind --- on the same line (line {line_number})"
                    ));
                    return;
                }
                if !self.document(&rest[start..at], first_line) {
                    return;
                }
                start = at + line.len();
                first_line = line_number + 1;
            }
            at += line.len();
            line_number += 1;
        }
        self.document(&rest[start..], first_line);
    }

    /// Adds one document. Says whether it could be read.
    fn document(&mut self, text: &str, first_line: usize) -> bool {
        match yaml::value(text, first_line) {
            Ok(value) => {
                self.values.push(value);
                true
            }
            Err(why) => {
                self.fault = Some(why);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests;
