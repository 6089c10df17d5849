//! Values of the contract as Rust expressions: defaults and constants.

use jiff::civil;

use super::facts::Holder;
use super::literal;
use super::scope::{Scope, int_name};
use crate::model::{FloatType, Type, TypeId, Value};
use crate::resolve::duration_nanoseconds;
use crate::validate::names::rust as names;

impl Scope<'_> {
    /// The expression of a value, boxed as `whole` holds it in place.
    pub(super) fn value(&mut self, ty: TypeId, value: &Value, whole: Option<Holder>) -> String {
        let plan = self.plan;
        let model = plan.model;
        let shape = model.resolved(ty);
        if let Type::Optional(inner) = model.types[shape] {
            return match value {
                Value::Null => "None".to_owned(),
                value => format!("Some({})", self.value(inner, value, whole)),
            };
        }
        match (&model.types[shape], value) {
            (_, Value::Bool(value)) => value.to_string(),
            (_, Value::Int(value)) => literal::integer(*value),
            (Type::Float(FloatType::Float32), Value::Float(value)) => format!("{:?}", *value as f32),
            (_, Value::Float(value)) => literal::float(*value),
            (_, Value::String(text)) => string(text),
            (_, Value::Bytes(bytes)) => {
                format!("{}::from_static({})", self.runtime_type("Bytes"), literal::bytes(bytes))
            }
            (ty, Value::Text(text)) => self.text(ty, text),
            (Type::Set(item), Value::Sequence(items)) => {
                let set = self.external("::std::collections", "BTreeSet");
                self.collection(&set.to_string(), items.iter().map(|value| (*item, value)))
            }
            (Type::List(item), Value::Sequence(items)) => {
                self.collection("Vec", items.iter().map(|value| (*item, value)))
            }
            (Type::Tuple(types), Value::Sequence(items)) => {
                let items: Vec<String> =
                    types.iter().zip(items).map(|(ty, value)| self.value(*ty, value, whole)).collect();
                format!("({})", items.join(", "))
            }
            (Type::Map(key_type, value_type), Value::Map(entries)) => {
                let map = self.external("::std::collections", "BTreeMap");
                if entries.is_empty() {
                    return format!("{map}::new()");
                }
                let mut items = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let key = self.value(*key_type, key, None);
                    items.push(format!("({key}, {})", self.value(*value_type, value, None)));
                }
                format!("{map}::from([{}])", items.join(", "))
            }
            (Type::Any, Value::Any(json)) => self.json(json),
            (Type::Any, _) => format!("{}::Null", self.runtime_type("Value")),
            (_, Value::Record(id, values)) => {
                let record = &model.records[*id];
                let holder = Holder::Record(*id);
                let path = self.path(record.namespace, &plan.records[id.index()]);
                let mut fields = Vec::with_capacity(values.len());
                for (field, value) in record.fields.iter().zip(values) {
                    let value = value.as_ref().unwrap_or(&Value::Null);
                    let name = names::field_name(&field.meta.name);
                    fields.push(format!("{name}: {}", self.value(field.ty, value, Some(holder))));
                }
                self.boxed(holder, whole, format!("{path} {{ {} }}", fields.join(", ")))
            }
            (_, Value::Union(id, index, content)) => {
                let union = &model.unions[*id];
                let holder = Holder::Union(*id);
                let variant = &union.variants[*index as usize];
                let path = self.path(union.namespace, &plan.unions[id.index()]);
                let mut text = format!("{path}::{}", names::variant_name(&variant.meta.name));
                if let (Some(ty), Some(content)) = (variant.ty, content) {
                    text.push_str(&format!("({})", self.value(ty, content, Some(holder))));
                }
                self.boxed(holder, whole, text)
            }
            (_, Value::Enum(id, index)) => {
                let item = &model.enums[*id];
                let path = self.path(item.namespace, &plan.enums[id.index()]);
                format!("{path}::{}", names::variant_name(&item.variants[*index as usize].meta.name))
            }
            (_, Value::UnknownVariant(id, name)) => {
                let path = self.path(model.enums[*id].namespace, &plan.enums[id.index()]);
                format!("{path}::Unrecognized({})", string(name))
            }
            (_, Value::Null | Value::Any(_) | Value::Sequence(_) | Value::Map(_)) => "None".to_owned(),
        }
    }

    /// The expression of a value in a `const` of its own, and the type that it has there; none where it needs a static.
    pub(super) fn constant(&mut self, ty: TypeId, value: &Value) -> Option<(String, String)> {
        let model = self.plan.model;
        match (model.shape(ty), value) {
            (Type::String, Value::String(text)) => Some(("&str".to_owned(), literal::quoted(text))),
            (Type::Bytes, Value::Bytes(bytes)) => Some(("&[u8]".to_owned(), literal::bytes(bytes))),
            (
                Type::List(_)
                | Type::Set(_)
                | Type::Map(..)
                | Type::Tuple(_)
                | Type::Any
                | Type::Record(_)
                | Type::Union(_)
                | Type::Optional(_),
                _,
            )
            | (Type::Enum(_), Value::UnknownVariant(..)) => None,
            _ => Some((self.ty(ty).to_string(), self.value(ty, value, None))),
        }
    }

    /// An integer or other bound of `@range`, its type spelled out where nothing else tells it.
    pub(super) fn bound(&mut self, ty: TypeId, value: &Value) -> String {
        let text = self.value(ty, value, None);
        match self.plan.model.shape(ty) {
            Type::Int(int) => format!("{text}_{}", int_name(*int)),
            Type::Float(FloatType::Float32) => format!("{text}_f32"),
            Type::Float(FloatType::Float64) => format!("{text}_f64"),
            _ => text,
        }
    }

    fn runtime_type(&mut self, name: &'static str) -> String {
        self.external("::almanet_runtime::types", name).to_string()
    }

    fn boxed(&self, part: Holder, whole: Option<Holder>, text: String) -> String {
        let is_boxed = whole.is_some_and(|whole| self.plan.facts.is_boxed_in(part, whole));
        if is_boxed { format!("Box::new({text})") } else { text }
    }

    fn collection<'v>(&mut self, name: &str, items: impl ExactSizeIterator<Item = (TypeId, &'v Value)>) -> String {
        if items.len() == 0 {
            return format!("{name}::new()");
        }
        let items: Vec<String> = items.map(|(ty, value)| self.value(ty, value, None)).collect();
        format!("{name}::from([{}])", items.join(", "))
    }

    fn json(&mut self, json: &serde_json::Value) -> String {
        let value = self.runtime_type("Value");
        match json {
            serde_json::Value::Null => format!("{value}::Null"),
            serde_json::Value::Bool(json) => format!("{value}::Bool({json})"),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => format!("{value}::from({}_i64)", literal::integer(number.into())),
                (None, Some(number)) => format!("{value}::from({}_u64)", literal::integer(number.into())),
                (None, None) => format!("{value}::from({}_f64)", literal::float(number.as_f64().unwrap_or_default())),
            },
            serde_json::Value::String(text) => format!("{value}::from({})", literal::quoted(text)),
            serde_json::Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.json(item)).collect();
                format!("{value}::Array(Vec::from([{}]))", items.join(", "))
            }
            serde_json::Value::Object(members) if members.is_empty() => {
                format!("{}::literal(\"{{}}\")", self.codegen())
            }
            serde_json::Value::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, item)| format!("({}, {})", literal::quoted(name), self.json(item)))
                    .collect();
                format!("{value}::from_iter([{}])", members.join(", "))
            }
        }
    }

    /// A value that is kept as its canonical text. What the compiler has checked reads back.
    fn text(&mut self, ty: &Type, text: &str) -> String {
        match ty {
            Type::Uuid => {
                let uuid: uuid::Uuid = text.parse().expect(CHECKED);
                let (high, low) = uuid.as_u64_pair();
                let group = |bits: u64| {
                    format!(
                        "{:04x}_{:04x}_{:04x}_{:04x}",
                        bits >> 48,
                        bits >> 32 & 0xffff,
                        bits >> 16 & 0xffff,
                        bits & 0xffff
                    )
                };
                format!("{}::from_u128(0x{}_{})", self.runtime_type("Uuid"), group(high), group(low))
            }
            Type::Timestamp => {
                let instant: jiff::Timestamp = text.parse().expect(CHECKED);
                let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
                let name = self.runtime_type("Timestamp");
                format!("{name}::constant({}, {})", literal::integer(seconds.into()), literal::integer(nanos.into()))
            }
            Type::DateTime => {
                let moment: civil::DateTime = text.parse().expect(CHECKED);
                let name = self.runtime_type("DateTime");
                format!("{name}::constant({}, {})", date(moment.date()), time(moment.time()))
            }
            Type::Date => {
                format!("{}::constant({})", self.runtime_type("Date"), date(text.parse().expect(CHECKED)))
            }
            Type::Time => {
                format!("{}::constant({})", self.runtime_type("Time"), time(text.parse().expect(CHECKED)))
            }
            Type::Duration => {
                let duration = duration_nanoseconds(text).expect(CHECKED);
                let (seconds, nanos) = (duration / NANOSECONDS, duration % NANOSECONDS);
                let name = self.runtime_type("Duration");
                format!("{name}::new({}, {})", literal::integer(seconds), literal::integer(nanos))
            }
            Type::Decimal => {
                let decimal: rust_decimal::Decimal = text.parse().expect(CHECKED);
                let parts = decimal.unpack();
                let digits = [parts.lo, parts.mid, parts.hi].map(|part| literal::integer(part.into())).join(", ");
                format!("{}::from_parts({digits}, {}, {})", self.runtime_type("Decimal"), parts.negative, parts.scale)
            }
            _ => format!("String::from({})", literal::quoted(text)),
        }
    }
}

const NANOSECONDS: i128 = 1_000_000_000;

/// Why canonical text reads back.
const CHECKED: &str = "the compiler has checked what the model holds";

fn date(date: civil::Date) -> String {
    format!("{}, {}, {}", date.year(), date.month(), date.day())
}

fn time(time: civil::Time) -> String {
    let nanos = literal::integer(time.subsec_nanosecond().into());
    format!("{}, {}, {}, {nanos}", time.hour(), time.minute(), time.second())
}

fn string(text: &str) -> String {
    if text.is_empty() { "String::new()".to_owned() } else { format!("String::from({})", literal::quoted(text)) }
}
