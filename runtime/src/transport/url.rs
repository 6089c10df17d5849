//! The URL that names the brokers.

use std::{str::FromStr, sync::Arc};

#[cfg(feature = "embedded")]
use super::embedded::Embedded;
use super::{
    connect_error::{ConnectError, invalid},
    interface::Transport,
    net::port_of,
    nsq::{Nsq, NsqConfig},
};

/// Where the brokers are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BrokerUrl {
    /// The broker inside the process, listening on that loopback port as well where one is given.
    Embedded {
        /// The port; 0 takes any that is free.
        port: Option<u16>,
    },
    /// nsqd processes, by their addresses or found by nsqlookupd, and how to speak to them.
    Nsq(Box<NsqConfig>),
}

impl FromStr for BrokerUrl {
    type Err = ConnectError;

    fn from_str(url: &str) -> Result<Self, ConnectError> {
        let Some((scheme, rest)) = url.split_once(':') else { return Err(invalid(url, "it has no scheme")) };
        match scheme {
            "embedded" => embedded(url, rest),
            "nsq" | "nsq+tls" | "nsqlookupd" | "nsqlookupd+tls" => {
                url.parse().map(|config| BrokerUrl::Nsq(Box::new(config)))
            }
            _ => Err(invalid(url, &format!("`{}` is not a scheme of brokers", scheme.escape_debug()))),
        }
    }
}

fn embedded(url: &str, rest: &str) -> Result<BrokerUrl, ConnectError> {
    match rest.strip_prefix("//").unwrap_or(rest) {
        "" => Ok(BrokerUrl::Embedded { port: None }),
        port => match port_of(port) {
            Some(port) => Ok(BrokerUrl::Embedded { port: Some(port) }),
            None => Err(invalid(url, &format!("`{}` is not a port", port.escape_debug()))),
        },
    }
}

/// Connects to the brokers of a URL.
///
/// # Errors
/// Where the URL is not one, or no broker can be reached.
pub async fn open(url: &str) -> Result<Arc<dyn Transport>, ConnectError> {
    match url.parse()? {
        #[cfg(feature = "embedded")]
        BrokerUrl::Embedded { port } => Ok(Arc::new(Embedded::open(port)?)),
        #[cfg(not(feature = "embedded"))]
        BrokerUrl::Embedded { .. } => Err(ConnectError::Unsupported(
            "this program was built without the embedded broker (the feature `embedded`): name an nsqd".to_owned(),
        )),
        BrokerUrl::Nsq(config) => Ok(Arc::new(Nsq::connect(*config).await?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_told_apart() {
        assert!(matches!("embedded:".parse(), Ok(BrokerUrl::Embedded { port: None })));
        assert!(matches!("embedded:4150".parse(), Ok(BrokerUrl::Embedded { port: Some(4150) })));
        assert!(matches!("nsq://a,b".parse(), Ok(BrokerUrl::Nsq(config)) if config.addresses.len() == 2));
        assert!(matches!("nsqlookupd://a,b".parse(), Ok(BrokerUrl::Nsq(config)) if config.lookupds.len() == 2));
        assert_eq!("nsq+tls://a:4150".parse::<BrokerUrl>().is_ok(), cfg!(feature = "tls"));
        for url in ["", "127.0.0.1", "http://a", "embedded:x", "embedded:+1", "embedded:65536", "nsq:a"] {
            let error = url.parse::<BrokerUrl>().unwrap_err().to_string();
            assert!(error.contains("write nsq://host:4150"), "{error}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        let error = "http://me:hunter2@a:4150".parse::<BrokerUrl>().unwrap_err().to_string();
        assert!(!error.contains("hunter2") && error.contains("http://[redacted]@a:4150"), "{error}");
        for url in [
            "nsq://a?auth=hunter2",
            "nsq://me:hunter2@a?x=y@z",
            "nsq+tls://a?heartbeat=5s&auth_file=hunter2&x=1",
            "me:hunter2@a:4150",
            "nsq:me:hunter2@a:4150",
            "nsq://me:hunter2?&x=hunter2@a",
            "nsq://me:hunter2/a@b:4150",
            "nsq:/me:hunter2@a",
            "@hunter2@",
        ] {
            let error = url.parse::<BrokerUrl>().unwrap_err().to_string();
            assert!(!error.contains("hunter2") && error.contains("[redacted]"), "{error}");
        }
    }
}
