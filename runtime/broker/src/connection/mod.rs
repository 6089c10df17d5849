//! One client's connection, as nsqd serves it.
//!
//! Two halves run side by side in one task: the [`Reader`] carries commands out, and the [`Pump`] writes what they
//! answer, the messages and the heartbeats. Answers go from one to the other through a bounded queue, so that a client
//! that reads nothing is not read from either.

mod pump;
mod reader;
mod settings;
mod upgrade;

use std::{io, pin::pin, time::Duration};

use almanet_nsq::{
    error::ErrorCode,
    frame::{Frame, OK},
    limits::{MAGIC, MAX_BODY_SIZE},
};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    time::timeout,
};

use self::{
    pump::Pump,
    reader::{Next, Reader},
    settings::Settings,
    upgrade::{Io, upgrade},
};
use crate::broker::Broker;

/// How many answers may wait to be written before no more commands are read.
const ANSWERS: usize = 64;
/// How long a client may take to read the last answer and close.
const LINGER: Duration = Duration::from_secs(1);

/// Serves one client, whose stream this is, until it leaves, breaks the protocol or falls silent.
pub(crate) async fn serve(broker: Broker, stream: impl Io + 'static) -> io::Result<()> {
    let mut stream: Box<dyn Io> = Box::new(stream);
    let mut magic = [0; MAGIC.len()];
    let patience = broker.options().client_timeout;
    let Ok(Ok(_)) = timeout(patience, stream.read_exact(&mut magic)).await else { return Ok(()) };
    if magic != *MAGIC {
        answer(&mut stream, Frame::Error(Bytes::from_static(ErrorCode::BadProtocol.as_str().as_bytes()))).await?;
        linger(stream).await;
        return Ok(());
    }
    let settings = Settings::new(broker.options());
    let mut pump = Pump::new(settings);
    let mut reader = Reader::new(broker.clone(), settings);
    loop {
        let (mut read, mut write) = tokio::io::split(stream);
        let (events, answers) = mpsc::channel(ANSWERS);
        let next = {
            let mut pumping = pin!(pump.run(&mut write, answers));
            tokio::select! {
                biased;
                outcome = &mut pumping => outcome.map(|()| Next::End)?,
                next = reader.run(&mut read, events) => {
                    // What it still had to say is in the queue, which ends there.
                    pumping.await?;
                    next
                }
            }
        };
        stream = read.unsplit(write);
        let Next::Upgrade(upgrades) = next else { break };
        for to in upgrades {
            stream = timeout(patience, upgrade(stream, to, broker.options())).await??;
            answer(&mut stream, Frame::Response(Bytes::from_static(OK))).await?;
        }
    }
    // Its place in the channel is given up before the client has read the last answer.
    drop((reader, pump));
    linger(stream).await;
    Ok(())
}

async fn answer(stream: &mut Box<dyn Io>, frame: Frame) -> io::Result<()> {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes);
    stream.write_all(&bytes).await?;
    stream.flush().await
}

/// Closes in a way that lets the client read the last frame: bytes that it sent and nobody read would reset it.
async fn linger(mut stream: Box<dyn Io>) {
    if stream.shutdown().await.is_ok() {
        let mut rest = stream.take(MAX_BODY_SIZE as u64);
        let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}
