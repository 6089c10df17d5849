//! Problems as editors are told them.

use std::path::PathBuf;

use super::standard::identity_of_shown;
use crate::diagnostic::{Code, Fix, Problem};
use crate::source::{Sources, Span};

/// A problem with paths in place of a compilation's ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its stable code.
    pub code: Code,
    /// The file, by identity.
    pub path: PathBuf,
    /// The bytes in it.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// Other places that belong to it.
    pub labels: Vec<ShownLabel>,
}

/// A second place of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLabel {
    /// The file, by identity.
    pub path: PathBuf,
    /// The bytes in it.
    pub span: Span,
    /// What is to be seen there.
    pub message: String,
}

/// Problems with the paths of their files.
pub(super) fn show(problems: &[Problem], sources: &Sources) -> Vec<Shown> {
    let path = |file| identity_of_shown(sources.get(file).name());
    let shown = |problem: &Problem| Shown {
        code: problem.code,
        path: path(problem.location.file),
        span: problem.location.span,
        message: problem.message.clone(),
        help: problem.help.clone(),
        fix: problem.fix.clone(),
        labels: problem
            .labels
            .iter()
            .map(|label| ShownLabel {
                path: path(label.location.file),
                span: label.location.span,
                message: label.message.clone(),
            })
            .collect(),
    };
    problems.iter().map(shown).collect()
}
