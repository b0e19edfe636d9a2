//! From a kubeconfig's choice and the flags over it to a client: server, trust, proxy, credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kube::client::RustlsTlsError;
use kube::config::{AuthInfo, Cluster};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use super::Place;
use super::credentials::{self, Origin, read_pem};
use super::error::{Error, ErrorKind, bounded};
use super::flags;
use super::kubeconfig::{self, Choice};
use super::options::ConnectionOptions;
use super::proxy;
use super::redact::SentSecrets;
use super::surroundings::Surroundings;
use crate::csr::Requestor;

/// How long to wait for a TCP and TLS connection.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// The longest URL of a server, in bytes. Together with a request's path it has to be a URL still.
const LONGEST_SERVER: usize = 8 << 10;

/// A client, and what its errors need to be understood.
pub(super) struct Connection {
    pub(super) client: kube::Client,
    pub(super) place: Place,
    /// The proxy in between, without a password.
    pub(super) proxy: Option<String>,
    /// What to do if the server does not accept the credentials.
    pub(super) login_hint: String,
    /// Where the credentials came from.
    pub(super) origin: Origin,
    /// Who they make us, as far as they tell.
    pub(super) login: Option<Requestor>,
    /// What of them must not be shown.
    pub(super) sent: SentSecrets,
}

/// Prepares everything. Nothing is sent to the server yet, but a credential plugin may run.
pub(super) async fn prepare(
    options: &ConnectionOptions,
    around: &Surroundings,
) -> Result<Connection, Error> {
    let Choice {
        context,
        user_name,
        mut cluster,
        mut user,
    } = kubeconfig::choose(options, around)?;
    flags::set_cluster(&mut cluster, options)?;
    flags::set_user(&mut user, options)?;

    let mut server = server_url(&cluster)?;
    take_userinfo(&mut server, &mut user);
    let ca = trusted(&mut cluster)?;
    let https = server.scheme() == "https";
    let (origin, login_hint) = if https {
        let origin = credentials::obtain(&mut user, &cluster, around).await?;
        (origin, credentials::login_hint(&user, user_name.as_deref()))
    } else {
        // As kubectl does: no credentials where everyone on the way can read them.
        user = credentials::only_impersonation(user);
        let hint =
            "Credentials are not sent over plain http: the server's URL must start with https://.";
        (Origin::default(), hint.to_owned())
    };

    let place = Place {
        context,
        server: server.to_string().trim_end_matches('/').to_owned(),
        user: user
            .impersonate
            .clone()
            .or_else(|| given_by_flag(options).or(user_name).filter(|_| https)),
        insecure: cluster.insecure_skip_tls_verify.unwrap_or(false)
            || (!https && !is_loopback(&server)),
    };
    let proxy = cluster
        .proxy_url
        .or_else(|| proxy::from_environment(&server, around));
    let proxy = proxy.map(|proxy| proxy_url(&proxy)).transpose()?;

    let uri = server
        .as_str()
        .parse()
        .map_err(|_| unusable_server(&place.server))?;
    let mut config = kube::Config::new(uri);
    config.root_cert = ca;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    config.tls_server_name = cluster.tls_server_name;
    config.disable_compression = cluster.disable_compression.unwrap_or(false);
    config.proxy_url = proxy.as_ref().map(|(uri, _)| uri.clone());
    let login = credentials::login(&user);
    config.headers = impersonation(&mut user)?;
    let through = proxy.as_ref().map(|(uri, _)| uri.to_string());
    let sent = SentSecrets::of(&user, through.as_deref());
    config.auth_info = user;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    // An approval that was repeated would no longer be the one that was reviewed.
    config.default_retry = false;
    config
        .headers
        .push((http::header::USER_AGENT, user_agent()?));
    Ok(Connection {
        client: kube::Client::try_from(config).map_err(|error| unusable(&error))?,
        place,
        proxy: proxy.map(|(_, shown)| shown),
        login_hint,
        origin,
        login,
        sent,
    })
}

/// The flag whose credentials count before those of the kubeconfig's user, whose name would mislead then.
fn given_by_flag(options: &ConnectionOptions) -> Option<String> {
    let token = options.token.is_some().then_some("--token");
    let certificate = options
        .client_certificate
        .is_some()
        .then_some("--client-certificate");
    token.or(certificate).map(str::to_owned)
}

/// The headers that impersonate. The kube crate refuses letters beyond ASCII, which API servers and kubectl do not;
/// only what is extra is left to it.
fn impersonation(user: &mut AuthInfo) -> Result<Vec<(http::HeaderName, http::HeaderValue)>, Error> {
    let groups = user.impersonate_groups.take().unwrap_or_default();
    [
        ("impersonate-user", user.impersonate.take()),
        ("impersonate-uid", user.impersonate_uid.take()),
    ]
    .into_iter()
    .chain(
        groups
            .into_iter()
            .map(|group| ("impersonate-group", Some(group))),
    )
    .filter_map(|(name, text)| text.map(|text| (name, text)))
    .map(|(name, text)| {
        // Blanks at either end get lost on the way, and then it is somebody else.
        let value = http::HeaderValue::from_bytes(text.as_bytes()).ok();
        let value = value.filter(|_| text.trim() == text);
        let value = value.ok_or_else(unsendable_name)?;
        Ok((http::HeaderName::from_static(name), value))
    })
    .collect()
}

fn unsendable_name() -> Error {
    usage("the user or group to impersonate holds characters that cannot be sent")
}

fn user_agent() -> Result<http::HeaderValue, Error> {
    let (version, os, arch) = (
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    http::HeaderValue::from_str(&format!("kubectl-csr-review/{version} ({os}/{arch})"))
        .map_err(|_| usage("this build has a version that cannot be sent"))
}

fn server_url(cluster: &Cluster) -> Result<Url, Error> {
    let no_server = || {
        Error::new(
            ErrorKind::Kubeconfig,
            "the kubeconfig's cluster has no server",
        )
    };
    let text = cluster.server.as_deref().ok_or_else(no_server)?;
    let mut url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.as_str().len() <= LONGEST_SERVER)
        .ok_or_else(|| unusable_server(text))?;
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn unusable_server(server: &str) -> Error {
    // Without the part that may hold a password.
    let shown = bounded(server.rsplit_once('@').map_or(server, |(_, host)| host));
    Error::new(
        ErrorKind::Kubeconfig,
        format!("the server \"{shown}\" is not a URL with http:// or https://"),
    )
}

/// Moves a name and password of the URL to where they belong, so that no later use of the URL shows them.
fn take_userinfo(server: &mut Url, user: &mut AuthInfo) {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    if !server.username().is_empty() && user.username.is_none() && user.token.is_none() {
        user.username = Some(decoded(server.username()));
        user.password = Some(decoded(server.password().unwrap_or_default()).into());
    }
    // These fail only for URLs without a host, which were refused.
    let _ = server.set_username("");
    let _ = server.set_password(None);
}

fn is_loopback(server: &Url) -> bool {
    match server.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The authorities that may have signed the server's certificate. `None` is the operating system's choice.
fn trusted(cluster: &mut Cluster) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let data = cluster.certificate_authority_data.take();
    let Some(pem) = read_pem(
        "certificate authority",
        data.as_deref(),
        cluster.certificate_authority.take(),
    )?
    else {
        return Ok(None);
    };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem)
        .map(|der| der.map(|der| der.to_vec()))
        .collect();
    // The only place where a credential plugin may be told about it.
    cluster.certificate_authority_data = Some(BASE64.encode(&pem));
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(Some(certificates)),
        _ => Err(Error::new(
            ErrorKind::Kubeconfig,
            "the certificate authority is not a PEM certificate",
        )),
    }
}

/// A proxy's URL as the kube crate wants it, and as it may be shown. Without a scheme it is http, as for kubectl.
fn proxy_url(text: &str) -> Result<(http::Uri, String), Error> {
    let bad = || {
        Error::new(
            ErrorKind::Kubeconfig,
            "the proxy is not a URL with http://, https:// or socks5://",
        )
        .with_hint("See proxy-url in the kubeconfig, and HTTPS_PROXY.")
    };
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    // Names are left to a SOCKS proxy in either case.
    let text = match text.strip_prefix("socks5h://") {
        Some(rest) => format!("socks5://{rest}"),
        None => text,
    };
    let url = Url::parse(&text).map_err(|_| bad())?;
    let (scheme, host) = (url.scheme(), url.host_str().unwrap_or_default());
    if !matches!(scheme, "http" | "https" | "socks5") || host.is_empty() {
        return Err(bad());
    }
    // The kube crate would take a SOCKS proxy's port for that of http.
    let port = url.port().or((scheme == "socks5").then_some(1080));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let shown = format!("{scheme}://{host}{port}");
    // As the URL's parser understood it: of "a:b@c@host" the kube crate would send "a:b". And it sends what is there:
    // without the colon nothing would tell where the name ends.
    let login = match (url.username(), url.password()) {
        ("", None) => String::new(),
        (name, password) => format!("{name}:{}@", password.unwrap_or_default()),
    };
    if scheme == "socks5" && !login.is_empty() {
        let message = format!("logging in to a SOCKS proxy ({shown}) is not supported");
        return Err(Error::new(ErrorKind::Kubeconfig, message)
            .with_hint("Use one that asks for no name and password, or an http:// proxy."));
    }
    let uri = format!("{scheme}://{login}{host}{port}");
    Ok((uri.parse().map_err(|_| bad())?, shown))
}

/// Why no client could be built. The errors' own texts are not shown: some hold URLs with passwords.
fn unusable(error: &kube::Error) -> Error {
    let identity =
        |what: &str| bad_credentials(format!("the client certificate cannot be used: {what}"));
    match error {
        kube::Error::RustlsTls(error) => match error {
            RustlsTlsError::InvalidPrivateKey(rustls::Error::InconsistentKeys(_)) => {
                identity("the key belongs to another one")
            }
            // TLS itself would not mind version 1, and kubectl does not.
            RustlsTlsError::InvalidPrivateKey(rustls::Error::InvalidCertificate(_)) => identity(
                "it is malformed, or of X.509 version 1",
            )
            .with_hint(
                "Version 3 is needed: \"openssl x509 -req\" writes it if it is given an -extfile.",
            ),
            RustlsTlsError::InvalidServerName(_) => {
                usage("the TLS server name is not a DNS name or address")
            }
            RustlsTlsError::AddRootCertificate(_) | RustlsTlsError::NoValidNativeRootCA(_) => {
                Error::new(
                    ErrorKind::Tls,
                    "the certificate authority cannot be used to check the server's certificate",
                )
            }
            _ => identity("its certificate or key is malformed"),
        },
        kube::Error::HttpError(_) => unsendable_name(),
        _ => bad_credentials("the kubeconfig's credentials cannot be used"),
    }
}

fn usage(message: &str) -> Error {
    Error::new(ErrorKind::Usage, message)
}

fn bad_credentials(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Credentials, message)
}

#[cfg(test)]
mod tests;
