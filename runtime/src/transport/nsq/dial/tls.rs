//! TLS by rustls. Certificates are always verified.

use std::io;

use tokio_rustls::rustls::{AlertDescription, CertificateError, Error, pki_types::ServerName};

use super::error::DialError;
use crate::transport::{net::Stream, nsq::config::Tls};

/// Secures a stream to this host.
pub(super) async fn connect(stream: Stream, host: &str, tls: &Tls) -> Result<Stream, DialError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| DialError::Upgrade(format!("`{}` is no name that a certificate can have", host.escape_debug())))?;
    let connector = tls.connector().await.map_err(DialError::Config)?;
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
