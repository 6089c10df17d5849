//! The authorization server that an nsqd asks about secrets.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Answers nsqd's questions: `hunter2` may do everything, `reader` may only subscribe, and nobody else is known.
pub(crate) struct Authorizer {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Authorizer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let questions = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let question = ask(&mut stream).await.expect("nsqd asks in HTTP");
                // Before anybody can see the answer.
                questions.lock().unwrap().push(question.clone());
                answer(&mut stream, &question).await.expect("nsqd waits for the answer");
            }
        });
        Self { address, asked, task }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Authorizer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn ask(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut question = String::new();
    stream.read_line(&mut question).await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    Ok(question)
}

async fn answer(stream: &mut BufReader<TcpStream>, question: &str) -> io::Result<()> {
    let permissions = match question {
        question if question.contains("secret=hunter2&") => r#""subscribe","publish""#,
        question if question.contains("secret=reader&") => r#""subscribe""#,
        _ => "",
    };
    let body = match permissions {
        "" => r#"{"message": "NOT_AUTHORIZED"}"#.to_owned(),
        permissions => format!(
            r#"{{"ttl": 3600, "identity": "me", "identity_url": "", "authorizations":
                [{{"permissions": [{permissions}], "topic": ".*", "channels": [".*"]}}]}}"#
        ),
    };
    let status = if permissions.is_empty() { "403 Forbidden" } else { "200 OK" };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await?;
    stream.shutdown().await
}
