use super::{AliasId, EnumId, RecordId, TypeId, UnionId};

/// A type. Element types are ids, so a type is small and compares in one step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `int8` … `uint64`.
    Int(IntType),
    /// `float32`, `float64`.
    Float(FloatType),
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
    /// `uuid`.
    Uuid,
    /// `timestamp`: an instant.
    Timestamp,
    /// `datetime`: civil.
    DateTime,
    /// `date`.
    Date,
    /// `time`.
    Time,
    /// `duration`.
    Duration,
    /// `decimal`.
    Decimal,
    /// `any`.
    Any,
    /// `list<T>`.
    List(TypeId),
    /// `set<T>`.
    Set(TypeId),
    /// `map<K, V>`.
    Map(TypeId, TypeId),
    /// `tuple<A, B, …>`.
    Tuple(Box<[TypeId]>),
    /// `T?`.
    Optional(TypeId),
    /// A record by name.
    Record(RecordId),
    /// An enum by name.
    Enum(EnumId),
    /// A union by name.
    Union(UnionId),
    /// An alias by name; what it stands for is `model.aliases[id].ty`.
    Alias(AliasId),
}

/// The integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the language's type of that name")]
pub enum IntType {
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
}

/// The floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the language's type of that name")]
pub enum FloatType {
    Float32,
    Float64,
}
