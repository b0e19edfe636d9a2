//! The connection flags, laid over what the kubeconfig says.

use std::path::Path;

use kube::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret;

use super::error::{Error, ErrorKind};
use super::options::ConnectionOptions;

/// Lays the flags over the kubeconfig's cluster, as kubectl does: trust is replaced as a whole, and a server that
/// is given by a flag does not inherit the name that another server's certificate has.
pub(super) fn set_cluster(cluster: &mut Cluster, options: &ConnectionOptions) -> Result<(), Error> {
    if options.insecure_skip_tls_verify && options.certificate_authority.is_some() {
        return Err(usage(
            "--certificate-authority and --insecure-skip-tls-verify exclude each other",
        ));
    }
    if options.insecure_skip_tls_verify || options.certificate_authority.is_some() {
        cluster.insecure_skip_tls_verify = Some(options.insecure_skip_tls_verify);
        cluster.certificate_authority_data = None;
        cluster.certificate_authority = path_text(options.certificate_authority.as_deref())?;
    }
    if options.server.is_some() || options.tls_server_name.is_some() {
        cluster.tls_server_name.clone_from(&options.tls_server_name);
    }
    if let Some(server) = &options.server {
        cluster.server = Some(server.clone());
    }
    for field in [
        &mut cluster.server,
        &mut cluster.certificate_authority,
        &mut cluster.certificate_authority_data,
        &mut cluster.proxy_url,
        &mut cluster.tls_server_name,
    ] {
        drop_empty(field);
    }
    let has_ca =
        cluster.certificate_authority.is_some() || cluster.certificate_authority_data.is_some();
    if has_ca && cluster.insecure_skip_tls_verify == Some(true) {
        let message = "the kubeconfig's cluster has both a certificate authority and insecure-skip-tls-verify";
        return Err(Error::new(ErrorKind::Kubeconfig, message));
    }
    Ok(())
}

/// Lays the flags over the kubeconfig's user. A token that is given replaces every other way to get one.
pub(super) fn set_user(user: &mut AuthInfo, options: &ConnectionOptions) -> Result<(), Error> {
    if let Some(token) = &options.token {
        (user.token, user.token_file) = (Some(token.clone()), None);
        (user.username, user.password) = (None, None);
        (user.exec, user.auth_provider) = (None, None);
    }
    if let Some(certificate) = path_text(options.client_certificate.as_deref())? {
        (user.client_certificate, user.client_certificate_data) = (Some(certificate), None);
    }
    if let Some(key) = path_text(options.client_key.as_deref())? {
        (user.client_key, user.client_key_data) = (Some(key), None);
    }
    if let Some(name) = &options.as_user {
        user.impersonate = Some(name.clone());
    }
    if let Some(uid) = &options.as_uid {
        user.impersonate_uid = Some(uid.clone());
    }
    if !options.as_group.is_empty() {
        user.impersonate_groups = Some(options.as_group.clone());
    }
    for field in [
        &mut user.username,
        &mut user.token_file,
        &mut user.client_certificate,
        &mut user.client_certificate_data,
        &mut user.client_key,
        &mut user.impersonate,
        &mut user.impersonate_uid,
    ] {
        drop_empty(field);
    }
    for secret in [
        &mut user.password,
        &mut user.token,
        &mut user.client_key_data,
    ] {
        *secret = secret
            .take()
            .filter(|secret| !secret.expose_secret().is_empty());
    }
    let groups = user
        .impersonate_groups
        .as_ref()
        .is_some_and(|groups| !groups.is_empty());
    let extra = user
        .impersonate_user_extra
        .as_ref()
        .is_some_and(|extra| !extra.is_empty());
    if user.impersonate.is_none() && (groups || extra || user.impersonate_uid.is_some()) {
        return Err(usage(
            "groups or a UID can be impersonated only together with a user (--as)",
        ));
    }
    Ok(())
}

/// Empty is absent in a kubeconfig; for the kube crate it is a value.
fn drop_empty(field: &mut Option<String>) {
    *field = field.take().filter(|text| !text.is_empty());
}

fn path_text(path: Option<&Path>) -> Result<Option<String>, Error> {
    let text = |path: &Path| {
        path.to_str()
            .map(str::to_owned)
            .ok_or_else(|| usage("a file's name is not UTF-8"))
    };
    path.map(text).transpose()
}

fn usage(message: &str) -> Error {
    Error::new(ErrorKind::Usage, message)
}
