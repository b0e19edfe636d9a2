use proptest::{collection::vec, prelude::*};

use super::*;
use crate::ui::testing::{FORBIDDEN, text};

/// Raw bytes, much of them nearly UTF-8.
fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..24),
        (text(), vec(0x80_u8.., 0..3)).prop_map(|(s, b)| [s.as_bytes(), &b].concat())
    ]
}

/// Reads the escaped form back: that this is possible is what makes it injective.
fn unescape(shown: &str) -> Option<Vec<u8>> {
    let inner = match shown.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => shown,
    };
    let (mut out, mut rest) = (Vec::new(), inner.chars());
    while let Some(c) = rest.next() {
        let escaped = c == '\\';
        let c = match if escaped { rest.next()? } else { c } {
            'n' if escaped => '\n',
            'r' if escaped => '\r',
            't' if escaped => '\t',
            'x' if escaped => {
                let hex: String = rest.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&hex, 16).ok()?);
                continue;
            }
            'u' if escaped => {
                let hex: String = rest.by_ref().skip(1).take_while(|&c| c != '}').collect();
                char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?
            }
            c => c,
        };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(out)
}

#[test]
fn each_kind_of_text_has_its_form() {
    for (text, shown) in [
        ("system:node:worker-1", "system:node:worker-1"),
        ("say \"hi\"", "say \"hi\""),
        ("C:\\n", "C:\\\\n"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\0\x07\x1b[2K\x7f", "\\x00\\x07\\x1b[2K\\x7f"),
        ("\u{9b}31m", "\\u{9b}31m"),
        ("alice\u{202e}:metsys", "alice\\u{202e}:metsys"),
        ("ad\u{200b}min\u{feff}", "ad\\u{200b}min\\u{feff}"),
        ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
        ("a\u{a0}b\u{3000}", "a\\u{a0}b\\u{3000}"),
        ("\u{3164}\u{115f}\u{ffa0}", "\\u{3164}\\u{115f}\\u{ffa0}"),
        (
            "a\u{fe0f}\u{e0041}\u{2800}",
            "a\\u{fe0f}\\u{e0041}\\u{2800}",
        ),
        ("\u{e000}\u{378}\u{ffff}", "\\u{e000}\\u{378}\\u{ffff}"),
        ("Zoë Müller 漢字 Ж €", "Zoë Müller 漢字 Ж €"),
        ("e\u{301}", "e\u{301}"),
        ("\u{301}e", "\\u{301}e"),
        ("\n\u{301}", "\\n\\u{301}"),
        ("\\\u{301}", "\\\\\\u{301}"),
        (
            "e\u{301}\u{302}\u{303}\u{304}\u{305}",
            "e\u{301}\u{302}\u{303}\\u{304}\\u{305}",
        ),
        ("", "\"\""),
        (" alice", "\" alice\""),
        ("alice ", "\"alice \""),
        ("a  \"b\"", "\"a  \\\"b\\\"\""),
        ("\"alice\"", "\"\\\"alice\\\"\""),
    ] {
        assert_eq!(Escaped::new(text).as_str(), shown);
    }
}

#[test]
fn bytes_that_are_no_utf8_stay_apart_from_characters() {
    assert_eq!(
        Escaped::from_bytes(b"a\x9b\xff\xc3").as_str(),
        "a\\x9b\\xff\\xc3"
    );
    assert_eq!(
        Escaped::from_bytes("a\u{9b}".as_bytes()).as_str(),
        "a\\u{9b}"
    );
}

#[test]
fn an_item_with_a_comma_cannot_pass_for_two() {
    assert_eq!(Escaped::list(["a", "b c"]).as_str(), "a,b c");
    assert_eq!(Escaped::list(["a,b", ""]).as_str(), "\"a,b\",\"\"");
    assert_eq!(Escaped::list::<&str>([]).as_str(), "");
}

#[test]
fn a_long_text_keeps_its_ends() {
    let text = format!("start{}end", "x".repeat(65_536));
    assert_eq!(
        Escaped::middle_elided(&text, 60).as_str(),
        "startxxxxx…(65524 characters, sha256 4b0d2503)…xxxxxxxend"
    );
    assert_eq!(Escaped::middle_elided("short", 5).as_str(), "short");
    assert_eq!(
        Escaped::middle_elided(&"\n".repeat(40), 48).as_str(),
        r"\n\n\n…(34 characters, sha256 230e71cf)…\n\n\n"
    );
}

proptest! {
    #[test]
    fn nothing_forbidden_is_shown(bytes in hostile_bytes()) {
        let shown = Escaped::from_bytes(&bytes);
        prop_assert_eq!(shown.as_str().chars().find(|&c| !is_visible(c)), None);
    }

    #[test]
    fn what_unicode_calls_invisible_is_forbidden(text in FORBIDDEN) {
        prop_assert_eq!(text.chars().find(|&c| is_visible(c)), None);
    }

    #[test]
    fn what_unicode_calls_visible_passes(text in r"[\p{L}\p{N}\p{P}\p{S}&&[^\\\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}\u{13441}-\u{13442}\u{ff9e}\u{ff9f}\u{16fe4}]]") {
        prop_assert!(text.chars().all(is_visible), "{}", text.escape_unicode());
    }

    #[test]
    fn the_original_can_be_read_back(bytes in hostile_bytes()) {
        prop_assert_eq!(unescape(Escaped::from_bytes(&bytes).as_str()), Some(bytes));
    }

    #[test]
    fn different_lists_look_different(a in vec(text(), 1..4), b in vec(text(), 1..4)) {
        prop_assert_eq!(a == b, Escaped::list(&a) == Escaped::list(&b));
    }

    #[test]
    fn marks_never_pile_up(text in r"[a-z\\\n]?\p{M}{0,12}") {
        let shown = Escaped::new(&text);
        let longest = shown.as_str().split(|c| !is_combining_mark(c)).map(|run| run.chars().count()).max();
        prop_assert!(longest <= Some(3));
    }

    #[test]
    fn an_elided_text_is_escaped_and_short(text in text(), max in 0..80_usize) {
        let text = text.repeat(9);
        let shown = Escaped::middle_elided(&text, max);
        prop_assert_eq!(shown.as_str().chars().find(|&c| !is_visible(c)), None);
        prop_assert!(shown.width() <= max.max(60), "{shown}");
    }
}
