use std::rc::Rc;

use super::MAX_DEPTH;
use crate::ast::{Literal, LiteralKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::values as codes;
use crate::model::{ExceptionPayload, Payload, Type, Value};
use crate::resolve::evaluation::State;
use crate::resolve::lower::Lowered;
use crate::resolve::pending::{Example, ExampleSlot, FieldSlot};
use crate::source::{Location, Span};

/// How many defaults may need each other, one inside the other.
const MAX_NESTING: usize = MAX_DEPTH / 2;

impl Lowered<'_> {
    /// Makes the defaults of all fields known, for constants that leave a field out need them.
    pub(super) fn set_out_defaults(&mut self) {
        let defaults = std::mem::take(&mut self.pending.defaults);
        self.values.default_states = vec![State::New; defaults.len()];
        self.values.default_of = defaults.iter().enumerate().map(|(index, default)| (default.slot, index)).collect();
        self.values.defaults = Rc::new(defaults);
    }

    /// Evaluates the defaults of all fields.
    pub(super) fn settle_defaults(&mut self) {
        for index in 0..self.values.defaults.len() {
            if self.values.default_states[index] == State::New {
                self.evaluate_default(index);
            }
        }
    }

    /// The default of a field that a value leaves out, evaluated first where it is not yet.
    pub(super) fn default_of(&mut self, slot: FieldSlot, span: Span) -> Option<Value> {
        let index = *self.values.default_of.get(&slot)?;
        let file = self.file;
        match self.values.default_states[index] {
            State::Done => {}
            State::Failed => return None,
            State::New => {
                self.nested(span, |lowered| lowered.evaluate_default(index))?;
                self.file = file;
            }
            State::Running => {
                let default = self.values.defaults[index].location;
                let name = slot.get(&self.model).meta.name.clone();
                let message = format!("the default of \"{name}\" holds itself");
                let mut problem = Problem::new(codes::ENDLESS_DEFAULT, default, message);
                let here = self.at(span);
                if here != default {
                    problem = problem.with_label(here, "needs it again here");
                }
                self.problems.push(problem);
                self.values.default_states[index] = State::Failed;
                return None;
            }
        }
        let value = slot.get(&self.model).default.as_deref()?;
        let amount = super::count(value);
        self.charge(amount, span)?;
        slot.get(&self.model).default.as_deref().cloned()
    }

    fn evaluate_default(&mut self, index: usize) {
        let defaults = Rc::clone(&self.values.defaults);
        let default = &defaults[index];
        self.file = default.location.file;
        self.values.default_states[index] = State::Running;
        let value = self.default_value(default.slot, &default.literal, default.location);
        let failed = self.values.default_states[index] == State::Failed || value.is_none();
        self.values.default_states[index] = if failed { State::Failed } else { State::Done };
        // Null of an optional field says what its absence says.
        if let Some(value) = value.filter(|value| !failed && !matches!(value, Value::Null)) {
            default.slot.get_mut(&mut self.model).default = Some(Box::new(value));
        }
    }

    /// Evaluates what another default or constant needs, unless too many need each other already.
    pub(super) fn nested(&mut self, span: Span, evaluate: impl FnOnce(&mut Self)) -> Option<()> {
        if self.values.nesting >= MAX_NESTING {
            let message = format!("more than {MAX_NESTING} defaults stand one inside the other");
            return self.value_problem(codes::VALUE_TOO_LARGE, span, message);
        }
        self.values.nesting += 1;
        evaluate(self);
        self.values.nesting -= 1;
        Some(())
    }

    fn default_value(&mut self, slot: FieldSlot, literal: &Literal, location: Location) -> Option<Value> {
        let field = slot.get(&self.model);
        let ty = field.ty;
        if self.model.is_optional(ty) && !matches!(literal.kind, LiteralKind::Null) {
            let message =
                format!("the field \"{}\" is optional, so null is the only default it may have", field.meta.name);
            return self.value_problem(codes::DEFAULT_OF_OPTIONAL, literal.span, message);
        }
        let value = self.evaluate(literal, ty)?;
        self.checked_depth(value, location)
    }

    /// Evaluates all examples, which need every default.
    pub(super) fn settle_examples(&mut self) {
        for example in std::mem::take(&mut self.pending.examples) {
            self.file = example.location.file;
            let value = self.example_value(&example);
            if let Some(value) = value.and_then(|value| self.checked_depth(value, example.location)) {
                self.values.shown.push((example.slot, example.location));
                self.examples_of(example.slot).push(value);
            }
        }
    }

    fn example_value(&mut self, example: &Example) -> Option<Value> {
        let literal = &example.literal;
        let ty = match example.slot {
            ExampleSlot::Record(id) => self.intern(Type::Record(id)),
            ExampleSlot::Enum(id) => self.intern(Type::Enum(id)),
            ExampleSlot::Union(id) => self.intern(Type::Union(id)),
            ExampleSlot::Alias(id) => self.intern(Type::Alias(id)),
            ExampleSlot::Field(slot) => slot.get(&self.model).ty,
            ExampleSlot::Exception(id) => match &self.model.exceptions[id].payload {
                ExceptionPayload::Bare(ty, _) => *ty,
                ExceptionPayload::Fields(fields) => {
                    let (name, count) = (self.model.exceptions[id].meta.name.clone(), fields.len());
                    return self.named_object(&name, count, |index| FieldSlot::Exception(id, index), literal);
                }
                ExceptionPayload::Null => return self.nothing_to_show("exception", literal.span),
            },
            ExampleSlot::Procedure(id) => match &self.model.procedures[id].payload {
                Payload::Bare(ty, _) => *ty,
                Payload::Named(fields) => {
                    let (name, count) = (self.model.procedures[id].meta.name.clone(), fields.len());
                    return self.named_object(&name, count, |index| FieldSlot::Parameter(id, index), literal);
                }
                Payload::Null => return self.nothing_to_show("procedure", literal.span),
            },
        };
        self.evaluate(literal, ty)
    }

    fn nothing_to_show(&mut self, what: &str, span: Span) -> Option<Value> {
        self.value_problem(codes::NOTHING_TO_SHOW, span, format!("the {what} has no payload to give an example of"))
    }

    fn examples_of(&mut self, slot: ExampleSlot) -> &mut Vec<Value> {
        match slot {
            ExampleSlot::Record(id) => &mut self.model.records[id].examples,
            ExampleSlot::Enum(id) => &mut self.model.enums[id].examples,
            ExampleSlot::Union(id) => &mut self.model.unions[id].examples,
            ExampleSlot::Alias(id) => &mut self.model.aliases[id].examples,
            ExampleSlot::Exception(id) => &mut self.model.exceptions[id].examples,
            ExampleSlot::Field(slot) => &mut slot.get_mut(&mut self.model).examples,
            ExampleSlot::Procedure(id) => &mut self.model.procedures[id].examples,
        }
    }
}
