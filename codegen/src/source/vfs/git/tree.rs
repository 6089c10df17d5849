use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use gix::objs::tree::EntryKind;

use crate::source::vfs::{Kind, MAX_FILE_SIZE, ReadError, Vfs, is_contract};

/// So many links may lead from a path to what it names, as on Linux.
const MAX_LINKS: usize = 40;

/// The files of one revision.
///
/// Paths are from the top of the tree, and may begin with the revision's name and a colon: `main:schemas/greeting.almanet`
/// is a contract's path in problems, and what `git show` takes. Submodules are read where they are checked out.
#[derive(Debug)]
pub struct GitTree {
    prefix: String,
    /// Where submodules are checked out.
    working_folder: Option<PathBuf>,
    root: Node,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// What was asked for.
    revision: String,
    /// The repository itself, then submodules.
    repositories: Vec<gix::Repository>,
    submodules: HashMap<PathBuf, usize>,
    folders: HashMap<ObjectId, Arc<[Entry]>>,
}

/// An object, and the repository that holds it.
#[derive(Clone, Copy, Debug)]
struct Node {
    repository: usize,
    kind: EntryKind,
    id: ObjectId,
}

#[derive(Debug)]
struct Entry {
    name: OsString,
    kind: EntryKind,
    id: ObjectId,
}

/// What a path leads to, and its path without links and `..`.
struct Found {
    node: Node,
    path: PathBuf,
}

impl GitTree {
    pub(super) fn new(repository: gix::Repository, name: &str, tree: ObjectId) -> Self {
        let working_folder = repository.workdir().map(Path::to_path_buf);
        let root = Node { repository: 0, kind: EntryKind::Tree, id: tree };
        let state = State {
            revision: name.to_owned(),
            repositories: vec![repository],
            submodules: HashMap::new(),
            folders: HashMap::new(),
        };
        Self { prefix: format!("{name}:"), working_folder, root, state: Mutex::new(state) }
    }

    /// The path by which a path from the top of the tree is shown: `main:schemas`.
    #[must_use]
    pub fn shown(&self, path: &Path) -> PathBuf {
        let mut shown = OsString::from(&self.prefix);
        shown.push(path);
        shown.into()
    }

    /// Whether a file holds these bytes, told by their id: it is not read.
    #[must_use]
    pub fn holds(&self, path: &Path, bytes: &[u8]) -> bool {
        let Ok(Some(found)) = self.state().find(self, path) else { return false };
        let is_file = matches!(found.node.kind, EntryKind::Blob | EntryKind::BlobExecutable);
        let id = gix::objs::compute_hash(found.node.id.kind(), gix::objs::Kind::Blob, bytes);
        is_file && id.is_ok_and(|id| id == found.node.id)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is kept are copies of what git holds, right at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path from the top of the tree.
    #[must_use]
    pub fn inside<'a>(&self, path: &'a Path) -> &'a Path {
        path.to_str().and_then(|text| text.strip_prefix(&self.prefix)).map_or(path, Path::new)
    }
}

impl State {
    fn find(&mut self, tree: &GitTree, path: &Path) -> Result<Option<Found>, ReadError> {
        let mut ahead: Vec<OsString> = parts(tree.inside(path));
        let mut way: Vec<(OsString, Node)> = Vec::new();
        let mut links = 0;
        while let Some(part) = ahead.pop() {
            if part == ".." {
                way.pop();
                continue;
            }
            let here = way.last().map_or(tree.root, |(_, node)| *node);
            if here.kind != EntryKind::Tree {
                return Ok(None);
            }
            let folder = self.folder(here)?;
            let Some(entry) = folder.iter().find(|entry| entry.name == part) else { return Ok(None) };
            let node = Node { repository: here.repository, kind: entry.kind, id: entry.id };
            match entry.kind {
                EntryKind::Link => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(failure(&"it is a link to itself"));
                    }
                    let target = self.content(node)?;
                    let target = PathBuf::from(OsStr::new(&*target.to_os_str_lossy()));
                    if target.is_absolute() {
                        return Ok(None);
                    }
                    ahead.extend(parts(&target));
                }
                EntryKind::Commit => {
                    let path: PathBuf = way.iter().map(|(name, _)| name).chain([&part]).collect();
                    let node = self.submodule(tree, &path, entry.id)?;
                    way.push((part, node));
                }
                _ => way.push((part, node)),
            }
        }
        let node = way.last().map_or(tree.root, |(_, node)| *node);
        Ok(Some(Found { node, path: way.into_iter().map(|(name, _)| name).collect() }))
    }

    /// The files of a submodule's commit, out of the repository that is checked out at its path.
    fn submodule(&mut self, tree: &GitTree, path: &Path, commit: ObjectId) -> Result<Node, ReadError> {
        let missing = || {
            failure(&format_args!(
                "it is in a submodule without the commit {commit}; `git submodule update --init` fetches it"
            ))
        };
        let repository = match self.submodules.get(path) {
            Some(known) => *known,
            None => {
                let folder = tree.working_folder.as_ref().ok_or_else(missing)?.join(path);
                self.repositories.push(gix::open(folder).map_err(|_| missing())?);
                self.submodules.insert(path.to_path_buf(), self.repositories.len() - 1);
                self.repositories.len() - 1
            }
        };
        let object = self.repositories[repository].find_object(commit).map_err(|_| missing())?;
        let id = object.peel_to_kind(gix::object::Kind::Tree).map_err(|_| missing())?.id;
        Ok(Node { repository, kind: EntryKind::Tree, id })
    }

    fn folder(&mut self, node: Node) -> Result<Arc<[Entry]>, ReadError> {
        if let Some(known) = self.folders.get(&node.id) {
            return Ok(Arc::clone(known));
        }
        let object =
            self.repositories[node.repository].find_object(node.id).map_err(|error| self.unread(node, &error))?;
        let tree = object.try_into_tree().map_err(|error| failure(&error))?;
        let entries = tree.iter().map(|entry| {
            let entry = entry.map_err(|error| failure(&error))?;
            let name = entry.filename().to_os_str_lossy().into_owned();
            Ok(Entry { name, kind: entry.mode().kind(), id: entry.object_id() })
        });
        let entries = entries.collect::<Result<Arc<[Entry]>, ReadError>>()?;
        self.folders.insert(node.id, Arc::clone(&entries));
        Ok(entries)
    }

    fn content(&self, node: Node) -> Result<Vec<u8>, ReadError> {
        let repository = &self.repositories[node.repository];
        let header = repository.find_header(node.id).map_err(|error| self.unread(node, &error))?;
        if header.size() > MAX_FILE_SIZE {
            return Err(ReadError::TooLarge);
        }
        let mut object = repository.find_object(node.id).map_err(|error| self.unread(node, &error))?;
        Ok(std::mem::take(&mut object.data))
    }

    /// Why an object is not read, and where it can be had that a clone with a filter left out.
    fn unread(&self, node: Node, why: &dyn std::fmt::Display) -> ReadError {
        if self.repositories[node.repository].has_object(node.id) {
            return failure(why);
        }
        let (id, revision) = (node.id, &self.revision);
        failure(&format_args!(
            "git's object {id} is not here; in a clone with a filter, `git archive {revision} > /dev/null` fetches it"
        ))
    }

    /// The folder that a path leads to.
    fn named_folder(&mut self, tree: &GitTree, path: &Path) -> Result<(Arc<[Entry]>, PathBuf), ReadError> {
        let found = self.find(tree, path)?.ok_or(ReadError::NotFound)?;
        if found.node.kind != EntryKind::Tree {
            return Err(ReadError::NotAFolder);
        }
        Ok((self.folder(found.node)?, found.path))
    }
}

impl Vfs for GitTree {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let mut state = self.state();
        let found = state.find(self, path)?.ok_or(ReadError::NotFound)?;
        match found.node.kind {
            EntryKind::Blob | EntryKind::BlobExecutable => state.content(found.node),
            _ => Err(ReadError::NotAFile),
        }
    }

    fn contracts(&self, folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
        let mut state = self.state();
        let mut contracts = Vec::new();
        // Folders by their one name: a link to a folder above would never end.
        let mut visited = HashSet::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            let (entries, real) = state.named_folder(self, &folder)?;
            if !visited.insert(real) {
                continue;
            }
            for entry in entries.iter().filter(|entry| !entry.name.as_encoded_bytes().starts_with(b".")) {
                let path = self.join(&folder, &entry.name);
                let kind = match entry.kind {
                    EntryKind::Link => state.find(self, &path)?.map_or(entry.kind, |found| found.node.kind),
                    kind => kind,
                };
                match kind {
                    EntryKind::Tree | EntryKind::Commit => folders.push(path),
                    _ if is_contract(&path) => contracts.push(path),
                    _ => {}
                }
            }
        }
        contracts.sort();
        Ok(contracts)
    }

    fn names(&self, folder: &Path) -> Result<Vec<OsString>, ReadError> {
        let (entries, _) = self.state().named_folder(self, folder)?;
        let is_folder = |entry: &Entry| matches!(entry.kind, EntryKind::Tree | EntryKind::Commit);
        let meant = entries.iter().filter(|entry| is_folder(entry) || is_contract(Path::new(&entry.name)));
        let names = meant.map(|entry| entry.name.clone());
        let mut names: Vec<OsString> = names.filter(|name| !name.as_encoded_bytes().starts_with(b".")).collect();
        names.sort();
        Ok(names)
    }

    fn kind(&self, path: &Path) -> Result<Option<Kind>, ReadError> {
        let found = self.state().find(self, path)?;
        Ok(found.map(|found| match found.node.kind {
            EntryKind::Tree => Kind::Folder,
            EntryKind::Blob | EntryKind::BlobExecutable => Kind::File,
            EntryKind::Link | EntryKind::Commit => Kind::Other,
        }))
    }

    fn identity(&self, path: &Path) -> Result<PathBuf, ReadError> {
        Ok(self.state().find(self, path)?.ok_or(ReadError::NotFound)?.path)
    }
}

impl GitTree {
    /// `main:` and `a` are `main:a`.
    fn join(&self, folder: &Path, name: &OsStr) -> PathBuf {
        if folder.as_os_str() == OsStr::new(&self.prefix) { self.shown(Path::new(name)) } else { folder.join(name) }
    }
}

/// The names on a path, the last one first.
fn parts(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    });
    parts.collect()
}

fn failure(why: &dyn std::fmt::Display) -> ReadError {
    ReadError::Io(io::Error::other(why.to_string()))
}
