//! Whom a connection in TLS trusts, and who it says that it is.

use std::{fmt, path::PathBuf};
#[cfg(feature = "tls")]
use std::{path::Path, sync::Arc};

#[cfg(feature = "tls")]
use crate::transport::nsq::tls::Loaded;

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
    pub(in crate::transport::nsq) loaded: Arc<tokio::sync::Mutex<Option<Loaded>>>,
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

    #[cfg(feature = "tls")]
    pub(in crate::transport::nsq) fn authority(&self) -> Option<&Path> {
        self.ca.as_deref()
    }

    #[cfg(feature = "tls")]
    pub(in crate::transport::nsq) fn certificate_and_key(&self) -> Option<(&Path, &Path)> {
        self.identity.as_ref().map(|(certificate, key)| (&**certificate, &**key))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("ca", &self.ca).field("identity", &self.identity).finish_non_exhaustive()
    }
}
