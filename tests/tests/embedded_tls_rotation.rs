//! Certificates that are replaced under a session that goes on.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use almanet_broker::{Broker, Listener, Options, ServerTls};
use almanet_runtime::transport::nsq::Nsq;
use almanet_runtime::transport::{SubscribeOptions, Transport};
use almanet_tests::certificates::{Authority, Identity};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The certificate that the broker shows at the moment.
#[derive(Debug)]
struct Shown(Mutex<Arc<CertifiedKey>>);

impl Shown {
    fn set(&self, identity: &Identity) {
        *self.0.lock().unwrap() = identity.certified();
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.lock().unwrap().clone())
    }
}

/// A broker that trusts the clients of this authority, and shows what the test says.
fn broker(clients: &Authority, shown: &Arc<Shown>) -> Listener {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(clients.certificate()).unwrap()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(shown.clone());
    // A session that is taken up again shows no certificate.
    config.send_tls13_tickets = 0;
    let mut options = Options::default();
    options.tls = Some(ServerTls::new(Arc::new(config)));
    Broker::new(options).listen("127.0.0.1:0".parse().unwrap()).unwrap()
}

/// The log.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    /// What was said since the last look.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens one more connection.
async fn connected(transport: &Nsq) -> Result<(), String> {
    let options = SubscribeOptions::new("rotation".parse().unwrap(), "c#ephemeral".parse().unwrap(), 1);
    transport.subscribe(options).await.map(drop).map_err(|error| error.to_string())
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap();
}

#[tokio::test]
async fn connections_use_the_files_of_now_and_the_last_good_ones_where_those_are_bad() {
    let said = Said::default();
    let log = said.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);

    let (first, second, stranger) = (Authority::new(), Authority::new(), Authority::new());
    let shown = Arc::new(Shown(Mutex::new(first.issue(&["localhost"]).certified())));
    let listener = broker(&first, &shown);
    let folder = tempfile::tempdir().unwrap();
    let [ca, certificate, key] = ["ca.pem", "cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let identify = |identity: &Identity| {
        copy(&identity.certificate, &certificate);
        copy(&identity.key, &key);
    };
    copy(&first.certificate(), &ca);
    identify(&first.issue(&["one"]));
    let url = format!(
        "nsq+tls://localhost:{}?ca={}&cert={}&key={}",
        listener.address().port(),
        ca.display(),
        certificate.display(),
        key.display()
    );
    let transport = Nsq::connect(url.parse().unwrap()).await.unwrap();
    connected(&transport).await.unwrap();

    // The broker's authority is replaced.
    shown.set(&second.issue(&["localhost"]));
    let error = connected(&transport).await.unwrap_err();
    assert!(error.contains("UnknownIssuer"), "{error}");
    copy(&second.certificate(), &ca);
    connected(&transport).await.unwrap();

    // The client's identity is replaced, by one that the broker does not know, and by one that it does.
    identify(&stranger.issue(&["two"]));
    let error = connected(&transport).await.unwrap_err();
    assert!(error.contains("a client certificate that it trusts"), "{error}");
    identify(&first.issue(&["two"]));
    connected(&transport).await.unwrap();
    assert!(!said.take().contains("those that were read before"));

    // A replacement that is half done, or wrong.
    copy(&first.issue(&["three"]).certificate, &certificate);
    connected(&transport).await.unwrap();
    let log = said.take();
    assert!(log.contains("WARN") && log.contains("does not go with the key of `key=`"), "{log}");
    assert!(log.contains("those that were read before"), "{log}");
    copy(&first.issue(&["three"]).key, &key);
    fs::write(&ca, "nonsense").unwrap();
    connected(&transport).await.unwrap();
    assert!(said.take().contains("holds no certificates in PEM"));
    fs::remove_file(&ca).unwrap();
    connected(&transport).await.unwrap();
    assert!(said.take().contains("cannot be read"));
    transport.close().await;

    // Without good ones from before, there is no connection.
    let error = Nsq::connect(url.parse().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("the file of `ca=`") && error.contains("cannot be read"), "{error}");
}
