//! What a broker allows, with nsqd 1.3.0's defaults.

#[cfg(feature = "tls")]
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "tls")]
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// What a broker allows. The defaults are nsqd 1.3.0's; the last four have no counterpart there, because nsqd moves
/// what does not fit into memory to disk, and this broker keeps everything in memory and refuses instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How long a subscriber has to finish a message before it is delivered again, unless it asks for another time.
    /// 60 s.
    pub message_timeout: Duration,
    /// How long a message can be held with TOUCH, counted from its delivery. 15 minutes.
    pub max_message_timeout: Duration,
    /// The largest body of a message, in bytes. 1 MiB.
    pub max_message_size: usize,
    /// The largest body of IDENTIFY and MPUB, in bytes. 5 MiB.
    pub max_body_size: usize,
    /// The longest delay of DPUB and REQ. One hour.
    pub max_requeue_timeout: Duration,
    /// The highest RDY of a connection. 2,500.
    pub max_ready_count: u32,
    /// How many messages wait in an ephemeral channel, or in an ephemeral topic without channels, before the next ones
    /// are dropped. 10,000, which is nsqd's `mem-queue-size`.
    pub ephemeral_depth: usize,
    /// Twice the heartbeat interval of a connection that does not ask for one. 60 s.
    pub client_timeout: Duration,
    /// The longest heartbeat interval that a connection may ask for. 60 s.
    pub max_heartbeat_interval: Duration,
    /// The largest output buffer that a connection may ask for, in bytes. 64 KiB.
    pub max_output_buffer_size: usize,
    /// How long messages wait in the output buffer, unless a connection asks for another time. 250 ms.
    pub output_buffer_timeout: Duration,
    /// The shortest such time that a connection may ask for. 25 ms.
    pub min_output_buffer_timeout: Duration,
    /// The longest such time that a connection may ask for. 30 s.
    pub max_output_buffer_timeout: Duration,
    /// Whether a connection that asks for it is compressed by snappy. Yes.
    #[cfg(feature = "snappy")]
    pub snappy: bool,
    /// Whether a connection that asks for it is compressed by deflate. Yes.
    #[cfg(feature = "deflate")]
    pub deflate: bool,
    /// The highest level of deflate that a connection gets. 6.
    #[cfg(feature = "deflate")]
    pub max_deflate_level: u32,
    /// What a connection that asks for TLS gets. None.
    #[cfg(feature = "tls")]
    pub tls: Option<ServerTls>,
    /// How many messages one channel, or one topic without channels, holds: waiting, deferred and in flight. Past it
    /// a publish is refused (an ephemeral channel drops the message). 1,000,000.
    pub max_channel_messages: usize,
    /// How many bytes the messages of all channels hold together, each counted with 128 bytes for its bookkeeping.
    /// Past it a publish is refused. 1 GiB.
    pub max_memory: usize,
    /// How many topics there are, and how many channels one topic has. Past it publishing or subscribing to a new one
    /// is refused. 65,536.
    pub max_topics: usize,
    /// How many connections a listener serves at a time. Past it a new one is closed at once. 4,096.
    pub max_connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            message_timeout: Duration::from_secs(60),
            max_message_timeout: Duration::from_secs(15 * 60),
            max_message_size: 1024 * 1024,
            max_body_size: 5 * 1024 * 1024,
            max_requeue_timeout: Duration::from_secs(60 * 60),
            max_ready_count: 2_500,
            ephemeral_depth: 10_000,
            client_timeout: Duration::from_secs(60),
            max_heartbeat_interval: Duration::from_secs(60),
            max_output_buffer_size: 64 * 1024,
            output_buffer_timeout: Duration::from_millis(250),
            min_output_buffer_timeout: Duration::from_millis(25),
            max_output_buffer_timeout: Duration::from_secs(30),
            #[cfg(feature = "snappy")]
            snappy: true,
            #[cfg(feature = "deflate")]
            deflate: true,
            #[cfg(feature = "deflate")]
            max_deflate_level: 6,
            #[cfg(feature = "tls")]
            tls: None,
            max_channel_messages: 1_000_000,
            max_memory: 1024 * 1024 * 1024,
            max_topics: 65_536,
            max_connections: 4_096,
        }
    }
}

/// How a broker is in TLS: its certificate, its key, and whose certificates its clients must show.
#[cfg(feature = "tls")]
#[derive(Clone, Debug)]
pub struct ServerTls(Arc<ServerConfig>);

#[cfg(feature = "tls")]
impl ServerTls {
    /// TLS as rustls is told to do it.
    #[must_use]
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self(config)
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

#[cfg(feature = "tls")]
impl PartialEq for ServerTls {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(feature = "tls")]
impl Eq for ServerTls {}

/// What a subscriber asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriberOptions {
    /// How many messages may be in flight to it at a time (RDY). 0 at first means: none before
    /// [`set_ready`](crate::Control::set_ready). 1 by default.
    pub ready: u32,
    /// How long it has to finish a message. The broker's [`Options::message_timeout`] where it is `None`.
    pub message_timeout: Option<Duration>,
    /// The percentage of the messages that it receives; the others are thrown away. 0, the default, means all.
    pub sample_rate: u8,
}

impl SubscriberOptions {
    /// A subscriber with up to `ready` messages in flight.
    #[must_use]
    pub fn ready(ready: u32) -> Self {
        Self { ready, ..Self::default() }
    }

    /// Sets how long the subscriber has to finish a message.
    #[must_use]
    pub fn message_timeout(mut self, timeout: Duration) -> Self {
        self.message_timeout = Some(timeout);
        self
    }

    /// Sets the percentage of the messages that the subscriber receives.
    #[must_use]
    pub fn sample_rate(mut self, percent: u8) -> Self {
        self.sample_rate = percent;
        self
    }
}

impl Default for SubscriberOptions {
    fn default() -> Self {
        Self { ready: 1, message_timeout: None, sample_rate: 0 }
    }
}
