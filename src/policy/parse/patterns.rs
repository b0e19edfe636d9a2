//! Patterns, and the variables that may stand in them.

use std::collections::BTreeSet;

use serde_saphyr::Spanned;

use super::{BadPolicy, RawNames, Word};
use crate::policy::{DnsGlob, Glob, Names};

/// Reads the patterns of a rule, in which these variables may stand and no others.
#[derive(Default)]
pub(super) struct Patterns {
    /// `None`: no variable has a place there.
    bound: Option<BTreeSet<String>>,
}

/// The patterns for who asks. They bind the variables of the rule, all of them the same ones.
pub(super) fn binding(
    words: Option<Spanned<Vec<Word>>>,
) -> Result<(Option<Vec<Glob>>, Patterns), BadPolicy> {
    let Some(words) = words else {
        let bound = Some(BTreeSet::new());
        return Ok((None, Patterns { bound }));
    };
    let mut bound: Option<BTreeSet<String>> = None;
    let read = |word: &Word| {
        let glob = read(word)?;
        glob.check_binds()
            .map_err(|error| BadPolicy::at(word, error.to_string()))?;
        let variables: BTreeSet<String> = glob.variables().map(str::to_owned).collect();
        if bound.get_or_insert_with(|| variables.clone()) != &variables {
            let message = "every pattern here has to have the same variables";
            return Err(BadPolicy::at(word, message));
        }
        Ok(glob)
    };
    let globs = not_empty(&words)?
        .iter()
        .map(read)
        .collect::<Result<_, _>>()?;
    Ok((Some(globs), Patterns { bound }))
}

fn read(word: &Word) -> Result<Glob, BadPolicy> {
    Glob::new(&word.value).map_err(|error| BadPolicy::at(word, error.to_string()))
}

fn not_empty(words: &Spanned<Vec<Word>>) -> Result<&[Word], BadPolicy> {
    if words.value.is_empty() {
        let message = "an empty list matches nothing; leave it out if it does not matter";
        return Err(BadPolicy::at(words, message));
    }
    Ok(&words.value)
}

impl Patterns {
    /// A pattern.
    pub(super) fn glob(&self, word: &Word) -> Result<Glob, BadPolicy> {
        let glob = read(word)?;
        self.check(word, glob.variables())?;
        Ok(glob)
    }

    /// Patterns, at least one.
    pub(super) fn globs(
        &self,
        words: Option<Spanned<Vec<Word>>>,
    ) -> Result<Option<Vec<Glob>>, BadPolicy> {
        let Some(words) = words else { return Ok(None) };
        let globs = not_empty(&words)?.iter().map(|word| self.glob(word));
        globs.collect::<Result<_, _>>().map(Some)
    }

    /// Patterns for DNS names.
    pub(super) fn dns_names(&self, words: &[Word]) -> Result<Vec<DnsGlob>, BadPolicy> {
        let read = |word: &Word| {
            let glob = DnsGlob::new(&word.value)
                .map_err(|error| BadPolicy::at(word, error.to_string()))?;
            self.check(word, glob.variables())?;
            Ok(glob)
        };
        words.iter().map(read).collect()
    }

    /// One of the three ways to name a set.
    pub(super) fn names(
        &self,
        raw: Spanned<RawNames>,
        check: fn(&Word) -> Result<(), BadPolicy>,
    ) -> Result<Names, BadPolicy> {
        let one = "takes one of exactly, exactlyOneOf and within";
        let place = BadPolicy::at(&raw, one);
        let set = |words: Vec<Word>| -> Result<Vec<Glob>, BadPolicy> {
            let name = |word: &Word| {
                check(word)?;
                let name = Glob::name(&word.value);
                self.check(word, name.variables())?;
                Ok(name)
            };
            words.iter().map(name).collect()
        };
        match raw.value {
            RawNames {
                exactly: Some(words),
                exactly_one_of: None,
                within: None,
            } => Ok(Names::Exactly(vec![set(words)?])),
            RawNames {
                exactly: None,
                exactly_one_of: Some(sets),
                within: None,
            } => {
                if sets.value.is_empty() {
                    return Err(BadPolicy::at(&sets, "an empty list of sets fits nothing"));
                }
                let sets = sets.value.into_iter().map(set);
                Ok(Names::Exactly(sets.collect::<Result<_, _>>()?))
            }
            RawNames {
                exactly: None,
                exactly_one_of: None,
                within: Some(words),
            } => Ok(Names::Within(self.globs(Some(words))?.unwrap_or_default())),
            _ => Err(place),
        }
    }

    /// Whether these variables are bound.
    fn check<'v>(
        &self,
        word: &Word,
        mut variables: impl Iterator<Item = &'v str>,
    ) -> Result<(), BadPolicy> {
        let is_bound = |variable: &&str| {
            self.bound
                .as_ref()
                .is_some_and(|bound| bound.contains(*variable))
        };
        let Some(variable) = variables.find(|variable| !is_bound(variable)) else {
            return Ok(());
        };
        let message = if self.bound.is_some() {
            format!(
                "there is no {{{variable}}}: every pattern in match.requestor.users has to have it"
            )
        } else {
            "no variable may stand here; write \\{ for a brace that is meant".to_owned()
        };
        Err(BadPolicy::at(word, message))
    }
}
