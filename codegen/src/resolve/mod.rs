//! Trees to the model: files and their imports, names, types, values. Every problem of a run is found in one run.

mod addresses;
mod aliases;
mod builtin;
mod evaluation;
mod finite;
mod focus;
mod habits;
mod import_path;
mod load;
mod lower;
mod pending;
mod scope;
mod settle;
mod standard;
mod suggest;
mod text_values;
mod type_rules;
mod values;
#[cfg(feature = "cli")]
pub(crate) mod vocabulary;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::ast;
use crate::diagnostic::code::{lints, names as codes};
use crate::diagnostic::{Problem, Severity};
use crate::model::{Model, Namespace};
use crate::source::vfs::Vfs;
use crate::source::{FileId, Location, Sources};
use crate::syntax;
pub(crate) use load::{Contract, read};
use load::{Loaded, LoadedFile};
use lower::Lowered;
use scope::{Declaration, Ids, Scope};

#[cfg(feature = "import")]
pub(crate) use addresses::is_identifier;
#[cfg(feature = "import")]
pub(crate) use builtin::NAMES as BUILT_IN_TYPES;
pub(crate) use builtin::scalar;
pub(crate) use text_values::duration as duration_nanoseconds;

/// What is compiled.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The files, as they are shown in problems.
    pub entries: Vec<PathBuf>,
    /// The schema roots, in the order in which imports are looked up.
    pub roots: Vec<PathBuf>,
}

/// A file's tree with the problems of its syntax, which point into [`FileId`] 0.
#[derive(Debug)]
pub struct Parsed {
    /// The tree, and the text.
    pub tree: Arc<ast::File>,
    /// What its syntax does wrong.
    pub problems: Vec<Problem>,
}

impl Parsed {
    /// Parses a text, to be resolved as often as is wanted.
    #[must_use]
    pub fn new(text: Arc<str>) -> Self {
        let (tree, problems) = syntax::parse(FileId(0), text);
        Self { tree: Arc::new(tree), problems }
    }
}

/// Files that were parsed before: those that did not change since need neither be read nor parsed again.
pub trait Trees {
    /// What is known of the file of this [`identity`](Vfs::identity).
    fn tree(&self, identity: &Path) -> Option<Arc<Parsed>>;
}

/// Nothing was parsed before.
#[derive(Clone, Copy, Debug)]
pub struct NoTrees;

impl Trees for NoTrees {
    fn tree(&self, _: &Path) -> Option<Arc<Parsed>> {
        None
    }
}

/// How much of what is imported is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All of it: the model is whole.
    Whole,
    /// What the entries lead to. Their own problems are those of the whole, but for what only shows beside definitions that they do
    /// not lead to; of other files some problems are not found.
    Entries,
}

/// What trees say, before the model as a whole is validated.
#[derive(Debug)]
pub struct Resolved {
    /// Every file that was read, by its id.
    pub sources: Sources,
    /// The model; only to be relied on where no problem is an error.
    pub model: Model,
    /// What was found, in no order.
    pub problems: Vec<Problem>,
    /// Every file that was read from the vfs; one that was reached through a link too, by both paths.
    pub files: Vec<PathBuf>,
}

/// Reads the entries and all that they import, and makes the model of them.
#[must_use]
pub fn resolve(vfs: &dyn Vfs, trees: &dyn Trees, input: &Input, depth: Depth) -> Resolved {
    let mut loaded = load::load(vfs, trees, input);
    if depth == Depth::Entries {
        focus::narrow(&mut loaded.files, input.entries.len());
    }
    let Loaded { sources, mut files, paths, problems, mut aliases } = loaded;
    let texts: Vec<Arc<str>> = sources.iter().map(|(_, source)| Arc::clone(source.text())).collect();
    let mut order: Vec<FileId> = (0..files.len()).map(|index| FileId(index as u32)).collect();
    order.sort_by(|a, b| sources.get(*a).name().cmp(sources.get(*b).name()));

    let scope = Scope::new(&texts, &files, &order);
    let mut lowered = Lowered::new(&texts, scope);
    lowered.problems = problems;
    declare(&mut lowered, &files);
    add_namespaces(&mut lowered, &files);
    read_trees(&mut lowered, &mut files);
    lowered.settle();
    report_unused_imports(&mut lowered, &files, depth);

    aliases.sort();
    aliases.dedup();
    let read = paths.into_iter().zip(&files).filter(|(_, file)| !file.standard).map(|(path, _)| path);
    let read = read.chain(aliases).collect();
    Resolved { model: lowered.model, problems: lowered.problems, sources, files: read }
}

/// Gives every definition its id, and every namespace its names.
fn declare(lowered: &mut Lowered<'_>, files: &[LoadedFile]) {
    let mut ids = Ids::default();
    for namespace in 0..lowered.scope.namespaces.len() {
        for file in lowered.scope.namespaces[namespace].files.clone() {
            lowered.file = file;
            for definition in &files[file.0 as usize].tree.definitions {
                let name = lowered.text(definition.name.span);
                let location = lowered.at(definition.name.span);
                let what = ids.next(&definition.kind);
                if scope::is_taken(name) {
                    let message = format!("no definition may be called \"{name}\": it is the language's own");
                    lowered.problems.push(Problem::new(codes::TAKEN_NAME, location, message));
                }
                let declaration = Declaration { what, location };
                let names = &mut lowered.scope.namespaces[namespace].names;
                if let Some(first) = names.get(name) {
                    let message = format!("\"{name}\" is defined twice in this namespace");
                    let problem = Problem::new(codes::REPEATED_DEFINITION, location, message);
                    lowered.problems.push(problem.with_label(first.location, "first defined here"));
                } else {
                    names.insert(name, declaration);
                }
            }
        }
    }
    ids.make_room(&mut lowered.model);
    check_aliases(lowered);
}

/// An import's alias names one namespace, and hides nothing.
fn check_aliases(lowered: &mut Lowered<'_>) {
    let mut problems = Vec::new();
    for (index, file) in lowered.scope.files.iter().enumerate() {
        let mut seen: rustc_hash::FxHashMap<&str, (Location, _)> = rustc_hash::FxHashMap::default();
        for import in &file.imports {
            let Some((alias, span)) = import.alias else { continue };
            let at = Location::new(FileId(index as u32), span);
            let namespace = import.target.map(|target| lowered.scope.namespace(target));
            if scope::is_taken(alias) {
                let message = format!("no import may be called \"{alias}\": it is the language's own");
                problems.push(Problem::new(codes::BAD_ALIAS, at, message));
            }
            let own = lowered.scope.namespaces[file.namespace.index()].name;
            if alias == own && namespace.is_some_and(|namespace| namespace != file.namespace) {
                let message =
                    format!("no import of another namespace may be called \"{alias}\": it is this file's own");
                problems.push(Problem::new(codes::BAD_ALIAS, at, message));
            }
            if let Some((first, other)) = seen.insert(alias, (at, namespace))
                && other != namespace
            {
                let message = format!("two imports of different namespaces are called \"{alias}\"");
                problems.push(Problem::new(codes::BAD_ALIAS, at, message).with_label(first, "the first one"));
            }
        }
    }
    lowered.problems.extend(problems);
}

fn add_namespaces(lowered: &mut Lowered<'_>, files: &[LoadedFile]) {
    for index in 0..lowered.scope.namespaces.len() {
        let scope = &lowered.scope.namespaces[index];
        let (name, of) = (scope.name, scope.files.clone());
        let mut docs = String::new();
        for file in &of {
            lowered.file = *file;
            if let Some(text) = lowered.docs(&files[file.0 as usize].tree.docs) {
                if !docs.is_empty() {
                    docs.push_str("\n\n");
                }
                docs.push_str(&text);
            }
        }
        let first = of[0];
        let written = files[first.0 as usize].tree.namespace.as_ref().map(|path| path.span).unwrap_or_default();
        lowered.model.namespaces.add(Namespace {
            name: name.into(),
            location: Location::new(first, written),
            docs: (!docs.is_empty()).then(|| docs.into_boxed_str()),
            standard: of.iter().all(|file| files[file.0 as usize].standard),
            files: of,
            records: Vec::new(),
            enums: Vec::new(),
            unions: Vec::new(),
            aliases: Vec::new(),
            constants: Vec::new(),
            exceptions: Vec::new(),
            services: Vec::new(),
        });
    }
}

/// Reads every definition, and drops each tree behind itself that nobody else holds.
fn read_trees(lowered: &mut Lowered<'_>, files: &mut [LoadedFile]) {
    let namespaces: Vec<_> = lowered.model.namespaces.ids().collect();
    for namespace in namespaces {
        for file in lowered.model.namespaces[namespace].files.clone() {
            lowered.file = file;
            let loaded = &mut files[file.0 as usize];
            loaded.has_definitions = !loaded.tree.definitions.is_empty();
            match Arc::get_mut(&mut loaded.tree) {
                Some(tree) => {
                    tree.comments = Vec::new();
                    for definition in std::mem::take(&mut tree.definitions) {
                        lowered.definition(definition, namespace);
                    }
                }
                None => {
                    for written in &loaded.tree.definitions {
                        lowered.definition(written.clone(), namespace);
                    }
                }
            }
        }
    }
}

/// A file without definitions only gathers others, so all of its imports are needed. Where something could not be read, or a name
/// leads nowhere, nobody can tell what it was meant to need.
fn report_unused_imports(lowered: &mut Lowered<'_>, files: &[LoadedFile], depth: Depth) {
    let errors = lowered.problems.iter().filter(|problem| problem.severity() == Severity::Error);
    let wrong: FxHashSet<FileId> = errors.map(|problem| problem.location.file).collect();
    let judged = files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file));
    let judged = judged.filter(|(id, file)| file.has_definitions && !file.standard && !wrong.contains(id));
    let unused = lowered.scope.unused_imports(judged.map(|(id, _)| id), depth);
    for location in unused {
        let written = &lowered.texts[location.file.0 as usize][location.span.range()];
        let message = format!("the import {written} is not used");
        lowered.problems.push(Problem::new(lints::UNUSED_IMPORT, location, message));
    }
}

#[cfg(test)]
mod tests;
