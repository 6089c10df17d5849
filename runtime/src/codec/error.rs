//! What can be wrong with a value or its JSON, as data: a kind, a place, what was expected and what was found.

use std::borrow::Cow;
use std::fmt;

use super::path::{Path, Step, shorten};

/// Why some JSON is not a value of the type that was asked for.
///
/// One pointer wide, so that decoding pays nothing for it before it happens. It shows no more than 40 characters of the
/// input.
#[derive(Debug)]
pub struct DecodeError(Box<Decoding>);

#[derive(Debug)]
struct Decoding {
    kind: DecodeErrorKind,
    path: Path,
    message: Cow<'static, str>,
}

/// The kinds of [`DecodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input is not JSON, or something follows its one value.
    Syntax,
    /// The input is not UTF-8, or a string of it holds half of a surrogate pair.
    Unicode,
    /// Arrays and objects lie deeper in each other than 64.
    Depth,
    /// A value of another type: `"1"` where an integer is expected.
    Type,
    /// A value of the right type that is malformed or does not fit: `300` for an `int8`.
    Value,
    /// A field that must be there is not.
    MissingField,
    /// A closed record, enum or union does not know this field or variant.
    Unknown,
    /// A key stands twice in an object.
    RepeatedKey,
    /// A constraint of the contract does not hold.
    Constraint,
}

impl DecodeError {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// Where, as a path from the root: `$.items[3].name`.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }

    /// What was expected and what was found, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    #[cold]
    pub(crate) fn new(kind: DecodeErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Decoding { kind, path: Path::default(), message: message.into() }))
    }

    #[cold]
    pub(super) fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.push_outer(Step::Field(name));
        self
    }

    #[cold]
    pub(super) fn in_key(mut self, key: &str) -> Self {
        self.0.path.push_outer(Step::Key(shorten(key).into_owned()));
        self
    }

    #[cold]
    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.0.path.push_outer(Step::Item(index));
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.0.path, self.0.message)
    }
}

impl std::error::Error for DecodeError {}

impl From<Violation> for DecodeError {
    #[cold]
    fn from(violation: Violation) -> Self {
        let Violating { path, message, .. } = *violation.0;
        Self(Box::new(Decoding { kind: DecodeErrorKind::Constraint, path, message: message.into() }))
    }
}

/// Why a value cannot be written.
#[derive(Debug)]
pub struct EncodeError(Box<Encoding>);

#[derive(Debug)]
struct Encoding {
    kind: EncodeErrorKind,
    path: Path,
    message: Cow<'static, str>,
}

/// The kinds of [`EncodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The value has no form in JSON: NaN, an infinity, an instant before year 0.
    Value,
    /// Lists, maps and records lie deeper in each other than 64.
    Depth,
    /// A constraint of the contract does not hold.
    Constraint,
}

impl EncodeError {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> EncodeErrorKind {
        self.0.kind
    }

    /// Where, as a path from the root: `$.items[3].name`.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }

    /// What was expected and what was found, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    #[cold]
    pub(super) fn new(kind: EncodeErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Encoding { kind, path: Path::default(), message: message.into() }))
    }

    #[cold]
    pub(super) fn push_outer(&mut self, step: Step) {
        self.0.path.push_outer(step);
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.0.path, self.0.message)
    }
}

impl std::error::Error for EncodeError {}

impl From<Violation> for EncodeError {
    #[cold]
    fn from(violation: Violation) -> Self {
        let Violating { path, message, .. } = *violation.0;
        Self(Box::new(Encoding { kind: EncodeErrorKind::Constraint, path, message: message.into() }))
    }
}

/// A constraint of the contract that a value does not meet.
#[derive(Debug)]
pub struct Violation(Box<Violating>);

#[derive(Debug)]
struct Violating {
    kind: ConstraintKind,
    path: Path,
    message: String,
}

/// The kinds of constraints that a contract can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConstraintKind {
    /// `@length`: characters, bytes or items.
    Length,
    /// `@range`: bounds of a number or duration.
    Range,
    /// `@pattern`: a regular expression.
    Pattern,
}

impl Violation {
    /// Which kind of constraint does not hold.
    #[must_use]
    pub fn kind(&self) -> ConstraintKind {
        self.0.kind
    }

    /// Where, as a path from the root: `$.items[3].name`.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path.to_string()
    }

    /// What was expected and what was found, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    #[cold]
    pub(super) fn new(kind: ConstraintKind, steps: &[Step], message: String) -> Self {
        Self(Box::new(Violating { kind, path: Path::from_outermost(steps), message }))
    }

    /// Names the key at this depth of the path.
    #[cold]
    pub(super) fn name_key(&mut self, depth: usize, key: String) {
        self.0.path.name_key(depth, key);
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.0.path, self.0.message)
    }
}

impl std::error::Error for Violation {}
