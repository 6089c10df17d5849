//! One client's connection, as nsqd serves it.
//!
//! Two halves run side by side in one task: the [`Reader`] carries commands out, and the [`Pump`] writes what they
//! answer, the messages and the heartbeats. Answers go from one to the other through a bounded queue, so that a client
//! that reads nothing is not read from either.

mod pump;
mod reader;
mod settings;

use std::{net::SocketAddr, pin::pin, time::Duration};

use almanet_nsq::{
    error::ErrorCode,
    frame::Frame,
    limits::{MAGIC, MAX_BODY_SIZE},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
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

/// Serves one client until it leaves, breaks the protocol or falls silent.
pub(crate) async fn serve(broker: Broker, mut stream: TcpStream, peer: SocketAddr) {
    // Without it small frames wait for the acknowledgement of earlier ones; where it fails they are only slower.
    let _ = stream.set_nodelay(true);
    let mut magic = [0; MAGIC.len()];
    let Ok(Ok(_)) = timeout(broker.options().client_timeout, stream.read_exact(&mut magic)).await else { return };
    if magic != *MAGIC {
        let mut frame = BytesMut::new();
        Frame::Error(Bytes::from_static(ErrorCode::BadProtocol.as_str().as_bytes())).encode(&mut frame);
        let (read, mut write) = stream.into_split();
        // A client that is gone needs no answer.
        let _ = write.write_all(&frame).await;
        return linger(read, write).await;
    }
    let settings = Settings::new(broker.options());
    let (read, write) = stream.into_split();
    let (events, answers) = mpsc::channel(ANSWERS);
    let mut pump = Pump::new(write, settings);
    let mut reader = Reader::new(broker, read, settings, events);
    let outcome = {
        let mut pumping = pin!(pump.run(answers));
        tokio::select! {
            outcome = &mut pumping => outcome,
            () = reader.run() => {
                // What it still had to say is in the queue, which ends there.
                reader.hang_up();
                pumping.await
            }
        }
    };
    match outcome {
        Ok(()) => linger(reader.into_inner(), pump.into_inner()).await,
        Err(error) => tracing::debug!(%peer, %error, "connection lost"),
    }
}

/// Closes in a way that lets the client read the last frame: bytes that it sent and nobody read would reset it.
async fn linger(mut read: OwnedReadHalf, mut write: OwnedWriteHalf) {
    if write.shutdown().await.is_ok() {
        let mut rest = (&mut read).take(MAX_BODY_SIZE as u64);
        let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}
