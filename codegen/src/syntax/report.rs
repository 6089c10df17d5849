use crate::diagnostic::{Code, Problem, code};
use crate::source::{FileId, Location, Span};

/// More errors than this in one file say nothing more.
const MAX_PROBLEMS: usize = 1_000;

/// Gathers the problems of one file.
pub(super) struct Report {
    file: FileId,
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, problems: Vec::new() }
    }

    /// The place of a span in this file.
    pub(super) fn location(&self, span: Span) -> Location {
        Location::new(self.file, span)
    }

    /// A problem of this file, not yet reported.
    pub(super) fn problem(&self, code: Code, span: Span, message: impl Into<String>) -> Problem {
        Problem::new(code, self.location(span), message)
    }

    /// Reports a problem; the one above the limit says that the rest is left out.
    pub(super) fn push(&mut self, problem: Problem) {
        match self.problems.len() {
            count if count < MAX_PROBLEMS => self.problems.push(problem),
            MAX_PROBLEMS => {
                let message =
                    format!("more than {MAX_PROBLEMS} syntax problems; the rest of this file is not reported");
                let last = Problem::new(code::syntax::TOO_MANY, problem.location, message);
                self.problems.push(last.with_help("mend the first ones; is this file a contract?"));
            }
            _ => {}
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
