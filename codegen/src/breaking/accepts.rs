//! What a reader of one contract accepts of what a writer of another writes.
//!
//! Writers write what encoders do: an optional field that is absent is left out, one with a default never is, nothing is
//! written that the contract does not name. Where this says yes, a decoder takes every such document.

use rustc_hash::FxHashSet;

use super::limits::Limits;
use crate::model::{
    Constraints, Field, FloatType, Model, Openness, RecordId, Type, TypeId, Union, UnionId, UnionTag, UnionVariant,
};

/// What stands in a body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// `null`.
    Null,
    /// A value as it is.
    Bare(TypeId, &'a Constraints),
    /// An object of these.
    Fields(&'a [Field]),
}

/// Whether a reader takes all that a writer writes.
pub(super) struct Accepts<'a> {
    reader: &'a Model,
    writer: &'a Model,
    /// What was met: what refers to itself agrees where nothing else disagrees.
    met: FxHashSet<Pair>,
    /// What of that is still to be compared, one after the other: a chain of definitions may be as long as it likes.
    ahead: Vec<Pair>,
}

/// The reader's definition, and the writer's.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Pair {
    Records(RecordId, RecordId),
    Unions(UnionId, UnionId),
}

impl<'a> Accepts<'a> {
    pub(super) fn new(reader: &'a Model, writer: &'a Model) -> Self {
        Self { reader, writer, met: FxHashSet::default(), ahead: Vec::new() }
    }

    /// Of whole bodies.
    pub(super) fn content(mut self, reader: Content<'_>, writer: Content<'_>) -> bool {
        self.body(reader, writer) && self.settled()
    }

    /// Of values of a type.
    pub(super) fn ty(mut self, reader: TypeId, limits: Limits, writer: TypeId, its: Limits) -> bool {
        self.value(reader, limits, writer, its) && self.settled()
    }

    /// Of what a union's variant holds, if anything, by where the reader looks for the tag.
    pub(super) fn variant(mut self, reader: Option<TypeId>, writer: Option<TypeId>, tag: &UnionTag) -> bool {
        self.carried(reader, writer, tag) && self.settled()
    }

    fn settled(&mut self) -> bool {
        while let Some(pair) = self.ahead.pop() {
            let agree = match pair {
                Pair::Records(reader, writer) => {
                    let (reader, writer) = (&self.reader.records[reader], &self.writer.records[writer]);
                    self.fields(&reader.fields, reader.closed, &writer.fields)
                }
                Pair::Unions(reader, writer) => self.variants(&self.reader.unions[reader], &self.writer.unions[writer]),
            };
            if !agree {
                return false;
            }
        }
        true
    }

    fn body(&mut self, reader: Content<'_>, writer: Content<'_>) -> bool {
        match (reader, writer) {
            (Content::Null, Content::Null) => true,
            (Content::Bare(ty, _), Content::Null) => {
                matches!(self.reader.shape(ty), Type::Optional(_) | Type::Any)
            }
            (Content::Bare(reader, more), Content::Bare(writer, its)) => {
                self.value(reader, Limits::of(more), writer, Limits::of(its))
            }
            (Content::Fields(reader), Content::Fields(writer)) => self.fields(reader, false, writer),
            (Content::Bare(ty, more), Content::Fields(writer)) => self.object(ty, Limits::of(more), writer),
            (Content::Fields(reader), Content::Bare(ty, _)) => match self.writer.shape(ty) {
                Type::Record(id) => self.fields(reader, false, &self.writer.records[*id].fields),
                _ => false,
            },
            (Content::Null | Content::Fields(_), _) => false,
        }
    }

    /// Of an object that is written field by field.
    fn object(&mut self, reader: TypeId, mut limits: Limits, writer: &[Field]) -> bool {
        let reader = resolve(self.reader, reader, &mut limits);
        match &self.reader.types[reader] {
            Type::Any => true,
            Type::Optional(inner) => self.object(*inner, limits, writer),
            Type::Record(id) => self.fields(&self.reader.records[*id].fields, self.reader.records[*id].closed, writer),
            Type::Map(key, value) => self.entries((*key, *value), &limits, writer),
            _ => false,
        }
    }

    /// Of a map, for which fields that may be left out are fewer entries.
    fn entries(&mut self, (key, value): (TypeId, TypeId), limits: &Limits, writer: &[Field]) -> bool {
        let mut of_keys = Limits::default();
        let key = resolve(self.reader, key, &mut of_keys);
        let always = writer.iter().filter(|its| !self.writer.is_optional(its.ty)).count();
        self.reader.types[key] == Type::String
            && of_keys.are_none()
            && [always, writer.len()].iter().all(|count| limits.hold_length(*count as u64))
            && writer.iter().all(|its| {
                let mut limits = Limits::of(&its.constraints);
                let ty = unwrap(self.writer, its.ty, &mut limits);
                self.value(value, Limits::default(), ty, limits)
            })
    }

    fn value(&mut self, reader: TypeId, mut limits: Limits, writer: TypeId, mut its: Limits) -> bool {
        let reader = resolve(self.reader, reader, &mut limits);
        let writer = resolve(self.writer, writer, &mut its);
        let (read, written) = (&self.reader.types[reader], &self.writer.types[writer]);
        let (limits, its) = (limits.of_type(read), its.of_type(written));
        match (read, written) {
            (Type::Any, _) => true,
            (_, Type::Any) => false,
            (Type::Optional(read), Type::Optional(written)) => self.value(*read, limits, *written, its),
            (Type::Optional(read), _) => self.value(*read, limits, writer, its),
            (_, Type::Optional(_)) => false,
            (Type::Int(_), Type::Int(_)) | (Type::String, Type::String) | (Type::Bytes, Type::Bytes) => {
                limits.hold(&its)
            }
            (Type::Float(FloatType::Float64), Type::Float(_))
            | (Type::Float(FloatType::Float32), Type::Float(FloatType::Float32))
            | (Type::Decimal, Type::Decimal)
            | (Type::Duration, Type::Duration) => limits.hold(&its),
            // A number that no float keeps would be another one.
            (Type::Float(float), Type::Int(_)) => {
                let bits = if *float == FloatType::Float64 { 53 } else { 24 };
                its.fit_float(bits) && limits.hold(&its)
            }
            (
                Type::String,
                Type::Uuid
                | Type::Timestamp
                | Type::DateTime
                | Type::Date
                | Type::Time
                | Type::Duration
                | Type::Decimal
                | Type::Bytes
                | Type::Enum(_),
            ) => limits.are_none(),
            (Type::List(read), Type::List(written) | Type::Set(written)) | (Type::Set(read), Type::Set(written)) => {
                limits.hold(&its) && self.inner(*read, *written)
            }
            // Repeats merge, so that there may be fewer.
            (Type::Set(read), Type::List(written)) => {
                !limits.have_least_length() && limits.hold(&its) && self.inner(*read, *written)
            }
            (Type::List(read), Type::Tuple(written)) => {
                limits.hold_length(written.len() as u64) && written.iter().all(|written| self.inner(*read, *written))
            }
            (Type::Map(key, value), Type::Map(its_key, its_value)) => {
                limits.hold(&its) && self.key(*key, *its_key) && self.inner(*value, *its_value)
            }
            (Type::Map(key, value), Type::Record(written)) => {
                self.entries((*key, *value), &limits, &self.writer.records[*written].fields)
            }
            (Type::Tuple(read), Type::Tuple(written)) => {
                read.len() == written.len()
                    && read.iter().zip(written).all(|(read, written)| self.inner(*read, *written))
            }
            (Type::Record(read), Type::Record(written)) => self.later(Pair::Records(*read, *written)),
            (Type::Union(read), Type::Union(written)) => self.later(Pair::Unions(*read, *written)),
            (Type::Enum(read), Type::Enum(written)) => {
                let (read, written) = (&self.reader.enums[*read], &self.writer.enums[*written]);
                let known = |name: &str| read.variants.iter().any(|variant| &*variant.wire_name == name);
                read.openness == Openness::Open || written.variants.iter().all(|variant| known(&variant.wire_name))
            }
            (Type::Enum(read), Type::String) => self.reader.enums[*read].openness == Openness::Open,
            (read, written) => read == written && scalar(read),
        }
    }

    /// Assumes that a pair agrees until it is compared.
    fn later(&mut self, pair: Pair) -> bool {
        if self.met.insert(pair) {
            self.ahead.push(pair);
        }
        true
    }

    /// Of a map's keys, which travel as strings whatever they are.
    fn key(&mut self, reader: TypeId, writer: TypeId) -> bool {
        let mut limits = Limits::default();
        let read = resolve(self.reader, reader, &mut limits);
        let numeric = matches!(self.writer.shape(writer), Type::Int(_) | Type::Bool);
        (numeric && self.reader.types[read] == Type::String && limits.are_none()) || self.inner(reader, writer)
    }

    fn variants(&mut self, read: &Union, written: &Union) -> bool {
        let variant = |its: &UnionVariant| {
            let mine = read.variants.iter().find(|mine| mine.wire_name == its.wire_name);
            mine.map_or(read.openness == Openness::Open, |mine| self.carried(mine.ty, its.ty, &read.tag))
        };
        read.tag == written.tag && written.variants.iter().all(variant)
    }

    /// Of what a variant carries. Who expects nothing ignores what is there; who finds nothing takes it for null, or for a
    /// record without a field where the tag sits inside.
    fn carried(&mut self, reader: Option<TypeId>, writer: Option<TypeId>, tag: &UnionTag) -> bool {
        match (reader, writer) {
            (None, _) => true,
            (Some(reader), Some(writer)) => self.inner(reader, writer),
            (Some(reader), None) => match (tag, self.reader.shape(reader)) {
                (UnionTag::Beside, ty) => matches!(ty, Type::Optional(_) | Type::Any),
                (UnionTag::Inside(_), Type::Record(id)) => self.fields(&self.reader.records[*id].fields, false, &[]),
                _ => false,
            },
        }
    }

    fn inner(&mut self, reader: TypeId, writer: TypeId) -> bool {
        self.value(reader, Limits::default(), writer, Limits::default())
    }

    fn fields(&mut self, reader: &[Field], closed: bool, writer: &[Field]) -> bool {
        if closed && writer.iter().any(|its| reader.iter().all(|mine| mine.wire_name != its.wire_name)) {
            return false;
        }
        reader.iter().all(|mine| {
            let may_be_absent = mine.default.is_some() || self.reader.is_optional(mine.ty);
            match writer.iter().find(|its| its.wire_name == mine.wire_name) {
                None => may_be_absent,
                Some(its) => {
                    let may_leave_out = self.writer.is_optional(its.ty);
                    (may_be_absent || !may_leave_out) && self.present(mine, its)
                }
            }
        })
    }

    /// Of a field that is there.
    fn present(&mut self, reader: &Field, writer: &Field) -> bool {
        let mut limits = Limits::of(&reader.constraints);
        let mut its = Limits::of(&writer.constraints);
        let reader = unwrap(self.reader, reader.ty, &mut limits);
        let writer = unwrap(self.writer, writer.ty, &mut its);
        self.value(reader, limits, writer, its)
    }
}

/// The type behind its aliases, whose constraints are added.
pub(super) fn resolve(model: &Model, mut ty: TypeId, limits: &mut Limits) -> TypeId {
    while let Type::Alias(alias) = model.types[ty] {
        let alias = &model.aliases[alias];
        *limits = std::mem::take(limits).and(&alias.constraints);
        ty = alias.ty;
    }
    ty
}

/// The type behind its aliases and behind `?`.
pub(super) fn unwrap(model: &Model, ty: TypeId, limits: &mut Limits) -> TypeId {
    let ty = resolve(model, ty, limits);
    match model.types[ty] {
        Type::Optional(inner) => resolve(model, inner, limits),
        _ => ty,
    }
}

/// Types that hold no other and have no bounds of their own.
fn scalar(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Uuid | Type::Timestamp | Type::DateTime | Type::Date | Type::Time)
}
