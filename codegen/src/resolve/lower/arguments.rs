use serde_json::Value as Json;

use super::Lowered;
use super::annotations::Text;
use crate::ast::{Annotation, Literal, LiteralKind};
use crate::diagnostic::code::names as codes;
use crate::resolve::text_values;
use crate::source::Span;

impl<'t> Lowered<'t> {
    pub(super) fn no_argument(&mut self, name: &str, annotation: &Annotation) -> bool {
        if annotation.arguments.is_some() {
            self.wrong_arguments(annotation.span, format!("\"@{name}\" takes no arguments"));
        }
        true
    }

    pub(super) fn one_literal(&mut self, name: &str, wanted: &str, annotation: Annotation) -> Option<(Literal, Span)> {
        let span = annotation.span;
        let mut arguments = annotation.arguments.unwrap_or_default();
        match arguments.pop() {
            Some(literal) if arguments.is_empty() => Some((literal, span)),
            _ => {
                self.wrong_arguments(span, format!("\"@{name}\" takes {wanted}"));
                None
            }
        }
    }

    pub(super) fn one_text(&mut self, name: &str, annotation: Annotation) -> Option<Text> {
        let span = annotation.span;
        let arguments = annotation.arguments.unwrap_or_default();
        match <[Literal; 1]>::try_from(arguments) {
            Ok([Literal { kind: LiteralKind::String(text), span }]) => Some((text, span)),
            _ => {
                self.wrong_arguments(
                    span,
                    format!("\"@{name}\" takes one string, as in @{name}(\"{}\")", sample(name)),
                );
                None
            }
        }
    }

    pub(super) fn texts(&mut self, name: &str, annotation: Annotation) -> Option<Vec<Box<str>>> {
        let span = annotation.span;
        let mut texts = Vec::new();
        for argument in annotation.arguments.unwrap_or_default() {
            match argument.kind {
                LiteralKind::String(text) if !text.is_empty() => texts.push(text),
                LiteralKind::String(_) => {
                    self.wrong_arguments(argument.span, format!("\"@{name}\" takes strings that are not empty"));
                    return None;
                }
                _ => {
                    let message = format!("\"@{name}\" takes strings, as in @{name}(\"a\", \"b\")");
                    self.wrong_arguments(argument.span, message);
                    return None;
                }
            }
        }
        if texts.is_empty() {
            self.wrong_arguments(span, format!("\"@{name}\" takes one string or more, as in @{name}(\"a\", \"b\")"));
            return None;
        }
        Some(texts)
    }

    /// The argument of an annotation that only plugins understand.
    pub(super) fn argument_json(&mut self, literal: &Literal) -> Json {
        match &literal.kind {
            LiteralKind::Null => Json::Null,
            LiteralKind::Bool(value) => Json::Bool(*value),
            LiteralKind::Number => serde_json::from_str(self.text(literal.span)).unwrap_or_else(|_| {
                self.wrong_arguments(literal.span, "a number of an annotation fits 64 bits or a double".to_owned());
                Json::Null
            }),
            LiteralKind::String(text) => Json::String(text.to_string()),
            LiteralKind::Duration => match text_values::duration_literal(self.text(literal.span)) {
                Ok(duration) => Json::String(text_values::duration_text(duration)),
                Err(why) => {
                    self.wrong_arguments(literal.span, why);
                    Json::Null
                }
            },
            LiteralKind::Range(from, to) => {
                let mut bound =
                    |bound: &Option<Box<Literal>>| bound.as_ref().map_or(Json::Null, |bound| self.argument_json(bound));
                Json::Array(vec![bound(from), bound(to)])
            }
            LiteralKind::List(items) => Json::Array(items.iter().map(|item| self.argument_json(item)).collect()),
            LiteralKind::Object(entries) => Json::Object(
                entries.iter().map(|(key, value)| (key.value.to_string(), self.argument_json(value))).collect(),
            ),
            LiteralKind::Name(path) => Json::String(self.text(path.span).to_owned()),
        }
    }

    fn wrong_arguments(&mut self, span: Span, message: String) {
        self.problem(codes::WRONG_ARGUMENTS, span, message);
    }
}

/// What the one string of an annotation looks like.
fn sample(name: &str) -> &'static str {
    match name {
        "version" => "1.2.0",
        "prepath" | "uri" => "a.b.c",
        "pattern" => "^[a-z]+$",
        "deprecated" => "why",
        _ => "text",
    }
}
