//! The surroundings of the process. They are passed in, so that a test needs neither to change nor to hide its own.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Where a pod finds the credentials of its service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

pub(super) struct Surroundings {
    pub(super) variables: HashMap<OsString, OsString>,
    pub(super) home: Option<PathBuf>,
    pub(super) service_account: PathBuf,
    /// Whether a credential plugin could talk to a person through our standard input.
    pub(super) stdin_is_terminal: bool,
}

impl Surroundings {
    pub(super) fn of_this_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            home: std::env::home_dir(),
            service_account: SERVICE_ACCOUNT.into(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
        }
    }

    /// The value of an environment variable, unless it is empty.
    pub(super) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// The value of the first of these environment variables that is set to some text.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.variable(name)?.to_str())
    }
}
