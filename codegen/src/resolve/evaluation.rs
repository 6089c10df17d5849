//! What evaluation keeps between literals.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::pending::{Constant, ExampleSlot, FieldDefault, FieldSlot};
use crate::model::{EnumId, Pattern};
use crate::source::Location;

/// How far evaluation has come with something that may need itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    New,
    Running,
    Done,
    /// It is reported.
    Failed,
}

/// What was evaluated, and how far the rest has come.
#[derive(Default)]
pub(super) struct Values {
    pub(super) constants: Rc<Vec<Constant>>,
    pub(super) constant_states: Vec<State>,
    pub(super) defaults: Rc<Vec<FieldDefault>>,
    pub(super) default_states: Vec<State>,
    pub(super) default_of: FxHashMap<FieldSlot, usize>,
    /// How many defaults, and constants that they name, are being evaluated, each for the one before.
    pub(super) nesting: usize,
    /// How many values were copied from constants and defaults.
    pub(super) copied: usize,
    /// Examples that are in the model, in the order in which they were added.
    pub(super) shown: Vec<(ExampleSlot, Location)>,
    /// Every pattern that a constraint holds.
    pub(super) patterns: FxHashMap<Box<str>, Pattern>,
    /// Variants of large enums, by name in the source.
    pub(super) variants: FxHashMap<EnumId, FxHashMap<Box<str>, u32>>,
}
