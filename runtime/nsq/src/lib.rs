//! NSQ's protocol V2 without I/O.
//!
//! Everything here turns values into bytes and bytes into values; sockets, timers and tasks belong to whoever uses it.
//! The one exception is behind the features `snappy` and `deflate`: an adapter that compresses any of tokio's streams.
//! A client drives [`connection::Connection`]. A broker reads with [`command::CommandDecoder`] and answers with
//! [`frame::Frame::encode`]. The facts come from NSQ's specification
//! (<https://nsq.io/clients/tcp_protocol_spec.html>) and from nsqd 1.3.0, which is what they are tested against.
//!
//! ```
//! use almanet_nsq::{
//!     command::Command,
//!     frame::{Frame, FrameDecoder, Read},
//!     name::TopicName,
//! };
//! use bytes::{Bytes, BytesMut};
//!
//! // What a client writes …
//! let topic: TopicName = "orders".parse()?;
//! let mut out = BytesMut::new();
//! Command::Pub { topic, body: Bytes::from_static(b"one espresso") }.encode(&mut out);
//! assert_eq!(&out[..], b"PUB orders\n\0\0\0\x0cone espresso");
//!
//! // … and what it reads, in whatever pieces it comes.
//! let mut decoder = FrameDecoder::new(1024 * 1024);
//! let mut read = BytesMut::from(&b"\0\0\0\x06\0\0"[..]);
//! assert_eq!(decoder.decode(&mut read)?, None);
//! read.extend_from_slice(b"\0\0OK");
//! assert_eq!(decoder.decode(&mut read)?, Some(Read::Frame(Frame::Response(Bytes::from_static(b"OK")))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clock;
pub mod command;
#[cfg(any(feature = "snappy", feature = "deflate"))]
pub mod compression;
pub mod connection;
pub mod error;
pub mod frame;
pub mod hex;
pub mod identify;
pub mod limits;
pub mod message;
pub mod name;
