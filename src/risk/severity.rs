//! How bad a finding is.

use std::fmt;

use clap::ValueEnum;

/// How bad a finding, and so a CSR, is. The meaning is fixed, so that scripts can rely on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Severity {
    /// Nothing was found.
    #[default]
    None,
    /// Worth knowing, and ordinary.
    Info,
    /// Unusual, and harmless by itself.
    Low,
    /// Abnormal: there should be a reason for it.
    Medium,
    /// Strong privilege, weak cryptography, or a break of the normal flow.
    High,
    /// Takes over the cluster, a node or somebody's identity, or deceives the reviewer.
    Critical,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// One step lower, but not below medium: for a name that matters less here than elsewhere.
    #[must_use]
    pub(crate) fn step_down(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            other => other,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
