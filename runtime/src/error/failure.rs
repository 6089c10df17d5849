//! How a handler fails.

use std::fmt;

/// Any error, as handlers and layers pass it on.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How a handler fails: with an exception that its procedure declares, or with anything else.
///
/// `?` makes one of a declared exception and of a boxed error; [`internal`](Internal::internal) of any other error.
#[derive(Debug)]
pub enum Failure<E = Never> {
    /// A declared exception. The caller gets it, typed.
    Declared(E),
    /// Anything else. The service's log gets it, with all its sources; the caller learns only that it happened.
    Internal(BoxError),
}

impl<E> Failure<E> {
    /// A failure whose details only the service's log gets.
    pub fn internal(error: impl Into<BoxError>) -> Self {
        Self::Internal(error.into())
    }
}

impl<E> From<BoxError> for Failure<E> {
    fn from(error: BoxError) -> Self {
        Self::Internal(error)
    }
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(exception) => exception.fmt(f),
            Self::Internal(error) => error.fmt(f),
        }
    }
}

/// Turns a result's error into one that only the service's log gets: `file.read().internal()?`.
pub trait Internal<T> {
    /// The same result, its error a [`Failure::Internal`].
    ///
    /// # Errors
    /// Where the result was one.
    fn internal<E>(self) -> Result<T, Failure<E>>;
}

impl<T, X: Into<BoxError>> Internal<T> for Result<T, X> {
    fn internal<E>(self) -> Result<T, Failure<E>> {
        self.map_err(Failure::internal)
    }
}

/// What a layer fails with where it lets a call go no further, before anything of it ran or was sent.
///
/// On a client the call ends in [`NotExecuted`](super::NotExecuted); a server answers that it is overloaded.
///
/// ```
/// use almanet_runtime::{BoxError, error::Refused};
///
/// let error: BoxError = Refused::new("closed for the night").into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    /// A refusal for this reason, which the caller learns.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// No exception at all: what procedures that declare none, and calls whose contract is not known, have for an error
/// enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}
