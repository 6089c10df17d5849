//! One client's connection, as nsqd serves it.
//!
//! Two halves run side by side in one task: the [`Reader`] carries commands out, and the [`Pump`] writes what they
//! answer, the messages and the heartbeats. Answers go from one to the other through a bounded queue, so that a client
//! that reads nothing is not read from either.

mod pump;
mod reader;
mod settings;

use std::{io, pin::pin, time::Duration};

use almanet_nsq::{
    error::ErrorCode,
    frame::Frame,
    limits::{MAGIC, MAX_BODY_SIZE},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::mpsc,
    time::timeout,
};

use self::{
    pump::Pump,
    reader::Reader,
    settings::{Grant, Settings},
};
use crate::{broker::Broker, subscriber::Subscriber};

/// How many answers may wait to be written before no more commands are read.
const ANSWERS: usize = 64;
/// How long a client may take to read the last answer and close.
const LINGER: Duration = Duration::from_secs(1);

/// What the reader tells the pump. All of it is answered with a frame.
enum Event {
    Answer(Frame),
    Identified(Settings, Frame),
    Subscribed(Subscriber, Frame),
}

/// Serves one client, whose stream this is, until it leaves, breaks the protocol or falls silent.
pub(crate) async fn serve<R, W>(broker: Broker, mut read: R, mut write: W) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut magic = [0; MAGIC.len()];
    let Ok(Ok(_)) = timeout(broker.options().client_timeout, read.read_exact(&mut magic)).await else { return Ok(()) };
    if magic != *MAGIC {
        let mut frame = BytesMut::new();
        Frame::Error(Bytes::from_static(ErrorCode::BadProtocol.as_str().as_bytes())).encode(&mut frame);
        write.write_all(&frame).await?;
        linger(read, write).await;
        return Ok(());
    }
    let settings = Settings::new(broker.options());
    let (events, answers) = mpsc::channel(ANSWERS);
    let mut pump = Pump::new(write, settings);
    let mut reader = Reader::new(broker, read, settings, events);
    {
        let mut pumping = pin!(pump.run(answers));
        tokio::select! {
            outcome = &mut pumping => outcome?,
            () = reader.run() => {
                // What it still had to say is in the queue, which ends there.
                reader.hang_up();
                pumping.await?;
            }
        }
    }
    linger(reader.into_inner(), pump.into_inner()).await;
    Ok(())
}

/// Closes in a way that lets the client read the last frame: bytes that it sent and nobody read would reset it.
async fn linger<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(read: R, mut write: W) {
    if write.shutdown().await.is_ok() {
        let mut rest = read.take(MAX_BODY_SIZE as u64);
        let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}
