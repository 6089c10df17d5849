//! Messages behind headers, over a pair of streams.

use std::io::{self, BufRead, Read as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use lsp_server::Message;
use serde_json::{Value, json};

use super::log;

/// A longer header line is none.
const MAX_HEADER: u64 = 4 << 10;
const MAX_HEADERS: usize = 32;
/// A contract holds at most 64 MiB; in JSON a byte of it takes up to six.
const MAX_MESSAGE: usize = 400 << 20;
/// So much waits for a client that does not read; then it is taken for dead.
const MAX_WAITING: usize = 512 << 20;

/// What came from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none, with the protocol's code for it and why.
    Malformed(i32, String),
    /// Nothing more will come, and why.
    End(Option<String>),
}

/// Where messages to the client go.
#[derive(Clone)]
pub(super) struct Outgoing {
    sender: Sender<String>,
    waiting: Arc<AtomicUsize>,
}

impl Outgoing {
    /// Sends a message.
    pub(super) fn send(&self, message: impl Into<Message>) {
        let message = message.into();
        match serde_json::to_value(&message) {
            Ok(Value::Object(mut object)) => {
                object.insert("jsonrpc".to_owned(), json!("2.0"));
                self.send_text(Value::Object(object).to_string());
            }
            Ok(_) | Err(_) => log::say("a message that is no JSON object was not sent"),
        }
    }

    /// Sends an error that answers no request that could be read.
    pub(super) fn send_error(&self, code: i32, message: &str) {
        self.send_text(
            json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": message } }).to_string(),
        );
    }

    /// Whether the client reads nothing any more.
    pub(super) fn is_stuck(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > MAX_WAITING
    }

    fn send_text(&self, text: String) {
        self.waiting.fetch_add(text.len(), Ordering::Relaxed);
        // The writer is gone where the client is; then nobody waits for this.
        let _ = self.sender.send(text);
    }
}

/// Starts to read and write. The reader ends with its stream, and says so; the writer ends once all [`Outgoing`]s are gone, and
/// lets go of the last channel then.
pub(super) fn start(
    mut input: impl BufRead + Send + 'static,
    mut output: impl Write + Send + 'static,
) -> (Receiver<Incoming>, Outgoing, Receiver<()>) {
    let (sender, receiver) = bounded(256);
    thread::Builder::new()
        .name("lsp reader".to_owned())
        .spawn(move || {
            loop {
                let incoming = read(&mut input).unwrap_or_else(|error| Incoming::End(Some(error.to_string())));
                let end = matches!(incoming, Incoming::End(_));
                if sender.send(incoming).is_err() || end {
                    return;
                }
            }
        })
        .expect("the system gives a thread");
    let (outgoing, texts) = unbounded::<String>();
    let waiting = Arc::new(AtomicUsize::new(0));
    let written = Arc::clone(&waiting);
    let (writing, written_all) = bounded(0);
    thread::Builder::new()
        .name("lsp writer".to_owned())
        .spawn(move || {
            let _writing: Sender<()> = writing;
            for text in texts {
                let result =
                    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len()).and_then(|()| output.flush());
                written.fetch_sub(text.len(), Ordering::Relaxed);
                if result.is_err() {
                    return;
                }
            }
        })
        .expect("the system gives a thread");
    (receiver, Outgoing { sender: outgoing, waiting }, written_all)
}

/// Reads one message. An error leaves nothing to go on with: where the next message begins cannot be told.
fn read(input: &mut impl BufRead) -> io::Result<Incoming> {
    let Some(length) = read_headers(input)? else { return Ok(Incoming::End(None)) };
    let mut body = Vec::new();
    // Grows with what comes, not with what the header claims.
    input.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(invalid("the stream ended inside a message"));
    }
    let value: Value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(error) => return Ok(Incoming::Malformed(lsp_server::ErrorCode::ParseError as i32, error.to_string())),
    };
    let named = value.get("method").is_some_and(Value::is_string);
    let has_id = value.get("id").is_some();
    let answers = has_id && (value.get("result").is_some() || value.get("error").is_some());
    match serde_json::from_value(value) {
        // A request whose id cannot be read looks like a notification.
        Ok(Message::Notification(_)) if has_id => Ok(Incoming::Malformed(
            lsp_server::ErrorCode::InvalidRequest as i32,
            "an id is a number or a string".to_owned(),
        )),
        Ok(message) if named || answers => Ok(Incoming::Message(message)),
        _ => Ok(Incoming::Malformed(lsp_server::ErrorCode::InvalidRequest as i32, "this is no message".to_owned())),
    }
}

/// The length that the headers tell; nothing at the end of the stream.
fn read_headers(input: &mut impl BufRead) -> io::Result<Option<usize>> {
    let mut length = None;
    for count in 0..MAX_HEADERS {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && count == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(invalid("a header line has no end"));
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            return length.map(Some).ok_or_else(|| invalid("there is no Content-Length before a message"));
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if name.eq_ignore_ascii_case(b"content-length") {
            let told = std::str::from_utf8(value.trim_ascii()).ok().and_then(|value| value.parse().ok());
            let told: usize = told.ok_or_else(|| invalid("a Content-Length is no number"))?;
            if told > MAX_MESSAGE {
                return Err(invalid("a message is larger than 400 MiB"));
            }
            length = Some(told);
        }
    }
    Err(invalid("a message has too many headers"))
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut all = Vec::new();
        loop {
            match read(&mut input) {
                Ok(Incoming::Message(message)) => all.push(format!("{message:?}").chars().take(7).collect()),
                Ok(Incoming::Malformed(code, _)) => all.push(code.to_string()),
                Ok(Incoming::End(_)) => return all,
                Err(error) => {
                    all.push(error.to_string());
                    return all;
                }
            }
        }
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn messages_come_one_after_the_other_and_what_is_none_harms_none() {
        let request = framed(r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#);
        let odd = ["{", "[]", "1", r#"{"id":1}"#, r#"{"id":{},"method":"x"}"#, "\u{0}"].map(framed).concat();
        let all =
            read_all(&format!("{request}{odd}content-length:37\nX-Other: 1\n\n{}", &request[request.len() - 37..]));
        assert_eq!(all, ["Request", "-32700", "-32600", "-32600", "-32600", "-32600", "-32700", "Request"]);
    }

    #[test]
    fn headers_are_bounded() {
        assert_eq!(read_all(&format!("X: {}", "a".repeat(1 << 20))), ["a header line has no end"]);
        assert_eq!(read_all(&"X: a\r\n".repeat(100)), ["a message has too many headers"]);
        assert_eq!(read_all("Content-Length: 99999999999\r\n\r\n"), ["a message is larger than 400 MiB"]);
        assert_eq!(read_all("Content-Length: -1\r\n\r\n"), ["a Content-Length is no number"]);
        assert_eq!(read_all("\r\n{}"), ["there is no Content-Length before a message"]);
        assert_eq!(read_all("Content-Length: 10\r\n\r\n{}"), ["the stream ended inside a message"]);
    }
}
