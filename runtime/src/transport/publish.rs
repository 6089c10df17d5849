//! What becomes of a message that was handed over.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot::{self, error::TryRecvError};

/// A message on its way to the broker's acknowledgement. Dropping it takes nothing back.
#[must_use = "whether the broker took the message is only known when this is awaited"]
pub enum Publishing {
    /// The outcome is already there. `None` after it was taken.
    Ready(Option<Result<(), PublishError>>),
    /// The outcome is sent when it is there.
    Awaited(Awaited),
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

    /// Ends the wait, and says what became of the message. One of which nothing was written is taken back: it ends as
    /// [`PublishError::NotSent`], and will not be written.
    ///
    /// # Errors
    /// As far as it is known now: [`PublishError::Unknown`] where it was written and nothing was heard of it.
    pub fn give_up(self) -> Result<(), PublishError> {
        match self {
            Self::Ready(Some(outcome)) => outcome,
            Self::Awaited(awaited) => awaited.give_up(),
            Self::Ready(None) | Self::Pending(_) => Err(not_acknowledged()),
        }
    }
}

impl Future for Publishing {
    type Output = Result<(), PublishError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(outcome) => Poll::Ready(outcome.take().expect("a publish is not polled after its outcome")),
            Self::Awaited(awaited) => awaited.poll(cx),
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

/// A message that waits for its turn, or for its acknowledgement.
pub struct Awaited {
    pub(super) outcome: oneshot::Receiver<Result<(), PublishError>>,
    /// Waits for room; until then nobody has taken the message.
    pub(super) room: Option<BoxFuture<'static, Result<(), PublishError>>>,
    /// Who has taken it, and by what number.
    pub(super) taken_by: Arc<dyn Recall>,
    pub(super) number: u64,
}

/// Gives messages back that wait for their turn.
pub(super) trait Recall: Send + Sync + 'static {
    /// Takes a message back. False where any byte of it was written, or it has ended.
    fn recall(&self, number: u64) -> bool;
}

impl Awaited {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), PublishError>> {
        if let Some(room) = &mut self.room {
            ready!(room.as_mut().poll(cx))?;
            self.room = None;
        }
        Pin::new(&mut self.outcome).poll(cx).map(|sent| sent.unwrap_or_else(|_| Err(ended())))
    }

    fn give_up(mut self) -> Result<(), PublishError> {
        if self.room.is_some() || self.taken_by.recall(self.number) {
            return Err(not_written());
        }
        self.outcome.try_recv().unwrap_or_else(|nothing| match nothing {
            TryRecvError::Empty => Err(not_acknowledged()),
            TryRecvError::Closed => Err(ended()),
        })
    }
}

/// How a message ends that was taken back.
pub(crate) fn not_written() -> PublishError {
    PublishError::NotSent("no broker took it in its time".to_owned())
}

fn not_acknowledged() -> PublishError {
    PublishError::Unknown("no acknowledgement came in its time".to_owned())
}

fn ended() -> PublishError {
    PublishError::Unknown("the connection's task ended".to_owned())
}

/// Learns what came of messages that were [watched](super::Transport::publish_watched).
pub trait Watcher: Send + Sync + 'static {
    /// The messages of these tokens have ended alike. Called from the transport's own task, or by whoever publishes next:
    /// it must not wait.
    fn ended(&self, tokens: &[u64], outcome: &Result<(), PublishError>);

    /// Whether anything goes on once the broker has a message. Otherwise the watcher may be told some milliseconds later,
    /// so that nobody need be woken for it.
    fn awaits_success(&self) -> bool {
        true
    }
}

/// Who learns what came of a message, and by what token.
#[derive(Clone)]
pub struct Watch {
    /// Who learns it.
    pub watcher: Arc<dyn Watcher>,
    /// What the watcher knows the message by.
    pub token: u64,
}

impl Watch {
    /// Whether the same watcher knows the same message by it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.token == other.token && Arc::ptr_eq(&self.watcher, &other.watcher)
    }
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
