//! Holds defaults, examples and constants to the constraints of their types.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::diagnostic::Problem;
use crate::diagnostic::code::values as codes;
use crate::model::{ConstantId, Constraints, ExceptionPayload, Id, Payload, Type, TypeId, Value};
use crate::resolve::lower::Lowered;
use crate::resolve::pending::{ExampleSlot, FieldSlot};
use crate::source::Location;

const NONE: Constraints = Constraints { length: None, range: None, pattern: None };

impl Lowered<'_> {
    pub(super) fn check_values(&mut self) {
        let mut found = Vec::new();
        let constants = Rc::clone(&self.values.constants);
        for (index, constant) in constants.iter().enumerate() {
            let id: ConstantId = Id::at(index);
            if self.is_evaluated(id) {
                let of = &self.model.constants[id];
                self.check_value(&of.value, of.ty, &NONE, constant.location, &mut found);
            }
        }
        let defaults = Rc::clone(&self.values.defaults);
        for default in defaults.iter() {
            let field = default.slot.get(&self.model);
            if let Some(value) = &field.default {
                self.check_value(value, field.ty, &field.constraints, default.location, &mut found);
            }
        }
        let mut shown = rustc_hash::FxHashMap::default();
        for (slot, location) in std::mem::take(&mut self.values.shown) {
            let index = shown.entry(slot).or_insert(0);
            self.check_example(slot, *index, location, &mut found);
            *index += 1;
        }
        self.problems.extend(found);
    }

    fn check_example(&self, slot: ExampleSlot, index: usize, at: Location, found: &mut Vec<Problem>) {
        match slot {
            ExampleSlot::Record(id) => self.check_inside(&self.model.records[id].examples[index], None, at, found),
            ExampleSlot::Union(id) => self.check_inside(&self.model.unions[id].examples[index], None, at, found),
            ExampleSlot::Enum(_) => {}
            ExampleSlot::Alias(id) => {
                let alias = &self.model.aliases[id];
                self.check_value(&alias.examples[index], alias.ty, &alias.constraints, at, found);
            }
            ExampleSlot::Field(slot) => {
                let field = slot.get(&self.model);
                self.check_value(&field.examples[index], field.ty, &field.constraints, at, found);
            }
            ExampleSlot::Exception(id) => {
                let exception = &self.model.exceptions[id];
                let value = &exception.examples[index];
                match &exception.payload {
                    ExceptionPayload::Bare(ty, constraints) => self.check_value(value, *ty, constraints, at, found),
                    ExceptionPayload::Fields(fields) => {
                        self.check_named(value, fields.len(), |index| FieldSlot::Exception(id, index), at, found);
                    }
                    ExceptionPayload::Null => {}
                }
            }
            ExampleSlot::Procedure(id) => {
                let procedure = &self.model.procedures[id];
                let value = &procedure.examples[index];
                match &procedure.payload {
                    Payload::Bare(ty, constraints) => self.check_value(value, *ty, constraints, at, found),
                    Payload::Named(fields) => {
                        self.check_named(value, fields.len(), |index| FieldSlot::Parameter(id, index), at, found);
                    }
                    Payload::Null => {}
                }
            }
        }
    }

    fn check_named(
        &self,
        value: &Value,
        count: usize,
        slot: impl Fn(u32) -> FieldSlot,
        at: Location,
        found: &mut Vec<Problem>,
    ) {
        let Value::Map(entries) = value else { return };
        for index in 0..count as u32 {
            let field = slot(index).get(&self.model);
            let is_named =
                |(name, _): &&(Value, Value)| matches!(name, Value::String(name) if *name == field.wire_name);
            if let Some((_, value)) = entries.iter().find(is_named) {
                self.check_value(value, field.ty, &field.constraints, at, found);
            }
        }
    }

    fn check_value(&self, value: &Value, ty: TypeId, own: &Constraints, at: Location, found: &mut Vec<Problem>) {
        if matches!(value, Value::Null) {
            return;
        }
        self.hold(value, ty, own, at, found);
        let mut ty = ty;
        loop {
            match self.model.types[ty] {
                Type::Alias(id) => {
                    let alias = &self.model.aliases[id];
                    self.hold(value, alias.ty, &alias.constraints, at, found);
                    ty = alias.ty;
                }
                Type::Optional(inner) => ty = inner,
                _ => break,
            }
        }
        self.check_inside(value, Some(ty), at, found);
    }

    fn check_inside(&self, value: &Value, ty: Option<TypeId>, at: Location, found: &mut Vec<Problem>) {
        match (value, ty.map(|ty| &self.model.types[ty])) {
            (Value::Sequence(items), Some(Type::List(item) | Type::Set(item))) => {
                items.iter().for_each(|value| self.check_value(value, *item, &NONE, at, found));
            }
            (Value::Sequence(items), Some(Type::Tuple(types))) => {
                items.iter().zip(types).for_each(|(value, ty)| self.check_value(value, *ty, &NONE, at, found));
            }
            (Value::Map(entries), Some(Type::Map(key, item))) => {
                for (name, value) in entries {
                    self.check_value(name, *key, &NONE, at, found);
                    self.check_value(value, *item, &NONE, at, found);
                }
            }
            (Value::Record(id, values), _) => {
                for (field, value) in self.model.records[*id].fields.iter().zip(values) {
                    // A default that was filled in is checked where it stands.
                    if let Some(value) = value.as_ref().filter(|value| Some(*value) != field.default.as_deref()) {
                        self.check_value(value, field.ty, &field.constraints, at, found);
                    }
                }
            }
            (Value::Union(id, variant, Some(inner)), _) => {
                if let Some(ty) = self.model.unions[*id].variants[*variant as usize].ty {
                    self.check_value(inner, ty, &NONE, at, found);
                }
            }
            _ => {}
        }
    }

    /// Holds one value to one set of constraints.
    fn hold(&self, value: &Value, ty: TypeId, constraints: &Constraints, at: Location, found: &mut Vec<Problem>) {
        if constraints.is_empty() {
            return;
        }
        let mut broken = |message: String| found.push(Problem::new(codes::CONSTRAINT_BROKEN, at, message));
        if let Some((from, to)) = constraints.length.as_deref().copied() {
            let (length, unit) = match value {
                Value::String(text) => (text.chars().count() as u64, "characters"),
                Value::Bytes(bytes) => (bytes.len() as u64, "bytes"),
                Value::Sequence(items) => (items.len() as u64, "items"),
                Value::Map(entries) => (entries.len() as u64, "entries"),
                _ => (0, "items"),
            };
            if from.is_some_and(|from| length < from) || to.is_some_and(|to| length > to) {
                let allowed = range_text(from.map(|from| from.to_string()), to.map(|to| to.to_string()));
                broken(format!("the value's length is {length} (in {unit}), and @length allows {allowed}"));
            }
        }
        if let Some(range) = &constraints.range {
            let below = range.from.as_ref().is_some_and(|from| self.compare(value, from, ty) == Ordering::Less);
            let above = range.to.as_ref().is_some_and(|to| self.compare(value, to, ty) == Ordering::Greater);
            if below || above {
                let text = |value: &Value| self.model.value_json(value, ty).to_string();
                let allowed = range_text(range.from.as_ref().map(text), range.to.as_ref().map(text));
                broken(format!("the value is {}, and @range allows {allowed}", text(value)));
            }
        }
        if let (Some(source), Value::String(text)) = (&constraints.pattern, value) {
            let matches = self.values.patterns.get(source).is_none_or(|pattern| pattern.is_match(text));
            if !matches {
                broken(format!("\"{text}\" does not match the pattern \"{source}\""));
            }
        }
    }
}

fn range_text(from: Option<String>, to: Option<String>) -> String {
    if let Some(exactly) = from.as_ref().filter(|_| from == to) {
        return exactly.clone();
    }
    format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default())
}
