//! Texts of a length that a line has room for: requestors choose most of them. What is cut says so, and the
//! fingerprint binds all of it.

/// The most characters of a name. No more than six octets are written for each, or twelve for a pair.
const LONGEST_TEXT: usize = 512;
/// The most characters of a message.
const LONGEST_MESSAGE: usize = 4096;
/// The most items of a list.
const MOST_ITEMS: usize = 48;

/// A name.
pub(super) fn text(text: &str) -> String {
    cut(text, LONGEST_TEXT)
}

/// A sentence or a message.
pub(super) fn message(text: &str) -> String {
    cut(text, LONGEST_MESSAGE)
}

/// A list of names.
pub(super) fn list(items: &[String]) -> Vec<String> {
    let more = items.len().saturating_sub(MOST_ITEMS);
    let named = items.iter().take(MOST_ITEMS).map(|item| text(item));
    named
        .chain((more > 0).then(|| format!("…({more} more)")))
        .collect()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…({} characters)", &text[..end], text.chars().count()),
    }
}
