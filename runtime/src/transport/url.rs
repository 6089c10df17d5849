//! The URL that names the brokers.

use std::{str::FromStr, sync::Arc};

use super::{ConnectError, Transport};

/// nsqd's port where the URL names none.
const DEFAULT_PORT: u16 = 4150;
/// nsqd's own default for the largest message, in bytes.
const DEFAULT_MAX_MESSAGE_SIZE: usize = 1024 * 1024;

/// Where the brokers are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokerUrl {
    /// The broker inside the process, listening on that loopback port as well where one is given.
    Embedded {
        /// The port; 0 takes any that is free.
        port: Option<u16>,
    },
    /// nsqd processes by their addresses.
    Nsq {
        /// Host and port of each.
        addresses: Vec<(String, u16)>,
        /// The largest message that they take, in bytes (nsqd's `-max-msg-size`, which it does not tell).
        max_message_size: usize,
    },
}

impl FromStr for BrokerUrl {
    type Err = ConnectError;

    fn from_str(url: &str) -> Result<Self, ConnectError> {
        let Some((scheme, rest)) = url.split_once(':') else { return Err(invalid(url, "it has no scheme")) };
        match scheme {
            "embedded" => embedded(url, rest),
            "nsq" => nsq(url, rest),
            "nsqlookupd" => Err(unsupported("brokers cannot be found through nsqlookupd yet: name them as nsq://host:4150,…")),
            "nsq+tls" => Err(unsupported("TLS is not supported yet: write nsq://host:4150 inside a network that you trust")),
            _ => Err(invalid(url, &format!("`{}` is not a scheme of brokers", scheme.escape_debug()))),
        }
    }
}

fn embedded(url: &str, rest: &str) -> Result<BrokerUrl, ConnectError> {
    match rest.strip_prefix("//").unwrap_or(rest) {
        "" => Ok(BrokerUrl::Embedded { port: None }),
        port => match port.parse() {
            Ok(port) => Ok(BrokerUrl::Embedded { port: Some(port) }),
            Err(_) => Err(invalid(url, &format!("`{}` is not a port", port.escape_debug()))),
        },
    }
}

fn nsq(url: &str, rest: &str) -> Result<BrokerUrl, ConnectError> {
    let Some(rest) = rest.strip_prefix("//") else { return Err(invalid(url, "`//` is missing after `nsq:`")) };
    let (hosts, query) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = hosts.strip_suffix('/').unwrap_or(hosts);
    let addresses = hosts.split(',').map(|host| address(url, host)).collect::<Result<_, _>>()?;
    let mut max_message_size = DEFAULT_MAX_MESSAGE_SIZE;
    for option in query.split('&').filter(|option| !option.is_empty()) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match (name, value.parse()) {
            ("max_msg_size", Ok(size @ 1..)) => max_message_size = size,
            ("max_msg_size", _) => return Err(invalid(url, "`max_msg_size` is not a number of bytes")),
            _ => return Err(invalid(url, &format!("`{}` is not an option; there is `max_msg_size`", name.escape_debug()))),
        }
    }
    Ok(BrokerUrl::Nsq { addresses, max_message_size })
}

fn address(url: &str, text: &str) -> Result<(String, u16), ConnectError> {
    let wrong = || invalid(url, &format!("`{}` is not a host and a port", text.escape_debug()));
    // The port comes after the last colon, which in brackets is a part of an IPv6 address.
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (text, DEFAULT_PORT),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let plausible = match bare {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        }
    };
    if plausible && port != 0 { Ok((bare.unwrap_or(host).to_owned(), port)) } else { Err(wrong()) }
}

fn invalid(url: &str, why: &str) -> ConnectError {
    let shown: String = url.chars().take(200).collect();
    ConnectError::InvalidUrl(format!(
        "`{}` is not the URL of a broker: {why}; write nsq://host:4150, nsq://one:4150,two:4150 or embedded:",
        shown.escape_debug()
    ))
}

fn unsupported(text: &str) -> ConnectError {
    ConnectError::Unsupported(text.to_owned())
}

/// Connects to the brokers of a URL.
///
/// # Errors
/// Where the URL is not one, or no broker can be reached.
pub async fn open(url: &str) -> Result<Arc<dyn Transport>, ConnectError> {
    match url.parse()? {
        #[cfg(feature = "embedded")]
        BrokerUrl::Embedded { port } => Ok(Arc::new(super::Embedded::open(port)?)),
        #[cfg(not(feature = "embedded"))]
        BrokerUrl::Embedded { .. } => {
            Err(unsupported("this program was built without the embedded broker (the feature `embedded`): name an nsqd"))
        }
        BrokerUrl::Nsq { .. } => Err(unsupported("this build has no connection to nsqd")),
    }
}
