//! What services answer and publish, as rules look at it.

use super::draft::Place;
use crate::model::Procedure;

/// A procedure as it was and as it is.
pub(super) struct Procedures<'a> {
    pub(super) place: Place,
    /// Its full name.
    pub(super) subject: &'a str,
    pub(super) old: &'a Procedure,
    pub(super) new: &'a Procedure,
}

/// A procedure or topic that is no more.
pub(super) struct Gone<'a> {
    pub(super) place: Place,
    pub(super) subject: &'a str,
    pub(super) uri: &'a str,
}

/// An exception that one side alone declares.
pub(super) struct Raised<'a> {
    pub(super) place: Place,
    /// The procedure's full name.
    pub(super) subject: &'a str,
    /// The exception's.
    pub(super) name: &'a str,
}
