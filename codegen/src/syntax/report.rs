use crate::diagnostic::{Code, Limit, Problem};
use crate::source::{FileId, Location, Span};

/// Gathers the problems of one file.
pub(super) struct Report {
    file: FileId,
    limit: Limit,
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, limit: Limit::default(), problems: Vec::new() }
    }

    /// The place of a span in this file.
    pub(super) fn location(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    /// A problem of this file, not yet reported.
    pub(super) fn problem(&self, code: Code, span: Span, message: impl Into<String>) -> Problem {
        Problem::new(code, self.location(span), message)
    }

    /// Reports a problem, but for those above the limit.
    pub(super) fn push(&mut self, problem: Problem) {
        self.problems.extend(self.limit.admit(problem));
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
