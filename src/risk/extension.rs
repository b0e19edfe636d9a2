//! What the request inside asks for besides subject, key and names. Built-in signers drop all of it.

use crate::csr::{Attribute, ExtensionContent};

use super::Severity::{self, Critical, High, Low, Medium};
use super::case::{Case, Hit, hit, joined, quiet, unreviewable};
use super::catalogue::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "ext-ca",
        title: "asks to be a CA",
        severity: Critical,
        why: "Built-in signers never sign a CA; a signer that copies extensions would hand out every identity at once.",
        advice: "Deny it.",
        source: "RFC 5280 §4.2.1.9 and pkg/controller/certificates/authority/policies.go.",
        reads: &[],
        fires: ca,
    },
    Rule {
        id: "ext-ambiguous",
        title: "asks for extensions in more than one place",
        severity: High,
        why: "Readers differ in which place counts, so the reviewer may see other names than the signer.",
        advice: "Deny it, and ask for a request with one list of extensions.",
        source: "Go crypto/x509 (parseCSRExtensions) and RFC 2985 §5.4.2.",
        reads: &[],
        fires: ambiguous,
    },
    Rule {
        id: "ext-unusual",
        title: "carries unusual extensions or attributes",
        severity: Medium,
        why: "Built-in signers drop them and go by the CSR alone; what another signer does with them is unknown.",
        advice: "Ask what they are for, and for a request that says the same as the CSR.",
        source: "RFC 2985 and RFC 5280 §4.2.",
        reads: &[],
        fires: unusual,
    },
];

fn ca(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let own_rules = !case.signer.is_built_in();
    let mut worst: Option<(Severity, &str, &str)> = None;
    for extension in &request.extensions {
        let (severity, message) = match &extension.content {
            ExtensionContent::BasicConstraints { ca: true } => (
                if own_rules { Critical } else { High },
                "asks to be a certificate authority",
            ),
            ExtensionContent::CaConstraint => (
                if own_rules { High } else { Medium },
                "carries an extension that only certificate authorities have",
            ),
            ExtensionContent::KeyUsage(names)
                if names
                    .iter()
                    .any(|name| matches!(*name, "keyCertSign" | "cRLSign")) =>
            {
                (
                    if own_rules { High } else { Medium },
                    "asks for the key usages of a certificate authority",
                )
            }
            _ => continue,
        };
        // The worst one speaks, wherever it stands.
        if worst.is_none_or(|(known, ..)| known < severity) {
            worst = Some((severity, message, extension.name().unwrap_or_default()));
        }
    }
    worst.map_or_else(quiet, |(severity, message, name)| {
        hit(severity, message, name)
    })
}

fn ambiguous(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let is_request = |oid: &crate::csr::Oid| *oid == *[1, 2, 840, 113_549, 1, 9, 14].as_slice();
    let mut requests = 0;
    let mut unclear = false;
    for attribute in &request.attributes {
        match attribute {
            Attribute::ExtensionRequest { values, .. } => {
                requests += 1;
                unclear |= *values != 1;
            }
            Attribute::Unparsable(Some(oid)) if is_request(oid) => {
                requests += 1;
                unclear = true;
            }
            _ => {}
        }
    }
    if requests > 1 || unclear {
        let message = "lists extensions more than once or in a way that readers take differently";
        return unreviewable(
            High,
            message,
            format!("{requests} extensionRequest attributes"),
        );
    }
    if request
        .attributes
        .contains(&Attribute::MicrosoftExtensionRequest)
    {
        return hit(
            High,
            "carries a second list of extensions that other tools show and the API server does not read",
            "1.3.6.1.4.1.311.2.1.14",
        );
    }
    quiet()
}

fn unusual(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request else {
        return quiet();
    };
    let own_rules = !case.signer.is_built_in();
    let mut severity = Low;
    let mut found = Vec::new();
    for extension in &request.extensions {
        let name = || {
            extension
                .name()
                .map_or_else(|| extension.oid.to_string(), str::to_owned)
        };
        match &extension.content {
            ExtensionContent::Unknown => {
                if extension.critical || own_rules {
                    severity = Medium;
                }
                found.push(name());
            }
            ExtensionContent::ExtKeyUsage(purposes) => {
                let ordinary = ["serverAuth", "clientAuth"];
                if purposes
                    .iter()
                    .any(|purpose| !ordinary.contains(&purpose.as_str()))
                {
                    severity = Medium;
                    found.push(format!("extKeyUsage {}", joined(purposes)));
                }
            }
            _ => {}
        }
    }
    for attribute in &request.attributes {
        match attribute {
            // Its value may be a secret, and is not shown.
            Attribute::ChallengePassword => found.push("challengePassword".to_owned()),
            Attribute::Other(oid) => found.push(format!("attribute {oid}")),
            Attribute::Unparsable(oid) => {
                severity = Medium;
                let oid = oid.as_ref().map(ToString::to_string).unwrap_or_default();
                found.push(format!("unreadable attribute {oid}").trim_end().to_owned());
            }
            Attribute::ExtensionRequest { .. } | Attribute::MicrosoftExtensionRequest => {}
        }
    }
    let mut hits = usages_disagree(case);
    if !found.is_empty() {
        let message = "carries extensions or attributes that signers drop";
        hits.extend(hit(severity, message, joined(&found)));
    }
    hits
}

/// Built-in signers go by the CSR's usages, others by the request inside.
fn usages_disagree(case: &Case<'_>) -> Vec<Hit> {
    let Some(request) = case.request.filter(|_| !case.csr.usages.is_empty()) else {
        return quiet();
    };
    let covered = |name: &str| {
        case.csr.usages.iter().any(|usage| {
            matches!(
                (usage.as_str(), name),
                ("signing" | "digital signature", "digitalSignature")
                    | ("content commitment", "nonRepudiation")
                    | ("key encipherment", "keyEncipherment")
                    | ("key agreement", "keyAgreement")
                    | ("data encipherment", "dataEncipherment")
                    | ("cert sign", "keyCertSign")
                    | ("crl sign", "cRLSign")
                    | ("encipher only", "encipherOnly")
                    | ("decipher only", "decipherOnly")
                    | ("any", "any")
                    | ("server auth", "serverAuth")
                    | ("client auth", "clientAuth")
                    | ("code signing", "codeSigning")
                    | ("email protection" | "s/mime", "emailProtection")
                    | ("timestamping", "timeStamping")
                    | ("ocsp signing", "OCSPSigning")
            )
        })
    };
    let beyond: Vec<String> = request
        .extensions
        .iter()
        .flat_map(|extension| match &extension.content {
            ExtensionContent::KeyUsage(names) => {
                names.iter().map(|&name| name.to_owned()).collect()
            }
            ExtensionContent::ExtKeyUsage(names) => names.clone(),
            _ => Vec::new(),
        })
        .filter(|name| !covered(name))
        .collect();
    if beyond.is_empty() {
        return quiet();
    }
    hit(
        Medium,
        "the request inside asks for usages that the CSR does not ask for",
        joined(&beyond),
    )
}
