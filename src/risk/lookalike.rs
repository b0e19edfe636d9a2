//! Names that look like powerful ones.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::csr::signer::NODES_GROUP;

use super::Severity::{High, Low, Medium};
use super::case::{Case, Hit, hit, quiet};
use super::catalogue::Rule;
use super::identity::{KUBEADM_ADMINS, MASTERS, is_spoken_for};
use super::names::{ADMIN_LIKE, Kind, Match, PRIVILEGED};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "subject-lookalike",
    title: "looks like a powerful name, but is another one",
    severity: High,
    why: "The name carries no power by itself, and deceives people and tools that do not compare byte for byte.",
    advice: "Deny it, and ask the requestor what it is for.",
    source: "Unicode Technical Standard 39 and Unicode Standard Annex 15.",
    reads: &[],
    fires: lookalike,
}];

/// A name as a careless reader sees it: compatibility forms, case, look-alike letters and hidden
/// characters folded.
fn folded(name: &str) -> String {
    /// What each ASCII character becomes: most names have no others, and these do not depend on each other.
    static ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
        let letters = (0..128_u8).map(char::from);
        letters
            .map(|letter| folded_slowly(&letter.to_string()))
            .collect()
    });
    if name.is_ascii() {
        let letters = name.bytes().map(|byte| ASCII[usize::from(byte)].as_str());
        letters.collect()
    } else {
        folded_slowly(name)
    }
}

fn folded_slowly(name: &str) -> String {
    let visible: String = name
        .nfkc()
        .filter(|c| !c.is_whitespace() && !super::text::is_invisible(*c) && !c.is_control())
        .collect();
    skeleton(&visible.to_lowercase())
        .collect::<String>()
        .to_lowercase()
}

/// Names that are worth imitating: the privileged ones, whole.
fn imitated() -> impl Iterator<Item = &'static str> {
    [MASTERS, KUBEADM_ADMINS, NODES_GROUP].into_iter().chain(
        PRIVILEGED
            .iter()
            .filter(|row| row.matching == Match::Exact)
            .map(|row| row.name),
    )
}

/// A name worth imitating, ready to be compared with.
struct Target {
    name: &'static str,
    folded: String,
    letters: Vec<char>,
    bare: String,
}

/// Folding is costly, so the targets are folded once.
fn targets() -> &'static [Target] {
    static TARGETS: std::sync::OnceLock<Vec<Target>> = std::sync::OnceLock::new();
    TARGETS.get_or_init(|| {
        imitated()
            .map(|name| {
                let folded = folded(name);
                Target {
                    name,
                    letters: folded.chars().collect(),
                    bare: without_separators(&folded),
                    folded,
                }
            })
            .collect()
    })
}

/// The reserved prefix as [`folded`] leaves it, which is not as it is written.
fn reserved_folded() -> &'static str {
    static PREFIX: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    PREFIX.get_or_init(|| folded("system:"))
}

fn lookalike(case: &Case<'_>) -> Vec<Hit> {
    let user = (!case.user.is_empty()).then_some((Kind::User, case.user));
    let groups = case
        .groups
        .iter()
        .map(|group| (Kind::Group, group.as_str()));
    user.into_iter()
        .chain(groups)
        .filter(|(kind, name)| !is_spoken_for(*kind, name) && name.len() <= 256)
        .flat_map(|(_, name)| imitation(case, name))
        .collect()
}

fn imitation(case: &Case<'_>, name: &str) -> Vec<Hit> {
    let seen = folded(name);
    if let Some(target) = targets().iter().find(|target| target.folded == seen) {
        let letters = super::text::code_points(name);
        let message = format!("looks like {}, and is another name{letters}", target.name);
        return hit(case.identity(High), message, name);
    }
    let reserved = seen.starts_with(reserved_folded()) && !name.starts_with("system:");
    if reserved {
        let message = "looks as if it began with system:, and does not";
        return hit(case.identity(High), message, name);
    }
    if ADMIN_LIKE
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
    {
        let message = "sounds like an administrator; the name carries nothing unless it is bound";
        return hit(Low, message, name);
    }
    let letters: Vec<char> = seen.chars().collect();
    let bare = without_separators(&seen);
    let near = targets().iter().find(|target| {
        target.letters.len() >= 8 && (target.bare == bare || is_one_edit(&target.letters, &letters))
    });
    if let Some(target) = near {
        return hit(
            case.identity(Medium),
            format!("is nearly {}", target.name),
            name,
        );
    }
    quiet()
}

fn without_separators(text: &str) -> String {
    text.replace(['-', '_', '.', ':'], "")
}

/// Whether one insertion, deletion or substitution makes one text the other.
fn is_one_edit(one: &[char], other: &[char]) -> bool {
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(other.len()) - start;
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    one.len().max(other.len()) - start - end <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_folded_letter_by_letter() {
        for one in 0..128_u8 {
            for other in 0..128_u8 {
                let name = String::from_iter(['s', char::from(one), char::from(other), 'S']);
                assert_eq!(folded(&name), folded_slowly(&name), "{name:?}");
            }
        }
    }
}
