//! Reads and parses the entry files and everything that they import, each file once.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::import_path::{self, Refusal, Target};
use super::suggest::did_you_mean;
use super::{Input, Parsed, Trees, standard};
use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{Code, files as file_codes, names as codes};
use crate::source::vfs::{Kind, NotUtf8, ReadError, Vfs, decode};
use crate::source::{FileId, Location, SourceFile, Sources, Span};
use crate::syntax;

/// A file with its tree and what its imports lead to.
pub(super) struct LoadedFile {
    /// The tree, which others may hold too.
    pub(super) tree: Arc<ast::File>,
    /// What each import leads to, `None` where that could not be read.
    pub(super) imports: Vec<Option<FileId>>,
    /// Whether the compiler carries it.
    pub(super) standard: bool,
    /// Whether there was a definition in it.
    pub(super) has_definitions: bool,
}

/// All files of a compilation; a file's index is its [`FileId`].
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) sources: Sources,
    pub(super) files: Vec<LoadedFile>,
    pub(super) paths: Vec<PathBuf>,
    pub(super) problems: Vec<Problem>,
    /// Other paths by which imports reached some of them, through links.
    pub(super) aliases: Vec<PathBuf>,
}

pub(super) fn load(vfs: &dyn Vfs, trees: &dyn Trees, input: &Input) -> Loaded {
    let mut loader =
        Loader { vfs, trees, input, loaded: Loaded::default(), known: FxHashMap::default(), queue: VecDeque::new() };
    for entry in &input.entries {
        loader.entry(entry);
    }
    while let Some(file) = loader.queue.pop_front() {
        loader.imports(file);
    }
    loader.loaded
}

struct Loader<'a> {
    vfs: &'a dyn Vfs,
    trees: &'a dyn Trees,
    input: &'a Input,
    loaded: Loaded,
    /// Files by identity; `None` for those that could not be read, so that each is tried once.
    known: FxHashMap<PathBuf, Option<FileId>>,
    queue: VecDeque<FileId>,
}

impl Loader<'_> {
    fn entry(&mut self, path: &Path) {
        if let Err(failure) = self.read(path) {
            let file = self.add(path, failure.text.as_str().into(), Origin::Unreadable);
            let location = Location::new(file, failure.span);
            let message = failure.message(path);
            self.loaded.problems.push(Problem::new(failure.code, location, message));
        }
    }

    /// Reads what the imports of a file lead to.
    fn imports(&mut self, file: FileId) {
        let index = file.0 as usize;
        let tree = Arc::clone(&self.loaded.files[index].tree);
        self.loaded.files[index].imports = tree.imports.iter().map(|import| self.import(file, import)).collect();
    }

    fn import(&mut self, importer: FileId, import: &ast::Import) -> Option<FileId> {
        let at = Location::new(importer, import.path.span);
        let written = &*import.path.value;
        let importer_path = &self.loaded.paths[importer.0 as usize];
        let target = if self.loaded.files[importer.0 as usize].standard && written.starts_with("./") {
            Ok(Target::Standard(written[2..].to_owned()))
        } else {
            import_path::target(written, importer_path, &self.input.roots)
        };
        match target {
            Ok(Target::Standard(path)) => self.standard(at, &path),
            Ok(Target::Candidates(candidates)) => self.first(at, written, &candidates),
            Err(Refusal::Malformed(why)) => {
                self.problem(at, codes::MALFORMED_IMPORT, format!("\"{written}\" is no import path: {why}"), None);
                None
            }
            Err(Refusal::LeavesRoots) => {
                let help = "name the folder above as a schema root, by -I or under `schemas` in almanet.yaml";
                let message = format!("the import \"{written}\" leads out of every schema root");
                self.problem(at, codes::IMPORT_LEAVES_ROOTS, message, Some(help.to_owned()));
                None
            }
        }
    }

    fn standard(&mut self, at: Location, path: &str) -> Option<FileId> {
        let shown = PathBuf::from(format!("almanet/{path}"));
        // No identity that a vfs gives has such a name.
        let identity = PathBuf::from(format!("<standard>/{path}"));
        if let Some(known) = self.known.get(&identity) {
            return *known;
        }
        let Some(text) = standard::text(path) else {
            let name = format!("almanet/{path}");
            let paths: Vec<String> = standard::paths().collect();
            let guess = did_you_mean(&name, paths.iter().map(String::as_str));
            let message = format!("there is no standard schema \"{name}\"{guess}");
            self.problem(at, codes::IMPORT_NOT_FOUND, message, Some(format!("there are: {}", paths.join(", "))));
            return None;
        };
        let file = self.add(&shown, text.into(), Origin::Standard);
        self.known.insert(identity, Some(file));
        self.queue.push_back(file);
        Some(file)
    }

    fn first(&mut self, at: Location, written: &str, candidates: &[PathBuf]) -> Option<FileId> {
        for path in candidates {
            match self.vfs.kind(path) {
                Ok(None | Some(Kind::Folder)) => {}
                Ok(Some(_)) => match self.read(path) {
                    Ok(file) => return file,
                    Err(failure) => return self.unreadable_import(at, path, &failure),
                },
                Err(error) => return self.unreadable_import(at, path, &Failure::from(error)),
            }
        }
        let tried: Vec<String> = candidates.iter().map(|path| path.display().to_string()).collect();
        let help = if tried.is_empty() {
            "there is no schema root: name one by -I or under `schemas` in almanet.yaml".to_owned()
        } else {
            format!("looked for: {}", tried.join(", "))
        };
        self.problem(at, codes::IMPORT_NOT_FOUND, format!("there is no file \"{written}\" to import"), Some(help));
        None
    }

    fn unreadable_import(&mut self, at: Location, path: &Path, failure: &Failure) -> Option<FileId> {
        if failure.code == file_codes::NOT_UTF8 {
            // Drawn over the file itself, and once.
            let file = self.add(path, failure.text.as_str().into(), Origin::Unreadable);
            let message = failure.message(path);
            self.problem(Location::new(file, failure.span), failure.code, message, None);
            if let Ok(identity) = self.vfs.identity(path) {
                self.known.insert(identity, None);
            }
        } else {
            self.problem(at, failure.code, failure.message(path), None);
        }
        None
    }

    /// The file at a path, read and parsed where it is not known yet; `Ok(None)` where it was tried before in vain.
    fn read(&mut self, path: &Path) -> Result<Option<FileId>, Failure> {
        let identity = self.vfs.identity(path)?;
        if let Some(known) = self.known.get(&identity) {
            if known.is_some_and(|file| !same(path, &self.loaded.paths[file.0 as usize])) {
                self.loaded.aliases.push(path.to_path_buf());
            }
            return Ok(*known);
        }
        let file = match self.trees.tree(&identity) {
            Some(parsed) => self.add_parsed(path, &parsed),
            None => {
                let Contract { text, .. } = read(self.vfs, path)?;
                self.add(path, text.into(), Origin::Vfs)
            }
        };
        self.known.insert(identity, Some(file));
        self.queue.push_back(file);
        Ok(Some(file))
    }

    fn add(&mut self, path: &Path, text: Arc<str>, origin: Origin) -> FileId {
        let file = self.loaded.sources.add(SourceFile::new(path.display().to_string(), Arc::clone(&text)));
        let (tree, problems) = match origin {
            Origin::Unreadable => (empty(text), Vec::new()),
            Origin::Vfs | Origin::Standard => syntax::parse(file, text),
        };
        self.loaded.problems.extend(problems);
        self.keep(path, Arc::new(tree), origin);
        file
    }

    /// A file that was parsed before, as the first of its sources.
    fn add_parsed(&mut self, path: &Path, parsed: &Parsed) -> FileId {
        let text = Arc::clone(&parsed.tree.text);
        let file = self.loaded.sources.add(SourceFile::new(path.display().to_string(), text));
        self.loaded.problems.extend(parsed.problems.iter().cloned().map(|mut problem| {
            problem.location.file = file;
            for label in &mut problem.labels {
                label.location.file = file;
            }
            problem
        }));
        self.keep(path, Arc::clone(&parsed.tree), Origin::Vfs);
        file
    }

    fn keep(&mut self, path: &Path, tree: Arc<ast::File>, origin: Origin) {
        self.loaded.paths.push(path.to_path_buf());
        let standard = origin == Origin::Standard;
        self.loaded.files.push(LoadedFile { tree, imports: Vec::new(), standard, has_definitions: false });
    }

    fn problem(&mut self, at: Location, code: Code, message: String, help: Option<String>) {
        let mut problem = Problem::new(code, at, message);
        problem.help = help;
        self.loaded.problems.push(problem);
    }
}

/// Whether two paths are one as they are written.
fn same(one: &Path, other: &Path) -> bool {
    let plain = |path| Path::strip_prefix(path, ".").unwrap_or(path);
    plain(one) == plain(other)
}

/// Where a file's text comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Vfs,
    Standard,
    /// What could be read of it is there to draw a problem over, and is not parsed.
    Unreadable,
}

/// A contract's text.
pub(crate) struct Contract {
    pub(crate) text: String,
    /// Whether a byte order mark stands before it.
    pub(crate) has_mark: bool,
}

/// Reads one contract.
pub(crate) fn read(vfs: &dyn Vfs, path: &Path) -> Result<Contract, Failure> {
    let bytes = vfs.read(path)?;
    let has_mark = bytes.starts_with("\u{feff}".as_bytes());
    Ok(Contract { text: decode(bytes)?, has_mark })
}

/// Why a file is not there.
pub(crate) struct Failure {
    pub(crate) code: Code,
    why: String,
    /// What could be read of it.
    pub(crate) text: String,
    /// Where in that text it fails.
    pub(crate) span: Span,
}

impl Failure {
    pub(crate) fn message(&self, path: &Path) -> String {
        let path = path.display();
        let why = &self.why;
        match self.code {
            file_codes::NOT_UTF8 => format!("{path} is not UTF-8"),
            _ => format!("cannot read {path}: {why}"),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let code = match error {
            ReadError::NotFound => file_codes::PATH_NOT_FOUND,
            ReadError::NotAFile | ReadError::NotAFolder => file_codes::NOT_A_FILE,
            ReadError::TooLarge => file_codes::TOO_LARGE,
            ReadError::Io(_) => file_codes::UNREADABLE,
        };
        Self { code, why: error.to_string(), text: String::new(), span: Span::default() }
    }
}

impl From<NotUtf8> for Failure {
    fn from(error: NotUtf8) -> Self {
        let at = error.offset as u32;
        let end = at + '\u{fffd}'.len_utf8() as u32;
        Self { code: file_codes::NOT_UTF8, why: error.to_string(), text: error.lossy, span: Span::new(at, end) }
    }
}

/// The tree of a file that nothing is known about.
fn empty(text: Arc<str>) -> ast::File {
    ast::File {
        text,
        docs: Vec::new(),
        namespace: None,
        is_head_broken: false,
        imports: Vec::new(),
        definitions: Vec::new(),
        comments: Vec::new(),
    }
}
