//! The language's own types.

use crate::model::{FloatType, IntType, Type};

/// Every built-in name, generic ones included, for suggestions.
pub(crate) const NAMES: &[&str] = &[
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "string",
    "bytes",
    "uuid",
    "timestamp",
    "datetime",
    "date",
    "time",
    "duration",
    "decimal",
    "any",
    "list",
    "set",
    "map",
    "tuple",
];

/// A built-in type without parameters.
pub(crate) fn scalar(name: &str) -> Option<Type> {
    Some(match name {
        "bool" => Type::Bool,
        "int8" => Type::Int(IntType::Int8),
        "int16" => Type::Int(IntType::Int16),
        "int32" => Type::Int(IntType::Int32),
        "int64" => Type::Int(IntType::Int64),
        "uint8" => Type::Int(IntType::Uint8),
        "uint16" => Type::Int(IntType::Uint16),
        "uint32" => Type::Int(IntType::Uint32),
        "uint64" => Type::Int(IntType::Uint64),
        "float32" => Type::Float(FloatType::Float32),
        "float64" => Type::Float(FloatType::Float64),
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "uuid" => Type::Uuid,
        "timestamp" => Type::Timestamp,
        "datetime" => Type::DateTime,
        "date" => Type::Date,
        "time" => Type::Time,
        "duration" => Type::Duration,
        "decimal" => Type::Decimal,
        "any" => Type::Any,
        _ => return None,
    })
}

/// Whether it is a built-in type that takes others.
pub(super) fn is_generic(name: &str) -> bool {
    matches!(name, "list" | "set" | "map" | "tuple")
}

pub(super) fn is_builtin(name: &str) -> bool {
    is_generic(name) || scalar(name).is_some()
}
