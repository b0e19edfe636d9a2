//! What each mistake is called, and its repair.

use super::Mistake;

/// What it is, as a predicate, and what to do.
#[expect(clippy::too_many_lines, reason = "one row for each")]
pub(super) fn of(mistake: Mistake) -> (&'static str, &'static str) {
    const LEAKED: &str = "treat it as leaked, make a new key, and submit the request alone";
    const EXPORT: &str = "submit the certificate signing request (PKCS#10)";
    match mistake {
        Mistake::Empty => ("is empty", "put the PEM request there"),
        Mistake::PrivateKey => ("holds a private key", LEAKED),
        Mistake::KeyStore => (
            "is a key store, which holds private keys",
            "treat them as leaked, make a new key, and export the request alone",
        ),
        Mistake::Token => ("is a bearer token", "treat it as leaked, and revoke it"),
        Mistake::Secret => (
            "is a Secret of Kubernetes",
            "treat what it holds as leaked, and submit the request alone",
        ),
        Mistake::NewLabel => (
            "is a NEW CERTIFICATE REQUEST",
            "write CERTIFICATE REQUEST in its BEGIN and END lines",
        ),
        Mistake::NearLabel => (
            "has a label that is only nearly CERTIFICATE REQUEST",
            "write exactly that in its BEGIN and END lines",
        ),
        Mistake::Certificate => (
            "is a certificate, not a request",
            "submit the certificate signing request that asks for one",
        ),
        Mistake::Pkcs7 => ("is a PKCS#7 container, not a request", EXPORT),
        Mistake::RevocationList => ("is a certificate revocation list, not a request", EXPORT),
        Mistake::PublicKey => (
            "is a public key, not a request",
            "make a request with openssl req",
        ),
        Mistake::SshKey => (
            "is an SSH public key, not a request",
            "make a request with openssl req",
        ),
        Mistake::Pgp => ("is something of PGP, not a request", EXPORT),
        Mistake::KeyParameters => (
            "begins with the parameters of a key, not with a request",
            EXPORT,
        ),
        Mistake::OtherBlock => (
            "is a PEM block of another type than CERTIFICATE REQUEST",
            EXPORT,
        ),
        Mistake::LiteralLineBreaks => (
            "has \\n as two characters in place of line breaks",
            "print it with printf '%b' to get real ones",
        ),
        Mistake::PercentEncoded => ("is percent-encoded", "decode it first"),
        Mistake::OneLine => (
            "has spaces or nothing in place of line breaks",
            "put BEGIN and END on lines of their own; in a shell, quote the variable",
        ),
        Mistake::CrAlone => (
            "ends its lines with CR alone",
            "end them with LF, as with tr '\\r' '\\n'",
        ),
        Mistake::ByteOrderMark => (
            "begins with a byte order mark",
            "save it as UTF-8 without one",
        ),
        Mistake::Indented => (
            "has its BEGIN or END line indented",
            "let both start at the beginning of a line",
        ),
        Mistake::Prefixed => (
            "has other characters in front of BEGIN or END on the same line",
            "let both start at the beginning of a line",
        ),
        Mistake::TypographicDashes => (
            "has typographic dashes in its BEGIN or END line",
            "write five hyphens on each side",
        ),
        Mistake::NoEnd => (
            "has no END line",
            "copy it whole, up to -----END CERTIFICATE REQUEST-----",
        ),
        Mistake::OtherEnd => (
            "has another type in its END line than in its BEGIN line",
            "write CERTIFICATE REQUEST in both",
        ),
        Mistake::Body => (
            "has something other than base64 between BEGIN and END",
            "copy it whole and unchanged",
        ),
        Mistake::NoBegin => (
            "has no BEGIN line",
            "put -----BEGIN CERTIFICATE REQUEST----- before it and -----END CERTIFICATE REQUEST----- behind it",
        ),
        Mistake::Encoded => ("is base64 twice", "encode the PEM request once"),
        Mistake::Base64Url => (
            "is base64 for URLs",
            "encode it with the standard alphabet, as with base64 -w 0",
        ),
        Mistake::BrokenBase64 => (
            "is not base64",
            "encode the PEM request with base64 -w 0, and copy it whole",
        ),
        Mistake::NotEncoded => (
            "is PEM, and must be the base64 of it",
            "encode it with base64 -w 0",
        ),
        Mistake::Utf16 => ("is UTF-16", "save it as UTF-8 without a byte order mark"),
        Mistake::Compressed => ("is compressed", "unpack it first"),
        Mistake::Der => (
            "is DER, not PEM",
            "convert it with openssl req -inform DER -in FILE -out request.pem",
        ),
        Mistake::Hex => ("is hexadecimal, not PEM", EXPORT),
        Mistake::Html => ("is a web page or XML, not a request", EXPORT),
        Mistake::Manifest => (
            "is a manifest of Kubernetes, not a request",
            "put the base64 of the PEM request there",
        ),
        Mistake::Json => ("is JSON, not a request", EXPORT),
        Mistake::Unexpanded => (
            "has a command or a variable in it that was not expanded",
            "let the shell or the template put the base64 of the request there",
        ),
        Mistake::Placeholder => (
            "is a placeholder",
            "put the base64 of the PEM request there",
        ),
        Mistake::FileName => (
            "is the name of a file, not its contents",
            "put the base64 of the file there",
        ),
        Mistake::OpensslText => (
            "is the text that openssl prints of a request",
            "leave -noout out, and submit the PEM block alone",
        ),
    }
}
