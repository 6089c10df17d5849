//! Texts and numbers, with their formats and bounds.

use super::super::draft::{Ty, Typed};
use super::super::json::Json;
use super::annotation;
use crate::model::{IntType, Pattern};

/// A schema of one of the types that hold no others.
pub(super) fn scalar(name: &str, schema: &Json) -> Typed {
    match name {
        "boolean" => Typed::new(Ty::Plain("bool")),
        "integer" => integer(schema),
        "number" => number(schema),
        "string" => text(schema),
        other => Typed::unknown(format!("its type there is {other:?}")),
    }
}

/// The bounds of a length, where there are some.
pub(super) fn length(schema: &Json, least: &str, most: &str) -> Option<String> {
    range("length", bound(schema, least), bound(schema, most))
}

fn integer(schema: &Json) -> Typed {
    let whole = |key: &str, exclusive: &str, step: i128| {
        let inclusive = bound(schema, key).and_then(|bound| bound.parse::<i128>().ok());
        inclusive.or_else(|| bound(schema, exclusive)?.parse::<i128>().ok().map(|bound| bound + step))
    };
    let least = whole("minimum", "exclusiveMinimum", 1);
    let most = whole("maximum", "exclusiveMaximum", -1);
    // The narrowest type that has exactly these bounds, else the one of 64 bits that holds them.
    let exact = INTEGERS.iter().find(|int| (least, most) == (Some(int.bounds().0), Some(int.bounds().1)));
    if let Some(int) = exact {
        return Typed::new(Ty::Plain(int.name()));
    }
    let is_large = [least, most].into_iter().flatten().any(|bound| bound > i128::from(i64::MAX));
    let int = if is_large && least.is_some_and(|least| least >= 0) { IntType::Uint64 } else { IntType::Int64 };
    let (lowest, highest) = int.bounds();
    let inside = |bound: i128| (lowest..=highest).contains(&bound).then(|| bound.to_string());
    let mut typed = Typed::new(Ty::Plain(int.name()));
    typed.constraints.extend(range("range", least.and_then(inside), most.and_then(inside)));
    multiple(typed, schema)
}

fn number(schema: &Json) -> Typed {
    let mut typed = Typed::new(Ty::Plain("float64"));
    typed.constraints.extend(range("range", bound(schema, "minimum"), bound(schema, "maximum")));
    for key in ["exclusiveMinimum", "exclusiveMaximum"] {
        if let Some(bound) = bound(schema, key) {
            typed = typed.noting(format!("{key} {bound}: bounds of @range are inclusive"));
        }
    }
    multiple(typed, schema)
}

fn multiple(typed: Typed, schema: &Json) -> Typed {
    match bound(schema, "multipleOf") {
        Some(of) => typed.noting(format!("only multiples of {of} are taken there")),
        None => typed,
    }
}

fn text(schema: &Json) -> Typed {
    let format = schema.text("format").unwrap_or_default();
    if schema.text("contentEncoding") == Some("base64") || ["base64", "base64url"].contains(&format) {
        return Typed::new(Ty::Plain("bytes"));
    }
    let known = match format {
        "uuid" | "uuid1" | "uuid3" | "uuid4" | "uuid5" | "uuid7" => Some("uuid"),
        "date-time" | "aware-date-time" => Some("timestamp"),
        "local-date-time" => Some("datetime"),
        "date" => Some("date"),
        "time" | "local-time" => Some("time"),
        "duration" => Some("duration"),
        "decimal" => Some("decimal"),
        _ => None,
    };
    if let Some(name) = known {
        let typed = Typed::new(Ty::Plain(name));
        return match format {
            "date-time" => typed.noting("a naive datetime there is `datetime` here"),
            _ => typed,
        };
    }
    let mut typed = Typed::new(Ty::Plain("string"));
    typed.constraints.extend(length(schema, "minLength", "maxLength"));
    if let Some(pattern) = schema.text("pattern") {
        match Pattern::new(pattern) {
            Ok(_) => typed.constraints.push(annotation("pattern", pattern)),
            Err(_) => typed = typed.noting(format!("not every target knows its pattern there: {pattern}")),
        }
    }
    match format {
        "" => typed,
        "binary" => typed.noting("bytes as text there; `bytes` would be base64"),
        other => typed.noting(format!("its format there is {other:?}")),
    }
}

const INTEGERS: [IntType; 8] = [
    IntType::Int8,
    IntType::Int16,
    IntType::Int32,
    IntType::Int64,
    IntType::Uint8,
    IntType::Uint16,
    IntType::Uint32,
    IntType::Uint64,
];

fn bound(schema: &Json, key: &str) -> Option<String> {
    if let Json::Number(number) = schema.get(key)? { Some(number.to_string()) } else { None }
}

/// `@length(1..64)` and its like; `None` without a bound.
pub(in crate::import) fn range(name: &str, least: Option<String>, most: Option<String>) -> Option<String> {
    if least.is_none() && most.is_none() {
        return None;
    }
    Some(format!("@{name}({}..{})", least.unwrap_or_default(), most.unwrap_or_default()))
}
