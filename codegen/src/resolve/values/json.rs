use serde_json::{Map, Value as Json};

use super::evaluate::described;
use crate::ast::{Literal, LiteralKind};
use crate::diagnostic::code::values as codes;
use crate::model::Value;
use crate::resolve::lower::Lowered;

impl Lowered<'_> {
    /// A literal of type `any`, in its JSON form.
    pub(super) fn any(&mut self, literal: &Literal) -> Option<Json> {
        let span = literal.span;
        match &literal.kind {
            LiteralKind::Null => Some(Json::Null),
            LiteralKind::Bool(value) => Some(Json::Bool(*value)),
            LiteralKind::String(text) => Some(Json::String(text.to_string())),
            LiteralKind::Number => {
                let text = self.literal_text(literal);
                match number(text) {
                    Some(number) => Some(Json::Number(number)),
                    None => self.value_problem(
                        codes::OUT_OF_RANGE,
                        span,
                        format!("{text} is neither an integer of 64 bits nor a finite double"),
                    ),
                }
            }
            LiteralKind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.any(item)).collect();
                items.into_iter().collect::<Option<Vec<_>>>().map(Json::Array)
            }
            LiteralKind::Object(entries) => {
                let mut object = Map::new();
                let mut fine = true;
                for (key, value) in entries {
                    let value = self.any(value);
                    fine &= value.is_some();
                    if object.insert(key.value.to_string(), value.unwrap_or_default()).is_some() {
                        let message = format!("the key \"{}\" stands here twice", key.value);
                        self.problem(codes::REPEATED_KEY, key.span, message);
                        fine = false;
                    }
                }
                fine.then_some(Json::Object(object))
            }
            LiteralKind::Name(path) => {
                let any = self.intern(crate::model::Type::Any);
                match self.named_value(path, any)? {
                    Value::Any(json) => Some(json),
                    _ => None,
                }
            }
            LiteralKind::Duration | LiteralKind::Range(..) => {
                let message = format!("\"any\" takes JSON, and {} is none", described(&literal.kind));
                self.value_problem(codes::WRONG_VALUE, span, message)
            }
        }
    }
}

/// A number as `any` keeps it: an integer of 64 bits, or a double.
fn number(text: &str) -> Option<serde_json::Number> {
    if !text.contains(['.', 'e', 'E']) {
        let unsigned = text.parse::<u64>().ok().map(serde_json::Number::from);
        return unsigned.or_else(|| text.parse::<i64>().ok().map(serde_json::Number::from));
    }
    serde_json::Number::from_f64(text.parse().ok()?)
}
