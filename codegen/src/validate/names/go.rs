//! The names that Go gets: all of them exported. Keywords only matter to packages, which are lower case.

use super::{casing, freed};

const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "internal",
    "main",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
    "vendor",
];

/// A type's name: records, enums, unions, aliases, exceptions, services.
#[must_use]
pub fn type_name(name: &str) -> String {
    casing::upper_camel(name)
}

/// A field's name. `Error` is the method that makes an exception an `error`, so no field may be called so.
#[must_use]
pub fn field_name(name: &str) -> String {
    let name = casing::upper_camel(name);
    if name == "Error" { name + "_" } else { name }
}

/// A variant, which is a name of its package and so begins with its type's: `MoodCheerful`.
#[must_use]
pub fn variant_name(of: &str, name: &str) -> String {
    type_name(of) + &casing::upper_camel(name)
}

/// A procedure or topic: a method of its service's client.
#[must_use]
pub fn function_name(name: &str) -> String {
    casing::upper_camel(name)
}

/// One segment of a namespace, or a service's package.
#[must_use]
pub fn module_name(name: &str) -> String {
    let name: String = casing::snake(name).split('_').collect();
    freed(name, KEYWORDS)
}

/// A constant.
#[must_use]
pub fn constant_name(name: &str) -> String {
    casing::upper_camel(name)
}
