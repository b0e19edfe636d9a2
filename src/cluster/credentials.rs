//! The credentials that a kubeconfig's user names, fetched from where they are.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use kube::config::{AuthInfo, Cluster, ExecAuthCluster};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, ErrorKind};
use super::exec;
use super::surroundings::Surroundings;

/// Gets the user's credentials from where they are, so that building the client neither runs nor reads anything.
pub(super) async fn obtain(
    user: &mut AuthInfo,
    cluster: &Cluster,
    around: &Surroundings,
) -> Result<(), Error> {
    let certificate = user.client_certificate_data.take();
    let certificate = read_pem(
        "client certificate",
        certificate.as_deref(),
        user.client_certificate.take(),
    )?;
    let key = user.client_key_data.take();
    let key = key.as_ref().map(SecretString::expose_secret);
    let key = read_pem("client key", key, user.client_key.take())?;
    match (certificate, key) {
        (Some(certificate), Some(key)) => set_identity(user, &certificate, &key),
        (None, None) => {}
        (Some(_), None) => {
            return Err(credentials(
                "there is a client certificate, but no key to it",
            ));
        }
        (None, Some(_)) => {
            return Err(credentials(
                "there is a client key, but no certificate to it",
            ));
        }
    }

    if let Some(file) = &user.token_file {
        let unreadable = |error: std::io::Error| {
            credentials(format!("cannot read the token {file}: {}", error.kind()))
        };
        let text = SecretString::from(fs::read_to_string(file).map_err(unreadable)?);
        let token = text.expose_secret().trim();
        // Left to the kube crate where possible, as it reads a rotated token again; it does not trim.
        if user.token.is_none() && token.len() != text.expose_secret().len() {
            user.token = Some(token.into());
        }
    }

    let provider = user
        .auth_provider
        .as_ref()
        .map(|provider| provider.name.as_str());
    if let Some(name) = provider.filter(|name| *name != "oidc") {
        return Err(credentials(format!(
            "the auth-provider \"{name}\" is not supported, nor is it by kubectl"
        ))
        .with_hint("Use the provider's credential plugin (exec) in the kubeconfig."));
    }

    let has_token = user.token.is_some() || user.token_file.is_some() || user.username.is_some();
    if let Some(exec) = user.exec.take().filter(|_| !has_token) {
        let cluster = ExecAuthCluster::try_from(cluster).map_err(|_| {
            credentials("the kubeconfig's cluster cannot be told to the credential plugin")
        })?;
        let issued = exec::run(&exec, cluster, around.stdin_is_terminal).await?;
        if let Some((certificate, key)) = issued.identity {
            set_identity(user, certificate.as_bytes(), key.expose_secret().as_bytes());
        }
        user.token = issued.token;
    }
    Ok(())
}

fn set_identity(user: &mut AuthInfo, certificate: &[u8], key: &[u8]) {
    user.client_certificate_data = Some(BASE64.encode(certificate));
    user.client_key_data = Some(BASE64.encode(key).into());
}

pub(super) fn only_impersonation(user: AuthInfo) -> AuthInfo {
    AuthInfo {
        impersonate: user.impersonate,
        impersonate_uid: user.impersonate_uid,
        impersonate_groups: user.impersonate_groups,
        impersonate_user_extra: user.impersonate_user_extra,
        ..AuthInfo::default()
    }
}

/// What to do about a 401, as precisely as can be said from here.
pub(super) fn login_hint(user: &AuthInfo, name: Option<&str>) -> String {
    let whose = name
        .map(|name| format!(" of \"{name}\""))
        .unwrap_or_default();
    let has_token = user.token.is_some() || user.token_file.is_some() || user.username.is_some();
    if let Some(certificate) = &user.client_certificate_data {
        match expiry(certificate) {
            Some(end) if end < Timestamp::now() => {
                return format!("The client certificate{whose} expired at {end}: renew it.");
            }
            _ => {}
        }
    } else if !has_token && user.auth_provider.is_none() {
        return "No credentials were given: choose a user with --user, or a context with --context.".into();
    }
    format!("The credentials{whose} may have expired or been revoked: log in again, or renew them.")
}

fn expiry(certificate: &str) -> Option<Timestamp> {
    let pem = BASE64.decode(certificate).ok()?;
    let der = CertificateDer::from_pem_slice(&pem).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

/// Reads what a kubeconfig holds as base64 or names as a file; the former wins.
pub(super) fn read_pem(
    what: &str,
    data: Option<&str>,
    file: Option<String>,
) -> Result<Option<Vec<u8>>, Error> {
    match (data, file) {
        (Some(data), _) => BASE64.decode(data.trim()).map(Some).map_err(|_| {
            Error::new(
                ErrorKind::Kubeconfig,
                format!("the {what} in the kubeconfig is not base64"),
            )
        }),
        (None, Some(file)) => fs::read(&file).map(Some).map_err(|error| {
            Error::new(
                ErrorKind::Kubeconfig,
                format!("cannot read the {what} {file}: {}", error.kind()),
            )
        }),
        (None, None) => Ok(None),
    }
}

fn credentials(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Credentials, message)
}
