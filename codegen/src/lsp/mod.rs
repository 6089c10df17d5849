//! The language server: the editor's protocol on one side, the room [`ide`](crate::ide) on the other. Only this room knows the
//! protocol's types.
//!
//! The main thread takes messages in their order and keeps what is open. Requests are answered by a few other threads, each on
//! a world that does not change under it; one more thread looks at the disk and checks whole projects while nobody types. What
//! panics answers an error, and takes nothing else down.

mod answers;
mod background;
mod capabilities;
mod client;
mod convert;
mod log;
mod notifications;
mod open;
mod parent;
mod pool;
mod position;
mod problems;
mod server;
mod snapshot;
mod transport;
mod uri;

use std::io::{BufRead, Write};

pub use server::Ended;

/// Serves one client until it says `exit`, or is gone. `input` and `output` carry the protocol's messages, each behind a header
/// with its length; nothing else is written to `output`.
///
/// # Panics
///
/// Where the system gives no more threads.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> Ended {
    let (incoming, outgoing, writer) = transport::start(input, output);
    let ended = server::Server::new(incoming, outgoing).run();
    // The server and all that could still write are gone: the writer ends behind the last message.
    let _ = writer.join();
    ended
}
