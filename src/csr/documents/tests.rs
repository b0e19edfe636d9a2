use serde_json::json;

use super::*;

#[track_caller]
fn read(text: &str) -> (Vec<Value>, Option<String>) {
    let Documents { values, fault } = documents(text);
    (values, fault)
}

#[test]
fn streams_of_json_and_documents_of_yaml() {
    let two = || vec![json!({"a": 1}), json!({"b": 2})];
    for text in [
        "{\"a\": 1}{\"b\": 2}",
        "{\"a\": 1}\n{\"b\": 2}\n",
        "\n {\n\"a\": 1}\n\n\n{\"b\": 2}\nnull\n",
        "a: 1\n---\nb: 2\n",
        "---\na: 1\n--- # second\n---\n# nothing\n---\nb: 2\n---\n",
        "---\r\na: 1\r\n---\r\nb: 2\r\n",
        // JSON, and then YAML.
        "{\"a\": 1}\n---\nb: 2\n",
        "{\"a\": 1}  \n---\n{b: 2}\n",
        // YAML that begins like JSON.
        "{a: 1}\n---\n{b: 2}\n",
        "{a: 1}\n---\n{\"b\": 2}",
    ] {
        assert_eq!(read(text), (two(), None), "{text}");
    }
    assert_eq!(read(""), (vec![], None));
    assert_eq!(read("# nothing\n---\n"), (vec![], None));
}

#[test]
fn what_cannot_be_read_hides_nothing_before_it() {
    for (text, values, why) in [
        ("a: 1\n---\nb: [\n", vec![json!({"a": 1})], "is not YAML: "),
        (
            "a: 1\n---\nb: 2\nb: 3\n",
            vec![json!({"a": 1})],
            "\"b\" is set twice (line 4)",
        ),
        (
            "a: 1\n--- b\n",
            vec![],
            "has something behind --- on the same line (line 2)",
        ),
        (
            "{\"a\": 1}{\"b\": 2}{",
            vec![json!({"a": 1}), json!({"b": 2})],
            "is not JSON: ",
        ),
        (
            "{\"a\": 1}\n---\nb: 2\nb: 3\n",
            vec![json!({"a": 1})],
            "\"b\" is set twice (line 4)",
        ),
        (
            "{\"a\": 1, \"a\": 2}",
            vec![],
            "\"a\" is set twice (line 1)",
        ),
        (
            "{\"a\": 1}\n{\"b\": ",
            vec![json!({"a": 1})],
            "is not JSON: ",
        ),
        ("{\"a\": ", vec![], "is not JSON: "),
        ("{a: [b}", vec![], "is not JSON: "),
    ] {
        let (found, fault) = read(text);
        assert_eq!(found, values, "{text}");
        let fault = fault.unwrap_or_default();
        assert!(fault.starts_with(why), "{text}: {fault}");
    }
}

#[test]
fn byte_order_marks_say_what_a_text_is() {
    let units: Vec<u16> = "a: ü\n".encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [
        "a: ü\n".as_bytes().to_vec(),
        "\u{feff}a: ü\n".as_bytes().to_vec(),
        [b"\xff\xfe".as_slice(), &little].concat(),
        [b"\xfe\xff".as_slice(), &big].concat(),
    ] {
        assert_eq!(text(&bytes).as_deref(), Some("a: ü\n"), "{bytes:?}");
    }
    assert_eq!(text(b"\xff\xfea").as_deref(), Some("\u{fffd}"));
    assert_eq!(text(b"\xff"), None);
    assert_eq!(text(b"a\xe9"), None);
}
