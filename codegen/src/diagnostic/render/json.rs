use std::io::{self, Write};

use serde::Serialize;

use super::extent;
use crate::diagnostic::{Problem, Severity};
use crate::source::Sources;

/// A problem as scripts read it. Lines and columns count from 1, columns in characters; the end is behind the last one.
#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    help: Option<&'a str>,
}

/// One array, a problem a line.
pub(super) fn write(out: &mut dyn Write, problems: &[Problem], sources: &Sources) -> io::Result<()> {
    let mut separator = "[";
    for problem in problems {
        writeln!(out, "{separator}")?;
        serde_json::to_writer(&mut *out, &json(problem, sources))?;
        separator = ",";
    }
    if problems.is_empty() { writeln!(out, "[]") } else { writeln!(out, "\n]") }
}

fn json<'a>(problem: &'a Problem, sources: &'a Sources) -> JsonProblem<'a> {
    let (start, end) = extent(problem.location, sources);
    JsonProblem {
        code: problem.code.as_str(),
        severity: match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &problem.message,
        file: sources.get(problem.location.file).name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        help: problem.help.as_deref(),
    }
}
