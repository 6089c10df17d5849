//! The documents of a project as one of them sees them, and what is found there by name.

use std::path::PathBuf;
use std::sync::Arc;

use super::declared;
use super::document::Document;
use super::project::Project;
use super::world::World;
use crate::ast::DefinitionKind;

/// One project's documents, as one document sees them. More is found than the compiler allows: a name whose import is missing
/// leads to where it would lead with the import.
pub(super) struct View<'w> {
    pub(super) world: &'w World,
    pub(super) project: Project,
    /// Sorted by path.
    pub(super) documents: Vec<&'w Arc<Document>>,
}

impl<'w> View<'w> {
    pub(super) fn new(world: &'w World, document: &Document) -> Self {
        let project = world.project_of(document.path());
        let of_project = |path: &std::path::Path| project.roots.iter().any(|root| path.starts_with(root));
        let mut documents: Vec<_> = world.documents().filter(|other| of_project(other.path())).collect();
        // What is imported from elsewhere, the standard schemas among it.
        let mut more: Vec<PathBuf> = Vec::new();
        for importer in documents.iter().copied().chain(world.document(document.path())) {
            let from_elsewhere = |import: &crate::ast::Import| {
                let target = world.import_target(importer, &import.path.value, &project.roots)?;
                (!of_project(&target)).then_some(target)
            };
            more.extend(importer.tree().imports.iter().filter_map(from_elsewhere));
        }
        more.push(document.path().to_path_buf());
        documents.extend(more.iter().filter_map(|path| world.document(path)));
        documents.sort_by_key(|document| document.path());
        documents.dedup_by_key(|document| document.path());
        Self { world, project, documents }
    }

    /// The definition that a path names in a document.
    pub(super) fn find(
        &self,
        document: &Document,
        path: &str,
        wanted: fn(&DefinitionKind) -> bool,
    ) -> Option<(Arc<Document>, usize)> {
        let (namespace, name) = match path.rsplit_once('.') {
            None => (document.namespace(), path),
            Some((prefix, name)) => (self.namespace_of(document, prefix)?, name),
        };
        let in_document = |other: &Arc<Document>| {
            let index = other.definition(name)?;
            wanted(&other.tree().definitions[index].kind).then(|| (Arc::clone(other), index))
        };
        let own = (document.namespace() == namespace).then(|| self.world.document(document.path())).flatten();
        own.and_then(in_document).or_else(|| {
            let mut of_namespace = self.documents.iter().filter(|other| other.namespace() == namespace);
            of_namespace.find_map(|other| in_document(other))
        })
    }

    pub(super) fn find_type(&self, document: &Document, path: &str) -> Option<(Arc<Document>, usize)> {
        self.find(document, path, declared::is_type)
    }

    /// The namespace that a prefix of a path names: itself, or what an alias stands for.
    pub(super) fn namespace_of<'a>(&'a self, document: &'a Document, prefix: &'a str) -> Option<&'a str> {
        let tree = document.tree();
        let by_alias =
            tree.imports.iter().find(|import| import.alias.is_some_and(|alias| document.slice(alias.span) == prefix));
        match by_alias {
            Some(import) => {
                let target = self.world.import_target(document, &import.path.value, &self.project.roots)?;
                self.world.document(&target).map(|target| target.namespace())
            }
            None => Some(prefix),
        }
    }

    /// The document that an import leads to.
    pub(super) fn imported(&self, document: &Document, import: usize) -> Option<Arc<Document>> {
        let import = document.tree().imports.get(import)?;
        let target = self.world.import_target(document, &import.path.value, &self.project.roots)?;
        self.world.document(&target).cloned()
    }
}
