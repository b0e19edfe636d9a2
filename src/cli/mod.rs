//! The command line: one verb a file, each with its arguments, their help, and what it does.

mod access_reviews;
mod apply;
mod approve;
mod ask;
mod completion;
mod cores;
mod decide;
mod doctor;
mod exit;
mod explain;
mod facts;
mod failure;
mod files;
pub mod fuzzing;
mod gather;
mod interrupt;
mod list;
mod outcome;
mod plan;
mod policy;
mod progress;
mod record;
mod results;
mod review;
mod selection;
mod show;
mod verbose;
mod watch;
mod weight;
mod who_can;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::cluster::{Cluster, ConnectionOptions, Observer};
use crate::ui::{ColorChoice, Env, Escaped, Stream, Ui, is_closed_pipe};

pub use exit::Exit;
use facts::FactOptions;
use failure::Failure;
use gather::Gather;
use progress::Progress;
use selection::Selection;

/// How kubectl writes the type of a CSR.
const RESOURCE: &str = "certificatesigningrequest.certificates.k8s.io";

/// Safe review of CertificateSigningRequests
///
/// Shows what a signer would really sign and how dangerous that is, asks, and approves or denies exactly
/// what was reviewed. An approval cannot be taken back, and the certificate cannot be revoked.
#[derive(Debug, Parser)]
#[command(
    name = "kubectl csr-review",
    bin_name = "kubectl csr-review",
    version,
    after_help = "\
Examples:
  kubectl csr-review doctor               # can CSRs be reviewed here, and what is missing
  kubectl csr-review list                 # what is pending, riskiest first
  kubectl csr-review show jane            # everything about one CSR
  kubectl csr-review review               # decide about each pending CSR
  kubectl csr-review approve jane --yes   # in a script: up to medium risk
  kubectl csr-review watch --bell         # new ones as they come

Exit codes: 0 done, 1 failed, 2 usage or no terminal, 3 refused, 4 changed since it was reviewed,
5 declined, 130 interrupted."
)]
struct Cli {
    /// When to use colour.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true)]
    color: ColorChoice,

    /// Tell each request on standard error; -vv also its size and repetitions, -vvv the answer's head. No credentials.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    verbose: u8,

    // Last, as its heading would hold for whatever follows.
    #[command(flatten)]
    connection: ConnectionOptions,

    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::Args),
    Show(show::Args),
    Review(review::Args),
    Approve(approve::Approve),
    Deny(approve::Deny),
    Apply(apply::Args),
    Watch(watch::Args),
    Explain(explain::Args),
    WhoCan(who_can::Args),
    Doctor(doctor::Args),
    Policy(policy::Args),
    Record(record::Args),
    Completion(completion::Args),
    // Asked for by kubectl, not by a person; see `main`.
    #[command(skip)]
    Complete(completion::Complete),
}

/// What every command works with.
#[derive(Debug)]
struct Context {
    ui: Ui,
    connection: ConnectionOptions,
    /// Tells each request, if that is wanted.
    observer: Observer,
    /// What must not be cut off by Ctrl-C.
    interrupt: interrupt::Interrupt,
    /// How the program ends if nobody reads on: what was found does not depend on that.
    unread: Exit,
}

impl Context {
    /// Connects to the cluster that the flags and the kubeconfig choose.
    async fn connect(&self) -> Result<Cluster, Failure> {
        Ok(Cluster::connect(&self.connection, self.observer.clone()).await?)
    }

    /// Reads CSRs, and says how far that has come if it takes long and nothing else is told meanwhile.
    async fn gather<T>(
        &mut self,
        cluster: &Cluster,
        selection: &Selection,
        options: &FactOptions,
        read: impl AsyncFnOnce(Gather<'_>) -> T,
    ) -> T {
        let read = async |progress: &Progress| {
            let gather = Gather {
                cluster,
                selection,
                options,
                progress,
            };
            read(gather).await
        };
        if self.observer.hears() {
            Box::pin(read(&Progress::default())).await
        } else {
            progress::shown(&mut self.ui, read).await
        }
    }
}

/// The program: reads the command line, runs the command, and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let env = Env::process();
    let cli = match completion::Complete::asked(std::env::args_os()) {
        Some(complete) => Ok(Cli {
            connection: ConnectionOptions::default(),
            color: ColorChoice::Never,
            verbose: 0,
            command: Verb::Complete(complete),
        }),
        None => Cli::command()
            .try_get_matches()
            .and_then(|matches| Cli::from_arg_matches(&matches)),
    };
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let mut context = Context {
        ui: Ui::stdio(cli.color, &env),
        connection: cli.connection,
        observer: verbose::observer(cli.verbose, Stream::stderr(cli.color, &env)),
        interrupt: interrupt::listen(matches!(cli.command, Verb::Watch(_))),
        unread: Exit::Done,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // They decode; one more is for resolving names.
        .max_blocking_threads(cores::count() + 1)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::failed(format!("the program cannot start: {error}"));
            return end(&mut context, Err(failure.into())).into();
        }
    };
    let result = runtime.block_on(run(&cli.command, &mut context));
    end(&mut context, result).into()
}

async fn run(verb: &Verb, context: &mut Context) -> anyhow::Result<Exit> {
    match verb {
        Verb::List(args) => list::run(args, context).await,
        Verb::Show(args) => show::run(args, context).await,
        Verb::Review(args) => Box::pin(review::run(args, context)).await,
        Verb::Approve(args) => approve::approve(args, context).await,
        Verb::Deny(args) => approve::deny(args, context).await,
        Verb::Apply(args) => apply::run(args, context).await,
        Verb::Watch(args) => watch::run(args, context).await,
        Verb::Explain(args) => explain::run(args, context),
        Verb::WhoCan(args) => who_can::run(args, context).await,
        Verb::Doctor(args) => doctor::run(args, context).await,
        Verb::Policy(args) => policy::run(args, context).await,
        Verb::Record(args) => record::run(args, context),
        Verb::Completion(args) => Ok(completion::run(args, context)?),
        Verb::Complete(args) => Ok(completion::complete(args, context).await?),
    }
}

/// Tells what clap has to say: help and version are asked for, everything else is a mistake.
fn usage(error: &clap::Error) -> Exit {
    use std::io::Write as _;
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // A closed pipe has seen enough.
        let _ = error.print();
        return Exit::Done;
    }
    // A mistake is told with the words that were typed, or that a script took from somewhere: a line break in
    // one of them could forge a line of ours.
    if std::env::args_os().any(|word| word.to_string_lossy().contains(['\n', '\r'])) {
        let told = "error: the command line cannot be understood; a word of it holds a line break";
        let _ = writeln!(std::io::stderr(), "{told}");
        return Exit::Usage;
    }
    for line in error.render().to_string().lines() {
        let _ = writeln!(std::io::stderr(), "{}", Escaped::sentence(line));
    }
    Exit::Usage
}

/// Tells a failure, and turns the result into an exit code. Whoever closes the pipe has seen enough.
fn end(context: &mut Context, result: anyhow::Result<Exit>) -> Exit {
    use std::io::Write as _;
    let flushed = result.and_then(|exit| {
        context.ui.out.flush()?;
        Ok(exit)
    });
    match flushed {
        Ok(exit) => exit,
        Err(error) if is_closed_pipe(&error) => context.unread,
        Err(error) => {
            let failure = match error.downcast::<Failure>() {
                Ok(failure) => failure,
                Err(error) => Failure::failed(error.to_string()),
            };
            // If standard error is gone, the exit code is all that is left to say.
            let _ = failure.tell(&mut context.ui);
            failure.exit
        }
    }
}

/// Reports what could not be read, and what was left out.
fn tell_missing(ui: &mut Ui, reviews: &gather::Reviews) -> std::io::Result<()> {
    for note in &reviews.notes {
        failure::note(ui, note)?;
    }
    for item in &reviews.unreadable {
        let message = match &item.name {
            Some(name) => format!("{name} cannot be read as a CSR: {}", item.why),
            None => format!("not a CSR: {}", item.why),
        };
        Failure::failed(message).tell(ui)?;
    }
    for failure in &reviews.missing {
        failure.tell(ui)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
