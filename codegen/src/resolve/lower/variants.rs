//! Enums and unions.

use super::Lowered;
use super::annotations::{Annotations, Place};
use super::names::Member;
use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{Enum, EnumVariant, Id, Meta, NamespaceId, Openness, Union, UnionTag, UnionVariant};
use crate::resolve::pending::{ExampleSlot, Tag};
use crate::resolve::scope::Definition;
use crate::source::Span;

impl Lowered<'_> {
    pub(super) fn enumeration(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        open: Option<Span>,
        body: ast::EnumBody,
        annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.enums.len());
        let mut variants = Vec::with_capacity(body.variants.len());
        for variant in body.variants {
            if let Some(ty) = &variant.ty {
                let message = "a variant of an enum has no type";
                let problem = Problem::new(codes::TYPED_ENUM_VARIANT, self.at(ty.span), message);
                self.problems.push(problem.with_help("a `union` has variants with types"));
            }
            let (meta, wire_name) = self.variant(variant.name, variant.head, Place::EnumVariant);
            variants.push(EnumVariant { meta, wire_name });
        }
        self.check_variants(variants.iter().map(|one| (&one.meta, &*one.wire_name)), &body.reserved);
        self.examples(ExampleSlot::Enum(id), annotations.examples);
        let reserved = self.reserved(body.reserved);
        let openness = openness(open);
        self.model.enums.add(Enum { meta, namespace, openness, variants, reserved, examples: Vec::new() });
        Definition::Enum(id)
    }

    pub(super) fn union(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        open: Option<Span>,
        body: ast::EnumBody,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.unions.len());
        let mut variants = Vec::with_capacity(body.variants.len());
        for variant in body.variants {
            let ty = variant.ty.as_ref().map(|ty| self.ty(ty));
            let (meta, wire_name) = self.variant(variant.name, variant.head, Place::UnionVariant);
            variants.push(UnionVariant { meta, wire_name, ty });
        }
        self.check_variants(variants.iter().map(|one| (&one.meta, &*one.wire_name)), &body.reserved);
        let tag = match annotations.tag.take() {
            Some((tag, span)) if tag.is_empty() => {
                self.problem(codes::EMPTY_WIRE_NAME, span, "the name of a tag is not empty");
                self.broken.insert(Definition::Union(id));
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

    /// Reports a body without a variant, unless one may be among what could not be read.
    pub(super) fn check_has_variants(&mut self, what: &str, meta: &Meta, body: &ast::EnumBody, broken: bool) {
        if body.variants.is_empty() && !broken {
            let message = format!("the {what} \"{}\" has no variant", meta.name);
            let problem = Problem::new(codes::NO_VARIANTS, meta.location, message);
            self.problems.push(problem.with_help("it needs one at least"));
        }
    }

    /// What every variant has, and the name by which it travels.
    fn variant(&mut self, name: ast::Ident, head: ast::Head, place: Place) -> (Meta, Box<str>) {
        let text = self.text(name.span);
        if matches!(text, "true" | "false" | "null") {
            self.problem(codes::TAKEN_NAME, name.span, format!("no variant may be called \"{text}\": it is a literal"));
        }
        let mut annotations = self.annotations(head.annotations, place);
        let meta = self.meta(name, &head.docs, &mut annotations);
        let wire_name = self.wire_name(&meta.name, annotations.name.take());
        (meta, wire_name)
    }

    fn check_variants<'m>(&mut self, variants: impl Iterator<Item = (&'m Meta, &'m str)>, reserved: &[ast::Reserved]) {
        let members: Vec<_> =
            variants.map(|(meta, wire_name)| Member { name: &meta.name, at: meta.location, wire_name }).collect();
        self.check_members("variant", &members, reserved);
    }
}

fn openness(open: Option<Span>) -> Openness {
    if open.is_some() { Openness::Open } else { Openness::Closed }
}
