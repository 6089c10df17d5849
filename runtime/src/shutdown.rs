//! When a process is asked to end.

use std::future::Future;

/// Ends when the process is asked to end: by SIGINT or SIGTERM, elsewhere than on Unix by Ctrl-C. What
/// [`Server::serve`](crate::Server::serve) wants; [`Server::run`](crate::Server::run) does it all.
///
/// From this call on the signals no longer end the process by themselves, for as long as it lives. Where they cannot
/// be listened to, that is logged, and the future never ends.
///
/// # Panics
/// Outside a tokio runtime with I/O enabled.
pub fn signal() -> impl Future<Output = ()> + Send + 'static {
    let mut signals = Signals::listen();
    async move { signals.next().await }
}

/// The requests to end, one after the other.
pub(crate) struct Signals(Option<Source>);

impl Signals {
    /// From this call on the signals no longer end the process by themselves.
    pub(crate) fn listen() -> Self {
        Self(Source::listen().inspect_err(|error| tracing::error!(%error, "signals cannot be listened to")).ok())
    }

    /// Ends when the next one comes. Cancel safe.
    pub(crate) async fn next(&mut self) {
        match &mut self.0 {
            Some(source) => source.next().await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => tracing::info!("SIGINT"),
            _ = self.terminate.recv() => tracing::info!("SIGTERM"),
        }
    }
}

#[cfg(not(unix))]
struct Source;

#[cfg(not(unix))]
impl Source {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be listened to");
            std::future::pending::<()>().await;
        }
    }
}
