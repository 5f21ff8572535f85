//! The server's own certificate.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dropshot::ConfigTls;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::config::TlsFiles;

/// Reason why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file was not read or is not PEM.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Error of the PEM parser.
        #[source]
        error: rustls::pki_types::pem::Error,
    },
    /// The file has no certificate.
    #[error("no certificate in {}", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// rustls rejects the certificate or its key.
    #[error("invalid certificate or key")]
    Unusable(#[source] rustls::Error),
}

/// A certificate with its key.
pub(crate) struct Certificate {
    pub(crate) config: ConfigTls,
    /// End of its validity, in seconds since 1970.
    pub(crate) expires_at: i64,
}

/// Reads a certificate.
pub(crate) fn read(files: TlsFiles<'_>) -> Result<Certificate, TlsError> {
    let read = |path: &Path, error| TlsError::Read { path: path.to_owned(), error };
    let open = |path: &Path| {
        let opened = File::open(path).map(BufReader::new);
        opened.map_err(|error| read(path, rustls::pki_types::pem::Error::Io(error)))
    };
    let chain = CertificateDer::pem_reader_iter(open(files.certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| read(files.certificate, error))?;
    let no_certificate = || TlsError::NoCertificate { path: files.certificate.to_owned() };
    let first = chain.first().ok_or_else(no_certificate)?;
    let (_, parsed) = X509Certificate::from_der(first).map_err(|_| no_certificate())?;
    let expires_at = parsed.validity().not_after.timestamp();
    let key =
        PrivateKeyDer::from_pem_reader(open(files.key)?).map_err(|error| read(files.key, error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Certificate { config: ConfigTls::Dynamic(config), expires_at })
}
