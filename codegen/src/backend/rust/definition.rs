//! Exceptions, aliases and constants.

use askama::Template;

use super::layout::{self, Place};
use super::literal;
use super::module::{Module, deprecated, docs};
use super::record::{Struct, Unknown};
use super::scope::External;
use crate::model::{AliasId, ConstantId, ExceptionId, ExceptionPayload};
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/exception.rs")]
struct ExceptionView<'a> {
    name: &'a str,
    wire: String,
    codegen: External,
    fmt: External,
}

impl Module<'_> {
    pub(super) fn exception(&mut self, id: ExceptionId) {
        let plan = self.scope.plan;
        let exception = &plan.model.exceptions[id];
        let name = &plan.exceptions[id.index()];
        let item = Struct {
            docs: docs(&exception.meta, 0, || format!("The exception `{}`.", exception.meta.name)),
            deprecated: deprecated(&exception.meta, 0),
            name,
            contract_name: &exception.meta.name,
        };
        match &exception.payload {
            ExceptionPayload::Fields(fields) => self.structure(item, fields, Unknown::Ignored, None),
            ExceptionPayload::Bare(ty, constraints) => self.newtype(item, *ty, constraints, "pub "),
            ExceptionPayload::Null => self.unit(item),
        }
        let view = ExceptionView {
            name,
            wire: literal::quoted(&exception.wire_name),
            codegen: self.scope.codegen(),
            fmt: self.scope.external("::core", "fmt"),
        };
        self.render(&view);
    }

    pub(super) fn alias(&mut self, id: AliasId) {
        let plan = self.scope.plan;
        let alias = &plan.model.aliases[id];
        let mut text = docs(&alias.meta, 0, || format!("The type `{}`.", alias.meta.name));
        text.push_str(&deprecated(&alias.meta, 0));
        text.push_str(&format!("pub type {} = {};\n", plan.aliases[id.index()], self.scope.ty(alias.ty)));
        self.items(&text);
    }

    pub(super) fn constant(&mut self, id: ConstantId) {
        let constant = &self.scope.plan.model.constants[id];
        let name = names::constant_name(&constant.meta.name);
        let mut text = docs(&constant.meta, 0, || format!("The constant `{}`.", constant.meta.name));
        text.push_str(&deprecated(&constant.meta, 0));
        if let Some((ty, value)) = self.scope.constant(constant.ty, &constant.value) {
            text.push_str(&format!("pub const {name}: {ty} = {value};\n"));
        } else {
            let lazy = self.scope.external("::std::sync", "LazyLock");
            let ty = self.scope.ty(constant.ty);
            let value = self.scope.value(constant.ty, &constant.value, None);
            let make = match value.strip_suffix("::new()") {
                Some(_) => value.trim_end_matches("()").to_owned(),
                None => format!("|| {value}"),
            };
            text.push_str(&format!("pub static {name}: {lazy}<{ty}> = {lazy}::new({make});\n"));
            text = layout::formatted(Place::Module, &text);
        }
        self.items(&text);
    }
}
