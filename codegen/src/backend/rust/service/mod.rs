//! A service's module: its trait, its client, and what travels between them.

mod builder;
mod client;
mod errors;
mod handler;
mod payload;
mod statics;
mod topic;

use askama::Template;

use super::module::{Module, deprecated, docs};
use super::plan::helper_base;
use super::scope::External;
use crate::model::{Procedure, ProcedureId, Reply, ServiceId};
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/service.rs")]
struct ServiceView<'a> {
    docs: String,
    deprecated: String,
    trait_name: &'a str,
    address: &'a str,
    service: External,
    codegen: External,
    procedures: &'a [ProcedureView],
}

#[derive(Template)]
#[template(path = "rust/client.rs")]
struct ClientView<'a> {
    address: &'a str,
    deprecated: String,
    name: String,
    codegen: External,
    /// The type of a credential, where a procedure asks for one.
    token: Option<External>,
    procedures: &'a [ProcedureView],
}

/// What the trait and the client have of a procedure, both at an indent of four.
struct ProcedureView {
    docs: String,
    /// The docs of the trait's method, which say how it fails.
    handler_docs: String,
    deprecated: String,
    /// The trait's method.
    handler: String,
    /// The call that makes it a part of the service.
    registration: String,
    /// The client's method.
    method: String,
}

/// What a procedure's generated parts are called.
struct Names {
    base: String,
    method: String,
    constant: String,
}

impl Names {
    fn of(procedure: &Procedure) -> Self {
        let name = &procedure.meta.name;
        Self { base: helper_base(name), method: names::method_name(name), constant: names::static_name(name) }
    }

    fn helper(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.base)
    }
}

impl Module<'_> {
    pub(super) fn service(&mut self, id: ServiceId) {
        let plan = self.scope.plan;
        let service = &plan.model.services[id];
        let trait_name = &*plan.services[id.index()].ty;
        let procedures: Vec<ProcedureView> =
            service.procedures.iter().map(|id| self.procedure_view(*id, trait_name)).collect();
        let service_type = self.scope.external("::almanet_runtime", "Service");
        let codegen = self.scope.codegen();
        self.render(&ServiceView {
            docs: docs(&service.meta, 0, || format!("The service `{}`.", service.meta.name)),
            deprecated: deprecated(&service.meta, 0),
            trait_name,
            address: &service.prepath,
            service: service_type,
            codegen,
            procedures: &procedures,
        });
        let asks = service.procedures.iter().any(|id| plan.model.procedures[*id].auth.is_some());
        let token = asks.then(|| self.scope.external("::almanet_runtime", "Token"));
        self.render(&ClientView {
            address: &service.prepath,
            deprecated: deprecated(&service.meta, 0),
            name: plan.services[id.index()].client.clone(),
            codegen,
            token,
            procedures: &procedures,
        });
        for id in &service.procedures {
            self.procedure_items(*id);
        }
        for id in &service.topics {
            self.topic(*id);
        }
        self.statics(id);
    }

    fn procedure_view(&mut self, id: ProcedureId, trait_name: &str) -> ProcedureView {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        let otherwise = || format!("The procedure `{}`.", procedure.meta.name);
        let docs = docs(&procedure.meta, 4, otherwise);
        let fails = match procedure.reply {
            Reply::Oneway => "With any error: the service's log gets it, and nobody else.".to_owned(),
            Reply::Stream(..) if procedure.raises.is_empty() => {
                "With any error, at once or in the stream: the service's log gets it, the caller learns that it happened."
                    .to_owned()
            }
            Reply::Stream(..) => format!(
                "With what [`{}`] names, at once or in the stream, or any other error, which only the service's log gets.",
                names.helper("Error")
            ),
            _ if procedure.raises.is_empty() => {
                "With any error: the service's log gets it, the caller learns that it happened.".to_owned()
            }
            _ => format!(
                "With what [`{}`] names, or any other error, which only the service's log gets.",
                names.helper("Error")
            ),
        };
        ProcedureView {
            handler_docs: format!("{docs}    ///\n    /// # Errors\n    ///\n    /// {fails}\n"),
            docs,
            deprecated: deprecated(&procedure.meta, 4),
            handler: self.handler(procedure, &names),
            registration: self.registration(procedure, &names, trait_name),
            method: self.method(procedure, &names),
        }
    }

    /// The type of a procedure's result.
    fn reply_type(&mut self, procedure: &Procedure, names: &Names) -> String {
        match &procedure.reply {
            Reply::Oneway | Reply::Null => "()".to_owned(),
            Reply::Bare(ty, _) | Reply::Stream(ty, _) => self.scope.ty(*ty).to_string(),
            Reply::Named(_) => names.helper("Reply"),
        }
    }
}
