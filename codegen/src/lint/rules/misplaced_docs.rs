//! Docs that document nothing become comments.

use crate::diagnostic::Problem;
use crate::source::{Edit, Span};

pub(super) fn with_fix(problem: Problem) -> Problem {
    let start = problem.location.span.start;
    let marker = Edit::new(Span::new(start, start + 3), "//");
    problem.with_fix("make it a comment", [marker])
}
