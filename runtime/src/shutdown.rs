//! When a process is asked to end.

use std::future::Future;

/// Ends when the process is asked to end: by SIGINT or SIGTERM, elsewhere than on Unix by Ctrl-C. What
/// [`Server::serve`](crate::Server::serve) wants.
///
/// From this call on the signals no longer end the process by themselves, for as long as it lives. Where they cannot
/// be listened to, that is logged, and the future never ends.
///
/// # Panics
/// Outside a tokio runtime with I/O enabled.
pub fn signal() -> impl Future<Output = ()> + Send + 'static {
    let listening = listen();
    async move {
        match listening {
            Ok(signalled) => signalled.await,
            Err(error) => {
                tracing::error!(%error, "signals cannot be listened to");
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(unix)]
fn listen() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("SIGINT"),
            _ = terminate.recv() => tracing::info!("SIGTERM"),
        }
    })
}

#[cfg(not(unix))]
fn listen() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be listened to");
            std::future::pending::<()>().await;
        }
    })
}
