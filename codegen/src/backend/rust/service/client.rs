//! The side of the caller: the client's methods.

use super::Names;
use crate::backend::rust::layout::{Code, Place, line, member, signature};
use crate::backend::rust::module::Module;
use crate::backend::rust::scope::External;
use crate::model::{Payload, Procedure, Reply, Type};
use crate::validate::names::rust as names;

impl Module<'_> {
    /// The client's method with its body.
    pub(super) fn method(&mut self, procedure: &Procedure, names: &Names) -> String {
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
                        values.push(Code::field(name, Code::value(value)));
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

    /// The expression of a call.
    pub(super) fn call(
        &mut self,
        procedure: &Procedure,
        caller: &str,
        constant: &str,
        payload: &str,
        indent: usize,
    ) -> String {
        let kind = match procedure.reply {
            Reply::Oneway => "oneway",
            Reply::Stream(..) => "stream",
            _ => "call",
        };
        let head = format!("{}::{kind}", self.scope.codegen());
        line(indent, "", &Code::call(head, [caller, constant, payload].map(Code::text).into()), "")
    }

    /// `Call<String, GreetError>`, `StreamCall<Greeted, WatchError>` or `OnewayCall`.
    pub(super) fn call_type(&mut self, procedure: &Procedure, names: &Names) -> String {
        let call = self.call_name(procedure);
        match procedure.reply {
            Reply::Oneway => call.to_string(),
            _ => format!("{call}<{}, {}>", self.reply_type(procedure, names), names.helper("Error")),
        }
    }

    /// The type of a call without its parameters.
    pub(super) fn call_name(&mut self, procedure: &Procedure) -> External {
        let name = match procedure.reply {
            Reply::Oneway => "OnewayCall",
            Reply::Stream(..) => "StreamCall",
            _ => "Call",
        };
        self.scope.external("::almanet_runtime", name)
    }
}
