use std::path::Path;

use super::{Code, Problem, Problems, Severity, code};
use crate::source::{Location, SourceFile, Sources, Span};

/// The problems of a run, with the sources that they point into.
#[derive(Debug, Default)]
pub struct Report {
    /// Every file that a problem may point into.
    pub sources: Sources,
    /// Sorted by place.
    pub problems: Vec<Problem>,
}

/// How a run ended, as an exit status tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// No errors: 0.
    Clean,
    /// Errors in contracts, or `--check` found differences: 1.
    Problems,
    /// Wrong usage, a wrong configuration, or a file that cannot be read or written: 2.
    Failed,
}

impl Report {
    /// Problems with their sources, sorted by place.
    #[must_use]
    pub fn new(sources: Sources, problems: Problems) -> Self {
        let problems = problems.into_sorted(&sources);
        Self { sources, problems }
    }

    /// Adds problems where their place belongs.
    pub fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let mut all = Problems::default();
        all.extend(std::mem::take(&mut self.problems));
        all.extend(problems);
        self.problems = all.into_sorted(&self.sources);
    }

    /// The place of a path that holds no text to point into: a folder, a file that is missing.
    pub fn place(&mut self, path: &Path) -> Location {
        Location::new(self.sources.add(SourceFile::new(path.display().to_string(), "")), Span::default())
    }

    /// Whether one of the problems is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.status() != Status::Clean
    }

    /// How a run with these problems ends. Warnings alone are clean.
    #[must_use]
    pub fn status(&self) -> Status {
        let errors = self.problems.iter().filter(|problem| problem.severity() == Severity::Error);
        errors.map(|problem| status_of(problem.code)).max().unwrap_or(Status::Clean)
    }

    /// How many problems there are, in words: `no problems`, `1 problem`, `3 problems`.
    #[must_use]
    pub fn count(&self) -> String {
        match self.problems.len() {
            0 => "no problems".to_owned(),
            1 => "1 problem".to_owned(),
            count => format!("{count} problems"),
        }
    }
}

/// `E00..` are about paths, configuration and output; but for what a contract's own bytes do wrong.
fn status_of(code: Code) -> Status {
    let about_content = [code::files::NOT_UTF8, code::files::TOO_LARGE];
    if code.as_str().starts_with("E00") && !about_content.contains(&code) { Status::Failed } else { Status::Problems }
}
