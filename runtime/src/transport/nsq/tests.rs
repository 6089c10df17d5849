//! The transport against a scripted broker that records what it is told.

use almanet_nsq::{
    command::{ClientState, Command},
    frame::{Frame, HEARTBEAT},
    message::{Message, MessageId},
};
use bytes::BytesMut;
use tokio::net::TcpListener;

use self::peer::{Peer, connected, listen, next, options, publish, subscribed};
use super::*;
use crate::transport::Delivery;

mod broken;
mod buffers;
mod closing;
mod handshakes;
mod links;
mod liveness;
mod many;
mod memory;
mod peer;
mod publishing;
mod rest;
mod runtimes;
mod sink;
mod subscribing;
mod unwritten;
