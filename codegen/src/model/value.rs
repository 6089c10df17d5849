use super::{EnumId, RecordId, UnionId};

/// A literal evaluated against its type: what a default, an example or a constant is.
///
/// Values whose JSON is a string are kept in their canonical written form (uuid hyphenated and lower case, timestamp in
/// UTC with `Z`, duration ISO 8601 with D, H, M, S, decimal without exponent).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, of an optional type or `any`.
    Null,
    /// A `bool`.
    Bool(bool),
    /// Any integer type.
    Int(i128),
    /// A float, finite.
    Float(f64),
    /// A `string`.
    String(Box<str>),
    /// `bytes`, decoded.
    Bytes(Box<[u8]>),
    /// `uuid`, `timestamp`, `datetime`, `date`, `time`, `duration`, `decimal` in canonical form; the type tells which.
    Text(Box<str>),
    /// `any`, as JSON.
    Any(serde_json::Value),
    /// `list`, `set` (repeats merged, in order of value) or `tuple`.
    Sequence(Box<[Value]>),
    /// `map`, in the order written.
    Map(Box<[(Value, Value)]>),
    /// A record with a value for each of its fields, defaults filled in; `None` where an optional field is absent.
    Record(RecordId, Box<[Option<Value>]>),
    /// An enum's variant, by index.
    Enum(EnumId, u32),
    /// A variant that an open enum does not know, by wire name.
    UnknownVariant(EnumId, Box<str>),
    /// A union's variant, by index, with what it carries.
    Union(UnionId, u32, Option<Box<Value>>),
}
