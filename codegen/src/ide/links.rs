use std::path::PathBuf;

use super::document::Document;
use super::world::World;
use crate::source::Span;

/// A stretch of text that leads to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The path of an import, without its quotes.
    pub span: Span,
    /// The file, by identity.
    pub target: PathBuf,
}

/// The files that imports lead to.
#[must_use]
pub fn links(world: &World, document: &Document) -> Vec<Link> {
    let roots = world.project_of(document.path()).roots;
    let link = |import: &crate::ast::Import| {
        let target = world.import_target(document, &import.path.value, &roots)?;
        let span = import.path.span;
        Some(Link { span: Span::new(span.start + 1, span.end - 1), target })
    };
    document.tree().imports.iter().filter_map(link).collect()
}
