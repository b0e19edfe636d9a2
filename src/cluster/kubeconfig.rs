//! Which context, cluster and user are meant: found and merged as kubectl does, but a name that does not exist is
//! an error instead of an anonymous connection.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster, Context, Kubeconfig, KubeconfigError};

use super::error::{Error, ErrorKind, quoted};
use super::options::ConnectionOptions;
use super::surroundings::Surroundings;
use crate::parse_error;

/// What the kubeconfig, or the pod we run in, says about a connection. Flags about details are not in it yet.
#[derive(Default)]
pub(super) struct Choice {
    pub(super) context: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) cluster: Cluster,
    pub(super) user: AuthInfo,
}

/// Finds the context, cluster and user.
pub(super) fn choose(options: &ConnectionOptions, around: &Surroundings) -> Result<Choice, Error> {
    let config = match load(options.kubeconfig.as_deref(), around)? {
        Some(config) => config,
        None => match in_pod(around).filter(|_| !options.choose_something()) {
            Some(pod) => return Ok(pod),
            None => Kubeconfig::default(),
        },
    };
    let context_name = chosen(options.context.as_ref(), config.current_context.as_ref());
    let contexts = config
        .contexts
        .iter()
        .map(|named| (named.name.as_str(), named.context.as_ref()));
    let context: Option<&Context> = context_name
        .map(|name| find("context", name, contexts))
        .transpose()?;

    let cluster_name = chosen(
        options.cluster.as_ref(),
        context.map(|context| &context.cluster),
    );
    let clusters = config
        .clusters
        .iter()
        .map(|named| (named.name.as_str(), named.cluster.as_ref()));
    let cluster = match cluster_name {
        Some(name) => find("cluster", name, clusters)?.clone(),
        None if options.server.is_some() => Cluster::default(),
        None => return Err(nothing_chosen(&config)),
    };

    let user_name = chosen(
        options.user.as_ref(),
        context.and_then(|context| context.user.as_ref()),
    );
    let users = config
        .auth_infos
        .iter()
        .map(|named| (named.name.as_str(), named.auth_info.as_ref()));
    let user = user_name
        .map(|name| find("user", name, users))
        .transpose()?;
    Ok(Choice {
        context: context_name.cloned(),
        user_name: user_name.cloned(),
        cluster,
        user: user.cloned().unwrap_or_default(),
    })
}

/// The flag's name, else the kubeconfig's. Empty means absent, as for kubectl.
fn chosen<'a>(flag: Option<&'a String>, config: Option<&'a String>) -> Option<&'a String> {
    flag.or(config).filter(|name| !name.is_empty())
}

fn find<'a, T>(
    what: &str,
    name: &str,
    mut all: impl Iterator<Item = (&'a str, Option<&'a T>)> + Clone,
) -> Result<&'a T, Error> {
    let names = all.clone().map(|(name, _)| name);
    match all.find(|(known, _)| *known == name) {
        Some((_, Some(found))) => Ok(found),
        Some((_, None)) => Err(Error::new(
            ErrorKind::Kubeconfig,
            format!("the kubeconfig's {what} \"{name}\" is empty"),
        )),
        None => Err(Error::new(
            ErrorKind::Kubeconfig,
            format!("the kubeconfig has no {what} \"{name}\""),
        )
        .with_hint(there_are(what, names))),
    }
}

fn there_are<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> String {
    match quoted(names).as_str() {
        "" => format!("It has no {what}s at all."),
        names => format!("Its {what}s are {names}."),
    }
}

fn nothing_chosen(config: &Kubeconfig) -> Error {
    let names: Vec<_> = config
        .contexts
        .iter()
        .map(|named| named.name.as_str())
        .collect();
    if names.is_empty() {
        Error::new(
            ErrorKind::Kubeconfig,
            "there is no kubeconfig with a context, so no cluster to talk to",
        )
        .with_hint("Give --kubeconfig FILE, set KUBECONFIG, or give --server URL.")
    } else {
        Error::new(
            ErrorKind::Kubeconfig,
            "the kubeconfig has no current context",
        )
        .with_hint(format!(
            "Choose one with --context. {}",
            there_are("context", names.into_iter())
        ))
    }
}

/// Reads the kubeconfig files. `None` if there is none.
fn load(flag: Option<&Path>, around: &Surroundings) -> Result<Option<Kubeconfig>, Error> {
    if let Some(path) = flag {
        return read(path).map(Some);
    }
    let paths: Vec<PathBuf> = match around.variable("KUBECONFIG") {
        Some(list) => std::env::split_paths(list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
        None => around
            .home
            .iter()
            .map(|home| home.join(".kube").join("config"))
            .collect(),
    };
    // A file of the list may be missing: the list is often the same on machines with different clusters.
    let mut present = paths
        .iter()
        .filter(|path| path.try_exists().unwrap_or(true))
        .peekable();
    if present.peek().is_none() {
        return Ok(None);
    }
    present
        .try_fold(Kubeconfig::default(), |merged, path| {
            merged
                .merge(read(path)?)
                .map_err(|error| explain(path, &error))
        })
        .map(Some)
}

fn read(path: &Path) -> Result<Kubeconfig, Error> {
    let mut config = Kubeconfig::read_from(path).map_err(|error| explain(path, &error))?;
    // An empty name in the first file must not hide the second file's.
    config.current_context = config.current_context.filter(|name| !name.is_empty());
    let contexts = config.contexts.iter().map(|named| &named.name);
    let clusters = config.clusters.iter().map(|named| &named.name);
    let users = config.auth_infos.iter().map(|named| &named.name);
    let twice = repeated(contexts)
        .map(|name| ("context", name))
        .or_else(|| repeated(clusters).map(|name| ("cluster", name)))
        .or_else(|| repeated(users).map(|name| ("user", name)));
    match twice {
        // Which of them is meant, nobody can tell.
        Some((what, name)) => Err(Error::new(
            ErrorKind::Kubeconfig,
            format!(
                "the kubeconfig {} has more than one {what} \"{name}\"",
                path.display()
            ),
        )),
        None => Ok(config),
    }
}

fn repeated<'a>(mut names: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    let mut seen = HashSet::new();
    names.find(|name| !seen.insert(*name)).map(String::as_str)
}

/// Says what is wrong with a file, and nothing of its content: it is full of credentials.
fn explain(path: &Path, error: &KubeconfigError) -> Error {
    let path = path.display();
    let message = match error {
        KubeconfigError::ReadConfig(cause, _) => {
            let why = match cause.kind() {
                std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
                kind => kind.to_string(),
            };
            format!("cannot read the kubeconfig {path}: {why}")
        }
        KubeconfigError::Parse(cause) => {
            let place = match cause.location() {
                Some(at) if at.line() > 0 => format!("line {}, column {}", at.line(), at.column()),
                _ => "it".into(),
            };
            format!(
                "the kubeconfig {path} is malformed: {place} {}",
                reason(cause)
            )
        }
        KubeconfigError::KindMismatch | KubeconfigError::ApiVersionMismatch => {
            format!("the kubeconfig {path} has another kind or apiVersion than the one before it")
        }
        _ => format!("the kubeconfig {path} cannot be used"),
    };
    Error::new(ErrorKind::Kubeconfig, message)
}

/// The parser's reason in words of ours. Its own text quotes the file, so only what the schema says is repeated.
fn reason(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error as Yaml;
    match error.without_snippet() {
        Yaml::Eof { .. } => "ends too early".into(),
        Yaml::Unexpected { expected, .. } | Yaml::InvalidScalar { ty: expected, .. } => {
            should_be(expected)
        }
        Yaml::SerdeInvalidType { expected, .. } | Yaml::SerdeInvalidValue { expected, .. } => {
            should_be(expected)
        }
        Yaml::SerdeMissingField { field, .. } => format!("lacks the field \"{field}\""),
        Yaml::DuplicateMappingKey { .. } => "repeats a key".into(),
        Yaml::AliasError { error, .. } => reason(error),
        _ => "is not the YAML of a kubeconfig".into(),
    }
}

fn should_be(expected: &str) -> String {
    match expected {
        "sequence start" => "should be a list".into(),
        "mapping start" => "should be a mapping".into(),
        "string scalar" => "should be a string".into(),
        other => format!("should be {}", parse_error::kind(other)),
    }
}

/// The connection of a pod's service account, if this process runs in a pod that has one.
fn in_pod(around: &Surroundings) -> Option<Choice> {
    let host = around.text(&["KUBERNETES_SERVICE_HOST"])?;
    let port = around.text(&["KUBERNETES_SERVICE_PORT"])?;
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let file = |name| {
        let path = around.service_account.join(name);
        path.exists().then(|| path.to_string_lossy().into_owned())
    };
    Some(Choice {
        context: None,
        user_name: Some("the pod's service account".into()),
        cluster: Cluster {
            server: Some(format!("https://{host}:{port}")),
            certificate_authority: Some(file("ca.crt")?),
            ..Cluster::default()
        },
        user: AuthInfo {
            token_file: Some(file("token")?),
            ..AuthInfo::default()
        },
    })
}

#[cfg(test)]
mod tests;
