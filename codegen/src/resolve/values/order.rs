//! The order of values of one type.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::model::{Type, TypeId, Value};
use crate::resolve::lower::Lowered;
use crate::resolve::text_values;

impl Lowered<'_> {
    /// Puts a set's values in order, each once.
    pub(super) fn sort_as_set(&self, items: &mut Vec<Value>, ty: TypeId) {
        items.sort_by(|a, b| self.compare(a, b, ty));
        items.dedup_by(|a, b| self.compare(a, b, ty) == Ordering::Equal);
    }

    /// How two values of a scalar type compare; what is no scalar is equal.
    pub(super) fn compare(&self, a: &Value, b: &Value, ty: TypeId) -> Ordering {
        match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
            (Value::Enum(_, a), Value::Enum(_, b)) => a.cmp(b),
            (Value::UnknownVariant(_, a), Value::UnknownVariant(_, b)) => a.cmp(b),
            (Value::Enum(..), Value::UnknownVariant(..)) => Ordering::Less,
            (Value::UnknownVariant(..), Value::Enum(..)) => Ordering::Greater,
            (Value::Text(a), Value::Text(b)) => self.compare_texts(a, b, ty),
            _ => Ordering::Equal,
        }
    }

    /// Texts are in canonical form, so that most of them compare as they are.
    fn compare_texts(&self, a: &str, b: &str, ty: TypeId) -> Ordering {
        match self.model.shape(ty) {
            Type::Duration => text_values::duration(a).ok().cmp(&text_values::duration(b).ok()),
            Type::Decimal => a.parse::<Decimal>().ok().cmp(&b.parse::<Decimal>().ok()),
            // A fraction sorts before the `Z` that it stands before.
            Type::Timestamp => a.trim_end_matches('Z').cmp(b.trim_end_matches('Z')),
            _ => a.cmp(b),
        }
    }
}
