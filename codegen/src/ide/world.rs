use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::document::{Document, Stamp};
use super::project::Project;
use super::standard::{STANDARD, is_standard};
use crate::resolve::vocabulary::{self, Import};
use crate::resolve::{Parsed, Trees};
use crate::source::vfs::{Disk, Kind, ReadError, Vfs, decode, is_contract, names_below, normal};

/// Every contract that is known. A clone shares what it can, and changes with nothing.
#[derive(Clone, Debug)]
pub struct World {
    documents: Arc<FxHashMap<PathBuf, Arc<Document>>>,
    /// Contracts that are there and cannot be read, sorted.
    unread: Arc<Vec<PathBuf>>,
    projects: Arc<Vec<Project>>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// The standard schemas alone.
    #[must_use]
    pub fn new() -> Self {
        static STANDARD_DOCUMENTS: OnceLock<Vec<Arc<Document>>> = OnceLock::new();
        let standard = STANDARD_DOCUMENTS.get_or_init(|| {
            let schemas = vocabulary::standard_schemas();
            schemas.map(|(path, text)| Arc::new(Document::open(Path::new(STANDARD).join(path), text))).collect()
        });
        let documents = standard.iter().map(|document| (document.path().to_path_buf(), Arc::clone(document)));
        Self { documents: Arc::new(documents.collect()), unread: Arc::default(), projects: Arc::default() }
    }

    /// The document of a path, which is its identity.
    #[must_use]
    pub fn document(&self, path: &Path) -> Option<&Arc<Document>> {
        self.documents.get(path)
    }

    /// All documents, in no order.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// Adds a document, in place of the one that has its path.
    pub fn insert(&mut self, document: Document) -> Arc<Document> {
        let document = Arc::new(document);
        Arc::make_mut(&mut self.documents).insert(document.path().to_path_buf(), Arc::clone(&document));
        document
    }

    /// Adds a document that others hold too.
    pub fn insert_shared(&mut self, document: &Arc<Document>) {
        Arc::make_mut(&mut self.documents).insert(document.path().to_path_buf(), Arc::clone(document));
    }

    /// Forgets a document.
    pub fn remove(&mut self, path: &Path) {
        if self.documents.contains_key(path) {
            Arc::make_mut(&mut self.documents).remove(path);
        }
    }

    /// Contracts that are there and cannot be read, sorted.
    #[must_use]
    pub fn unread(&self) -> &[PathBuf] {
        &self.unread
    }

    /// Replaces the contracts that cannot be read.
    pub fn set_unread(&mut self, unread: Vec<PathBuf>) {
        self.unread = Arc::new(unread);
    }

    /// The projects.
    #[must_use]
    pub fn projects(&self) -> &[Project] {
        &self.projects
    }

    /// Replaces the projects.
    pub fn set_projects(&mut self, projects: Vec<Project>) {
        self.projects = Arc::new(projects);
    }

    /// The project that a path belongs to: the one with the nearest root, or else a file's folder alone.
    #[must_use]
    pub fn project_of(&self, path: &Path) -> Project {
        let depth = |project: &&Project| {
            let holding = project.roots.iter().filter(|root| path.starts_with(root));
            holding.map(|root| root.components().count()).max()
        };
        let holding = self.projects.iter().filter(|project| depth(project).is_some());
        holding.max_by_key(depth).cloned().unwrap_or_else(|| Project::of_file(path))
    }

    /// Whether a project holds a path.
    #[must_use]
    pub fn is_in_project(&self, path: &Path) -> bool {
        self.projects.iter().any(|project| project.roots.iter().any(|root| path.starts_with(root)))
    }

    /// Reads what a document imports, directly or not, as far as it is not known.
    pub fn load_imports(&mut self, document: &Arc<Document>) {
        let roots = self.project_of(document.path()).roots;
        let mut next = vec![Arc::clone(document)];
        let mut seen: rustc_hash::FxHashSet<PathBuf> = [document.path().to_path_buf()].into_iter().collect();
        while let Some(importer) = next.pop() {
            for import in &importer.tree().imports {
                let Some(path) = self.import_target(&importer, &import.path.value, &roots) else { continue };
                if !seen.insert(path.clone()) {
                    continue;
                }
                let known = self.document(&path).cloned();
                if let Some(target) = known.or_else(|| Some(self.insert(read(&path)?))) {
                    next.push(target);
                }
            }
        }
    }

    /// The identity of what an import leads to; nothing where nothing is there.
    pub(super) fn import_target(&self, importer: &Document, import: &str, roots: &[PathBuf]) -> Option<PathBuf> {
        match vocabulary::import(&standard_sibling(importer, import), importer.path(), roots)? {
            Import::Standard(path) => {
                Some(Path::new(STANDARD).join(path)).filter(|path| self.documents.contains_key(path))
            }
            Import::Candidates(candidates) => candidates
                .iter()
                .find(|path| matches!(self.kind(path), Ok(Some(Kind::File))))
                .and_then(|path| self.identity(path).ok()),
        }
    }
}

/// A standard schema imports its siblings by `./`.
fn standard_sibling(importer: &Document, import: &str) -> String {
    match import.strip_prefix("./") {
        Some(rest) if is_standard(importer.path()) => format!("almanet/{rest}"),
        _ => import.to_owned(),
    }
}

/// A contract on disk as a document; nothing where it cannot be read.
pub(super) fn read(path: &Path) -> Option<Document> {
    let stamp = Stamp::of(&fs::metadata(path).ok()?);
    let text = decode(Disk.read(path).ok()?).ok()?;
    Some(Document::on_disk(path, text, stamp))
}

/// A path that an editor can open: a standard schema is written below the folder for caches, and kept there.
///
/// # Errors
///
/// Where there is no such folder, or it cannot be written to.
pub fn materialize(world: &World, path: &Path, caches: &Path) -> io::Result<PathBuf> {
    if !is_standard(path) {
        return Ok(path.to_path_buf());
    }
    let text = world.document(path).map(|document| Arc::clone(document.text())).ok_or(io::ErrorKind::NotFound)?;
    let below = path.strip_prefix(STANDARD).map_err(io::Error::other)?;
    let place = caches.join("almanet").join("schemas").join(env!("CARGO_PKG_VERSION")).join(below);
    if fs::read(&place).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(place);
    }
    let folder = place.parent().unwrap_or(caches);
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(&place).map_err(io::Error::from)?;
    Ok(place)
}

impl Vfs for World {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.documents.get(&normal(path)) {
            Some(document) => Ok(document.text().as_bytes().to_vec()),
            None => Disk.read(path),
        }
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let known = self.documents.keys().chain(self.unread.iter());
        let below = known.filter(|path| path.starts_with(folder) && is_contract(path));
        let mut below: Vec<PathBuf> = below.cloned().collect();
        below.sort();
        below.dedup();
        Ok(below)
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        Ok(names_below(folder, self.documents.keys()))
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        if self.documents.contains_key(&normal(path)) { Ok(Some(Kind::File)) } else { Disk.kind(path) }
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let normal = normal(path);
        if self.documents.contains_key(&normal) { Ok(normal) } else { Disk.identity(path) }
    }
}

impl Trees for World {
    fn tree(&self, identity: &Path) -> Option<Arc<Parsed>> {
        self.documents.get(identity).map(|document| Arc::clone(document.parsed()))
    }
}
