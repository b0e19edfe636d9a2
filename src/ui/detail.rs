//! One CSR in full, for a person who has to decide: what decides comes first.

use std::fmt::{self, Write as _};
use std::io;

use jiff::{SignedDuration, Timestamp};

use crate::csr::{Csr, Pkcs10, Requestor, SignatureVerdict};
use crate::facts::access::Power;
use crate::facts::{Fact, Facts, NotChecked};
use crate::risk::{Assessment, Severity, signer_maximum};

use super::{Escaped, HumanDuration, Stream, Tone};

/// The widest value that is shown whole: beyond it the middle is left out, and said to be.
const WIDEST: usize = 512;
/// The column at which values start.
const INDENT: usize = 14;
/// The column at which what belongs to a finding starts.
const FINDING: usize = 12;
/// How many powers are shown, unless all are wanted.
const FEW: usize = 3;
const COULD_DO: &str = "Could do in this cluster";
/// Narrower terminals break lines themselves.
const NARROWEST: usize = 30;

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::High => Self::High,
            Severity::Medium => Self::Medium,
            Severity::Low => Self::Low,
            Severity::Info => Self::Info,
            Severity::None => Self::Plain,
        }
    }
}

/// How much is shown of what the identity could do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Powers {
    /// The few that decide.
    #[default]
    Few,
    /// All.
    All,
}

/// Shows everything about a CSR.
///
/// # Errors
/// If the stream cannot be written to.
pub fn show(
    stream: &mut Stream,
    csr: &Csr,
    assessment: &Assessment,
    facts: &Facts,
    powers: Powers,
) -> io::Result<()> {
    let mut detail = Detail { stream };
    detail.verdict(csr, assessment, facts.now)?;
    detail.who(csr)?;
    detail.access(assessment, powers)?;
    detail.requestor(csr)?;
    detail.request(csr)?;
    detail.object(csr, assessment)?;
    detail.not_checked(facts)?;
    detail.finality(csr, facts.now)
}

struct Detail<'a> {
    stream: &'a mut Stream,
}

impl Detail<'_> {
    fn heading(&mut self, title: &'static str) -> io::Result<()> {
        let title = self.stream.paint(Tone::Bold, title);
        let line = format!("\n{title}");
        self.stream.line(line)
    }

    fn field(&mut self, label: &str, value: impl fmt::Display) -> io::Result<()> {
        let width = INDENT - 2;
        self.wrapped(&format!("  {label:<width$}"), INDENT, &value.to_string())
    }

    /// Writes `text` behind `lead`; on a terminal in lines that fit, the next ones indented.
    fn wrapped(&mut self, lead: &str, indent: usize, text: &str) -> io::Result<()> {
        let line = format!("{lead}{text}");
        let Some(columns) = self.stream.columns() else {
            return self.stream.line(line);
        };
        let indent = " ".repeat(indent);
        let options = textwrap::Options::new(columns.max(NARROWEST))
            .subsequent_indent(&indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&line, options) {
            self.stream.line(line)?;
        }
        Ok(())
    }

    fn text(&mut self, label: &str, value: &str) -> io::Result<()> {
        self.field(label, Escaped::middle_elided(value, WIDEST))
    }

    /// One value a line: nobody overlooks the third of three groups.
    fn list<T: AsRef<str>>(&mut self, label: &str, values: &[T]) -> io::Result<()> {
        let mut label = label;
        for value in values {
            self.text(label, value.as_ref())?;
            label = "";
        }
        Ok(())
    }

    fn verdict(&mut self, csr: &Csr, assessment: &Assessment, now: Timestamp) -> io::Result<()> {
        let risk = assessment.risk();
        let name = Escaped::middle_elided(&csr.name, WIDEST);
        let title = self.stream.paint(Tone::Bold, "CSR");
        let age = csr.metadata.created_at.map_or_else(String::new, |created| {
            format!(", {} old", HumanDuration(now.duration_since(created)))
        });
        let line = format!("{title} {name} ({}{age})", csr.state.summary());
        self.wrapped("", 2, &line)?;
        let word = self.stream.severity(risk);
        let line = format!("Risk {word}");
        self.stream.line(line)?;
        if let Some(finding) = assessment.unreviewable() {
            let word = self.stream.paint(Tone::Critical, "Unreviewable:");
            let line = format!(
                "{word} {}. It cannot be approved with this tool; it can be denied.",
                finding.message
            );
            self.wrapped("", 2, &line)?;
        }
        if let Some(why) = &assessment.doomed {
            let why = Escaped::middle_elided(why, WIDEST);
            self.wrapped("Will not be signed: ", 2, why.as_str())?;
        }
        for finding in &assessment.findings {
            let severity = finding.severity;
            let word = self.stream.severity(severity);
            let pad = " ".repeat(9_usize.saturating_sub(severity.as_str().len()));
            self.stream.line("")?;
            let lead = format!("  {word}{pad} ");
            let what = format!("{}: {}", finding.rule.id, finding.message);
            self.wrapped(&lead, FINDING, &what)?;
            let indent = " ".repeat(FINDING);
            if !finding.evidence.is_empty() {
                let evidence = Escaped::middle_elided(&finding.evidence, WIDEST);
                self.wrapped(&indent, FINDING, evidence.as_str())?;
            }
            if severity > Severity::Info {
                self.wrapped(&indent, FINDING, finding.rule.advice)?;
            }
        }
        Ok(())
    }

    fn who(&mut self, csr: &Csr) -> io::Result<()> {
        self.heading("Would log in as")?;
        match (&csr.request.content, &csr.request.error) {
            (None, _) => self.field("User", "nobody: the request cannot be read")?,
            (Some(content), error) => {
                if error.is_some() {
                    self.field("", "(as the request says; the API server refuses it)")?;
                }
                self.text("User", content.subject.user())?;
                let groups = content.subject.groups();
                if groups.is_empty() {
                    self.field("Groups", "(none)")?;
                }
                self.list("Groups", &groups)?;
            }
        }
        let login = match csr.logs_in() {
            Some(true) => "yes, until it expires",
            Some(false) if csr.doomed().is_some() => "no: it will not be signed",
            Some(false) => "no",
            None if csr.request.error.is_some() => "no: the API server refuses the request",
            None => "unknown: that depends on the signer",
        };
        self.field("API login", login)
    }

    /// What it could do, worst first, and whether its requestor can do that too.
    fn access(&mut self, assessment: &Assessment, powers: Powers) -> io::Result<()> {
        let access = match &assessment.access {
            Fact::NotAsked => return Ok(()),
            Fact::Unknown(gap) => {
                self.heading(COULD_DO)?;
                let why = Escaped::middle_elided(&gap.why, WIDEST);
                return self.field("Unknown", why);
            }
            Fact::Known(access) => access,
        };
        self.heading(COULD_DO)?;
        if let Some(why) = &assessment.access_gap {
            let why = Escaped::middle_elided(why, WIDEST);
            self.field("Unknown", format_args!("whether this is all: {why}"))?;
        }
        if let Some(why) = access.unasked().filter(|_| assessment.access_gap.is_none()) {
            let why = Escaped::middle_elided(why, WIDEST);
            self.field(
                "By RBAC",
                format_args!("authorizers other than RBAC were not checked: {why}"),
            )?;
        }
        let all = access.powers();
        if all.is_empty() && assessment.access_gap.is_none() {
            return self.field("Nothing", "by the roles and bindings of today");
        }
        let gained = match assessment.requestor_access.known() {
            Some(requestor) => access.beyond(requestor),
            None => Vec::new(),
        };
        let shown = match powers {
            Powers::Few => all.len().min(FEW),
            Powers::All => all.len(),
        };
        for power in &all[..shown] {
            let is_gained = gained.iter().any(|news| std::ptr::eq(*news, *power));
            self.power(power, is_gained)?;
        }
        match all.len() - shown {
            0 => Ok(()),
            more => self.field("", format_args!("and {more} more: show --access=full")),
        }
    }

    fn power(&mut self, power: &Power, is_gained: bool) -> io::Result<()> {
        let severity = power.severity;
        let word = self.stream.severity(severity);
        let pad = " ".repeat((INDENT - 3).saturating_sub(severity.as_str().len()));
        let lead = format!("  {word}{pad} ");
        let mut text = power.title.to_owned();
        if !power.right.is_empty() {
            let _ = write!(text, " ({})", Escaped::middle_elided(&power.right, WIDEST));
        }
        if let Some(namespace) = &power.namespace {
            let _ = write!(text, " in {}", Escaped::word(namespace));
        }
        if !power.names.is_empty() {
            let _ = write!(text, ", only {}", Escaped::list(power.names.iter()));
        }
        let _ = write!(text, ": {}", Escaped::middle_elided(&power.binding, WIDEST));
        if !power.role.is_empty() {
            let _ = write!(text, " to {}", Escaped::middle_elided(&power.role, WIDEST));
        }
        if is_gained {
            text.push_str(" (its requestor cannot)");
        }
        self.wrapped(&lead, INDENT, &text)
    }

    fn requestor(&mut self, csr: &Csr) -> io::Result<()> {
        self.heading("Asked for by")?;
        match &csr.requestor {
            None => self.field("Requestor", "unknown")?,
            Some(Requestor {
                username,
                uid,
                groups,
                extra,
            }) => {
                self.text("Requestor", username)?;
                if let Some(uid) = uid {
                    self.text("UID", uid)?;
                }
                self.list("Groups", groups)?;
                for (key, values) in extra {
                    self.field(
                        "Extra",
                        format_args!("{} = {}", Escaped::new(key), Escaped::list(values)),
                    )?;
                }
            }
        }
        self.heading("From")?;
        match &csr.signer_name {
            Some(name) => self.text("Signer", name)?,
            None => self.field(
                "Signer",
                "none named; judged as for kubernetes.io/kube-apiserver-client",
            )?,
        }
        if csr.usages.is_empty() {
            self.field("Usages", "(none)")?;
        } else {
            self.text("Usages", &csr.usages.join(", "))?;
        }
        let requested = csr.expiration_seconds.map(|seconds| {
            let shown = HumanDuration(SignedDuration::from_secs(seconds));
            format!("{shown} requested ({seconds} seconds)")
        });
        let lifetime = match (requested, signer_limits(csr)) {
            (Some(requested), true) => requested,
            (Some(requested), false) => format!("{requested}; the signer decides"),
            (None, true) => "as long as the signer gives; one year by default".to_owned(),
            (None, false) => "as long as the signer decides".to_owned(),
        };
        self.field("Lifetime", lifetime)
    }

    fn request(&mut self, csr: &Csr) -> io::Result<()> {
        self.heading("Request")?;
        if let Some(error) = &csr.request.error {
            self.text("Refused", error)?;
        }
        if let Some(content) = &csr.request.content {
            self.content(content)?;
        }
        self.field("SHA-256", csr.request.sha256.hex())
    }

    fn content(&mut self, content: &Pkcs10) -> io::Result<()> {
        self.text("Subject", &content.subject.to_string())?;
        let san = &content.san;
        self.list("DNS names", &san.dns)?;
        let addresses: Vec<String> = san.ip.iter().map(ToString::to_string).collect();
        self.list("Addresses", &addresses)?;
        self.list("E-mail", &san.email)?;
        self.list("URIs", &san.uri)?;
        let other: Vec<String> = san
            .other
            .iter()
            .map(|other| format!("{} (dropped by built-in signers)", other.kind))
            .collect();
        self.list("Other names", &other)?;
        let key = &content.key;
        let size = match (key.curve(), key.bits) {
            (Some(curve), _) => format!(" {curve}"),
            (None, Some(bits)) => format!(" {bits} bits"),
            (None, None) => String::new(),
        };
        self.field(
            "Key",
            format_args!(
                "{}{size}, SPKI SHA-256 {}",
                key.algorithm_name(),
                key.spki_sha256.hex()
            ),
        )?;
        let verdict = match &content.signature.verdict {
            SignatureVerdict::Valid => "valid".to_owned(),
            SignatureVerdict::Invalid(why) => format!("invalid: {why}"),
            SignatureVerdict::Unsupported(why) => format!("not accepted: {why}"),
            SignatureVerdict::Unverifiable(why) => format!("cannot be checked: {why}"),
        };
        self.field(
            "Signature",
            format_args!("{} ({verdict})", content.signature.algorithm),
        )?;
        for (index, extension) in content.extensions.iter().enumerate() {
            let name = extension
                .name()
                .map_or_else(|| extension.oid.to_string(), str::to_owned);
            let critical = if extension.critical { ", critical" } else { "" };
            let label = if index == 0 { "Extensions" } else { "" };
            self.field(
                label,
                format_args!("{name}{critical} ({} octets)", extension.length),
            )?;
        }
        Ok(())
    }

    fn object(&mut self, csr: &Csr, assessment: &Assessment) -> io::Result<()> {
        self.heading("Object")?;
        let metadata = &csr.metadata;
        if let Some(uid) = &metadata.uid {
            self.text("UID", uid)?;
        }
        if let Some(created) = metadata.created_at {
            self.field("Created", created)?;
        }
        for (label, map) in [
            ("Labels", &metadata.labels),
            ("Annotations", &metadata.annotations),
        ] {
            let pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            self.list(label, &pairs)?;
        }
        self.list("Finalizers", &metadata.finalizers)?;
        for condition in &csr.state.conditions {
            let part = |text: &Option<String>| {
                Escaped::middle_elided(text.as_deref().unwrap_or_default(), WIDEST)
            };
            self.field(
                "Condition",
                format_args!(
                    "{} {} {} {}",
                    Escaped::new(&condition.kind),
                    part(&condition.last_update_time),
                    part(&condition.reason),
                    part(&condition.message)
                ),
            )?;
        }
        self.field("Spec digest", assessment.spec_sha256)?;
        if let Some(fingerprint) = assessment.fingerprint {
            self.field("Fingerprint", fingerprint)?;
        }
        Ok(())
    }

    /// What nobody looked at: that nothing was found there says nothing.
    fn not_checked(&mut self, facts: &Facts) -> io::Result<()> {
        let missing = facts.not_checked();
        if missing.is_empty() {
            return Ok(());
        }
        self.heading("Not checked")?;
        for NotChecked { what, gap } in missing {
            match gap {
                None => self.field("", what)?,
                Some(gap) => {
                    let why = Escaped::middle_elided(&gap.why, WIDEST);
                    self.field("", format_args!("{what}: {why}"))?;
                }
            }
        }
        Ok(())
    }

    /// The sentence to read before the prompt.
    fn finality(&mut self, csr: &Csr, now: Timestamp) -> io::Result<()> {
        self.stream.line("")?;
        if !csr.state.is_pending() {
            let line = "It is decided: neither an approval nor a denial can be taken back.";
            return self.wrapped("", 0, line);
        }
        let line = if csr.doomed().is_some() {
            "An approval cannot be taken back. This CSR will not be signed.".to_owned()
        } else if signer_limits(csr) {
            let until = expiry(csr, now);
            format!(
                "An approval cannot be taken back, and the certificate cannot be revoked: it would be valid until about {until}."
            )
        } else {
            "An approval cannot be taken back, and the certificate cannot be revoked: the signer decides how long it is valid.".to_owned()
        };
        self.wrapped("", 0, &line)
    }
}

/// Whether the lifetime is that of a signer of kube-controller-manager: what is requested, up to a maximum.
/// Other signers decide for themselves.
fn signer_limits(csr: &Csr) -> bool {
    csr.signer().is_built_in()
}

/// When the certificate would expire if it were approved now: what is requested, at most the default maximum
/// of the built-in signers.
fn expiry(csr: &Csr, now: Timestamp) -> String {
    let maximum = signer_maximum();
    let asked = csr
        .expiration_seconds
        .and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = match asked {
        Some(seconds) => seconds.min(maximum.as_secs()),
        None => maximum.as_secs(),
    };
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    match now.checked_add(SignedDuration::from_secs(seconds)) {
        Ok(time) => {
            let text = time.strftime("%Y-%m-%d %H:%M UTC");
            text.to_string()
        }
        Err(_) => "the end of time".to_owned(),
    }
}
