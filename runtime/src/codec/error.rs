//! What can be wrong with a value or its JSON, as data: a kind, a place, what was expected and what was found.

use std::borrow::Cow;
use std::fmt;

use crate::json::{Fault, FaultKind, Path, Placed, Step, shorten};

/// An error that is one pointer wide, so that coding pays nothing for it before it happens.
macro_rules! placed {
    ($(#[$meta:meta])* $error:ident: $kind:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $error(Box<Placed<$kind>>);

        impl $error {
            /// What went wrong.
            #[must_use]
            pub fn kind(&self) -> $kind {
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
            fn at(kind: $kind, path: Path, message: Cow<'static, str>) -> Self {
                Self(Box::new(Placed { kind, path, message }))
            }
        }

        impl fmt::Display for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::error::Error for $error {}
    };
}

placed! {
    /// Why some JSON is not a value of the type that was asked for. It shows no more than 40 characters of the input.
    DecodeError: DecodeErrorKind
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
    #[cold]
    pub(crate) fn new(kind: DecodeErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::at(kind, Path::default(), message.into())
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

impl From<Fault> for DecodeError {
    #[cold]
    fn from(fault: Fault) -> Self {
        let Placed { kind, path, message } = fault.into_placed();
        let kind = match kind {
            FaultKind::Syntax(_) => DecodeErrorKind::Syntax,
            FaultKind::NotUtf8 | FaultKind::LoneSurrogate => DecodeErrorKind::Unicode,
            FaultKind::TooDeep => DecodeErrorKind::Depth,
            FaultKind::RepeatedKey => DecodeErrorKind::RepeatedKey,
        };
        Self::at(kind, path, message)
    }
}

impl From<Violation> for DecodeError {
    #[cold]
    fn from(violation: Violation) -> Self {
        let Placed { path, message, .. } = *violation.0;
        Self::at(DecodeErrorKind::Constraint, path, message)
    }
}

placed! {
    /// Why a value cannot be written.
    EncodeError: EncodeErrorKind
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
    #[cold]
    pub(super) fn new(kind: EncodeErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::at(kind, Path::default(), message.into())
    }

    #[cold]
    pub(super) fn push_outer(&mut self, step: Step) {
        self.0.path.push_outer(step);
    }
}

impl From<Violation> for EncodeError {
    #[cold]
    fn from(violation: Violation) -> Self {
        let Placed { path, message, .. } = *violation.0;
        Self::at(EncodeErrorKind::Constraint, path, message)
    }
}

placed! {
    /// A constraint of the contract that a value does not meet.
    Violation: ConstraintKind
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
    #[cold]
    pub(super) fn new(kind: ConstraintKind, steps: &[Step], message: String) -> Self {
        Self::at(kind, Path::from_outermost(steps), message.into())
    }

    /// Names the key at this depth of the path.
    #[cold]
    pub(super) fn name_key(&mut self, depth: usize, key: String) {
        self.0.path.name_key(depth, key);
    }
}
