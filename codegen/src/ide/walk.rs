//! Goes through a tree and gathers every place where a name stands, with what it can mean there.

use super::declared::{self, Declared, Member};
use super::document::Document;
use super::literals::{Base, Context, Step};
use super::occurrence::{Occurrence, What};
use crate::ast::{
    DefinitionKind, ExceptionBody, Field, Head, Literal, LiteralKind, Parameters, Path, Procedure, Returns, Type,
    TypeKind,
};
use crate::source::Span;

/// Every occurrence in a document, in no order.
pub(super) fn occurrences(document: &Document) -> Vec<Occurrence<'_>> {
    let mut walk = Walk { document, found: Vec::new() };
    let tree = document.tree();
    if let Some(path) = &tree.namespace {
        walk.add(path.span, What::Namespace);
    }
    for (index, import) in tree.imports.iter().enumerate() {
        walk.add(import.path.span, What::ImportPath(index));
        if let Some(alias) = import.alias {
            walk.add(alias.span, What::ImportAlias(index));
        }
    }
    for index in 0..tree.definitions.len() {
        walk.definition(index);
    }
    walk.found
}

/// The occurrence at an offset; one that ends there counts where none begins.
pub(super) fn at(document: &Document, offset: u32) -> Option<Occurrence<'_>> {
    let touching = |occurrence: &Occurrence<'_>| occurrence.span.start <= offset && offset <= occurrence.span.end;
    let mut found: Vec<Occurrence<'_>> = occurrences(document).into_iter().filter(touching).collect();
    found.sort_by_key(|occurrence| (occurrence.span.end == offset, occurrence.span.len()));
    found.into_iter().next()
}

struct Walk<'d> {
    document: &'d Document,
    found: Vec<Occurrence<'d>>,
}

impl<'d> Walk<'d> {
    fn add(&mut self, span: Span, what: What<'d>) {
        self.found.push(Occurrence { span, what });
    }

    fn definition(&mut self, index: usize) {
        let definition = &self.document.tree().definitions[index];
        let whole = Declared::of_definition(index);
        self.add(definition.name.span, What::Declaration(whole));
        self.head(&definition.head, Base::Declared(whole));
        match &definition.kind {
            DefinitionKind::Record(_) | DefinitionKind::Exception(ExceptionBody::Fields(_)) => {
                let fields = declared::fields(definition).unwrap_or_default();
                self.fields(fields, |field| whole.member(Member::Field(field)));
            }
            DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. } => {
                for (index, variant) in body.variants.iter().enumerate() {
                    let declared = whole.member(Member::Variant(index));
                    self.add(variant.name.span, What::Declaration(declared));
                    self.head(&variant.head, Base::Declared(declared));
                    self.ty_where_there(variant.ty.as_ref());
                }
            }
            DefinitionKind::Alias(ty) => self.ty_where_there(ty.as_ref()),
            DefinitionKind::Const { ty, value } => {
                self.ty_where_there(ty.as_ref());
                if let (Some(ty), Some(value)) = (ty, value) {
                    self.literal(value, &Context::new(Base::Type(ty)));
                }
            }
            DefinitionKind::Exception(ExceptionBody::Payload(head, ty)) => self.bare(head, ty),
            DefinitionKind::Exception(ExceptionBody::Null) => {}
            DefinitionKind::Service(body) => {
                for (index, procedure) in body.procedures.iter().enumerate() {
                    self.procedure(procedure, whole, index);
                }
                for (index, topic) in body.topics.iter().enumerate() {
                    let declared = whole.member(Member::Topic(index));
                    self.add(topic.name.span, What::Declaration(declared));
                    self.head(&topic.head, Base::Type(&topic.ty));
                    self.ty(&topic.ty);
                }
            }
        }
    }

    fn procedure(&mut self, procedure: &'d Procedure, service: Declared, index: usize) {
        let declared = service.member(Member::Procedure(index));
        self.add(procedure.name.span, What::Declaration(declared));
        self.head(&procedure.head, Base::Declared(declared));
        match &procedure.parameters {
            Parameters::None => {}
            Parameters::Unnamed(head, ty) => self.bare(head, ty),
            Parameters::Named(fields) => self.fields(fields, |field| service.member(Member::Parameter(index, field))),
        }
        match &procedure.returns {
            Returns::None => {}
            Returns::Unnamed(head, ty) | Returns::Stream(head, ty) => self.bare(head, ty),
            Returns::Named(_, fields) => self.fields(fields, |field| service.member(Member::Result(index, field))),
        }
        for raised in &procedure.raises {
            self.add(raised.span, What::Exception(raised));
        }
    }

    fn fields(&mut self, fields: &'d [Field], declared: impl Fn(usize) -> Declared) {
        for (index, field) in fields.iter().enumerate() {
            self.add(field.name.span, What::Declaration(declared(index)));
            self.head(&field.head, Base::Type(&field.ty));
            self.ty(&field.ty);
            if let Some(default) = &field.default {
                self.literal(default, &Context::new(Base::Type(&field.ty)));
            }
        }
    }

    fn bare(&mut self, head: &'d Head, ty: &'d Type) {
        self.head(head, Base::Type(ty));
        self.ty(ty);
    }

    fn ty_where_there(&mut self, ty: Option<&'d Type>) {
        if let Some(ty) = ty {
            self.ty(ty);
        }
    }

    fn ty(&mut self, ty: &'d Type) {
        match &ty.kind {
            TypeKind::Name(path) => self.add(path.span, What::Type(path)),
            TypeKind::Generic(name, arguments) => {
                self.add(name.span, What::Generic);
                for argument in arguments {
                    self.ty(argument);
                }
            }
            TypeKind::Optional(inner) => self.ty(inner),
        }
    }

    fn head(&mut self, head: &'d Head, base: Base<'d>) {
        for annotation in &head.annotations {
            self.add(annotation.name.span, What::Annotation(annotation));
            let is_example = self.document.slice(annotation.name.span) == "example";
            let context = Context::new(if is_example { base } else { Base::Nothing });
            for argument in annotation.arguments.iter().flatten() {
                self.literal(argument, &context);
            }
        }
    }

    fn literal(&mut self, literal: &'d Literal, context: &Context<'d>) {
        match &literal.kind {
            LiteralKind::Name(path) => self.name(path, context),
            LiteralKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.literal(item, &context.then(Step::Item(index)));
                }
            }
            LiteralKind::Object(entries) => {
                for (key, value) in entries {
                    self.add(key.span, What::Key { context: context.clone(), key, entries });
                    self.literal(value, &context.then(Step::Key(&key.value, entries)));
                }
            }
            LiteralKind::Range(from, to) => {
                for bound in [from, to].into_iter().flatten() {
                    self.literal(bound, context);
                }
            }
            LiteralKind::String(text) if context.is_typed() => {
                self.add(literal.span, What::Text { context: context.clone(), text });
            }
            LiteralKind::Null
            | LiteralKind::Bool(_)
            | LiteralKind::Number
            | LiteralKind::String(_)
            | LiteralKind::Duration => {}
        }
    }

    fn name(&mut self, path: &'d Path, context: &Context<'d>) {
        self.add(path.span, What::Value { path, context: context.clone() });
    }
}
