//! Who the two sides of a connection are: keys of every kind and form, names and addresses.

use std::net::IpAddr;

use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519,
    PKCS_RSA_SHA256, SignatureAlgorithm,
};
use x509_parser::asn1_rs::{Any, FromDer, Integer, OctetString, Sequence, ToDer};

use super::*;

/// Every kind of key that kubectl takes.
const KINDS: [&SignatureAlgorithm; 5] = [
    &PKCS_ECDSA_P256_SHA256,
    &PKCS_ECDSA_P384_SHA384,
    &PKCS_ECDSA_P521_SHA512,
    &PKCS_ED25519,
    &PKCS_RSA_SHA256,
];

fn armoured(title: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {title}-----\n{lines}\n-----END {title}-----\n")
}

/// The key in the form that is older than PKCS#8, as OpenSSL writes it: with the curve in a block of its own.
fn older_form(kind: &SignatureAlgorithm, key: &KeyPair) -> Option<String> {
    let (_, outer) = Sequence::from_der(key.serialized_der()).unwrap();
    let (rest, _version) = Integer::from_der(&outer.content).unwrap();
    let (rest, algorithm) = Sequence::from_der(rest).unwrap();
    let (_, inner) = OctetString::from_der(rest).unwrap();
    if *kind == PKCS_RSA_SHA256 {
        return Some(armoured("RSA PRIVATE KEY", inner.as_ref()));
    }
    if *kind == PKCS_ED25519 {
        return None;
    }
    let (curve, _ecdsa) = Any::from_der(&algorithm.content).unwrap();
    let (_, curve) = Any::from_der(curve).unwrap();
    let parameters = armoured("EC PARAMETERS", &curve.to_der_vec().unwrap());
    Some(parameters + &armoured("EC PRIVATE KEY", inner.as_ref()))
}

/// Connects as whoever has these texts in files, to a server that wants to know.
async fn present(authority: &Authority, server: &Server, certificate: &str, key: &str) -> Error {
    authority.file("client.pem", certificate);
    authority.file("client.key", key);
    let user = "{client-certificate: client.pem, client-key: client.key}";
    match connect_as(authority, server, user).await {
        Ok(cluster) => match cluster.get("x").await {
            Ok(_) => Error::new(ErrorKind::NotFound, "accepted"),
            Err(error) => error,
        },
        Err(error) => error,
    }
}

#[tokio::test]
async fn client_keys_may_have_any_kind_and_form() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    for kind in KINDS {
        let key = KeyPair::generate_for(kind).unwrap();
        let certificate = authority.issue_to(&key, "jane", NOW).pem();
        let forms = [Some(key.serialize_pem()), older_form(kind, &key)];
        for form in forms.into_iter().flatten() {
            let result = present(&authority, &server, &certificate, &form).await;
            assert_eq!(result.message(), "accepted", "{}", &form[..40]);
        }
    }
}

#[tokio::test]
async fn only_the_key_counts_in_a_key_file_and_only_certificates_beside_it() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let ca = std::fs::read_to_string(authority.folder.path().join("ca.pem")).unwrap();
    let (certificate, key) = authority.issue("jane", NOW);
    let (certificate, pem) = (certificate.pem(), key.serialize_pem());
    let (_, other) = authority.issue("bob", NOW);
    let other = other.serialize_pem();
    let public = key.public_key_pem();
    let both = format!("Bag Attributes\n{certificate}{pem}");
    for (certificate, key) in [
        // One file for both, as kubelets and openssl pkcs12 write it.
        (&both, &both),
        // A chain in the key's file is not the user's certificate, and a second key not the user's key.
        (&certificate, &format!("{ca}{pem}{ca}")),
        (&certificate, &format!("{pem}{other}")),
        (&certificate, &format!("{public}{pem}")),
        (&format!("{public}{certificate}{ca}"), &pem),
        (
            &certificate.replace('\n', "\r\n"),
            &pem.replace('\n', "\r\n"),
        ),
    ] {
        let result = present(&authority, &server, certificate, key).await;
        assert_eq!(result.message(), "accepted", "{certificate}{}", &key[..40]);
    }
    // Nor are these a way to a key that is not there.
    let result = present(&authority, &server, &both, &certificate).await;
    let what = "the client certificate cannot be used: its key is not a PEM private key";
    assert_eq!(result.message(), what);
    let result = present(&authority, &server, &pem, &pem).await;
    let what = "the client certificate cannot be used: there is no PEM certificate in it";
    assert_eq!(result.message(), what);
}

#[tokio::test]
async fn an_encrypted_key_is_called_that() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let (certificate, _) = authority.issue("jane", NOW);
    let pkcs8 = armoured("ENCRYPTED PRIVATE KEY", b"s3cr3t");
    // As openssl writes a key with a passphrase if it is told to write the older form.
    let older = armoured("RSA PRIVATE KEY", b"s3cr3t").replacen(
        '\n',
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,B9C36B0FDF43ADB0FCDDD291C00F1C12\n\n",
        1,
    );
    for key in [pkcs8, older] {
        let error = present(&authority, &server, &certificate.pem(), &key).await;
        let what = "the client certificate cannot be used: its key is encrypted";
        assert_eq!(error.message(), what);
        assert!(error.hint().unwrap().contains("passphrase"), "{error:?}");
        assert!(!format!("{error:?}").contains(&BASE64.encode("s3cr3t")));
    }
}

#[tokio::test]
async fn a_certificate_of_version_1_is_called_that() {
    // Self-signed by a key that was thrown away.
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBGzCBwQIUTCvJTsX06SLx1z5IxjI2eqiEPd0wCgYIKoZIzj0EAwIwDzENMAsG
A1UEAwwEamFuZTAgFw0yNjExMjIwNjA4NDdaGA8yMTAwMTAyNTA2MDg0N1owDzEN
MAsGA1UEAwwEamFuZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFVOSCYplF/r
KAMzBpXLdIXqRMvEoCyACTO1tAF0Nv1xhtTTrYZQZN7Fem5Ve0aoW8o+YijKyJyW
7hA+tbCHvg0wCgYIKoZIzj0EAwIDSQAwRgIhAKm8PIEomG5YhJZp6eDfDlPWfpfW
H18rrBqV0ucrSDIAAiEA5aeq0ZNSJgy2s2Yw7PkTJxlBmOzWCltH70LP6tbZ7cQ=
-----END CERTIFICATE-----
";
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let key = KeyPair::generate().unwrap().serialize_pem();
    let error = present(&authority, &server, CERTIFICATE, &key).await;
    let what = "the client certificate cannot be used: it is malformed, or of X.509 version 1";
    assert_eq!(error.message(), what);
    assert!(error.hint().unwrap().contains("Version 3"), "{error:?}");
}

#[tokio::test]
async fn keys_in_the_kubeconfig_may_be_wrapped() {
    let authority = Authority::new();
    let server = authority.server("localhost", NOW, true).await;
    let (certificate, key) = authority.issue("jane", NOW);
    let wrapped = |pem: &str| {
        let lines = BASE64.encode(pem).into_bytes();
        let lines: Vec<_> = lines.chunks(64).map(String::from_utf8_lossy).collect();
        lines.join("\\n")
    };
    let user = format!(
        "{{client-certificate-data: \"{}\", client-key-data: \"{}\\n\"}}",
        wrapped(&certificate.pem()),
        wrapped(&key.serialize_pem())
    );
    let cluster = connect_as(&authority, &server, &user).await.unwrap();
    cluster.get("x").await.unwrap();
}

#[tokio::test]
async fn server_keys_may_have_any_kind_and_the_name_may_be_an_address() {
    let authority = Authority::new();
    for address in ["127.0.0.1", "::1"].map(|text| text.parse::<IpAddr>().unwrap()) {
        for kind in KINDS {
            let key = KeyPair::generate_for(kind).unwrap();
            let Ok(server) = authority.server_at(address, &key).await else {
                // Not every machine has an IPv6 loopback.
                assert!(address.is_ipv6());
                continue;
            };
            let at = std::net::SocketAddr::new(address, server.port);
            let cluster = connect(|options| {
                options.server = Some(format!("https://{at}"));
                options.certificate_authority = Some(authority.folder.path().join("ca.pem"));
            });
            cluster.await.unwrap().get("x").await.unwrap();
            // An address is never sent as the name of the server.
            assert_eq!(server.asked_for(), [None]);
        }
    }
}

#[tokio::test]
async fn the_tls_server_name_is_asked_for_and_has_to_be_proven() {
    let authority = Authority::new();
    let server = authority.server("api.example", NOW, false).await;
    let config = kubeconfig(&authority, &server, "{}", "tls-server-name: api.example");
    let by_file = connect(|options| options.kubeconfig = Some(config.clone()));
    by_file.await.unwrap().get("x").await.unwrap();
    let cluster = connect(|options| {
        options.kubeconfig = Some(config.clone());
        options.tls_server_name = Some("other.example".into());
    });
    failure(cluster.await.unwrap()).await;
    let names = server.asked_for();
    // What was not proven is never recorded: the client ended it.
    assert_eq!(names[0].as_deref(), Some("api.example"));
    let request = &server.requests()[0];
    assert!(
        request.contains(&format!("host: localhost:{}\r\n", server.port)),
        "{request}"
    );
    assert_eq!(server.requests().len(), 1);
}
