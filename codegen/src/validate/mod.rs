//! What must hold of a model, whatever the target: addresses, names in every built-in target, values.

mod addresses;
mod clashes;
pub mod names;

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Limit, Problem, Problems};
use crate::model::Model;
use crate::resolve::{self, Depth, Input, NoTrees, Trees};
use crate::source::vfs::Vfs;
use crate::source::{FileId, Location, Sources, Span};

/// A contract, read and checked.
#[derive(Debug)]
pub struct Compilation {
    /// Every file that was read.
    pub sources: Sources,
    /// The model; only to be used where no problem is an error.
    pub model: Model,
    /// Everything that was found, by file and position.
    pub problems: Problems,
    /// Every file that was read from the vfs, which a build depends on.
    pub files: Vec<PathBuf>,
}

/// Reads the entries and all that they import, and checks every rule of the language.
#[must_use]
pub fn compile(vfs: &dyn Vfs, input: &Input) -> Compilation {
    compile_again(vfs, &NoTrees, input, Depth::Whole)
}

/// [`compile`] of files of which some were parsed before, and perhaps not of all that they import.
#[must_use]
pub fn compile_again(vfs: &dyn Vfs, trees: &dyn Trees, input: &Input, depth: Depth) -> Compilation {
    let resolved = resolve::resolve(vfs, trees, input, depth);
    let mut found = resolved.problems;
    found.extend(addresses::check(&resolved.model, &resolved.sources));
    found.extend(clashes::check(&resolved.model, &resolved.sources));
    sort(&mut found, &resolved.sources);
    let mut limits: FxHashMap<FileId, Limit> = FxHashMap::default();
    let mut problems = Problems::default();
    problems.extend(found.into_iter().filter_map(|problem| {
        let limit = limits.entry(problem.location.file).or_default();
        limit.admit(problem)
    }));
    Compilation { sources: resolved.sources, model: resolved.model, problems, files: resolved.files }
}

/// By file and position: the order in which problems are shown, and which decides what is the later one of two.
fn place(sources: &Sources, location: Location) -> (&str, Span) {
    (sources.get(location.file).name(), location.span)
}

fn sort(problems: &mut [Problem], sources: &Sources) {
    problems.sort_by(|a, b| {
        let of = |problem: &Problem| place(sources, problem.location);
        of(a).cmp(&of(b)).then_with(|| a.code.cmp(&b.code))
    });
}

#[cfg(test)]
mod tests;
