//! Connections to carriers, in the clear or with TLS.

use std::{io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// Any stream of octets.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file with root certificates cannot be read as PEM.
    #[error("the file of root certificates cannot be read: {0}")]
    Roots(#[from] rustls::pki_types::pem::Error),
    /// The file holds no certificate that can be a root.
    #[error("the file of root certificates holds none")]
    NoRoots,
    /// The library does not take the settings.
    #[error(transparent)]
    Settings(#[from] rustls::Error),
}

/// What servers are believed: TLS 1.2 and 1.3 with names checked against root certificates.
#[derive(Clone)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Believes the certificates in a PEM file, such as the system's bundle. Reads the file: call
    /// it before the sandbox closes.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn from_roots(file: &Path) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file)? {
            // A bundle may hold roots of kinds that this library does not take.
            let _ = roots.add(certificate?);
        }
        if roots.is_empty() {
            return Err(TlsError::NoRoots);
        }
        Self::believing(roots)
    }

    /// Believes no server: for connections that never get so far.
    #[cfg(test)]
    pub(crate) fn that_trusts_nobody() -> Self {
        Self::believing(RootCertStore::empty()).unwrap()
    }

    fn believing(roots: RootCertStore) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls(..)")
    }
}

/// Where a carrier listens.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// With TLS, unless none.
    pub tls: Option<Tls>,
}

impl Endpoint {
    /// Connects, and proves the server's name if TLS is on.
    ///
    /// # Errors
    /// What the system or TLS says.
    pub async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        // Packets are small and each waits for its answer.
        stream.set_nodelay(true)?;
        let Some(Tls(config)) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream);
        Ok(Box::new(stream.await?))
    }
}
