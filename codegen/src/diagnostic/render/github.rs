use std::io::{self, Write};

use super::extent;
use crate::diagnostic::{Problem, Severity};
use crate::source::Sources;

/// Workflow commands: `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=E0201::message`.
///
/// Form and escapes: GitHub's documentation, "Workflow commands", and `@actions/core`'s `command.ts`.
pub(super) fn write(out: &mut dyn Write, problems: &[Problem], sources: &Sources) -> io::Result<()> {
    for problem in problems {
        let command = match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let (start, end) = extent(problem.location, sources);
        let file = property(sources.get(problem.location.file).name());
        write!(out, "::{command} file={file},line={},col={}", start.line, start.column)?;
        write!(out, ",endLine={},endColumn={},title={}", end.line, end.column, property(problem.code.as_str()))?;
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        writeln!(out, "::{}", data(&format!("{}{help}", problem.message)))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
