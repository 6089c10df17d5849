//! The error enum of a procedure: what it raises, and nothing else.

use askama::Template;

use super::Names;
use crate::backend::rust::layout::signature;
use crate::backend::rust::literal;
use crate::backend::rust::module::{Module, deprecated, docs};
use crate::backend::rust::scope::External;
use crate::model::{ExceptionId, Procedure};
use crate::validate::names::rust as names;

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

impl Module<'_> {
    pub(super) fn errors(&mut self, procedure: &Procedure, names: &Names) {
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
}
