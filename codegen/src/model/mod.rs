//! The resolved contract, in arenas with typed ids: what every backend, check and export reads, and nothing looks up by string.

mod annotation;
mod arena;
mod definition;
mod describe;
mod json;
mod pattern;
mod ty;
mod value;

use rustc_hash::FxHashMap;

pub use annotation::{Constraints, CustomAnnotation, Meta, NumberRange};
pub use arena::{Arena, Id};
pub use definition::{
    Alias, Constant, Enum, EnumVariant, Exception, ExceptionPayload, Field, Namespace, Openness, Payload, Procedure,
    Record, Reply, Service, Topic, Union, UnionTag, UnionVariant,
};
pub use pattern::{Pattern, PatternError};
pub use ty::{FloatType, IntType, Type};
pub use value::Value;

use crate::source::Location;

/// A namespace's id.
pub type NamespaceId = Id<Namespace>;
/// A record's id.
pub type RecordId = Id<Record>;
/// An enum's id.
pub type EnumId = Id<Enum>;
/// A union's id.
pub type UnionId = Id<Union>;
/// An alias's id.
pub type AliasId = Id<Alias>;
/// A constant's id.
pub type ConstantId = Id<Constant>;
/// An exception's id.
pub type ExceptionId = Id<Exception>;
/// A service's id.
pub type ServiceId = Id<Service>;
/// A procedure's id.
pub type ProcedureId = Id<Procedure>;
/// A topic's id.
pub type TopicId = Id<Topic>;
/// A type's id. Equal types have equal ids.
pub type TypeId = Id<Type>;

/// A whole contract: every namespace that the compilation's files make, the standard ones that they import included.
///
/// Namespaces are sorted by name; definitions stand in the order of their files' paths, then of their positions.
#[derive(Debug, Default)]
pub struct Model {
    /// Namespaces, by name.
    pub namespaces: Arena<Namespace>,
    /// Records.
    pub records: Arena<Record>,
    /// Enums.
    pub enums: Arena<Enum>,
    /// Unions.
    pub unions: Arena<Union>,
    /// Aliases.
    pub aliases: Arena<Alias>,
    /// Constants.
    pub constants: Arena<Constant>,
    /// Exceptions.
    pub exceptions: Arena<Exception>,
    /// Services.
    pub services: Arena<Service>,
    /// Procedures, of all services.
    pub procedures: Arena<Procedure>,
    /// Topics, of all services.
    pub topics: Arena<Topic>,
    /// Types, each once.
    pub types: Arena<Type>,
    /// Where defaults, examples, bounds and other constants name a constant: elsewhere its value alone is left.
    pub constant_uses: FxHashMap<ConstantId, Vec<Location>>,
}

impl Model {
    /// The type behind a type once aliases are followed: never an alias itself.
    #[must_use]
    pub fn resolved(&self, ty: TypeId) -> TypeId {
        match self.types[ty] {
            Type::Alias(alias) => self.aliases[alias].resolved,
            _ => ty,
        }
    }

    /// The type itself once aliases are followed.
    #[must_use]
    pub fn shape(&self, ty: TypeId) -> &Type {
        &self.types[self.resolved(ty)]
    }

    /// Whether null is a value of the type because it, or the alias that it is, is optional.
    #[must_use]
    pub fn is_optional(&self, ty: TypeId) -> bool {
        matches!(self.shape(ty), Type::Optional(_))
    }
}
