//! Which CSRs a command is about: the selection flags.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::cluster::Selector;
use crate::csr::{Csr, Source};
use crate::risk::Severity;

use super::failure::Failure;

/// Which CSRs.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Selection")]
pub(super) struct Selection {
    /// Names of CSRs, also as TYPE/NAME.
    #[arg(value_name = "NAME", conflicts_with = "Filters")]
    pub(super) names: Vec<String>,

    /// Read CSR manifests or bare PEM requests from a file, a directory or "-"; may be repeated.
    #[arg(
        short,
        long = "filename",
        value_name = "FILE",
        conflicts_with = "names"
    )]
    pub(super) files: Vec<PathBuf>,

    /// Read the subfolders of directories as well.
    #[arg(short = 'R', long, requires = "files")]
    pub(super) recursive: bool,

    #[command(flatten)]
    filters: Filters,
}

/// What a CSR has to be like.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "Filters", multiple = true)]
#[command(next_help_heading = "Selection")]
struct Filters {
    /// Label selector, such as team=a.
    #[arg(short = 'l', long, value_name = "SELECTOR", conflicts_with = "files",
          value_parser = NonEmptyStringValueParser::new())]
    selector: Option<String>,

    /// Field selector; the server knows metadata.name and spec.signerName.
    #[arg(long, value_name = "SELECTOR", conflicts_with = "files",
          value_parser = NonEmptyStringValueParser::new())]
    field_selector: Option<String>,

    /// Only CSRs for this signer.
    #[arg(long, value_name = "SIGNER", value_parser = NonEmptyStringValueParser::new())]
    signer: Option<String>,

    /// Only CSRs that this user asked for.
    #[arg(long, value_name = "USER", value_parser = NonEmptyStringValueParser::new())]
    requestor: Option<String>,

    /// Only CSRs with at least this risk.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    min_risk: Option<Severity>,

    /// Every CSR, not only the pending ones.
    #[arg(long)]
    all: bool,
}

impl Selection {
    /// Whether nothing at all was selected.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        let filters = &self.filters;
        self.names.is_empty()
            && self.files.is_empty()
            && filters.selector.is_none()
            && filters.field_selector.is_none()
            && filters.signer.is_none()
            && filters.requestor.is_none()
            && filters.min_risk.is_none()
            && !filters.all
    }

    /// Whether a least risk is asked for.
    #[must_use]
    pub(super) fn has_min_risk(&self) -> bool {
        self.filters.min_risk.is_some()
    }

    /// The names, without the type that `-o name` writes in front.
    ///
    /// # Errors
    /// If something else than a CSR is named.
    pub(super) fn plain_names(&self) -> Result<Vec<String>, Failure> {
        self.names.iter().map(|name| plain_name(name)).collect()
    }

    /// Whether a CSR read from a list or a file is meant, if its risk is one that is meant.
    #[must_use]
    pub(super) fn means(&self, csr: &Csr) -> bool {
        let filters = &self.filters;
        let signer = |name: &String| csr.signer_name.as_ref() == Some(name);
        let requestor = |name: &String| {
            csr.requestor
                .as_ref()
                .is_some_and(|requestor| requestor.username == *name)
        };
        // A file shows what could be created from it, whatever its status says.
        let wanted = filters.all || csr.source != Source::Cluster || csr.state.is_pending();
        wanted
            && filters.signer.as_ref().is_none_or(signer)
            && filters.requestor.as_ref().is_none_or(requestor)
    }

    /// Whether a CSR with this risk is meant.
    #[must_use]
    pub(super) fn means_risk(&self, risk: Severity) -> bool {
        self.filters.min_risk.is_none_or(|least| risk >= least)
    }

    /// The only signer that is meant, if there is one.
    #[must_use]
    pub(super) fn signer(&self) -> Option<&str> {
        self.filters.signer.as_deref()
    }

    /// Whether CSRs are named one by one, or read from files.
    #[must_use]
    pub(super) fn names_some(&self) -> bool {
        !self.names.is_empty() || !self.files.is_empty()
    }

    /// Whether decided ones are meant too.
    #[must_use]
    pub(super) fn means_all(&self) -> bool {
        self.filters.all
    }

    /// What only the server can select.
    #[must_use]
    pub(super) fn only_on_server(&self) -> Selector {
        Selector {
            labels: self.filters.selector.clone(),
            fields: self.filters.field_selector.clone(),
        }
    }

    /// What the server is asked to select.
    #[must_use]
    pub(super) fn on_server(&self) -> Selector {
        let filters = &self.filters;
        // Whatever could be read as more than a value is left to us.
        let signer = filters
            .signer
            .as_ref()
            .filter(|name| !name.contains([',', '=', '!', '\\']))
            .map(|name| format!("spec.signerName={name}"));
        let fields: Vec<String> = filters
            .field_selector
            .iter()
            .cloned()
            .chain(signer)
            .collect();
        Selector {
            labels: filters.selector.clone(),
            fields: (!fields.is_empty()).then(|| fields.join(",")),
        }
    }
}

/// The name in `TYPE/NAME`, or the name itself: a CSR's name cannot hold a slash.
///
/// # Errors
/// If something else than a CSR is named.
pub(super) fn plain_name(text: &str) -> Result<String, Failure> {
    const TYPES: [&str; 5] = [
        "csr",
        "certificatesigningrequest",
        "certificatesigningrequests",
        "certificatesigningrequest.certificates.k8s.io",
        "certificatesigningrequests.certificates.k8s.io",
    ];
    let name = match text.split_once('/') {
        None => text,
        Some((kind, name)) if TYPES.contains(&kind.to_ascii_lowercase().as_str()) => name,
        Some((kind, _)) => {
            return Err(
                Failure::usage(format!("\"{kind}\" is not a CertificateSigningRequest"))
                    .hint("Name CSRs as NAME or csr/NAME."),
            );
        }
    };
    // The names that no path can hold, and so no object has.
    if matches!(name, "" | "." | "..") || name.contains('/') {
        return Err(Failure::usage(format!(
            "\"{name}\" cannot be the name of a CSR"
        )));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_their_type_in_front() {
        for text in [
            "a b",
            "csr/a b",
            "CertificateSigningRequest.certificates.k8s.io/a b",
        ] {
            assert_eq!(plain_name(text).as_deref(), Ok("a b"), "{text}");
        }
        assert!(plain_name("pod/a").is_err());
    }
}
