//! The types that a procedure brings along: its parameters and its results, where no type of the contract is either.

use super::Names;
use crate::backend::rust::module::Module;
use crate::backend::rust::record::{Struct, Unknown};
use crate::model::{Constraints, Field, Payload, ProcedureId, Reply, TypeId};

impl Module<'_> {
    /// The types that a procedure brings along.
    pub(super) fn procedure_items(&mut self, id: ProcedureId) {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        let name = &procedure.meta.name;
        match &procedure.payload {
            Payload::Null => {}
            Payload::Bare(ty, constraints) => {
                let summary = format!("/// The payload of `{name}`, held to what the contract says.\n");
                self.held(helper(summary, &names.helper("Payload"), name), *ty, constraints);
            }
            Payload::Named(fields) => {
                let summary = format!("/// The parameters of `{name}`.\n");
                self.structure(helper(summary, &names.helper("Payload"), name), fields, Unknown::Ignored, None);
                if fields.iter().any(|field| self.may_be_left_out(field)) {
                    self.call_builder(procedure, &names, fields);
                }
            }
        }
        match &procedure.reply {
            Reply::Oneway | Reply::Null => {}
            Reply::Stream(ty, constraints) => {
                let summary = format!("/// A value of `{name}`, held to what the contract says.\n");
                self.held(helper(summary, &names.helper("Reply"), name), *ty, constraints);
            }
            Reply::Bare(ty, constraints) => {
                let summary = format!("/// The result of `{name}`, held to what the contract says.\n");
                self.held(helper(summary, &names.helper("Reply"), name), *ty, constraints);
            }
            Reply::Named(fields) => {
                let summary = format!("/// The results of `{name}`.\n");
                self.structure(helper(summary, &names.helper("Reply"), name), fields, Unknown::Ignored, None);
            }
        }
        if !matches!(procedure.reply, Reply::Oneway) {
            self.errors(procedure, &names);
        }
    }

    /// The newtype of a bare value, where it needs one.
    fn held(&mut self, item: Struct<'_>, ty: TypeId, constraints: &Constraints) {
        if self.needs_newtype(ty, constraints) {
            self.newtype(item, ty, constraints, "");
        }
    }

    /// Whether a bare value needs a type of its own to have its constraints checked.
    pub(super) fn needs_newtype(&self, ty: TypeId, constraints: &Constraints) -> bool {
        !constraints.is_empty() || !self.scope.is_plain(ty)
    }

    /// Whether a caller need not say it.
    pub(super) fn may_be_left_out(&self, field: &Field) -> bool {
        field.default.is_some() || self.scope.plan.model.is_optional(field.ty)
    }
}

fn helper<'a>(docs: String, name: &'a str, contract_name: &'a str) -> Struct<'a> {
    Struct { docs, deprecated: String::new(), name, contract_name }
}
