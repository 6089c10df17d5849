use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::document::Document;
use super::project::Project;
use super::shown::{Shown, show};
use super::world::World;
use crate::diagnostic::Problems;
use crate::lint::{self, Contract, Settings};
use crate::resolve::{Depth, Input};
use crate::source::FileId;
use crate::source::vfs::Vfs as _;
use crate::validate::{self, Compilation};

/// The problems of one document as far as it and what it imports tell: what only shows beside the other files of its
/// project, such as two definitions of one name and most lints, is left to [`check_project`].
#[must_use]
pub fn check_document(world: &World, document: &Document) -> Vec<Shown> {
    let project = world.project_of(document.path());
    let mut lints = project.lints();
    for rule in lint::rules().iter().filter(|rule| rule.is_of_lint_alone()) {
        // It is there: it was listed.
        let _ = lints.disable(rule.code.as_str());
    }
    let input = Input { entries: vec![document.path().to_path_buf()], roots: project.roots };
    let mut all = compile(world, &input, &lints, Depth::Entries);
    all.retain(|problem| problem.path == document.path());
    all
}

/// All problems of a project, by file; lints where no problem is an error.
#[must_use]
pub fn check_project(world: &World, project: &Project) -> FxHashMap<PathBuf, Vec<Shown>> {
    let mut entries: Vec<PathBuf> =
        project.roots.iter().filter_map(|root| world.contracts(root).ok()).flatten().collect();
    entries.sort();
    entries.dedup();
    let mut by_file: FxHashMap<PathBuf, Vec<Shown>> = FxHashMap::default();
    for problem in compile(world, &Input { entries, roots: project.roots.clone() }, &project.lints(), Depth::Whole) {
        by_file.entry(problem.path.clone()).or_default().push(problem);
    }
    by_file
}

fn compile(world: &World, input: &Input, lints: &Settings, depth: Depth) -> Vec<Shown> {
    let Compilation { sources, model, problems: found, .. } = validate::compile_again(world, world, input, depth);
    let mut problems = Problems::default();
    if found.has_errors() {
        problems = found;
    } else {
        // Entries are read first, in order.
        let is_entry = |file: FileId| (file.0 as usize) < input.entries.len();
        let contract = Contract::new(&model, &sources, is_entry);
        problems.extend(lint::check(&contract, found.iter().cloned().collect(), lints));
    }
    show(&problems.into_sorted(&sources), &sources)
}

/// The problems of a file among those of its project.
pub(super) fn of_file<'a>(problems: &'a FxHashMap<PathBuf, Vec<Shown>>, path: &Path) -> &'a [Shown] {
    problems.get(path).map_or(&[], Vec::as_slice)
}
