//! The fields of models.

use super::layout::{self, push_indent};
use super::literal;
use super::module::Module;
use crate::model::{Constraints, Field, Meta, TypeId, Value};

/// A field on its way to a line of its class.
pub(super) struct Member<'a> {
    /// In Python.
    pub(super) name: &'a str,
    /// In JSON.
    pub(super) wire: &'a str,
    pub(super) meta: &'a Meta,
    pub(super) ty: TypeId,
    pub(super) constraints: &'a Constraints,
    pub(super) default: Option<&'a Value>,
}

impl<'a> Member<'a> {
    pub(super) fn of(field: &'a Field, name: &'a str) -> Self {
        Self {
            name,
            wire: &field.wire_name,
            meta: &field.meta,
            ty: field.ty,
            constraints: &field.constraints,
            default: field.default.as_deref(),
        }
    }
}

impl Module<'_> {
    /// The body of a class, at an indent: its docs and its fields.
    pub(super) fn members(&mut self, indent: usize, docs: Option<&Meta>, fields: &[Field], name: fn(&str) -> String) {
        let before = self.body.len();
        if let Some(meta) = docs {
            self.docs(indent, meta);
        }
        let has_docs = self.body.len() > before;
        match (has_docs, fields.is_empty()) {
            (false, true) => {
                push_indent(&mut self.body, indent);
                self.body.push_str("pass\n");
            }
            (true, false) => self.body.push('\n'),
            _ => {}
        }
        self.fields(indent, fields, name);
    }

    /// The fields of a class, at an indent, with their docs.
    pub(super) fn fields(&mut self, indent: usize, fields: &[Field], name: fn(&str) -> String) {
        for field in fields {
            let name = name(&field.meta.name);
            self.field(indent, &Member::of(field, &name));
        }
    }

    pub(super) fn field(&mut self, indent: usize, member: &Member<'_>) {
        let annotation = self.scope.annotation(member.ty, member.constraints);
        self.has_quotes |= annotation.is_ahead;
        let value = self.field_value(member);
        layout::assignment(&mut self.body, indent, member.name, Some(&annotation.text), value.as_deref());
        self.docs(indent, member.meta);
    }

    /// What stands behind the `=` of a field: its default, or `Field(…)` where there is more to say.
    fn field_value(&mut self, member: &Member<'_>) -> Option<String> {
        let mut more = Vec::new();
        if member.wire != member.name {
            let wire = literal::quoted(member.wire);
            more.push(format!("validation_alias={wire}"));
            more.push(format!("serialization_alias={wire}"));
        }
        if let Some(why) = member.meta.deprecated.as_deref() {
            let why = if why.is_empty() { "True".to_owned() } else { literal::quoted(why) };
            more.push(format!("deprecated={why}"));
        }
        let is_optional = self.scope.plan.model.is_optional(member.ty);
        let default = match member.default {
            _ if is_optional && more.is_empty() => return Some("_wire.ABSENT".to_owned()),
            _ if is_optional => Some("default=None, exclude_if=_wire.is_none".to_owned()),
            Some(value) => {
                let text = self.scope.value(member.ty, value);
                if self.scope.is_value_ahead(value) {
                    Some(format!("default_factory=lambda: {text}"))
                } else if more.is_empty() {
                    return Some(text);
                } else {
                    Some(format!("default={text}"))
                }
            }
            None if more.is_empty() => return None,
            None => None,
        };
        more.splice(0..0, default);
        Some(format!("{}({})", self.scope.import("pydantic", "Field"), more.join(", ")))
    }
}
