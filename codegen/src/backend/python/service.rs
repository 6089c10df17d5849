//! The public header of a service: its object, its procedures and its topics.

use askama::Template;

use super::layout;
use super::literal;
use super::module::Module;
use super::plan::Plan;
use super::runtime::Runtime;
use super::scope::Scope;
use crate::model::{Constraints, Field, Payload, Procedure, ProcedureId, Reply, ServiceId, TopicId, TypeId};
use crate::validate::names::casing;
use crate::validate::names::python as names;

/// What the protocol calls the channel that nobody named.
const CHANNEL: &str = "almanet.python";

#[derive(Template)]
#[template(path = "python/procedure.py")]
struct ProcedureView {
    decorator: String,
    deprecated: String,
    head: String,
    docs: String,
}

/// Renders the header of a service.
pub(super) fn module<'a>(plan: &'a Plan<'a>, id: ServiceId) -> Module<'a> {
    let service = &plan.model.services[id];
    let mut module = Module::new(Scope::of_service(plan, service.namespace));
    module.service(id);
    for id in &service.procedures {
        module.procedure(*id);
    }
    for (index, id) in service.topics.iter().enumerate() {
        module.statement_apart(index > 0);
        module.topic(*id);
    }
    module
}

impl Module<'_> {
    fn service(&mut self, id: ServiceId) {
        let plan = self.scope.plan;
        let service = &plan.model.services[id];
        let mut arguments = vec![literal::quoted(&service.prepath)];
        if !service.tags.is_empty() {
            arguments.push(format!("tags={}", texts(&service.tags)));
        }
        if service.expose {
            arguments.push("include_to_api=True".to_owned());
        }
        if let (Some(version), Runtime::Own) = (&service.version, plan.runtime) {
            arguments.push(format!("version={}", literal::quoted(version)));
        }
        let value = format!("{}.new_remote_service({})", self.runtime(), arguments.join(", "));
        self.statement_apart(false);
        layout::assignment(&mut self.body, 0, "service", None, Some(&value));
        self.names.push("service".to_owned());
    }

    fn procedure(&mut self, id: ProcedureId) {
        let plan = self.scope.plan;
        let procedure = &plan.model.procedures[id];
        let base = helper_base(&procedure.meta.name);
        if let Payload::Named(fields) = &procedure.payload {
            self.helper(&format!("{base}Payload"), fields, names::parameter_name);
        }
        if let Reply::Named(fields) = &procedure.reply {
            self.helper(&format!("{base}Reply"), fields, names::field_name);
        }
        let name = names::function_name(&procedure.meta.name);
        let result = self.result(procedure, &base);
        let is_stream = matches!(procedure.reply, Reply::Stream(..));
        let keyword = if is_stream { "def" } else { "async def" };
        let mut head = String::new();
        let signature = match &procedure.payload {
            Payload::Null => format!("{keyword} {name}(payload: None)"),
            Payload::Bare(ty, constraints) => {
                format!("{keyword} {name}(payload: {})", self.scope.constrained(*ty, constraints))
            }
            Payload::Named(fields) => format!("{keyword} {name}({})", self.parameters(fields)),
        };
        layout::line(&mut head, 0, &signature, &format!(" -> {result}:"));
        let decorator = self.decorator(procedure, &name, &base);
        let before = std::mem::take(&mut self.body);
        self.docs(4, &procedure.meta);
        let docs = std::mem::take(&mut self.body);
        self.part(Some(&procedure.meta), 0);
        let mark = std::mem::replace(&mut self.body, before);
        self.body.push_str("\n\n");
        let view = ProcedureView { decorator, deprecated: mark.trim_start().to_owned(), head, docs };
        view.render_into(&mut self.body).expect("a String takes everything, and views hold nothing that fails");
        self.body.push('\n');
        self.names.push(name);
    }

    /// The model of named parameters or results.
    fn helper(&mut self, name: &str, fields: &[Field], naming: fn(&str) -> String) {
        self.part(None, 0);
        layout::line(&mut self.body, 0, &format!("class {name}(_wire.Model)"), ":");
        self.members(4, None, fields, naming);
        self.names.push(name.to_owned());
    }

    /// What a procedure's function returns.
    pub(super) fn result(&mut self, procedure: &Procedure, base: &str) -> String {
        match &procedure.reply {
            Reply::Oneway | Reply::Null => "None".to_owned(),
            Reply::Bare(ty, constraints) => self.scope.constrained(*ty, constraints).to_string(),
            Reply::Named(_) => format!("{base}Reply"),
            Reply::Stream(ty, constraints) => {
                let iterator = self.scope.import("collections.abc", "AsyncIterator");
                format!("{iterator}[{}]", self.scope.constrained(*ty, constraints))
            }
        }
    }

    /// The parameters of a call: what must be said in its order, everything else by its name.
    fn parameters(&mut self, fields: &[Field]) -> String {
        let (mut required, mut optional) = (Vec::new(), Vec::new());
        for field in fields {
            let parameter = names::parameter_name(&field.meta.name);
            let ty = self.scope.ty(field.ty);
            match &field.default {
                Some(value) => {
                    let value = self.scope.value(field.ty, value);
                    optional.push(format!("{parameter}: {ty} = {value}"));
                }
                None if self.scope.plan.model.is_optional(field.ty) => {
                    optional.push(format!("{parameter}: {ty} = None"));
                }
                None => required.push(format!("{parameter}: {ty}")),
            }
        }
        required.push("*".to_owned());
        required.extend(optional);
        required.push("timeout: float | None = None".to_owned());
        required.push("force_local: bool = True".to_owned());
        required.join(", ")
    }

    fn decorator(&mut self, procedure: &Procedure, function: &str, base: &str) -> String {
        let plan = self.scope.plan;
        let service = &plan.model.services[procedure.service];
        let name = &*procedure.meta.name;
        let mut options = Vec::new();
        let is_named = matches!(procedure.payload, Payload::Named(_));
        if is_named {
            options.push(format!("payload_model={base}Payload"));
        }
        if function != name {
            options.push(format!("name={}", literal::quoted(name)));
        }
        if *procedure.uri != format!("{}.{name}", service.prepath) {
            options.push(format!("uri={}", literal::quoted(&procedure.uri)));
        }
        if !procedure.raises.is_empty() {
            let raised = procedure.raises.iter().map(|id| {
                let exception = &plan.model.exceptions[*id];
                let mut text = String::new();
                self.scope.push_name(&mut text, exception.namespace, &names::exception_name(&exception.meta.name));
                text
            });
            options.push(format!("exceptions={{{}}}", raised.collect::<Vec<_>>().join(", ")));
        }
        let tags: Vec<_> = procedure.tags.iter().filter(|tag| !service.tags.contains(tag)).cloned().collect();
        if !tags.is_empty() {
            options.push(format!("tags={}", texts(&tags)));
        }
        if *procedure.channel != *CHANNEL {
            options.push(format!("channel={}", literal::quoted(&procedure.channel)));
        }
        if procedure.expose {
            options.push("include_to_api=True".to_owned());
        }
        if let Some(timeout) = procedure.timeout {
            options.push(format!("timeout={}", literal::float(timeout.as_secs_f64())));
        }
        if procedure.idempotent {
            options.push("idempotent=True".to_owned());
        }
        if matches!(procedure.reply, Reply::Oneway) {
            options.push("oneway=True".to_owned());
        }
        if let Some(scopes) = &procedure.auth {
            options.push(format!("auth={}", texts(scopes)));
        }
        let kind = match (is_named, matches!(procedure.reply, Reply::Stream(..))) {
            (false, false) => "public_procedure",
            (true, false) => "public_keyword_procedure",
            (false, true) => "public_stream",
            (true, true) => "public_keyword_stream",
        };
        let arguments = if options.is_empty() { String::new() } else { format!("({})", options.join(", ")) };
        let mut out = String::new();
        layout::line(&mut out, 0, &format!("@service.{kind}{arguments}"), "");
        out
    }

    fn topic(&mut self, id: TopicId) {
        let plan = self.scope.plan;
        let topic = &plan.model.topics[id];
        let service = &plan.model.services[topic.service];
        let name = names::function_name(&topic.meta.name);
        let ty = self.topic_type(topic.ty, &topic.constraints);
        let mut arguments = vec![literal::quoted(&topic.meta.name), ty.clone()];
        if let Some(channel) = &topic.channel {
            arguments.push(format!("channel={}", literal::quoted(channel)));
        }
        if *topic.uri != format!("{}.{}", service.prepath, topic.meta.name) {
            arguments.push(format!("uri={}", literal::quoted(&topic.uri)));
        }
        let annotation = format!("{}.remote_topic[{ty}]", self.runtime());
        let value = format!("service.public_topic({})", arguments.join(", "));
        layout::assignment(&mut self.body, 0, &name, Some(&annotation), Some(&value));
        self.docs(0, &topic.meta);
        self.names.push(name);
    }

    fn topic_type(&mut self, ty: TypeId, constraints: &Constraints) -> String {
        self.scope.constrained(ty, constraints).to_string()
    }
}

/// What the models of a procedure's parameters and results begin with: `Greet` of `GreetPayload`.
pub(super) fn helper_base(name: &str) -> String {
    casing::upper_camel(name)
}

/// A set of texts.
fn texts(texts: &[Box<str>]) -> String {
    if texts.is_empty() {
        return "set()".to_owned();
    }
    let texts: Vec<String> = texts.iter().map(|text| literal::quoted(text)).collect();
    format!("{{{}}}", texts.join(", "))
}
