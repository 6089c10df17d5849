//! What a name in a document leads to.

use std::path::PathBuf;
use std::sync::Arc;

use super::declared::{self, Declared, Member};
use super::document::Document;
use super::literals::{self, Known};
use super::occurrence::{Occurrence, What};
use super::project::Project;
use super::world::World;
use crate::ast::{DefinitionKind, Path};

/// One project's documents, as one document sees them. More is found than the compiler allows: a name whose import is missing
/// leads to where it would lead with the import.
pub(super) struct View<'w> {
    pub(super) world: &'w World,
    pub(super) project: Project,
    /// Sorted by path.
    pub(super) documents: Vec<&'w Arc<Document>>,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A definition or a member.
    Declared(Arc<Document>, Declared),
    /// A whole file.
    File(Arc<Document>),
    /// A namespace, by name, as a document sees it.
    Namespace(String),
    /// An import's other name, in the document that is asked about.
    Alias(usize),
    /// A built-in type.
    BuiltIn(String),
    /// An annotation.
    Annotation(String),
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

    /// What an occurrence stands for.
    pub(super) fn target(&self, document: &Arc<Document>, occurrence: &Occurrence<'_>) -> Option<Target> {
        let definition = |(document, index)| Target::Declared(document, Declared::of_definition(index));
        match &occurrence.what {
            What::Namespace => Some(Target::Namespace(document.namespace().to_owned())),
            What::ImportPath(import) => self.imported(document, *import).map(Target::File),
            What::ImportAlias(import) => Some(Target::Alias(*import)),
            What::Declaration(declared) => Some(Target::Declared(Arc::clone(document), *declared)),
            What::Generic => Some(Target::BuiltIn(document.slice(occurrence.span).to_owned())),
            What::Annotation(annotation) => Some(Target::Annotation(document.slice(annotation.name.span).to_owned())),
            What::Type(path) => {
                let text = document.slice(path.span);
                match self.find(document, text, |_| true) {
                    Some(found) => Some(definition(found)),
                    None => {
                        crate::resolve::vocabulary::types().contains(&text).then(|| Target::BuiltIn(text.to_owned()))
                    }
                }
            }
            What::Exception(path) => self
                .find(document, document.slice(path.span), |kind| matches!(kind, DefinitionKind::Exception(_)))
                .map(definition),
            What::Value { path, context } => {
                let variant = context.known(self, document).and_then(|known| variant(&known, document, path));
                variant.or_else(|| {
                    self.find(document, document.slice(path.span), |kind| matches!(kind, DefinitionKind::Const { .. }))
                        .map(definition)
                })
            }
            What::Key { context, key } => match context.known(self, document)? {
                Known::Declared(of, whole) => {
                    let member = literals::member_of_key(&of, whole, &key.value)?;
                    Some(Target::Declared(of, member))
                }
                Known::BuiltIn(..) => None,
            },
        }
    }
}

/// The variant that a bare name means.
fn variant(known: &Known, document: &Document, path: &Path) -> Option<Target> {
    let Known::Declared(of, whole) = known else { return None };
    let body = declared::variants(of.tree().definitions.get(whole.definition)?)?;
    let name = document.slice(path.span);
    let index = body.variants.iter().position(|variant| of.slice(variant.name.span) == name)?;
    Some(Target::Declared(Arc::clone(of), whole.member(Member::Variant(index))))
}
