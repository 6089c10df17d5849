//! What the author of a service begins with: an implementation of each service, and a program for each namespace.

use askama::Template;

use super::docs::docstring;
use super::layout;
use super::module::Module;
use super::plan::Plan;
use super::scope::Scope;
use super::service::helper_base;
use crate::backend::{File, Input, Skeletons};
use crate::model::{NamespaceId, Payload, Procedure, Reply, ServiceId};
use crate::validate::names::python as names;

/// What a skeleton calls the header that it implements.
const PUBLIC: &str = "public";

#[derive(Template)]
#[template(path = "python/microservice.py")]
struct MicroserviceView<'a> {
    docs: String,
    library: &'a str,
    import: String,
    serve: String,
}

/// The skeletons, where they were asked for.
pub(super) fn files(plan: &Plan<'_>, input: &Input<'_>) -> Vec<File> {
    let mut files = Vec::new();
    if input.options.skeletons == Skeletons::Omitted {
        return files;
    }
    for (id, namespace) in plan.model.namespaces.iter() {
        if namespace.standard || namespace.services.is_empty() {
            continue;
        }
        let folder = format!("{}/", plan.namespaces[id.index()].join("/"));
        for service in &namespace.services {
            let name = &plan.model.services[*service].meta.name;
            let path = format!("{folder}{}.py", names::implementation_name(name));
            files.push(File::skeleton(path, implementation(plan, *service)));
        }
        files.push(File::skeleton(format!("{folder}__microservice.py"), program(plan, id)));
    }
    files
}

fn implementation(plan: &Plan<'_>, id: ServiceId) -> String {
    let service = &plan.model.services[id];
    let header = names::module_name(&service.meta.name);
    let renamed = if header == PUBLIC { String::new() } else { format!(" as {PUBLIC}") };
    let mut module = Module::new(Scope::beside(plan, service.namespace, PUBLIC));
    for id in &service.procedures {
        module.handler(&plan.model.procedures[*id]);
    }
    let pragma = if plan.has_deprecated { "# pyright: reportDeprecated=false\n" } else { "" };
    let mut text = String::from(pragma);
    docstring(&mut text, 0, &format!("The service `{}`. This file is yours: it was written once.", service.prepath));
    text.push_str(&module.imports(&format!("from . import {header}{renamed}\n")));
    text.push_str(&format!("\n__all__ = [\"{PUBLIC}\"]\n"));
    text.push_str(&module.body);
    text
}

fn program(plan: &Plan<'_>, id: NamespaceId) -> String {
    let namespace = &plan.model.namespaces[id];
    let mut docs = String::new();
    let module = format!("{}.__microservice", plan.namespaces[id.index()].join("."));
    docstring(
        &mut docs,
        0,
        &format!(
            "Serves `{}`. This file is yours: it was written once.\n\n    python -m PACKAGE.{module} [NSQD_ADDRESS ...]",
            namespace.name
        ),
    );
    let modules: Vec<String> =
        namespace.services.iter().map(|id| names::implementation_name(&plan.model.services[*id].meta.name)).collect();
    let mut serve = String::new();
    let services: Vec<String> = modules.iter().map(|module| format!("{module}.{PUBLIC}.service")).collect();
    let call = format!("{}.serve_multiple(client, {})", plan.runtime.library(), services.join(", "));
    layout::line(&mut serve, 4, &call, "");
    let import = super::module::import(".", modules.iter().map(String::as_str).collect());
    let view = MicroserviceView { docs, library: plan.runtime.library(), import, serve };
    view.render().expect("a String takes everything, and views hold nothing that fails")
}

impl Module<'_> {
    /// A function that implements a procedure.
    fn handler(&mut self, procedure: &Procedure) {
        let base = helper_base(&procedure.meta.name);
        let name = names::function_name(&procedure.meta.name);
        let payload = match &procedure.payload {
            Payload::Null => "None".to_owned(),
            Payload::Bare(ty, _) => self.scope.ty(*ty).to_string(),
            Payload::Named(_) => format!("{PUBLIC}.{base}Payload"),
        };
        let result = match &procedure.reply {
            Reply::Named(_) => format!("{PUBLIC}.{base}Reply"),
            Reply::Bare(ty, _) => self.scope.ty(*ty).to_string(),
            _ => self.result(procedure, &base),
        };
        self.part(None, 0);
        self.body.push_str(&format!("@{PUBLIC}.{name}.implements\n"));
        let library = self.library.insert(self.scope.plan.runtime.library());
        let function = self.scope.plan.apart_from_imports(format!("_{name}"));
        let head = format!("async def {function}(payload: {payload}, session: {library}.Almanet)");
        layout::line(&mut self.body, 0, &head, &format!(" -> {result}:"));
        docstring(
            &mut self.body,
            4,
            procedure.meta.docs.as_deref().filter(|docs| !docs.trim().is_empty()).unwrap_or("Say what it does."),
        );
        self.body.push_str("    raise NotImplementedError\n");
        if matches!(procedure.reply, Reply::Stream(..)) {
            self.body.push_str("    yield\n");
        }
    }
}
