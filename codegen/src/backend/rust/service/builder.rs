//! The type that a call with optional parameters is before it is sent.

use askama::Template;

use super::Names;
use crate::backend::rust::layout::signature;
use crate::backend::rust::module::{Module, deprecated, docs};
use crate::backend::rust::scope::External;
use crate::model::{Field, Procedure, Reply, Type};
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/call.rs")]
struct CallView<'a> {
    procedure: Box<str>,
    name: String,
    payload: String,
    codegen: External,
    setters: Vec<SetterView>,
    reply: &'a Reply,
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

impl Module<'_> {
    pub(super) fn call_builder(&mut self, procedure: &Procedure, names: &Names, fields: &[Field]) {
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
        let call_name = self.call_name(procedure);
        let call = self.call_type(procedure, names);
        let (mut gather, mut oneway) = (String::new(), String::new());
        if !matches!(procedure.reply, Reply::Oneway | Reply::Stream(..)) {
            let name = self.scope.external("::almanet_runtime", "Gather");
            gather = format!("{name}<{}, {}>", self.reply_type(procedure, names), names.helper("Error"));
            oneway = self.scope.external("::almanet_runtime", "OnewayCall").to_string();
        }
        let header = ["self", "name: impl Into<String>", "value: impl Into<String>"].map(str::to_owned);
        let view = CallView {
            header: signature(4, "pub fn header", &header, &format!(" -> {call}"), " {"),
            procedure: procedure.meta.name.clone(),
            name: names.helper("Call"),
            payload: names.helper("Payload"),
            codegen: self.scope.codegen(),
            setters,
            reply: &procedure.reply,
            call,
            call_name,
            gather,
            oneway,
            duration: self.scope.external("::core::time", "Duration").to_string(),
            body: self.call(procedure, "&call.caller", &format!("&{}", names.constant), "&call.payload", 8),
        };
        self.render(&view);
    }
}
