//! The names that TypeScript gets. Reserved words and global types that generated code uses get a `_`.

use super::{casing, freed};

const KEYWORDS: &[&str] = &[
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "is",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "require",
    "return",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

const TYPES: &[&str] = &[
    "Array",
    "AsyncIterable",
    "BigInt",
    "Boolean",
    "Date",
    "Error",
    "Function",
    "Infinity",
    "Iterable",
    "JSON",
    "Map",
    "NaN",
    "Number",
    "Object",
    "Partial",
    "Promise",
    "Readonly",
    "Record",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "Temporal",
    "Uint8Array",
];

/// A type's name: records, enums, unions, aliases, exceptions, services.
#[must_use]
pub fn type_name(name: &str) -> String {
    freed(casing::upper_camel(name), TYPES)
}

/// A property's name; any word may be one.
#[must_use]
pub fn field_name(name: &str) -> String {
    let name = casing::lower_camel(name);
    if name == "constructor" { name + "_" } else { name }
}

/// A variant's name.
#[must_use]
pub fn variant_name(name: &str) -> String {
    casing::upper_camel(name)
}

/// A procedure or topic: a method of its service's client.
#[must_use]
pub fn function_name(name: &str) -> String {
    freed(casing::lower_camel(name), KEYWORDS)
}

/// One segment of a namespace, or a service's module.
#[must_use]
pub fn module_name(name: &str) -> String {
    casing::snake(name)
}

/// A constant.
#[must_use]
pub fn constant_name(name: &str) -> String {
    casing::shouty_snake(name)
}
