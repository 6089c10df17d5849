//! Brokers that break the protocol, or try to be spoken to otherwise than was asked for: the connection is given up with
//! a word about it, in the clear, in TLS and compressed alike.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::io;

use almanet_nsq::compression::Compressed;
use almanet_runtime::transport::{Oversized, SubscribeOptions, Transport, nsq::Nsq};
use almanet_tests::certificates::Authority;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What is agreed on in IDENTIFY.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Layer {
    Tls,
    Snappy,
    Deflate,
}

const AGREED: [&[Layer]; 6] = [
    &[],
    &[Layer::Tls],
    &[Layer::Snappy],
    &[Layer::Deflate],
    &[Layer::Tls, Layer::Snappy],
    &[Layer::Tls, Layer::Deflate],
];

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A broker on a port of its own, with an authority that its clients are told to trust.
struct Hostile {
    authority: Authority,
    listener: TcpListener,
}

impl Hostile {
    async fn new() -> Self {
        Self { authority: Authority::new(), listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    fn url(&self, agreed: &[Layer]) -> String {
        let port = self.listener.local_addr().unwrap().port();
        let mut url = match agreed.contains(&Layer::Tls) {
            true => format!("nsq+tls://localhost:{port}?ca={}", self.authority.certificate().display()),
            false => format!("nsq://localhost:{port}?"),
        };
        for (layer, name) in [(Layer::Snappy, "snappy"), (Layer::Deflate, "deflate")] {
            if agreed.contains(&layer) {
                url.push_str("&compression=");
                url.push_str(name);
            }
        }
        url
    }

    /// Lets a client connect and identify itself.
    async fn identified(&self) -> TcpStream {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut head = [0; 17];
        stream.read_exact(&mut head).await.unwrap();
        assert!(head.starts_with(b"  V2IDENTIFY\n"));
        let length = u32::from_be_bytes(head[13..].try_into().unwrap());
        stream.read_exact(&mut vec![0; length as usize]).await.unwrap();
        stream
    }

    /// Agrees on these layers, and sends `bytes` in the place of the last answer of the handshake.
    async fn answer(&self, agreed: &[Layer], bytes: &[u8]) -> Box<dyn Io> {
        let mut stream: Box<dyn Io> = Box::new(self.identified().await);
        let answers = [grant(agreed)].into_iter().chain(agreed.iter().map(|_| frame(0, b"OK")));
        let mut answers: Vec<_> = answers.collect();
        *answers.last_mut().unwrap() = bytes.to_vec();
        send(&mut stream, &answers[0]).await.unwrap();
        for (layer, answer) in agreed.iter().zip(&answers[1..]) {
            stream = match layer {
                Layer::Tls => {
                    let acceptor = TlsAcceptor::from(self.authority.issue(&["localhost"]).server());
                    Box::new(acceptor.accept(stream).await.unwrap())
                }
                Layer::Snappy => Box::new(Compressed::snappy(stream)),
                Layer::Deflate => Box::new(Compressed::deflate(stream, 6)),
            };
            send(&mut stream, answer).await.unwrap();
        }
        stream
    }

    /// What a client says that gets these bytes, once it has closed the connection.
    async fn refused(&self, agreed: &[Layer], bytes: &[u8]) -> String {
        let url = self.url(agreed);
        let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
        let stream = self.answer(agreed, bytes).await;
        assert_eq!(rest(stream).await, b"", "and sends nothing more");
        client.await.unwrap().expect_err("an error").to_string()
    }
}

async fn send(stream: &mut Box<dyn Io>, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

/// What a client still sends until it closes, in whatever way it does.
async fn rest(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset ends it, too.
    let _ = stream.read_to_end(&mut rest).await;
    rest
}

fn grant(agreed: &[Layer]) -> Vec<u8> {
    let [tls, snappy, deflate] = [Layer::Tls, Layer::Snappy, Layer::Deflate].map(|layer| agreed.contains(&layer));
    let json = format!(r#"{{"version":"1.3.0","tls_v1":{tls},"snappy":{snappy},"deflate":{deflate}}}"#);
    frame(0, json.as_bytes())
}

/// What a handshake ends with.
fn last_answer(agreed: &[Layer]) -> Vec<u8> {
    if agreed.is_empty() { grant(agreed) } else { frame(0, b"OK") }
}

fn message(id: u8, attempts: u16, body: &[u8]) -> Vec<u8> {
    frame(2, &[&[0; 8][..], &attempts.to_be_bytes(), &[id; 16], body].concat())
}

/// Waits until a client has sent this.
async fn heard(stream: &mut Box<dyn Io>, text: &str) {
    let mut heard = Vec::new();
    while !heard.ends_with(text.as_bytes()) {
        heard.push(stream.read_u8().await.expect("the client goes on"));
    }
}

fn frame(kind: i32, data: &[u8]) -> Vec<u8> {
    let mut frame = head(u32::try_from(data.len()).unwrap() + 4, kind);
    frame.extend_from_slice(data);
    frame
}

fn head(size: u32, kind: i32) -> Vec<u8> {
    [size.to_be_bytes(), kind.to_be_bytes()].concat()
}

#[tokio::test]
async fn frames_that_no_broker_writes_are_refused_whatever_is_around_them() {
    let hostile = Hostile::new().await;
    for agreed in AGREED {
        for (bytes, why) in [
            (head(4 + 65_537, 0), "a response of 65537 bytes, more than the 65536"),
            (head(u32::MAX, 1), "a response of 4294967291 bytes"),
            (head(3, 0), "a frame of 3 bytes is shorter than its own type"),
            (head(4, 9), "a frame of the unknown type 9"),
            (head(4 + 25, 2), "shorter than a message's header"),
            (frame(2, &[b'0'; 30]), "delivered a message before the handshake was over"),
            ([head(u32::MAX, 2), vec![b'0'; 26 + 64]].concat(), "delivered a message before the handshake was over"),
            (frame(1, b"E_BAD_BODY nothing works"), "refused the connection: E_BAD_BODY nothing works"),
        ] {
            let error = hostile.refused(agreed, &bytes).await;
            assert!(error.contains(why), "{agreed:?}, {why}: {error}");
        }
    }
}

#[tokio::test]
async fn what_inflates_past_a_limit_is_refused_before_it_is_there() {
    let hostile = Hostile::new().await;
    let mut bomb = head(4 + 64 * 1024 * 1024, 0);
    bomb.resize(64 * 1024 * 1024, 0);
    for agreed in [&[Layer::Snappy][..], &[Layer::Deflate]] {
        let url = hostile.url(agreed);
        let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
        let mut stream = hostile.answer(agreed, b"").await;
        // The client leaves before it has read all of it, so that this cannot succeed where it does not fit the socket.
        let _ = send(&mut stream, &bomb).await;
        let error = client.await.unwrap().expect_err("an error").to_string();
        assert!(error.contains("a response of 67108864 bytes"), "{error}");
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_skipped_and_the_next_one_comes_whatever_is_around_them() {
    const LARGE: usize = 300_000;
    let hostile = Hostile::new().await;
    for agreed in AGREED {
        let url = format!("{}&max_msg_size=1000", hostile.url(agreed)).replace("?&", "?");
        let client = tokio::spawn(async move {
            let transport = Nsq::connect(url.parse().unwrap()).await.unwrap();
            let options = SubscribeOptions::new("t".parse().unwrap(), "c".parse().unwrap(), 10);
            let mut subscription = transport.subscribe(options).await.unwrap();
            for attempts in 1..=3 {
                let large = subscription.recv().await.unwrap();
                assert_eq!(large.oversized, Some(Oversized { size: LARGE, limit: 1000 }));
                assert_eq!((&large.body[..], large.attempts), (&[b'x'; 64][..], attempts));
                large.finish();
                let small = subscription.recv().await.unwrap();
                assert_eq!((&small.body[..], small.oversized), (&b"small"[..], None));
                small.finish();
            }
            transport
        });
        let _publisher = hostile.answer(agreed, &last_answer(agreed)).await;
        let mut stream = hostile.answer(agreed, &last_answer(agreed)).await;
        heard(&mut stream, "SUB t c\n").await;
        send(&mut stream, &frame(0, b"OK")).await.unwrap();
        // Cut everywhere, in the middle, and not at all.
        for (attempts, piece) in [(1, 7), (2, LARGE / 2), (3, LARGE * 2)] {
            let messages = [message(b'a', attempts, &[b'x'; LARGE]), message(b'b', attempts, b"small")].concat();
            for piece in messages.chunks(piece) {
                send(&mut stream, piece).await.unwrap();
            }
            heard(&mut stream, "FIN bbbbbbbbbbbbbbbb\n").await;
        }
        client.await.unwrap();
    }
}

#[tokio::test]
async fn what_is_not_compressed_as_agreed_is_refused() {
    let hostile = Hostile::new().await;
    for (layer, bytes) in [
        (Layer::Snappy, &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..]),
        (Layer::Snappy, b"\xff\x06\0\0sNaPpY\0\xff\xff\xff"),
        (Layer::Deflate, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ] {
        let url = hostile.url(&[layer]);
        let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
        let mut stream = hostile.identified().await;
        stream.write_all(&[&grant(&[layer]), bytes].concat()).await.unwrap();
        rest(stream).await;
        let error = client.await.unwrap().expect_err("an error").to_string();
        assert!(error.contains("the compressed stream cannot be read"), "{layer:?}: {error}");
    }
}

#[tokio::test]
async fn what_comes_in_the_clear_before_tls_ends_the_connection() {
    let hostile = Hostile::new().await;
    let url = hostile.url(&[Layer::Tls]);
    let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
    let mut stream = hostile.identified().await;
    stream.write_all(&[grant(&[Layer::Tls]), frame(0, b"OK")].concat()).await.unwrap();
    assert_eq!(rest(stream).await, b"", "no handshake is begun");
    let error = client.await.unwrap().expect_err("an error").to_string();
    assert!(error.contains("the broker sent 10 bytes before the agreed Tls began"), "{error}");
}

#[tokio::test]
async fn a_secret_is_sent_to_nobody_who_does_not_do_tls() {
    let hostile = Hostile::new().await;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "hunter2").unwrap();
    for answer in [
        r#"{"version":"1.3.0","tls_v1":false,"auth_required":true}"#,
        r#"{"version":"1.3.0","tls_v1":true,"auth_required":true}"#,
        r#"{"version":"1.3.0","auth_required":true}"#,
        "OK",
    ] {
        let url = format!("{}&auth_file={}", hostile.url(&[Layer::Tls]), secret.display());
        let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
        let mut stream = hostile.identified().await;
        stream.write_all(&frame(0, answer.as_bytes())).await.unwrap();
        // One that says it does TLS, and answers its handshake in the clear.
        stream.write_all(&frame(0, b"OK")).await.unwrap();
        let heard = rest(stream).await;
        assert!(!heard.windows(7).any(|window| window == b"hunter2"), "{answer}");
        let error = client.await.unwrap().expect_err("an error").to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_layer_that_was_not_asked_for_is_refused() {
    let hostile = Hostile::new().await;
    for (asked, granted) in [(&[][..], Layer::Tls), (&[], Layer::Snappy), (&[Layer::Snappy], Layer::Deflate)] {
        let url = hostile.url(asked);
        let client = tokio::spawn(async move { Nsq::connect(url.parse().unwrap()).await });
        let mut stream = hostile.identified().await;
        stream.write_all(&grant(&[granted])).await.unwrap();
        assert_eq!(rest(stream).await, b"");
        let error = client.await.unwrap().expect_err("an error").to_string();
        assert!(error.contains(&format!("begins {granted:?}, which was not asked for")), "{error}");
    }
}
