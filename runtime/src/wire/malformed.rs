//! Why a body that arrived is not an envelope.

use std::fmt;

/// A body that is not the envelope that was expected there, and where in it that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub kind: MalformedKind,
    /// Where, in bytes from the start of the body.
    pub offset: usize,
}

/// What is wrong with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedKind {
    /// It is not UTF-8.
    NotUtf8,
    /// It is not JSON. Says what was expected.
    Syntax(&'static str),
    /// It is JSON, nested deeper than 64.
    TooDeep,
    /// An object has a key twice.
    DuplicateKey,
    /// A member that the envelope needs is not there.
    Missing(&'static str),
    /// A member is not what it has to be.
    Member {
        /// Its name.
        name: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// It is an envelope of the library's versions before 1.0, which nobody here speaks.
    BeforeVersion1,
    /// The reply topic is not one that this caller may ask replies on.
    ReplyTopic,
    /// More headers than are allowed, or longer ones.
    Headers,
}

impl MalformedKind {
    pub(super) fn at(self, offset: usize) -> Malformed {
        Malformed { kind: self, offset }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            MalformedKind::NotUtf8 => f.write_str("the body is not UTF-8")?,
            MalformedKind::Syntax(expected) => write!(f, "the body is not JSON: expected {expected}")?,
            MalformedKind::TooDeep => f.write_str("the body is nested deeper than 64")?,
            MalformedKind::DuplicateKey => f.write_str("an object of the body has a key twice")?,
            MalformedKind::Missing(name) => return write!(f, "the envelope has no member `{name}`"),
            MalformedKind::Member { name, expected } => write!(f, "the envelope's member `{name}` is not {expected}")?,
            MalformedKind::BeforeVersion1 => {
                return f.write_str(
                    "this is an envelope of almanet before version 1.0, which is not supported: upgrade that peer",
                );
            }
            MalformedKind::ReplyTopic => f.write_str("replies may not be asked for on that topic by that caller")?,
            MalformedKind::Headers => f.write_str("there are more than 32 headers, or more than 8 KiB of them")?,
        }
        write!(f, " (at byte {})", self.offset)
    }
}

impl std::error::Error for Malformed {}
