//! What is wrong with a document as JSON, and the form that errors with a place have.

use std::borrow::Cow;
use std::fmt;

use super::path::{Path, Step, shorten};

/// An error with a place: a kind, where, and what was expected and what was found.
#[derive(Debug)]
pub(crate) struct Placed<K> {
    pub(crate) kind: K,
    pub(crate) path: Path,
    pub(crate) message: Cow<'static, str>,
}

impl<K> fmt::Display for Placed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.message)
    }
}

/// Text that is not JSON, or JSON that is refused whatever it was to mean.
///
/// One pointer wide, so that reading pays nothing for it before it happens.
#[derive(Debug)]
pub(crate) struct Fault(Box<Faulty>);

#[derive(Debug)]
struct Faulty {
    offset: usize,
    placed: Placed<FaultKind>,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The text is not UTF-8.
    NotUtf8,
    /// The text is not JSON. Says what was expected.
    Syntax(&'static str),
    /// A string holds half of a surrogate pair.
    LoneSurrogate,
    /// Arrays and objects lie deeper in each other than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// A key stands twice in an object.
    RepeatedKey,
}

impl Fault {
    #[cold]
    pub(super) fn new(kind: FaultKind, offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        let placed = Placed { kind, path: Path::default(), message: message.into() };
        Self(Box::new(Faulty { offset, placed }))
    }

    #[cold]
    pub(super) fn not_utf8(offset: usize) -> Self {
        Self::new(FaultKind::NotUtf8, offset, format!("expected UTF-8, found other bytes after {offset}"))
    }

    #[cold]
    pub(super) fn lone_surrogate(offset: usize) -> Self {
        let message = format!("expected a character at byte {offset}, found half of a surrogate pair");
        Self::new(FaultKind::LoneSurrogate, offset, message)
    }

    #[cold]
    pub(super) fn too_deep(offset: usize) -> Self {
        Self::new(FaultKind::TooDeep, offset, "expected at most 64 levels of arrays and objects, found more")
    }

    #[cold]
    pub(crate) fn repeated_key(key: &str, offset: usize) -> Self {
        let message = format!("expected each key once, found {:?} again", shorten(key));
        Self::new(FaultKind::RepeatedKey, offset, message)
    }

    #[cold]
    pub(super) fn in_key(mut self, key: &str) -> Self {
        self.0.placed.path.push_outer(Step::Key(shorten(key).into_owned()));
        self
    }

    #[cold]
    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.0.placed.path.push_outer(Step::Item(index));
        self
    }

    pub(crate) fn kind(&self) -> FaultKind {
        self.0.placed.kind
    }

    /// Where, in bytes from the start of the document.
    pub(crate) fn offset(&self) -> usize {
        self.0.offset
    }

    pub(crate) fn into_placed(self) -> Placed<FaultKind> {
        self.0.placed
    }
}
