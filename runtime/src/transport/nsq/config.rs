//! What a broker's URL says: `nsq://host:4150,other:4150?heartbeat=5s`.

use std::{str::FromStr, sync::Arc, time::Duration};

use almanet_nsq::{identify::IdentifyRequest, limits};

use crate::transport::{
    ConnectError,
    net::{Address, Network, Tcp},
    url::invalid,
};

/// The port where the URL names none: nsqd's default.
pub const DEFAULT_PORT: u16 = 4150;

/// Everything that can be set about the connections to nsqd.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NsqConfig {
    /// The brokers, at least one.
    pub addresses: Vec<Address>,
    /// The brokers' `--max-msg-size` in bytes, which they do not tell. `max_msg_size=`, 1 MiB by default.
    pub max_message_size: usize,
    /// The brokers' `--max-body-size` in bytes: what one batch may hold. `max_body_size=`, 5 MiB by default.
    pub max_body_size: usize,
    /// How long a broker waits for an acknowledgement, where a subscription does not say. `msg_timeout=`, 60 s at an
    /// nsqd by default.
    pub message_timeout: Option<Duration>,
    /// The interval of heartbeats. A broker that is silent for 2.4 of them is taken for dead. `heartbeat=`, 5 s by
    /// default.
    pub heartbeat: Duration,
    /// How long connecting to one broker may take, the handshake included. `connect_timeout=`, 3 s by default.
    pub connect_timeout: Duration,
    /// Bytes that a broker collects before it writes deliveries; `None` for no buffer at all. `output_buffer_size=`,
    /// 4 KiB by default.
    pub output_buffer_size: Option<usize>,
    /// How long a broker collects. `output_buffer_timeout=`, 25 ms by default, the least that nsqd takes.
    pub output_buffer_timeout: Duration,
    /// Bytes of messages that may wait for one broker; further publishes wait for room. 32 MiB by default.
    pub max_pending: usize,
    /// Opens the connections: TCP, unless a simulation or a test puts something else in its place.
    pub network: Arc<dyn Network>,
}

impl NsqConfig {
    /// The defaults, for these brokers.
    pub fn new(addresses: Vec<Address>) -> Self {
        Self {
            addresses,
            max_message_size: limits::MAX_MESSAGE_SIZE,
            max_body_size: limits::MAX_BODY_SIZE,
            message_timeout: None,
            heartbeat: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(3),
            output_buffer_size: Some(4 * 1024),
            output_buffer_timeout: limits::MIN_OUTPUT_BUFFER_TIMEOUT,
            max_pending: 32 * 1024 * 1024,
            network: Arc::new(Tcp),
        }
    }

    /// How long a broker may be silent.
    pub fn read_timeout(&self) -> Duration {
        self.heartbeat * 12 / 5
    }

    /// What IDENTIFY asks for, on a connection whose deliveries have this timeout.
    pub(super) fn identify(&self, message_timeout: Option<Duration>) -> IdentifyRequest {
        let mut identify = IdentifyRequest::default();
        identify.client_id = format!("almanet-{}", std::process::id());
        identify.user_agent = concat!("almanet/", env!("CARGO_PKG_VERSION")).to_owned();
        identify.heartbeat_interval = millis(self.heartbeat);
        identify.output_buffer_size =
            self.output_buffer_size.map_or(-1, |size| i64::try_from(size).unwrap_or(i64::MAX));
        identify.output_buffer_timeout = millis(self.output_buffer_timeout);
        identify.msg_timeout = message_timeout.or(self.message_timeout).map_or(0, millis);
        identify
    }
}

impl FromStr for NsqConfig {
    type Err = ConnectError;

    /// Reads an `nsq:` URL.
    ///
    /// # Errors
    /// [`ConnectError::InvalidUrl`] where it is not one, naming the part and what is allowed there.
    fn from_str(url: &str) -> Result<Self, ConnectError> {
        let invalid = |why: &str| invalid(url, why);
        let Some(rest) = url.strip_prefix("nsq://") else { return Err(invalid("it does not begin with `nsq://`")) };
        let (hosts, query) = rest.split_once('?').map_or((rest, ""), |(hosts, query)| (hosts, query));
        if hosts.contains('@') {
            return Err(invalid("it holds credentials, and nsqd takes none in the clear"));
        }
        let mut addresses = Vec::new();
        for host in hosts.strip_suffix('/').unwrap_or(hosts).split(',') {
            let address = Address::parse(host, DEFAULT_PORT).map_err(|why| invalid(&why))?;
            if addresses.contains(&address) {
                return Err(invalid(&format!("it names {address} twice")));
            }
            addresses.push(address);
        }
        let mut config = Self::new(addresses);
        let mut seen = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if seen.contains(&name) {
                return Err(invalid(&format!("`{}=` is there twice", name.escape_debug())));
            }
            seen.push(name);
            config.set(name, value).map_err(|why| invalid(&why))?;
        }
        Ok(config)
    }
}

/// The parameters of a URL, for the message about an unknown one.
const PARAMETERS: &str = "`max_msg_size`, `max_body_size`, `msg_timeout`, `heartbeat`, `connect_timeout`, \
                          `output_buffer_size`, `output_buffer_timeout`";

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

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
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
            ("127.0.0.1:4150", "it does not begin with `nsq://`"),
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
