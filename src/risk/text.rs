//! Text that shows something else than it is.

use std::fmt::Write as _;

use unicode_security::GeneralSecurityProfile as _;

use crate::csr::Csr;

use super::Severity::{self, Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, quiet};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "text-control",
        title: "holds characters that take over a terminal or turn text around",
        severity: Critical,
        why: "They rewrite what a reviewer sees, here or in another tool; no honest name has them.",
        advice: "Deny it, and treat the requestor as hostile.",
        source: "CVE-2021-25743, CVE-2021-42574 and CWE-150.",
        reads: &[],
        fires: control,
    },
    Rule {
        id: "text-invisible",
        title: "holds characters that nobody sees",
        severity: High,
        why: "Two names that look the same are different ones: spaces at the edges, zero-width and filler characters.",
        advice: "Deny it, and ask for a plain name.",
        source: "Unicode Technical Report 36 and CWE-1007.",
        reads: &[],
        fires: invisible,
    },
    Rule {
        id: "text-unusual",
        title: "has names that are hard to read or too long",
        severity: High,
        why: "Long names push what matters off the screen; letters of other scripts look like ones that you know.",
        advice: "Read it letter by letter.",
        source: "RFC 5280 Appendix A.1 (upper bounds) and Unicode Technical Standard 39.",
        reads: &[],
        fires: unusual,
    },
];

/// Whether a character is there, but is not seen: default ignorable, filler, odd space.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || (c != ' ' && c.is_whitespace() && !c.is_control())
}

/// Whether a text has one of these characters. Most texts are ASCII, which has none but controls.
fn holds_control(text: &str) -> bool {
    if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_control())
    } else {
        text.chars().any(is_control)
    }
}

/// Whether a text has characters that are there, but are not seen. Nothing in ASCII is such a one.
fn holds_invisible(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_invisible)
}

/// Whether a character moves the cursor, ends a line or turns the direction of text.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{61c}' | '\u{2028}' | '\u{2029}')
}

/// The first characters of a text that are not ASCII, by number: letters of other scripts look alike.
pub(super) fn code_points(text: &str) -> String {
    let mut list = String::new();
    for c in text.chars().filter(|c| !c.is_ascii()).take(5) {
        let _ = write!(list, " U+{:04X}", u32::from(c));
    }
    list
}

/// A text that a person may be shown, with what it is and whether it decides.
pub(super) type Text<'a> = (&'static str, &'a str, bool);

/// Every such text of a CSR.
pub(super) fn texts(csr: &Csr) -> Vec<Text<'_>> {
    // As many as most have: a list that grows is copied.
    let mut all = Vec::with_capacity(16);
    all.push(("CSR name", csr.name.as_str(), true));
    if let Some(request) = &csr.request.content {
        for attribute in request.subject.attributes() {
            let (what, decides) = if attribute.is_common_name() {
                ("user", true)
            } else if attribute.is_organization() {
                ("group", true)
            } else {
                ("subject attribute", false)
            };
            if let Some(text) = attribute.text() {
                all.push((what, text, decides));
            }
        }
        let san = &request.san;
        for name in san.dns.iter().chain(&san.email).chain(&san.uri) {
            all.push(("alternative name", name, true));
        }
    }
    if let Some(requestor) = &csr.requestor {
        all.push(("requestor", &requestor.username, true));
        for group in &requestor.groups {
            all.push(("group of the requestor", group, false));
        }
        for (key, values) in &requestor.extra {
            all.push(("extra of the requestor", key, false));
            all.extend(
                values
                    .iter()
                    .map(|value| ("extra of the requestor", value.as_str(), false)),
            );
        }
    }
    for (key, value) in csr.metadata.labels.iter().chain(&csr.metadata.annotations) {
        all.push(("label or annotation", key, false));
        // Values of annotations may have lines: nothing hides there, as they are shown escaped.
        let harmless = |c| matches!(c, '\n' | '\t') || !is_control(c);
        if !value.chars().all(harmless) {
            all.push(("label or annotation", value, false));
        }
    }
    for condition in &csr.state.conditions {
        all.push(("condition", &condition.kind, false));
        for text in [&condition.reason, &condition.message]
            .into_iter()
            .flatten()
        {
            all.push(("condition", text, false));
        }
    }
    all
}

/// The worst text for which `judge` has something to say.
fn worst(
    case: &Case<'_>,
    judge: impl Fn(&str, &str, bool) -> Option<(Severity, String)>,
) -> Vec<Hit> {
    let found = case
        .texts
        .iter()
        .filter_map(|&(what, text, decides)| {
            judge(what, text, decides).map(|(severity, message)| (severity, what, message, text))
        })
        .reduce(|worst, next| if next.0 > worst.0 { next } else { worst });
    match found {
        Some((severity, what, message, text)) => hit(severity, format!("{what}: {message}"), text),
        None => quiet(),
    }
}

fn control(case: &Case<'_>) -> Vec<Hit> {
    worst(case, |_, text, decides| {
        holds_control(text).then(|| {
            let severity = if decides { Critical } else { High };
            let message = "holds control characters or turns the direction of text";
            (severity, message.to_owned())
        })
    })
}

fn invisible(case: &Case<'_>) -> Vec<Hit> {
    worst(case, |_, text, decides| {
        let message = if holds_invisible(text) {
            "holds characters that nobody sees"
        } else if decides && (text.starts_with(' ') || text.ends_with(' ') || text.contains("  ")) {
            "has spaces at its edges or in a row"
        } else {
            return None;
        };
        Some((High, message.to_owned()))
    })
}

/// The most marks in a row.
fn piled_marks(text: &str) -> usize {
    let (_, most) = text.chars().fold((0, 0), |(run, most), c| {
        let run = if unicode_normalization::char::is_combining_mark(c) {
            run + 1
        } else {
            0
        };
        (run, most.max(run))
    });
    most
}

fn unusual(case: &Case<'_>) -> Vec<Hit> {
    worst(case, |what, text, decides| {
        if !decides {
            return None;
        }
        let plain = text.is_ascii();
        let length = if plain {
            text.len()
        } else {
            text.chars().count()
        };
        if length > 253 {
            return Some((High, format!("has {length} characters")));
        }
        if !plain && piled_marks(text) > 3 {
            return Some((Medium, "piles marks on a letter".to_owned()));
        }
        // The upper bounds of X.520 are for names in a subject; others are longer as a rule.
        let of_a_node = case.is_node() && text == case.user;
        if length > 64 && matches!(what, "user" | "group") && !of_a_node {
            return Some((Medium, format!("has {length} characters")));
        }
        if plain {
            return None;
        }
        let severity = if text.chars().all(|c| c.is_ascii() || c.identifier_allowed()) {
            Low
        } else {
            Medium
        };
        Some((
            severity,
            format!("is not plain ASCII:{}", code_points(text)),
        ))
    })
}
