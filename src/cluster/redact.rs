//! Cuts the credentials that this process sent out of whatever a server says.
//!
//! A server, a proxy or a debugging page in between may repeat a request in its answer. Its texts are shown, told by
//! `-v` and kept in records, so they pass a [`Redactor`] first: where they enter, before they are shortened.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use kube::config::AuthInfo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::error::floor_char_boundary;

/// What stands where a credential stood.
const REDACTED: &str = "<redacted>";
/// A secret that is longer is found by any piece of this length, in bytes: it may be cut or wrapped.
const PIECE: usize = 16;
/// A secret that is shorter, in bytes, is only found as a word of its own: it may be part of any other.
const WORD: usize = 4;
/// What follows `Bearer` or `Basic` is a credential from this length on, in bytes, whoever sent it: an identity
/// provider may have handed out another token since.
const CREDENTIAL: usize = 32;
/// The longest text that is looked at, in bytes; what is behind it is not shown.
const LONGEST_TEXT: usize = 64 << 10;
/// How many sets of credentials are remembered: an answer may come after they were replaced.
const REMEMBERED: usize = 8;
/// What a URL's component does not need encoded.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Where an OIDC provider's configuration holds secrets.
const OIDC: [&str; 4] = ["id-token", "refresh-token", "access-token", "client-secret"];

/// The secrets of one set of credentials, as they were obtained.
#[derive(Default)]
pub(super) struct SentSecrets {
    secrets: Vec<SecretString>,
    /// A file with a token that is read again and again.
    token_file: Option<PathBuf>,
}

impl SentSecrets {
    /// Collects what the user's requests carry, and what the proxy's URL does.
    pub(super) fn of(user: &AuthInfo, proxy: Option<&str>) -> Self {
        let mut secrets: Vec<SecretString> = Vec::new();
        secrets.extend(user.token.clone());
        if let Some(password) = &user.password {
            let name = user.username.as_deref().unwrap_or_default();
            secrets.extend(login(name, password.expose_secret()));
        }
        if let Some(provider) = &user.auth_provider {
            let values = OIDC.iter().filter_map(|key| provider.config.get(*key));
            secrets.extend(values.map(|value| SecretString::from(value.clone())));
        }
        if let Some(url) = proxy.and_then(|proxy| url::Url::parse(proxy).ok())
            && let Some(password) = url.password()
        {
            let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
            secrets.extend(login(&decoded(url.username()), &decoded(password)));
        }
        Self {
            secrets,
            token_file: user.token_file.clone().map(PathBuf::from),
        }
    }
}

/// A password, and what Basic authentication makes of it.
fn login(name: &str, password: &str) -> [SecretString; 2] {
    let basic = STANDARD.encode(format!("{name}:{password}"));
    [password.to_owned().into(), basic.into()]
}

/// Knows what was sent, and cuts it out.
#[derive(Default)]
pub(super) struct Redactor(Mutex<Known>);

#[derive(Default)]
struct Known {
    secrets: VecDeque<SecretString>,
    /// How many of them each set has, oldest first.
    sets: VecDeque<usize>,
    token_file: Option<PathBuf>,
    /// What to look for: made when it is needed.
    needles: Option<Needles>,
}

impl Redactor {
    /// Remembers one more set of credentials.
    pub(super) fn add(&self, sent: SentSecrets) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.token_file = sent.token_file;
        known.remember(sent.secrets);
        known.read_token_file();
    }

    /// Reads the file with the token, if there is one: called before each request, for the token in it may be sent
    /// with any of them, and long after it was replaced.
    pub(super) fn refresh(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.read_token_file();
    }

    /// The text without credentials, and without what is far behind.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Known {
            secrets, needles, ..
        } = &mut *known;
        let end = floor_char_boundary(text, LONGEST_TEXT);
        needles
            .get_or_insert_with(|| Needles::of(&*secrets))
            .cut(&text[..end])
    }

    /// The same of each text in a JSON document; what is not JSON stays.
    pub(super) fn redact_json(&self, body: Vec<u8>) -> Vec<u8> {
        let Ok(mut document) = serde_json::from_slice(&body) else {
            return body;
        };
        // What is as it was stays byte for byte.
        if !self.redact_value(&mut document) {
            return body;
        }
        serde_json::to_vec(&document).unwrap_or(body)
    }

    /// Whether something was cut out.
    fn redact_value(&self, value: &mut Value) -> bool {
        let some = |changed, value| self.redact_value(value) || changed;
        match value {
            Value::String(text) => {
                let redacted = self.redact(text);
                redacted != std::mem::replace(text, redacted.clone())
            }
            Value::Array(items) => items.iter_mut().fold(false, some),
            Value::Object(fields) => fields.values_mut().fold(false, some),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

impl Known {
    fn remember(&mut self, secrets: Vec<SecretString>) {
        if secrets.is_empty() {
            return;
        }
        self.needles = None;
        self.sets.push_back(secrets.len());
        self.secrets.extend(secrets);
        if self.sets.len() > REMEMBERED
            && let Some(oldest) = self.sets.pop_front()
        {
            self.secrets.drain(..oldest);
        }
    }

    fn read_token_file(&mut self) {
        let Some(file) = &self.token_file else {
            return;
        };
        // A file that is gone leaves the token in use that it had.
        let Ok(text) = std::fs::read_to_string(file).map(SecretString::from) else {
            return;
        };
        let token = text.expose_secret().trim();
        let known = |secret: &SecretString| secret.expose_secret() == token;
        if !token.is_empty() && !self.secrets.iter().any(known) {
            self.remember(vec![token.to_owned().into()]);
        }
    }
}

/// The forms in which secrets may come back.
struct Needles {
    /// Short ones, to be found whole.
    whole: Vec<Vec<u8>>,
    /// Those that count as words of their own alone.
    words: Vec<Vec<u8>>,
    /// Every piece of the others.
    pieces: HashSet<[u8; PIECE]>,
}

impl Needles {
    fn of<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let mut needles = Self {
            whole: Vec::new(),
            words: Vec::new(),
            pieces: HashSet::new(),
        };
        for secret in secrets {
            let secret = secret.expose_secret();
            needles.add(secret.as_bytes());
            if secret.len() < WORD {
                continue;
            }
            for form in encoded(secret) {
                needles.add(&form.into_bytes());
            }
        }
        needles
    }

    fn add(&mut self, form: &[u8]) {
        if form.len() < WORD {
            if !form.is_empty() {
                self.words.push(form.to_vec());
            }
        } else if form.len() < PIECE {
            self.whole.push(form.to_vec());
        } else {
            let pieces = form.windows(PIECE);
            self.pieces
                .extend(pieces.filter_map(|piece| <[u8; PIECE]>::try_from(piece).ok()));
        }
    }

    fn cut(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut found: Vec<Range<usize>> = Vec::new();
        for needle in self.whole.iter().chain(&self.words) {
            let is_word = needle.len() < WORD;
            let matches = memchr::memmem::find_iter(bytes, needle);
            let ranges = matches.map(|start| start..start + needle.len());
            found.extend(ranges.filter(|range| !is_word || stands_alone(bytes, range)));
        }
        let pieces = bytes.windows(PIECE).enumerate();
        let hits = pieces.filter(|(_, piece)| self.pieces.contains(*piece));
        found.extend(hits.map(|(start, _)| start..start + PIECE));
        found.extend(after_scheme(bytes, "bearer "));
        found.extend(after_scheme(bytes, "basic "));
        replace(text, found)
    }
}

/// The forms of a secret besides its own: as URLs, JSON, Go and HTML write it, and in base64, also where that is of
/// something larger.
fn encoded(secret: &str) -> Vec<String> {
    let url = utf8_percent_encode(secret, UNRESERVED).to_string();
    let every = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let quoted = serde_json::to_string(secret).unwrap_or_default();
    let quoted = quoted.trim_matches('"').to_owned();
    let go = quoted
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;");
    let mut forms = vec![
        url.to_ascii_lowercase(),
        every.to_ascii_lowercase(),
        url,
        every,
        quoted.replace('/', "\\/"),
        quoted,
        go,
        html,
        STANDARD.encode(secret),
    ];
    for shift in 0..3 {
        let mut shifted = vec![0; shift];
        shifted.extend(secret.as_bytes());
        // What the neighbours of the secret have a part in is left out.
        let start = [0, 2, 3][shift];
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&shifted);
            let end = shifted.len() * 8 / 6;
            forms.extend(text.get(start..end).map(str::to_owned));
        }
    }
    // Short pieces would be found in any text.
    forms.retain(|form| form != secret && form.len() >= WORD);
    forms
}

/// Whether no letter or digit stands beside it.
fn stands_alone(text: &[u8], range: &Range<usize>) -> bool {
    let before = range.start.checked_sub(1).map(|index| text[index]);
    let behind = text.get(range.end).copied();
    let joins = |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    !before.is_some_and(joins) && !behind.is_some_and(joins)
}

/// Where long credentials of a scheme of authentication stand.
fn after_scheme(text: &[u8], scheme: &'static str) -> impl Iterator<Item = Range<usize>> {
    let starts = text.windows(scheme.len()).enumerate();
    let starts = starts.filter(move |(_, window)| window.eq_ignore_ascii_case(scheme.as_bytes()));
    starts.filter_map(move |(start, _)| {
        let start = start + scheme.len();
        let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
        let length = text[start..]
            .iter()
            .take_while(|byte| is_token(byte))
            .count();
        (length >= CREDENTIAL).then_some(start..start + length)
    })
}

/// The text with these parts replaced, each as a whole where they overlap or touch.
fn replace(text: &str, mut parts: Vec<Range<usize>>) -> String {
    parts.sort_unstable_by_key(|part| part.start);
    let mut result = String::new();
    let mut done = 0;
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let mut end = part.end;
        while let Some(next) = parts.next_if(|next| next.start <= end) {
            end = end.max(next.end);
        }
        result.push_str(&text[done..floor_char_boundary(text, part.start)]);
        result.push_str(REDACTED);
        done = (end..text.len())
            .find(|&place| text.is_char_boundary(place))
            .unwrap_or(text.len());
    }
    result.push_str(&text[done..]);
    result
}

#[cfg(test)]
mod tests;
