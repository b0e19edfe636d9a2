//! JSON that a terminal can be trusted with.
//!
//! `serde_json` escapes C0 controls only: DEL, C1 controls, bidi overrides and invisible characters pass. Here they
//! become `\uXXXX`, which any parser reads back as the same text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::escape::is_visible;

/// Writes a value as indented JSON and ends the line.
///
/// # Errors
///
/// Fails if the writer does, with the writer's own error, or if the value is none that JSON knows.
pub fn to_writer(mut writer: impl Write, value: &impl Serialize) -> io::Result<()> {
    write(&mut writer, PrettyFormatter::new(), value)
}

fn write(mut writer: impl Write, layout: impl Formatter, value: &impl Serialize) -> io::Result<()> {
    let formatter = Visible(layout);
    value.serialize(&mut Serializer::with_formatter(&mut writer, formatter))?;
    writer.write_all(b"\n")
}

/// A value on a line of its own, without the line's end: no line break is inside, whatever the text says.
///
/// # Errors
///
/// Fails if the value is none that JSON knows.
pub fn to_line(value: &impl Serialize) -> io::Result<String> {
    let mut json = Vec::new();
    write(&mut json, CompactFormatter, value)?;
    json.pop();
    String::from_utf8(json).map_err(io::Error::other)
}

/// The text that [`to_writer`] writes.
///
/// # Errors
///
/// Fails if the value is none that JSON knows.
pub fn to_string(value: &impl Serialize) -> io::Result<String> {
    let mut json = Vec::new();
    to_writer(&mut json, value)?;
    String::from_utf8(json).map_err(io::Error::other)
}

/// A layout of `serde_json`'s own, with the text inside made visible.
struct Visible<L>(L);

impl<L: Formatter> Formatter for Visible<L> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        // Outside of strings, as in raw JSON, line ends and tabs are layout; inside, they never come here.
        let hidden = |c: char| !is_visible(c) && !matches!(c, '\n' | '\r' | '\t');
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| hidden(c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_raw_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.write_string_fragment(writer, fragment)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json, value::RawValue};

    use super::*;
    use crate::ui::testing::value;

    #[test]
    fn hidden_characters_are_spelled_out() {
        let value = json!({"a\u{200b}": ["\x1b[2K\u{7f}\u{9b}", "\u{202e}x\u{e0041}", "Zoë \"漢\"", {}, [], 1.5, null]});
        insta::assert_snapshot!(to_string(&value).expect("it is JSON"), @r#"
        {
          "a\u200b": [
            "\u001b[2K\u007f\u009b",
            "\u202ex\udb40\udc41",
            "Zoë \"漢\"",
            {},
            [],
            1.5,
            null
          ]
        }
        "#);
    }

    #[test]
    fn a_line_is_one_line() {
        let value = json!({"a": ["\n\u{202e}", {}, [1, 2]], "b": null});
        let text = to_line(&value).expect("it is JSON");
        assert_eq!(text, "{\"a\":[\"\\n\\u202e\",{},[1,2]],\"b\":null}");
    }

    #[test]
    fn raw_json_gets_no_other_treatment() {
        let raw = RawValue::from_string("{\n \"a\": \"\u{202e}\"}".to_owned()).expect("it is JSON");
        assert_eq!(
            to_string(&raw).expect("it is JSON"),
            "{\n \"a\": \"\\u202e\"}\n"
        );
    }

    #[test]
    fn a_failing_writer_is_told_by_its_own_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert_eq!(
            to_writer(Full, &[1]).map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull)
        );
    }

    proptest! {
        #[test]
        fn json_is_visible_and_reads_back(value in value()) {
            let json = to_string(&value)?;
            prop_assert_eq!(json.chars().find(|&c| !is_visible(c) && c != '\n'), None);
            prop_assert_eq!(serde_json::from_str::<Value>(&json).ok(), Some(value.clone()));
            let line = to_line(&value)?;
            prop_assert_eq!(line.chars().find(|&c| !is_visible(c)), None);
            prop_assert_eq!(serde_json::from_str::<Value>(&line).ok(), Some(value));
        }
    }
}
