//! Calls as a user of the generated client writes them, for documents.

use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::literal;
use super::plan::Plan;
use super::scope::Scope;
use crate::model::{Model, Payload, ProcedureId, Reply, TopicId, Type, TypeId, Value};
use crate::validate::names::rust as names;

/// Writes calls and messages of one contract, whose generated code is the module `contract`.
pub(crate) struct Samples<'a> {
    plan: Plan<'a>,
}

impl<'a> Samples<'a> {
    pub(crate) fn of(model: &'a Model) -> Self {
        Self { plan: Plan::of(model) }
    }

    /// A call with these arguments, one for each parameter; none where one that may be left out is.
    pub(crate) fn call(&self, id: ProcedureId, arguments: &[Option<Value>]) -> String {
        let model = self.plan.model;
        let procedure = &model.procedures[id];
        let mut scope = self.scope();
        let mut call = format!("client.{}(", names::method_name(&procedure.meta.name));
        match &procedure.payload {
            Payload::Null => call.push(')'),
            Payload::Bare(ty, _) => {
                let argument = arguments.first().and_then(Option::as_ref);
                call.push_str(&argument.map(|value| argument_of(&mut scope, *ty, value)).unwrap_or_default());
                call.push(')');
            }
            Payload::Named(fields) => {
                let may_be_left_out =
                    |field: &crate::model::Field| field.default.is_some() || model.is_optional(field.ty);
                let given = || fields.iter().zip(arguments).filter_map(|(field, value)| Some((field, value.as_ref()?)));
                let required: Vec<String> = given()
                    .filter(|(field, _)| !may_be_left_out(field))
                    .map(|(field, value)| argument_of(&mut scope, field.ty, value))
                    .collect();
                call.push_str(&required.join(", "));
                call.push(')');
                for (field, value) in given().filter(|(field, _)| may_be_left_out(field)) {
                    let ty = match (model.shape(field.ty), value) {
                        (Type::Optional(inner), value) if *value != Value::Null => *inner,
                        _ => field.ty,
                    };
                    let argument = argument_of(&mut scope, ty, value);
                    let _ = write!(call, "\n    .{}({argument})", names::method_name(&field.meta.name));
                }
            }
        }
        let service = &self.plan.services[procedure.service.index()];
        let module = self.module(procedure.service);
        let token = if procedure.auth.is_some() { ".with_token(token)" } else { "" };
        let mut text = used(&scope, &module, &service.client);
        let _ = writeln!(text, "let client = {}::new(&session){token};", service.client);
        let _ = match &procedure.reply {
            Reply::Oneway | Reply::Null => writeln!(text, "{call}.await?;"),
            Reply::Bare(..) | Reply::Named(_) => writeln!(text, "let reply = {call}.await?;"),
            Reply::Stream(..) => writeln!(
                text,
                "let mut values = {call}.await?;\nwhile let Some(value) = values.next().await {{\n    println!(\"{{:?}}\", value?);\n}}"
            ),
        };
        text
    }

    /// One message of a topic produced, and the messages of it consumed.
    pub(crate) fn topic(&self, id: TopicId, message: Option<&Value>) -> String {
        let topic = &self.plan.model.topics[id];
        let mut scope = self.scope();
        let function = names::function_name(&topic.meta.name);
        let value = message.map(|message| scope.value(topic.ty, message, None));
        let mut text = used(&scope, &self.module(topic.service), &function);
        if let Some(value) = value {
            let _ = writeln!(text, "{function}(&session).produce(&{value}).await?;\n");
        }
        let channel = topic.channel.as_deref().unwrap_or("my-service");
        let _ = write!(
            text,
            "let mut messages = {function}(&session).consume({}).await?;\n\
             while let Some(message) = messages.next().await {{\n    println!(\"{{:?}}\", message.finish()?);\n}}\n",
            literal::quoted(channel)
        );
        text
    }

    fn scope(&self) -> Scope<'_> {
        let mut scope = Scope::new(&self.plan, Vec::new(), FxHashSet::default());
        scope.stand_beside("contract");
        scope
    }

    fn module(&self, service: crate::model::ServiceId) -> String {
        let namespace = self.plan.model.services[service].namespace;
        let namespace = self.plan.namespaces[namespace.index()].join("::");
        format!("contract::{namespace}::{}", self.plan.services[service.index()].module)
    }
}

/// What converts itself into a `String` stands as it is.
fn argument_of(scope: &mut Scope<'_>, ty: TypeId, value: &Value) -> String {
    match value {
        Value::String(text) => literal::quoted(text),
        value => scope.value(ty, value, None),
    }
}

/// The `use` lines of a sample, and an empty one.
fn used(scope: &Scope<'_>, module: &str, name: &str) -> String {
    let own = format!("use {module}::{name};");
    scope
        .uses()
        .into_iter()
        .map(|line| line.replace("use ::", "use "))
        .chain([own])
        .map(|line| line + "\n")
        .collect::<String>()
        + "\n"
}
