use serde_json::Value as Json;

use super::Value;
use crate::source::Location;

/// What everything in a contract has: a name, a place, docs and the annotations that fit anywhere.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The name in the source.
    pub name: Box<str>,
    /// Where the name stands.
    pub location: Location,
    /// Docs: Markdown, markers and the common indent cut, lines joined by `\n`.
    pub docs: Option<Box<str>>,
    /// `@deprecated("why")`.
    pub deprecated: Option<Box<str>>,
    /// `@unstable`.
    pub unstable: bool,
    /// Annotations with a dot, for plugins.
    pub custom: Box<[CustomAnnotation]>,
}

/// `@acme.owner("team")`.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomAnnotation {
    /// The name, dots included.
    pub name: Box<str>,
    /// The arguments as JSON: a duration is its ISO string, a range `[from, to]`, a name a string.
    pub arguments: Vec<Json>,
}

/// Constraints of a field, parameter, result or alias. Those of an alias add to those of where it is used.
///
/// Boxed: a contract has more fields than anything else, and few of them are constrained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// `@length`: characters, bytes or items, inclusive.
    pub length: Option<Box<(Option<u64>, Option<u64>)>>,
    /// `@range`: bounds of the type, inclusive.
    pub range: Option<Box<NumberRange>>,
    /// `@pattern`.
    pub pattern: Option<Box<str>>,
}

/// The bounds of `@range`; each a [`Value`] of the constrained type.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberRange {
    /// The least value allowed.
    pub from: Option<Value>,
    /// The greatest value allowed.
    pub to: Option<Value>,
}

impl Constraints {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length.is_none() && self.range.is_none() && self.pattern.is_none()
    }
}
