//! The names that Python gets. Keywords and names that the generated module uses itself get a `_`.

use super::{casing, freed};

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Built-in functions and types that annotations of a generated module name.
const BUILTINS: &[&str] =
    &["bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "super", "tuple", "type"];

/// Classes that a generated module imports or that are built in.
const TYPES: &[&str] = &[
    "Annotated",
    "Any",
    "BaseModel",
    "Decimal",
    "Exception",
    "Field",
    "Literal",
    "None",
    "StrEnum",
    "True",
    "UUID",
    "Union",
];

/// Members of `pydantic.BaseModel` that a field would hide.
const MODEL_MEMBERS: &[&str] = &[
    "construct",
    "copy",
    "dict",
    "from_orm",
    "json",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "schema",
    "schema_json",
    "validate",
];

/// Parameters of every generated procedure that a contract's parameter would hide.
const PARAMETERS: &[&str] = &["force_local", "payload", "session", "timeout"];

/// A class's name: records, enums, unions, aliases.
#[must_use]
pub fn type_name(name: &str) -> String {
    freed(casing::upper_camel(name), TYPES)
}

/// An exception's class, which keeps the casing of the contract: `except greeting.access_denied`.
#[must_use]
pub fn exception_name(name: &str) -> String {
    let name = freed(name.to_owned(), KEYWORDS);
    freed(name, TYPES)
}

/// A field of a model.
#[must_use]
pub fn field_name(name: &str) -> String {
    let name = freed(casing::snake(name), KEYWORDS);
    // pydantic keeps the prefix `model_` to itself.
    if name.starts_with("model_") { name + "_" } else { freed(name, MODEL_MEMBERS) }
}

/// A parameter of a procedure.
#[must_use]
pub fn parameter_name(name: &str) -> String {
    freed(freed(casing::snake(name), KEYWORDS), PARAMETERS)
}

/// An enum's member.
#[must_use]
pub fn variant_name(name: &str) -> String {
    let name = freed(casing::snake(name), KEYWORDS);
    if name == "mro" || name == "name" || name == "value" { name + "_" } else { name }
}

/// A procedure or topic: a name of its service's module.
#[must_use]
pub fn function_name(name: &str) -> String {
    freed(freed(casing::snake(name), KEYWORDS), BUILTINS)
}

/// One segment of a namespace, or a service's module.
#[must_use]
pub fn module_name(name: &str) -> String {
    freed(casing::snake(name), KEYWORDS)
}

/// A constant.
#[must_use]
pub fn constant_name(name: &str) -> String {
    casing::shouty_snake(name)
}
