//! Where a part of a literal stands.

use super::declared::Declared;
use crate::ast::{Literal, LiteralKind, StringLiteral, Type};

/// Where a literal stands: the type of the whole, and the way into it.
#[derive(Clone, Debug)]
pub(super) struct Context<'d> {
    pub(super) base: Base<'d>,
    pub(super) steps: Vec<Step<'d>>,
}

/// The type of a whole literal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Base<'d> {
    /// This type.
    Type(&'d Type),
    /// A definition that is a type, a procedure's payload, an exception's.
    Declared(Declared),
    /// Nobody can tell.
    Nothing,
}

/// One step into a literal.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'d> {
    /// An item of a list.
    Item(usize),
    /// The value of a key of this object.
    Key(&'d str, &'d Entries),
}

/// What an object in a literal holds.
pub(super) type Entries = [(StringLiteral, Literal)];

/// What the string at a key says.
pub(super) fn text_at<'d>(entries: &'d Entries, key: &str) -> Option<&'d str> {
    entries.iter().find_map(|(name, value)| match &value.kind {
        LiteralKind::String(text) if &*name.value == key => Some(&**text),
        _ => None,
    })
}

impl<'d> Context<'d> {
    pub(super) fn new(base: Base<'d>) -> Self {
        Self { base, steps: Vec::new() }
    }

    pub(super) fn then(&self, step: Step<'d>) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { base: self.base, steps }
    }

    /// Whether anybody can tell its type.
    pub(super) fn is_typed(&self) -> bool {
        !matches!(self.base, Base::Nothing)
    }

    /// The object whose value at this key it is, and the key.
    pub(super) fn holder(&self) -> Option<(Self, &'d str)> {
        let (Step::Key(key, _), steps) = self.steps.split_last()? else { return None };
        Some((Self { base: self.base, steps: steps.to_vec() }, key))
    }
}
