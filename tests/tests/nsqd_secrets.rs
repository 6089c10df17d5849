//! Secrets stay out of the log. The one test has its process for itself, because the log is the process's.
#![cfg(feature = "nsqd")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod authorizer;
mod echo;

use std::fs;
use std::io;
use std::sync::{Arc, Mutex};

use almanet_runtime::Session;
use almanet_tests::nsqd::Nsqd;
use authorizer::Authorizer;
use tracing::Level;

/// Where the log of a test goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_at_any_level_holds_the_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let authorizer = Authorizer::start().await;
    let nsqd = Nsqd::with(&[&format!("--auth-http-address={}", authorizer.address)]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("place");
    let url = format!("{}?auth_file={}", nsqd.url(), file.display());
    fs::write(&file, "hunter2").unwrap();
    echo::calls_succeed(&url).await;
    fs::write(&file, "wrong-s3cret").unwrap();
    let error = Session::connect(&url).await.unwrap_err();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(error.to_string().contains("AUTH failed") && log.contains("AUTH failed"), "the log is there: {log}");
    assert!(authorizer.asked().iter().any(|question| question.contains("wrong-s3cret")), "it was sent");
    assert!(!log.contains("hunter2") && !log.contains("wrong-s3cret"), "{log}");
}
