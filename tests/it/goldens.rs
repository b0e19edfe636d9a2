//! A form of expectations in which Go's own tools write: `NAME<tab>ACCEPT CN="…" O=["…"] DNS=[…] …`, long texts and
//! lists cut off.

use crate::fixtures::Expected;

/// One line.
pub(crate) struct Golden<'a> {
    pub(crate) name: &'a str,
    verdict: Verdict,
}

enum Verdict {
    Refused(String),
    Accepted {
        user: Text,
        lists: Vec<(&'static str, Vec<Text>)>,
    },
}

/// A text, or its beginning.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    text: String,
    whole: bool,
}

/// Reads one line.
pub(crate) fn parse(line: &str) -> Golden<'_> {
    let (name, rest) = line.split_once('\t').expect("a tabulator");
    let verdict = if let Some(why) = rest.strip_prefix("REJECT ") {
        Verdict::Refused(why.strip_prefix("sig ").unwrap_or(why).to_owned())
    } else {
        let mut rest = rest.strip_prefix("ACCEPT CN=").expect("a verdict");
        let user = quoted(&mut rest);
        let lists = ["O", "DNS", "IP", "EM", "URI"]
            .into_iter()
            .map(|kind| (kind, list(&mut rest, kind)))
            .collect();
        Verdict::Accepted { user, lists }
    };
    Golden { name, verdict }
}

/// A list such as ` DNS=["a" "b"]`; addresses and URIs stand there without quotes.
fn list(rest: &mut &str, kind: &str) -> Vec<Text> {
    let start = format!(" {kind}=[");
    *rest = rest.strip_prefix(start.as_str()).expect("a list");
    let mut items = Vec::new();
    loop {
        *rest = rest.trim_start_matches(' ');
        if let Some(behind) = rest.strip_prefix(']') {
            *rest = behind;
            return items;
        }
        if rest.starts_with('"') {
            items.push(quoted(rest));
        } else {
            let end = rest.find([' ', ']']).expect("an end");
            let text = rest[..end].to_owned();
            items.push(Text { text, whole: true });
            *rest = &rest[end..];
        }
    }
}

/// A text as Go's `%q` writes it, cut off where it ends with three dots.
fn quoted(rest: &mut &str) -> Text {
    let mut chars = rest.strip_prefix('"').expect("a quote").chars();
    let mut octets = Vec::new();
    let hex = |chars: &mut std::str::Chars<'_>, digits: usize| {
        let text: String = chars.by_ref().take(digits).collect();
        u32::from_str_radix(&text, 16).expect("hex")
    };
    loop {
        let character = match chars.next().expect("a closing quote") {
            '"' => break,
            '\\' => match chars.next().expect("an escape") {
                'a' => '\u{7}',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                'x' => {
                    octets.push(u8::try_from(hex(&mut chars, 2)).expect("an octet"));
                    continue;
                }
                'u' => char::from_u32(hex(&mut chars, 4)).expect("a character"),
                'U' => char::from_u32(hex(&mut chars, 8)).expect("a character"),
                itself => itself,
            },
            itself => itself,
        };
        octets.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    *rest = chars.as_str();
    let whole = !octets.ends_with(b"...");
    if !whole {
        octets.truncate(octets.len() - 3);
        // The cut may go through a character.
        while std::str::from_utf8(&octets).is_err() {
            octets.pop();
        }
    }
    let text = String::from_utf8(octets).expect("UTF-8");
    Text { text, whole }
}

impl Text {
    fn is(&self, actual: &str) -> bool {
        if self.whole {
            actual == self.text
        } else {
            actual.starts_with(&self.text) && actual.len() > self.text.len()
        }
    }
}

impl Golden<'_> {
    /// What is not as this line says.
    pub(crate) fn differs_from(&self, actual: &Expected) -> Option<String> {
        match (&self.verdict, &actual.error) {
            (Verdict::Refused(why), Some(error)) => {
                let same = why == "pem" || error.starts_with(why.as_str());
                (!same).then(|| format!("Go says {why:?}, we say {error:?}"))
            }
            (Verdict::Refused(why), None) => Some(format!("Go refuses: {why}; we do not")),
            (Verdict::Accepted { .. }, Some(error)) => {
                Some(format!("Go accepts; we refuse: {error}"))
            }
            (Verdict::Accepted { user, lists }, None) => {
                if !user.is(&actual.user) {
                    return Some(format!("user: Go {user:?}, we {:?}", actual.user));
                }
                lists.iter().find_map(|(kind, go)| {
                    let ours = match *kind {
                        "O" => &actual.groups,
                        "DNS" => &actual.dns,
                        "IP" => &actual.ip,
                        "EM" => &actual.email,
                        _ => &actual.uri,
                    };
                    (!lists_agree(go, ours)).then(|| format!("{kind}: Go {go:?}, we {ours:?}"))
                })
            }
        }
    }
}

/// A list that was cut off ends with its whole length, as in `...1000`.
fn lists_agree(go: &[Text], ours: &[String]) -> bool {
    if let Some((last, first)) = go.split_last()
        && let Some(count) = last.text.strip_prefix("...")
        && let Ok(count) = count.parse::<usize>()
    {
        return ours.len() == count && first.iter().zip(ours).all(|(go, our)| go.is(our));
    }
    go.len() == ours.len() && go.iter().zip(ours).all(|(go, our)| go.is(our))
}
