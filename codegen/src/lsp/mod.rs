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
use std::time::Duration;

pub use server::Ended;

/// Serves one client until it says `exit`, or is gone. `input` and `output` carry the protocol's messages, each behind a header
/// with its length; nothing else is written to `output`.
///
/// # Panics
///
/// Where the system gives no more threads.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> Ended {
    let (incoming, outgoing, written) = transport::start(input, output);
    let ended = server::Server::new(incoming, outgoing).run();
    // The server and all that could still write are gone: the writer ends behind the last message, if somebody still reads.
    let _ = written.recv_timeout(LAST_WORDS);
    ended
}

/// How long a client that ended the conversation has to read the rest of it.
const LAST_WORDS: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Write};

    use super::{Ended, serve};

    /// A client that keeps its end open, and reads nothing.
    struct Unread;

    impl Write for Unread {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            loop {
                std::thread::park();
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_client_that_reads_nothing_does_not_keep_the_server() {
        let message = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let begin = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
        let shutdown = r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#;
        let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let said = [begin, shutdown, exit].map(message).concat();
        assert!(matches!(serve(Cursor::new(said), Unread), Ended::Orderly));
    }
}
