//! The packages and modules, and the files that they are written to.

use std::collections::BTreeSet;

use super::docs::docstring;
use super::module::{exported, import};
use super::plan::Plan;
use super::runtime::Runtime;
use super::service;
use super::types;
use crate::backend::characters::origin;
use crate::backend::{File, Input};
use crate::model::NamespaceId;
use crate::source::{FileId, Sources};
use crate::validate::names::python as names;

/// How the types of contracts look in JSON.
const WIRE: &str = include_str!("../../../templates/python/_wire.py");

/// The library of PyPI as headers use it: the modules of a package.
const ALMANET: [(&str, &str); 6] = [
    ("__init__", include_str!("../../../templates/python/_almanet/__init__.py")),
    ("_codec", include_str!("../../../templates/python/_almanet/_codec.py")),
    ("_library", include_str!("../../../templates/python/_almanet/_library.py")),
    ("_procedure", include_str!("../../../templates/python/_almanet/_procedure.py")),
    ("_service", include_str!("../../../templates/python/_almanet/_service.py")),
    ("_topic", include_str!("../../../templates/python/_almanet/_topic.py")),
];

/// Every module of a contract, those of a namespace rendered when they are asked for.
pub(super) fn files<'a>(plan: Plan<'a>, input: Input<'a>) -> impl Iterator<Item = File> + 'a {
    let Input { model, sources, .. } = input;
    let mut files = vec![
        File::generated("_wire.py", format!("{}{WIRE}", header(&plan, sources, &[]))),
        File::generated("py.typed", ""),
    ];
    if plan.runtime == Runtime::Peer {
        for (module, text) in ALMANET {
            files.push(File::generated(format!("_almanet/{module}.py"), header(&plan, sources, &[]) + text));
        }
    }
    for (folder, docs) in folders(&plan) {
        let mut text = header(&plan, sources, &[]);
        docstring(&mut text, 0, &docs);
        if folder.is_empty() {
            text.push_str(&first_imports(&plan));
        }
        files.push(File::generated(format!("{folder}__init__.py"), text));
    }
    let namespaces: Vec<NamespaceId> = model.namespaces.ids().collect();
    files.into_iter().chain(namespaces.into_iter().flat_map(move |id| namespace(&plan, sources, id)))
}

/// What spares Python an import within an import within an import.
fn first_imports(plan: &Plan<'_>) -> String {
    if plan.first.is_empty() {
        return String::new();
    }
    let mut text = "\nfrom importlib import import_module\n\n".to_owned();
    text.push_str("# From others that import these Python would go deeper than it may.\nfor _name in (\n");
    for id in &plan.first {
        text.push_str(&format!("    \"{}\",\n", plan.namespaces[id.index()].join(".")));
    }
    text + "):\n    import_module(f\"{__name__}.{_name}\")\n"
}

/// How many names of its namespace a service's module spells out as it hands them on. More of them are handed on together:
/// in a namespace with as many services, the lists would be longer than all the rest.
const SPELLED_OUT: usize = 100;

/// The package of a namespace: what it defines, and its services.
fn namespace(plan: &Plan<'_>, sources: &Sources, id: NamespaceId) -> Vec<File> {
    let namespace = &plan.model.namespaces[id];
    let folder = format!("{}/", plan.namespaces[id.index()].join("/"));
    let header = header(plan, sources, &namespace.files);
    let module = types::module(plan, id);
    let names: Vec<&str> = module.names.iter().map(String::as_str).collect();
    let are_many = names.len() > SPELLED_OUT;
    let mut files = Vec::with_capacity(2 + namespace.services.len());
    let mut text = header.clone();
    let otherwise = format!("The namespace `{}`.", namespace.name);
    docstring(&mut text, 0, namespace.docs.as_deref().filter(|docs| !docs.trim().is_empty()).unwrap_or(&otherwise));
    if !names.is_empty() {
        text.push('\n');
        text.push_str(&import("._types", names.clone()));
        text.push('\n');
        text.push_str(&exported(names.clone()));
    }
    files.push(File::generated(format!("{folder}__init__.py"), text));
    if !names.is_empty() {
        let mut text = header;
        docstring(&mut text, 0, &format!("What the namespace `{}` defines.", namespace.name));
        text.push_str(&module.imports(""));
        if are_many {
            text.push('\n');
            text.push_str(&exported(names.clone()));
        }
        text.push_str(&module.body);
        files.push(File::generated(format!("{folder}_types.py"), text));
    }
    for id in &namespace.services {
        let service = &plan.model.services[*id];
        let mut text = self::header(plan, sources, &[service.meta.location.file]);
        if are_many {
            text.push_str("# ruff: noqa: F403, F405\n");
        }
        let otherwise = format!("The service `{}`.", service.meta.name);
        let docs = service.meta.docs.as_deref().filter(|docs| !docs.trim().is_empty()).unwrap_or(&otherwise);
        docstring(&mut text, 0, docs);
        let header = service::module(plan, *id);
        let own = header.names.iter().map(String::as_str);
        if are_many {
            text.push_str(&header.imports("from . import _types\nfrom ._types import *\n"));
            text.push('\n');
            text.push_str(&exported(own.collect()));
            text.push_str("__all__ += _types.__all__\n");
        } else {
            let beside = if names.is_empty() { String::new() } else { import("._types", names.clone()) };
            text.push_str(&header.imports(&beside));
            text.push('\n');
            text.push_str(&exported(names.iter().copied().chain(own).collect()));
        }
        text.push_str(&header.body);
        files.push(File::generated(format!("{folder}{}.py", names::module_name(&service.meta.name)), text));
    }
    files
}

/// The folders that are no namespaces, with their docs.
fn folders(plan: &Plan<'_>) -> BTreeSet<(String, String)> {
    let own: BTreeSet<String> = plan.namespaces.iter().map(|modules| format!("{}/", modules.join("/"))).collect();
    let mut folders =
        BTreeSet::from([(String::new(), "What a contract says: a package for each of its namespaces.".to_owned())]);
    for (id, namespace) in plan.model.namespaces.iter() {
        let modules = &plan.namespaces[id.index()];
        let segments: Vec<&str> = namespace.name.split('.').collect();
        for length in 1..modules.len() {
            let folder = format!("{}/", modules[..length].join("/"));
            if !own.contains(&folder) {
                folders.insert((folder, format!("Namespaces below `{}`.", segments[..length].join("."))));
            }
        }
    }
    folders
}

/// The first line of a file.
fn header(plan: &Plan<'_>, sources: &Sources, files: &[FileId]) -> String {
    let from = origin(sources, files, 3);
    let pragma = if plan.has_deprecated && !files.is_empty() { "# pyright: reportDeprecated=false\n" } else { "" };
    format!("# Generated by almanet-gen{from}. Do not edit.\n{pragma}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::Config;
    use crate::backend::{self, Input, Options};
    use crate::source::vfs::Memory;

    fn generated(text: String) -> BTreeMap<String, String> {
        let checked = Config::new().root("").check_in(&Memory::new().with("a.almanet", text));
        let model = checked.model.expect("the contract has no errors");
        let options = Options::default();
        let input = Input { model: &model, sources: &checked.report.sources, options: &options };
        let python = backend::find("python").expect("the Python target is built in");
        python.files(&input).map(|file| (file.path, file.content)).collect()
    }

    #[test]
    fn what_names_what_comes_later_is_completed_behind_it() {
        let files = generated("namespace a\nrecord b { c: c? }\nrecord c { d: d? }\nrecord d {}\n".to_owned());
        let types = &files["a/_types.py"];
        assert!(types.ends_with("\n\nC.model_rebuild()\nB.model_rebuild()\n"), "{types}");
    }

    #[test]
    fn many_names_are_handed_on_together() {
        let records: String = (0..200).map(|index| format!("record r{index} {{}}\n")).collect();
        let files = generated(format!("namespace a\n{records}service b {{ procedure c(r1) }}\n"));
        let (types, service) = (&files["a/_types.py"], &files["a/b.py"]);
        assert!(types.contains("__all__ = [\n    \"R0\",\n"), "{types}");
        assert!(service.contains("from ._types import *\n"), "{service}");
        assert!(service.contains("__all__ = [\"c\", \"service\"]\n__all__ += _types.__all__\n"), "{service}");
        assert!(!service.contains("R2"), "{service}");
    }
}
