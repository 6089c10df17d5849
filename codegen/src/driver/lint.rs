use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Problem, Problems, Report, Status};
use crate::format;
use crate::lint::{self, Contract, Settings};
use crate::output;
use crate::resolve::Input;
use crate::source::vfs::{Disk, Kind, ReadError, Vfs};
use crate::source::{Edit, FileId};
use crate::validate::{self, Compilation};

use super::Config;
use super::format::Reformatted;
use super::input;
use super::progress::{Progress, Step, Unwatched, Watched};

/// What the rules say of contracts.
#[derive(Debug)]
pub struct Linted {
    /// Errors, or else every lint; those with a fix carry it.
    pub report: Report,
    /// How many contracts were looked at, imports not among them.
    pub files: usize,
    /// Where they are, by [`FileId`].
    paths: Vec<PathBuf>,
}

/// What became of contracts whose lints were fixed.
#[derive(Debug)]
pub struct Fixed {
    /// What is left.
    pub linted: Linted,
    /// How many lints were fixed.
    pub fixed: usize,
    /// The contracts that change, each formatted.
    pub changed: Vec<Reformatted>,
}

/// A fix may bring another lint to light; more rounds than this no contract needs.
const ROUNDS: usize = 16;

impl Config {
    /// Checks the contracts on disk and lints them, imports from elsewhere not. Nothing is written.
    #[must_use]
    pub fn lint(&self, settings: &Settings) -> Linted {
        self.lint_told(&Disk, settings, &Unwatched)
    }

    /// [`lint`](Self::lint), told of as it goes on.
    #[must_use]
    pub fn lint_watched(&self, settings: &Settings, progress: &dyn Progress) -> Linted {
        self.lint_told(&Disk, settings, progress)
    }

    /// [`lint`](Self::lint) of contracts that are somewhere else.
    #[must_use]
    pub fn lint_in(&self, vfs: &dyn Vfs, settings: &Settings) -> Linted {
        self.lint_told(vfs, settings, &Unwatched)
    }

    fn lint_told(&self, vfs: &dyn Vfs, settings: &Settings, progress: &dyn Progress) -> Linted {
        let found = input::find(vfs, self.roots(), self.inputs());
        let paths = found.input.entries.clone();
        progress.begin(Step::Reading, paths.len());
        let watched = Watched { vfs, progress };
        let compilation =
            self.with_users(&watched, &found.input).unwrap_or_else(|| validate::compile(&watched, &found.input));
        let usable = found.problems.is_empty() && !compilation.problems.has_errors();
        let mut problems = Problems::default();
        if usable {
            // Entries are read first, in order.
            let is_entry = |file: FileId| (file.0 as usize) < paths.len();
            let contract = Contract::new(&compilation.model, &compilation.sources, is_entry);
            problems.extend(lint::check(&contract, compilation.problems.iter().cloned().collect(), settings));
        } else {
            problems = compilation.problems;
        }
        let mut report = Report::new(compilation.sources, problems);
        for problem in found.problems {
            let place = report.place(&problem.path);
            report.add([Problem::new(problem.code, place, problem.message).with_help(problem.help)]);
        }
        Linted { report, files: paths.len(), paths }
    }

    /// Compiles contracts behind which those stand that use them; nothing where there are none, or something has an error.
    fn with_users(&self, vfs: &dyn Vfs, input: &Input) -> Option<Compilation> {
        let of = |path: &PathBuf| vfs.identity(path).unwrap_or_else(|_| path.clone());
        let named: FxHashSet<PathBuf> = input.entries.iter().map(of).collect();
        let users = input::find(vfs, self.users(), &[]).input.entries;
        let users: Vec<PathBuf> = users.into_iter().filter(|user| !named.contains(&of(user))).collect();
        if users.is_empty() {
            return None;
        }
        let entries = input.entries.iter().cloned().chain(users).collect();
        let compilation = validate::compile(vfs, &Input { entries, roots: input.roots.clone() });
        (!compilation.problems.has_errors()).then_some(compilation)
    }

    /// Makes the fixes of lints in contracts on disk, as long as there are some. Nothing is written yet.
    #[must_use]
    pub fn fix(&self, settings: &Settings) -> Fixed {
        self.fix_in(&Disk, settings)
    }

    /// [`fix`](Self::fix) in contracts that are somewhere else.
    #[must_use]
    pub fn fix_in(&self, vfs: &dyn Vfs, settings: &Settings) -> Fixed {
        let mut edited = Edited { base: vfs, texts: FxHashMap::default() };
        let mut fixed = 0;
        let mut linted = self.lint_in(&edited, settings);
        for _ in 0..ROUNDS {
            if linted.report.has_errors() {
                break;
            }
            let made = edited.fix(&linted);
            if made == 0 {
                break;
            }
            fixed += made;
            linted = self.lint_in(&edited, settings);
        }
        let mut changed: Vec<Reformatted> = edited.texts.into_values().collect();
        changed.sort_by(|a, b| a.path.cmp(&b.path));
        Fixed { linted, fixed, changed }
    }
}

impl Linted {
    /// How a run with these problems ends: a lint, too, makes it fail.
    #[must_use]
    pub fn status(&self) -> Status {
        let lints = if self.report.problems.is_empty() { Status::Clean } else { Status::Problems };
        lints.max(self.report.status())
    }

    /// How many problems carry a fix.
    #[must_use]
    pub fn fixable(&self) -> usize {
        self.report.problems.iter().filter(|problem| problem.fix.is_some()).count()
    }
}

impl Fixed {
    /// Puts the changed contracts into their places, each at once or not at all; what cannot be written is reported. Gives how
    /// many files were written.
    pub fn write(&mut self) -> usize {
        let mut written = 0;
        for file in &self.changed {
            match output::replace(&file.path, &file.formatted) {
                Ok(()) => written += 1,
                Err(error) => super::format::add(&mut self.linted.report, &error),
            }
        }
        written
    }
}

/// Contracts of which some have another text than where they come from.
struct Edited<'v> {
    base: &'v dyn Vfs,
    /// By identity.
    texts: FxHashMap<PathBuf, Reformatted>,
}

impl Edited<'_> {
    /// Makes the fixes that go together, and formats what they change. Gives how many were made.
    fn fix(&mut self, linted: &Linted) -> usize {
        let mut by_file: FxHashMap<FileId, (usize, Vec<&Edit>)> = FxHashMap::default();
        for problem in &linted.report.problems {
            let Some(fix) = &problem.fix else { continue };
            let (count, edits) = by_file.entry(problem.location.file).or_default();
            // Of two that touch each other the later one waits for the next round.
            let behind = edits.last().map_or(0, |last| last.span.end + 1);
            if fix.edits.iter().all(|edit| edit.span.start >= behind || edits.is_empty()) {
                edits.extend(&fix.edits);
                *count += 1;
            }
        }
        let mut made = 0;
        for (file, (count, edits)) in by_file {
            let text = linted.report.sources.get(file).text();
            let path = &linted.paths[file.0 as usize];
            let (Ok(identity), Ok(fixed)) = (self.base.identity(path), Edit::apply(text, edits)) else { continue };
            let Ok(formatted) = format::format(&fixed) else { continue };
            made += count;
            let was = || Reformatted { path: path.clone(), text: text.to_string(), formatted: String::new() };
            self.texts.entry(identity).or_insert_with(was).formatted = formatted;
        }
        made
    }
}

impl Vfs for Edited<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        if !self.texts.is_empty()
            && let Some(edited) = self.texts.get(&self.base.identity(path)?)
        {
            return Ok(edited.formatted.clone().into_bytes());
        }
        self.base.read(path)
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        self.base.contracts(folder)
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        self.base.names(folder)
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        self.base.kind(path)
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        self.base.identity(path)
    }
}
