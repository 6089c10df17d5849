//! Reading a URL that names nsqd or nsqlookupd processes.

use std::{str::FromStr, time::Duration};

use almanet_nsq::limits;

use super::{DEFAULT_PORT, LOOKUPD_PORT, NsqConfig};
use crate::transport::{ConnectError, net::Address, url::invalid};

impl FromStr for NsqConfig {
    type Err = ConnectError;

    /// Reads an `nsq:` or `nsqlookupd:` URL.
    ///
    /// # Errors
    /// [`ConnectError::InvalidUrl`] where it is not one, naming the part and what is allowed there.
    fn from_str(url: &str) -> Result<Self, ConnectError> {
        Self::read(url).map_err(|why| invalid(url, &why))
    }
}

impl NsqConfig {
    fn read(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("behind the scheme comes `://`")?;
        let (hosts, query) = rest.split_once('?').map_or((rest, ""), |(hosts, query)| (hosts, query));
        if hosts.contains('@') {
            return Err("it holds credentials, and nsqd takes none in the clear".to_owned());
        }
        let mut config = match scheme {
            "nsq" => Self::new(addresses(hosts, DEFAULT_PORT)?),
            "nsqlookupd" => Self::found_by(addresses(hosts, LOOKUPD_PORT)?),
            _ => return Err(format!("`{}` is not a scheme of brokers", scheme.escape_debug())),
        };
        let mut seen = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if seen.contains(&name) {
                return Err(format!("`{}=` is there twice", name.escape_debug()));
            }
            seen.push(name);
            config.set(name, value)?;
        }
        Ok(config)
    }
}

fn addresses(hosts: &str, default_port: u16) -> Result<Vec<Address>, String> {
    let mut addresses = Vec::new();
    for host in hosts.strip_suffix('/').unwrap_or(hosts).split(',') {
        let address = Address::parse(host, default_port)?;
        if addresses.contains(&address) {
            return Err(format!("it names {address} twice"));
        }
        addresses.push(address);
    }
    Ok(addresses)
}

/// The parameters of a URL, for the message about an unknown one.
const PARAMETERS: &str = "`max_msg_size`, `max_body_size`, `msg_timeout`, `heartbeat`, `connect_timeout`, \
                          `output_buffer_size`, `output_buffer_timeout`, `lookupd_poll`, `lookupd_timeout`";

impl NsqConfig {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "max_msg_size" => self.max_message_size = bytes(name, value, 1, MAX_SIZE)?,
            "max_body_size" => self.max_body_size = bytes(name, value, 1024, MAX_SIZE)?,
            "msg_timeout" => {
                let range = (limits::MIN_MESSAGE_TIMEOUT, limits::MAX_MESSAGE_TIMEOUT);
                self.message_timeout = Some(duration(name, value, range)?);
            }
            "heartbeat" => {
                let range = (limits::MIN_HEARTBEAT_INTERVAL, limits::MAX_HEARTBEAT_INTERVAL);
                self.heartbeat = duration(name, value, range)?;
            }
            "connect_timeout" => {
                let range = (Duration::from_millis(10), Duration::from_secs(60));
                self.connect_timeout = duration(name, value, range)?;
            }
            "lookupd_poll" => {
                let range = (Duration::from_millis(100), Duration::from_secs(60 * 60));
                self.lookupd_poll = duration(name, value, range)?;
            }
            "lookupd_timeout" => {
                let range = (Duration::from_millis(10), Duration::from_secs(60));
                self.lookupd_timeout = duration(name, value, range)?;
            }
            "output_buffer_size" if value == "-1" => self.output_buffer_size = None,
            "output_buffer_size" => {
                let (least, most) = (limits::MIN_OUTPUT_BUFFER_SIZE, limits::MAX_OUTPUT_BUFFER_SIZE);
                self.output_buffer_size =
                    Some(bytes(name, value, least, most).map_err(|why| format!("{why}, or -1 for no buffer"))?);
            }
            "output_buffer_timeout" => {
                let range = (limits::MIN_OUTPUT_BUFFER_TIMEOUT, limits::MAX_OUTPUT_BUFFER_TIMEOUT);
                self.output_buffer_timeout = duration(name, value, range)?;
            }
            _ => return Err(format!("`{}=` is not one of {PARAMETERS}", name.escape_debug())),
        }
        Ok(())
    }
}

/// Far above what nsqd is run with, and far below what a length can say.
const MAX_SIZE: usize = 1024 * 1024 * 1024;

fn bytes(name: &str, value: &str, least: usize, most: usize) -> Result<usize, String> {
    value
        .parse()
        .ok()
        .filter(|size| (least..=most).contains(size))
        .ok_or_else(|| format!("`{name}={}` is not a number of bytes from {least} to {most}", value.escape_debug()))
}

fn duration(name: &str, value: &str, (least, most): (Duration, Duration)) -> Result<Duration, String> {
    let parsed = match value.strip_suffix("ms") {
        Some(millis) => millis.parse().ok().map(Duration::from_millis),
        None => value.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs),
    };
    parsed.filter(|duration| (least..=most).contains(duration)).ok_or_else(|| {
        format!(
            "`{name}={}` is not a duration from {least:?} to {most:?}, such as `5s` or `250ms`",
            value.escape_debug()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        match url.parse::<NsqConfig>() {
            Err(error) => error.to_string(),
            Ok(config) => panic!("{url}: {config:?}"),
        }
    }

    #[test]
    fn urls_name_brokers_and_settings() {
        let config: NsqConfig = "nsq://one,[::1]:9,two:4151/?max_msg_size=2097152&heartbeat=2500ms&msg_timeout=10s\
                                 &output_buffer_size=-1&output_buffer_timeout=50ms&connect_timeout=1s"
            .parse()
            .unwrap();
        let addresses: Vec<_> = config.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["one:4150", "[::1]:9", "two:4151"]);
        assert_eq!(config.max_message_size, 2 * 1024 * 1024);
        assert_eq!(config.read_timeout(), Duration::from_secs(6));
        let identify = config.identify(None);
        assert_eq!((identify.heartbeat_interval, identify.msg_timeout), (2500, 10_000));
        assert_eq!((identify.output_buffer_size, identify.output_buffer_timeout), (-1, 50));
        assert_eq!(config.identify(Some(Duration::from_secs(5))).msg_timeout, 5000);
    }

    #[test]
    fn brokers_can_be_found_by_others() {
        let config: NsqConfig = "nsqlookupd://one,two:4163?heartbeat=1s".parse().unwrap();
        assert_eq!(config.addresses, []);
        let lookupds: Vec<_> = config.lookupds.iter().map(ToString::to_string).collect();
        assert_eq!(lookupds, ["one:4161", "two:4163"]);
    }

    #[test]
    fn the_defaults_are_those_of_the_wire() {
        let config: NsqConfig = "nsq://127.0.0.1".parse().unwrap();
        assert_eq!(config.addresses[0].port, 4150);
        assert_eq!((config.heartbeat, config.read_timeout()), (Duration::from_secs(5), Duration::from_secs(12)));
        assert_eq!(config.max_message_size, 1024 * 1024);
        assert_eq!(config.identify(None).msg_timeout, 0);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_allowed() {
        for (url, part) in [
            ("127.0.0.1:4150", "behind the scheme comes `://`"),
            ("nsq://", "`` is not a host name"),
            ("nsq://a,,b", "`` is not a host name"),
            ("nsq://a:0", "a port is a number from 1 to 65535"),
            ("nsq://a:x", "a port is a number"),
            ("nsq://a:65536", "a port is a number"),
            ("nsq://a/path", "a port is a number|`a/path` is not a host name"),
            ("nsq://a,a:4150", "it names a:4150 twice"),
            ("nsq://[::1", "is not a host name"),
            ("nsq://[::1]x", "after `]` comes `:`"),
            ("nsq://a?heartbeat=5", "`heartbeat=5` is not a duration from 1s to 60s, such as `5s` or `250ms`"),
            ("nsq://a?heartbeat=61s", "from 1s to 60s"),
            ("nsq://a?msg_timeout=999ms", "`msg_timeout=999ms` is not a duration from 1s to 900s"),
            ("nsq://a?max_msg_size=1MB", "`max_msg_size=1MB` is not a number of bytes from 1 to"),
            ("nsq://a?output_buffer_size=63", "from 64 to 65536, or -1 for no buffer"),
            ("nsq://a?output_buffer_timeout=24ms", "from 25ms to 30s"),
            ("nsq://a?retries=3", "`retries=` is not one of `max_msg_size`"),
            ("nsq://a?heartbeat=5s&heartbeat=5s", "`heartbeat=` is there twice"),
        ] {
            let message = refused(url);
            assert!(part.split('|').any(|part| message.contains(part)), "{url}: {message}");
            assert!(message.contains("write nsq://host:4150"), "{message}");
        }
    }

    #[test]
    fn credentials_are_refused_and_not_shown() {
        let message = refused("nsq://me:hunter2@a:4150");
        assert!(message.contains("credentials") && !message.contains("hunter2"), "{message}");
    }
}
