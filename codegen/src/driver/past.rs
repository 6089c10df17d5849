use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::config;
use crate::diagnostic::{Code, Problem, Problems, Report, code::files as code};
use crate::export;
use crate::model::Model;
use crate::resolve::Input;
use crate::source::vfs::git::{GitError, GitTree, Repository};
use crate::source::vfs::{Disk, Kind, ReadError, Vfs, decode, real};
use crate::source::{SourceFile, Sources, Span};
use crate::validate;

use super::config::{Checked, Config};
use super::input;

/// A contract as it was once.
#[derive(Debug)]
pub struct Past {
    /// Its files, by names that tell where they are from: `main:schemas/greeting.almanet`.
    pub sources: Sources,
    /// What it said.
    pub model: Model,
}

impl Config {
    /// The same contracts as they were at `against`: at a revision of git (`main`, `v1.2.0`, `HEAD~3`), of which nothing is
    /// checked out; below a path of one (`main:schemas`); in a folder or a contract on the disk; or what
    /// `export --format ir` printed, in a file that ends in `.json`. A path that begins `./`, `../` or `/` is never a revision.
    ///
    /// At a revision, `project`, the `almanet.yaml` that these contracts are of, is read as it was then, and of it `schemas`
    /// alone; without one, the contracts are looked for where they are now.
    ///
    /// # Errors
    ///
    /// Where nothing is called so, there are no contracts, or they have errors: what compiled once may not any more.
    pub fn past(&self, against: &str, project: Option<&Path>) -> Result<Past, Report> {
        let on_disk = Path::new(against);
        let exists = matches!(Disk.kind(on_disk), Ok(Some(_)));
        let is_path =
            ["./", "../", "/"].iter().any(|start| against.starts_with(start)) || [".", ".."].contains(&against);
        if is_path {
            return if exists { compiled(&Disk, &[], &[on_disk.to_path_buf()]) } else { Err(nothing_there(against)) };
        }
        let (revision, path) =
            against.split_once(':').map_or((against, None), |(revision, path)| (revision, Some(path)));
        if revision.is_empty() {
            let message = format!("`{against}` names no revision");
            let help = "name a branch, a tag or a commit: `--against main`, `--against main:schemas`";
            return Err(problem(code::UNKNOWN_REVISION, against, message, help));
        }
        let repository = self.repository(project);
        let working_folder = repository.as_ref().ok().and_then(Repository::working_folder);
        match repository.and_then(|repository| repository.tree(revision)) {
            Ok(tree) => {
                let at = Revision { tree: &tree, working_folder: working_folder.as_deref(), against };
                match path {
                    Some(path) => at.below(path.trim_end_matches('/')),
                    None => at.paths_then(self, project).and_then(|(roots, inputs)| compiled(&tree, &roots, &inputs)),
                }
            }
            // A folder may be called what no revision is.
            Err(GitError::UnknownRevision { .. } | GitError::NoRepository(_)) if exists => {
                compiled(&Disk, &[], &[on_disk.to_path_buf()])
            }
            Err(error) => Err(problem(code_of(&error), against, error.to_string(), error.remedy())),
        }
    }

    /// Whether these contracts, checked just now, are what they were at a revision of git: told without reading them again.
    /// `false` where that cannot be told, too; [`past`](Self::past) says why.
    #[must_use]
    pub fn is_as_it_was(&self, against: &str, project: Option<&Path>, now: &Checked) -> bool {
        let tree = self.repository(project).and_then(|repository| {
            let working_folder = repository.working_folder();
            Ok((repository.tree(against)?, working_folder))
        });
        let Ok((tree, working_folder)) = tree else { return false };
        let at = Revision { tree: &tree, working_folder: working_folder.as_deref(), against };
        let Ok((roots, inputs)) = at.paths_then(self, project) else { return false };
        at.is_as(now, &roots, &inputs).unwrap_or_default()
    }

    /// The repository of the contracts; of those that are in none, the one where the program runs.
    fn repository(&self, project: Option<&Path>) -> Result<Repository, GitError> {
        match Repository::of(&self.folder(project)) {
            Err(GitError::NoRepository(folder)) => {
                Repository::of(Path::new("")).map_err(|_| GitError::NoRepository(folder))
            }
            repository => repository,
        }
    }

    /// A folder of the contracts.
    fn folder(&self, project: Option<&Path>) -> PathBuf {
        let first =
            project.or(self.inputs().first().map(PathBuf::as_path)).or(self.roots().first().map(PathBuf::as_path));
        let first = first.unwrap_or(Path::new(""));
        if first.is_dir() { first.to_path_buf() } else { first.parent().unwrap_or(Path::new("")).to_path_buf() }
    }
}

/// A revision, and where its files would be checked out.
struct Revision<'a> {
    tree: &'a GitTree,
    working_folder: Option<&'a Path>,
    against: &'a str,
}

impl Revision<'_> {
    /// The contracts below a path of the revision, or the one that is there. As for git, a path that begins with `.` is
    /// seen from where the program runs, any other one from the top.
    fn below(&self, path: &str) -> Result<Past, Report> {
        let first = Path::new(path).components().next();
        let is_relative = matches!(first, Some(Component::CurDir | Component::ParentDir));
        let shown = if is_relative { self.place(Path::new(path))? } else { self.tree.shown(Path::new(path)) };
        match self.tree.kind(&shown) {
            Ok(Some(_)) => compiled(self.tree, &[], &[shown]),
            Ok(None) => Err(self.absent(path)),
            Err(error) => Err(unreadable(self.against, &error)),
        }
    }

    /// Schema roots and inputs: what the configuration named then, or the same paths as now.
    fn paths_then(&self, now: &Config, project: Option<&Path>) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Report> {
        if let Some(project) = project
            && let Some(schemas) = self.schemas_then(project)?
        {
            return Ok((schemas.clone(), schemas));
        }
        let place = |path: &PathBuf| self.place(path);
        let roots = now.roots().iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let inputs = now.inputs().iter().map(place).collect::<Result<Vec<_>, _>>()?;
        // A schema root may be younger than the contracts; what they import tells whether it was needed.
        let roots: Vec<PathBuf> = if inputs.is_empty() {
            roots
        } else {
            roots.into_iter().filter(|root| matches!(self.tree.kind(root), Ok(Some(Kind::Folder)))).collect()
        };
        let looked_for = if inputs.is_empty() { &roots } else { &inputs };
        match looked_for.iter().find(|path| matches!(self.tree.kind(path), Ok(None))) {
            None => Ok((roots, inputs)),
            // The first contracts of a repository break nobody.
            Some(_) if self.has_no_contracts() => Ok((Vec::new(), Vec::new())),
            Some(missing) => Err(self.absent(&self.tree.inside(missing).display().to_string())),
        }
    }

    /// Whether there is no contract anywhere at the revision.
    fn has_no_contracts(&self) -> bool {
        self.tree.contracts(&self.tree.shown(Path::new(""))).is_ok_and(|contracts| contracts.is_empty())
    }

    /// Whether the compiler would read at the revision what it has read now, told by the ids of git's objects.
    fn is_as(&self, now: &Checked, roots: &[PathBuf], inputs: &[PathBuf]) -> Option<bool> {
        let then = input::find(self.tree, roots, inputs);
        let placed = |paths: &[PathBuf]| paths.iter().map(|path| self.place(path).ok()).collect::<Option<Vec<_>>>();
        let as_listed = then.problems.is_empty()
            && placed(&now.input.entries)? == then.input.entries
            && placed(&now.input.roots)? == then.input.roots;
        if !as_listed {
            return Some(false);
        }
        // What an import meets first, and whatever else stands there, is the same.
        for (here, there) in now.input.roots.iter().zip(&then.input.roots) {
            if placed(&Disk.contracts(here).ok()?)? != self.tree.contracts(there).ok()? {
                return Some(false);
            }
        }
        let texts: FxHashMap<&str, &str> =
            now.report.sources.iter().map(|(_, file)| (file.name(), &**file.text())).collect();
        let is_same = |path: &PathBuf| {
            let text = texts.get(&*path.display().to_string())?;
            let there = self.place(path).ok()?;
            Some(self.tree.holds(&there, text.as_bytes()))
        };
        Some(now.files.iter().all(|path| is_same(path) == Some(true)))
    }

    /// The folders that `almanet.yaml` named at the revision; `None` where there was none.
    fn schemas_then(&self, project: &Path) -> Result<Option<Vec<PathBuf>>, Report> {
        let file = self.place(project)?;
        let bytes = match self.tree.read(&file) {
            Ok(bytes) => bytes,
            Err(ReadError::NotFound) => return Ok(None),
            Err(error) => return Err(unreadable(self.against, &error)),
        };
        let text = decode(bytes).map_err(|error| self.no_schemas(&file, &error.to_string()))?;
        let schemas = config::schemas_of(&text).map_err(|why| self.no_schemas(&file, &why))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let inside = file.display().to_string();
        // `main:almanet.yaml` stands in the folder `main:`.
        let beside = |name: &str| match inside.strip_suffix(config::FILE_NAME) {
            Some(prefix) => PathBuf::from(format!("{prefix}{}", name.trim_start_matches("./"))),
            None => folder.join(name),
        };
        let folders: Vec<PathBuf> = schemas.iter().map(|name| beside(name)).collect();
        match folders.iter().find(|folder| !matches!(self.tree.kind(folder), Ok(Some(Kind::Folder)))) {
            Some(missing) => Err(self.no_schemas(&file, &format!("there is no folder `{}`", missing.display()))),
            None => Ok(Some(folders)),
        }
    }

    /// Where a path of the disk is in the revision, as it is shown.
    fn place(&self, path: &Path) -> Result<PathBuf, Report> {
        let Some(top) = self.working_folder else {
            // A bare repository has no place on the disk: paths are from its top.
            return Ok(self.tree.shown(path));
        };
        let absolute = real(path);
        let top = real(top);
        let inside = absolute.strip_prefix(&top).map_err(|_| {
            let message = format!("`{}` lies outside of the repository `{}`", path.display(), top.display());
            let help =
                "compare with a folder, an exported model, or name the path at the revision: `--against REF:path`";
            problem(code::NOT_AT_REVISION, self.against, message, help)
        })?;
        let inside: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        Ok(self.tree.shown(Path::new(&inside.join("/"))))
    }

    fn absent(&self, path: &str) -> Report {
        let message = format!("there is no `{path}` at `{}`", self.against);
        let help = "where the contracts were somewhere else then, name the path: `--against REF:path`; \
                    where there were none, there is nothing to break";
        problem(code::NOT_AT_REVISION, self.against, message, help)
    }

    fn no_schemas(&self, file: &Path, why: &str) -> Report {
        let message = format!("`{}` does not say which contracts there were: {why}", file.display());
        let help = "name the folder of the contracts at that revision: `--against REF:path`";
        problem(code::NO_SCHEMAS_AT_REVISION, self.against, message, help)
    }
}

/// A folder of contracts, a contract, or an exported model.
fn compiled(vfs: &dyn Vfs, roots: &[PathBuf], inputs: &[PathBuf]) -> Result<Past, Report> {
    if let [file] = inputs
        && file.extension().is_some_and(|extension| extension == "json")
    {
        return exported(vfs, file);
    }
    let found = input::find(vfs, roots, inputs);
    if !found.problems.is_empty() {
        let mut report = Report::default();
        for problem in found.problems {
            let place = report.place(&problem.path);
            report.add([Problem::new(problem.code, place, problem.message).with_help(problem.help)]);
        }
        return Err(report);
    }
    let compilation = validate::compile(vfs, &found.input);
    if !compilation.problems.has_errors() {
        return Ok(Past { sources: compilation.sources, model: compilation.model });
    }
    let Input { entries, .. } = &found.input;
    let errors: Vec<Problem> =
        compilation.problems.iter().filter(|it| it.severity() == crate::diagnostic::Severity::Error).cloned().collect();
    let mut problems = Problems::default();
    problems.extend(errors);
    let mut report = Report::new(compilation.sources, problems);
    let place = report.place(entries.first().map_or(Path::new(""), PathBuf::as_path));
    let message = "the old contract has errors, so nothing can be compared with it";
    let help = "compare with a later revision; or take the model that the almanet-gen of that time exports";
    report.add([Problem::new(code::OLD_CONTRACT_REFUSED, place, message).with_help(help)]);
    Err(report)
}

fn exported(vfs: &dyn Vfs, file: &Path) -> Result<Past, Report> {
    let name = file.display().to_string();
    let text = match vfs.read(file) {
        Ok(bytes) => decode(bytes).map_err(|error| no_model(&name, &error.to_string()))?,
        Err(error) => return Err(unreadable(&name, &error)),
    };
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new(name.as_str(), ""));
    let model = export::read_ir(&text, id).map_err(|error| no_model(&name, &error.to_string()))?;
    Ok(Past { sources, model })
}

fn no_model(name: &str, why: &str) -> Report {
    let message = format!("this is no exported model: {why}");
    problem(code::NO_MODEL, name, message, "make it by `almanet-gen export --format ir`")
}

fn nothing_there(against: &str) -> Report {
    let help = "name a revision of git, `REF:path`, a folder of contracts, or an exported model";
    problem(code::PATH_NOT_FOUND, against, "there is no such file or folder", help)
}

fn unreadable(against: &str, error: &ReadError) -> Report {
    let help = "a folder of contracts or an exported model can be compared with, too";
    problem(code::UNREADABLE, against, format!("cannot read this: {error}"), help)
}

fn code_of(error: &GitError) -> Code {
    match error {
        GitError::NoRepository(_) => code::NO_REPOSITORY,
        GitError::UnknownRevision { .. } | GitError::Ambiguous(_) | GitError::NotACommit(_) => code::UNKNOWN_REVISION,
        _ => code::REPOSITORY_UNREADABLE,
    }
}

/// A problem of what was asked for, which no text shows.
fn problem(code: Code, against: &str, message: impl Into<String>, help: impl Into<String>) -> Report {
    let mut report = Report::default();
    let place = report.place(Path::new(against));
    debug_assert_eq!(place.span, Span::default());
    report.add([Problem::new(code, place, message).with_help(help)]);
    report
}
