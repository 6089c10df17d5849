//! The names that Python gets. Keywords and names that the generated module uses itself get a `_`.

use super::{casing, freed};

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Built-in types that annotations of a generated module name, and the modules that it imports.
const BUILTINS: &[&str] = &[
    "almanet",
    "almanet_runtime",
    "bool",
    "bytes",
    "dict",
    "float",
    "int",
    "list",
    "object",
    "service",
    "set",
    "str",
    "super",
    "tuple",
    "type",
];

/// Built-in types that annotations of fields name: a field before them would hide them.
const FIELD_TYPES: &[&str] = &["list", "set", "str", "tuple"];

/// Classes that a generated module imports or that are built in.
const TYPES: &[&str] = &[
    "Annotated",
    "Any",
    "AsyncIterator",
    "BaseModel",
    "Decimal",
    "Exception",
    "False",
    "Field",
    "Final",
    "Literal",
    "None",
    "StrEnum",
    "Tag",
    "True",
    "UUID",
    "Union",
];

/// Built-in classes. A class of a contract that is mentioned before it is defined would be looked up as one of these.
const BUILTIN_CLASSES: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
];

/// Members of `pydantic.BaseModel` and of its class that a field would hide.
const MODEL_MEMBERS: &[&str] = &[
    "construct",
    "copy",
    "dict",
    "from_orm",
    "json",
    "mro",
    "parse_file",
    "parse_obj",
    "parse_raw",
    "register",
    "schema",
    "schema_json",
    "update_forward_refs",
    "validate",
];

/// Parameters of every generated procedure that a contract's parameter would hide.
const PARAMETERS: &[&str] = &["force_local", "payload", "session", "timeout"];

/// A class's name: records, enums, unions, aliases.
#[must_use]
pub fn type_name(name: &str) -> String {
    class_name(casing::upper_camel(name))
}

fn class_name(name: String) -> String {
    freed(freed(name, BUILTIN_CLASSES), TYPES)
}

/// An exception's class, which keeps the casing of the contract: `except greeting.access_denied`.
#[must_use]
pub fn exception_name(name: &str) -> String {
    let name = freed(name.to_owned(), KEYWORDS);
    freed(freed(name, BUILTINS), TYPES)
}

/// The class of a union's variant: `ShapeCircle`.
#[must_use]
pub fn union_variant_name(union: &str, variant: &str) -> String {
    let name = casing::upper_camel(variant);
    // What an open union does not know has this name.
    let freed = if name == UNRECOGNIZED { "_" } else { "" };
    class_name(format!("{}{name}{freed}", casing::upper_camel(union)))
}

/// The class of what an open union does not know: `ShapeUnrecognized`.
#[must_use]
pub fn unrecognized_name(union: &str) -> String {
    casing::upper_camel(union) + UNRECOGNIZED
}

const UNRECOGNIZED: &str = "Unrecognized";

/// A field of a model.
#[must_use]
pub fn field_name(name: &str) -> String {
    let name = freed(casing::snake(name), KEYWORDS);
    // pydantic keeps the prefix `model_` to itself.
    if name.starts_with("model_") { name + "_" } else { freed(freed(name, MODEL_MEMBERS), FIELD_TYPES) }
}

/// A parameter of a procedure, which is a field of the model that travels, too.
#[must_use]
pub fn parameter_name(name: &str) -> String {
    freed(field_name(name), PARAMETERS)
}

/// An enum's member, in capitals: no method of a text has such a name.
#[must_use]
pub fn variant_name(name: &str) -> String {
    casing::shouty_snake(name)
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

/// The module that implements a service: `_greeting`. In `_types` is what the namespace defines.
#[must_use]
pub fn implementation_name(service: &str) -> String {
    freed(format!("_{}", module_name(service)), &["_types"])
}

/// A constant.
#[must_use]
pub fn constant_name(name: &str) -> String {
    casing::shouty_snake(name)
}
