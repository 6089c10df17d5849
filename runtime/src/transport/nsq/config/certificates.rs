//! What the files for TLS hold.

use std::{fs, path::Path, sync::Arc};

use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// What came of the files.
#[derive(Clone)]
pub(super) struct Loaded {
    files: Files,
    roots: Arc<RootCertStore>,
    pub(super) connector: TlsConnector,
}

/// What the files hold.
#[derive(Clone, PartialEq, Eq)]
struct Files {
    ca: Option<Vec<u8>>,
    /// The certificate and its key.
    identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// Reads the files, unless they still hold what is known of them.
pub(super) fn load(
    authority: Option<&Path>,
    identity: Option<(&Path, &Path)>,
    known: Option<Loaded>,
) -> Result<Loaded, String> {
    let files = Files {
        ca: authority.map(|ca| contents("ca", ca)).transpose()?,
        identity: match identity {
            Some((certificate, key)) => Some((contents("cert", certificate)?, contents("key", key)?)),
            None => None,
        },
    };
    let roots = match (authority.zip(files.ca.as_deref()), known) {
        // Its connector remembers the brokers that it shook hands with.
        (_, Some(known)) if known.files == files => return Ok(known),
        (Some((path, ca)), _) => Arc::new(roots_of(path, ca)?),
        (None, Some(known)) => known.roots,
        (None, None) => Arc::new(platform_roots()?),
    };
    let verified = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots.clone());
    let config = match identity.zip(files.identity.as_ref()) {
        None => verified.with_no_client_auth(),
        Some(((path, key_path), (certificate, key))) => {
            let chain = certificates("cert", path, certificate)?;
            let private = PrivateKeyDer::from_pem_slice(key)
                .map_err(|_| format!("the file of `key=`, {}, holds no private key in PEM", key_path.display()))?;
            verified
                .with_client_auth_cert(chain, private)
                .map_err(|error| format!("the certificate of `cert=` does not go with the key of `key=`: {error}"))?
        }
    };
    Ok(Loaded { files, roots, connector: TlsConnector::from(Arc::new(config)) })
}

fn platform_roots() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some of them can be of kinds that nothing verifies any more.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or_else(String::new, |error| format!(" ({error})"));
        return Err(format!("the platform names no authorities{why}: name the brokers' own by `ca=`"));
    }
    Ok(roots)
}

fn roots_of(file: &Path, ca: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("ca", file, ca)? {
        roots
            .add(certificate)
            .map_err(|error| format!("a certificate of `ca=`, {}, cannot be trusted: {error}", file.display()))?;
    }
    Ok(roots)
}

fn certificates(parameter: &str, file: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or_else(|| format!("the file of `{parameter}=`, {}, holds no certificates in PEM", file.display()))
}

fn contents(parameter: &str, file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("the file of `{parameter}=`, {}, cannot be read: {error}", file.display()))
}
