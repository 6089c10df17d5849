use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, code, nearest};
use crate::resolve::Input;
use crate::source::vfs::{Kind, ReadError, Vfs, is_contract};

/// What to compile, found from the paths that a user named.
pub(super) struct Found {
    pub(super) input: Input,
    /// Paths that name nothing, or nothing to compile.
    pub(super) problems: Vec<PathProblem>,
}

/// What is wrong with a path.
pub(super) struct PathProblem {
    pub(super) code: Code,
    pub(super) path: PathBuf,
    pub(super) message: String,
    pub(super) help: String,
}

/// Contracts and schema roots.
///
/// Without inputs every contract below the roots is meant. An input is a contract or a folder of them; the folder, and the
/// folder that holds the contract, is a root behind those that were named, unless it lies below one of them.
pub(super) fn find(vfs: &dyn Vfs, roots: &[PathBuf], inputs: &[PathBuf]) -> Found {
    let mut finder = Finder { vfs, seen: BTreeSet::new(), entries: Vec::new(), problems: Vec::new() };
    let mut all_roots: Vec<PathBuf> = Vec::new();
    for root in roots {
        if finder.folder_exists(root) {
            all_roots.push(root.clone());
            if inputs.is_empty() {
                finder.add_folder(root);
            }
        }
    }
    let named_roots: Vec<PathBuf> = all_roots.iter().filter_map(|root| vfs.identity(root).ok()).collect();
    for input in inputs {
        let root = match finder.kind(input) {
            Some(Kind::Folder) => {
                finder.add_folder(input);
                input.clone()
            }
            Some(_) => {
                finder.add_file(input);
                folder_of(input)
            }
            None => continue,
        };
        let below_named =
            vfs.identity(&root).is_ok_and(|identity| named_roots.iter().any(|named| identity.starts_with(named)));
        if !below_named && !all_roots.contains(&root) {
            all_roots.push(root);
        }
    }
    Found { input: Input { entries: finder.entries, roots: all_roots }, problems: finder.problems }
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

struct Finder<'a> {
    vfs: &'a dyn Vfs,
    /// Identities of the entries: one file that is named twice is one.
    seen: BTreeSet<PathBuf>,
    entries: Vec<PathBuf>,
    problems: Vec<PathProblem>,
}

impl Finder<'_> {
    fn add_folder(&mut self, folder: &Path) {
        match self.vfs.contracts(folder) {
            Ok(contracts) if contracts.is_empty() => {
                let help = "a contract's name ends in `.almanet`; name the folder that holds them";
                self.problem(code::files::NO_CONTRACTS, folder, "this folder holds no contract", help);
            }
            Ok(contracts) => contracts.into_iter().for_each(|contract| self.add_entry(contract)),
            Err(error) => self.unreadable(folder, &error),
        }
    }

    fn add_file(&mut self, file: &Path) {
        if is_contract(file) {
            self.add_entry(file.to_path_buf());
        } else {
            let help = "a contract's name ends in `.almanet`";
            self.problem(code::files::NOT_A_CONTRACT, file, "this file is no contract", help);
        }
    }

    fn add_entry(&mut self, contract: PathBuf) {
        // A file that has no identity cannot be read, which is told when it is.
        let identity = self.vfs.identity(&contract).unwrap_or_else(|_| contract.clone());
        if self.seen.insert(identity) {
            self.entries.push(contract);
        }
    }

    fn kind(&mut self, path: &Path) -> Option<Kind> {
        match self.vfs.kind(path) {
            Ok(Some(kind)) => Some(kind),
            Ok(None) => {
                let help = self.suggestion(path);
                self.problem(code::files::PATH_NOT_FOUND, path, "there is no such file or folder", help);
                None
            }
            Err(error) => {
                self.unreadable(path, &error);
                None
            }
        }
    }

    fn folder_exists(&mut self, root: &Path) -> bool {
        match self.kind(root) {
            Some(Kind::Folder) => true,
            Some(_) => {
                self.unreadable(root, &ReadError::NotAFolder);
                false
            }
            None => false,
        }
    }

    fn unreadable(&mut self, path: &Path, error: &ReadError) {
        let help = "allow reading it, or name another path";
        self.problem(code::files::UNREADABLE, path, format!("cannot read this: {error}"), help);
    }

    fn problem(&mut self, code: Code, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(PathProblem { code, path: path.to_path_buf(), message: message.into(), help: help.into() });
    }

    /// A contract or folder nearby whose name is close, for a slip of the finger.
    fn suggestion(&self, path: &Path) -> String {
        match self.meant(path) {
            Some(meant) => format!("did you mean `{}`?", meant.display()),
            None => "check the spelling; paths are relative to the folder that the command runs in".to_owned(),
        }
    }

    /// The path that is there, with each name on the way that is not there mended.
    fn meant(&self, path: &Path) -> Option<PathBuf> {
        let mut meant = PathBuf::new();
        for part in path.components() {
            let there = meant.join(part);
            if matches!(self.vfs.kind(&there), Ok(Some(_))) {
                meant = there;
                continue;
            }
            let folder = if meant.as_os_str().is_empty() { Path::new(".") } else { &meant };
            let names: Vec<String> =
                self.vfs.names(folder).ok()?.iter().map(|name| name.to_string_lossy().into_owned()).collect();
            let part = part.as_os_str().to_str()?;
            let extended = names.iter().find(|name| name.strip_suffix(".almanet") == Some(part)).map(String::as_str);
            meant.push(extended.or_else(|| nearest(part, names.iter().map(String::as_str)))?);
        }
        (!meant.as_os_str().is_empty()).then_some(meant)
    }
}
