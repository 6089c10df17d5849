//! What a broker's URL can say.

use std::{net::IpAddr, sync::Arc, time::Duration};

use almanet_nsq::{identify::IdentifyRequest, limits};

use super::load::{Buffer, LARGER};
use crate::transport::{
    net::{Address, Network, Tcp},
    subscribe::SubscribeOptions,
};

mod auth;
#[cfg(feature = "tls")]
mod certificates;
mod tls;

pub use self::{auth::AuthSecret, tls::Tls};

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
    /// Bytes that a broker collects before it writes deliveries, four times as many under lasting load, up to 64 KiB;
    /// `None` for no buffer at all. `output_buffer_size=`, 4 KiB by default.
    pub output_buffer_size: Option<usize>,
    /// How long a broker collects. `output_buffer_timeout=`, 25 ms by default, the least that nsqd takes.
    pub output_buffer_timeout: Duration,
    /// How connections are secured; `None` for plain TCP. The schemes with `+tls`, and `ca=`, `cert=` and `key=`.
    pub tls: Option<Tls>,
    /// What proves to a broker who this is, where it asks. It is sent over TLS or to this machine, and to nobody else.
    /// `auth_file=` or `auth_env=`.
    pub auth: Option<AuthSecret>,
    /// What is asked of the brokers; one that does not grant it is spoken to without. `compression=`, none by default.
    pub compression: Option<Compression>,
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
            tls: None,
            auth: None,
            compression: None,
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

    /// What cannot be meant, and what to do about it.
    pub(super) fn check(&self) -> Result<(), String> {
        if matches!(self.compression, Some(Compression::Deflate { .. })) && self.output_buffer_size.is_none() {
            return Err("with deflate and without an output buffer nsqd delivers nothing: \
                        leave `output_buffer_size=-1` out, or take snappy"
                .to_owned());
        }
        self.addresses.iter().try_for_each(|address| self.check_secrecy(address))
    }

    /// Whether the secret, where there is one, may be sent to this broker.
    pub(super) fn check_secrecy(&self, broker: &Address) -> Result<(), String> {
        if self.auth.is_some() && self.tls.is_none() && !is_loopback(broker) {
            return Err(format!("a secret for AUTH is not sent to {broker} in the clear: use TLS (nsq+tls://)"));
        }
        Ok(())
    }

    /// What a broker collects on a connection that is not under load, where it may be asked for more; 0 where it may not.
    pub(super) fn small_buffer(&self) -> usize {
        self.output_buffer_size.filter(|size| size * LARGER <= limits::MAX_OUTPUT_BUFFER_SIZE).unwrap_or(0)
    }

    /// What IDENTIFY asks for on a connection of this subscription.
    pub(super) fn identify_for(&self, subscription: &SubscribeOptions, buffer: Buffer) -> IdentifyRequest {
        let mut identify = self.identify(Some(subscription));
        if buffer == Buffer::Large {
            identify.output_buffer_size = i64::try_from(self.small_buffer() * LARGER).unwrap_or(i64::MAX);
        }
        identify
    }

    /// What IDENTIFY asks for, on a connection that publishes or on one of this subscription.
    pub(super) fn identify(&self, subscription: Option<&SubscribeOptions>) -> IdentifyRequest {
        let mut identify = IdentifyRequest::default();
        identify.client_id = format!("almanet-{}", std::process::id());
        identify.user_agent = concat!("almanet/", env!("CARGO_PKG_VERSION")).to_owned();
        identify.heartbeat_interval = millis(self.heartbeat);
        identify.output_buffer_size =
            self.output_buffer_size.map_or(-1, |size| i64::try_from(size).unwrap_or(i64::MAX));
        identify.output_buffer_timeout = millis(self.output_buffer_timeout);
        let message_timeout = subscription.and_then(|options| options.message_timeout).or(self.message_timeout);
        identify.msg_timeout = message_timeout.map_or(0, millis);
        identify.sample_rate = subscription.map_or(0, |options| options.sample_rate.into());
        identify.tls_v1 = self.tls.is_some();
        match self.compression {
            None => {}
            Some(Compression::Snappy) => identify.snappy = true,
            Some(Compression::Deflate { level }) => {
                identify.deflate = true;
                identify.deflate_level = level.into();
            }
        }
        identify
    }
}

/// How bytes are made fewer, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Fast. `compression=snappy`.
    Snappy,
    /// Small. `compression=deflate`, with `deflate_level=`, 6 by default.
    Deflate {
        /// 1 (fast) to 9 (small); a broker may write with a lower one.
        level: u8,
    },
}

/// Whether nothing that is sent there leaves this machine.
pub(super) fn is_loopback(broker: &Address) -> bool {
    let ip = broker.host.parse::<IpAddr>();
    ip.map_or(&*broker.host == "localhost", |ip| ip.to_canonical().is_loopback())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
