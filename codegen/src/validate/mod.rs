//! What must hold of a model, whatever the target: addresses, names in every built-in target, values.

pub mod names;

use std::path::PathBuf;

use crate::diagnostic::{Problem, Problems};
use crate::model::Model;
use crate::resolve::{self, Input};
use crate::source::Sources;
use crate::source::vfs::Vfs;

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
    let resolved = resolve::resolve(vfs, input);
    let mut found = resolved.problems;
    sort(&mut found, &resolved.sources);
    let mut problems = Problems::default();
    problems.extend(found);
    Compilation { sources: resolved.sources, model: resolved.model, problems, files: resolved.files }
}

fn sort(problems: &mut [Problem], sources: &Sources) {
    problems.sort_by(|a, b| {
        let name = |problem: &Problem| sources.get(problem.location.file).name();
        let place = |problem: &Problem| (problem.location.span, problem.code);
        name(a).cmp(name(b)).then_with(|| place(a).cmp(&place(b)))
    });
}
