//! The connection flags, named and meant as kubectl's.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, TypedValueParser as _};
use secrecy::SecretString;

// For kubectl an empty flag is none. But `--context "$CONTEXT"` without the variable must not approve in whichever
// cluster is the current one, nor `--as "$SOMEBODY"` with the powers of whoever runs it.
use NonEmptyStringValueParser as Text;

/// Where to connect, and as whom. Plain data: files are read and conflicts found when connecting.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection options")]
pub struct ConnectionOptions {
    /// Kubeconfig file to use instead of $KUBECONFIG or ~/.kube/config.
    #[arg(long, value_name = "FILE", global = true)]
    pub kubeconfig: Option<PathBuf>,

    /// Kubeconfig context to use.
    #[arg(long, value_name = "NAME", value_parser = Text::new(), global = true)]
    pub context: Option<String>,

    /// Kubeconfig cluster to use.
    #[arg(long, value_name = "NAME", value_parser = Text::new(), global = true)]
    pub cluster: Option<String>,

    /// Kubeconfig user to use.
    #[arg(long, value_name = "NAME", value_parser = Text::new(), global = true)]
    pub user: Option<String>,

    /// User to impersonate.
    #[arg(long = "as", value_name = "USER", value_parser = Text::new(), global = true)]
    pub as_user: Option<String>,

    /// Group to impersonate; may be repeated.
    #[arg(long, value_name = "GROUP", value_parser = Text::new(), global = true)]
    pub as_group: Vec<String>,

    /// UID to impersonate.
    #[arg(long, value_name = "UID", value_parser = Text::new(), global = true)]
    pub as_uid: Option<String>,

    /// URL of the API server.
    #[arg(short, long, value_name = "URL", value_parser = Text::new(), global = true)]
    pub server: Option<String>,

    /// Bearer token to authenticate with.
    #[arg(long, value_name = "TOKEN", value_parser = Text::new().map(SecretString::from), global = true)]
    pub token: Option<SecretString>,

    /// PEM file of the client certificate.
    #[arg(long, value_name = "FILE", global = true)]
    pub client_certificate: Option<PathBuf>,

    /// PEM file of the client certificate's key.
    #[arg(long, value_name = "FILE", global = true)]
    pub client_key: Option<PathBuf>,

    /// PEM file of the authorities that may have signed the server's certificate.
    #[arg(long, value_name = "FILE", global = true)]
    pub certificate_authority: Option<PathBuf>,

    /// Name that the server's certificate must have, if not the server's own.
    #[arg(long, value_name = "NAME", value_parser = Text::new(), global = true)]
    pub tls_server_name: Option<String>,

    /// Do not check the server's certificate: anyone on the way can read and change everything.
    #[arg(long, global = true)]
    pub insecure_skip_tls_verify: bool,

    /// How long one request may take, such as 30s or 1m; a bare number is seconds, 0 no limit.
    #[arg(long, value_name = "DURATION", default_value = "30s", global = true)]
    pub request_timeout: RequestTimeout,

    /// How many requests may be under way at a time; fewer are while the server says that it has too many.
    #[arg(long, value_name = "COUNT", default_value_t, global = true)]
    pub parallel: Parallel,

    /// Accepted and ignored: CSRs have no namespace.
    #[arg(short, long, value_name = "NAME", global = true)]
    pub namespace: Option<String>,
}

impl ConnectionOptions {
    /// Whether a flag says where to connect or with which credentials.
    pub(super) fn choose_something(&self) -> bool {
        let names = [
            &self.context,
            &self.cluster,
            &self.user,
            &self.server,
            &self.tls_server_name,
        ];
        let files = [
            &self.kubeconfig,
            &self.client_certificate,
            &self.client_key,
            &self.certificate_authority,
        ];
        names.iter().any(|name| name.is_some())
            || files.iter().any(|file| file.is_some())
            || self.token.is_some()
            || self.insecure_skip_tls_verify
    }
}

/// The time limit of one request, from connecting to the last byte of the answer. None is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTimeout(pub Option<Duration>);

impl Default for RequestTimeout {
    fn default() -> Self {
        Self(Some(Duration::from_secs(30)))
    }
}

/// How many requests may be under way at a time: at least one, and no more than a server should get from one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parallel(pub usize);

impl Parallel {
    /// The most.
    const MOST: usize = 256;
}

impl Default for Parallel {
    fn default() -> Self {
        Self(16)
    }
}

impl fmt::Display for Parallel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Parallel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.parse().ok();
        count
            .filter(|count| (1..=Self::MOST).contains(count))
            .map(Self)
            .ok_or_else(|| format!("write a number from 1 to {}", Self::MOST))
    }
}

impl FromStr for RequestTimeout {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text
            .parse()
            .map(Duration::from_secs)
            .ok()
            .or_else(|| go_duration(text))
        {
            Some(Duration::ZERO) => Ok(Self(None)),
            Some(limit) => Ok(Self(Some(limit))),
            None => Err("write a duration such as 30s, 1m or 1h30m, or a number of seconds"),
        }
    }
}

/// A duration as Go writes it: numbers, each with its unit.
fn go_duration(text: &str) -> Option<Duration> {
    let numeric = |c: char| c.is_ascii_digit() || c == '.';
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() || text.is_empty() {
        let (number, tail) = rest.split_at(rest.find(|c| !numeric(c))?);
        let (unit, next) = tail.split_at(tail.find(numeric).unwrap_or(tail.len()));
        let scale = match unit {
            "ns" => 1e-9,
            "us" | "µs" | "μs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * scale;
        rest = next;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        connection: ConnectionOptions,
        #[command(subcommand)]
        verb: Option<Verb>,
    }

    #[derive(clap::Subcommand)]
    enum Verb {
        List,
    }

    fn parse(arguments: &[&str]) -> ConnectionOptions {
        let cli = Cli::parse_from(["csr"].iter().chain(arguments));
        assert!(cli.verb.is_some());
        cli.connection
    }

    #[test]
    fn flags_stand_before_and_after_the_verb() {
        let options = parse(&[
            "--as=jane",
            "--as-group",
            "a,b",
            "--request-timeout=5",
            "list",
            "-s",
            "https://x",
            "-n",
            "y",
        ]);
        assert_eq!(options.as_user.as_deref(), Some("jane"));
        assert_eq!(options.as_group, ["a,b"]);
        assert_eq!(options.server.as_deref(), Some("https://x"));
        assert_eq!(
            options.request_timeout,
            RequestTimeout(Some(Duration::from_secs(5)))
        );
        assert_eq!(parse(&["list"]).request_timeout, RequestTimeout::default());
    }

    #[test]
    fn debug_does_not_print_the_token() {
        let shown = format!("{:?}", parse(&["--token=s3cr3t", "list"]));
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    #[test]
    fn an_empty_flag_is_a_mistake() {
        for flag in [
            "--kubeconfig",
            "--context",
            "--cluster",
            "--user",
            "--as",
            "--as-group",
            "--as-uid",
            "--server",
            "--token",
            "--client-certificate",
            "--client-key",
            "--certificate-authority",
            "--tls-server-name",
        ] {
            let parsed = Cli::try_parse_from(["csr", "list", flag, ""]);
            assert!(parsed.is_err(), "{flag}");
        }
    }

    #[test]
    fn only_flags_about_the_place_choose_something() {
        assert!(!parse(&["--as=x", "-n=y", "--request-timeout=0", "list"]).choose_something());
        assert!(parse(&["--token=x", "list"]).choose_something());
        assert!(parse(&["--insecure-skip-tls-verify", "list"]).choose_something());
    }

    #[test]
    fn a_number_of_requests_is_at_least_one() {
        assert_eq!(parse(&["list"]).parallel, Parallel(16));
        assert_eq!(parse(&["list", "--parallel=1"]).parallel, Parallel(1));
        for bad in ["0", "257", "-1", "", "x"] {
            assert!(bad.parse::<Parallel>().is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_are_those_of_kubectl() {
        let limit = |text: &str| text.parse().map(|RequestTimeout(limit)| limit);
        let millis = |millis| Ok(Some(Duration::from_millis(millis)));
        assert_eq!(limit("30s"), millis(30_000));
        assert_eq!(limit("1h1m1.5s"), millis(3_661_500));
        assert_eq!(limit("250ms"), millis(250));
        assert_eq!(limit("7"), millis(7000));
        assert_eq!(limit("0"), Ok(None));
        assert_eq!(limit("0s"), Ok(None));
        for bad in [
            "",
            "s",
            "-1",
            "-1s",
            "1 s",
            "1d",
            "1.5",
            "1s2",
            "..s",
            "1e5s",
            "99999999999999999999h",
        ] {
            assert!(limit(bad).is_err(), "{bad:?}");
        }
    }
}
