//! Inputs for property tests, made to hurt.

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::Value;

/// What must never reach a screen, by Unicode's own names and tables that are not the escaper's.
pub(super) const FORBIDDEN: &str = r"[\p{Cc}\p{Cf}\p{Co}\p{Noncharacter_Code_Point}\u{50000}-\u{5fffd}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u{a0}\u{1680}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}\u{2800}\u{115f}\u{1160}\u{3164}\u{ffa0}]";

/// Forbidden characters, marks, quotes, spaces and escapes in all mixtures.
pub(super) fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        " ",
        "\"",
        "\\",
        "\\n",
        "\n",
        ",",
        "x",
        "\\u{301}",
        "\u{301}",
        "…",
        "\u{1f1e9}",
        "漢",
        "א",
        "no",
        "- a: b #",
    ];
    let piece = prop_oneof![
        select(PIECES).prop_map(str::to_owned),
        FORBIDDEN,
        r"\p{M}{1,5}",
        any::<String>()
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// JSON with such text in it.
pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000..1000).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}
