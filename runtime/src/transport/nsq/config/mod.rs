//! What a broker's URL says: `nsq://host:4150,other:4150?heartbeat=5s`.

use std::{sync::Arc, time::Duration};

use almanet_nsq::{identify::IdentifyRequest, limits};

use crate::transport::net::{Address, Network, Tcp};

mod url;

/// The port where the URL names none: nsqd's default.
pub const DEFAULT_PORT: u16 = 4150;

/// The port of an nsqlookupd where the URL names none: that of its HTTP interface by default.
pub const LOOKUPD_PORT: u16 = 4161;

/// Everything that can be set about the connections to nsqd.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NsqConfig {
    /// The brokers; none where nsqlookupd finds them.
    pub addresses: Vec<Address>,
    /// The nsqlookupd processes that find the brokers, by their HTTP ports; none where the brokers are named.
    pub lookupds: Vec<Address>,
    /// How often each nsqlookupd is asked, give or take a quarter. `lookupd_poll=`, 5 s by default.
    pub lookupd_poll: Duration,
    /// How long an nsqlookupd has to answer. `lookupd_timeout=`, 2 s by default.
    pub lookupd_timeout: Duration,
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
            lookupds: Vec::new(),
            lookupd_poll: Duration::from_secs(5),
            lookupd_timeout: Duration::from_secs(2),
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

    /// The defaults, for the brokers that these nsqlookupd processes know.
    pub fn found_by(lookupds: Vec<Address>) -> Self {
        Self { lookupds, ..Self::new(Vec::new()) }
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

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
