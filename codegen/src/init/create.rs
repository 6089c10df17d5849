use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::ProjectName;
use super::pieces::{Language, files};
use crate::backend;
use crate::diagnostic::{Report, Status};
use crate::driver::{Config, Output};

/// A project that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// What was written into its folder, sorted; of what is generated, the folder alone.
    pub entries: Vec<PathBuf>,
}

/// Why no project was made. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// Something is there already.
    #[error("`{}` is there already", .0.display())]
    Exists(PathBuf),
    /// The system refuses to write.
    #[error("cannot write to `{}`: {source}", .path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What the project begins with is not what this almanet-gen compiles: an error of its own.
    #[error("the new contract does not compile: {0}")]
    Contract(String),
}

/// Makes a project in a folder, which is made where there is none. In one that has something already, nothing is replaced.
///
/// Everything is written, or nothing: it is made beside the folder, and moved there when all is well.
///
/// # Errors
///
/// Something that would be written is there already, the system refuses to write, or the contract does not compile.
pub fn create(folder: &Path, name: &ProjectName, language: Language) -> Result<Created, CreateError> {
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |source| CreateError::Write { path, source }
    };
    let had_folder = folder.is_dir();
    if !had_folder && fs::symlink_metadata(folder).is_ok() {
        return Err(CreateError::Exists(folder.to_path_buf()));
    }
    // In the folder itself, where there is one: what is moved stays on one file system.
    let beside = match folder.parent() {
        _ if had_folder => folder,
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(beside).map_err(at(beside))?;
    let made = tempfile::Builder::new().prefix(".almanet-init-").tempdir_in(beside);
    // As it is, the error names the temporary folder.
    let made = made.map_err(|error| at(beside)(error.kind().into()))?;
    for (path, text) in files(name, language) {
        let (place, path) = (folder.join(&path), made.path().join(path));
        let parent = path.parent().unwrap_or(made.path());
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(at(&place))?;
    }
    let report = generate(made.path(), language);
    match report.status() {
        Status::Clean => {}
        Status::Problems => return Err(CreateError::Contract(messages(&report))),
        Status::Failed => return Err(at(folder)(io::Error::other(messages(&report)))),
    }

    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(made.path()).map_err(at(made.path()))? {
        entries.push(entry.map_err(at(made.path()))?.file_name().into());
    }
    entries.sort();
    if let Some(taken) = entries.iter().map(|entry| folder.join(entry)).find(|path| fs::symlink_metadata(path).is_ok())
    {
        return Err(CreateError::Exists(taken));
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    for (moved, entry) in entries.iter().enumerate() {
        let to = folder.join(entry);
        if let Err(error) = fs::rename(made.path().join(entry), &to) {
            for entry in &entries[..moved] {
                // What cannot be moved back is in the way of nobody.
                let _ = fs::rename(folder.join(entry), made.path().join(entry));
            }
            return Err(at(&to)(error));
        }
    }
    Ok(Created { entries })
}

/// What `almanet-gen generate` would write there.
fn generate(folder: &Path, language: Language) -> Report {
    let schemas = folder.join("schemas");
    let config = Config::new().root(&schemas).input(&schemas);
    let config = language.outputs().iter().fold(config, |config, (target, out)| {
        let backend = backend::find(target).expect("the language's target is built in");
        config.output(Output::new(backend, folder.join(out)))
    });
    let mut generation = config.plan();
    generation.write();
    generation.report
}

fn messages(report: &Report) -> String {
    let said: Vec<&str> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
    said.join("; ")
}
