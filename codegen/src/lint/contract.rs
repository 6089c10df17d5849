use crate::model::{
    ExceptionPayload, Field, Meta, Model, NamespaceId, Payload, Procedure, Record, Reply, Service, Topic, TypeId,
};
use crate::source::{FileId, Location, Sources};

/// A contract to be linted: a model without errors, and which of its files are looked at.
pub struct Contract<'a> {
    /// What it says.
    pub model: &'a Model,
    /// What its places point into.
    pub sources: &'a Sources,
    /// By [`FileId`].
    linted: Vec<bool>,
}

/// What a definition is called among people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Record,
    Enum,
    Union,
    Alias,
    Constant,
    Exception,
    Service,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Enum => "enum",
            Self::Union => "union",
            Self::Alias => "type",
            Self::Constant => "constant",
            Self::Exception => "exception",
            Self::Service => "service",
        }
    }
}

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Field,
    Parameter,
    Result,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Parameter => "parameter",
            Self::Result => "result",
        }
    }
}

impl<'a> Contract<'a> {
    /// A contract of which the files are linted that `is_linted` tells; those that it imports from elsewhere are not.
    pub fn new(model: &'a Model, sources: &'a Sources, is_linted: impl Fn(FileId) -> bool) -> Self {
        let linted = sources.iter().map(|(file, _)| is_linted(file)).collect();
        Self { model, sources, linted }
    }

    pub(super) fn covers(&self, at: Location) -> bool {
        self.linted[at.file.0 as usize]
    }

    pub(super) fn linted_files(&self) -> impl Iterator<Item = FileId> {
        self.linted.iter().enumerate().filter(|(_, linted)| **linted).map(|(index, _)| FileId(index as u32))
    }

    /// Every definition, kind by kind.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (Kind, &'a Meta, NamespaceId)> {
        let model = self.model;
        let records = model.records.iter().map(|(_, one)| (Kind::Record, &one.meta, one.namespace));
        let enums = model.enums.iter().map(|(_, one)| (Kind::Enum, &one.meta, one.namespace));
        let unions = model.unions.iter().map(|(_, one)| (Kind::Union, &one.meta, one.namespace));
        let aliases = model.aliases.iter().map(|(_, one)| (Kind::Alias, &one.meta, one.namespace));
        let constants = model.constants.iter().map(|(_, one)| (Kind::Constant, &one.meta, one.namespace));
        let exceptions = model.exceptions.iter().map(|(_, one)| (Kind::Exception, &one.meta, one.namespace));
        let services = model.services.iter().map(|(_, one)| (Kind::Service, &one.meta, one.namespace));
        records.chain(enums).chain(unions).chain(aliases).chain(constants).chain(exceptions).chain(services)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &'a Record> {
        self.model.records.iter().map(|(_, record)| record)
    }

    pub(super) fn procedures(&self) -> impl Iterator<Item = &'a Procedure> {
        self.model.procedures.iter().map(|(_, procedure)| procedure)
    }

    pub(super) fn topics(&self) -> impl Iterator<Item = &'a Topic> {
        self.model.topics.iter().map(|(_, topic)| topic)
    }

    pub(super) fn services(&self) -> impl Iterator<Item = &'a Service> {
        self.model.services.iter().map(|(_, service)| service)
    }

    /// Every list of fields, with what it belongs to.
    pub(super) fn field_lists(&self) -> impl Iterator<Item = (Role, &'a Meta, &'a [Field])> {
        let records = self.records().map(|record| (Role::Field, &record.meta, &*record.fields));
        let exceptions = self
            .model
            .exceptions
            .iter()
            .map(|(_, exception)| (Role::Field, &exception.meta, fields_of_exception(&exception.payload)));
        let procedures = self.procedures().flat_map(|procedure| {
            let parameters: &[Field] = if let Payload::Named(fields) = &procedure.payload { fields } else { &[] };
            let results: &[Field] = if let Reply::Named(fields) = &procedure.reply { fields } else { &[] };
            [(Role::Parameter, &procedure.meta, parameters), (Role::Result, &procedure.meta, results)]
        });
        records.chain(exceptions).chain(procedures)
    }

    /// Every variant of every enum and union.
    pub(super) fn variants(&self) -> impl Iterator<Item = &'a Meta> {
        let enums = self.model.enums.iter().flat_map(|(_, one)| one.variants.iter().map(|variant| &variant.meta));
        let unions = self.model.unions.iter().flat_map(|(_, one)| one.variants.iter().map(|variant| &variant.meta));
        enums.chain(unions)
    }

    /// The variants of each enum and union.
    pub(super) fn variant_lists(&self) -> impl Iterator<Item = Vec<&'a Meta>> {
        let enums = self.model.enums.iter().map(|(_, one)| one.variants.iter().map(|variant| &variant.meta).collect());
        let unions =
            self.model.unions.iter().map(|(_, one)| one.variants.iter().map(|variant| &variant.meta).collect());
        enums.chain(unions)
    }
}

fn fields_of_exception(payload: &ExceptionPayload) -> &[Field] {
    if let ExceptionPayload::Fields(fields) = payload { fields } else { &[] }
}

/// The types of what a procedure takes.
pub(super) fn payload_types(payload: &Payload) -> impl Iterator<Item = TypeId> {
    let (bare, fields): (Option<TypeId>, &[Field]) = match payload {
        Payload::Null => (None, &[]),
        Payload::Bare(ty, _) => (Some(*ty), &[]),
        Payload::Named(fields) => (None, fields),
    };
    bare.into_iter().chain(fields.iter().map(|field| field.ty))
}

/// The types of what a procedure answers.
pub(super) fn reply_types(reply: &Reply) -> impl Iterator<Item = TypeId> {
    let (bare, fields): (Option<TypeId>, &[Field]) = match reply {
        Reply::Oneway | Reply::Null => (None, &[]),
        Reply::Bare(ty, _) | Reply::Stream(ty, _) => (Some(*ty), &[]),
        Reply::Named(fields) => (None, fields),
    };
    bare.into_iter().chain(fields.iter().map(|field| field.ty))
}

/// The types of what an exception carries.
pub(super) fn exception_types(payload: &ExceptionPayload) -> impl Iterator<Item = TypeId> {
    let bare = if let ExceptionPayload::Bare(ty, _) = payload { Some(*ty) } else { None };
    bare.into_iter().chain(fields_of_exception(payload).iter().map(|field| field.ty))
}
