//! `who-can`: who could decide about CSRs, and through which bindings.

mod confirm;
mod document;
mod found;
mod read;
mod table;

use std::collections::BTreeSet;

use clap::{Args as ClapArgs, ValueEnum};

use crate::facts::rbac::Rbac;
use crate::ui::Ui;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, note};
use document::Document;
use found::Found;

/// List who could approve, sign or create CSRs, and through which bindings
///
/// To approve takes two rights, and to deny the same two: to update certificatesigningrequests/approval, and
/// to approve for the signer. Two bindings may give them. Whoever is listed has both, or needs neither.
#[derive(ClapArgs, Clone, Debug)]
#[command(after_help = "\
Examples:
  kubectl csr-review who-can approve
  kubectl csr-review who-can approve --signer kubernetes.io/kube-apiserver-client --closure
  kubectl csr-review who-can approve --confirm     # what webhooks and other authorizers say too
  kubectl csr-review who-can sign -o json
  kubectl csr-review who-can create                # who can ask at all")]
pub(super) struct Args {
    /// What they could do.
    #[arg(value_name = "ACTION", value_enum)]
    action: Action,

    /// Signer to look at; may be repeated. Without it: those of kube-controller-manager that can be asked
    /// for, and those that CSRs on the cluster name.
    #[arg(id = "signer", long = "signer", value_name = "SIGNER", value_parser = signer_name)]
    signers: Vec<String>,

    /// List those too who have half of the right, and those who could get it by one step. Only for approve.
    #[arg(long)]
    closure: bool,

    /// Ask the API server about each of them, and say where it knows better than the bindings. This takes the
    /// right to create subjectaccessreviews.
    #[arg(long)]
    confirm: bool,

    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    output: Output,

    /// Leave the column titles out.
    #[arg(long)]
    no_headers: bool,
}

/// What somebody could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Approve CSRs, or deny them: it is the same right.
    #[value(alias = "deny")]
    Approve,
    /// Sign CSRs: write a certificate into one, approved or not.
    Sign,
    /// Create CSRs.
    Create,
}

impl Action {
    /// The word for it, as in JSON.
    fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Sign => "sign",
            Self::Create => "create",
        }
    }

    /// The admission plugin that asks for the right on the signer.
    fn plugin(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Approve => Some(("CertificateApproval", "approval")),
            Self::Sign => Some(("CertificateSigning", "status")),
            Self::Create => None,
        }
    }
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Columns.
    #[default]
    Table,
    /// More columns, and who has half of the right.
    Wide,
    /// The documented JSON.
    Json,
}

impl Args {
    /// Whether what is not the whole right is shown too.
    fn shows_parts(&self) -> bool {
        self.closure || self.output != Output::Table
    }

    /// Refuses flags that mean nothing here.
    fn check(&self) -> Result<(), Failure> {
        let without = |flag: &str| {
            let action = self.action.as_str();
            Err(Failure::usage(format!("{flag} does not go with {action}")))
        };
        match self.action {
            Action::Create if !self.signers.is_empty() => without("--signer"),
            Action::Create | Action::Sign if self.closure => without("--closure"),
            _ => Ok(()),
        }
    }
}

/// A name that a signer can have.
fn signer_name(text: &str) -> Result<String, String> {
    match text.split_once('/') {
        Some((domain, name)) if !domain.is_empty() && !name.is_empty() && !text.contains('*') => {
            Ok(text.to_owned())
        }
        _ => Err("a signer is called DOMAIN/NAME, without a wildcard".to_owned()),
    }
}

pub(super) async fn run(args: &Args, context: &mut Context) -> anyhow::Result<Exit> {
    args.check()?;
    let cluster = context.connect().await?;
    let (rbac, signers) = tokio::join!(
        read::rbac(&cluster, args.closure),
        read::signers(&cluster, args)
    );
    let ui = &mut context.ui;
    let rbac = match rbac {
        Ok(rbac) => rbac,
        Err(failures) => {
            return Ok(tell(ui, &failures)?);
        }
    };
    let signers = signers.tell(ui)?;
    let mut found = Found::new(&rbac, args.action, &signers, args.closure);
    let mut problems: Vec<Failure> = rbac.problems().iter().map(|why| problem(why)).collect();
    if args.confirm {
        let candidates = confirm::candidates(&found);
        let (verdicts, error) = confirm::ask(&cluster, args.action, &signers, &candidates).await;
        found.confirm(&rbac, args.action, &candidates, &verdicts);
        problems.extend(error.map(Failure::from));
    }
    // Whoever reads no further has not seen all that could be read either.
    context.unread = worst(&problems);
    write(args, ui, &signers, &rbac, &found)?;
    Ok(tell(ui, &problems)?)
}

/// An object that may hold a right that nobody sees.
fn problem(why: &str) -> Failure {
    Failure::failed(format!("not all of RBAC is understood: {why}"))
}

fn worst(failures: &[Failure]) -> Exit {
    let exits = failures.iter().map(|failure| failure.exit);
    exits.fold(Exit::Done, Exit::worse)
}

fn tell(ui: &mut Ui, failures: &[Failure]) -> std::io::Result<Exit> {
    for failure in failures {
        failure.tell(ui)?;
    }
    Ok(worst(failures))
}

fn write(
    args: &Args,
    ui: &mut Ui,
    signers: &BTreeSet<String>,
    rbac: &Rbac,
    found: &Found,
) -> std::io::Result<()> {
    if args.output == Output::Json {
        return Document::new(args.action, signers, found, rbac.problems()).write(&mut ui.out);
    }
    table::print(args, ui, signers, found)?;
    if args.shows_parts() {
        for dangling in &found.dangling {
            let (binding, role) = (&dangling.binding, &dangling.role);
            note(
                ui,
                &format!("{binding} gives nothing as long as there is no {role}"),
            )?;
        }
    }
    note(
        ui,
        if args.confirm {
            "only subjects of bindings are asked about: whom another authorizer alone knows does not show"
        } else {
            "only RBAC is looked at: what webhooks and other authorizers allow does not show"
        },
    )?;
    if let Some((plugin, subresource)) = args.action.plugin() {
        note(
            ui,
            &format!(
                "the admission plugin {plugin} is taken to be on; without it the right on \
                 certificatesigningrequests/{subresource} is enough"
            ),
        )?;
    }
    Ok(())
}
