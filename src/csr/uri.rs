//! URIs as Go's `net/url` parses and writes them.
//!
//! The API server refuses a request whose URI it cannot parse, and signers write the parsed form into the
//! certificate. Source: `Parse` and `URL.String` in net/url of Go 1.26 and 1.27.

use std::net::Ipv6Addr;

/// The part of a URI that decides which characters stand for themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Userinfo,
    Host,
    Zone,
    Path,
    Fragment,
}

/// A parsed URI.
#[derive(Debug, Default)]
pub(crate) struct Uri {
    scheme: String,
    opaque: Vec<u8>,
    userinfo: Option<(Vec<u8>, Option<Vec<u8>>)>,
    host: Vec<u8>,
    path: Vec<u8>,
    /// The path as it stood, where that differs from the default encoding of `path`.
    raw_path: Vec<u8>,
    rooted: bool,
    query: Option<Vec<u8>>,
    fragment: Vec<u8>,
    raw_fragment: Vec<u8>,
}

impl Uri {
    /// Parses `text`, which is ASCII.
    ///
    /// # Errors
    /// In Go's words, without the `parse "…": ` in front.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let (before, fragment) = cut(text, b'#');
        let mut uri = Self::without_fragment(before)?;
        if let Some(raw) = fragment.filter(|raw| !raw.is_empty()) {
            uri.fragment = unescape(raw, Part::Fragment)?;
            if escape(&uri.fragment, Part::Fragment) != raw {
                uri.raw_fragment = raw.to_vec();
            }
        }
        Ok(uri)
    }

    fn without_fragment(text: &[u8]) -> Result<Self, String> {
        if text.iter().any(|&byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let mut uri = Self::default();
        if text == b"*" {
            uri.path = text.to_vec();
            return Ok(uri);
        }
        let (scheme, rest) = scheme(text)?;
        uri.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        uri.query = query.map(<[u8]>::to_vec);
        if !rest.starts_with(b"/") {
            if !uri.scheme.is_empty() {
                uri.opaque = rest.to_vec();
                return Ok(uri);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let with_authority =
            rest.starts_with(b"//") && (!uri.scheme.is_empty() || !rest.starts_with(b"///"));
        let path = if with_authority {
            let authority = &rest[2..];
            let end = authority.iter().position(|&byte| byte == b'/');
            let (authority, path) = authority.split_at(end.unwrap_or(authority.len()));
            uri.authority(authority)?;
            path
        } else {
            uri.rooted = !uri.scheme.is_empty() && rest.starts_with(b"/");
            rest
        };
        uri.path = unescape(path, Part::Path)?;
        if escape(&uri.path, Part::Path) != path {
            uri.raw_path = path.to_vec();
        }
        Ok(uri)
    }

    fn authority(&mut self, authority: &[u8]) -> Result<(), String> {
        let Some(at) = authority.iter().rposition(|&byte| byte == b'@') else {
            self.host = host(authority)?;
            return Ok(());
        };
        self.host = host(&authority[at + 1..])?;
        let userinfo = &authority[..at];
        let valid =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !userinfo.iter().all(valid) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        let (user, password) = cut(userinfo, b':');
        let password = password
            .map(|password| unescape(password, Part::Userinfo))
            .transpose()?;
        self.userinfo = Some((unescape(user, Part::Userinfo)?, password));
        Ok(())
    }

    /// The host with its port, decoded.
    pub(crate) fn host(&self) -> &[u8] {
        &self.host
    }

    /// The URI as a signer writes it (`URL.String`).
    pub(crate) fn into_string(self) -> String {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(self.scheme.as_bytes());
            out.push(b':');
        }
        if self.opaque.is_empty() {
            let bare = self.host.is_empty() && self.userinfo.is_none();
            let slashes = if bare {
                !self.scheme.is_empty() && !self.rooted && !self.path.is_empty()
            } else {
                true
            };
            if slashes {
                out.extend_from_slice(b"//");
            }
            if let Some((user, password)) = &self.userinfo {
                out.extend(escape(user, Part::Userinfo));
                if let Some(password) = password {
                    out.push(b':');
                    out.extend(escape(password, Part::Userinfo));
                }
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
            let path = encoded(&self.path, &self.raw_path, Part::Path);
            if !path.is_empty() && path[0] != b'/' && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        } else {
            out.extend(&self.opaque);
        }
        if let Some(query) = &self.query {
            out.push(b'?');
            out.extend_from_slice(query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(encoded(&self.fragment, &self.raw_fragment, Part::Fragment));
        }
        // Whatever is not ASCII was escaped, but for the opaque part and the query, which are as they came.
        String::from_utf8_lossy(&out).into_owned()
    }
}

fn scheme(text: &[u8]) -> Result<(&str, &[u8]), String> {
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => {
                let scheme = std::str::from_utf8(&text[..index]).unwrap_or_default();
                return Ok((scheme, &text[index + 1..]));
            }
            _ => break,
        }
    }
    Ok(("", text))
}

fn host(text: &[u8]) -> Result<Vec<u8>, String> {
    match text.iter().rposition(|&byte| byte == b'[') {
        Some(0) => ip_literal(text),
        Some(_) => Err("invalid IP-literal".to_owned()),
        None => {
            if let Some(colon) = text.iter().position(|&byte| byte == b':') {
                check_port(&text[colon..])?;
            }
            unescape(text, Part::Host)
        }
    }
}

/// `[address]` or `[address%25zone]`, with or without a port (RFC 3986 §3.2.2, RFC 6874).
fn ip_literal(text: &[u8]) -> Result<Vec<u8>, String> {
    let close = text
        .iter()
        .rposition(|&byte| byte == b']')
        .ok_or("missing ']' in host")?;
    let port = &text[close + 1..];
    check_port(port)?;
    let literal = &text[1..close];
    let zone = literal.windows(3).position(|window| window == b"%25");
    let (address, zone) = literal.split_at(zone.unwrap_or(literal.len()));
    let address = unescape(address, Part::Host)?;
    let zone = unescape(zone, Part::Zone)?;
    let whole = [address.as_slice(), &zone].concat();
    let (address, zone) = cut(&whole, b'%');
    let valid = std::str::from_utf8(address).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
        && zone.is_none_or(|zone| !zone.is_empty());
    if !valid {
        return Err("invalid host".to_owned());
    }
    Ok([b"[".as_slice(), &whole, b"]", port].concat())
}

fn check_port(text: &[u8]) -> Result<(), String> {
    match text {
        [] => Ok(()),
        [b':', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        _ => Err(format!(
            "invalid port {:?} after host",
            String::from_utf8_lossy(text)
        )),
    }
}

fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == separator) {
        Some(index) => (&text[..index], Some(&text[index + 1..])),
        None => (text, None),
    }
}

/// Whether a byte is written as `%XX` in this part (`shouldEscape`).
fn is_escaped(byte: u8, part: Part) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return false;
    }
    match part {
        Part::Host | Part::Zone => !b"!$&'()*+,;=:[]<>\"".contains(&byte),
        Part::Userinfo => !b"$&+,;=".contains(&byte),
        Part::Path => !b"$&+,/:;=@".contains(&byte),
        Part::Fragment => !b"$&+,/:;=?@!()*".contains(&byte),
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if is_escaped(byte, part) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let bad = |at: usize| {
        let shown = String::from_utf8_lossy(&text[at..text.len().min(at + 3)]).into_owned();
        format!("invalid URL escape {shown:?}")
    };
    let hex = |at: usize| {
        let digit = text.get(at).copied().map(char::from)?.to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b'%' {
            let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2)) else {
                return Err(bad(at));
            };
            let octet = high << 4 | low;
            let refused = match part {
                // In a host only what is not ASCII may be escaped, and the percent sign of a zone.
                Part::Host => high < 8 && octet != b'%',
                Part::Zone => octet != b'%' && octet != b' ' && is_escaped(octet, Part::Host),
                _ => false,
            };
            if refused {
                return Err(bad(at));
            }
            out.push(octet);
            at += 3;
        } else {
            if matches!(part, Part::Host | Part::Zone) && byte < 0x80 && is_escaped(byte, part) {
                return Err(format!(
                    "invalid character {:?} in host name",
                    char::from(byte).to_string()
                ));
            }
            out.push(byte);
            at += 1;
        }
    }
    Ok(out)
}

/// The text as it came where that is a valid encoding of what it decodes to, else the default encoding.
fn encoded(decoded: &[u8], raw: &[u8], part: Part) -> Vec<u8> {
    let valid = |&byte: &u8| b"!$&'()*+,;=:@[]%".contains(&byte) || !is_escaped(byte, part);
    if !raw.is_empty() && raw.iter().all(valid) {
        return raw.to_vec();
    }
    if part == Part::Path && decoded == b"*" {
        return decoded.to_vec();
    }
    escape(decoded, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_go_writes() {
        for (input, output) in [
            (
                "spiffe://cluster.local/ns/x/sa/y",
                "spiffe://cluster.local/ns/x/sa/y",
            ),
            ("spiffe://c/x y", "spiffe://c/x%20y"),
            ("HTTP://Example/A%2fb", "http://Example/A%2fb"),
            ("mailto:a@b?x", "mailto:a@b?x"),
            ("http://h?", "http://h?"),
            ("http://u:p%40@h:1/#f g", "http://u:p%40@h:1/#f%20g"),
            ("file:///etc/x", "file:///etc/x"),
            ("file:/etc/x", "file:/etc/x"),
            ("http://[::1]:80/x", "http://[::1]:80/x"),
            ("http://[fe80::1%25en0]/", "http://[fe80::1%25en0]/"),
            ("/a/b", "/a/b"),
            ("//host/p", "//host/p"),
            ("///x", "///x"),
            ("*", "*"),
            ("", ""),
            ("a/b:c", "a/b:c"),
            ("x:", "x:"),
            ("http://h/a[1]|", "http://h/a%5B1%5D%7C"),
            ("http://h/a[1]", "http://h/a[1]"),
        ] {
            let written = Uri::parse(input.as_bytes()).map(Uri::into_string);
            assert_eq!(written.as_deref(), Ok(output), "{input}");
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for (input, why) in [
            ("http://a\u{7f}", "invalid control character"),
            (":x", "missing protocol scheme"),
            ("a b:c", "first path segment"),
            ("http://h/%zz", "invalid URL escape"),
            ("http://h:8x/", "invalid port"),
            ("http://a:1:2/", "invalid port"),
            ("http://[::1/", "missing ']'"),
            ("http://[1.2.3.4]/", "invalid host"),
            ("http://x[::1]/", "invalid IP-literal"),
            ("http://a b/", "in host name"),
            ("http://a%20b/", "invalid URL escape"),
            ("http://u r@h/", "invalid userinfo"),
        ] {
            let error = Uri::parse(input.as_bytes())
                .map(Uri::into_string)
                .unwrap_err();
            assert!(error.contains(why), "{input}: {error}");
        }
    }
}
