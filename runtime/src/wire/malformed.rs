//! Why a body that arrived is not an envelope.

use std::fmt;

use crate::json::{Fault, FaultKind};

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

impl From<Fault> for Malformed {
    #[cold]
    fn from(fault: Fault) -> Self {
        // What was found stays out: it may be part of a credential.
        let kind = match fault.kind() {
            FaultKind::NotUtf8 => MalformedKind::NotUtf8,
            FaultKind::Syntax(expected) => MalformedKind::Syntax(expected),
            FaultKind::LoneSurrogate => MalformedKind::Syntax("a character, and no half of a surrogate pair"),
            FaultKind::TooDeep => MalformedKind::TooDeep,
            FaultKind::RepeatedKey => MalformedKind::DuplicateKey,
        };
        kind.at(fault.offset())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            MalformedKind::NotUtf8 => f.write_str("expected UTF-8, found other bytes")?,
            MalformedKind::Syntax(expected) => write!(f, "the body is not JSON: expected {expected}")?,
            MalformedKind::TooDeep => f.write_str("expected at most 64 levels of arrays and objects, found more")?,
            MalformedKind::DuplicateKey => f.write_str("expected each key once, found one again")?,
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
