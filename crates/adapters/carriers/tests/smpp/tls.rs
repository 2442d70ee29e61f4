//! The same session inside TLS, and servers that are not who they should be.

use std::{path::Path, process::Command, sync::Arc};

use carriers::{
    smpp::pdu::{self, Pdu, command},
    tls::{Endpoint, Tls},
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

use crate::support::{run, settings};

/// What stands in the certificate: a server's, not an authority's.
const CONFIG: &str = "[req]\ndistinguished_name = dn\nx509_extensions = server\n[dn]\n\
                      [server]\nsubjectAltName = DNS:localhost\nbasicConstraints = critical, CA:FALSE\n";

/// A key and a certificate for `localhost`, signed by itself.
fn certificate(folder: &Path, name: &str) {
    let config = folder.join("openssl.cnf");
    std::fs::write(&config, CONFIG).unwrap();
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", "/CN=localhost", "-config"])
        .arg(config)
        .arg("-keyout")
        .arg(folder.join(format!("{name}.key")))
        .arg("-out")
        .arg(folder.join(format!("{name}.pem")))
        .output();
    let made = made.is_ok_and(|output| output.status.success());
    assert!(
        made,
        "openssl is missing: install the Debian package openssl"
    );
}

fn acceptor(folder: &Path, name: &str) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(folder.join(format!("{name}.pem"))).unwrap()];
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn endpoint(folder: &Path, host: &str, port: u16, roots: &str) -> Endpoint {
    Endpoint {
        host: host.into(),
        port,
        tls: Some(Tls::from_roots(&folder.join(format!("{roots}.pem"))).unwrap()),
    }
}

#[tokio::test]
async fn a_session_is_bound_inside_tls() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "centre");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut secure = settings(port);
    secure.endpoint = endpoint(folder.path(), "localhost", port, "centre");
    let running = run(secure);
    let (stream, _) = listener.accept().await.unwrap();
    let mut stream = acceptor(folder.path(), "centre")
        .accept(stream)
        .await
        .unwrap();
    let bind = pdu::read(&mut stream).await.unwrap();
    assert_eq!(bind.command, command::BIND_TRANSCEIVER);
    let answer = Pdu::answer(bind.command, bind.sequence, 0, b"centre\0");
    stream.write_all(&answer.to_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    running.bound().await;
}

#[tokio::test]
async fn a_server_that_cannot_prove_its_name_gets_no_password() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "centre");
    certificate(folder.path(), "other");
    for (host, roots) in [("localhost", "other"), ("127.0.0.1", "centre")] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let endpoint = endpoint(folder.path(), host, port, roots);
        let acceptor = acceptor(folder.path(), "centre");
        let server = async {
            let (stream, _) = listener.accept().await.unwrap();
            acceptor.accept(stream).await.is_err()
        };
        let (refused, connected) = tokio::join!(server, endpoint.connect());
        assert!(refused && connected.is_err(), "{host} {roots}");
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    assert!(Tls::from_roots(&empty).is_err());
    assert!(Tls::from_roots(&folder.path().join("absent.pem")).is_err());
}
