use std::path::{Path, PathBuf};

use super::shown::{Shown, show};
use crate::config::{self, Configuration};
use crate::lint::Settings;

/// Contracts that are compiled together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The `almanet.yaml` that says so, where one does.
    pub configuration: Option<PathBuf>,
    /// The folders of contracts, which imports start from too, by their identities.
    pub roots: Vec<PathBuf>,
    /// Lints that are silenced, by their codes and categories.
    pub silenced: Vec<String>,
    /// What is wrong with the configuration.
    pub problems: Vec<Shown>,
}

impl Project {
    /// A file without a configuration: its folder is where its imports start from.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let folder = path.parent().filter(|folder| folder.is_absolute());
        Self { roots: folder.map(Path::to_path_buf).into_iter().collect(), ..Self::default() }
    }

    /// A folder without a configuration: all contracts below it.
    #[must_use]
    pub fn of_folder(folder: &Path) -> Self {
        Self { roots: vec![folder.to_path_buf()], ..Self::default() }
    }

    /// What a configuration says. Where it is wrong, its problems say so, and its folder is the root.
    #[must_use]
    pub fn configured(path: &Path) -> Self {
        let folder = path.parent().unwrap_or(Path::new("/"));
        let (roots, silenced, problems) = match Configuration::load(path) {
            Ok(configuration) => {
                let silenced = configuration.lint.disable.iter().map(ToString::to_string).collect();
                let report = &configuration.report;
                (configuration.schemas, silenced, show(&report.problems, &report.sources))
            }
            Err(report) => (vec![folder.to_path_buf()], Vec::new(), show(&report.problems, &report.sources)),
        };
        let roots = roots.into_iter().map(|root| root.canonicalize().unwrap_or(root)).collect();
        Self { configuration: Some(path.to_path_buf()), roots, silenced, problems }
    }

    /// Which lints speak.
    pub(super) fn lints(&self) -> Settings {
        let mut settings = Settings::default();
        for name in &self.silenced {
            // One that there is not is a problem of the configuration.
            let _ = settings.disable(name);
        }
        settings
    }

    /// The nearest configuration of a folder, in it or above.
    #[must_use]
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let found = config::find(folder)?;
        Some(found.canonicalize().unwrap_or(found))
    }
}
