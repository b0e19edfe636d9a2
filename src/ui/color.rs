//! Whether a stream is coloured, and with what.
//!
//! The `colored` crate decides once a process, from stdout alone, lets `CLICOLOR_FORCE` beat `NO_COLOR` and does not
//! know `TERM=dumb`. `comfy-table` paints with `crossterm`, which has yet another opinion on `NO_COLOR`. Here each
//! stream is decided by itself, and the crates only paint.

use std::{env, ffi::OsString, fmt, sync::Once};

use clap::ValueEnum;
use colored::{ColoredString, Colorize as _};

use super::Escaped;

/// When to use colour: the value of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Whether a stream is coloured. `terminal`: is that stream one.
    #[must_use]
    pub fn colors(self, env: &Env, terminal: bool) -> bool {
        let is =
            |value: &Option<OsString>, text| value.as_deref().is_some_and(|value| value == text);
        match self {
            Self::Always => true,
            Self::Never => false,
            // https://no-color.org: an empty value counts as unset.
            Self::Auto if env.no_color.is_some() && !is(&env.no_color, "") => false,
            Self::Auto if env.clicolor_force.is_some() && !is(&env.clicolor_force, "0") => true,
            Self::Auto if is(&env.clicolor, "0") || is(&env.term, "dumb") => false,
            Self::Auto => terminal,
        }
    }
}

/// The environment variables that decide how a stream looks.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// `NO_COLOR`: if not empty, no colour.
    pub no_color: Option<OsString>,
    /// `CLICOLOR_FORCE`: if not `0`, colour without a terminal too.
    pub clicolor_force: Option<OsString>,
    /// `CLICOLOR`: if `0`, no colour.
    pub clicolor: Option<OsString>,
    /// `TERM`: if `dumb`, no colour.
    pub term: Option<OsString>,
    /// `COLUMNS`: if a number, the width of a terminal.
    pub columns: Option<OsString>,
}

impl Env {
    /// The variables of this process.
    #[must_use]
    pub fn process() -> Self {
        Self {
            no_color: env::var_os("NO_COLOR"),
            clicolor_force: env::var_os("CLICOLOR_FORCE"),
            clicolor: env::var_os("CLICOLOR"),
            term: env::var_os("TERM"),
            columns: env::var_os("COLUMNS"),
        }
    }
}

/// What a text is, as far as its looks go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// A critical risk.
    Critical,
    /// A high risk.
    High,
    /// A medium risk.
    Medium,
    /// A low risk.
    Low,
    /// Worth knowing.
    Info,
    /// As it should be.
    Good,
    /// Emphasis.
    Bold,
    /// Of little weight.
    Dim,
    /// Anything else.
    #[default]
    Plain,
}

impl Tone {
    fn style(self, text: String) -> ColoredString {
        let text = ColoredString::from(text);
        match self {
            Self::Critical => text.red().bold(),
            Self::High => text.red(),
            Self::Medium => text.yellow(),
            Self::Low => text.cyan(),
            Self::Info => text.blue(),
            Self::Good => text.green(),
            Self::Bold => text.bold(),
            Self::Dim => text.dimmed(),
            Self::Plain => text,
        }
    }
}

/// What may be painted: escaped text, or the program's own words. Untrusted text is neither.
pub trait Paintable: fmt::Display + sealed::Sealed {}

impl Paintable for Escaped {}
impl Paintable for &Escaped {}
impl Paintable for &'static str {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Escaped {}
    impl Sealed for &super::Escaped {}
    impl Sealed for &'static str {}
}

/// A text in its colours, to be displayed.
#[derive(Clone, Copy, Debug)]
pub struct Painted<T> {
    text: T,
    tone: Tone,
    color: bool,
}

/// Paints a text for a stream that is coloured or not. [`Stream::paint`](super::Stream::paint) knows which.
pub fn paint<T: Paintable>(tone: Tone, text: T, color: bool) -> Painted<T> {
    Painted { text, tone, color }
}

impl<T: Paintable> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.color {
            enable();
            self.tone.style(self.text.to_string()).fmt(f)
        } else {
            self.text.fmt(f)
        }
    }
}

/// Takes the decision away from the crates that paint, for good: it is made before anything is painted.
pub(super) fn enable() {
    static ENABLED: Once = Once::new();
    ENABLED.call_once(|| {
        colored::control::set_override(true);
        crossterm::style::force_color_output(true);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An environment from `NAME=value` words.
    fn env(words: &str) -> Env {
        let mut env = Env::default();
        for (name, value) in words
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
        {
            let slot = match name {
                "NO_COLOR" => &mut env.no_color,
                "CLICOLOR_FORCE" => &mut env.clicolor_force,
                "CLICOLOR" => &mut env.clicolor,
                _ => &mut env.term,
            };
            *slot = Some(value.into());
        }
        env
    }

    #[test]
    fn the_flag_then_the_environment_then_the_stream_decide() {
        use ColorChoice::{Always, Auto, Never};
        for (choice, words, on_terminal, elsewhere) in [
            (Auto, "", true, false),
            (Auto, "TERM=xterm", true, false),
            (Auto, "TERM=dumb", false, false),
            (Auto, "CLICOLOR=0", false, false),
            (Auto, "CLICOLOR=1", true, false),
            (Auto, "CLICOLOR_FORCE=1", true, true),
            (Auto, "CLICOLOR_FORCE=", true, true),
            (Auto, "CLICOLOR_FORCE=0", true, false),
            (Auto, "CLICOLOR_FORCE=0 CLICOLOR=0", false, false),
            (Auto, "CLICOLOR_FORCE=1 CLICOLOR=0 TERM=dumb", true, true),
            (Auto, "NO_COLOR=1", false, false),
            (Auto, "NO_COLOR=0", false, false),
            (Auto, "NO_COLOR=", true, false),
            (Auto, "NO_COLOR= CLICOLOR_FORCE=1", true, true),
            (Auto, "NO_COLOR=1 CLICOLOR_FORCE=1", false, false),
            (Always, "NO_COLOR=1 TERM=dumb", true, true),
            (Never, "CLICOLOR_FORCE=1", false, false),
        ] {
            let env = env(words);
            assert_eq!(
                (choice.colors(&env, true), choice.colors(&env, false)),
                (on_terminal, elsewhere),
                "{choice:?} {words}"
            );
        }
    }

    #[test]
    fn only_a_coloured_stream_gets_colour() {
        let text = Escaped::new("CN=\x1b[0m");
        assert_eq!(
            paint(Tone::Critical, &text, false).to_string(),
            "CN=\\x1b[0m"
        );
        assert_eq!(
            paint(Tone::Critical, &text, true).to_string(),
            "\x1b[1;31mCN=\\x1b[0m\x1b[0m"
        );
        assert_eq!(paint(Tone::Plain, "none", true).to_string(), "none");
        assert_eq!(
            paint(Tone::Dim, "none", true).to_string(),
            "\x1b[2mnone\x1b[0m"
        );
    }
}
