//! Which definitions there are, and which of them a file sees under which name.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::load::LoadedFile;
use super::{Depth, builtin};
use crate::ast;
use crate::model::{AliasId, ConstantId, EnumId, ExceptionId, Id, Model, NamespaceId, RecordId, ServiceId, UnionId};
use crate::source::{FileId, Location, Span};

/// A definition, by kind. Ids are handed out before the model's arenas are filled, in the order in which they will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Definition {
    Record(RecordId),
    Enum(EnumId),
    Union(UnionId),
    Alias(AliasId),
    Constant(ConstantId),
    Exception(ExceptionId),
    Service(ServiceId),
}

impl Definition {
    /// As it is called in a message, with its article.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Record(_) => "a record",
            Self::Enum(_) => "an enum",
            Self::Union(_) => "a union",
            Self::Alias(_) => "a type alias",
            Self::Constant(_) => "a constant",
            Self::Exception(_) => "an exception",
            Self::Service(_) => "a service",
        }
    }

    pub(super) fn is_type(self) -> bool {
        matches!(self, Self::Record(_) | Self::Enum(_) | Self::Union(_) | Self::Alias(_))
    }
}

/// Where a definition stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration {
    pub(super) what: Definition,
    pub(super) location: Location,
}

/// One namespace's names.
pub(super) struct NamespaceScope<'t> {
    pub(super) name: &'t str,
    /// In order of path.
    pub(super) files: Vec<FileId>,
    pub(super) names: FxHashMap<&'t str, Declaration>,
    /// Whether an import of one of its files could not be read.
    incomplete: bool,
}

/// What one file sees.
pub(super) struct FileScope<'t> {
    pub(super) namespace: NamespaceId,
    pub(super) imports: Vec<ImportScope<'t>>,
    /// Whether one of its imports could not be read, or leads to a file without a namespace.
    incomplete: bool,
    /// Whether an import may be missing among those that are known.
    lacks_imports: bool,
    /// Files whose names were used.
    used: RefCell<FxHashSet<FileId>>,
    /// Every file that its imports lead to, directly or not; worked out when first asked for.
    reachable: RefCell<Option<FxHashSet<FileId>>>,
}

pub(super) struct ImportScope<'t> {
    pub(super) alias: Option<(&'t str, Span)>,
    pub(super) target: Option<FileId>,
    pub(super) location: Location,
}

impl FileScope<'_> {
    fn not_imported(&self, declaration: Declaration) -> Found {
        if self.lacks_imports { Found::Unreadable } else { Found::NotImported(declaration) }
    }
}

/// All names of a compilation.
pub(super) struct Scope<'t> {
    /// By name.
    pub(super) namespaces: Vec<NamespaceScope<'t>>,
    by_name: FxHashMap<&'t str, NamespaceId>,
    /// By [`FileId`].
    pub(super) files: Vec<FileScope<'t>>,
}

/// What a name leads to.
pub(super) enum Found {
    /// This.
    Declaration(Declaration),
    /// A definition of that name is there, in a file that is not imported.
    NotImported(Declaration),
    /// No namespace or alias of that name is imported.
    UnknownNamespace,
    /// The namespace has no such name; those that it has.
    UnknownName(NamespaceId),
    /// Nobody can tell, for an import of this file could not be read.
    Unreadable,
}

impl Found {
    /// Whether there is a definition of that name at all.
    pub(super) fn is_declared(&self) -> bool {
        matches!(self, Self::Declaration(_) | Self::NotImported(_))
    }
}

impl<'t> Scope<'t> {
    /// The namespaces of all files, without their definitions.
    pub(super) fn new(texts: &'t [Arc<str>], files: &[LoadedFile], order: &[FileId]) -> Self {
        let text = |file: FileId, span: Span| &texts[file.0 as usize][span.range()];
        let name_of = |file: FileId| -> &'t str {
            files[file.0 as usize].tree.namespace.as_ref().map_or("", |path| text(file, path.span))
        };
        let mut names: Vec<&'t str> = order.iter().map(|file| name_of(*file)).collect();
        names.sort_unstable();
        names.dedup();
        let by_name: FxHashMap<_, _> = names.iter().enumerate().map(|(index, name)| (*name, Id::at(index))).collect();
        let mut namespaces: Vec<_> = names
            .into_iter()
            .map(|name| NamespaceScope {
                name,
                files: Vec::new(),
                names: FxHashMap::default(),
                incomplete: name.is_empty(),
            })
            .collect();
        let is_incomplete = |loaded: &LoadedFile| {
            loaded.tree.is_head_broken
                || loaded.imports.iter().any(|target| target.is_none_or(|file| name_of(file).is_empty()))
        };
        for file in order {
            let namespace: &mut NamespaceScope<'t> = &mut namespaces[by_name[name_of(*file)].index()];
            namespace.files.push(*file);
            namespace.incomplete |= is_incomplete(&files[file.0 as usize]);
        }
        let scopes = files.iter().enumerate().map(|(index, loaded)| {
            let file = FileId(index as u32);
            let imports = loaded.tree.imports.iter().zip(&loaded.imports).map(|(import, target)| ImportScope {
                alias: import.alias.map(|alias| (text(file, alias.span), alias.span)),
                target: *target,
                location: Location::new(file, import.path.span),
            });
            FileScope {
                namespace: by_name[name_of(file)],
                imports: imports.collect(),
                incomplete: is_incomplete(loaded),
                lacks_imports: loaded.tree.is_head_broken,
                used: RefCell::default(),
                reachable: RefCell::default(),
            }
        });
        let files = scopes.collect();
        Self { namespaces, by_name, files }
    }

    pub(super) fn namespace(&self, file: FileId) -> NamespaceId {
        self.files[file.0 as usize].namespace
    }

    /// The definition that `path` names in `file`. A bare name that is not found here is one of the namespace's.
    pub(super) fn find(&self, file: FileId, path: &'t str) -> Found {
        let scope = &self.files[file.0 as usize];
        let Some((namespace, name)) = path.rsplit_once('.') else {
            return self.find_bare(file, scope, path);
        };
        if self.namespaces[scope.namespace.index()].name == namespace {
            return self.find_bare(file, scope, name);
        }
        let by_alias = scope.imports.iter().find(|import| import.alias.is_some_and(|(alias, _)| alias == namespace));
        let id = match by_alias {
            Some(ImportScope { target: None, .. }) => return Found::Unreadable,
            Some(ImportScope { target: Some(target), .. }) => Some(self.namespace(*target)),
            None => self.by_name.get(namespace).copied().filter(|id| {
                scope.imports.iter().filter_map(|import| import.target).any(|target| self.namespace(target) == *id)
            }),
        };
        let Some(id) = id else { return self.unknown_namespace(scope) };
        let Some(declaration) = self.namespaces[id.index()].names.get(name) else {
            return if self.is_incomplete(scope, id) { Found::Unreadable } else { Found::UnknownName(id) };
        };
        let declaring = declaration.location.file;
        if scope.imports.iter().any(|import| import.target == Some(declaring)) {
            scope.used.borrow_mut().insert(declaring);
            Found::Declaration(*declaration)
        } else {
            scope.not_imported(*declaration)
        }
    }

    fn find_bare(&self, file: FileId, scope: &FileScope<'t>, name: &str) -> Found {
        let Some(declaration) = self.namespaces[scope.namespace.index()].names.get(name) else {
            return if self.is_incomplete(scope, scope.namespace) {
                Found::Unreadable
            } else {
                Found::UnknownName(scope.namespace)
            };
        };
        let declaring = declaration.location.file;
        if declaring == file {
            return Found::Declaration(*declaration);
        }
        if self.with_reachable(file, |reachable| reachable.contains(&declaring)) {
            scope.used.borrow_mut().insert(declaring);
            Found::Declaration(*declaration)
        } else {
            scope.not_imported(*declaration)
        }
    }

    fn unknown_namespace(&self, scope: &FileScope<'t>) -> Found {
        if scope.lacks_imports || scope.imports.iter().any(|import| import.target.is_none() && import.alias.is_none()) {
            return Found::Unreadable;
        }
        Found::UnknownNamespace
    }

    /// What a file's imports call their namespaces, for suggestions.
    pub(super) fn imported_namespaces(&self, file: FileId) -> Vec<&'t str> {
        let name = |import: &ImportScope<'t>| {
            import
                .alias
                .map(|(alias, _)| alias)
                .or_else(|| import.target.map(|target| self.namespaces[self.namespace(target).index()].name))
        };
        self.files[file.0 as usize].imports.iter().filter_map(name).collect()
    }

    /// Whether a name may be missing from a namespace because a file could not be read, or has no namespace itself.
    fn is_incomplete(&self, scope: &FileScope<'t>, namespace: NamespaceId) -> bool {
        scope.incomplete || self.namespaces[namespace.index()].incomplete
    }

    fn with_reachable<R>(&self, file: FileId, ask: impl FnOnce(&FxHashSet<FileId>) -> R) -> R {
        let mut reachable = self.files[file.0 as usize].reachable.borrow_mut();
        ask(reachable.get_or_insert_with(|| self.reachable_from(file)))
    }

    fn reachable_from(&self, file: FileId) -> FxHashSet<FileId> {
        let mut reachable = FxHashSet::default();
        let mut next = vec![file];
        while let Some(file) = next.pop() {
            let targets = self.files[file.0 as usize].imports.iter().filter_map(|import| import.target);
            next.extend(targets.filter(|target| reachable.insert(*target)));
        }
        reachable
    }

    /// Imports that nothing needs, of files and in places; with `Depth::Entries` not those that lead to files of the importing
    /// one's namespace, which a file that was not read may see through it.
    pub(super) fn unused_imports(&self, files: impl Iterator<Item = FileId>, depth: Depth) -> Vec<Location> {
        let mut unused: Vec<(FileId, FileId, Location)> = Vec::new();
        for file in files {
            let scope = &self.files[file.0 as usize];
            let through = self.seen_through(file);
            let is_unused =
                |target: &FileId| !scope.used.borrow().contains(target) && !self.leads_to(*target, &through);
            let imports = scope.imports.iter().filter_map(|import| Some((file, import.target?, import.location)));
            unused.extend(imports.filter(|(_, target, _)| is_unused(target)));
        }
        if unused.is_empty() {
            return Vec::new();
        }
        let through: Vec<(FileId, Vec<FileId>)> = (0..self.files.len())
            .map(|index| (FileId(index as u32), self.seen_through(FileId(index as u32))))
            .filter(|(_, through)| !through.is_empty())
            .collect();
        let is_passed_on = |file: FileId, target: FileId| match depth {
            Depth::Whole => through.iter().any(|(user, through)| {
                self.with_reachable(*user, |reachable| reachable.contains(&file)) && self.leads_to(target, through)
            }),
            Depth::Entries => self.leads_to(target, &self.namespaces[self.namespace(file).index()].files),
        };
        unused.retain(|(file, target, _)| !is_passed_on(*file, *target));
        unused.into_iter().map(|(_, _, location)| location).collect()
    }

    /// Files whose names one uses that it does not import itself.
    fn seen_through(&self, file: FileId) -> Vec<FileId> {
        let scope = &self.files[file.0 as usize];
        let is_direct = |file: FileId| scope.imports.iter().any(|import| import.target == Some(file));
        scope.used.borrow().iter().copied().filter(|file| !is_direct(*file)).collect()
    }

    /// Whether a file is one of some, or its imports lead to one of them.
    fn leads_to(&self, file: FileId, wanted: &[FileId]) -> bool {
        wanted.contains(&file)
            || (!wanted.is_empty()
                && self.with_reachable(file, |reachable| wanted.iter().any(|file| reachable.contains(file))))
    }

    /// Every name that could stand for a type in a file, for suggestions.
    pub(super) fn visible_names(&self, namespace: NamespaceId, wanted: fn(Definition) -> bool) -> Vec<&'t str> {
        let names = &self.namespaces[namespace.index()].names;
        let mut names: Vec<&'t str> =
            names.iter().filter(|(_, declaration)| wanted(declaration.what)).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }
}

/// The kind of a definition's id, by counting: the order of declaration is the order in which arenas are filled.
#[derive(Default)]
pub(super) struct Ids {
    counts: [usize; 7],
    procedures: usize,
    topics: usize,
}

impl Ids {
    pub(super) fn next(&mut self, kind: &ast::DefinitionKind) -> Definition {
        use ast::DefinitionKind as Kind;
        match kind {
            Kind::Record(_) => Definition::Record(self.count(0)),
            Kind::Enum { .. } => Definition::Enum(self.count(1)),
            Kind::Union { .. } => Definition::Union(self.count(2)),
            Kind::Alias(_) => Definition::Alias(self.count(3)),
            Kind::Const { .. } => Definition::Constant(self.count(4)),
            Kind::Exception(_) => Definition::Exception(self.count(5)),
            Kind::Service(body) => {
                self.procedures += body.procedures.len();
                self.topics += body.topics.len();
                Definition::Service(self.count(6))
            }
        }
    }

    /// Makes room in the arenas for all that was counted, and no more.
    pub(super) fn make_room(&self, model: &mut Model) {
        let [records, enums, unions, aliases, constants, exceptions, services] = self.counts;
        model.records.reserve(records);
        model.enums.reserve(enums);
        model.unions.reserve(unions);
        model.aliases.reserve(aliases);
        model.constants.reserve(constants);
        model.exceptions.reserve(exceptions);
        model.services.reserve(services);
        model.procedures.reserve(self.procedures);
        model.topics.reserve(self.topics);
    }

    fn count<T>(&mut self, kind: usize) -> Id<T> {
        self.counts[kind] += 1;
        Id::at(self.counts[kind] - 1)
    }
}

/// Whether no definition or alias of an import may have this name.
pub(super) fn is_taken(name: &str) -> bool {
    name == "stream" || builtin::is_builtin(name)
}
