//! The tree of generated modules, and the files it is written to.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::docs;
use super::module::Module;
use super::plan::Plan;
use crate::backend::characters::origin;
use crate::backend::options::Formatting;
use crate::backend::{Files, Input, Layout};
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
    reason = \"the contract decides on names, docs and shapes\"
)]";

/// A module with all that is below it.
#[derive(Default)]
struct Node {
    /// The files of the contract that it was made from.
    sources: Vec<FileId>,
    docs: String,
    uses: Vec<String>,
    body: String,
    children: BTreeMap<String, Node>,
    kind: Kind,
}

/// What a module stands for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// A namespace, or the first segments of one: a folder.
    #[default]
    Namespace,
    /// A service: a file.
    Service,
}

/// Renders every module of a contract.
pub(super) fn files(input: &Input<'_>) -> Files {
    let plan = Plan::of(input.model);
    let mut root =
        Node { docs: "What a contract says: a module for each of its namespaces.".to_owned(), ..Node::default() };
    for (id, namespace) in input.model.namespaces.iter() {
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
        namespace_node(&plan, id, node);
    }
    let mut files = Files::default();
    match input.options.layout {
        Layout::Tree => write_tree(input.sources, root, "", &mut files),
        Layout::SingleFile => {
            let mut all = Vec::new();
            gather_sources(&root, &mut all);
            let mut out = header(input.sources, &all);
            for (name, child) in &root.children {
                out.push('\n');
                out.push_str(&format!("#[{ALLOWED}\n"));
                write_nested(name, child, &mut out);
            }
            files.generated("almanet.rs", out);
        }
    }
    if input.options.formatting == Formatting::Everything {
        for file in &mut files.files {
            file.content = super::layout::formatted(super::layout::Place::Module, &file.content);
        }
    }
    super::skeleton::add(&plan, input, &mut files);
    files.sort();
    files
}

fn namespace_node<'a>(plan: &'a Plan<'a>, id: NamespaceId, node: &mut Node) {
    let namespace = &plan.model.namespaces[id];
    let path: Vec<&str> = plan.namespaces[id.index()].iter().map(String::as_str).collect();
    node.docs = module_docs(namespace.docs.as_deref(), || format!("The namespace `{}`.", namespace.name));
    node.sources = namespace.files.clone();
    let body = namespace_module(plan, id, path.clone());
    node.uses = body.scope.uses();
    node.body = body.body;
    for service in &namespace.services {
        let names = &plan.services[service.index()];
        let mut path = path.clone();
        path.push(&names.module);
        let child = service_node(plan, *service, path);
        node.children.insert(names.module.clone(), child);
    }
}

fn namespace_module<'a>(plan: &'a Plan<'a>, id: NamespaceId, path: Vec<&'a str>) -> Module<'a> {
    let (model, namespace) = (plan.model, &plan.model.namespaces[id]);
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

fn service_node<'a>(plan: &'a Plan<'a>, id: ServiceId, path: Vec<&'a str>) -> Node {
    let service = &plan.model.services[id];
    let names = &plan.services[id.index()];
    let mut taken: FxHashSet<&str> = plan.helpers_of(id).collect();
    taken.extend([&*names.ty, &*names.client]);
    let mut module = Module::new(plan, path, taken);
    module.service(id);
    Node {
        sources: vec![service.meta.location.file],
        docs: module_docs(service.meta.docs.as_deref(), || format!("The service `{}`.", service.meta.name)),
        uses: module.scope.uses(),
        body: module.body,
        children: BTreeMap::new(),
        kind: Kind::Service,
    }
}

fn module_docs(docs: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    docs.filter(|docs| !docs.trim().is_empty()).map_or_else(otherwise, str::to_owned)
}

/// Takes the modules apart as it writes them: a large contract's text is not held twice.
fn write_tree(sources: &Sources, mut root: Node, folder: &str, files: &mut Files) {
    let mut out = header(sources, &root.sources);
    docs::inner(&mut out, &root.docs);
    if folder.is_empty() {
        out.push_str(&format!("#![{ALLOWED}\n"));
    }
    if !root.children.is_empty() {
        out.push('\n');
    }
    for (name, child) in std::mem::take(&mut root.children) {
        let stem = stem(&name);
        let is_file = child.kind == Kind::Service;
        // A module called `mod` would be looked for in the file that declares it.
        if stem == "mod" {
            out.push_str(if is_file { "#[path = \"mod_.rs\"]\n" } else { "#[path = \"mod/mod.rs\"]\n" });
        }
        // What is below keeps the form in which it is compared with the contract.
        if folder.is_empty() {
            out.push_str("#[rustfmt::skip]\n");
        }
        out.push_str(&format!("pub mod {name};\n"));
        if is_file {
            let mut text = header(sources, &child.sources);
            docs::inner(&mut text, &child.docs);
            child.write_items(&mut text);
            let stem = if stem == "mod" { "mod_" } else { stem };
            files.generated(format!("{folder}{stem}.rs"), text);
        } else {
            write_tree(sources, child, &format!("{folder}{stem}/"), files);
        }
    }
    root.write_items(&mut out);
    files.generated(format!("{folder}mod.rs"), out);
}

fn write_nested(name: &str, node: &Node, out: &mut String) {
    out.push_str(&format!("pub mod {name} {{\n"));
    docs::inner(out, &node.docs);
    for (name, child) in &node.children {
        out.push('\n');
        write_nested(name, child, out);
    }
    node.write_items(out);
    out.push_str("}\n");
}

impl Node {
    fn write_items(&self, out: &mut String) {
        if !self.uses.is_empty() {
            out.push('\n');
        }
        for line in &self.uses {
            super::layout::item(out, super::layout::Place::Module, line);
            if !out.ends_with('\n') {
                out.push('\n');
            }
        }
        if !self.body.is_empty() {
            out.push('\n');
            out.push_str(&self.body);
        }
    }
}

/// The file's name without its ending: a module `r#type` lies in `type.rs`.
pub(super) fn stem(module: &str) -> &str {
    module.strip_prefix("r#").unwrap_or(module)
}

fn gather_sources(node: &Node, all: &mut Vec<FileId>) {
    all.extend(&node.sources);
    node.children.values().for_each(|child| gather_sources(child, all));
}

/// The first lines of a file.
fn header(sources: &Sources, files: &[FileId]) -> String {
    let from = origin(sources, files, 4);
    format!("// @generated by almanet-gen{from}. Do not edit.\n\n")
}
