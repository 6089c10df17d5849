use super::Lowered;
use super::annotations::{Annotations, Place};
use super::names::Member;
use crate::ast::{self, Ident, Literal};
use crate::diagnostic::code::names as codes;
use crate::model::{Constraints, Field, Meta, TypeId};
use crate::resolve::pending::{
    ConstrainedSlot, Constraint, ConstraintKind, Example, ExampleSlot, FieldDefault, FieldSlot,
};
use crate::source::Span;

impl<'t> Lowered<'t> {
    /// Name, place, docs and what fits anywhere.
    pub(super) fn meta(&mut self, name: Ident, docs: &[Span], annotations: &mut Annotations) -> Meta {
        Meta {
            name: self.text(name.span).into(),
            location: self.at(name.span),
            docs: self.docs(docs),
            deprecated: annotations.deprecated.take(),
            unstable: annotations.unstable,
            custom: std::mem::take(&mut annotations.custom).into_boxed_slice(),
        }
    }

    pub(in crate::resolve) fn docs(&self, lines: &[Span]) -> Option<Box<str>> {
        if lines.is_empty() {
            return None;
        }
        let text = ast::docs_text(&self.texts[self.file.0 as usize], lines);
        (!text.is_empty()).then(|| text.into_boxed_str())
    }

    /// Fields, parameters or named results; `slot` tells where the one of an index stands.
    pub(super) fn fields(
        &mut self,
        written: Vec<ast::Field>,
        reserved: &[ast::Reserved],
        place: Place,
        slot: impl Fn(u32) -> FieldSlot,
    ) -> Vec<Field> {
        let mut fields = Vec::with_capacity(written.len());
        for (index, field) in written.into_iter().enumerate() {
            fields.push(self.field(field, place, slot(index as u32)));
        }
        let what = match place {
            Place::Parameter => "parameter",
            Place::Result => "result",
            _ => "field",
        };
        let members: Vec<_> = fields
            .iter()
            .map(|field| Member { name: &field.meta.name, at: field.meta.location, wire_name: &field.wire_name })
            .collect();
        self.check_members(what, &members, reserved);
        fields
    }

    fn field(&mut self, written: ast::Field, place: Place, slot: FieldSlot) -> Field {
        let ty = self.ty(&written.ty);
        let mut annotations = self.annotations(written.head.annotations, place);
        let meta = self.meta(written.name, &written.head.docs, &mut annotations);
        let wire_name = self.wire_name(&meta.name, annotations.name.take());
        if !self.is_poison(ty) {
            self.constrain(ConstrainedSlot::Field(slot), &mut annotations);
            if let Some(literal) = written.default {
                let location = self.at(literal.span);
                self.pending.defaults.push(FieldDefault { slot, location, literal });
            }
            self.examples(ExampleSlot::Field(slot), annotations.examples);
        }
        Field { meta, wire_name, ty, default: None, constraints: Constraints::default(), examples: Vec::new() }
    }

    /// A type without a name of its own, with the constraints that stand before it.
    pub(super) fn bare(&mut self, head: ast::Head, ty: &ast::Type, place: Place, slot: ConstrainedSlot) -> TypeId {
        let ty = self.ty(ty);
        let mut annotations = self.annotations(head.annotations, place);
        if !self.is_poison(ty) {
            self.constrain(slot, &mut annotations);
        }
        ty
    }

    /// Sets constraints aside until their types are known.
    pub(super) fn constrain(&mut self, slot: ConstrainedSlot, annotations: &mut Annotations) {
        let written = [
            (ConstraintKind::Length, annotations.length.take()),
            (ConstraintKind::Range, annotations.range.take()),
            (ConstraintKind::Pattern, annotations.pattern.take()),
        ];
        for (kind, argument) in written {
            if let Some((argument, span)) = argument {
                self.pending.constraints.push(Constraint { slot, kind, location: self.at(span), argument });
            }
        }
    }

    pub(super) fn examples(&mut self, slot: ExampleSlot, written: Vec<(Literal, Span)>) {
        for (literal, _) in written {
            let location = self.at(literal.span);
            self.pending.examples.push(Example { slot, location, literal });
        }
    }

    /// Names that must not come back, each once.
    pub(super) fn reserved(&mut self, written: Vec<ast::Reserved>) -> Vec<Box<str>> {
        let mut names: Vec<Box<str>> = Vec::new();
        for name in written.into_iter().flat_map(|reserved| reserved.names) {
            if name.value.is_empty() {
                self.problem(codes::EMPTY_WIRE_NAME, name.span, "a reserved name is not empty");
            } else {
                names.push(name.value);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
