//! The names that Rust gets. Keywords are escaped as `r#type` where Rust allows it, the rest and prelude names get a `_`.

use super::{casing, freed};

/// Names that generated code takes from the prelude, and those that `derive` and `impl` bodies name bare.
const PRELUDE_TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that `r#` does not make names of.
const UNESCAPABLE: &[&str] = &["crate", "self", "super"];

/// Methods of a client and of a call, which a procedure or parameter of that name would hide.
const METHODS: &[&str] = &[
    "clone",
    "delay",
    "gather",
    "header",
    "into_future",
    "new",
    "service",
    "take",
    "timeout",
    "version",
    "with_token",
];

/// A type's name: records, enums, unions, aliases, exceptions, a service's trait.
#[must_use]
pub fn type_name(name: &str) -> String {
    let name = casing::upper_camel(name);
    if name == "Self" { name + "_" } else { freed(name, PRELUDE_TYPES) }
}

/// A variant's name, of an enum or a union. Variants are always named behind their type, so prelude names may stay.
#[must_use]
pub fn variant_name(name: &str) -> String {
    let mut name = casing::upper_camel(name);
    // `Unrecognized` is what an open enum or union calls a variant that the contract does not name.
    if name == "Self" || name == "Unrecognized" {
        name.push('_');
    }
    name
}

/// A field's or a parameter's name.
#[must_use]
pub fn field_name(name: &str) -> String {
    escaped(casing::snake(name))
}

/// One segment of a namespace, or a service's module.
#[must_use]
pub fn module_name(name: &str) -> String {
    escaped(casing::snake(name))
}

/// A function's name: a procedure's method of the trait, a topic's function.
#[must_use]
pub fn function_name(name: &str) -> String {
    method_name(name)
}

/// A procedure's method, of the trait and of the client, or a parameter's of a call: never one that would hide theirs.
#[must_use]
pub fn method_name(name: &str) -> String {
    escaped(freed(casing::snake(name), METHODS))
}

/// A constant's or static's name.
#[must_use]
pub fn constant_name(name: &str) -> String {
    casing::shouty_snake(name)
}

/// The static that describes a procedure or a topic; `SERVICE` is their service's.
#[must_use]
pub fn static_name(name: &str) -> String {
    let mut name = casing::shouty_snake(name);
    if name == "SERVICE" {
        name.push('_');
    }
    name
}

fn escaped(mut name: String) -> String {
    if UNESCAPABLE.contains(&name.as_str()) {
        name.push('_');
    } else if KEYWORDS.binary_search(&name.as_str()).is_ok() {
        name.insert_str(0, "r#");
    }
    name
}
