//! Whom a connection in TLS trusts, and who it says that it is.

#[cfg(feature = "tls")]
use std::sync::Arc;
use std::{fmt, path::PathBuf};

#[cfg(feature = "tls")]
use tokio_rustls::TlsConnector;

#[cfg(feature = "tls")]
use super::certificates::{Loaded, load};

/// How connections are secured. The broker's certificate is always verified, for the host name of its address.
///
/// The files are PEM. They are read for every new connection, so that they can be replaced while a session goes on. Where
/// they cannot be used, the log says so and those that were read before count. The platform's authorities are read once.
#[derive(Clone, Default)]
pub struct Tls {
    ca: Option<PathBuf>,
    /// The certificate and its key.
    identity: Option<(PathBuf, PathBuf)>,
    /// What came of the files when they were last good.
    #[cfg(feature = "tls")]
    loaded: Arc<tokio::sync::Mutex<Option<Loaded>>>,
}

impl Tls {
    /// TLS with brokers whose certificates the platform's authorities have signed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificates of this file, and no other authority. `ca=`.
    #[must_use]
    pub fn ca(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca = Some(file.into());
        self.unloaded()
    }

    /// Shows this certificate, a chain that begins with the client's own, to a broker that asks for one. `cert=` and
    /// `key=`.
    #[must_use]
    pub fn identity(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.identity = Some((certificate.into(), key.into()));
        self.unloaded()
    }

    /// Nothing of other files is kept.
    fn unloaded(self) -> Self {
        Self {
            #[cfg(feature = "tls")]
            loaded: Arc::default(),
            ..self
        }
    }

    /// What the files of now say, or, where they say nothing that can be used, what they said before.
    #[cfg(feature = "tls")]
    pub(crate) async fn connector(&self) -> Result<TlsConnector, String> {
        let mut loaded = self.loaded.lock().await;
        let (Self { ca, identity, .. }, known) = (self.clone(), loaded.clone());
        // The platform's authorities can be many, and files can be slow: so this is done apart.
        let read = tokio::task::spawn_blocking(move || {
            let identity = identity.as_ref().map(|(certificate, key)| (&**certificate, &**key));
            load(ca.as_deref(), identity, known)
        });
        match read.await.unwrap_or_else(|error| Err(format!("the files for TLS were not read: {error}"))) {
            Ok(now) => Ok(loaded.insert(now).connector.clone()),
            Err(why) => {
                let Loaded { connector, .. } = loaded.as_ref().ok_or_else(|| why.clone())?;
                tracing::warn!("the files for TLS cannot be used: {why}; going on with those that were read before");
                Ok(connector.clone())
            }
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("ca", &self.ca).field("identity", &self.identity).finish_non_exhaustive()
    }
}
