//! The usages of a CSR: they alone decide key usage and extended key usage of what built-in signers sign.

/// The usages that become bits of keyUsage (`KeyUsage` constants of certificates.k8s.io/v1).
const KEY_USAGES: [&str; 10] = [
    "signing",
    "digital signature",
    "content commitment",
    "key encipherment",
    "key agreement",
    "data encipherment",
    "cert sign",
    "crl sign",
    "encipher only",
    "decipher only",
];

/// The usages that become extended key usages.
const EXT_KEY_USAGES: [&str; 13] = [
    "any",
    "server auth",
    "client auth",
    "code signing",
    "email protection",
    "s/mime",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "timestamping",
    "ocsp signing",
    "microsoft sgc",
    "netscape sgc",
];

/// Whether the API server accepts the usage in a new CSR.
#[must_use]
pub fn is_known(usage: &str) -> bool {
    KEY_USAGES.contains(&usage) || is_extended(usage)
}

/// Whether the usage becomes an extended key usage.
#[must_use]
pub fn is_extended(usage: &str) -> bool {
    EXT_KEY_USAGES.contains(&usage)
}

/// Whether a certificate with these usages authenticates a client: `client auth` or `any`, or no extended
/// usage at all, which leaves the extension out and is good for everything.
#[must_use]
pub fn authenticates_client(usages: &[String]) -> bool {
    permits(usages, "client auth")
}

/// Whether a certificate with these usages authenticates a server.
#[must_use]
pub fn authenticates_server(usages: &[String]) -> bool {
    permits(usages, "server auth")
}

fn permits(usages: &[String], wanted: &str) -> bool {
    let mut extended = usages.iter().filter(|usage| is_extended(usage)).peekable();
    extended.peek().is_none() || extended.any(|usage| usage == wanted || usage == "any")
}

/// Whether two lists hold the same usages, order and repetition aside.
#[must_use]
pub fn same_set(usages: &[String], other: &[&str]) -> bool {
    usages.iter().all(|usage| other.contains(&usage.as_str()))
        && other
            .iter()
            .all(|wanted| usages.iter().any(|usage| usage == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usages(list: &[&str]) -> Vec<String> {
        list.iter().map(|&usage| usage.to_owned()).collect()
    }

    #[test]
    fn no_extended_usage_permits_everything() {
        assert!(authenticates_client(&usages(&["digital signature"])));
        assert!(authenticates_server(&usages(&[])));
        assert!(authenticates_client(&usages(&["server auth", "any"])));
        assert!(!authenticates_client(&usages(&["server auth"])));
    }

    #[test]
    fn there_are_23_usages() {
        assert_eq!(KEY_USAGES.len() + EXT_KEY_USAGES.len(), 23);
        assert!(is_known("s/mime") && !is_known("Client Auth"));
    }

    #[test]
    fn sets_have_no_order() {
        assert!(same_set(&usages(&["a", "b", "a"]), &["b", "a"]));
        assert!(!same_set(&usages(&["a"]), &["b", "a"]));
        assert!(!same_set(&usages(&["a", "b"]), &["a"]));
    }
}
