//! Why no transport came about, told without the secrets that a URL may hold.

use std::fmt;

/// Why no transport came about.
///
/// Its `Debug` is its `Display`: a program whose `main` returns it, boxed or not, prints the text.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The broker's URL is not one. The text says what is wrong with it and how to write it.
    #[error("{0}")]
    InvalidUrl(String),
    /// The URL asks for what this version does not do.
    #[error("{0}")]
    Unsupported(String),
    /// No broker could be reached, or none that speaks NSQ. The text names each address, what happened there, and what
    /// to do.
    #[error("{0}")]
    Unreachable(String),
    /// What the URL names cannot be used: the file of a certificate or of a secret, say. Nothing was sent.
    #[error("{0}")]
    Configuration(String),
    /// A broker refused what every session needs, or was refused itself: TLS without a certificate that is trusted, a
    /// secret that it does not take.
    #[error("{0}")]
    Refused(String),
    /// The variable that names the broker leads to an error.
    #[error("the variable {name}: {source}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What came of its value.
        source: Box<ConnectError>,
    },
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A URL that is none, with what is wrong and how to write one. Credentials in it are not shown.
pub(super) fn invalid(url: &str, why: &str) -> ConnectError {
    let shown: String = without_secrets(url).chars().take(200).collect();
    ConnectError::InvalidUrl(format!(
        "`{}` is not the URL of a broker: {why}; write nsq://host:4150, nsq://one:4150,two:4150?heartbeat=5s or embedded:",
        shown.escape_debug()
    ))
}

/// The URL without what stands before an `@`, and without the values of parameters that could hold a secret, rightly
/// or by mistake.
fn without_secrets(url: &str) -> String {
    // A secret may hold any character, and stand where no URL has one.
    let (credentials, rest) = url.rfind('@').map_or(("", url), |at| url.split_at(at));
    let scheme = credentials.find("://").map_or(0, |scheme| scheme + 3);
    let (hosts, query) = rest.split_once('?').map_or((rest, None), |(hosts, query)| (hosts, Some(query)));
    let mut shown = match credentials {
        "" => hosts.to_owned(),
        _ => format!("{}[redacted]{hosts}", &credentials[..scheme]),
    };
    let parameters = query.into_iter().flat_map(|query| query.split('&'));
    for (parameter, before) in parameters.zip(std::iter::once('?').chain(std::iter::repeat('&'))) {
        shown.push(before);
        match parameter.split_once('=') {
            Some((name, _)) if ["auth", "secret", "pass", "token"].iter().any(|part| name.contains(part)) => {
                shown.push_str(name);
                shown.push_str("=[redacted]");
            }
            _ => shown.push_str(parameter),
        }
    }
    shown
}
