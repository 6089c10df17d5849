//! Names that a contract knows, or would with one more import.

use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::{Completion, CompletionKind};
use crate::ast::{Definition, DefinitionKind, docs_text};
use crate::ide::declared::{self, annotation_text, has_annotation, is_type};
use crate::ide::document::Document;
use crate::ide::hover::builtin_docs;
use crate::ide::names::View;
use crate::ide::standard::is_standard;
use crate::resolve::vocabulary;
use crate::source::{Edit, Span};

/// So many names that are not imported yet are offered.
const MOST: usize = 100;

/// What is offered, and where.
pub(super) struct Offer<'o> {
    pub(super) view: &'o View<'o>,
    pub(super) document: &'o Arc<Document>,
    pub(super) context: &'o Context,
}

impl Offer<'_> {
    pub(super) fn types(&self) -> Vec<Completion> {
        let mut found = self.definitions(is_type);
        if self.context.prefix(self.document).0.is_empty() {
            found.extend(vocabulary::types().iter().map(|name| {
                let plain = self.named(*name, CompletionKind::BuiltIn).docs(builtin_docs(name)).rank(3);
                match *name {
                    "map" => plain.snippet("map<${1:string}, $2>$0"),
                    "tuple" => plain.snippet("tuple<$1, $2>$0"),
                    name if vocabulary::is_generic(name) => plain.snippet(format!("{name}<$1>$0")),
                    _ => plain,
                }
            }));
        }
        found
    }

    pub(super) fn exceptions(&self) -> Vec<Completion> {
        self.definitions(|kind| matches!(kind, DefinitionKind::Exception(_)))
    }

    pub(super) fn constants(&self) -> Vec<Completion> {
        self.definitions(|kind| matches!(kind, DefinitionKind::Const { .. }))
    }

    /// Paths of imports: the files below the roots, and the standard schemas.
    pub(super) fn imports(&self) -> Vec<Completion> {
        let imported: Vec<&str> = self.document.tree().imports.iter().map(|import| &*import.path.value).collect();
        let written = self.document.slice(self.context.written);
        let mut paths: Vec<(String, String)> = Vec::new();
        let standard = self.view.world.documents().filter(|document| is_standard(document.path()));
        for other in self.view.documents.iter().copied().chain(standard) {
            if other.path() == self.document.path() {
                continue;
            }
            let path = match relative(written, self.document.path(), other.path()) {
                // No path leads to where no disk is.
                Some(_) if is_standard(other.path()) => None,
                Some(path) => Some(path),
                None => import_path(self.view, self.document, other),
            };
            paths.extend(path.map(|path| (path, other.namespace().to_owned())));
        }
        paths.sort();
        paths.dedup();
        paths.retain(|(path, _)| path == written || !imported.contains(&path.as_str()));
        paths.into_iter().map(|(path, namespace)| self.named(path, CompletionKind::File).detail(namespace)).collect()
    }

    pub(super) fn named(&self, label: impl Into<String>, kind: CompletionKind) -> Completion {
        Completion::new(label, kind, self.context.written)
    }

    fn definitions(&self, wanted: fn(&DefinitionKind) -> bool) -> Vec<Completion> {
        let (namespace, prefix) = self.context.prefix(self.document);
        let named = (!namespace.is_empty()).then(|| self.view.namespace_of(self.document, namespace)).flatten();
        let mut found = Vec::new();
        let mut not_imported = 0;
        for other in self.view.documents.iter().copied() {
            if named.is_some_and(|named| other.namespace() != named) {
                continue;
            }
            let mut in_sight = visible_name(self.view, self.document, other, "");
            if named.is_some() {
                in_sight = Some(format!("{namespace}."));
            }
            let add = in_sight.is_none().then(|| import_edit(self.view, self.document, other)).flatten();
            for definition in other.tree().definitions.iter().filter(|definition| wanted(&definition.kind)) {
                let name = other.slice(definition.name.span);
                match (&in_sight, &add) {
                    (Some(qualifier), _) => {
                        let rank = if qualifier.is_empty() { 1 } else { 2 };
                        found.push(self.definition(other, definition, &format!("{qualifier}{name}")).rank(rank));
                    }
                    (None, Some((edit, qualifier)))
                        if prefix.len() > 1 && not_imported < MOST && starts(name, prefix) =>
                    {
                        not_imported += 1;
                        let mut completion = self.definition(other, definition, &format!("{qualifier}{name}")).rank(7);
                        completion.detail = format!("{} (adds the import)", completion.detail);
                        completion.edits.push(edit.clone());
                        found.push(completion);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    fn definition(&self, of: &Document, definition: &Definition, name: &str) -> Completion {
        let kind = match &definition.kind {
            DefinitionKind::Record(_) => CompletionKind::Record,
            DefinitionKind::Enum { .. } => CompletionKind::Enum,
            DefinitionKind::Union { .. } => CompletionKind::Union,
            DefinitionKind::Alias(_) => CompletionKind::Alias,
            DefinitionKind::Const { .. } => CompletionKind::Constant,
            DefinitionKind::Exception(_) => CompletionKind::Exception,
            DefinitionKind::Service(_) => CompletionKind::Namespace,
        };
        let mut docs = docs_text(of.text(), &definition.head.docs);
        if let Some(why) = annotation_text(of, &definition.head, "deprecated") {
            docs = format!("**Deprecated:** {why}\n\n{docs}");
        }
        let deprecated = has_annotation(of, &definition.head, "deprecated");
        let detail = format!("{} {}", declared::keyword(&definition.kind), of.namespace());
        Completion { deprecated, ..self.named(name, kind).detail(detail).docs(docs) }
    }
}

fn starts(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// How a definition of another document is written in this one; nothing where that takes one more import.
pub(in crate::ide) fn visible_name(
    view: &View<'_>,
    document: &Document,
    other: &Document,
    name: &str,
) -> Option<String> {
    if document.path() == other.path() {
        return Some(name.to_owned());
    }
    let imported = document
        .tree()
        .imports
        .iter()
        .enumerate()
        .find(|(index, _)| view.imported(document, *index).is_some_and(|target| target.path() == other.path()));
    if document.namespace() == other.namespace() {
        return (imported.is_some() || reaches(view, document, other)).then(|| name.to_owned());
    }
    let (_, import) = imported?;
    let qualifier = import.alias.map_or(other.namespace(), |alias| document.slice(alias.span));
    Some(format!("{qualifier}.{name}"))
}

/// Whether imports lead from one document to another, directly or not.
fn reaches(view: &View<'_>, from: &Document, to: &Document) -> bool {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut next: Vec<Arc<Document>> =
        (0..from.tree().imports.len()).filter_map(|import| view.imported(from, import)).collect();
    while let Some(document) = next.pop() {
        if document.path() == to.path() {
            return true;
        }
        if seen.insert(document.path().to_path_buf()) {
            next.extend((0..document.tree().imports.len()).filter_map(|import| view.imported(&document, import)));
        }
    }
    false
}

/// The path that imports a document.
fn import_path(view: &View<'_>, document: &Document, other: &Document) -> Option<String> {
    if is_standard(other.path()) {
        return other
            .path()
            .iter()
            .skip(1)
            .map(|part| part.to_str())
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.join("/"));
    }
    let below = view.project.roots.iter().find_map(|root| other.path().strip_prefix(root).ok());
    match below {
        Some(below) => below.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>().map(|parts| parts.join("/")),
        None => relative("./", document.path(), other.path()),
    }
}

/// The path of a file from another's folder, where somebody began to write one.
fn relative(written: &str, from: &Path, to: &Path) -> Option<String> {
    if !written.starts_with('.') {
        return None;
    }
    let folder = from.parent()?;
    let common = folder.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().count() - common;
    let down: Option<Vec<&str>> = to.components().skip(common).map(|part| part.as_os_str().to_str()).collect();
    let start = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    Some(format!("{start}{}", down?.join("/")))
}

/// The edit that imports a document, and what its names are written with then.
pub(in crate::ide) fn import_edit(view: &View<'_>, document: &Document, other: &Document) -> Option<(Edit, String)> {
    let path = import_path(view, document, other)?;
    let tree = document.tree();
    let at = |offset, text| Edit::new(Span::new(offset, offset), text);
    let edit = match tree.imports.last() {
        Some(last) => at(last.span.end, format!("\nimport \"{path}\"")),
        None => at(tree.namespace.as_ref()?.span.end, format!("\n\nimport \"{path}\"")),
    };
    let own = document.namespace() == other.namespace();
    let qualifier = if own { String::new() } else { format!("{}.", other.namespace()) };
    Some((edit, qualifier))
}
