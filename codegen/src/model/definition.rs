use std::time::Duration;

use super::{
    AliasId, ConstantId, Constraints, EnumId, ExceptionId, Meta, NamespaceId, ProcedureId, RecordId, ServiceId,
    TopicId, TypeId, UnionId, Value,
};
use crate::source::{FileId, Location};

/// One namespace: all definitions of all its files.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Dotted name.
    pub name: Box<str>,
    /// Where the first of its files names it.
    pub location: Location,
    /// `//!` docs of its files, in order of path, with a blank line between.
    pub docs: Option<Box<str>>,
    /// The files that make it, in order of path. Those of the standard schemas are among them.
    pub files: Vec<FileId>,
    /// Whether it comes from the schemas that the compiler carries in itself (`almanet/…`).
    pub standard: bool,
    /// Its records.
    pub records: Vec<RecordId>,
    /// Its enums.
    pub enums: Vec<EnumId>,
    /// Its unions.
    pub unions: Vec<UnionId>,
    /// Its aliases.
    pub aliases: Vec<AliasId>,
    /// Its constants.
    pub constants: Vec<ConstantId>,
    /// Its exceptions.
    pub exceptions: Vec<ExceptionId>,
    /// Its services.
    pub services: Vec<ServiceId>,
}

/// `record n { … }`.
#[derive(Clone, Debug)]
pub struct Record {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// Names that must not come back.
    pub reserved: Vec<Box<str>>,
    /// `@closed`: unknown fields are refused.
    pub closed: bool,
    /// `@example(…)`, in order.
    pub examples: Vec<Value>,
}

/// A field, parameter or named result.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name, place, docs.
    pub meta: Meta,
    /// The name that travels.
    pub wire_name: Box<str>,
    /// Its type; [`Type::Optional`](super::Type::Optional) where it may be absent.
    pub ty: TypeId,
    /// What an absent one means; such a field is always written.
    pub default: Option<Box<Value>>,
    /// What must hold of its value.
    pub constraints: Constraints,
    /// `@example(…)`, in order.
    pub examples: Vec<Value>,
}

/// What a large contract takes of memory is fields: what few of them have is boxed.
const _: () = assert!(size_of::<Field>() <= 168);

/// Whether values that the contract does not name are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Openness {
    /// They are refused.
    Closed,
    /// They are kept and written back.
    Open,
}

/// `enum n { … }`.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// `open` or not.
    pub openness: Openness,
    /// Variants in order, at least one.
    pub variants: Vec<EnumVariant>,
    /// Names that must not come back.
    pub reserved: Vec<Box<str>>,
    /// `@example(…)`, in order.
    pub examples: Vec<Value>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct EnumVariant {
    /// Name, place, docs.
    pub meta: Meta,
    /// The name that travels.
    pub wire_name: Box<str>,
}

/// `union n { … }`.
#[derive(Clone, Debug)]
pub struct Union {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// `open` or not.
    pub openness: Openness,
    /// Where the tag stands.
    pub tag: UnionTag,
    /// Variants in order, at least one.
    pub variants: Vec<UnionVariant>,
    /// Names that must not come back.
    pub reserved: Vec<Box<str>>,
    /// `@example(…)`, in order.
    pub examples: Vec<Value>,
}

/// Where a union's tag stands in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnionTag {
    /// `{"kind": "circle", "value": {…}}`.
    Beside,
    /// `@tag("type")`: inside the variant's record, under that name.
    Inside(Box<str>),
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// Name, place, docs.
    pub meta: Meta,
    /// The name that travels.
    pub wire_name: Box<str>,
    /// What it carries.
    pub ty: Option<TypeId>,
}

/// `type n = T`.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// What it stands for, as written: perhaps another alias.
    pub ty: TypeId,
    /// What it stands for once every alias is followed: never an alias itself.
    pub resolved: TypeId,
    /// What must hold of its values.
    pub constraints: Constraints,
    /// `@example(…)`, in order.
    pub examples: Vec<Value>,
}

/// `const n: T = literal`.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// Its type.
    pub ty: TypeId,
    /// Its value.
    pub value: Value,
}

/// `exception n …`.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// The name that travels: an identifier.
    pub wire_name: Box<str>,
    /// What it carries.
    pub payload: ExceptionPayload,
    /// Names that must not come back.
    pub reserved: Vec<Box<str>>,
    /// `@example(…)` of its payload, in order.
    pub examples: Vec<Value>,
}

/// What an exception carries.
#[derive(Clone, Debug)]
pub enum ExceptionPayload {
    /// An object with these fields.
    Fields(Vec<Field>),
    /// A value as it is.
    Bare(TypeId, Constraints),
    /// Null.
    Null,
}

/// `service n { … }`.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub namespace: NamespaceId,
    /// What stands before a member's name in its address: `NAMESPACE.SERVICE` or `@prepath`.
    pub prepath: Box<str>,
    /// `@version`, SemVer as written.
    pub version: Option<Box<str>>,
    /// `@expose` on the service.
    pub expose: bool,
    /// Its tags, sorted.
    pub tags: Vec<Box<str>>,
    /// Procedures in order.
    pub procedures: Vec<ProcedureId>,
    /// Topics in order.
    pub topics: Vec<TopicId>,
    /// Names that must not come back.
    pub reserved: Vec<Box<str>>,
}

/// `procedure p(…) -> R raises e1, e2`.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub service: ServiceId,
    /// The plain address.
    pub uri: Box<str>,
    /// The address with `v1_2_0` before the last segment, of a versioned service.
    pub versioned_uri: Option<Box<str>>,
    /// `@channel`, its service's, or `almanet.python`.
    pub channel: Box<str>,
    /// `@timeout`, its service's, or none.
    pub timeout: Option<Duration>,
    /// Tags of its service and its own, sorted, each once.
    pub tags: Vec<Box<str>>,
    /// `@expose` on it or its service.
    pub expose: bool,
    /// Scopes of its service and its own, each once; `None` without `@auth` on either.
    pub auth: Option<Vec<Box<str>>>,
    /// `@idempotent`.
    pub idempotent: bool,
    /// What it takes.
    pub payload: Payload,
    /// What it answers.
    pub reply: Reply,
    /// What it raises, in order.
    pub raises: Vec<ExceptionId>,
    /// `@example(…)` of its payload, in order: a value of the payload's type, or a [`Value::Map`] from parameter names.
    pub examples: Vec<Value>,
}

/// What a procedure takes.
#[derive(Clone, Debug)]
pub enum Payload {
    /// `p()`: null.
    Null,
    /// `p(T)`: a value as it is.
    Bare(TypeId, Constraints),
    /// `p(a: A, b: B = …)`: an object.
    Named(Vec<Field>),
}

/// What a procedure answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// `oneway`: no reply at all.
    Oneway,
    /// No `->`: null.
    Null,
    /// `-> T`: a value as it is.
    Bare(TypeId, Constraints),
    /// `-> (x: X, y: Y)`: an object.
    Named(Vec<Field>),
    /// `-> stream T`.
    Stream(TypeId, Constraints),
}

/// `topic t: T`.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Name, place, docs.
    pub meta: Meta,
    /// Where it belongs.
    pub service: ServiceId,
    /// Its address, which is the NSQ topic.
    pub uri: Box<str>,
    /// `@channel`, its service's, or none: then the consumer names one.
    pub channel: Option<Box<str>>,
    /// What its messages are.
    pub ty: TypeId,
    /// What must hold of them.
    pub constraints: Constraints,
}
