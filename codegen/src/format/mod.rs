//! Text to text in the one style of contracts: nothing is lost, nothing changes its meaning, and what is formatted already
//! stays as it is.
//!
//! What was parsed is printed token by token, so that every comment stays among the tokens that it stands among. The style
//! is described in `codegen/docs/formatting.md`.

mod cursor;
mod definition;
mod file;
mod list;
mod printer;
mod service;
mod value;

use std::sync::Arc;

use crate::diagnostic::{Problem, Severity};
use crate::source::{Edit, FileId, Span};
use crate::syntax;
use printer::Printer;

/// A text that is no contract and stays as it is: its syntax errors, each placed in [`FileId`] 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it has syntax errors")]
pub struct Unparsable {
    /// At least one.
    pub problems: Vec<Problem>,
}

/// Formats a contract. Line ends become LF; a byte order mark goes.
///
/// # Errors
///
/// Where the text has a syntax error. What it means is not looked at.
pub fn format(text: &str) -> Result<String, Unparsable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    check(text)?;
    Ok(parsed(text))
}

/// Formats the lines of a contract that a range touches, as far around it as whole members or definitions go: the edits to
/// make, in order; none where those lines are formatted already.
///
/// # Errors
///
/// Where the text has a syntax error, in the range or out of it.
pub fn format_range(text: &str, range: Span) -> Result<Vec<Edit>, Unparsable> {
    check(text)?;
    let printer = printed(text);
    let before = printer.seams.iter().rev().find(|seam| seam.text <= range.start);
    let behind = printer.seams.iter().find(|seam| seam.text >= range.end.max(range.start + 1));
    let start = before.map_or((0, 0), |seam| (seam.text, seam.out));
    let end = behind.map_or((text.len() as u32, printer.out.len() as u32), |seam| (seam.text, seam.out));
    let formatted = &printer.out[start.1 as usize..end.1 as usize];
    let span = Span::new(start.0, end.0);
    if text[span.range()] == *formatted { Ok(Vec::new()) } else { Ok(vec![Edit::new(span, formatted)]) }
}

/// Formats a text that was parsed without an error; of any other, who knows.
pub(crate) fn parsed(text: &str) -> String {
    printed(text).out
}

fn printed(text: &str) -> Printer<'_> {
    let mut printer = Printer::new(text);
    // Only what is tried on one line is refused.
    let _ = printer.file();
    printer
}

fn check(text: &str) -> Result<(), Unparsable> {
    let (_, mut problems) = syntax::parse(FileId(0), Arc::from(text));
    problems.retain(|problem| problem.severity() == Severity::Error);
    if problems.is_empty() { Ok(()) } else { Err(Unparsable { problems }) }
}

#[cfg(test)]
mod tests;
