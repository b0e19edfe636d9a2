//! The credentials that a kubeconfig's user names, fetched from where they are.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use kube::config::{AuthInfo, Cluster, ExecAuthCluster};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, ErrorKind};
use super::exec;
use super::surroundings::Surroundings;
use crate::csr::Requestor;

/// Where credentials came from, and how long they are good.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// The plugin that handed them out.
    pub(super) plugin: Option<String>,
    /// When they end, if it said so.
    pub(super) expires: Option<Timestamp>,
}

/// Gets the user's credentials from where they are, and refuses those that the kube crate would misuse: it panics
/// on a token that no header can hold, prefers a password to a token, and reads credentials several times.
pub(super) async fn obtain(
    user: &mut AuthInfo,
    cluster: &Cluster,
    around: &Surroundings,
) -> Result<Origin, Error> {
    let mut origin = Origin::default();
    load_identity(user)?;
    load_token(user)?;
    if let Some(provider) = user
        .auth_provider
        .as_ref()
        .filter(|provider| provider.name != "oidc")
    {
        let message = format!(
            "the auth-provider \"{}\" is not supported, nor is it by kubectl",
            provider.name
        );
        return Err(
            credentials(message).with_hint("Use its credential plugin (exec) in the kubeconfig.")
        );
    }
    if user.auth_provider.is_some() && user.exec.is_some() {
        return Err(credentials(
            "the kubeconfig's user has both an auth-provider and a credential plugin",
        ));
    }
    if has_token(user) {
        // The kube crate prefers the provider.
        user.auth_provider = None;
    }
    // What is at hand makes the plugin needless, as for kubectl: one that ran all the same would replace the
    // certificate that --client-certificate gives.
    let at_hand = has_token(user) || user.client_certificate_data.is_some();
    if let Some(exec) = user.exec.take().filter(|_| !at_hand) {
        let cluster = ExecAuthCluster::try_from(cluster).map_err(|_| {
            credentials("the kubeconfig's cluster cannot be told to the credential plugin")
        })?;
        let issued = exec::run(&exec, cluster, around.stdin_is_terminal).await?;
        if let Some((certificate, key)) = issued.identity {
            set_identity(user, certificate.as_bytes(), key.expose_secret().as_bytes())?;
        }
        user.token = issued.token;
        origin = Origin {
            plugin: exec.command,
            expires: issued.expires,
        };
    }
    if user.username.is_some() {
        if user.token.is_some() || user.token_file.is_some() {
            return Err(credentials(
                "the kubeconfig's user has both a token and a password",
            ));
        }
        user.password.get_or_insert_default();
    }
    match &user.token {
        Some(token) if !is_sendable(token.expose_secret()) => Err(unsendable()),
        _ => Ok(origin),
    }
}

fn has_token(user: &AuthInfo) -> bool {
    user.token.is_some() || user.token_file.is_some() || user.username.is_some()
}

fn load_identity(user: &mut AuthInfo) -> Result<(), Error> {
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
        (Some(certificate), Some(key)) => set_identity(user, &certificate, &key)?,
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
    Ok(())
}

/// Reads the token file, which counts before a token beside it unless it cannot be read: it is the one that is
/// renewed. The kube crate does not trim what it reads; otherwise reading is left to it, as it does so again and again.
fn load_token(user: &mut AuthInfo) -> Result<(), Error> {
    let Some(file) = user.token_file.take() else {
        return Ok(());
    };
    let text = match fs::read_to_string(&file).map(SecretString::from) {
        Ok(text) if text.expose_secret().trim().is_empty() => {
            Err(format!("the token {file} is empty"))
        }
        Ok(text) => Ok(text),
        Err(error) => Err(format!("cannot read the token {file}: {}", error.kind())),
    };
    match text {
        Ok(text) => {
            let token = text.expose_secret().trim();
            if !is_sendable(token) {
                return Err(unsendable());
            }
            if token.len() == text.expose_secret().len() {
                (user.token, user.token_file) = (None, Some(file));
            } else {
                user.token = Some(token.into());
            }
            Ok(())
        }
        Err(_) if user.token.is_some() => Ok(()),
        Err(why) => Err(credentials(why)),
    }
}

/// The kube crate panics on a token that no header can hold.
fn is_sendable(token: &str) -> bool {
    http::HeaderValue::from_str(token).is_ok()
}

fn unsendable() -> Error {
    credentials("the token holds characters that no token has")
}

/// Keeps the certificates and the first key, and nothing else that may stand in the same files: the kube crate would
/// take a certificate beside the key for the user's, and refuse other blocks.
fn set_identity(user: &mut AuthInfo, certificate: &[u8], key: &[u8]) -> Result<(), Error> {
    let unusable =
        |what: &str| credentials(format!("the client certificate cannot be used: {what}"));
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(|_| unusable("it is not well-formed PEM"))?;
    if chain.is_empty() {
        return Err(unusable("there is no PEM certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        // Of a block that says so in its title, as of one that says so in a header.
        if key.windows(9).any(|word| word == b"ENCRYPTED") {
            unusable("its key is encrypted")
                .with_hint("Nobody is asked for a passphrase here: the key has to be without one.")
        } else {
            unusable("its key is not a PEM private key")
                .with_hint("Keys in PKCS#8, PKCS#1 or SEC1 form are supported.")
        }
    })?;
    let title = match key {
        PrivateKeyDer::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKeyDer::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    let chain: String = chain.iter().map(|der| armour("CERTIFICATE", der)).collect();
    let key = SecretString::from(armour(title, key.secret_der()));
    user.client_certificate_data = Some(BASE64.encode(chain));
    user.client_key_data = Some(BASE64.encode(key.expose_secret()).into());
    Ok(())
}

fn armour(title: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    format!("-----BEGIN {title}-----\n{text}\n-----END {title}-----\n")
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

/// Who the credentials make us: the impersonated user, else the subject of the client certificate, which the API
/// server's authenticator takes before any token. `None` where only the server can tell.
///
/// Source: staging/src/k8s.io/apiserver/pkg/authentication/request/x509/x509.go (`CommonNameUserConversion`).
pub(super) fn login(user: &AuthInfo) -> Option<Requestor> {
    if let Some(name) = &user.impersonate {
        return Some(Requestor {
            username: name.clone(),
            uid: user.impersonate_uid.clone(),
            groups: user.impersonate_groups.clone().unwrap_or_default(),
            ..Requestor::default()
        });
    }
    let der = leaf(user.client_certificate_data.as_ref()?)?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    let subject = certificate.subject();
    let name = subject.iter_common_name().last()?.as_str().ok()?;
    let groups = subject.iter_organization();
    (!name.is_empty()).then(|| Requestor {
        username: name.to_owned(),
        groups: groups
            .filter_map(|group| group.as_str().ok())
            .map(str::to_owned)
            .collect(),
        ..Requestor::default()
    })
}

/// What to do about a 401, as precisely as can be said from here.
pub(super) fn login_hint(user: &AuthInfo, name: Option<&str>) -> String {
    let whose = name
        .map(|name| format!(" of \"{name}\""))
        .unwrap_or_default();
    if let Some(certificate) = &user.client_certificate_data {
        match expiry(certificate) {
            Some(end) if end < Timestamp::now() => {
                return format!("The client certificate{whose} expired at {end}: renew it.");
            }
            _ => {}
        }
    } else if !has_token(user) && user.auth_provider.is_none() {
        return "No credentials were given: choose a user with --user, or a context with --context.".into();
    }
    format!("The credentials{whose} may have expired or been revoked: log in again, or renew them.")
}

fn expiry(certificate: &str) -> Option<Timestamp> {
    let der = leaf(certificate)?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

/// The first certificate of a chain that is PEM in base64.
fn leaf(chain: &str) -> Option<CertificateDer<'static>> {
    let pem = BASE64.decode(chain).ok()?;
    CertificateDer::from_pem_slice(&pem).ok()
}

/// Reads what a kubeconfig holds as base64 or names as a file; the former wins.
pub(super) fn read_pem(
    what: &str,
    data: Option<&str>,
    file: Option<String>,
) -> Result<Option<Vec<u8>>, Error> {
    match (data, file) {
        (Some(data), _) => {
            // It may be wrapped, as the base64 command does.
            let data: String = data.split_ascii_whitespace().collect();
            BASE64.decode(data).map(Some).map_err(|_| {
                Error::new(
                    ErrorKind::Kubeconfig,
                    format!("the {what} in the kubeconfig is not base64"),
                )
            })
        }
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

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(groups: &[&str], user: &str) -> String {
        let mut params = CertificateParams::default();
        for group in groups {
            params
                .distinguished_name
                .push(DnType::OrganizationName, *group);
        }
        params.distinguished_name.push(DnType::CommonName, user);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        BASE64.encode(certificate.pem())
    }

    #[test]
    fn a_certificate_or_an_impersonation_tells_who_logs_in() {
        let mut user = AuthInfo::default();
        assert_eq!(login(&user), None);
        // Beside a certificate a token is not looked at.
        user.token = Some("t".to_owned().into());
        assert_eq!(login(&user), None);
        user.client_certificate_data = Some(certificate(&["dev"], "jane"));
        let jane = Requestor {
            username: "jane".to_owned(),
            groups: vec!["dev".to_owned()],
            ..Requestor::default()
        };
        assert_eq!(login(&user), Some(jane));
        user.impersonate = Some("bob".to_owned());
        let name = login(&user).map(|login| login.username);
        assert_eq!(name.as_deref(), Some("bob"));
    }

    #[test]
    fn what_names_nobody_tells_nothing() {
        for data in [
            certificate(&["dev"], ""),
            "!".to_owned(),
            BASE64.encode("x"),
        ] {
            let user = AuthInfo {
                client_certificate_data: Some(data),
                ..AuthInfo::default()
            };
            assert_eq!(login(&user), None);
        }
    }
}
