//! What is on disk: configurations, and the contracts of projects. The slow part of knowing a workspace, made to run beside
//! the answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;

use super::document::{Document, Stamp};
use super::project::Project;
use super::standard::is_standard;
use super::world::{World, read};
use crate::config;
use crate::source::vfs::{Disk, Vfs as _};

/// So many folders are searched for configurations, and so deep: a workspace may be somebody's home.
const MAX_FOLDERS: usize = 20_000;
const MAX_DEPTH: usize = 12;

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Scan {
    /// What is known already: files that did not change are not read again.
    pub world: World,
    /// The folders of the workspace, by their identities.
    pub folders: Vec<PathBuf>,
}

/// What changed.
#[derive(Debug)]
pub struct Scanned {
    /// Documents that are new, or other than they were.
    pub documents: Vec<Arc<Document>>,
    /// Documents that are not there any more.
    pub removed: Vec<PathBuf>,
    /// Contracts that are there and cannot be read, sorted.
    pub unread: Vec<PathBuf>,
}

/// Looks for the contracts of the world's projects. Texts that editors hold are left alone.
#[must_use]
pub fn scan(scan: &Scan) -> Scanned {
    let projects = scan.world.projects();
    let mut paths: Vec<PathBuf> = projects
        .iter()
        .flat_map(|project| &project.roots)
        .filter_map(|root| Disk.contracts(root).ok())
        .flatten()
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    // What is known from elsewhere, such as an import that leads out of every project.
    paths.extend(scan.world.documents().map(|document| document.path().to_path_buf()));
    paths.sort();
    paths.dedup();
    paths.retain(|path| !is_standard(path) && !scan.world.document(path).is_some_and(|known| known.is_open()));

    let mut removed = Vec::new();
    let mut changed = Vec::new();
    for path in paths {
        let known = scan.world.document(&path);
        match fs::metadata(&path) {
            Ok(metadata) if known.is_some_and(|known| known.stamp() == Some(Stamp::of(&metadata))) => {}
            Ok(_) => changed.push(path),
            Err(_) if known.is_some() => removed.push(path),
            Err(_) => {}
        }
    }
    let documents = read_all(&changed);
    let read: FxHashSet<&Path> = documents.iter().map(|document| document.path()).collect();
    let unread: Vec<PathBuf> = changed.iter().filter(|path| !read.contains(path.as_path())).cloned().collect();
    removed.extend(unread.iter().filter(|path| scan.world.document(path).is_some()).cloned());
    removed.extend(nobodys(&scan.world));
    Scanned { documents, removed, unread }
}

/// Documents that were of a project which is none any more, and that nobody imports.
fn nobodys(world: &World) -> FxHashSet<PathBuf> {
    let is_outside = |document: &Arc<Document>| {
        !document.is_open() && !is_standard(document.path()) && !world.is_in_project(document.path())
    };
    let outside = world.documents().filter(|document| is_outside(document));
    let mut nobodys: FxHashSet<PathBuf> = outside.map(|document| document.path().to_path_buf()).collect();
    let mut importers: Vec<&Arc<Document>> = world.documents().filter(|document| !is_outside(document)).collect();
    while let Some(importer) = importers.pop().filter(|_| !nobodys.is_empty()) {
        let roots = world.project_of(importer.path()).roots;
        for import in &importer.tree().imports {
            let target = world.import_target(importer, &import.path.value, &roots);
            if let Some(target) = target.filter(|target| nobodys.remove(target)) {
                importers.extend(world.document(&target));
            }
        }
    }
    nobodys
}

/// Reads and parses, on every core.
fn read_all(paths: &[PathBuf]) -> Vec<Arc<Document>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::with_capacity(paths.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(document) = read(path) {
                        found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(Arc::new(document));
                    }
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The configurations in the folders, above them and above open documents; a folder that none concerns is a project itself.
#[must_use]
pub fn find_projects(scan: &Scan) -> Vec<Project> {
    let mut configurations = FxHashSet::default();
    let mut bare = Vec::new();
    for folder in &scan.folders {
        let above = Project::find(folder);
        let below = below(folder);
        if above.is_none() && below.is_empty() {
            bare.push(Project::of_folder(folder));
        }
        configurations.extend(above);
        configurations.extend(below);
    }
    let open = scan.world.documents().filter(|document| document.is_open());
    configurations.extend(open.filter_map(|document| Project::find(document.path().parent()?)));
    let mut configurations: Vec<PathBuf> = configurations.into_iter().collect();
    configurations.sort();
    configurations.iter().map(|path| Project::configured(path)).chain(bare).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = folders.pop() {
        seen += 1;
        if seen > MAX_FOLDERS {
            break;
        }
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name == config::FILE_NAME {
                found.push(entry.path().canonicalize().unwrap_or_else(|_| entry.path()));
            }
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let hidden = name.as_encoded_bytes().starts_with(b".");
            if is_folder && !hidden && depth < MAX_DEPTH && name != "target" && name != "node_modules" {
                folders.push((entry.path(), depth + 1));
            }
        }
    }
    found
}
