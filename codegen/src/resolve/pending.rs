//! What can only be settled once every definition is known.

use crate::ast::Literal;
use crate::model::{AliasId, EnumId, ExceptionId, Field, Model, ProcedureId, RecordId, TopicId, TypeId, UnionId};
use crate::model::{Constraints, ExceptionPayload, Payload, Reply};
use crate::source::Location;

/// Work for later, each kind in the order in which it was found.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) types: Vec<TypeCheck>,
    pub(super) constants: Vec<Constant>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) defaults: Vec<FieldDefault>,
    pub(super) examples: Vec<Example>,
    pub(super) tags: Vec<Tag>,
    /// The exceptions of one `raises`, with their places.
    pub(super) raises: Vec<Vec<(ExceptionId, Location)>>,
}

/// A type that stands where not every type may.
pub(super) struct TypeCheck {
    pub(super) rule: TypeRule,
    pub(super) location: Location,
    pub(super) ty: TypeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeRule {
    /// Behind it stands `?`.
    Optional,
    SetElement,
    MapKey,
}

/// A field, wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum FieldSlot {
    Record(RecordId, u32),
    Exception(ExceptionId, u32),
    Parameter(ProcedureId, u32),
    Result(ProcedureId, u32),
}

impl FieldSlot {
    pub(super) fn get(self, model: &Model) -> &Field {
        let (fields, index) = match self {
            Self::Record(id, index) => (Some(&model.records[id].fields), index),
            Self::Exception(id, index) => (
                match &model.exceptions[id].payload {
                    ExceptionPayload::Fields(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
            Self::Parameter(id, index) => (
                match &model.procedures[id].payload {
                    Payload::Named(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
            Self::Result(id, index) => (
                match &model.procedures[id].reply {
                    Reply::Named(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
        };
        &fields.expect("a slot is made together with its fields")[index as usize]
    }

    pub(super) fn get_mut(self, model: &mut Model) -> &mut Field {
        let (fields, index) = match self {
            Self::Record(id, index) => (Some(&mut model.records[id].fields), index),
            Self::Exception(id, index) => (
                match &mut model.exceptions[id].payload {
                    ExceptionPayload::Fields(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
            Self::Parameter(id, index) => (
                match &mut model.procedures[id].payload {
                    Payload::Named(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
            Self::Result(id, index) => (
                match &mut model.procedures[id].reply {
                    Reply::Named(fields) => Some(fields),
                    _ => None,
                },
                index,
            ),
        };
        &mut fields.expect("a slot is made together with its fields")[index as usize]
    }
}

/// What constraints stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConstrainedSlot {
    Field(FieldSlot),
    Alias(AliasId),
    ExceptionPayload(ExceptionId),
    Payload(ProcedureId),
    Reply(ProcedureId),
    Topic(TopicId),
}

impl ConstrainedSlot {
    pub(super) fn get_mut(self, model: &mut Model) -> (TypeId, &mut Constraints) {
        match self {
            Self::Field(slot) => {
                let field = slot.get_mut(model);
                (field.ty, &mut field.constraints)
            }
            Self::Alias(id) => {
                let alias = &mut model.aliases[id];
                (alias.ty, &mut alias.constraints)
            }
            Self::ExceptionPayload(id) => match &mut model.exceptions[id].payload {
                ExceptionPayload::Bare(ty, constraints) => (*ty, constraints),
                _ => unreachable!("a slot is made together with its payload"),
            },
            Self::Payload(id) => match &mut model.procedures[id].payload {
                Payload::Bare(ty, constraints) => (*ty, constraints),
                _ => unreachable!("a slot is made together with its payload"),
            },
            Self::Reply(id) => match &mut model.procedures[id].reply {
                Reply::Bare(ty, constraints) | Reply::Stream(ty, constraints) => (*ty, constraints),
                _ => unreachable!("a slot is made together with its reply"),
            },
            Self::Topic(id) => {
                let topic = &mut model.topics[id];
                (topic.ty, &mut topic.constraints)
            }
        }
    }
}

/// The literal of a constant, by the constant's id.
pub(super) struct Constant {
    pub(super) location: Location,
    pub(super) literal: Option<Literal>,
}

/// `@length`, `@range` or `@pattern`.
pub(super) struct Constraint {
    pub(super) slot: ConstrainedSlot,
    pub(super) kind: ConstraintKind,
    pub(super) location: Location,
    pub(super) argument: Literal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConstraintKind {
    Length,
    Range,
    Pattern,
}

/// What stands behind a field's `=`.
pub(super) struct FieldDefault {
    pub(super) slot: FieldSlot,
    pub(super) location: Location,
    pub(super) literal: Literal,
}

/// `@example(…)`.
pub(super) struct Example {
    pub(super) slot: ExampleSlot,
    pub(super) location: Location,
    pub(super) literal: Literal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ExampleSlot {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
    Exception(ExceptionId),
    Field(FieldSlot),
    Procedure(ProcedureId),
}

/// `@tag("type")` of a union.
pub(super) struct Tag {
    pub(super) union: UnionId,
    pub(super) location: Location,
}
