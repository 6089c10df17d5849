use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Problem, Problems, Report, Severity};
use crate::format;
use crate::output::{self, OutputError};
use crate::resolve::{self, Contract};
use crate::source::vfs::{Disk, Vfs};
use crate::source::{FileId, Location, SourceFile, Sources};
use crate::syntax;

use super::Config;
use super::input;
use super::progress::{Progress, Step, Unwatched};

/// What formatting the contracts would change.
#[derive(Debug)]
pub struct Formatting {
    /// Syntax errors, and files that cannot be read: those files stay as they are.
    pub report: Report,
    /// How many contracts were looked at.
    pub files: usize,
    /// Those that are not formatted.
    pub changed: Vec<Reformatted>,
}

/// A contract that is not formatted.
#[derive(Debug)]
pub struct Reformatted {
    /// The file, as it was named.
    pub path: PathBuf,
    /// What is there; a byte order mark at its start stands for itself.
    pub text: String,
    /// What would be.
    pub formatted: String,
}

impl Config {
    /// Formats the contracts on disk, imports not among them. Nothing is written.
    #[must_use]
    pub fn format(&self) -> Formatting {
        self.format_told(&Disk, &Unwatched)
    }

    /// [`format`](Self::format), told of as it goes on.
    #[must_use]
    pub fn format_watched(&self, progress: &dyn Progress) -> Formatting {
        self.format_told(&Disk, progress)
    }

    /// [`format`](Self::format) of contracts that are somewhere else.
    #[must_use]
    pub fn format_in(&self, vfs: &dyn Vfs) -> Formatting {
        self.format_told(vfs, &Unwatched)
    }

    fn format_told(&self, vfs: &dyn Vfs, progress: &dyn Progress) -> Formatting {
        let found = input::find(vfs, self.roots(), self.inputs());
        progress.begin(Step::Formatting, found.input.entries.len());
        let mut formatter = Formatter::default();
        for path in &found.input.entries {
            formatter.file(vfs, path);
            progress.advance();
        }
        let mut report = Report::new(formatter.sources, formatter.problems);
        for problem in found.problems {
            let place = report.place(&problem.path);
            report.add([Problem::new(problem.code, place, problem.message).with_help(problem.help)]);
        }
        Formatting { report, files: found.input.entries.len(), changed: formatter.changed }
    }
}

#[derive(Default)]
struct Formatter {
    sources: Sources,
    problems: Problems,
    changed: Vec<Reformatted>,
}

impl Formatter {
    fn file(&mut self, vfs: &dyn Vfs, path: &Path) {
        let name = path.display().to_string();
        let file = FileId(self.sources.iter().count() as u32);
        let Contract { text, has_mark } = match resolve::read(vfs, path) {
            Ok(contract) => contract,
            Err(failure) => {
                self.sources.add(SourceFile::new(name, failure.text.as_str()));
                let place = Location::new(file, failure.span);
                return self.problems.push(Problem::new(failure.code, place, failure.message(path)));
            }
        };
        let text: Arc<str> = text.into();
        let (_, problems) = syntax::parse(file, Arc::clone(&text));
        if problems.iter().any(|problem| problem.severity() == Severity::Error) {
            self.sources.add(SourceFile::new(name, text));
            return self.problems.extend(problems.into_iter().filter(|problem| problem.severity() == Severity::Error));
        }
        let formatted = format::parsed(&text);
        if has_mark || *formatted != *text {
            let text = if has_mark { format!("\u{feff}{text}") } else { text.to_string() };
            self.changed.push(Reformatted { path: path.to_path_buf(), text, formatted });
        }
    }
}

impl Formatting {
    /// Puts what is formatted into its place, each file at once or not at all; what cannot be written is reported. Gives how
    /// many files were written.
    pub fn write(&mut self) -> usize {
        let mut written = 0;
        for file in &self.changed {
            match output::replace(&file.path, &file.formatted) {
                Ok(()) => written += 1,
                Err(error) => add(&mut self.report, &error),
            }
        }
        written
    }
}

impl Reformatted {
    /// The unified diff from what is there to what would be.
    #[must_use]
    pub fn diff(&self) -> String {
        output::unified_diff(&self.path.display().to_string(), "formatted", &self.text, &self.formatted)
    }
}

pub(super) fn add(report: &mut Report, error: &OutputError) {
    let place = report.place(&error.path);
    report.add([Problem::new(error.code(), place, error.to_string()).with_help(error.remedy())]);
}
