//! nsqd's behaviour without nsqd: a broker for one machine, for development and for tests.
//!
//! A [`Broker`] lives inside the process. Its topics and channels follow nsqd 1.3.0: a copy for every channel, RDY as
//! the ceiling of what is in flight, requeueing, message timeouts, deferral, attempts, and ephemeral names. What nsqd
//! writes to disk stays in memory here, within the bounds of [`Options`]; past them a publish is refused. Nothing
//! outlives the process.
//!
//! [`Broker::listen`] serves the same broker on a port, in NSQ's protocol V2, to whoever speaks it; in TLS and compressed
//! with the features `tls`, `snappy` and `deflate`. [`Broker::serve_connection`] serves any other stream.
//!
//! ```
//! use almanet_broker::{Broker, SubscriberOptions};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let broker = Broker::default();
//! let topic = "orders".parse()?;
//! broker.publish(&topic, "one espresso".into(), None)?;
//!
//! // The topic kept the message for its first channel.
//! let mut kitchen = broker.subscribe(&topic, &"kitchen".parse()?, &SubscriberOptions::ready(1))?;
//! let order = kitchen.recv().await.expect("the stream is open");
//! assert_eq!(&order.body[..], b"one espresso");
//! order.finish()?;
//! # Ok(())
//! # }
//! ```

mod broker;
mod connection;
mod error;
mod listener;
mod options;
mod queue;
mod subscriber;
mod topics;

pub use broker::Broker;
pub use error::{ListenError, NotInFlight, Refusal};
pub use listener::Listener;
#[cfg(feature = "tls")]
pub use options::ServerTls;
pub use options::{Options, SubscriberOptions};
pub use subscriber::{Control, Delivery, Subscriber};
