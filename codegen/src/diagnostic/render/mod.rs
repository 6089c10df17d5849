//! Problems as text, one file for each form.

mod clean;
mod excerpt;
mod github;
mod human;
mod json;
mod sarif;

pub use clean::clean;
pub use human::Color;

use std::io::{self, Write};

use super::Problem;
use crate::source::{LineColumn, Location, Sources};

/// A form to show problems in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Drawn over the source, for people.
    Human(Color),
    /// One array of objects `{"code", "severity", "message", "file", "line", "column", "end_line", "end_column",
    /// "help"}`; `help` is null where there is none.
    Json,
    /// Annotations of GitHub Actions, a line each.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Writes problems, in the order given.
///
/// # Errors
///
/// Where `out` fails.
pub fn write(out: &mut dyn Write, problems: &[Problem], sources: &Sources, format: Format) -> io::Result<()> {
    match format {
        Format::Human(color) => human::write(out, problems, sources, color),
        Format::Json => json::write(out, problems, sources),
        Format::Github => github::write(out, problems, sources),
        Format::Sarif => sarif::write(out, problems, sources),
    }
}

/// [`write()`] into a string.
#[must_use]
pub fn to_string(problems: &[Problem], sources: &Sources, format: Format) -> String {
    let mut out = Vec::new();
    write(&mut out, problems, sources, format).expect("a Vec takes everything");
    String::from_utf8(out).expect("every form is UTF-8")
}

/// A place as people count: where it begins, and the column behind its last character.
fn extent(location: Location, sources: &Sources) -> (LineColumn, LineColumn) {
    let file = sources.get(location.file);
    (file.line_column(location.span.start), file.line_column(location.span.end))
}

#[cfg(test)]
mod tests;
