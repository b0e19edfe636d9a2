//! Credential plugins: programs that a kubeconfig names and that print a token or a client certificate.
//!
//! Run here instead of in the kube crate, which runs the plugin several times per connection, lets it read what
//! was piped to us, and prints its output (a token, say) in errors.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use kube::config::{ExecAuthCluster, ExecConfig, ExecInteractiveMode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::error::{Error, ErrorKind, bounded};

/// How long a plugin may take that has nobody to ask.
const LIMIT: Duration = Duration::from_secs(60);
/// The longest output of a plugin, in bytes. A certificate chain with its key has a few thousand.
const LONGEST_OUTPUT: u64 = 1 << 20;
const VERSIONS: [&str; 2] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];

/// What a plugin hands out: a token, a certificate with its key (both PEM), or all of these.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) token: Option<SecretString>,
    pub(super) identity: Option<(String, SecretString)>,
    /// When they end, if the plugin says so.
    pub(super) expires: Option<Timestamp>,
}

/// Runs the plugin, once. `terminal` says whether it could ask a person through our standard input.
pub(super) async fn run(
    config: &ExecConfig,
    cluster: ExecAuthCluster,
    terminal: bool,
) -> Result<Credentials, Error> {
    run_within(LIMIT, config, cluster, terminal).await
}

async fn run_within(
    limit: Duration,
    config: &ExecConfig,
    cluster: ExecAuthCluster,
    terminal: bool,
) -> Result<Credentials, Error> {
    let program = config
        .command
        .as_deref()
        .filter(|command| !command.is_empty());
    let program = program
        .ok_or_else(|| failure("the kubeconfig names a credential plugin without a command"))?;
    let version = config.api_version.as_deref().unwrap_or_default();
    if !VERSIONS.contains(&version) {
        let message = format!(
            "the credential plugin {program} is configured for the apiVersion \"{version}\""
        );
        return Err(failure(message).with_hint(format!(
            "Supported are {} and {}.",
            VERSIONS[0], VERSIONS[1]
        )));
    }
    let mode = config
        .interactive_mode
        .as_ref()
        .unwrap_or(&ExecInteractiveMode::IfAvailable);
    let interactive = terminal && *mode != ExecInteractiveMode::Never;
    if !interactive && *mode == ExecInteractiveMode::Always {
        let message =
            format!("the credential plugin {program} needs a terminal, and standard input is none");
        return Err(
            failure(message).with_hint("Log in with it beforehand, or run this in a terminal.")
        );
    }

    let mut command = Command::new(program);
    command.args(config.args.iter().flatten());
    for variable in config.env.iter().flatten() {
        let name = variable.get("name").filter(|name| is_variable(name));
        let name = name.ok_or_else(|| {
            let what = "is configured with an environment variable without a proper name";
            failure(format!("the credential plugin {program} {what}"))
        })?;
        // Without a value it is set all the same, to nothing.
        command.env(name, variable.get("value").map_or("", String::as_str));
    }
    command.env(
        "KUBERNETES_EXEC_INFO",
        request(config, version, cluster, interactive)?,
    );
    command.stdout(Stdio::piped()).kill_on_drop(true);
    if interactive {
        // It may talk to the person at the terminal, and does so on stderr.
        command.stdin(Stdio::inherit()).stderr(Stdio::inherit());
    } else {
        command.stdin(Stdio::null()).stderr(Stdio::piped());
    }

    let mut complaint = Vec::new();
    let finished = output(command, &mut complaint);
    let result = if interactive {
        finished.await
    } else {
        // Dropping the future kills the plugin.
        tokio::time::timeout(limit, finished)
            .await
            .unwrap_or(Err(Failed::TooSlow))
    };
    match result {
        Ok(output) => read(&output, version)
            .map_err(|what| failure(format!("the credential plugin {program} {what}"))),
        Err(why) => {
            let hint = match &why {
                Failed::Start(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    config.install_hint.clone().unwrap_or_default()
                }
                _ => String::from_utf8_lossy(&complaint).into_owned(),
            };
            let error = failure(why.about(program, limit));
            Err(if hint.trim().is_empty() {
                error
            } else {
                error.with_hint(bounded(&hint))
            })
        }
    }
}

/// Whether an environment can hold a variable of that name.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

enum Failed {
    Start(std::io::Error),
    Read(std::io::Error),
    TooLong,
    TooSlow,
    Exit(ExitStatus),
}

impl Failed {
    fn about(&self, program: &str, limit: Duration) -> String {
        match self {
            Self::Start(error) if error.kind() == std::io::ErrorKind::NotFound => {
                format!("the credential plugin {program} was not found")
            }
            Self::Start(error) => format!(
                "the credential plugin {program} cannot be run: {}",
                error.kind()
            ),
            Self::Read(error) => format!(
                "the credential plugin {program} cannot be read: {}",
                error.kind()
            ),
            Self::TooLong => {
                format!("the credential plugin {program} printed more than a credential")
            }
            Self::TooSlow => {
                format!(
                    "the credential plugin {program} did not finish within {} s",
                    limit.as_secs()
                )
            }
            Self::Exit(status) => format!("the credential plugin {program} failed ({status})"),
        }
    }
}

/// Runs the command for its standard output; what it complains about is kept even if this future is dropped.
async fn output(mut command: Command, complaint: &mut Vec<u8>) -> Result<SecretString, Failed> {
    let mut child = command.spawn().map_err(Failed::Start)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut output = Vec::new();
    tokio::try_join!(read_some(stdout, &mut output), read_some(stderr, complaint))
        .map_err(Failed::Read)?;
    if output.len() as u64 > LONGEST_OUTPUT {
        return Err(Failed::TooLong);
    }
    let status = child.wait().await.map_err(Failed::Read)?;
    if !status.success() {
        return Err(Failed::Exit(status));
    }
    Ok(String::from_utf8_lossy(&output).into_owned().into())
}

async fn read_some(
    from: Option<impl AsyncRead + Unpin>,
    into: &mut Vec<u8>,
) -> std::io::Result<()> {
    match from {
        Some(from) => from
            .take(LONGEST_OUTPUT + 1)
            .read_to_end(into)
            .await
            .map(drop),
        None => Ok(()),
    }
}

/// The `ExecCredential` that tells the plugin about us.
fn request(
    config: &ExecConfig,
    version: &str,
    cluster: ExecAuthCluster,
    interactive: bool,
) -> Result<String, Error> {
    let mut spec = serde_json::json!({ "interactive": interactive });
    if config.provide_cluster_info {
        spec["cluster"] = serde_json::to_value(cluster).map_err(|_| {
            failure("the kubeconfig's cluster cannot be told to the credential plugin")
        })?;
    }
    Ok(
        serde_json::json!({ "apiVersion": version, "kind": "ExecCredential", "spec": spec })
            .to_string(),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    api_version: String,
    kind: String,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<SecretText>,
    client_certificate_data: Option<String>,
    client_key_data: Option<SecretText>,
    expiration_timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(from = "String")]
struct SecretText(SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// Reads the plugin's answer. An error says what the plugin did wrong, and nothing that it printed.
fn read(output: &SecretString, version: &str) -> Result<Credentials, &'static str> {
    let answer: Answer = serde_json::from_str(output.expose_secret())
        .map_err(|_| "did not print an ExecCredential")?;
    if answer.kind != "ExecCredential" {
        return Err("printed an object that is not an ExecCredential");
    }
    if answer.api_version != version {
        return Err("answered in another apiVersion than the kubeconfig asks for");
    }
    let status = answer.status.unwrap_or_default();
    let secret = |text: Option<SecretText>| {
        text.map(|text| text.0)
            .filter(|text| !text.expose_secret().is_empty())
    };
    let certificate = status
        .client_certificate_data
        .filter(|text| !text.is_empty());
    let identity = match (certificate, secret(status.client_key_data)) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err("handed out only one of certificate and key"),
    };
    let token = secret(status.token);
    if token.is_none() && identity.is_none() {
        return Err("handed out neither a token nor a certificate");
    }
    let expires = status
        .expiration_timestamp
        .map(|time| time.parse())
        .transpose()
        .map_err(|_| "handed out credentials with an expirationTimestamp that is no time")?;
    Ok(Credentials {
        token,
        identity,
        expires,
    })
}

fn failure(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Credentials, message)
}

#[cfg(all(test, unix))]
mod tests;
