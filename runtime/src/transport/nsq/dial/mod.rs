//! From an address to a connection whose handshake is over.

mod error;
#[cfg(feature = "tls")]
mod tls;
mod upgrade;

use std::{sync::Arc, time::Duration};

use almanet_nsq::{
    connection::{Connection, Event, Options},
    identify::{IdentifyRequest, IdentifyResponse},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

pub(super) use self::error::DialError;
use super::{
    alarm::now,
    config::{AuthSecret, NsqConfig},
    io::{Input, Reader},
};
use crate::transport::net::{Address, Writer};

/// A connection that is ready for commands.
pub(super) struct Dialed<T> {
    pub(super) connection: Connection<T>,
    pub(super) reader: Reader,
    pub(super) writer: Arc<Writer>,
    pub(super) granted: Box<IdentifyResponse>,
    /// How long the broker took to answer the first time.
    pub(super) round_trip: Duration,
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
