use std::path::PathBuf;
use std::sync::Arc;

use super::declared::Declared;
use super::document::Document;
use super::names::View;
use super::occurrence::{Occurrence, What};
use super::target::Target;
use super::walk;
use super::world::World;
use crate::ast::StringLiteral;
use crate::source::Span;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, by identity.
    pub path: PathBuf,
    /// The whole that stands there: a definition with its docs.
    pub whole: Span,
    /// What is to be looked at: its name.
    pub name: Span,
}

/// Where what stands at an offset is declared.
#[must_use]
pub fn definition(world: &World, document: &Arc<Document>, offset: u32) -> Vec<Place> {
    let view = View::new(world, document);
    let Some(occurrence) = walk::at(document, offset) else { return Vec::new() };
    let Some(target) = view.target(document, &occurrence) else { return Vec::new() };
    match target {
        Target::Declared(of, declared) => place(&of, declared).into_iter().collect(),
        Target::File(of) => {
            let start = of.tree().namespace.as_ref().map_or(Span::default(), |path| path.span);
            vec![Place { path: of.path().to_path_buf(), whole: start, name: start }]
        }
        Target::Alias(import) => view
            .imported(document, import)
            .map(|of| Place { path: of.path().to_path_buf(), whole: Span::default(), name: Span::default() })
            .into_iter()
            .collect(),
        Target::Namespace(namespace) => {
            let files = view.documents.iter().filter(|other| other.namespace() == namespace);
            let place = |other: &&Arc<Document>| {
                let span = other.tree().namespace.as_ref()?.span;
                Some(Place { path: other.path().to_path_buf(), whole: span, name: span })
            };
            files.filter_map(place).collect()
        }
        Target::BuiltIn(_) | Target::Annotation(_) => Vec::new(),
    }
}

fn place(document: &Document, declared: Declared) -> Option<Place> {
    let node = declared.node(document)?;
    Some(Place { path: document.path().to_path_buf(), whole: node.span(), name: node.name().span })
}

/// Every place that names what stands at an offset, the declaration among them, by file and position.
#[must_use]
pub fn references(world: &World, document: &Arc<Document>, offset: u32) -> Vec<Place> {
    let view = View::new(world, document);
    let Some(occurrence) = walk::at(document, offset) else { return Vec::new() };
    let Some(target) = view.target(document, &occurrence) else { return Vec::new() };
    let mut found: Vec<Place> = match &target {
        Target::Declared(of, declared) => uses(&view, of, *declared)
            .into_iter()
            .map(|(at, span)| Place { path: at.path().to_path_buf(), whole: span, name: span })
            .collect(),
        Target::Alias(_) => in_document(&view, document, &target),
        Target::File(_) | Target::Namespace(_) => {
            view.documents.iter().flat_map(|other| in_document(&view, other, &target)).collect()
        }
        Target::BuiltIn(_) | Target::Annotation(_) => Vec::new(),
    };
    found.sort();
    found.dedup();
    found
}

/// Every place in the document that names what stands at an offset. Built-in types and annotations count here.
#[must_use]
pub fn highlights(world: &World, document: &Arc<Document>, offset: u32) -> Vec<Span> {
    let view = View::new(world, document);
    let Some(occurrence) = walk::at(document, offset) else { return Vec::new() };
    let Some(target) = view.target(document, &occurrence) else { return Vec::new() };
    let mut spans: Vec<Span> = match &target {
        Target::Declared(of, declared) => uses_in(&view, document, of, *declared).collect(),
        _ => in_document(&view, document, &target).into_iter().map(|place| place.name).collect(),
    };
    spans.sort();
    spans.dedup();
    spans
}

/// Every place that names a definition or a member: the name alone, without what stands before its last dot.
pub(super) fn uses<'w>(view: &View<'w>, of: &Arc<Document>, declared: Declared) -> Vec<(&'w Arc<Document>, Span)> {
    let Some(node) = declared.node(of) else { return Vec::new() };
    let name = of.slice(node.name().span);
    let wire = super::declared::wire_name(of, node);
    let holding = |other: &&&Arc<Document>| mentions(other.text(), name) || mentions(other.text(), &wire);
    let documents = view.documents.iter().filter(holding).copied();
    documents
        .flat_map(|other| uses_in(view, other, of, declared).map(move |span| (other, span)).collect::<Vec<_>>())
        .collect()
}

fn mentions(text: &str, name: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some()
}

fn uses_in<'a>(
    view: &'a View<'_>,
    document: &'a Arc<Document>,
    of: &'a Arc<Document>,
    declared: Declared,
) -> impl Iterator<Item = Span> + 'a {
    let name = declared.node(of).map(|node| of.slice(node.name().span)).unwrap_or_default();
    walk::occurrences(document).into_iter().filter_map(move |occurrence| {
        let span = name_span(document, &occurrence)?;
        // Most names are other names, which is told quickly.
        let is_text = matches!(occurrence.what, What::Key { .. } | What::Text { .. });
        if !is_text && document.slice(span) != name {
            return None;
        }
        match view.target(document, &occurrence)? {
            Target::Declared(other, found) if found == declared && other.path() == of.path() => Some(span),
            _ => None,
        }
    })
}

/// The last name of a dotted path; a key or a text without its quotes.
fn name_span(document: &Document, occurrence: &Occurrence<'_>) -> Option<Span> {
    let last = |path: &crate::ast::Path| path.segments.last().map(|segment| segment.span);
    match &occurrence.what {
        What::Type(path) | What::Exception(path) | What::Value { path, .. } => last(path),
        What::Declaration(_) => Some(occurrence.span),
        // One that is written with escapes has no place for its name.
        What::Key { key: StringLiteral { value: text, .. }, .. }
            if occurrence.span.len() as usize == text.len() + 2 =>
        {
            Some(occurrence.inside())
        }
        What::Text { text, .. } if occurrence.span.len() as usize == text.len() + 2 => Some(occurrence.inside()),
        _ => None,
    }
    .filter(|span| document.tree().text.get(span.range()).is_some())
}

/// Places in one document of what is no definition.
fn in_document(view: &View<'_>, document: &Arc<Document>, wanted: &Target) -> Vec<Place> {
    let at = |span| Place { path: document.path().to_path_buf(), whole: span, name: span };
    let mut found = Vec::new();
    for occurrence in walk::occurrences(document) {
        let prefix = match &occurrence.what {
            What::Type(path) | What::Exception(path) | What::Value { path, .. } => prefix_span(path),
            _ => None,
        };
        let same = match (wanted, view.target(document, &occurrence)) {
            (Target::File(wanted), Some(Target::File(found))) => wanted.path() == found.path(),
            (Target::Namespace(wanted), Some(Target::Namespace(found)))
            | (Target::BuiltIn(wanted), Some(Target::BuiltIn(found)))
            | (Target::Annotation(wanted), Some(Target::Annotation(found))) => *wanted == found,
            (Target::Alias(wanted), Some(Target::Alias(found))) => *wanted == found,
            _ => false,
        };
        if same {
            found.push(at(occurrence.span));
        }
        let named = prefix.filter(|span| match wanted {
            Target::Namespace(wanted) => document.slice(*span) == wanted,
            Target::Alias(import) => document.tree().imports[*import]
                .alias
                .is_some_and(|alias| document.slice(alias.span) == document.slice(*span)),
            _ => false,
        });
        found.extend(named.map(at));
    }
    found
}

/// What stands before the last dot of a path.
pub(super) fn prefix_span(path: &crate::ast::Path) -> Option<Span> {
    let [first, .., before, _] = &path.segments[..] else {
        return match &path.segments[..] {
            [first, _] => Some(first.span),
            _ => None,
        };
    };
    Some(first.span.to(before.span))
}
