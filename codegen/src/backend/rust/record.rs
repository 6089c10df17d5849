//! Records, and what looks like one: exceptions with fields, payloads and replies with names.

use std::rc::Rc;

use askama::Template;

use super::facts::Holder;
use super::layout::{Code, line};
use super::literal;
use super::module::{Module, deprecated, docs};
use super::scope::External;
use crate::model::{Constraints, Field, RecordId, TypeId};
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/record.rs")]
struct RecordView<'a> {
    docs: String,
    deprecated: String,
    name: &'a str,
    fields: Vec<FieldView>,
}

struct FieldView {
    docs: String,
    deprecated: String,
    name: String,
    ty: Rc<str>,
}

#[derive(Template)]
#[template(path = "rust/record_codec.rs")]
struct CodecView<'a> {
    name: &'a str,
    codegen: External,
    shape: String,
    encode: String,
    check: String,
    blank: String,
    decode_signature: Rc<str>,
    decode: String,
    has_default: bool,
}

#[derive(Template)]
#[template(path = "rust/newtype.rs")]
struct NewtypeView<'a> {
    docs: String,
    deprecated: String,
    name: &'a str,
    ty: &'a str,
    visibility: &'static str,
}

#[derive(Template)]
#[template(path = "rust/newtype_codec.rs")]
struct NewtypeCodecView<'a> {
    name: &'a str,
    codegen: External,
    check: String,
    decode_signature: Rc<str>,
}

#[derive(Template)]
#[template(path = "rust/unit.rs")]
struct UnitView<'a> {
    docs: String,
    deprecated: String,
    name: &'a str,
    codegen: External,
    decode_signature: Rc<str>,
}

/// A struct to be written.
pub(super) struct Struct<'a> {
    pub(super) docs: String,
    pub(super) deprecated: String,
    /// In Rust.
    pub(super) name: &'a str,
    /// In the contract, for messages.
    pub(super) contract_name: &'a str,
}

/// What becomes of fields that a struct does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    Ignored,
    Refused,
}

impl Module<'_> {
    pub(super) fn record(&mut self, id: RecordId) {
        let plan = self.scope.plan;
        let record = &plan.model.records[id];
        let name = &plan.records[id.index()];
        let item = Struct {
            docs: docs(&record.meta, 0, || format!("The record `{}`.", record.meta.name)),
            deprecated: deprecated(&record.meta, 0),
            name,
            contract_name: &record.meta.name,
        };
        let unknown = if record.closed { Unknown::Refused } else { Unknown::Ignored };
        self.structure(item, &record.fields, unknown, Some(Holder::Record(id)));
    }

    /// A struct with named fields, and its codec.
    pub(super) fn structure(&mut self, item: Struct<'_>, fields: &[Field], unknown: Unknown, whole: Option<Holder>) {
        let Struct { docs: struct_docs, deprecated: struct_deprecated, name, contract_name } = item;
        let mut views = Vec::with_capacity(fields.len());
        for field in fields {
            views.push(FieldView {
                docs: docs(&field.meta, 4, || format!("The field `{}`.", field.meta.name)),
                deprecated: deprecated(&field.meta, 4),
                name: names::field_name(&field.meta.name),
                ty: match whole {
                    Some(whole) => self.scope.held_type(field.ty, whole),
                    None => self.scope.ty(field.ty),
                },
            });
        }
        let codec = self.codec(name, contract_name, fields, &views, unknown, whole);
        self.render(&RecordView { docs: struct_docs, deprecated: struct_deprecated, name, fields: views });
        self.render(&codec);
    }

    fn codec<'n>(
        &mut self,
        name: &'n str,
        contract_name: &str,
        fields: &[Field],
        views: &[FieldView],
        unknown: Unknown,
        whole: Option<Holder>,
    ) -> CodecView<'n> {
        let codegen = self.scope.codegen();
        let model = self.scope.plan.model;
        let may_be_absent = |field: &Field| field.default.is_some() || model.is_optional(field.ty);
        let (required, optional) = (format!("{codegen}::Field::Required("), format!("{codegen}::Field::Optional("));
        let shapes = fields.iter().map(|field| {
            let head = if may_be_absent(field) { &optional } else { &required };
            Code::pieces(head, literal::quoted(&field.wire_name), ")")
        });
        let shape = vec![
            Code::text(format!("name: {}", literal::quoted(contract_name))),
            Code::array("fields: &", shapes.collect()),
            Code::text(match unknown {
                Unknown::Ignored => format!("unknown: {codegen}::Unknown::Ignored"),
                Unknown::Refused => format!("unknown: {codegen}::Unknown::Refused"),
            }),
        ];
        let each = |prefix| views.iter().map(|view| Code::pieces(prefix, &view.name, "")).collect();
        let encode = vec![Code::text("Self::SHAPE"), Code::array("&", each("&self."))];
        let decode = vec![Code::text("Self::SHAPE"), Code::array("&mut ", each("&mut self."))];
        let blank = format!("{codegen}::Decode::blank()");
        let mut blanks = Vec::with_capacity(fields.len());
        for (field, view) in fields.iter().zip(views) {
            let value = match &field.default {
                Some(value) => Code::value(self.scope.value(field.ty, value, whole)),
                None if model.is_optional(field.ty) => Code::text("None"),
                None => Code::text(&blank),
            };
            blanks.push(Code::field(&view.name, value));
        }
        CodecView {
            name,
            codegen,
            shape: self.shape("Record", shape),
            encode: line(8, "", &Code::call("out.record", encode), ";"),
            check: self.scope.check_fields(fields),
            blank: line(8, "", &Code::record("Self", blanks), ""),
            decode_signature: self.decode_signature(),
            decode: line(8, "", &Code::call("json.record", decode), ""),
            has_default: fields.iter().all(may_be_absent),
        }
    }

    /// A struct around one unnamed value.
    pub(super) fn newtype(
        &mut self,
        item: Struct<'_>,
        ty: TypeId,
        constraints: &Constraints,
        visibility: &'static str,
    ) {
        let text = self.scope.ty(ty);
        let view = NewtypeView { docs: item.docs, deprecated: item.deprecated, name: item.name, ty: &text, visibility };
        self.render(&view);
        let codec = NewtypeCodecView {
            name: item.name,
            codegen: self.scope.codegen(),
            check: self.scope.check_bare(ty, constraints),
            decode_signature: self.decode_signature(),
        };
        self.render(&codec);
    }

    /// A struct without a value, whose JSON is null.
    pub(super) fn unit(&mut self, item: Struct<'_>) {
        let view = UnitView {
            docs: item.docs,
            deprecated: item.deprecated,
            name: item.name,
            codegen: self.scope.codegen(),
            decode_signature: self.decode_signature(),
        };
        self.render(&view);
    }
}
