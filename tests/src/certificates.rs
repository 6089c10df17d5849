//! Authorities and certificates, made for one test and gone with it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

/// An authority whose certificates lie as PEM files in a temporary folder.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The PEM file of the certificate.
    pub certificate: PathBuf,
    /// The PEM file of its private key.
    pub key: PathBuf,
}

impl Identity {
    /// What an nsqd is told that shows this certificate.
    pub fn nsqd_arguments(&self) -> [String; 3] {
        let certificate = format!("--tls-cert={}", self.certificate.display());
        let key = format!("--tls-key={}", self.key.display());
        ["--https-address=127.0.0.1:0".to_owned(), certificate, key]
    }
}

impl Authority {
    /// A new authority, which nobody trusts yet.
    ///
    /// # Panics
    ///
    /// Where no files can be written.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        // A name of its own: authorities of one name and several keys are not told apart before their signatures are.
        params.distinguished_name.push(DnType::CommonName, format!("authority {}", NUMBER.fetch_add(1, Relaxed)));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority signs itself");
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("the folder takes files");
        Self { folder, issuer }
    }

    /// The PEM file of its own certificate.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Issues a certificate for these host names and addresses.
    ///
    /// # Panics
    ///
    /// Where one of them is none, or no files can be written.
    #[must_use]
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.issue_for(names, |_| {})
    }

    /// Issues a certificate whose time is over.
    ///
    /// # Panics
    ///
    /// As [`Authority::issue`].
    #[must_use]
    pub fn issue_expired(&self, names: &[&str]) -> Identity {
        self.issue_for(names, |params| params.not_after = date_time_ymd(2020, 1, 1))
    }

    fn issue_for(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let stem = names.join("+");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(names).expect("names");
        change(&mut params);
        let signed = params.signed_by(&key, &self.issuer).expect("an authority signs");
        let file = |end: &str, text: String| {
            let path = self.folder.path().join(format!("{stem}.{end}.pem"));
            fs::write(&path, text).expect("the folder takes files");
            path
        };
        Identity { certificate: file("cert", signed.pem()), key: file("key", key.serialize_pem()) }
    }
}

impl Identity {
    /// What a server needs that shows this certificate and asks its clients for none.
    ///
    /// # Panics
    ///
    /// Where the files are gone.
    #[must_use]
    pub fn server(&self) -> Arc<ServerConfig> {
        let chain = vec![CertificateDer::from_pem_file(&self.certificate).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_file(&self.key).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions that the provider has")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("the key is the certificate's");
        Arc::new(config)
    }

    /// What a server shows that chooses among certificates.
    ///
    /// # Panics
    ///
    /// Where the files are gone.
    #[must_use]
    pub fn certified(&self) -> Arc<CertifiedKey> {
        let chain = vec![CertificateDer::from_pem_file(&self.certificate).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_file(&self.key).expect("a key");
        Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider()).expect("the key is the certificate's"))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}
