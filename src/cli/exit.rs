//! Exit codes: a contract with scripts. docs/exit-codes.md describes them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for is done, or was already.
    #[default]
    Done,
    /// Something failed: the connection, the server, a file.
    Failed,
    /// The command line is wrong, or a prompt was needed and there is no terminal.
    Usage,
    /// Refused: by the risk gate, because it is unreviewable, or by `--fail-on`.
    Refused,
    /// It changed since it was reviewed.
    Stale,
    /// The operator declined.
    Declined,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number that scripts see.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Stale => 4,
            Self::Declined => 5,
            Self::Interrupted => 130,
        }
    }

    /// The one code for two outcomes: the worse of them. An interruption ends everything; a failure leaves
    /// something undone that was asked for, and so on down to an operator's own No.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |exit: Self| match exit {
            Self::Done => 0,
            Self::Declined => 1,
            Self::Refused => 2,
            Self::Stale => 3,
            Self::Usage => 4,
            Self::Failed => 5,
            Self::Interrupted => 6,
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::*;

    #[test]
    fn the_worse_outcome_decides() {
        let order = [Done, Declined, Refused, Stale, Usage, Failed, Interrupted];
        for (index, worse) in order.iter().enumerate() {
            for other in &order[..=index] {
                assert_eq!(worse.worse(*other), *worse);
                assert_eq!(other.worse(*worse), *worse);
            }
        }
    }
}
