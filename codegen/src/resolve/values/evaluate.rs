use crate::ast::{Literal, LiteralKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::values as codes;
use crate::model::{FloatType, IntType, Type, TypeId, Value};
use crate::resolve::lower::Lowered;
use crate::resolve::text_values;
use crate::source::Span;

impl<'t> Lowered<'t> {
    /// The value that a literal of the current file is as a `ty`; `None` where it is none, which is reported.
    pub(super) fn evaluate(&mut self, literal: &Literal, ty: TypeId) -> Option<Value> {
        let resolved = self.model.resolved(ty);
        if self.is_poison(resolved) {
            return None;
        }
        if let LiteralKind::Name(path) = &literal.kind {
            return self.named_value(path, resolved);
        }
        let span = literal.span;
        match (self.model.types[resolved].clone(), &literal.kind) {
            (Type::Any, _) => self.any(literal).map(Value::Any),
            (Type::Optional(_), LiteralKind::Null) => Some(Value::Null),
            (Type::Optional(inner), _) => self.evaluate(literal, inner),
            (Type::Bool, LiteralKind::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Int(int), LiteralKind::Number) => self.integer(literal, int),
            (Type::Float(float), LiteralKind::Number) => self.float(literal, float),
            (Type::String, LiteralKind::String(text)) => Some(Value::String(text.clone())),
            (Type::Bytes, LiteralKind::String(text)) => {
                let bytes = text_values::bytes(text);
                self.read(span, bytes).map(|bytes| Value::Bytes(bytes.into()))
            }
            (Type::Uuid, LiteralKind::String(text)) => self.text_value(span, text_values::uuid(text)),
            (Type::Timestamp, LiteralKind::String(text)) => self.text_value(span, text_values::timestamp(text)),
            (Type::DateTime, LiteralKind::String(text)) => self.text_value(span, text_values::datetime(text)),
            (Type::Date, LiteralKind::String(text)) => self.text_value(span, text_values::date(text)),
            (Type::Time, LiteralKind::String(text)) => self.text_value(span, text_values::time(text)),
            (Type::Decimal, LiteralKind::String(text)) => self.text_value(span, text_values::decimal(text)),
            (Type::Duration, LiteralKind::String(text)) => {
                self.text_value(span, text_values::duration(text).map(text_values::duration_text))
            }
            (Type::Duration, LiteralKind::Duration) => {
                let text = text_values::duration_literal(self.literal_text(literal)).map(text_values::duration_text);
                self.text_value(span, text)
            }
            (Type::Enum(id), LiteralKind::String(text)) => self.variant_by_wire_name(id, text, span),
            (Type::List(item), LiteralKind::List(items)) => {
                self.items(items, |_| item).map(|items| Value::Sequence(items.into()))
            }
            (Type::Set(item), LiteralKind::List(items)) => {
                let mut items = self.items(items, |_| item)?;
                self.sort_as_set(&mut items, item);
                Some(Value::Sequence(items.into()))
            }
            (Type::Tuple(types), LiteralKind::List(items)) => {
                if items.len() != types.len() {
                    let message = format!("the tuple holds {} values, not {}", types.len(), items.len());
                    return self.value_problem(codes::WRONG_VALUE, span, message);
                }
                self.items(items, |index| types[index]).map(|items| Value::Sequence(items.into()))
            }
            (Type::Map(key, value), LiteralKind::Object(entries)) => self.map(entries, key, value),
            (Type::Record(id), LiteralKind::Object(entries)) => self.record_value(id, entries, span, None),
            (Type::Union(id), LiteralKind::Object(entries)) => self.union_value(id, entries, span),
            (_, found) => {
                let wanted = self.wanted(resolved);
                let message = format!("expected {wanted}, found {}", described(found));
                if matches!(found, LiteralKind::Null) {
                    let help = "a type that also holds null ends in `?`";
                    self.problems.push(Problem::new(codes::WRONG_VALUE, self.at(span), message).with_help(help));
                    return None;
                }
                self.value_problem(codes::WRONG_VALUE, span, message)
            }
        }
    }

    /// All items, or none where one is wrong; every wrong one is reported.
    fn items(&mut self, items: &[Literal], ty: impl Fn(usize) -> TypeId) -> Option<Vec<Value>> {
        let values: Vec<Option<Value>> =
            items.iter().enumerate().map(|(index, item)| self.evaluate(item, ty(index))).collect();
        values.into_iter().collect()
    }

    fn read<T>(&mut self, span: Span, value: Result<T, String>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(why) => self.value_problem(codes::WRONG_VALUE, span, why),
        }
    }

    fn text_value(&mut self, span: Span, text: Result<String, String>) -> Option<Value> {
        self.read(span, text).map(|text| Value::Text(text.into()))
    }

    fn integer(&mut self, literal: &Literal, int: IntType) -> Option<Value> {
        let text = self.literal_text(literal);
        if text.contains(['.', 'e', 'E']) {
            let message = format!("{} takes neither fraction nor exponent, and {text} has one", int.name());
            return self.value_problem(codes::WRONG_VALUE, literal.span, message);
        }
        self.integer_in_range(text.parse().ok(), int, text, literal.span)
    }

    /// An integer where it fits; `text` is how it is written.
    pub(super) fn integer_in_range(
        &mut self,
        value: Option<i128>,
        int: IntType,
        text: &str,
        span: Span,
    ) -> Option<Value> {
        let (least, most) = int.bounds();
        match value {
            Some(value) if (least..=most).contains(&value) => Some(Value::Int(value)),
            _ => {
                let message = format!("{text} does not fit {}, which goes from {least} to {most}", int.name());
                self.value_problem(codes::OUT_OF_RANGE, span, message)
            }
        }
    }

    fn float(&mut self, literal: &Literal, float: FloatType) -> Option<Value> {
        let text = self.literal_text(literal);
        let value = match float {
            FloatType::Float32 => text.parse::<f32>().ok().filter(|value| value.is_finite()).map(f64::from),
            FloatType::Float64 => text.parse::<f64>().ok().filter(|value| value.is_finite()),
        };
        match value {
            Some(value) => Some(Value::Float(value)),
            None => {
                let message = format!("{text} does not fit {}", float.name());
                self.value_problem(codes::OUT_OF_RANGE, literal.span, message)
            }
        }
    }

    /// What a type wants, for people.
    pub(super) fn wanted(&self, ty: TypeId) -> String {
        let example = match self.model.shape(ty) {
            Type::Bytes => "\"aGk=\"",
            Type::Uuid => "\"67e55044-10b1-426f-9247-bb680e5fe0c8\"",
            Type::Timestamp => "\"2025-01-31T12:30:00Z\"",
            Type::DateTime => "\"2025-01-31T12:30:00\"",
            Type::Date => "\"2025-01-31\"",
            Type::Time => "\"12:30:00\"",
            Type::Decimal => "\"12.50\"",
            Type::Duration => "5s",
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[…]",
            Type::Map(..) | Type::Record(_) => "{\"…\": …}",
            Type::Union(_) => "{\"kind\": \"…\", \"value\": …}",
            Type::Enum(_) => return format!("a variant of {}", self.model.type_text(ty)),
            _ => return self.model.type_text(ty),
        };
        format!("{} as in {example}", self.model.type_text(ty))
    }
}

/// A literal, for people.
pub(super) fn described(kind: &LiteralKind) -> &'static str {
    match kind {
        LiteralKind::Null => "null",
        LiteralKind::Bool(_) => "a bool",
        LiteralKind::Number => "a number",
        LiteralKind::String(_) => "a string",
        LiteralKind::Duration => "a duration",
        LiteralKind::Range(..) => "a range",
        LiteralKind::List(_) => "a list",
        LiteralKind::Object(_) => "an object",
        LiteralKind::Name(_) => "a name",
    }
}
