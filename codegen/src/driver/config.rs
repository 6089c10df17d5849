use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use crate::backend::{self, Backend, Options};
use crate::diagnostic::{Problem, Problems, Report};
use crate::model::Model;
use crate::output::{self, OutputError, Plan, Written};
use crate::plugin::Plugin;
use crate::resolve::Input;
use crate::source::vfs::{Disk, Vfs, decode};
use crate::validate;

use super::input;
use super::plugins::{self, Answer};
use super::progress::{Progress, Step, Unwatched, Watched};

/// What to compile, and into what. The same builder serves the command line and build scripts.
///
/// ```no_run
/// // build.rs
/// fn main() -> almanet_codegen::BuildResult {
///     almanet_codegen::Config::new().root("schemas").compile()
/// }
/// ```
///
/// Relative paths are relative to the process's folder: of a build script, its package's.
#[derive(Clone, Debug, Default)]
pub struct Config {
    roots: Vec<PathBuf>,
    inputs: Vec<PathBuf>,
    /// Folders of contracts that use what is linted.
    users: Vec<PathBuf>,
    outputs: Vec<Output>,
}

/// One target's files and the folder that they go into.
#[derive(Clone, Debug)]
pub struct Output {
    pub(super) generator: Generator,
    pub(super) out: PathBuf,
}

/// What makes an output's files, and what the user chose for it.
#[derive(Clone, Debug)]
pub(super) enum Generator {
    Target(&'static dyn Backend, Options),
    Plugin(Plugin, Map<String, Json>),
}

impl Output {
    /// A target, with its defaults, into a folder.
    #[must_use]
    pub fn new(backend: &'static dyn Backend, out: impl Into<PathBuf>) -> Self {
        Self::with_options(backend, out, Options::default())
    }

    /// A target with other than the default options.
    #[must_use]
    pub fn with_options(backend: &'static dyn Backend, out: impl Into<PathBuf>, options: Options) -> Self {
        Self { generator: Generator::Target(backend, options), out: out.into() }
    }

    /// What a plugin makes, given these settings, into a folder.
    #[must_use]
    pub fn plugin(plugin: Plugin, settings: Map<String, Json>, out: impl Into<PathBuf>) -> Self {
        Self { generator: Generator::Plugin(plugin, settings), out: out.into() }
    }
}

/// A contract that was read and checked.
#[derive(Debug)]
pub struct Checked {
    /// What is wrong with it.
    pub report: Report,
    /// What it says; absent where a problem is an error.
    pub model: Option<Model>,
    /// Every file that was read, for a build that watches them.
    pub files: Vec<PathBuf>,
    /// Where reading began.
    pub(super) input: Input,
}

/// What a run would write, not written yet.
#[derive(Debug)]
pub struct Generation {
    /// What is wrong with the contract, with a target, or with a folder.
    pub report: Report,
    /// A plan for each output; none where a problem is an error.
    pub plans: Vec<Plan>,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
    /// Where reading began.
    pub(super) input: Input,
}

impl Config {
    /// Nothing to compile yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a schema root: a folder that the paths of imports start from, in the order added. Without an
    /// [`input`](Self::input) every contract below the roots is compiled.
    #[must_use]
    pub fn root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.roots.push(folder.into());
        self
    }

    /// Adds a contract, or a folder of contracts, to compile. The folder, or the one that holds the contract, is a schema
    /// root too, behind those of [`root`](Self::root), unless it lies below one.
    #[must_use]
    pub fn input(mut self, path: impl Into<PathBuf>) -> Self {
        self.inputs.push(path.into());
        self
    }

    /// Adds a folder whose contracts tell [`lint`](Self::lint) what is in use. They are not linted themselves, and count only where they
    /// have no errors.
    #[must_use]
    pub fn user(mut self, folder: impl Into<PathBuf>) -> Self {
        self.users.push(folder.into());
        self
    }

    /// Adds a target to generate. A build script needs none: [`compile`](Self::compile) makes Rust into `OUT_DIR`.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.outputs.push(output);
        self
    }

    pub(super) fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    pub(super) fn inputs(&self) -> &[PathBuf] {
        &self.inputs
    }

    pub(super) fn users(&self) -> &[PathBuf] {
        &self.users
    }

    pub(super) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Reads and checks the contracts on disk. Nothing is written.
    #[must_use]
    pub fn check(&self) -> Checked {
        self.check_in(&Disk)
    }

    /// [`check`](Self::check), told of as it goes on.
    #[must_use]
    pub fn check_watched(&self, progress: &dyn Progress) -> Checked {
        self.check_told(&Disk, progress)
    }

    /// [`check`](Self::check) of contracts that are somewhere else.
    #[must_use]
    pub fn check_in(&self, vfs: &dyn Vfs) -> Checked {
        self.check_told(vfs, &Unwatched)
    }

    fn check_told(&self, vfs: &dyn Vfs, progress: &dyn Progress) -> Checked {
        let found = input::find(vfs, &self.roots, &self.inputs);
        progress.begin(Step::Reading, found.input.entries.len());
        let compilation = validate::compile(&Watched { vfs, progress }, &found.input);
        let usable = found.problems.is_empty() && !compilation.problems.has_errors();
        let mut report = Report::new(compilation.sources, compilation.problems);
        for problem in found.problems {
            let place = report.place(&problem.path);
            report.add([Problem::new(problem.code, place, problem.message).with_help(problem.help)]);
        }
        let model = usable.then_some(compilation.model);
        Checked { report, model, files: compilation.files, input: found.input }
    }

    /// Puts the output folders back to what they were before runs that were killed in the middle of writing, so that
    /// [`plan`](Self::plan) finds what a run left that ended. Where nothing was killed, it does nothing.
    ///
    /// # Errors
    ///
    /// Another run is writing to a folder right now, or what a run left cannot be removed.
    pub fn recover(&self) -> Result<(), Report> {
        recover(self.outputs.iter().map(|output| &*output.out))
    }

    /// Checks the contracts, makes every output's files and compares them with the disk. Nothing is written.
    #[must_use]
    pub fn plan(&self) -> Generation {
        self.plan_watched(&Unwatched)
    }

    /// [`plan`](Self::plan), told of as it goes on.
    #[must_use]
    pub fn plan_watched(&self, progress: &dyn Progress) -> Generation {
        let Checked { mut report, model, files, input } = self.check_watched(progress);
        let mut plans = Vec::new();
        let Some(model) = model else { return Generation { report, plans, files, input } };

        progress.begin(Step::Generating, self.outputs.len());
        let mut answered = Vec::new();
        let mut problems = Problems::default();
        for output in &self.outputs {
            let answer = match &output.generator {
                Generator::Target(backend, options) => {
                    let input = backend::Input { model: &model, sources: &report.sources, options };
                    problems.extend(backend.problems(&input).iter().cloned());
                    None
                }
                Generator::Plugin(plugin, settings) => {
                    let Answer { files, problems: said } = plugins::ask(plugin, settings, &model, &mut report);
                    problems.extend(said);
                    Some(files)
                }
            };
            answered.push((output, answer));
        }
        let refused = problems.has_errors();
        report.add(problems.iter().cloned());
        if refused {
            return Generation { report, plans, files, input };
        }

        let mut errors = Vec::new();
        for (output, answer) in answered {
            let plan = match (&output.generator, answer) {
                (Generator::Target(backend, options), _) => {
                    let input = backend::Input { model: &model, sources: &report.sources, options };
                    Plan::new(&output.out, backend.files(&input))
                }
                (Generator::Plugin(..), answer) => Plan::new(&output.out, answer.into_iter().flatten()),
            };
            match plan {
                Ok(plan) => plans.push(plan),
                Err(more) => errors.extend(more),
            }
            progress.advance();
        }
        if !errors.is_empty() {
            plans.clear();
            add_output_errors(&mut report, &errors);
        }
        Generation { report, plans, files, input }
    }
}

impl Generation {
    /// Whether every file still says what was read of it.
    #[must_use]
    pub fn is_as_read(&self) -> bool {
        let sources = self.report.sources.iter().map(|(_, source)| (source.name(), source.text()));
        let texts: FxHashMap<&str, &Arc<str>> = sources.collect();
        let is_as_read = |path: &PathBuf| {
            let text = Disk.read(path).ok().and_then(|bytes| decode(bytes).ok());
            // One that was reached by two paths is there by the other one.
            let read = texts.get(&*path.display().to_string());
            read.is_none_or(|read| text.as_deref() == Some(&***read))
        };
        self.files.iter().all(is_as_read)
    }

    /// Writes everything, or nothing where a problem is an error or anything fails; the report tells which.
    pub fn write(&mut self) -> Written {
        self.write_watched(&Unwatched)
    }

    /// [`write`](Self::write), told of as it goes on.
    pub fn write_watched(&mut self, progress: &dyn Progress) -> Written {
        let plans = std::mem::take(&mut self.plans);
        progress.begin(Step::Writing, plans.iter().map(Plan::steps).sum());
        match output::write_watched(plans, &|| progress.advance()) {
            Ok(written) => written,
            Err(errors) => {
                add_output_errors(&mut self.report, &errors);
                Written::default()
            }
        }
    }
}

/// Undoes runs that were killed in these folders.
pub(super) fn recover<'a>(folders: impl Iterator<Item = &'a Path>) -> Result<(), Report> {
    let errors: Vec<OutputError> = folders.filter_map(|out| output::recover(out).err()).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let mut report = Report::default();
    add_output_errors(&mut report, &errors);
    Err(report)
}

/// What stands in the way of writing, each at the file or folder that does.
pub(super) fn add_output_errors(report: &mut Report, errors: &[OutputError]) {
    for error in errors {
        let place = report.place(&error.path);
        report.add([Problem::new(error.code(), place, error.to_string()).with_help(error.remedy())]);
    }
}
