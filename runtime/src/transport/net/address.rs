//! Where a server listens.

use std::{fmt, sync::Arc};

/// Where a server listens.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Name or IP address, the latter without brackets.
    pub host: Arc<str>,
    /// TCP port.
    pub port: u16,
}

impl Address {
    /// Reads `host`, `host:port`, `[::1]` or `[::1]:port`.
    ///
    /// # Errors
    /// What is wrong with the text, and what is allowed there.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, String> {
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or("after `]` comes `:` and the port")?)),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        if port.is_some_and(|port| port.contains(':')) {
            return Err("an IPv6 address stands in brackets: [::1]:4150".to_owned());
        }
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "/@?#[]".contains(c)) {
            return Err(format!("`{}` is not a host name or an IP address", host.escape_debug()));
        }
        let port = match port.map(port_of) {
            None => default_port,
            Some(Some(port)) if port > 0 => port,
            Some(_) => return Err("a port is a number from 1 to 65535".to_owned()),
        };
        Ok(Self { host: host.into(), port })
    }
}

/// A port in digits. The standard library takes a sign as well.
pub(crate) fn port_of(text: &str) -> Option<u16> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
