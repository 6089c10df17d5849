//! Values of the contract as Python expressions: defaults and constants.

use super::literal;
use super::plan::Item;
use super::scope::Scope;
use crate::model::{FloatType, Meta, Record, Type, TypeId, UnionId, UnionTag, Value};
use crate::resolve::duration_nanoseconds;
use crate::validate::names::python as names;

impl Scope<'_> {
    /// The expression of a value.
    pub(super) fn value(&mut self, ty: TypeId, value: &Value) -> String {
        let model = self.plan.model;
        let shape = model.shape(ty);
        if let Type::Optional(inner) = shape {
            return match value {
                Value::Null => "None".to_owned(),
                value => self.value(*inner, value),
            };
        }
        match (shape, value) {
            (_, Value::Null) => "None".to_owned(),
            (_, Value::Bool(value)) => literal::boolean(*value).to_owned(),
            (_, Value::Int(value)) => value.to_string(),
            (Type::Float(FloatType::Float32), Value::Float(value)) => format!("{:?}", *value as f32),
            (_, Value::Float(value)) => literal::float(*value),
            (_, Value::String(text)) => literal::quoted(text),
            (_, Value::Bytes(bytes)) => literal::bytes(bytes),
            (ty, Value::Text(text)) => scalar(ty, text),
            (_, Value::Any(json)) => {
                let mut out = String::new();
                literal::json(&mut out, json);
                out
            }
            (Type::Set(_), Value::Sequence(items)) if items.is_empty() => "set()".to_owned(),
            (Type::Set(item), Value::Sequence(items)) => format!("{{{}}}", self.values(*item, items)),
            (Type::List(item), Value::Sequence(items)) => format!("[{}]", self.values(*item, items)),
            (Type::Tuple(types), Value::Sequence(items)) => {
                let items: Vec<String> = types.iter().zip(items).map(|(ty, value)| self.value(*ty, value)).collect();
                format!("({})", items.join(", "))
            }
            (Type::Map(key_type, value_type), Value::Map(entries)) => {
                let mut items = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    items.push(format!("{}: {}", self.value(*key_type, key), self.value(*value_type, value)));
                }
                format!("{{{}}}", items.join(", "))
            }
            (_, Value::Record(id, values)) => {
                let record = &model.records[*id];
                let mut out = String::new();
                self.push_name(&mut out, record.namespace, &self.plan.records[id.index()]);
                out.push_str(self.call(&record.meta));
                self.push_fields(&mut out, record, values);
                out + ")"
            }
            (_, Value::Enum(id, index)) => {
                let one = &model.enums[*id];
                let mut out = String::new();
                self.push_name(&mut out, one.namespace, &self.plan.enums[id.index()]);
                out + "." + &names::variant_name(&one.variants[*index as usize].meta.name)
            }
            (_, Value::UnknownVariant(id, name)) => {
                let mut out = String::new();
                self.push_name(&mut out, model.enums[*id].namespace, &self.plan.enums[id.index()]);
                format!("{out}({})", literal::quoted(name))
            }
            (_, Value::Union(id, index, held)) => self.variant(*id, *index, held.as_deref()),
            // A value that was checked against its type has one of the forms above.
            (_, Value::Sequence(_) | Value::Map(_)) => "None".to_owned(),
        }
    }

    /// How a model is made. One of a circle of namespaces may not be complete yet where a constant asks for it, and whoever
    /// makes a deprecated one is warned: what the compiler has checked is not checked again.
    fn call(&self, meta: &Meta) -> &'static str {
        let is_incomplete = self.is_complete && self.is_in_circle();
        if is_incomplete || meta.deprecated.is_some() { ".model_construct(" } else { "(" }
    }

    fn values(&mut self, item: TypeId, items: &[Value]) -> String {
        let items: Vec<String> = items.iter().map(|value| self.value(item, value)).collect();
        items.join(", ")
    }

    fn push_fields(&mut self, out: &mut String, record: &Record, values: &[Option<Value>]) {
        let mut is_first = true;
        for (field, value) in record.fields.iter().zip(values) {
            let Some(value) = value else { continue };
            out.push_str(if is_first { "" } else { ", " });
            out.push_str(&names::field_name(&field.meta.name));
            out.push('=');
            out.push_str(&self.value(field.ty, value));
            is_first = false;
        }
    }

    fn variant(&mut self, id: UnionId, index: u32, held: Option<&Value>) -> String {
        let union = &self.plan.model.unions[id];
        let variant = &union.variants[index as usize];
        let mut out = String::new();
        let name = names::union_variant_name(&union.meta.name, &variant.meta.name);
        self.push_name(&mut out, union.namespace, &name);
        out.push_str(self.call(&variant.meta));
        match (&union.tag, variant.ty.zip(held)) {
            (UnionTag::Inside(_), Some((_, Value::Record(id, values)))) => {
                self.push_fields(&mut out, &self.plan.model.records[*id], values);
            }
            (UnionTag::Beside, Some((ty, value))) => {
                out.push_str("value=");
                out.push_str(&self.value(ty, value));
            }
            _ => {}
        }
        out + ")"
    }

    /// Whether a value is made of a definition that is not there yet.
    pub(super) fn is_value_ahead(&self, value: &Value) -> bool {
        match value {
            Value::Record(id, values) => {
                self.is_ahead(Item::Record(*id)) || values.iter().flatten().any(|value| self.is_value_ahead(value))
            }
            Value::Union(id, _, held) => {
                self.is_ahead(Item::Union(*id)) || held.as_ref().is_some_and(|value| self.is_value_ahead(value))
            }
            Value::Enum(id, _) | Value::UnknownVariant(id, _) => self.is_ahead(Item::Enum(*id)),
            Value::Sequence(items) => items.iter().any(|value| self.is_value_ahead(value)),
            Value::Map(entries) => {
                entries.iter().any(|(key, value)| self.is_value_ahead(key) || self.is_value_ahead(value))
            }
            _ => false,
        }
    }
}

fn scalar(ty: &Type, text: &str) -> String {
    let text_of = |function: &str| format!("_wire.{function}({})", literal::quoted(text));
    match ty {
        Type::Uuid => text_of("uuid"),
        Type::Timestamp => text_of("timestamp"),
        Type::DateTime => text_of("datetime.fromisoformat"),
        Type::Date => text_of("date.fromisoformat"),
        Type::Time => text_of("time.fromisoformat"),
        Type::Decimal => text_of("decimal"),
        Type::Duration => duration(text),
        _ => literal::quoted(text),
    }
}

/// Microseconds in each unit, the greatest first.
const UNITS: [(&str, i128); 5] = [
    ("days", 86_400_000_000),
    ("hours", 3_600_000_000),
    ("minutes", 60_000_000),
    ("seconds", 1_000_000),
    ("milliseconds", 1_000),
];

/// A duration in the greatest unit that makes a whole number of it; what is smaller than a microsecond is cut.
fn duration(text: &str) -> String {
    let micros = duration_nanoseconds(text).unwrap_or_default() / 1_000;
    let whole = UNITS.iter().find(|(_, unit)| micros % unit == 0);
    match whole {
        _ if micros == 0 => "_wire.timedelta()".to_owned(),
        Some((name, unit)) => format!("_wire.timedelta({name}={})", micros / unit),
        None => format!("_wire.timedelta(microseconds={micros})"),
    }
}
