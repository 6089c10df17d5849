//! Text to tree. A linear scan finds comments and what is nested too deep; pest reads one definition after another; where it
//! fails, the recovery finds the exact place, says what was expected there and goes on at the next member or definition.
//!
//! Any text ends in a tree and its problems, within time linear in its length.

mod build;
mod conflict;
mod docs;
mod escape;
mod file;
mod grammar;
mod lexeme;
mod recover;
mod report;
mod scan;
mod tree;

use std::sync::Arc;

pub use lexeme::{Lexeme, LexemeKind, Lexemes, lexemes};

use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::syntax as codes;
use crate::source::{FileId, Location};

/// Of one file no more conflicts are told.
const MAX_CONFLICTS: usize = 100;

/// Parses one file. The tree holds what could be read; a definition with a syntax error is there by name,
/// [`broken`](ast::Definition::broken). The problems are those of the syntax alone, lints among them, sorted by place.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the tree keeps a share of the text")]
pub fn parse(file: FileId, text: Arc<str>) -> (ast::File, Vec<Problem>) {
    let conflicts = conflict::resolved(&text);
    let (read, begins) = conflicts.as_ref().map_or((&*text, &[][..]), |(kept, begins)| (kept, begins));
    let (tree, mut problems) = file::FileParser::new(file, read).parse(Arc::clone(&text));
    problems.extend(begins.iter().take(MAX_CONFLICTS).map(|begin| {
        Problem::new(codes::UNEXPECTED, Location::new(file, *begin), "this merge conflict is not resolved")
            .with_help("keep one of its sides, or both, and delete the lines that begin with `<`, `=` and `>`")
    }));
    problems.sort_by_key(|problem| (problem.location.span.start, problem.code));
    (tree, problems)
}

#[cfg(test)]
mod tests;
