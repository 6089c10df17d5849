use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use crate::config::{self, Configuration};
use crate::diagnostic::{Problem, Report, code};
use crate::driver::Config;

/// What to compile, the same for every command that reads contracts.
#[derive(Debug, Args)]
pub(super) struct PathArguments {
    /// Contracts, or folders of them; without any, the nearest almanet.yaml upwards says what to do
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder that the paths of imports start from; may be given several times
    #[arg(short = 'I', value_name = "DIR", value_hint = ValueHint::DirPath)]
    include: Vec<PathBuf>,
}

/// How problems are shown, of every command whose output is nothing else.
#[derive(Debug, Args)]
pub(super) struct FormatArgument {
    /// How problems are shown
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: ProblemFormat,
}

/// A form of problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ProblemFormat {
    /// Drawn over the source
    #[default]
    Human,
    /// One JSON array
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0
    Sarif,
}

/// What to do, from paths or from an `almanet.yaml`.
pub(super) struct Job {
    pub(super) config: Config,
    /// The `almanet.yaml`, where no paths were given.
    pub(super) configuration: Option<Configuration>,
}

impl PathArguments {
    /// Finds out what to compile.
    ///
    /// # Errors
    ///
    /// A report of what is wrong with the configuration, or that there is none.
    pub(super) fn job(&self) -> Result<Job, Report> {
        let config = self.include.iter().fold(Config::new(), Config::root);
        if !self.paths.is_empty() {
            return Ok(Job { config: self.paths.iter().fold(config, Config::input), configuration: None });
        }
        let Some(path) = config::find(Path::new("")) else { return Err(no_configuration()) };
        let configuration = Configuration::load(&path)?;
        let config = configuration.schemas.iter().fold(config, |config, folder| config.root(folder).input(folder));
        Ok(Job { config, configuration: Some(configuration) })
    }
}

impl PathArguments {
    /// Whether all that was named lies below these folders.
    pub(super) fn are_below(&self, folders: &[PathBuf]) -> bool {
        let folders: Vec<PathBuf> = folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
        let is_below = |path: &PathBuf| {
            path.canonicalize().is_ok_and(|path| folders.iter().any(|folder| path.starts_with(folder)))
        };
        self.paths.iter().all(is_below)
    }
}

/// A folder to watch.
pub(super) enum Watched {
    /// With all that is below it.
    Tree(PathBuf),
    /// Itself alone.
    Folder(PathBuf),
}

impl PathArguments {
    /// The folders whose changes may change what is compiled: those that are compiled, those that hold one of them or a
    /// contract that was named, and that of the configuration. Trees come first.
    pub(super) fn watched(&self) -> Vec<Watched> {
        let mut named: Vec<PathBuf> = self.include.iter().chain(&self.paths).cloned().collect();
        let mut folders = Vec::new();
        if self.paths.is_empty()
            && let Some(path) = config::find(Path::new(""))
        {
            // What is wrong with it is told by whoever reads it.
            named.extend(Configuration::load(&path).map(|configuration| configuration.schemas).unwrap_or_default());
            folders.extend(path.parent().map(|folder| Watched::Folder(folder.to_path_buf())));
        }
        folders
            .extend(named.iter().filter_map(|path| path.parent()).map(|folder| Watched::Folder(folder.to_path_buf())));
        let trees = named.into_iter().filter(|path| path.is_dir()).map(Watched::Tree);
        trees.chain(folders).collect()
    }
}

fn no_configuration() -> Report {
    let mut report = Report::default();
    let place = report.place(Path::new(config::FILE_NAME));
    let message = "no path was given, and there is no almanet.yaml in this folder or one above it";
    let problem = Problem::new(code::configuration::CONFIGURATION_NOT_FOUND, place, message);
    report.add([problem.with_help("name a contract or a folder of contracts: almanet-gen check greeting.almanet")]);
    report
}
