//! A service's module: its trait, its client, and what travels between them.

use std::collections::BTreeSet;

use askama::Template;

use super::layout::{Code, Place, WIDTH, chain, line, member, signature};
use super::literal;
use super::module::{Module, deprecated, docs};
use super::plan::helper_base;
use super::record::{Struct, Unknown};
use super::scope::External;
use super::tree::stem;
use crate::model::{
    Constraints, ExceptionId, Field, Payload, Procedure, ProcedureId, Reply, ServiceId, TopicId, Type, TypeId,
};
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

#[derive(Template)]
#[template(path = "rust/errors.rs")]
struct ErrorsView<'a> {
    procedure: &'a str,
    name: &'a str,
    exceptions: &'a [ExceptionView],
}

#[derive(Template)]
#[template(path = "rust/errors_impl.rs")]
struct ErrorsImplView<'a> {
    name: &'a str,
    exceptions: &'a [ExceptionView],
    decode_signature: String,
    failure: External,
    codegen: External,
    fmt: External,
}

struct ExceptionView {
    docs: String,
    deprecated: String,
    variant: String,
    ty: String,
    wire: String,
}

#[derive(Template)]
#[template(path = "rust/call.rs")]
struct CallView {
    procedure: Box<str>,
    name: String,
    payload: String,
    codegen: External,
    setters: Vec<SetterView>,
    is_oneway: bool,
    /// `Call<i64, AddError>`, and its bare name.
    call: String,
    call_name: External,
    gather: String,
    oneway: String,
    duration: String,
    header: String,
    body: String,
}

struct SetterView {
    docs: String,
    deprecated: String,
    signature: String,
    field: String,
    value: String,
}

#[derive(Template)]
#[template(path = "rust/topic.rs")]
struct TopicView {
    docs: String,
    deprecated: String,
    signature: String,
    body: String,
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
        let procedures: Vec<ProcedureView> = service.procedures.iter().map(|id| self.procedure_view(*id)).collect();
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
        self.render(&ClientView {
            address: &service.prepath,
            deprecated: deprecated(&service.meta, 0),
            name: plan.services[id.index()].client.clone(),
            codegen,
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

    fn procedure_view(&mut self, id: ProcedureId) -> ProcedureView {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        let otherwise = || format!("The procedure `{}`.", procedure.meta.name);
        let docs = docs(&procedure.meta, 4, otherwise);
        let fails = match procedure.reply {
            Reply::Oneway => "With any error: the service's log gets it, and nobody else.".to_owned(),
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
            registration: self.registration(procedure, &names),
            method: self.method(procedure, &names),
        }
    }

    /// `fn greet(&self, cx: Context, payload: String) -> impl Future<Output = …> + Send;`
    fn handler(&mut self, procedure: &Procedure, names: &Names) -> String {
        let context = self.scope.external("::almanet_runtime", "Context");
        let failure = self.scope.external("::almanet_runtime", "Failure");
        let reply = self.reply_type(procedure, names);
        let mut parameters = vec!["&self".to_owned(), format!("{}: {context}", context_name(procedure))];
        match &procedure.payload {
            Payload::Null => {}
            Payload::Bare(ty, _) => parameters.push(format!("payload: {}", self.scope.ty(*ty))),
            Payload::Named(fields) => {
                for field in fields {
                    parameters.push(format!("{}: {}", names::field_name(&field.meta.name), self.scope.ty(field.ty)));
                }
            }
        }
        let fails = match procedure.reply {
            Reply::Oneway => failure.to_string(),
            _ => format!("{failure}<{}>", names.helper("Error")),
        };
        let result = format!(" -> impl Future<Output = Result<{reply}, {fails}>> + Send");
        member(Place::Trait, &signature(4, &format!("fn {}", names.method), &parameters, &result, ";"))
    }

    /// A skeleton's handler; `imports` gets the names of the service's module that it needs.
    pub(super) fn skeleton_handler(&mut self, id: ProcedureId, imports: &mut BTreeSet<String>) -> String {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        let context = self.scope.external("::almanet_runtime", "Context");
        let failure = self.scope.external("::almanet_runtime", "Failure");
        let mut parameters = vec!["&self".to_owned(), format!("_{}: {context}", context_name(procedure))];
        match &procedure.payload {
            Payload::Null => {}
            Payload::Bare(ty, _) => parameters.push(format!("_payload: {}", self.scope.ty(*ty))),
            Payload::Named(fields) => {
                for field in fields {
                    let name = names::field_name(&field.meta.name);
                    parameters.push(format!("_{}: {}", stem(&name), self.scope.ty(field.ty)));
                }
            }
        }
        let reply = self.reply_type(procedure, &names);
        if matches!(procedure.reply, Reply::Named(_)) {
            imports.insert(reply.clone());
        }
        let fails = if matches!(procedure.reply, Reply::Oneway) {
            failure.to_string()
        } else {
            imports.insert(names.helper("Error"));
            format!("{failure}<{}>", names.helper("Error"))
        };
        let result = format!(" -> Result<{reply}, {fails}>");
        let head = signature(4, &format!("async fn {}", names.method), &parameters, &result, " {");
        let body = "        Err(Failure::internal(\"not implemented yet\"))";
        member(Place::Impl, &format!("{head}\n{}\n    }}", body.replace("Failure", &failure.to_string())))
    }

    /// `.procedure(&GREET, |service, cx, payload| async move { … })`, on its lines.
    fn registration(&mut self, procedure: &Procedure, names: &Names) -> String {
        let (parameter, arguments) = match &procedure.payload {
            Payload::Null => ("()".to_owned(), String::new()),
            Payload::Bare(ty, constraints) if self.needs_newtype(*ty, constraints) => {
                (format!("payload: {}", names.helper("Payload")), ", payload.0".to_owned())
            }
            Payload::Bare(..) => ("payload".to_owned(), ", payload".to_owned()),
            Payload::Named(fields) => {
                let fields = fields.iter().map(|field| format!(", payload.{}", names::field_name(&field.meta.name)));
                (format!("payload: {}", names.helper("Payload")), fields.collect())
            }
        };
        let wrap = match &procedure.reply {
            Reply::Bare(ty, constraints) if self.needs_newtype(*ty, constraints) => {
                format!(".map({})", names.helper("Reply"))
            }
            _ => String::new(),
        };
        let kind = if matches!(procedure.reply, Reply::Oneway) { "oneway" } else { "procedure" };
        let Names { method, constant, .. } = names;
        let (head, body) =
            (format!("|service, cx, {parameter}| async move"), format!("service.{method}(cx{arguments}).await{wrap}"));
        let closure = format!("{head} {{ {body} }}");
        let line = format!("        .{kind}(&{constant}, {closure})");
        if line.chars().count() <= WIDTH {
            return line;
        }
        let closure = if 12 + closure.chars().count() < WIDTH {
            closure
        } else {
            format!("{head} {{\n                {body}\n            }}")
        };
        format!("        .{kind}(\n            &{constant},\n            {closure},\n        )")
    }

    /// The client's method with its body.
    fn method(&mut self, procedure: &Procedure, names: &Names) -> String {
        let mut parameters = vec!["&self".to_owned()];
        let mut body = String::new();
        let constant = format!("&{}", names.constant);
        let result = match &procedure.payload {
            Payload::Null => {
                body = self.call(procedure, "&self.caller", &constant, "&()", 8);
                self.call_type(procedure, names)
            }
            Payload::Bare(ty, constraints) => {
                let text = self.scope.ty(*ty);
                let is_string = matches!(self.scope.plan.model.shape(*ty), Type::String);
                parameters.push(if is_string {
                    format!("payload: impl Into<{text}>")
                } else {
                    format!("payload: {text}")
                });
                let value = if self.needs_newtype(*ty, constraints) {
                    let value = if is_string { "payload.into()" } else { "payload" };
                    format!("&{}({value})", names.helper("Payload"))
                } else {
                    if is_string {
                        body = format!("        let payload: {text} = payload.into();\n");
                    }
                    "&payload".to_owned()
                };
                body.push_str(&self.call(procedure, "&self.caller", &constant, &value, 8));
                self.call_type(procedure, names)
            }
            Payload::Named(fields) => {
                let mut values = Vec::with_capacity(fields.len());
                let mut has_optional = false;
                for field in fields {
                    let name = names::field_name(&field.meta.name);
                    if self.may_be_left_out(field) {
                        has_optional = true;
                        let value = match &field.default {
                            Some(value) => self.scope.value(field.ty, value, None),
                            None => "None".to_owned(),
                        };
                        values.push(Code::field(&name, Code::value(value)));
                        continue;
                    }
                    let text = self.scope.ty(field.ty);
                    if matches!(self.scope.plan.model.shape(field.ty), Type::String) {
                        parameters.push(format!("{name}: impl Into<{text}>"));
                        values.push(Code::text(format!("{name}: {name}.into()")));
                    } else {
                        parameters.push(format!("{name}: {text}"));
                        values.push(Code::text(name));
                    }
                }
                let payload = Code::record(names.helper("Payload"), values);
                if has_optional {
                    let fields = vec![Code::text("caller: self.caller.clone()"), Code::field("payload", payload)];
                    body = line(8, "", &Code::record(names.helper("Call"), fields), "");
                    names.helper("Call")
                } else {
                    body = line(8, "let payload = ", &payload, ";\n");
                    body.push_str(&self.call(procedure, "&self.caller", &constant, "&payload", 8));
                    self.call_type(procedure, names)
                }
            }
        };
        let result = format!(" -> {result}");
        let head = signature(4, &format!("pub fn {}", names.method), &parameters, &result, " {");
        member(Place::Impl, &format!("{head}\n{body}\n    }}"))
    }

    fn call(&mut self, procedure: &Procedure, caller: &str, constant: &str, payload: &str, indent: usize) -> String {
        let kind = if matches!(procedure.reply, Reply::Oneway) { "oneway" } else { "call" };
        let head = format!("{}::{kind}", self.scope.codegen());
        line(indent, "", &Code::call(head, [caller, constant, payload].map(Code::text).into()), "")
    }

    /// `Call<String, GreetError>` or `OnewayCall`.
    fn call_type(&mut self, procedure: &Procedure, names: &Names) -> String {
        if matches!(procedure.reply, Reply::Oneway) {
            return self.scope.external("::almanet_runtime", "OnewayCall").to_string();
        }
        let call = self.scope.external("::almanet_runtime", "Call");
        format!("{call}<{}, {}>", self.reply_type(procedure, names), names.helper("Error"))
    }

    fn reply_type(&mut self, procedure: &Procedure, names: &Names) -> String {
        match &procedure.reply {
            Reply::Oneway | Reply::Null => "()".to_owned(),
            Reply::Bare(ty, _) | Reply::Stream(ty, _) => self.scope.ty(*ty).into(),
            Reply::Named(_) => names.helper("Reply"),
        }
    }

    /// Whether a bare value needs a type of its own to have its constraints checked.
    fn needs_newtype(&self, ty: TypeId, constraints: &Constraints) -> bool {
        !constraints.is_empty() || !self.scope.is_plain(ty)
    }

    fn may_be_left_out(&self, field: &Field) -> bool {
        field.default.is_some() || self.scope.plan.model.is_optional(field.ty)
    }

    /// The types that a procedure brings along.
    fn procedure_items(&mut self, id: ProcedureId) {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        let name = &procedure.meta.name;
        match &procedure.payload {
            Payload::Null => {}
            Payload::Bare(ty, constraints) => {
                if self.needs_newtype(*ty, constraints) {
                    let summary = format!("/// The payload of `{name}`, held to what the contract says.\n");
                    self.newtype(helper(summary, &names.helper("Payload"), name), *ty, constraints, "");
                }
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
            Reply::Oneway | Reply::Null | Reply::Stream(..) => {}
            Reply::Bare(ty, constraints) => {
                if self.needs_newtype(*ty, constraints) {
                    let summary = format!("/// The result of `{name}`, held to what the contract says.\n");
                    self.newtype(helper(summary, &names.helper("Reply"), name), *ty, constraints, "");
                }
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

    fn errors(&mut self, procedure: &Procedure, names: &Names) {
        let plan = self.scope.plan;
        let variant = |id: &ExceptionId| names::variant_name(&plan.model.exceptions[*id].meta.name);
        let mut exceptions = Vec::with_capacity(procedure.raises.len());
        for id in &procedure.raises {
            let exception = &plan.model.exceptions[*id];
            let mut name = variant(id);
            if procedure.raises.iter().filter(|other| variant(other) == name).count() > 1 {
                // Two namespaces may each have a `denied`.
                name = names::variant_name(&format!("{}_{name}", plan.model.namespaces[exception.namespace].name));
            }
            exceptions.push(ExceptionView {
                docs: docs(&exception.meta, 4, || format!("The exception `{}`.", exception.meta.name)),
                deprecated: deprecated(&exception.meta, 4),
                variant: name,
                ty: self.scope.path(exception.namespace, &plan.exceptions[id.index()]),
                wire: literal::quoted(&exception.wire_name),
            });
        }
        let name = names.helper("Error");
        self.render(&ErrorsView { procedure: &procedure.meta.name, name: &name, exceptions: &exceptions });
        let codegen = self.scope.codegen();
        let parameters = if exceptions.is_empty() { ["_: &str", "_: &[u8]"] } else { ["name: &str", "payload: &[u8]"] };
        let parameters = parameters.map(str::to_owned);
        let result = format!(" -> Option<Result<Self, {codegen}::DecodeError>>");
        let view = ErrorsImplView {
            name: &name,
            exceptions: &exceptions,
            decode_signature: signature(4, "fn decode", &parameters, &result, " {"),
            failure: self.scope.external("::almanet_runtime", "Failure"),
            codegen,
            fmt: self.scope.external("::core", "fmt"),
        };
        self.render(&view);
    }

    /// The type that a call with optional parameters is before it is sent.
    fn call_builder(&mut self, procedure: &Procedure, names: &Names, fields: &[Field]) {
        let mut setters = Vec::new();
        for field in fields {
            if !self.may_be_left_out(field) {
                continue;
            }
            let model = self.scope.plan.model;
            let name = names::field_name(&field.meta.name);
            let (ty, is_optional) = match (&field.default, model.shape(field.ty)) {
                (_, Type::Optional(inner)) => (*inner, true),
                _ => (field.ty, false),
            };
            let text = self.scope.ty(ty);
            let is_string = matches!(model.shape(ty), Type::String);
            let parameter = if is_string { format!("{name}: impl Into<{text}>") } else { format!("{name}: {text}") };
            let value = if is_string { format!("{name}.into()") } else { name.clone() };
            let head = format!("pub fn {}", names::method_name(&field.meta.name));
            setters.push(SetterView {
                docs: docs(&field.meta, 4, || format!("The parameter `{}`.", field.meta.name)),
                deprecated: deprecated(&field.meta, 4),
                signature: signature(4, &head, &["mut self".to_owned(), parameter], " -> Self", " {"),
                value: if is_optional { format!("Some({value})") } else { value },
                field: name,
            });
        }
        let is_oneway = matches!(procedure.reply, Reply::Oneway);
        let oneway = if is_oneway { "OnewayCall" } else { "Call" };
        let call_name = self.scope.external("::almanet_runtime", oneway);
        let call = self.call_type(procedure, names);
        let oneway = self.scope.external("::almanet_runtime", "OnewayCall").to_string();
        let gather = if is_oneway {
            String::new()
        } else {
            let gather = self.scope.external("::almanet_runtime", "Gather");
            format!("{gather}<{}, {}>", self.reply_type(procedure, names), names.helper("Error"))
        };
        let header = ["self", "name: impl Into<String>", "value: impl Into<String>"].map(str::to_owned);
        let view = CallView {
            header: signature(4, "pub fn header", &header, &format!(" -> {call}"), " {"),
            procedure: procedure.meta.name.clone(),
            name: names.helper("Call"),
            payload: names.helper("Payload"),
            codegen: self.scope.codegen(),
            setters,
            is_oneway,
            call,
            call_name,
            gather,
            oneway,
            duration: self.scope.external("::core::time", "Duration").to_string(),
            body: self.call(procedure, "&call.caller", &format!("&{}", names.constant), "&call.payload", 8),
        };
        self.render(&view);
    }

    fn topic(&mut self, id: TopicId) {
        let topic = &self.scope.plan.model.topics[id];
        let session = self.scope.external("::almanet_runtime", "Session");
        let ty = self.scope.ty(topic.ty);
        let codegen = self.scope.codegen();
        let constant = names::static_name(&topic.meta.name);
        let result = format!(" -> {}<{ty}>", self.scope.external("::almanet_runtime", "Topic"));
        let head = format!("pub fn {}", names::function_name(&topic.meta.name));
        let mut arguments = vec![Code::text("session"), Code::text(format!("&{constant}"))];
        let mut function = "topic";
        if self.needs_newtype(topic.ty, &topic.constraints) {
            arguments.push(Code::text(self.scope.check_value(topic.ty, &topic.constraints)));
            function = "topic_with";
        }
        let call = Code::call(format!("{codegen}::{function}"), arguments);
        let view = TopicView {
            docs: docs(&topic.meta, 0, || format!("The topic `{}`.", topic.meta.name)),
            deprecated: deprecated(&topic.meta, 0),
            signature: signature(0, &head, &[format!("session: &{session}")], &result, " {"),
            body: line(4, "", &call, ""),
        };
        self.render(&view);
    }

    /// What the runtime is told of the service and its members.
    fn statics(&mut self, id: ServiceId) {
        let model = self.scope.plan.model;
        let service = &model.services[id];
        let codegen = self.scope.codegen();
        let mut calls = Vec::new();
        if let Some(version) = &service.version {
            calls.push(call("version", [literal::quoted(version)]));
        }
        if !service.tags.is_empty() {
            calls.push(tags(&service.tags));
        }
        if service.expose {
            calls.push(call("expose", []));
        }
        let first = call(&format!("{codegen}::ServiceInfo::new"), [literal::quoted(&service.prepath)]);
        self.items(&chain(0, &format!("static SERVICE: {codegen}::ServiceInfo = "), &first, &calls, ";"));
        for id in &service.procedures {
            let text = self.procedure_static(&model.procedures[*id], codegen);
            self.items(&text);
        }
        for id in &service.topics {
            let topic = &model.topics[*id];
            let calls: Vec<Code> =
                topic.channel.iter().map(|channel| call("channel", [literal::quoted(channel)])).collect();
            let head = format!("static {}: {codegen}::TopicInfo = ", names::static_name(&topic.meta.name));
            let first = call(&format!("{codegen}::TopicInfo::new"), [literal::quoted(&topic.uri)]);
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
        if !procedure.tags.is_empty() {
            calls.push(tags(&procedure.tags));
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
        chain(0, &head, &call(&format!("{codegen}::Procedure::new"), arguments), &calls, ";")
    }
}

/// The name of the handler's first parameter, which none of the contract's has.
fn context_name(procedure: &Procedure) -> &'static str {
    match &procedure.payload {
        Payload::Named(fields) if fields.iter().any(|field| names::field_name(&field.meta.name) == "cx") => "context",
        _ => "cx",
    }
}

fn helper<'a>(docs: String, name: &'a str, contract_name: &'a str) -> Struct<'a> {
    Struct { docs, deprecated: String::new(), name, contract_name }
}

fn call<const N: usize>(name: &str, arguments: [String; N]) -> Code {
    Code::call(name, arguments.map(Code::Text).into())
}

fn tags(tags: &[Box<str>]) -> Code {
    let items = tags.iter().map(|tag| Code::Text(literal::quoted(tag))).collect();
    Code::call("tags", vec![Code::array("&", items)])
}
