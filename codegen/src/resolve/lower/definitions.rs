use super::Lowered;
use super::annotations::{Annotations, Place};
use super::names::Member;
use crate::ast::{self, DefinitionKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{
    Alias, Constant, Constraints, Enum, EnumVariant, Exception, ExceptionPayload, Id, Meta, NamespaceId, Openness,
    Record, Union, UnionTag, UnionVariant, Value,
};
use crate::resolve::pending::{self, ConstrainedSlot, ExampleSlot, FieldSlot, Tag};
use crate::resolve::scope::Definition;
use crate::source::Span;

/// Exceptions that the protocol itself knows; all that begin `rpc_` are its own, too.
const INTERNAL_ERROR: &str = "InternalError";

impl<'t> Lowered<'t> {
    /// One definition, which becomes the next of its arena.
    pub(in crate::resolve) fn definition(&mut self, written: ast::Definition, namespace: NamespaceId) {
        let ast::Definition { head, name, kind, broken, .. } = written;
        let place = match &kind {
            DefinitionKind::Record(_) => Place::Record,
            DefinitionKind::Enum { .. } => Place::Enum,
            DefinitionKind::Union { .. } => Place::Union,
            DefinitionKind::Alias(_) => Place::Alias,
            DefinitionKind::Const { .. } => Place::Constant,
            DefinitionKind::Exception(_) => Place::Exception,
            DefinitionKind::Service(_) => Place::Service,
        };
        let mut annotations = self.annotations(head.annotations, place);
        let meta = self.meta(name, &head.docs, &mut annotations);
        let definition = match kind {
            DefinitionKind::Record(fields) => self.record(meta, namespace, fields, annotations),
            DefinitionKind::Enum { open, body } => self.enumeration(meta, namespace, open, body, annotations, broken),
            DefinitionKind::Union { open, body } => self.union(meta, namespace, open, body, annotations, broken),
            DefinitionKind::Alias(ty) => self.alias(meta, namespace, ty.as_ref(), annotations),
            DefinitionKind::Const { ty, value } => self.constant(meta, namespace, ty.as_ref(), value),
            DefinitionKind::Exception(body) => self.exception(meta, namespace, body, annotations),
            DefinitionKind::Service(body) => self.service(meta, namespace, body, annotations),
        };
        if broken {
            self.broken.insert(definition);
        }
        let namespace = &mut self.model.namespaces[namespace];
        match definition {
            Definition::Record(id) => namespace.records.push(id),
            Definition::Enum(id) => namespace.enums.push(id),
            Definition::Union(id) => namespace.unions.push(id),
            Definition::Alias(id) => namespace.aliases.push(id),
            Definition::Constant(id) => namespace.constants.push(id),
            Definition::Exception(id) => namespace.exceptions.push(id),
            Definition::Service(id) => namespace.services.push(id),
        }
    }

    fn record(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        body: ast::Fields,
        annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.records.len());
        let fields = self.fields(body.fields, &body.reserved, Place::Field, |index| FieldSlot::Record(id, index));
        self.examples(ExampleSlot::Record(id), annotations.examples);
        let reserved = self.reserved(body.reserved);
        let closed = annotations.closed;
        self.model.records.add(Record { meta, namespace, fields, reserved, closed, examples: Vec::new() });
        Definition::Record(id)
    }

    fn enumeration(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        open: Option<Span>,
        body: ast::EnumBody,
        annotations: Annotations,
        broken: bool,
    ) -> Definition {
        let id = Id::at(self.model.enums.len());
        let mut variants = Vec::with_capacity(body.variants.len());
        for variant in body.variants {
            self.check_variant_name(variant.name);
            if let Some(ty) = &variant.ty {
                let message = "a variant of an enum has no type";
                let problem = Problem::new(codes::TYPED_ENUM_VARIANT, self.at(ty.span), message);
                self.problems.push(problem.with_help("a `union` has variants with types"));
            }
            let mut annotations = self.annotations(variant.head.annotations, Place::EnumVariant);
            let meta = self.meta(variant.name, &variant.head.docs, &mut annotations);
            let wire_name = self.wire_name(&meta.name, annotations.name.take());
            variants.push(EnumVariant { meta, wire_name });
        }
        let members: Vec<_> = variants
            .iter()
            .map(|one| Member { name: &one.meta.name, at: one.meta.location, wire_name: &one.wire_name })
            .collect();
        self.check_members("variant", &members, &body.reserved);
        if variants.is_empty() && !broken {
            self.no_variants("enum", &meta);
        }
        self.examples(ExampleSlot::Enum(id), annotations.examples);
        let reserved = self.reserved(body.reserved);
        let openness = openness(open);
        self.model.enums.add(Enum { meta, namespace, openness, variants, reserved, examples: Vec::new() });
        Definition::Enum(id)
    }

    fn union(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        open: Option<Span>,
        body: ast::EnumBody,
        mut annotations: Annotations,
        broken: bool,
    ) -> Definition {
        let id = Id::at(self.model.unions.len());
        let mut variants = Vec::with_capacity(body.variants.len());
        for variant in body.variants {
            self.check_variant_name(variant.name);
            let ty = variant.ty.as_ref().map(|ty| self.ty(ty));
            let mut annotations = self.annotations(variant.head.annotations, Place::UnionVariant);
            let meta = self.meta(variant.name, &variant.head.docs, &mut annotations);
            let wire_name = self.wire_name(&meta.name, annotations.name.take());
            variants.push(UnionVariant { meta, wire_name, ty });
        }
        let members: Vec<_> = variants
            .iter()
            .map(|one| Member { name: &one.meta.name, at: one.meta.location, wire_name: &one.wire_name })
            .collect();
        self.check_members("variant", &members, &body.reserved);
        if variants.is_empty() && !broken {
            self.no_variants("union", &meta);
        }
        let tag = match annotations.tag.take() {
            Some((tag, span)) if tag.is_empty() => {
                self.problem(codes::EMPTY_WIRE_NAME, span, "the name of a tag is not empty");
                UnionTag::Beside
            }
            Some((tag, span)) => {
                self.pending.tags.push(Tag { union: id, location: self.at(span) });
                UnionTag::Inside(tag)
            }
            None => UnionTag::Beside,
        };
        self.examples(ExampleSlot::Union(id), annotations.examples);
        let reserved = self.reserved(body.reserved);
        let openness = openness(open);
        self.model.unions.add(Union { meta, namespace, openness, tag, variants, reserved, examples: Vec::new() });
        Definition::Union(id)
    }

    fn no_variants(&mut self, what: &str, meta: &Meta) {
        let message = format!("the {what} \"{}\" has no variant", meta.name);
        self.problems.push(Problem::new(codes::NO_VARIANTS, meta.location, message).with_help("it needs one at least"));
    }

    fn check_variant_name(&mut self, name: ast::Ident) {
        let text = self.text(name.span);
        if matches!(text, "true" | "false" | "null") {
            self.problem(codes::TAKEN_NAME, name.span, format!("no variant may be called \"{text}\": it is a literal"));
        }
    }

    fn alias(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        ty: Option<&ast::Type>,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.aliases.len());
        let ty = self.ty_or_poison(ty);
        if !self.is_poison(ty) {
            self.constrain(ConstrainedSlot::Alias(id), &mut annotations);
            self.examples(ExampleSlot::Alias(id), annotations.examples);
        }
        let constraints = Constraints::default();
        self.model.aliases.add(Alias { meta, namespace, ty, resolved: ty, constraints, examples: Vec::new() });
        Definition::Alias(id)
    }

    fn constant(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        ty: Option<&ast::Type>,
        value: Option<ast::Literal>,
    ) -> Definition {
        let id = Id::at(self.model.constants.len());
        if matches!(&*meta.name, "true" | "false" | "null") {
            let message = format!("no constant may be called \"{}\": it is a literal", meta.name);
            self.problems.push(Problem::new(codes::TAKEN_NAME, meta.location, message));
        }
        let ty = self.ty_or_poison(ty);
        let literal = value.filter(|_| !self.is_poison(ty));
        let location = literal.as_ref().map_or(meta.location, |literal| self.at(literal.span));
        self.pending.constants.push(pending::Constant { location, literal });
        self.model.constants.add(Constant { meta, namespace, ty, value: Value::Null });
        Definition::Constant(id)
    }

    fn exception(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        body: ast::ExceptionBody,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.exceptions.len());
        let named = annotations.name.as_ref().map(|(_, span)| self.at(*span));
        let wire_name = self.wire_name(&meta.name, annotations.name.take());
        let at = named.unwrap_or(meta.location);
        if &*wire_name == INTERNAL_ERROR || wire_name.starts_with("rpc_") {
            let message = format!("the exception name \"{wire_name}\" is the protocol's own");
            let help = "take another name: \"InternalError\" and those that begin \"rpc_\" are sent by the runtime";
            self.problems.push(Problem::new(codes::PROTOCOL_EXCEPTION, at, message).with_help(help));
        } else if !crate::resolve::addresses::is_identifier(&wire_name) {
            let message = format!("an exception travels by an identifier, and \"{wire_name}\" is none");
            self.problems.push(Problem::new(codes::EXCEPTION_NOT_IDENTIFIER, at, message));
        }
        let mut reserved = Vec::new();
        let payload = match body {
            ast::ExceptionBody::Null => ExceptionPayload::Null,
            ast::ExceptionBody::Payload(head, ty) => {
                let ty = self.bare(head, &ty, Place::Payload, ConstrainedSlot::ExceptionPayload(id));
                ExceptionPayload::Bare(ty, Constraints::default())
            }
            ast::ExceptionBody::Fields(body) => {
                let slot = |index| FieldSlot::Exception(id, index);
                let fields = self.fields(body.fields, &body.reserved, Place::Field, slot);
                reserved = self.reserved(body.reserved);
                ExceptionPayload::Fields(fields)
            }
        };
        self.examples(ExampleSlot::Exception(id), annotations.examples);
        let examples = Vec::new();
        self.model.exceptions.add(Exception { meta, namespace, wire_name, payload, reserved, examples });
        Definition::Exception(id)
    }
}

fn openness(open: Option<Span>) -> Openness {
    if open.is_some() { Openness::Open } else { Openness::Closed }
}
