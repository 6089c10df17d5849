//! What the runtime is told of a service and its members: statics.

use std::borrow::Cow;

use crate::backend::rust::layout::{Code, chain};
use crate::backend::rust::literal;
use crate::backend::rust::module::Module;
use crate::backend::rust::scope::External;
use crate::model::{Procedure, ServiceId};
use crate::validate::names::rust as names;

impl Module<'_> {
    /// What the runtime is told of the service and its members.
    pub(super) fn statics(&mut self, id: ServiceId) {
        let model = self.scope.plan.model;
        let service = &model.services[id];
        let codegen = self.scope.codegen();
        let mut calls = Vec::new();
        if let Some(version) = &service.version {
            calls.push(call("version", [literal::quoted(version)]));
        }
        if !service.tags.is_empty() {
            calls.push(texts("tags", &service.tags));
        }
        if service.expose {
            calls.push(call("expose", []));
        }
        let first = call(format!("{codegen}::ServiceInfo::new"), [literal::quoted(&service.prepath)]);
        self.items(&chain(0, &format!("static SERVICE: {codegen}::ServiceInfo = "), &first, &calls, ";"));
        for id in &service.procedures {
            let text = self.procedure_static(&model.procedures[*id], codegen);
            self.items(&text);
        }
        for id in &service.topics {
            let topic = &model.topics[*id];
            let calls: Vec<Code<'_>> =
                topic.channel.iter().map(|channel| call("channel", [literal::quoted(channel)])).collect();
            let head = format!("static {}: {codegen}::TopicInfo = ", names::static_name(&topic.meta.name));
            let first = call(format!("{codegen}::TopicInfo::new"), [literal::quoted(&topic.uri)]);
            self.items(&chain(0, &head, &first, &calls, ";"));
        }
    }

    fn procedure_static(&mut self, procedure: &Procedure, codegen: External) -> String {
        let mut calls = Vec::new();
        if let Some(uri) = &procedure.versioned_uri {
            calls.push(call("versioned", [literal::quoted(uri)]));
        }
        if &*procedure.channel != "almanet.python" {
            calls.push(call("channel", [literal::quoted(&procedure.channel)]));
        }
        if let Some(timeout) = procedure.timeout {
            let millis = i128::try_from(timeout.as_millis()).unwrap_or(i128::MAX);
            calls.push(call("timeout_millis", [literal::integer(millis)]));
        }
        if procedure.idempotent {
            calls.push(call("idempotent", []));
        }
        if let Some(scopes) = &procedure.auth {
            calls.push(texts("auth", scopes));
        }
        if !procedure.tags.is_empty() {
            calls.push(texts("tags", &procedure.tags));
        }
        if let Some(docs) = procedure.meta.docs.as_deref().filter(|_| procedure.expose) {
            calls.push(call("description", [literal::quoted(docs)]));
        }
        if procedure.expose {
            let schemas = &self.scope.plan.schemas;
            let both = [schemas.payload(procedure), schemas.reply(procedure)];
            calls.push(call("expose", both.map(|schema| literal::quoted(&schema.to_string()))));
        }
        let head = format!("static {}: {codegen}::Procedure = ", names::static_name(&procedure.meta.name));
        let arguments = [&procedure.meta.name, &procedure.uri].map(|text| literal::quoted(text));
        chain(0, &head, &call(format!("{codegen}::Procedure::new"), arguments), &calls, ";")
    }
}

fn call<'a, const N: usize>(name: impl Into<Cow<'a, str>>, arguments: [String; N]) -> Code<'a> {
    Code::call(name, arguments.map(Code::text).into())
}

fn texts<'a>(name: &'a str, texts: &[Box<str>]) -> Code<'a> {
    let items = texts.iter().map(|text| Code::text(literal::quoted(text))).collect();
    Code::call(name, vec![Code::array("&", items)])
}
