//! The tree of generated modules, and the files it is written to.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::docs;
use super::module::Module;
use super::plan::Plan;
use crate::backend::characters::origin;
use crate::backend::options::Formatting;
use crate::backend::{File, Input, Layout};
use crate::model::{NamespaceId, ServiceId};
use crate::source::{FileId, Sources};

/// What the contract decides and clippy would have otherwise, and what a program need not use all of.
const ALLOWED: &str = "allow(
    dead_code,
    deprecated,
    unreachable_pub,
    clippy::approx_constant,
    clippy::doc_lazy_continuation,
    clippy::doc_link_with_quotes,
    clippy::doc_markdown,
    clippy::doc_nested_refdefs,
    clippy::doc_overindented_list_items,
    clippy::enum_variant_names,
    clippy::excessive_precision,
    clippy::fn_params_excessive_bools,
    clippy::iter_not_returning_iterator,
    clippy::large_enum_variant,
    clippy::many_single_char_names,
    clippy::match_same_arms,
    clippy::module_inception,
    clippy::needless_pass_by_value,
    clippy::result_large_err,
    clippy::should_implement_trait,
    clippy::similar_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::too_many_arguments,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unreadable_literal,
    clippy::wrong_self_convention,
    clippy::zero_sized_map_values,
    reason = \"the contract decides on names, docs and shapes\"
)]";

/// A module with all that is below it, its items not made yet.
#[derive(Default)]
struct Node {
    docs: String,
    /// The files of the contract that it is made from.
    sources: Vec<FileId>,
    items: Items,
    children: BTreeMap<String, Node>,
}

/// What a module stands for.
#[derive(Clone, Copy, Default)]
enum Items {
    /// The first segments of a namespace: a folder without items of its own.
    #[default]
    None,
    /// A folder.
    Namespace(NamespaceId),
    /// A file.
    Service(ServiceId),
}

/// Every module of a contract, each rendered when it is asked for.
pub(super) fn files<'a>(plan: Plan<'a>, input: Input<'a>) -> impl Iterator<Item = File> + 'a {
    let Input { sources, options, .. } = input;
    let root = modules(&plan);
    let mut files = Vec::new();
    match options.layout {
        Layout::Tree => add_files(root, "", &mut files),
        Layout::SingleFile => files.push(("almanet.rs".to_owned(), root)),
    }
    files.into_iter().map(move |(path, node)| {
        let text = match options.layout {
            Layout::Tree => file(&plan, sources, &node, path == ROOT),
            Layout::SingleFile => single_file(&plan, sources, &node),
        };
        let text = match options.formatting {
            Formatting::WhereNeeded => text,
            Formatting::Everything => super::layout::formatted(super::layout::Place::Module, &text),
        };
        File::generated(path, text)
    })
}

/// The file of the root module.
const ROOT: &str = "mod.rs";

/// All modules, from the root.
fn modules(plan: &Plan<'_>) -> Node {
    let mut root =
        Node { docs: "What a contract says: a module for each of its namespaces.".to_owned(), ..Node::default() };
    for (id, namespace) in plan.model.namespaces.iter() {
        let mut node = &mut root;
        let mut name = String::new();
        for (segment, module) in namespace.name.split('.').zip(&plan.namespaces[id.index()]) {
            name.push_str(if name.is_empty() { "" } else { "." });
            name.push_str(segment);
            node = node.children.entry(module.clone()).or_default();
            if node.docs.is_empty() {
                node.docs = format!("Namespaces below `{name}`.");
            }
        }
        node.docs = module_docs(namespace.docs.as_deref(), || format!("The namespace `{}`.", namespace.name));
        node.sources.clone_from(&namespace.files);
        node.items = Items::Namespace(id);
        for id in &namespace.services {
            let service = &plan.model.services[*id];
            let child = Node {
                docs: module_docs(service.meta.docs.as_deref(), || format!("The service `{}`.", service.meta.name)),
                sources: vec![service.meta.location.file],
                items: Items::Service(*id),
                children: BTreeMap::new(),
            };
            node.children.insert(plan.services[id.index()].module.clone(), child);
        }
    }
    root
}

fn module_docs(docs: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    docs.filter(|docs| !docs.trim().is_empty()).map_or_else(otherwise, str::to_owned)
}

/// Adds the file of a module and those of the modules below it; what stays below it tells their names and kinds alone.
fn add_files(mut node: Node, folder: &str, files: &mut Vec<(String, Node)>) {
    for (name, child) in &mut node.children {
        let stem = stem(name);
        let named = Node { items: child.items, ..Node::default() };
        let child = std::mem::replace(child, named);
        match child.items {
            Items::Service(_) => {
                let stem = if stem == "mod" { "mod_" } else { stem };
                files.push((format!("{folder}{stem}.rs"), child));
            }
            Items::Namespace(_) | Items::None => add_files(child, &format!("{folder}{stem}/"), files),
        }
    }
    files.push((format!("{folder}{ROOT}"), node));
}

/// The text of a file that holds one module.
fn file(plan: &Plan<'_>, sources: &Sources, node: &Node, is_root: bool) -> String {
    let mut out = header(sources, &node.sources);
    docs::inner(&mut out, &node.docs);
    if is_root {
        out.push_str(&format!("#![{ALLOWED}\n"));
    }
    if !node.children.is_empty() {
        out.push('\n');
    }
    for (name, child) in &node.children {
        // A module called `mod` would be looked for in the file that declares it.
        if stem(name) == "mod" {
            let is_file = matches!(child.items, Items::Service(_));
            out.push_str(if is_file { "#[path = \"mod_.rs\"]\n" } else { "#[path = \"mod/mod.rs\"]\n" });
        }
        // What is below keeps the form in which it is compared with the contract.
        if is_root {
            out.push_str("#[rustfmt::skip]\n");
        }
        out.push_str(&format!("pub mod {name};\n"));
    }
    let Some(module) = module(plan, node.items) else { return out };
    write_uses(&module, &mut out);
    // The body may be as large as the contract: it is not copied.
    let mut text = module.body;
    text.insert_str(0, &out);
    text
}

/// The text of the file that holds all modules.
fn single_file(plan: &Plan<'_>, sources: &Sources, root: &Node) -> String {
    let mut all = Vec::new();
    gather_sources(root, &mut all);
    let mut out = header(sources, &all);
    for (name, child) in &root.children {
        out.push('\n');
        out.push_str(&format!("#[{ALLOWED}\n"));
        write_nested(plan, name, child, &mut out);
    }
    out
}

fn gather_sources(node: &Node, all: &mut Vec<FileId>) {
    all.extend(&node.sources);
    node.children.values().for_each(|child| gather_sources(child, all));
}

fn write_nested(plan: &Plan<'_>, name: &str, node: &Node, out: &mut String) {
    out.push_str(&format!("pub mod {name} {{\n"));
    docs::inner(out, &node.docs);
    for (name, child) in &node.children {
        out.push('\n');
        write_nested(plan, name, child, out);
    }
    if let Some(module) = module(plan, node.items) {
        write_uses(&module, out);
        out.push_str(&module.body);
    }
    out.push_str("}\n");
}

/// What a module has beside the modules below it.
fn module<'a>(plan: &'a Plan<'a>, items: Items) -> Option<Module<'a>> {
    match items {
        Items::None => None,
        Items::Namespace(id) => Some(namespace_module(plan, id)),
        Items::Service(id) => Some(service_module(plan, id)),
    }
}

/// What stands before a module's body.
fn write_uses(module: &Module<'_>, out: &mut String) {
    let uses = module.scope.uses();
    if !uses.is_empty() {
        out.push('\n');
    }
    for line in &uses {
        super::layout::item(out, super::layout::Place::Module, line);
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    if !module.body.is_empty() {
        out.push('\n');
    }
}

/// Rather more bytes than a record's field becomes: a large text that has to grow is in memory twice.
const FIELD: usize = 512;

fn namespace_module<'a>(plan: &'a Plan<'a>, id: NamespaceId) -> Module<'a> {
    let (model, namespace) = (plan.model, &plan.model.namespaces[id]);
    let path: Vec<&str> = plan.namespaces[id.index()].iter().map(String::as_str).collect();
    let mut taken: FxHashSet<&str> = FxHashSet::default();
    taken.extend(namespace.records.iter().map(|id| &*plan.records[id.index()]));
    taken.extend(namespace.enums.iter().map(|id| &*plan.enums[id.index()]));
    taken.extend(namespace.unions.iter().map(|id| &*plan.unions[id.index()]));
    taken.extend(namespace.aliases.iter().map(|id| &*plan.aliases[id.index()]));
    taken.extend(namespace.exceptions.iter().map(|id| &*plan.exceptions[id.index()]));
    taken.extend(namespace.services.iter().map(|id| &*plan.services[id.index()].module));
    let depth = path.len();
    let below =
        plan.namespaces.iter().filter(|other| other.len() > depth && other.iter().zip(&path).all(|(a, b)| a == b));
    taken.extend(below.map(|other| &*other[depth]));

    let mut module = Module::new(plan, path, taken);
    let fields: usize = namespace.records.iter().map(|id| model.records[*id].fields.len()).sum();
    module.body.reserve(fields * FIELD);
    for id in &namespace.constants {
        module.constant(*id);
    }
    for id in &namespace.aliases {
        module.alias(*id);
    }
    // Types in the order of the contract, whatever their kind.
    let rank = |file: FileId| namespace.files.iter().position(|other| *other == file);
    let mut types = Vec::new();
    types.extend(namespace.records.iter().map(|id| (model.records[*id].meta.location, Item::Record(*id))));
    types.extend(namespace.enums.iter().map(|id| (model.enums[*id].meta.location, Item::Enum(*id))));
    types.extend(namespace.unions.iter().map(|id| (model.unions[*id].meta.location, Item::Union(*id))));
    types.extend(namespace.exceptions.iter().map(|id| (model.exceptions[*id].meta.location, Item::Exception(*id))));
    types.sort_by_cached_key(|(location, _)| (rank(location.file), location.span));
    for (_, item) in types {
        match item {
            Item::Record(id) => module.record(id),
            Item::Enum(id) => module.enumeration(id),
            Item::Union(id) => module.union(id),
            Item::Exception(id) => module.exception(id),
        }
    }
    module
}

enum Item {
    Record(crate::model::RecordId),
    Enum(crate::model::EnumId),
    Union(crate::model::UnionId),
    Exception(crate::model::ExceptionId),
}

fn service_module<'a>(plan: &'a Plan<'a>, id: ServiceId) -> Module<'a> {
    let names = &plan.services[id.index()];
    let mut path: Vec<&str> =
        plan.namespaces[plan.model.services[id].namespace.index()].iter().map(String::as_str).collect();
    path.push(&names.module);
    let mut taken: FxHashSet<&str> = plan.helpers_of(id).collect();
    taken.extend([&*names.ty, &*names.client]);
    let mut module = Module::new(plan, path, taken);
    module.service(id);
    module
}

/// The file's name without its ending: a module `r#type` lies in `type.rs`.
pub(super) fn stem(module: &str) -> &str {
    module.strip_prefix("r#").unwrap_or(module)
}

/// The first lines of a file.
fn header(sources: &Sources, files: &[FileId]) -> String {
    let from = origin(sources, files, 4);
    format!("// @generated by almanet-gen{from}. Do not edit.\n\n")
}
