//! TLS by rustls. Certificates are always verified.

use std::{fs, io, path::Path, sync::Arc};

use tokio_rustls::{
    TlsConnector,
    rustls::{
        AlertDescription, CertificateError, ClientConfig, Error, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    },
};

use super::{config::Tls, dial::DialError};
use crate::transport::net::Stream;

/// Secures a stream to this host.
pub(super) async fn connect(stream: Stream, host: &str, tls: &Tls) -> Result<Stream, DialError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| DialError::Upgrade(format!("`{}` is no name that a certificate can have", host.escape_debug())))?;
    let connector = connector(tls).await.map_err(DialError::Config)?;
    match connector.connect(name, stream).await {
        Ok(secured) => Ok(Stream::new(secured)),
        Err(error) => Err(match explain(&error) {
            Some(why) => DialError::Upgrade(why),
            None => DialError::Upgrade(format!("TLS failed: {error}")),
        }),
    }
}

/// What is wrong, and what to do about it; `None` for an error that has nothing to do with TLS.
pub(super) fn explain(error: &io::Error) -> Option<String> {
    let error = error.get_ref()?.downcast_ref::<Error>()?;
    let remedy = match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            ": nobody who is trusted here has signed it; name the authority's certificate by `ca=`"
        }
        Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::HandshakeFailure
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown,
        ) => ": the broker wants a client certificate that it trusts; name it and its key by `cert=` and `key=`",
        _ => "",
    };
    Some(format!("TLS failed: {error}{remedy}"))
}

/// What the files of now say, or, where they say nothing that can be used, what they said before.
async fn connector(tls: &Tls) -> Result<TlsConnector, String> {
    let mut loaded = tls.loaded.lock().await;
    let (files, known) = (tls.clone(), loaded.clone());
    // The platform's authorities can be many, and files can be slow: so this is done apart.
    let read = tokio::task::spawn_blocking(move || load(&files, known));
    match read.await.unwrap_or_else(|error| Err(format!("the files for TLS were not read: {error}"))) {
        Ok(now) => Ok(loaded.insert(now).connector.clone()),
        Err(why) => {
            let Loaded { connector, .. } = loaded.as_ref().ok_or_else(|| why.clone())?;
            tracing::warn!("the files for TLS cannot be used: {why}; going on with those that were read before");
            Ok(connector.clone())
        }
    }
}

/// What came of the files.
#[derive(Clone)]
pub(super) struct Loaded {
    files: Files,
    roots: Arc<RootCertStore>,
    connector: TlsConnector,
}

/// What the files hold.
#[derive(Clone, PartialEq, Eq)]
struct Files {
    ca: Option<Vec<u8>>,
    /// The certificate and its key.
    identity: Option<(Vec<u8>, Vec<u8>)>,
}

fn load(tls: &Tls, known: Option<Loaded>) -> Result<Loaded, String> {
    let files = Files {
        ca: tls.authority().map(|ca| contents("ca", ca)).transpose()?,
        identity: match tls.certificate_and_key() {
            Some((certificate, key)) => Some((contents("cert", certificate)?, contents("key", key)?)),
            None => None,
        },
    };
    let roots = match (tls.authority().zip(files.ca.as_deref()), known) {
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
    let config = match tls.certificate_and_key().zip(files.identity.as_ref()) {
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
