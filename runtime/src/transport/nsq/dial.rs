//! From an address to a connection whose handshake is over.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use almanet_nsq::{
    connection::{Connection, ConnectionError, Event, Options},
    error::{BrokerError, ErrorCode},
    identify::{IdentifyRequest, IdentifyResponse},
};
use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{
    config::{AuthSecret, NsqConfig},
    upgrade,
};
use crate::transport::net::{self, Address, Writer};

/// A connection that is ready for commands.
pub(super) struct Dialed<T> {
    pub(super) connection: Connection<T>,
    pub(super) reader: Reader,
    pub(super) writer: Arc<Writer>,
    pub(super) granted: Box<IdentifyResponse>,
    /// How long the broker took to answer the first time.
    pub(super) round_trip: Duration,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    /// The configuration cannot be meant so. Nothing was sent.
    #[error("{0}")]
    Config(String),
    #[error("the secret for AUTH cannot be read: {0}")]
    Secret(String),
    #[error("{0}")]
    Connect(io::Error),
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("it closed the connection during the handshake")]
    Closed,
    #[error("{0}")]
    Broken(io::Error),
    #[error("{source}{}", remedy(source))]
    Protocol {
        #[from]
        source: ConnectionError,
    },
    #[error("{0}")]
    Upgrade(String),
}

fn remedy(error: &ConnectionError) -> &'static str {
    match error {
        ConnectionError::Handshake(BrokerError { code: ErrorCode::AuthFailed | ErrorCode::Unauthorized, .. }) => {
            ": check the secret of `auth_file=` or `auth_env=`"
        }
        ConnectionError::Handshake(error @ BrokerError { code: ErrorCode::BadBody, .. }) => {
            let detail = error.detail();
            REFUSED_OPTIONS.iter().find(|(option, _)| detail.contains(option)).map_or("", |(_, remedy)| remedy)
        }
        _ => "",
    }
}

/// What of IDENTIFY an nsqd may be told to refuse, as it says so.
const REFUSED_OPTIONS: [(&str, &str); 4] = [
    ("heartbeat interval", ": set `heartbeat=` in the URL to what nsqd's --max-heartbeat-interval allows"),
    ("output buffer size", ": set `output_buffer_size=` in the URL to what nsqd's --max-output-buffer-size allows"),
    (
        "output buffer timeout",
        ": set `output_buffer_timeout=` in the URL to what nsqd's --min-output-buffer-timeout and \
         --max-output-buffer-timeout allow",
    ),
    (
        "msg timeout",
        ": raise nsqd's --max-msg-timeout, which services need to be 6 s at least, or lower `msg_timeout=`",
    ),
];

impl DialError {
    /// Whether it is up to this program alone: nothing was sent.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self, Self::Config(_) | Self::Secret(_))
    }

    /// Whether the broker may just not be there: it did not refuse anything, nor was it refused.
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Timeout(_) | Self::Closed | Self::Broken(_))
    }
}

/// Connects and shakes hands, within the configured time.
pub(super) async fn dial<T>(
    address: &Address,
    config: &NsqConfig,
    identify: IdentifyRequest,
) -> Result<Dialed<T>, DialError> {
    config.check().and_then(|()| config.check_secrecy(address)).map_err(DialError::Config)?;
    let mut options = Options::default();
    options.identify = identify;
    options.auth_secret = config.auth.as_ref().map(AuthSecret::read).transpose().map_err(DialError::Secret)?;
    options.max_message_size = config.max_message_size;
    options.read_timeout = config.read_timeout();
    timeout(config.connect_timeout, shake_hands(address, config, options))
        .await
        .unwrap_or(Err(DialError::Timeout(config.connect_timeout)))
}

async fn shake_hands<T>(address: &Address, config: &NsqConfig, options: Options) -> Result<Dialed<T>, DialError> {
    let mut stream = config.network.connect(address).await.map_err(DialError::Connect)?;
    let mut connection = Connection::new(options, now());
    let mut input = Input::default();
    let (asked_at, mut round_trip) = (now(), None);
    loop {
        stream.write_all(connection.output()).await.map_err(upgrade::explain)?;
        stream.flush().await.map_err(upgrade::explain)?;
        connection.advance(connection.output().len());
        input.make_room();
        if stream.read_buf(&mut input.bytes).await.map_err(upgrade::explain)? == 0 {
            return Err(DialError::Closed);
        }
        let round_trip = *round_trip.get_or_insert_with(|| now().duration_since(asked_at));
        while let Some(event) = connection.receive(&mut input.bytes, now())? {
            match event {
                Event::Ready(granted) => {
                    let (half, writer) = stream.into_halves();
                    let reader = Reader { half, input };
                    return Ok(Dialed { connection, reader, writer: Arc::new(writer), granted, round_trip });
                }
                Event::Upgrade(to) => {
                    stream = upgrade::upgrade(stream, input.bytes.split(), to, address, config).await?;
                    connection.upgraded(now());
                }
                _ => {}
            }
        }
    }
}

/// The reading half of a connection, and what came of it that is not used up yet.
#[derive(Debug)]
pub(super) struct Reader {
    half: net::Reader,
    input: Input,
}

impl Reader {
    /// Reads what is there, at least one byte; 0 where the broker closed. Cancel safe.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        let room = self.input.make_room();
        let read = self.half.read_buf(&mut self.input.bytes).await?;
        if read == room {
            self.input.grow();
        }
        Ok(read)
    }

    /// What came and is not used up yet.
    pub(super) fn input(&mut self) -> &mut BytesMut {
        &mut self.input.bytes
    }

    /// Gives back the memory that a burst has taken.
    pub(super) fn shrink(&mut self) {
        self.input.shrink();
    }

    /// Reads what is there without waiting; 0 where the broker closed.
    ///
    /// # Errors
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) where nothing is there.
    pub(super) fn look(&mut self) -> io::Result<usize> {
        self.half.try_read_buf(&mut self.input.bytes)
    }

    /// Whether it can [rest](Self::rest).
    pub(super) fn can_rest(&self) -> bool {
        self.half.can_rest()
    }

    /// What comes wakes nobody from now on, and neither does it that something can be written.
    ///
    /// # Errors
    /// Where the system does not hand the stream over; it is lost then.
    pub(super) fn rest(&mut self, writer: &Writer) -> io::Result<()> {
        net::rest(&mut self.half, writer)
    }

    /// Ends the rest.
    ///
    /// # Errors
    /// Where the system does not hand the stream over; it is lost then.
    pub(super) fn watch(&mut self, writer: &Writer) -> io::Result<()> {
        net::watch(&mut self.half, writer)
    }
}

/// What was read, and how much is read at a time: twice as much where a read filled what there was.
#[derive(Debug)]
struct Input {
    bytes: BytesMut,
    room: usize,
}

/// Bytes that are read at a time at first, and at most. What a frame declares is no reason for more.
const LEAST_ROOM: usize = 4 * 1024;
const MOST_ROOM: usize = 32 * 1024;

impl Input {
    /// Makes room, and says how much there is.
    fn make_room(&mut self) -> usize {
        if self.bytes.capacity() - self.bytes.len() < self.room / 8 {
            self.bytes.reserve(self.room);
        }
        self.bytes.capacity() - self.bytes.len()
    }

    fn grow(&mut self) {
        self.room = (self.room * 2).min(MOST_ROOM);
    }

    fn shrink(&mut self) {
        if self.bytes.is_empty() {
            *self = Self::default();
        }
    }
}

impl Default for Input {
    fn default() -> Self {
        Self { bytes: BytesMut::new(), room: LEAST_ROOM }
    }
}

/// Writes what the connection has to say, as far as the socket takes it now.
///
/// # Errors
/// Where the socket is broken.
pub(super) fn flush<T>(connection: &mut Connection<T>, writer: &Writer) -> io::Result<Flushed> {
    while !connection.output().is_empty() {
        match writer.try_write(connection.output()) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => connection.advance(written),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Flushed::Partly),
            Err(error) => return Err(error),
        }
    }
    match writer.try_flush() {
        Ok(()) => Ok(Flushed::Wholly),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Flushed::Partly),
        Err(error) => Err(error),
    }
}

/// How much could be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flushed {
    Wholly,
    Partly,
}

/// Ends a connection so that the broker still reads everything: no more is written, and what it sends is read to the
/// end, because closing over unread bytes would discard what is under way.
pub(super) async fn hang_up(mut reader: Reader, writer: Arc<Writer>) {
    let read_to_end = async {
        if writer.shut_down().await.is_err() {
            return;
        }
        drop(writer);
        while reader.fill().await.is_ok_and(|read| read > 0) {
            reader.input().clear();
        }
    };
    // Whether the broker closed in time or not, the connection goes.
    let _ = timeout(LINGER, read_to_end).await;
}

const LINGER: Duration = Duration::from_secs(1);

/// The time by tokio's clock, which tests can stop.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(test)]
mod tests {
    use almanet_nsq::frame::FrameDecoder;
    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::transport::net::Stream;

    #[tokio::test]
    async fn what_a_frame_declares_is_not_allocated_before_it_comes() {
        const DECLARED: usize = 1024 * 1024;
        let (near, mut far) = tokio::io::duplex(1024);
        let (half, _writer) = Stream::new(near).into_halves();
        let mut reader = Reader { half, input: Input::default() };
        let size = u32::try_from(DECLARED).unwrap();
        far.write_all(&[size.to_be_bytes(), 2_i32.to_be_bytes()].concat()).await.unwrap();
        for _ in 0..10 {
            far.write_all(&[0; 100]).await.unwrap();
            assert!(reader.fill().await.unwrap() > 0);
            assert_eq!(FrameDecoder::new(DECLARED).decode(reader.input()), Ok(None));
        }
        assert!(reader.input().capacity() <= 2 * LEAST_ROOM, "{}", reader.input().capacity());
    }
}
