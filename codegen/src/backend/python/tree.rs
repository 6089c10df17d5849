//! The packages and modules, and the files that they are written to.

use std::collections::BTreeSet;

use super::docs::docstring;
use super::module::{exported, import};
use super::plan::Plan;
use super::runtime::Runtime;
use super::service;
use super::skeleton;
use super::types;
use crate::backend::characters::is_misleading;
use crate::backend::{Files, Input};
use crate::model::NamespaceId;
use crate::source::{FileId, Sources};
use crate::validate::names::python as names;

/// How the types of contracts look in JSON.
const WIRE: &str = include_str!("../../../templates/python/_wire.py");

/// The library of PyPI as headers use it.
const ALMANET: &str = include_str!("../../../templates/python/_almanet.py");

/// Renders every module of a contract.
pub(super) fn files(input: &Input<'_>) -> Files {
    let plan = Plan::of(input.model, Runtime::of(input.options));
    let mut files = Files::default();
    files.generated("_wire.py", format!("{}{WIRE}", header(&plan, input.sources, &[])));
    files.generated("py.typed", "");
    if plan.runtime == Runtime::Peer {
        files.generated("_almanet.py", format!("{}{ALMANET}", header(&plan, input.sources, &[])));
    }
    for (folder, docs) in folders(&plan) {
        let mut text = header(&plan, input.sources, &[]);
        docstring(&mut text, 0, &docs);
        files.generated(format!("{folder}__init__.py"), text);
    }
    for (id, _) in input.model.namespaces.iter() {
        namespace(&plan, input.sources, id, &mut files);
    }
    skeleton::add(&plan, input, &mut files);
    files.sort();
    files
}

fn namespace(plan: &Plan<'_>, sources: &Sources, id: NamespaceId, files: &mut Files) {
    let namespace = &plan.model.namespaces[id];
    let folder = format!("{}/", plan.namespaces[id.index()].join("/"));
    let header = header(plan, sources, &namespace.files);
    let module = types::module(plan, id);
    let names: Vec<&str> = module.names.iter().map(String::as_str).collect();
    let mut text = header.clone();
    let otherwise = format!("The namespace `{}`.", namespace.name);
    docstring(&mut text, 0, namespace.docs.as_deref().filter(|docs| !docs.trim().is_empty()).unwrap_or(&otherwise));
    if !names.is_empty() {
        text.push('\n');
        text.push_str(&import("._types", names.clone()));
        text.push('\n');
        text.push_str(&exported(names.clone()));
    }
    files.generated(format!("{folder}__init__.py"), text);
    if !names.is_empty() {
        let mut text = header;
        docstring(&mut text, 0, &format!("What the namespace `{}` defines.", namespace.name));
        text.push_str(&module.imports(""));
        text.push_str(&module.body);
        files.generated(format!("{folder}_types.py"), text);
    }
    for id in &namespace.services {
        let service = &plan.model.services[*id];
        let mut text = self::header(plan, sources, &[service.meta.location.file]);
        let otherwise = format!("The service `{}`.", service.meta.name);
        let docs = service.meta.docs.as_deref().filter(|docs| !docs.trim().is_empty()).unwrap_or(&otherwise);
        docstring(&mut text, 0, docs);
        let header = service::module(plan, *id);
        let beside = if names.is_empty() { String::new() } else { import("._types", names.clone()) };
        text.push_str(&header.imports(&beside));
        text.push('\n');
        let all = names.iter().copied().chain(header.names.iter().map(String::as_str));
        text.push_str(&exported(all.collect()));
        text.push_str(&header.body);
        files.generated(format!("{folder}{}.py", names::module_name(&service.meta.name)), text);
    }
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

/// The first line of a file. Contracts are named without their folders, so that the text is the same wherever the
/// compiler runs.
fn header(plan: &Plan<'_>, sources: &Sources, files: &[FileId]) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<&str> = Vec::new();
    for file in files {
        let name = sources.get(*file).name();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let from = match names.len() {
        0 => String::new(),
        count if count > SHOWN => format!(" from {} and {} more", names[..SHOWN].join(", "), count - SHOWN),
        _ => format!(" from {}", names.join(", ")),
    };
    let from: String = from.chars().map(|character| if is_misleading(character) { '?' } else { character }).collect();
    let pragma = if plan.has_deprecated && !files.is_empty() { "# pyright: reportDeprecated=false\n" } else { "" };
    format!("# Generated by almanet-gen{from}. Do not edit.\n{pragma}")
}
