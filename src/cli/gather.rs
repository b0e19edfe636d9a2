//! Which CSRs a command is about: the selection flags, and reading what they select.

use std::cmp::Ordering;
use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::cluster::{self, Cluster, Page, Selector};
use crate::csr::{self, Csr, Source, Unreadable};
use crate::facts::{Fact, Facts};
use crate::risk::{self, Assessment, Severity};
use crate::ui::report::ReviewList;

use super::exit::Exit;
use super::failure::Failure;
use super::files;

/// How many objects are read or written at a time.
pub(super) const AT_ONCE: usize = 16;

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

    /// Whether a CSR read from a list or a file is meant.
    #[must_use]
    pub(super) fn picks(&self, csr: &Csr, risk: Severity) -> bool {
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
            && filters.min_risk.is_none_or(|least| risk >= least)
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
fn plain_name(text: &str) -> Result<String, Failure> {
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

/// The facts to judge by on a cluster: asked concurrently with the CSRs.
pub(super) async fn facts(cluster: &Cluster) -> Facts {
    let reviewer = match cluster.self_subject_review().await {
        Ok(Some(reviewer)) => Fact::Known(reviewer),
        Ok(None) => Fact::Unknown("the server does not say who you are".to_owned()),
        Err(error) => Fact::Unknown(error.message().to_owned()),
    };
    Facts {
        reviewer,
        ..Facts::at(Timestamp::now())
    }
}

/// CSRs with their assessments, and all that went wrong on the way.
#[derive(Debug)]
pub(super) struct Reviews {
    /// The CSRs, riskiest first, then by name.
    pub(super) items: Vec<(Csr, Assessment)>,
    /// What is not a CSR.
    pub(super) unreadable: Vec<Unreadable>,
    /// Named CSRs that could not be read.
    pub(super) missing: Vec<Failure>,
    /// The time of judging.
    pub(super) now: Timestamp,
}

impl Reviews {
    /// How a command ends because of what could not be read.
    pub(super) fn exit(&self) -> Exit {
        let unreadable = match self.unreadable.as_slice() {
            [] => Exit::Done,
            _ => Exit::Failed,
        };
        self.missing
            .iter()
            .fold(unreadable, |exit, failure| exit.worse(failure.exit))
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unreadable.is_empty() && self.missing.is_empty()
    }

    /// The reviews as the documented JSON has them.
    pub(super) fn document(&self) -> ReviewList<'_> {
        let items = self.items.iter().map(|(csr, assessment)| (csr, assessment));
        ReviewList::new(items, &self.unreadable)
    }
}

/// Reads and judges what is selected, for looking at it.
///
/// # Errors
/// If nothing at all can be read.
pub(super) async fn reviews(
    selection: &Selection,
    connect: impl AsyncFnOnce() -> Result<Cluster, Failure>,
) -> Result<Reviews, Failure> {
    let mut reviews = Reviews {
        items: Vec::new(),
        unreadable: Vec::new(),
        missing: Vec::new(),
        now: Timestamp::now(),
    };
    let names = selection.plain_names()?;
    let mut csrs = Vec::new();
    let facts = if selection.files.is_empty() {
        let cluster = connect().await?;
        let (facts, ()) = if selection.names.is_empty() {
            let read = listed(&cluster, selection, &mut csrs, &mut reviews.unreadable);
            let (facts, read) = tokio::join!(facts(&cluster), read);
            (facts, read?)
        } else {
            let read = named(&cluster, &names, &mut csrs, &mut reviews);
            tokio::join!(facts(&cluster), read)
        };
        facts
    } else {
        let contents = files::read(&selection.files)?;
        csrs = contents.csrs;
        reviews.unreadable = contents.unreadable;
        Facts::at(reviews.now)
    };
    let is_named = !selection.names.is_empty();
    reviews.items = csrs
        .into_iter()
        .map(|csr| {
            let assessment = risk::assess(&csr, &facts);
            (csr, assessment)
        })
        .filter(|(csr, assessment)| is_named || selection.picks(csr, assessment.risk()))
        .collect();
    reviews
        .items
        .sort_by(|(csr, assessment), (other_csr, other_assessment)| {
            riskiest_first((csr, assessment), (other_csr, other_assessment))
        });
    Ok(reviews)
}

/// The order in which CSRs are shown and asked about: riskiest first, then by name.
pub(super) fn riskiest_first(
    (csr, assessment): (&Csr, &Assessment),
    (other_csr, other_assessment): (&Csr, &Assessment),
) -> Ordering {
    other_assessment
        .risk()
        .cmp(&assessment.risk())
        .then_with(|| csr.name.cmp(&other_csr.name))
}

async fn listed(
    cluster: &Cluster,
    selection: &Selection,
    csrs: &mut Vec<Csr>,
    unreadable: &mut Vec<Unreadable>,
) -> Result<(), Failure> {
    cluster
        .list(&selection.on_server(), |page| match page {
            Page::Restart => {
                csrs.clear();
                unreadable.clear();
            }
            Page::Items(items) => {
                for item in items {
                    match csr::read(item.get(), Source::Cluster) {
                        Ok(csr) => csrs.push(csr),
                        Err(error) => unreadable.push(error),
                    }
                }
            }
        })
        .await?;
    Ok(())
}

/// Reads named objects, some at a time; they come in the order of the names.
pub(super) fn each<'a>(
    cluster: &'a Cluster,
    names: &'a [String],
) -> impl Stream<Item = (&'a str, Result<Box<RawValue>, cluster::Error>)> + Unpin {
    stream::iter(names)
        .map(async |name| (name.as_str(), cluster.get(name).await))
        .buffered(AT_ONCE)
}

async fn named(cluster: &Cluster, names: &[String], csrs: &mut Vec<Csr>, reviews: &mut Reviews) {
    let mut answers = each(cluster, names);
    while let Some((_, answer)) = answers.next().await {
        match answer {
            Ok(object) => match csr::read(object.get(), Source::Cluster) {
                Ok(csr) => csrs.push(csr),
                Err(error) => reviews.unreadable.push(error),
            },
            Err(error) => reviews.missing.push(error.into()),
        }
    }
}

/// Reads the objects that the server selects, for deciding about them.
///
/// # Errors
/// If they cannot be listed.
pub(super) async fn objects(
    cluster: &Cluster,
    selection: &Selection,
) -> Result<Vec<Box<RawValue>>, Failure> {
    let mut objects = Vec::new();
    cluster
        .list(&selection.on_server(), |page| match page {
            Page::Restart => objects.clear(),
            Page::Items(items) => objects.extend(items),
        })
        .await?;
    Ok(objects)
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
