//! Literals evaluated against their types: constants, defaults, examples, the bounds of constraints.

mod bounds;
mod check;
mod constants;
mod defaults;
mod evaluate;
mod json;
mod named;
mod objects;
mod order;

use super::lower::Lowered;
use crate::ast::Literal;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{Code, values as codes};
use crate::model::Value;
use crate::source::{Location, Span};

/// How much all constants and defaults of a compilation may grow where they are written out: values that are copied.
const MAX_COPIED: usize = 4_000_000;

/// How deep a value may nest: literals nest 64 deep, and so much again where constants and defaults stand in them.
const MAX_DEPTH: usize = 128;

impl<'t> Lowered<'t> {
    /// Evaluates everything that was set aside, in the order in which one needs the other.
    pub(super) fn settle_values(&mut self) {
        self.set_out_defaults();
        self.settle_constants();
        self.settle_constraints();
        self.settle_defaults();
        self.settle_examples();
        self.check_values();
    }

    /// The text of a span in the file that is being read.
    fn literal_text(&self, literal: &Literal) -> &'t str {
        self.text(literal.span)
    }

    fn value_problem<T>(&mut self, code: Code, span: Span, message: impl Into<String>) -> Option<T> {
        self.problem(code, span, message);
        None
    }

    /// Counts what is copied, and refuses when it is too much.
    fn charge(&mut self, amount: usize, span: Span) -> Option<()> {
        let before = self.values.copied;
        self.values.copied = before.saturating_add(amount);
        if self.values.copied <= MAX_COPIED {
            return Some(());
        }
        if before <= MAX_COPIED {
            let message = format!("constants and defaults grow beyond {MAX_COPIED} values once they are written out");
            self.problem(codes::VALUE_TOO_LARGE, span, message);
        }
        None
    }

    /// A value that stands on its own, unless it nests too deep to be handled safely.
    fn checked_depth(&mut self, value: Value, location: Location) -> Option<Value> {
        if depth(&value) <= MAX_DEPTH {
            return Some(value);
        }
        let message = format!("the value nests deeper than {MAX_DEPTH} once it is written out");
        self.problems.push(Problem::new(codes::VALUE_TOO_LARGE, location, message));
        None
    }
}

/// How many values stand in each other. Every part of a value was measured before it was put together, so that this is
/// shallow enough to recurse.
fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Sequence(items) => items.iter().map(depth).max(),
        Value::Map(entries) => entries.iter().map(|(_, value)| depth(value)).max(),
        Value::Record(_, fields) => fields.iter().flatten().map(depth).max(),
        Value::Union(_, _, inner) => inner.as_deref().map(depth),
        Value::Any(json) => Some(json_depth(json)),
        _ => None,
    };
    1 + inner.unwrap_or(0)
}

fn json_depth(json: &serde_json::Value) -> usize {
    1 + match json {
        serde_json::Value::Array(items) => items.iter().map(json_depth).max().unwrap_or(0),
        serde_json::Value::Object(entries) => entries.values().map(json_depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// How many values a value holds, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Sequence(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| 1 + count(value)).sum(),
        Value::Record(_, fields) => fields.iter().map(|field| field.as_ref().map_or(1, count)).sum(),
        Value::Union(_, _, inner) => inner.as_deref().map_or(0, count),
        Value::Any(json) => json_count(json),
        Value::String(text) => text.len() / 32,
        _ => 0,
    }
}

fn json_count(json: &serde_json::Value) -> usize {
    1 + match json {
        serde_json::Value::Array(items) => items.iter().map(json_count).sum(),
        serde_json::Value::Object(entries) => entries.values().map(|value| 1 + json_count(value)).sum(),
        serde_json::Value::String(text) => text.len() / 32,
        _ => 0,
    }
}
