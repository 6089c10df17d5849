use std::path::PathBuf;

use super::{Depth, Input, Resolved, resolve};
use crate::source::vfs::Memory;

mod imports;
mod model;
mod names;
mod values;

/// Resolves files of a root `.`, all of them entries.
fn resolve_files(files: &[(&str, &str)]) -> Resolved {
    resolve_at(files, Depth::Whole)
}

fn resolve_at(files: &[(&str, &str)], depth: Depth) -> Resolved {
    let vfs = files.iter().fold(Memory::new(), |vfs, (path, text)| vfs.with(path, *text));
    let entries = files.iter().map(|(path, _)| PathBuf::from(path)).collect();
    resolve(&vfs, &super::NoTrees, &Input { entries, roots: vec![PathBuf::from(".")] }, depth)
}

/// `CODE message` of every problem of one file, by place.
fn problems(text: &str) -> Vec<String> {
    problems_of(&[("a.almanet", text)])
}

fn problems_of(files: &[(&str, &str)]) -> Vec<String> {
    problems_at(files, Depth::Whole)
}

fn problems_at(files: &[(&str, &str)], depth: Depth) -> Vec<String> {
    let mut problems = resolve_at(files, depth).problems;
    problems.sort_by_key(|problem| (problem.location, problem.code));
    problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect()
}
