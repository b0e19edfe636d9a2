//! The armour around a request, in every shape that tools and attackers give it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How to armour a request. The default is what `openssl req` writes.
#[derive(Clone, Debug)]
pub(crate) struct Armour {
    label: String,
    end_label: Option<String>,
    width: usize,
    newline: &'static str,
    /// What ends the lines of base64, but for the last one.
    inner_newline: Option<&'static str>,
    white_space: &'static str,
    headers: Vec<String>,
    before: Vec<u8>,
    after: Vec<u8>,
    final_newline: bool,
}

impl Default for Armour {
    fn default() -> Self {
        Self {
            label: "CERTIFICATE REQUEST".to_owned(),
            end_label: None,
            width: 64,
            newline: "\n",
            inner_newline: None,
            white_space: "",
            headers: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            final_newline: true,
        }
    }
}

impl Armour {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Another label than `CERTIFICATE REQUEST`, at both ends.
    pub(crate) fn label(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self
    }

    /// Another label at the end alone.
    pub(crate) fn end_label(mut self, label: &str) -> Self {
        self.end_label = Some(label.to_owned());
        self
    }

    /// The number of base64 characters on a line; 0 puts all on one.
    pub(crate) fn width(mut self, width: usize) -> Self {
        self.width = width;
        self
    }

    /// Lines end with CR LF.
    pub(crate) fn crlf(mut self) -> Self {
        self.newline = "\r\n";
        self
    }

    /// Lines end with CR alone.
    pub(crate) fn cr(mut self) -> Self {
        self.newline = "\r";
        self
    }

    /// CR LF between the lines of base64, LF around them: as keytool of Java 17 and NSS write it.
    pub(crate) fn crlf_inside(mut self) -> Self {
        self.inner_newline = Some("\r\n");
        self
    }

    /// More white space behind each line of base64.
    pub(crate) fn white_space(mut self, text: &'static str) -> Self {
        self.white_space = text;
        self
    }

    /// A header line within the block, such as `Proc-Type: 4,ENCRYPTED`.
    pub(crate) fn header(mut self, line: &str) -> Self {
        self.headers.push(line.to_owned());
        self
    }

    /// What stands before the block: text, or whole blocks.
    pub(crate) fn before(mut self, text: impl AsRef<[u8]>) -> Self {
        self.before.extend_from_slice(text.as_ref());
        self
    }

    /// What stands after the block.
    pub(crate) fn after(mut self, text: impl AsRef<[u8]>) -> Self {
        self.after.extend_from_slice(text.as_ref());
        self
    }

    /// The last line does not end.
    pub(crate) fn no_final_newline(mut self) -> Self {
        self.final_newline = false;
        self
    }

    /// Armours DER.
    pub(crate) fn wrap(&self, der: &[u8]) -> Vec<u8> {
        let mut pem = self.before.clone();
        let mut line = |text: &str, last: bool| {
            pem.extend_from_slice(text.as_bytes());
            if !last || self.final_newline {
                pem.extend_from_slice(self.newline.as_bytes());
            }
        };
        line(&format!("-----BEGIN {}-----", self.label), false);
        for header in &self.headers {
            line(header, false);
        }
        if !self.headers.is_empty() {
            line("", false);
        }
        let body = STANDARD.encode(der);
        let width = if self.width == 0 {
            body.len().max(1)
        } else {
            self.width
        };
        let chunks: Vec<&str> = body
            .as_bytes()
            .chunks(width)
            .map(|chunk| std::str::from_utf8(chunk).expect("base64 is ASCII"))
            .collect();
        let newline = self.inner_newline.unwrap_or(self.newline);
        line(
            &chunks.join(&format!("{}{newline}", self.white_space)),
            false,
        );
        let end = self.end_label.as_ref().unwrap_or(&self.label);
        line(&format!("-----END {end}-----"), true);
        pem.extend_from_slice(&self.after);
        pem
    }
}
