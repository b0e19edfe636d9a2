//! TLS for the loopback server, with an authority of its own.

use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What it takes to accept connections.
#[derive(Clone)]
pub(super) struct Tls {
    config: Arc<ServerConfig>,
    /// The authority's certificate: PEM in base64, as a kubeconfig holds it.
    pub(super) authority: String,
}

impl Tls {
    /// A new authority, and a certificate for the loopback address.
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = params.self_signed(&key).expect("a certificate").pem();
        let issuer = Issuer::from_params(&params, &key);

        let names = [Ipv4Addr::LOCALHOST.to_string()];
        let params = CertificateParams::new(names).expect("an address");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate with its key");
        Self {
            config: Arc::new(config),
            authority: STANDARD.encode(authority),
        }
    }

    /// The server's side of a connection.
    pub(super) fn accept<'a>(
        &self,
        stream: &'a TcpStream,
    ) -> StreamOwned<ServerConnection, &'a TcpStream> {
        let connection = ServerConnection::new(self.config.clone()).expect("a configuration");
        StreamOwned::new(connection, stream)
    }
}
