//! What becomes of a message that was handed over.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::sync::oneshot;

use super::BoxFuture;

/// A message on its way to the broker's acknowledgement. Dropping it takes nothing back.
#[must_use = "whether the broker took the message is only known when this is awaited"]
pub enum Publishing {
    /// The outcome is already there. `None` after it was taken.
    Ready(Option<Result<(), PublishError>>),
    /// The outcome is sent when it is there.
    Awaited(oneshot::Receiver<Result<(), PublishError>>),
    /// The outcome is still to come.
    Pending(BoxFuture<'static, Result<(), PublishError>>),
}

impl Publishing {
    /// A publish whose outcome is known at once.
    pub fn ready(outcome: Result<(), PublishError>) -> Self {
        Self::Ready(Some(outcome))
    }

    /// A publish whose outcome this future brings.
    pub fn pending(outcome: impl Future<Output = Result<(), PublishError>> + Send + 'static) -> Self {
        Self::Pending(Box::pin(outcome))
    }
}

impl Future for Publishing {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(outcome) => Poll::Ready(outcome.take().expect("a publish is not polled after its outcome")),
            Self::Awaited(outcome) => Pin::new(outcome).poll(cx).map(|sent| {
                sent.unwrap_or_else(|_| Err(PublishError::Unknown("the connection's task ended".to_owned())))
            }),
            Self::Pending(outcome) => outcome.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(outcome) => f.debug_tuple("Ready").field(outcome).finish(),
            Self::Awaited(_) | Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// Learns what came of messages that were [watched](super::Transport::publish_watched).
pub trait Watcher: Send + Sync + 'static {
    /// The messages of these tokens have ended alike. Called from the transport's own task: it must not wait.
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>);
}

/// Who learns what came of a message, and by what token.
#[derive(Clone)]
pub struct Watch {
    /// Who learns it.
    pub watcher: Arc<dyn Watcher>,
    /// What the watcher knows the message by.
    pub token: u64,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("token", &self.token).finish_non_exhaustive()
    }
}

/// Why a message was not published, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// No byte of it was written: it is safe to publish it again.
    #[error("the message was not sent: {0}")]
    NotSent(String),
    /// The broker refused it with one of its error codes.
    #[error("the broker refused the message: {code} {text}")]
    Refused {
        /// The code, such as `E_BAD_TOPIC`.
        code: String,
        /// What the broker wrote after it.
        text: String,
    },
    /// It was written, and no acknowledgement came: nobody knows.
    #[error("the broker did not acknowledge the message: {0}")]
    Unknown(String),
}

impl PublishError {
    /// Whether the broker would refuse the same message again: what is wrong is the message, not the moment.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if is_final_refusal(code))
    }
}

/// Whether a broker that answered with this code would answer the same message so again.
pub(crate) fn is_final_refusal(code: &str) -> bool {
    !code.ends_with("PUB_FAILED")
}
