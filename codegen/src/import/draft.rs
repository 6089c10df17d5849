//! A contract under construction: what was read, and beside it what could not be known.

use std::collections::{BTreeMap, BTreeSet};

use super::json::Json;

/// Everything that was read, by namespace.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) namespaces: BTreeMap<String, Namespace>,
}

#[derive(Debug, Default)]
pub(super) struct Namespace {
    pub(super) docs: Option<String>,
    pub(super) notes: Vec<String>,
    pub(super) definitions: Vec<Definition>,
    pub(super) services: Vec<Service>,
}

/// What stands before anything: docs, and remarks for whoever completes the contract.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    pub(super) docs: Option<String>,
    pub(super) notes: Vec<String>,
    pub(super) deprecated: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) head: Head,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Record {
        closed: bool,
        fields: Vec<Field>,
    },
    Enum {
        open: bool,
        variants: Vec<Name>,
    },
    Union {
        open: bool,
        tag: Option<String>,
        variants: Vec<Variant>,
    },
    Alias(Typed),
    /// With the name that travels.
    Exception(String, Option<Typed>),
}

/// A name in the contract, and the one that travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) wire: String,
}

#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) name: Name,
    pub(super) ty: Option<Ty>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) head: Head,
    pub(super) name: Name,
    pub(super) typed: Typed,
    pub(super) default: Option<Json>,
}

/// A type with its constraints, and what could not be said of it.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) ty: Ty,
    pub(super) constraints: Vec<String>,
    pub(super) notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// A built-in type without parts, by its name.
    Plain(&'static str),
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
    Tuple(Vec<Ty>),
    Optional(Box<Ty>),
    /// A definition of the same namespace.
    Named(String),
}

#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) head: Head,
    /// Where it is not the namespace and the name.
    pub(super) prepath: Option<String>,
    pub(super) version: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) expose: bool,
    pub(super) procedures: Vec<Procedure>,
}

#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) name: String,
    pub(super) head: Head,
    /// Where it is not the service's and the name.
    pub(super) uri: Option<String>,
    /// Where it is not the protocol's default.
    pub(super) channel: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) expose: bool,
    pub(super) payload: Part,
    pub(super) reply: Part,
    pub(super) raises: Vec<String>,
}

/// A payload or a reply.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Null,
    Bare(Typed),
    Named(Vec<Field>),
}

impl Typed {
    pub(super) fn new(ty: Ty) -> Self {
        Self { ty, constraints: Vec::new(), notes: Vec::new() }
    }

    /// A type that takes everything, because of this.
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self { ty: Ty::Plain("any"), constraints: Vec::new(), notes: vec![why.into()] }
    }

    pub(super) fn noting(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl Ty {
    /// The same, or null; `any` and optional types hold null already.
    pub(super) fn optional(self) -> Self {
        match self {
            Self::Plain("any") | Self::Optional(_) => self,
            other => Self::Optional(Box::new(other)),
        }
    }
}

impl Namespace {
    /// Has `T?` nowhere where `T` is a name of what holds null already.
    pub(super) fn settle(&mut self) {
        let mut nullable = BTreeSet::new();
        loop {
            let holds_null = |ty: &Ty| match ty {
                Ty::Plain(name) => *name == "any",
                Ty::Optional(_) => true,
                Ty::Named(name) => nullable.contains(name),
                _ => false,
            };
            let found = self.definitions.iter().find(|definition| {
                matches!(&definition.body, Body::Alias(typed) if holds_null(&typed.ty))
                    && !nullable.contains(&definition.name)
            });
            let Some(found) = found else { break };
            nullable.insert(found.name.clone());
        }
        for definition in &mut self.definitions {
            match &mut definition.body {
                Body::Record { fields, .. } => fields.iter_mut().for_each(|field| field.settle(&nullable)),
                Body::Union { variants, .. } => {
                    variants.iter_mut().filter_map(|variant| variant.ty.as_mut()).for_each(|ty| ty.settle(&nullable));
                }
                Body::Alias(typed) | Body::Exception(_, Some(typed)) => typed.ty.settle(&nullable),
                Body::Enum { .. } | Body::Exception(_, None) => {}
            }
        }
        for procedure in self.services.iter_mut().flat_map(|service| &mut service.procedures) {
            for part in [&mut procedure.payload, &mut procedure.reply] {
                match part {
                    Part::Null => {}
                    Part::Bare(typed) => typed.ty.settle(&nullable),
                    Part::Named(fields) => fields.iter_mut().for_each(|field| field.settle(&nullable)),
                }
            }
        }
    }

    /// The names of definitions that something refers to.
    pub(super) fn mentioned(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for definition in &self.definitions {
            match &definition.body {
                Body::Record { fields, .. } => fields.iter().for_each(|field| field.typed.ty.mention(&mut names)),
                Body::Union { variants, .. } => {
                    variants.iter().filter_map(|variant| variant.ty.as_ref()).for_each(|ty| ty.mention(&mut names));
                }
                Body::Alias(typed) | Body::Exception(_, Some(typed)) => typed.ty.mention(&mut names),
                Body::Enum { .. } | Body::Exception(_, None) => {}
            }
        }
        for procedure in self.services.iter().flat_map(|service| &service.procedures) {
            for part in [&procedure.payload, &procedure.reply] {
                match part {
                    Part::Null => {}
                    Part::Bare(typed) => typed.ty.mention(&mut names),
                    Part::Named(fields) => fields.iter().for_each(|field| field.typed.ty.mention(&mut names)),
                }
            }
        }
        names
    }
}

impl Field {
    fn settle(&mut self, nullable: &BTreeSet<String>) {
        let was_optional = matches!(self.typed.ty, Ty::Optional(_));
        self.typed.ty.settle(nullable);
        if was_optional && !matches!(self.typed.ty, Ty::Optional(_)) {
            self.default.get_or_insert(Json::Null);
        }
    }
}

impl Ty {
    fn settle(&mut self, nullable: &BTreeSet<String>) {
        if let Self::Optional(item) = self
            && matches!(&**item, Self::Named(name) if nullable.contains(name))
        {
            *self = std::mem::replace(item, Self::Plain("any"));
        }
        match self {
            Self::Plain(_) | Self::Named(_) => {}
            Self::List(item) | Self::Set(item) | Self::Optional(item) => item.settle(nullable),
            Self::Map(key, value) => {
                key.settle(nullable);
                value.settle(nullable);
            }
            Self::Tuple(parts) => parts.iter_mut().for_each(|part| part.settle(nullable)),
        }
    }

    fn mention(&self, names: &mut BTreeSet<String>) {
        match self {
            Self::Plain(_) => {}
            Self::Named(name) => {
                names.insert(name.clone());
            }
            Self::List(item) | Self::Set(item) | Self::Optional(item) => item.mention(names),
            Self::Map(key, value) => {
                key.mention(names);
                value.mention(names);
            }
            Self::Tuple(parts) => parts.iter().for_each(|part| part.mention(names)),
        }
    }
}
