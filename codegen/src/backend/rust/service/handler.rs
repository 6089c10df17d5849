//! The side of the service: the trait's methods, and how the runtime comes to call them.

use std::collections::BTreeSet;

use super::Names;
use crate::backend::rust::layout::{Place, WIDTH, member, signature};
use crate::backend::rust::module::Module;
use crate::backend::rust::tree::stem;
use crate::model::{Payload, Procedure, ProcedureId, Reply};
use crate::validate::names::rust as names;

impl Module<'_> {
    /// `fn greet(&self, cx: Context, payload: String) -> impl Future<Output = …> + Send;`
    pub(super) fn handler(&mut self, procedure: &Procedure, names: &Names) -> String {
        let parameters = self.parameters(procedure, "");
        let result = format!(" -> impl Future<Output = {}> + Send", self.result(procedure, names));
        member(Place::Trait, &signature(4, &format!("fn {}", names.method), &parameters, &result, ";"))
    }

    /// A skeleton's handler; `imports` gets the names of the service's module that it needs.
    pub(in crate::backend::rust) fn skeleton_handler(
        &mut self,
        id: ProcedureId,
        imports: &mut BTreeSet<String>,
    ) -> String {
        let procedure = &self.scope.plan.model.procedures[id];
        let names = Names::of(procedure);
        // Underscores, since nothing uses them yet.
        let parameters = self.parameters(procedure, "_");
        let result = format!(" -> {}", self.result(procedure, &names));
        if matches!(procedure.reply, Reply::Named(_)) {
            imports.insert(names.helper("Reply"));
        }
        if !matches!(procedure.reply, Reply::Oneway) {
            imports.insert(names.helper("Error"));
        }
        let head = signature(4, &format!("async fn {}", names.method), &parameters, &result, " {");
        let failure = self.scope.external("::almanet_runtime", "Failure");
        member(Place::Impl, &format!("{head}\n        Err({failure}::internal(\"not implemented yet\"))\n    }}"))
    }

    /// What a handler takes; `prefix` goes before each name.
    fn parameters(&mut self, procedure: &Procedure, prefix: &str) -> Vec<String> {
        let context = self.scope.external("::almanet_runtime", "Context");
        let mut parameters = vec!["&self".to_owned(), format!("{prefix}{}: {context}", context_name(procedure))];
        match &procedure.payload {
            Payload::Null => {}
            Payload::Bare(ty, _) => parameters.push(format!("{prefix}payload: {}", self.scope.ty(*ty))),
            Payload::Named(fields) => {
                for field in fields {
                    let name = names::field_name(&field.meta.name);
                    let name = if prefix.is_empty() { &name } else { stem(&name) };
                    parameters.push(format!("{prefix}{name}: {}", self.scope.ty(field.ty)));
                }
            }
        }
        parameters
    }

    /// What a handler ends with: `Result<String, Failure<GreetError>>`.
    fn result(&mut self, procedure: &Procedure, names: &Names) -> String {
        let failure = self.scope.external("::almanet_runtime", "Failure");
        let reply = self.reply_type(procedure, names);
        match procedure.reply {
            Reply::Oneway => format!("Result<{reply}, {failure}>"),
            Reply::Stream(..) => {
                let (stream, error) = (self.scope.external("::almanet_runtime", "StreamOf"), names.helper("Error"));
                format!("Result<{stream}<{reply}, {error}>, {failure}<{error}>>")
            }
            _ => format!("Result<{reply}, {failure}<{}>>", names.helper("Error")),
        }
    }

    /// `.procedure(&GREET, |service, cx, payload| async move { … })`, on its lines.
    ///
    /// The method is named through its trait: `service.drop(…)` would be that of the pointer which holds the service.
    pub(super) fn registration(&mut self, procedure: &Procedure, names: &Names, trait_name: &str) -> String {
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
            Reply::Stream(ty, constraints) if self.needs_newtype(*ty, constraints) => {
                format!(".map(|values| {}::each(values, {}))", self.scope.codegen(), names.helper("Reply"))
            }
            _ => String::new(),
        };
        let kind = match procedure.reply {
            Reply::Oneway => "oneway",
            Reply::Stream(..) => "stream",
            _ => "procedure",
        };
        let Names { method, constant, .. } = names;
        let head = format!("|service, cx, {parameter}| async move");
        let body = format!("{trait_name}::{method}(&*service, cx{arguments}).await{wrap}");
        let closure = format!("{head} {{ {body} }}");
        let line = format!("        .{kind}(&{constant}, {closure})");
        if line.chars().count() <= WIDTH {
            return line;
        }
        let closure = if 12 + closure.chars().count() <= WIDTH {
            closure
        } else {
            format!("{head} {{\n                {body}\n            }}")
        };
        format!("        .{kind}(\n            &{constant},\n            {closure},\n        )")
    }
}

/// The name of the handler's first parameter, which none of the contract's has.
fn context_name(procedure: &Procedure) -> &'static str {
    let is_free = |name: &&&str| match &procedure.payload {
        Payload::Named(fields) => fields.iter().all(|field| names::field_name(&field.meta.name) != **name),
        Payload::Null | Payload::Bare(..) => true,
    };
    // The last one is free: among names only keywords get an underscore.
    ["cx", "context", "cx_"].iter().find(is_free).unwrap_or(&"cx_")
}
