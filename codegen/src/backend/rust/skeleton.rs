//! Skeletons: what the author of a service begins with.

use std::collections::BTreeSet;

use askama::Template;
use rustc_hash::FxHashSet;

use super::layout::{self, Place};
use super::module::Module;
use super::plan::Plan;
use super::tree::stem;
use crate::backend::{File, Input, Skeletons};
use crate::model::{Model, Payload, Reply, Service, ServiceId, Type, TypeId};

/// What the skeletons call the module of the contract, which stands beside them.
const CONTRACT: &str = "contract";

#[derive(Template)]
#[template(path = "rust/skeleton.rs")]
struct SkeletonView<'a> {
    address: &'a str,
    path: &'a str,
    module: &'a str,
    uses: Vec<String>,
    name: String,
    trait_name: &'a str,
    handlers: Vec<String>,
    /// Whether it names what the contract calls deprecated.
    is_deprecated: bool,
}

/// A skeleton of an implementation for each service, where they were asked for.
pub(super) fn files(plan: &Plan<'_>, input: &Input<'_>) -> Vec<File> {
    if input.options.skeletons == Skeletons::Omitted {
        return Vec::new();
    }
    let own = plan.model.services.iter().filter(|(_, service)| !plan.model.namespaces[service.namespace].standard);
    let file = |(id, service): (ServiceId, &Service)| {
        let folders: String =
            plan.namespaces[service.namespace.index()].iter().map(|module| format!("{}/", stem(module))).collect();
        let module = format!("{}_service", stem(&plan.services[id.index()].module));
        let path = format!("{folders}{module}.rs");
        let content = skeleton(plan, id, &path, &module);
        File::skeleton(path, content)
    };
    own.map(file).collect()
}

fn skeleton(plan: &Plan<'_>, id: ServiceId, path: &str, module_name: &str) -> String {
    let service = &plan.model.services[id];
    let names = &plan.services[id.index()];
    let mut taken: FxHashSet<&str> = plan.helpers_of(id).collect();
    taken.insert(&names.ty);
    let mut module = Module::new(plan, Vec::new(), taken);
    module.scope.stand_beside(CONTRACT);
    let mut imports = BTreeSet::from([names.ty.clone()]);
    let handlers = service.procedures.iter().map(|id| module.skeleton_handler(*id, &mut imports)).collect();
    let mut uses = module.scope.uses();
    let service_module =
        format!("super::{CONTRACT}::{}::{}", plan.namespaces[service.namespace.index()].join("::"), names.module);
    uses.push(String::new());
    if module.scope.has_named_contract() {
        uses.push(format!("use super::{CONTRACT};"));
    }
    let imports: Vec<String> = imports.into_iter().collect();
    uses.push(match &imports[..] {
        [name] => format!("use {service_module}::{name};"),
        _ => format!("use {service_module}::{{{}}};", imports.join(", ")),
    });
    let view = SkeletonView {
        address: &service.prepath,
        path,
        module: module_name,
        uses,
        name: format!("{}Service", super::plan::helper_base(&service.meta.name)),
        trait_name: &names.ty,
        handlers,
        is_deprecated: is_deprecated(plan.model, service),
    };
    let text = view.render().expect("views hold nothing that fails");
    let mut out = String::with_capacity(text.len() + 1);
    for line in text.lines() {
        if line.starts_with("use ") {
            layout::item(&mut out, Place::Module, line);
        } else {
            out.push_str(line);
        }
        if !out.ends_with('\n') || line.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// Whether the service, or a type in what its procedures take and answer, is deprecated.
fn is_deprecated(model: &Model, service: &Service) -> bool {
    let is_old = |ty| names_deprecated(model, ty);
    service.meta.deprecated.is_some()
        || service.procedures.iter().map(|id| &model.procedures[*id]).any(|procedure| {
            let takes = match &procedure.payload {
                Payload::Null => false,
                Payload::Bare(ty, _) => is_old(*ty),
                Payload::Named(fields) => fields.iter().any(|field| is_old(field.ty)),
            };
            takes || matches!(procedure.reply, Reply::Bare(ty, _) | Reply::Stream(ty, _) if is_old(ty))
        })
}

/// Whether the type as it is written names a deprecated definition.
fn names_deprecated(model: &Model, ty: TypeId) -> bool {
    match &model.types[ty] {
        Type::List(item) | Type::Set(item) | Type::Optional(item) => names_deprecated(model, *item),
        Type::Map(key, value) => names_deprecated(model, *key) || names_deprecated(model, *value),
        Type::Tuple(items) => items.iter().any(|item| names_deprecated(model, *item)),
        Type::Record(id) => model.records[*id].meta.deprecated.is_some(),
        Type::Enum(id) => model.enums[*id].meta.deprecated.is_some(),
        Type::Union(id) => model.unions[*id].meta.deprecated.is_some(),
        Type::Alias(id) => model.aliases[*id].meta.deprecated.is_some(),
        _ => false,
    }
}
